// Looks inside the network through the JavaScript API: layers, saliency, filters, and what an architecture would become.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { root } from '../helpers/build.mjs';
import { easyImages } from '../helpers/handwriting.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { createScrawl, TINY, trainedTiny } from '../helpers/scrawl.mjs';

describe('looking inside', () => {
    let scrawl;
    let image;
    before(async () => {
        scrawl = await createScrawl();
        image = scrawl.predict(picture('7')).digits[0].input;
    });
    after(() => scrawl.free());

    it('shows every layer, from the first to the probabilities', () => {
        const { layers, probabilities, classIndex } = scrawl.inspect(image);
        const summary = scrawl.summary();
        assert.deepEqual(layers.map(({ kind, activation }) => [kind, activation]),
            summary.layers.map(({ kind, activation }) => [kind, activation]));
        layers.forEach(({ shape, values, activation }) => {
            assert.equal(values.length, shape[0] * shape[1] * shape[2]);
            assert.ok(values instanceof Float32Array && values.every(Number.isFinite));
            if (activation === 'relu') assert.ok(values.every((value) => value >= 0) && values.some((value) => value > 0));
        });
        assert.deepEqual(layers.at(-1).shape, [1, 1, 10]);
        assert.deepEqual(layers.at(-1).values, probabilities);
        assert.equal(classIndex, 7);
        const read = scrawl.predictImages(image);
        assert.deepEqual([...read.classes], [7]);
        read.probabilities.forEach((share, place) => assert.ok(Math.abs(share - probabilities[place]) < 1e-5));
    });

    it('shows which ink spoke for a class, and which against it', () => {
        const { saliency } = scrawl.inspect(image);
        assert.equal(saliency.length, 784);
        assert.ok(saliency.every((value, pixel) => image[pixel] > 0 || value === 0), 'what is no ink says nothing');
        assert.equal(scrawl.inspect(image, { classIndex: 0 }).classIndex, 0);
        assert.notDeepEqual(scrawl.inspect(image, { classIndex: 0 }).saliency, saliency);
    });

    it('adds up to what the ink does for a class, where a network is linear', async () => {
        const { scrawl: flat } = await trainedTiny({ architecture: 'flatten, dense 3 softmax', epochs: 1 });
        const written = easyImages(1).images;
        const logit = (input, classIndex) => Math.log(flat.inspect(input).probabilities[classIndex]);
        const byInk = (classIndex) => logit(written, classIndex) - logit(new Uint8Array(784), classIndex);
        const spoke = (classIndex) => flat.inspect(written, { classIndex }).saliency.reduce((sum, value) => sum + value);
        assert.ok(Math.abs(byInk(0) - byInk(1)) > 0.1);
        assert.ok(Math.abs(spoke(0) - spoke(1) - (byInk(0) - byInk(1))) < 1e-3);
        flat.free();
    });

    it('shows the first convolution\'s filters, where there is one', async () => {
        const { rows, columns, inputChannels, outputChannels, values } = scrawl.filters();
        assert.deepEqual([rows, columns, inputChannels], [3, 3, 1]);
        assert.equal(outputChannels, scrawl.summary().layers.find(({ kind }) => kind === 'conv').shape[2]);
        assert.equal(values.length, 9 * outputChannels);
        assert.ok(values.some((value) => value !== 0));
        const { scrawl: flat } = await trainedTiny({ architecture: 'flatten, dense 3 softmax', epochs: 1 });
        assert.equal(flat.filters(), null);
        const { layers } = scrawl.inspect(new Uint8Array(784).fill(99));
        layers.forEach(({ kind, shape }, layer) => {
            const filters = scrawl.filters({ layer });
            if (kind === 'conv' || kind === 'dense') assert.equal(filters.outputChannels, shape[2]);
            if (kind === 'maxpool' || kind === 'flatten') assert.equal(filters, null);
        });
        assert.equal(scrawl.filters({ layer: 1000 }), null);
        assert.throws(() => scrawl.filters({ layer: -1 }), /layer must not be negative/);
        const { saliency } = flat.inspect(easyImages(1).images);
        assert.ok(saliency.some((value) => value !== 0));
    });

    it('says what is wrong with an image or a class', () => {
        for (const wrong of [null, [1, 2], new Uint8Array(783), new Uint8Array(2 * 784), new Uint8Array(0)]) {
            assert.throws(() => scrawl.inspect(wrong), { name: 'TypeError', message: /\.$/ });
        }
        assert.throws(() => scrawl.inspect(image, { classIndex: 10 }), { code: 'INVALID_ARGUMENT' });
        assert.throws(() => scrawl.inspect(image, { classIndex: 1.5 }), TypeError);
        assert.throws(() => scrawl.predictImages(new Uint8Array(783)), { name: 'TypeError', message: /784 bytes each/ });
        assert.equal(scrawl.predictImages(new Uint8Array(0)).classes.length, 0);
    });
});

