// What makes the page learn: training, teaching and models. It comes after the first reading, which doesn't need it.
// Knows which controllers there are, and nothing of what they do.

import { createModels } from './learning/models.js';
import { createStorage } from './storage/storage.js';
import { createTeaching } from './learning/teach.js';
import { createTraining } from './learning/train.js';

/** @import { ReadingEngine } from './engine.js' */
/** @import { MountedReader } from './reading/read.js' */

/** @param {ReadingEngine} engine @param {MountedReader} reader */
export function startLearning(engine, reader) {
    const storage = createStorage();
    const models = createModels({
        engine,
        storage,
        onChange: () => {
            reader.readAgain();
            teaching.modelChanged();
        },
        onMissing: (error) => reader.sayError(error),
    });
    createTraining({
        engine,
        storage,
        models,
        onState: (isTraining) => reader.setTraining(isTraining),
        onWeights: () => reader.readAgain(),
    });
    const teaching = createTeaching({ engine, storage, models });
    return teaching;
}
