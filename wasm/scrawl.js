// The JavaScript API of Scrawl, described in scrawl.d.ts: the only file that knows addresses in the wasm memory.
// Knows nothing of pages and workers, and leaves it to threads.js where the module comes from and on what it runs.

import {
    anyNumber, choice, IMAGE_PIXELS, labelledImages, labelList, pictureBytes, POINT_FLOATS, seedHalves, strokeList,
    wholeNumber,
} from './arguments.js';
import { asBytes, loadBytes } from './load.js';
import { startModule } from './threads.js';

/** @import { Digit, Evaluation, History, LabelledImages, LayerSummary, Normalization, Picture, PredictOptions,
 *     Progress, Reading, Scrawl as ScrawlApi, Stroke, Summary, TrainOptions } from './scrawl.d.ts' */
/** @import { Started } from './threads.js' */
/** @typedef {Record<string, (...scalars: number[]) => number> & { memory: WebAssembly.Memory }} Exports */

const ADDRESS_BYTES = 4;
const DOUBLE_BYTES = 8;

/** As many classes as the architecture's text has outputs; ten for a name. */
const STATED_CLASSES = 0;

/** How long training may hold up the event loop, in milliseconds: below one frame at 60 Hz. */
const SLICE = 12;

// These follow the enums of scrawl.h.
const STATUS_NAMES = [
    'OK', 'OUT_OF_MEMORY', 'INVALID_ARGUMENT', 'INVALID_ARCHITECTURE', 'INVALID_MODEL', 'INVALID_DATASET',
    'INVALID_PICTURE', 'PICTURE_TOO_LARGE', 'UNSUPPORTED',
];
const NORMALIZATIONS = /** @type {Normalization[]} */ (['unit', 'column-l2']);
const OPTIMIZERS = ['adam', 'sgd'];
const SCHEDULES = ['constant', 'one-cycle', 'cosine'];
const PHASES = /** @type {const} */ (['training', 'validating', 'epoch-end', 'finished']);

/**
 * @param {string} code
 * @param {string} sentence
 * @param {unknown} [cause]
 */
function failure(code, sentence, cause) {
    return Object.assign(new Error(sentence, { cause }), { code });
}

/** @param {unknown} [cause] */
function diverged(cause) {
    const sentence = 'The training diverged: its loss or weights are no longer finite numbers. The model is the one '
        + 'from before; lower the learning rate and train again.';
    return failure('DIVERGED', sentence, cause);
}

/** Memory for one call: all that it allocated is given back by free(). Views are only good until the next call. */
class Scope {
    /** @type {Exports} */ #exports;
    /** @type {number[]} */ #blocks = [];

    /** @param {Exports} exports */
    constructor(exports) {
        this.#exports = exports;
    }

    /**
     * @param {number} size in bytes
     * @returns {number} its address
     */
    allocate(size) {
        const block = this.#exports.malloc(Math.max(size, 1));
        if (!block) throw failure('OUT_OF_MEMORY', 'There is not enough memory for this. Try something smaller.');
        this.#blocks.push(block);
        return block;
    }

