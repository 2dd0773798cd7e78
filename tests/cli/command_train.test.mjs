// `scrawl train` from outside: what it prints, logs and writes, its options, and files whole or not at all.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { root } from '../helpers/build.mjs';
import {
    exists,
    folder,
    inFolder,
    leftovers,
    metadataIn,
    metadataOf,
    program,
    quoted,
    read,
    scrawl,
    scrawlWell,
    tinyNetwork,
    train,
    useModel,
    writePictures,
} from '../helpers/command.mjs';

useModel();

const figure = String.raw`\d\.\d{4}`;
const epochLine = new RegExp(
    String.raw`^Epoch (\d+)/2  280 images  loss ${figure}  accuracy ${figure}` +
    String.raw`  val_loss ${figure}  val_accuracy ${figure}  \d+ images/s$`,
    'gm',
);
const logColumns = ['epoch', 'loss', 'accuracy', 'val_loss', 'val_accuracy', 'seconds', 'images_per_second'];

test('prints one plain line per epoch and logs it', () => {
    const result = scrawlWell(
        train('--epochs', '2', '--validation-split', '0.3', '--log', 'log.csv', '--out', 'a.safetensors'),
    );
    assert.equal(result.output, '');
    assert.deepEqual([...result.errors.matchAll(epochLine)].map((match) => match[1]), ['1', '2']);
    assert.doesNotMatch(result.errors, /[\r\x1b]/);
    assert.match(result.errors, /Wrote a\.safetensors\./);
    const rows = read('log.csv').toString().trimEnd().split('\n').map((row) => row.split(','));
    assert.deepEqual(rows[0], logColumns);
    assert.deepEqual(rows.slice(1).map((row) => row[0]), ['1', '2']);
    for (const row of rows.slice(1)) {
        assert.equal(row.length, logColumns.length);
        assert.ok(row.every((cell) => cell !== '' && Number.isFinite(+cell)), row.join());
    }
});

test('trains a detector on pages, which no command takes for a model that reads', () => {
    const detector = 'input any 2, conv 6 5x5 stride 4 same relu, conv 15 1x1, detection';
    const split = ['--epoch-share', '0.2', '--validation-split', '0.3'];
    const { errors } = scrawlWell(train('--epochs', '1', ...split, '--arch', detector, '--int8', '--out', 'detector.safetensors'));
    assert.match(errors, new RegExp(`Epoch 1/1  56 pages  loss ${figure}  accuracy ${figure}  val_loss .* pages/s`));
    assert.match(scrawlWell(['summary', 'detector.safetensors']).output, /detection +32 x 32 x 15.*Input: any size/s);
    const reading = [['predict', '--model', 'detector.safetensors', 'three.pgm'], ['eval', 'detector.safetensors', '--data', 'idx']];
    for (const command of reading) {
        const { status, errors: said } = scrawl(command);
        assert.notEqual(status, 0);
        assert.match(said, /finds digits on pages/);
    }
});

