// The data that the native command line takes: IDX files, folders of pictures, and what is said of what is wrong.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import zlib from 'node:zlib';

import {
    exists,
    inFolder,
    read,
    scrawl,
    scrawlWell,
    useModel,
    writeIdx,
    writePictures,
} from '../helpers/command.mjs';

useModel();

test('IDX files may be gzipped and named with a dot', () => {
    const labels = (name) => scrawlWell(['show', '--data', name, '--values', '17']).output;
    writeIdx('gzipped', 400, 1, { pack: zlib.gzipSync });
    writeIdx('dotted', 400, 1, { middle: '.' });
    assert.equal(labels('gzipped'), labels('idx'));
    assert.equal(labels('dotted'), labels('idx'));
});

test('what is missing is said', () => {
    fs.mkdirSync(inFolder('empty'));
    writeIdx('only-train', 20, 1, { prefixes: ['train'] });
    writeIdx('no-labels', 20, 1);
    fs.rmSync(inFolder('no-labels', 't10k-labels-idx1-ubyte'));
    const evaluate = (...more) => ['eval', 'model.safetensors', ...more];
    const cases = [
        [evaluate(), /--data DIR.*make data/],
        [evaluate('--data', 'nowhere'), /nowhere is not there/],
        [evaluate('--data', 'three.pgm'), /three\.pgm is a file/],
        [evaluate('--data', 'empty'), /neither IDX files .* nor one sub-folder/],
        [evaluate('--data', 'only-train'), /not the test images/],
        [evaluate('--data', 'no-labels'), /not the test labels/],
        [['eval', 'nothing.safetensors'], /nothing\.safetensors: No such file/],
        [['eval', 'Best'], /Best: No such file.*built in: "best", "small"/],
        [['eval', 'empty'], /Can't read empty: Is a directory\.$/m],
        [['eval', 'three.pgm'], /three\.pgm: /],
        [['train'], /make data/],
    ];
    for (const [commandArguments, message] of cases) {
        const result = scrawl(commandArguments);
        assert.equal(result.status, 1, result.errors);
        assert.match(result.errors, message);
        assert.equal(result.output, '');
    }
});

test('a damaged IDX file stops a training before it writes anything', () => {
    writeIdx('damaged', 20, 1);
    fs.truncateSync(inFolder('damaged', 'train-images-idx3-ubyte'), 5000);
    const result = scrawl(['train', '--data', 'damaged', '--out', 'damaged.safetensors']);
    assert.equal(result.status, 1);
    assert.match(result.errors, /damaged\/train-images-idx3-ubyte/);
    assert.ok(!exists('damaged.safetensors'));
});

test('the validation images are some of each folder, however many it holds', () => {
    writePictures('parted', ['a', 'b', 'c'], 20);
    for (let i = 5; i < 20; i++) fs.rmSync(inFolder('parted', 'c', `${i}.pgm`));
    const network = 'conv 4 3x3 relu, maxpool 4, flatten, dense 3 softmax';
    const options = ['--epochs', '60', '--batch-size', '4', '--learning-rate', '0.01', '--out', 'parted.safetensors'];
    const parted = ['--validation-split', '0.2', '--log', 'parted.csv'];
    scrawlWell(['train', '--data', 'parted', '--arch', network, ...options, ...parted]);
    const { confusion } = JSON.parse(scrawlWell(['eval', 'parted.safetensors', '--data', 'parted', '--json']).output);
    confusion.forEach((row, label) => assert.ok(row[label] > 0, `no ${'abc'[label]} was learned`));
    const lastRow = read('parted.csv').toString().trimEnd().split('\n').at(-1).split(',');
    assert.ok(Number(lastRow[4]) > 0.8, `of the validation images ${lastRow[4]} are read rightly`);
});

test('folders of pictures make the classes, in natural order', () => {
    writePictures('letters/train', ['10', 'b', '9'], 8);
    writePictures('letters/test', ['10', 'b', '9'], 2);
    fs.writeFileSync(inFolder('letters/train/b/.hidden'), 'not to be read');
    const network = 'conv 4 3x3 relu, maxpool 4, flatten, dense 3 softmax';
    const options = ['--epochs', '60', '--batch-size', '4', '--learning-rate', '0.01', '--out', 'letters.safetensors'];
    const result = scrawlWell(['train', '--data', 'letters', '--arch', network, ...options]);
    assert.match(result.errors, /^24 images of 3 classes/m);
    assert.match(scrawlWell(['summary', 'letters.safetensors']).output, /^Classes: 9 10 b$/m);
    const evaluation = JSON.parse(scrawlWell(['eval', 'letters.safetensors', '--data', 'letters', '--json']).output);
    assert.equal(evaluation.images, 6);
    assert.deepEqual(evaluation.confusion, [[2, 0, 0], [0, 2, 0], [0, 0, 2]]);
    const model = ['--model', 'letters.safetensors'];
    const reading = JSON.parse(scrawlWell(['predict', ...model, '--json', '--single', 'letters/test/b/0.pgm']).output);
    assert.equal(reading.text, 'b');
    assert.equal(reading.digits[0].digit, 2);
    assert.equal(reading.digits[0].label, 'b');
    const shown = scrawlWell(['show', '--data', 'letters', '--set', 'test', ...model, '4']).output;
    assert.match(shown, /^test image 4: b\n[^]*read as b /);
});

test('pictures that cannot be read are named and left out', () => {
    writePictures('some', ['a', 'b'], 3);
    fs.writeFileSync(inFolder('some/b/broken.png'), 'This is no picture.');
    const network = 'flatten, dense 2 softmax';
    const command = ['train', '--data', 'some', '--arch', network, '--epochs', '1', '--out', 'some.safetensors'];
    const result = scrawl(command);
    assert.equal(result.status, 1);
    assert.match(result.errors, /some\/b\/broken\.png: .*left out/);
    assert.match(result.errors, /Wrote some\.safetensors\.\nscrawl: 1 picture was left out/);
    assert.match(result.errors, /^6 images of 2 classes/m);
    const evaluation = scrawl(['eval', 'some.safetensors', '--data', 'some', '--json']);
    assert.equal(evaluation.status, 1);
    assert.equal(JSON.parse(evaluation.output).images, 6);

    for (let i = 0; i < 3; i++) fs.rmSync(inFolder(`some/b/${i}.pgm`));
    const without = scrawl(command);
    assert.equal(without.status, 1);
    assert.match(without.errors, /some\/b holds no picture that can be read/);
});

test('a set without an image is said', () => {
    writeIdx('no-images', 0, 1);
    for (const command of [['train'], ['show', '0'], ['eval', 'model.safetensors']]) {
        const result = scrawl([...command, '--data', 'no-images']);
        assert.equal(result.status, 1, result.errors);
        assert.match(result.errors, /^scrawl: no-images\/(train|t10k)-images-idx3-ubyte holds no image\.\n$/);
    }
});

test('a folder whose name can be no class is said', () => {
    const names = [Buffer.from('x'.repeat(65)), Buffer.from([0x61, 0xff]), Buffer.from('a\x1b[2J')];
    const shown = ['x'.repeat(65), 'a\\xff', 'a\\x1b[2J'];
    names.forEach((name, i) => {
        writePictures(`class${i}`, ['good'], 1);
        fs.mkdirSync(Buffer.concat([Buffer.from(inFolder(`class${i}/`)), name]));
        const result = scrawl(['train', '--data', `class${i}`, '--arch', 'flatten, dense 2 softmax']);
        assert.equal(result.status, 1, result.errors);
        assert.ok(result.errors.startsWith(`scrawl: class${i}/${shown[i]} can't be a class`), result.errors);
    });
});

test('a folder that is no class of the model is said', () => {
    writePictures('strange', ['0', 'x'], 1);
    const result = scrawl(['eval', 'model.safetensors', '--data', 'strange']);
    assert.equal(result.status, 1);
    assert.match(result.errors, /strange\/x is named as no class/);
});
