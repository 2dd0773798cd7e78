#!/usr/bin/env node
// How well a model reads boxes, apart from what finds them: boxes of made pages whose digits no model was trained on, and
// those that people drew around digits of pictures.
// Usage: node tests/accuracy/boxes.mjs [--model best] [--made 3000] [--half even|odd] [--jitter 0] [FOLDER]...
//   FOLDER    holds pictures and labels.csv: file,label,[[x; y; width; height]; …], a box for each digit
//   --half    only the pictures whose name's SHA-1 begins with an even or odd digit
//   --jitter  moves boxes by up to that many times 6 % of their sides, and stretches them by 10 %
// `make build/read_boxes` first.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { generator } from '../helpers/bars.mjs';
import { built } from '../helpers/build.mjs';
import { isOfHalf } from './ablation.mjs';
import { areaUnderRoc, interval } from './scores.mjs';

const SHIFT = 0.06, STRETCH = 0.1; // of a side, either way
const MOST_OUTPUT = 1 << 28; // bytes

const { values: options, positionals: folders } = parseArgs({
    allowPositionals: true,
    options: {
        model: { type: 'string', default: 'best' }, made: { type: 'string', default: '3000' }, half: { type: 'string' },
        jitter: { type: 'string', default: '0' },
    },
});
const random = generator(5);
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const describe = (right, count) => `${percent(right / count)} of ${count} (95 %: ${interval(right, count).map(percent).join(' to ')})`;

/** The program's answers, a line each. */
function readBoxes(programArguments, input) {
    const run = spawnSync(built('read_boxes'), [options.model, ...programArguments], { input, encoding: 'utf8', maxBuffer: MOST_OUTPUT });
    if (run.error) throw run.error;
    if (run.status !== 0) throw new Error(run.stderr);
    return run.stdout.trim().split('\n').map((line) => line.split(' '));
}

const halves = ['even', 'odd'];
if (options.half !== undefined && !halves.includes(options.half)) throw new Error('--half must be even or odd.');
const isChosen = (file) => options.half === undefined || isOfHalf(file, halves.indexOf(options.half));

/** A box's sides, jittered: left, top, right, bottom. */
function jittered([x, y, width, height]) {
    const either = (most) => most * Number(options.jitter) * (2 * random() - 1);
    const middleX = x + width * (0.5 + either(SHIFT)), middleY = y + height * (0.5 + either(SHIFT));
    const halfWidth = width / 2 * (1 + either(STRETCH)), halfHeight = height / 2 * (1 + either(STRETCH));
    return [middleX - halfWidth, middleY - halfHeight, middleX + halfWidth, middleY + halfHeight];
}

/** Every box of a folder's chosen pictures, with the digit in it. */
function boxesOf(folder) {
    const [, ...lines] = fs.readFileSync(path.join(folder, 'labels.csv'), 'utf8').trim().split('\n');
    return lines.map((line) => line.match(/^([^,]*),(\d*),(\[.*\])$/)).filter((match) => match && isChosen(match[1]))
        .flatMap(([, file, label, boxes]) => JSON.parse(boxes.replaceAll(';', ','))
            .map((box, i) => ({ file: path.join(folder, file), digit: label[i], box: jittered(box) })));
}

function measureFolder(folder) {
    const boxes = boxesOf(folder);
    if (boxes.length === 0) throw new Error(`${folder} has no boxes in labels.csv.`);
    const answers = readBoxes([], boxes.map(({ file, box }) => `${box.join(' ')} ${file}\n`).join(''));
    if (answers.length !== boxes.length) throw new Error(`${boxes.length} boxes, ${answers.length} answers`);
    const right = boxes.map(({ digit }, i) => answers[i][0] === digit), files = new Map();
    boxes.forEach(({ file }, i) => files.set(file, (files.get(file) ?? true) && right[i]));
    const whole = [...files.values()].filter(Boolean).length;
    console.log(`${folder}: ${describe(right.filter(Boolean).length, boxes.length)}; all of a picture: ${describe(whole, files.size)}`);
}

function measureMade() {
    const answers = readBoxes([options.made, built('mnist')]);
    const digits = answers.filter(([label]) => label !== '-'), others = answers.filter(([label]) => label === '-');
    const right = digits.filter(([label, digit]) => label === digit).length;
    const area = areaUnderRoc(digits.map((answer) => Number(answer[2])), others.map((answer) => Number(answer[2])));
    console.log(`made pages: ${describe(right, digits.length)}; against ${others.length} boxes without a digit: `
        + `area under ROC ${area.toFixed(4)}`);
}

if (Number(options.made) > 0) measureMade();
folders.forEach(measureFolder);
