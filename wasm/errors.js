// What goes wrong, as errors with a code and a sentence. Knows nothing of the module.

/** @import { ScrawlErrorCode } from './scrawl.d.ts' */

/**
 * @param {ScrawlErrorCode | string} code
 * @param {string} sentence
 * @param {unknown} [cause]
 */
export function failure(code, sentence, cause) {
    return Object.assign(new Error(sentence, { cause }), { code });
}

/** @param {unknown} [cause] */
export function diverged(cause) {
    const sentence = 'The training diverged: its loss or weights are no longer finite numbers. The model is the one '
        + 'from before; lower the learning rate and train again.';
    return failure('DIVERGED', sentence, cause);
}

export function cancelled() {
    return failure('CANCELLED', 'The training was cancelled. The model is the one from before.');
}

export function overtaken() {
    return failure('CANCELLED', 'Another model was asked for meanwhile.');
}

/** @param {string} maker the function that makes another one */
export function freed(maker) {
    return failure('FREED', `This Scrawl was freed. Make another one with ${maker}().`);
}

export function noModel() {
    return new Error('There is no model yet. Load one with loadModel(), or train one with an architecture.');
}

export function noFinder() {
    return new Error('There is no finder yet. Load one with loadFinder(), or read without it.');
}

/** @param {unknown} error */
export function codeOf(error) {
    return /** @type {{ code?: string } | null | undefined} */ (error)?.code;
}