    /** @param {Uint8Array} bytes */
    copy(bytes) {
        const block = this.allocate(bytes.length);
        new Uint8Array(this.#exports.memory.buffer, block, bytes.length).set(bytes);
        return block;
    }

    /** @param {string} text */
    text(text) {
        return this.copy(new TextEncoder().encode(`${text}\0`));
    }

    /** @param {string[]} texts */
    texts(texts) {
        return this.copy(new Uint8Array(Uint32Array.from(texts, (text) => this.text(text)).buffer));
    }

    free() {
        for (const block of this.#blocks.splice(0)) this.#exports.free(block);
    }
}

/** The module's functions, with statuses as errors, addresses as values, and struct results as lists of numbers. */
class Library {
    /** @type {Exports} */ exports;
    /** What every call throws after one that broke off: it may have left the memory in any state. */
    /** @type {Error | null} */ stopped = null;

    /** @param {Started} module */
    constructor({ exports, threads, end }) {
        const guarded = Object.entries(exports).map(([name, value]) => [name, this.#guard(value)]);
        this.exports = Object.fromEntries(guarded);
        this.threads = threads;
        this.endThreads = end;
    }

    /**
     * The module itself never throws: what comes out of it is a trap, or an overflow of the engine's stack.
     * @param {WebAssembly.ExportValue} value
     */
    #guard(value) {
        if (typeof value !== 'function') return value;
        return (/** @type {number[]} */ ...scalars) => {
            if (this.stopped) throw this.stopped;
            try {
                return value(...scalars);
            } catch (cause) {
                const sentence = 'This Scrawl stopped after an internal error; create a new one with createScrawl().';
                this.stopped = failure('STOPPED', sentence, cause);
                this.endThreads();
                throw this.stopped;
            }
        };
    }

    /**
     * Runs a task with memory of its own.
     * @template Result
     * @param {(scope: Scope) => Result} task
     */
    scoped(task) {
        const scope = new Scope(this.exports);
        try {
            return task(scope);
        } finally {
            scope.free();
        }
    }

    /** @param {number} status */
    check(status) {
        if (status === 0) return;
        throw failure(STATUS_NAMES[status] ?? 'UNKNOWN', this.text(this.exports.scrawl_error()));
    }

    /**
     * Calls a function that answers with a status and writes one address through its last parameter.
     * @param {string} name
     * @param {...number} scalars
     * @returns {number} the address
     */
    make(name, ...scalars) {
        return this.scoped((scope) => {
            const result = scope.allocate(ADDRESS_BYTES);
            this.check(this.exports[name](...scalars, result));
            return this.addresses(result, 1)[0];
        });
    }

    /**
     * Calls a function that writes `count` doubles through the parameter after `scalars`.
     * @param {number} count
     * @param {string} name
     * @param {...number} scalars
     */
    values(count, name, ...scalars) {
        return this.scoped((scope) => {
            const result = scope.allocate(count * DOUBLE_BYTES);
            this.check(this.exports[name](...scalars, result) ?? 0);
            return this.doubles(result, count);
        });
    }

    // Each of these copies: the memory may move whenever the library allocates, and may be shared with threads.

    /** @param {number} address @param {number} count */
    bytes(address, count) {
        return new Uint8Array(this.exports.memory.buffer, address, count).slice();
    }

    /** @param {number} address @param {number} count */
    addresses(address, count) {
        return [...new Uint32Array(this.exports.memory.buffer, address, count)];
    }

    /** @param {number} address @param {number} count */
    floats(address, count) {
        return [...new Float32Array(this.exports.memory.buffer, address, count)];
    }

    /** @param {number} address @param {number} count */
    doubles(address, count) {
        return [...new Float64Array(this.exports.memory.buffer, address, count)];
    }

    /** @param {number} address of UTF-8 that ends with a zero byte */
    text(address) {
        const memory = new Uint8Array(this.exports.memory.buffer);
        return new TextDecoder().decode(memory.slice(address, memory.indexOf(0, address)));
    }
}

// ---- Results ----

/**
 * @param {Library} library
 * @param {number} reading
 * @param {number} index
 * @param {number} classCount
 * @returns {Digit}
 */
function readDigit(library, reading, index, classCount) {
    const [x, y, width, height, digit, confidence, label, probabilities, input, doubtful] =
        library.values(10, 'binding_digit', reading, index);
    return {
        digit,
        label: library.text(label),
        confidence,
        doubtful: doubtful !== 0,
        probabilities: library.floats(probabilities, classCount),
        x,
        y,
        width,
        height,
        input: library.bytes(input, IMAGE_PIXELS),
    };
}

/**
 * @param {Library} library
 * @param {number} reading
 * @param {number} classCount
 * @returns {Reading}
 */
function readReading(library, reading, classCount) {
    const [text, digitCount, width, height] = library.values(4, 'binding_reading', reading);
    const digits = Array.from({ length: digitCount }, (_, index) => readDigit(library, reading, index, classCount));
    return { text: library.text(text), digits, width, height };
}

/**
 * Copies a reading and frees it.
 * @param {Library} library
 * @param {number} model
 * @param {number} reading
 */
function takeReading(library, model, reading) {
    try {
        return readReading(library, reading, library.exports.scrawl_model_class_count(model));
    } finally {
        library.exports.scrawl_reading_free(reading);
    }
}

/**
 * @param {LayerSummary[]} layers
 * @param {number} parameters
 */
function summaryText(layers, parameters) {
    const rows = layers.map(({ kind, activation, shape, parameters: own }) => [
        `${kind} ${activation}`.trim(),
        shape.join(' × '),
        own.toLocaleString('en'),
    ]);
    rows.unshift(['Layer', 'Output shape', 'Parameters']);
    rows.push(['Total', '', parameters.toLocaleString('en')]);
    const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
    const lines = rows.map(([layer, shape, count]) =>
        `${layer.padEnd(widths[0])}   ${shape.padEnd(widths[1])}   ${count.padStart(widths[2])}`);
    const rule = '─'.repeat(lines[0].length);
    return [lines[0], rule, ...lines.slice(1, -1), rule, lines[lines.length - 1]].join('\n');
}

// ---- Training ----

/**
 * Lets the event loop go on, as one turn among equals. Timers would wait 4 ms, and scheduler.yield() may come back
 * ahead of messages that wait: a worker would never hear that it shall stop.
 * @returns {Promise<void>}
 */
function nextTurn() {
    const { setImmediate } = /** @type {{ setImmediate?: (task: () => void) => void }} */ (globalThis);
    if (setImmediate) return new Promise((resolve) => setImmediate(() => resolve()));
    return new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
            port1.close();
            resolve();
        };
        port2.postMessage(null);
    });
}

