// Hostile files for every parser, through the command line and the page's reader of kept digits: whole ones of each kind, of
// which HOSTILE changed copies are cut off, overwritten, lengthened, or say wrong sizes. Each is refused with a sentence or
// taken, also each of many pictures in one run; no signal ends the program, none takes long, and a sanitizer has nothing to say. SEED chooses the changes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { readDigits, writeDigits } from '../../web/page/storage/kept-digits.js';
import { root } from '../helpers/build.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { folder, inFolder, leaveCheckpoint, oneMoreEpoch, program, read, scrawlWell, useModel } from '../helpers/command.mjs';
import { encodePng } from '../helpers/png.mjs';
import { Random } from '../helpers/random.mjs';

const HOSTILE = Number(process.env.HOSTILE ?? 500);
const SEED = Number(process.env.SEED ?? 1);
/** Of one file, in milliseconds; the machine may be busy and the program one with a sanitizer. */
const LONGEST = 30_000;

useModel();

// ---- What is changed -------------------------------------------------------------------------------------------

/** Numbers that sizes and offsets are wrong with. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

const changes = [
    (bytes, random) => bytes.subarray(0, random.whole(0, bytes.length - 1)),
    (bytes, random) => Buffer.concat([bytes, Buffer.from(Array.from({ length: random.whole(1, 50) }, () => random.whole(0, 255)))]),
    (bytes, random) => (bytes[random.whole(0, bytes.length - 1)] ^= 1 << random.whole(0, 7), bytes),
    (bytes, random) => (bytes[random.whole(0, Math.min(64, bytes.length) - 1)] = random.whole(0, 255), bytes),
    (bytes, random) => {
        const [place, value] = [random.whole(0, Math.min(400, bytes.length - 4)), random.pick(EXTREMES)];
        return (random.chance(0.5) ? bytes.writeUInt32LE(value, place) : bytes.writeUInt32BE(value, place)), bytes;
    },
    (bytes, random) => {
        const place = random.whole(0, bytes.length - 1);
        return bytes.fill(random.pick([0, 0x20, 0x39, 0xff]), place, Math.min(bytes.length, place + Math.ceil(random.ratio(1, bytes.length))));
    },
    (bytes, random) => {
        const [from, to] = [random.whole(0, bytes.length - 1), random.whole(0, bytes.length - 1)];
        return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, from + random.whole(1, 200)), bytes.subarray(to)]);
    },
    (bytes, random) => {
        const digits = [...bytes.subarray(0, 600).entries()].filter(([, value]) => value >= 0x30 && value <= 0x39);
        if (digits.length === 0) return bytes;
        const place = random.pick(digits)[0];
        return Buffer.concat([bytes.subarray(0, place), Buffer.from(random.pick(['-1', '0', '4294967296', '99999999999999999999', '1e9', '""', 'null', '[]'])), bytes.subarray(place + 1)]);
    },
];

/** One to three changes of a copy. */
function hostile(bytes, random) {
    let changed = Buffer.from(bytes);
    for (let count = random.whole(1, 3); count > 0 && changed.length > 4; count--) changed = Buffer.from(random.pick(changes)(changed, random));
    return changed;
}

// ---- Whole files ------------------------------------------------------------------------------------------------

/** A bitmap of 24 bits for a pixel, from the bottom up. */
function bmp({ data, width, height }) {
    const stride = Math.ceil(width * 3 / 4) * 4, header = Buffer.alloc(54), pixels = Buffer.alloc(stride * height);
    header.write('BM');
    [[2, 54 + pixels.length], [10, 54], [14, 40], [18, width], [22, height], [34, pixels.length]].forEach(([place, value]) => header.writeUInt32LE(value, place));
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(24, 28);
    for (let y = 0; y < height; y++) for (let x = 0; x < 3 * width; x++) pixels[(height - 1 - y) * stride + x] = data[(y * width + Math.floor(x / 3)) * 4];
    return Buffer.concat([header, pixels]);
}

function pnm(kind, { data, width, height }) {
    const greys = Array.from({ length: width * height }, (_, i) => data[4 * i]);
    const text = { P1: () => greys.map((grey) => (grey < 128 ? 1 : 0)).join(' '), P5: () => Buffer.from(greys), P6: () => Buffer.from(greys.flatMap((grey) => [grey, grey, grey])) };
    return Buffer.concat([Buffer.from(`${kind}\n${width} ${height}\n${kind === 'P1' ? '' : '255\n'}`), Buffer.from(text[kind]())]);
}

