// Scrawls as the tests of the wasm module want them: as it was built, with functions replaced, watched, or trained.

import { pathToFileURL } from 'node:url';

import { built } from './build.mjs';
import { easyImages } from './handwriting.mjs';

export const { createScrawl } = await import(pathToFileURL(built('wasm', 'scrawl.js')));

export const TINY = 'conv 4 3x3 relu, maxpool 2, flatten, dense 3 softmax';

/**
 * A Scrawl whose module has other functions in place of some.
 * @param {(exports: object) => object} replacements
 */
export async function createChanged(replacements) {
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (module, imports) => {
        const { exports } = await instantiate(module, imports);
        return { exports: { ...exports, ...replacements(exports) } };
    };
    try {
        return await createScrawl();
    } finally {
        WebAssembly.instantiate = instantiate;
    }
}

/** How many handles each function makes when it succeeds. */
const MAKERS = {
    scrawl_model_load: 1, binding_model_create: 1, scrawl_dataset_from_arrays: 1, scrawl_dataset_from_idx: 1,
    scrawl_evaluator_create: 1, binding_trainer_create: 1,
    scrawl_trainer_load: 2, scrawl_inspect: 1, binding_predict_picture: 1, binding_predict_rgba: 1,
    binding_predict_strokes: 1, scrawl_model_save: 1, scrawl_trainer_save: 1,
};
const FREERS = [
    'scrawl_model_free', 'scrawl_dataset_free', 'scrawl_evaluator_free', 'scrawl_trainer_free', 'scrawl_inspection_free', 'scrawl_reading_free',
    'scrawl_free',
];

/** The functions of the library that make and free handles, which count these. */
function watchHandles(exports, watch) {
    const makers = Object.entries(MAKERS).map(([name, handles]) => [name, (...scalars) => {
        const status = exports[name](...scalars);
        if (status === 0) watch.handles += handles;
        return status;
    }]);
    const freers = FREERS.map((name) => [name, (handle) => {
        if (handle) watch.handles--;
        exports[name](handle);
    }]);
    return Object.fromEntries([...makers, ...freers]);
}

/**
 * A Scrawl, and what it holds of the wasm memory: size in bytes, and blocks and handles that were taken and not given
 * back.
 */
export async function createWatched() {
    const watch = { blocks: 0, handles: 0, exports: null };
    const scrawl = await createChanged((exports) => {
        watch.exports = {
            ...exports,
            ...watchHandles(exports, watch),
            malloc: (size) => (watch.blocks++, exports.malloc(size)),
            free: (block) => (watch.blocks -= block ? 1 : 0, exports.free(block)),
        };
        return watch.exports;
    });
    return { scrawl, watch, size: () => watch.exports.memory.buffer.byteLength };
}

export async function trainedTiny(options = {}) {
    const scrawl = await createScrawl({ model: null });
    const defaults = { architecture: TINY, epochs: 4, batchSize: 32, learningRate: 0.01 };
    const history = await scrawl.train(easyImages(300), { ...defaults, ...options });
    return { scrawl, history };
}
