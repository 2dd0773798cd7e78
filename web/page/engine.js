// The page's reader: a Scrawl in a worker that reads the newest picture or drawing and drops those that a newer one
// overtook; trainings, evaluations and looks inside go straight through. Knows no elements.

import { createScrawlClient } from '../../wasm/scrawl-client.js';

/** @import { EvaluateOptions, InspectOptions, LabelledImages, Picture, PredictOptions, Progress, Reading, ResumeOptions,
 *     Stroke, TrainOptions, WeightsOptions } from '../../wasm/scrawl.d.ts' */
/** @import { CallOptions, ClientTraining, ScrawlClient } from '../../wasm/scrawl-client.d.ts' */
/** @typedef {{ reading: Reading, milliseconds: number }} TimedReading */
/** @typedef {{ onProgress?: (progress: Progress) => void, signal?: AbortSignal, transfer?: boolean }} TrainCallbacks */
/**
 * @typedef {object} Job what waits to be read
 * @property {() => Promise<Reading>} read
 * @property {(result: Promise<TimedReading> | null) => void} resolve
 */

/** Further ones would only wait: digits are few. */
const MOST_THREADS = 8;

class Engine {
    /** @type {Job | null} */ #waiting = null;
    #isReading = false;

    /** Of the model that summary() was asked about last. @type {number | null} */ parameters = null;
    /** How many read and train; null as long as some are still starting. @type {number | null} */ threads = null;

    /** @param {ScrawlClient} client */
    constructor(client) {
        this.client = client;
        /** When nothing of it is still starting. @type {Promise<void>} */
        this.complete = client.allThreads.then((count) => void (this.threads = count));
        // A reader that ends before is told of by what it was asked for.
        this.complete.catch(() => {});
    }

    /** The names of the classes. */
    get labels() {
        return this.client.labels;
    }

    /** The model's layers as text. */
    get architecture() {
        return this.client.architecture;
    }

    /** The names of the built-in architectures. */
    get architectures() {
        return this.client.architectures;
    }

    /** The names of the built-in training settings. */
    get presets() {
        return this.client.presets;
    }

    /** What the library says of each training setting. */
    get trainingOptions() {
        return this.client.trainingOptions;
    }

    /**
     * Reads one picture or drawing at a time; while it does, only the newest other one waits.
     * @param {Picture} picture
     * @param {PredictOptions} [options]
     * @returns {Promise<TimedReading | null>} null when a newer one overtook this one
     */
    read(picture, options) {
        return this.#readNewest(() => this.client.predict(picture, options));
    }

    /**
     * @param {Stroke[]} strokes
     * @param {PredictOptions} [options]
     * @returns {Promise<TimedReading | null>} null when a newer one overtook this one
     */
    readStrokes(strokes, options) {
        return this.#readNewest(() => this.client.predictStrokes(strokes, options));
    }

    /** @param {() => Promise<Reading>} read @returns {Promise<TimedReading | null>} */
    #readNewest(read) {
        return new Promise((resolve) => {
            this.#waiting?.resolve(null);
            this.#waiting = { read, resolve };
            this.#next();
        });
    }

    async #next() {
        if (this.#isReading || !this.#waiting) return;
        const { read, resolve } = this.#waiting;
        this.#waiting = null;
        this.#isReading = true;
        const result = this.#measure(read);
        resolve(result);
        await result.catch(() => {});
        this.#isReading = false;
        this.#next();
    }

    /** @param {() => Promise<Reading>} read @returns {Promise<TimedReading>} */
    async #measure(read) {
        const start = performance.now();
        const reading = await read();
        return { reading, milliseconds: performance.now() - start };
    }

    /** @param {Uint8Array} images n × 784 @param {WeightsOptions & CallOptions} [options] */
    predictImages(images, options) {
        return this.client.predictImages(images, options);
    }

    /** @param {Uint8Array} image 784 grey values @param {InspectOptions & CallOptions} [options] */
    inspect(image, options) {
        return this.client.inspect(image, options);
    }

    /** @param {WeightsOptions & CallOptions} [options] */
    filters(options) {
        return this.client.filters(options);
    }

    /**
     * @param {LabelledImages} data
     * @param {TrainOptions} options
     * @param {TrainCallbacks} [callbacks]
     * @returns {Promise<ClientTraining>} when it has started
     */
    startTraining(data, options, callbacks) {
        return this.client.startTraining(data, { ...options, ...callbacks });
    }

    /**
     * @param {Uint8Array} checkpoint
     * @param {LabelledImages} data what the training began with
     * @param {ResumeOptions} [options]
     * @param {TrainCallbacks} [callbacks]
     * @returns {Promise<ClientTraining>} when it goes on
     */
    resumeTraining(checkpoint, data, options, callbacks) {
        return this.client.resumeTraining(checkpoint, data, { ...options, ...callbacks });
    }

    /** The library's settings, or a preset's. @param {string | null} [preset] */
    trainSettings(preset) {
        return this.client.trainSettings(preset);
    }

    /** @param {string} architecture @param {Pick<TrainOptions, 'labelNames'>} [options] */
    checkArchitecture(architecture, options) {
        return this.client.checkArchitecture(architecture, options);
    }

    /** @param {LabelledImages} data @param {EvaluateOptions & { transfer?: boolean }} [options] */
    evaluate(data, options) {
        return this.client.evaluate(data, options);
    }

    saveModel() {
        return this.client.saveModel();
    }

    /** @param {ArrayBuffer | ArrayBufferView} bytes */
    loadModel(bytes) {
        return this.client.loadModel(bytes);
    }

    async summary() {
        const summary = await this.client.summary();
        this.parameters = summary.parameters;
        return summary;
    }
}

/** Loads the module and the shipped model. Resolves as soon as it reads. */
export async function startEngine() {
    const threads = Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS);
    return new Engine(await createScrawlClient({ threads, waitForThreads: false }));
}

/** @typedef {Engine} ReadingEngine */
