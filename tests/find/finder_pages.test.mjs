// Pages as people write and photograph them, of MNIST's digits on paper that is made here: each is read exactly.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';

import { built } from '../helpers/build.mjs';
import { Page } from '../helpers/pages.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-'));
after(() => fs.rmSync(folder, { recursive: true }));

/** The texts of pictures, in their order. */
function read(pictures) {
    const names = pictures.map((picture, index) => {
        fs.writeFileSync(path.join(folder, `${index}.pgm`), picture);
        return `${index}.pgm`;
    });
    const run = spawnSync(built('scrawl'), ['predict', '--json', '--model', 'small', ...names], { cwd: folder, encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    return run.stdout.trim().split('\n').map((line) => JSON.parse(line).text);
}

/** A test for each picture: its name, its text and its bytes. */
function readsAll(pages) {
    const texts = read(pages.map(([, , picture]) => picture));
    pages.forEach(([name, text], index) => test(name, () => assert.equal(texts[index], text)));
}

const THREE_LINES = '307142\n958601\n274839';

const threeLines = (page) => THREE_LINES.split('\n')
    .reduce((written, line, row) => written.write(line, 110, 120 + row * 110, 80), page);

describe('paper and light', () => readsAll([
    ['a shadow that falls off to a corner', THREE_LINES,
        threeLines(new Page(700, 560)).pgm({ paper: (x, y) => 240 - 150 * Math.hypot(x, y) / Math.SQRT2 })],
    ['a shadow with a sharp edge', THREE_LINES,
        threeLines(new Page(700, 560)).pgm({ paper: (x) => (x > 0.55 ? 110 : 235) })],
    ['noise', THREE_LINES, threeLines(new Page(700, 560)).pgm({ noise: 25 })],
    ['faint pencil on grey paper', THREE_LINES,
        threeLines(new Page(700, 560)).pgm({ paper: () => 150, pen: 0.72, noise: 3 })],
    ['chalk on a blackboard', THREE_LINES, threeLines(new Page(700, 560)).pgm({ paper: () => 45, pen: 4.5, noise: 4 })],
    ['all of it at once', THREE_LINES, threeLines(new Page(700, 560).ruled(110, 0.4)).rotated(5)
        .pgm({ paper: (x, y) => 225 - 90 * x - 40 * y, pen: 0.35, noise: 6 })],
    ['empty paper in shadow', '', new Page(500, 400).pgm({ paper: (x) => 230 - 120 * x, noise: 3 })],
]));

describe('what is no ink', () => readsAll([
    ['lined paper', THREE_LINES, threeLines(new Page(700, 560).ruled(110, 0.5)).pgm()],
    ['squared paper', THREE_LINES, threeLines(new Page(700, 560).squared(40, 0.35)).pgm()],
    ['lines as dark as the pen', THREE_LINES, threeLines(new Page(700, 560).ruled(55, 1, 3)).pgm()],
    ['empty squared paper', '', new Page(500, 400).squared(40, 0.5).pgm()],
    ['specks', '2024', new Page(460, 300).write('2024', 60, 100, 90).box(30, 40, 4, 4, 1).box(420, 250, 5, 4, 1).pgm()],
]));

describe('what is drawn around digits', () => {
    const three = (draw, digits = '358') => [...digits].reduce((page, digit, place) => draw(
        page.write(digit, 60 + 140 * place, 50, 80), 100 + 140 * place, 90,
    ), new Page(480, 180));
    readsAll([
        ['circles', '3 5 8', three((page, x, y) => page.circle(x, y, 56)).pgm({ noise: 4 })],
        ['boxes', '3 5 8', three((page, x, y) => page.frame(x - 50, y - 52, 100, 104)).pgm({ noise: 4 })],
        ['double boxes', '3 5 8',
            three((page, x, y) => page.frame(x - 50, y - 52, 100, 104).frame(x - 60, y - 62, 120, 124)).pgm()],
        ['a row of cells', '3 5 8', three((page, x) => page.frame(x - 70, 30, 143, 120)).pgm({ noise: 4 })],
        ['a row of cells on a page', '3 5 8\n274', three((page, x) => page.frame(x - 70, 30, 143, 120))
            .onto(new Page(700, 560).write('274', 100, 300, 80)).pgm()],
        ['a circle around one of them', '3 5 8', three((page, x, y) => (x === 240 ? page.circle(x, y, 56) : page)).pgm()],
        ['a line below each', '7 0 2', three((page, x) => page.box(x - 40, 130, 80, 4, 1), '702').pgm()],
    ]);
});

describe('dark panels', () => {
    const panels = new Page(320, 380).panel(18, 18, 284, 160).write('85', 80, 60, 80).panel(18, 200, 284, 160)
        .write('609', 60, 240, 80);
    readsAll([
        ['that fill a light page', '85\n609', panels.pgm({ noise: 4 })],
        ['with one digit each', '1 7 3', [...'173'].reduce((page, digit, place) => page.panel(20 + 150 * place, 20, 130, 100)
            .write(digit, 50 + 150 * place, 35, 70), new Page(480, 140)).pgm()],
    ]);
});

describe('rotated pages', () => {
    const rotations = [-8, -4, 4, 8];
    const table = () => ['3071', '9586', '2748', '6390']
        .reduce((page, line, row) => page.write(line, 130, 130 + row * 90, 60, 180), new Page(900, 600));
    const spaced = ['3 0 7 1', '9 5 8 6', '2 7 4 8', '6 3 9 0'].join('\n');
    readsAll(rotations.flatMap((rotation) => [
        [`a line by ${rotation} degrees`, '2024', new Page(480, 360).write('2024', 80, 140, 90).rotated(rotation).pgm()],
        [`lines by ${rotation} degrees`, THREE_LINES, threeLines(new Page(700, 600)).rotated(rotation).pgm()],
        [`wide gaps by ${rotation} degrees`, spaced, table().rotated(rotation).pgm()],
        [`lined paper by ${rotation} degrees`, THREE_LINES, threeLines(new Page(700, 600).ruled(110, 0.5)).rotated(rotation).pgm()],
        [`squared paper by ${rotation} degrees`, THREE_LINES,
            threeLines(new Page(700, 600).squared(40, 0.35)).rotated(rotation).pgm()],
    ]));
});

describe('blocks side by side', () => readsAll([
    ['whose lines are not aligned', '123\n456\n789\n950\n362\n481',
        new Page(700, 520).write('123', 60, 60, 80).write('456', 60, 180, 80).write('789', 60, 300, 80)
            .write('950', 420, 120, 80).write('362', 420, 240, 80).write('481', 420, 360, 80).pgm()],
    ['whose lines are', '123 950\n456 362\n789 481',
        new Page(700, 520).write('123', 60, 60, 80).write('950', 420, 66, 80).write('456', 60, 180, 80)
            .write('362', 420, 174, 80).write('789', 60, 300, 80).write('481', 420, 304, 80).pgm()],
]));

describe('digits that touch', () => readsAll([
    ...['20', '35', '84', '69', '57', '43'].map((text) => [
        text, text, new Page(220, 200).write(text, 40, 50, 90, 52).pgm(),
    ]),
    ['a row of four', '2086', new Page(360, 200).write('2086', 40, 50, 90, 52).pgm()],
]));
