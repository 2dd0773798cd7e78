// What a pen wrote: how it is erased, and what lies on it. Knows no elements and no events.

export { drawInk, extentOf, MIDDLE_PRESSURE, toReader } from '../../../wasm/element/ink.js';

/** @typedef {import('../../../wasm/element/ink.js').Point} Point */
/** @typedef {import('../../../wasm/element/ink.js').InkStroke} InkStroke */
/** @typedef {{ x: number, y: number }} Place y downwards, in the paper's units */

/** What erasing leaves of a stroke is dropped when it is shorter, in widths of the line. */
const CRUMB = 0.75;

/**
 * The square of the distance of a point from a section of a line.
 * @param {Place} point @param {Place} from @param {Place} to
 */
function squaredDistance({ x, y }, from, to) {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1);
    const part = Math.min(1, Math.max(0, along));
    return (x - from.x - part * dx) ** 2 + (y - from.y - part * dy) ** 2;
}

/** Points at most `step` apart. @param {Point[]} points @param {number} step */
function resample(points, step) {
    const dense = [points[0]];
    for (let index = 1; index < points.length; index++) {
        const [from, to] = [points[index - 1], points[index]];
        const pieces = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / step);
        for (let piece = 1; piece < pieces; piece++) {
            const part = piece / pieces;
            dense.push({
                x: from.x + part * (to.x - from.x),
                y: from.y + part * (to.y - from.y),
                pressure: from.pressure + part * (to.pressure - from.pressure),
            });
        }
        dense.push(to);
    }
    return dense;
}

/** @param {InkStroke[]} strokes @param {(from: Point, to: Point) => void} tell of each section; a dot's is a point */
function eachSection(strokes, tell) {
    for (const { points } of strokes) {
        for (let index = Math.min(1, points.length - 1); index < points.length; index++) tell(points[Math.max(0, index - 1)], points[index]);
    }
}

/** Where a level line through a point meets a section: -1 left of it, 1 right of it, 0 nowhere. @param {Place} point @param {Place} from @param {Place} to */
function levelSide({ x, y }, from, to) {
    if ((from.y - y) * (to.y - y) > 0 || from.y === to.y) return 0;
    return Math.sign(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x) - x);
}

/** @param {Place} point @returns {Place} with its coordinates exchanged */
const turned = ({ x, y }) => ({ x: y, y: x });

/** Ink on so many of a point's four sides holds it inside. */
const SIDES = 3;

/**
 * Whether a point is on strokes, or inside what they enclose.
 * @param {InkStroke[]} strokes
 * @param {Place} point
 * @param {number} reach in the paper's units
 */
export function isOnInk(strokes, point, reach) {
    let isNear = false;
    const sides = new Set();
    eachSection(strokes, (from, to) => {
        isNear ||= squaredDistance(point, from, to) <= reach ** 2;
        const [level, upright] = [levelSide(point, from, to), levelSide(turned(point), turned(from), turned(to))];
        if (level) sides.add(`level ${level}`);
        if (upright) sides.add(`upright ${upright}`);
    });
    return isNear || sides.size >= SIDES;
}

/** @param {Point[]} points */
function lengthOf(points) {
    let length = 0;
    for (let index = 1; index < points.length; index++) {
        length += Math.hypot(points[index].x - points[index - 1].x, points[index].y - points[index - 1].y);
    }
    return length;
}

/** Strokes that an eraser doesn't touch where it is. @param {InkStroke[]} strokes @param {Point} point @param {number} radius */
export function untouched(strokes, point, radius) {
    return strokes.filter((stroke) => eraseStroke(stroke, point, point, radius)[0] === stroke);
}

/**
 * What is left of a stroke: it itself when the eraser didn't touch it, otherwise its pieces.
 * @param {InkStroke} stroke @param {Point} from @param {Point} to @param {number} radius
 * @returns {InkStroke[]}
 */
function eraseStroke(stroke, from, to, radius) {
    const reach = (radius + stroke.width / 2) ** 2;
    const points = resample(stroke.points, radius / 2);
    /** @type {Point[][]} */
    const pieces = [[]];
    for (const point of points) {
        if (squaredDistance(point, from, to) > reach) pieces[pieces.length - 1].push(point);
        else if (pieces[pieces.length - 1].length) pieces.push([]);
    }
    if (pieces.length === 1 && pieces[0].length === points.length) return [stroke];
    return pieces
        .filter((piece) => lengthOf(piece) > CRUMB * stroke.width)
        .map((piece) => ({ ...stroke, points: piece }));
}

/**
 * Takes away what an eraser touches on its way; strokes that it divides become several.
 * @param {InkStroke[]} strokes
 * @param {Point} from
 * @param {Point} to
 * @param {number} radius in the paper's units
 */
export function erase(strokes, from, to, radius) {
    const left = strokes.flatMap((stroke) => eraseStroke(stroke, from, to, radius));
    return left.length === strokes.length && left.every((stroke, index) => stroke === strokes[index]) ? strokes : left;
}
