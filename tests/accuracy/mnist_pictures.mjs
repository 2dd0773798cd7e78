#!/usr/bin/env node
// What finding costs: MNIST's test images as pictures of several sizes and colours, read through the finder.
// Usage: node tests/accuracy/mnist_pictures.mjs [--model best] [--count 10000]
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { side } from '../helpers/bars.mjs';
import { enlargedPgm, inverted, mnistImages } from './mnist_images.mjs';
import { readPictures } from './reading.mjs';

export const looks = [
    { name: 'white on black', factor: 1, tone: (value) => value },
    { name: 'black on white', factor: 1, tone: inverted },
    { name: 'twice as large, black on white', factor: 2, tone: inverted },
    { name: 'four times as large, black on white', factor: 4, tone: inverted },
    { name: 'four times as large, grey on yellowish white', factor: 4, tone: (value) => 235 - Math.round(value * 0.7) },
];

/** How many of the first `count` test images are read as their label when they look so. */
export function readAsPictures(model, count, { factor, tone }) {
    const { image, labels } = mnistImages('t10k');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-pictures-'));
    try {
        const files = Array.from({ length: count }, (_, index) => path.join(folder, `${index}.pgm`));
        files.forEach((file, index) => fs.writeFileSync(file, enlargedPgm(image(index), side, factor, tone)));
        return readPictures(model, files).filter((reading, index) => reading.text === String(labels[index])).length;
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
    const { values: { model, count } } = parseArgs({
        options: { model: { type: 'string', default: 'best' }, count: { type: 'string', default: '10000' } },
    });
    for (const look of looks) console.log(`${look.name}: ${readAsPictures(model, Number(count), look)} of ${count} right`);
}
