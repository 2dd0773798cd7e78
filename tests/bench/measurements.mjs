// Runs one measurement of Scrawl at a time: natively, in wasm under Node, in wasm in Chromium. Knows which measurements
// there are, and not what is printed of them.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { serve } from '../../web/site/serve.mjs';
import { launchBrowser } from '../helpers/browser.mjs';
import { built } from '../helpers/build.mjs';
import { nativePlace } from './results.mjs';

export const NETWORKS = ['tutorial', 'small'];
export const KINDS = ['train', 'read-1', 'read-128'];
/** One and two, where there are two processors. */
export const THREAD_COUNTS = [1, 2].filter((count) => count <= availableParallelism());

const KIB_PER_MIB = 1024;
/** Between two looks at a process's memory, in milliseconds. */
const GLANCE = 50;
/** From this share of the processors on, other programs disturb. */
const BUSY = 0.1;
const GOAL = 0.99;
export const SEEDS = [1, 2, 3];

// ---- Processes ----

/** The most resident memory that a process had, in MiB; null where the system doesn't say, or the process is gone. */
export function peakOf(pid = 'self') {
    try {
        const kib = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return kib ? Number(kib) / KIB_PER_MIB : null;
    } catch {
        return null;
    }
}

/**
 * Runs a program to its end, which must be a good one; otherwise the error has its output so far.
 * @param {string} program @param {string[]} arguments_
 * @param {Record<string, string>} [environment] added to this process's
 * @returns {Promise<{ output: string, seconds: number, peakMib: number | null }>}
 */
