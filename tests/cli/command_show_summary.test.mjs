// `scrawl summary` and `scrawl show` from outside, and that no label or metadata writes escapes to the terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { side } from '../helpers/bars.mjs';
import { changedModel, read, scrawl, scrawlWell, useModel } from '../helpers/command.mjs';

useModel();

test('prints the table of the tutorial network', () => {
    const { output } = scrawlWell(['summary', '--arch', 'tutorial']);
    assert.match(output, /0 {2}conv relu +26 x 26 x 32 +320\n/);
    assert.match(output, /1 {2}conv relu +24 x 24 x 64 +18,496\n/);
    assert.match(output, /Total +2,380,938\n/);
});

test('takes a text with any number of outputs, and a model', () => {
    assert.match(scrawlWell(['summary', '--arch', 'flatten, dense 26 softmax']).output, /Total +20,410\n/);
    assert.match(scrawlWell(['summary', 'model.safetensors']).output, /conv 4 3x3 relu, maxpool 4/);
});

test('labels and metadata cannot write escapes to the terminal', () => {
    changedModel('epochs.safetensors', '"trained_epochs":"8"', '"trained_epochs":"8\\u001b[2J\\u0007\\n9"');
    assert.match(scrawlWell(['summary', 'epochs.safetensors']).output, /^trained_epochs: 8\\x1b\[2J\\x07\\n9$/m);
    changedModel('labels.safetensors', '\\"3\\"', '\\"\u009b3\\"');
    const shown = '\\u009b3';
    const outputs = [
        ['summary', 'labels.safetensors'],
        ['eval', 'labels.safetensors', '--data', 'idx'],
        ['show', '--data', 'idx', '--model', 'labels.safetensors', '3'],
    ].map((command) => scrawlWell(command).output);
    for (const output of outputs) {
        assert.ok(output.includes(shown), output);
        assert.doesNotMatch(output, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    }
});

const show = (...more) => ['show', '--data', 'idx', ...more];

test('draws in characters where there is no terminal', () => {
    const [title, ...lines] = scrawlWell(show('3')).output.replace(/\n$/, '').split('\n');
    assert.equal(title, 'train image 3: 3');
    assert.equal(lines.length, side);
    assert.ok(lines.every((line) => line.length === 2 * side));
    assert.ok(lines.some((line) => line.includes('@@')));
});

test('prints the values, as they are and normalised', () => {
    const numbers = (...more) => {
        const lines = scrawlWell(show('--values', ...more, '3')).output.trimEnd().split('\n').slice(1);
        return lines.map((line) => line.trim().split(/ +/).map(Number));
    };
    const bytes = numbers();
    const image = read('idx/train-images-idx3-ubyte').subarray(16 + 3 * side * side, 16 + 4 * side * side);
    assert.deepEqual(bytes.flat(), [...image]);
    numbers('--normalize', 'unit').flat().forEach((value, i) => assert.ok(Math.abs(value - image[i] / 255) < 1e-4));
    const columns = numbers('--normalize', 'column-l2');
    for (let column = 0; column < side; column++) {
        const length = Math.hypot(...columns.map((row) => row[column]));
        assert.ok(Math.abs(length - (bytes.some((row) => row[column] > 0) ? 1 : 0)) < 1e-3);
    }
});

test('writes a PNG that is a picture', () => {
    for (const colormap of ['gray', 'binary', 'viridis']) {
        scrawlWell(show('--colormap', colormap, '--out', `${colormap}.png`, '3'));
        const png = read(`${colormap}.png`);
        assert.equal(png.subarray(1, 4).toString(), 'PNG');
        assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [280, 280]);
        scrawlWell(['predict', '--model', 'model.safetensors', '--single', `${colormap}.png`]);
    }
    const result = scrawl(show('--out', 'nowhere/x.png', '3'));
    assert.equal(result.status, 1);
    assert.match(result.errors, /Can't write nowhere\/x\.png.*--out/);
    assert.equal(result.output, '');
});

test('says what a model reads', () => {
    const { output } = scrawlWell(show('--set', 'test', '--model', 'model.safetensors', '54'));
    assert.match(output, /^test image 54: 4\n[^]*\nread as \d {2}\(\d+\.\d %\)\n/);
    const probabilities = [...output.matchAll(/^ +\d {2}([01]\.\d{6})/gm)].map((match) => +match[1]);
    assert.equal(probabilities.length, 10);
    assert.ok(Math.abs(probabilities.reduce((sum, p) => sum + p) - 1) < 1e-5);
});

test('says which images there are', () => {
    const result = scrawl(show('400'));
    assert.equal(result.status, 1);
    assert.match(result.errors, /no train image 400.*0 to 399/);
});
