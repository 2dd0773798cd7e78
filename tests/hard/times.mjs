// Pictures that are made to take long: none takes more than MOST times as long as an ordinary page of as many pixels, a sheet of
// A4 full of handwriting, nor more than MOST_GROWTH times as long for each of its pixels as a quarter of it would; by the
// medians of RUNS runs that alternate. MEGAPIXELS says how large they are: larger ones are reduced before they are read.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { before, test } from 'node:test';

import { folder, inFolder, program } from '../helpers/command.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { Random } from '../helpers/random.mjs';

const RUNS = Number(process.env.RUNS ?? 5);
const MEGAPIXELS = Number(process.env.MEGAPIXELS ?? 2);
const MOST = 3, MOST_GROWTH = 2;
const SIDE = Math.round(Math.sqrt(MEGAPIXELS * 1e6));

// ---- Pictures ---------------------------------------------------------------------------------------------------

const random = new Random(1);
const [INK, PAPER] = [20, 235];

/** Ink where `isInk` says so. */
const greys = (grey) => (width, height) =>
    Uint8Array.from({ length: width * height }, (_, i) => grey(i % width, Math.floor(i / width), width));
const where = (isInk) => greys((x, y, side) => (isInk(x, y, side) ? INK : PAPER));
const centre = (x, y, side) => Math.hypot(x - side / 2, y - side / 2);
const angle = (x, y, side) => Math.atan2(y - side / 2, x - side / 2);

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
    'circles in each other': where((x, y, side) => centre(x, y, side) % 14 < 4),
    'a spiral': where((x, y, side) => (centre(x, y, side) + 4 * angle(x, y, side)) % 25 < 5),
    'rays': where((x, y, side) => Math.floor(angle(x, y, side) * 200) % 3 === 0),
    'boxes in each other': where((x, y, side) => Math.max(Math.abs(x - side / 2), Math.abs(y - side / 2)) % 16 < 4),
    'a comb': where((x, y) => y % 400 < 4 || (x % 12 < 4 && y % 400 < 380)),
    'a slope of grey': greys((x, y, side) => Math.floor(255 * (x + y) / (2 * side))),
    'waves of grey': greys((x, y) => 128 + 100 * Math.sin(x / 7) * Math.sin(y / 9)),
    'all ink': where(() => true),
    'an edge': where((x, y, side) => x < side / 2),
    'tiny digits': written(14),
    'small digits close together': written(24, 1),
    'the smallest digits': written(10, 1),
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

const write = (name, pixels, [width, height]) =>
    fs.writeFileSync(inFolder(name), Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels(width, height)]));

/** A4 is 210 mm by 297 mm; digits 5 mm high stand on lines 8 mm apart. */
before(() => write('ordinary.pgm', written(5 * SIDE / Math.sqrt(210 * 297), 8 / 5), [SIDE, SIDE]));

/** Of a pattern in a picture of such sides; a part: of a quarter of its pixels. */
function takesTime(name, pixels, sides, part) {
    test(name, (context) => {
        const names = ['ordinary.pgm', 'quarter.pgm', 'pattern.pgm'], times = names.map(() => []);
        write('pattern.pgm', pixels, sides);
        write('quarter.pgm', pixels, part);
        for (let run = 0; run < RUNS; run++) names.forEach((file, i) => times[i].push(time(file)));
        const [ordinary, quarter, taken] = times.map(median);
        const ratio = taken / ordinary, growth = taken / (4 * quarter);
        context.diagnostic(`${name}: ${Math.round(taken)} ms, ${ratio.toFixed(2)} times an ordinary page's, growth ${growth.toFixed(2)}`);
        assert.ok(ratio <= MOST, `${name} takes ${ratio.toFixed(2)} times as long as an ordinary page`);
        assert.ok(growth <= MOST_GROWTH, `each pixel of ${name} takes ${growth.toFixed(2)} times as long as in a quarter of it`);
    });
}

for (const [name, pixels] of Object.entries(patterns)) takesTime(name, pixels, [SIDE, SIDE], [SIDE / 2, SIDE / 2].map(Math.round));

const [LONG, NARROW] = [Math.round(MEGAPIXELS * 1e6 / 100), 100];
for (const name of ['a chessboard of 9 pixels', 'upright bars', 'noise of 1 %', 'a net', 'tiny digits', 'the smallest digits']) {
    takesTime(`${name}, in a long strip`, patterns[name], [LONG, NARROW], [LONG / 4, NARROW]);
    takesTime(`${name}, in a high strip`, patterns[name], [NARROW, LONG], [NARROW, LONG / 4]);
}
