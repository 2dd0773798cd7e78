// Other programs' model files, described in exchange.d.ts: Keras' and ONNX become safetensors, and models become those. They
// have a module of their own, so that nobody fetches it who needs none: what is loaded first must not import this file but
// when it is asked for. Knows no model that reads.

import { exchangeModule } from './addresses.js';
import { choice, knownOptions, NORMALIZATIONS } from './arguments.js';
import { compile, instantiate, loadBytes } from './load.js';
import { Library } from './memory.js';

/** @import { ModelFormat, Normalization } from './scrawl.d.ts' */
/** @import { ExchangeOptions } from './exchange.d.ts' */

/** In the order of scrawl_format in scrawl.h. */
export const MODEL_FORMATS = /** @type {ModelFormat[]} */ (['safetensors', 'h5', 'keras', 'onnx']);

const CONVERT_OPTIONS = ['to', 'normalization', 'wasm'];
const FORMAT_OPTIONS = ['wasm'];

/** The module beside this file, once it was asked for. @type {Promise<WebAssembly.Module> | null} */
let own = null;

function compileOwn() {
    own ??= compile(exchangeModule());
    // Next time it may be there.
    own.catch(() => (own = null));
    return own;
}

/**
 * Each conversion has an instance of its own: its memory goes with it.
 * @param {ExchangeOptions['wasm']} wasm
 */
async function openLibrary(wasm) {
    const exports = await instantiate(await (wasm === undefined || wasm === null ? compileOwn() : compile(wasm)));
    /** @type {Record<string, Function>} */ (exports)._initialize?.();
    return new Library({ exports, threads: 1, allThreads: Promise.resolve(1), end() {} });
}

/** @type {typeof import('./exchange.d.ts').modelFormat} */
export async function modelFormat(model, options) {
    const { wasm } = knownOptions('a look at a model file', options, FORMAT_OPTIONS);
    const [bytes, library] = await Promise.all([loadBytes(model, 'the model'), openLibrary(wasm)]);
    const format = library.scoped((scope) => library.make('scrawl_model_format_of_bytes', scope.copy(bytes), bytes.length));
    return MODEL_FORMATS[format];
}

/** @param {Library} library @param {number} model @param {Normalization | undefined} normalization */
function setNormalization(library, model, normalization) {
    if (normalization === undefined) return;
    const chosen = choice('normalization', normalization, NORMALIZATIONS);
    library.check(library.exports.scrawl_model_set_normalization(model, chosen));
}

/** @type {typeof import('./exchange.d.ts').convertModel} */
export async function convertModel(model, options) {
    const { to = 'safetensors', normalization, wasm } = knownOptions('a conversion', options, CONVERT_OPTIONS);
    const format = choice('to', to, MODEL_FORMATS);
    const [bytes, library] = await Promise.all([loadBytes(model, 'the model'), openLibrary(wasm)]);
    const address = library.scoped((scope) => library.make('scrawl_model_load', scope.copy(bytes), bytes.length));
    try {
        setNormalization(library, address, normalization);
        return library.file('scrawl_model_export', address, format);
    } finally {
        library.exports.scrawl_model_free(address);
    }
}
