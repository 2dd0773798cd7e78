// `scrawl predict` from outside: text, JSON and sheets, of pictures that can be read and of others.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';

import {
    changedModel,
    exists,
    folder,
    inFolder,
    program,
    quoted,
    read,
    scrawl,
    scrawlWell,
    useModel,
} from '../helpers/command.mjs';
import { decodePng } from '../helpers/png.mjs';

useModel();

/** A PNG file of the program's, and how many colors there are in it. */
function readSheet(name) {
    const { width, height, pixel } = decodePng(read(name));
    const colors = new Set();
    for (let y = 0; y < height; y += 3) for (let x = 0; x < width; x += 3) colors.add(pixel(x, y).join());
    return { width, height, colors };
}

const predict = (...more) => ['predict', '--model', 'model.safetensors', ...more];

test('prints one JSON object per picture', () => {
    const { output } = scrawlWell(predict('--json', '--single', 'three.pgm', 'three.pgm'));
    const lines = output.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.equal(lines.length, 2);
    const [reading] = lines;
    assert.deepEqual(Object.keys(reading), ['file', 'text', 'digits']);
    assert.equal(reading.file, 'three.pgm');
    assert.equal(reading.digits.length, 1);
    const [digit] = reading.digits;
    assert.deepEqual(Object.keys(digit), ['digit', 'confidence', 'doubtful', 'beside_left_out', 'probabilities', 'x', 'y', 'width', 'height', 'line', 'space_before']);
    assert.equal(reading.text, String(digit.digit));
    assert.equal(digit.probabilities.length, 10);
    assert.equal(digit.confidence, Math.max(...digit.probabilities));
    assert.ok(Math.abs(digit.probabilities.reduce((sum, p) => sum + p) - 1) < 1e-5);
    for (const name of ['x', 'y', 'width', 'height']) assert.ok(Number.isInteger(digit[name]));
    assert.deepEqual([digit.line, digit.space_before], [0, false]);
});

test('prints a line for people', () => {
    const { output } = scrawlWell(predict('three.pgm'));
    assert.match(output, /^three\.pgm: \d\?? {2}\(\d+\.\d %\)\n$/);
});

test('tells lines apart whatever labels begin with', () => {
    const labels = (texts) => JSON.stringify(JSON.stringify(texts));
    const digits = Array.from('0123456789');
    changedModel('spaced.safetensors', labels(digits), labels(digits.map((digit) => ` ${digit}`)));
    const [width, height] = [180, 140];
    const pixels = Buffer.alloc(width * height, 255);
    for (const [left, top] of [[20, 20], [45, 20], [140, 20], [20, 90]])
        for (let y = top; y < top + 30; y++) pixels.fill(0, y * width + left, y * width + left + 8);
    fs.writeFileSync(inFolder('lines.pgm'), Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), pixels]));
    const read = ['predict', '--model', 'spaced.safetensors', 'lines.pgm'];
    assert.match(scrawlWell(read).output, /^lines\.pgm: ( \d\??){3} {2}\(.*\)\nlines\.pgm: ( \d\??) {2}\(.*\)\n$/);
    const reading = JSON.parse(scrawlWell([...read, '--json']).output);
    assert.match(reading.text, /^ \d \d {2}\d\n \d$/);
    const places = reading.digits.map(({ line, space_before: space }) => [line, space]);
    assert.deepEqual(places, [[0, false], [0, false], [0, true], [1, false]]);
});

test('puts a ? behind a digit that is doubtful', () => {
    const seen = [0.001, 0.99999].map((limit) => {
        changedModel('limit.safetensors', '"architecture"', `"doubtful_below":"${limit}","architecture"`);
        const limited = ['predict', '--model', 'limit.safetensors', 'three.pgm'];
        const [digit] = JSON.parse(scrawlWell([...limited, '--json']).output).digits;
        assert.equal(digit.doubtful, digit.confidence < limit);
        return /^three\.pgm: \d\? /.test(scrawlWell(limited).output);
    });
    assert.equal(seen[0], false);
    assert.equal(seen[1], true);
});

test('draws how a picture was read', () => {
    const plain = scrawlWell(predict('--json', '--single', 'three.pgm')).output;
    assert.equal(scrawlWell(predict('--explain', 'sheet.png', '--json', '--single', 'three.pgm')).output, plain);
    const sheet = readSheet('sheet.png');
    assert.ok(sheet.width > 600 && sheet.height > 400);
    assert.ok(sheet.colors.size > 10);
    const page = Buffer.alloc(300 * 100, 230);
    for (const [x, width, top, height] of [[40, 8, 20, 60], [100, 8, 20, 60], [200, 12, 40, 12]])
        for (let row = top; row < top + height; row++) page.fill(40, row * 300 + x, row * 300 + x + width);
    fs.writeFileSync(inFolder('specked.pgm'), Buffer.concat([Buffer.from('P5\n300 100\n255\n'), page]));
    scrawlWell(predict('--explain', 'specked.png', 'specked.pgm'));
    const speck = '185,45,116'; // the colour of this reason in src/cli/draw/explanation.c
    assert.ok(readSheet('specked.png').colors.has(speck) && !sheet.colors.has(speck));
    scrawlWell(predict('--explain', 'blank.png', 'blank.pgm'));
    const blank = readSheet('blank.png');
    assert.equal(blank.width, sheet.width);
    assert.ok(blank.height < sheet.height);
    scrawlWell(predict('--explain', 'input.png', '-'), { input: read('three.pgm') });
    assert.ok(exists('input.png'));
});

