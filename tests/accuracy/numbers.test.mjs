// How numbers on paper are read: pages that are made for this alone, as accuracy/number_aims.mjs asks for.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, test } from 'node:test';

import { makePage } from './clutter_pages.mjs';
import { AIMS, OPEN_AIMS } from './number_aims.mjs';
import { clutterPages, readPages, readPen, sameTexts } from './numbers.mjs';
import { penZero } from './pen_numbers.mjs';
import { greyOf } from './photograph.mjs';
import { readPictures } from './reading.mjs';
import { TEST, touchingPages } from './touching_pages.mjs';
import { generator } from '../helpers/bars.mjs';
import { built } from '../helpers/build.mjs';
import { folder, inFolder } from '../helpers/command.mjs';
import { encodePng } from '../helpers/png.mjs';
import { Random } from '../helpers/random.mjs';
import { createScrawl } from '../helpers/scrawl.mjs';

const SEED = 7; // no measurement that is reported uses it
const CHANCE = 0.2; // twice a tenth: nobody knows what such a digit is
const BEST = { model: null, command: [built('scrawl'), 'predict', '--json'] };

/** A test of an aim: `measure` gives how many of the pages are right, and what went wrong. */
function reaches(name, measure) {
    const { pages, least } = AIMS[name];
    const isOpen = OPEN_AIMS.has(name) && !process.env.SCRAWL_OPEN_AIMS;
    test(name, { skip: isOpen && 'not reached yet' }, async () => {
        const { right, wrong = [] } = await measure(pages);
        assert.ok(right >= least * pages, `${right} of ${pages} are right, at least ${Math.ceil(least * pages)} have to be:\n${wrong.slice(0, 20).join('\n')}`);
    });
}

/** How many readings are right, and the others' texts. */
function judged(readings, isRight = (reading) => reading.right) {
    const wrong = readings.filter((reading) => !isRight(reading));
    return {
        right: readings.length - wrong.length,
        wrong: wrong.map(({ page, expected, rows }) => `${JSON.stringify(expected)} is read ${JSON.stringify(rows)}${page.kinds ? ` (${page.kinds.join(', ')})` : ''}`),
    };
}

/** The same of pages. `isRight` may ask for something else than the whole text. */
const readAll = (pages, isRight) => judged(readPages(pages, BEST), isRight);

const digits = (random, count) => Array.from({ length: count }, () => random.whole(0, 9)).join('');

/** `count` pages with the same kinds, each of a seed of its own. `changes` of the plan by random numbers. */
function pagesWith(count, kinds, changes = () => ({})) {
    const random = new Random(SEED);
    return Array.from({ length: count }, (_, i) => makePage(SEED * 1000 + i, kinds, changes(random)));
}

/** So that the pages are made and read quickly. */
const small = (random) => ({ height: random.ratio(18, 42) });

describe('clutter', () => {
    const read = new Map(); // each number of kinds is read once
    const readings = (count, pages) => {
        if (!read.has(count)) read.set(count, readPages(clutterPages(SEED, count, pages, small), BEST));
        return read.get(count);
    };
    ['no clutter', 'one kind of clutter', 'two kinds of clutter', 'three kinds of clutter'].forEach((name, count) => {
        reaches(name, (pages) => judged(readings(count, pages)));
    });
    reaches('no digit at chance level is printed', (pages) => judged([1, 2, 3].flatMap((count) => readings(count, pages / 3)),
        ({ confidence, text }) => text === '' || confidence >= CHANCE));
});

describe('touching digits', () => {
    ['two touching digits', 'three touching digits', 'four touching digits'].forEach((name, i) => {
        reaches(name, (pages) => readAll(touchingPages(i + 2, pages, TEST, generator(SEED + i)), ({ text, expected }) => text === expected));
    });
});

describe('the same picture otherwise', () => {
    reaches('the same text padded, cropped, resized and turned', (pages) => {
        const random = new Random(SEED);
        const planes = Array.from({ length: pages }, (_, i) => clutterPages(SEED * 1000 + i, i % 3, 1, () => ({ height: random.ratio(28, 40) }))[0].plane);
        const { each, all } = sameTexts(planes, BEST);
        return { right: all, wrong: each.map(({ name, same }) => `${name}: ${same}`) };
    });
});

