// What a field holds at a time: its ink, what that was read as, what was typed; and all of it as text, which browsers keep.
// Knows no elements.

import { MIDDLE_PRESSURE } from './ink.js';

/** @import { InkStroke, Point } from './ink.js' */
/** @typedef {{ label: string, x: number, y: number, width: number, height: number }} Doubt a digit that is hard to read, in the ink's units */
/** @typedef {Doubt & { doubtful: boolean }} ReadDigit */
/**
 * @typedef {object} Sheet never changed: each step makes another one
 * @property {string} value
 * @property {InkStroke[]} strokes
 * @property {number} settled so many of them, from the first, somebody has answered for by typing or confirming: they are not read again
 * @property {string} before what the settled ones stand for
 * @property {string} text what the others were read as
 * @property {string} typed on an empty paper: the value as long as no digit is read
 * @property {Doubt[]} doubts
 * @property {boolean} isRead all ink is
 */

/** What is smaller than that by itself is a dot or a comma, in the ink's units: CSS pixels when it was written. */
const LEAST_DIGIT = 16;

/** @type {Sheet} */
export const BLANK = { value: '', strokes: [], settled: 0, before: '', text: '', typed: '', doubts: [], isRead: true };

/** Somebody has written a stroke: what was typed before on an empty paper, or what was emptied, gives way. @param {Sheet} sheet @param {InkStroke} stroke @returns {Sheet} */
export function withStroke(sheet, stroke) {
    const { strokes, settled, value } = sheet;
    const isEmptied = value === '' && settled === strokes.length;
    if (strokes.length && !isEmptied) return { ...sheet, strokes: [...strokes, stroke], isRead: false };
    return { ...BLANK, strokes: [stroke], value, typed: value, isRead: false };
}

/** The strokes that are to be read. @param {Sheet} sheet */
export function unsettled({ strokes, settled }) {
    return strokes.slice(settled);
}

/** These were read. Spaces and lines are no part of a field's value. @param {Sheet} sheet @param {ReadDigit[]} digits @returns {Sheet} */
export function withReading(sheet, digits) {
    const isDot = digits.every(({ width, height }) => Math.max(width, height) < LEAST_DIGIT);
    if (isDot && digits.length) return withReading(sheet, []);
    const text = digits.map(({ label }) => label).join('');
    const value = sheet.before + text || sheet.typed;
    const doubts = digits.filter(({ doubtful }) => doubtful).map(({ label, x, y, width, height }) => ({ label, x, y, width, height }));
    return { ...sheet, value, text, doubts, isRead: true };
}

/** Somebody says what the value is, whatever the ink says. @param {Sheet} sheet @param {string} value @returns {Sheet} */
export function settledAs(sheet, value) {
    const { strokes } = sheet;
    return { ...BLANK, value, strokes, settled: strokes.length, before: strokes.length ? value : '' };
}

/** Ink without any digit. @param {Sheet} sheet */
export function saysNothing({ strokes, settled, isRead, text }) {
    return isRead && strokes.length > settled && !text;
}

// ---- As text ----

/** Numbers of a point, and parts of a unit that are kept. */
const NUMBERS = 3;
const PRECISION = 10;
const PRESSURES = 100;

/** @param {InkStroke} stroke */
function packed({ width, hasPressure, points }) {
    return {
        width, hasPressure,
        points: points.flatMap(({ x, y, pressure }) => [Math.round(x * PRECISION), Math.round(y * PRECISION), Math.round(pressure * PRESSURES)]),
    };
}

/** @param {ReturnType<typeof packed>} stroke @returns {InkStroke} */
function unpacked({ width, hasPressure, points: numbers }) {
    if (!(width > 0) || !numbers.length || numbers.length % NUMBERS || !numbers.every(Number.isFinite)) throw new Error('This is no stroke.');
    /** @type {Point[]} */
    const points = [];
    for (let index = 0; index < numbers.length; index += NUMBERS) {
        const pressure = hasPressure ? numbers[index + 2] / PRESSURES : MIDDLE_PRESSURE;
        points.push({ x: numbers[index] / PRECISION, y: numbers[index + 1] / PRECISION, pressure });
    }
    return { width, hasPressure: Boolean(hasPressure), points };
}

/** @param {Sheet} sheet @returns {string} */
export function toState(sheet) {
    return JSON.stringify({ ...sheet, strokes: sheet.strokes.map(packed) });
}

/** @param {string} state @returns {Sheet | null} null: it is none that toState() wrote */
export function fromState(state) {
    try {
        const { value, strokes, settled, before, text, typed, doubts, isRead } = JSON.parse(state);
        return {
            value: String(value), strokes: strokes.map(unpacked), settled: Number(settled), before: String(before), text: String(text),
            typed: String(typed), doubts: [...doubts], isRead: Boolean(isRead),
        };
    } catch {
        return null;
    }
}
