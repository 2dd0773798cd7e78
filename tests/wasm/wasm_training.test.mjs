// Training and evaluating with the wasm module through its JavaScript API, as `make wasm` built it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { easyImages, picture } from '../helpers/handwriting.mjs';
import { createChanged, createScrawl, TINY, trainedTiny } from '../helpers/scrawl.mjs';

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

        const { images, loss, accuracy, confusion } = await scrawl.evaluate(easyImages(90, 7));
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
        assert.match((await train({ weightDecay: 0.125 })).model, /"trained_weight_decay":"0.125"/);
        assert.match((await train({ average: 0.75 })).model, /"trained_average":"0.75"/);
        assert.doesNotMatch((await train({ preset: 'fast', schedule: 'constant' })).model, /trained_schedule/);
        assert.match((await train({ preset: 'small', epochs: 1 })).model, /"trained_touching":"0\./);
        assert.match((await train({ touching: 0.25 })).model, /"trained_touching":"0.25"/);
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
        let right = 0;
        for (let round = 0; round < 5; round++) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            right += scrawl.predict(picture('3')).text === '3' ? 1 : 0;
        }
        assert.equal(right, 5);
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
        await refuses({ epochs: 1.5 }, { name: 'TypeError', message: 'epochs must be a whole number, not 1.5.' });
        await refuses({ optimizer: 'magic' }, TypeError);
        await refuses({ schedule: 'linear' }, TypeError);
        await refuses({ labelSmoothing: 1 }, { code: 'INVALID_ARGUMENT' });
        await refuses({ labelSmoothing: '0.1' }, TypeError);
        await refuses({ epochShare: 0 }, { code: 'INVALID_ARGUMENT' });
        await refuses({ preset: 'quick' }, { code: 'INVALID_ARGUMENT', message: /"quick".*"fast", "small", "best" or "tutorial"\.$/ });
        await refuses({ seed: 0.5 }, { name: 'TypeError', message: 'seed must be a whole number, not 0.5.' });
        await refuses({ seed: 2 ** 53 }, { name: 'TypeError', message: /^seed must be a whole number, as a BigInt from 2⁵³ on, not 9007/ });
        await refuses({ epochs: 2 ** 40 }, { code: 'INVALID_ARGUMENT', message: /whole number from 1 to 100000/ });
        await refuses({ epochs: -1 }, { code: 'INVALID_ARGUMENT', message: /whole number from 1 to 100000/ });
        await refuses({ labelNames: 'abc' }, TypeError);
        await refuses({ labelNames: [] }, TypeError);
        await refuses({ labelNames: ['a', 'b', 3] }, TypeError);
        await refuses({ labelNames: ['a', 'b'] }, { code: 'INVALID_ARCHITECTURE' });
        const mislabelled = scrawl.train({ ...data, labels: new Uint8Array(30).fill(3) }, { architecture: TINY });
        await assert.rejects(mislabelled, { code: 'INVALID_DATASET' });
        const tooFew = scrawl.train({ ...data, labels: new Uint8Array(29) }, { architecture: TINY });
        await assert.rejects(tooFew, TypeError);
        await refuses({ weightDecay: 2 }, { code: 'INVALID_ARGUMENT', message: /weight decay/ });
        await refuses({ average: 1 }, { code: 'INVALID_ARGUMENT', message: /averaging of weights/ });
        await refuses({ touching: 2 }, { code: 'INVALID_ARGUMENT', message: /touching/ });
        for (const name of ['synthetic', 'unknown', 'pages', 'teacher']) {
            await refuses({ preset: 'small', [name]: 0.5 }, { code: 'UNSUPPORTED', message: /built into WebAssembly.*command line\.$/ });
        }
        await refuses({ epsilon: 0 }, { code: 'INVALID_ARGUMENT', message: /epsilon/ });
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

    it('is noticed in its last step, whose loss was still finite, and never reported', async () => {
        const scrawl = await createScrawl();
        const oneStep = { optimizer: 'sgd', batchSize: 300, epochs: 1 };
        await scrawl.train(easyImages(300), { ...oneStep, architecture: TINY, learningRate: 1e10 });
        const before = scrawl.saveModel();
        const reports = [];
        const wild = { ...oneStep, learningRate: 1e38, onProgress: (report) => reports.push(report) };
        await assert.rejects(scrawl.train(easyImages(300), wild), isDiverged);
        assert.deepEqual(reports, []);
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
