// MNIST's first test images as pictures: reading them through the finder costs at most 0.1 points against showing them
// to the network as they are. (Of all 10,000 it costs up to 0.15: accuracy/mnist_pictures.mjs.)
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { mnistImages } from './mnist_images.mjs';
import { looks, readAsPictures } from './mnist_pictures.mjs';
import { idx, side } from '../helpers/bars.mjs';
import { built } from '../helpers/build.mjs';

const COUNT = 1000;
const MODEL = 'small';

/** How many of the first COUNT images the network reads as they are. */
function readAsTheyAre() {
    const { image, labels } = mnistImages('t10k');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-'));
    try {
        const images = Buffer.concat(Array.from({ length: COUNT }, (_, index) => image(index)));
        fs.writeFileSync(path.join(folder, 't10k-images-idx3-ubyte'), idx([COUNT, side, side], images));
        fs.writeFileSync(path.join(folder, 't10k-labels-idx1-ubyte'), idx([COUNT], labels.subarray(0, COUNT)));
        const run = spawnSync(built('scrawl'), ['eval', '--json', '--data', folder, MODEL], { encoding: 'utf8' });
        assert.equal(run.status, 0, run.stderr);
        return Math.round(JSON.parse(run.stdout).accuracy * COUNT);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

// The finder may lose 0.1 % of what the network reads of the images as they are.
const LEAST = readAsTheyAre() - Math.ceil(COUNT / 1000);

for (const look of looks) {
    test(`${COUNT} MNIST test images are read through the finder, ${look.name}`, () => {
        const right = readAsPictures(MODEL, COUNT, look);
        assert.ok(right >= LEAST, `${right} of ${COUNT} are right, at least ${LEAST} have to be`);
    });
}
