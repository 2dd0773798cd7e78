// The wasm module reads other programs' model files as the native library does.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../helpers/build.mjs';
import { createScrawl } from '../helpers/scrawl.mjs';

const [IMAGES, PIXELS] = [4, 784];
const fixture = (name) => readFileSync(join(root, 'tests/fixtures/onnx', name));

/** As make_onnx_fixtures.py makes them. */
const images = Uint8Array.from({ length: IMAGES * PIXELS }, (_, i) => (Math.imul(Math.imul(i, i), 31) + Math.imul(i, 17)) >>> 5 & 255);

for (const name of ['folded', 'padded', 'skipping', 'converted', 'channels_last']) {
    test(`${name}.onnx says what ONNX Runtime said`, async () => {
        const scrawl = await createScrawl({ model: fixture(`${name}.onnx`) });
        const { probabilities } = scrawl.predictImages(images);
        const expected = new Float32Array(Uint8Array.from(fixture(`${name}.probabilities`)).buffer);
        assert.equal(probabilities.length, expected.length);
        expected.forEach((value, i) => assert.ok(Math.abs(value - probabilities[i]) < 1e-5, `${i}: ${probabilities[i]}, not ${value}`));
    });
}

test('what is refused is so with the library\'s sentence', async () => {
    await assert.rejects(createScrawl({ model: fixture('elsewhere.onnx') }), /external_data=False/);
});
