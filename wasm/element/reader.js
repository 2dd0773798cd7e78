// One client, and with it one worker, for all fields of a window: made when the first stroke is to be read, given back when
// no field is left. Knows no elements.

/** @import { Reading } from '../scrawl.d.ts' */
/** @import { ScrawlClient } from '../scrawl-client.d.ts' */
/** @import { InkStroke } from './ink.js' */
/** @typedef {() => Promise<Pick<ScrawlClient, 'predictStrokes' | 'free'>>} CreateClient */

import { toReader } from './ink.js';

/** A field that is moved, or a page that shows its next form, needs it again within so many milliseconds. */
const LINGER = 1000;
/** What ends a client: a new one may do better. */
const ENDED = ['STOPPED', 'FREED'];

/** @type {ReturnType<CreateClient> | null} */
let shared = null;
/** Who needs it, now or later: fields of the document, and readings. @type {Set<object>} */
const users = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;

/** Its code is loaded with it, so that a field is there without it too. @type {CreateClient} */
export async function createDefaultClient() {
    const { createScrawlClient } = await import('../scrawl-client.js');
    return createScrawlClient();
}

function release() {
    shared?.then((client) => client.free(), () => {});
    shared = null;
}

/** @param {object} user */
export function join(user) {
    clearTimeout(leaving);
    users.add(user);
}

/** @param {object} user */
export function leave(user) {
    users.delete(user);
    if (!users.size && shared) leaving = setTimeout(release, LINGER);
}

/**
 * Reads strokes, once more when the client had come to its end.
 * @param {CreateClient} create
 * @param {InkStroke[]} strokes
 * @param {AbortSignal} signal
 * @param {boolean} [isAgain]
 * @returns {Promise<Reading>}
 */
async function read(create, strokes, signal, isAgain = false) {
    const isNew = !shared;
    const asked = (shared ??= create());
    try {
        const client = await asked;
        return await client.predictStrokes(strokes.map(toReader), { signal });
    } catch (error) {
        signal.throwIfAborted();
        const client = await asked.catch(() => null);
        const hasEnded = !client || ENDED.includes(/** @type {{ code: string }} */ (error).code);
        if (hasEnded && shared === asked) release();
        if (!hasEnded || isNew || isAgain) throw error;
        return read(create, strokes, signal, true);
    }
}

/** @param {CreateClient} create @param {InkStroke[]} strokes @param {AbortSignal} signal */
export async function readStrokes(create, strokes, signal) {
    join(signal);
    try {
        return await read(create, strokes, signal);
    } finally {
        leave(signal);
    }
}

/** So that what is written first waits less. @param {CreateClient} create */
export function prepare(create) {
    shared ??= create();
    shared.catch(() => {}); // who reads hears of it
}
