// Many small pictures for the tests of `scrawl predict` in bulk, and its tables read independently of the program.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { drawBar, generator, side } from './bars.mjs';
import { changedModel, folder, inFolder, killAfter, program } from './command.mjs';

/** The arguments of a run with the small model of the tests, of whose readings some are doubtful. */
export const predict = (...more) => ['predict', '--model', 'doubting.safetensors', '--finder', 'none', ...more];

/** After `useModel`. */
export function makeDoubtingModel() {
    changedModel('doubting.safetensors', '"architecture"', '"doubtful_below":"0.9","architecture"');
}

/** The bytes of a PGM file of one or two bars: small, and each another. @param {() => number} random */
export function barPicture(random) {
    const [width, pixels] = [side * 2, Buffer.alloc(side * side * 4, 255)];
    const image = drawBar(new Uint8Array(side * side), Math.floor(random() * 10), random, { shifts: 3, faintest: 155 });
    if (random() < 0.5) drawBar(image, Math.floor(random() * 10), random, { shifts: 3, faintest: 155 });
    for (let i = 0; i < pixels.length; i++) pixels[i] = 255 - image[Math.floor(i / width / 2) * side + Math.floor((i % width) / 2)];
    return Buffer.concat([Buffer.from(`P5\n${width} ${width}\n255\n`), pixels]);
}

/** Names that tables have to take care of. */
export const ODD_NAMES = ['a,b.pgm', 'say "9".pgm', 'tab\there.pgm', 'two\nlines.pgm', 'back\\n.pgm', ' space .pgm', '=1+1.pgm', '-x.pgm', 'ret\rurn.pgm', 'ü€😀.pgm', ';.pgm']
    .map((name) => Buffer.from(name));
export const NOT_UTF8 = Buffer.from([0x61, 0xff, 0xed, 0xa0, 0x80, 0x2e, 0x70, 0x67, 0x6d]);

/** A folder of pictures, a few of which can't be read or are blank; with some in folders, and odd names where asked for. */
export function writeManyPictures(name, count, { odd = false, seed = 3 } = {}) {
    const random = generator(seed);
    fs.mkdirSync(inFolder(name, 'deeper.b', 'still'), { recursive: true });
    for (let i = 0; i < count; i++) {
        const place = i % 7 === 0 ? 'deeper.b' : i % 11 === 0 ? path.join('deeper.b', 'still') : '.';
        const bytes = i % 97 === 5 ? Buffer.from('no picture') : i % 89 === 7 ? Buffer.from(`P5 9 9 255\n${'\xff'.repeat(81)}`, 'latin1') : barPicture(random);
        fs.writeFileSync(inFolder(name, place, `${i}.pgm`), bytes);
    }
    if (odd) for (const odd_ of ODD_NAMES) fs.writeFileSync(Buffer.concat([Buffer.from(inFolder(name, '/')), odd_]), barPicture(random));
}

// ---- Tables ----------------------------------------------------------------------------------------------------

/** The cells of comma-separated lines, as RFC 4180 has them. @param {Buffer | string} bytes */
export function readCsv(bytes) {
    const text = bytes.toString('latin1'), rows = [];
    for (let place = 0; place < text.length;) {
        const row = [];
        for (let more = true; more;) {
            let cell;
            if (text[place] === '"') {
                const match = text.slice(place).match(/^"((?:[^"]|"")*)"/);
                assert.ok(match, `an open quote at ${place}`);
                cell = match[1].replaceAll('""', '"');
                place += match[0].length;
            } else {
                cell = text.slice(place).match(/^[^,\r\n"]*/)[0];
                place += cell.length;
            }
            row.push(Buffer.from(cell, 'latin1'));
            more = text[place] === ',';
            if (more) place++;
        }
        assert.equal(text.slice(place, place + 2), '\r\n', `a line ends at ${place}`);
        place += 2;
        rows.push(row);
    }
    return rows;
}

/** @param {Buffer} bytes */
export function readTsv(bytes) {
    const text = bytes.toString('latin1'), meanings = { t: '\t', n: '\n', r: '\r', '\\': '\\' };
    assert.ok(text.endsWith('\n'));
    return text.slice(0, -1).split('\n').map((line) => line.split('\t')
        .map((cell) => Buffer.from(cell.replaceAll(/\\(.)/g, (_, letter) => meanings[letter] ?? assert.fail(line)), 'latin1')));
}

/** Rows by the names of their columns, as texts; `bytes` holds the name's bytes. */
export function rowsOf([names, ...rows]) {
    return rows.map((row) => {
        assert.equal(row.length, names.length);
        return { ...Object.fromEntries(row.map((cell, i) => [names[i].toString(), cell.toString()])), bytes: row[0] };
    });
}

// ---- Kills -----------------------------------------------------------------------------------------------------

/** Resolves to whether a run was killed after so long; one that wasn't may have met pictures that can't be read, no more. */
async function killed(commandArguments, milliseconds) {
    const { wasKilled, status, errors } = await killAfter(commandArguments, milliseconds);
    assert.ok(wasKilled || status === 0 || status === 1, errors);
    assert.doesNotMatch(errors, /^scrawl: /m);
    return wasKilled;
}

/**
 * Runs a command with --resume until it isn't killed any more, and once more for what `meanwhile` changed.
 * @param {string[]} commandArguments
 * @param {{ kills: number, longest: number, random: import('./random.mjs').Random, meanwhile?: () => void }} options
 */
export async function killedAndResumed(commandArguments, { kills, longest, random, meanwhile = () => {} }) {
    for (let left = kills; left > 0;) {
        if (await killed([...commandArguments, '--resume'], random.between(0, longest))) left--;
        meanwhile();
    }
    for (let i = 0; i < 2; i++) assert.equal(await killed([...commandArguments, '--resume'], 2 ** 30), false);
}

/** Peak memory of a running process so far, bytes; Linux only. @param {number} pid */
export function peakMemory(pid) {
    return 1024 * Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+) kB/)[1]);
}

/** Links `count` names to some pictures, in a folder of their own: many files in little room. Returns the names. */
export function linkManyPictures(name, count) {
    const sources = 1 + Math.ceil(count / 20_000), random = generator(9);
    fs.mkdirSync(inFolder(name), { recursive: true });
    for (let i = 0; i < sources; i++) fs.writeFileSync(inFolder(`${name}.source${i}`), barPicture(random));
    return Array.from({ length: count }, (_, i) => {
        const file = path.join(name, `${String(i).padStart(6, '0')}.pgm`);
        fs.linkSync(inFolder(`${name}.source${i % sources}`), inFolder(file));
        return file;
    });
}

/**
 * Reads the pictures of a list that comes by a pipe, and resolves to the program's peak memory once all are read.
 * @param {string[]} names
 * @param {string[]} more
 */
export async function peakMemoryOfList(names, ...more) {
    const child = spawn(program, predict('--files-from', '-', '--format', 'tsv', ...more), { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    let lines = -1; // but the header
    const read = new Promise((resolve) => child.stdout.on('data', (part) => {
        for (const byte of part) lines += byte === 10;
        if (lines === names.length) resolve(undefined);
    }));
    const ended = new Promise((resolve) => child.on('close', resolve));
    child.stdin.write(names.map((name) => `${name}\n`).join(''));
    await read;
    const peak = peakMemory(child.pid);
    child.stdin.end();
    assert.equal(await ended, 0);
    return peak;
}
