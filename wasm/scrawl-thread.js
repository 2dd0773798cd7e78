// One further thread of a Scrawl: a worker that runs the module on the memory that all share, until it is ended.
// Knows nothing but what threads.js sends it, once: { module, memory, thread, stack }.

import { instantiate } from './load.js';

/** @typedef {Record<string, (...scalars: number[]) => void> & { __stack_pointer: WebAssembly.Global }} Functions */

self.addEventListener('message', async ({ data: { module, memory, thread, stack } }) => {
    /** @type {Functions | undefined} */
    let functions;
    try {
        functions = /** @type {Functions} */ (await instantiate(module, memory));
        functions.__stack_pointer.value = stack;
    } catch {
        self.postMessage('fails');
        return;
    }
    // Serving never returns: this is the last that is heard.
    self.postMessage('serves');
    try {
        functions.parallel_serve(thread);
    } catch {
        functions.parallel_broke();
    }
});
