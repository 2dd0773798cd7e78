// The IDX format of MNIST's files: labelled images of 28×28 from bytes, which it distrusts.
// Knows nothing of where the bytes come from.

/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */

const SIDE = 28;
export const IMAGE_PIXELS = SIDE * SIDE;

/** "Unsigned bytes of so many dimensions", as the format's first four bytes say it. */
const MAGIC = 0x800;
const SIZE_BYTES = 4;

/**
 * @param {string} name of the file, for the sentence
 * @param {string} what is wrong
 */
function damaged(name, what) {
    return new Error(`${name} is damaged: ${what}. Try again to fetch it anew.`);
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @param {number} dimensions
 * @returns {{ sizes: number[], content: Uint8Array }}
 */
function readIdx(name, bytes, dimensions) {
    const header = SIZE_BYTES * (1 + dimensions);
    if (bytes.length < header) throw damaged(name, 'it is too short');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0) !== MAGIC + dimensions) throw damaged(name, 'it does not begin as an IDX file');
    const sizes = Array.from({ length: dimensions }, (_, index) => view.getUint32(SIZE_BYTES * (index + 1)));
    const content = bytes.subarray(header);
    // As doubles, the product of three 32-bit sizes can only be inexact where it is far too large anyway.
    const count = sizes.reduce((product, size) => product * size, 1);
    if (content.length !== count) throw damaged(name, `it says ${count} bytes, and holds ${content.length}`);
    return { sizes, content };
}

/**
 * @param {string} name of the pair, for sentences
 * @param {Uint8Array} imageBytes an IDX file of n × 28 × 28
 * @param {Uint8Array} labelBytes an IDX file of n
 * @param {number} classCount that the labels are below
 * @returns {LabelledImages}
 */
export function readLabelledImages(name, imageBytes, labelBytes, classCount) {
    const images = readIdx(`${name}: the file of images`, imageBytes, 3);
    const labels = readIdx(`${name}: the file of labels`, labelBytes, 1);
    const [count, rows, columns] = images.sizes;
    if (rows !== SIDE || columns !== SIDE) throw damaged(name, `its images have ${rows} × ${columns} pixels`);
    if (labels.sizes[0] !== count) throw damaged(name, `${count} images have ${labels.sizes[0]} labels`);
    if (labels.content.some((label) => label >= classCount)) throw damaged(name, 'it has an unknown label');
    return { images: images.content, labels: labels.content };
}

/**
 * @param {LabelledImages} data
 * @param {Iterable<number>} indices
 * @returns {{ images: Uint8Array, labels: Uint8Array }} these images, copied
 */
export function pickImages({ images, labels }, indices) {
    const list = [...indices];
    const picked = { images: new Uint8Array(list.length * IMAGE_PIXELS), labels: new Uint8Array(list.length) };
    list.forEach((index, place) => {
        picked.images.set(images.subarray(index * IMAGE_PIXELS, (index + 1) * IMAGE_PIXELS), place * IMAGE_PIXELS);
        picked.labels[place] = labels[index];
    });
    return picked;
}

/**
 * @param {LabelledImages[]} parts
 * @returns {{ images: Uint8Array, labels: Uint8Array }} all of them, one after the other
 */
export function joinImages(parts) {
    const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
    const joined = { images: new Uint8Array(count * IMAGE_PIXELS), labels: new Uint8Array(count) };
    let place = 0;
    for (const { images, labels } of parts) {
        joined.images.set(images, place * IMAGE_PIXELS);
        joined.labels.set(labels, place);
        place += labels.length;
    }
    return joined;
}
