// A training that ends by force: the native command line keeps its checkpoint on disk all the while, whatever signal ends
// it is obeyed, and the next run removes what was left half written, and nothing else.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { compiler, root } from '../helpers/build.mjs';
import { exists, folder, inFolder, leftovers, program, read, scrawl, scrawlWell, train, useModel } from '../helpers/command.mjs';

useModel();

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts a training; `ended` is how it ended. */
function start(...commandArguments) {
    const child = spawn(program, commandArguments, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => errors += text);
    const ended = new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, errors })));
    return { child, ended, said: () => errors };
}

async function until(isSo, what) {
    for (let i = 0; i < 6000; i++) {
        if (isSo()) return;
        await sleep(5);
    }
    assert.fail(`waited in vain for ${what}`);
}

const long = (out) => train('--epochs', '3000', '--quiet', '--out', out);

test('kill -9 costs an epoch at most, and what follows ends with the same bytes', async () => {
    const options = (out) => train('--epochs', '40', '--batch-size', '4', '--quiet', '--out', out);
    scrawlWell(options('whole.safetensors'));
    assert.ok(!exists('whole.safetensors.checkpoint'), 'a finished training leaves no checkpoint');
    const { child, ended } = start(...options('killed.safetensors'));
    await until(() => exists('killed.safetensors.checkpoint'), 'a checkpoint');
    child.kill('SIGKILL');
    assert.equal((await ended).signal, 'SIGKILL');
    assert.ok(!exists('killed.safetensors'));
    scrawlWell(['train', '--resume', 'killed.safetensors.checkpoint', '--data', 'idx', '--quiet']);
    assert.ok(read('killed.safetensors').equals(read('whole.safetensors')));
    assert.ok(!exists('killed.safetensors.checkpoint'));
});

const skipClock = process.platform !== 'linux' ? 'needs LD_PRELOAD'
    : fs.readFileSync(program).includes('__asan_init') && 'a sanitizer must be loaded first';

test('within an epoch the checkpoint is written every two minutes', { skip: skipClock }, async () => {
    execFileSync(compiler(), ['-shared', '-fPIC', '-o', inFolder('clock.so'), path.join(root, 'tests/cli/fast_clock.c')]);
    const options = (out) => train('--epochs', '1', '--batch-size', '1', '--augment', '1', '--quiet', '--out', out);
    scrawlWell(options('unhurried.safetensors'));
    const child = spawn(program, options('hurried.safetensors'), { cwd: folder, stdio: 'ignore', env: { ...process.env, LD_PRELOAD: inFolder('clock.so') } });
    const ended = new Promise((resolve) => child.on('close', (status, signal) => resolve(signal)));
    await until(() => exists('hurried.safetensors.checkpoint') || child.exitCode !== null, 'a checkpoint');
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL', 'it was in its only epoch');
    scrawlWell(['train', '--resume', 'hurried.safetensors.checkpoint', '--data', 'idx', '--quiet']);
    assert.ok(read('hurried.safetensors').equals(read('unhurried.safetensors')));
});

