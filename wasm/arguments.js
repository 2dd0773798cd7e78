// Checks what callers hand over: each function answers with the checked value, or throws a sentence.
// Knows nothing of the module and its memory.

import { failure } from './errors.js';
import { asBytes } from './load.js';

/** @import { LabelledImages, Normalization, Picture, Pixels, Stroke } from './scrawl.d.ts' */

/** Of the images that the networks read, as scrawl.h has it: the only place in JavaScript that says so. */
export const IMAGE_SIDE = 28;
export const IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE;
/** These follow scrawl_normalization in scrawl.h. */
export const NORMALIZATIONS = /** @type {Normalization[]} */ (['unit', 'column-l2']);

/** Red, green, blue, alpha. */
const PIXEL_BYTES = 4;

/**
 * @param {string} name
 * @param {unknown} value
 */
function wholeNumber(name, value) {
    if (Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31) return Number(value);
    throw new TypeError(`${name} must be a whole number below 2³¹, not ${value}.`);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function naturalNumber(name, value) {
    const number = wholeNumber(name, value);
    if (number >= 0) return number;
    throw failure('INVALID_ARGUMENT', `${name} must not be negative, but it is ${number}.`);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function side(name, value) {
    const pixels = wholeNumber(name, value);
    if (pixels > 0) return pixels;
    throw new RangeError(`A picture's ${name} must be at least 1 pixel, not ${pixels}.`);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function anyNumber(name, value) {
    if (typeof value === 'number') return value;
    throw new TypeError(`${name} must be a number, not ${value}.`);
}

/**
 * @param {string} name
 * @param {string} value
 * @param {readonly string[]} choices
 */
export function choice(name, value, choices) {
    const index = choices.indexOf(value);
    if (index >= 0) return index;
    throw new TypeError(`${name} must be ${choices.map((text) => `'${text}'`).join(' or ')}, not ${value}.`);
}

/**
 * @param {string} name
 * @param {number | bigint} value
 * @returns {[number, number]} its low and its high 32 bits
 */
export function wholeHalves(name, value) {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
        const beyond = Number.isInteger(value) ? ', as a BigInt from 2⁵³ on' : '';
        throw new TypeError(`${name} must be a whole number${beyond}, not ${value}.`);
    }
    const bits = BigInt.asUintN(64, BigInt(value));
    return [Number(bits & 0xffffffffn), Number(bits >> 32n)];
}

/** Of any call of a client, which may hand its options on. */
const CALL_OPTIONS = ['signal', 'transfer'];

/**
 * The options of a call, of which none is misspelt.
 * @template {object} Options
 * @param {string} what the call makes, for the sentence
 * @param {Options | null | undefined} options
 * @param {readonly string[]} names that it knows
 * @returns {Partial<Options>}
 */
export function knownOptions(what, options, names) {
    if (options === undefined || options === null) return {};
    if (typeof options !== 'object') throw new TypeError(`The options of ${what} must be an object, not ${options}.`);
    const given = /** @type {Record<string, unknown>} */ (options);
    const unknown = Object.keys(given).find((name) => given[name] !== undefined && ![...names, ...CALL_OPTIONS].includes(name));
    if (unknown === undefined) return options;
    throw new TypeError(`${what[0].toUpperCase()}${what.slice(1)} has no option "${unknown}". It knows: ${names.join(', ')}.`);
}

/**
 * A file of the page's, whose bytes come later.
 * @param {unknown} picture
 * @returns {picture is Blob}
 */
export function isBlob(picture) {
    return typeof Blob === 'function' && picture instanceof Blob;
}

/**
 * @param {string} name
 * @param {unknown} list
 */
function byteList(name, list) {
    const isBytes = list instanceof Uint8Array || list instanceof Uint8ClampedArray;
    if (isBytes) return /** @type {Uint8Array} */ (asBytes(list));
    throw new TypeError(`${name} must be a Uint8Array.`);
}

/**
 * @param {string} name
 * @param {unknown} file
 */
export function fileBytes(name, file) {
    const bytes = asBytes(file);
    if (bytes) return bytes;
    throw new TypeError(`${name} must be an ArrayBuffer or a Uint8Array.`);
}

/** @param {unknown} names */
export function labelList(names) {
    const isList = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string');
    if (isList) return /** @type {string[]} */ (names);
    throw new TypeError('labelNames must be a list of texts, one for each class.');
}

/**
 * @param {unknown} images
 * @returns {{ bytes: Uint8Array, count: number }}
 */
export function imageList(images) {
    const bytes = byteList('images', images);
    if (bytes.length % IMAGE_PIXELS === 0) return { bytes, count: bytes.length / IMAGE_PIXELS };
    throw new TypeError(`Images need ${IMAGE_PIXELS} bytes each, but there are ${bytes.length} in all.`);
}

/**
 * @param {LabelledImages} data
 * @returns {{ images: Uint8Array, labels: Uint8Array }}
 */
export function labelledImages(data) {
    const images = byteList('images', data?.images);
    const labels = byteList('labels', data?.labels);
    if (images.length === labels.length * IMAGE_PIXELS) return { images, labels };
    const needed = `${labels.length} × ${IMAGE_PIXELS}`;
    throw new TypeError(`${labels.length} labels need images of ${needed} bytes, but there are ${images.length}.`);
}

/**
 * @param {Picture} picture
 * @returns {{ bytes: Uint8Array, width?: number, height?: number }} no width for a picture file
 */
export function pictureBytes(picture) {
    const file = asBytes(picture);
    if (file) return { bytes: file };
    const { data, width, height } = /** @type {Pixels} */ (picture ?? {});
    if (!data) throw new TypeError('A picture must be { data, width, height } or the bytes of a picture file.');
    const bytes = byteList("The picture's data", data);
    const needed = side('width', width) * side('height', height) * PIXEL_BYTES;
    if (bytes.length === needed) return { bytes, width, height };
    throw new TypeError(`A picture of ${width} × ${height} needs ${needed} bytes, but it has ${bytes.length}.`);
}

/** What a device that knows no pressure reports. */
const MIDDLE_PRESSURE = 0.5;
/** x, y, pressure. */
export const POINT_FLOATS = 3;

/** @param {{ x?: number, y?: number, pressure?: number } | null} point */
function pointNumbers(point) {
    const { x = NaN, y = NaN, pressure = MIDDLE_PRESSURE } = point ?? {};
    return [x, y, pressure];
}

/**
 * @param {Stroke} stroke
 * @returns {Float32Array} x, y and pressure of one point after the other
 */
function strokePoints(stroke) {
    const isList = Array.isArray(stroke) || (ArrayBuffer.isView(stroke) && !(stroke instanceof DataView));
    if (!isList) throw new TypeError('A stroke must be a list of points { x, y }, or of the numbers x, y, x, y and so on.');
    const list = /** @type {ArrayLike<any>} */ (/** @type {unknown} */ (stroke));
    if (typeof list[0] !== 'number') return Float32Array.from(Array.from(list).flatMap(pointNumbers));
    if (list.length % 2) throw new TypeError('A stroke of numbers must hold an x and a y for each point.');
    const points = new Float32Array((list.length / 2) * POINT_FLOATS).fill(MIDDLE_PRESSURE);
    for (let index = 0; index < list.length; index++) {
        points[(index >> 1) * POINT_FLOATS + (index & 1)] = list[index];
    }
    return points;
}

/** @param {unknown} strokes */
export function strokeList(strokes) {
    if (Array.isArray(strokes)) return strokes.map(strokePoints);
    throw new TypeError('Strokes must be a list of strokes, each a list of points.');
}
