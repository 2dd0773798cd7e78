// Threads in wasm, in headless Chromium: an isolated page has them, with results that don't depend on them, and every
// other one does without.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { built } from '../helpers/build.mjs';
import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { useTryPage } from '../helpers/try_page.mjs';

const TINY = 'conv 4 3x3 relu, maxpool 2, dropout 0.25, flatten, dense 3 softmax';

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const site = useTryPage({ isCopied: true });

let page;

async function openPage(headers = ISOLATION) {
    page = await site.open(prepare, headers);
}

/** In the page: what the tests call there. */
function prepare({ easy, number }) {
    const data = { images: new Uint8Array(easy.images), labels: new Uint8Array(easy.labels) };
    const image = { ...number, data: new Uint8ClampedArray(number.data) };
    const kinds = {
        here: async (options) => (await import('./wasm/scrawl.js')).createScrawl(options),
        inWorker: async (options) => (await import('./wasm/scrawl-client.js')).createScrawlClient(options),
    };
    const hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].join();
    window.create = (kind, options) => kinds[kind](options);
    window.data = data;
    window.image = image;

    /** Reads with the shipped model, then trains, evaluates and saves. */
    window.tryOut = async (kind, options, training) => {
        const scrawl = await window.create(kind, options);
        try {
            const reading = await scrawl.predict(image);
            const history = await scrawl.train(data, training);
            const evaluation = await scrawl.evaluate(data);
            const saved = await scrawl.saveModel();
            const { threads } = scrawl;
            return { threads, reading: JSON.stringify(reading), history, evaluation, model: await hash(saved) };
        } finally {
            scrawl.free();
        }
    };

    // Workers that run, as this page sees them.
    window.running = new Set();
    window.Worker = class extends Worker {
        constructor(...parameters) {
            super(...parameters);
            window.running.add(this);
        }

        terminate() {
            window.running.delete(this);
            super.terminate();
        }
    };
}

const tryOut = (kind, options, training) =>
    page.evaluate((parameters) => window.tryOut(...parameters), [kind, options, training]);

/**
 * The address of a worker script for threads that fails on purpose in place of a part of its own.
 * @param {string} own
 */
function failingThread(own) {
    const source = (name) => readFileSync(built('wasm', name), 'utf8');
    const script = source('scrawl-thread.js')
        .replace(/^import .* from '.\/load.js';$/m, source('load.js').replaceAll(/^export /gm, ''));
    const failing = script.replace(own, 'throw new Error("on purpose")');
    assert.notEqual(failing, script, `${own} is in scrawl-thread.js`);
    assert.doesNotMatch(failing, /^import /m);
    // Not a blob: the site's policy lets workers come from its own files only.
    writeFileSync(join(site.folder, 'failing-thread.js'), failing);
    return `${site.address}failing-thread.js`;
}

const running = () => page.evaluate(() => window.running.size);

