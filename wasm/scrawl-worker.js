// The ready-made worker: owns one Scrawl and answers the messages of scrawl-client.js.
// A request is { id, action, ... }, with { args } where the Scrawl itself answers it. Its answer is { id, result, model?,
// state? } or { id, error, state? }; a training and an evaluation also send { id, progress }. Requests to a training name
// it by the id of the request that started it, as `target`. Knows no user interface.

import { buffersOf } from './buffers.js';
import { createScrawl } from './scrawl.js';

/** @import { Scrawl, Training } from './scrawl.d.ts' */

/** @type {Scrawl | undefined} */
let scrawl;

/** The trainings whose end was not asked for yet, by the id of the request that started them. @type {Map<number, Training>} */
const trainings = new Map();

/** What ends the evaluations that run, by the id of their request. @type {Map<number, AbortController>} */
const evaluations = new Map();

/** After these the page learns about the model anew. */
const CHANGES_MODEL = new Set(['create', 'awaitTraining', 'loadModel', 'setNormalization']);

function ready() {
    if (scrawl) return scrawl;
    throw new Error('The reader has not started.');
}

/** @param {number} id */
function reporter(id) {
    return (/** @type {object} */ progress) => self.postMessage({ id, progress });
}

/** @param {{ target: number }} request */
function trainingOf({ target }) {
    const training = trainings.get(target);
    if (training) return training;
    throw new Error('This training is over. Start another one.');
}

/** @param {{ target: number }} request */
async function awaitTraining(request) {
    try {
        return await trainingOf(request).finished;
    } finally {
        trainings.delete(request.target);
    }
}

/** @param {{ id: number, data: any, options: any }} request */
async function evaluate({ id, data, options }) {
    const controller = new AbortController();
    evaluations.set(id, controller);
    try {
        return await ready().evaluate(data, { ...options, onProgress: reporter(id), signal: controller.signal });
    } finally {
        evaluations.delete(id);
    }
}

/** What the Scrawl answers, with the arguments as they come. */
const CALLS = /** @type {const} */ (['predict', 'predictStrokes', 'predictImages', 'inspect', 'filters', 'trainSettings',
    'checkArchitecture', 'readIdx', 'saveModel', 'exportModel', 'convertModel', 'setNormalization', 'loadFinder', 'summary']);

/** @param {typeof CALLS[number]} name */
function passOn(name) {
    return (/** @type {{ args: any[] }} */ { args }) => {
        const scrawl = /** @type {Record<string, (...args: any[]) => unknown>} */ (/** @type {unknown} */ (ready()));
        return scrawl[name](...args);
    };
}

/** @type {Record<string, (request: any) => unknown>} */
const actions = {
    ...Object.fromEntries(CALLS.map((name) => [name, passOn(name)])),
    async create({ options }) {
        scrawl = await createScrawl(options);
        const { threads, kernels, version, architectures, presets, trainingOptions } = scrawl;
        return { threads, kernels, version, architectures, presets, trainingOptions };
    },
    allThreads: () => ready().allThreads,
    loadModel: ({ args: [bytes] }) => ready().importModel(bytes),
    startTraining({ id, data, options }) {
        trainings.set(id, ready().startTraining(data, { ...options, onProgress: reporter(id) }));
    },
    resumeTraining({ id, checkpoint, data, options }) {
        trainings.set(id, ready().resumeTraining(checkpoint, data, { ...options, onProgress: reporter(id) }));
    },
    awaitTraining,
    pauseTraining: (request) => trainingOf(request).pause(),
    resumePausedTraining: (request) => trainingOf(request).resume(),
    cancelTraining: ({ target }) => trainings.get(target)?.cancel(),
    finishTraining: ({ target }) => void trainings.get(target)?.finish(),
    checkpoint: (request) => trainingOf(request).checkpoint(),
    evaluate,
    abortEvaluation: ({ target }) => evaluations.get(target)?.abort(),
};

/** What the page may want to know of the model without asking. */
function describeModel() {
    try {
        const { labels, architecture, normalization, saysNormalization, detects } = ready();
        return { labels, architecture, normalization, saysNormalization, detects };
    } catch {
        return null;
    }
}

self.addEventListener('message', async ({ data: request }) => {
    const { id, action, target } = request;
    const training = trainings.get(target);
    try {
        const result = await actions[action](request);
        const model = CHANGES_MODEL.has(action) ? describeModel() : undefined;
        self.postMessage({ id, result, model, state: training?.state }, { transfer: buffersOf(result) });
    } catch (error) {
        const { name, message, code } = /** @type {Error & { code?: string }} */ (error);
        self.postMessage({ id, error: { name, message, code }, state: training?.state });
    }
});
