// `scrawl train` that is interrupted and goes on: to the very same bytes, with its checkpoint kept while it is needed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import {
    exists,
    folder,
    inFolder,
    interrupt,
    leftovers,
    program,
    read,
    scrawl,
    scrawlWell,
    train,
    useModel,
    writeIdx,
} from '../helpers/command.mjs';

useModel();

// So many that a busy machine still delivers two signals in time, and so many steps in each that they hardly ever meet the
// end of one.
const EPOCHS = 100;
const long = (out, epochs = EPOCHS) => ['--epochs', `${epochs}`, '--batch-size', '8', '--validation-split', '0.3', '--out', out];

test('a training that was interrupted twice ends with the same bytes', async () => {
    scrawlWell(train(...long('whole.safetensors'), '--quiet'));
    const first = await interrupt(train(...long('parts.safetensors'), '--log', 'parts.csv'), /Epoch 1\//, 'SIGINT');
    assert.equal(first.status, 1, first.errors);
    assert.match(first.errors, /scrawl train --resume parts\.safetensors\.checkpoint --data idx --log parts\.csv/);
    assert.ok(!exists('parts.safetensors'), 'an interrupted training writes no model');

    const resume = ['train', '--resume', 'parts.safetensors.checkpoint', '--data', 'idx', '--log', 'parts.csv'];
    const second = await interrupt(resume, /Epoch \d+\//, 'SIGTERM');
    assert.equal(second.status, 1, second.errors);
    fs.copyFileSync(inFolder('parts.safetensors.checkpoint'), inFolder('copy.safetensors.checkpoint'));
    const last = scrawlWell([...resume, '--threads', '1']);
    assert.match(last.errors, /Wrote parts\.safetensors\.\nRemoved parts\.safetensors\.checkpoint\.\n$/);
    assert.ok(!exists('parts.safetensors.checkpoint'));
    assert.ok(read('parts.safetensors').equals(read('whole.safetensors')));
    const epochs = read('parts.csv').toString().trimEnd().split('\n').map((row) => row.split(',')[0]);
    assert.deepEqual(epochs, ['epoch', ...Array.from({ length: EPOCHS }, (_, i) => `${i + 1}`)]);
    assert.deepEqual(leftovers(), []);
});

test('says where the checkpoint is with --quiet, and after a hangup that comes twice', async () => {
    const command = train('--epochs', '100000', '--out', 'quiet.safetensors', '--log', 'quiet.csv', '--quiet');
    const child = spawn(program, command, { cwd: folder, timeout: 60_000 });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const logged = () => exists('quiet.csv') && read('quiet.csv').length > 100;
    while (child.exitCode === null && !logged()) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    assert.equal(await ended, 1);
    assert.match(errors, /quiet\.safetensors\.checkpoint/);
    assert.ok(exists('quiet.safetensors.checkpoint'));
});

test('neither log nor plot is written over the checkpoint or the model', () => {
    const checkpoint = 'quiet.safetensors.checkpoint', bytes = read(checkpoint);
    fs.writeFileSync(inFolder('quiet.safetensors'), 'an earlier model');
    for (const option of ['--log', '--plot']) {
        for (const name of [checkpoint, 'quiet.safetensors']) {
            const result = scrawl(['train', '--resume', checkpoint, '--data', 'idx', '--epochs', '1', option, name]);
            assert.equal(result.status, 2, result.errors);
            assert.match(result.errors, /files of their own, not quiet\./);
        }
    }
    assert.ok(read(checkpoint).equals(bytes));
    assert.equal(read('quiet.safetensors').toString(), 'an earlier model');
});

test('a checkpoint is a model, and more epochs can follow it', () => {
    const model = scrawlWell(['eval', 'quiet.safetensors.checkpoint', '--data', 'idx', '--json']);
    assert.equal(JSON.parse(model.output).images, 400);
    fs.copyFileSync(inFolder('copy.safetensors.checkpoint'), inFolder('more.safetensors.checkpoint'));
    const result = scrawlWell(['train', '--resume', 'more.safetensors.checkpoint', '--data', 'idx', '--epochs', `${EPOCHS + 1}`]);
    assert.ok(result.errors.includes(`Epoch ${EPOCHS + 1}/${EPOCHS + 1}`), result.errors);
});

test('the command to go on with writes the same model to the same place', async () => {
    const fewer = 60; // each is drawn, and one signal is enough
    const command = train(...long('/dev/null', fewer), '--half', '--plot', 'plot.png');
    const { status, errors } = await interrupt(command, /Epoch 1\//, 'SIGINT');
    assert.equal(status, 1, errors);
    const again = / {2}scrawl (train --resume scrawl\.safetensors\.checkpoint --data idx --out \/dev\/null --plot plot\.png --half)\n/;
    assert.match(errors, again);
    scrawlWell(again.exec(errors)[1].split(' '));
    assert.ok(exists('scrawl.safetensors.checkpoint'));
});

test('keeps a checkpoint that is the model now, and one whose model went nowhere', () => {
    fs.rmSync(inFolder('scrawl.safetensors.checkpoint'));
    for (const out of ['kept.safetensors', '/dev/null']) {
        fs.copyFileSync(inFolder('copy.safetensors.checkpoint'), inFolder('kept.safetensors'));
        const result = scrawlWell(['train', '--resume', 'kept.safetensors', '--data', 'idx', '--out', out]);
        assert.doesNotMatch(result.errors, /Removed/);
        assert.ok(exists('kept.safetensors'));
    }
});

test('leaves no half a file when Ctrl-C comes twice', async () => {
    const large = ['--arch', 'flatten, dense 4000 relu, dense 10 softmax', '--out', 'twice.safetensors'];
    const child = spawn(program, train(...large, '--epochs', '100000', '--log', 'twice.csv'), { cwd: folder, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', (status, killer) => resolve({ status, killer })));
    const wait = async (condition) => {
        while (child.exitCode === null && !condition()) await new Promise((resolve) => setImmediate(resolve));
    };
    await wait(() => exists('twice.csv') && read('twice.csv').includes('\n1,'));
    child.kill('SIGINT');
    await wait(() => leftovers().length > 0);
    child.kill('SIGINT');
    const { status, killer } = await ended;
    assert.ok(killer === 'SIGINT' || status === 1);
    assert.deepEqual(leftovers(), []);
});

test('refuses what is no checkpoint, a damaged one, and other data', () => {
    fs.writeFileSync(inFolder('cut.checkpoint'), read('copy.safetensors.checkpoint').subarray(0, -5));
    if (!exists('other')) writeIdx('other', 400, 99);
    const cases = [
        [['--resume', 'nothing.checkpoint', '--data', 'idx'], /nothing\.checkpoint: No such file/],
        [['--resume', 'model.safetensors', '--data', 'idx'], /model\.safetensors: .*checkpoint/],
        [['--resume', 'cut.checkpoint', '--data', 'idx'], /cut\.checkpoint: /],
        [['--resume', 'copy.safetensors.checkpoint', '--data', 'other'], /data/],
    ];
    for (const [more, message] of cases) {
        const result = scrawl(['train', ...more, '--out', 'refused.safetensors']);
        assert.equal(result.status, 1, result.errors);
        assert.match(result.errors, message);
        assert.ok(!exists('refused.safetensors'));
    }
});