describe('threads', () => {
    beforeEach(() => openPage());
    afterEach(() => page.context().close());

    const trainings = {
        tiny: { architecture: TINY, epochs: 2, batchSize: 50, learningRate: 0.01, validationSplit: 0.1 },
        small: { architecture: 'small', epochs: 1, batchSize: 64 },
    };
    for (const [name, training] of Object.entries(trainings)) {
        it(`give the same ${name} network and the same readings, however many there are`, async () => {
            const { threads, ...expected } = await tryOut('inWorker', {}, training);
            assert.equal(threads, 1);
            for (const count of [2, 3]) {
                const result = await tryOut('inWorker', { threads: count }, training);
                assert.deepEqual(result, { threads: count, ...expected });
            }
            assert.deepEqual(await tryOut('here', { threads: 2 }, training), { threads: 2, ...expected });
            const other = await tryOut('inWorker', { threads: 2 }, { ...training, seed: 2 });
            assert.notEqual(other.model, expected.model);
        });
    }

    for (const kind of ['here', 'inWorker']) {
        it(`needn't be waited for: reading begins on one, trainings ${kind} on all`, async () => {
            const result = await page.evaluate(async (place) => {
                const scrawl = await window.create(place, { threads: 3, waitForThreads: false });
                const { threads } = scrawl;
                const { text } = await scrawl.predict(window.image);
                // In a worker, the client waits before it trains.
                if (place === 'here') await scrawl.allThreads;
                const { loss } = await scrawl.train(window.data, { epochs: 1 });
                const counts = [threads, await scrawl.allThreads, scrawl.threads];
                scrawl.free();
                return { counts, text, epochs: loss.length };
            }, kind);
            assert.deepEqual(result, { counts: [1, 3, 3], text: '203', epochs: 1 });
        });
    }

    it('read picture files too, and go on after a failure', async () => {
        const result = await page.evaluate(async () => {
            const scrawl = await window.create('here', { threads: 2 });
            const canvas = new OffscreenCanvas(window.image.width, window.image.height);
            const pixels = new ImageData(window.image.data, window.image.width, window.image.height);
            canvas.getContext('2d').putImageData(pixels, 0, 0);
            const file = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
            const failures = [];
            for (const bad of [file.subarray(0, 60), new Uint8Array(3)]) {
                try {
                    scrawl.predict(bad);
                } catch ({ code, message }) {
                    failures.push(`${code}: ${message}`);
                }
            }
            const { text } = scrawl.predict(file);
            const { labels, architecture, threads } = scrawl;
            scrawl.free();
            return { failures, text, labels: labels.join(''), architecture, threads };
        });
        assert.equal(result.threads, 2);
        assert.equal(result.text, '203');
        assert.equal(result.labels, '0123456789');
        assert.match(result.architecture, /^conv .* softmax$/);
        assert.equal(result.failures.length, 2);
        for (const failure of result.failures) assert.match(failure, /^INVALID_PICTURE: [A-Z].*\.$/);
    });

    it('grow their memory: a network and data that need more than there is at first', async () => {
        const [threads, before, after] = await page.evaluate(async () => {
            const { Memory } = WebAssembly;
            let memory;
            WebAssembly.Memory = function (limits) {
                return (memory = new Memory(limits));
            };
            const scrawl = await window.create('here', { threads: 2, model: null });
            const sizeBefore = memory.buffer.byteLength;
            await scrawl.train(window.data, { architecture: 'tutorial', epochs: 1 });
            const used = scrawl.threads;
            scrawl.saveModel();
            scrawl.free();
            return [used, sizeBefore, memory.buffer.byteLength];
        });
        assert.equal(threads, 2);
        assert.ok(after > 2 * before, `${before} bytes became ${after}`);
    });

    it('end with their Scrawl, however often one is made', async () => {
        for (const kind of ['here', 'inWorker']) {
            await page.evaluate(async (place) => {
                for (let round = 0; round < 12; round++) {
                    const scrawl = await window.create(place, { threads: 3 });
                    if (scrawl.threads !== 3) throw new Error(`${scrawl.threads} threads in round ${round}`);
                    await scrawl.evaluate(window.data);
                    scrawl.free();
                }
            }, kind);
            assert.equal(await running(), 0);
        }
        await page.evaluate(async () => Object.assign(window, { kept: await window.create('here', { threads: 3 }) }));
        assert.equal(await running(), 2, 'the count notices workers that run');
        await page.evaluate(() => window.kept.free());
        assert.equal(await running(), 0);
    });

    it('end when the model can\'t be loaded, and when their number is none', async () => {
        const failures = await page.evaluate(() => Promise.all([
            { threads: 2, model: new Uint8Array(100) }, { threads: 2, model: 'none.safetensors' }, { threads: 0 },
            { threads: 65 }, { threads: 1.5 }, { threads: '2' }, { threads: null },
        ].map((options) => window.create('here', options).then(({ threads }) => `${threads}`, (error) => `${error}`))));
        assert.match(failures[0], /^Error: /);
        assert.match(failures[1], /^Error: Couldn't load the model .*404/);
        for (const failure of failures.slice(2, 6)) {
            assert.match(failure, /^RangeError: threads must be a whole number from 1 to 64, not /);
        }
        assert.equal(failures[6], '1');
        assert.equal(await running(), 0);
    });

    it('can be ended while they train', async () => {
        const reason = await page.evaluate(async () => {
            const scrawl = await window.create('here', { threads: 2 });
            const onProgress = () => scrawl.free();
            return scrawl.train(window.data, { epochs: 1000, onProgress }).catch(({ message }) => message);
        });
        assert.match(reason, /freed/);
        assert.equal(await running(), 0);
    });

    it('that break off stop their Scrawl instead of holding it up', async () => {
        const threadWorker = await failingThread('functions.parallel_serve(thread)');
        for (const kind of ['here', 'inWorker']) {
            const code = await page.evaluate(async ([place, options]) => {
                const scrawl = await window.create(place, options);
                const { code: reason } = await scrawl.train(window.data, { epochs: 1 }).catch((error) => error);
                scrawl.free();
                return reason;
            }, [kind, { threads: 2, threadWorker }]);
            assert.equal(code, 'STOPPED');
        }
        assert.equal(await running(), 0);
    });
});

describe('one thread does it all', () => {
    afterEach(() => page.context().close());

    const training = { architecture: TINY, epochs: 1, batchSize: 50 };

    async function doesAlone(options = { threads: 2 }) {
        for (const kind of ['here', 'inWorker']) {
            const { threads, history, reading } = await tryOut(kind, options, training);
            assert.equal(threads, 1);
            assert.equal(history.loss.length, 1);
            assert.equal(JSON.parse(reading).text, '203');
        }
        assert.equal(await running(), 0);
    }

    it('on a page that is not isolated', async () => {
        await openPage({});
        assert.equal(await page.evaluate(() => crossOriginIsolated), false);
        await doesAlone();
    });

    it('when the page\'s policy forbids workers', async () => {
        await openPage();
        await page.evaluate(() => {
            const policy = document.createElement('meta');
            policy.httpEquiv = 'Content-Security-Policy';
            policy.content = "worker-src 'none'";
            document.head.append(policy);
        });
        const { threads } = await tryOut('here', { threads: 2 }, training);
        assert.equal(threads, 1);
        assert.equal(await running(), 0);
    });

    it('when the threads\' files are missing or damaged', async () => {
        await openPage();
        await doesAlone({ threads: 2, threadWorker: 'none.js' });
        await doesAlone({ threads: 2, threadedWasm: 'none.wasm' });
        await doesAlone({ threads: 2, threadedWasm: 'wasm/small.safetensors' });
        await doesAlone({ threads: 2, threadedWasm: 'wasm/scrawl.wasm' });
        await doesAlone({ threads: 2, threadWorker: await failingThread('functions.__stack_pointer.value = stack') });
    });

    it('when threads that nobody waits for never come', async () => {
        await openPage();
        for (const files of [{ threadWorker: 'none.js' }, { threadedWasm: 'wasm/scrawl.wasm' }]) {
            const options = { threads: 2, waitForThreads: false, ...files };
            await doesAlone(options);
            const count = (place) => page.evaluate(async ([kind, own]) => {
                const scrawl = await window.create(kind, own);
                return scrawl.allThreads.finally(() => scrawl.free());
            }, [place, options]);
            assert.deepEqual([await count('here'), await count('inWorker')], [1, 1]);
        }
        assert.equal(await running(), 0);
    });

    it('unless the files are where the options say', async () => {
        await openPage();
        const [threadedWasm, threadWorker] = ['wasm/scrawl-threads.wasm', 'wasm/scrawl-thread.js'];
        const elsewhere = { threads: 2, threadedWasm, threadWorker };
        await page.context().route('**/wasm/scrawl.wasm', (route) => route.abort());
        for (const kind of ['here', 'inWorker']) assert.equal((await tryOut(kind, elsewhere, training)).threads, 2);
    });
});
