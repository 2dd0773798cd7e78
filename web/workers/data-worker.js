// Fetches and unpacks data sets, so that the page keeps its frames. A request is { names }; its answers are
// { progress }, and at last { sets } or { error }. Knows no user interface.

import { loadSets } from './data-files.js';

self.addEventListener('message', async ({ data: { names } }) => {
    try {
        const sets = await loadSets(names, (progress) => self.postMessage({ progress }));
        const transfer = sets.flatMap(({ images, labels }) => [images.buffer, labels.buffer]);
        self.postMessage({ sets }, { transfer });
    } catch (error) {
        self.postMessage({ error: /** @type {Error} */ (error).message });
    }
});