/** In grey, with 7 bits for a pixel; the table of its compression is begun anew before it grows. */
function gif({ data, width, height }) {
    const [CLEAR, END, GREYS, RUN, BLOCK] = [128, 129, 128, 100, 255];
    const codes = [];
    for (let i = 0; i < width * height; i++) {
        if (i % RUN === 0) codes.push(CLEAR);
        codes.push(data[4 * i] >> 1);
    }
    codes.push(END);
    const blocks = [];
    for (let i = 0; i < codes.length; i += BLOCK) blocks.push(Math.min(BLOCK, codes.length - i), ...codes.slice(i, i + BLOCK));
    const size = [width & 255, width >> 8, height & 255, height >> 8];
    const greys = Array.from({ length: GREYS }, (_, i) => [2 * i, 2 * i, 2 * i]).flat();
    return Buffer.from([...Buffer.from('GIF89a'), ...size, 0xf6, 0, 0, ...greys, 0x2c, 0, 0, 0, 0, ...size, 0, 7, ...blocks, 0, 0x3b]);
}

const FEW = 20;

/** An IDX file of the first few of a data set's. */
function firstOf(name, headerSize, itemSize) {
    const bytes = Buffer.from(read(name).subarray(0, headerSize + FEW * itemSize));
    bytes.writeUInt32BE(FEW, 4);
    return bytes;
}

const fewImages = () => firstOf('idx/t10k-images-idx3-ubyte', 16, 784);

const csv = () => ['label', ...Array(784).keys()].join() + '\n' + Array.from({ length: 12 }, (_, row) => [row % 10, ...Array(784).fill(row)].join()).join('\n');

/** Each kind of file: its bytes, where they go, and the program's arguments; several names at once where it takes many. */
const kinds = {
    png: { bytes: () => encodePng(picture('20')), command: (names) => predict(...names) },
    bmp: { bytes: () => bmp(picture('2')), command: (names) => predict(...names) },
    pbm: { bytes: () => pnm('P1', picture('2')), command: (names) => predict(...names) },
    pgm: { bytes: () => pnm('P5', picture('2')), command: (names) => predict(...names) },
    ppm: { bytes: () => pnm('P6', picture('2')), command: (names) => predict(...names) },
    jpeg: { bytes: () => fs.readFileSync(path.join(root, 'web', 'samples', 'board.jpg')), command: (names) => predict(...names) },
    gif: { bytes: () => gif(picture('2')), command: (names) => predict(...names) },
    model: { bytes: () => read('model.safetensors'), command: ([name]) => ['predict', '--finder', 'none', '--model', name, 'three.pgm'] },
    ONNX: { bytes: () => fs.readFileSync(path.join(root, 'tests/fixtures/onnx/folded.onnx')), command: ([name]) => ['predict', '--finder', 'none', '--model', name, 'three.pgm'] },
    Keras: { bytes: () => fs.readFileSync(path.join(root, 'tests/fixtures/keras/tiny_graph.h5')), command: ([name]) => ['predict', '--finder', 'none', '--model', name, 'three.pgm'] },
    'Keras\' archives': { bytes: () => fs.readFileSync(path.join(root, 'tests/fixtures/keras/tiny_early.keras')), command: ([name]) => ['predict', '--finder', 'none', '--model', name, 'three.pgm'] },
    finder: { bytes: () => fs.readFileSync(path.join(root, 'models', 'finder.safetensors')), command: ([name]) => ['predict', '--model', 'model.safetensors', '--finder', name, 'three.pgm'] },
    checkpoint: { bytes: () => read('checkpoint'), command: ([name]) => oneMoreEpoch(name, 'checkpoint') },
    csv: { bytes: () => Buffer.from(csv()), ending: '.csv', command: ([name]) => ['eval', 'model.safetensors', '--data', name] },
    'IDX images': { bytes: fewImages, at: 'few/t10k-images-idx3-ubyte', command: () => evaluation },
    'IDX labels': { bytes: () => read('idx/t10k-labels-idx1-ubyte'), at: 'many/t10k-labels-idx1-ubyte', command: () => ['eval', 'model.safetensors', '--data', 'many'] },
    'gzipped IDX': { bytes: () => gzipSync(fewImages()), at: 'few/t10k-images-idx3-ubyte', command: () => evaluation },
};
const evaluation = ['eval', 'model.safetensors', '--data', 'few'];
const predict = (...names) => ['predict', '--json', '--model', 'model.safetensors', '--finder', 'none', ...names];

