// The page's engine: a Scrawl in a worker, and what the page adds to it: the newest drawing is read and those that it
// overtook are dropped, readings are timed, facts are known. All other calls are the client's own. Knows no elements.

import { createScrawlClient } from '../../wasm/scrawl-client.js';

/** @import { Reading } from '../../wasm/scrawl.d.ts' */
/** @import { ScrawlClient } from '../../wasm/scrawl-client.d.ts' */
/** @typedef {(client: ScrawlClient) => Promise<Reading>} Read asks the client for a reading */
/** @typedef {{ reading: Reading, milliseconds: number }} TimedReading */
/** @typedef {{ read: Read, resolve: (result: Promise<TimedReading> | null) => void }} Job what waits to be read */

/** Further ones would only wait: digits are few. */
const MOST_THREADS = 8;

class Engine {
    /** @type {Job | null} */ #waiting = null;
    #isReading = false;

    /** Of the model, when updateFacts() was called last. @type {number | null} */ parameters = null;
    /** How many read and train; null as long as some are still starting. @type {number | null} */ threads = null;

    /** @param {ScrawlClient} client */
    constructor(client) {
        this.client = client;
        /** When nothing of it is still starting. @type {Promise<void>} */
        this.complete = client.allThreads.then((count) => void (this.threads = count));
        // A reader that ends before is told of by what it was asked for.
        this.complete.catch(() => {});
    }

    /**
     * Reads one at a time; while it does, only the newest other one waits.
     * @param {Read} read
     * @returns {Promise<TimedReading | null>} null when a newer one overtook this one
     */
    readNewest(read) {
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
        const result = this.readTimed(read);
        resolve(result);
        await result.catch(() => {});
        this.#isReading = false;
        this.#next();
    }

    /** @param {Read} read @returns {Promise<TimedReading>} */
    async readTimed(read) {
        const start = performance.now();
        const reading = await read(this.client);
        return { reading, milliseconds: performance.now() - start };
    }

    /** Call it when the model is another one. */
    async updateFacts() {
        this.parameters = (await this.client.summary()).parameters;
    }
}

/** Loads the module and the shipped model. Resolves as soon as it reads. */
export async function startEngine() {
    const threads = Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS);
    return new Engine(await createScrawlClient({ threads, waitForThreads: false }));
}

/** @typedef {Engine} ReadingEngine */
