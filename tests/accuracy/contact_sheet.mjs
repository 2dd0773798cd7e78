// One PNG of many small pictures with what was expected and read below each: for looking at what goes wrong.
import { penWord } from '../helpers/pen_shapes.mjs';
import { encodePng } from '../helpers/png.mjs';
import { Sheet } from '../helpers/sheet.mjs';
import { greyOf, resized } from './photograph.mjs';

const CELL = 260, CAPTION = 40, COLUMNS = 6; // pixels; pictures in a row
const LETTERS = 11;

function caption(sheet, text, x, y) {
    const known = [...text].map((character) => (/[0-9a-zA-Z+=%#.,:$-]/.test(character) ? character : '-')).join('');
    try {
        const { strokes } = penWord(known);
        sheet.layer(0, () => sheet.lines(strokes.map((points) => points.map(([px, py]) => [x + px * LETTERS, y + py * LETTERS])), 1.3));
    } catch { /* a character without a shape: the picture says enough */ }
}

/** @param {{ plane: import('./photograph.mjs').Plane, captions: string[] }[]} pictures @returns {Buffer} PNG */
export function contactSheet(pictures) {
    const rows = Math.ceil(pictures.length / COLUMNS);
    const sheet = new Sheet(COLUMNS * CELL, Math.max(1, rows) * (CELL + CAPTION));
    pictures.forEach(({ plane, captions }, i) => {
        const [left, top] = [(i % COLUMNS) * CELL, Math.floor(i / COLUMNS) * (CELL + CAPTION)];
        const factor = Math.min((CELL - 8) / plane.width, (CELL - 8) / plane.height, 3), small = resized(plane, factor), grey = greyOf(small);
        for (let y = 0; y < small.height; y++) for (let x = 0; x < small.width; x++) sheet.light[(top + 4 + y) * sheet.width + left + 4 + x] = grey[y * small.width + x] / 255;
        captions.forEach((text, line) => caption(sheet, text, left + 4, top + CELL + 2 + line * 19));
    });
    const data = new Uint8ClampedArray(sheet.width * sheet.height * 4).fill(255);
    sheet.light.forEach((value, i) => data.fill(Math.round(255 * value), 4 * i, 4 * i + 3));
    return encodePng({ data, width: sheet.width, height: sheet.height });
}
