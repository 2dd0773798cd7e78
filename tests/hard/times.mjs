// Pictures that are made to take long: none takes more than MOST times as long as a plain one of as many pixels, a page full
// of writing, on which every stage has work; by the medians of RUNS runs that alternate. MEGAPIXELS says how large they are.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { before, test } from 'node:test';

import { folder, inFolder, program } from '../helpers/command.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { Random } from '../helpers/random.mjs';

const RUNS = Number(process.env.RUNS ?? 5);
const MEGAPIXELS = Number(process.env.MEGAPIXELS ?? 2);
const MOST = 3;
const SIDE = Math.round(Math.sqrt(MEGAPIXELS * 1e6));

// ---- Pictures ---------------------------------------------------------------------------------------------------

const random = new Random(1);
const [INK, PAPER] = [20, 235];

/** Ink where `isInk` says so. */
const where = (isInk) => () => Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (isInk(i % SIDE, Math.floor(i / SIDE)) ? INK : PAPER));
const greys = (grey) => () => Uint8Array.from({ length: SIDE * SIDE }, (_, i) => grey(i % SIDE, Math.floor(i / SIDE)));
const centre = (x, y) => Math.hypot(x - SIDE / 2, y - SIDE / 2);
const angle = (x, y) => Math.atan2(y - SIDE / 2, x - SIDE / 2);

/** A page full of digits of this height, in pixels, in lines of `pitch` heights. */
function written(height, pitch = 1.8) {
    const { data, width, height: drawnHeight } = picture('203712'), scale = drawnHeight / height;
    const [across, down] = [Math.floor(width / scale), Math.ceil(height * pitch)];
    return where((x, y) => {
        const [right, below] = [Math.floor((x % across) * scale), Math.floor((y % down) * scale)];
        return below < drawnHeight && data[(below * width + right) * 4] < 128;
    });
}

const patterns = {
    'a chessboard of single pixels': where((x, y) => (x + y) % 2 === 0),
    'a chessboard of 9 pixels': where((x, y) => (Math.floor(x / 9) + Math.floor(y / 9)) % 2 === 0),
    'level stripes of 1 pixel': where((x, y) => y % 2 === 0),
    'level stripes of 3 pixels': where((x, y) => y % 12 < 3),
    'upright stripes of 3 pixels': where((x) => x % 12 < 3),
    'upright bars': where((x, y) => x % 16 < 4 && y % 48 < 36),
    'slanted stripes': where((x, y) => (x + 2 * y) % 24 < 6),
    'noise of 1 %': where(() => random.chance(0.01)),
    'noise of 50 %': where(() => random.chance(0.5)),
    'grey noise': greys(() => random.whole(0, 255)),
    'dots of 2 pixels': where((x, y) => x % 6 < 2 && y % 6 < 2),
    'dots of 5 pixels': where((x, y) => x % 11 < 5 && y % 11 < 5),
    'a net': where((x, y) => x % 10 === 0 || y % 10 === 0),
    'a net with dots': where((x, y) => x % 40 < 2 || y % 40 < 2 || (x % 40 > 12 && x % 40 < 28 && y % 40 > 12 && y % 40 < 28)),
    'circles in each other': where((x, y) => centre(x, y) % 14 < 4),
    'a spiral': where((x, y) => (centre(x, y) + 4 * angle(x, y)) % 25 < 5),
    'rays': where((x, y) => Math.floor(angle(x, y) * 200) % 3 === 0),
    'boxes in each other': where((x, y) => Math.max(Math.abs(x - SIDE / 2), Math.abs(y - SIDE / 2)) % 16 < 4),
    'a comb': where((x, y) => y % 400 < 4 || (x % 12 < 4 && y % 400 < 380)),
    'a slope of grey': greys((x, y) => Math.floor(255 * (x + y) / (2 * SIDE))),
    'waves of grey': greys((x, y) => 128 + 100 * Math.sin(x / 7) * Math.sin(y / 9)),
    'all ink': where(() => true),
    'an edge': where((x) => x < SIDE / 2),
    'tiny digits': written(14),
    'small digits close together': written(24, 1),
    'one pixel of ink': where((x, y) => x === 5 && y === 5),
};

// ---- Times ------------------------------------------------------------------------------------------------------

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of the processor that the program takes: another's work counts less there than on a clock. */
function time(name) {
    const { status, stderr } = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$0" predict "$1" >/dev/null', program, name], { cwd: folder });
    assert.equal(status, 0, stderr.toString());
    return stderr.toString().trim().split(/\s+/).slice(-2).reduce((sum, seconds) => sum + 1000 * Number(seconds), 0);
}

const write = (name, pixels) => fs.writeFileSync(inFolder(name), Buffer.concat([Buffer.from(`P5\n${SIDE} ${SIDE}\n255\n`), pixels()]));

before(() => write('plain.pgm', written(24, 1.2)));

for (const [name, pixels] of Object.entries(patterns)) {
    test(name, (context) => {
        write('pattern.pgm', pixels);
        const plain = [], times = [];
        for (let run = 0; run < RUNS; run++) {
            plain.push(time('plain.pgm'));
            times.push(time('pattern.pgm'));
        }
        const ratio = median(times) / median(plain);
        context.diagnostic(`${name}: ${Math.round(median(times))} ms, ${ratio.toFixed(2)} times a full page's`);
        assert.ok(ratio <= MOST, `${name} takes ${ratio.toFixed(2)} times as long as a full page`);
    });
}
