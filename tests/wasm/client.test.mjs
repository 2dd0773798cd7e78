// The ready-made worker and its client in headless Chromium: trainings by message, readings between their slices, and what
// happens to calls that come late.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../helpers/build.mjs';
import { easyImages } from '../helpers/handwriting.mjs';
import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { useTryPage } from '../helpers/try_page.mjs';

const site = useTryPage();

let page;

/** In the page: what the tests call there. */
function prepare({ easy, number }) {
    window.data = { images: new Uint8Array(easy.images), labels: new Uint8Array(easy.labels) };
    window.image = { ...number, data: new Uint8ClampedArray(number.data) };
    window.settings = {
        architecture: 'conv 4 3x3 relu, maxpool 2, dropout 0.25, flatten, dense 3 softmax', epochs: 3, batchSize: 32,
        learningRate: 0.01, validationSplit: 0.1,
    };
    window.create = async (options) => (await import('./wasm/scrawl-client.js')).createScrawlClient(options);
    window.failureOf = (promise) => promise.then(() => 'none', ({ code, message }) => `${code}: ${message}`);
    window.hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
    /** Starts a training that goes on for long; resolves when it has reported `count` times. */
    window.startLong = (client, count, options) => new Promise((resolve, reject) => {
        let training;
        const onProgress = () => --count === 0 && resolve(training);
        client.startTraining(window.data, { ...window.settings, epochs: 1e5, onProgress, ...options })
            .then((started) => training = started, reject);
    });
}

beforeEach(async () => {
    page = await site.open(prepare);
});

afterEach(() => page.context().close());

/** In the page: notes which workers are asked to read pictures; the first asked gets its picture when another one is asked. */
function watchReaders() {
    const { postMessage } = Worker.prototype;
    let release = null;
    window.asked = new Map();
    Worker.prototype.postMessage = function post(message, ...rest) {
        const send = () => postMessage.call(this, message, ...rest);
        if (message.action !== 'predict') return send();
        window.asked.set(this, (window.asked.get(this) ?? 0) + 1);
        if (window.asked.size === 1 && !release) return void (release = send);
        release?.();
        release = () => {};
        return send();
    };
}

