// What the page keeps in the browser's IndexedDB: models, the checkpoint of a training, kept digits, and which model is
// in use. Each change is one transaction: it is written whole or not at all. Knows no elements and nothing of the engine.

const NAME = 'scrawl';
const VERSION = 1;

/** @import { Progress } from '../../../wasm/scrawl.d.ts' */
/**
 * @typedef {object} ModelEntry what is known of a saved model without its bytes
 * @property {string} id
 * @property {string} name
 * @property {string} architecture
 * @property {number} parameters
 * @property {number} size of the file, in bytes
 * @property {number | null} accuracy of the 10,000 MNIST test images, 0 to 1; null when it wasn't measured
 * @property {number} created in milliseconds since 1970
 * @property {string | null} taughtFrom the id of the model that it was taught from
 */
/**
 * @typedef {object} KeptDigit a correction
 * @property {number} [id]
 * @property {Uint8Array} image 28×28, 0 paper to 255 ink
 * @property {number} label what it is
 * @property {number | null} readAs what it was read as; null when nobody knows
 * @property {number} kept when, in milliseconds since 1970
 */
/** @typedef {{ x: number[], training: (number | null)[], validation: (number | null)[] }} Curve x in epochs, ascending */
/** @typedef {{ loss: Curve, accuracy: Curve }} Curves */
/**
 * @typedef {object} TrainingRecord what the page wants to know of a training besides the library's checkpoint
 * @property {string} name of the network
 * @property {string} [kernels] what computes it; older ones don't say
 * @property {Progress | null} progress
 * @property {Curves | undefined} curves
 */
/**
 * @typedef {object} Checkpoint a training that may go on
 * @property {Uint8Array} bytes the library's
 * @property {number} saved when, in milliseconds since 1970
 * @property {TrainingRecord} record
 */

/** One record each, under this key. */
const CHECKPOINT = 'checkpoint';
const MODEL_IN_USE = 'modelInUse';

/**
 * @template Result
 * @param {IDBRequest<Result>} request
 * @returns {Promise<Result>}
 */
