// Measures others' libraries and Scrawl in turns, adds the rows to build/bench.json, and prints the ratios. The peers are
// installed into FOLDER. Usage: bench_peers.mjs FOLDER [--quick] [--only TEXT]. --quick: tiny measurements, whose numbers
// mean nothing, written nowhere. --only: the bars whose titles have that text.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import { built } from '../helpers/build.mjs';
import { barsFor, barTable } from './bars.mjs';
import { processorName } from './machine.mjs';
import { nativeTables, warnOfOtherWork } from './measurements.mjs';
import { AGREEMENT } from './pairing.mjs';
import { installPeers } from './peers/install.mjs';
import { medianRows, mergeRows } from './results.mjs';
import { Sitting } from './sitting.mjs';

const BYTES_PER_KILOBYTE = 1000;

/** @returns {Record<string, number>} what bars are on that isn't measured in rounds */
function readFacts() {
    const gzipped = (file) => (existsSync(built('wasm', file))
        ? gzipSync(readFileSync(built('wasm', file)), { level: 9 }).length / BYTES_PER_KILOBYTE : undefined);
    const plain = gzipped('scrawl.wasm');
    const relaxed = gzipped('scrawl-relaxed.wasm');
    return { plainKilobytes: plain, ...relaxed && { relaxedOverPlain: relaxed / plain } };
}

/** @param {Sitting} sitting @param {import('./bars.mjs').Bar[]} bars */
async function measureAll(sitting, bars) {
    const results = [];
    try {
        for (const bar of bars) results.push({ bar, rounds: await sitting.measure(bar) });
    } finally {
        await sitting.stop();
    }
    return results;
}

const { values: { quick, only }, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } }, allowPositionals: true,
});
const folder = resolve(positionals[0]);
const file = built('bench.json');
const tables = await nativeTables();
const processor = processorName();
await installPeers(folder);
console.log(`${processor}; kernels ${tables.join(', ')}`);
await warnOfOtherWork();
const sitting = new Sitting({ folder, tables, processor, quick });
const results = await measureAll(sitting, barsFor(tables).filter(({ title }) => title.includes(only)));
await warnOfOtherWork();
const measured = medianRows(results.flatMap(({ rounds }) => rounds).flatMap(({ ours, theirs }) => [ours, ...theirs]));
const earlier = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
if (!quick) writeFileSync(file, `${JSON.stringify(mergeRows(earlier, measured), null, 1)}\n`);
console.log(`
${processor}; the best kernels are ${tables[0]}
${barTable(results, readFacts())}
${[...sitting.missing].map(([name, reason]) => `Left out: ${name.trim()}: ${reason}\n`).join('')}
Images per second where no unit is said, GFLOP/s of products. Ours and theirs are measured in turns; a ratio is the median of
the rounds' ratios, where several peers or calls are named the fastest of each round counts. Apart: how far the rounds' speeds
lie from each other, over their median; where that stays above ${AGREEMENT * 100} % after as many rounds again, the line is disturbed and
no result. Images are random, batches have 128.
${quick ? 'Nothing is written: these numbers mean nothing.' : `Written: ${file}`}`);
