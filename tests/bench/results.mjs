// The rows of build/bench.json, and what is computed and printed from them. Measures nothing.

import { apart } from './pairing.mjs';
import { median } from './site/sampling.js';

/**
 * @typedef {object} Row
 * @property {'train' | 'read-1' | 'read-128' | 'time-to-99' | 'predict-folder' | 'products' | 'peak'} what
 * @property {'fast' | 'small' | 'tutorial' | 'best' | null} network null where none is meant
 * @property {string} where 'native-avx2', 'wasm-node', … or a peer's name, version and, where there are several, call
 * @property {string | null} kernels the table of Scrawl's that computed; null: a peer's own
 * @property {number} threads
 * @property {number} [images_per_second]
 * @property {number} [seconds] instead of images_per_second, for 'time-to-99' and 'predict-folder'
 * @property {number} [gflops] instead of images_per_second, for 'products' and 'peak'
 * @property {number | null} peak_mib resident memory of a process, or the heap of a wasm module; null: unknown
 * @property {number | null} apart how far rounds of it lay apart, over their median; null: measured once
 * @property {string} processor
 */

/** What the number of each kind of measurement is. */
const RESULTS = { 'time-to-99': 'seconds', 'predict-folder': 'seconds', products: 'gflops', peak: 'gflops' };
const DIGITS = { seconds: 2, gflops: 1 };

/** @param {string} what @returns {'images_per_second' | 'seconds' | 'gflops'} */
export function resultField(what) {
    return RESULTS[what] ?? 'images_per_second';
}

/** Kernel tables that stand for what every processor of the kind can run. */
const BASELINES = ['sse2', 'baseline'];

/** @param {string} table */
export function nativePlace(table) {
    return `native-${BASELINES.includes(table) ? 'baseline' : table}`;
}

/** @param {number} value @param {number} digits after the point */
function rounded(value, digits) {
    return Number(value.toFixed(digits));
}

/**
 * A row as the file has it, from a measurement that may know more.
 * @param {object} measurement @param {string} processor
 * @returns {Row}
 */
export function makeRow(measurement, processor) {
    const { what, network = null, where, kernels = null, threads, peak_mib = null, apart = null } = measurement;
    const field = resultField(what);
    const digits = DIGITS[field] ?? (measurement[field] < 100 ? 2 : 0);
    return {
        what, network, where, kernels, threads, [field]: rounded(measurement[field], digits),
        peak_mib: peak_mib === null ? null : rounded(peak_mib, 1),
        apart: apart === null ? null : rounded(apart, 3), processor,
    };
}

/** @param {Row} row */
function keyOf({ what, network, where, kernels, threads, processor }) {
    return JSON.stringify([what, network, where, kernels, threads, processor]);
}

/**
 * @param {Row[]} rows @param {Row[]} newer replace rows of the same measurement, in their place; others follow
 * @returns {Row[]}
 */
export function mergeRows(rows, newer) {
    return [...new Map([...rows, ...newer].map((row) => [keyOf(row), row])).values()];
}

/**
 * One row for each measurement from those of all rounds: the median, the most memory, and how far they lay apart.
 * @param {Row[]} rows
 * @returns {Row[]}
 */
export function medianRows(rows) {
    const groups = new Map();
    for (const row of rows) groups.set(keyOf(row), [...groups.get(keyOf(row)) ?? [], row]);
    return [...groups.values()].map((group) => {
        const field = resultField(group[0].what);
        const values = group.map((row) => row[field]);
        const peak_mib = Math.max(...group.map((row) => row.peak_mib ?? 0)) || null;
        const spread = group.length > 1 ? apart(values) : null;
        return makeRow({ ...group[0], [field]: median(values), peak_mib, apart: spread }, group[0].processor);
    });
}

// ---- Tables ----

/** @param {number} value */
export function readable(value) {
    return value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en-US');
}

/** @typedef {{ title: string, width: number, isText?: boolean }} Column */

/** @param {Column[]} columns @param {string[]} cells */
export function tableLine(columns, cells) {
    return columns.map(({ width, isText }, i) => (isText ? cells[i].padEnd(width) : cells[i].padStart(width)))
        .join('  ').trimEnd();
}

/** @param {Column[]} columns */
export function tableHead(columns) {
    const titles = tableLine(columns, columns.map(({ title }) => title));
    return `${titles}\n${columns.map(({ width }) => '─'.repeat(width)).join('  ')}`;
}
