// The worker that opens pictures: decodes with the browser what the library doesn't know, scales down what is too large,
// and makes a bitmap to show. A request is { id, action: 'open', source }, its answer { id, result } or { id, error }.
// Knows no elements and no reader.

/** @import { Pixels } from '../../wasm/scrawl.d.ts' */
/**
 * @typedef {object} Opened
 * @property {Uint8Array | Pixels} readable what the reader gets: the file's own bytes wherever it knows their kind
 * @property {ImageBitmap | null} bitmap upright, to be shown; null for what the browser can't decode
 */

/** Larger pictures are scaled down to this before they are read, in pixels. */
const MOST_PIXELS = 16e6;

/** A larger picture shows nothing more, in pixels. */
const LONGEST_SHOWN = 2000;

/** How the files begin that the library decodes, as picture_format.c knows them. */
const LIBRARY_BEGINNINGS = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'BM', 'P1', 'P4', 'P5', 'P6'];
const LONGEST_BEGINNING = 8;

/**
 * Whether the file is of a kind that the library knows, damaged or not.
 * @param {Uint8Array} bytes
 */
function isLibraryKind(bytes) {
    const beginning = String.fromCharCode(...bytes.subarray(0, LONGEST_BEGINNING));
    return LIBRARY_BEGINNINGS.some((known) => beginning.startsWith(known));
}

const UNKNOWN = 'This is no picture that the page can read. It reads PNG, JPEG, WebP, AVIF, GIF, BMP, SVG and PNM.';

/** @param {ImageBitmap} bitmap @param {number} scale at most 1 */
function resized(bitmap, scale) {
    return createImageBitmap(bitmap, {
        resizeWidth: Math.max(1, Math.floor(bitmap.width * scale)),
        resizeHeight: Math.max(1, Math.floor(bitmap.height * scale)),
        resizeQuality: 'medium',
    });
}

/** @param {ImageBitmap} bitmap @returns {Promise<Pixels>} at most MOST_PIXELS */
async function pixelsOf(bitmap) {
    const scale = Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height));
    const smaller = scale < 1 ? await resized(bitmap, scale) : bitmap;
    const { width, height } = smaller;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('The browser has no memory left for this picture. Close other tabs or take a smaller one.');
    context.drawImage(smaller, 0, 0);
    if (smaller !== bitmap) smaller.close();
    const { data } = context.getImageData(0, 0, width, height);
    return { data, width, height };
}

/** @param {ImageBitmap} bitmap used up by this */
async function shown(bitmap) {
    const scale = LONGEST_SHOWN / Math.max(bitmap.width, bitmap.height);
    if (scale >= 1) return bitmap;
    try {
        return await resized(bitmap, scale);
    } finally {
        bitmap.close();
    }
}

/** @param {File} file */
async function bytesOf(file) {
    try {
        return new Uint8Array(await file.arrayBuffer());
    } catch {
        throw new Error('It could not be opened. Check that it still exists and is a file, not a folder.');
    }
}

/** @param {File} file */
function decode(file) {
    return createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
}

/** @param {File | ImageBitmap} source @returns {Promise<Opened>} */
async function open(source) {
    if (source instanceof ImageBitmap) return { readable: await pixelsOf(source), bitmap: await shown(source) };
    const [bytes, bitmap] = await Promise.all([bytesOf(source), decode(source)]);
    if (!bitmap && !isLibraryKind(bytes)) throw new Error(UNKNOWN);
    if (!bitmap) return { readable: bytes, bitmap };
    const isReadable = isLibraryKind(bytes) && bitmap.width * bitmap.height <= MOST_PIXELS;
    return { readable: isReadable ? bytes : await pixelsOf(bitmap), bitmap: await shown(bitmap) };
}

self.addEventListener('message', async ({ data: { id, source } }) => {
    try {
        const result = await open(source);
        const { readable, bitmap } = result;
        const buffer = /** @type {ArrayBuffer} */ ('data' in readable ? readable.data.buffer : readable.buffer);
        self.postMessage({ id, result }, { transfer: bitmap ? [buffer, bitmap] : [buffer] });
    } catch (error) {
        self.postMessage({ id, error: /** @type {Error} */ (error).message });
    }
});

export {};