/** One training: counts what its steps report. */
class Run {
    /** @type {History} */ history = { loss: [], accuracy: [], validationLoss: [], validationAccuracy: [] };
    #seconds = 0;
    #trained = 0;

    /** @param {Library} library @param {number} trainer */
    constructor(library, trainer) {
        this.library = library;
        this.trainer = trainer;
    }

    /** @returns {Progress | null} null when all epochs are complete */
    step() {
        const start = performance.now();
        const [
            phase, epoch, epochs, images, epochImages, loss, accuracy, validationImages, validationLoss,
            validationAccuracy,
        ] = this.library.values(10, 'binding_trainer_step', this.trainer);
        const name = PHASES[phase];
        if (name === 'finished') return null;
        const isFinite = Number.isFinite(loss) && (validationImages === 0 || Number.isFinite(validationLoss));
        if (!isFinite) throw diverged();
        this.#count(epoch * epochImages + images, performance.now() - start);
        const progress = {
            phase: name,
            epoch,
            epochs,
            images,
            epochImages,
            loss,
            accuracy,
            validationLoss: Number.isNaN(validationLoss) ? null : validationLoss,
            validationAccuracy: Number.isNaN(validationAccuracy) ? null : validationAccuracy,
            imagesPerSecond: this.#seconds > 0 ? this.#trained / this.#seconds : 0,
        };
        if (name === 'epoch-end') this.#record(progress);
        return progress;
    }

    /** @param {number} trained images so far @param {number} milliseconds of the step */
    #count(trained, milliseconds) {
        if (trained === this.#trained) return;
        this.#trained = trained;
        this.#seconds += milliseconds / 1000;
    }

