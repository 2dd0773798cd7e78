// Measures others' libraries between two rounds of Scrawl's own measurements, adds the rows to build/bench.json, and
// prints the ratios. Usage: bench_peers.mjs FOLDER. The peers are installed there.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { built } from '../helpers/build.mjs';
import { barTable } from './bars.mjs';
import {
    Chromium, measureInNode, measureNative, nativeTables, run, THREAD_COUNTS, timeChromiumTo99, timeNativeTo99,
    warnOfOtherWork,
} from './measurements.mjs';
import { installPeers, pythonIn } from './peers/install.mjs';
import { averageRow, largestSpread, makeRow, mergeRows, nativePlace, readable } from './results.mjs';

const NETWORK = 'tutorial';
const BYTES_PER_KILOBYTE = 1000;

/** @typedef {import('./results.mjs').Row} Row */

/** @param {object} measurement @returns {Row} */
function shown(measurement) {
    const row = makeRow(measurement);
    const { what, where, threads, images_per_second, seconds } = row;
    const result = seconds === undefined ? `${readable(images_per_second)} images/s` : `${seconds} s`;
    console.log(`  ${where}, ${threads} thread${threads === 1 ? '' : 's'}: ${what} ${result}`);
    return row;
}

// ---- Scrawl ----

/**
 * @param {string} table of kernels @param {Chromium | null} chromium
 * @returns {Promise<Row[]>} what the bars need
 */
async function measureScrawl(table, chromium) {
    console.log('Scrawl:');
    const rows = [];
    for (const threads of THREAD_COUNTS) {
        for (const what of ['train', 'read-128', 'read-1']) {
            rows.push(shown(await measureNative({ what, network: NETWORK, table, threads })));
        }
    }
    for (const what of ['read-128', 'read-1']) rows.push(shown(await measureInNode({ what, network: NETWORK })));
    for (const threads of chromium ? THREAD_COUNTS : []) {
        const measurement = await chromium.measure({ what: 'train', network: NETWORK, threads });
        if (measurement) rows.push(shown(measurement));
    }
    return rows;
}

/**
 * @param {string} table @param {Chromium | null} chromium
 * @returns {Promise<Row[]>}
 */
async function measureTimesTo99(table, chromium) {
    const threads = THREAD_COUNTS.at(-1);
    const results = [await timeNativeTo99(nativePlace(table), threads)];
    if (chromium) results.push(await timeChromiumTo99(chromium, threads));
    for (const { note } of results) console.log(`  ${note}`);
    return results.filter(({ measurement }) => measurement).map(({ measurement }) => shown(measurement));
}

// ---- Peers ----

/**
 * @param {string} folder
 * @returns {[title: string, program: string, arguments_: string[]][]} PyTorch's comes before those that read its model
 */
function peerCommands(folder) {
    const script = (name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));
    const model = join(folder, 'tutorial.onnx');
    const most = THREAD_COUNTS.at(-1);
    const python = (name, ...rest) => [name, pythonIn(folder), [script(name), ...rest]];
    const node = (name, ...rest) => [name, process.execPath, [script(name), folder, ...rest]];
    return [
        python('tensorflow_keras.py', String(most)),
        python('pytorch.py', String(most), model),
        ...['node', 'web'].flatMap((kind) =>
            THREAD_COUNTS.map((threads) => node('onnxruntime.mjs', kind, String(threads), model))),
        node('tensorflowjs.mjs'),
        node('convnetjs.mjs'),
        node('jax_js.mjs'),
    ];
}

/** @param {string} output of a peer's script, which may hold other lines @returns {Row[]} */
function rowsIn(output) {
    return output.split('\n').filter((line) => line.startsWith('{')).map((line) => shown(JSON.parse(line)));
}

/** @param {string} folder @returns {Promise<Row[]>} */
async function measurePeers(folder) {
    const rows = [];
    for (const [title, program, arguments_] of peerCommands(folder)) {
        console.log(`${title}:`);
        try {
            const { output } = await run(program, arguments_, { TF_CPP_MIN_LOG_LEVEL: '3', PYTHONDONTWRITEBYTECODE: '1' });
            rows.push(...rowsIn(output));
        } catch (error) {
            rows.push(...rowsIn(error.output ?? ''));
            console.log(`  left out: ${error.message}`);
        }
    }
    return rows;
}

// ---- All ----

/** @returns {Promise<Chromium | null>} */
async function startChromium() {
    try {
        return await Chromium.start();
    } catch (error) {
        console.log(`Chromium is left out: ${error.message}`);
        return null;
    }
}

/** @param {Row[]} first @param {Row[]} second the same measurements */
function averages(first, second) {
    return first.map((row, i) => averageRow([row, second[i]]));
}

async function measureEverything(folder) {
    const [table] = await nativeTables();
    const chromium = await startChromium();
    try {
        const before = await measureScrawl(table, chromium);
        const times = await measureTimesTo99(table, chromium);
        const peers = await measurePeers(folder);
        const after = await measureScrawl(table, chromium);
        const percent = Math.round(largestSpread(before, after) * 100);
        console.log(`Scrawl's two rounds differ by up to ${percent} %.`);
        return [...averages(before, after), ...times, ...peers];
    } finally {
        await chromium?.stop();
    }
}

const folder = resolve(process.argv[2]);
const file = built('bench.json');
await installPeers(folder);
await warnOfOtherWork();
const measured = await measureEverything(folder);
await warnOfOtherWork();
const earlier = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
writeFileSync(file, `${JSON.stringify(mergeRows(earlier, measured), null, 1)}\n`);
const wasmKilobytes = gzipSync(readFileSync(built('wasm', 'scrawl.wasm')), { level: 9 }).length / BYTES_PER_KILOBYTE;
console.log(`
${barTable(measured, { wasmKilobytes })}

Images per second where no unit is said. Scrawl's are the means of the medians before and after the peers', its kernels
the best of this processor. Where several peers or calls are named, the fastest counts. Images are random, batches have
128.
Written: ${file}`);