test('makes images for the training, and calibrates on the validation images', () => {
    const made = ['--augment', '1', '--synthetic', '0.25', '--unknown', '0.25', '--validation-split', '0.2'];
    scrawlWell(train('--epochs', '1', ...made, '--out', 'made.safetensors', '--quiet'));
    const metadata = metadataOf('made.safetensors');
    assert.equal(metadata.trained_augment, '1');
    assert.equal(metadata.trained_synthetic, '0.25');
    assert.equal(metadata.trained_unknown, '0.25');
    assert.ok(Number(metadata.temperature) > 0 && Number(metadata.doubtful_below) >= 0.5);
    const plain = metadataOf('model.safetensors');
    assert.ok(!('temperature' in plain) && !('trained_augment' in plain));
    const much = scrawl(train('--synthetic', '0.6', '--unknown', '0.6'));
    assert.equal(much.status, 2);
    assert.match(much.errors, /together at most 1/);
    assert.match(scrawl(train('--augment', '1.01')).errors, /--augment can't be "1\.01": The .* must be from 0 to 1\. See/);
    assert.match(scrawl(train('--validation-split', '0.99999999')).errors, /leaves no image/);
    assert.match(scrawl(train('--epochs', '99999999999')).errors, /--epochs can't be .*: The .* from 1 to 100000/);
});

test('leaves the validation columns empty without validation', () => {
    scrawlWell(train('--epochs', '1', '--log', 'plain.csv', '--out', 'b.safetensors', '--quiet'));
    assert.match(read('plain.csv').toString(), /\n1,[\d.e-]+,[\d.e-]+,,,[\d.]+,[\d.]+\n$/);
});

test('is silent with --quiet', () => {
    const result = scrawlWell(train('--epochs', '1', '--out', 'b.safetensors', '--quiet'));
    assert.equal(result.output + result.errors, '');
});

test('draws a bar on a terminal', { skip: !fs.existsSync('/usr/bin/script') && 'there is no `script` here' }, () => {
    const command = quoted([program, ...train('--epochs', '2', '--out', 'b.safetensors')]);
    const result = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, input: '' });
    assert.equal(result.status, 0);
    assert.match(result.stdout.toString(), /\rEpoch 1\/2 .*\d+\/400 {2}loss .*images\/s {2}.* left\x1b\[K/);
});

test('leaves room for ^C behind the bar', { skip: !fs.existsSync('/usr/bin/script') && 'there is no `script` here' }, () => {
    for (const columns of [20, 60, 80, 100]) {
        const training = quoted([program, ...train('--epochs', '100', '--out', 'b.safetensors')]);
        const command = `stty cols ${columns}; exec ${training}`;
        const result = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, input: '' });
        assert.equal(result.status, 0);
        const bars = [...result.stdout.toString().matchAll(/\r(Epoch[^\r\n\x1b]*)\x1b\[K/g)].map((match) => match[1]);
        assert.ok(bars.length > 0);
        for (const bar of bars) assert.ok(bar.length <= columns - 3, `${bar.length} of ${columns} columns: ${bar}`);
    }
});

test('goes on from a finished model', () => {
    const from = ['train', '--from', 'model.safetensors', '--data', 'idx', '--threads', '2'];
    scrawlWell([...from, '--epochs', '1', '--learning-rate', '1e-12', '--out', 'same.safetensors', '--quiet']);
    const evaluate = (name) => JSON.parse(scrawlWell(['eval', name, '--data', 'idx', '--json']).output);
    assert.deepEqual(evaluate('same.safetensors').confusion, evaluate('model.safetensors').confusion);
    scrawlWell([...from, '--epochs', '3', '--learning-rate', '0.01', '--out', 'further.safetensors', '--quiet']);
    assert.ok(evaluate('further.safetensors').loss < evaluate('model.safetensors').loss);
    const architecture = (name) => scrawlWell(['summary', name]).output.split('\n')[0];
    assert.equal(architecture('further.safetensors'), architecture('model.safetensors'));
    const missing = scrawl(['train', '--from', 'nothing.safetensors', '--data', 'idx']);
    assert.equal(missing.status, 1);
    assert.match(missing.errors, /nothing\.safetensors: No such file/);
});

test('takes normalisation and classes from the model it goes on from', () => {
    writePictures('named', ['b', 'c'], 3);
    const network = ['--arch', 'flatten, dense 2 softmax', '--normalize', 'column-l2'];
    scrawlWell(['train', '--data', 'named', ...network, '--epochs', '1', '--out', 'named.safetensors', '--quiet']);
    scrawlWell(['train', '--from', 'named.safetensors', '--data', 'named', '--epochs', '1', '--out', 'named.safetensors']);
    assert.match(scrawlWell(['summary', 'named.safetensors']).output, /column-l2\nClasses: b c\n/);
    fs.renameSync(inFolder('named/c'), inFolder('named/d'));
    const other = scrawl(['train', '--from', 'named.safetensors', '--data', 'named', '--out', 'other.safetensors']);
    assert.equal(other.status, 1);
    assert.match(other.errors, /named\/d is named as no class/);
    assert.ok(!exists('other.safetensors'));
});

