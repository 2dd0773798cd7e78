// The ready-made worker: owns one Scrawl and answers the messages of scrawl-client.js.
// A request is { id, action, ... }. Its answer is { id, result, model? } or { id, error }; a training also sends
// { id, progress }. Knows no user interface.

import { createScrawl } from './scrawl.js';

/** @import { Scrawl } from './scrawl.d.ts' */

/** @type {Scrawl | undefined} */
let scrawl;

/** The trainings that run, by the id of their request. @type {Map<number, AbortController>} */
const trainings = new Map();

/** After these the page learns about the model anew. */
const CHANGES_MODEL = new Set(['create', 'train', 'loadModel']);

function ready() {
    if (scrawl) return scrawl;
    throw new Error('The reader has not started.');
}

/** @param {{ id: number, data: any, options: any }} request */
async function train({ id, data, options }) {
    const controller = new AbortController();
    trainings.set(id, controller);
    /** @param {object} progress */
    const onProgress = (progress) => self.postMessage({ id, progress });
    try {
        return await ready().train(data, { ...options, onProgress, signal: controller.signal });
    } finally {
        trainings.delete(id);
    }
}

/** @type {Record<string, (request: any) => unknown>} */
const actions = {
    async create({ options }) {
        scrawl = await createScrawl(options);
        return { threads: scrawl.threads };
    },
    train,
    abort: ({ target }) => trainings.get(target)?.abort(),
    predict: ({ picture, options }) => ready().predict(picture, options),
    predictStrokes: ({ strokes, options }) => ready().predictStrokes(strokes, options),
    evaluate: ({ data }) => ready().evaluate(data),
    saveModel: () => ready().saveModel(),
    loadModel: ({ bytes }) => ready().loadModel(bytes),
    summary: () => ready().summary(),
};

/** What the page may want to know of the model without asking. */
function describeModel() {
    try {
        const { labels, architecture, normalization } = ready();
        return { labels, architecture, normalization };
    } catch {
        return null;
    }
}

/** @param {unknown} result */
function transferables(result) {
    return result instanceof Uint8Array ? [result.buffer] : [];
}

self.addEventListener('message', async ({ data: request }) => {
    const { id, action } = request;
    try {
        const result = await actions[action](request);
        const model = CHANGES_MODEL.has(action) ? describeModel() : undefined;
        self.postMessage({ id, result, model }, { transfer: transferables(result) });
    } catch (error) {
        const { name, message, code } = /** @type {Error & { code?: string }} */ (error);
        self.postMessage({ id, error: { name, message, code } });
    }
});
