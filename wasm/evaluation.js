// Evaluations in slices: labelled images are handed to the library part by part, which counts what was right. Knows the
// library's evaluator.

import { labelledImages, IMAGE_PIXELS } from './arguments.js';
import { yieldToEventLoop, sliceEnd } from './slices.js';

/** @import { Evaluation, EvaluateOptions, LabelledImages } from './scrawl.d.ts' */
/** @import { Model } from './model.js' */

/** Images that are read in one piece: enough for the matrix products, few enough for a slice. */
const PART = 64;

const ALL_THREADS = 0;

/** What the library has read so far with a model, which it holds. */
class Evaluator {
    #done = 0;
    #images;
    #model;
    #address;

    /** @param {Model} model @param {LabelledImages} data */
    constructor(model, data) {
        const { images, labels } = labelledImages(data);
        this.total = labels.length;
        this.#images = images;
        this.#model = model;
        this.#address = model.library.scoped((scope) => model.library.make(
            'scrawl_evaluator_create', model.address, scope.copy(labels), labels.length, ALL_THREADS,
        ));
        model.hold();
    }

    get done() {
        return this.#done;
    }

    /** Reads the next part. */
    read() {
        const { library } = this.#model;
        const count = Math.min(PART, this.total - this.#done);
        const part = this.#images.subarray(this.#done * IMAGE_PIXELS, (this.#done + count) * IMAGE_PIXELS);
        library.scoped((scope) =>
            library.check(library.exports.scrawl_evaluator_read(this.#address, scope.copy(part), count)));
        this.#done += count;
    }

    /** @returns {Evaluation} */
    result() {
        const { library } = this.#model;
        const [images, loss, accuracy, calibrationError, classes, confusion, predictions, confidences] =
            library.values(8, 'binding_evaluation', this.#address);
        const counts = library.addresses(confusion, classes * classes);
        const rowOf = (/** @type {number} */ actual) => counts.slice(actual * classes, (actual + 1) * classes);
        return {
            images,
            loss,
            accuracy,
            calibrationError,
            confusion: Array.from({ length: classes }, (_, actual) => rowOf(actual)),
            predictions: library.bytes(predictions, images),
            confidences: library.floats(confidences, images),
        };
    }

    /** Gives its memory back, and the model unless someone else holds it. */
    free() {
        const { library } = this.#model;
        if (!library.stopped) library.exports.scrawl_evaluator_free(this.#address);
        this.#model.release();
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
    const evaluator = new Evaluator(model, data);
    try {
        for (let end = sliceEnd(); evaluator.done < evaluator.total;) {
            evaluator.read();
            if (performance.now() < end && evaluator.done < evaluator.total) continue;
            onProgress?.({ images: evaluator.done, total: evaluator.total });
            await yieldToEventLoop();
            signal?.throwIfAborted();
            mayGoOn();
            end = sliceEnd();
        }
        return evaluator.result();
    } finally {
        evaluator.free();
    }
}
