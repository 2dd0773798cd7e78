// Measures training among ranks that MPI starts: how fast two are beside one process, what a step exchanges, and how long it
// takes over links between network namespaces. Prints the tables of src/cli/SCALE.md. Usage: mpi.mjs [--quick] [--network NAME]… [--rounds N]
// --quick: a tiny measurement of each kind. --network: of some networks alone. Images are those of `make data`, without what presets make of them.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { built } from '../helpers/build.mjs';
import { mpirunEnvironment, skip } from '../helpers/mpirun.mjs';
import { Link } from './links.mjs';
import { processorName } from './machine.mjs';
import { nativeTables, run, warnOfOtherWork } from './measurements.mjs';
import { linkTable, medianShares, repeated, speedTable, trafficTable } from './ranks.mjs';
import { median } from './site/sampling.js';

/** @import { Shares, Speeds } from './ranks.mjs' */

const { values: { quick, network: chosen, rounds: told } } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, network: { type: 'string', multiple: true, default: [] },
        rounds: { type: 'string', default: '5' } },
});

/** Steps of an epoch: about a second. The first epoch warms up. */
const STEPS = { best: 10, small: 30, tutorial: 25, fast: 80 };
const BATCH = 128, IMAGES = 60_000, EPOCHS = 2, QUICK_STEPS = 4;
const RANK_COUNTS = [2, 3, 4], GIGABITS = [1, 10, 25];
const ROUNDS = quick ? 1 : Number(told), LINK_ROUNDS = Math.min(ROUNDS, 3);
/** Seconds; what takes longer hangs. */
const PATIENCE = '90';

const EXPLANATION = {
    speed: 'Images/s of training, batches of 128: medians; ratios are medians of those of rounds in turns. Apart: how far rounds of one lie, at most.',
    traffic: 'A step of one rank, the one with most: how often all wait for each other, messages and bytes to other ranks. Counted.',
    links: `Milliseconds of a step. Measured: two ranks at the two ends of a veth pair between network namespaces, shaped by tc's tbf. Predicted: the
slowest rank's own work, the least time of each rank alone, then every exchange's latency and the rank's bytes over the bandwidth, what gradients need while it computes left out.
Latencies are what the veth pair has, none is imposed: the kernel here lacks netem.`,
};

const networks = Object.keys(STEPS).filter((network) => (chosen.length ? chosen.includes(network) : !quick || network === 'fast'));
if (networks.length === 0) throw new Error(`--network is one of ${Object.keys(STEPS).join(', ')}.`);
const folder = mkdtempSync(join(tmpdir(), 'scrawl-ranks-'));
const environment = { ...mpirunEnvironment };
delete environment.OMPI_MCA_btl_vader_single_copy_mechanism; // as others start it

/** @param {string[]} command */
const bounded = (command) => run('timeout', ['--foreground', PATIENCE, ...command], environment);
/** @param {string[]} command */
const mpirun = (command) => ['mpirun', '-n', '2', ...command];

// ---- One measurement each ----

/** @param {string} network @param {number} threads */
function training(network, threads) {
    const images = (quick ? QUICK_STEPS : STEPS[network]) * BATCH;
    return [built('scrawl'), 'train', '--data', built('mnist'), '--arch', network, '--batch-size', `${BATCH}`, '--epochs', `${EPOCHS}`, '--threads', `${threads}`,
        '--epoch-share', `${images / IMAGES}`, '--log', join(folder, 'log.csv'), '--out', join(folder, 'out.safetensors'), '--quiet'];
}

/** Images/s of the last epoch. @param {string[]} command */
async function speedOf(command) {
    rmSync(join(folder, 'log.csv'), { force: true });
    await bounded(command);
    const [head, ...rows] = readFileSync(join(folder, 'log.csv'), 'utf8').trim().split('\n').map((line) => line.split(','));
    return Number(rows[EPOCHS - 1][head.indexOf('images_per_second')]);
}

/** @param {string} network @returns {Promise<Speeds>} */
async function measureRound(network) {
    const oneThread = await speedOf(training(network, 1));
    const twoThreads = availableParallelism() > 1 ? await speedOf(training(network, 2)) : null;
    return { oneThread, twoThreads, twoRanks: await speedOf(mpirun(training(network, 1))) };
}

