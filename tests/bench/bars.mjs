// What Scrawl's speed is held against: what is measured in turns, ours and theirs, which limits count on which
// processor, and the table of them. Measures nothing.

import { areDisturbed, fastest, pairedRatio, roundsApart } from './pairing.mjs';
import { readable, resultField, tableHead, tableLine } from './results.mjs';

/** @import { Round } from './pairing.mjs' */
/**
 * @typedef {object} Request one measurement
 * @property {string} by 'native', 'node', 'chromium', 'scrawl' (the command line), or a peer of peers/programs.mjs
 * @property {string} what
 * @property {number} threads
 * @property {string} [network]
 * @property {string} [kernels] of Scrawl's; natively the best of this processor unless given
 * @property {string} [call] of a peer that has several
 */
/**
 * @typedef {object} Bar
 * @property {string} title
 * @property {Request} [ours]
 * @property {Request[]} [theirs] the bar is on our speed over that of the fastest of them then
 * @property {'images_per_second' | 'seconds' | 'megabytes'} [field] the bar is on this of ours otherwise
 * @property {number} [least]
 * @property {number} [most] with neither, the ratio is only shown
 * @property {string} [fact] instead of measurements: a number that the caller knows by this name
 * @property {string} [has] counts only where the processor has these kernels of Scrawl's
 * @property {string} [best] counts only where these are the best that it has
 * @property {number} [rounds] fewer or more than usual
 */

const BYTES_PER_MIB = 2 ** 20;
const BYTES_PER_MEGABYTE = 1e6;
/** Where a round takes a minute, or nothing depends on it. */
const FEW_ROUNDS = 3;
const TABLES = ['avx512', 'avx2', 'sse2', 'baseline'];
const PLAIN = 'wasm-simd128';
const RELAXED = 'wasm-relaxed-simd';

/** @param {string} by @param {string} what @param {number} threads @param {object} [more] @returns {Request} */
const request = (by, what, threads, more = {}) => ({ by, what, threads, network: 'tutorial', ...more });

const nativeTraining = request('native', 'train', 2);
const browserTraining = (threads) => request('chromium', 'train', threads, { kernels: RELAXED });
const fit = request('tensorflow', 'train', 2, { call: 'fit' });
const pytorch = (what, threads) => ['', 'channels_last'].map((call) => request('pytorch', what, threads, { call }));
const tensorflowReading = (what) => ['predict', 'predict_on_batch'].map((call) => request('tensorflow', what, 2, { call }));
const timeOfFast = (by, more) => request(by, 'time-to-99', 2, { network: 'fast', ...more });
const folder = (by, threads) => request(by, 'predict-folder', threads, { network: by === 'scrawl' ? 'best' : 'tutorial' });

/** @param {string} title @param {Request} ours @param {Request[]} theirs @param {object} [limits] @returns {Bar} */
const ratio = (title, ours, theirs, limits = {}) => ({ title, ours, theirs, ...limits });

/** The same with another limit for each kind of processor. */
const byTable = (title, ours, theirs, limits) => Object.entries(limits)
    .map(([best, least]) => ratio(title, ours, theirs, { best, least }));

const threadsText = (threads) => `${threads} thread${threads === 1 ? '' : 's'}`;

const nativeReading = ['read-128', 'read-1'].flatMap((what) => [1, 2].map((threads) =>
    ratio(`${what}, native, ${threadsText(threads)} / ONNX Runtime`, request('native', what, threads),
        [request('onnxruntime-node', what, threads)], { least: what === 'read-1' ? 1.7 : 2.2 })));

const wasmReading = [[PLAIN, 'plain SIMD', 2.5], [RELAXED, 'relaxed SIMD', 3]].flatMap(([kernels, name, least]) =>
    ['read-128', 'read-1'].map((what) => ratio(`${what}, wasm, ${name} / ORT Web, TF.js, LiteRT.js`,
        request('chromium', what, 1, { kernels }),
        ['onnxruntime-web', 'tfjs-wasm', 'litert-js'].map((peer) => request(peer, what, 1)), { least })));

