// What the browser can do with a picture file: show it, and decode kinds that the library doesn't know.

/** Larger pictures are scaled down to this before they are read from a canvas, in pixels. */
const MOST_PIXELS = 16e6;

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | null>} upright; null for what the browser can't decode
 */
export async function decode(file) {
    try {
        return await createImageBitmap(file, { imageOrientation: 'from-image' });
    } catch {
        return null;
    }
}

/** @param {ImageBitmap} bitmap */
export function pixelsOf(bitmap) {
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
    const width = Math.max(1, Math.floor(bitmap.width * scale));
    const height = Math.max(1, Math.floor(bitmap.height * scale));
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
    context.drawImage(bitmap, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
}