test('draws one picture only, whole or not at all', () => {
    const two = scrawl(predict('--explain', 'two.png', 'three.pgm', 'three.pgm'));
    assert.equal(two.status, 2);
    assert.match(two.errors, /--explain draws one picture.* 2\./);
    const before = read('three.pgm');
    fs.writeFileSync(inFolder('own.png'), before);
    const own = scrawl(predict('--explain', './own.png', 'own.png'));
    assert.equal(own.status, 2);
    assert.match(own.errors, /--explain needs a file of its own, not the picture \.\/own\.png itself\./);
    assert.deepEqual(read('own.png'), before);
    const nowhere = scrawl(predict('--explain', 'nowhere/x.png', 'three.pgm'));
    assert.equal(nowhere.status, 1);
    assert.match(nowhere.errors, /Can't write nowhere\/x\.png/);
    assert.equal(nowhere.output, '');
    assert.equal(scrawl(predict('--explain', 'two.png', 'text.png')).status, 1);
    assert.ok(!exists('two.png'));
    fs.writeFileSync(inFolder('old.png'), 'old');
    const command = quoted([program, ...predict('--explain', 'old.png', 'three.pgm')]);
    const full = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 1; exec ${command}`], { cwd: folder });
    assert.equal(full.status, 1);
    assert.match(full.stderr.toString(), /Can't write .*old\.png/);
    assert.equal(read('old.png').toString(), 'old');
    assert.ok(!fs.readdirSync(folder).some((name) => name.startsWith('old.png.')));
});

test('reads standard input', () => {
    const fromFile = JSON.parse(scrawlWell(predict('--json', 'three.pgm')).output);
    const fromInput = JSON.parse(scrawlWell(predict('--json', '-'), { input: read('three.pgm') }).output);
    assert.deepEqual(fromInput, { ...fromFile, file: '-' });
});

test('reads a blank picture to no digits', () => {
    assert.equal(scrawlWell(predict('--json', 'blank.pgm')).output, '{"file":"blank.pgm","text":"","digits":[]}\n');
    assert.equal(scrawlWell(predict('blank.pgm')).output, 'blank.pgm: no digits found\n');
});

test('goes on after a picture that cannot be read, and ends with status 1', () => {
    const json = scrawl(predict('--json', 'missing.png', 'text.png', 'empty', 'three.pgm'));
    assert.equal(json.status, 1);
    const lines = json.output.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.map((line) => line.file), ['missing.png', 'text.png', 'empty', 'three.pgm']);
    for (const line of lines.slice(0, 3)) assert.deepEqual(Object.keys(line), ['file', 'error']);
    assert.match(lines[0].error, /missing\.png: No such file/);
    assert.ok('text' in lines[3]);
    const plain = scrawl(predict('missing.png', 'text.png', 'three.pgm'));
    assert.equal(plain.status, 1);
    assert.match(plain.errors, /missing\.png: No such file[^]*text\.png: /);
    assert.match(plain.output, /^three\.pgm: /);
});

test('keeps its JSON right with strange file names', () => {
    const name = Buffer.from([...Buffer.from('a"b\\c\n\x01ü€😀'), 0xff, 0xed, 0xa0, 0x80]);
    const octal = [...name].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const script = `exec ${quoted([program, ...predict('--json')])} "$(printf '${octal}')"`;
    const result = spawnSync('bash', ['-c', script], { cwd: folder });
    const line = new TextDecoder('utf-8', { fatal: true }).decode(result.stdout);
    assert.equal(JSON.parse(line).file, 'a"b\\c\n\x01ü€😀' + '\ufffd'.repeat(4));
});

test('sends no control characters of names to the terminal', () => {
    const name = 'e\x1b[31m\x07\n\u009b2J\x7f.pgm';
    const shown = 'e\\x1b[31m\\x07\\n\\u009b2J\\x7f.pgm';
    const wrong = scrawl(predict(name));
    assert.equal(wrong.errors, `scrawl: Can't open ${shown}: No such file or directory.\n`);
    fs.copyFileSync(inFolder('three.pgm'), inFolder(name));
    assert.ok(scrawlWell(predict(name)).output.startsWith(`${shown}: `));
    assert.ok(scrawl(['train', `--${name}`]).errors.includes(shown));
    const long = 'x'.repeat(5000);
    assert.ok(scrawl([long]).errors.includes(long));
});

test('takes a file named like an option after --', () => {
    fs.copyFileSync(inFolder('three.pgm'), inFolder('--json'));
    assert.match(scrawlWell(predict('--', '--json')).output, /^--json: /);
});

test('says when there is no model in it, or uses it', () => {
    const result = scrawl(['predict', '--json', '--single', 'three.pgm']);
    if (result.status === 0) assert.equal(JSON.parse(result.output).digits.length, 1);
    else assert.match(result.errors, /no model in it.*scrawl train.*--model/);
});

test('notices that standard output cannot be written', () => {
    const full = fs.openSync('/dev/full', 'w');
    const evaluate = ['eval', 'model.safetensors', '--data', 'idx', '--json'];
    for (const commandArguments of [predict('three.pgm'), predict('--json', 'three.pgm'), ['help'], evaluate]) {
        const result = scrawl(commandArguments, { stdio: ['ignore', full, 'pipe'] });
        assert.equal(result.status, 1, commandArguments.join(' '));
        assert.match(result.errors, /Can't write to standard output: No space left/);
    }
    fs.closeSync(full);
    const command = quoted([program, ...predict('three.pgm')]);
    const pipe = spawnSync('bash', ['-c', `{ sleep 0.2; ${command}; echo "status $?" >&2; } | true`], { cwd: folder });
    assert.match(pipe.stderr.toString(), /Broken pipe[^]*status 1/);
});
