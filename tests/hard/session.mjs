// A hundred hours of use in small: READINGS readings, PICTURES large pictures and TRAININGS trainings in one page, in rounds.
// What the page, its workers and their WebAssembly hold after garbage collection must not grow from the middle of the session
// to its end. The threads of a worker's pool wait and answer nothing: they are counted. A page or a worker that is made to
// keep what it gets, as the page does when nothing limits how far back one can undo, is noticed.
import assert from 'node:assert/strict';

import { useBuiltSite } from '../helpers/built_site.mjs';
import { picture, STROKES } from '../helpers/handwriting.mjs';
import { fillForm, visit } from '../helpers/learning_site.mjs';
import { test } from '../helpers/page_test.mjs';
import { isRead, write } from '../helpers/paper.mjs';

const READINGS = Number(process.env.READINGS ?? 2000);
const PICTURES = Number(process.env.PICTURES ?? 50);
const TRAININGS = Number(process.env.TRAININGS ?? 20);
/** Measured after each. */
const ROUNDS = Math.max(2, Math.min(10, TRAININGS));
/** What the second half of a session may add, in bytes: what the browser itself compiles and notes stays below. */
const MOST_GROWTH = 1e6;
const MOST_NODES = 200;
/** Of a large picture, in pixels. */
const LARGE = 12e6;

const site = useBuiltSite();

/** Put before the worker's script: remembers the memories of WebAssembly that it makes. */
const WATCH = `
globalThis.memories = new Set();
for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...parameters) => {
        const result = await original.apply(WebAssembly, parameters);
        const { exports } = result.instance ?? result;
        for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) globalThis.memories.add(value);
        return result;
    };
}
const { Memory } = WebAssembly;
WebAssembly.Memory = new Proxy(Memory, { construct(target, parameters) {
    const memory = new target(...parameters);
    globalThis.memories.add(memory);
    return memory;
} });
`;

/** @param {string} script runs in each worker before its own */
async function putBeforeWorkers(context, script) {
    await context.route('**/scrawl-worker.js', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: script + await response.text() });
    });
}

const bytesOfWasm = () => [...globalThis.memories ?? []].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

/** What asks a worker by its session, through the page's. @param {import('playwright-core').CDPSession} devTools */
function askingWorkers(devTools) {
    let lastId = 0;
    const waiting = new Map();
    devTools.on('Target.receivedMessageFromTarget', ({ message }) => {
        const { id, result } = JSON.parse(message);
        waiting.get(id)?.(result);
        waiting.delete(id);
    });
    return (sessionId, method) => new Promise((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, resolve);
        devTools.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
    });
}

/** The heaps of the page's workers that answer, each apart from the page's. */
async function watchHeaps(devTools) {
    const ask = askingWorkers(devTools), sessions = new Set();
    devTools.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => targetInfo.url.endsWith('scrawl-worker.js') && sessions.add(sessionId));
    devTools.on('Target.detachedFromTarget', ({ sessionId }) => sessions.delete(sessionId));
    await devTools.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return async () => {
        const sizes = await Promise.all([...sessions].map(async (sessionId) => {
            for (let i = 0; i < 3; i++) await ask(sessionId, 'HeapProfiler.collectGarbage');
            return (await ask(sessionId, 'Runtime.getHeapUsage')).usedSize;
        }));
        assert.ok(sizes.length > 0, 'no worker is measured');
        return sizes.reduce((sum, size) => sum + size, 0);
    };
}

/** In bytes after garbage collection, and the number of nodes. */
async function measure(page, devTools, heapOfWorkers) {
    for (let i = 0; i < 3; i++) await devTools.send('HeapProfiler.collectGarbage');
    const { usedSize } = await devTools.send('Runtime.getHeapUsage');
    const workerHeap = await heapOfWorkers();
    const { nodes } = await devTools.send('Memory.getDOMCounters');
    // The threads of a pool share its memory, and wait where they answer nothing.
    const holders = page.workers().filter((worker) => worker.url().endsWith('scrawl-worker.js'));
    const wasm = await Promise.all(holders.map((worker) => worker.evaluate(bytesOfWasm)));
    return { heap: usedSize, workerHeap, nodes, workers: page.workers().length, wasm: wasm.reduce((sum, bytes) => sum + bytes, 0) };
}

/** A large picture of a number, black on white, as the bytes of a PGM file; each time another. */
function largePicture(index) {
    const { data, width, height } = picture(['203', '7120', '33', '1'][index % 4]);
    const scale = Math.sqrt(LARGE / (width * height)), [wide, high] = [Math.floor(width * scale), Math.floor(height * scale)];
    const pixels = new Uint8Array(wide * high);
    for (let y = 0; y < high; y++) {
        const row = Math.floor(y / scale) * width;
        for (let x = 0; x < wide; x++) pixels[y * wide + x] = data[4 * (row + Math.floor(x / scale))];
    }
    return { name: `${index}.pgm`, mimeType: 'image/x-portable-graymap', buffer: Buffer.concat([Buffer.from(`P5\n${wide} ${high}\n255\n`), pixels]) };
}

