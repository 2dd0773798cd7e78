// What the network holds for hardly more than chance stands not in the text, and makes its neighbours doubtful.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { built } from '../helpers/build.mjs';
import { Page } from '../helpers/pages.mjs';

/** The reading of a page by the small model. */
function read(page) {
    const run = spawnSync(built('scrawl'), ['predict', '--json', '--model', 'small', '-'], { input: page.pgm(), encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    return JSON.parse(run.stdout);
}

/** A sign that is like no digit: an upright with three bars. */
const sign = (page, x, y) => page.box(x + 28, y, 6, 80, 1).box(x, y + 20, 62, 6, 1).box(x, y + 37, 62, 6, 1).box(x, y + 54, 62, 6, 1);

const besides = ({ digits }) => digits.map(({ beside_left_out: beside }) => beside);
const doubts = ({ digits }) => digits.map(({ doubtful }) => doubtful);

test('a patch by itself gives an empty text', () => {
    const { text, digits } = read(new Page(300, 220).box(110, 70, 70, 70, 1));
    assert.deepEqual([text, digits], ['', []]);
});

test('a sign beside digits is left out, and the one beside it is doubtful', () => {
    const before = read(sign(new Page(460, 220).write('27', 120, 60, 100), 40, 70));
    assert.equal(before.text, '27');
    assert.deepEqual(besides(before), [true, false]);
    assert.deepEqual(doubts(before), [true, false]);
    const behind = read(sign(new Page(460, 220).write('27', 60, 60, 100), 260, 70));
    assert.equal(behind.text, '27');
    assert.deepEqual(besides(behind), [false, true]);
});

test('a sign far from them makes none doubtful', () => {
    const reading = read(sign(new Page(700, 220).write('27', 360, 60, 100), 40, 70));
    assert.equal(reading.text, '27');
    assert.deepEqual(besides(reading), [false, false]);
    assert.deepEqual(doubts(reading), [false, false]);
});
