// `scrawl export` and `scrawl import` from outside: other programs' files are written and read, refused with a sentence, and
// there is a whole file or none.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../helpers/build.mjs';
import { exists, folder, inFolder, read, scrawl, scrawlWell, tinyNetwork, train, useModel } from '../helpers/command.mjs';

useModel();

const KINDS = { onnx: 'ONNX', h5: 'Keras (HDF5)', keras: 'Keras' };
const fixture = (name) => path.join(root, 'tests/fixtures', name);
const leftovers = () => fs.readdirSync(folder).filter((name) => name.includes('.unfinished.'));

for (const [ending, kind] of Object.entries(KINDS)) {
    test(`a model becomes .${ending} and comes back the same`, () => {
        const written = scrawlWell(['export', 'model.safetensors', `other.${ending}`]);
        assert.equal(written.output, `Wrote other.${ending}: ${kind}, input 28 x 28 from 0 (paper) to 1 (ink).\n`);
        assert.equal(written.errors, '');
        scrawlWell(['import', `other.${ending}`, 'back.safetensors']);
        assert.ok(read('back.safetensors').equals(read('model.safetensors')));
        const summary = scrawlWell(['summary', `other.${ending}`]).output;
        assert.ok(summary.split('\n').includes(`File: ${kind}`), summary);
        assert.ok(summary.startsWith(`${tinyNetwork}\n`), summary);
        for (const command of [['predict', '--model'], ['eval']]) {
            const data = command[0] === 'eval' ? ['--data', 'idx'] : ['three.pgm'];
            const [own, other] = ['model.safetensors', `other.${ending}`].map((name) => scrawlWell([...command, name, ...data]).output);
            assert.equal(other.replaceAll(`other.${ending}`, 'model.safetensors').replace(/[\d.]+ (?:s|images\/s).*/g, ''), own.replace(/[\d.]+ (?:s|images\/s).*/g, ''));
        }
        assert.deepEqual(leftovers(), []);
    });
}

test('summary says of a model of Scrawl\'s what kind it is too, of a built-in one nothing', () => {
    assert.match(scrawlWell(['summary', 'model.safetensors']).output, /^File: safetensors$/m);
    assert.doesNotMatch(scrawlWell(['summary', 'small']).output, /File:/);
    assert.doesNotMatch(scrawlWell(['summary', '--arch', 'small']).output, /File:/);
});

test('a SavedModel is told what to be saved as', () => {
    fs.mkdirSync(inFolder('saved'));
    fs.writeFileSync(inFolder('saved/saved_model.pb'), 'x');
    const result = scrawl(['import', 'saved', 'saved.safetensors']);
    assert.equal(result.status, 1);
    assert.match(result.errors, /saved is a SavedModel of TensorFlow.*\.keras or \.h5\.$/m);
});

test('a built-in model can be exported', () => {
    assert.match(scrawlWell(['export', 'small', 'small.onnx']).output, /^Wrote small\.onnx: ONNX/);
    assert.match(scrawlWell(['summary', 'small.onnx']).output, /^trained_images: \d+$/m);
});

test('what the network wants of its input is said', () => {
    scrawlWell(train('--normalize', 'column-l2', '--epochs', '1', '--out', 'columns.safetensors', '--quiet'));
    assert.match(scrawlWell(['export', 'columns.safetensors', 'columns.onnx']).output, /each column scaled to length 1/);
    assert.match(scrawlWell(['summary', 'columns.onnx']).output, /normalization column-l2/);
});

test('how its input is made is said of a model whose file doesn\'t say', () => {
    scrawlWell(['import', fixture('keras/sequential.h5'), 'keras.safetensors', '--normalize', 'column-l2']);
    assert.match(scrawlWell(['summary', 'keras.safetensors']).output, /normalization column-l2/);
    scrawlWell(['import', fixture('keras/sequential.keras'), 'keras.safetensors']);
    assert.match(scrawlWell(['summary', 'keras.safetensors']).output, /normalization unit/);
});

test('a model of Keras\' is imported, trained further and evaluated', () => {
    scrawlWell(['import', fixture('keras/sequential.keras'), 'mine.safetensors']);
    assert.match(scrawlWell(['summary', 'mine.safetensors']).output, /^conv 4 5x5 stride 2 relu, conv 6 3x1 same, /);
    scrawlWell(['train', '--data', 'idx', '--from', 'mine.safetensors', '--epochs', '8', '--learning-rate', '0.01', '--quiet', '--out', 'trained.safetensors']);
    assert.ok(JSON.parse(scrawlWell(['eval', 'trained.safetensors', '--data', 'idx', '--json']).output).accuracy > 0.5);
});

