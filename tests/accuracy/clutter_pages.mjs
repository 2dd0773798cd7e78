// Pages of numbers with clutter, for tests only: MNIST's clear test digits in rows, and kinds of clutter drawn at random.
// Knows how digits are laid out and written, and in which order a page gets what; what each kind of clutter is stands in
// clutter_kinds.mjs. A function of its seed.
import { side } from '../helpers/bars.mjs';
import { Random } from '../helpers/random.mjs';
import { Sheet } from '../helpers/sheet.mjs';
import { KINDS } from './clutter_kinds.mjs';
import { mnistImages } from './mnist_images.mjs';
import { blurred, hills, mapped, pgm } from './photograph.mjs';
import { isClearWhenThin, isWhole, thinStrokes } from './thin_strokes.mjs';
import { UNCLEAR } from './unclear_digits.mjs';

export { KINDS };

const { image, labels } = mnistImages('t10k');
const clear = Array.from({ length: 10 }, () => []);
labels.forEach((label, index) => { if (!UNCLEAR.has(index)) clear[label].push(index); });

const INK = 100; // of 255: what counts when an image's ink is measured
const TALL = 20; // pixels, of 28, a MNIST digit is high
const boxes = new Map();

/** Of the ink of a test image, in its pixels: right and bottom are the first without. */
function inkBox(index) {
    if (!boxes.has(index)) {
        const places = [...image(index).keys()].filter((i) => image(index)[i] > INK);
        const [columns, rows] = [places.map((i) => i % side), places.map((i) => Math.floor(i / side))];
        boxes.set(index, { left: Math.min(...columns), top: Math.min(...rows), right: Math.max(...columns) + 1, bottom: Math.max(...rows) + 1 });
    }
    return boxes.get(index);
}

/** A clear and whole test image of a digit; for a thin pen one whose loops are open. */
function someImage(random, digit, isThin) {
    for (;;) {
        const index = random.pick(clear[digit]);
        if (isWhole(index, image(index)) && (!isThin || isClearWhenThin(index, image(index), digit))) return index;
    }
}

/** A plan that the kinds change before anything is placed. Lengths in parts of the digits' height, but for `height`. */
function makePlan(random, kinds, changes) {
    const rows = random.pick([1, 1, 2, 2, 3, 3, 4]);
    const plan = {
        height: random.ratio(18, 84), // pixels, of a tall digit
        texts: Array.from({ length: rows }, () => Array.from({ length: random.whole(1, 8) }, () => random.whole(0, 9)).join('')),
        gap: random.between(0.12, 0.35), rowGap: random.between(0.5, 1.1),
        margin: { left: random.between(0.5, 1.3), top: random.between(0.5, 1.2), right: random.between(0.5, 1.6), bottom: random.between(0.5, 1.2) },
        column: 2.5, // a space in a text: the next digit begins at a multiple of it
        pitch: 0, // between the middles of digits in cells; 0: they stand as they are broad
        ragged: random.pick([0, 0, 0.4, 1.2]), // how far a row may begin to the right
        uneven: random.between(0, 0.08), // in size and above or below the line
        level: random.ratio(0.18, 0.4), // of an image's values: above it is ink
        thin: random.chance(0.4) ? random.ratio(0.03, 0.09) : 0, // the pen's width; 0: as broad as the image's lines
        tone: random.between(0.06, 0.38), paper: random.between(0.8, 0.98),
    };
    for (const kind of kinds) kind.plan?.(plan, random);
    return Object.assign(plan, changes);
}

/** The row's digits with their boxes in pixels, its left upper corner at x, y. */
function placeRow(text, x, y, plan, random) {
    const digits = [];
    let right = x;
    for (const [place, character] of [...text].entries()) {
        if (character === ' ') {
            const column = plan.column * plan.height;
            right = x + column * Math.ceil((right - x) / column + 0.3);
            continue;
        }
        const index = someImage(random, Number(character), plan.thin > 0), box = inkBox(index);
        const scale = plan.height / TALL * (1 + plan.uneven * random.normal());
        const width = (box.right - box.left) * scale, height = (box.bottom - box.top) * scale;
        const left = plan.pitch ? x + (place + 0.5) * plan.pitch * plan.height - width / 2 : right + (place ? plan.height * plan.gap * random.between(0.7, 1.3) : 0);
        const bottom = y + plan.height * (1 + plan.uneven * random.normal());
        digits.push({ index, character, scale, left, top: bottom - height, right: left + width, bottom, box });
        right = left + width;
    }
    // Of the row and of the cells around it.
    const [outerLeft, outerRight] = plan.pitch ? [x, x + text.length * plan.pitch * plan.height] : [digits[0].left, right];
    return { text: text.replaceAll(' ', ''), digits, x, y, outerLeft, outerRight, left: digits[0].left, right, top: Math.min(...digits.map((digit) => digit.top)), bottom: Math.max(...digits.map((digit) => digit.bottom)) };
}

