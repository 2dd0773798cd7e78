// One training from its start to its end: follows its progress, and keeps a checkpoint on the device every few seconds.
// Knows no elements.

import { takeTrainingLock } from '../storage/training-lock.js';
import { createCurveRecorder } from './training-curves.js';
import { codeOf, sentenceOf } from '../words.js';

/** @import { Checkpoint, PageStorage, TrainingRecord } from '../storage/storage.js' */
/** @import { Progress } from '../../../wasm/scrawl.d.ts' */
/** @import { ClientTraining } from '../../../wasm/scrawl-client.d.ts' */
/**
 * @typedef {object} RunParts
 * @property {PageStorage} storage
 * @property {TrainingRecord} record
 * @property {() => string} kernels what computes it
 * @property {(onProgress: (progress: Progress) => void) => Promise<ClientTraining>} start
 * @property {() => Promise<Uint8Array>} save the trained network, before another one can be loaded
 * @property {() => void} onProgress
 * @property {(sentence: string) => void} onKept what to say of the checkpoint
 */

/** A checkpoint is saved this often, in milliseconds, and takes at most one part in so many of the time. */
const CHECKPOINT_INTERVAL = 3000;
const CHECKPOINT_PARTS = 20;
const SECOND = 1000;

const NOT_KEPT_ELSEWHERE = 'Another tab is training too. This training isn’t kept when the tab is closed.';

/** After these ends nobody goes on from the checkpoint. */
const FINAL = ['CANCELLED', 'DIVERGED'];

/** Images that a training has trained on. @param {Progress} progress */
function imagesUntil({ epoch, epochImages, images }) {
    return epoch * epochImages + images;
}

/** Running time and what was trained in it, for the time that is left. */
class Pace {
    #milliseconds = 0;
    #images = 0;
    /** Since when it runs; null while it is paused. @type {number | null} */ #since = performance.now();

    get isPaused() {
        return this.#since === null;
    }

    /** @param {number} images trained since the last time */
    add(images) {
        this.#images += images;
    }

    pause() {
        this.#milliseconds = this.#passed;
        this.#since = null;
    }

    resume() {
        this.#since = performance.now();
    }

    get #passed() {
        return this.#milliseconds + (this.#since === null ? 0 : performance.now() - this.#since);
    }

    /** Of the running time so far, validation included; 0 while it isn't known. */
    get imagesPerSecond() {
        const milliseconds = this.#passed;
        return milliseconds > SECOND ? (SECOND * this.#images) / milliseconds : 0;
    }
}

class Run {
    #parts;
    #recorder;
    #pace = new Pace();
    /** @type {ClientTraining | null} */ #training = null;
    /** Gives the lock back; null: another tab has it. @type {(() => void) | null} */ #releaseLock = null;
    #isOver = false;
    #savedAt = performance.now();
    /** How long the last checkpoint took to be written. */ #saveMilliseconds = 0;
    /** @type {Promise<void> | null} */ #saving = null;
    #saveWhenHidden = () => {
        if (document.visibilityState === 'hidden') this.#save();
    };
    /** The latest checkpoint, wherever it could be kept. @type {Checkpoint | null} */ latest = null;
    /** The network as a file; of a run that has started. @type {Promise<Uint8Array>} */ finished = new Promise(() => {});

    /** @param {RunParts} parts */
    constructor(parts) {
        this.#parts = parts;
        this.#recorder = createCurveRecorder(parts.record.curves);
        this.progress = parts.record.progress;
    }

    async start() {
        this.#releaseLock = await takeTrainingLock();
        if (!this.#releaseLock) this.#parts.onKept(NOT_KEPT_ELSEWHERE);
        try {
            this.#training = await this.#parts.start((progress) => this.#follow(progress));
        } catch (error) {
            this.#releaseLock?.();
            throw error;
        }
        document.addEventListener('visibilitychange', this.#saveWhenHidden);
        this.finished = this.#untilTheEnd(this.#training);
        // Whoever waits for it hears of a failure; nobody needs to.
        this.finished.catch(() => {});
        return this;
    }

    /** @param {ClientTraining} training */
    async #untilTheEnd(training) {
        try {
            return await this.#fileOf(training);
        } catch (error) {
            await this.close(FINAL.includes(codeOf(error) ?? ''));
            throw error;
        }
    }

    /** @param {ClientTraining} training */
    async #fileOf(training) {
        try {
            await training.finished.finally(() => (this.#isOver = true));
            return await this.#parts.save();
        } finally {
            document.removeEventListener('visibilitychange', this.#saveWhenHidden);
            await this.#saving;
        }
    }

    get name() {
        return this.#parts.record.name;
    }

    get curves() {
        return this.#recorder.curves;
    }

    get isPaused() {
        return this.#pace.isPaused;
    }

    imagesPerSecond() {
        return this.#pace.imagesPerSecond;
    }

    /** What the page wants to know of it as it is now. @returns {TrainingRecord} */
    get #record() {
        return { name: this.name, kernels: this.#parts.kernels(), progress: this.progress, curves: this.curves };
    }

    // ---- Its progress and its checkpoints ----

    /** @param {Progress} next */
    #follow(next) {
        if (this.progress) this.#pace.add(Math.max(0, imagesUntil(next) - imagesUntil(this.progress)));
        this.progress = next;
        this.#recorder.add(next, performance.now());
        const since = performance.now() - this.#savedAt;
        if (since > CHECKPOINT_INTERVAL && since > CHECKPOINT_PARTS * this.#saveMilliseconds) this.#save();
        this.#parts.onProgress();
    }

    /** Asks for a checkpoint and writes it; while one is on its way no other is begun. */
    #save() {
        if (!this.#training || this.#isOver) return this.#saving;
        this.#saving ??= this.#writeCheckpoint(this.#training).finally(() => (this.#saving = null));
        return this.#saving;
    }

    /** @param {ClientTraining} training */
    async #writeCheckpoint(training) {
        const began = performance.now();
        const { storage, onKept } = this.#parts;
        const record = this.#record;
        try {
            const bytes = await training.checkpoint();
            if (this.#isOver) return;
            this.latest = { bytes, saved: Date.now(), record };
            if (!this.#releaseLock) return;
            await storage.saveCheckpoint(this.latest);
            onKept('Kept on this device: you can close the tab and go on later.');
        } catch (error) {
            if (!this.#isOver) onKept(`This training isn’t kept when the tab is closed. ${sentenceOf(error)}`);
        } finally {
            this.#savedAt = performance.now();
            this.#saveMilliseconds = this.#savedAt - began;
        }
    }

    /** After it has finished. @param {boolean} isDone the network is kept, and the checkpoint isn't needed any more */
    async close(isDone) {
        if (isDone && this.#releaseLock) await this.#parts.storage.removeCheckpoint().catch(() => {});
        this.#releaseLock?.();
    }

    // ---- While it runs ----

    async pause() {
        await this.#training?.pause();
        this.#pace.pause();
        await this.#save();
    }

    async resume() {
        await this.#training?.resume();
        this.#pace.resume();
    }

    finish() {
        return this.#training?.finish();
    }

    /** @returns {Promise<Checkpoint | undefined>} what was cancelled, in case it is missed */
    async cancel() {
        const bytes = await this.#training?.checkpoint();
        const record = this.#record;
        await this.#training?.cancel();
        return bytes && { bytes, saved: Date.now(), record };
    }
}

/** Resolves when the training has begun. @param {RunParts} parts */
export function startRun(parts) {
    return new Run(parts).start();
}

/** @typedef {Run} TrainingRun */