describe('what can be chosen', () => {
    it('is listed, with the settings of each preset', async () => {
        const scrawl = await createScrawl({ model: null });
        assert.equal(scrawl.version, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
        assert.ok(scrawl.architectures.includes('small') && scrawl.architectures.includes('tutorial'));
        assert.deepEqual(scrawl.presets, ['fast', 'small', 'best', 'tutorial']);
        assert.deepEqual(scrawl.trainSettings(), {
            epochs: 5, batchSize: 128, optimizer: 'adam', learningRate: 0.001, schedule: 'constant', momentum: 0.9,
            epsilon: 1e-7, weightDecay: 0, average: 0, dropout: true, labelSmoothing: 0, epochShare: 1,
            validationSplit: 0, augment: 0, augmentFade: 0, touching: 0, seed: 1,
        });
        const [small, best] = ['small', 'best'].map((name) => scrawl.trainSettings(name));
        assert.ok(small.touching > 0 && best.touching > 0 && small.augment > 0);
        const { schedule, dropout, epochShare, labelSmoothing } = scrawl.trainSettings('fast');
        assert.deepEqual([schedule, dropout, epochShare, labelSmoothing], ['one-cycle', false, 0.75, 0.1]);
        assert.throws(() => scrawl.trainSettings('quick'), { code: 'INVALID_ARGUMENT', message: /"best" or "tutorial"/ });
        const data = easyImages(60);
        const [bare, spelled] = await Promise.all([{}, scrawl.trainSettings()].map(async (settings) => {
            const other = await createScrawl({ model: null });
            await other.train(data, { architecture: TINY, ...settings });
            return other.saveModel();
        }));
        assert.deepEqual(spelled, bare);
    });

    it('of architectures is described before anything is trained, or refused in a sentence', async () => {
        const scrawl = await createScrawl({ model: null });
        const { layers, parameters, architecture } = scrawl.checkArchitecture('small');
        assert.equal(layers.at(-1).shape[0], 10);
        assert.match(architecture, /^conv .*softmax$/);
        assert.equal(scrawl.checkArchitecture(architecture).parameters, parameters);
        assert.deepEqual(scrawl.checkArchitecture('small', { labelNames: ['a', 'b'] }).layers.at(-1).shape, [2]);
        const modern = scrawl.checkArchitecture('conv 8 3x3, batchnorm relu, depthwise 3x3, globalpool, dense 5 softmax');
        assert.deepEqual(modern.layers.map(({ kind }) => kind), ['conv', 'batchnorm', 'depthwise', 'globalpool', 'dense']);
        assert.deepEqual(modern.layers.map(({ shape }) => shape.length), [3, 3, 3, 1, 1]);
        const refused = { code: 'INVALID_ARCHITECTURE', message: /bogus/ };
        assert.throws(() => scrawl.checkArchitecture('bogus 2, flatten, dense 3 softmax'), refused);
        assert.throws(() => scrawl.checkArchitecture('maxpool 99, flatten, dense 3 softmax'), { code: 'INVALID_ARCHITECTURE' });
        assert.throws(() => scrawl.summary(), /no model/);
    });
});
