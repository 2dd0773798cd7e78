// Files of Keras' (tests/fixtures/keras) in the wasm module, as a page opens them: they say of images what Keras said.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../helpers/build.mjs';
import { createScrawl } from '../helpers/scrawl.mjs';

const FOLDER = join(root, 'tests/fixtures/keras');
const IMAGES = 4, PIXELS = 784, AGREEMENT = 1e-5;

/** The images of make_keras_fixtures.py. */
const images = Uint8Array.from({ length: IMAGES * PIXELS }, (_, i) => Number((BigInt(i) * BigInt(i) * 31n + BigInt(i) * 17n) % 2n ** 32n >> 5n & 255n));

/** Whose probabilities a file has. */
const said = (file) => file.replace('_old', '_sequential').replace('_early', '_chain').replace(/\.\w+$/, '.probabilities');

const files = readdirSync(FOLDER).filter((file) => /\.(h5|keras)$/.test(file));

test('there are files of each kind', () => {
    assert.ok(files.some((file) => file.endsWith('.h5')) && files.some((file) => file.endsWith('.keras')));
});

for (const file of files) {
    test(`${file} says what Keras said`, async () => {
        const scrawl = await createScrawl();
        try {
            scrawl.loadModel(readFileSync(join(FOLDER, file)));
            const { probabilities } = scrawl.predictImages(images);
            const bytes = readFileSync(join(FOLDER, said(file)));
            assert.equal(bytes.length, 4 * probabilities.length);
            probabilities.forEach((value, i) => assert.ok(Math.abs(value - bytes.readFloatLE(4 * i)) < AGREEMENT, `${i}: ${value}`));
        } finally {
            scrawl.free();
        }
    });
}

test('a damaged file is refused with a sentence, and the model before it stays', async () => {
    const scrawl = await createScrawl();
    try {
        const bytes = readFileSync(join(FOLDER, 'tiny_chain.keras'));
        scrawl.loadModel(bytes);
        assert.throws(() => scrawl.loadModel(bytes.subarray(0, bytes.length / 2)), /ZIP file is cut off or damaged/);
        assert.equal(scrawl.predictImages(images).probabilities.length, 10 * IMAGES);
    } finally {
        scrawl.free();
    }
});
