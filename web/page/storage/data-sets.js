// The data sets of the site as the page gets them: a worker fetches and unpacks their files, the engine reads these.
// Knows no elements, nothing of training, and not what the files look like.

import { codeOf } from '../words.js';

/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @import { ScrawlClient } from '../../../wasm/scrawl-client.d.ts' */
/** @import { DataFiles, FetchProgress } from '../../workers/data-files.js' */
/** @typedef {{ onProgress?: (progress: FetchProgress) => void, signal?: AbortSignal }} FetchOptions */

const CLASS_COUNT = 10;

const FAILED = 'The images could not be fetched. Reload the page and try again.';

/**
 * Asks the worker for something; a worker serves one caller, who asks for one thing at a time.
 * @param {Worker} worker
 * @param {{ action: 'fetch' | 'forget', names: string[] }} request
 * @param {FetchOptions} [options]
 * @returns {Promise<any>}
 */
function ask(worker, request, { onProgress, signal } = {}) {
    return new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        worker.onerror = () => reject(new Error(FAILED));
        worker.onmessage = ({ data: { progress, result, error } }) => {
            if (progress) onProgress?.(progress);
            else if (error) reject(new Error(error));
            else resolve(result);
        };
        worker.postMessage(request);
    });
}

/**
 * @param {ScrawlClient} client
 * @param {Worker} worker that has fetched the files
 * @param {DataFiles} files handed over to the client
 * @param {AbortSignal} [signal]
 * @returns {Promise<LabelledImages>}
 */
async function readFiles(client, worker, { name, images, labels }, signal) {
    try {
        return await client.readIdx(images, labels, CLASS_COUNT, { signal, transfer: true });
    } catch (error) {
        if (codeOf(error) !== 'INVALID_DATASET') throw error;
        await ask(worker, { action: 'forget', names: [name] });
        const { message } = /** @type {Error} */ (error);
        throw new Error(`The data set “${name}” is damaged. ${message} Try again to fetch it anew.`, { cause: error });
    }
}

/**
 * @param {ScrawlClient} client
 * @param {string[]} names
 * @param {FetchOptions} options
 * @returns {Promise<LabelledImages[]>}
 */
async function loadSets(client, names, options) {
    const { signal } = options;
    signal?.throwIfAborted();
    const worker = new Worker(new URL('workers/data-worker.js', document.baseURI), { type: 'module' });
    try {
        /** @type {DataFiles[]} */
        const files = await ask(worker, { action: 'fetch', names }, options);
        const sets = [];
        for (const pair of files) sets.push(await readFiles(client, worker, pair, signal));
        return sets;
    } finally {
        worker.terminate();
    }
}

/**
 * MNIST: 60,000 images to train on and 10,000 to test with.
 * @param {ScrawlClient} client
 * @param {FetchOptions} [options]
 */
export async function loadMnist(client, options = {}) {
    const [train, test] = await loadSets(client, ['train', 'test'], options);
    return { train, test };
}

/**
 * What teaching needs: some of the images for training, with some for validation behind them, and each tenth of those for
 * testing.
 * @param {ScrawlClient} client
 * @param {FetchOptions} [options]
 */
export async function loadRemembered(client, options = {}) {
    const [remembered, check] = await loadSets(client, ['remembered', 'check'], options);
    return { remembered, check };
}
