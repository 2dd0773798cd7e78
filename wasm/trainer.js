// One trainer of the library: its steps, what they report, its checkpoints. Knows nothing of time and promises.

import { labelledImages, naturalNumber } from './arguments.js';
import { codeOf, diverged } from './errors.js';
import { ADDRESS_BYTES } from './memory.js';
import { Model } from './model.js';
import { withSettings } from './settings.js';

/** @import { History, LabelledImages, Progress, ResumeOptions, TrainOptions } from './scrawl.d.ts' */
/** @import { Library } from './memory.js' */

/** These follow scrawl_phase in scrawl.h. */
const PHASES = /** @type {const} */ (['training', 'validating', 'epoch-end', 'finished']);

/** Of resuming: as many as the checkpoint says. */
const SAME_EPOCHS = 0;
const NO_TEACHER = 0; // a null pointer

/**
 * @param {Model} model whose classes the labels number
 * @param {LabelledImages} data
 * @returns {number} the data set
 */
function createDataset({ library, classCount }, data) {
    const { images, labels } = labelledImages(data);
    return library.scoped((scope) => library.make(
        'scrawl_dataset_from_arrays', scope.copy(images), scope.copy(labels), labels.length, classCount,
    ));
}

/**
 * Runs a task with a data set that is freed when the task fails.
 * @template Result
 * @param {Model} model
 * @param {LabelledImages} data
 * @param {(dataset: number) => Result} task
 */
function withDataset(model, data, task) {
    const dataset = createDataset(model, data);
    try {
        return task(dataset);
    } catch (error) {
        model.library.exports.scrawl_dataset_free(dataset);
        throw error;
    }
}

/** Counts images and the time that they took to train. */
class Speed {
    #seconds = 0;
    #images = 0;
    /** @type {number | null} */ #place;

    /** @param {number | null} place images trained before; null when the first step tells */
    constructor(place) {
        this.#place = place;
    }

    /** @param {number} place images trained so far @param {number} milliseconds of the step */
    note(place, milliseconds) {
        if (this.#place !== null && place > this.#place) {
            this.#images += place - this.#place;
            this.#seconds += milliseconds / 1000;
        }
        this.#place = place;
    }

    get imagesPerSecond() {
        return this.#seconds > 0 ? this.#images / this.#seconds : 0;
    }
}

export class Trainer {
    /** @type {History} */ history = { loss: [], accuracy: [], validationLoss: [], validationAccuracy: [] };

    /**
     * @param {Model} model what is trained; released with this
     * @param {number} dataset
     * @param {number} address of the trainer
     * @param {Speed} speed
     */
    constructor(model, dataset, address, speed) {
        this.model = model;
        this.library = model.library;
        this.dataset = dataset;
        this.address = address;
        this.speed = speed;
    }

    /**
     * @param {Model} model which it takes over, also when it fails
     * @param {LabelledImages} data
     * @param {TrainOptions} options
     */
    static start(model, data, options) {
        const { library, address } = model;
        try {
            return withDataset(model, data, (dataset) => {
                const trainer = withSettings(library, options, (settings) =>
                    library.make('scrawl_trainer_create', address, dataset, settings));
                return new Trainer(model, dataset, trainer, new Speed(0));
            });
        } catch (error) {
            model.release();
            throw error;
        }
    }

    /**
     * @param {Library} library
     * @param {Uint8Array} checkpoint
     * @param {LabelledImages} data
     * @param {ResumeOptions} options
     */
    static resume(library, checkpoint, data, { epochs }) {
        const total = epochs === undefined ? SAME_EPOCHS : naturalNumber('epochs', epochs);
        const described = Model.load(library, checkpoint);
        try {
            return withDataset(described, data, (dataset) => library.scoped((scope) => {
                const results = scope.allocate(2 * ADDRESS_BYTES);
                library.check(library.exports.scrawl_trainer_load(
                    scope.copy(checkpoint), checkpoint.length, dataset, NO_TEACHER, total, 0, results, results + ADDRESS_BYTES,
                ));
                const [model, trainer] = library.addresses(results, 2);
                return new Trainer(new Model(library, model), dataset, trainer, new Speed(null));
            }));
        } finally {
            described.release();
        }
    }

    /** @returns {Progress | null} null when all epochs are complete */
    step() {
        const start = performance.now();
        const [
            phase, epoch, epochs, images, epochImages, loss, accuracy, validationImages, validationLoss,
            validationAccuracy,
        ] = this.library.values(10, 'binding_trainer_step', this.address);
        const name = PHASES[phase];
        if (name === 'finished') return null;
        const isFinite = Number.isFinite(loss) && (validationImages === 0 || Number.isFinite(validationLoss));
        if (!isFinite) throw diverged();
        this.speed.note(epoch * epochImages + images, performance.now() - start);
        const progress = {
            phase: name,
            epoch,
            epochs,
            images,
            epochImages,
            loss,
            accuracy,
            validationLoss: Number.isNaN(validationLoss) ? null : validationLoss,
            validationAccuracy: Number.isNaN(validationAccuracy) ? null : validationAccuracy,
            imagesPerSecond: this.speed.imagesPerSecond,
        };
        if (name === 'epoch-end') this.#record(progress);
        return progress;
    }

    /** @param {Progress} progress */
    #record({ loss, accuracy, validationLoss, validationAccuracy }) {
        this.history.loss.push(loss);
        this.history.accuracy.push(accuracy);
        if (validationLoss !== null) this.history.validationLoss.push(validationLoss);
        if (validationAccuracy !== null) this.history.validationAccuracy.push(validationAccuracy);
    }

    /** After the last step. Throws when the weights are of no use. */
    complete() {
        this.library.check(this.library.exports.scrawl_trainer_calibrate(this.address));
        this.#assertFinite();
    }

    /** What the last step does shows in no loss where it ends no epoch. The library saves only finite weights. */
    #assertFinite() {
        try {
            this.model.save();
        } catch (error) {
            throw codeOf(error) === 'INVALID_MODEL' ? diverged(error) : error;
        }
    }

    checkpoint() {
        return this.library.file('scrawl_trainer_save', this.address);
    }

    /** Gives its memory back, with the model unless someone else holds it. */
    free() {
        if (this.library.stopped) return;
        this.library.exports.scrawl_trainer_free(this.address);
        this.library.exports.scrawl_dataset_free(this.dataset);
        this.model.release();
    }
}
