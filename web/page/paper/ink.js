// What a pen wrote: strokes as points, how they are drawn smoothly, erased, and handed to the reader.
// Knows no elements and no events.

/** @import { Stroke } from '../../../wasm/scrawl.d.ts' */
/** @typedef {{ x: number, y: number }} Place y downwards, in the paper's units */
/** @typedef {Place & { pressure: number }} Point pressure 0 to 1 */
/**
 * @typedef {object} InkStroke never changed once it is on the paper
 * @property {number} width of the line at middle pressure, in the paper's units
 * @property {boolean} hasPressure the pen could tell its pressure; otherwise it is the middle one
 * @property {Point[]} points
 */

/** What a device gives that doesn't measure it. */
export const MIDDLE_PRESSURE = 0.5;

/** A line is from 1 - PRESSURE_SPAN to 1 + PRESSURE_SPAN times as wide as at middle pressure. */
const PRESSURE_SPAN = 0.6;

/** Too short to be seen: a line without length isn't drawn, but its round ends make this one a dot. */
const DOT_LENGTH = 0.01;

/** What erasing leaves of a stroke is dropped when it is shorter, in widths of the line. */
const CRUMB = 0.75;

/** @param {InkStroke} stroke @param {number} pressure */
function widthAt(stroke, pressure) {
    return stroke.width * (1 + PRESSURE_SPAN * (pressure / MIDDLE_PRESSURE - 1));
}

/** @param {Point} one @param {Point} other @returns {Point} */
function middle(one, other) {
    return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, pressure: (one.pressure + other.pressure) / 2 };
}

/**
 * A smooth line: each point bends a curve that runs between the middles of the sections.
 * @param {Point[]} points
 */
function smoothPath(points) {
    const path = new Path2D();
    const [first] = points;
    const last = points[points.length - 1];
    path.moveTo(first.x, first.y);
    for (let index = 1; index < points.length - 1; index++) {
        const { x, y } = points[index];
        const next = middle(points[index], points[index + 1]);
        path.quadraticCurveTo(x, y, next.x, next.y);
    }
    path.lineTo(last.x + (points.length === 1 ? DOT_LENGTH : 0), last.y);
    return path;
}

/**
 * The same curve in pieces, each as wide as the pen was pressed there.
 * @param {CanvasRenderingContext2D} context
 * @param {InkStroke} stroke
 */
function drawPressed(context, stroke) {
    const { points } = stroke;
    let from = points[0];
    for (let index = 1; index < points.length; index++) {
        const bend = points[index];
        const to = index === points.length - 1 ? bend : middle(bend, points[index + 1]);
        context.lineWidth = widthAt(stroke, bend.pressure);
        context.beginPath();
        context.moveTo(from.x, from.y);
        context.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
        context.stroke();
        from = to;
    }
}

/**
 * Draws in the paper's units: the context's transform maps them to pixels.
 * @param {CanvasRenderingContext2D} context
 * @param {InkStroke[]} strokes
 * @param {string} colour
 */
export function drawInk(context, strokes, colour) {
    context.strokeStyle = colour;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of strokes) {
        if (stroke.hasPressure && stroke.points.length > 1) drawPressed(context, stroke);
        else {
            context.lineWidth = widthAt(stroke, stroke.points[0].pressure);
            context.stroke(smoothPath(stroke.points));
        }
    }
}

/** How far the pen went from the origin, at least 1. @param {InkStroke[]} strokes */
export function extentOf(strokes) {
    let [right, bottom] = [1, 1];
    for (const { points } of strokes) {
        for (const { x, y } of points) {
            right = Math.max(right, x);
            bottom = Math.max(bottom, y);
        }
    }
    return { right, bottom };
}

/** @type {WeakMap<InkStroke, Stroke>} Finished strokes are sent again with each new point of the next one. */
const readable = new WeakMap();

/** @param {InkStroke} stroke @returns {Stroke} as the reader takes it */
export function toReader(stroke) {
    const known = readable.get(stroke);
    if (known) return known;
    const { points, hasPressure } = stroke;
    const numbers = hasPressure ? points : Float32Array.from(points.flatMap(({ x, y }) => [x, y]));
    readable.set(stroke, numbers);
    return numbers;
}

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