describe('frames, cells and lines', () => {
    const plain = { thin: 0, level: 0.3, tone: 0.15, paper: 0.94, uneven: 0.03, ragged: 0 };
    const rows = (count, length) => (random) => ({ ...plain, height: random.ratio(20, 50), texts: Array.from({ length: count }, () => digits(random, length)) });
    ['first', 'middle one', 'last'].forEach((place, marked) => {
        reaches(`three rows, a frame around the ${place}`, (pages) => readAll(pagesWith(pages, ['frame around a row'], (random) => ({ ...rows(3, 5)(random), marked }))));
    });
    reaches('a row of five cells', (pages) => readAll(pagesWith(pages, ['row of cells'], rows(1, 5))));
    reaches('dotted squares', (pages) => readAll(pagesWith(pages, ['dotted squares'], rows(1, 5))));
    reaches('a line just below', (pages) => readAll(pagesWith(pages, ['line just below'], rows(1, 5))));
    reaches('a line through the feet', (pages) => readAll(pagesWith(pages, ['line through the feet'], rows(1, 5))));
});

describe('what is a digit and what is none', () => {
    reaches('signs of money and shares are no digits', (pages) => readAll(pagesWith(pages, ['signs of money'],
        (random) => ({ ...small(random), texts: [digits(random, random.whole(2, 4))] }))));
    reaches('thick closed eights stay', (pages) => readAll(pagesWith(pages, [],
        (random) => ({ thin: random.between(0.24, 0.32), height: random.between(30, 60), gap: 0.45, texts: [random.pick(['8', '88', '58', '81', '3828'])] })),
    ({ text, expected }) => text.length === expected.length));
    reaches('a table of marks is read row by row', (pages) => readAll(pagesWith(pages, [], (random) => ({
        height: random.ratio(18, 30), column: random.between(3, 6), ragged: 0, rowGap: random.between(0.25, 0.7),
        texts: Array.from({ length: random.whole(3, 6) }, () => [1, 2, 3].map(() => digits(random, random.whole(1, 2))).join(' ')),
    }))));
});

describe('files', () => {
    reaches('masks of 0 and 1', (pages) => {
        const made = pagesWith(pages, [], (random) => ({ ...small(random), thin: 0, level: 0.3 })).map((page, i) => {
            const isInk = Buffer.from(greyOf(page.plane).map((value) => ((value < 128) === (i % 2 === 0) ? 1 : 0)));
            return { ...page, picture: Buffer.concat([Buffer.from(`P5 ${page.plane.width} ${page.plane.height} 255\n`), isInk]) };
        });
        return readAll(made);
    });
    reaches('PNG files with an orientation', () => {
        const { plane, text } = makePage(SEED, [], { texts: ['2457', '36'], thin: 0, level: 0.3, height: 50 });
        const files = Array.from({ length: 8 }, (_, i) => inFolder(`orientation-${i + 1}.png`));
        files.forEach((file, i) => fs.writeFileSync(file, encodePng(stored(plane, i + 1), { eXIf: orientationTag(i + 1) })));
        const wrong = readPictures(null, files).map(({ rows }, i) => ({ rows, i })).filter(({ rows }) => rows !== text);
        return { right: 8 - wrong.length, wrong: wrong.map(({ rows, i }) => `orientation ${i + 1}: ${JSON.stringify(rows)}`) };
    });
});

/** TIFF's orientation as PNG's eXIf chunk holds it (CIPA DC-008, tag 0x0112). */
function orientationTag(orientation) {
    return Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
}

/** An upright plane as RGBA as a file of this orientation stores it: where its row 0 and column 0 lie upright. */
function stored(plane, orientation) {
    const [firstRow, firstColumn] = ['top left', 'top right', 'bottom right', 'bottom left', 'left top', 'right top', 'right bottom', 'left bottom'][orientation - 1].split(' ');
    const isAcross = orientation > 4, grey = greyOf(plane);
    const [width, height] = isAcross ? [plane.height, plane.width] : [plane.width, plane.height];
    const data = new Uint8ClampedArray(width * height * 4).fill(255);
    for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
            const down = ['bottom', 'right'].includes(firstRow) ? height - 1 - row : row;
            const right = ['right', 'bottom'].includes(firstColumn) ? width - 1 - column : column;
            const [x, y] = isAcross ? [down, right] : [right, down];
            data.fill(grey[y * plane.width + x], (row * width + column) * 4, (row * width + column) * 4 + 3);
        }
    }
    return { data, width, height };
}

