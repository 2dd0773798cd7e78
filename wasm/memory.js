// The module's functions and its memory, as values and errors: the only file that looks into the wasm memory. To all
// others an address is a number to hand on.
// Knows the library's ways to fail and to hand results out, and none of its functions.

import { failure } from './errors.js';

/** @import { Started } from './threads.js' */
/** @typedef {Record<string, (...scalars: number[]) => number> & { memory: WebAssembly.Memory }} Exports */

export const ADDRESS_BYTES = 4;
const DOUBLE_BYTES = 8;

/** These follow scrawl_status in scrawl.h. */
const STATUS_NAMES = [
    'OK', 'OUT_OF_MEMORY', 'INVALID_ARGUMENT', 'INVALID_ARCHITECTURE', 'INVALID_MODEL', 'INVALID_DATASET',
    'INVALID_PICTURE', 'PICTURE_TOO_LARGE', 'UNSUPPORTED',
];

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
export class Library {
    /** @type {Exports} */ exports;
    /** What every call throws after one that broke off, which may have left the memory in any state. @type {Error | null} */
    stopped = null;

    /** @param {Started} module */
    constructor(module) {
        const { exports } = module;
        const guarded = Object.entries(exports).map(([name, value]) => [name, this.#guard(value)]);
        this.exports = Object.fromEntries(guarded);
        this.module = module;
    }

    /** How many run by now. */
    get threads() {
        return this.module.threads;
    }

    endThreads() {
        this.module.end();
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

    /**
     * Calls a function that writes an address and a size of bytes through its last parameters; these are the caller's.
     * @param {string} name
     * @param {...number} scalars
     * @returns {Uint8Array}
     */
    file(name, ...scalars) {
        return this.scoped((scope) => {
            const result = scope.allocate(2 * ADDRESS_BYTES);
            this.check(this.exports[name](...scalars, result, result + ADDRESS_BYTES));
            const [address, size] = this.addresses(result, 2);
            try {
                return this.bytes(address, size);
            } finally {
                this.exports.scrawl_free(address);
            }
        });
    }

    /**
     * The texts that a function gives for 0, 1, … until there is none.
     * @param {string} name
     */
    list(name) {
        const texts = [];
        for (let address; (address = this.exports[name](texts.length)) !== 0;) texts.push(this.text(address));
        return texts;
    }

    /**
     * The texts of a list of addresses that ends with 0.
     * @param {number} list its address, or 0 for no texts
     */
    texts(list) {
        const texts = [];
        for (let place = list; place !== 0; place += ADDRESS_BYTES) {
            const [address] = this.addresses(place, 1);
            if (address === 0) break;
            texts.push(this.text(address));
        }
        return texts;
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
        return new Float32Array(this.exports.memory.buffer, address, count).slice();
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
