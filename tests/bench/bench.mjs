// Measures training and reading wherever Scrawl runs, prints a table and writes build/bench.json. Images are random,
// but for the time to 99 %. Usage: bench.mjs [--quick] [--out FILE]. --quick: one tiny measurement of each kind.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { built } from '../helpers/build.mjs';
import {
    Chromium, KINDS, measureInNode, measureNative, nativeTables, NETWORKS, THREAD_COUNTS, timeChromiumTo99,
    timeNativeTo99, warnOfOtherWork,
} from './measurements.mjs';
import { makeRow, nativePlace, readable, tableHead, tableLine } from './results.mjs';

const COLUMNS = [
    { title: 'what', width: 10, isText: true }, { title: 'network', width: 8, isText: true },
    { title: 'where', width: 15, isText: true }, { title: 'threads', width: 7 }, { title: 'images/s', width: 9 },
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

    notePeak(where, threads, gflops) {
        this.#peaks.set(`${where} ${threads}`, gflops);
        console.log(tableLine(COLUMNS, ['peak', '', where, String(threads), '', readable(gflops), '', '', '']));
    }

    /** @param {object | null} measurement */
    add(measurement) {
        if (!measurement) return;
        const { what, network, where, threads, operations_per_image } = measurement;
        if (operations_per_image) this.#operations.set(`${what} ${network}`, operations_per_image);
        const row = makeRow(measurement);
        this.rows.push(row);
        const gflops = row.images_per_second * this.#operations.get(`${what} ${network}`) / 1e9;
        const share = gflops / this.#peaks.get(`${where} ${threads}`);
        console.log(tableLine(COLUMNS, [
            what, network, where, String(threads), row.images_per_second ? readable(row.images_per_second) : '',
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

async function measureAllNative(table, quick) {
    const tables = await nativeTables();
    for (const kernels of tables.slice(0, quick ? 1 : tables.length)) {
        for (const threads of THREAD_COUNTS) {
            const { where, gflops } = await measureNative({ what: 'peak', table: kernels, threads, quick });
            table.notePeak(where, threads, gflops);
            for (const pair of pairs(quick)) table.add(await measureNative({ ...pair, table: kernels, threads }));
        }
    }
    if (quick) return;
    const { measurement, note } = await timeNativeTo99(nativePlace(tables[0]), THREAD_COUNTS.at(-1));
    table.add(measurement);
    table.notes.push(note);
}

async function measureAllInNode(table, quick) {
    const { where, gflops } = await measureInNode({ what: 'peak', quick });
    table.notePeak(where, 1, gflops);
    for (const pair of pairs(quick)) table.add(await measureInNode(pair));
}

async function measureAllInChromium(table, quick) {
    const chromium = await Chromium.start();
    try {
        const { where, gflops } = await chromium.measure({ what: 'peak', threads: 1, quick });
        for (const threads of THREAD_COUNTS) {
            table.notePeak(where, threads, gflops * threads);
            const measured = [];
            for (const pair of pairs(quick)) {
                measured.push(await chromium.measure({ ...pair, threads }));
                table.add(measured.at(-1));
            }
            if (!measured.some(Boolean)) table.notes.push(`${where}: no ${threads} threads there.`);
        }
        if (quick) return;
        const { measurement, note } = await timeChromiumTo99(chromium, THREAD_COUNTS.at(-1));
        table.add(measurement);
        table.notes.push(note);
    } finally {
        await chromium.stop();
    }
}

const { values: { quick, out } } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, out: { type: 'string', default: built('bench.json') } },
});
if (!quick) await warnOfOtherWork();
console.log(tableHead(COLUMNS));
const table = new Table();
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
