// The wasm module's memory: given back after every call, and left alone after a trap.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { easyImages, picture } from '../helpers/handwriting.mjs';
import { encodePng } from '../helpers/png.mjs';
import { createChanged, createScrawl, createWatched, TINY } from '../helpers/scrawl.mjs';

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
            () => scrawl.predict(encodePng(picture('3'))), () => scrawl.saveModel(), () => scrawl.loadModel(model),
            () => scrawl.summary(), () => scrawl.labels, () => scrawl.architecture, () => scrawl.normalization,
            () => scrawl.predictImages(data.images), () => scrawl.inspect(data.images), () => scrawl.filters(),
            () => scrawl.startTraining(data), () => scrawl.resumeTraining(model, data), () => scrawl.trainSettings(),
            () => scrawl.checkArchitecture(TINY), () => scrawl.architectures, () => scrawl.presets,
        ];
        for (const call of calls) assert.throws(call, hasStopped);
        await assert.rejects(scrawl.evaluate(data), hasStopped);
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

    it('ends a training that is paused, as soon as it is told anything', async () => {
        const { scrawl, count } = await createTrapped();
        const training = scrawl.startTraining(easyImages(300), { architecture: TINY, epochs: 100_000 });
        training.pause();
        assert.throws(() => scrawl.predict(picture('3')), hasStopped);
        assert.throws(() => training.resume(), hasStopped);
        assert.throws(() => training.checkpoint(), hasStopped);
        scrawl.free();
        await assert.rejects(training.finished, hasStopped);
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
        const [sizeBefore, blocksBefore, handlesBefore] = [size(), watch.blocks, watch.handles];
        for (let count = 0; count < 100; count++) {
            scrawl.predict(image);
            scrawl.predict(file);
        }
        assert.throws(() => scrawl.predict(file.subarray(0, 50)));
        assert.equal(size(), sizeBefore);
        assert.deepEqual([watch.blocks, watch.handles], [blocksBefore, handlesBefore]);
    });

    it('is given back by training, evaluating, saving and loading, failed or not', async () => {
        const { scrawl, watch } = await createWatched();
        const blocksBefore = watch.blocks;
        const labelNames = ['a', 'b', 'c'];
        await scrawl.train(easyImages(30), { architecture: TINY, epochs: 1, labelNames });
        await assert.rejects(scrawl.train(easyImages(30), { architecture: TINY, epochs: 0 }));
        await assert.rejects(scrawl.train(easyImages(30), { architecture: 'dense', labelNames }));
        await scrawl.evaluate(easyImages(30));
        const stop = { onProgress: () => { throw new Error('Enough.'); } };
        await assert.rejects(scrawl.evaluate(easyImages(30), stop), { message: 'Enough.' });
        await assert.rejects(scrawl.evaluate({ images: new Uint8Array(784), labels: new Uint8Array([3]) }));
        scrawl.loadModel(scrawl.saveModel());
        scrawl.summary();
        scrawl.inspect(new Uint8Array(784));
        scrawl.predictImages(new Uint8Array(3 * 784));
        scrawl.filters();
        assert.throws(() => scrawl.inspect(new Uint8Array(784), { classIndex: 3 }), { code: 'INVALID_ARGUMENT' });
        scrawl.checkArchitecture('tutorial');
        assert.throws(() => scrawl.checkArchitecture('dense'), { code: 'INVALID_ARCHITECTURE' });
        assert.deepEqual([watch.blocks, watch.handles], [blocksBefore, 1], 'the model is left');
    });

    it('is given back by trainings, however they end', async () => {
        const { scrawl, watch } = await createWatched();
        const data = easyImages(30);
        await scrawl.train(data, { architecture: TINY, epochs: 1 });
        const before = [watch.blocks, watch.handles];
        const isAsBefore = () => assert.deepEqual([watch.blocks, watch.handles], before);
        const first = scrawl.startTraining(data, { epochs: 3 });
        const bytes = first.checkpoint();
        assert.equal(watch.handles, before[1] + 3, 'a model, a data set and a trainer');
        assert.throws(() => scrawl.resumeTraining(bytes, data), /running/);
        assert.throws(() => scrawl.startTraining(data), /running/);
        first.cancel();
        isAsBefore();
        const endings = [
            (training) => training.cancel(), (training) => training.finish(), (training) => training.finished,
            (training) => (training.pause(), training.cancel()), (training) => (training.pause(), training.finish()),
        ];
        for (const end of endings) {
            const training = scrawl.resumeTraining(bytes, data);
            await end(training);
            await training.finished.catch(() => {});
            isAsBefore();
        }
        const wrong = [
            [bytes.subarray(0, 500), data], [bytes, easyImages(31)], [bytes, data, { epochs: 1.5 }],
            [scrawl.saveModel(), data], [bytes, { ...data, labels: new Uint8Array(1) }],
        ];
        for (const parameters of wrong) assert.throws(() => scrawl.resumeTraining(...parameters));
        isAsBefore();
        const evaluation = scrawl.evaluate(easyImages(3000));
        const last = scrawl.startTraining(data, { epochs: 1000 });
        scrawl.free();
        await assert.rejects(evaluation, { code: 'FREED' });
        await assert.rejects(last.finished, { code: 'FREED' });
        assert.deepEqual([watch.blocks, watch.handles], [0, 0]);
    });

    it('is given back by an evaluation that ends when the model is another one', async () => {
        const { scrawl, watch } = await createWatched();
        const model = scrawl.saveModel();
        const handlesBefore = watch.handles;
        const data = { images: new Uint8Array(500 * 784), labels: new Uint8Array(500) };
        const evaluation = scrawl.evaluate(data);
        scrawl.loadModel(model);
        assert.equal((await evaluation).images, 500);
        assert.deepEqual([watch.blocks, watch.handles], [0, handlesBefore]);
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
        await assert.rejects(scrawl.train(easyImages(30)), { code: 'FREED' });
        await assert.rejects(scrawl.evaluate(easyImages(30)), { code: 'FREED' });
        assert.throws(() => scrawl.startTraining(easyImages(30)), { code: 'FREED' });
        assert.throws(() => scrawl.presets, { code: 'FREED' });
    });
});