test('a training begun by mistake leaves the checkpoint of another one alone', async () => {
    const { child, ended } = start(...long('kept.safetensors'));
    await until(() => exists('kept.safetensors.checkpoint'), 'a checkpoint');
    child.kill('SIGKILL');
    await ended;
    const checkpoint = read('kept.safetensors.checkpoint');
    const { status, errors } = scrawl(long('kept.safetensors'));
    assert.equal(status, 1);
    assert.match(errors, /kept\.safetensors\.checkpoint holds a training that isn't finished\. .*--resume/);
    assert.ok(read('kept.safetensors.checkpoint').equals(checkpoint));
    for (const name of leftovers()) fs.rmSync(inFolder(name)); // of the killed run, if it was writing just then
});

test('a checkpoint that can\'t be written is told once, and the training ends well', async () => {
    fs.mkdirSync(inFolder('closed'));
    const { child, ended, said } = start(...train('--epochs', '150', '--batch-size', '4', '--quiet', '--out', 'closed/x.safetensors'));
    await until(() => exists('closed/x.safetensors.checkpoint'), 'a checkpoint');
    child.kill('SIGSTOP');
    fs.renameSync(inFolder('closed'), inFolder('moved'));
    child.kill('SIGCONT');
    await until(() => said().includes('The training goes on'), 'the sentence');
    fs.mkdirSync(inFolder('closed'));
    const { status, errors } = await ended;
    assert.equal(status, 0, errors);
    assert.equal(errors.match(/The training goes on/g)?.length, 1, errors);
    assert.ok(exists('closed/x.safetensors'));
});

test('what a killed run left half written is removed by the next, and nothing else', () => {
    const left = ['a.safetensors.unfinished.Ab3dEf', 'a.safetensors.checkpoint.unfinished.zzzzzz'];
    const others = ['a.safetensors.backup', 'a.safetensors.Ab3dEf', 'b.safetensors.unfinished.Ab3dEf', 'a.safetensors.unfinished.Ab3dE',
        'a.safetensors.unfinished.Ab3dEfg', 'a.safetensors.unfinished.Ab-dEf', 'xa.safetensors.unfinished.Ab3dEf'];
    for (const name of [...left, ...others]) fs.writeFileSync(inFolder(name), name);
    fs.mkdirSync(inFolder('a.safetensors.unfinished.folder'));
    fs.symlinkSync('a.safetensors.backup', inFolder('a.safetensors.unfinished.linked'));
    scrawlWell(train('--epochs', '2', '--quiet', '--out', 'a.safetensors'));
    for (const name of left) assert.ok(!exists(name), name);
    for (const name of others) assert.equal(read(name).toString(), name);
    assert.ok(exists('a.safetensors.unfinished.folder') && fs.lstatSync(inFolder('a.safetensors.unfinished.linked')).isSymbolicLink());
    for (const name of [...others, 'a.safetensors.unfinished.linked']) fs.rmSync(inFolder(name));
    fs.rmdirSync(inFolder('a.safetensors.unfinished.folder'));
});

test('a file that a live run is writing stays', { skip: spawnSync('flock', ['--version']).error && 'needs flock' }, async () => {
    const name = 'live.safetensors.unfinished.Ab3dEf';
    fs.writeFileSync(inFolder(name), 'half');
    const holder = spawn('flock', ['--exclusive', '--no-fork', name, 'sleep', '60'], { cwd: folder });
    await sleep(500);
    scrawlWell(train('--epochs', '1', '--quiet', '--out', 'live.safetensors'));
    assert.ok(exists(name));
    const ended = new Promise((resolve) => holder.on('close', resolve));
    holder.kill('SIGKILL');
    await ended;
    scrawlWell(train('--epochs', '1', '--quiet', '--out', 'live.safetensors'));
    assert.ok(!exists(name));
});

test('SIGTERM and SIGHUP end a training that nobody lets finish', async () => {
    await Promise.all(['SIGTERM', 'SIGHUP'].map(async (signal) => {
        const out = `stuck-${signal}`;
        spawnSync('mkfifo', [inFolder(out)]);
        // The model is larger than a pipe, whose reader sleeps as soon as the model begins to be written.
        const reader = spawn('sh', ['-c', `exec 3<>${out}; echo open; head -c 1 <&3 >/dev/null; echo begun; exec sleep 100`], { cwd: folder });
        const says = () => new Promise((resolve) => reader.stdout.once('data', resolve));
        await says();
        const begun = says();
        const { child, ended } = start('train', '--data', 'idx', '--arch', 'flatten, dense 200 relu, dense 10 softmax', '--epochs', '1',
            '--quiet', '--out', out);
        await begun;
        await sleep(500);
        child.kill(signal);
        const result = await Promise.race([ended, sleep(25_000)]);
        reader.kill('SIGKILL');
        child.kill('SIGKILL');
        assert.equal(result?.signal, signal);
    }));
});

test('no half a file is left by all of this', () => assert.deepEqual(leftovers(), []));