test('stops when it diverges, and keeps the old file', () => {
    fs.writeFileSync(inFolder('diverged.safetensors'), 'old');
    const wild = ['--optimizer', 'sgd', '--learning-rate', '999', '--momentum', '0.99', '--epochs', '1000'];
    const linear = ['--arch', 'flatten, dense 16, dense 16, dense 16, dense 10 softmax'];
    const result = scrawl(train(...wild, ...linear, '--out', 'diverged.safetensors'));
    assert.equal(result.status, 1, result.errors);
    assert.match(result.errors, /The training diverged.*--learning-rate/);
    assert.equal(read('diverged.safetensors').toString(), 'old');
    assert.ok(!exists('diverged.safetensors.checkpoint'));
});

test('keeps the mode of the file that it replaces', () => {
    fs.writeFileSync(inFolder('private.safetensors'), 'old', { mode: 0o600 });
    scrawlWell(train('--epochs', '1', '--quiet', '--out', 'private.safetensors'));
    assert.ok(read('private.safetensors').length > 3);
    assert.equal(fs.statSync(inFolder('private.safetensors')).mode & 0o777, 0o600);
});

test('writes the same bytes for the same seed, whatever the threads, and others for another', () => {
    const run = (out, ...more) => {
        scrawlWell(['train', '--data', 'idx', '--arch', tinyNetwork, '--epochs', '1', '--quiet', '--out', out, ...more]);
    };
    run('one.safetensors', '--threads', '1', '--seed', '3');
    run('two.safetensors', '--threads', '2', '--seed', '3');
    run('other.safetensors', '--threads', '2', '--seed', '4');
    assert.ok(read('one.safetensors').equals(read('two.safetensors')));
    assert.ok(!read('one.safetensors').equals(read('other.safetensors')));
});

/** The model file of one training of the tiny network. */
const trained = (...options) => {
    scrawlWell(train('--quiet', '--out', 'trained.safetensors', ...options));
    return read('trained.safetensors');
};

test('takes a preset, and what is given beside it wins wherever it stands', () => {
    const fast = trained('--preset', 'fast', '--epochs', '1');
    assert.equal(metadataIn(fast).trained_schedule, 'one-cycle');
    const other = ['--epochs', '2', '--batch-size', '50', '--schedule', 'cosine'];
    const early = trained(...other, '--preset', 'fast');
    assert.ok(early.equals(trained('--preset', 'fast', ...other)));
    const { trained_epochs, trained_batch_size, trained_schedule, trained_learning_rate } = metadataIn(early);
    assert.deepEqual([trained_epochs, trained_batch_size, trained_schedule], ['2', '50', 'cosine']);
    assert.equal(trained_learning_rate, metadataIn(fast).trained_learning_rate);
    assert.ok(!early.equals(trained('--preset', 'tutorial', ...other)));
});

test('the preset tutorial is the tutorial of the command line\'s README', () => {
    const readme = fs.readFileSync(path.join(root, 'src/cli/README.md'), 'utf8');
    const command = readme.match(/`scrawl train --arch tutorial --normalize column-l2 (.*) --out tutorial\.safetensors`/);
    const l2 = ['--normalize', 'column-l2'];
    assert.ok(trained(...l2, '--preset', 'tutorial').equals(trained(...l2, ...command[1].split(' '))));
});

test('without a preset or a schedule, the learning rate stays', () => {
    assert.ok(trained('--epochs', '2').equals(trained('--epochs', '2', '--schedule', 'constant')));
    assert.ok(!trained('--epochs', '2').equals(trained('--epochs', '2', '--schedule', 'one-cycle')));
});

test('takes every option', () => {
    const data = ['--data=idx', '--validation-split=.2', '--normalize=column-l2', '--batch-size=50', '--epochs=1'];
    const network = [`--arch=${tinyNetwork}`, '--seed=9', '--threads=0', '--out=c.safetensors', '--quiet'];
    const optimizer = ['--optimizer=sgd', '--learning-rate=1e-2', '--momentum=0.5', '--schedule=cosine', '--dropout=off'];
    scrawlWell(['train', ...data, ...network, ...optimizer, '--label-smoothing', '.2', '--epoch-share', '1']);
    assert.match(scrawlWell(['summary', 'c.safetensors']).output, /normalization column-l2/);
});

