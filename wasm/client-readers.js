// Several workers that read pictures for one client: its own, and further ones, which are started while pictures wait and
// end when none have come for a while. A further one has the client's model and finder and one thread: whoever reads, the
// reading is the same. Knows clients, and nothing of messages.

import { codeOf } from './errors.js';

/** @import { Picture, PredictOptions, Reading } from './scrawl.d.ts' */
/** @import { CallOptions, ScrawlClient } from './scrawl-client.d.ts' */
/** @typedef {(PredictOptions & CallOptions) | null | undefined} Settings */
/** @typedef {Pick<ScrawlClient, 'predict' | 'loadModel' | 'loadFinder' | 'free'>} FurtherClient */
/** @typedef {{ model: Uint8Array | null, finder: Uint8Array | null }} Contents model: null where only the client's worker has it */
/**
 * @typedef {object} ReadersParts
 * @property {number} most workers that read at the same time, with the client's own
 * @property {(picture: Picture | Blob, settings: Settings) => Promise<Reading>} readHere by the client's own worker, which
 *     does what it is asked for in order; it is asked at once, but for the bytes of a Blob
 * @property {() => boolean} readsAlong whether the client's own worker reads beside further ones; else it takes pictures only
 *     as long as there are none
 * @property {() => Promise<FurtherClient>} start starts a further one, without a model
 * @property {() => Promise<Uint8Array>} saveModel of the client's own worker
 */
/** @typedef {{ picture: Picture | Blob, settings: Settings, resolve: (reading: Reading) => void, reject: (reason: unknown) => void }} Job */

/** A further worker without work is ended after that time, in milliseconds: each holds tens of megabytes. */
const IDLE = 30_000;

/** So often, in milliseconds, a further worker at work is looked at; … */
const BEAT = 5000;
/** … after so many looks without an answer it is dead. A large picture on a slow phone takes half as long. Counted are
 * looks, not seconds: a page that sleeps has none. */
const MOST_BEATS = 6;

/** So many may fail within this time, in milliseconds: what stops them each time would do so for ever. */
const MOST_FAILURES = 3;
const FAILURES_SPAN = 5 * 60_000;

/** It is the worker that failed, or has no memory left: another one may well read the picture. */
const FAULTS = ['STOPPED', 'FREED', 'OUT_OF_MEMORY'];

/** @param {unknown} error */
function isFault(error) {
    return FAULTS.includes(codeOf(error) ?? '');
}

class FurtherReader {
    /** None as long as it starts. @type {FurtherClient | null} */ client = null;
    /** Of the contents that it has. */ version = -1;
    /** It starts, is given other contents, or reads. */ isBusy = true;
    isReading = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ #idle;

    /** @param {() => void} end what happens if nothing is asked of it for long */
    rest(end) {
        this.isBusy = this.isReading = false;
        this.#idle = setTimeout(end, IDLE);
    }

