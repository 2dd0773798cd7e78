// What the browser can do with a picture file: show it, and decode kinds that the library doesn't know.

/** Larger pictures are scaled down to this, in pixels: four bytes each are kept. */
const MOST_PIXELS = 16e6;

/** Drawings without pixels of their own (SVG) get this many on their longer side: enough to read and to show. */
const DRAWN_SIDE = 1600;

const SVG_TYPE = 'image/svg+xml';

/** How the files begin that the library decodes, as picture_format.c knows them. */
const LIBRARY_BEGINNINGS = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'BM', 'P5', 'P6'];
const LONGEST_BEGINNING = 8;

/**
 * Whether the file is of a kind that the library knows, damaged or not.
 * @param {Uint8Array} bytes
 */
export function isLibraryKind(bytes) {
    const beginning = String.fromCharCode(...bytes.subarray(0, LONGEST_BEGINNING));
    return LIBRARY_BEGINNINGS.some((known) => beginning.startsWith(known));
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
function scaled(width, height, scale) {
    return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}

/** @param {ImageBitmap} bitmap @returns {Promise<ImageBitmap>} it, or a smaller one in its place */
async function limited(bitmap) {
    const scale = Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height));
    if (scale >= 1) return bitmap;
    const { width, height } = scaled(bitmap.width, bitmap.height, scale);
    try {
        return await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' });
    } finally {
        bitmap.close();
    }
}

/** @param {Blob} file @returns {Promise<string>} as a data address: a blob's could not be read back from a canvas */
function dataAddress(file) {
    return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(new Blob([file], { type: SVG_TYPE }));
    });
}

/** @param {Blob} file an SVG @returns {Promise<ImageBitmap>} on white paper, since its ink may be black */
async function drawSvg(file) {
    const image = new Image();
    image.src = await dataAddress(file);
    await image.decode();
    const { naturalWidth, naturalHeight } = image;
    const { width, height } = naturalWidth && naturalHeight
        ? scaled(naturalWidth, naturalHeight, DRAWN_SIDE / Math.max(naturalWidth, naturalHeight))
        : { width: DRAWN_SIDE, height: DRAWN_SIDE };
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
    return createImageBitmap(canvas);
}

/**
 * @param {File} file
 * @returns {Promise<ImageBitmap | null>} upright; null for what the browser can't decode
 */
export async function decode(file) {
    const isSvg = file.type === SVG_TYPE || /\.svg$/i.test(file.name);
    try {
        if (isSvg) return await drawSvg(file);
        return await limited(await createImageBitmap(file, { imageOrientation: 'from-image' }));
    } catch {
        return null;
    }
}

/** @param {ImageBitmap} bitmap */
export function pixelsOf(bitmap) {
    const { width, height } = bitmap;
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, width, height);
}
