// What a client sends to its worker: arguments that can be cloned, addresses that mean the page's, and what
// can be loaded before the worker has started. Knows no messages.

import { loadBytes } from './load.js';
import { compileAhead } from './threads.js';

/** @import { CreateOptions, Picture } from './scrawl.d.ts' */

/**
 * Plain data of what ImageData keeps in getters.
 * @param {Picture} picture
 */
export function cloneable(picture) {
    if (picture instanceof ArrayBuffer || ArrayBuffer.isView(picture)) return picture;
    // What is no picture at all, the worker refuses with a sentence.
    const { data, width, height } = picture ?? {};
    return { data, width, height };
}

/**
 * A relative address means the page's, not the worker's.
 * @template Source
 * @param {Source} source
 */
function absolute(source) {
    const isAddress = typeof source === 'string' || source instanceof URL;
    return isAddress ? new URL(source, document.baseURI).href : source;
}

/** @param {CreateOptions} options @returns {CreateOptions} whose addresses are whole */
export function withAddresses({ model, wasm, threadedWasm, threadWorker, ...options }) {
    return {
        ...options,
        model: absolute(model),
        wasm: absolute(wasm),
        threadedWasm: absolute(threadedWasm),
        threadWorker: absolute(threadWorker),
    };
}

/**
 * Loads what the worker will need while it starts; where that fails, the worker tries itself and says why.
 * @param {CreateOptions} options
 * @returns {Promise<CreateOptions>}
 */
export async function loadAhead(options) {
    const { model } = options;
    const [compiled, bytes] = await Promise.allSettled([
        compileAhead(options),
        model === null ? null : loadBytes(model ?? new URL('small.safetensors', import.meta.url), 'the model'),
    ]);
    return {
        ...options,
        ...(compiled.status === 'fulfilled' && compiled.value),
        ...(bytes.status === 'fulfilled' && { model: bytes.value }),
    };
}
