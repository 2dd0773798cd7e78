// Turns the running averages that a training reports into points of its curves. Knows nothing of charts.

/** @import { Progress } from '../../../wasm/scrawl.d.ts' */
/** @import { Curve, Curves } from '../storage/storage.js' */

/** Time between points, in milliseconds. */
const INTERVAL = 500;
/** When there are more, each two neighbours become one. */
const MOST_POINTS = 600;

/** @returns {Curves} */
function emptyCurves() {
    return {
        loss: { x: [], training: [], validation: [] },
        accuracy: { x: [], training: [], validation: [] },
    };
}

/** @param {(number | null)[]} values */
function meanOf(values) {
    const known = values.filter((value) => value !== null);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

/**
 * Neighbours become one, but none of the validation's points is lost or moved.
 * @param {Curve} curve
 * @returns {Curve}
 */
function thinned({ x, training, validation }) {
    /** @type {Curve} */
    const thin = { x: [], training: [], validation: [] };
    for (let index = 0; index < x.length;) {
        const isPair = index + 1 < x.length && validation[index] === null;
        const last = isPair ? index + 1 : index;
        thin.x.push(x[last]);
        thin.training.push(meanOf(training.slice(index, last + 1)));
        thin.validation.push(validation[last]);
        index = last + 1;
    }
    return thin;
}

class CurveRecorder {
    /** What the latest point ended with. @type {{ epoch: number, images: number, loss: number, accuracy: number } | null} */
    #before = null;
    #time = -Infinity;

    /** @param {Curves} curves */
    constructor(curves) {
        this.curves = curves;
    }

    /**
     * @param {Progress} progress
     * @param {number} now in milliseconds
     * @returns {boolean} whether there is a new point
     */
    add(progress, now) {
        const isEnd = progress.phase === 'epoch-end';
        if (progress.images === 0 || (!isEnd && (progress.phase !== 'training' || now - this.#time < INTERVAL))) return false;
        this.#time = now;
        this.#extend(progress, 'loss', isEnd ? progress.validationLoss : null);
        this.#extend(progress, 'accuracy', isEnd ? progress.validationAccuracy : null);
        const { epoch, images, loss, accuracy } = progress;
        this.#before = { epoch, images, loss, accuracy };
        return true;
    }

    /** @param {Progress} progress @param {'loss' | 'accuracy'} name @param {number | null} validation */
    #extend(progress, name, validation) {
        const curve = this.curves[name];
        const x = progress.epoch + progress.images / progress.epochImages;
        const hasNew = this.#before?.epoch !== progress.epoch || progress.images > this.#before.images;
        if (x === curve.x.at(-1)) curve.validation[curve.x.length - 1] ??= validation;
        else if (hasNew) {
            curve.x.push(x);
            curve.training.push(this.#since(progress, name));
            curve.validation.push(validation);
        }
        if (curve.x.length > MOST_POINTS) this.curves[name] = thinned(curve);
    }

    /**
     * The mean since the latest point, from two running means over the epoch.
     * @param {Progress} progress
     * @param {'loss' | 'accuracy'} name
     */
    #since(progress, name) {
        const before = this.#before;
        if (before?.epoch !== progress.epoch) return progress[name];
        const sum = progress[name] * progress.images - before[name] * before.images;
        return sum / (progress.images - before.images);
    }
}

/** @param {Curves} [curves] to go on with */
export function createCurveRecorder(curves = emptyCurves()) {
    return new CurveRecorder(curves);
}
