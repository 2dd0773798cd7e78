// Other programs' model files in JavaScript: converted by a module of their own to the same bytes as by the command line, and
// read, written and refused by the API. The files are those of tests/fixtures, which Keras, PyTorch and others wrote.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { built, root } from '../helpers/build.mjs';
import { easyImages } from '../helpers/handwriting.mjs';
import { createScrawl, trainedTiny } from '../helpers/scrawl.mjs';

const { convertModel, MODEL_FORMATS, modelFormat } = await import(pathToFileURL(built('wasm', 'exchange.js')));

const IMAGES = 4, PIXELS = 784, AGREEMENT = 1e-5;
const FORMATS = { '.h5': 'h5', '.keras': 'keras', '.onnx': 'onnx' };
/** What nobody reads: its weights are in another file. */
const ELSEWHERE = 'elsewhere.onnx';

/** The images of make_keras_fixtures.py and make_onnx_fixtures.py. */
const images = Uint8Array.from({ length: IMAGES * PIXELS }, (_, i) => (Math.imul(Math.imul(i, i), 31) + Math.imul(i, 17)) >>> 5 & 255);

const fixtures = ['keras', 'onnx'].flatMap((folder) => readdirSync(join(root, 'tests/fixtures', folder))
    .filter((name) => extname(name) in FORMATS && name !== ELSEWHERE)
    .map((name) => ({ name, path: join(root, 'tests/fixtures', folder, name), format: FORMATS[extname(name)] })));
const fixture = (wanted) => readFileSync(fixtures.find(({ name }) => name === wanted).path);

/** Of each image, what the file's own program said. */
function probabilitiesOf(path) {
    const bytes = readFileSync(path.replace('_old', '_sequential').replace('_early', '_chain').replace(/\.\w+$/, '.probabilities'));
    return new Float32Array(new Uint8Array(bytes).buffer);
}

const folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
after(() => rmSync(folder, { recursive: true }));

/** What the command line makes of a file. @param {'import' | 'export'} command */
function converted(command, path, ending, ...more) {
    const file = join(folder, `converted${ending}`);
    execFileSync(built('scrawl'), [command, ...more, path, file]);
    return readFileSync(file);
}

const isSame = (bytes, expected) => assert.ok(Buffer.from(bytes).equals(expected), `${bytes.length} and ${expected.length} bytes`);

/** What damaged bytes become; null where a sentence says what is wrong with them. */
async function convertDamaged(bytes) {
    try {
        return await convertModel(bytes);
    } catch (error) {
        assert.equal(error.code, 'INVALID_MODEL', error.stack);
        assert.match(error.message, /^[A-Z].*[.:]/s);
        return null;
    }
}

describe('a model of another program\'s', () => {
    it('is there in each format', () => {
        for (const format of MODEL_FORMATS.slice(1)) assert.ok(fixtures.some((file) => file.format === format), format);
    });

    for (const { name, path, format } of fixtures) {
        it(`${name} becomes what the command line makes of it`, async () => {
            const bytes = readFileSync(path);
            assert.equal(await modelFormat(bytes), format);
            isSame(await convertModel(bytes), converted('import', path, '.safetensors'));
        });

        it(`${name} says what its own program said`, async () => {
            const scrawl = await createScrawl({ model: readFileSync(path) });
            try {
                const { probabilities } = scrawl.predictImages(images);
                const expected = probabilitiesOf(path);
                assert.equal(probabilities.length, expected.length);
                expected.forEach((value, i) => assert.ok(Math.abs(value - probabilities[i]) < AGREEMENT, `${i}: ${probabilities[i]}, not ${value}`));
            } finally {
                scrawl.free();
            }
        });
    }

    it('is refused with the library\'s sentence where Scrawl has no word for it, wherever it comes in', async () => {
        const path = join(root, 'tests/fixtures/onnx', ELSEWHERE), bytes = readFileSync(path);
        const refusal = { code: 'INVALID_MODEL', message: /external_data=False/ };
        await assert.rejects(convertModel(bytes), refusal);
        await assert.rejects(createScrawl({ model: path }), refusal);
        const scrawl = await createScrawl();
        await assert.rejects(scrawl.importModel(bytes), refusal);
        assert.equal(scrawl.predictImages(images).classes.length, IMAGES, 'the model before it stays');
        scrawl.free();
        await assert.rejects(modelFormat(Buffer.from('%PDF-1.4 and more')), { code: 'INVALID_MODEL', message: /^This is a PDF document/ });
    });

    it('is refused with a sentence wherever it is cut off, and whichever of its bytes is another one', async () => {
        for (const name of ['tiny_early.keras', 'skipping.onnx', 'tiny_graph.h5']) {
            const bytes = fixture(name), step = Math.ceil(bytes.length / 400);
            const whole = await convertModel(bytes);
            let [cuts, changes] = [0, 0];
            for (let place = 0; place < bytes.length; place += step) {
                const cut = await convertDamaged(bytes.subarray(0, place));
                // Fields that ONNX can do without, or what HDF5 left free.
                if (cut && !name.endsWith('.onnx')) assert.deepEqual(cut, whole, `${place} bytes of ${name}`);
                const other = Uint8Array.from(bytes);
                other[place] ^= 0xff;
                cuts += cut === null;
                changes += await convertDamaged(other) === null;
            }
            assert.ok(cuts > 300 && changes > 20, `${name}: ${cuts} cuts and ${changes} changes were refused`);
        }
    });
});

