// The page's reader: a Scrawl in a worker that reads the newest picture and drops those that a newer one overtook.
// Knows no elements.

import { createScrawlClient } from './wasm/scrawl-client.js';

/** @import { Picture, PredictOptions, Reading } from './wasm/scrawl.d.ts' */
/** @import { ScrawlClient } from './wasm/scrawl-client.d.ts' */
/** @typedef {{ reading: Reading, milliseconds: number }} TimedReading */
/**
 * @typedef {object} Job a picture that waits
 * @property {Picture} picture
 * @property {PredictOptions} options
 * @property {(result: Promise<TimedReading> | null) => void} resolve
 */

/** Further ones would only wait: digits are few. */
const MOST_THREADS = 8;

class Engine {
    /** @type {Job | null} */ #waiting = null;
    #isReading = false;

    /** @param {ScrawlClient} client @param {number} parameters */
    constructor(client, parameters) {
        this.client = client;
        this.parameters = parameters;
    }

    /** The names of the classes. */
    get labels() {
        return this.client.labels;
    }

    /** How many threads read. */
    get threads() {
        return this.client.threads;
    }

    /**
     * Reads one picture at a time; while it does, only the newest other one waits.
     * @param {Picture} picture
     * @param {PredictOptions} options
     * @returns {Promise<TimedReading | null>} null when a newer picture overtook this one
     */
    read(picture, options) {
        return new Promise((resolve) => {
            this.#waiting?.resolve(null);
            this.#waiting = { picture, options, resolve };
            this.#next();
        });
    }

    async #next() {
        if (this.#isReading || !this.#waiting) return;
        const { picture, options, resolve } = this.#waiting;
        this.#waiting = null;
        this.#isReading = true;
        const result = this.#measure(picture, options);
        resolve(result);
        await result.catch(() => {});
        this.#isReading = false;
        this.#next();
    }

    /** @param {Picture} picture @param {PredictOptions} options @returns {Promise<TimedReading>} */
    async #measure(picture, options) {
        const start = performance.now();
        const reading = await this.client.predict(picture, options);
        return { reading, milliseconds: performance.now() - start };
    }
}

/** Loads the module and the shipped model. */
export async function startEngine() {
    const client = await createScrawlClient({ threads: Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS) });
    const { parameters } = await client.summary();
    return new Engine(client, parameters);
}

/** @typedef {Engine} ReadingEngine */
