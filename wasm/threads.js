// Makes the wasm module ready to be called: a build that runs anywhere or, where threads are wanted and possible, one
// whose instances share a memory, with a worker (scrawl-thread.js) for each further thread.
// Knows only those functions of the module that belong to its threads.

import { startThread } from './addresses.js';
import { compileAlone, compileShared } from './builds.js';
import { instantiate } from './load.js';

/** @import { CreateOptions } from './scrawl.d.ts' */
/**
 * @typedef {object} Started
 * @property {WebAssembly.Exports} exports
 * @property {number} threads that run, with the caller's
 * @property {Promise<number>} allThreads how many run when no more will start
 * @property {() => void} end ends the workers; the exports can't be used any more
 */
/** @typedef {Record<string, (...scalars: number[]) => number>} Functions */

/** As many as the library takes. */
const MOST_THREADS = 64;

/** Of the shared memory, in pages of 64 KiB: what the Makefile links the module for. */
const MEMORY_LIMITS = { initial: 256, maximum: 32767 };

/** Each worker's stack in the shared memory, in bytes: as much as the module's own has. */
const STACK_BYTES = 2 ** 20;
const STACK_ALIGNMENT = 16;

/** In milliseconds; a worker that takes longer to start won't. */
const START_PATIENCE = 10_000;

/**
 * @param {unknown} threads
 * @returns {number}
 */
function threadCount(threads) {
    const isCount = Number.isInteger(threads) && Number(threads) >= 1 && Number(threads) <= MOST_THREADS;
    if (isCount) return Number(threads);
    throw new RangeError(`threads must be a whole number from 1 to ${MOST_THREADS}, not ${threads}.`);
}

/** Whether memory can be shared with workers here. Not so in Node. */
function canShareMemory() {
    return globalThis.crossOriginIsolated === true && typeof Worker === 'function';
}

/** @param {CreateOptions} options */
function isShared({ threads }) {
    return Number(threads ?? 1) > 1 && canShareMemory();
}

/** Whether this thread may sleep until another one wakes it: a page's own may not. */
function maySleep() {
    const [somewhere, otherValue] = [new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 1];
    try {
        Atomics.wait(somewhere, 0, otherValue);
        return true;
    } catch {
        return false;
    }
}

/** @param {string | URL | undefined} address */
function createWorker(address) {
    return address ? new Worker(address, { type: 'module' }) : startThread();
}

/**
 * @param {Worker} worker
 * @param {object} place what scrawl-thread.js needs to serve
 * @returns {Promise<void>} when it is about to
 */
function startServing(worker, place) {
    return new Promise((resolve, reject) => {
        const refuse = () => reject(new Error('A thread could not start.'));
        const timer = setTimeout(refuse, START_PATIENCE);
        const settle = (/** @type {() => void} */ how) => () => {
            clearTimeout(timer);
            how();
        };
        worker.onmessage = ({ data }) => settle(data === 'serves' ? resolve : refuse)();
        worker.onmessageerror = settle(refuse);
        worker.onerror = (event) => {
            event.preventDefault();
            settle(refuse)();
        };
        worker.postMessage(place);
    });
}

/**
 * @param {Functions} functions
 * @returns {number} where a worker's stack begins: it grows downward, and is given back with all of the memory
 */
function stackFor({ malloc }) {
    const block = malloc(STACK_BYTES);
    if (!block) throw new Error('There is not enough memory for a thread.');
    const top = block + STACK_BYTES;
    return top - top % STACK_ALIGNMENT;
}

/**
 * A module on a shared memory, and the workers for its further threads.
 * @implements {Started}
 */
class SharedModule {
    threads = 1;
    /** @type {Worker[]} */ #workers = [];
    #functions;

    /**
     * @param {WebAssembly.Exports} exports
     * @param {number} wanted threads, more than one
     * @param {object} place what all workers need to serve
     * @param {string | URL | undefined} script theirs
     */
    constructor(exports, wanted, place, script) {
        this.exports = exports;
        this.#functions = /** @type {Functions} */ (exports);
        this.#functions._initialize?.();
        this.allThreads = this.#employ(wanted - 1, place, script).catch(() => {
            this.end();
            return this.threads;
        });
    }

    /** @param {number} count @param {object} place @param {string | URL | undefined} script */
    async #employ(count, place, script) {
        await Promise.all(Array.from({ length: count }, async (_, index) => {
            const stack = stackFor(this.#functions);
            const worker = createWorker(script);
            this.#workers.push(worker);
            await startServing(worker, { ...place, thread: index + 1, stack });
        }));
        this.#functions.parallel_employ(count, Number(maySleep()));
        this.threads += count;
        return this.threads;
    }

    end() {
        for (const worker of this.#workers.splice(0)) worker.terminate();
    }
}

/**
 * @param {number} threads more than one
 * @param {CreateOptions} options
 * @returns {Promise<Started>}
 */
async function startShared(threads, options) {
    const module = await compileShared(options);
    const memory = new WebAssembly.Memory({ ...MEMORY_LIMITS, shared: true });
    const exports = await instantiate(module, memory);
    if (!('parallel_employ' in exports)) throw new Error('This file is not the one for threads.');
    const started = new SharedModule(exports, threads, { module, memory }, options.threadWorker);
    const isWaiting = options.waitForThreads ?? true;
    if (isWaiting && await started.allThreads < threads) throw new Error('The further threads could not start.');
    return started;
}

/** @param {CreateOptions} options @returns {Promise<Started>} */
async function startAlone(options) {
    const exports = await instantiate(await compileAlone(options));
    /** @type {Functions} */ (exports)._initialize?.();
    return { exports, threads: 1, allThreads: Promise.resolve(1), end() {} };
}

/**
 * Compiles, ahead of time, the file that startModule() will want in a worker of this page.
 * @param {CreateOptions} options
 * @returns {Promise<CreateOptions>} what to give it beside the options
 */
export async function compileAhead(options) {
    return isShared(options) ? { threadedWasm: await compileShared(options) } : { wasm: await compileAlone(options) };
}

/**
 * @param {CreateOptions} options
 * @returns {Promise<Started>} with one thread where more aren't possible
 */
export async function startModule(options) {
    const threads = threadCount(options.threads ?? 1);
    if (isShared(options)) {
        try {
            return await startShared(threads, options);
        } catch {
            // Whatever keeps threads from starting doesn't matter to the other file.
        }
    }
    return startAlone(options);
}