function answer(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

/** @param {unknown} cause */
function notKept(cause) {
    const isFull = /** @type {Error | null} */ (cause)?.name === 'QuotaExceededError';
    const why = isFull ? 'There is no room left for it.' : 'Is this a private window?';
    return new Error(`The browser could not keep this on the device. ${why}`, { cause });
}

/** Another tab's older page may hold a database back for a while, and some browsers never answer, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Browsers refuse storage in many ways; all give the one sentence.
 * @template Result
 * @param {() => Promise<Result>} act
 */
async function kept(act) {
    let timer;
    const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('It took too long.')), PATIENCE)));
    try {
        return await /** @type {Promise<Result>} */ (Promise.race([act(), late]));
    } catch (error) {
        throw notKept(error);
    } finally {
        clearTimeout(timer);
    }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
    return new Promise((resolve, reject) => {
        const request = indexedDB.open(NAME, VERSION);
        request.onupgradeneeded = () => {
            const database = request.result;
            database.createObjectStore('models', { keyPath: 'id' });
            database.createObjectStore('modelBytes');
            database.createObjectStore('kept', { keyPath: 'id', autoIncrement: true });
            database.createObjectStore('single');
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

class Storage {
    /** @type {Promise<IDBDatabase> | null} */ #database = null;

    /** Opens it when it is needed first, and again after it was closed by the browser. */
    #open() {
        this.#database ??= openDatabase().then((database) => {
            const forget = () => (this.#database = null);
            // Another tab with a newer page must not wait for this one.
            database.onversionchange = () => {
                database.close();
                forget();
            };
            database.onclose = forget;
            return database;
        });
        this.#database.catch(() => (this.#database = null));
        return this.#database;
    }

    /**
     * Runs a task in one transaction; resolves when it is on the disk. When the task fails, nothing of it is written.
     * @template Result
     * @param {string[]} stores
     * @param {(transaction: IDBTransaction) => Promise<Result> | Result} task whose only waits are for the transaction
     * @returns {Promise<Result>}
     */
    #write(stores, task) {
        return kept(async () => {
            const transaction = (await this.#open()).transaction(stores, 'readwrite');
            const complete = new Promise((resolve, reject) => {
                transaction.oncomplete = resolve;
                transaction.onabort = () => reject(transaction.error);
            });
            const done = (async () => task(transaction))().catch((error) => {
                // What has failed in the database itself has ended the transaction already.
                if (!transaction.error) transaction.abort();
                throw error;
            });
            const [result] = await Promise.all([done, complete]);
            return result;
        });
    }

    /**
     * @template Result
     * @param {string} store
     * @param {(store: IDBObjectStore) => IDBRequest<Result>} ask
     */
    #read(store, ask) {
        return kept(async () => answer(ask((await this.#open()).transaction(store).objectStore(store))));
    }

    // ---- Models ----

    /** @returns {Promise<ModelEntry[]>} the newest first */
    async models() {
        /** @type {ModelEntry[]} */
        const entries = await this.#read('models', (store) => store.getAll());
        return entries.sort((one, other) => other.created - one.created);
    }

    /** @param {string} id @returns {Promise<Uint8Array | undefined>} */
    async modelBytes(id) {
        return this.#read('modelBytes', (store) => store.get(id));
    }

    /** @param {ModelEntry} entry @param {Uint8Array} bytes */
    saveModel(entry, bytes) {
        return this.#write(['models', 'modelBytes'], (transaction) => {
            transaction.objectStore('models').put(entry);
            transaction.objectStore('modelBytes').put(bytes, entry.id);
        });
    }

    /** @param {string} id @param {Partial<ModelEntry>} changes */
    changeModel(id, changes) {
        return this.#write(['models'], async (transaction) => {
            const store = transaction.objectStore('models');
            const entry = await answer(store.get(id));
            if (entry) store.put({ ...entry, ...changes, id });
        });
    }

    /** @param {string} id */
    removeModel(id) {
        return this.#write(['models', 'modelBytes'], (transaction) => {
            transaction.objectStore('models').delete(id);
            transaction.objectStore('modelBytes').delete(id);
        });
    }

    /** @returns {Promise<string | undefined>} the id of the model to begin with */
    async modelInUse() {
        return this.#read('single', (store) => store.get(MODEL_IN_USE));
    }

    /** @param {string} id */
    useModel(id) {
        return this.#write(['single'], (transaction) => {
            transaction.objectStore('single').put(id, MODEL_IN_USE);
        });
    }

    // ---- The checkpoint ----

    /** @returns {Promise<Checkpoint | undefined>} */
    async checkpoint() {
        return this.#read('single', (store) => store.get(CHECKPOINT));
    }

    /** @param {Checkpoint} checkpoint */
    saveCheckpoint(checkpoint) {
        return this.#write(['single'], (transaction) => {
            transaction.objectStore('single').put(checkpoint, CHECKPOINT);
        });
    }

    removeCheckpoint() {
        return this.#write(['single'], (transaction) => {
            transaction.objectStore('single').delete(CHECKPOINT);
        });
    }

    // ---- Kept digits ----

    /** @returns {Promise<(KeptDigit & { id: number })[]>} in the order of keeping */
    async keptDigits() {
        return this.#read('kept', (store) => store.getAll());
    }

    /** @param {KeptDigit[]} digits */
    keepDigits(digits) {
        return this.#write(['kept'], (transaction) => {
            for (const digit of digits) transaction.objectStore('kept').add(digit);
        });
    }

    /** @param {number} id @param {number} label */
    relabelDigit(id, label) {
        return this.#write(['kept'], async (transaction) => {
            const store = transaction.objectStore('kept');
            const digit = await answer(store.get(id));
            if (digit) store.put({ ...digit, label });
        });
    }

    /** @param {number} id */
    removeDigit(id) {
        return this.#write(['kept'], (transaction) => {
            transaction.objectStore('kept').delete(id);
        });
    }

    removeDigits() {
        return this.#write(['kept'], (transaction) => {
            transaction.objectStore('kept').clear();
        });
    }
}

/** Opens nothing before it is asked for something. */
export function createStorage() {
    return new Storage();
}

/** @typedef {Storage} PageStorage */
