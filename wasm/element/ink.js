// What a pen wrote: strokes as points, how they are drawn smoothly, and handed to the reader.
// Knows no elements and no events. The page's paper draws by it too.

/** @import { Stroke } from '../scrawl.d.ts' */
/** @typedef {{ x: number, y: number, pressure: number }} Point y downwards, in the paper's units; pressure 0 to 1 */
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
