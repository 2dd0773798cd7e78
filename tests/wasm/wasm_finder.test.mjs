// The finder through the JavaScript API: pictures are searched with it when that is asked for, and as the model itself it
// is described but reads nothing.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { built } from '../helpers/build.mjs';
import { easyImages, picture, STROKES } from '../helpers/handwriting.mjs';
import { encodePng } from '../helpers/png.mjs';
import { createScrawl, createWatched, trainedTiny } from '../helpers/scrawl.mjs';

const finder = readFileSync(built('wasm', 'finder.safetensors'));
const small = readFileSync(built('wasm', 'small.safetensors'));
const NONE = { message: /^There is no finder yet\. .*\.$/ };

describe('the finder', () => {
    let scrawl;
    before(async () => {
        scrawl = await createScrawl();
    });
    after(() => scrawl.free());

    it('is asked for, and loaded before', () => {
        const image = picture('203');
        const plain = scrawl.predict(image);
        assert.throws(() => scrawl.predict(image, { finder: true }), NONE);
        assert.deepEqual(scrawl.predict(image, { finder: false }), plain);
        scrawl.loadFinder(finder);
        const reading = scrawl.predict(image, { finder: true });
        assert.deepEqual(scrawl.predict(encodePng(image), { finder: true }), reading);
        assert.ok(reading.digits.every(({ probabilities }) => probabilities.length === 10));
        assert.deepEqual(scrawl.predict(image), plain, 'who doesn\'t ask for it has none');
        assert.equal(scrawl.predict(image, { finder: true, explain: true }).explanation.width, image.width);
        scrawl.loadFinder(null);
        assert.throws(() => scrawl.predict(image, { finder: true }), NONE);
    });

    it('has nothing to do with strokes, and with what is one digit', () => {
        const strokes = [STROKES[3].map(([x, y]) => ({ x: 60 * x, y: 100 * y }))];
        const single = scrawl.predict(picture('3'), { single: true });
        assert.deepEqual(scrawl.predictStrokes(strokes, { finder: true }), scrawl.predictStrokes(strokes));
        scrawl.loadFinder(finder);
        assert.deepEqual(scrawl.predict(picture('3'), { single: true, finder: true }), single);
    });

    it('is a model that finds, or the one from before stays', () => {
        scrawl.loadFinder(finder);
        assert.throws(() => scrawl.loadFinder(small), { code: 'INVALID_ARGUMENT', message: /reads images/ });
        assert.throws(() => scrawl.loadFinder(finder.subarray(0, 1000)), { code: 'INVALID_MODEL' });
        for (const wrong of [undefined, 'finder.safetensors', 3]) assert.throws(() => scrawl.loadFinder(wrong), TypeError);
        assert.equal(scrawl.predict(picture('3'), { finder: true }).width, picture('3').width);
    });

    it('finds as many classes as are read', async () => {
        const { scrawl: three } = await trainedTiny({ epochs: 1 });
        three.loadFinder(finder);
        const refused = { code: 'INVALID_ARGUMENT', message: /finder .* different numbers of classes/ };
        for (const image of [picture('3'), encodePng(picture('3'))]) {
            assert.throws(() => three.predict(image, { finder: true }), refused);
            assert.equal(typeof three.predict(image).text, 'string');
        }
        three.free();
    });

    it('reads with the weights of a training, too', async () => {
        const other = await createScrawl();
        other.loadFinder(finder);
        const training = other.startTraining({ images: new Uint8Array(10 * 784), labels: new Uint8Array(10) }, { epochs: 1e5 });
        training.pause();
        assert.equal(typeof other.predict(picture('3'), { finder: true, training: true }).text, 'string');
        training.cancel();
        await assert.rejects(training.finished, { code: 'CANCELLED' });
        other.free();
    });

    it('gives all memory back', async () => {
        const { scrawl: watched, watch, size } = await createWatched();
        const before = [watch.blocks, watch.handles];
        watched.loadFinder(finder);
        watched.loadFinder(finder);
        assert.equal(watch.handles, before[1] + 1);
        const file = encodePng(picture('2037'));
        watched.predict(file, { finder: true });
        const [sizeBefore, blocks] = [size(), watch.blocks];
        for (let count = 0; count < 20; count++) watched.predict(file, { finder: true, explain: true });
        assert.throws(() => watched.predict(file.subarray(0, 50), { finder: true }), { code: 'INVALID_PICTURE' });
        assert.deepEqual([size(), watch.blocks], [sizeBefore, blocks]);
        assert.throws(() => watched.loadFinder(small));
        watched.loadFinder(null);
        assert.deepEqual([watch.blocks, watch.handles], before);
        watched.loadFinder(finder);
        watched.free();
        assert.equal(watch.handles, 0);
        assert.throws(() => watched.loadFinder(finder), { code: 'FREED' });
    });
});

describe('a finder as the model', () => {
    let scrawl;
    before(async () => {
        scrawl = await createScrawl({ model: finder });
    });
    after(() => scrawl.free());

    it('is described, and saved again', async () => {
        assert.equal(scrawl.detects, true);
        const { layers, parameters, text, architecture } = scrawl.summary();
        assert.equal(layers.reduce((sum, layer) => sum + layer.parameters, 0), parameters);
        assert.equal(layers.at(-1).kind, 'detection');
        assert.ok(layers.every(({ shape }) => shape.length === 3));
        assert.match(architecture, /^input any 2, conv .*, detection$/);
        assert.match(text, /detection/);
        assert.deepEqual(scrawl.labels, [...'0123456789']);
        assert.equal(scrawl.filters().inputChannels, 2);
        const other = await createScrawl({ model: scrawl.saveModel() });
        assert.deepEqual(other.summary(), scrawl.summary());
        other.loadModel(small);
        assert.equal(other.detects, false);
        other.free();
    });

    it('reads nothing, and says so', async () => {
        const refused = { code: 'INVALID_ARGUMENT', message: 'This model finds digits on pages; a model is wanted that reads images.' };
        const image = new Uint8Array(784).fill(9);
        const calls = [
            () => scrawl.predict(picture('3')), () => scrawl.predict(encodePng(picture('3'))), () => scrawl.predictImages(image),
            () => scrawl.predictStrokes([[1, 2, 1, 50]]), () => scrawl.inspect(image),
        ];
        for (const call of calls) assert.throws(call, refused);
        await assert.rejects(scrawl.evaluate(easyImages(10)), refused);
    });

    it('is trained by the command line alone', async () => {
        const data = easyImages(10);
        const refused = { code: 'UNSUPPORTED', message: /WebAssembly\. .*command line/ };
        assert.throws(() => scrawl.startTraining(data), refused);
        assert.throws(() => scrawl.startTraining(data, { architecture: 'finder' }), refused);
        assert.equal(scrawl.checkArchitecture('finder').layers.at(-1).kind, 'detection');
    });
});
