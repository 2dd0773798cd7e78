// What a MNIST image's strokes are: whether they are whole, and the line in their middle, for pens that are thinner than
// MNIST's. Knows no page.
// Thinning: T. Y. Zhang, C. Y. Suen, "A fast parallel algorithm for thinning digital patterns", 1984.
import { side } from '../helpers/bars.mjs';

const FINE = 3, WIDE = side * FINE + 2; // pixels of the fine grid for one of the image; with a border
const LEVEL = 100, LOW_LEVEL = 46; // of 255: above it is ink, for a thin and for a broad pen
const LEAST_HOLE = 6; // pixels of the fine grid
const LEAST_PART = 0.25; // of the ink: less is a speck, or what is left of a broken stroke
const LEAST_STRONG = 0.75; // of the ink above the low level: else strokes are so faint that they vanish for a thin pen
const FARTHEST = 5.5; // pixels of the fine grid from ink to the line in its middle: else thinning has eaten a stroke
/** Steps to the eight neighbours in a plane of a width: from above, clockwise. */
const ring = (width) => [-width, -width + 1, 1, width + 1, width, width - 1, -1, -width - 1];
const RING = ring(WIDE), COARSE_RING = ring(side + 2);
/** How many loops a digit has; 2 and 4 are written with and without. */
const LOOPS = [1, 0, null, 0, null, 0, 1, 0, 2, 1];

/** The image's ink above a level, with a border of paper. */
function inkOf(image, level) {
    const ink = new Uint8Array((side + 2) ** 2);
    for (let i = 0; i < side * side; i++) ink[(Math.floor(i / side) + 1) * (side + 2) + i % side + 1] = image[i] > level ? 1 : 0;
    return ink;
}

/** The same on the fine grid, between the image's pixels' middles. */
function fineInk(image) {
    const at = (x, y) => (x < 0 || y < 0 || x >= side || y >= side ? 0 : image[y * side + x]);
    const ink = new Uint8Array(WIDE * WIDE);
    for (let i = 0; i < ink.length; i++) {
        const [x, y] = [(i % WIDE - 0.5) / FINE - 0.5, (Math.floor(i / WIDE) - 0.5) / FINE - 0.5];
        const [u, v] = [Math.floor(x), Math.floor(y)], [s, t] = [x - u, y - v];
        const above = at(u, v) * (1 - s) + at(u + 1, v) * s, below = at(u, v + 1) * (1 - s) + at(u + 1, v + 1) * s;
        if (above * (1 - t) + below * t > LEVEL) ink[i] = 1;
    }
    return ink;
}

/** One of the two halves of a pass: whether anything was taken away. */
function thinOnce(ink, half) {
    const gone = [], near = new Uint8Array(8);
    for (let i = WIDE; i < WIDE * (WIDE - 1); i++) {
        if (!ink[i]) continue;
        let count = 0, starts = 0;
        for (let k = 0; k < 8; k++) {
            near[k] = ink[i + RING[k]];
            count += near[k];
            if (ink[i + RING[(k + 1) & 7]] > near[k]) starts++;
        }
        if (count < 2 || count > 6 || starts !== 1) continue;
        const [a, b] = half ? [near[0] * near[2] * near[6], near[0] * near[4] * near[6]] : [near[0] * near[2] * near[4], near[2] * near[4] * near[6]];
        if (!a && !b) gone.push(i);
    }
    for (const i of gone) ink[i] = 0;
    return gone.length > 0;
}

/** Sizes of the stretches of a plane that hold `value`, joined by steps to their neighbours. */
function stretches(plane, value, steps) {
    const seen = plane.map((other) => (other === value ? 0 : 1)), sizes = [];
    for (let start = 0; start < seen.length; start++) {
        if (seen[start]) continue;
        let size = 0;
        for (const open = [start]; open.length;) {
            const i = open.pop();
            if (i < 0 || i >= seen.length || seen[i]) continue;
            seen[i] = 1;
            size++;
            for (const step of steps) open.push(i + step);
        }
        sizes.push(size);
    }
    return sizes;
}

/** How many stretches of paper are enclosed by ink: all but the one around. */
function holesIn(ink) {
    return stretches(ink, 0, [1, -1, WIDE, -WIDE]).filter((size) => size >= LEAST_HOLE).length - 1;
}

/** Each piece's share of the ink. */
function pieces(ink, steps) {
    const sizes = stretches(ink, 1, steps), sum = sizes.reduce((total, size) => total + size, 0);
    return sizes.map((size) => size / sum);
}

const loops = new Map(), lines = new Map(), whole = new Map();

/** Whether an image is in one piece, has as many loops as its digit is written with, and stays whole as a thin line. @param {number} index names the image */
export function isClearWhenThin(index, image, digit) {
    if (!loops.has(index)) {
        const ink = fineInk(image);
        loops.set(index, pieces(ink, RING).length === 1 && isCovered(ink, thinned(ink)) ? holesIn(ink) : -1);
    }
    return LOOPS[digit] === loops.get(index) || (LOOPS[digit] === null && loops.get(index) >= 0);
}

/** Whether the line is near all of the ink. */
function isCovered(ink, line) {
    const places = [...line.keys()].filter((i) => line[i]).map((i) => [i % WIDE, Math.floor(i / WIDE)]);
    return ink.every((value, i) => !value || places.some(([x, y]) => Math.hypot(x - i % WIDE, y - Math.floor(i / WIDE)) <= FARTHEST));
}

/** How many stretches of paper, with the one around. */
const papers = (ink) => stretches(ink, 0, [1, -1, side + 2, -side - 2]).length;

/** Whether nothing is broken off an image's strokes, nor a speck beside them, nor a part faint, nor a loop opened. @param {number} index names the image */
export function isWhole(index, image) {
    if (!whole.has(index)) {
        const [low, high] = [LOW_LEVEL, LEVEL].map((level) => inkOf(image, level)), sum = (ink) => ink.reduce((total, value) => total + value);
        whole.set(index, sum(high) >= LEAST_STRONG * sum(low) && papers(high) >= papers(low)
            && [low, high].every((ink) => pieces(ink, COARSE_RING).every((share) => share >= LEAST_PART)));
    }
    return whole.get(index);
}

/** Sections of two points each, in pixels of the image. @param {number} index names the image */
export function thinStrokes(index, image) {
    if (!lines.has(index)) lines.set(index, sectionsOf(thinned(fineInk(image))));
    return lines.get(index);
}

/** The line in the middle of the ink, a pixel broad. */
function thinned(ink) {
    const line = ink.slice();
    for (let changes = true; changes;) {
        changes = thinOnce(line, 0);
        changes = thinOnce(line, 1) || changes;
    }
    return line;
}

function sectionsOf(ink) {
    const places = [...ink.keys()].filter((i) => ink[i]), near = 3;
    const smooth = new Map(places.map((i) => {
        const close = places.filter((k) => Math.abs(k % WIDE - i % WIDE) <= near && Math.abs(Math.floor(k / WIDE) - Math.floor(i / WIDE)) <= near);
        const mean = (axis) => close.reduce((sum, k) => sum + axis(k), 0) / close.length;
        return [i, [mean((k) => k % WIDE - 0.5) / FINE, mean((k) => Math.floor(k / WIDE) - 0.5) / FINE]];
    }));
    const joined = places.flatMap((i) => RING.slice(2, 6).filter((step) => ink[i + step]).map((step) => [smooth.get(i), smooth.get(i + step)]));
    return joined.length ? joined : places.map((i) => [smooth.get(i), smooth.get(i)]);
}
