// A number that the page writes itself, to show what happens. Knows no elements.

import { MIDDLE_PRESSURE } from './ink.js';

/** @import { InkStroke } from './ink.js' */

/**
 * Digits by hand, each some strokes of points x, y, x, y, …: 0 to 100 to the right and down.
 * @type {{ width: number, strokes: number[][] }[]}
 */
const DIGITS = [
    { width: 58, strokes: [[3, 22, 8, 9, 20, 1, 36, 2, 47, 11, 49, 25, 43, 41, 31, 58, 17, 76, 2, 96, 2, 98, 18, 96, 38, 97, 58, 95]] },
    { width: 56, strokes: [[34, 2, 20, 4, 8, 20, 2, 44, 3, 70, 11, 91, 26, 99, 41, 91, 52, 70, 55, 44, 50, 18, 39, 4, 28, 3]] },
    { width: 60, strokes: [[2, 6, 18, 4, 38, 4, 58, 2, 52, 16, 42, 38, 33, 62, 26, 84, 23, 101], [14, 52, 28, 50, 46, 50]] },
    { width: 52, strokes: [[46, 3, 28, 4, 10, 5, 8, 20, 6, 42, 16, 37, 30, 37, 43, 46, 49, 61, 46, 80, 35, 94, 20, 99, 3, 93]] },
];
const BETWEEN = 26;
const HEIGHT = 100;

/** Points for each of the above, as a pen is followed. */
const STEPS = 5;

/** Of the paper, that the number takes. */
const SHARE_OF_WIDTH = 0.62;
const SHARE_OF_HEIGHT = 0.4;

/**
 * A point of the curve that runs through the middles of the sections and is bent by the points between them.
 * @param {number[]} numbers x, y, x, y, …
 * @param {number} bend which of the points
 * @param {number} part of the curve from the middle before it to the one after it
 * @returns {[number, number]}
 */
function pointOn(numbers, bend, part) {
    const last = numbers.length / 2 - 1;
    const weights = [(1 - part) ** 2, 2 * part * (1 - part), part ** 2];
    const [x, y] = [0, 1].map((axis) => {
        const at = (/** @type {number} */ index) => numbers[2 * Math.min(Math.max(index, 0), last) + axis];
        const from = bend <= 1 ? at(0) : (at(bend - 1) + at(bend)) / 2;
        const to = bend >= last - 1 ? at(last) : (at(bend) + at(bend + 1)) / 2;
        return weights[0] * from + weights[1] * at(bend) + weights[2] * to;
    });
    return [x, y];
}

/** @param {number[]} numbers x, y, x, y, … @returns {[number, number][]} along a smooth curve */
function smoothPoints(numbers) {
    const bends = numbers.length / 2 - 2;
    /** @type {[number, number][]} */
    const points = [[numbers[0], numbers[1]]];
    for (let bend = 1; bend <= bends; bend++) {
        for (let step = 1; step <= STEPS; step++) points.push(pointOn(numbers, bend, step / STEPS));
    }
    return points;
}

/**
 * @param {{ width: number, height: number }} paper
 * @param {number} penWidth
 * @returns {InkStroke[]} a number in the middle of the paper
 */
export function exampleStrokes(paper, penWidth) {
    const total = DIGITS.reduce((sum, { width }) => sum + width + BETWEEN, -BETWEEN);
    const scale = Math.min((paper.width * SHARE_OF_WIDTH) / total, (paper.height * SHARE_OF_HEIGHT) / HEIGHT);
    const top = (paper.height - HEIGHT * scale) / 2;
    let left = (paper.width - total * scale) / 2;
    return DIGITS.flatMap(({ width, strokes }) => {
        const from = left;
        left += (width + BETWEEN) * scale;
        return strokes.map((numbers) => {
            const points = smoothPoints(numbers).map(([x, y]) => ({ x: from + x * scale, y: top + y * scale, pressure: MIDDLE_PRESSURE }));
            return { width: penWidth, hasPressure: false, points };
        });
    });
}
