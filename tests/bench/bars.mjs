// What Scrawl's speed is held against: ratios to peers and limits of its own, computed from rows and printed as a
// table. Measures nothing.

import { readable, tableHead, tableLine } from './results.mjs';

/** @import { Row } from './results.mjs' */
/**
 * @typedef {object} Selector which rows count; the best of them does
 * @property {string} what
 * @property {RegExp} where
 * @property {number} [threads]
 * @property {string} [network] 'tutorial' unless said otherwise
 */
/**
 * @typedef {object} Bar
 * @property {string} title
 * @property {Selector} [ours]
 * @property {Selector} [theirs] the bar is on our images per second over theirs then
 * @property {'images_per_second' | 'seconds' | 'megabytes'} [field] the bar is on this of ours otherwise
 * @property {number} [least]
 * @property {number} [most]
 * @property {string} [fact] instead of rows: a number that the caller knows by this name
 */

const BYTES_PER_MIB = 2 ** 20;
const BYTES_PER_MEGABYTE = 1e6;
const NATIVE = /^native-/;
const NODE = /^wasm-node$/;
const CHROMIUM = /^wasm-chromium$/;
const FIT = /^tensorflow .* fit$/;
const PYTORCH = /^pytorch /;
const ONNX = /^onnxruntime-node /;
const WASM_READERS = /^(onnxruntime-web|tfjs-wasm) /;
const BROWSER_TRAINERS = /^(jax-js|convnetjs) /;

/** @param {string} what @param {RegExp} where @param {number} [threads] */
const select = (what, where, threads) => ({ what, where, threads });

/** @param {string} title @param {Selector} ours @param {Selector} theirs @param {number} least @returns {Bar} */
const ratio = (title, ours, theirs, least) => ({ title, ours, theirs, least });

const nativeTraining = select('train', NATIVE, 2);
const browserTraining = select('train', CHROMIUM, 2);
/** @param {RegExp} where */
const timeOfFast = (where) => ({ ...select('time-to-99', where, 2), network: 'fast' });

/** @type {Bar[]} */
export const BARS = [
    ratio('train, native, 2 threads / TensorFlow fit', nativeTraining, select('train', FIT, 2), 3),
    ratio('train, native, 2 threads / PyTorch step', nativeTraining, select('train', PYTORCH, 2), 2.5),
    { title: 'train, native, 2 threads', ours: nativeTraining, field: 'images_per_second', least: 4500 },
    ratio('train, native, 2 threads / 1 thread', nativeTraining, select('train', NATIVE, 1), 1.8),
    ratio('read 128, native, 1 thread / ONNX Runtime', select('read-128', NATIVE, 1), select('read-128', ONNX, 1), 2),
    ratio('read 128, native, 2 threads / ONNX Runtime', select('read-128', NATIVE, 2), select('read-128', ONNX, 2), 2),
    ratio('read 1, native, 1 thread / ONNX Runtime', select('read-1', NATIVE, 1), select('read-1', ONNX, 1), 1.5),
    ratio('read 128, wasm, 1 thread / ONNX Runtime Web, TensorFlow.js',
        select('read-128', NODE, 1), select('read-128', WASM_READERS, 1), 2.5),
    ratio('read 1, wasm, 1 thread / ONNX Runtime Web, TensorFlow.js',
        select('read-1', NODE, 1), select('read-1', WASM_READERS, 1), 2),
    ratio('train, browser, 2 threads / native TensorFlow fit', browserTraining, select('train', FIT, 2), 1),
    ratio('train, browser, 1 thread / jax-js, ConvNetJS',
        select('train', CHROMIUM, 1), select('train', BROWSER_TRAINERS), 80),
    { title: 'small to 99.0 %, native, 2 threads: s', ours: timeOfFast(NATIVE), field: 'seconds', most: 5 },
    { title: 'small to 99.0 %, browser, 2 threads: s', ours: timeOfFast(CHROMIUM), field: 'seconds', most: 12 },
    { title: 'train, native: MB at the peak', ours: nativeTraining, field: 'megabytes', most: 400 },
    { title: 'train, browser: MB of wasm heap', ours: select('train', CHROMIUM), field: 'megabytes', most: 300 },
    { title: 'wasm file for 1 thread, gzip: KB', fact: 'wasmKilobytes', most: 60 },
];

/** @param {Row} row @param {string} field */
function valueOf(row, field) {
    if (field !== 'megabytes') return row[field] ?? null;
    return row.peak_mib === null ? null : row.peak_mib * BYTES_PER_MIB / BYTES_PER_MEGABYTE;
}

/**
 * The value that counts of the rows that a selector names: the fastest speed, the shortest time, the most memory.
 * @param {Row[]} rows @param {Selector} selector @param {string} [field]
 * @returns {number | null} null without any
 */
export function pick(rows, { what, where, threads, network = 'tutorial' }, field = 'images_per_second') {
    const isMeant = (row) => row.what === what && row.network === network && where.test(row.where)
        && (threads === undefined || row.threads === threads);
    const values = rows.filter(isMeant).map((row) => valueOf(row, field)).filter((value) => value !== null);
    if (values.length === 0) return null;
    return field === 'seconds' ? Math.min(...values) : Math.max(...values);
}

/**
 * @param {Bar} bar @param {Row[]} rows @param {Record<string, number>} facts
 * @returns {{ ours: number | null, theirs: number | null, value: number | null, isReached: boolean | null }} with null
 *     for what is unknown
 */
export function judge(bar, rows, facts) {
    const { ours: selector, theirs: others, field, least = -Infinity, most = Infinity, fact } = bar;
    const ours = fact ? facts[fact] ?? null : pick(rows, selector, field);
    const theirs = others ? pick(rows, others) : null;
    const isKnown = ours !== null && (!others || theirs !== null);
    const value = isKnown ? (others ? ours / theirs : ours) : null;
    return { ours, theirs, value, isReached: value === null ? null : value >= least && value <= most };
}

const COLUMNS = [
    { title: 'tutorial, unless said otherwise', width: 58, isText: true }, { title: 'Scrawl', width: 8 },
    { title: 'peer', width: 8 }, { title: 'ratio', width: 7 }, { title: 'bar', width: 7 },
    { title: '', width: 12, isText: true },
];

/**
 * @param {Row[]} rows @param {Record<string, number>} facts
 * @returns {string} a line for each bar
 */
export function barTable(rows, facts) {
    const cell = (value) => (value === null ? '' : readable(value));
    const lines = BARS.map((bar) => {
        const { ours, theirs, value, isReached } = judge(bar, rows, facts);
        const ratio = theirs === null || value === null ? '' : `${value.toFixed(2)} ×`;
        const limit = bar.least ? `≥ ${bar.least}` : `≤ ${bar.most}`;
        const verdict = isReached === null ? 'not measured' : isReached ? 'reached' : 'missed';
        return tableLine(COLUMNS, [bar.title, cell(ours), cell(theirs), ratio, limit, verdict]);
    });
    return [tableHead(COLUMNS), ...lines].join('\n');
}
