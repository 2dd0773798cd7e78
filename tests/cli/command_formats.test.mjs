// Data as others hand it on: EMNIST's transposed images, Kaggle's CSV, and pictures of two levels. The native command
// line takes them upright, or says in a sentence what is wrong.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { built } from '../helpers/build.mjs';
import { inFolder, read, scrawl, scrawlWell, tinyNetwork, useModel, writeIdxFiles } from '../helpers/command.mjs';

useModel();

const [SIDE, PIXELS, COUNT] = [28, 784, 600];

/** The first images of MNIST's test set, as `make data` has them. */
function mnist() {
    const part = (content) => {
        const name = fs.readdirSync(built('mnist')).find((file) => file.startsWith(`t10k-${content}`));
        const bytes = fs.readFileSync(built('mnist', name));
        return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
    };
    const [images, labels] = [part('images'), part('labels')];
    return {
        images: Array.from({ length: COUNT }, (_, i) => images.subarray(16 + i * PIXELS, 16 + (i + 1) * PIXELS)),
        labels: [...labels.subarray(8, 8 + COUNT)],
    };
}

const transposed = (image) => image.map((_, at) => image[(at % SIDE) * SIDE + Math.floor(at / SIDE)]);

function write(name, images, labels) {
    fs.mkdirSync(inFolder(name));
    for (const prefix of ['train', 't10k']) writeIdxFiles(name, prefix, images, labels);
}

function csv(images, labels, head) {
    const rows = images.map((image, i) => [labels[i], ...image].join(','));
    return `${[...head ? [['label', ...Array.from(images[0], (_, i) => `pixel${i}`)].join(',')] : [], ...rows].join('\n')}\n`;
}

let digits;
before(() => {
    digits = mnist();
    write('upright', digits.images, digits.labels);
    write('lying', digits.images.map(transposed), digits.labels);
});

const train = (data, out, classes = 10) => ['train', '--data', data, '--arch', tinyNetwork.replace('dense 10', `dense ${classes}`),
    '--epochs', '1', '--threads', '1', '--quiet', '--out', out];
const turned = /lie transposed, as EMNIST's do, and are turned upright: of \d+ that were tried, a network reads \d+ % right upright and \d+ % as they lie/;

describe('EMNIST\'s files', () => {
    test('are turned upright: training, evaluation and show are MNIST\'s', () => {
        const upright = scrawlWell(train('upright', 'upright.safetensors')), lying = scrawlWell(train('lying', 'lying.safetensors'));
        assert.equal(upright.errors, '');
        assert.match(lying.errors, turned);
        assert.ok(read('upright.safetensors').equals(read('lying.safetensors')));
        const accuracy = (data) => JSON.parse(scrawlWell(['eval', 'small', '--data', data, '--json']).output).accuracy;
        assert.equal(accuracy('lying'), accuracy('upright'));
        const values = (data) => scrawlWell(['show', '5', '--data', data, '--values']).output;
        assert.equal(values('lying'), values('upright'));
    });

    test('of 62 classes are told by their digits', () => {
        const labels = digits.labels.map((label, i) => i % 3 ? label + 10 : label);
        write('byclass', digits.images.map(transposed), labels);
        assert.match(scrawlWell(train('byclass', 'b.safetensors', 62)).errors, turned);
    });

    test('of letters are told by those that are written as digits', () => {
        // 5, 2 and 9 stand for S, Z and q; the others are there.
        const letter = { 5: 19, 2: 26, 9: 17 };
        const labels = digits.labels.map((label) => letter[label] ?? label + 1);
        write('letters', digits.images.map(transposed), labels);
        write('uprightletters', digits.images, labels);
        assert.match(scrawlWell(train('letters', 'l.safetensors', 27)).errors, turned);
        assert.equal(scrawlWell(train('uprightletters', 'u.safetensors', 27)).errors, '');
    });
});

test('no other data is taken for transposed', () => {
    const some = (isIt) => digits.labels.flatMap((label, i) => isIt(label) ? [i] : []);
    const wrong = digits.labels.map((label) => (label + 1) % 10);
    write('wrong', digits.images, wrong);
    write('wronglying', digits.images.map(transposed), wrong);
    for (const only of [[0, 8], [1, 7], [6, 9], [2, 5], [0, 1]]) {
        const chosen = some((label) => only.includes(label));
        write(`only${only.join('')}`, chosen.map((i) => digits.images[i]), chosen.map((i) => digits.labels[i]));
        assert.equal(scrawlWell(['show', '0', '--data', `only${only.join('')}`]).errors, '', only.join());
    }
    for (const data of ['upright', 'wrong', 'wronglying', 'idx']) assert.equal(scrawlWell(['show', '0', '--data', data]).errors, '', data);
    assert.equal(scrawlWell(['show', '0', '--data', built('mnist')]).errors, '');
    assert.equal(scrawlWell(['show', '0', '--data', built('mnist'), '--set', 'test']).errors, '');
});

