// MNIST's first test images as pictures: reading them through the finder costs at most 0.1 points against showing them
// to the network as they are. MNIST_PICTURES=10000 takes all of them: there it still costs 0.15 points.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { built } from './helpers/build.mjs';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const COUNT = Number(process.env.MNIST_PICTURES ?? 1000);
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;
const COUNT_OFFSET = 4; // of the number of images or labels in an IDX header
const LARGER = 4;
const MODEL = new URL('../models/small.safetensors', import.meta.url).pathname;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-'));
after(() => fs.rmSync(folder, { recursive: true }));

const data = (name) => fs.readFileSync(built('mnist', name));
const images = data('t10k-images-idx3-ubyte').subarray(IMAGES_HEADER);
const labels = data('t10k-labels-idx1-ubyte').subarray(LABELS_HEADER);

/** The image enlarged by a whole factor, values through `tone`, as PGM. */
function pgm(image, factor, tone) {
    const side = SIDE * factor;
    const grey = Buffer.alloc(side * side);
    for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
            grey[y * side + x] = tone(image[Math.floor(y / factor) * SIDE + Math.floor(x / factor)]);
        }
    }
    return Buffer.concat([Buffer.from(`P5 ${side} ${side} 255\n`), grey]);
}

/** The number of the first COUNT images that are read as their label. */
function readAsPictures(factor, tone) {
    const names = Array.from({ length: COUNT }, (_, index) => `${index}.pgm`);
    names.forEach((name, index) => {
        const image = images.subarray(index * PIXELS, (index + 1) * PIXELS);
        fs.writeFileSync(path.join(folder, name), pgm(image, factor, tone));
    });
    let right = 0;
    for (let start = 0; start < COUNT; start += 1000) {
        const run = spawnSync(built('scrawl'), ['predict', '--json', '--model', MODEL, ...names.slice(start, start + 1000)],
            { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
        assert.equal(run.status, 0, run.stderr);
        const lines = run.stdout.trim().split('\n');
        right += lines.filter((line, index) => JSON.parse(line).text === String(labels[start + index])).length;
    }
    return right;
}

/** How many of the first COUNT images the network reads as they are. */
function readAsTheyAre() {
    for (const [name, header, size] of [['t10k-images-idx3-ubyte', IMAGES_HEADER, PIXELS],
        ['t10k-labels-idx1-ubyte', LABELS_HEADER, 1]]) {
        const bytes = Buffer.from(fs.readFileSync(built('mnist', name)).subarray(0, header + COUNT * size));
        bytes.writeUInt32BE(COUNT, COUNT_OFFSET);
        fs.writeFileSync(path.join(folder, name), bytes);
    }
    const run = spawnSync(built('scrawl'), ['eval', '--json', '--data', folder, MODEL], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    return Math.round(JSON.parse(run.stdout).accuracy * COUNT);
}

// The finder may lose 0.1 % of what the network reads of the images as they are.
const LEAST = readAsTheyAre() - Math.ceil(COUNT / 1000);

for (const [name, factor, tone] of [
    ['white on black', 1, (value) => value],
    ['black on white', 1, (value) => 255 - value],
    ['twice as large, black on white', 2, (value) => 255 - value],
    ['enlarged, grey on yellowish white', LARGER, (value) => 235 - Math.round(value * 0.7)],
]) {
    test(`${COUNT} MNIST test images are read through the finder, ${name}`, () => {
        const right = readAsPictures(factor, tone);
        assert.ok(right >= LEAST, `${right} of ${COUNT} are right, at least ${LEAST} have to be`);
    });
}