before(async () => {
    for (const name of ['few', 'many', 'changed']) fs.mkdirSync(inFolder(name));
    fs.copyFileSync(inFolder('idx/t10k-images-idx3-ubyte'), inFolder('many/t10k-images-idx3-ubyte'));
    fs.writeFileSync(inFolder('few/t10k-labels-idx1-ubyte'), firstOf('idx/t10k-labels-idx1-ubyte', 8, 1));
    await leaveCheckpoint('checkpoint');
    scrawlWell(['summary', 'checkpoint']);
});

/** Runs the program on some changed files: one that is refused is so with a sentence. Its status and standard output. */
function tryFiles(commandArguments, what) {
    const { status, signal, stdout, stderr, error } = spawnSync(program, commandArguments, { cwd: folder, timeout: LONGEST });
    const errors = (stderr ?? '').toString();
    const isWell = !error && signal === null && [0, 1, 2].includes(status) && !/Sanitizer|runtime error/.test(errors);
    assert.ok(isWell, `${what}: ${signal ?? status} ${error ?? ''} ${errors.slice(0, 3000)}`);
    if (status !== 0 && !commandArguments.includes('--json')) assert.match(errors, /^scrawl: .+\.$/m, `${what}: ${errors}`);
    return { status, output: (stdout ?? '').toString() };
}

/** What became of each of many pictures: read, or refused with a sentence, in its own line. @returns {boolean[]} whether it was taken */
function verdicts({ status, output }, names, what) {
    const lines = output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ file }) => file), names, what);
    for (const { file, error, text } of lines) assert.ok(error === undefined ? typeof text === 'string' : /\S.*\.$/.test(error), `${what}: ${file}: ${error}`);
    assert.equal(status !== 0, lines.some(({ error }) => error !== undefined), `${what}: ${status}`);
    return lines.map(({ error }) => error === undefined);
}

const AT_ONCE = 20;

for (const [kind, { bytes, command, at, ending = '' }] of Object.entries(kinds)) {
    test(`${kind}: ${HOSTILE} changed files`, (context) => {
        const whole = bytes(), random = new Random(SEED), many = command(['a', 'b']).includes('b');
        const ask = (files, names, what) => {
            names.forEach((name, i) => fs.writeFileSync(inFolder(name), files[i]));
            const result = tryFiles(command(names), what);
            return many ? verdicts(result, names, what) : [result.status === 0];
        };
        assert.deepEqual(ask([whole], [at ?? `changed/0${ending}`], `${kind}, unchanged`), [true], 'the unchanged file is taken');
        const taken = [];
        while (taken.length < HOSTILE) {
            const count = many ? Math.min(AT_ONCE, HOSTILE - taken.length) : 1;
            const names = Array.from({ length: count }, (_, i) => at ?? `changed/${i}${ending}`);
            const files = names.map(() => hostile(whole, random));
            taken.push(...ask(files, names, `${kind}, SEED ${SEED}, files ${taken.length} to ${taken.length + count - 1}`));
        }
        const refused = taken.filter((wasTaken) => !wasTaken).length;
        context.diagnostic(`${kind}: of ${taken.length} files ${taken.length - refused} were taken and ${refused} refused with a sentence`);
        assert.ok(refused > 0, 'some are refused');
    });
}

test(`kept digits: ${10 * HOSTILE} changed files`, () => {
    const digits = [7, 3].map((label) => ({ label, image: new Uint8Array(784).fill(label), readAs: 1, kept: 1.7e12 }));
    const whole = Buffer.from(writeDigits(digits)), random = new Random(SEED);
    assert.deepEqual(readDigits(whole.toString()), digits);
    let refused = 0;
    for (let i = 0; i < 10 * HOSTILE; i++) {
        const text = hostile(whole, random).toString();
        try {
            for (const { label, image, readAs, kept: time } of readDigits(text)) {
                assert.ok(Number.isInteger(label) && label >= 0 && label < 10 && Number.isFinite(time));
                assert.ok(image instanceof Uint8Array && image.length === 784 && (readAs === null || readAs < 10));
                assert.ok(new Date(time).toISOString());
            }
        } catch (error) {
            assert.match(error.message, /^(This file|This list|Digit \d+ of the file) .+\.$/, text);
            refused++;
        }
    }
    assert.ok(refused > HOSTILE);
});