const widerVectors = [['train', 2, 1.4], ['read-128', 1, 1.6], ['read-128', 2, 1.6]].map(([what, threads, least]) =>
    ratio(`${what}, ${threadsText(threads)}, AVX-512 / AVX2`, request('native', what, threads, { kernels: 'avx512' }),
        [request('native', what, threads, { kernels: 'avx2' })], { has: 'avx512', least }));

const shares = TABLES.map((kernels) => ratio(`products of training / multiply-adds, ${kernels}`,
    request('native', 'products', 1, { kernels }), [request('native', 'peak', 1, { kernels })],
    { has: kernels, least: 0.75 }));

/** Not asked of Scrawl: what else people would take. */
const others = [
    ratio('train, native, 2 threads / tfjs-node', nativeTraining, [request('tfjs-node', 'train', 2)]),
    ...['read-128', 'read-1'].map((what) => ratio(`${what}, native, 2 threads / TensorFlow, PyTorch, tfjs-node`,
        request('native', what, 2), [...tensorflowReading(what), ...pytorch(what, 2), request('tfjs-node', what, 2)])),
    ...[1, 2].map((threads) => ratio(`predict 10,000 pictures, ${threadsText(threads)} / OpenCV + ONNX Runtime`,
        folder('scrawl', threads), [folder('opencv-onnxruntime', threads)])),
].map((bar) => ({ ...bar, rounds: FEW_ROUNDS }));

/** @type {Bar[]} */
export const BARS = [
    ...byTable('train, native, 2 threads / TensorFlow fit', nativeTraining, [fit], { avx512: 2.7, avx2: 3.5 }),
    ...byTable('train, native, 2 threads / PyTorch', nativeTraining, pytorch('train', 2), { avx512: 2.7, avx2: 3.5 }),
    ratio('train, native, 2 threads / 1 thread', nativeTraining, [request('native', 'train', 1)], { least: 1.8 }),
    ...widerVectors, ...nativeReading, ...wasmReading,
    ratio('train, Chromium, 2 threads / native TensorFlow fit', browserTraining(2), [fit], { least: 1 }),
    ratio('train, Chromium, 1 thread / jax-js, ConvNetJS', browserTraining(1),
        ['jax-js', 'convnetjs'].map((peer) => request(peer, 'train', 1)), { least: 80, rounds: FEW_ROUNDS }),
    ...shares,
    ratio('predict 10,000 pictures, 2 threads / 1 thread', folder('scrawl', 2), [folder('scrawl', 1)],
        { least: 1.9, rounds: FEW_ROUNDS }),
    { title: 'predict 10,000 pictures, 2 threads: s', ours: folder('scrawl', 2), field: 'seconds', most: 4, rounds: FEW_ROUNDS },
    { title: 'fast to 99.0 %, native, 2 threads: s', ours: timeOfFast('native'), field: 'seconds', most: 5, rounds: FEW_ROUNDS },
    { title: 'fast to 99.0 %, Chromium, 2 threads: s', ours: timeOfFast('chromium', { kernels: RELAXED }), field: 'seconds',
        most: 12, rounds: FEW_ROUNDS },
    { title: 'train, native: MB at the peak', ours: nativeTraining, field: 'megabytes', most: 400, rounds: 1 },
    { title: 'train, Chromium: MB of wasm heap', ours: browserTraining(2), field: 'megabytes', most: 300, rounds: 1 },
    { title: 'wasm file, plain SIMD, gzip: kB', fact: 'plainKilobytes', most: 127 },
    { title: 'wasm file, relaxed SIMD / plain SIMD, gzip', fact: 'relaxedOverPlain', most: 1.15 },
    ...others,
];

/**
 * @param {string[]} tables of kernels that the processor has, best first
 * @returns {Bar[]} those that count there
 */