describe('a pen', () => {
    reaches('numbers of a pen with points and commas', async (pages) => {
        const scrawl = await createScrawl();
        try {
            const wrong = readPen(scrawl, SEED, pages).filter(({ expected, read }) => expected !== read);
            return { right: pages - wrong.length, wrong: wrong.map(({ text, read }) => `${text} is read ${JSON.stringify(read)}`) };
        } finally {
            scrawl.free();
        }
    });
    reaches('zeros of a pen that aren\'t quite round', async (pages) => {
        const scrawl = await createScrawl(), random = new Random(SEED);
        try {
            const readings = Array.from({ length: pages }, (_, i) => scrawl.predictStrokes(penZero(random, i)));
            const wrong = readings.filter(({ text, digits }) => text !== '0' || digits[0].doubtful);
            return { right: pages - wrong.length, wrong: wrong.map(({ text, digits }) => `${JSON.stringify(text)} ${digits[0]?.confidence}`) };
        } finally {
            scrawl.free();
        }
    });
});

describe('the measurement itself', () => {
    const measure = (...options) => spawnSync(process.execPath, [new URL('./numbers.mjs', import.meta.url).pathname, ...options], { cwd: folder, encoding: 'utf8' });
    /** A program that reads the same on every picture. */
    const reader = (name, reading) => {
        fs.writeFileSync(inFolder(name), `for (const file of process.argv.slice(2)) console.log(JSON.stringify(${JSON.stringify(reading)}));`);
        return `${process.execPath} ${inFolder(name)}`;
    };

    test('a page is a function of its seed', () => {
        const kinds = ['paper grain', 'stamp', 'row of cells'];
        assert.deepEqual(makePage(3, kinds).picture, makePage(3, kinds).picture);
        assert.notDeepEqual(makePage(3, kinds).picture, makePage(4, kinds).picture);
        assert.throws(() => makePage(3, ['nothing']), /no clutter of the kind "nothing"/);
    });

    test('a wrong reading counts, silent or doubted', () => {
        const digit = { digit: 3, confidence: 0.9 };
        const silent = measure('--pages', '3', '--command', reader('silent.mjs', { text: '3333333', digits: [{ ...digit, doubtful: false }] }), 'clutter');
        assert.match(silent.stdout, /^0 kinds of clutter: 0\.0 % of 3 pages right \(95 %: .*\), digits [\d.]+ % of \d+, \d+ too many, wrong without doubt 100\.0 %$/m, silent.stderr);
        const doubted = measure('--pages', '3', '--command', reader('doubted.mjs', { text: '3333333', digits: [{ ...digit, doubtful: true }] }), 'touching');
        assert.match(doubted.stdout, /^2 touching digits: 0\.0 % of 3 .* wrong without doubt 0\.0 %$/m, doubted.stderr);
    });

    test('a reader that always says the same reads all variants alike', () => {
        const same = measure('--pages', '2', '--command', reader('same.mjs', { text: '1', digits: [] }), 'variants');
        assert.match(same.stdout, /^made pages: the same text 100\.0 % of 2 in the mean, in all variants 100\.0 %/m, same.stderr);
    });

    test('failures are shown, and a part that isn\'t there is named', () => {
        const shown = measure('--pages', '2', '--sheets', 'sheets', '--command', reader('none.mjs', { text: '', digits: [] }), 'touching');
        assert.equal(shown.status, 0, shown.stderr);
        assert.ok(fs.statSync(inFolder('sheets', 'touching_2.png')).size > 1000);
        const unknown = measure('nothing');
        assert.equal(unknown.status, 2);
        assert.match(unknown.stderr, /^There is no part "nothing"/);
    });
});

test('the open aims are aims', () => {
    for (const name of OPEN_AIMS) assert.ok(AIMS[name], `${name} is no aim`);
});
