// How rates are sampled, the same for everything that runs in JavaScript: a warm-up, then the median of several
// windows. Knows nothing of what is measured.

/** @typedef {{ warmUp: number, window: number, repeats: number }} Pace in milliseconds; bench.c has the same */

/** @type {Pace} */
export const USUAL_PACE = { warmUp: 500, window: 250, repeats: 7 };
/** @type {Pace} */
export const QUICK_PACE = { warmUp: 10, window: 10, repeats: 3 };

/** @param {number[]} values at least one; the upper one of the two middle values when their number is even */
export function median(values) {
    if (values.length === 0) throw new RangeError('There is no median of nothing.');
    return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Turns a growing amount of work, noted from time to time, into the rates of windows. */
export class Sampler {
    #rates = [];
    #isWarm = false;
    #start;

    /** @param {Pace} pace @param {number} now in milliseconds, as all times here */
    constructor(pace, now) {
        this.pace = pace;
        this.#start = { amount: 0, now };
    }

    /** @param {number} amount done since the beginning @param {number} now */
    note(amount, now) {
        const elapsed = now - this.#start.now;
        if (elapsed < (this.#isWarm ? this.pace.window : this.pace.warmUp) || elapsed <= 0) return;
        if (this.#isWarm) this.#rates.push((amount - this.#start.amount) / elapsed * 1000);
        this.#isWarm = true;
        this.#start = { amount, now };
    }

    get isComplete() {
        return this.#rates.length >= this.pace.repeats;
    }

    /** The median amount per second. */
    get rate() {
        return median(this.#rates);
    }
}

/**
 * @param {() => number | Promise<number>} unit does one unit of work and returns how much it was
 * @param {Pace} [pace]
 * @returns {Promise<number>} the median amount per second
 */
export async function sampleRate(unit, pace = USUAL_PACE) {
    const sampler = new Sampler(pace, performance.now());
    for (let amount = 0; !sampler.isComplete;) {
        const done = unit();
        amount += typeof done === 'number' ? done : await done;
        sampler.note(amount, performance.now());
    }
    return sampler.rate;
}