/** @param {string} network @param {number} count three are only counted @returns {Promise<Shares>} */
async function measureShares(network, count) {
    const { output } = await bounded([built('bench_share'), '--network', network, '--ranks', `${count}`, ...quick || count === 3 ? ['--quick'] : []]);
    return JSON.parse(output);
}

/** Of one byte, and bytes/s each way. @param {(command: string[]) => string[]} launch */
async function measureExchange(launch) {
    const { output } = await bounded(launch([built('bench_exchange'), built('scrawl-mpi.so'), ...quick ? ['--quick'] : []]));
    const { seconds, bytes_per_second } = JSON.parse(output);
    return { latency: seconds, gigabits: bytes_per_second * 8 / 1e9 };
}

// ---- All of them ----

/** In rounds: every network in turn, so that what the machine does meanwhile meets all. */
async function measureSpeeds() {
    const speeds = Object.fromEntries(networks.map((network) => [network, []]));
    const shares = Object.fromEntries(networks.map((network) => [network, RANK_COUNTS.map(() => [])]));
    for (let round = 0; round < ROUNDS; round++) {
        for (const network of networks) {
            speeds[network].push(await measureRound(network));
            for (const [i, count] of RANK_COUNTS.entries()) shares[network][i].push(await measureShares(network, count));
        }
    }
    return { speeds, shares: Object.fromEntries(networks.map((network) => [network, shares[network].map(medianShares)])) };
}

/** Seconds of steps of two ranks, [network][rate], over a link; and what the link gives at each rate. @param {Link} link */
async function measureLink(link) {
    const steps = Object.fromEntries(networks.map((network) => [network, []])), wires = [];
    link.make();
    for (const gigabits of GIGABITS) {
        link.shape(gigabits);
        wires.push({ ...await measureExchange((command) => link.ranks(command)), shaped: gigabits });
        for (const network of networks) {
            const rounds = [];
            for (let round = 0; round < LINK_ROUNDS; round++) rounds.push(await speedOf(link.ranks(training(network, 1))));
            steps[network].push(BATCH / median(rounds));
        }
    }
    return { steps, wires };
}

/** Null where no link can be made. */
async function measureLinks() {
    const link = new Link();
    try {
        return await measureLink(link);
    } catch (error) {
        console.log(`\nNo link was measured: ${error.message}`);
        return null;
    } finally {
        link.remove();
    }
}

/** Predictions need a latency: of the link at that rate, or else of the machine's own memory. */
function linkRows(shares, links, memory) {
    return networks.flatMap((network) => GIGABITS.map((gigabits, i) => ({
        network, wire: { gigabits, latency: (links?.wires[i] ?? memory).latency }, measured: links?.steps[network][i] ?? null,
        two: shares[network][0], four: shares[network].at(-1),
    })));
}

async function measureAll() {
    console.log(`${processorName()}, kernels ${(await nativeTables())[0]}`);
    const memory = await measureExchange(mpirun), { speeds, shares } = await measureSpeeds();
    console.log(`\n${EXPLANATION.speed}\n\n${speedTable(networks.map((network) => [network, speeds[network]]))}`);
    console.log(`\n${EXPLANATION.traffic}\n\n${trafficTable(networks.map((network) => [network, shares[network]]))}`);
    const links = await measureLinks();
    console.log(`\n${EXPLANATION.links}\n\n${linkTable(linkRows(shares, links, memory))}\n`);
    const told = ({ latency, gigabits }) => `${(latency * 1e6).toFixed(0)} µs for an exchange of one byte, ${gigabits.toFixed(1)} Gb/s each way`;
    console.log(`Memory: ${told(memory)}.`);
    for (const wire of links?.wires ?? []) console.log(`Shaped to ${wire.shaped} Gb/s: ${told(wire)}.`);
    for (const network of networks) {
        const four = shares[network].at(-1), alone = four.alone.seconds;
        console.log(`${network}: about ${(repeated(four) * 1000).toFixed(1)} ms of a step of ${(alone * 1000).toFixed(1)} ms are done by every rank.`);
    }
}

try {
    if (skip) {
        console.log(`Nothing is measured: ${skip}.`);
    } else {
        if (!quick) await warnOfOtherWork();
        await measureAll();
        if (!quick) await warnOfOtherWork();
    }
} finally {
    rmSync(folder, { recursive: true });
}
