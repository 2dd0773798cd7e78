// The page's side of scrawl-worker.js, described in scrawl-client.d.ts: requests as promises, answers matched by id.
// Knows messages only; everything about digits happens in the worker.

import { startWorker } from './addresses.js';
import { isBlob } from './arguments.js';
import { buffersOf } from './buffers.js';
import { cloneable, copyOf, loadAhead, readerCount, withAddresses } from './client-arguments.js';
import { Readers } from './client-readers.js';
import { ClientTraining } from './client-training.js';
import { codeOf, failure, freed, noModel } from './errors.js';
import { compileAhead } from './threads.js';

export { IMAGE_PIXELS, IMAGE_SIDE } from './arguments.js';

/** @import { ConvertOptions, CreateOptions, Evaluation, EvaluateOptions, Filters, FiltersOptions, History, InspectOptions, Inspection, LabelledImages,
 *     ModelFormat, Normalization, Picture, PredictOptions, Predictions, Reading, ResumeOptions, Scrawl, Stroke, Summary, TrainCallbacks, TrainingOption,
 *     TrainingState, TrainOptions, TrainSettings, WeightsOptions } from './scrawl.d.ts' */
/** @import { CallOptions, ClientOptions, ScrawlClient as ScrawlClientApi, TransferOptions } from './scrawl-client.d.ts' */
/** @import { RequestOptions, TrainingRequest } from './client-training.js' */
/** @typedef {Pick<Scrawl, 'labels' | 'architecture' | 'normalization' | 'saysNormalization' | 'detects'>} ModelDescription */
/**
 * @typedef {object} Answer of the worker
 * @property {number} id of the request
 * @property {any} [result]
 * @property {{ name: string, message: string, code?: string }} [error]
 * @property {any} [progress]
 * @property {ModelDescription | null} [model] when it is another one now
 * @property {TrainingState} [state] of the training that the request named
 */
/**
 * @typedef {object} Call one that has no answer yet
 * @property {(result: any) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {((state: TrainingState) => void) | undefined} onState
 */

/** Whether it ended because it was told to. @param {unknown} error of a training or an evaluation */
function wasTold(error) {
    return codeOf(error) === 'CANCELLED' || /** @type {Error} */ (error).name === 'AbortError';
}

/** @implements {ScrawlClientApi} */
class ScrawlClient {
    /** @type {Worker} */ #worker;
    /** @type {Map<number, Call>} */ #calls = new Map();
    /** Who hears of a training's or evaluation's progress. @type {Map<number, (progress: any) => void>} */
    #listeners = new Map();
    /** @type {ModelDescription | null} */ #model = null;
    /** @type {Error | null} */ #ended = null;
    #lastId = 0;
    /** Trainings and evaluations that go on. */ #longCalls = 0;
    /** Null where this worker alone reads. @type {Readers | null} */ #readers = null;
    /** None until the worker has created its Scrawl. */
    threads = 0;
    /** @type {Promise<number>} */ allThreads = Promise.resolve(0);
    kernels = '';
    version = '';
    /** @type {string[]} */ architectures = [];
    /** @type {string[]} */ presets = [];
    /** @type {TrainingOption[]} */ trainingOptions = [];

    /** @param {Worker} worker */
    constructor(worker) {
        this.#worker = worker;
        worker.addEventListener('message', ({ data }) => this.#receive(data));
        worker.addEventListener('error', (event) => {
            event.preventDefault();
            const detail = event.message ?? 'Its script could not be loaded.';
            this.#end(failure('STOPPED', `The worker that reads digits failed. ${detail}`));
        });
    }

    /** @param {Answer} answer */
    #receive({ id, result, error, progress, model, state }) {
        if (model !== undefined) {
            this.#model = model;
            this.#readers?.modelChanged();
        }
        if (progress) {
            this.#listeners.get(id)?.(progress);
            return;
        }
        const call = this.#calls.get(id);
        this.#calls.delete(id);
        if (state) call?.onState?.(state);
        if (error) call?.reject(Object.assign(new Error(error.message), { name: error.name, code: error.code }));
        else call?.resolve(result);
    }

    /** @param {Error} reason */
    #end(reason) {
        this.#ended ??= reason;
        this.#worker.terminate();
        for (const call of this.#calls.values()) call.reject(reason);
        this.#calls.clear();
        this.#listeners.clear();
        this.#readers?.free();
    }

    /**
     * Sends a request.
     * @param {string} action
     * @param {object} [content]
     * @param {RequestOptions} [options]
     * @returns {{ id: number, answer: Promise<any> }}
     */
    #request(action, content = {}, { transfer = [], onState } = {}) {
        const id = ++this.#lastId;
        const answer = new Promise((resolve, reject) => {
            if (this.#ended) throw this.#ended;
            this.#worker.postMessage({ ...content, id, action }, transfer);
            this.#calls.set(id, { resolve, reject, onState });
        });
        return { id, answer };
    }

