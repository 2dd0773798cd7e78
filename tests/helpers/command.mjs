// The native command line for its tests: a folder of its own for each test file, runs in it, and what there is to read.
// In the folder: idx/, a data set of bars; three.pgm, blank.pgm; text.png, which is no picture; and model.safetensors,
// which `useModel` trains on the bars.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';

import { drawBar, generator, idx, side } from './bars.mjs';
import { built } from './build.mjs';

export const program = built('scrawl');
export const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-command-'));
after(() => fs.rmSync(folder, { recursive: true }));

export const inFolder = (...names) => path.join(folder, ...names);
export const exists = (name) => fs.existsSync(inFolder(name));
export const read = (name) => fs.readFileSync(inFolder(name));

/** Runs the program to its end in `folder`. A run that takes this long hangs. */
export function scrawl(commandArguments, { input, stdio } = {}) {
    const result = spawnSync(program, commandArguments, { cwd: folder, input, stdio, timeout: 60_000 });
    if (result.error) throw result.error;
    const text = (bytes) => (bytes ?? '').toString();
    return { status: result.status, output: text(result.stdout), errors: text(result.stderr) };
}

/** The same, and the run must end as it should. */
export function scrawlWell(commandArguments, options) {
    const result = scrawl(commandArguments, options);
    assert.equal(result.status, 0, result.errors);
    return result;
}

/** For a shell. */
export const quoted = (words) => words.map((word) => `'${word}'`).join(' ');

export const tinyNetwork = 'conv 4 3x3 relu, maxpool 4, dropout 0.25, flatten, dense 10 softmax';

/** The arguments of a training of the tiny network on the bars. */
export const train = (...more) => ['train', '--data', 'idx', '--arch', tinyNetwork, '--threads', '2', ...more];

/** Writes the data and trains the model before the tests of a file. */
export function useModel() {
    before(() => {
        writeIdx('idx', 400, 1);
        fs.writeFileSync(inFolder('three.pgm'), pgm(makeImage(3, generator(5))));
        fs.writeFileSync(inFolder('blank.pgm'), pgm(new Uint8Array(side * side)));
        fs.writeFileSync(inFolder('text.png'), 'This is no picture.');
        scrawlWell(train('--epochs', '8', '--learning-rate', '0.01', '--out', 'model.safetensors', '--quiet'));
    });
}

/** Starts a training, sends `signal` once standard error matches `when`, and waits for the end. */
export function interrupt(commandArguments, when, signal) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, commandArguments, { cwd: folder, timeout: 60_000 });
        let errors = '', sent = false;
        child.stderr.on('data', (chunk) => {
            errors += chunk;
            if (!sent && when.test(errors)) sent = child.kill(signal);
        });
        child.on('error', reject);
        child.on('close', (status, killer) => resolve({ status, killer, errors }));
    });
}

/** Runs the program and kills it after so long: whether it was killed, and not at its end already, and its complaints. */
export function killAfter(commandArguments, milliseconds) {
    const child = spawn(program, commandArguments, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (text) => errors += text);
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    return new Promise((resolve) => child.on('close', (status, signal) => {
        clearTimeout(timer);
        resolve({ wasKilled: signal === 'SIGKILL', status, errors: `${status} ${signal} ${errors}` });
    }));
}

