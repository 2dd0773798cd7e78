// Memory that runs out at any place: the native command line says so in a sentence and ends with status 1; no signal ends
// it, and no half a file is left. ALLOCATIONS_FAILING=all takes every place in place of some: see make check-hard.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';

import { compiler } from '../helpers/build.mjs';
import { exists, folder, inFolder, leaveCheckpoint, leftovers, oneMoreEpoch, program, read, scrawlWell, train, useModel, writePictures } from '../helpers/command.mjs';
import { decodePng } from '../helpers/png.mjs';

const source = path.join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'fail_allocation.c');
const skip = process.platform !== 'linux' ? 'needs LD_PRELOAD and glibc'
    : fs.readFileSync(program).includes('__asan_init') && 'sanitizers have an allocator of their own';

const [ALONE, FOREVER] = [1, 1_000_000_000];
const isAll = process.env.ALLOCATIONS_FAILING === 'all';

useModel();
before(async () => {
    if (skip) return;
    execFileSync(compiler(), ['-shared', '-fPIC', '-O1', '-o', inFolder('fail.so'), source]);
    writePictures('classes', ['bar', 'cross'], 3);
    fs.writeFileSync(inFolder('few.csv'), [1, 2, 3].map((label) => [label, ...Array(784).fill(9 * label)].join()).join('\n'));
    await leaveCheckpoint('checkpoint');
});

/** Runs the program with `count` failing allocations from `first` on; `count` 0: none fails. With --json, errors are told on standard output. */
function starve(commandArguments, first, count) {
    const env = { ...process.env, LD_PRELOAD: inFolder('fail.so'), FAIL_FROM: `${first}`, FAIL_COUNT: `${count}`, ALLOCATIONS: inFolder('allocations') };
    const { status, signal, stdout, stderr } = spawnSync(program, commandArguments, { cwd: folder, env, timeout: 60_000 });
    return { status, signal, errors: `${stderr}${stdout}` };
}

/** Places to fail at: `evenly` from the begin on, and the last ones, where results are drawn and written. */
function places(allocations, evenly, last) {
    if (isAll) return Array.from({ length: allocations }, (_, i) => i);
    return [...Array.from({ length: evenly }, (_, i) => Math.floor(i * allocations / evenly)), ...Array.from({ length: last }, (_, i) => allocations - last + i)];
}

const commands = {
    'predict --explain': { arguments: ['predict', '--model', 'model.safetensors', '--finder', 'none', '--explain', 'out.png', 'three.pgm'], out: 'out.png' },
    'eval with pictures': { arguments: ['eval', 'model.safetensors', '--data', 'idx', '--confusion', 'out.png', '--mistakes', 'mistakes.png'], out: 'out.png' },
    'train --plot': { arguments: train('--threads', '1', '--epochs', '1', '--quiet', '--out', 'made.safetensors', '--plot', 'out.png'), out: 'out.png' },
    'predict of a folder as JSON': { arguments: ['predict', '--model', 'model.safetensors', '--json', 'classes/bar'] },
    'predict to a file, gone on with': {
        get arguments() {
            const command = ['predict', '--model', 'model.safetensors', '--finder', 'none', '--format', 'csv', '--out', 'rows.csv', 'classes', '--recursive'];
            fs.rmSync(inFolder('rows.csv.resuming'), { force: true });
            fs.rmSync(inFolder('rows.csv'), { force: true });
            scrawlWell(command);
            return [...command, '--resume', '--doubtful-to', 'doubtful'];
        },
        rows: 'rows.csv', // a picture that memory was not enough for is a row that says so
    },
    'predict of a list': {
        get arguments() {
            fs.writeFileSync(inFolder('list'), 'three.pgm\nclasses/bar/0.pgm\n');
            return ['predict', '--model', 'model.safetensors', '--finder', 'none', '--format', 'tsv', '--files-from', 'list'];
        },
    },
    merge: {
        get arguments() {
            for (const shard of [1, 2]) {
                fs.rmSync(inFolder(`part${shard}`), { force: true });
                scrawlWell(['predict', '--model', 'model.safetensors', '--finder', 'none', '--json', '--out', `part${shard}`, 'classes', '--recursive', '--shard', `${shard}/2`]);
            }
            fs.writeFileSync(inFolder('answers.csv'), 'file,answer\nclasses/bar/1.pgm,12\n');
            return ['merge', 'part1', 'part2', '--corrections', 'answers.csv', '--out', 'merged'];
        },
    },
    summary: { arguments: ['summary', 'model.safetensors'] },
    'export as ONNX': { arguments: ['export', 'model.safetensors', 'made.onnx'] },
    'import of ONNX': {
        get arguments() {
            scrawlWell(['export', 'model.safetensors', 'from.onnx']);
            return ['import', 'from.onnx', 'made.safetensors'];
        },
    },
    'train of folders': { arguments: ['train', '--data', 'classes', '--arch', 'maxpool 7, flatten, dense 2 softmax', '--threads', '1', '--epochs', '1', '--quiet', '--out', 'made.safetensors'] },
    'train of CSV': { arguments: ['train', '--data', 'few.csv', '--arch', 'maxpool 7, flatten, dense 10 softmax', '--threads', '1', '--epochs', '1', '--quiet', '--log', 'log.csv', '--out', 'made.safetensors'] },
    'train --from': { arguments: train('--from', 'model.safetensors', '--threads', '1', '--epochs', '1', '--quiet', '--out', 'made.safetensors').filter((word, i, all) => word !== '--arch' && all[i - 1] !== '--arch') },
    'train --resume': {
        get arguments() {
            fs.copyFileSync(inFolder('checkpoint'), inFolder('going.on'));
            return oneMoreEpoch('going.on', 'checkpoint');
        },
    },
    show: { arguments: ['show', '3', '--data', 'idx', '--out', 'out.png'], out: 'out.png' },
};

for (const [name, command] of Object.entries(commands)) {
    test(`${name}: memory that runs out is a sentence`, { skip }, (context) => {
        const whole = starve(command.arguments, 0, 0);
        assert.equal(whole.status, 0, whole.errors);
        const allocations = Number(read('allocations'));
        assert.ok(allocations > 20, `${allocations} allocations`);
        for (const [count, evenly, last] of [[ALONE, 12, 12], [FOREVER, 6, 4]]) {
            let failed = 0;
            for (const first of places(allocations, evenly, last)) {
                if (command.out) fs.rmSync(inFolder(command.out), { force: true });
                const { status, signal, errors } = starve(command.arguments, first, count);
                const what = `${name}, allocation ${first} of ${allocations}, ${count}: ${signal ?? status} ${errors}`;
                assert.ok(signal === null && (status === 0 || status === 1), what);
                if (status === 1) assert.match(errors + (command.rows && exists(command.rows) ? read(command.rows) : ''), /memory/, what);
                if (command.out && exists(command.out)) decodePng(read(command.out));
                failed += status;
            }
            context.diagnostic(`${count === ALONE ? 'one' : 'all from one on'} of ${allocations} allocations: ${failed} runs said so`);
            assert.ok(failed > 2, `${failed} runs failed`);
            assert.deepEqual(leftovers(), []);
        }
    });
}

test('pictures are small and read back', () => {
    scrawlWell(['show', '3', '--data', 'idx', '--out', 'shown.png']);
    const png = decodePng(read('shown.png'));
    assert.deepEqual([png.width, png.height], [280, 280]);
    assert.ok(read('shown.png').length < 5000);
});
