// Many pictures on several threads: the native command line shows them in order, and the same bytes for any number of
// threads, complaints in their places.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';

import { folder, inFolder, program, quoted, read, scrawl, useModel, writePictures } from '../helpers/command.mjs';

const THREADS = [1, 2, 5, 0];
const MANY = 40; // of each class

useModel();
before(() => {
    writePictures('classes', ['bar', 'cross'], MANY);
    for (const name of ['bar', 'cross']) {
        fs.writeFileSync(inFolder('classes', name, '7a.png'), `This is no picture, but ${name}.`);
        fs.writeFileSync(inFolder('classes', name, '12a.pgm'), '');
        fs.copyFileSync(inFolder('blank.pgm'), inFolder('classes', name, '30a.pgm'));
    }
});

const predict = (...more) => ['predict', '--model', 'model.safetensors', ...more];

/** What a command writes to both of its outputs, in the order in which it does, and its exit status. */
function together(commandArguments, input) {
    const { status, stdout } = spawnSync('bash', ['-c', `exec ${quoted([program, ...commandArguments])} 2>&1`], { cwd: folder, input });
    return { status, output: stdout.toString() };
}

/** Runs a command with each number of threads; all must give the same. @param {string[]} commandArguments @param {any} [input] */
function sameOnAllThreads(commandArguments, input) {
    const [first, ...others] = THREADS.map((threads) => together([...commandArguments, '--threads', `${threads}`], input));
    for (const other of others) assert.deepEqual(other, first);
    return first;
}

describe('predict', () => {
    const all = ['classes/bar', 'missing.pgm', 'classes/cross', 'text.png', 'three.pgm'];

    test('says the same in the same order on any number of threads', () => {
        const { status, output } = sameOnAllThreads(predict(...all));
        const lines = output.trimEnd().split('\n');
        assert.equal(status, 1);
        assert.equal(lines.length, 2 * MANY + 2 * 3 + 3);
        const named = lines.map((line) => line.match(/(\S+\.p[gn][mg]):/)[1]);
        const inside = (name) => fs.readdirSync(inFolder(name)).sort().map((file) => `${name}/${file}`);
        assert.deepEqual(named, [...inside('classes/bar'), 'missing.pgm', ...inside('classes/cross'), 'text.png', 'three.pgm']);
        const failed = lines.filter((line) => line.startsWith('scrawl: ')).map((line) => line.match(/\S+\.p[gn][mg]/)[0]);
        assert.deepEqual(failed, ['classes/bar/12a.pgm', 'classes/bar/7a.png', 'missing.pgm', 'classes/cross/12a.pgm', 'classes/cross/7a.png', 'text.png']);
    });

    test('puts what went wrong in its place of the JSON', () => {
        const { output } = sameOnAllThreads(predict('--json', ...all));
        const wrong = output.trimEnd().split('\n').map((line) => JSON.parse(line)).filter(({ error }) => error).map(({ file }) => file);
        assert.deepEqual(wrong, ['classes/bar/12a.pgm', 'classes/bar/7a.png', 'missing.pgm', 'classes/cross/12a.pgm', 'classes/cross/7a.png', 'text.png']);
    });

    test('reads what can be read once only when its turn comes', () => {
        const { output } = sameOnAllThreads(predict('three.pgm', '-', 'blank.pgm', '-', 'three.pgm'), read('three.pgm'));
        const [before_, input, blank, again, after] = output.trimEnd().split('\n');
        assert.equal(input, before_.replace('three.pgm', '-'));
        assert.equal(blank, 'blank.pgm: no digits found');
        assert.match(again, /^scrawl: -: /);
        assert.equal(after, before_);
    });

    test('reads that also among many that are read together', () => {
        const { output } = sameOnAllThreads(predict('classes/bar', '-', 'classes/cross', '-', 'three.pgm'), read('three.pgm'));
        const lines = output.trimEnd().split('\n');
        assert.equal(lines.length, 2 * (MANY + 3) + 3);
        assert.match(lines[MANY + 3], /^-: /);
        assert.notEqual(lines[MANY + 3], '-: no digits found');
        assert.match(lines.at(-2), /^(scrawl: )?-: /);
        assert.equal(lines.at(-1).replace('three.pgm', '-'), lines[MANY + 3]);
    });

    test('shows what is read while a pipe among the pictures has nothing yet', async () => {
        execFileSync('mkfifo', [inFolder('later')]);
        const child = spawn(program, predict('--threads', '2', 'three.pgm', 'later', 'blank.pgm'), { cwd: folder });
        let output = '';
        const first = new Promise((resolve) => child.stdout.on('data', (part) => resolve(output += part)));
        const ended = new Promise((resolve) => child.on('close', resolve));
        await first;
        assert.match(output, /^three\.pgm: .*\n$/);
        fs.writeFileSync(inFolder('later'), read('three.pgm'));
        assert.equal(await ended, 0);
        assert.match(output, /^three\.pgm: .*\nlater: .*\nblank\.pgm: no digits found\n$/);
    });

    test('stops when nobody reads on', () => {
        const command = quoted([program, ...predict('--threads', '5', ...Array(300).fill('three.pgm'))]);
        const { stdout, stderr } = spawnSync('bash', ['-c', `{ ${command}; echo "status $?" >&2; } | head -n 1`], { cwd: folder });
        assert.match(stdout.toString(), /^three\.pgm: .*\n$/);
        assert.match(stderr.toString(), /^scrawl: Can't write to standard output: Broken pipe\.\nstatus 1\n$/);
    });

    test('takes no more threads than there may be', () => {
        for (const threads of ['65', '18446744073709551615', '-1', 'all']) {
            const { status, errors, output } = scrawl(predict('--threads', threads, 'three.pgm'));
            assert.deepEqual([status, output], [2, '']);
            assert.match(errors, /--threads/);
        }
    });
});

describe('a folder of pictures', () => {
    const network = 'maxpool 7, flatten, dense 2 softmax';

    test('trains to the same model on any number of threads, with the same complaints', () => {
        const { status, output } = sameOnAllThreads(['train', '--data', 'classes', '--arch', network, '--epochs', '1', '--quiet', '--out', 'made.safetensors']);
        assert.equal(status, 1);
        const complaints = [...output.matchAll(/^scrawl: (\S+): .* It is left out\.$/gm)].map(([, file]) => file);
        assert.deepEqual(complaints, ['bar', 'cross'].flatMap((name) => ['7a.png', '12a.pgm', '30a.pgm'].map((file) => `classes/${name}/${file}`)));
        const models = THREADS.map((threads) => {
            scrawl(['train', '--data', 'classes', '--arch', network, '--epochs', '1', '--quiet', '--threads', `${threads}`, '--out', 'made.safetensors']);
            return read('made.safetensors').toString('latin1');
        });
        assert.deepEqual(models, Array(THREADS.length).fill(models[0]));
    });

    test('is evaluated to the same figures on any number of threads', () => {
        scrawl(['train', '--data', 'classes', '--arch', network, '--epochs', '1', '--quiet', '--out', 'two.safetensors']);
        const { status, output } = sameOnAllThreads(['eval', 'two.safetensors', '--data', 'classes', '--json']);
        assert.equal(status, 1);
        const lines = output.trimEnd().split('\n');
        assert.equal(lines.length, 7);
        assert.equal(JSON.parse(lines[6]).images, 2 * MANY);
        assert.equal(scrawl(['eval', 'two.safetensors', '--data', 'classes', '--threads', '65']).status, 2);
    });
});
