// The JavaScript API of Scrawl, described in scrawl.d.ts: one model, the training that may replace it, and a finder.
// Knows nothing of pages and workers, and leaves it to threads.js where the module comes from and on what it runs, and to
// memory.js how it is called.

import { defaultModel } from './addresses.js';
import { fileBytes, isBlob, knownOptions } from './arguments.js';
import { readIdx } from './dataset.js';
import { evaluate } from './evaluation.js';
import { codeOf, failure, freed, noFinder, noModel, overtaken } from './errors.js';
import { loadBytes } from './load.js';
import { Library } from './memory.js';
import { Model } from './model.js';
import { defaultSettings, trainingOptions } from './settings.js';
import { Trainer } from './trainer.js';
import { startModule } from './threads.js';
import { Training } from './training.js';

export { IMAGE_PIXELS, IMAGE_SIDE } from './arguments.js';

/** @import { ConvertOptions, CreateOptions, Evaluation, EvaluateOptions, Filters, FiltersOptions, History, InspectOptions, Inspection, LabelledImages,
 *     ModelFormat, Normalization, Picture, PredictOptions, Predictions, Reading, ResumeOptions, Scrawl as ScrawlApi, Stroke, Summary, TrainCallbacks,
 *     TrainOptions, WeightsOptions } from './scrawl.d.ts' */

/** What the options of each call are called. */
const PREDICT_OPTIONS = ['single', 'explain', 'finder', 'training'];
const WEIGHTS_OPTIONS = ['training'];
const INSPECT_OPTIONS = ['classIndex', 'training'];
const FILTERS_OPTIONS = ['layer', 'training'];
const EVALUATE_OPTIONS = ['training', 'onProgress'];
const RESUME_OPTIONS = ['epochs', 'onProgress'];
const CHECK_OPTIONS = ['labelNames'];
const CONVERT_OPTIONS = ['to', 'normalization'];
const CREATE_OPTIONS = ['model', 'wasm', 'threads', 'waitForThreads', 'reproducible', 'threadedWasm', 'threadWorker', 'exchangeWasm'];

/** What the library fails with when a model is another program's. */
const OTHER_FORMAT = 'UNSUPPORTED';

/** @param {Library} library @param {Uint8Array} bytes of a model that finds digits on pages */
function loadDetector(library, bytes) {
    const model = Model.load(library, bytes);
    if (model.detects) return model;
    model.release();
    throw failure('INVALID_ARGUMENT', 'This model reads images; a finder is one that finds digits on pages.');
}

/** Most never need it. */
async function loadExchange() {
    try {
        return await import('./exchange.js');
    } catch (cause) {
        const what = 'the part that reads and writes other programs’ models';
        throw new Error(`Couldn't load ${what}. Check the connection and try again.`, { cause });
    }
}

/** @implements {ScrawlApi} */
class Scrawl {
    /** @type {Library | null} */ #library;
    /** @type {Model | null} */ #model = null;
    /** @type {Model | null} */ #finder = null;
    /** @type {Training | null} */ #training = null;
    /** Counts models that were loaded, and those that are still to be. */ #loads = 0;
    #exchangeWasm;

    /** @param {Library} library @param {CreateOptions['exchangeWasm']} exchangeWasm */
    constructor(library, exchangeWasm) {
        this.#library = library;
        this.#exchangeWasm = exchangeWasm;
    }

    /** The library, as long as this is not freed and has not stopped. */
    #alive() {
        if (this.#library?.stopped) throw this.#library.stopped;
        if (this.#library) return this.#library;
        throw freed('createScrawl');
    }

    /** The model, or the one in training when that is asked for. @param {WeightsOptions | null} [options] */
    #ready(options) {
        this.#alive();
        const model = options?.training && this.#training ? this.#training.model : this.#model;
        if (model) return model;
        throw noModel();
    }

