// The page's side of scrawl-worker.js, described in scrawl-client.d.ts: requests as promises, answers matched by id.
// Knows messages only; everything about digits happens in the worker.

/** @import { Evaluation, History, LabelledImages, Normalization, Picture, PredictOptions, Progress, Reading, Stroke,
 *     Summary, TrainOptions } from './scrawl.d.ts' */
/** @import { CallOptions, ScrawlClient as ScrawlClientApi } from './scrawl-client.d.ts' */
/** @typedef {{ labels: string[], architecture: string, normalization: Normalization }} ModelDescription */
/**
 * @typedef {object} Answer of the worker
 * @property {number} id of the request
 * @property {any} [result]
 * @property {{ name: string, message: string, code?: string }} [error]
 * @property {Progress} [progress]
 * @property {ModelDescription | null} [model] when it is another one now
 */
/**
 * @typedef {object} Call one that has no answer yet
 * @property {(result: any) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {((progress: Progress) => void) | undefined} onProgress
 */

/**
 * The buffers of an argument, to be handed over.
 * @param {unknown} argument
 * @returns {ArrayBuffer[]}
 */
function buffersOf(argument) {
    if (argument instanceof ArrayBuffer) return [argument];
    if (ArrayBuffer.isView(argument)) return buffersOf(argument.buffer);
    return argument && typeof argument === 'object' ? [...new Set(Object.values(argument).flatMap(buffersOf))] : [];
}

/**
 * Plain data of what ImageData keeps in getters.
 * @param {Picture} picture
 */
function cloneable(picture) {
    if (picture instanceof ArrayBuffer || ArrayBuffer.isView(picture)) return picture;
    // What is no picture at all, the worker refuses with a sentence.
    const { data, width, height } = picture ?? {};
    return { data, width, height };
}

/**
 * A relative address means the page's, not the worker's.
 * @param {unknown} source
 */
function absolute(source) {
    const isAddress = typeof source === 'string' || source instanceof URL;
    return isAddress ? new URL(source, document.baseURI).href : source;
}

/** @implements {ScrawlClientApi} */
class ScrawlClient {
    /** @type {Worker} */ #worker;
    /** @type {Map<number, Call>} */ #calls = new Map();
    /** @type {ModelDescription | null} */ #model = null;
    /** @type {Error | null} */ #ended = null;
    #lastId = 0;
    /** None until the worker has created its Scrawl. */
    threads = 0;

    /** @param {Worker} worker */
    constructor(worker) {
        this.#worker = worker;
        worker.addEventListener('message', ({ data }) => this.#receive(data));
        worker.addEventListener('error', (event) => {
            event.preventDefault();
            const detail = event.message ?? 'Its script could not be loaded.';
            this.#end(new Error(`The worker that reads digits failed. ${detail}`));
        });
    }

    /** @param {Answer} answer */
    #receive({ id, result, error, progress, model }) {
        if (model !== undefined) this.#model = model;
        const call = this.#calls.get(id);
        if (progress) {
            call?.onProgress?.(progress);
            return;
        }
        this.#calls.delete(id);
        if (error) call?.reject(Object.assign(new Error(error.message), { name: error.name, code: error.code }));
        else call?.resolve(result);
    }

    /** @param {Error} reason */
    #end(reason) {
        this.#ended ??= reason;
        this.#worker.terminate();
        for (const call of this.#calls.values()) call.reject(reason);
        this.#calls.clear();
    }

    /**
     * Sends a request.
     * @param {string} action
     * @param {object} [content]
     * @param {{ transfer?: ArrayBuffer[], onProgress?: (progress: Progress) => void }} [options]
     * @returns {{ id: number, answer: Promise<any> }}
     */
    #request(action, content = {}, { transfer = [], onProgress } = {}) {
        const id = ++this.#lastId;
        const answer = new Promise((resolve, reject) => {
            if (this.#ended) throw this.#ended;
            this.#worker.postMessage({ ...content, id, action }, transfer);
            this.#calls.set(id, { resolve, reject, onProgress });
        });
        return { id, answer };
    }

