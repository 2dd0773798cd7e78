// The wasm module through its JavaScript API, as `make wasm` built it: against itself and against the native program.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

import { built } from './helpers/build.mjs';
import { easyImages, picture, STROKES } from './helpers/handwriting.mjs';
import { encodePng } from './helpers/png.mjs';

const { createScrawl } = await import(pathToFileURL(built('wasm', 'scrawl.js')));

const TINY = 'conv 4 3x3 relu, maxpool 2, flatten, dense 3 softmax';
/** The same bytes give native and wasm probabilities that differ by rounding only. */
const TOLERANCE = 1e-4;

/**
 * A Scrawl whose module has other functions in place of some.
 * @param {(exports: object) => object} replacements
 */
async function createChanged(replacements) {
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (module, imports) => {
        const { exports } = await instantiate(module, imports);
        return { exports: { ...exports, ...replacements(exports) } };
    };
    try {
        return await createScrawl();
    } finally {
        WebAssembly.instantiate = instantiate;
    }
}

/** A Scrawl, and what it holds of the wasm memory: size in bytes, and blocks that were taken and not given back. */
async function createWatched() {
    const watch = { blocks: 0, exports: null };
    const scrawl = await createChanged((exports) => {
        watch.exports = {
            ...exports,
            malloc: (size) => (watch.blocks++, exports.malloc(size)),
            free: (block) => (watch.blocks -= block ? 1 : 0, exports.free(block)),
        };
        return watch.exports;
    });
    return { scrawl, watch, size: () => watch.exports.memory.buffer.byteLength };
}

async function trainedTiny(options = {}) {
    const scrawl = await createScrawl({ model: null });
    const defaults = { architecture: TINY, epochs: 4, batchSize: 32, learningRate: 0.01 };
    const history = await scrawl.train(easyImages(300), { ...defaults, ...options });
    return { scrawl, history };
}