test('a model of PyTorch\'s is imported, trained further and evaluated', () => {
    scrawlWell(['import', fixture('onnx/folded.onnx'), 'mine.safetensors']);
    assert.match(scrawlWell(['summary', 'mine.safetensors']).output, /^conv 3 3x3 relu, maxpool 2, /);
    scrawlWell(['train', '--data', 'idx', '--from', 'mine.safetensors', '--epochs', '8', '--learning-rate', '0.01', '--quiet', '--out', 'trained.safetensors']);
    assert.ok(JSON.parse(scrawlWell(['eval', 'trained.safetensors', '--data', 'idx', '--json']).output).accuracy > 0.5);
    scrawlWell(['train', '--data', 'idx', '--from', fixture('onnx/skipping.onnx'), '--epochs', '1', '--quiet', '--out', 'directly.safetensors']);
});

const refused = [
    [['export', 'model.safetensors', 'model.pt'], 2, /model\.pt.*\.safetensors, \.h5 or \.keras.*\.onnx.*scrawl export -h/],
    [['export', 'model.safetensors', 'onnx'], 2, /ending/],
    [['export'], 2, /The MODEL is missing/],
    [['export', 'model.safetensors'], 2, /The FILE is missing/],
    [['import'], 2, /The FILE is missing/],
    [['import', 'other.onnx'], 2, /The MODEL is missing/],
    [['export', 'model.safetensors', './model.safetensors'], 2, /would replace model\.safetensors/],
    [['export', 'missing.safetensors', 'out.onnx'], 1, /Can't open missing\.safetensors/],
    [['export', 'text.png', 'out.onnx'], 1, /text\.png: /],
    [['export', 'finder', 'out.onnx'], 1, /finds digits on pages/],
    [['export', 'model.safetensors', 'nowhere/out.onnx'], 1, /Can't write nowhere\/out\.onnx/],
    [['import', 'model.safetensors', 'out.onnx'], 2, /ends with \.safetensors.*scrawl export/],
    [['import', 'model.safetensors', 'model'], 2, /ends with \.safetensors/],
    [['import', 'missing.onnx', 'out.safetensors'], 1, /Can't open missing\.onnx/],
    [['import', fixture('keras/flat.h5'), 'out.safetensors', '--normalize', 'mean'], 2, /--normalize.*unit, column-l2/],
    [['import', 'three.pgm', 'out.safetensors'], 1, /three\.pgm: This is a picture/],
    [['import', fixture('onnx/elsewhere.onnx'), 'out.safetensors'], 1, /"weights".*another file.*external_data=False/],
];

for (const [words, status, sentence] of refused) {
    test(`scrawl ${words.map((word) => path.basename(word)).join(' ')} is refused`, () => {
        const result = scrawl(words);
        assert.equal(result.status, status, result.errors);
        assert.match(result.errors, sentence);
        assert.equal(result.output, '');
        assert.ok(!exists('out.onnx') && !exists('out.safetensors'));
        assert.deepEqual(leftovers(), []);
    });
}

test('a damaged file leaves the one that is there alone', () => {
    fs.writeFileSync(inFolder('kept.safetensors'), 'kept');
    const bytes = fs.readFileSync(fixture('onnx/folded.onnx'));
    fs.writeFileSync(inFolder('cut.onnx'), bytes.subarray(0, bytes.length / 2));
    const result = scrawl(['import', 'cut.onnx', 'kept.safetensors']);
    assert.equal(result.status, 1);
    assert.match(result.errors, /cut\.onnx: .*cut off or damaged/);
    assert.equal(read('kept.safetensors').toString(), 'kept');
});

test('names in a file write no escapes to the terminal', () => {
    const bytes = fs.readFileSync(fixture('onnx/elsewhere.onnx'));
    for (let at; (at = bytes.indexOf('weights')) >= 0;) bytes.write('\x1b[2Jwei', at, 'latin1');
    fs.writeFileSync(inFolder('escapes.onnx'), bytes);
    assert.doesNotMatch(scrawl(['summary', 'escapes.onnx']).errors, /\x1b/);
});