function placeRows(plan, random) {
    const rows = [], unit = plan.height;
    let y = plan.margin.top * unit;
    for (const text of plan.texts) {
        const x = (plan.margin.left + plan.ragged * random.next()) * unit;
        rows.push(placeRow(text, x, y, plan, random));
        y += unit * (1 + plan.rowGap);
    }
    const width = Math.ceil(Math.max(...rows.map((row) => row.outerRight)) + plan.margin.right * unit);
    return { rows, width, height: Math.ceil(Math.max(...rows.map((row) => row.bottom)) + plan.margin.bottom * unit) };
}

/** Writes an image as the page's hand does, its ink's left upper corner at left, top. */
function writeImage(sheet, { index, scale, left, top }, plan) {
    const box = inkBox(index), [x, y] = [left - box.left * scale, top - box.top * scale];
    if (!plan.thin) return sheet.image(image(index), side, x, y, scale, plan.level);
    const strokes = thinStrokes(index, image(index)).map((points) => points.map(([u, v]) => [x + u * scale, y + v * scale]));
    return sheet.lines(strokes, Math.max(1.2, plan.thin * plan.height));
}

/** What the kinds draw on: the sheet, where digits are, the pen and random numbers. */
function writePage(plan, random) {
    const { rows, width, height } = placeRows(plan, random);
    const sheet = new Sheet(width, height);
    const pen = { tone: plan.tone, width: Math.max(1.2, plan.height * (plan.thin || 0.15 - 0.14 * plan.level)) };
    sheet.layer(pen.tone, () => rows.forEach((row) => row.digits.forEach((digit) => writeImage(sheet, digit, plan))));
    const write = (digits, left, bottom, size) => digits.reduce((x, digit) => {
        const index = someImage(random, digit, plan.thin > 0), box = inkBox(index), scale = size / TALL;
        writeImage(sheet, { index, scale, left: x, top: bottom - (box.bottom - box.top) * scale }, plan);
        return x + (box.right - box.left + 4) * scale;
    }, left);
    return { sheet, rows, plan, pen, unit: plan.height, random, write };
}

/** Of a sheet of paper in ordinary light, seen by an ordinary camera. */
function photographed(page, kinds) {
    const { sheet, plan, random } = page, uneven = hills(random, 0.5 * Math.max(sheet.width, sheet.height));
    let plane = { width: sheet.width, height: sheet.height, values: sheet.light };
    const apply = (stage) => { for (const kind of kinds) if (kind[stage]) plane = kind[stage](plane, page); };
    plane = mapped(plane, (x, y, value) => value * plan.paper);
    apply('surface');
    apply('place');
    plane = mapped(plane, (x, y, value) => value * (1 + 0.02 * uneven(x, y)));
    apply('light');
    if (random.chance(0.5)) plane = blurred(plane, random.between(0.3, 0.6));
    apply('lens');
    const noise = random.pick([0, 0, 0.004, 0.01]);
    if (noise) plane = mapped(plane, (x, y, value) => value + noise * random.normal());
    apply('file');
    return plane;
}

/**
 * A page and what it says, each row on a line.
 * @param {number} seed
 * @param {string[]} names of kinds of clutter
 * @param {object} [changes] of the plan, after the kinds' own: { texts, height, … }
 */
export function makePage(seed, names, changes = {}) {
    const random = new Random(seed);
    const kinds = names.map((name) => {
        const kind = KINDS.find((candidate) => candidate.name === name);
        if (!kind) throw new Error(`There is no clutter of the kind "${name}".`);
        return kind;
    });
    const page = writePage(makePlan(random, kinds, changes), random);
    for (const kind of kinds) kind.draw?.(page);
    const plane = photographed(page, kinds);
    return { text: page.rows.map((row) => row.text).join('\n'), kinds: names, plane, picture: pgm(plane) };
}

/** `count` different kinds that can be on one page. */
export function someKinds(random, count) {
    for (;;) {
        const kinds = random.some(KINDS, count), groups = kinds.map((kind) => kind.group).filter(Boolean);
        if (new Set(groups).size === groups.length) return kinds.map((kind) => kind.name);
    }
}
