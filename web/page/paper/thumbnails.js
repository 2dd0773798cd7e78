// Small pictures of what was opened and drawn. Know nothing of where they are shown.

import { contextOf, token } from '../dom.js';
import { drawInk } from './ink.js';

/** @import { InkStroke } from './ink.js' */

/** In pixels: twice what is shown, for fine screens. */
const WIDTH = 112;
const HEIGHT = 84;

function createCanvas() {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    return canvas;
}

/** @param {ImageBitmap | null} bitmap null: what the browser can't show stays empty */
export function createThumbnail(bitmap) {
    const canvas = createCanvas();
    if (!bitmap) return canvas;
    const scale = Math.min(WIDTH / bitmap.width, HEIGHT / bitmap.height);
    const [width, height] = [bitmap.width * scale, bitmap.height * scale];
    contextOf(canvas).drawImage(bitmap, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
    return canvas;
}

/** @param {InkStroke[]} ink @param {{ width: number, height: number }} view in the ink's units */
export function drawThumbnail(ink, { width, height }) {
    const canvas = createCanvas();
    const context = contextOf(canvas);
    const scale = Math.min(WIDTH / width, HEIGHT / height);
    context.scale(scale, scale);
    drawInk(context, ink, token(document.body, '--ink'));
    return canvas;
}
