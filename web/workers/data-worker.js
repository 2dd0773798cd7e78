// Fetches and unpacks the files of data sets, so that the page keeps its frames. A request is { action, names }; its
// answers are { progress }, and at last { result } or { error }. Knows no user interface.

import { fetchFiles, forgetFiles } from './data-files.js';

/** @type {Record<string, (names: string[]) => Promise<any>>} */
const actions = {
    fetch: (names) => fetchFiles(names, (progress) => self.postMessage({ progress })),
    forget: forgetFiles,
};

self.addEventListener('message', async ({ data: { action, names } }) => {
    try {
        const result = await actions[action](names);
        /** @type {import('./data-files.js').DataFiles[]} */
        const files = result ?? [];
        const transfer = files.flatMap(({ images, labels }) => [images.buffer, labels.buffer]);
        self.postMessage({ result }, { transfer });
    } catch (error) {
        self.postMessage({ error: /** @type {Error} */ (error).message });
    }
});
