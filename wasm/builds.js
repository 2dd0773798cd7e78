// Which build of the module runs here: the one with relaxed SIMD where the browser has that, unless results are to be the
// same in all browsers. Knows nothing of what the module does, and leaves it to load.js how bytes come here.

import { plainModule, plainSharedModule, relaxedModule, relaxedSharedModule } from './addresses.js';
import { compile } from './load.js';

/** @import { CreateOptions } from './scrawl.d.ts' */

/** Whether there are such builds: the Makefile says false where no compiler could make them. */
const HAS_RELAXED = true;

/** A module with one function, whose only operation is f32x4.relaxed_madd. */
export const PROBE = new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // "\0asm", version 1
    1, 6, 1, 0x60, 1, 0x7b, 1, 0x7b, // a type: v128 to v128
    3, 2, 1, 0, // a function of it
    10, 13, 1, 11, 0, 0x20, 0, 0x20, 0, 0x20, 0, 0xfd, 0x85, 2, 0x0b,
]);

/** @param {CreateOptions} options */
function mustBeReproducible({ reproducible }) {
    if (reproducible === undefined || reproducible === null || typeof reproducible === 'boolean') return Boolean(reproducible);
    throw new TypeError(`reproducible must be true or false, not ${reproducible}.`);
}

/**
 * @param {CreateOptions} options
 * @param {CreateOptions['wasm']} given
 * @param {{ relaxed: () => URL, plain: () => URL }} own
 * @returns {Promise<WebAssembly.Module>}
 */
async function compileBest(options, given, { relaxed, plain }) {
    const isReproducible = mustBeReproducible(options);
    // What is compiled already runs also where nothing may be: there, the probe would fail.
    if (given !== undefined && given !== null) return compile(given);
    if (!HAS_RELAXED || isReproducible || !WebAssembly.validate(PROBE)) return compile(plain());
    // Whatever keeps that file from running doesn't matter to the other.
    return compile(relaxed()).catch(() => compile(plain()));
}

/** @param {CreateOptions} options @returns {Promise<WebAssembly.Module>} of a file that runs anywhere */
export function compileAlone(options) {
    return compileBest(options, options.wasm, { relaxed: relaxedModule, plain: plainModule });
}

/** @param {CreateOptions} options @returns {Promise<WebAssembly.Module>} of a file whose instances share a memory */
export function compileShared(options) {
    return compileBest(options, options.threadedWasm, { relaxed: relaxedSharedModule, plain: plainSharedModule });
}
