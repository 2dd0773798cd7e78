#!/usr/bin/env node
// How much of touching digits is read: pages of two, three and four of MNIST's last 3,000 training images, on which the
// shipped models were calibrated only, moved together until they touch or overlap, three times enlarged.
// Usage: node tests/accuracy/touching_pages.mjs [--model best] [--pages 150]
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { generator, side } from '../helpers/bars.mjs';
import { enlargedPgm, inverted, mnistImages } from './mnist_images.mjs';
import { readPictures } from './reading.mjs';

const FIRST = 57_000, COUNT = 3_000;
const MARGIN = 8, HEIGHT = side + 2 * MARGIN, SCALE = 3; // pixels
const INK = 60, MOST_OVERLAP = 4, MOST_SHIFT = 2;

const { values: options } = parseArgs({
    options: { model: { type: 'string', default: 'best' }, pages: { type: 'string', default: '150' } },
});
const random = generator(77);
const below = (count) => Math.floor(random() * count);
const { image: mnistImage, labels } = mnistImages('train');

/** The column where the image must begin at row `top` so that its ink meets the page's in some row. */
function touchingColumn(page, width, image, top) {
    let column = -1;
    for (let row = 0; row < side; row++) {
        const written = page.subarray((row + top) * width, (row + top + 1) * width).findLastIndex((value) => value > INK);
        const start = image.subarray(row * side, (row + 1) * side).findIndex((value) => value > INK);
        if (written >= 0 && start >= 0) column = Math.max(column, written + 1 - start);
    }
    return column < 0 ? MARGIN : column;
}

/** A page of `count` digits as PGM, and what it says. */
function makePage(count) {
    const width = count * side + 2 * MARGIN + MOST_OVERLAP, page = new Uint8Array(width * HEIGHT);
    let text = '';
    for (let i = 0; i < count; i++) {
        const index = FIRST + below(COUNT), image = mnistImage(index);
        const top = MARGIN + below(2 * MOST_SHIFT + 1) - MOST_SHIFT;
        const left = i === 0 ? MARGIN : touchingColumn(page, width, image, top) - below(MOST_OVERLAP);
        image.forEach((value, k) => {
            const place = (top + Math.floor(k / side)) * width + left + k % side;
            page[place] = Math.max(page[place], value);
        });
        text += labels[index];
    }
    return { text, bytes: enlargedPgm(page, width, SCALE, inverted) };
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-touching-'));
try {
    for (const count of [2, 3, 4]) {
        const pages = Array.from({ length: Number(options.pages) }, () => makePage(count));
        const files = pages.map((page, i) => path.join(folder, `${count}-${i}.pgm`));
        pages.forEach((page, i) => fs.writeFileSync(files[i], page.bytes));
        const right = readPictures(options.model, files).filter((reading, i) => reading.text === pages[i].text).length;
        console.log(`${count} touching digits: ${right} of ${pages.length} pages right`);
    }
} finally {
    fs.rmSync(folder, { recursive: true });
}
