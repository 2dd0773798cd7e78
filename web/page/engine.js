// The page's engine: a Scrawl in a worker, and what the page adds to it: the newest drawing is read and those that it
// overtook are dropped, readings are timed, and a worker that is dead or stuck is noticed and started anew. All other calls
// are the client's own. Knows no elements.

import { createScrawlClient } from '../../wasm/scrawl-client.js';

/** @import { Reading } from '../../wasm/scrawl.d.ts' */
/** @import { ScrawlClient } from '../../wasm/scrawl-client.d.ts' */
/** @typedef {(client: ScrawlClient) => Promise<Reading>} Read asks the client for a reading */
/** @typedef {{ reading: Reading, milliseconds: number }} TimedReading */
/** @typedef {{ read: Read, resolve: (result: Promise<TimedReading> | null) => void }} Job what waits to be read */

/** Further ones would only wait: digits are few. */
const MOST_THREADS = 8;

/** So many pictures may be read at the same time, … */
const MOST_READERS = 4;
/** … where each worker has this much of the device's memory, in GiB: a large picture takes hundreds of megabytes. */
const READER_MEMORY = 2;
/** Of the device, where the browser doesn't tell. */
const USUAL_MEMORY = 4;

/** The worker is asked for a sign of life so often, in milliseconds; … */
const BEAT = 5000;
/** … after so many without one it is dead. A large picture on a slow phone takes half as long. Counted are beats, not
 * seconds: a page that sleeps has none. */
const MOST_BEATS = 6;

/** So often it is started anew within this time, in milliseconds: what stops it each time would do so for ever. */
const MOST_RESTARTS = 3;
const RESTARTS_SPAN = 5 * 60_000;

/** What computes where results are the same in all browsers, and did before there was anything else. */
const REPRODUCIBLE_KERNELS = 'wasm-simd128';

/** How many pictures are read at the same time, if so many wait. Where one reading has threads, two processors are busy. */
function countReaders() {
    const { hardwareConcurrency, deviceMemory = USUAL_MEMORY } = /** @type {Navigator & { deviceMemory?: number }} */ (navigator);
    const useful = Math.floor((hardwareConcurrency || 1) / (crossOriginIsolated ? 2 : 1));
    return Math.max(1, Math.min(useful, MOST_READERS, Math.floor(deviceMemory / READER_MEMORY)));
}

/** @param {boolean} [reproducible] */
function startClient(reproducible) {
    const threads = Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS);
    return createScrawlClient({ threads, waitForThreads: false, reproducible, readers: countReaders() });
}

class Engine {
    /** @type {Job | null} */ #waiting = null;
    #isReading = false;
    /** Beats since the worker was asked for a sign of life; null: it has given it. @type {number | null} */ #beats = null;
    /** When it was started anew. @type {number[]} */ #restarts = [];
    /** While it starts anew, what waits for it waits for this. @type {Promise<void>} */ #started = Promise.resolve();
    #isStarting = false;
    #isReproducible = false;
    /** What is to be done in a new worker, in this order. @type {(() => unknown)[]} */ #onRestart = [];

    /** How many pictures are read at the same time. */ readers = countReaders();
    /** How many read and train; null as long as some are still starting. @type {number | null} */ threads = null;
    /** Who is told when the worker stops again and again. @type {(() => void)[]} */ #onEnd = [];

    /** @param {ScrawlClient} client */
    constructor(client) {
        this.client = client;
        /** When nothing of it is still starting. */
        this.complete = this.#countThreads();
        setInterval(() => this.#beat(), BEAT);
    }

    #countThreads() {
        const complete = this.client.allThreads.then((count) => void (this.threads = count));
        // A reader that ends before is told of by what it was asked for.
        complete.catch(() => {});
        return complete;
    }

    // ---- Reading ----

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
        await this.#started;
        const start = performance.now();
        const reading = await read(this.client);
        return { reading, milliseconds: performance.now() - start };
    }

    /** Resolves when the worker is none that is starting anew. */
    get started() {
        return this.#started;
    }

    // ---- Signs of life ----

    #beat() {
        if (this.#isStarting) return;
        if (this.#beats !== null) {
            if (++this.#beats >= MOST_BEATS) this.#restart();
            return;
        }
        this.#beats = 0;
        const { client } = this;
        // Any answer does; one that can't fail fails where nothing goes on.
        client.trainSettings().then(() => (this.#beats = null), () => client === this.client && this.#restart());
    }

    /** @param {() => unknown} act once the worker is a new one; its promise is waited for before the next one's turn */
    onRestart(act) {
        this.#onRestart.push(act);
    }

    #restart() {
        if (this.#isStarting) return;
        const now = performance.now();
        this.#restarts = [...this.#restarts.filter((time) => now - time < RESTARTS_SPAN), now];
        if (this.#restarts.length > MOST_RESTARTS) this.#giveUp();
        else this.#replaceClient();
    }

    #replaceClient() {
        this.client.free();
        this.#isStarting = true;
        this.#started = this.#startAnew();
    }

    /**
     * Starts the worker anew where another build of the module may have the kernels that a training began with.
     * @param {string} [kernels]
     * @returns {boolean} whether it does: what onRestart() was told follows
     */
    changeKernels(kernels = REPRODUCIBLE_KERNELS) {
        const isReproducible = kernels === REPRODUCIBLE_KERNELS;
        if (kernels === this.client.kernels || isReproducible === this.#isReproducible || this.#isStarting) return false;
        this.#isReproducible = isReproducible;
        this.#replaceClient();
        return true;
    }

    async #startAnew() {
        try {
            // Where that build can't be had, such as offline, the usual one reads on.
            this.client = await startClient(this.#isReproducible).catch(() => startClient());
            this.threads = null;
            this.complete = this.#countThreads();
            this.#beats = null;
            this.#isStarting = false;
            for (const act of this.#onRestart) await act();
        } catch {
            this.#giveUp();
        }
    }

    /** @param {() => void} tell it isn't started anew any more */
    onEnd(tell) {
        this.#onEnd.push(tell);
    }

    #giveUp() {
        this.client.free();
        this.#isStarting = true;
        for (const tell of this.#onEnd) tell();
    }
}

/** Loads the module and the shipped model. Resolves as soon as it reads. */
export async function startEngine() {
    return new Engine(await startClient());
}

/** @typedef {Engine} ReadingEngine */
