// Gets the files of data sets from the site: fetched once with progress, kept gzipped in the browser's Cache Storage, and
// unpacked, which takes a while: for workers. Knows nothing of training, and not what the files look like.

/** @typedef {{ name: string, images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer> }} DataFiles a set's, unpacked */
/** @typedef {{ received: number, total: number }} FetchProgress bytes; total is 0 while it isn't known */
/** @typedef {(progress: FetchProgress) => void} OnProgress */

/** A new number when the files' content changes. The service worker leaves this cache alone. */
const CACHE_NAME = 'scrawl-mnist-1';

/** Of the site. */
const FOLDER = 'data/';

/** Seen from this worker's folder. @param {string} path in the site */
function addressOf(path) {
    return `../${path}`;
}

/** @returns {Promise<Cache | null>} null where there is none, as on pages that aren't secure */
async function openCache() {
    try {
        return await caches.open(CACHE_NAME);
    } catch {
        return null;
    }
}

/**
 * Adds up several downloads' progress.
 * @param {OnProgress} onProgress
 */
function progressOf(onProgress) {
    /** @type {Map<string, FetchProgress>} */
    const files = new Map();
    return (/** @type {string} */ address, /** @type {number} */ received, /** @type {number} */ total) => {
        files.set(address, { received, total });
        const all = [...files.values()];
        const isKnown = all.every((file) => file.total > 0);
        onProgress({
            received: all.reduce((sum, file) => sum + file.received, 0),
            total: isKnown ? all.reduce((sum, file) => sum + file.total, 0) : 0,
        });
    };
}

/**
 * @param {Response} response
 * @param {(received: number, total: number) => void} report
 * @returns {Promise<Blob>}
 */
async function receive(response, report) {
    const total = Number(response.headers.get('Content-Length')) || 0;
    report(0, total);
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    let received = 0;
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return new Blob(parts);
        parts.push(value);
        received += value.length;
        report(received, total);
    }
}

/**
 * @param {string} address
 * @param {(received: number, total: number) => void} report
 * @returns {Promise<Blob>} gzipped
 */
async function fetchFile(address, report) {
    let response;
    try {
        response = await fetch(address);
    } catch (cause) {
        throw new Error('The images could not be fetched. Check the connection and try again.', { cause });
    }
    if (!response.ok) throw new Error(`The images could not be fetched: the server answered ${response.status}.`);
    return receive(response, report);
}

/** @param {Blob} gzipped */
async function unpack(gzipped) {
    const stream = gzipped.stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * The file's bytes, from the cache or else from the site. It is kept only when it could be unpacked.
 * @param {string} path in the site
 * @param {(received: number, total: number) => void} report
 */
async function loadFile(path, report) {
    const address = addressOf(path);
    const cache = await openCache();
    const kept = await cache?.match(address);
    if (kept) {
        const blob = await kept.blob();
        report(blob.size, blob.size);
        const bytes = await unpack(blob).catch(() => null);
        if (bytes) return bytes;
    }
    const fetched = await fetchFile(address, report);
    const bytes = await unpack(fetched).catch((cause) => {
        throw new Error(`${path} arrived damaged. Try again.`, { cause });
    });
    // Without room for it, it is fetched again the next time.
    await cache?.put(address, new Response(fetched)).catch(() => {});
    return bytes;
}

/** @param {string} name of a data set @returns {string[]} its images and its labels, as paths in the site */
function pathsOf(name) {
    return ['images', 'labels'].map((kind) => `${FOLDER}${name}-${kind}.gz`);
}

/** They are fetched anew the next time. @param {string[]} names of data sets */
export async function forgetFiles(names) {
    const cache = await openCache();
    await Promise.all(names.flatMap(pathsOf).map((path) => cache?.delete(addressOf(path)).catch(() => false)));
}

/**
 * @param {string[]} names of data sets
 * @param {OnProgress} onProgress
 * @returns {Promise<DataFiles[]>}
 */
export function fetchFiles(names, onProgress) {
    const report = progressOf(onProgress);
    return Promise.all(names.map(async (name) => {
        const [images, labels] = await Promise.all(pathsOf(name).map((path) =>
            loadFile(path, (received, total) => report(path, received, total))));
        return { name, images, labels };
    }));
}
