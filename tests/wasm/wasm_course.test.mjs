// The course of a training through the JavaScript API: held up, gone on with, ended early, taken up from a checkpoint, and
// read with meanwhile; and evaluations in slices.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { calibrationError } from '../accuracy/scores.mjs';
import { easyImages, picture } from '../helpers/handwriting.mjs';
import { createScrawl, TINY } from '../helpers/scrawl.mjs';

const SETTINGS = {
    architecture: `${TINY.replace('flatten', 'dropout 0.2, flatten')}`, epochs: 3, batchSize: 32, learningRate: 0.01,
    schedule: 'cosine', augment: 0.5, validationSplit: 0.2, average: 0.9, weightDecay: 0.01, seed: 9,
};
/** Epochs that nobody waits for. */
const FOREVER = { ...SETTINGS, epochs: 100_000, schedule: 'constant' };
const DATA = easyImages(300);

const wait = () => new Promise((resolve) => setTimeout(resolve, 1));

/** Waits until the training has reported its progress a few times. */
async function reports(count, start) {
    let training;
    await new Promise((resolve, reject) => {
        let left = count;
        training = start(() => --left === 0 && resolve());
        training.finished.then(() => reject(new Error('It is over.')), reject);
    });
    return training;
}

describe('a training', () => {
    it('has a state, and becomes the model in the end', async () => {
        const scrawl = await createScrawl();
        const training = scrawl.startTraining(DATA, SETTINGS);
        assert.equal(training.state, 'running');
        assert.equal(scrawl.labels.length, 10);
        const history = await training.finished;
        assert.equal(history.loss.length, 3);
        assert.equal(training.state, 'finished');
        assert.equal(scrawl.labels.length, 3);
        scrawl.free();
    });

    it('does nothing while it is paused, and goes on to the same network', async () => {
        const bytes = [];
        // The end of each epoch is told, however fast they are.
        for (const pauses of [0, SETTINGS.epochs]) {
            const scrawl = await createScrawl({ model: null });
            let count = 0;
            const training = scrawl.startTraining(DATA, { ...SETTINGS, onProgress: () => {
                count++;
                if (count <= pauses) training.pause();
            } });
            for (let pause = 0; pause < pauses; pause++) {
                while (training.state === 'running') await wait();
                const before = [count, training.checkpoint()];
                await wait();
                await wait();
                assert.deepEqual([count, training.checkpoint()], before);
                training.pause();
                training.resume();
                training.resume();
                assert.equal(training.state, 'running');
            }
            await training.finished;
            bytes.push(scrawl.saveModel());
            scrawl.free();
        }
        assert.deepEqual(bytes[1], bytes[0]);
    });

    it('ends when it is cancelled, also while paused, and leaves the model from before', async () => {
        const scrawl = await createScrawl();
        const before = scrawl.saveModel();
        for (const isPaused of [false, true]) {
            const training = await reports(2, (onProgress) => scrawl.startTraining(DATA, { ...FOREVER, onProgress }));
            if (isPaused) training.pause();
            training.cancel();
            assert.equal(training.state, 'cancelled');
            await assert.rejects(training.finished, { code: 'CANCELLED', message: /model is the one from before/ });
            training.cancel();
            assert.deepEqual(scrawl.saveModel(), before);
        }
        const controller = new AbortController();
        const training = scrawl.startTraining(DATA, { ...FOREVER, signal: controller.signal });
        training.pause();
        controller.abort(new Error('Enough.'));
        await assert.rejects(training.finished, { message: 'Enough.' });
        scrawl.free();
    });

    it('that is finished early is the model with what it has learnt', async () => {
        for (const isPaused of [false, true]) {
            const scrawl = await createScrawl({ model: null });
            const training = await reports(30, (onProgress) => scrawl.startTraining(DATA, { ...FOREVER, onProgress }));
            if (isPaused) training.pause();
            const history = await training.finish();
            assert.equal(await training.finish(), history);
            assert.equal(training.state, 'finished');
            assert.ok(history.loss.length < FOREVER.epochs);
            assert.ok((await scrawl.evaluate(easyImages(90, 7))).accuracy > 0.9);
            assert.match(new TextDecoder().decode(scrawl.saveModel().subarray(0, 4000)), /"temperature":"/);
            scrawl.free();
        }
    });

    it('says that it is over to late calls', async () => {
        const scrawl = await createScrawl({ model: null });
        const training = scrawl.startTraining(DATA, { ...SETTINGS, epochs: 1 });
        await training.finished;
        const calls = (over) => [() => over.pause(), () => over.resume(), () => over.checkpoint()];
        for (const call of calls(training)) assert.throws(call, /^Error: This training is over: it has finished\. Start another one\.$/);
        training.cancel();
        assert.equal(training.state, 'finished');
        const other = scrawl.startTraining(DATA, FOREVER);
        scrawl.free();
        assert.equal(other.state, 'cancelled');
        for (const call of calls(other)) assert.throws(call, { code: 'FREED', message: /freed/ });
        await assert.rejects(other.finished, { code: 'FREED' });
        await assert.rejects(other.finish(), { code: 'FREED' });
    });

    it('fails with what onProgress throws', async () => {
        const scrawl = await createScrawl({ model: null });
        const onProgress = () => assert.fail('Not like this.');
        const training = scrawl.startTraining(DATA, { ...SETTINGS, onProgress });
        await assert.rejects(training.finished, { message: 'Not like this.' });
        assert.equal(training.state, 'failed');
        assert.throws(() => scrawl.saveModel(), /no model/);
        await scrawl.train(DATA, { ...SETTINGS, epochs: 1 });
    });

    it('is read with when that is asked for', async () => {
        const scrawl = await createScrawl();
        assert.equal(scrawl.predict(picture('3'), { training: true }).text, '3', 'without one, the model reads');
        let goesOn = () => {};
        const training = await reports(30, (onProgress) =>
            scrawl.startTraining(DATA, { ...FOREVER, onProgress: () => (onProgress(), goesOn()) }));
        const { images, labels } = easyImages(90, 7);
        assert.equal(scrawl.predict(picture('3')).digits[0].probabilities.length, 10);
        assert.equal(scrawl.predict(picture('3'), { training: true }).digits[0].probabilities.length, 3);
        assert.equal(scrawl.predictStrokes([[1, 1, 1, 9]], { training: true }).digits[0].probabilities.length, 3);
        const { classes } = scrawl.predictImages(images, { training: true });
        assert.ok(classes.filter((label, index) => label === labels[index]).length > 80);
        assert.equal(scrawl.inspect(images.subarray(0, 784), { training: true }).probabilities.length, 3);
        const first = scrawl.filters({ training: true });
        await new Promise((resolve) => (goesOn = resolve));
        const later = scrawl.filters({ training: true });
        assert.deepEqual([first.rows, first.columns, first.inputChannels, first.outputChannels], [3, 3, 1, 4]);
        assert.notDeepEqual(later.values, first.values);
        const { accuracy, confusion } = await scrawl.evaluate(easyImages(30), { training: true });
        assert.ok(accuracy > 0.9 && confusion.length === 3);
        assert.equal((await scrawl.evaluate(easyImages(30, 2))).confusion.length, 10);
        training.cancel();
        scrawl.free();
    });

    it('of a model that there isn\'t yet can be read with', async () => {
        const scrawl = await createScrawl({ model: null });
        const training = scrawl.startTraining(DATA, FOREVER);
        assert.equal(scrawl.predict(picture('3'), { training: true }).digits.length, 1);
        assert.throws(() => scrawl.predict(picture('3')), /no model/);
        training.cancel();
        assert.throws(() => scrawl.predict(picture('3'), { training: true }), /no model/);
    });
});

describe('a checkpoint', () => {
    /** The model that comes of a training which ends at the `count`-th report and is taken up elsewhere. */
    async function interrupted(count, options, resumeOptions = {}) {
        const scrawl = await createScrawl({ model: null });
        const training = await reports(count, (report) => {
            const started = scrawl.startTraining(DATA, { ...options, onProgress: () => (report(), started.pause()) });
            const goOn = setInterval(() => started.state === 'paused' && count > 1 && started.resume(), 1);
            started.finished.catch(() => {}).finally(() => clearInterval(goOn));
            return started;
        });
        training.pause();
        const bytes = training.checkpoint();
        assert.deepEqual(training.checkpoint(), bytes);
        scrawl.free();
        const other = await createScrawl({ model: null });
        const resumed = other.resumeTraining(bytes, DATA, resumeOptions);
        const history = await resumed.finished;
        const saved = other.saveModel();
        other.free();
        return { saved, history };
    }

    it('goes on to the same network, byte by byte', async () => {
        for (const optimizer of ['adam', 'sgd']) {
            const options = { ...SETTINGS, optimizer };
            const scrawl = await createScrawl({ model: null });
            const history = await scrawl.train(DATA, options);
            const expected = scrawl.saveModel();
            const { saved, history: rest } = await interrupted(1, options);
            assert.deepEqual(saved, expected);
            assert.deepEqual(rest.loss, history.loss.slice(history.loss.length - rest.loss.length));
            scrawl.free();
        }
    });

    it('is a model file, and keeps a total of epochs that may be another', async () => {
        const { history } = await interrupted(1, SETTINGS, { epochs: 5 });
        assert.ok(history.loss.length >= 3 && history.loss.length <= 5);
        const scrawl = await createScrawl({ model: null });
        const training = scrawl.startTraining(DATA, SETTINGS);
        const bytes = training.checkpoint();
        training.cancel();
        scrawl.loadModel(bytes);
        assert.equal(scrawl.labels.length, 3);
    });

    it('measures the speed of what it has trained itself', async () => {
        const scrawl = await createScrawl({ model: null });
        const bytes = [];
        const first = scrawl.startTraining(DATA, { ...SETTINGS, onProgress: ({ phase, epoch }) => {
            if (phase === 'epoch-end' && epoch === 1) bytes.push(first.checkpoint());
        } });
        await first.finished;
        const speeds = [];
        const onProgress = ({ imagesPerSecond }) => speeds.push(imagesPerSecond);
        const start = performance.now();
        await scrawl.resumeTraining(bytes[0], DATA, { onProgress }).finished;
        const seconds = (performance.now() - start) / 1000;
        assert.ok(speeds.at(-1) > 0 && speeds.at(-1) * seconds < 1e6);
        scrawl.free();
    });

    it('says what is wrong with it, or with the data', async () => {
        const scrawl = await createScrawl();
        const training = scrawl.startTraining(DATA, SETTINGS);
        const bytes = training.checkpoint();
        training.cancel();
        const refuses = (file, data, expected, options) =>
            assert.throws(() => scrawl.resumeTraining(file, data, options), expected);
        refuses(bytes.subarray(0, 900), DATA, { code: 'INVALID_MODEL' });
        refuses(bytes, easyImages(300, 2), { code: 'INVALID_ARGUMENT', message: /another data set/ });
        refuses(bytes, DATA, { code: 'INVALID_ARGUMENT', message: /epochs/ }, { epochs: -1 });
        refuses(bytes, DATA, TypeError, { epochs: 'many' });
        refuses('checkpoint', DATA, TypeError);
        refuses(bytes, null, TypeError);
        const { images, labels } = easyImages(30);
        refuses(scrawl.saveModel(), { images, labels }, { code: 'INVALID_MODEL', message: /no checkpoint/ });
        scrawl.free();
        refuses(bytes, DATA, { code: 'FREED' });
    });
});

describe('an evaluation', () => {
    it('counts what each image was taken for', async () => {
        const scrawl = await createScrawl();
        await scrawl.train(DATA, { ...SETTINGS, epochs: 1 });
        const data = easyImages(200, 4);
        const parts = [];
        const evaluation = await scrawl.evaluate(data, { onProgress: (part) => parts.push(part) });
        assert.deepEqual(parts.at(-1), { images: 200, total: 200 });
        const { classes, confidences, probabilities } = scrawl.predictImages(data.images);
        assert.deepEqual(evaluation.predictions, classes);
        assert.deepEqual(evaluation.confidences, confidences);
        const losses = Array.from(data.labels, (label, image) => -Math.log(probabilities[3 * image + label]));
        assert.ok(Math.abs(losses.reduce((sum, loss) => sum + loss) / 200 - evaluation.loss) < 1e-9);
        const right = classes.filter((label, image) => label === data.labels[image]).length;
        assert.equal(evaluation.accuracy, right / 200);
        const readings = Array.from(confidences, (confidence, image) =>
            ({ confidence, right: classes[image] === data.labels[image] }));
        assert.ok(Math.abs(evaluation.calibrationError - calibrationError(readings)) < 1e-9);
        evaluation.confusion.forEach((row, actual) => row.forEach((count, predicted) => {
            const found = classes.filter((label, image) => label === predicted && data.labels[image] === actual).length;
            assert.equal(count, found);
        }));
        assert.deepEqual(await scrawl.evaluate(data), evaluation);
    });

    it('lets the event loop go on, is ended by a signal, and keeps to its model', async () => {
        const scrawl = await createScrawl();
        const many = { images: new Uint8Array(4000 * 784), labels: new Uint8Array(4000) };
        let ticks = 0;
        const counter = setInterval(() => ticks++, 1);
        const evaluation = scrawl.evaluate(many);
        await wait();
        await scrawl.train(easyImages(30), { architecture: TINY, epochs: 1 });
        assert.equal((await evaluation).confusion.length, 10);
        clearInterval(counter);
        assert.ok(ticks > 1);
        const controller = new AbortController();
        const onProgress = () => controller.abort(new Error('Enough.'));
        const letters = { images: many.images, labels: new Uint8Array(4000) };
        await assert.rejects(scrawl.evaluate(letters, { signal: controller.signal, onProgress }), { message: 'Enough.' });
        await assert.rejects(scrawl.evaluate(letters, { signal: controller.signal }), { message: 'Enough.' });
    });

    it('says what is wrong with its data', async () => {
        const scrawl = await createScrawl();
        const refuses = (data, expected) => assert.rejects(scrawl.evaluate(data), expected);
        await refuses({ images: [1, 2], labels: [3] }, TypeError);
        await refuses({ images: new Uint8Array(0), labels: new Uint8Array(0) }, { code: 'INVALID_ARGUMENT', message: /no image/ });
        const labels = new Uint8Array([3, 10]);
        await refuses({ images: new Uint8Array(2 * 784), labels }, { code: 'INVALID_DATASET', message: /image 1 is 10/ });
    });
});
