// The builds with relaxed SIMD, in headless Chromium: loaded where the browser has it, never mixed with the others unsaid.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { built, root } from '../helpers/build.mjs';
import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { useTryPage } from '../helpers/try_page.mjs';

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const [RELAXED, PLAIN] = ['wasm-relaxed-simd', 'wasm-simd128'];
/** Of probabilities: the same bytes differ by rounding only. */
const TOLERANCE = 1e-5;
const isBuilt = existsSync(built('wasm', 'scrawl-relaxed.wasm'));
const site = useTryPage();

let page;
let asked;

/** In the page: what the tests call there. */
function prepare({ easy, number }) {
    const data = { images: new Uint8Array(easy.images), labels: new Uint8Array(easy.labels) };
    const image = { ...number, data: new Uint8ClampedArray(number.data) };
    const kinds = {
        here: async (options) => (await import('./wasm/scrawl.js')).createScrawl(options),
        inWorker: async (options) => (await import('./wasm/scrawl-client.js')).createScrawlClient(options),
    };
    const settings = { architecture: 'conv 4 3x3 relu, maxpool 2, flatten, dense 3 softmax', epochs: 2, batchSize: 50 };
    window.create = (kind, options) => kinds[kind](options);
    window.data = data;

    /** Reads, trains and tests. */
    window.tryOut = async (kind, options) => {
        const scrawl = await window.create(kind, options);
        try {
            const { digits } = await scrawl.predict(image);
            const { loss } = await scrawl.train(data, settings);
            const { accuracy } = await scrawl.evaluate(data);
            return { kernels: scrawl.kernels, threads: scrawl.threads, probabilities: digits.flatMap(({ probabilities }) => [...probabilities]), loss, accuracy };
        } finally {
            scrawl.free();
        }
    };

    /** Begins with some options, goes on with others. @returns {Promise<string>} what is said of it */
    window.resumeAs = async (first, second) => {
        const [begun, other] = [await window.create('here', first), await window.create('here', second)];
        const training = begun.startTraining(data, settings);
        const checkpoint = training.checkpoint();
        training.cancel();
        training.finished.catch(() => {});
        try {
            await other.resumeTraining(checkpoint, data).finished;
            return 'goes on';
        } catch ({ code, message }) {
            return `${code}: ${message}`;
        } finally {
            begun.free();
            other.free();
        }
    };
}

const tryOut = (kind, options) => page.evaluate((parameters) => window.tryOut(...parameters), [kind, options]);
const withoutRelaxed = () => page.evaluate(() => void (WebAssembly.validate = () => false));

describe('relaxed SIMD', { skip: isBuilt ? false : 'no compiler could make it' }, () => {
    beforeEach(async () => {
        page = await site.open(prepare, ISOLATION);
        asked = new Set();
        page.context().on('request', (request) => request.url().endsWith('.wasm') && asked.add(request.url().split('/').at(-1)));
    });
    afterEach(() => page.context().close());

    it('is loaded where the browser has it, here and in a worker, with threads and without', async () => {
        for (const [threads, file] of [[1, 'scrawl-relaxed.wasm'], [2, 'scrawl-relaxed-threads.wasm']]) {
            asked.clear();
            const [here, inWorker] = [await tryOut('here', { threads }), await tryOut('inWorker', { threads })];
            assert.deepEqual([here.kernels, here.threads], [RELAXED, threads]);
            assert.deepEqual(inWorker, here);
            assert.deepEqual([...asked], [file]);
        }
    });

    it('gives way to plain SIMD where results are to be reproducible', async () => {
        for (const [threads, file] of [[1, 'scrawl.wasm'], [2, 'scrawl-threads.wasm']]) {
            asked.clear();
            const expected = await tryOut('here', { wasm: 'wasm/scrawl.wasm' });
            assert.equal(expected.kernels, PLAIN);
            const result = await tryOut('inWorker', { threads, reproducible: true });
            assert.deepEqual(result, { ...expected, threads });
            assert.ok(asked.has(file) && [...asked].every((name) => !name.includes('relaxed')));
        }
        const failure = await page.evaluate(() => window.create('here', { reproducible: 'yes' }).catch((error) => `${error}`));
        assert.equal(failure, 'TypeError: reproducible must be true or false, not yes.');
    });

    it('is not asked for where the browser lacks it', async () => {
        await withoutRelaxed();
        for (const kind of ['here', 'inWorker']) assert.equal((await tryOut(kind, { threads: 2 })).kernels, PLAIN);
        assert.deepEqual([...asked], ['scrawl-threads.wasm']);
    });

    it('gives way where its file is missing', async () => {
        await page.context().route('**/scrawl-relaxed*.wasm', (route) => route.fulfill({ status: 404 }));
        for (const [kind, threads] of [['here', 1], ['inWorker', 2]]) {
            const result = await tryOut(kind, { threads });
            assert.deepEqual([result.kernels, result.threads], [PLAIN, threads]);
        }
    });

    it('reads and learns as plain SIMD does, but for rounding', async () => {
        const [relaxed, plain] = [await tryOut('here', {}), await tryOut('here', { reproducible: true })];
        assert.equal(relaxed.probabilities.length, plain.probabilities.length);
        const differences = relaxed.probabilities.map((share, i) => Math.abs(share - plain.probabilities[i]));
        assert.ok(Math.max(...differences) <= TOLERANCE, `${Math.max(...differences)}`);
        assert.notDeepEqual(relaxed.probabilities, plain.probabilities);
        assert.deepEqual(relaxed.loss.map((loss) => loss.toFixed(3)), plain.loss.map((loss) => loss.toFixed(3)));
        assert.ok(Math.abs(relaxed.accuracy - plain.accuracy) <= 0.01);
    });

    it('never goes on with a training of the other, and says why', async () => {
        const resumeAs = (first, second) => page.evaluate((options) => window.resumeAs(...options), [first, second]);
        const [usual, reproducible] = [{}, { reproducible: true }];
        const sentence = (first, second) => `INVALID_ARGUMENT: The checkpoint was made with the kernels "${first}", and here are "${second}". `
            + 'To go on to the same bytes, reproducible: true makes a Scrawl with "wasm-simd128", without it one has "wasm-relaxed-simd" where the browser can.';
        assert.equal(await resumeAs(usual, reproducible), sentence(RELAXED, PLAIN));
        assert.equal(await resumeAs(reproducible, usual), sentence(PLAIN, RELAXED));
        for (const options of [usual, reproducible]) assert.equal(await resumeAs(options, options), 'goes on');
    });
});

describe('without the compiler for it', () => {
    it('the build says so in one line, and its scripts ask for no file that isn\'t there', () => {
        const folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
        const make = (...words) => spawnSync('make', [...words, `BUILD=${folder}`, 'RELAXED_CLANG='], { cwd: root, encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '' } });
        try {
            const { stdout } = make('-n', 'wasm');
            assert.match(stdout, /^.*echo 'No clang 19 or later that makes WebAssembly \(Debian: clang-22 and lld-22\): the files with relaxed SIMD are left out\.'$/m);
            assert.doesNotMatch(stdout, /-o \S*relaxed/);
            assert.equal(make(`${folder}/wasm/builds.js`).status, 0);
            assert.match(readFileSync(join(folder, 'wasm', 'builds.js'), 'utf8'), /^const HAS_RELAXED = false;$/m);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