    /** @param {Progress} progress */
    #record({ loss, accuracy, validationLoss, validationAccuracy }) {
        this.history.loss.push(loss);
        this.history.accuracy.push(accuracy);
        if (validationLoss !== null) this.history.validationLoss.push(validationLoss);
        if (validationAccuracy !== null) this.history.validationAccuracy.push(validationAccuracy);
    }

    #end() {
        this.library.check(this.library.exports.scrawl_trainer_calibrate(this.trainer));
        return this.history;
    }

    /**
     * Steps until all epochs are complete.
     * @param {() => void} mayGoOn throws when it shall stop
     * @param {((progress: Progress) => void) | undefined} onProgress
     */
    async finish(mayGoOn, onProgress) {
        for (;;) {
            const sliceEnd = performance.now() + SLICE;
            for (let isOver = false; !isOver;) {
                const progress = this.step();
                if (!progress) return this.#end();
                isOver = performance.now() >= sliceEnd;
                if (isOver || progress.phase === 'epoch-end') onProgress?.(progress);
                mayGoOn();
            }
            await nextTurn();
            mayGoOn();
        }
    }
}

// ---- The API ----

/** @implements {ScrawlApi} */
class Scrawl {
    /** @type {Library | null} */ #library;
    /** @type {number} */ #model = 0;
    #training = false;

    /** @param {Library} library */
    constructor(library) {
        this.#library = library;
    }

    /** The library, as long as this is not freed and has not stopped. */
    #alive() {
        if (this.#library?.stopped) throw this.#library.stopped;
        if (this.#library) return this.#library;
        throw new Error('This Scrawl was freed. Make another one with createScrawl().');
    }

    /** The library and the model. */
    #ready() {
        const library = this.#alive();
        if (this.#model) return { library, model: this.#model };
        throw new Error('There is no model yet. Load one with loadModel(), or train one with an architecture.');
    }

    /** @param {Library} library @param {number} model */
    #replaceModel(library, model) {
        library.exports.scrawl_model_free(this.#model);
        this.#model = model;
    }

    get threads() {
        return this.#alive().threads;
    }

    get labels() {
        const { library, model } = this.#ready();
        const { scrawl_model_class_count: count, scrawl_model_label: label } = library.exports;
        return Array.from({ length: count(model) }, (_, index) => library.text(label(model, index)));
    }

    get architecture() {
        const { library, model } = this.#ready();
        return library.text(library.exports.scrawl_model_architecture(model));
    }

    get normalization() {
        const { library, model } = this.#ready();
        return NORMALIZATIONS[library.exports.scrawl_model_normalization(model)];
    }

    /**
     * @param {Picture} picture
     * @param {PredictOptions | null} [options]
     * @returns {Reading}
     */
    predict(picture, options) {
        const { single = false } = options ?? {};
        const { library, model } = this.#ready();
        const { bytes, width, height } = pictureBytes(picture);
        const reading = library.scoped((scope) => {
            const block = scope.copy(bytes);
            return width === undefined || height === undefined
                ? library.make('binding_predict_picture', model, block, bytes.length, Number(single))
                : library.make('binding_predict_rgba', model, block, width, height, Number(single));
        });
        return takeReading(library, model, reading);
    }

    /**
     * @param {Stroke[]} strokes
     * @param {PredictOptions | null} [options]
     * @returns {Reading}
     */
    predictStrokes(strokes, options) {
        const { single = false } = options ?? {};
        const { library, model } = this.#ready();
        const lists = strokeList(strokes);
        const reading = library.scoped((scope) => {
            const rows = lists.flatMap((points) => [
                scope.copy(new Uint8Array(points.buffer)),
                points.length / POINT_FLOATS,
            ]);
            const table = scope.copy(new Uint8Array(Uint32Array.from(rows).buffer));
            return library.make('binding_predict_strokes', model, table, lists.length, Number(single));
        });
        return takeReading(library, model, reading);
    }

    /**
     * @param {LabelledImages} data
     * @param {TrainOptions | null} [settings]
     * @returns {Promise<History>}
     */
    async train(data, settings) {
        const library = this.#alive();
        const options = settings ?? {};
        if (this.#training) throw new Error('A training is running already. Wait for it, or abort it first.');
        options.signal?.throwIfAborted();
        this.#training = true;
        let model = 0;
        try {
            model = options.architecture === undefined ? this.#copyModel(options) : createModel(library, options);
            const history = await this.#trainModel(library, model, data, options);
            assertFinite(library, model);
            this.#replaceModel(library, model);
            model = 0;
            return history;
        } finally {
            this.#training = false;
            library.exports.scrawl_model_free(model);
        }
    }

    /**
     * @param {TrainOptions} options
     * @returns {number} a second model like the loaded one: it is trained while the loaded one goes on reading
     */
    #copyModel({ normalization, labelNames }) {
        if (normalization !== undefined || labelNames !== undefined) {
            throw new TypeError('normalization and labelNames are for a new network: give its architecture too.');
        }
        const { library } = this.#ready();
        return loadModel(library, this.saveModel());
    }

    /**
     * @param {Library} library
     * @param {number} model
     * @param {LabelledImages} data
     * @param {TrainOptions} options
     */
    async #trainModel(library, model, data, options) {
        const dataset = createDataset(library, data, model);
        let trainer = 0;
        try {
            trainer = createTrainer(library, model, dataset, options);
            const mayGoOn = () => {
                this.#alive();
                options.signal?.throwIfAborted();
            };
            return await new Run(library, trainer).finish(mayGoOn, options.onProgress);
        } finally {
            library.exports.scrawl_trainer_free(trainer);
            library.exports.scrawl_dataset_free(dataset);
        }
    }

