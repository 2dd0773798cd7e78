// Scratching out: a line that goes to and fro over strokes takes them away. Knows no elements and no events.

/** @import { InkStroke, Point } from './ink.js' */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Bounds */

/** So often it goes to or fro, at least; a digit's line doesn't, but for some that nobody writes on top of others. */
const LEAST_LEGS = 5;
/** Each time so far, in parts of all the way to one side. */
const LEG = 0.4;
/** So often it crosses a stroke, … */
const LEAST_CROSSINGS = 2;
/** … of which so much lies under it. */
const COVERED = 0.6;
/** A stroke that is not longer is a dot: it is enough that it lies there, in widths of its line. */
const DOT = 1;

/**
 * How often a line goes to and fro in a direction.
 * @param {Point[]} points @param {number} cosine of the direction @param {number} sine
 */
function legsAlong(points, cosine, sine) {
    const places = points.map(({ x, y }) => x * cosine + y * sine);
    const least = LEG * (Math.max(...places) - Math.min(...places));
    let [legs, way, end] = [0, 0, places[0]];
    for (const place of places) {
        const step = place - end;
        if (way * step > 0) end = place;
        else if (Math.abs(step) >= least && step) {
            legs++;
            way = Math.sign(step);
            end = place;
        }
    }
    return legs;
}

/** Across and along the direction in which it is longest. @param {Point[]} points */
function legsOf(points) {
    const count = points.length;
    const [meanX, meanY] = [points.reduce((sum, { x }) => sum + x, 0) / count, points.reduce((sum, { y }) => sum + y, 0) / count];
    let [xx, xy, yy] = [0, 0, 0];
    for (const { x, y } of points) {
        xx += (x - meanX) ** 2;
        xy += (x - meanX) * (y - meanY);
        yy += (y - meanY) ** 2;
    }
    const angle = Math.atan2(2 * xy, xx - yy) / 2;
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    return Math.max(legsAlong(points, cosine, sine), legsAlong(points, -sine, cosine));
}

/** @param {Point[]} points @param {number} margin @returns {Bounds} */
function boundsOf(points, margin) {
    const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
    return {
        left: Math.min(...xs) - margin, top: Math.min(...ys) - margin,
        right: Math.max(...xs) + margin, bottom: Math.max(...ys) + margin,
    };
}

/** @param {Bounds} bounds @param {Point} point */
function contains({ left, top, right, bottom }, { x, y }) {
    return x >= left && x <= right && y >= top && y <= bottom;
}

/** On which side of a line from one point to another a third one lies. @param {Point} from @param {Point} to @param {Point} point */
function side(from, to, { x, y }) {
    return Math.sign((to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x));
}

/** @param {Point[]} line @param {Point[]} other */
function crossings(line, other) {
    let count = 0;
    for (let i = 1; i < line.length; i++) {
        const [a, b] = [line[i - 1], line[i]];
        for (let j = 1; j < other.length; j++) {
            const [c, d] = [other[j - 1], other[j]];
            if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) count++;
        }
    }
    return count;
}

/**
 * The strokes that a finished one scratches out; none when it was no scratching.
 * @param {InkStroke} stroke
 * @param {InkStroke[]} strokes that were there before
 */
export function scratchedOut({ points, width }, strokes) {
    if (legsOf(points) < LEAST_LEGS) return [];
    const bounds = boundsOf(points, width);
    const covered = (/** @type {InkStroke} */ other) => other.points.filter((point) => contains(bounds, point)).length / other.points.length;
    const crossed = strokes.filter((other) => covered(other) >= COVERED && (isDot(other) || crossings(points, other.points) >= LEAST_CROSSINGS));
    // A digit's further strokes may lie between two legs.
    return crossed.length ? strokes.filter((other) => crossed.includes(other) || covered(other) === 1) : [];
}

/** @param {InkStroke} stroke */
function isDot({ points, width }) {
    const { left, top, right, bottom } = boundsOf(points, 0);
    return Math.hypot(right - left, bottom - top) <= DOT * width;
}
