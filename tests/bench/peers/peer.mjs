// What the peers' scripts in JavaScript share: packages from the folder of the peers, and rows as results.mjs describes
// them.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { peakOf } from '../measurements.mjs';

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

/** @param {string} what @param {string} where @param {number} threads @param {number} images_per_second */
export function report(what, where, threads, images_per_second, peak_mib = peakOf()) {
    console.log(JSON.stringify({ what, network: 'tutorial', where, threads, images_per_second, peak_mib }));
}