describe('CSV', () => {
    test('as Kaggle has it loads as a file and in a folder, as the same images', () => {
        fs.mkdirSync(inFolder('kaggle'));
        fs.writeFileSync(inFolder('kaggle', 'train.csv'), csv(digits.images, digits.labels, true));
        fs.writeFileSync(inFolder('kaggle', 'test.csv'), csv(digits.images, digits.labels, true).replaceAll(/^\w+,/gm, ''));
        fs.writeFileSync(inFolder('plain.CSV'), csv(digits.images, digits.labels, false));
        scrawlWell(train('upright', 'idx.safetensors'));
        for (const data of ['kaggle', 'kaggle/train.csv', 'plain.CSV']) {
            assert.equal(scrawlWell(train(data, 'csv.safetensors')).errors, '', data);
            assert.ok(read('csv.safetensors').equals(read('idx.safetensors')), data);
        }
        assert.equal(JSON.parse(scrawlWell(['eval', 'small', '--data', 'plain.CSV', '--json']).output).images, COUNT);
    });

    test('that lies transposed is turned upright, and that lacks labels is refused', () => {
        fs.writeFileSync(inFolder('lying.csv'), csv(digits.images.map(transposed), digits.labels, false));
        assert.match(scrawlWell(['show', '0', '--data', 'lying.csv']).errors, turned);
        const unlabelled = scrawl(['eval', 'small', '--data', 'kaggle']);
        assert.equal(unlabelled.status, 1);
        assert.match(unlabelled.errors, /kaggle\/test\.csv: Line 2 of the CSV file has 784 values.* no label/);
        fs.rmSync(inFolder('kaggle', 'test.csv'));
        assert.match(scrawl(['eval', 'small', '--data', 'kaggle']).errors, /holds a CSV file, but no test\.csv/);
        fs.writeFileSync(inFolder('empty.csv'), '');
        assert.match(scrawl(train('empty.csv', 'x.safetensors')).errors, /empty\.csv holds no image/);
        fs.writeFileSync(inFolder('data.txt'), '1');
        assert.match(scrawl(train('data.txt', 'x.safetensors')).errors, /is a file, but no CSV/);
    });
});

test('pictures of two levels are read: PBM of bits and of characters, masks of 0 and 1', () => {
    const side = 3 * SIDE, names = [];
    const add = (name, ...parts) => {
        fs.writeFileSync(inFolder('levels', name), Buffer.concat(parts.map((part) => Buffer.from(part))));
        names.push(name);
    };
    fs.mkdirSync(inFolder('levels'));
    const ink = Array.from({ length: side * side }, (_, at) =>
        Number(digits.images[0][Math.floor(at / side / 3) * SIDE + Math.floor((at % side) / 3)] > 100));
    const rows = Array.from({ length: side }, (_, y) => ink.slice(y * side, (y + 1) * side));
    const packed = rows.flatMap((row) => Array.from({ length: Math.ceil(side / 8) }, (_, byte) =>
        Array.from({ length: 8 }, (_, bit) => row[byte * 8 + bit] ?? 0).reduce((value, bit) => value * 2 + bit, 0)));
    add('text.pbm', `P1\n# a mask\n${side} ${side}\n${rows.map((row) => row.join('')).join('\n')}\n`);
    add('bits.pbm', `P4\n${side} ${side}\n`, packed);
    add('ink-is-1.pgm', `P5\n${side} ${side}\n255\n`, ink);
    add('ink-is-0.pgm', `P5\n${side} ${side}\n255\n`, ink.map((value) => 1 - value));
    add('white-is-1.pgm', `P5\n${side} ${side}\n1\n`, ink.map((value) => 1 - value));
    for (const more of [[], ['--single']]) {
        const lines = scrawlWell(['predict', ...more, 'levels']).output.trim().split('\n');
        assert.deepEqual(lines.map((line) => line.replace(/ {2}.*/, '')).sort(), names.map((name) => `levels/${name}: ${digits.labels[0]}`).sort());
    }
});