export function run(program, arguments_, environment = {}) {
    return new Promise((resolve, reject) => {
        const start = performance.now();
        const env = { ...process.env, ...environment };
        const child = spawn(program, arguments_, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        const texts = { output: '', complaints: '' };
        let peakMib = null;
        const glance = () => (peakMib = Math.max(peakMib ?? 0, peakOf(child.pid) ?? 0) || null);
        const timer = setInterval(glance, GLANCE);
        child.stdout.on('data', (bytes) => (texts.output += bytes));
        child.stderr.on('data', (bytes) => (texts.complaints += bytes));
        child.on('error', reject);
        child.on('close', (code, signal) => {
            clearInterval(timer);
            const seconds = (performance.now() - start) / 1000;
            if (code === 0) resolve({ output: texts.output, seconds, peakMib });
            else {
                const complaint = complaintIn(texts.complaints || texts.output);
                const error = new Error(`${program} ended with ${code ?? signal}: ${complaint}`);
                reject(Object.assign(error, { output: texts.output }));
            }
        });
    });
}

/** What a program complained of: the line of an exception, or else the last one. */
export function complaintIn(text) {
    const lines = text.trim().split('\n');
    return (lines.find((line) => /^(npm error )?\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1)).trim();
}

/**
 * The share of all processors' time that others use while this waits for a second: measurements want an idle machine.
 * @returns {Promise<number>} from 0 to 1
 */
async function otherWork() {
    const total = (times) => Object.values(times).reduce((sum, time) => sum + time, 0);
    const read = () => cpus().map(({ times }) => [times.idle, total(times)]);
    const before = read();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const used = read().map(([idle, all], i) => 1 - (idle - before[i][0]) / Math.max(all - before[i][1], 1));
    return used.reduce((sum, share) => sum + share, 0) / used.length;
}

/** Warns of a busy machine on standard error. */
export async function warnOfOtherWork() {
    const share = await otherWork();
    if (share < BUSY) return;
    console.error(`Other programs use ${Math.round(share * 100)} % of the processors: these measurements will be off.`);
}

// ---- Native ----

/** The kernel tables that this processor has, best first. */
export async function nativeTables() {
    return JSON.parse((await run(built('bench'), ['--what', 'tables'])).output);
}

/** @param {{ what: string, network?: string, table: string, threads: number, quick?: boolean }} request */
export async function measureNative({ what, network = 'small', table, threads, quick = false }) {
    const options = ['--network', network, '--kernels', table, ...quick ? ['--quick'] : []];
    const isInside = what === 'products';
    const { output } = isInside ? await run(built('bench_products'), options)
        : await run(built('bench'), ['--what', what, '--threads', String(threads), ...options]);
    return { what, threads, ...JSON.parse(output), where: nativePlace(table) };
}

// ---- Wasm ----

const nodeMeasurement = fileURLToPath(new URL('measure_in_node.mjs', import.meta.url));

/** The wasm module's kernels: those of every browser, and those that newer ones have. */
export const WASM_TABLES = ['wasm-simd128', 'wasm-relaxed-simd'];

/**
 * @param {{ what: string, network?: string, kernels: string, quick?: boolean }} request
 * @returns {Promise<object | null>} null when Node has no such kernels
 */
export async function measureInNode(request) {
    const threads = 1;
    const build = `${pathToFileURL(built())}/`;
    const { output } = await run(process.execPath, [nodeMeasurement, JSON.stringify({ ...request, threads, build })]);
    const result = JSON.parse(output);
    const { what, network, kernels } = request;
    return result && { what, network, kernels, threads, where: 'wasm-node', ...result };
}

/** Headless Chromium on a page that is isolated, so that it may have threads. */
export class Chromium {
    static async start() {
        const chromium = new Chromium();
        try {
            chromium.server = await serve(built());
            chromium.browser = await launchBrowser();
            chromium.page = await chromium.browser.newPage();
            await chromium.page.goto(`${chromium.server.url}bench_site/`);
            await chromium.page.waitForFunction(() => 'measure' in window);
            return chromium;
        } catch (error) {
            await chromium.stop();
            throw error;
        }
    }

    /**
     * @param {{ what: string, network?: string, kernels: string, threads: number, quick?: boolean }} request
     * @returns {Promise<object | null>} null when the module can't do it there, as with threads in one without them
     */
    async measure(request) {
        const address = { ...request, build: this.server.url };
        const result = await this.page.evaluate((argument) => window.measure(argument), address);
        const { what, network, kernels, threads } = request;
        return result && { what, network, kernels, threads, where: 'wasm-chromium', ...result };
    }

    async stop() {
        await this.browser?.close();
        await this.server?.close();
    }
}

// ---- From nothing to 99 % of the test images ----

/**
 * @param {{ accuracy: number, seconds: number, peak_mib: number | null }} attempt
 * @param {{ where: string, kernels: string, threads: number }} place
 * @returns {object} a measurement; an attempt that fell short is an error
 */
export function judgeAttempt({ accuracy, seconds, peak_mib }, place) {
    if (accuracy < GOAL) {
        throw new Error(`${place.where}, ${place.threads} threads: short of 99.0 %: ${(accuracy * 100).toFixed(2)} %.`);
    }
    return { what: 'time-to-99', network: 'fast', ...place, seconds, peak_mib };
}

/** @param {string} output of `scrawl eval` @returns {number} from 0 to 1 */
export function accuracyIn(output) {
    const text = /\baccuracy ([01]\.\d+)/.exec(output)?.[1];
    if (!text) throw new Error(`scrawl eval said no accuracy: ${complaintIn(output)}`);
    return Number(text);
}

/** @param {string} folder for the model @param {string} table @param {number} seed @param {number} threads */
async function trainFast(folder, table, seed, threads) {
    const scrawl = built('scrawl');
    const model = join(folder, `${seed}.safetensors`);
    const recipe = ['--preset', 'fast', '--seed', String(seed), '--threads', String(threads)];
    const options = ['train', ...recipe, '--quiet', '--data', built('mnist'), '--out', model];
    const training = await run(scrawl, options, { SCRAWL_KERNELS: table });
    const { output } = await run(scrawl, ['eval', model, '--data', built('mnist')]);
    return { seconds: training.seconds, peak_mib: training.peakMib, accuracy: accuracyIn(output) };
}

/**
 * By the command line.
 * @param {string} table of kernels @param {number} threads @param {number} seed
 * @returns {Promise<object>}
 */
export async function timeNativeTo99(table, threads, seed) {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-bench-'));
    try {
        const place = { where: nativePlace(table), kernels: table, threads };
        return judgeAttempt(await trainFast(folder, table, seed, threads), place);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/**
 * @param {Chromium} chromium @param {{ kernels: string, threads: number }} place
 * @returns {Promise<object | null>} null without threads or those kernels there
 */
export async function timeChromiumTo99(chromium, { kernels, threads }) {
    const attempt = await chromium.measure({ what: 'time-to-99', network: 'fast', kernels, threads });
    return attempt && judgeAttempt(attempt, { where: 'wasm-chromium', kernels, threads });
}

// ---- Whole jobs ----

/**
 * The command line over a folder of pictures: the whole process.
 * @param {string} folder @param {string} table of kernels @param {number} threads
 */
export async function timeFolder(folder, table, threads) {
    const options = ['predict', '--threads', String(threads), folder];
    const { seconds, peakMib } = await run(built('scrawl'), options, { SCRAWL_KERNELS: table });
    const where = nativePlace(table);
    return { what: 'predict-folder', network: 'best', where, kernels: table, threads, seconds, peak_mib: peakMib };
}
