#!/usr/bin/env node
// How much of touching digits is read: pages of two, three and four MNIST images, moved together until they touch or
// overlap, three times enlarged. The images are the last 3,000 training images, on which the shipped models were
// calibrated only, or with --test all test images: what is reported.
// Usage: node tests/accuracy/touching_pages.mjs [--model best] [--pages 150] [--test]
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { generator, side } from '../helpers/bars.mjs';
import { enlargedPgm, inverted, mnistImages } from './mnist_images.mjs';
import { readBytes } from './reading.mjs';

/** Images: of which file, from which on, and how many. */
export const CALIBRATION = { part: 'train', first: 57_000, count: 3_000 }, TEST = { part: 't10k', first: 0, count: 10_000 };
const MARGIN = 8, HEIGHT = side + 2 * MARGIN, SCALE = 3; // pixels
const INK = 60, MOST_OVERLAP = 4, MOST_SHIFT = 2;

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
function makePage(count, { image: imageAt, labels, first, count: most }, random) {
    const below = (limit) => Math.floor(random() * limit);
    const width = count * side + 2 * MARGIN + MOST_OVERLAP, page = new Uint8Array(width * HEIGHT);
    let text = '';
    for (let i = 0; i < count; i++) {
        const index = first + below(most), image = imageAt(index);
        const top = MARGIN + below(2 * MOST_SHIFT + 1) - MOST_SHIFT;
        const left = i === 0 ? MARGIN : Math.max(0, touchingColumn(page, width, image, top) - below(MOST_OVERLAP));
        image.forEach((value, k) => {
            const place = (top + Math.floor(k / side)) * width + left + k % side;
            page[place] = Math.max(page[place], value);
        });
        text += labels[index];
    }
    return { text, picture: enlargedPgm(page, width, SCALE, inverted) };
}

/** `pages` pages of `count` touching digits. @param {typeof TEST} images @param {() => number} random */
export function touchingPages(count, pages, images, random) {
    const source = { ...images, ...mnistImages(images.part) };
    return Array.from({ length: pages }, () => makePage(count, source, random));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const { values: { model, pages: most, test } } = parseArgs({
        options: { model: { type: 'string', default: 'best' }, pages: { type: 'string', default: '150' }, test: { type: 'boolean' } },
    });
    const random = generator(77);
    for (const count of [2, 3, 4]) {
        const pages = touchingPages(count, Number(most), test ? TEST : CALIBRATION, random);
        const readings = readBytes(model, pages.map((page) => page.picture));
        const right = readings.filter((reading, i) => reading.text === pages[i].text).length;
        console.log(`${count} touching digits: ${right} of ${pages.length} pages right`);
    }
}
