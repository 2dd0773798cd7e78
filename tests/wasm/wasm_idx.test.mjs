// MNIST's files in the wasm module: read into arrays, distrusted, and nothing of the memory kept.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { idx, side } from '../helpers/bars.mjs';
import { createScrawl, createWatched } from '../helpers/scrawl.mjs';

const PIXELS = side * side;
const COUNT = 3;
const images = Uint8Array.from({ length: COUNT * PIXELS }, (_, index) => Math.floor(index / PIXELS) + index % 7);
const labels = Uint8Array.from([2, 0, 9]);
const imageFile = idx([COUNT, side, side], images);
const labelFile = idx([COUNT], labels);
const invalid = (message) => ({ code: 'INVALID_DATASET', message });

describe('IDX files', () => {
    let scrawl;
    before(async () => (scrawl = await createScrawl({ model: null })));

    it('become labelled images', () => {
        assert.deepEqual(scrawl.readIdx(imageFile, labelFile, 10), { images, labels });
        const buffer = imageFile.buffer.slice(imageFile.byteOffset, imageFile.byteOffset + imageFile.length);
        assert.deepEqual(scrawl.readIdx(buffer, labelFile, 10), { images, labels });
        assert.equal(scrawl.readIdx(idx([0, side, side], Buffer.alloc(0)), idx([0], Buffer.alloc(0)), 10).labels.length, 0);
    });

    it('are refused at every wrong length', () => {
        for (let length = 0; length < 40; length++) {
            assert.throws(() => scrawl.readIdx(imageFile.subarray(0, length), labelFile, 10), invalid(/file of images is cut off/));
        }
        for (let length = 0; length < labelFile.length; length++) {
            assert.throws(() => scrawl.readIdx(imageFile, labelFile.subarray(0, length), 10), invalid(/file of labels is cut off/));
        }
        const longer = (file) => Buffer.concat([file, Buffer.alloc(1)]);
        assert.throws(() => scrawl.readIdx(longer(imageFile), labelFile, 10), invalid(/file of images is longer than its header says/));
        assert.throws(() => scrawl.readIdx(imageFile, longer(labelFile), 10), invalid(/file of labels is longer than its header says/));
    });

    it('are refused with other sizes, counts, labels and beginnings', () => {
        const huge = Buffer.from(imageFile);
        huge.writeUInt32BE(0xffffffff, 4);
        assert.throws(() => scrawl.readIdx(huge, labelFile, 10), invalid(/images is cut off/));
        assert.throws(() => scrawl.readIdx(idx([COUNT, 14, 56], images), labelFile, 10), invalid(/14 x 56 pixels/));
        assert.throws(() => scrawl.readIdx(imageFile, idx([2], labels.subarray(0, 2)), 10), invalid(/3 images but 2 labels/));
        assert.throws(() => scrawl.readIdx(imageFile, labelFile, 9), invalid(/label/));
        assert.throws(() => scrawl.readIdx(imageFile, imageFile, 10), invalid(/no IDX file of labels/));
        assert.throws(() => scrawl.readIdx(labelFile, labelFile, 10), invalid(/no IDX file of images/));
        assert.throws(() => scrawl.readIdx(gzipSync(imageFile), labelFile, 10), { code: 'UNSUPPORTED', message: /unpack it first/ });
        assert.throws(() => scrawl.readIdx(imageFile, labelFile, 0), { code: 'INVALID_ARGUMENT' });
        const negative = 'classCount must not be negative, but it is -1.';
        assert.throws(() => scrawl.readIdx(imageFile, labelFile, -1), { code: 'INVALID_ARGUMENT', message: negative });
    });

    it('must be bytes', () => {
        assert.throws(() => scrawl.readIdx('train-images', labelFile, 10), /images must be an ArrayBuffer or a Uint8Array/);
        assert.throws(() => scrawl.readIdx(imageFile, null, 10), /labels must be/);
        assert.throws(() => scrawl.readIdx(imageFile, labelFile, 1.5), /classCount must be a whole number/);
    });

    it('leave no memory behind, right or wrong', async () => {
        const { scrawl: watched, watch } = await createWatched();
        const before = { ...watch, exports: null };
        watched.readIdx(imageFile, labelFile, 10);
        assert.throws(() => watched.readIdx(imageFile, labelFile.subarray(1), 10));
        assert.deepEqual({ ...watch, exports: null }, before);
    });
});
