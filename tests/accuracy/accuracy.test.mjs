// The measurements of accuracy: their arithmetic against numbers worked out by hand, and one small run of each.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import { areaUnderRoc, calibrationError, interval, matches } from './scores.mjs';
import { folder, inFolder, useModel, writePictures } from '../helpers/command.mjs';

useModel();

/** Runs a measurement in the tests' folder. */
function measure(name, ...measureArguments) {
    const script = new URL(`./${name}.mjs`, import.meta.url).pathname;
    return spawnSync(process.execPath, [script, ...measureArguments], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
}

test('the calibration error is the mean gap of the bins', () => {
    const sure = { confidence: 1, right: true }, unsure = { confidence: 0.5, right: true };
    assert.equal(calibrationError([sure, sure]), 0);
    assert.equal(calibrationError([sure, { ...sure, right: false }]), 0.5);
    assert.equal(calibrationError([unsure, { ...unsure, right: false }]), 0);
    assert.equal(calibrationError([sure, sure, unsure, unsure]), 0.25);
});

test('the area under ROC counts pairs, and ties half', () => {
    assert.equal(areaUnderRoc([0.9, 0.8], [0.1, 0.2]), 1);
    assert.equal(areaUnderRoc([0.1], [0.9, 0.8]), 0);
    assert.equal(areaUnderRoc([0.5], [0.5]), 0.5);
    assert.equal(areaUnderRoc([0.9, 0.3], [0.5, 0.1]), 0.75);
});

test("the interval is Wilson's", () => {
    const [least, most] = interval(9, 10);
    assert.ok(Math.abs(least - 0.5958) < 1e-4 && Math.abs(most - 0.9821) < 1e-4, `${least} ${most}`);
    assert.equal(interval(10, 10)[1], 1);
});

test('digits are counted where the fewest changes put them', () => {
    assert.deepEqual(matches('1234', '1234'), { right: 4, expected: 4, added: 0 });
    assert.deepEqual(matches('07827', '1078271'), { right: 5, expected: 5, added: 2 });
    assert.deepEqual(matches('58', '98'), { right: 1, expected: 2, added: 0 });
    assert.deepEqual(matches('2457', '47'), { right: 2, expected: 4, added: 0 });
    assert.deepEqual(matches('3', ''), { right: 0, expected: 1, added: 0 });
});

test('pictures are scored by their folders', () => {
    writePictures('scored', ['0', '1'], 3);
    fs.mkdirSync(inFolder('nothing'));
    fs.copyFileSync(inFolder('blank.pgm'), inFolder('nothing', 'blank.pgm'));
    const run = measure('pictures', '--model', 'small', '--others', 'nothing', 'scored');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /^scored: [\d.]+ % of 6 {2}\(0: [\d.]+ %, 1: [\d.]+ %\)\nall: .* of 6 .*\nnothing: area under ROC 1\.0000, 1 pictures\n$/);
    assert.equal(measure('pictures').status, 2);
});

test('pages of touching digits are made and read', () => {
    const run = measure('touching_pages', '--model', 'small', '--pages', '8');
    assert.equal(run.status, 0, run.stderr);
    const right = [...run.stdout.matchAll(/^[234] touching digits: (\d) of 8 pages right$/gm)].map((match) => Number(match[1]));
    assert.equal(right.length, 3);
    assert.ok(right[0] >= 3, `of two touching digits ${right[0]} of 8 are read`);
});