    /**
     * @param {LabelledImages} data
     * @returns {Evaluation}
     */
    evaluate(data) {
        const { library, model } = this.#ready();
        const classCount = library.exports.scrawl_model_class_count(model);
        const dataset = createDataset(library, data, model);
        const scope = new Scope(library.exports);
        try {
            const results = scope.allocate(3 * DOUBLE_BYTES);
            const counts = scope.allocate(classCount * classCount * ADDRESS_BYTES);
            library.check(library.exports.binding_evaluate(model, dataset, results, counts));
            const [images, loss, accuracy] = library.doubles(results, 3);
            const confusion = Array.from({ length: classCount }, (_, actual) =>
                library.addresses(counts + actual * classCount * ADDRESS_BYTES, classCount));
            return { images, loss, accuracy, confusion };
        } finally {
            scope.free();
            library.exports.scrawl_dataset_free(dataset);
        }
    }

    saveModel() {
        const { library, model } = this.#ready();
        return saveModel(library, model);
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes */
    loadModel(bytes) {
        const library = this.#alive();
        const view = asBytes(bytes);
        if (!view) throw new TypeError('A model must be an ArrayBuffer or a Uint8Array.');
        if (this.#training) throw new Error('A training is running. Wait for it, or abort it, before loading a model.');
        this.#replaceModel(library, loadModel(library, view));
    }

    /** @returns {Summary} */
    summary() {
        const { library, model } = this.#ready();
        let isVector = false;
        const layers = Array.from({ length: library.exports.scrawl_model_layer_count(model) }, (_, index) => {
            const [kind, activation, rows, columns, channels, parameters] =
                library.values(6, 'binding_model_layer', model, index);
            const name = library.text(kind);
            isVector ||= name === 'flatten' || name === 'dense';
            return /** @type {LayerSummary} */ ({
                kind: name,
                activation: library.text(activation),
                shape: isVector ? [channels] : [rows, columns, channels],
                parameters,
            });
        });
        const parameters = library.exports.scrawl_model_parameter_count(model);
        return { layers, parameters, text: summaryText(layers, parameters) };
    }

    free() {
        if (!this.#library) return;
        if (!this.#library.stopped) this.#replaceModel(this.#library, 0);
        this.#library.endThreads();
        this.#library = null;
    }
}

/**
 * @param {Library} library
 * @param {Uint8Array} bytes
 * @returns {number} the model
 */
function loadModel(library, bytes) {
    return library.scoped((scope) => library.make('scrawl_model_load', scope.copy(bytes), bytes.length));
}

/**
 * @param {Library} library
 * @param {number} model
 * @returns {Uint8Array} a safetensors file
 */
function saveModel(library, model) {
    return library.scoped((scope) => {
        const result = scope.allocate(2 * ADDRESS_BYTES);
        library.check(library.exports.scrawl_model_save(model, result, result + ADDRESS_BYTES));
        const [address, size] = library.addresses(result, 2);
        try {
            return library.bytes(address, size);
        } finally {
            library.exports.scrawl_free(address);
        }
    });
}

/**
 * What the last step of a training does to the weights shows in no loss. The library saves only finite weights.
 * @param {Library} library
 * @param {number} model
 */
function assertFinite(library, model) {
    try {
        saveModel(library, model);
    } catch (error) {
        throw /** @type {{ code?: string }} */ (error).code === 'INVALID_MODEL' ? diverged(error) : error;
    }
}

/**
 * @param {Library} library
 * @param {TrainOptions} options
 * @returns {number} an untrained model
 */
function createModel(library, { architecture, labelNames, normalization = 'unit', seed = 1 }) {
    const names = labelNames === undefined ? null : labelList(labelNames);
    return library.scoped((scope) => library.make(
        'binding_model_create',
        scope.text(String(architecture)),
        names?.length ?? STATED_CLASSES,
        names ? scope.texts(names) : 0,
        choice('normalization', normalization, NORMALIZATIONS),
        ...seedHalves(seed),
    ));
}

/**
 * @param {Library} library
 * @param {LabelledImages} data
 * @param {number} model whose classes the labels number
 * @returns {number} the data set
 */
function createDataset(library, data, model) {
    const { images, labels } = labelledImages(data);
    const classCount = library.exports.scrawl_model_class_count(model);
    return library.scoped((scope) => library.make(
        'scrawl_dataset_from_arrays', scope.copy(images), scope.copy(labels), labels.length, classCount,
    ));
}

/**
 * @param {Library} library
 * @param {string} [preset]
 */
function trainingDefaults(library, preset) {
    return library.scoped((scope) =>
        library.values(10, 'binding_training_preset', preset === undefined ? 0 : scope.text(String(preset))));
}

/**
 * @param {Library} library
 * @param {number} model
 * @param {number} dataset
 * @param {TrainOptions} options
 * @returns {number} the trainer
 */
function createTrainer(library, model, dataset, options) {
    const defaults = trainingDefaults(library, options.preset);
    const {
        epochs = defaults[0],
        batchSize = defaults[1],
        optimizer = OPTIMIZERS[defaults[2]],
        learningRate = defaults[3],
        schedule = SCHEDULES[defaults[4]],
        momentum = defaults[5],
        dropout = defaults[6] !== 0,
        labelSmoothing = defaults[7],
        epochShare = defaults[8],
        validationSplit = defaults[9],
        seed = 1,
        augment = 0,
    } = options;
    return library.make(
        'binding_trainer_create',
        model,
        dataset,
        wholeNumber('epochs', epochs),
        wholeNumber('batchSize', batchSize),
        choice('optimizer', optimizer, OPTIMIZERS),
        anyNumber('learningRate', learningRate),
        choice('schedule', schedule, SCHEDULES),
        anyNumber('momentum', momentum),
        Number(Boolean(dropout)),
        anyNumber('labelSmoothing', labelSmoothing),
        anyNumber('epochShare', epochShare),
        anyNumber('validationSplit', validationSplit),
        ...seedHalves(seed),
        anyNumber('augment', augment),
    );
}

/** @type {typeof import('./scrawl.d.ts').createScrawl} */
export async function createScrawl(options) {
    const { model } = options ?? {};
    const [bytes, module] = await Promise.allSettled([
        model === null ? null : loadBytes(model ?? new URL('small.safetensors', import.meta.url), 'the model'),
        startModule(options ?? {}),
    ]);
    if (module.status === 'rejected') throw module.reason;
    const scrawl = new Scrawl(new Library(module.value));
    try {
        if (bytes.status === 'rejected') throw bytes.reason;
        if (bytes.value) scrawl.loadModel(bytes.value);
        return scrawl;
    } catch (error) {
        scrawl.free();
        throw error;
    }
}