test('refuses an unwritable place before it starts', () => {
    for (const out of ['nowhere/model.safetensors', 'three.pgm/model.safetensors', 'idx', '/proc/model.safetensors']) {
        const result = scrawl(train('--epochs', '100000', '--out', out));
        assert.equal(result.status, 1, result.errors);
        assert.match(result.errors, /Can't write .*--out/);
        assert.doesNotMatch(result.errors, /Epoch/);
    }
    const log = scrawl(train('--epochs', '100000', '--out', 'd.safetensors', '--log', 'nowhere/log.csv'));
    assert.equal(log.status, 1);
    assert.match(log.errors, /nowhere\/log\.csv/);
    assert.ok(!exists('d.safetensors'));
    assert.deepEqual(leftovers(), []);
});

test('keeps a symbolic link as one', () => {
    fs.mkdirSync(inFolder('elsewhere'));
    fs.writeFileSync(inFolder('elsewhere', 'real.safetensors'), 'old');
    fs.symlinkSync('elsewhere/real.safetensors', inFolder('link.safetensors'));
    scrawlWell(train('--epochs', '1', '--quiet', '--out', 'link.safetensors'));
    assert.ok(fs.lstatSync(inFolder('link.safetensors')).isSymbolicLink());
    assert.ok(read('elsewhere/real.safetensors').length > 3);
    fs.symlinkSync('new.safetensors', inFolder('elsewhere', 'next.safetensors')); // to what isn't there yet
    fs.symlinkSync('elsewhere/next.safetensors', inFolder('first.safetensors'));
    scrawlWell(train('--epochs', '1', '--quiet', '--out', 'first.safetensors'));
    assert.ok(fs.lstatSync(inFolder('first.safetensors')).isSymbolicLink());
    assert.ok(fs.lstatSync(inFolder('elsewhere', 'new.safetensors')).isFile());
    assert.equal(fs.statSync(inFolder('link.safetensors')).mode & 0o777, 0o666 & ~process.umask());
});

test('refuses one file for two results', () => {
    for (const [first, second] of [['--out', '--log'], ['--out', '--plot'], ['--log', '--plot']]) {
        const result = scrawl(train('--epochs', '1', first, 'one.file', second, 'one.file'));
        assert.equal(result.status, 2);
        assert.match(result.errors, /files of their own, not one\.file/);
        assert.ok(!exists('one.file'));
    }
    for (const [first, second] of [['one.file', './one.file'], ['one.file', inFolder('one.file')]]) {
        const result = scrawl(train('--epochs', '1', '--log', first, '--out', second));
        assert.equal(result.status, 2);
        assert.match(result.errors, /files of their own, not one\.file/);
    }
    fs.writeFileSync(inFolder('teacher.safetensors'), 'old');
    assert.equal(scrawl(train('--epochs', '1', '--teacher', 'teacher.safetensors', '--log', 'teacher.safetensors')).status, 2);
    assert.equal(read('teacher.safetensors').toString(), 'old');
    scrawlWell(train('--epochs', '1', '--quiet', '--out', '/dev/null', '--plot', '/dev/null'));
});

test('keeps a device as one', () => {
    scrawlWell(train('--epochs', '1', '--quiet', '--out', '/dev/null'));
    assert.ok(fs.statSync('/dev/null').isCharacterDevice());
    const full = scrawl(train('--epochs', '1', '--quiet', '--out', '/dev/full'));
    assert.equal(full.status, 1);
    assert.match(full.errors, /\/dev\/full: No space left/);
});

test('leaves the old file as it is when the new one does not fit', () => {
    fs.writeFileSync(inFolder('small.safetensors'), 'old');
    const command = quoted([program, ...train('--epochs', '1', '--quiet', '--out', 'small.safetensors')]);
    const result = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 1; exec ${command}`], { cwd: folder });
    assert.equal(result.status, 1, result.stderr.toString());
    assert.match(result.stderr.toString(), /Can't write .*small\.safetensors/);
    assert.equal(read('small.safetensors').toString(), 'old');
    assert.deepEqual(leftovers(), []);
});

test('temporary files would be noticed', () => {
    fs.writeFileSync(inFolder('x.safetensors.aB3dE6'), '');
    assert.deepEqual(leftovers(), ['x.safetensors.aB3dE6']);
    fs.rmSync(inFolder('x.safetensors.aB3dE6'));
});
