// The measurements of accuracy: their arithmetic against numbers worked out by hand, and one small run of each.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import { isOfHalf, itemsOf } from './ablation.mjs';
import { areaUnderRoc, calibrationError, interval, matches } from './scores.mjs';
import { built } from '../helpers/build.mjs';
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
    const run = measure('pictures', '--model', 'model.safetensors', '--others', 'nothing', 'scored');
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

/** A page of ink where a box says so: [x, y, width, height]. */
function writePage(name, boxes) {
    const [width, height] = [300, 120], pixels = Buffer.alloc(width * height, 230);
    for (const [x, y, across, down] of boxes) {
        for (let row = y; row < y + down; row++) pixels.fill(40, row * width + x, row * width + x + across);
    }
    fs.writeFileSync(inFolder(name), Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]));
}

test('a rule that is switched off judges nothing', () => {
    const program = built('predict_without');
    const predict = (...more) => spawnSync(program, [...more, '--model', 'model.safetensors', '--finder', 'none', '--json', 'specked.pgm'], { cwd: folder, encoding: 'utf8' });
    const digits = (...more) => JSON.parse(predict(...more).stdout).digits.length;
    writePage('specked.pgm', [[40, 30, 8, 60], [100, 30, 8, 60], [160, 30, 8, 60], [250, 50, 4, 20]]);
    const rules = spawnSync(program, ['--rules'], { encoding: 'utf8' }).stdout.trim().split('\n');
    assert.ok(rules.length > 10 && rules.includes('small') && rules.includes('ruling'));
    assert.equal(digits('--without=no-digit'), 3);
    assert.equal(digits('--without=small,no-digit'), 4);
    const unknown = predict('--without=small,tall');
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /There is no rule "tall"/);
});

test('the detector alone reads by its score, and not without a finder', () => {
    const predict = (...more) => spawnSync(built('predict_without'), [...more, '--json', 'digits.pgm'], { cwd: folder, encoding: 'utf8' });
    const count = (score) => JSON.parse(predict(`--detector-alone=${score}`).stdout).digits.length;
    writePage('digits.pgm', [[40, 30, 8, 60], [100, 30, 8, 60], [160, 30, 8, 60]]);
    assert.ok(count(0) >= 3);
    assert.equal(count(1), 0);
    const unreadable = predict('--detector-alone=half');
    assert.equal(unreadable.status, 2);
    assert.match(unreadable.stderr, /"half" is no score/);
    assert.match(predict('--detector-alone=0.4', '--finder', 'none').stdout, /There is no finder to read by/);
});

test('the ablation counts what each rule changes', () => {
    writePictures('rules', ['0', '1'], 2);
    const run = measure('ablation', '--model', 'model.safetensors', 'rules');
    assert.equal(run.status, 0, run.stderr);
    const rows = run.stdout.trim().split('\n');
    assert.equal(rows[0], '| without | single digits, of 4 |');
    assert.match(rows[2], /^\| no rule \| \d \|$/);
    assert.match(rows[3], /^\| filled-box \| \d \(\+\d -\d\) \|$/);
    assert.ok(rows.at(-1).startsWith('| any rule |'));
    assert.equal(measure('ablation').status, 2);
});

test('halves part pictures by the names of their files', () => {
    fs.mkdirSync(inFolder('labelled'));
    fs.writeFileSync(inFolder('labelled', 'labels.csv'), 'file,label\na.png,12\nb.png,3\n');
    const items = itemsOf(inFolder('labelled'));
    assert.deepEqual(items.map(({ label, set }) => [label, set]), [['12', 'labelled'], ['3', 'labelled']]);
    // Their SHA-1s begin with 6 and 5.
    for (const { file } of items) assert.notEqual(isOfHalf(file, 0), isOfHalf(file, 1));
    assert.equal(isOfHalf('elsewhere/a.png', 0), true);
});

test('boxes of made pages are read', () => {
    const run = measure('boxes', '--model', 'small', '--made', '200');
    assert.equal(run.status, 0, run.stderr);
    const [, right, digits, others] = run.stdout.match(/^made pages: ([\d.]+) % of (\d+) .*against (\d+) boxes without a digit/);
    assert.equal(Number(digits) + Number(others), 200);
    assert.ok(Number(right) > 50, `${right} % of the digits are read`);
});

test('boxes of pictures are read, and of those that are chosen alone', () => {
    fs.mkdirSync(inFolder('boxed'));
    writePage('boxed/two bars.pgm', [[40, 30, 8, 60], [160, 30, 8, 60]]);
    fs.writeFileSync(inFolder('boxed', 'labels.csv'), 'file,label,boxes\ntwo bars.pgm,17,[[40; 30; 8; 60]; [160; 30; 8; 60]]\n');
    const run = measure('boxes', '--model', 'small', '--made', '0', 'boxed');
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /^boxed: 50\.00 % of 2 .*; all of a picture: 0\.00 % of 1 /);
    const halves = ['even', 'odd'].map((half) => measure('boxes', '--model', 'small', '--made', '0', '--half', half, 'boxed'));
    assert.deepEqual(halves.map(({ status }) => status).sort(), [0, 1]);
    assert.match(halves.find(({ status }) => status === 1).stderr, /no boxes/);
});