    /**
     * Sends a request for work that reports its progress and may be told to end.
     * @param {string} action
     * @param {object} content
     * @param {{ data: unknown, transfer?: boolean, onProgress?: (progress: any) => void, signal?: AbortSignal,
     *     abort: string }} options data: what transfer hands over; abort: the action that ends it
     */
    async #begin(action, content, { data, transfer, onProgress, signal, abort }) {
        // It keeps the threads that it starts with.
        await this.allThreads;
        signal?.throwIfAborted();
        const { id, answer } = this.#request(action, content, { transfer: transfer ? buffersOf(data) : [] });
        this.#longCalls++;
        const stop = () => this.#request(abort, { target: id }).answer.catch(() => {});
        /** @type {{ reason: unknown } | null} */
        let thrown = null;
        if (onProgress) this.#listeners.set(id, (progress) => {
            try {
                onProgress(progress);
            } catch (reason) {
                thrown = { reason };
                this.#listeners.delete(id);
                stop();
            }
        });
        signal?.addEventListener('abort', stop);
        /** @template Result @param {Promise<Result>} work @returns {Promise<Result>} which ends as the work's own would */
        const settle = async (work) => {
            try {
                const result = await work;
                if (!thrown) return result;
            } catch (error) {
                if (!thrown) throw signal?.aborted && wasTold(error) ? signal.reason : error;
            } finally {
                this.#longCalls--;
                this.#listeners.delete(id);
                signal?.removeEventListener('abort', stop);
            }
            throw thrown.reason;
        };
        return { id, answer, settle };
    }

    /**
     * Asks for a call of the worker's Scrawl: its options go on to it as they are. The answer may be dropped.
     * @param {string} action the call's name
     * @param {unknown[]} args without its options
     * @param {object | null} [settings] its options, and a call's own
     * @returns {Promise<any>}
     */
    async #call(action, args, settings) {
        const { signal, transfer, ...options } = /** @type {CallOptions} */ (settings ?? {});
        signal?.throwIfAborted();
        const { id, answer } = this.#request(action, { args: [...args, options] }, { transfer: transfer ? buffersOf(args) : [] });
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
        throw noModel();
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

    get saysNormalization() {
        return this.#description().saysNormalization;
    }

    get detects() {
        return this.#description().detects;
    }

    /** @param {object} options */
    async create(options) {
        const { threads, kernels, version, architectures, presets, trainingOptions } = await this.#request('create', { options }).answer;
        Object.assign(this, { threads, kernels, version, architectures, presets, trainingOptions });
        this.allThreads = this.#request('allThreads').answer.then((count) => (this.threads = count));
        // Who doesn't ask for it needs no handler.
        this.allThreads.catch(() => {});
    }

    /**
     * Further workers read too from now on.
     * @param {number} most of all
     * @param {ClientOptions} options of this one
     * @param {Uint8Array | null} model
     */
    readBeside(most, options, model) {
        // Its file is compiled once for all of them.
        /** @type {Promise<CreateOptions> | null} */
        let compiled = null;
        const start = async () => {
            compiled ??= compileAhead({ ...options, threads: 1 });
            const client = await createScrawlClient({ ...options, ...await compiled, threads: 1, model: null });
            if (client.kernels === this.kernels) return client;
            client.free();
            throw failure('STOPPED', `It reads with ${client.kernels}, and the others with ${this.kernels}.`);
        };
        this.#readers = new Readers({
            most,
            start,
            readHere: (picture, settings) => this.#predictHere(picture, settings),
            // Its threads, or what it is at, would be held up otherwise.
            readsAlong: () => this.threads === 1 && this.#longCalls === 0,
            saveModel: () => this.saveModel(),
        }, { model, finder: null });
    }

    /** @param {Picture | Blob} picture @param {(PredictOptions & CallOptions) | null} [settings] @returns {Promise<Reading>} */
    async #predictHere(picture, settings) {
        return this.#call('predict', [isBlob(picture) ? await picture.arrayBuffer() : cloneable(picture)], settings);
    }

    /** @param {Picture | Blob} picture @param {(PredictOptions & CallOptions) | null} [settings] @returns {Promise<Reading>} */
    predict(picture, settings) {
        // Weights in training are only here.
        if (this.#readers && !settings?.training) return this.#readers.read(picture, settings);
        return this.#predictHere(picture, settings);
    }

    /** @param {Stroke[]} strokes @param {(PredictOptions & CallOptions) | null} [settings] @returns {Promise<Reading>} */
    predictStrokes(strokes, settings) {
        return this.#call('predictStrokes', [strokes], settings);
    }

    /**
     * @param {Uint8Array | Uint8ClampedArray} images
     * @param {(WeightsOptions & CallOptions) | null} [settings]
     * @returns {Promise<Predictions>}
     */
    predictImages(images, settings) {
        return this.#call('predictImages', [images], settings);
    }

    /**
     * @param {Uint8Array | Uint8ClampedArray} image
     * @param {(InspectOptions & CallOptions) | null} [settings]
     * @returns {Promise<Inspection>}
     */
    inspect(image, settings) {
        return this.#call('inspect', [image], settings);
    }

    /** @param {(FiltersOptions & CallOptions) | null} [settings] @returns {Promise<Filters | null>} */
    filters(settings) {
        return this.#call('filters', [], settings);
    }

    /**
     * @param {ArrayBuffer | ArrayBufferView} images
     * @param {ArrayBuffer | ArrayBufferView} labels
     * @param {number} classCount
     * @param {CallOptions | null} [settings]
     * @returns {Promise<ReturnType<Scrawl['readIdx']>>}
     */
    readIdx(images, labels, classCount, settings) {
        return this.#call('readIdx', [images, labels, classCount], settings);
    }

    /**
     * @param {LabelledImages} data
     * @param {(TrainOptions & TransferOptions) | null} [settings]
     * @returns {Promise<ClientTraining>}
     */
    startTraining(data, settings) {
        return this.#train('startTraining', { data }, settings);
    }

    /**
     * @param {ArrayBuffer | ArrayBufferView} checkpoint
     * @param {LabelledImages} data
     * @param {(ResumeOptions & TransferOptions) | null} [settings]
     * @returns {Promise<ClientTraining>}
     */
    resumeTraining(checkpoint, data, settings) {
        return this.#train('resumeTraining', { data, checkpoint }, settings);
    }

    /**
     * @param {string} action
     * @param {{ data: LabelledImages, checkpoint?: ArrayBuffer | ArrayBufferView }} content
     * @param {(TrainCallbacks & TransferOptions) | null} [settings]
     */
    async #train(action, content, settings) {
        const { signal, onProgress, transfer, ...options } = settings ?? {};
        const { data } = content;
        const abort = 'cancelTraining';
        const begun = await this.#begin(action, { ...content, options }, { data, transfer, onProgress, signal, abort });
        await begun.answer.catch((error) => begun.settle(Promise.reject(error)));
        /** @type {TrainingRequest} */
        const request = (name, how) => this.#request(name, { target: begun.id }, how).answer;
        return new ClientTraining(request, begun.settle);
    }

    /**
     * @param {LabelledImages} data
     * @param {(TrainOptions & TransferOptions) | null} [settings]
     * @returns {Promise<History>}
     */
    async train(data, settings) {
        return (await this.startTraining(data, settings)).finished;
    }

    /** @param {string | null} [preset] @returns {Promise<Required<TrainSettings>>} */
    trainSettings(preset) {
        return this.#call('trainSettings', [preset]);
    }

    /**
     * @param {string} architecture
     * @param {Pick<TrainOptions, 'labelNames'> | null} [options]
     * @returns {Promise<Summary>}
     */
    checkArchitecture(architecture, options) {
        return this.#call('checkArchitecture', [architecture], options);
    }

    /**
     * @param {LabelledImages} data
     * @param {(EvaluateOptions & TransferOptions) | null} [settings]
     * @returns {Promise<Evaluation>}
     */
    async evaluate(data, settings) {
        const { signal, onProgress, transfer, ...options } = settings ?? {};
        const abort = 'abortEvaluation';
        const begun = await this.#begin('evaluate', { data, options }, { data, transfer, onProgress, signal, abort });
        return begun.settle(begun.answer);
    }

    /** @returns {Promise<Uint8Array>} */
    saveModel() {
        return this.#call('saveModel', []);
    }

    /** @param {ModelFormat} format @returns {Promise<Uint8Array>} */
    exportModel(format) {
        return this.#call('exportModel', [format]);
    }

    /**
     * @param {ArrayBuffer | ArrayBufferView} bytes
     * @param {(ConvertOptions & CallOptions) | null} [settings]
     * @returns {Promise<Uint8Array>}
     */
    convertModel(bytes, settings) {
        return this.#call('convertModel', [bytes], settings);
    }

    /** @param {Normalization} normalization @returns {Promise<void>} */
    setNormalization(normalization) {
        const set = () => this.#call('setNormalization', [normalization]);
        return this.#readers ? this.#readers.change({ model: null }, set) : set();
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes @returns {Promise<ModelFormat>} */
    loadModel(bytes) {
        const load = () => this.#call('loadModel', [bytes]);
        return this.#readers ? this.#readers.change({ model: copyOf(bytes) }, load) : load();
    }

    /** @param {ArrayBuffer | ArrayBufferView | null} bytes @returns {Promise<void>} */
    loadFinder(bytes) {
        const load = () => this.#call('loadFinder', [bytes]);
        return this.#readers ? this.#readers.change({ finder: copyOf(bytes) }, load) : load();
    }

    /** @returns {Promise<Summary>} */
    summary() {
        return this.#call('summary', []);
    }

    free() {
        this.#end(freed('createScrawlClient'));
    }
}

/** @type {typeof import('./scrawl-client.d.ts').createScrawlClient} */
export async function createScrawlClient(options) {
    const { worker: address, readers, ...own } = options ?? {};
    const most = readerCount(readers);
    const worker = address ? new Worker(address, { type: 'module' }) : startWorker();
    const client = new ScrawlClient(worker);
    try {
        const ahead = await loadAhead(withAddresses(own));
        await client.create(ahead);
        if (most > 1) client.readBeside(most, { ...ahead, worker: address }, copyOf(ahead.model));
    } catch (error) {
        client.free();
        throw error;
    }
    return client;
}
