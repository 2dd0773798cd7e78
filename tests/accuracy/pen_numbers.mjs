// Numbers written with a pen on a screen, with points, commas, colons and minus signs of every size and place: what they
// are as strokes, and which digits they say. Knows no program. A function of its random numbers.
import { penShape } from '../helpers/pen_shapes.mjs';

/** The named ones, and forms whose every 9 becomes any digit. */
const NAMED = ['3.14', '0,5', '12:45', '1.234,50', '-7', '-12,8'];
const FORMS = ['9.99', '9,9', '99:99', '9.999,99', '-9', '-99', '99,99', '9:9', '999.9', '9,999'];

function moved(points, x, y, size, narrow = size) { return points.map(([px, py]) => [x + px * narrow, y + py * size]); }

/** A dot around x, y in one of the ways a hand makes it, `size` across. */
function dot(random, x, y, size) {
    const turn = random.between(0, 6.3), radius = size / 2;
    const around = (count, reach) => Array.from({ length: count }, (_, i) => [x + reach * Math.cos(turn + i), y + reach * Math.sin(turn + i)]);
    switch (random.whole(0, 3)) {
        case 0: return [[x, y]];
        case 1: return [[x, y], [x + size * Math.cos(turn), y + size * Math.sin(turn)]];
        case 2: return around(8, radius);
        default: return [[x - radius, y - radius], [x + radius, y - radius / 2], [x - radius, y], [x + radius, y + radius / 2], [x - radius / 2, y + radius]];
    }
}

function comma(random, x, y, size) {
    const lean = random.between(0.1, 0.5) * size;
    return random.chance(0.3) ? [[x, y], [x - lean, y + size]] : [[x - 0.1 * size, y], [x + 0.1 * size, y + 0.2 * size], [x, y + 0.6 * size], [x - lean, y + size]];
}

/** Strokes of a sign at x whose digits are `height` high from y on, and its width. */
function sign(random, character, x, y, height) {
    const size = height * random.ratio(0.02, 0.12), at = (least, most) => y + height * random.between(least, most);
    if (character === '.') return { strokes: [dot(random, x, at(0.88, 1.04), size)], width: size };
    if (character === ',') return { strokes: [comma(random, x, at(0.85, 1), height * random.ratio(0.1, 0.3))], width: size };
    if (character === ':') return { strokes: [dot(random, x, at(0.25, 0.45), size), dot(random, x, at(0.8, 1), size)], width: size };
    const length = height * random.between(0.25, 0.5), middle = at(0.42, 0.6);
    return { strokes: [[[x, middle], [x + length / 2, middle + height * random.between(-0.02, 0.02)], [x + length, middle]]], width: length };
}

/** A digit in this hand: its strokes at x. */
function digitStrokes(random, character, x, y, height) {
    const size = height * random.between(0.92, 1.08), narrow = size * random.between(0.55, 0.7), slant = random.between(-0.05, 0.15), jitter = 0.008 * height;
    const { strokes, width } = penShape(character), left = Math.min(...strokes.flat().map(([px]) => px));
    return {
        strokes: strokes.map((points) => moved(points.map(([px, py]) => [px - left + slant * (1 - py), py]), x, y + height - size, size, narrow)
            .map(([px, py]) => [px + jitter * random.normal(), py + jitter * random.normal()])),
        width: (width - left + slant) * narrow,
    };
}

/** A text as strokes of [x, y]; the signs are written in their turn or at the end. */
export function penNumber(random, text) {
    const height = random.ratio(50, 260), gap = height * random.between(0.14, 0.3), isLate = random.chance(0.3);
    const strokes = [], late = [];
    let x = height * 0.3;
    for (const character of text) {
        const isDigit = /\d/.test(character);
        const part = isDigit ? digitStrokes(random, character, x, height * 0.3, height) : sign(random, character, x, height * 0.3, height);
        (isDigit || !isLate ? strokes : late).push(...part.strokes);
        x += part.width + gap;
    }
    return [...strokes, ...late].map((points) => points.map(([px, py]) => ({ x: px, y: py })));
}

/** What a reader shall say of the text: its digits. */
export const digitsOf = (text) => text.replace(/\D/g, '');

/** `count` numbers with signs, the named ones first. */
export function penTexts(random, count) {
    return Array.from({ length: count }, (_, i) => NAMED[i] ?? random.pick(FORMS).replace(/9/g, () => random.whole(0, 9)));
}

const ZERO_KINDS = ['flat sides', 'corners', 'tail', 'gap'];
const RING_POINTS = 40;

/** Points of a ring around 0, 0 that reaches 1 each way, drawn against the clock from an angle on over `turns`; above an exponent
 * of 2 its sides are flat (a superellipse). */
function ring(start, turns, points, exponent = 2) {
    const part = (value) => Math.sign(value) * Math.abs(value) ** (2 / exponent);
    return Array.from({ length: points + 1 }, (_, i) => start - turns * i / points * 2 * Math.PI).map((angle) => [part(Math.cos(angle)), part(Math.sin(angle))]);
}

function zeroOutline(random, kind) {
    const start = random.between(-2.2, -0.8);
    if (kind === 'corners') return ring(random.between(0, 6.3), 1, random.whole(5, 8));
    if (kind === 'flat sides') return ring(start, 1.02, RING_POINTS, random.between(2.2, 5));
    if (kind === 'gap') return ring(start, 0.94, RING_POINTS);
    const outline = ring(start, 1.02, RING_POINTS), [x, y] = outline.at(-1), turn = random.between(-2.5, 0.5), length = random.between(0.16, 0.5);
    return [...outline, [x + length * Math.cos(turn), y + length * Math.sin(turn)]];
}

/** A zero that isn't quite round, as strokes of { x, y }. */
export function penZero(random, index) {
    const height = random.ratio(80, 220), width = height * random.between(0.5, 0.85), jitter = 0.006 * height;
    const outline = zeroOutline(random, ZERO_KINDS[index % ZERO_KINDS.length]);
    return [outline.map(([x, y]) => ({ x: height + width / 2 * x + jitter * random.between(-1, 1), y: height + height / 2 * y + jitter * random.between(-1, 1) }))];
}