describe('a model of Scrawl\'s', () => {
    it('becomes what the command line writes', async () => {
        const path = built('wasm', 'small.safetensors'), model = readFileSync(path);
        const scrawl = await createScrawl({ model });
        for (const [ending, format] of Object.entries(FORMATS)) {
            const expected = converted('export', path, ending);
            isSame(await convertModel(model, { to: format }), expected);
            isSame(await scrawl.exportModel(format), expected);
            isSame(await scrawl.convertModel(model, { to: format }), expected);
            assert.equal(await scrawl.importModel(expected), format);
            assert.equal(await scrawl.importModel(model), 'safetensors');
            assert.equal(await modelFormat(expected), format);
        }
        isSame(await scrawl.exportModel('safetensors'), Buffer.from(scrawl.saveModel()));
        scrawl.free();
    });

    it('comes back as it went', async () => {
        const { scrawl } = await trainedTiny({ normalization: 'column-l2', labelNames: ['a', 'b', 'c'] });
        const before = scrawl.predictImages(images);
        for (const format of MODEL_FORMATS) {
            await scrawl.importModel(await scrawl.exportModel(format));
            assert.deepEqual(scrawl.predictImages(images), before, format);
            assert.deepEqual([scrawl.labels, scrawl.normalization, scrawl.saysNormalization], [['a', 'b', 'c'], 'column-l2', true], format);
        }
        scrawl.free();
    });

    it('that finds digits on pages is kept as safetensors alone', async () => {
        const finder = readFileSync(built('wasm', 'finder.safetensors'));
        await assert.rejects(convertModel(finder, { to: 'onnx' }), { code: 'INVALID_ARGUMENT', message: /finds digits on pages/ });
        assert.equal(await modelFormat(await convertModel(finder)), 'safetensors');
    });
});

describe('converting', () => {
    it('takes addresses and bytes of models, and of the module also a compiled one', async () => {
        const { path } = fixtures.find(({ name }) => name === 'skipping.onnx'), bytes = readFileSync(path);
        const expected = await convertModel(bytes);
        for (const source of [path, pathToFileURL(path), Uint8Array.from(bytes).buffer]) assert.deepEqual(await convertModel(source), expected);
        const binary = readFileSync(built('wasm', 'scrawl-exchange.wasm'));
        for (const wasm of [new WebAssembly.Module(binary), binary, built('wasm', 'scrawl-exchange.wasm')]) {
            assert.deepEqual(await convertModel(bytes, { wasm }), expected);
            assert.equal(await modelFormat(bytes, { wasm }), 'onnx');
            const scrawl = await createScrawl({ model: bytes, exchangeWasm: wasm });
            assert.equal(await modelFormat(await scrawl.exportModel('h5')), 'h5');
            scrawl.free();
        }
        const missing = /Couldn't load the wasm module from .*none\.wasm: there is no such file/;
        await assert.rejects(convertModel(bytes, { wasm: built('none.wasm') }), missing);
        await assert.rejects(createScrawl({ model: bytes, exchangeWasm: built('none.wasm') }), missing);
    });

    it('refuses what isn\'t asked for rightly', async () => {
        const bytes = fixture('skipping.onnx');
        await assert.rejects(convertModel(bytes, { to: 'pdf' }), { name: 'TypeError', message: /^to must be 'safetensors' or .*, not pdf\.$/ });
        await assert.rejects(convertModel(bytes, { normalization: 'other' }), { name: 'TypeError', message: /^normalization must be/ });
        await assert.rejects(convertModel(bytes, { format: 'onnx' }), { name: 'TypeError', message: /conversion has no option "format"/ });
        await assert.rejects(convertModel(5), { name: 'TypeError', message: /the model: give its address/ });
        const scrawl = await createScrawl();
        await assert.rejects(scrawl.exportModel('pdf'), { name: 'TypeError' });
        await assert.rejects(scrawl.importModel('text'), { name: 'TypeError' });
        scrawl.free();
        await assert.rejects(scrawl.importModel(bytes), { code: 'FREED' });
    });

    it('says how an input is made, as the command line does', async () => {
        const { path } = fixtures.find(({ name }) => name === 'flat.h5');
        const expected = converted('import', path, '.safetensors', '--normalize', 'column-l2');
        isSame(await convertModel(path, { normalization: 'column-l2' }), expected);
    });
});

