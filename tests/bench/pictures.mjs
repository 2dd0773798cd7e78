// A folder of small pictures to read: MNIST's test digits on paper, one or two to a picture, about 100 pixels wide.
// Measures nothing.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodePng } from '../helpers/png.mjs';
import { Random } from '../helpers/random.mjs';

const SIDE = 28;
const SCALE = 2;
const MARGIN = 12;
const HEADER = 16;
const PAPER = 255;
const DIGITS = SIDE * SIDE;

/** @param {Random} random @param {(i: number) => Uint8Array} digit 28x28, white on black @param {number} count */
function drawPicture(random, digit, count) {
    const width = count * SIDE * SCALE / 1.4 + 2 * MARGIN | 0;
    const wide = Math.max(width, SIDE * SCALE + 2 * MARGIN);
    const height = SIDE * SCALE + 2 * MARGIN;
    const data = new Uint8ClampedArray(wide * height * 4).fill(PAPER);
    for (let i = 0; i < count; i++) {
        const pixels = digit(random.whole(0, 9999));
        const side = count === 1 ? SIDE * SCALE : Math.floor((wide - 2 * MARGIN) / count);
        const left = MARGIN + i * side, top = random.whole(MARGIN / 2, MARGIN);
        for (let row = 0; row < side; row++) {
            for (let column = 0; column < side; column++) {
                const ink = pixels[Math.floor(row * SIDE / side) * SIDE + Math.floor(column * SIDE / side)];
                const at = ((top + row) * wide + left + column) * 4;
                data.fill(PAPER - ink, at, at + 3);
            }
        }
    }
    return encodePng({ data, width: wide, height });
}

/**
 * @param {string} folder is made unless it is there, whole
 * @param {string} mnist where its files are @param {number} count
 */
export function makePictures(folder, mnist, count) {
    if (existsSync(folder)) return;
    const images = readFileSync(join(mnist, 't10k-images-idx3-ubyte')).subarray(HEADER);
    const digit = (i) => images.subarray(i * DIGITS, (i + 1) * DIGITS);
    const random = new Random(1);
    const unfinished = `${folder}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    for (let i = 0; i < count; i++) {
        const name = `${String(i).padStart(5, '0')}.png`;
        writeFileSync(join(unfinished, name), drawPicture(random, digit, random.whole(1, 2)));
    }
    renameSync(unfinished, folder);
}
