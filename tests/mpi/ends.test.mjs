// Ranks that mpirun starts: what goes wrong is said once, with the rank that met it, and whatever ends one of them ends all
// of them, in a way that goes on with any number of ranks.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { describe, test } from 'node:test';

import { built, compiler } from '../helpers/build.mjs';
import { exists, inFolder, oneMoreEpoch, program, read, scrawlWell, tinyNetwork, useModel } from '../helpers/command.mjs';
import { interruptRanks, remaining, runRanks, skip } from '../helpers/mpi.mjs';

useModel();

/** A training of so small a network that ranks have little to do. */
const train = (...more) => ['train', '--data', 'idx', '--arch', tinyNetwork, '--threads', '1', ...more];
const short = (out, ...more) => train('--epochs', '2', '--out', out, ...more);
const times = (text, what) => text.split(what).length - 1;

describe('what is wrong everywhere', { skip }, () => {
    test('is said once', () => {
        for (const [words, sentence, status] of [
            [['train', '--bad'], 'There is no option --bad.', 2],
            [['eval', 'nothing.safetensors'], 'Can\'t open nothing.safetensors', 1],
            [short('none/out.safetensors'), 'none', 1],
        ]) {
            const { status: ended, errors } = runRanks(3, words);
            const said = errors.split('\n').filter((line) => line.startsWith('scrawl'));
            assert.equal(said.length, 1, errors);
            assert.ok(said[0].includes(sentence) && !said[0].includes('rank'), said[0]);
            assert.equal(ended, status, errors);
        }
    });

    test('as a help is, that nothing is wrong with', () => {
        const { status, output } = runRanks(2, ['train', '-h']);
        assert.equal(status, 0);
        assert.equal(output.replaceAll('\r', ''), scrawlWell(['train', '-h']).output);
    });
});