const digits = Object.keys(STROKES);

async function readSome(page, count) {
    for (let i = 0; i < count; i++) {
        await write(page, digits[i % digits.length], { x: 0.1 + 0.25 * (i % 3), width: 0.15 });
        if (i % 3 === 2 || i === count - 1) await page.click('#clear');
    }
}

async function openSome(page, first, count) {
    for (let i = first; i < first + count; i++) {
        await page.setInputFiles('#file', largePicture(i));
        await page.locator('#pictures').waitFor();
        await isRead(page);
        await page.keyboard.press('Escape');
        await page.locator('#pictures').waitFor({ state: 'hidden' });
    }
}

/** Trains a small network to its end, lets it read the paper, and deletes it again. */
async function trainSome(page, count) {
    for (let i = 0; i < count; i++) {
        const again = page.locator('#train-again');
        await page.click('#train-tab');
        if (await again.isVisible()) await again.click();
        await fillForm(page, { architecture: 'conv 4 3x3 relu, maxpool 4, flatten, dense 10 softmax', epochs: '1', batchSize: '64' });
        await page.click('#train-begin');
        await page.locator('#test-details').waitFor();
        await page.click('#models-tab');
        const own = page.locator('#models-list li', { has: page.getByRole('button', { name: /^Delete / }) });
        await own.getByRole('button', { name: /^Use / }).click();
        await page.locator('#models-list .in-use').getByRole('button', { name: /^Delete / }).click();
        await page.click('#question-yes');
        await own.waitFor({ state: 'detached' });
        await page.click('#result-tab');
    }
}

const share = (all, round) => Math.floor(all * (round + 1) / ROUNDS) - Math.floor(all * round / ROUNDS);

function report({ heap, workerHeap, nodes, workers, wasm }) {
    return `heap ${(heap / 1e6).toFixed(1)} MB, the workers' ${(workerHeap / 1e6).toFixed(1)} MB, WebAssembly ${(wasm / 1e6).toFixed(1)} MB in ${workers} workers, ${nodes} nodes`;
}

/** Rounds of all that a session is; what was held before them and after each, which is said at once. */
async function session(page, { readings, pictures, trainings }) {
    const devTools = await page.context().newCDPSession(page), heapOfWorkers = await watchHeaps(devTools);
    const held = [await measure(page, devTools, heapOfWorkers)];
    console.log(`at the beginning: ${report(held[0])}`);
    for (let round = 0; round < ROUNDS; round++) {
        await readSome(page, share(readings, round));
        await openSome(page, Math.floor(pictures * round / ROUNDS), share(pictures, round));
        await trainSome(page, share(trainings, round));
        held.push(await measure(page, devTools, heapOfWorkers));
        console.log(`after round ${round + 1} of ${ROUNDS}: ${report(held.at(-1))}`);
    }
    return held;
}

/** What grew from the middle of a session to its end, in words. */
function grown(held) {
    const middle = held[Math.ceil((held.length - 1) / 2)], end = held.at(-1);
    const most = { heap: MOST_GROWTH, workerHeap: MOST_GROWTH, wasm: MOST_GROWTH, nodes: MOST_NODES, workers: 0 };
    return Object.keys(most).filter((what) => end[what] - middle[what] > most[what])
        .map((what) => `${what} grew from ${middle[what]} to ${end[what]}`);
}

test(`${READINGS} readings, ${PICTURES} large pictures and ${TRAININGS} trainings in one page`, async () => {
    const visitor = await visit(site);
    await putBeforeWorkers(visitor.context, WATCH);
    const page = await visitor.open();
    const held = await session(page, { readings: READINGS, pictures: PICTURES, trainings: TRAININGS });
    assert.deepEqual(grown(held), []);
    assert.ok(held.at(-1).wasm > 0, report(held.at(-1)));
    await visitor.leave();
});

/** Lets the page keep 20 kB for each change of what it shows. */
function keepChanges() {
    globalThis.kept = [];
    new MutationObserver((changes) => globalThis.kept.push(changes, Array(2500).fill(0.5)))
        .observe(document.body, { subtree: true, childList: true });
}

test('a page that keeps what it is shown is noticed', async () => {
    const visitor = await visit(site), page = await visitor.open();
    await page.evaluate(keepChanges);
    const held = await session(page, { readings: 20 * ROUNDS, pictures: 0, trainings: 0 });
    assert.match(grown(held).join(), /^heap grew/);
    await visitor.leave();
});

/** Lets a worker keep 20 kB for each message that it gets. */
const KEEP_MESSAGES = `
globalThis.kept = [];
addEventListener('message', ({ data }) => globalThis.kept.push(data, Array(2500).fill(0.5)));
`;

test('a worker that keeps what it is told is noticed', async () => {
    const visitor = await visit(site);
    await putBeforeWorkers(visitor.context, KEEP_MESSAGES);
    const page = await visitor.open();
    const held = await session(page, { readings: 20 * ROUNDS, pictures: 0, trainings: 0 });
    assert.match(grown(held).join(), /workerHeap grew/);
    await visitor.leave();
});
