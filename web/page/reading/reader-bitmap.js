// What the browser can't show, as the reader saw it: the grey plane of its explanation. Knows no elements.

/** @import { ReadingEngine } from '../engine.js' */
/** @import { Picture } from '../../../wasm/scrawl.d.ts' */

const OPAQUE = 255;

/**
 * @param {ReadingEngine} engine
 * @param {Picture} readable
 * @returns {Promise<ImageBitmap | null>}
 */
export async function bitmapOf({ client }, readable) {
    const { explanation } = await client.predict(readable, { single: true, explain: true });
    if (!explanation) return null;
    const { width, height, grey } = explanation;
    const pixels = new ImageData(width, height);
    grey.forEach((value, index) => pixels.data.set([value, value, value, OPAQUE], 4 * index));
    return createImageBitmap(pixels);
}
