// What a pen writes beside digits and isn't one, of every size and with the shipped model: points, commas, colons, minus
// signs and scribbles.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { penShape } from '../helpers/pen_shapes.mjs';
import { createScrawl } from '../helpers/scrawl.mjs';

/** Of digits, in the strokes' units. */
const [HEIGHT, WIDTH, TOP] = [100, 60, 50];

const around = (count, x, y, radiusOf) => Array.from({ length: count }, (_, index) =>
    [x + radiusOf(index) * Math.cos(0.8 * index), y + radiusOf(index) * Math.sin(0.8 * index)]);

/** Ways to make a point: around x, `size` across, above its foot at y. @type {Record<string, (x: number, y: number, size: number) => number[][]>} */
const POINTS = {
    touch: (x, y) => [[x, y]],
    tick: (x, y, size) => [[x - size / 2, y - size / 2], [x + size / 2, y]],
    upright: (x, y, size) => [[x, y - size], [x + 1, y]],
    ring: (x, y, size) => around(9, x, y - size / 2, () => size / 2),
    filled: (x, y, size) => around(25, x, y - size / 2, (index) => (size / 2) * (index / 24)),
    comma: (x, y, size) => [[x, y - 0.3 * size], [x + 2, y], [x - 0.4 * size, y + 0.6 * size]],
};

/** A number whose points are made so. @param {string} text */
function penNumber(text, point, { size, foot, gap }) {
    const strokes = [];
    let x = 0;
    for (const character of text) {
        const isPoint = character === '.';
        const { strokes: shape, width } = isPoint ? { strokes: [], width: size / WIDTH } : penShape(character);
        if (isPoint) strokes.push(point(x + size / 2, TOP + foot * HEIGHT, size));
        strokes.push(...shape.map((points) => points.map(([px, py]) => [x + px * WIDTH, TOP + py * HEIGHT])));
        x += width * WIDTH + gap;
    }
    return strokes.map((points) => points.map(([px, py]) => ({ x: px, y: py })));
}

const strokeOf = (...points) => points.map(([x, y]) => ({ x, y }));

const NO_DIGITS = {
    'a dot': [strokeOf([100, 100])],
    'a drawn dot': [strokeOf([100, 100], [102, 101])],
    'a colon': [strokeOf([100, 60]), strokeOf([100, 100])],
    'a minus': [strokeOf([60, 100], [90, 101], [120, 100])],
    'an equals sign': [strokeOf([60, 90], [120, 90]), strokeOf([60, 110], [120, 110])],
    'a plus': [strokeOf([60, 100], [120, 100]), strokeOf([90, 70], [90, 130])],
    'a zigzag': [strokeOf(...Array.from({ length: 14 }, (_, index) => [100 + 12 * index, index % 2 ? 200 : 80]))],
    'a scribble': [strokeOf(...Array.from({ length: 80 }, (_, index) =>
        [200 + 60 * Math.sin(1.3 * index) + 20 * Math.sin(0.37 * index), 150 + 50 * Math.cos(1.7 * index + 0.3)]))],
    'waves': [strokeOf(...Array.from({ length: 40 }, (_, index) =>
        [100 + 6 * index + 20 * Math.sin(2.3 * index), 150 + 30 * Math.cos(1.9 * index)]))],
};

describe('a pen’s marks', () => {
    let scrawl;
    before(async () => (scrawl = await createScrawl()));
    const read = (strokes) => scrawl.predictStrokes(strokes).text;

    for (const [name, point] of Object.entries(POINTS)) {
        it(`between digits are none, of every size and at every height: ${name}`, () => {
            const wrong = [];
            for (const text of ['12.50', '3.14', '0.5', '7.25', '1.1', '123.45']) {
                for (const size of [1, 3, 6, 10, 14, 18, 22, 26]) {
                    for (const [foot, gap] of [[0.92, 12], [1, 20], [1.06, 30]]) {
                        const digits = read(penNumber(text, point, { size, foot, gap })).replaceAll(' ', '');
                        if (digits !== text.replace('.', '')) wrong.push(`${text}, ${size} at ${foot}: ${JSON.stringify(digits)}`);
                    }
                }
            }
            assert.deepEqual(wrong, []);
        });
    }

    for (const [name, strokes] of Object.entries(NO_DIGITS)) {
        it(`are no digits by themselves, nor beside one: ${name}`, () => {
            assert.equal(read(strokes), '');
            const three = penShape('3').strokes.map((points) => strokeOf(...points.map(([x, y]) => [400 + x * WIDTH, 80 + y * HEIGHT])));
            assert.equal(read([...strokes, ...three]), '3');
        });
    }
});
