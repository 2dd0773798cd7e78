// The data sets of the site as the page gets them: from a worker that fetches and unpacks them.
// Knows no elements and nothing of training.

/** @import { FetchProgress } from '../../workers/data-files.js' */
/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @typedef {{ onProgress?: (progress: FetchProgress) => void, signal?: AbortSignal }} FetchOptions */

/**
 * @param {string[]} names
 * @param {FetchOptions} options
 * @returns {Promise<LabelledImages[]>}
 */
async function loadSets(names, { onProgress, signal }) {
    signal?.throwIfAborted();
    const worker = new Worker(new URL('workers/data-worker.js', document.baseURI), { type: 'module' });
    try {
        return await new Promise((resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
            worker.addEventListener('error', () => reject(new Error('The images could not be fetched. Reload the page and try again.')));
            worker.addEventListener('message', ({ data: { progress, sets, error } }) => {
                if (sets) resolve(sets);
                else if (error) reject(new Error(error));
                else onProgress?.(progress);
            });
            worker.postMessage({ names });
        });
    } finally {
        worker.terminate();
    }
}

/**
 * MNIST: 60,000 images to train on and 10,000 to test with.
 * @param {FetchOptions} [options]
 */
export async function loadMnist(options = {}) {
    const [train, test] = await loadSets(['train', 'test'], options);
    return { train, test };
}

/**
 * What teaching needs: some of the images for training, with some for validation behind them, and each tenth of those for
 * testing.
 * @param {FetchOptions} [options]
 */
export async function loadRemembered(options = {}) {
    const [remembered, check] = await loadSets(['remembered', 'check'], options);
    return { remembered, check };
}
