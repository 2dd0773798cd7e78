// What folders hold beside pictures, and files that nobody should wait for: the native command line reads the pictures,
// passes over what systems leave there, and refuses pipes and files without end at once.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';

import { exists, folder, inFolder, program, read, scrawl, scrawlWell, train, useModel, writePictures } from '../helpers/command.mjs';

useModel();

const clutter = ['.DS_Store', '._0.pgm', 'Thumbs.db', 'thumbs.db', 'ehthumbs.db', 'desktop.ini', '.hidden.pgm'];

/** Puts into a folder what systems put there. */
function addClutter(...names) {
    for (const name of clutter) fs.writeFileSync(inFolder(...names, name), 'nothing to see');
    fs.mkdirSync(inFolder(...names, '__MACOSX'), { recursive: true });
    fs.writeFileSync(inFolder(...names, '__MACOSX', '._0.pgm'), 'nothing to see');
}

const makePipe = (...names) => execFileSync('mkfifo', [inFolder(...names)]);
const predict = (...more) => scrawl(['predict', '--model', 'model.safetensors', '--finder', 'none', ...more]);

before(() => {
    writePictures('pictures', ['bar', 'cross'], 6);
    addClutter('pictures');
    addClutter('pictures', 'bar');
    fs.mkdirSync(inFolder('page', 'deeper'), { recursive: true });
    for (const name of ['10.pgm', '9.pgm']) fs.copyFileSync(inFolder('three.pgm'), inFolder('page', name));
    fs.copyFileSync(inFolder('three.pgm'), inFolder('page', 'deeper', '1.pgm'));
    addClutter('page');
});

describe('a folder of pictures', () => {
    test('is read picture by picture in the order of bytes, beside others that are named', () => {
        const { status, output, errors } = predict('three.pgm', 'page');
        assert.equal(status, 0, errors);
        assert.equal(errors, '');
        assert.deepEqual(output.trim().split('\n').map((line) => line.split(':')[0]), ['three.pgm', 'page/10.pgm', 'page/9.pgm']);
        const objects = predict('--json', 'page/').output.trim().split('\n').map((line) => JSON.parse(line));
        assert.deepEqual(objects.map(({ file }) => file), ['page/10.pgm', 'page/9.pgm']);
    });

    test('without a picture is complained about, with others is explained by none', () => {
        fs.mkdirSync(inFolder('empty'));
        addClutter('empty');
        const { status, output, errors } = predict('empty', 'three.pgm');
        assert.equal(status, 1);
        assert.match(output, /^three\.pgm: /);
        assert.match(errors, /empty holds no picture/);
        assert.equal(predict('--explain', 'sheet.png', 'page').status, 2);
        fs.mkdirSync(inFolder('one'));
        fs.copyFileSync(inFolder('three.pgm'), inFolder('one', 'three.pgm'));
        assert.equal(predict('--explain', 'sheet.png', 'one').status, 0);
        assert.ok(exists('sheet.png'));
    });

    test('may hold what is no picture, which is told and not all there is', () => {
        fs.mkdirSync(inFolder('mixed'));
        for (const name of ['a.pgm', 'c.pgm']) fs.copyFileSync(inFolder('three.pgm'), inFolder('mixed', name));
        fs.writeFileSync(inFolder('mixed', 'b.txt'), 'notes');
        const { status, output, errors } = predict('mixed');
        assert.equal(status, 1);
        assert.equal(output.trim().split('\n').length, 2);
        assert.match(errors, /^scrawl: mixed\/b\.txt: /);
    });
});

test('what systems leave in folders is passed over by train, eval and show', () => {
    const arguments_ = ['--data', 'pictures'];
    const trained = scrawl(['train', ...arguments_, '--epochs', '1', '--quiet', '--out', 'classes.safetensors',
        '--arch', 'conv 4 3x3 relu, maxpool 4, flatten, dense 2 softmax']);
    assert.deepEqual([trained.status, trained.errors], [0, '']);
    assert.equal(scrawlWell(['eval', 'classes.safetensors', ...arguments_]).errors, '');
    assert.equal(scrawlWell(['show', '0', ...arguments_]).errors, '');
});

describe('what nobody should wait for', () => {
    test('pipes in folders are refused and the rest is read', () => {
        makePipe('mixed', 'pipe.pgm');
        const read = predict('mixed');
        assert.equal(read.status, 1);
        assert.match(read.errors, /mixed\/pipe\.pgm: it is no file, but a device or pipe/);
        assert.equal(read.output.trim().split('\n').length, 2);
        makePipe('pictures', 'cross', 'pipe.pgm');
        const evaluated = scrawl(['eval', 'classes.safetensors', '--data', 'pictures']);
        assert.equal(evaluated.status, 1);
        assert.match(evaluated.errors, /pipe\.pgm.*It is left out/);
        assert.match(evaluated.output, /^12 images/);
        fs.mkdirSync(inFolder('pipes'));
        makePipe('pipes', 'train-images-idx3-ubyte');
        makePipe('pipes', 'train-labels-idx1-ubyte');
        const trained = scrawl(['train', '--data', 'pipes']);
        assert.equal(trained.status, 1);
        assert.match(trained.errors, /train-images-idx3-ubyte: it is no file/);
    });

    test('a pipe that nobody reads is refused before anything is done', () => {
        makePipe('unread');
        for (const command of [
            train('--epochs', '1', '--out', 'unread'),
            train('--epochs', '1', '--out', 'a.safetensors', '--plot', 'unread'),
            train('--epochs', '1', '--out', 'a.safetensors', '--log', 'unread'),
            ['eval', 'model.safetensors', '--data', 'idx', '--confusion', 'unread'],
            ['show', '0', '--data', 'idx', '--out', 'unread'],
            ['predict', '--explain', 'unread', 'three.pgm'],
        ]) {
            const { status, errors } = scrawl(command);
            assert.equal(status, 1, command.join(' '));
            assert.match(errors, /unread: it is a pipe that nobody reads/);
        }
    });

    test('a pipe that is read gets the whole model', async () => {
        makePipe('read');
        const reader = spawn('cat', ['read'], { cwd: folder });
        const parts = [];
        reader.stdout.on('data', (part) => parts.push(part));
        const ended = new Promise((resolve) => reader.on('close', resolve));
        await new Promise((resolve) => setTimeout(resolve, 300));
        const child = spawn(program, train('--epochs', '1', '--quiet', '--seed', '4', '--out', 'read'), { cwd: folder });
        assert.equal(await new Promise((resolve) => child.on('close', resolve)), 0);
        await ended;
        scrawlWell(train('--epochs', '1', '--quiet', '--seed', '4', '--out', 'same.safetensors'));
        assert.ok(Buffer.concat(parts).equals(read('same.safetensors')));
    });

    test('a file above the limit is refused without being read', () => {
        fs.writeFileSync(inFolder('large.png'), '');
        fs.truncateSync(inFolder('large.png'), 2 ** 30 + 1);
        const begin = Date.now();
        const { status, errors } = predict('large.png');
        assert.equal(status, 1);
        assert.match(errors, /large\.png: it is larger than 1 GiB/);
        assert.match(scrawl(['eval', 'large.png', '--data', 'idx']).errors, /larger than 1 GiB/);
        assert.ok(Date.now() - begin < 20_000);
        fs.rmSync(inFolder('large.png'));
    });
});
