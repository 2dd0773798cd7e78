// One measurement of the wasm module, in Node or in a worker, on random images. Knows only what scrawl.d.ts says of
// Scrawl, and leaves it to others where the module lies and what becomes of the numbers.

import { QUICK_PACE, Sampler, sampleRate, USUAL_PACE } from './sampling.js';

/**
 * @typedef {object} Request
 * @property {'train' | 'read-1' | 'read-128' | 'time-to-99' | 'peak'} what
 * @property {string} network
 * @property {string} kernels of the module: 'wasm-simd128' or 'wasm-relaxed-simd'
 * @property {number} threads
 * @property {boolean} [quick] a tiny run, whose numbers mean nothing
 * @property {string} build address of the build folder, ending with a slash
 */

const IMAGE_PIXELS = 28 * 28;
const BATCH = 128;
const CLASSES = 10;
/** As many as MNIST has, so that the memory is what a user sees: whole batches of them. */
const TRAINING_IMAGES = 60000 - 60000 % BATCH;
const QUICK_IMAGES = 4 * BATCH;
const MORE_EPOCHS_THAN_NEEDED = 1000;
const RELAXED = 'wasm-relaxed-simd';
const BYTES_PER_MIB = 2 ** 20;

/** @param {number} count @param {number} values one more than the largest */
function randomBytes(count, values) {
    const bytes = new Uint8Array(count);
    let state = 1;
    for (let i = 0; i < count; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        bytes[i] = (state >>> 16) % values;
    }
    return bytes;
}

/** @param {number} count */
function randomData(count) {
    return { images: randomBytes(count * IMAGE_PIXELS, 256), labels: randomBytes(count, CLASSES) };
}

/**
 * Notices the memories of all modules that are made from now on.
 * @returns {() => number | null} their size in MiB; null when there is none. Such memory never shrinks.
 */
function watchMemories() {
    const memories = new Set();
    const instantiate = WebAssembly.instantiate;
    const notice = (space) => {
        for (const value of Object.values(space ?? {})) if (value instanceof WebAssembly.Memory) memories.add(value);
    };
    WebAssembly.instantiate = async (module, imports) => {
        Object.values(imports ?? {}).forEach(notice);
        const result = await instantiate(module, imports);
        notice((result.instance ?? result).exports);
        return result;
    };
    return () => {
        const sizes = [...memories].map(({ buffer }) => buffer.byteLength);
        return sizes.length ? sizes.reduce((sum, size) => sum + size, 0) / BYTES_PER_MIB : null;
    };
}

/** What ends a training that was measured long enough. */
class Enough extends Error {}

/** @param {import('./sampling.js').Pace} pace */
async function trainRate(scrawl, network, pace) {
    const data = randomData(pace === QUICK_PACE ? QUICK_IMAGES : TRAINING_IMAGES);
    let sampler = null;
    const onProgress = ({ epoch, epochImages, images }) => {
        sampler ??= new Sampler(pace, performance.now());
        sampler.note(epoch * epochImages + images, performance.now());
        if (sampler.isComplete) throw new Enough();
    };
    const settings = { architecture: network, epochs: MORE_EPOCHS_THAN_NEEDED, batchSize: BATCH, onProgress };
    try {
        await scrawl.train(data, settings);
    } catch (error) {
        if (!(error instanceof Enough)) throw error;
    }
    return sampler.rate;
}

/** A new network's file. Made by a Scrawl of its own: making takes more memory than reading. */
async function newModel(createScrawl, network) {
    const scrawl = await createScrawl({ model: null });
    try {
        await scrawl.train(randomData(1), { architecture: network, epochs: 1 });
        return scrawl.saveModel();
    } finally {
        scrawl.free();
    }
}

/** @param {number} count images per call @param {import('./sampling.js').Pace} pace */
function readRate(scrawl, count, pace) {
    const data = randomData(count);
    return sampleRate(() => scrawl.predictImages(data.images).classes.length, pace);
}

/**
 * @param {string} folder address @param {'train' | 't10k'} set
 * @returns {Promise<{ images: Uint8Array, labels: Uint8Array }>}
 */