    /**
     * Sends a request whose answer may be dropped.
     * @param {string} action
     * @param {object} content
     * @param {CallOptions & { argument?: unknown }} options argument: what transfer hands over
     */
    async #droppable(action, content, { signal, transfer, argument }) {
        signal?.throwIfAborted();
        const { id, answer } = this.#request(action, content, { transfer: transfer ? buffersOf(argument) : [] });
        const drop = () => {
            this.#calls.get(id)?.reject(signal?.reason);
            this.#calls.delete(id);
        };
        signal?.addEventListener('abort', drop);
        try {
            return await answer;
        } finally {
            signal?.removeEventListener('abort', drop);
        }
    }

    #description() {
        if (this.#model) return this.#model;
        throw new Error('There is no model yet. Load one with loadModel(), or train one with an architecture.');
    }

    get labels() {
        return this.#description().labels;
    }

    get architecture() {
        return this.#description().architecture;
    }

    get normalization() {
        return this.#description().normalization;
    }

    /** @param {object} options */
    async create(options) {
        const { threads } = await this.#request('create', { options }).answer;
        this.threads = threads;
    }

    /**
     * @param {Picture} picture
     * @param {(PredictOptions & CallOptions) | null} [settings]
     * @returns {Promise<Reading>}
     */
    predict(picture, settings) {
        const { signal, transfer, ...options } = settings ?? {};
        const argument = cloneable(picture);
        return this.#droppable('predict', { picture: argument, options }, { signal, transfer, argument });
    }

    /**
     * @param {Stroke[]} strokes
     * @param {(PredictOptions & CallOptions) | null} [settings]
     * @returns {Promise<Reading>}
     */
    predictStrokes(strokes, settings) {
        const { signal, transfer, ...options } = settings ?? {};
        return this.#droppable('predictStrokes', { strokes, options }, { signal, transfer, argument: strokes });
    }

    /**
     * @param {LabelledImages} data
     * @param {(TrainOptions & { transfer?: boolean }) | null} [settings]
     * @returns {Promise<History>}
     */
    async train(data, settings) {
        const { signal, onProgress, transfer, ...options } = settings ?? {};
        signal?.throwIfAborted();
        const buffers = transfer ? buffersOf(data) : [];
        const { id, answer } = this.#request('train', { data, options }, { transfer: buffers, onProgress });
        const abort = () => this.#worker.postMessage({ id: ++this.#lastId, action: 'abort', target: id });
        signal?.addEventListener('abort', abort);
        try {
            return await answer;
        } catch (error) {
            signal?.throwIfAborted();
            throw error;
        } finally {
            signal?.removeEventListener('abort', abort);
        }
    }

    /**
     * @param {LabelledImages} data
     * @param {CallOptions | null} [options]
     * @returns {Promise<Evaluation>}
     */
    evaluate(data, options) {
        return this.#droppable('evaluate', { data }, { ...options, argument: data });
    }

    /** @returns {Promise<Uint8Array>} */
    saveModel() {
        return this.#request('saveModel').answer;
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes @returns {Promise<void>} */
    loadModel(bytes) {
        return this.#request('loadModel', { bytes }).answer;
    }

    /** @returns {Promise<Summary>} */
    summary() {
        return this.#request('summary').answer;
    }

    free() {
        this.#end(new Error('This Scrawl was freed. Make another one with createScrawlClient().'));
    }
}

/** @type {typeof import('./scrawl-client.d.ts').createScrawlClient} */
export async function createScrawlClient(options) {
    const { worker: address, model, wasm, threads, threadedWasm, threadWorker } = options ?? {};
    const worker = address
        ? new Worker(address, { type: 'module' })
        : new Worker(new URL('scrawl-worker.js', import.meta.url), { type: 'module' });
    const client = new ScrawlClient(worker);
    try {
        await client.create({
            model: absolute(model),
            wasm: absolute(wasm),
            threads,
            threadedWasm: absolute(threadedWasm),
            threadWorker: absolute(threadWorker),
        });
    } catch (error) {
        client.free();
        throw error;
    }
    return client;
}
