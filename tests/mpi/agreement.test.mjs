// Ranks that don't do the same: before anything is trained or read, the first one that differs is named, and all end.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';

import { built } from '../helpers/build.mjs';
import { exists, inFolder, program, scrawlWell, tinyNetwork, train as trainTwo, useModel, writeIdx } from '../helpers/command.mjs';
import { runRanks, skip } from '../helpers/mpi.mjs';

useModel();
if (!skip) {
    before(() => {
        writeIdx('other', 400, 2);
        writeIdx('fewer', 390, 1);
        scrawlWell(trainTwo('--epochs', '1', '--seed', '5', '--out', 'other.safetensors', '--quiet'));
    });
}

const train = (...more) => ['train', '--data', 'idx', '--arch', tinyNetwork, '--threads', '1', '--epochs', '1', '--out', 'made.safetensors', ...more];
const few = ['--data', 'idx', '--threads', '1', '--epochs', '1', '--out', 'made.safetensors'];
const evaluate = (model, data = 'idx') => ['eval', model, '--data', data];

/** Two ranks that agree and a third one, number `odd`, that doesn't: what is said, once. */
function said(words, other, odd = 2) {
    const ranks = odd === 2 ? [[2, words], [1, other]] : [[1, words], [1, other], [1, words]];
    const { status, output, errors } = runRanks(ranks);
    assert.equal(status, 1, errors);
    assert.equal(output, '');
    assert.ok(!exists('made.safetensors'));
    const sentences = errors.split('\n').filter((line) => line.startsWith('scrawl: '));
    assert.equal(sentences.length, 1, errors);
    return sentences[0];
}

/** The program by another name, or with other variables. */
const run = (words, command = program, ...variables) => ['/usr/bin/env', ...variables, command, ...words];

describe('a rank that differs is named', { skip }, () => {
    for (const [name, words, other] of [
        ['an option', train(), train('--seed', '7')],
        ['another option', train(), train('--batch-size', '64')],
        ['the data', train(), train('--data', 'other')],
        ['the network', train(), train('--arch', tinyNetwork.replace('dropout 0.25, ', ''))],
        ['the weights', ['train', '--from', 'model.safetensors', ...few], ['train', '--from', 'other.safetensors', ...few]],
        ['the model', evaluate('model.safetensors'), evaluate('other.safetensors')],
        ['the labels', evaluate('model.safetensors'), evaluate('model.safetensors', 'fewer')],
    ]) {
        test(`by ${name}`, () => assert.match(said(words, other), /\brank 2\b/i));
    }

    test('wherever it stands', () => assert.match(said(train(), train('--seed', '7'), 1), /\brank 1\b/i));

    test('by its kernels', (context) => {
        const words = ['sse2', 'avx2'].map((kernels) => run(train(), program, `SCRAWL_KERNELS=${kernels}`));
        if (!['x64'].includes(process.arch) || !fs.readFileSync('/proc/cpuinfo', 'utf8').includes('avx2')) return context.skip('this processor has one table of kernels');
        const sentence = said(...words);
        assert.match(sentence, /\brank 2\b/i);
        assert.match(sentence, /kernels/);
    });

    test('by its version', () => {
        const bytes = fs.readFileSync(program), version = Buffer.from('0.1.0\0');
        for (let place = bytes.indexOf(version); place >= 0; place = bytes.indexOf(version, place + 1)) bytes[place + 4] = '9'.charCodeAt(0);
        fs.writeFileSync(inFolder('newer'), bytes, { mode: 0o755 });
        const sentence = said(train(), run(train(), inFolder('newer'), `SCRAWL_MPI=${built('scrawl-mpi.so')}`));
        assert.match(sentence, /\brank 2\b/i);
        assert.match(sentence, /Scrawl 0\.1\.9/);
    });
});

test('more ranks than a batch has work for are told so', { skip }, () => {
    const { status, errors } = runRanks(3, train('--batch-size', '2'));
    assert.equal(status, 1, errors);
    assert.match(errors, /^scrawl: .*ranks?\b/m);
    assert.ok(!exists('made.safetensors'));
});
