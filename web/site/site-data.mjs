// Makes the files that the site fetches on demand: MNIST gzipped, what teaching remembers of it, and the list of models.
// Not part of the site. Usage: node web/site/site-data.mjs MNIST_FOLDER SITE_FOLDER MODEL.safetensors…

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const PIXELS = 28 * 28;
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;
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

/** @param {{ images: Buffer, labels: Buffer }} set IDX files @param {number[]} indices */
function part({ images, labels }, indices) {
    const chosen = indices.map((index) => images.subarray(IMAGES_HEADER + index * PIXELS, IMAGES_HEADER + (index + 1) * PIXELS));
    return {
        images: idx([indices.length, 28, 28], Buffer.concat(chosen)),
        labels: idx([indices.length], Buffer.from(indices.map((index) => labels[LABELS_HEADER + index]))),
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

const [mnistFolder, siteFolder, ...models] = process.argv.slice(2);
const read = (name) => readFileSync(join(mnistFolder, name));
const train = { images: read('train-images-idx3-ubyte'), labels: read('train-labels-idx1-ubyte') };
const test = { images: read('t10k-images-idx3-ubyte'), labels: read('t10k-labels-idx1-ubyte') };
const trainCount = train.labels.length - LABELS_HEADER;
const testCount = test.labels.length - LABELS_HEADER;
const described = models.map((path) => ({ path, ...describe(path) }));
/** No shipped model has trained on images from here on: they were for its validation. */
const unseenFrom = Math.max(...described.map(({ trainedImages }) => trainedImages));
if (unseenFrom >= trainCount) throw new Error('The shipped models have left no image for the validation of what is taught.');
const remembered = [...evenly(REMEMBERED, 0, unseenFrom), ...evenly(REMEMBERED_UNSEEN, unseenFrom, trainCount)];
const sets = { train, test, remembered: part(train, remembered), check: part(test, evenly(CHECK, 0, testCount)) };

mkdirSync(join(siteFolder, 'data'), { recursive: true });
for (const [name, set] of Object.entries(sets)) {
    for (const kind of ['images', 'labels']) {
        writeFileSync(join(siteFolder, 'data', `${name}-${kind}.gz`), gzipSync(set[kind], { level: 9 }));
    }
}

const catalogue = described.map(({ path, size, parameters }) => {
    const name = basename(path, '.safetensors');
    const about = `${parameters.toLocaleString('en')} parameters · ${(size / 1e6).toFixed(2)} MB · comes with Scrawl`;
    return { id: name, name, about, address: `wasm/${basename(path)}`, size };
});
writeFileSync(join(siteFolder, 'models.json'), JSON.stringify(catalogue));
