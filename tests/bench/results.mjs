// The rows of build/bench.json, and what is computed and printed from them. Measures nothing.

/**
 * @typedef {object} Row
 * @property {'train' | 'read-1' | 'read-128' | 'time-to-99'} what
 * @property {'fast' | 'small' | 'tutorial'} network
 * @property {string} where 'native-avx2', 'wasm-node', … or a peer's name, version and, where there are several, call
 * @property {number} threads
 * @property {number} [images_per_second]
 * @property {number} [seconds] instead of images_per_second, for 'time-to-99'
 * @property {number | null} peak_mib resident memory of a process, or the heap of a wasm module; null: unknown
 */

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
 * @param {object} measurement
 * @returns {Row}
 */
export function makeRow({ what, network, where, threads, images_per_second, seconds, peak_mib = null }) {
    const result = what === 'time-to-99' ? { seconds: rounded(seconds, 2) }
        : { images_per_second: rounded(images_per_second, images_per_second < 100 ? 2 : 0) };
    return { what, network, where, threads, ...result, peak_mib: peak_mib === null ? null : rounded(peak_mib, 1) };
}

/** @param {Row} row */
function keyOf({ what, network, where, threads }) {
    return JSON.stringify([what, network, where, threads]);
}

/**
 * @param {Row[]} rows @param {Row[]} newer replace rows of the same measurement, in their place; others follow
 * @returns {Row[]}
 */
export function mergeRows(rows, newer) {
    return [...new Map([...rows, ...newer].map((row) => [keyOf(row), row])).values()];
}

/** @param {number[]} values at least one */
export function mean(values) {
    if (values.length === 0) throw new RangeError('There is no mean of nothing.');
    return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * One row from those of the same measurement at several times: the mean of the speeds, the most memory.
 * @param {Row[]} rows
 * @returns {Row}
 */
export function averageRow(rows) {
    const memory = rows.map((row) => row.peak_mib).filter((value) => value !== null);
    const average = { ...rows[0], peak_mib: memory.length ? Math.max(...memory) : null };
    for (const field of ['images_per_second', 'seconds']) {
        if (field in rows[0]) average[field] = mean(rows.map((row) => row[field]));
    }
    return makeRow(average);
}

/**
 * How far two rounds of the same measurements lie apart: the largest difference of speeds over their mean.
 * @param {Row[]} first @param {Row[]} second
 */
export function largestSpread(first, second) {
    const spreads = first.map(({ images_per_second: a }, i) => {
        const b = second[i].images_per_second;
        return Math.abs(a - b) / mean([a, b]);
    });
    return Math.max(0, ...spreads);
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