    /** @param {Model | null} model */
    #replaceModel(model) {
        this.#model?.release();
        this.#model = model;
    }

    /** The finder where it is asked for. @param {PredictOptions | null} [options] */
    #wantedFinder(options) {
        if (!options?.finder) return null;
        if (this.#finder) return this.#finder;
        throw noFinder();
    }

    get threads() {
        return this.#alive().threads;
    }

    get allThreads() {
        return this.#alive().module.allThreads;
    }

    get kernels() {
        return this.#alive().list('scrawl_kernels_name')[0];
    }

    get version() {
        const library = this.#alive();
        return library.text(library.exports.scrawl_version());
    }

    get architectures() {
        return this.#alive().list('scrawl_architecture_name');
    }

    get presets() {
        return this.#alive().list('scrawl_preset_name');
    }

    get trainingOptions() {
        return trainingOptions(this.#alive());
    }

    get labels() {
        return this.#ready().labels;
    }

    get architecture() {
        return this.#ready().architecture;
    }

    get normalization() {
        return this.#ready().normalization;
    }

    get saysNormalization() {
        return this.#ready().saysNormalization;
    }

    get detects() {
        return this.#ready().detects;
    }

    /**
     * @param {Picture | Blob} picture
     * @param {PredictOptions | null} [options]
     * @returns {any} a reading, or a promise for that of a file of the page's
     */
    predict(picture, options) {
        const known = knownOptions('a reading', options, PREDICT_OPTIONS);
        if (isBlob(picture)) return picture.arrayBuffer().then((bytes) => this.predict(bytes, known));
        return this.#ready(known).predict(picture, known, this.#wantedFinder(known));
    }

    /** @param {Stroke[]} strokes @param {PredictOptions | null} [options] @returns {Reading} */
    predictStrokes(strokes, options) {
        const known = knownOptions('a reading', options, PREDICT_OPTIONS);
        return this.#ready(known).predictStrokes(strokes, known);
    }

    /** @param {Uint8Array | Uint8ClampedArray} images @param {WeightsOptions | null} [options] @returns {Predictions} */
    predictImages(images, options) {
        return this.#ready(knownOptions('a reading of images', options, WEIGHTS_OPTIONS)).predictImages(images);
    }

    /** @param {Uint8Array | Uint8ClampedArray} image @param {InspectOptions | null} [options] @returns {Inspection} */
    inspect(image, options) {
        const known = knownOptions('an inspection', options, INSPECT_OPTIONS);
        return this.#ready(known).inspect(image, known.classIndex);
    }

    /** @param {FiltersOptions | null} [options] @returns {Filters | null} */
    filters(options) {
        const known = knownOptions('a look at filters', options, FILTERS_OPTIONS);
        return this.#ready(known).filters(known.layer);
    }

    /** @param {LabelledImages} data @param {TrainOptions | null} [settings] */
    startTraining(data, settings) {
        const options = settings ?? {};
        return this.#begin(options, (library) => {
            const isNew = options.architecture !== undefined;
            return Trainer.start(isNew ? Model.create(library, options) : this.#copyModel(options), data, options);
        });
    }

    /**
     * @param {ArrayBuffer | ArrayBufferView} checkpoint
     * @param {LabelledImages} data
     * @param {ResumeOptions | null} [settings]
     */
    resumeTraining(checkpoint, data, settings) {
        const options = knownOptions('a training that goes on', settings, RESUME_OPTIONS);
        return this.#begin(options, (library) => {
            return Trainer.resume(library, fileBytes('A checkpoint', checkpoint), data, options);
        });
    }

    /** @param {TrainCallbacks} callbacks @param {(library: Library) => Trainer} makeTrainer */
    #begin(callbacks, makeTrainer) {
        const library = this.#alive();
        if (this.#training) throw new Error('A training is running already. Wait for it, or cancel it first.');
        callbacks.signal?.throwIfAborted();
        this.#training = new Training(makeTrainer(library), callbacks, {
            keep: (model) => this.#replaceModel(model.hold()),
            end: () => {
                this.#training = null;
            },
        });
        return this.#training;
    }

    /**
     * @param {TrainOptions} options
     * @returns {Model} a second model like the loaded one: it is trained while the loaded one goes on reading
     */
    #copyModel({ normalization, labelNames }) {
        if (normalization !== undefined || labelNames !== undefined) {
            throw new TypeError('normalization and labelNames are for a new network: give its architecture too.');
        }
        const model = this.#ready();
        return Model.load(model.library, model.save());
    }

    /** @param {LabelledImages} data @param {TrainOptions | null} [options] @returns {Promise<History>} */
    async train(data, options) {
        return this.startTraining(data, options).finished;
    }

    /** @param {string | null} [preset] */
    trainSettings(preset) {
        return defaultSettings(this.#alive(), preset);
    }

    /**
     * @param {string} architecture
     * @param {Pick<TrainOptions, 'labelNames'> | null} [options]
     * @returns {Summary}
     */
    checkArchitecture(architecture, options) {
        const { labelNames } = knownOptions('a check of an architecture', options, CHECK_OPTIONS);
        const model = Model.create(this.#alive(), { labelNames, architecture });
        try {
            return model.summary();
        } finally {
            model.release();
        }
    }

    /** @param {ArrayBuffer | ArrayBufferView} images @param {ArrayBuffer | ArrayBufferView} labels @param {number} classCount */
    readIdx(images, labels, classCount) {
        return readIdx(this.#alive(), images, labels, classCount);
    }

    /** @param {LabelledImages} data @param {EvaluateOptions | null} [options] @returns {Promise<Evaluation>} */
    async evaluate(data, options) {
        const known = knownOptions('an evaluation', options, EVALUATE_OPTIONS);
        return evaluate(this.#ready(known), data, known, () => this.#alive());
    }

    saveModel() {
        return this.#ready().save();
    }

    /** @param {ModelFormat} format */
    async exportModel(format) {
        return this.convertModel(this.saveModel(), { to: format });
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes @param {ConvertOptions | null} [options] @returns {Promise<Uint8Array>} */
    async convertModel(bytes, options) {
        this.#alive();
        const known = knownOptions('a conversion', options, CONVERT_OPTIONS);
        const { convertModel } = await loadExchange();
        return convertModel(fileBytes('A model', bytes), { ...known, wasm: this.#exchangeWasm });
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes of a safetensors file */
    #load(bytes) {
        const library = this.#alive();
        const view = fileBytes('A model', bytes);
        if (this.#training) throw new Error('A training is running. Wait for it, or cancel it, before loading a model.');
        this.#replaceModel(Model.load(library, view));
        this.#loads++;
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes */
    loadModel(bytes) {
        try {
            this.#load(bytes);
        } catch (error) {
            if (codeOf(error) !== OTHER_FORMAT) throw error;
            throw failure(OTHER_FORMAT, `${/** @type {Error} */ (error).message} importModel() converts it and loads it.`, error);
        }
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes @returns {Promise<ModelFormat>} */
    async importModel(bytes) {
        try {
            this.#load(bytes);
            return 'safetensors';
        } catch (error) {
            if (codeOf(error) !== OTHER_FORMAT) throw error;
        }
        const place = ++this.#loads;
        const { modelFormat } = await loadExchange();
        const format = await modelFormat(bytes, { wasm: this.#exchangeWasm });
        const converted = await this.convertModel(bytes);
        if (place !== this.#loads) throw overtaken();
        this.#load(converted);
        return format;
    }

    /** @param {Normalization} normalization */
    setNormalization(normalization) {
        this.#ready().normalization = normalization;
    }

    /** @param {ArrayBuffer | ArrayBufferView | null} bytes */
    loadFinder(bytes) {
        const library = this.#alive();
        const finder = bytes === null ? null : loadDetector(library, fileBytes('A finder', bytes));
        this.#finder?.release();
        this.#finder = finder;
    }

    summary() {
        return this.#ready().summary();
    }

    free() {
        if (!this.#library) return;
        this.#training?.cancel(this.#library.stopped ?? freed('createScrawl'));
        this.#replaceModel(null);
        this.#finder?.release();
        this.#finder = null;
        this.#library.endThreads();
        this.#library = null;
    }
}

/** @type {typeof import('./scrawl.d.ts').createScrawl} */
export async function createScrawl(options) {
    const known = knownOptions('a Scrawl', options, CREATE_OPTIONS);
    const { model } = known;
    const [bytes, module] = await Promise.allSettled([
        model === null ? null : loadBytes(model ?? defaultModel(), 'the model'),
        startModule(known),
    ]);
    if (module.status === 'rejected') throw module.reason;
    const scrawl = new Scrawl(new Library(module.value), known.exchangeWasm);
    try {
        if (bytes.status === 'rejected') throw bytes.reason;
        if (bytes.value) await scrawl.importModel(bytes.value);
        return scrawl;
    } catch (error) {
        scrawl.free();
        throw error;
    }
}
