// Makes the files that the site fetches on demand: MNIST gzipped, what teaching remembers of it, and the list of models.
// Not part of the site. Usage: node web/site/site-data.mjs WASM_FOLDER MNIST_FOLDER SITE_FOLDER MODEL.safetensors…

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const CLASS_COUNT = 10;
/** "Unsigned bytes of so many dimensions", as an IDX file's first four bytes say it. */
const MAGIC = 0x800;

const REMEMBERED = 2000;
const REMEMBERED_UNSEEN = 500;
const CHECK = 1000;

/** @param {number[]} sizes @param {Uint8Array} content */
function idx(sizes, content) {
    const header = Buffer.alloc(4 * (sizes.length + 1));
    [MAGIC + sizes.length, ...sizes].forEach((number, index) => header.writeUInt32BE(number, 4 * index));
    return Buffer.concat([header, content]);
}

/** So many indices, evenly from a range. @param {number} count @param {number} from @param {number} to */
function evenly(count, from, to) {
    return Array.from({ length: count }, (_, index) => from + Math.floor((index * (to - from)) / count));
}

/** Some of a set's images, as IDX files. @param {{ images: Uint8Array, labels: Uint8Array }} set @param {number[]} indices */
function part({ images, labels }, indices) {
    const chosen = indices.map((index) => images.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS));
    return {
        images: idx([indices.length, IMAGE_SIDE, IMAGE_SIDE], Buffer.concat(chosen)),
        labels: idx([indices.length], Buffer.from(indices.map((index) => labels[index]))),
    };
}

/** What a model file says of itself. @param {string} path */
function describe(path) {
    const file = readFileSync(path);
    const header = JSON.parse(file.toString('utf8', 8, 8 + Number(file.readBigUInt64LE(0))));
    const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__');
    const parameters = tensors.reduce((sum, [, { shape }]) =>
        sum + shape.reduce((/** @type {number} */ product, /** @type {number} */ size) => product * size, 1), 0);
    const trainedImages = Number(header.__metadata__?.trained_images);
    if (!Number.isInteger(trainedImages)) throw new Error(`${path} doesn't say on how many images it was trained.`);
    return { size: file.length, parameters, trainedImages };
}

const [wasmFolder, mnistFolder, siteFolder, ...models] = process.argv.slice(2);
const { createScrawl, IMAGE_PIXELS, IMAGE_SIDE } = await import(pathToFileURL(join(wasmFolder, 'scrawl.js')));
const scrawl = await createScrawl({ model: null });
const read = (name) => readFileSync(join(mnistFolder, name));
const train = { images: read('train-images-idx3-ubyte'), labels: read('train-labels-idx1-ubyte') };
const test = { images: read('t10k-images-idx3-ubyte'), labels: read('t10k-labels-idx1-ubyte') };
const [trainSet, testSet] = [train, test].map(({ images, labels }) => scrawl.readIdx(images, labels, CLASS_COUNT));
const [trainCount, testCount] = [trainSet.labels.length, testSet.labels.length];
const described = models.map((path) => ({ path, ...describe(path) }));
/** No shipped model has trained on images from here on: they were for its validation. */
const unseenFrom = Math.max(...described.map(({ trainedImages }) => trainedImages));
if (unseenFrom >= trainCount) throw new Error('The shipped models have left no image for the validation of what is taught.');
const remembered = [...evenly(REMEMBERED, 0, unseenFrom), ...evenly(REMEMBERED_UNSEEN, unseenFrom, trainCount)];
const sets = { train, test, remembered: part(trainSet, remembered), check: part(testSet, evenly(CHECK, 0, testCount)) };

mkdirSync(join(siteFolder, 'data'), { recursive: true });
for (const [name, set] of Object.entries(sets)) {
    for (const kind of ['images', 'labels']) {
        writeFileSync(join(siteFolder, 'data', `${name}-${kind}.gz`), gzipSync(set[kind], { level: 9 }));
    }
}

const catalogue = [];
for (const { path, size, parameters } of described) {
    scrawl.loadModel(readFileSync(path));
    const { accuracy } = await scrawl.evaluate(testSet);
    const name = basename(path, '.safetensors');
    const about = [
        `${(100 * accuracy).toFixed(2)} % of MNIST’s test images`, `${(size / 1e6).toFixed(2)} MB`,
        `${parameters.toLocaleString('en')} parameters`, 'comes with Scrawl',
    ].join(' · ');
    catalogue.push({ id: name, name, about, address: `wasm/${basename(path)}`, size });
}
writeFileSync(join(siteFolder, 'models.json'), JSON.stringify(catalogue));
