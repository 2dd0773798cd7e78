// `scrawl eval` from outside: its numbers as JSON and as a table. Its pictures: command_pictures.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scrawlWell, useModel } from '../helpers/command.mjs';

useModel();

test('prints one JSON object', () => {
    const { output, errors } = scrawlWell(['eval', 'model.safetensors', '--data', 'idx', '--json']);
    const result = JSON.parse(output);
    assert.equal(errors, '');
    assert.match(output, /^[^\n]+\n$/);
    assert.deepEqual(Object.keys(result), ['images', 'loss', 'accuracy', 'calibration_error', 'confusion']);
    assert.equal(result.images, 400);
    assert.ok(result.confusion.length === 10 && result.confusion.every((row) => row.length === 10));
    const diagonal = result.confusion.reduce((sum, row, i) => sum + row[i], 0);
    assert.ok(Math.abs(result.accuracy - diagonal / 400) < 1e-9);
    assert.ok(result.accuracy > 0.5, 'the network of these tests has learned its bars');
    assert.ok(result.confusion.every((row) => row.reduce((sum, count) => sum + count) === 40));
});

test('prints a table with recalls', () => {
    const { output } = scrawlWell(['eval', 'model.safetensors', '--data', 'idx']);
    assert.match(output, /^400 images {2}loss \d\.\d{4} {2}accuracy \d\.\d{4} {2}\d+ errors? {2}\d+ images\/s\n/);
    assert.equal([...output.matchAll(/^ +\d( +\d+){10} +[01]\.\d{4}$/gm)].length, 10);
    assert.ok(output.split('\n').every((line) => line.length <= 80), 'it fits a terminal');
});
