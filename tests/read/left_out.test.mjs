// What the network holds for hardly more than chance stands not in the text, and makes its neighbours doubtful.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

import { built } from '../helpers/build.mjs';
import { Page } from '../helpers/pages.mjs';
import { Random } from '../helpers/random.mjs';

/** The reading of a page by the small model alone: a finder would be sure of what is none. */
function read(page) {
    const run = spawnSync(built('scrawl'), ['predict', '--json', '--model', 'small', '--finder', 'none', '-'], { input: page.pgm(), encoding: 'utf8' });
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

/** Paper with faint dark blotches of a size: noise, blurred twice along rows and columns. */
function blotchedPaper(seed, radius) {
    const width = 400, height = 300, random = new Random(seed);
    let values = Float64Array.from({ length: width * height }, () => random.normal());
    const mean = (step, most, at, index) => {
        let sum = 0;
        for (let i = -radius; i <= radius; i++) sum += values[index + Math.max(-at, Math.min(most - 1 - at, i)) * step];
        return sum / Math.sqrt(2 * radius + 1);
    };
    for (let pass = 0; pass < 2; pass++) {
        values = values.map((_, index) => mean(1, width, index % width, index));
        values = values.map((_, index) => mean(width, height, Math.floor(index / width), index));
    }
    const spread = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    const grey = Buffer.from(values.map((value) => Math.max(0, Math.min(255, 235 - 17.5 * Math.max(0, value / spread) + 3 * random.normal()))));
    return Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), grey]);
}

test('blotches are no digits, however many look like some', () => {
    const counts = [1, 2, 3].map((radius) => {
        const run = spawnSync(built('scrawl'), ['predict', '--json', '-'], { input: blotchedPaper(radius, radius), encoding: 'utf8' });
        assert.equal(run.status, 0, run.stderr);
        return JSON.parse(run.stdout).digits.length;
    });
    assert.ok(Math.max(...counts) <= 2, counts.join(', '));
});