/** Leaves a checkpoint under this name: of a training that was interrupted in its first epoch, or ended in another way. */
export async function leaveCheckpoint(name) {
    const options = train('--epochs', '100000', '--batch-size', '400', '--out', 'left.safetensors');
    const { status, killer, errors } = await interrupt(options, /Epoch 1\//, 'SIGINT');
    assert.ok(exists('left.safetensors.checkpoint'), `${killer ?? status} ${errors}`);
    fs.renameSync(inFolder('left.safetensors.checkpoint'), inFolder(name));
}

/** The arguments that train one epoch more from a checkpoint. */
export const oneMoreEpoch = (name, checkpoint) => ['train', '--resume', name, '--data', 'idx', '--threads', '1',
    '--epochs', `${Number(metadataOf(checkpoint).checkpoint_epoch) + 1}`, '--quiet', '--out', 'made.safetensors'];

// ---- Data -----------------------------------------------------------------------------------------------------

/** Easy to learn, but not in one step. */
function makeImage(label, random) {
    return drawBar(new Uint8Array(side * side), label, random, { shifts: 3, faintest: 155 });
}

/** Images and labels in the two files of an IDX set. prefix: "train" or "t10k". */
export function writeIdxFiles(name, prefix, images, labels, { middle = '-', pack } = {}) {
    const write = (file, bytes) => {
        fs.writeFileSync(inFolder(name, pack ? `${file}.gz` : file), pack ? pack(bytes) : bytes);
    };
    write(`${prefix}-images${middle}idx3-ubyte`, idx([images.length, side, side], Buffer.concat(images)));
    write(`${prefix}-labels${middle}idx1-ubyte`, idx([labels.length], Uint8Array.from(labels)));
}

/** A folder of bars for training and for testing. */
export function writeIdx(name, count, seed, { prefixes = ['train', 't10k'], ...form } = {}) {
    const random = generator(seed);
    const labels = Array.from({ length: count }, (_, i) => i % 10);
    fs.mkdirSync(inFolder(name));
    for (const prefix of prefixes) {
        writeIdxFiles(name, prefix, labels.map((label) => makeImage(label, random)), labels, form);
    }
}

/** Black ink on white paper, as the bytes of a PGM file. */
function pgm(image, scale = 2) {
    const width = side * scale;
    const pixels = Buffer.alloc(width * width);
    for (let i = 0; i < pixels.length; i++) {
        const row = Math.floor(i / width / scale);
        pixels[i] = 255 - image[row * side + Math.floor((i % width) / scale)];
    }
    return Buffer.concat([Buffer.from(`P5\n${width} ${width}\n255\n`), pixels]);
}

/** A bar upright, a bar across, or both: shapes that differ wherever they lie, as finding a digit centres it. */
function makeShape(label, random) {
    const upright = makeImage(Math.floor(random() * 5), random);
    const across = makeImage(5 + Math.floor(random() * 5), random);
    if (label === 0) return upright;
    return label === 1 ? across : upright.map((value, i) => Math.max(value, across[i]));
}

/** `count` pictures for each class, in a folder of its name. */
export function writePictures(name, classes, count) {
    const random = generator(7);
    classes.forEach((className, label) => {
        fs.mkdirSync(inFolder(name, className), { recursive: true });
        for (let i = 0; i < count; i++) {
            fs.writeFileSync(inFolder(name, className, `${i}.pgm`), pgm(makeShape(label, random)));
        }
    });
}

// ---- Model files -----------------------------------------------------------------------------------------------

/** What a model file says of itself. */
export function metadataIn(bytes) {
    return JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE()))).__metadata__;
}
export const metadataOf = (name) => metadataIn(read(name));

/** The model with a text of its header replaced by another of any length. */
export function changedModel(name, text, replacement) {
    const bytes = read('model.safetensors');
    const size = Number(bytes.readBigUInt64LE());
    const header = bytes.subarray(8, 8 + size).toString().trimEnd();
    assert.ok(header.includes(text), header);
    let changed = Buffer.from(header.replace(text, replacement));
    changed = Buffer.concat([changed, Buffer.alloc((8 - (changed.length % 8)) % 8, ' ')]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(changed.length));
    fs.writeFileSync(inFolder(name), Buffer.concat([length, changed, bytes.subarray(8 + size)]));
}

/** Temporary files that a write left behind. */
const temporaryName = /\.safetensors(\.checkpoint)?(\.unfinished)?\.[A-Za-z0-9]{6}$/;
export const leftovers = () => fs.readdirSync(folder).filter((name) => temporaryName.test(name));
