// What the peers' scripts in JavaScript share: packages from the folder of the peers, and how they answer requests with
// rows as results.mjs describes them.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { peakOf } from '../measurements.mjs';
import { QUICK_PACE, USUAL_PACE } from '../site/sampling.js';

export const BATCH = 128;
export const IMAGE_PIXELS = 28 * 28;
export const CLASSES = 10;

/** @param {string} folder of the peers @returns {NodeRequire} */
export function packagesIn(folder) {
    return createRequire(join(folder, 'index.js'));
}

/** @param {string} folder of the peers @param {string} name of a package */
export function versionOf(folder, name) {
    return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** @param {number} count */
export function randomValues(count) {
    return Float32Array.from({ length: count }, Math.random);
}

/** @param {string} what @returns {number} how many images are read together */
export function countOf(what) {
    return what === 'read-1' ? 1 : BATCH;
}

/** @param {{ quick?: boolean }} request */
export function paceOf({ quick }) {
    return quick ? QUICK_PACE : USUAL_PACE;
}

/** @param {object} answer */
function say(answer) {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/**
 * Says that it is ready, and answers each request until there are no more.
 * @param {string} where the peer's name and version
 * @param {(request: { what: string, threads: number, quick?: boolean }) => Promise<number>} measure images per second
 * @param {() => number | null} [memory] in MiB
 */
export async function answerRequests(where, measure, memory = peakOf) {
    say({ ready: true });
    for await (const line of createInterface({ input: process.stdin })) {
        const request = JSON.parse(line);
        try {
            const { what, network, threads } = request;
            say({ what, network, threads, where, images_per_second: await measure(request), peak_mib: memory() });
        } catch (error) {
            say({ error: error.message });
        }
    }
}