describe('scrawl-mpi.so', { skip }, () => {
    /** The program alone in a folder, as it may be installed. */
    function install(place) {
        fs.mkdirSync(inFolder(place, 'bin'), { recursive: true });
        fs.copyFileSync(program, inFolder(place, 'bin/scrawl'));
        return inFolder(place, 'bin/scrawl');
    }

    test('is asked for where it is missing, once', () => {
        const { status, errors } = runRanks(2, [install('alone'), ...short('missing.safetensors')]);
        assert.equal(status, 1, errors);
        assert.equal(times(errors, 'build it by `make mpi`, or install Debian\'s package scrawl-mpi;'), 1, errors);
        assert.ok(!exists('missing.safetensors'));
    });

    test('of one rank alone, which is named', () => {
        const variables = ['/usr/bin/env', 'SCRAWL_MPI=nowhere.so', program, 'eval', 'model.safetensors'];
        const { status, errors } = runRanks([[1, ['eval', 'model.safetensors']], [1, variables]]);
        assert.equal(status, 1, errors);
        assert.match(errors, /^scrawl: rank 1: \.\/nowhere\.so can't be loaded: .* Build it anew by `make mpi`\.$/m);
    });

    test('is found where make install puts it', () => {
        const installed = install('usr');
        fs.mkdirSync(inFolder('usr/lib/scrawl'), { recursive: true });
        fs.copyFileSync(built('scrawl-mpi.so'), inFolder('usr/lib/scrawl/scrawl-mpi.so'));
        const { status, errors } = runRanks(2, [installed, ...short('installed.safetensors')]);
        assert.equal(status, 0, errors);
        assert.match(errors, /, 2 ranks of 1 thread: conv 4/);
    });

    test('must be of this version, and may be told to stay away', () => {
        const source = 'int scrawl_mpi_calls = 0;';
        const compiled = spawnSync(compiler(), ['-shared', '-fPIC', '-x', 'c', '-o', inFolder('old.so'), '-'], { input: source, encoding: 'utf8' });
        assert.equal(compiled.status, 0, compiled.stderr);
        const old = runRanks(2, short('old.safetensors'), { SCRAWL_MPI: './old.so' });
        assert.equal(old.status, 1);
        assert.equal(times(old.errors, 'old.so belongs to another version of Scrawl.'), 1, old.errors);
        const apart = runRanks(2, ['eval', 'model.safetensors', '--data', 'idx', '--json'], { SCRAWL_MPI: 'none' });
        assert.equal(apart.status, 0, apart.errors);
        assert.equal(times(apart.output, '"accuracy"'), 2);
        assert.equal(runRanks(1, short('one.safetensors'), { SCRAWL_MPI: 'nowhere.so' }).status, 0, 'one rank is alone');
    });
});

describe('what is wrong on one rank', { skip }, () => {
    test('is said with its number, the last of it where that is much, and ends all', () => {
        for (const name of ['bad/one', 'bad/two']) fs.mkdirSync(inFolder(name), { recursive: true });
        for (let i = 0; i < 40; i++) fs.writeFileSync(inFolder(`bad/one/${i}.png`), 'no picture');
        const { status, errors } = runRanks([[2, short('lacking.safetensors')], [1, short('lacking.safetensors', '--data', 'bad')]]);
        assert.equal(status, 1, errors);
        const said = errors.split('\n').filter((line) => line.startsWith('scrawl: '));
        assert.equal(said.length, 32, errors);
        assert.match(said[30], /^scrawl: rank 2: bad\/one\/.* It is left out\.$/);
        assert.match(said[31], /^scrawl: rank 2: bad\/one holds no picture that can be read\./);
        assert.ok(!exists('lacking.safetensors'));
    });

    test('also on the first, which says that it stops the others', () => {
        const { status, errors } = runRanks([[1, short('lacking.safetensors', '--data', 'nowhere')], [2, short('lacking.safetensors')]]);
        assert.equal(status, 1, errors);
        assert.match(errors, /^scrawl: nowhere is not there\..*$/m);
        assert.match(errors, /^scrawl: Rank 0 can't go on, and stops all others\.$/m);
        assert.equal(times(errors, 'scrawl: '), 2, errors);
    });

    test('as a model that one of them reads otherwise', () => {
        const evaluate = (model) => ['eval', model, '--data', 'idx'];
        const { status, errors } = runRanks([[1, evaluate('model.safetensors')], [1, evaluate('nothing.safetensors')]]);
        assert.equal(status, 1, errors);
        assert.match(errors, /^scrawl: rank 1: Can't open nothing\.safetensors/m);
    });
});

describe('only the first rank', { skip }, () => {
    test('writes and tells', () => {
        const ranks = [0, 1, 2].map((rank) => {
            fs.mkdirSync(inFolder(`rank${rank}`));
            const command = 'cd "$0" && shift && exec "$@"';
            return [1, ['/bin/sh', '-c', command, `rank${rank}`, '-', program, ...short('out.safetensors', '--data', inFolder('idx'), '--log', 'log.csv', '--plot', 'plot.png')]];
        });
        const { status, output, errors } = runRanks(ranks);
        assert.equal(status, 0, errors);
        assert.equal(output, '');
        assert.deepEqual(fs.readdirSync(inFolder('rank0')).sort(), ['log.csv', 'out.safetensors', 'plot.png']);
        for (const rank of [1, 2]) assert.deepEqual(fs.readdirSync(inFolder(`rank${rank}`)), []);
        for (const line of ['3 ranks of 1 thread', 'Epoch 1/2', 'Epoch 2/2', 'Wrote out.safetensors.']) assert.equal(times(errors, line), 1, errors);
    });

    test('prints what eval finds', () => {
        const { status, output, errors } = runRanks(3, ['eval', 'model.safetensors', '--data', 'idx', '--json', '--confusion', 'confusion.png']);
        assert.equal(status, 0, errors);
        assert.equal(output.replaceAll('\r', ''), scrawlWell(['eval', 'model.safetensors', '--data', 'idx', '--json', '--confusion', 'alone.png']).output);
        assert.ok(read('confusion.png').equals(read('alone.png')));
    });

    test('begins nothing over another training', () => {
        fs.writeFileSync(inFolder('kept.safetensors.checkpoint'), 'a training');
        const { status, errors } = runRanks(2, short('kept.safetensors'));
        assert.equal(status, 1);
        assert.equal(times(errors, 'holds a training that isn\'t finished.'), 1, errors);
        assert.equal(read('kept.safetensors.checkpoint').toString(), 'a training');
    });
});

test('--threads 0 is a rank\'s share of the processors', { skip }, () => {
    const share = Math.max(1, Math.floor(os.availableParallelism() / 2));
    const { errors } = runRanks(2, short('share.safetensors', '--threads', '0'));
    assert.match(errors, new RegExp(`, 2 ranks of ${share} thread${share === 1 ? '' : 's'}: `));
});

describe('a training that is ended', { skip }, () => {
    const long = (out, ...more) => train('--epochs', '100000', '--batch-size', '80', '--out', out, ...more);

    /** One rank or several make the same of a checkpoint. */
    function goesOn(name) {
        const [checkpoint, copy] = [`${name}.checkpoint`, `${name}-copy.checkpoint`];
        fs.copyFileSync(inFolder(checkpoint), inFolder(copy));
        scrawlWell([...oneMoreEpoch(copy, copy), '--out', 'alone.safetensors']);
        const { status, errors } = runRanks(2, [...oneMoreEpoch(checkpoint, checkpoint), '--out', name]);
        assert.equal(status, 0, errors);
        assert.ok(read(name).equals(read('alone.safetensors')));
    }

    for (const [name, signal, rank, out] of [['Ctrl-C', 'SIGINT', null, 'ended'], ['SIGTERM of one rank', 'SIGTERM', 1, 'ended-too']]) {
        test(`by ${name} keeps all it did, and says how to go on`, async () => {
            const { status, errors, processes } = await interruptRanks(3, long(`${out}.safetensors`), /Epoch 2\//, signal, rank);
            assert.equal(status, 1, errors);
            assert.equal(processes.length, 3);
            assert.deepEqual(await remaining(processes), []);
            const hint = `scrawl: Interrupted. ${out}.safetensors.checkpoint holds the training so far; go on with\n`
                + `  mpirun -n 3 scrawl train --resume ${out}.safetensors.checkpoint --data idx\n`;
            assert.ok(errors.includes(hint), errors);
            goesOn(`${out}.safetensors`);
        });
    }

    test('while the first rank writes a checkpoint keeps that, however long it takes', async () => {
        const source = '#include <sys/stat.h>\n#include <unistd.h>\n'
            + 'int fsync(int file) { struct stat is; if (!fstat(file, &is) && S_ISREG(is.st_mode) && is.st_size > 0) usleep(1500000); return 0; }';
        const compiled = spawnSync(compiler(), ['-shared', '-fPIC', '-x', 'c', '-o', inFolder('slow.so'), '-'], { input: source, encoding: 'utf8' });
        assert.equal(compiled.status, 0, compiled.stderr);
        const words = long('slow.safetensors', '--batch-size', '8'); // whose many short waits make ranks impatient
        const ranks = [[1, ['/usr/bin/env', `LD_PRELOAD=${inFolder('slow.so')}`, program, ...words]], [1, words]];
        const { status, errors } = await interruptRanks(ranks, undefined, /Epoch 1\//, 'SIGTERM', 1);
        assert.equal(status, 1, errors);
        assert.equal(times(errors, 'Interrupted. slow.safetensors.checkpoint holds the training so far'), 1, errors);
        goesOn('slow.safetensors');
    });

    test('by the death of a rank ends on all, and goes on from the last checkpoint', async () => {
        const { status, errors, processes } = await interruptRanks(3, long('dead.safetensors'), /Epoch 3\//, 'SIGKILL', 1);
        assert.notEqual(status, 0);
        assert.deepEqual(await remaining(processes), []);
        assert.match(errors, /process rank 1 with PID \d+[^]*?exited\s+on\s+signal 9/, 'what Open MPI says');
        for (const line of [
            'scrawl: Another rank has ended, so all of them end. Where one died, the launcher\'s message names it.',
            'scrawl: dead.safetensors.checkpoint holds the training as of its last checkpoint; go on with',
            '  mpirun -n 3 scrawl train --resume dead.safetensors.checkpoint --data idx',
        ]) assert.equal(times(errors, `${line}\n`), 1, errors);
        goesOn('dead.safetensors');
    });

    test('by mpirun\'s death leaves no rank behind', async () => {
        const { processes } = await interruptRanks(2, long('orphan.safetensors'), /Epoch 2\//, 'SIGKILL', null);
        assert.deepEqual(await remaining(processes), []);
    });

    test('by a loss that is no number says so once', () => {
        const { status, errors } = runRanks(2, short('wild.safetensors', '--optimizer', 'sgd', '--learning-rate', '1e30'));
        assert.equal(status, 1);
        assert.equal(times(errors, 'The training diverged'), 1, errors);
        assert.ok(!exists('wild.safetensors') && !exists('wild.safetensors.checkpoint'));
    });

    test('by nothing, not even a full disk, but fails then', (context) => {
        fs.mkdirSync(inFolder('small'));
        if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'none', inFolder('small')]).status !== 0) return context.skip('only root can make a small disk');
        try {
            const { status, errors } = runRanks(2, short('small/full.safetensors'));
            assert.equal(status, 1, errors);
            assert.equal(times(errors, 'The training goes on, and tries again every two minutes.'), 1, errors);
            assert.match(errors, /^Epoch 2\/2/m);
            assert.equal(times(errors, 'full.safetensors: No space left on device'), 1, errors);
            assert.deepEqual(fs.readdirSync(inFolder('small')), []);
        } finally {
            spawnSync('umount', [inFolder('small')]);
        }
    });
});