export function barsFor(tables) {
    return BARS.filter(({ has, best }) => (!has || tables.includes(has)) && (!best || tables[0] === best));
}

/** @param {Bar} bar @param {import('./results.mjs').Row} row */
function valueOf({ field }, row) {
    if (field !== 'megabytes') return row[field ?? resultField(row.what)];
    return row.peak_mib === null ? null : row.peak_mib * BYTES_PER_MIB / BYTES_PER_MEGABYTE;
}

/** @param {(number | null)[]} values @returns {number | null} the median of what is known */
function middle(values) {
    const known = values.filter((value) => value !== null).sort((a, b) => a - b);
    return known.length ? known[known.length >> 1] : null;
}

/**
 * @param {Bar} bar @param {Round[]} rounds @param {Record<string, number>} facts
 * @returns {{ ours: number | null, theirs: number | null, value: number | null, apart: number | null,
 *     verdict: 'reached' | 'missed' | 'disturbed' | 'not measured' | '' }}
 */
export function judge(bar, rounds, facts) {
    const { theirs: peers, least = -Infinity, most = Infinity, fact } = bar;
    const ours = fact ? facts[fact] ?? null : middle(rounds.map((round) => valueOf(bar, round.ours)));
    const beaten = rounds.filter(({ theirs }) => theirs.length).map(({ theirs }) => fastest(theirs));
    const theirs = middle(beaten.map((row) => valueOf(bar, row)));
    const value = rounds.length && peers ? pairedRatio(rounds) : ours;
    const apart = rounds.length > 1 ? roundsApart(rounds) : null;
    const isDisturbed = rounds.length > 0 && bar.field !== 'megabytes' && areDisturbed(rounds);
    return { ours, theirs, value, apart, verdict: verdictOn(value, { least, most }, isDisturbed) };
}

function verdictOn(value, { least, most }, isDisturbed) {
    if (value === null) return 'not measured';
    if (isDisturbed) return 'disturbed';
    if (least === -Infinity && most === Infinity) return '';
    return value >= least && value <= most ? 'reached' : 'missed';
}

const COLUMNS = [
    { title: 'tutorial, unless said otherwise', width: 60, isText: true }, { title: 'Scrawl', width: 8 },
    { title: 'peer', width: 8 }, { title: 'ratio', width: 7 }, { title: 'apart', width: 5 }, { title: 'bar', width: 7 },
    { title: '', width: 12, isText: true },
];

/** @param {Bar} bar */
function limitOf({ least, most }) {
    if (least !== undefined) return `≥ ${least}`;
    return most === undefined ? '' : `≤ ${most}`;
}

/** @param {Bar} bar @param {Round[]} rounds @returns {string} which of several peers are missing */
function missingPeers({ theirs = [] }, rounds) {
    const found = rounds[0]?.theirs.map(({ where }) => where.split(' ')[0]) ?? [];
    const missing = found.length ? [...new Set(theirs.map(({ by }) => by))].filter((by) => by !== 'native' && by !== 'scrawl'
        && !found.includes(by)) : [];
    return missing.length ? `without ${missing.join(', ')}` : '';
}

/**
 * @param {{ bar: Bar, rounds: Round[] }[]} results @param {Record<string, number>} facts
 * @returns {string} a line for each
 */
export function barTable(results, facts) {
    const cell = (value) => (value === null ? '' : readable(value));
    const lines = results.map(({ bar, rounds }) => {
        const { ours, theirs, value, apart, verdict } = judge(bar, rounds, facts);
        const times = theirs === null || value === null ? '' : `${value.toFixed(2)} ×`;
        const distance = apart === null ? '' : `${Math.round(apart * 100)} %`;
        const remarks = [verdict, missingPeers(bar, rounds)].filter(Boolean).join(', ');
        return tableLine(COLUMNS, [bar.title, cell(ours), cell(theirs), times, distance, limitOf(bar), remarks]);
    });
    return [tableHead(COLUMNS), ...lines].join('\n');
}
