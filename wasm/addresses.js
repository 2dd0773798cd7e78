// Where the files lie that the library loads by itself: beside this one. No other file has `new URL(…, import.meta.url)`.
// Bundlers take a file along, and put its new address here, where they see this form with the name in full; a worker's has to
// stand in the call that starts it. All are functions: nothing is looked up before it is asked for. What an app may well do
// without, such as the model best, is not here: every bundle would have it. Knows nothing of what is in the files.

/** The model that reads unless another one is given. */
export function defaultModel() {
    return new URL('./small.safetensors', import.meta.url);
}

/** The module for one thread. */
export function plainModule() {
    return new URL('./scrawl.wasm', import.meta.url);
}

/** The same for browsers that have relaxed SIMD. */
export function relaxedModule() {
    return new URL('./scrawl-relaxed.wasm', import.meta.url);
}

/** The module whose instances share a memory. */
export function plainSharedModule() {
    return new URL('./scrawl-threads.wasm', import.meta.url);
}

/** The same for browsers that have relaxed SIMD. */
export function relaxedSharedModule() {
    return new URL('./scrawl-relaxed-threads.wasm', import.meta.url);
}

/** The module for other programs' models. */
export function exchangeModule() {
    return new URL('./scrawl-exchange.wasm', import.meta.url);
}

/** The client's worker. */
export function startWorker() {
    return new Worker(new URL('./scrawl-worker.js', import.meta.url), { type: 'module' });
}

/** One further thread. */
export function startThread() {
    return new Worker(new URL('./scrawl-thread.js', import.meta.url), { type: 'module' });
}