for (const [where, headers] of Object.entries({
    'with one thread': {},
    'with several threads': { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
})) {
    it(`pictures are read by several workers to the same bytes as by one, ${where}`, async () => {
        await page.context().close();
        page = await site.open(prepare, headers);
        await page.evaluate(watchReaders);
        const { isolated, threads, workers, same, started } = await page.evaluate(async () => {
            const [one, several] = [await window.create(), await window.create({ threads: 2, readers: 3 })];
            const pictures = [0, 30, 60, 90].map((shade) => ({ ...window.image, data: window.image.data.map((value) => Math.max(value, shade)) }));
            const finder = await (await fetch('wasm/finder.safetensors')).arrayBuffer();
            const best = await (await fetch('wasm/best.safetensors')).arrayBuffer();
            const readBy = async (client, options) => JSON.stringify(await Promise.all(pictures.map((picture) => client.predict(picture, options))));
            const readOneByOne = async (options) => {
                const readings = [];
                for (const picture of pictures) readings.push(await one.predict(picture, options));
                return JSON.stringify(readings);
            };
            const same = [];
            const compare = async (options) => {
                const read = await readBy(several, options);
                same.push(read === await readOneByOne(options) && read.length > 100);
            };
            await compare({ explain: true });
            const workers = window.asked.size;
            for (const client of [one, several]) await client.loadFinder(finder);
            await compare({ finder: true });
            for (const client of [one, several]) await client.loadModel(best);
            await compare({ finder: true });
            const before = several.predict(pictures[0]);
            await several.train(window.data, { ...window.settings, epochs: 1 });
            await before;
            await one.loadModel(await several.saveModel());
            await compare({});
            return { isolated: crossOriginIsolated, threads: several.threads, workers, same, started: window.asked.size };
        });
        assert.equal(isolated, threads > 1);
        assert.deepEqual(same, [true, true, true, true]);
        assert.ok(workers >= 3 && started <= 5, `${workers}, ${started}: one alone, and several`);
    });
}

it('readers are counted from 1 to 64', async () => {
    const failures = await page.evaluate(() => Promise.all([0, 65, 1.5, '2'].map((readers) =>
        window.create({ readers }).then(() => 'none', ({ name, message }) => `${name}: ${message}`))));
    for (const failure of failures) assert.match(failure, /^RangeError: readers must be a whole number from 1 to 64/);
});

it('a model of another program\'s is loaded, exported and told how its input is made; whoever reads has it', async () => {
    const model = [...readFileSync(join(root, 'tests/fixtures/keras/sequential.h5'))];
    await page.evaluate(watchReaders);
    const { loaded, unknown, format, same, workers, other, failure } = await page.evaluate(async (bytes) => {
        const { convertModel, modelFormat } = await import('./wasm/exchange.js');
        const file = new Uint8Array(bytes);
        const [begun, client] = [await window.create({ model: file }), await window.create({ readers: 3 })];
        await client.loadModel(file);
        const loaded = [begun.architecture, client.architecture];
        const unknown = [client.saysNormalization];
        const format = await modelFormat(await client.exportModel('onnx'));
        const pictures = [0, 30, 60, 90].map((shade) => ({ ...window.image, data: window.image.data.map((value) => Math.max(value, shade)) }));
        const readBy = async (reader) => JSON.stringify(await Promise.all(pictures.map((picture) => reader.predict(picture))));
        const same = [await readBy(client) === await readBy(begun)];
        await client.setNormalization('column-l2');
        await begun.loadModel(await convertModel(file, { normalization: 'column-l2' }));
        unknown.push(client.saysNormalization);
        const [here, there] = [await readBy(client), await readBy(begun)];
        same.push(here === there);
        const failure = await window.failureOf(client.loadModel(file.subarray(0, 5000)));
        const other = client.architecture === loaded[1] && client.normalization;
        return { loaded, unknown, format, same, workers: window.asked.size, other, failure };
    }, model);
    assert.match(loaded[0], /^conv .* softmax$/);
    assert.equal(loaded[1], loaded[0]);
    assert.deepEqual(unknown, [false, false]);
    assert.equal(format, 'onnx');
    assert.deepEqual(same, [true, true]);
    assert.ok(workers >= 3, `${workers} workers`);
    assert.match(failure, /^INVALID_MODEL: [A-Z]/);
    assert.equal(other, 'column-l2', 'the model before it stays');
});

it('a picture may be a File, and an option that nobody knows is a TypeError', async () => {
    const result = await page.evaluate(async () => {
        const client = await window.create();
        const canvas = new OffscreenCanvas(window.image.width, window.image.height);
        canvas.getContext('2d').putImageData(new ImageData(window.image.data, window.image.width), 0, 0);
        const file = new File([await canvas.convertToBlob()], 'page.png');
        const misspelt = (call) => call.then(() => 'none', ({ name, message }) => `${name}: ${message}`);
        return {
            texts: [(await client.predict(window.image)).text, (await client.predict(file)).text],
            failures: [
                await misspelt(client.predict(file, { singel: true })),
                await misspelt(client.evaluate(window.data, { singel: true })),
                await misspelt(window.create({ singel: true })),
            ],
        };
    });
    assert.equal(result.texts[0], '203');
    assert.equal(result.texts[1], '203');
    for (const failure of result.failures) assert.match(failure, /^TypeError: .*"singel"/);
});

describe('a training in the worker', () => {
    it('tells its progress and its state, and becomes the model', async () => {
        const result = await page.evaluate(async () => {
            const client = await window.create();
            const reports = [];
            const onProgress = (report) => reports.push(report);
            const training = await client.startTraining(window.data, { ...window.settings, onProgress });
            const states = [training.state];
            const history = await training.finished;
            states.push(training.state);
            const { accuracy, predictions } = await client.evaluate(window.data);
            return {
                states, history, accuracy, labels: client.labels.length, predictions: predictions.length,
                ends: reports.filter(({ phase }) => phase === 'epoch-end').length,
                lists: [client.architectures, client.presets],
                settings: await client.trainSettings('fast'),
            };
        });
        assert.deepEqual(result.states, ['running', 'finished']);
        assert.equal(result.history.loss.length, 3);
        assert.equal(result.ends, 3);
        assert.deepEqual([result.labels, result.predictions], [3, 200]);
        assert.ok(result.accuracy > 0.9);
        assert.ok(result.lists[0].includes('small') && result.lists[1].includes('fast'));
        assert.equal(result.settings.schedule, 'one-cycle');
    });

    it('is paused, checkpointed and taken up by another worker, to the same bytes', async () => {
        const [expected, resumed, states] = await page.evaluate(async () => {
            const first = await window.create();
            let begun = 0;
            const onProgress = ({ epoch }) => (begun = epoch + 1);
            const training = await first.startTraining(window.data, { ...window.settings, epochs: 1e5, onProgress });
            await training.pause();
            const seen = [training.state];
            const bytes = await training.checkpoint();
            first.free();
            seen.push(await window.failureOf(training.checkpoint()), await window.failureOf(training.finished));
            seen.push(training.state);
            // However far it had come by then.
            const epochs = begun + 2;
            const whole = await window.create();
            await whole.train(window.data, { ...window.settings, epochs });
            const second = await window.create({ model: null });
            await (await second.resumeTraining(bytes, window.data, { epochs })).finished;
            return [await window.hash(await whole.saveModel()), await window.hash(await second.saveModel()), seen];
        });
        assert.equal(resumed, expected);
        assert.equal(states[0], 'paused');
        assert.match(states[1], /^FREED: .*createScrawlClient/);
        assert.match(states[2], /^FREED: /);
        assert.equal(states[3], 'failed');
    });

    it('goes on, is cancelled or finished, and refuses what comes late', async () => {
        const result = await page.evaluate(async () => {
            const client = await window.create();
            const cancelledOne = await window.startLong(client, 3);
            await cancelledOne.pause();
            await cancelledOne.resume();
            const states = [cancelledOne.state];
            await cancelledOne.cancel();
            const failures = [await window.failureOf(cancelledOne.finished)];
            states.push(cancelledOne.state);
            await cancelledOne.cancel();
            failures.push(await window.failureOf(cancelledOne.pause()), await window.failureOf(cancelledOne.checkpoint()));
            const labels = [client.labels.length];
            const finishedOne = await window.startLong(client, 3);
            failures.push(await window.failureOf(client.startTraining(window.data, window.settings)));
            failures.push(await window.failureOf(client.loadModel(new Uint8Array(3))));
            await finishedOne.finish();
            await finishedOne.finish();
            states.push(finishedOne.state);
            labels.push(client.labels.length);
            failures.push(await window.failureOf(client.startTraining(window.data, { epochs: 0 })));
            failures.push(await window.failureOf(client.resumeTraining(new Uint8Array(9), window.data)));
            const controller = new AbortController();
            const aborted = await window.startLong(client, 2, { signal: controller.signal });
            controller.abort(new Error('Enough.'));
            failures.push(await window.failureOf(aborted.finished));
            states.push(aborted.state);
            return { states, failures, labels };
        });
        assert.deepEqual(result.states, ['running', 'cancelled', 'finished', 'cancelled']);
        assert.deepEqual(result.labels, [10, 3]);
        const expected = [
            /^CANCELLED: .*the one from before/, /training is over/, /training is over/, /running already/, /is running/,
            /^INVALID_ARGUMENT: .*epochs/, /^INVALID_MODEL: /, /Enough\.$/,
        ];
        assert.equal(result.failures.length, expected.length);
        expected.forEach((pattern, index) => assert.match(result.failures[index], pattern));
    });

    it('lets pictures be read between its slices, by the model and by itself', async () => {
        const result = await page.evaluate(async () => {
            const client = await window.create();
            const training = await window.startLong(client, 3, { architecture: 'tutorial' });
            const texts = [];
            for (let round = 0; round < 5; round++) texts.push((await client.predict(window.image)).text);
            const own = await client.predict(window.image, { training: true });
            const { input } = own.digits[0];
            const inspection = await client.inspect(input, { training: true, classIndex: 1 });
            const filters = await client.filters({ training: true });
            const { classes } = await client.predictImages(input);
            const { layers } = await client.checkArchitecture('small');
            const refused = await window.failureOf(client.checkArchitecture('bogus'));
            const { state } = training;
            await training.cancel();
            return {
                texts, state, refused, classes: [...classes], layers: layers.length,
                digits: own.digits.length, classIndex: inspection.classIndex, depth: inspection.layers.length,
                saliency: inspection.saliency.length, filters: filters.outputChannels,
            };
        });
        assert.deepEqual(result.texts, Array(5).fill('203'));
        assert.equal(result.state, 'running');
        assert.equal(result.digits, 3);
        assert.deepEqual([result.classIndex, result.saliency, result.filters, result.classes], [1, 784, 32, [2]]);
        assert.ok(result.depth > 5 && result.layers > 5);
        assert.match(result.refused, /^INVALID_ARCHITECTURE: .*bogus/);
    });
});

describe('what onProgress throws', () => {
    it('ends the training and the evaluation, which reject with it', async () => {
        const result = await page.evaluate(async () => {
            const client = await window.create();
            let calls = 0;
            const onProgress = () => {
                calls++;
                throw new Error('No more.');
            };
            const training = await client.startTraining(window.data, { ...window.settings, epochs: 1e5, onProgress });
            const failures = [await window.failureOf(training.finished)];
            const { state } = training;
            const labels = client.labels.length;
            const many = { images: new Uint8Array(6000 * 784), labels: new Uint8Array(6000) };
            failures.push(await window.failureOf(client.evaluate(many, { onProgress })));
            // The last report comes too late to end anything, but what it throws is told.
            const onEnd = ({ phase }) => {
                if (phase === 'epoch-end') throw new Error('Too late.');
            };
            failures.push(await window.failureOf(client.train(window.data, { ...window.settings, epochs: 1, onProgress: onEnd })));
            return { failures, state, labels, calls };
        });
        assert.deepEqual(result.failures, ['undefined: No more.', 'undefined: No more.', 'undefined: Too late.']);
        assert.equal(result.state, 'cancelled');
        assert.equal(result.labels, 10, 'the model is the one from before');
        assert.equal(result.calls, 2);
    });
});

describe('an evaluation in the worker', () => {
    it('reports its progress, lets others go first, and is ended by a signal', async () => {
        const result = await page.evaluate(async () => {
            const client = await window.create();
            const many = { images: new Uint8Array(6000 * 784), labels: new Uint8Array(6000) };
            const parts = [];
            const order = [];
            const evaluation = client.evaluate(many, { onProgress: ({ images }) => parts.push(images) })
                .then(({ images }) => order.push(`evaluated ${images}`));
            await client.predict(window.image).then(({ text }) => order.push(text));
            await evaluation;
            const controller = new AbortController();
            const onProgress = () => controller.abort(new Error('Enough.'));
            const ended = await window.failureOf(client.evaluate(many, {
                signal: controller.signal, onProgress, transfer: true,
            }));
            return { parts, order, ended, left: many.images.length };
        });
        assert.deepEqual(result.order, ['203', 'evaluated 6000']);
        assert.ok(result.parts.length > 2 && result.parts.at(-1) === 6000);
        assert.match(result.ended, /Enough/);
        assert.equal(result.left, 0);
    });
});

describe('a finder in the worker', () => {
    it('is loaded, searches pictures, is taken away, and known where it is the model', async () => {
        const result = await page.evaluate(async () => {
            const client = await window.create();
            const load = async (name) => new Uint8Array(await (await fetch(`wasm/${name}.safetensors`)).arrayBuffer());
            const [finder, small] = await Promise.all(['finder', 'small'].map(load));
            const searched = () => client.predict(window.image, { finder: true }).then(({ width }) => `${width} wide`, ({ message }) => message);
            const answers = [await searched()];
            await client.loadFinder(finder);
            answers.push(await searched(), await window.failureOf(client.loadFinder(small)), await searched());
            await client.loadFinder(null);
            answers.push(await searched());
            const detects = [client.detects];
            await client.loadModel(finder);
            detects.push(client.detects);
            client.free();
            return { answers, detects, width: window.image.width };
        });
        const [none, searched, refused, still, taken] = result.answers;
        assert.match(none, /^There is no finder yet/);
        assert.equal(searched, `${result.width} wide`);
        assert.match(refused, /^INVALID_ARGUMENT: This model reads images/);
        assert.equal(still, searched);
        assert.equal(taken, none);
        assert.deepEqual(result.detects, [false, true]);
    });
});

describe('IDX files in the worker', () => {
    it('are read there, handed over and back, and refused with the library\'s sentence', async () => {
        const result = await page.evaluate(async () => {
            const client = await window.create({ model: null });
            const images = new Uint8Array(16 + 2 * 784).fill(7);
            images.set([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28]);
            const labels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 4, 9]);
            const failure = await window.failureOf(client.readIdx(images, labels, 5));
            const read = await client.readIdx(images, labels, 10, { transfer: true });
            client.free();
            return { failure, left: [images.length, labels.length], labels: [...read.labels], images: [read.images.length, new Set(read.images).size] };
        });
        assert.match(result.failure, /^INVALID_DATASET: .*label.*\.$/);
        assert.deepEqual(result, { ...result, left: [0, 0], labels: [4, 9], images: [2 * 784, 1] });
    });
});

