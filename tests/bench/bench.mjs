// Measures training and reading wherever Scrawl runs, prints a table and writes build/bench.json. Images are random,
// but for the time to 99 %. Usage: bench.mjs [--quick] [--out FILE]. --quick: one tiny measurement of each kind.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { built } from '../helpers/build.mjs';
import { processorName } from './machine.mjs';
import {
    Chromium, KINDS, measureInNode, measureNative, nativeTables, NETWORKS, SEEDS, THREAD_COUNTS, timeChromiumTo99,
    timeNativeTo99, warnOfOtherWork, WASM_TABLES,
} from './measurements.mjs';
import { medianRows, makeRow, readable, tableHead, tableLine } from './results.mjs';

const COLUMNS = [
    { title: 'what', width: 10, isText: true }, { title: 'network', width: 8, isText: true },
    { title: 'where', width: 15, isText: true },
    { title: 'kernels', width: 17, isText: true }, { title: 'threads', width: 7 }, { title: 'images/s', width: 9 },
    { title: 'GFLOP/s', width: 7 }, { title: 'of peak', width: 7 }, { title: 'seconds', width: 7 },
    { title: 'peak MiB', width: 8 },
];
const EXPLANATION = `
Medians after a warm-up. Images are random (time-to-99: MNIST), batches have 128.
GFLOP/s: operations of the layers' definition (2 per multiply-add; training 3 times reading, less the gradient to the
  first layer's input), whatever is saved by computing them otherwise. Of peak: the peak is what multiply-adds alone
  reach in registers with the same instructions on as many threads; Winograd's saving can make it more than 100 %.
Peak MiB: resident memory of the process; in wasm, the module's memory. Training has 60,000 images.`;

/** Prints rows as they come, and keeps them. */
class Table {
    /** @type {import('./results.mjs').Row[]} */ rows = [];
    /** By kind and network: of one image. */
    #operations = new Map();
    /** By place and threads. */
    #peaks = new Map();
    /** @type {string[]} */ notes = [];

    constructor() {
        this.processor = processorName();
    }

    notePeak({ where, kernels, threads, gflops }) {
        this.#peaks.set(`${where} ${kernels} ${threads}`, gflops);
        console.log(tableLine(COLUMNS, ['peak', '', where, kernels, String(threads), '', readable(gflops), '', '', '']));
    }

    /** @param {object | null} measurement */
    add(measurement) {
        if (!measurement) return;
        const { what, network, where, kernels, threads, operations_per_image } = measurement;
        if (operations_per_image) this.#operations.set(`${what} ${network}`, operations_per_image);
        const row = makeRow(measurement, this.processor);
        this.rows.push(row);
        const gflops = row.images_per_second * this.#operations.get(`${what} ${network}`) / 1e9;
        const share = gflops / this.#peaks.get(`${where} ${kernels} ${threads}`);
        console.log(tableLine(COLUMNS, [
            what, network, where, kernels, String(threads), row.images_per_second ? readable(row.images_per_second) : '',
            Number.isNaN(gflops) ? '' : readable(gflops), Number.isNaN(share) ? '' : `${Math.round(share * 100)} %`,
            row.seconds?.toFixed(2) ?? '', row.peak_mib === null ? '?' : readable(row.peak_mib),
        ]));
    }
}

/** Each kind on each network. */
function pairs(quick) {
    const networks = quick ? ['small'] : NETWORKS;
    return networks.flatMap((network) => KINDS.map((what) => ({ what, network, quick })));
}

/** The row of several attempts, or why there is none. @param {() => Promise<object | null>} attempt */
async function addTimeTo99(table, attempt) {
    const rows = [];
    try {
        for (const seed of SEEDS) {
            const measurement = await attempt(seed);
            if (measurement) rows.push(makeRow(measurement, table.processor));
        }
    } catch (error) {
        table.notes.push(error.message);
    }
    for (const row of medianRows(rows)) table.add(row);
}

async function measureAllNative(table, quick) {
    const tables = await nativeTables();
    for (const kernels of tables.slice(0, quick ? 1 : tables.length)) {
        for (const threads of THREAD_COUNTS) {
            table.notePeak(await measureNative({ what: 'peak', table: kernels, threads, quick }));
            for (const pair of pairs(quick)) table.add(await measureNative({ ...pair, table: kernels, threads }));
        }
    }
    if (quick) return;
    await addTimeTo99(table, (seed) => timeNativeTo99(tables[0], THREAD_COUNTS.at(-1), seed));
}

async function measureAllInNode(table, quick) {
    for (const kernels of WASM_TABLES) {
        const peak = await measureInNode({ what: 'peak', kernels, quick });
        if (!peak) table.notes.push(`wasm-node: no ${kernels} there.`);
        else table.notePeak(peak);
        for (const pair of peak ? pairs(quick) : []) table.add(await measureInNode({ ...pair, kernels }));
    }
}

async function measureKernelsInChromium(table, chromium, kernels, quick) {
    const peak = await chromium.measure({ what: 'peak', kernels, threads: 1, quick });
    if (!peak) return table.notes.push(`wasm-chromium: no ${kernels} there.`);
    for (const threads of THREAD_COUNTS) {
        table.notePeak({ ...peak, threads, gflops: peak.gflops * threads });
        const measured = [];
        for (const pair of pairs(quick)) {
            measured.push(await chromium.measure({ ...pair, kernels, threads }));
            table.add(measured.at(-1));
        }
        if (!measured.some(Boolean)) table.notes.push(`wasm-chromium: no ${threads} threads with ${kernels} there.`);
    }
    if (quick) return;
    await addTimeTo99(table, () => timeChromiumTo99(chromium, { kernels, threads: THREAD_COUNTS.at(-1) }));
}

async function measureAllInChromium(table, quick) {
    const chromium = await Chromium.start();
    try {
        for (const kernels of WASM_TABLES) await measureKernelsInChromium(table, chromium, kernels, quick);
    } finally {
        await chromium.stop();
    }
}

const { values: { quick, out } } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, out: { type: 'string', default: built('bench.json') } },
});
if (!quick) await warnOfOtherWork();
const table = new Table();
console.log(`${table.processor}\n\n${tableHead(COLUMNS)}`);
for (const measureAll of [measureAllNative, measureAllInNode, measureAllInChromium]) {
    try {
        await measureAll(table, quick);
    } catch (error) {
        table.notes.push(`Left out: ${error.message}`);
        process.exitCode = 1;
    }
}
writeFileSync(out, `${JSON.stringify(table.rows, null, 1)}\n`);
if (!quick) await warnOfOtherWork();
console.log([EXPLANATION, ...table.notes, `Written: ${out}`].join('\n'));
