// What makes the page learn: training, teaching and models. It comes after the first reading, which doesn't need it.
// Knows which controllers there are, and nothing of what they do.

import { byId } from './dom.js';
import { Models } from './learning/models.js';
import { Teaching } from './learning/teach.js';
import { Training } from './learning/train.js';
import { createStorage } from './storage/storage.js';
import { createQuestion } from './widgets/question.js';

/** @import { ReadingEngine } from './engine.js' */
/** @import { MountedReader } from './reading/read.js' */

/** @param {ReadingEngine} engine @param {MountedReader} reader */
export function startLearning(engine, reader) {
    const storage = createStorage();
    const ask = createQuestion(/** @type {HTMLDialogElement} */ (byId('question')), {
        text: byId('question-text'), yes: byId('question-yes'), no: byId('question-no'),
    });
    const models = new Models({
        engine,
        storage,
        ask,
        onChange: () => {
            reader.readAgain();
            training.modelChanged();
            teaching.modelChanged();
            showReader();
        },
        onMissing: (error) => reader.sayError(error),
    });
    const training = new Training({
        engine,
        storage,
        models,
        ask,
        onReader: (isTraining) => {
            reader.setTraining(isTraining);
            showReader();
        },
        onWeights: () => reader.readAgain(),
    });
    const teaching = new Teaching({ engine, storage, models, ask, onForgotten: () => reader.forgetCorrections() });
    const showReader = () => reader.readsWith(training.readsPaper ? `${training.name}, in training` : models.current.name);
    engine.onRestart(() => models.loadAgain());
    engine.onRestart(() => training.goOnAfterRestart());
    return { teaching, models };
}