describe('a client', () => {
    it('trains, is stopped by a signal, goes on reading, and refuses what comes late', async () => {
        const { images, labels } = easyImages(300);
        const result = await page.evaluate(async ([imageBytes, labelBytes]) => {
            const { createScrawlClient } = await import('./wasm/scrawl-client.js');
            const client = await createScrawlClient();
            const data = { images: new Uint8Array(imageBytes), labels: new Uint8Array(labelBytes) };
            const architecture = 'conv 4 3x3 relu, maxpool 2, flatten, dense 3 softmax';
            const options = { architecture, learningRate: 0.01 };
            const controller = new AbortController();
            const onProgress = () => controller.abort(new Error('Enough.'));
            const stopped = await client.train(data, { ...options, epochs: 1e5, signal: controller.signal, onProgress })
                .catch((error) => error.message);
            const labelsBefore = client.labels.length;
            const history = await client.train(data, { ...options, epochs: 2, batchSize: 32 });
            const evaluation = await client.evaluate(data, { transfer: true });
            const saved = await client.saveModel();
            await client.loadModel(saved);
            const refused = await client.predict(new Uint8Array(3)).catch((error) => [error.code, error.message]);
            const nothing = await client.predict(null, null).catch((error) => error.message);
            const dropped = await client.predict(new Uint8Array(3), { signal: AbortSignal.abort('Never mind.') })
                .catch((reason) => reason);
            const { parameters } = await client.summary();
            const pending = client.summary().catch((error) => error.message);
            client.free();
            return {
                stopped, labelsBefore, history, evaluation, refused, nothing, dropped, parameters,
                labelsAfter: client.labels.length, handedOver: data.images.length, saved: saved.length,
                pending: await pending,
                late: await client.summary().catch((error) => error.message),
            };
        }, [[...images], [...labels]]);
        assert.equal(result.stopped, 'Enough.');
        assert.deepEqual([result.labelsBefore, result.labelsAfter], [10, 3]);
        assert.equal(result.history.loss.length, 2);
        assert.equal(result.evaluation.images, 300);
        assert.equal(result.handedOver, 0);
        assert.ok(result.saved > result.parameters * 4);
        assert.equal(result.refused[0], 'INVALID_PICTURE');
        assert.match(result.refused[1], /\.$/);
        assert.match(result.nothing, /^A picture must be/);
        assert.equal(result.dropped, 'Never mind.');
        assert.match(result.pending, /freed/);
        assert.match(result.late, /freed/);
    });
});