    work() {
        this.isBusy = true;
        clearTimeout(this.#idle);
    }

    end() {
        clearTimeout(this.#idle);
        this.client?.free();
    }
}

export class Readers {
    #parts;
    /** @type {Contents} */ #contents;
    /** Counts changes of the contents. */ #version = 0;
    /** Of the contents, which the client's own worker has been asked for. */ #changes = 0;
    /** @type {Job[]} */ #waiting = [];
    /** @type {Set<FurtherReader>} */ #further = new Set();
    /** How many pictures the client's own worker has been given. */ #here = 0;
    /** The client's own worker can't read any more. */ #hasStopped = false;
    /** When further ones failed. @type {number[]} */ #failures = [];
    #isFreed = false;

    /** @param {ReadersParts} parts @param {Contents} contents of the client's own worker */
    constructor(parts, contents) {
        this.#parts = parts;
        this.#contents = contents;
    }

    /** As ScrawlClient.predict(). @param {Picture | Blob} picture @param {Settings} settings @returns {Promise<Reading>} */
    async read(picture, settings) {
        const signal = settings?.signal;
        signal?.throwIfAborted();
        let drop = () => {};
        const reading = new Promise((/** @type {Job['resolve']} */ resolve, reject) => {
            const job = { picture, settings, resolve, reject };
            drop = () => {
                this.#waiting = this.#waiting.filter((other) => other !== job);
                reject(signal?.reason);
            };
            this.#waiting.push(job);
        });
        signal?.addEventListener('abort', drop);
        this.#next();
        try {
            return await reading;
        } finally {
            signal?.removeEventListener('abort', drop);
        }
    }

    // ---- Whose turn it is ----

    /** Gives what waits to who is free, and starts further ones for what still waits. */
    #next() {
        if (this.#waiting.length && this.#takesHere) this.#readHere(/** @type {Job} */ (this.#waiting.shift()));
        if (this.#changes) return;
        for (const reader of [...this.#further].filter(({ isBusy }) => !isBusy).slice(0, this.#waiting.length)) {
            if (reader.version !== this.#version) this.#prepare(reader);
            else this.#readWith(reader, /** @type {Job} */ (this.#waiting.shift()));
        }
        const coming = [...this.#further].filter(({ isBusy, isReading }) => isBusy && !isReading).length;
        for (let count = coming; count < this.#waiting.length && this.#mayStart; count++) this.#start();
    }

    get #takesHere() {
        if (this.#here > 0) return false;
        if (this.#hasStopped) return this.#further.size === 0 && !this.#mayStart;
        return this.#parts.readsAlong() || ![...this.#further].some(({ isBusy, isReading }) => isReading || !isBusy);
    }

    get #mayStart() {
        const most = this.#parts.most - Number(this.#parts.readsAlong() && !this.#hasStopped);
        const now = performance.now();
        this.#failures = this.#failures.filter((time) => now - time < FAILURES_SPAN);
        return !this.#isFreed && this.#further.size < most && this.#failures.length < MOST_FAILURES;
    }

    /** @param {Job} job */
    async #readHere({ picture, settings, resolve, reject }) {
        this.#here++;
        try {
            resolve(await this.#parts.readHere(picture, settings));
        } catch (error) {
            this.#hasStopped ||= codeOf(error) === 'STOPPED';
            reject(error);
        }
        this.#here--;
        this.#next();
    }

    /** What it can't read for a reason of its own, the client's own worker reads. @param {FurtherReader} reader @param {Job} job */
    async #readWith(reader, job) {
        reader.work();
        reader.isReading = true;
        try {
            // Whoever reads it again needs its buffer.
            const answer = this.#clientOf(reader).predict(job.picture, { ...job.settings, transfer: false });
            job.resolve(await this.#watch(reader, answer));
            reader.rest(() => this.#end(reader));
        } catch (error) {
            if (isFault(error)) {
                this.#fail(reader);
                this.#readHere(job);
            } else {
                job.reject(error);
                reader.rest(() => this.#end(reader));
            }
        }
        this.#next();
    }

    // ---- Further ones ----

    /** @param {FurtherReader} reader that has started */
    #clientOf({ client }) {
        return /** @type {FurtherClient} */ (client);
    }

    async #start() {
        const reader = new FurtherReader();
        this.#further.add(reader);
        try {
            reader.client = await this.#parts.start();
        } catch {
            this.#fail(reader);
            this.#next();
            return;
        }
        if (this.#isFreed) reader.end();
        else await this.#prepare(reader);
    }

    /** @param {FurtherReader} reader is given the contents, and others if those change meanwhile */
    async #prepare(reader) {
        reader.work();
        try {
            while (reader.version !== this.#version) await this.#bringUpToDate(reader);
            reader.rest(() => this.#end(reader));
        } catch {
            this.#fail(reader);
        }
        this.#next();
    }

    /** @param {FurtherReader} reader */
    async #bringUpToDate(reader) {
        const saved = this.#contents.model ?? await this.#parts.saveModel();
        // An answer of the client's worker comes after what it has said of other contents, and before whatever follows.
        const { model, finder } = this.#contents;
        const version = this.#version;
        const client = this.#clientOf(reader);
        await this.#watch(reader, client.loadModel(model ?? saved));
        await this.#watch(reader, client.loadFinder(finder));
        reader.version = version;
    }

    /**
     * Ends it when it gives no answer.
     * @template Answer
     * @param {FurtherReader} reader
     * @param {Promise<Answer>} answer
     * @returns {Promise<Answer>}
     */
    async #watch(reader, answer) {
        let beats = 0;
        const timer = setInterval(() => {
            if (++beats >= MOST_BEATS) this.#end(reader);
        }, BEAT);
        try {
            return await answer;
        } finally {
            clearInterval(timer);
        }
    }

    /** @param {FurtherReader} reader */
    #fail(reader) {
        if (!this.#isFreed) this.#failures.push(performance.now());
        this.#end(reader);
    }

    /** @param {FurtherReader} reader */
    #end(reader) {
        this.#further.delete(reader);
        reader.end();
    }

    // ---- Contents ----

    /**
     * Other contents. Whatever was to be read before is read before.
     * @template Answer
     * @param {Partial<Contents>} contents
     * @param {() => Promise<Answer>} ask asks the client's own worker for them
     */
    async change(contents, ask) {
        for (const job of this.#waiting.splice(0)) this.#readHere(job);
        this.#changes++;
        try {
            const answer = await ask();
            this.#contents = { ...this.#contents, ...contents };
            this.#version++;
            return answer;
        } finally {
            this.#changes--;
            this.#next();
        }
    }

    /** The client's own worker has another model, such as one that it trained. */
    modelChanged() {
        this.#contents = { ...this.#contents, model: null };
        this.#version++;
    }

    /** Ends the further ones; the client's own worker, which has ended, refuses what waits. */
    free() {
        this.#isFreed = true;
        for (const reader of this.#further) this.#end(reader);
        for (const job of this.#waiting.splice(0)) this.#readHere(job);
    }
}
