// What a client sends to its worker: arguments that can be cloned, addresses that mean the page's, and what
// can be loaded before the worker has started. Knows no messages.

import { defaultModel } from './addresses.js';
import { asBytes, loadBytes } from './load.js';
import { compileAhead } from './threads.js';

/** @import { CreateOptions, Picture } from './scrawl.d.ts' */

/** As many workers as there may be threads. */
const MOST_READERS = 64;

/**
 * @param {unknown} readers
 * @returns {number} workers that may read at the same time
 */
export function readerCount(readers = 1) {
    const isCount = Number.isInteger(readers) && Number(readers) >= 1 && Number(readers) <= MOST_READERS;
    if (isCount) return Number(readers);
    throw new RangeError(`readers must be a whole number from 1 to ${MOST_READERS}, not ${readers}.`);
}

/**
 * Bytes of one's own, whatever becomes of the caller's.
 * @param {unknown} source
 * @returns {Uint8Array | null} null for what has no bytes, such as an address
 */
export function copyOf(source) {
    return asBytes(source)?.slice() ?? null;
}

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
 * A relative address means the page's, or that of the worker which asks, not the client's worker's.
 * @template Source
 * @param {Source} source
 */
function absolute(source) {
    const isAddress = typeof source === 'string' || source instanceof URL;
    return isAddress ? new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href).href : source;
}

/** @param {CreateOptions} options @returns {CreateOptions} whose addresses are whole */
export function withAddresses({ model, wasm, threadedWasm, threadWorker, exchangeWasm, ...options }) {
    return {
        ...options,
        model: absolute(model),
        wasm: absolute(wasm),
        threadedWasm: absolute(threadedWasm),
        threadWorker: absolute(threadWorker),
        exchangeWasm: absolute(exchangeWasm),
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
        model === null ? null : loadBytes(model ?? defaultModel(), 'the model'),
    ]);
    return {
        ...options,
        ...(compiled.status === 'fulfilled' && compiled.value),
        ...(bytes.status === 'fulfilled' && { model: bytes.value }),
    };
}
