// The course of a training: slices that alternate with the event loop, held up, gone on with, and ended. Knows trainers,
// and nothing of the module.

import { cancelled, codeOf } from './errors.js';
import { yieldToEventLoop, sliceEnd } from './slices.js';

/** @import { History, TrainCallbacks, Training as TrainingApi, TrainingState } from './scrawl.d.ts' */
/** @import { Model } from './model.js' */
/** @import { Trainer } from './trainer.js' */

/** After these nothing can be done with a Scrawl any more, and they say so best themselves. */
const LAST_CODES = ['FREED', 'STOPPED'];

/** @implements {TrainingApi} */
export class Training {
    /** @type {TrainingState} */ #state = 'running';
    /** @type {unknown} */ #reason = null;
    #shallFinish = false;
    #wake = () => {};
    #trainer;
    #callbacks;
    #owner;
    #cancel;
    /** @type {(history: History) => void} */ #resolve = () => {};
    /** @type {(reason: unknown) => void} */ #reject = () => {};

    /**
     * @param {Trainer} trainer which it frees
     * @param {TrainCallbacks} callbacks
     * @param {{ keep: (model: Model) => void, end: () => void }} owner end: when it is over, in whatever way
     */
    constructor(trainer, callbacks, owner) {
        this.#trainer = trainer;
        this.#callbacks = callbacks;
        this.#owner = owner;
        this.#cancel = () => this.cancel(callbacks.signal?.reason);
        callbacks.signal?.addEventListener('abort', this.#cancel);
        /** @type {Promise<History>} */
        this.finished = new Promise((resolve, reject) => {
            this.#resolve = resolve;
            this.#reject = reject;
        });
        // Who only asks for the state needs no handler.
        this.finished.catch(() => {});
        this.#work();
    }

    /** @returns {TrainingState} */
    get state() {
        return this.#state;
    }

    /** What is trained. Only while this is not over. */
    get model() {
        return this.#trainer.model;
    }

    get #isOver() {
        return this.#state !== 'running' && this.#state !== 'paused';
    }

    pause() {
        this.#assertGoing();
        this.#state = 'paused';
    }

    resume() {
        this.#assertGoing();
        this.#state = 'running';
        this.#wake();
    }

    /** @param {unknown} [reason] what `finished` rejects with */
    cancel(reason = cancelled()) {
        this.#fail('cancelled', reason);
    }

    finish() {
        this.#shallFinish = true;
        if (this.#state === 'paused') this.resume();
        return this.finished;
    }

    checkpoint() {
        this.#assertGoing();
        return this.#trainer.checkpoint();
    }

    #assertGoing() {
        const { stopped } = this.#trainer.library;
        if (stopped) throw stopped;
        if (!this.#isOver) return;
        if (LAST_CODES.includes(String(codeOf(this.#reason)))) throw this.#reason;
        throw new Error(`This training is over: it has ${this.#state}. Start another one.`);
    }

    async #work() {
        try {
            await yieldToEventLoop();
            while (await this.#mayGoOn()) {
                if (this.#workSlice()) break;
                await yieldToEventLoop();
            }
            if (!this.#isOver) this.#complete();
        } catch (error) {
            this.#fail('failed', error);
        }
    }

    /** Waits while it is paused. */
    async #mayGoOn() {
        while (this.#state === 'paused') {
            await new Promise((resolve) => {
                this.#wake = () => resolve(undefined);
            });
        }
        return this.#state === 'running' && !this.#shallFinish;
    }

    /** @returns {boolean} whether all epochs are complete */
    #workSlice() {
        const end = sliceEnd();
        for (let isEnd = false; !isEnd && this.#state === 'running' && !this.#shallFinish;) {
            const progress = this.#trainer.step();
            if (!progress) return true;
            isEnd = performance.now() >= end;
            if (isEnd || progress.phase === 'epoch-end') this.#callbacks.onProgress?.(progress);
        }
        return false;
    }

    #complete() {
        this.#trainer.complete();
        this.#owner.keep(this.#trainer.model);
        this.#end('finished', null);
        this.#resolve(this.#trainer.history);
    }

    /** @param {'cancelled' | 'failed'} state @param {unknown} reason */
    #fail(state, reason) {
        if (this.#isOver) return;
        this.#end(state, reason);
        this.#reject(reason);
    }

    /** @param {TrainingState} state @param {unknown} reason */
    #end(state, reason) {
        this.#state = state;
        this.#reason = reason;
        this.#callbacks.signal?.removeEventListener('abort', this.#cancel);
        this.#trainer.free();
        this.#owner.end();
        this.#wake();
    }
}
