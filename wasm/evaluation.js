// Reads labelled images in slices and counts what was right. Knows models, not the module.

import { labelledImages, IMAGE_PIXELS } from './arguments.js';
import { failure } from './errors.js';
import { yieldToEventLoop, sliceEnd } from './slices.js';

/** @import { Evaluation, EvaluateOptions, LabelledImages, Predictions } from './scrawl.d.ts' */
/** @import { Model } from './model.js' */

/** Images that are read in one piece: enough for the matrix products, few enough for a slice. */
const PART = 64;

/** Of a probability, as Keras clips, so that one certain mistake gives no infinite loss. */
const SMALLEST = 1e-7;

/**
 * @param {Uint8Array} labels
 * @param {number} classCount
 */
function checkLabels(labels, classCount) {
    if (labels.length === 0) throw failure('INVALID_ARGUMENT', 'The data set holds no image.');
    const place = labels.findIndex((label) => label >= classCount);
    if (place < 0) return;
    const sentence = `The label of image ${place} is ${labels[place]}, but there are only ${classCount} classes.`;
    throw failure('INVALID_DATASET', sentence);
}

/** What has been read so far. */
class Tally {
    #done = 0;
    #loss = 0;

    /** @param {Uint8Array} labels @param {number} classCount */
    constructor(labels, classCount) {
        this.labels = labels;
        this.classCount = classCount;
        this.confusion = Array.from({ length: classCount }, () => new Array(classCount).fill(0));
        this.predictions = new Uint8Array(labels.length);
        this.confidences = new Float32Array(labels.length);
    }

    get done() {
        return this.#done;
    }

    /** @param {Predictions} predictions of the next images */
    add({ classes, confidences, probabilities }) {
        this.predictions.set(classes, this.#done);
        this.confidences.set(confidences, this.#done);
        classes.forEach((predicted, index) => {
            const label = this.labels[this.#done + index];
            this.confusion[label][predicted]++;
            this.#loss -= Math.log(Math.max(probabilities[index * this.classCount + label], SMALLEST));
        });
        this.#done += classes.length;
    }

    /** @returns {Evaluation} */
    result() {
        const { confusion, predictions, confidences } = this;
        const images = this.labels.length;
        const correct = confusion.reduce((sum, row, label) => sum + row[label], 0);
        return { images, loss: this.#loss / images, accuracy: correct / images, confusion, predictions, confidences };
    }
}

/**
 * @param {Model} model
 * @param {LabelledImages} data
 * @param {EvaluateOptions} options
 * @param {() => void} mayGoOn throws when it shall stop
 * @returns {Promise<Evaluation>}
 */
export async function evaluate(model, data, { onProgress, signal }, mayGoOn) {
    signal?.throwIfAborted();
    const { images, labels } = labelledImages(data);
    checkLabels(labels, model.classCount);
    const tally = new Tally(labels, model.classCount);
    model.hold();
    try {
        for (let end = sliceEnd(); tally.done < labels.length;) {
            const first = tally.done * IMAGE_PIXELS;
            tally.add(model.predictImages(images.subarray(first, first + PART * IMAGE_PIXELS)));
            if (performance.now() < end && tally.done < labels.length) continue;
            onProgress?.({ images: tally.done, total: labels.length });
            await yieldToEventLoop();
            signal?.throwIfAborted();
            mayGoOn();
            end = sliceEnd();
        }
        return tally.result();
    } finally {
        model.release();
    }
}
