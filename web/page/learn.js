// What makes the page learn: training, teaching and models. It comes after the first reading, which doesn't need it.
// Knows which controllers there are, and nothing of what they do.

import { Models } from './learning/models.js';
import { Teaching } from './learning/teach.js';
import { Training } from './learning/train.js';
import { createStorage } from './storage/storage.js';

/** @import { ReadingEngine } from './engine.js' */
/** @import { MountedReader } from './reading/read.js' */

/** @param {ReadingEngine} engine @param {MountedReader} reader */
export function startLearning(engine, reader) {
    const { client } = engine;
    const storage = createStorage();
    const models = new Models({
        engine,
        storage,
        onChange: () => {
            reader.readAgain();
            teaching.modelChanged();
        },
        onMissing: (error) => reader.sayError(error),
    });
    new Training({
        engine,
        storage,
        models,
        onState: (isTraining) => reader.setTraining(isTraining),
        onWeights: () => reader.readAgain(),
    });
    const teaching = new Teaching({ client, storage, models });
    return teaching;
}
