/**
 * Other programs' model files, in and out: Keras (`.h5`, `.keras`) and ONNX. `createScrawl`, `importModel`, `exportModel` and a
 * client's `loadModel` use this by themselves; here it is for whoever only converts.
 *
 * @example
 * import { convertModel } from './exchange.js';
 * const onnx = await convertModel(await file.arrayBuffer(), { to: 'onnx' });
 *
 * @packageDocumentation
 */

import type { ConvertOptions, CreateOptions, ModelFormat, Source } from './scrawl.d.ts';

export type { ConvertOptions, ModelFormat } from './scrawl.d.ts';

/** All that there are: `'safetensors'` is Scrawl's own, `'h5'` and `'keras'` are Keras', `'onnx'` is for ONNX Runtime and others. */
export const MODEL_FORMATS: ModelFormat[];

/** Where the module that converts is. */
export interface ExchangeOptions {
    /** Default: `scrawl-exchange.wasm` beside `exchange.js`. */
    wasm?: CreateOptions['exchangeWasm'];
}

/**
 * A model file as one of another format. What the file is, its bytes say, not its name. Rejects with a {@link ScrawlError}:
 * `INVALID_MODEL`, whose sentence names the layer or node, for what is damaged or can't be said in layers of Scrawl's;
 * `INVALID_ARGUMENT` for a network that finds digits on pages, which is kept as safetensors alone.
 */
export function convertModel(model: Source, options?: (ConvertOptions & ExchangeOptions) | null): Promise<Uint8Array>;

/** What a model file is. Rejects with `INVALID_MODEL`, whose sentence says what it is, where that is no model. */
export function modelFormat(model: Source, options?: ExchangeOptions | null): Promise<ModelFormat>;
