// Any number of ranks, of any number of threads, trains the same model, byte for byte, as one process, also when it goes on
// with a checkpoint of another number; and finds the same figures.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { exists, read, scrawlWell, tinyNetwork, useModel } from '../helpers/command.mjs';
import { interruptRanks, runRanks, skip } from '../helpers/mpi.mjs';

useModel();

function ranksWell(ranks, words) {
    const { status, output, errors } = runRanks(ranks, words);
    assert.equal(status, 0, errors);
    return { output: output.replaceAll('\r', ''), errors };
}

/** What one process makes of a command; `--out` is set here. */
function alone(words) {
    scrawlWell([...words, '--threads', '1', '--quiet', '--out', 'alone.safetensors']);
    return read('alone.safetensors');
}

/** The same by ranks. */
function together(count, threads, words) {
    const { errors } = ranksWell(count, [...words, '--threads', `${threads}`, '--out', 'together.safetensors']);
    if (count > 1) assert.ok(errors.includes(`, ${count} ranks of ${threads} thread`), errors);
    return read('together.safetensors');
}

// 80 images in three steps, the last one of a smaller batch than the others.
const few = ['--data', 'idx', '--epochs', '1', '--epoch-share', '0.2', '--batch-size', '32', '--validation-split', '0.05'];
const preset = (name, ...more) => ['train', '--preset', name, ...few, ...more];

describe('training', { skip }, () => {
    for (const [name, ways] of Object.entries({
        fast: [[1, 2], [2, 1], [2, 2], [3, 1], [4, 2]],
        small: [[1, 1], [2, 2], [3, 1], [4, 1]],
        tutorial: [[2, 1], [3, 2], [4, 1]],
        best: [[2, 1], [2, 2], [3, 1], [4, 2]],
        finder: [[2, 1]],
    })) {
        test(`${name} gives the same bytes for ${ways.map(([ranks, threads]) => `${ranks} x ${threads}`).join(', ')} ranks and threads`, () => {
            const bytes = alone(preset(name));
            for (const [ranks, threads] of ways) assert.ok(together(ranks, threads, preset(name)).equals(bytes), `${ranks} x ${threads}`);
        });
    }

    for (const [name, words] of Object.entries({
        'a teacher, quarter precision and SGD': preset('fast', '--teacher', 'model.safetensors', '--int8', '--optimizer', 'sgd', '--learning-rate', '0.01'),
        'batches smaller than most, and an average': ['train', '--arch', tinyNetwork, ...few, '--epochs', '2', '--batch-size', '8', '--average', '0.9'],
        'a model that is trained further': ['train', '--from', 'model.safetensors', ...few],
    })) {
        test(`with ${name} too`, () => {
            assert.ok(together(3, 1, words).equals(alone(words)));
        });
    }

    test('its log has the same figures', () => {
        const figures = (name) => read(name).toString().trim().split('\n').map((row) => row.split(',').slice(0, 5).join());
        alone(preset('fast', '--log', 'alone.csv'));
        together(2, 1, preset('fast', '--log', 'together.csv'));
        assert.equal(figures('alone.csv').length, 2);
        assert.deepEqual(figures('together.csv'), figures('alone.csv'));
    });
});

describe('a training that is interrupted', { skip }, () => {
    const words = ['train', '--data', 'idx', '--arch', tinyNetwork, '--batch-size', '40', '--augment', '1', '--average', '0.99'];
    const epochs = 30;
    const goOn = (out) => ['train', '--resume', `${out}.checkpoint`, '--data', 'idx'];

    test('goes on with other numbers of ranks, to the same bytes', async () => {
        const bytes = alone([...words, '--epochs', `${epochs}`]);
        const out = 'pieces.safetensors';
        const begin = [...words, '--epochs', `${epochs}`, '--threads', '1', '--out', out];
        await interruptRanks(3, begin, /Epoch 2\//, 'SIGTERM', 2);
        assert.ok(exists(`${out}.checkpoint`) && !exists(out));
        await interruptRanks(2, [...goOn(out), '--threads', '2'], /Epoch \d+\//, 'SIGKILL', 1);
        assert.ok(exists(`${out}.checkpoint`) && !exists(out));
        ranksWell(4, [...goOn(out), '--threads', '1']);
        assert.ok(read(out).equals(bytes));
        assert.ok(!exists(`${out}.checkpoint`));
    });
});

describe('eval', { skip }, () => {
    test('prints and draws the same', () => {
        const words = (name) => ['eval', 'model.safetensors', '--data', 'idx', '--json', '--confusion', `${name}-confusion.png`, '--mistakes', `${name}-mistakes.png`];
        const { output } = scrawlWell(words('alone'));
        for (const count of [1, 2, 3, 4]) {
            assert.equal(ranksWell(count, [...words('together'), '--threads', `${1 + count % 2}`]).output, output);
            for (const picture of ['confusion', 'mistakes']) assert.ok(read(`together-${picture}.png`).equals(read(`alone-${picture}.png`)));
        }
    });
});