describe('reading', () => {
    let scrawl;
    before(async () => {
        scrawl = await createScrawl();
    });
    after(() => scrawl.free());

    it('reads pixels', () => {
        const image = picture('203');
        const reading = scrawl.predict(image);
        assert.equal(reading.text, '203');
        assert.deepEqual([reading.width, reading.height], [image.width, image.height]);
        assert.deepEqual(reading.digits.map(({ digit }) => digit), [2, 0, 3]);
        for (const { label, digit, confidence, probabilities, input, x, y, width, height } of reading.digits) {
            assert.equal(label, String(digit));
            assert.equal(probabilities.length, 10);
            assert.equal(confidence, probabilities[digit]);
            assert.equal(confidence, Math.max(...probabilities));
            assert.ok(Math.abs(probabilities.reduce((sum, share) => sum + share) - 1) < 1e-5);
            assert.equal(input.length, 784);
            assert.ok(Math.max(...input) > 200);
            assert.ok(x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height);
        }
    });

    it('reads the bytes of a picture file as it reads its pixels', () => {
        const image = picture('72');
        const file = encodePng(image);
        const expected = scrawl.predict(image);
        assert.deepEqual(scrawl.predict(file), expected);
        assert.deepEqual(scrawl.predict(new Uint8Array(file).buffer), expected);
    });

    it('reads the whole picture as one digit when told so', () => {
        const image = picture('11');
        assert.equal(scrawl.predict(image).digits.length, 2);
        assert.equal(scrawl.predict(image, { single: true }).digits.length, 1);
    });

    it('reads strokes as points and as numbers, several digits and one', () => {
        const strokes = [...'203'].map((digit, place) =>
            STROKES[digit].map(([x, y]) => ({ x: 20 + 90 * place + 60 * x, y: 10 + 100 * y })));
        const reading = scrawl.predictStrokes(strokes);
        assert.equal(reading.text, '203');
        assert.deepEqual(reading.digits.map(({ x }) => Math.round((x - 20) / 90)), [0, 1, 2]);
        assert.ok(reading.digits.every(({ doubtful, input }) => doubtful === false && Math.max(...input) === 255));
        const numbers = strokes.map((points) => Float64Array.from(points.flatMap(({ x, y }) => [x, y])));
        assert.deepEqual(scrawl.predictStrokes(numbers), reading);
        assert.deepEqual(scrawl.predictStrokes(numbers.map((list) => [...list]), null), reading);
        assert.equal(scrawl.predictStrokes(strokes, { single: true }).digits.length, 1);
        assert.deepEqual(scrawl.predictStrokes([]), { text: '', digits: [], width: 1, height: 1 });
        assert.deepEqual(scrawl.predictStrokes([[], new Float32Array()]).digits, []);
        const thick = strokes.map((points) => points.map((point) => ({ ...point, pressure: 1 })));
        const ink = ({ digits }) => digits[0].input.reduce((sum, value) => sum + value);
        assert.ok(ink(scrawl.predictStrokes(thick)) > 1.2 * ink(reading));
    });

    it('says what is wrong with strokes', () => {
        for (const wrong of [null, 'x', [5], [[1, 2, 3]], [{ x: 1, y: 2 }], [new DataView(new ArrayBuffer(8))]]) {
            assert.throws(() => scrawl.predictStrokes(wrong), { name: 'TypeError', message: /^[A-Z].*\.$/ });
        }
        const isRefused = { code: 'INVALID_ARGUMENT', message: /coordinates/ };
        for (const point of [{ x: NaN, y: 1 }, { x: 1 }, null, { x: 1e30, y: 0 }]) {
            assert.throws(() => scrawl.predictStrokes([[{ x: 0, y: 0 }, point]]), isRefused);
        }
        const many = { code: 'INVALID_ARGUMENT', message: /strokes/ };
        assert.throws(() => scrawl.predictStrokes(Array.from({ length: 5000 }, () => [1, 2])), many);
        assert.equal(scrawl.predictStrokes([new Float32Array(2e6).fill(3)]).digits.length, 1);
    });

    it('doubts what is no digit', () => {
        const scribble = Array.from({ length: 24 }, (_, i) => ({ x: (i % 2) * 80 + i, y: 4 * i * (1 + (i % 3)) }));
        const [digit] = scrawl.predictStrokes([scribble]).digits;
        assert.equal(digit.doubtful, true);
        assert.equal(scrawl.predict(picture('3')).digits[0].doubtful, false);
    });

    it('finds nothing on empty paper', () => {
        const paper = { data: new Uint8ClampedArray(50 * 40 * 4).fill(255), width: 50, height: 40 };
        assert.deepEqual(scrawl.predict(paper), { text: '', digits: [], width: 50, height: 40 });
    });

    it('says what is wrong with a picture', () => {
        const file = encodePng(picture('3'));
        const isPictureError = { name: 'Error', code: 'INVALID_PICTURE', message: /^[A-Z].*\.$/ };
        assert.throws(() => scrawl.predict(new TextEncoder().encode('This is no picture.')), isPictureError);
        assert.throws(() => scrawl.predict(new Uint8Array()), isPictureError);
        assert.throws(() => scrawl.predict(file.subarray(0, file.length / 2)), isPictureError);
        assert.throws(() => scrawl.predict({ data: new Uint8ClampedArray(7), width: 2, height: 1 }), TypeError);
        assert.throws(() => scrawl.predict('3.png'), TypeError);
        assert.throws(() => scrawl.predict(null), TypeError);
        const negative = { data: new Uint8ClampedArray(4), width: -1, height: -1 };
        const name = 'RangeError';
        assert.throws(() => scrawl.predict(negative), { name, message: /width must be at least 1.*-1\.$/ });
        const flat = { data: new Uint8ClampedArray(0), width: 3, height: 0 };
        assert.throws(() => scrawl.predict(flat), { name, message: /height must be at least 1.* 0\.$/ });
    });

    it('takes null for no options', async () => {
        assert.deepEqual(scrawl.predict(picture('3'), null), scrawl.predict(picture('3')));
        const other = await createScrawl(null);
        const data = { images: new Uint8Array(10 * 784), labels: new Uint8Array(10) };
        assert.equal((await other.train(data, null)).loss.length, 5);
        other.free();
    });

    it('describes its network', () => {
        const { layers, parameters, text } = scrawl.summary();
        assert.equal(layers.reduce((sum, layer) => sum + layer.parameters, 0), parameters);
        assert.ok(parameters < 60_000);
        assert.deepEqual(layers[layers.length - 1].shape, [10]);
        assert.equal(layers[layers.length - 1].activation, 'softmax');
        assert.ok(text.includes(parameters.toLocaleString('en')));
        assert.deepEqual(scrawl.labels, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        assert.match(scrawl.architecture, /^conv .* softmax$/);
        assert.match(scrawl.normalization, /^(unit|column-l2)$/);
    });
});

describe('training', () => {
    it('distorts images when told so, the same way for the same seed', async () => {
        const bytes = [];
        for (const augment of [0, 0.8, 0.8]) {
            const { scrawl } = await trainedTiny({ epochs: 1, augment });
            bytes.push(Buffer.from(scrawl.saveModel()));
            scrawl.free();
        }
        assert.notDeepEqual(bytes[1], bytes[0]);
        assert.deepEqual(bytes[2], bytes[1]);
        await assert.rejects(trainedTiny({ augment: 2 }), { code: 'INVALID_ARGUMENT', message: /augmentation/ });
    });

    it('learns, evaluates, and reports its progress', async () => {
        const reports = [];
        const onProgress = (report) => reports.push(report);
        const { scrawl, history } = await trainedTiny({ validationSplit: 0.2, onProgress });
        assert.deepEqual(Object.keys(history), ['loss', 'accuracy', 'validationLoss', 'validationAccuracy']);
        for (const values of Object.values(history)) assert.equal(values.length, 4);
        assert.ok(history.loss[3] < history.loss[0]);
        assert.match(new TextDecoder().decode(scrawl.saveModel().subarray(0, 4000)), /"temperature":"/);

        const ends = reports.filter(({ phase }) => phase === 'epoch-end');
        assert.deepEqual(ends.map(({ epoch }) => epoch), [0, 1, 2, 3]);
        assert.deepEqual(ends.map(({ loss }) => loss), history.loss);
        for (const { images, epochImages, epochs } of ends) {
            assert.deepEqual([images, epochImages, epochs], [240, 240, 4]);
        }
        assert.ok(ends[3].imagesPerSecond > 0);

        const { images, loss, accuracy, confusion } = scrawl.evaluate(easyImages(90, 7));
        assert.equal(images, 90);
        assert.ok(accuracy > 0.95, `accuracy ${accuracy}`);
        assert.ok(loss > 0 && loss < 0.5, `loss ${loss}`);
        assert.equal(confusion.flat().reduce((sum, count) => sum + count), 90);
        assert.equal(confusion[0][0] + confusion[1][1] + confusion[2][2], Math.round(accuracy * 90));
        scrawl.free();
    });

    it('gives the same network for the same seed, and another for another', async () => {
        const train = async (seed) => (await trainedTiny({ seed, epochs: 1 })).scrawl.saveModel();
        assert.deepEqual(await train(5), await train(5n));
        assert.notDeepEqual(await train(5), await train(6));
    });

    it('takes a preset and a schedule, and what is given beside the preset wins', async () => {
        const train = async (options) => {
            const scrawl = await createScrawl({ model: null });
            const history = await scrawl.train(easyImages(300), { architecture: TINY, ...options });
            return { model: Buffer.from(scrawl.saveModel()).toString('latin1'), epochs: history.loss.length };
        };
        assert.equal((await train({ preset: 'tutorial' })).epochs, 10);
        const half = [];
        await train({ epochs: 1, epochShare: 0.5, onProgress: ({ epochImages }) => half.push(epochImages) });
        assert.ok(half.length > 0 && half.every((images) => images === 150));
        const fast = await train({ preset: 'fast', epochs: 2 });
        assert.equal(fast.epochs, 2);
        assert.match(fast.model, /"trained_schedule":"one-cycle"/);
        assert.match(fast.model, /"trained_dropout":"off"/);
        assert.match((await train({ preset: 'fast', schedule: 'cosine' })).model, /"trained_schedule":"cosine"/);
        assert.doesNotMatch((await train({ preset: 'fast', dropout: true })).model, /trained_dropout/);
        assert.match((await train({ labelSmoothing: 0.25 })).model, /"trained_label_smoothing":"0.25"/);
        assert.doesNotMatch((await train({ preset: 'fast', schedule: 'constant' })).model, /trained_schedule/);
    });

    it('saves and loads', async () => {
        const { scrawl } = await trainedTiny({ labelNames: ['post', 'beam', 'Würfel'], normalization: 'column-l2' });
        const bytes = scrawl.saveModel();
        const other = await createScrawl({ model: bytes });
        assert.deepEqual(other.labels, ['post', 'beam', 'Würfel']);
        assert.equal(other.normalization, 'column-l2');
        assert.deepEqual(other.predict(picture('1')), scrawl.predict(picture('1')));
        assert.deepEqual(other.saveModel(), bytes);
        assert.throws(() => other.loadModel(bytes.subarray(1)), { code: 'INVALID_MODEL' });
        assert.deepEqual(other.saveModel(), bytes, 'the model stays when another one is damaged');
    });

    it('goes on training the loaded network', async () => {
        const { scrawl, history } = await trainedTiny({ epochs: 1 });
        const more = await scrawl.train(easyImages(300), { epochs: 2, batchSize: 32, learningRate: 0.01 });
        assert.ok(more.loss[1] < history.loss[0]);
        assert.equal(scrawl.architecture, TINY);
        await assert.rejects(scrawl.train(easyImages(30), { normalization: 'unit' }), TypeError);
    });

    it('stops when it is aborted, and keeps the model that was loaded', async () => {
        const scrawl = await createScrawl();
        const before = scrawl.saveModel();
        const controller = new AbortController();
        let reports = 0;
        const onProgress = () => {
            if (++reports === 3) controller.abort(new Error('Enough.'));
        };
        const options = { architecture: TINY, epochs: 100_000, signal: controller.signal, onProgress };
        await assert.rejects(scrawl.train(easyImages(300), options), { message: 'Enough.' });
        assert.equal(reports, 3);
        assert.deepEqual(scrawl.saveModel(), before);
        await assert.rejects(scrawl.train(easyImages(300), options), { message: 'Enough.' });
        await scrawl.train(easyImages(300), { architecture: TINY, epochs: 1 });
        assert.equal(scrawl.architecture, TINY);
    });

    it('lets the event loop go on, and reads with the old model meanwhile', async () => {
        const scrawl = await createScrawl();
        const controller = new AbortController();
        const options = { architecture: TINY, epochs: 100_000, signal: controller.signal };
        const training = scrawl.train(easyImages(3000), options);
        let turns = 0;
        for (let turn = 0; turn < 5; turn++) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            turns += scrawl.predict(picture('3')).text === '3' ? 1 : 0;
        }
        assert.equal(turns, 5);
        await assert.rejects(scrawl.train(easyImages(30), { architecture: TINY }), /running/);
        assert.throws(() => scrawl.loadModel(scrawl.saveModel()), /running/);
        controller.abort();
        await assert.rejects(training, { name: 'AbortError' });
        scrawl.loadModel(scrawl.saveModel());
    });

    it('ends with what onProgress throws, and with free()', async () => {
        const scrawl = await createScrawl();
        const failing = { architecture: TINY, onProgress: () => assert.fail('Not like this.') };
        await assert.rejects(scrawl.train(easyImages(300), failing), { message: 'Not like this.' });
        const training = scrawl.train(easyImages(300), { architecture: TINY, epochs: 100_000 });
        scrawl.free();
        await assert.rejects(training, /freed/);
    });

    it('says what is wrong with its arguments', async () => {
        const scrawl = await createScrawl();
        const data = easyImages(30);
        const refuses = (options, expected) =>
            assert.rejects(scrawl.train(data, { architecture: TINY, ...options }), expected);
        const bogus = 'conv 4 3x3 relu, bogus 2, flatten, dense 3 softmax';
        await refuses({ architecture: bogus }, { code: 'INVALID_ARCHITECTURE', message: /bogus/ });
        await refuses({ epochs: 0 }, { code: 'INVALID_ARGUMENT' });
        await refuses({ validationSplit: 1 }, { code: 'INVALID_ARGUMENT' });
        await refuses({ learningRate: NaN }, { code: 'INVALID_ARGUMENT' });
        await refuses({ epochs: 1.5 }, TypeError);
        await refuses({ optimizer: 'magic' }, TypeError);
        await refuses({ schedule: 'linear' }, TypeError);
        await refuses({ labelSmoothing: 1 }, { code: 'INVALID_ARGUMENT' });
        await refuses({ labelSmoothing: '0.1' }, TypeError);
        await refuses({ epochShare: 0 }, { code: 'INVALID_ARGUMENT' });
        await refuses({ preset: 'quick' }, { code: 'INVALID_ARGUMENT', message: /"quick".*"fast" or "tutorial"\.$/ });
        await refuses({ seed: 0.5 }, TypeError);
        await refuses({ labelNames: 'abc' }, TypeError);
        await refuses({ labelNames: [] }, TypeError);
        await refuses({ labelNames: ['a', 'b', 3] }, TypeError);
        await refuses({ labelNames: ['a', 'b'] }, { code: 'INVALID_ARCHITECTURE' });
        const mislabelled = scrawl.train({ ...data, labels: new Uint8Array(30).fill(3) }, { architecture: TINY });
        await assert.rejects(mislabelled, { code: 'INVALID_DATASET' });
        const tooFew = scrawl.train({ ...data, labels: new Uint8Array(29) }, { architecture: TINY });
        await assert.rejects(tooFew, TypeError);
        assert.throws(() => scrawl.evaluate({ images: [1, 2], labels: [3] }), TypeError);
    });
});

describe('the number of classes', () => {
    const letters = { images: new Uint8Array(26 * 784), labels: Uint8Array.from({ length: 26 }, (_, index) => index) };

    it('is what the architecture says, however it says it', async () => {
        const scrawl = await createScrawl({ model: null });
        for (const ending of ['dense 26 softmax', 'dense 26, softmax', ' dense 40 relu, dense  26\tsoftmax ']) {
            await scrawl.train(letters, { architecture: `maxpool 2, flatten, ${ending}`, epochs: 1 });
            assert.equal(scrawl.labels.length, 26, ending);
        }
    });

    it('is that of the names, also for a built-in architecture', async () => {
        const scrawl = await createScrawl({ model: null });
        const labelNames = [...'abcdefghijklmnopqrstuvwxyz'];
        await scrawl.train(letters, { architecture: 'small', labelNames, epochs: 1 });
        assert.deepEqual(scrawl.labels, labelNames);
        await assert.rejects(scrawl.train(letters, { architecture: 'small' }), { code: 'INVALID_DATASET' });
    });
});

describe('a training that diverges', () => {
    const isDiverged = { code: 'DIVERGED', message: /^The training diverged: .* lower the learning rate .*\.$/ };

    it('says so and keeps the model', async () => {
        const scrawl = await createScrawl();
        const before = scrawl.saveModel();
        const losses = [];
        const onProgress = ({ loss }) => losses.push(loss);
        const wild = { architecture: TINY, optimizer: 'sgd', learningRate: 1e30, batchSize: 32, epochs: 3, onProgress };
        await assert.rejects(scrawl.train(easyImages(300), wild), isDiverged);
        assert.ok(losses.every(Number.isFinite));
        assert.deepEqual(scrawl.saveModel(), before);
        assert.equal(scrawl.predict(picture('3')).text, '3');
        await scrawl.train(easyImages(300), { architecture: TINY, epochs: 1 });
        assert.equal(scrawl.architecture, TINY);
    });

    it('is noticed in its last step, whose loss is still finite', async () => {
        const scrawl = await createScrawl();
        const oneStep = { optimizer: 'sgd', batchSize: 300, epochs: 1 };
        await scrawl.train(easyImages(300), { ...oneStep, architecture: TINY, learningRate: 1e10 });
        const before = scrawl.saveModel();
        const reports = [];
        const wild = { ...oneStep, learningRate: 1e38, onProgress: (report) => reports.push(report) };
        await assert.rejects(scrawl.train(easyImages(300), wild), isDiverged);
        assert.equal(reports[0].phase, 'epoch-end');
        assert.deepEqual(scrawl.saveModel(), before);
    });

    it('is noticed in the validation', async () => {
        const scrawl = await createChanged((exports) => ({
            binding_trainer_step: (trainer, values) => {
                exports.binding_trainer_step(trainer, values);
                const [validationImages, validationLoss] = new Float64Array(exports.memory.buffer, values + 7 * 8, 2);
                assert.equal(Number.isNaN(validationLoss), validationImages === 0);
                if (validationImages > 0) new Float64Array(exports.memory.buffer, values + 8 * 8, 1)[0] = Infinity;
            },
        }));
        await assert.rejects(scrawl.train(easyImages(30), { architecture: TINY, validationSplit: 0.5 }), isDiverged);
        await scrawl.train(easyImages(30), { architecture: TINY, epochs: 1 });
    });
});

describe('a trap', () => {
    const hasStopped = { code: 'STOPPED', message: /stopped after an internal error; create a new one/ };

    /** A Scrawl that leaves the memory when it is asked to read pixels, and counts what is freed after that. */
    async function createTrapped() {
        const count = { freed: 0, trapped: 0 };
        const scrawl = await createChanged((exports) => ({
            ...Object.fromEntries(Object.keys(exports).filter((name) => /free$/.test(name)).map((name) => [
                name,
                (address) => (count.freed += count.trapped, exports[name](address)),
            ])),
            binding_predict_rgba: () => {
                count.trapped = 1;
                return exports.scrawl_model_class_count(0xfffffff0);
            },
        }));
        return { scrawl, count };
    }

    it('ends the instance with a clear error and frees nothing in it', async () => {
        const { scrawl, count } = await createTrapped();
        const model = scrawl.saveModel();
        assert.throws(() => scrawl.predict(picture('3')), (error) => {
            assert.ok(error.cause instanceof WebAssembly.RuntimeError);
            return error.code === 'STOPPED';
        });
        const data = easyImages(30);
        const calls = [
            () => scrawl.predict(encodePng(picture('3'))), () => scrawl.evaluate(data), () => scrawl.saveModel(),
            () => scrawl.loadModel(model), () => scrawl.summary(), () => scrawl.labels, () => scrawl.architecture,
            () => scrawl.normalization,
        ];
        for (const call of calls) assert.throws(call, hasStopped);
        await assert.rejects(scrawl.train(data), hasStopped);
        await assert.rejects(scrawl.train(data, { architecture: TINY }), hasStopped);
        scrawl.free();
        assert.throws(() => scrawl.summary(), /freed/);
        assert.deepEqual(count, { freed: 0, trapped: 1 });
        assert.equal((await createScrawl({ model })).predict(picture('3')).text, '3');
    });

    it('ends a training that runs', async () => {
        const { scrawl, count } = await createTrapped();
        const training = scrawl.train(easyImages(300), { architecture: TINY, epochs: 100_000 });
        assert.throws(() => scrawl.predict(picture('3')), hasStopped);
        await assert.rejects(training, hasStopped);
        assert.equal(count.freed, 0);
    });
});

describe('memory', () => {
    it('is given back: 200 readings don\'t let it grow', async () => {
        const { scrawl, watch, size } = await createWatched();
        const image = picture('2037');
        const file = encodePng(image);
        scrawl.predict(image);
        scrawl.predict(file);
        const [sizeBefore, blocksBefore] = [size(), watch.blocks];
        for (let count = 0; count < 100; count++) {
            scrawl.predict(image);
            scrawl.predict(file);
        }
        assert.throws(() => scrawl.predict(file.subarray(0, 50)));
        assert.equal(size(), sizeBefore);
        assert.equal(watch.blocks, blocksBefore);
    });

    it('is given back by training, evaluating, saving and loading, failed or not', async () => {
        const { scrawl, watch } = await createWatched();
        const blocksBefore = watch.blocks;
        const labelNames = ['a', 'b', 'c'];
        await scrawl.train(easyImages(30), { architecture: TINY, epochs: 1, labelNames });
        await assert.rejects(scrawl.train(easyImages(30), { architecture: TINY, epochs: 0 }));
        await assert.rejects(scrawl.train(easyImages(30), { architecture: 'dense', labelNames }));
        scrawl.evaluate(easyImages(30));
        scrawl.loadModel(scrawl.saveModel());
        scrawl.summary();
        assert.equal(watch.blocks, blocksBefore);
    });

    it('is watched by a count that notices what is kept', async () => {
        const { watch } = await createWatched();
        const blocksBefore = watch.blocks;
        watch.exports.malloc(100);
        assert.equal(watch.blocks, blocksBefore + 1);
    });

    it('can\'t be used after free()', async () => {
        const scrawl = await createScrawl();
        scrawl.free();
        scrawl.free();
        assert.throws(() => scrawl.predict(picture('3')), /freed/);
        assert.throws(() => scrawl.summary(), /freed/);
        assert.throws(() => scrawl.labels, /freed/);
        await assert.rejects(scrawl.train(easyImages(30)), /freed/);
    });
});

describe('loading', () => {
    const types = { '/right.wasm': 'application/wasm', '/wrong.wasm': 'text/plain' };
    let server;
    let address;
    before(async () => {
        server = createServer(({ url }, response) => {
            if (!types[url]) return response.writeHead(404).end();
            response.writeHead(200, { 'Content-Type': types[url] }).end(readFileSync(built('wasm', 'scrawl.wasm')));
        });
        await new Promise((resolve) => server.listen(0, 'localhost', resolve));
        address = `http://localhost:${server.address().port}`;
    });
    after(() => {
        server.close();
        server.closeAllConnections();
    });

    it('takes addresses, paths, bytes and compiled modules', async () => {
        const bytes = readFileSync(built('wasm', 'scrawl.wasm'));
        const model = built('wasm', 'small.safetensors');
        const sources = [
            `${address}/right.wasm`,
            new URL(`${address}/wrong.wasm`),
            built('wasm', 'scrawl.wasm'),
            pathToFileURL(built('wasm', 'scrawl.wasm')).href,
            bytes,
            new Uint8Array(bytes).buffer,
            new WebAssembly.Module(bytes),
        ];
        for (const wasm of sources) {
            const scrawl = await createScrawl({ wasm, model });
            assert.equal(scrawl.predict(picture('3')).text, '3');
        }
    });

    it('has one thread in Node, whatever is asked for', async () => {
        for (const threads of [undefined, 1, 2, 64]) {
            const scrawl = await createScrawl({ threads });
            assert.equal(scrawl.threads, 1);
            assert.equal(scrawl.predict(picture('3')).text, '3');
            scrawl.free();
            assert.throws(() => scrawl.threads, /freed/);
        }
        const message = /^threads must be a whole number from 1 to 64, not .*\.$/;
        for (const threads of [0, -1, 65, 1.5, NaN, '2']) {
            await assert.rejects(createScrawl({ threads }), { name: 'RangeError', message });
        }
    });

    it('says what could not be loaded', async () => {
        await assert.rejects(createScrawl({ wasm: `${address}/none.wasm` }), /wasm module.*404/);
        await assert.rejects(createScrawl({ model: `${address}/none.safetensors` }), /model.*404/);
        await assert.rejects(createScrawl({ model: new Uint8Array(100) }), { code: 'INVALID_MODEL' });
        const missing = /Couldn't load the model from .*none\.safetensors: there is no such file\. Check the path\.$/;
        await assert.rejects(createScrawl({ model: built('none.safetensors') }), missing);
        await assert.rejects(createScrawl({ model: pathToFileURL(built('none.safetensors')) }), missing);
        await assert.rejects(createScrawl({ wasm: built('none.wasm') }), /the wasm module from .*no such file/);
        await assert.rejects(createScrawl({ model: built() }), /Couldn't load the model from .*can be read\.$/);
        await assert.rejects(createScrawl({ model: 5 }), { name: 'TypeError', message: /the model: give its address/ });
        await assert.rejects(createScrawl({ wasm: 5 }), { name: 'TypeError', message: /the wasm module/ });
        const scrawl = await createScrawl({ model: null });
        assert.throws(() => scrawl.predict(picture('3')), /no model/);
    });
});

describe('native and wasm', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
    after(() => rmSync(folder, { recursive: true }));

    /** What the command line reads. */
    function readNatively(model, file) {
        const options = ['predict', '--model', model, '--json', file];
        return JSON.parse(execFileSync(built('scrawl'), options, { encoding: 'utf8' }));
    }

    async function compare(model) {
        const file = join(folder, 'picture.png');
        const modelFile = join(folder, 'model.safetensors');
        writeFileSync(file, encodePng(picture('20371')));
        writeFileSync(modelFile, model);
        const scrawl = await createScrawl({ model });
        const native = readNatively(modelFile, file);
        const wasm = scrawl.predict(readFileSync(file));
        assert.equal(wasm.digits.length, 5);
        assert.equal(wasm.text, native.text);
        wasm.digits.forEach((digit, index) => {
            const other = native.digits[index];
            for (const key of ['digit', 'x', 'y', 'width', 'height']) assert.equal(digit[key], other[key]);
            assert.equal(digit.probabilities.length, other.probabilities.length);
            digit.probabilities.forEach((share, place) => {
                const difference = Math.abs(share - other.probabilities[place]);
                assert.ok(difference <= TOLERANCE, `class ${place} of digit ${index} differs by ${difference}`);
            });
        });
    }

    it('read the same bytes alike', () => compare(readFileSync(built('wasm', 'small.safetensors'))));

    it('read alike with columns of unit length', async () => {
        const { scrawl } = await trainedTiny({ normalization: 'column-l2' });
        await compare(scrawl.saveModel());
    });
});