async function loadMnist(folder, set) {
    const load = async (file, header) => {
        const response = await fetch(`${folder}mnist/${set}-${file}`);
        if (!response.ok) throw new Error(`MNIST isn't there: ${response.status} for ${file}.`);
        return new Uint8Array(await response.arrayBuffer(), header);
    };
    const [images, labels] = await Promise.all([load('images-idx3-ubyte', 16), load('labels-idx1-ubyte', 8)]);
    return { images, labels };
}

/** The module reports a preset that it doesn't know; one that knows no presets at all trains on. */
async function knowsPresets(scrawl) {
    const settings = { architecture: 'fast', preset: 'no such preset', epochs: 1 };
    return scrawl.train(randomData(1), settings).then(() => false, () => true);
}

/** Whether it became what was asked for. */
function isMeant(scrawl, { threads, kernels }) {
    return scrawl.threads === threads && scrawl.kernels === kernels;
}

/** From nothing, with loading module and data, to a network trained by the fast recipe. */
async function timeToTrain(create, wanted, build) {
    const probe = await create();
    const isPossible = isMeant(probe, wanted) && await knowsPresets(probe);
    probe.free();
    if (!isPossible) return null;
    const start = performance.now();
    const [scrawl, data] = await Promise.all([create(), loadMnist(build, 'train')]);
    await scrawl.train(data, { architecture: 'fast', preset: 'fast' });
    const seconds = (performance.now() - start) / 1000;
    const { accuracy } = await scrawl.evaluate(await loadMnist(build, 't10k'));
    scrawl.free();
    return { seconds, accuracy };
}

/** What multiply-adds alone reach on one thread, in GFLOP/s. */
async function peakGflops(build, kernels, pace) {
    const ROUNDS = 1e6;
    const { loadBytes } = await import(`${build}wasm/load.js`);
    const bytes = await loadBytes(`${build}bench_site/${kernels === RELAXED ? 'peak-relaxed' : 'peak'}.wasm`, 'the measurement of the peak');
    const { instance } = await WebAssembly.instantiate(bytes, {});
    instance.exports._initialize?.();
    const address = instance.exports.__heap_base.value; // behind all that the module uses
    return await sampleRate(() => instance.exports.peak_wasm(ROUNDS, address), pace) / 1e9;
}

/** The same, where there are such kernels. */
async function peakOf(createScrawl, build, kernels, pace) {
    const scrawl = await createScrawl({ model: null, reproducible: kernels !== RELAXED });
    const isThere = scrawl.kernels === kernels;
    scrawl.free();
    return isThere ? { gflops: await peakGflops(build, kernels, pace), peak_mib: null } : null;
}

/**
 * @param {Request} request
 * @returns {Promise<{ images_per_second?: number, gflops?: number, seconds?: number, accuracy?: number,
 *     peak_mib: number | null } | null>} null when it isn't possible here: threads, kernels, or the recipe for time-to-99
 */
export async function measure({ what, network, kernels, threads, quick = false, build }) {
    const pace = quick ? QUICK_PACE : USUAL_PACE;
    const { createScrawl } = await import(`${build}wasm/scrawl.js`);
    if (what === 'peak') return peakOf(createScrawl, build, kernels, pace);
    const model = what.startsWith('read') ? await newModel(createScrawl, network) : null;
    const memoryMib = watchMemories();
    const create = () => createScrawl({ model, threads, reproducible: kernels !== RELAXED });
    if (what === 'time-to-99') {
        const result = await timeToTrain(create, { threads, kernels }, build);
        return result && { ...result, peak_mib: memoryMib() };
    }
    const scrawl = await create();
    try {
        if (!isMeant(scrawl, { threads, kernels })) return null;
        const rate = what === 'train'
            ? await trainRate(scrawl, network, pace)
            : await readRate(scrawl, what === 'read-1' ? 1 : BATCH, pace);
        return { images_per_second: rate, peak_mib: memoryMib() };
    } finally {
        scrawl.free();
    }
}