describe('loading a model of another program\'s', () => {
    it('at once isn\'t possible, and the sentence says what is', async () => {
        const scrawl = await createScrawl();
        for (const [name, what] of [['flat.h5', 'a Keras'], ['tiny_early.keras', 'a Keras'], ['folded.onnx', 'an ONNX']]) {
            assert.throws(() => scrawl.loadModel(fixture(name)), { code: 'UNSUPPORTED', message: new RegExp(`^This is ${what} model.* importModel\\(\\) `) });
            assert.throws(() => scrawl.loadFinder(fixture(name)), { code: 'UNSUPPORTED', message: new RegExp(`^This is ${what} model`) });
        }
        assert.equal(scrawl.predictImages(images).classes.length, IMAGES);
        scrawl.free();
    });

    it('leaves the model from before in use until then; the one that was asked for last is the one in the end', async () => {
        const scrawl = await createScrawl();
        const [shipped, small] = [scrawl.architecture, scrawl.saveModel()];
        const first = scrawl.importModel(fixture('flat.h5'));
        const second = scrawl.importModel(fixture('folded.onnx'));
        assert.equal(scrawl.architecture, shipped);
        await assert.rejects(first, { code: 'CANCELLED' });
        await second;
        assert.notEqual(scrawl.architecture, shipped);
        const third = scrawl.importModel(fixture('flat.h5'));
        scrawl.loadModel(small);
        await assert.rejects(third, { code: 'CANCELLED' });
        assert.equal(scrawl.architecture, shipped);
        scrawl.free();
    });

    it('isn\'t possible while a training runs; it is trained further then', async () => {
        const scrawl = await createScrawl({ model: fixture('sequential.h5') });
        const training = scrawl.startTraining(easyImages(100), { epochs: 1, batchSize: 32 });
        await assert.rejects(scrawl.importModel(fixture('flat.h5')), /A training is running/);
        const { loss } = await training.finished;
        assert.ok(loss[0] > 0);
        const { accuracy } = await scrawl.evaluate(easyImages(50));
        assert.ok(accuracy >= 0 && accuracy <= 1);
        scrawl.free();
    });

    it('tells whether its file said how the input is made, until it is trained', async () => {
        const says = { 'sequential.h5': false, 'folded.onnx': true, 'shifted.keras': true, 'functional.h5': true, 'flat.h5': false };
        const scrawl = await createScrawl();
        assert.equal(scrawl.saysNormalization, true);
        for (const [name, isSaid] of Object.entries(says)) {
            await scrawl.importModel(fixture(name));
            assert.deepEqual([scrawl.normalization, scrawl.saysNormalization], ['unit', isSaid], name);
        }
        const unit = scrawl.predictImages(images).probabilities;
        scrawl.setNormalization('column-l2');
        assert.deepEqual([scrawl.normalization, scrawl.saysNormalization], ['column-l2', false]);
        assert.notDeepEqual(scrawl.predictImages(images).probabilities, unit);
        scrawl.loadModel(scrawl.saveModel());
        assert.deepEqual([scrawl.normalization, scrawl.saysNormalization], ['column-l2', false], 'in its file too');
        assert.throws(() => scrawl.setNormalization('other'), { name: 'TypeError' });
        await scrawl.train(easyImages(100), { epochs: 1, batchSize: 32 });
        assert.deepEqual([scrawl.normalization, scrawl.saysNormalization], ['column-l2', true]);
        scrawl.free();
    });
});

describe('the modules that everybody downloads', () => {
    /** What hosts without Brotli send. */
    const MOST_GZIP = 127_000;
    const text = (name) => readFileSync(built('wasm', name), 'latin1');

    it('hold nothing of other programs\' files, and the one for these holds nothing that reads', () => {
        const others = ['moving_variance', 'Conv2D', 'GlobalAveragePool'];
        const names = readdirSync(built('wasm')).filter((name) => name.endsWith('.wasm') && name !== 'scrawl-exchange.wasm');
        assert.ok(names.length >= 2);
        for (const word of others) {
            assert.ok(text('scrawl-exchange.wasm').includes(word), word);
            for (const name of names) assert.ok(!text(name).includes(word), `${name} has ${word}`);
        }
        const sizes = ['scrawl-exchange.wasm', 'scrawl.wasm'].map((name) => readFileSync(built('wasm', name)).length);
        assert.ok(sizes[0] < sizes[1] / 2, sizes.join());
    });

    it('stay small', () => {
        const size = gzipSync(readFileSync(built('wasm', 'scrawl.wasm')), { level: 9 }).length;
        assert.ok(size <= MOST_GZIP, `${size} bytes`);
    });
});
