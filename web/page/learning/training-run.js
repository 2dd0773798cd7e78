// One training from its start to its end: follows its progress, and keeps a checkpoint on the device every few seconds.
// Knows no elements.

import { takeTrainingLock } from '../storage/training-lock.js';
import { createCurveRecorder } from './training-curves.js';
import { codeOf } from '../words.js';

/** @import { Checkpoint, PageStorage } from '../storage/storage.js' */
/** @import { Curves } from './training-curves.js' */
/** @import { Progress } from '../../../wasm/scrawl.d.ts' */
/** @import { ClientTraining } from '../../../wasm/scrawl-client.d.ts' */
/**
 * @typedef {object} TrainingRecord what the page wants to know of a training besides the library's checkpoint
 * @property {string} name of the network
 * @property {Progress | null} progress
 * @property {Curves | undefined} curves
 */
/**
 * @typedef {object} RunParts
 * @property {PageStorage} storage
 * @property {TrainingRecord} record
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

/** @param {RunParts} parts */
export async function startRun({ storage, record, start, save: saveNetwork, onProgress, onKept }) {
    const recorder = createCurveRecorder(record.curves);
    let { progress } = record;
    let isOver = false;
    let isPaused = false;
    /** Running time and what was trained in it, for the time that is left. */
    let [runningMilliseconds, trainedImages, resumedAt] = [0, 0, performance.now()];
    let [savedAt, saveMilliseconds] = [performance.now(), 0];
    /** @type {Promise<void> | null} */
    let saving = null;

    const releaseLock = await takeTrainingLock();
    if (!releaseLock) onKept(NOT_KEPT_ELSEWHERE);

    /** @param {Progress} at */
    const imagesUntil = (at) => at.epoch * at.epochImages + at.images;

    /** @param {Progress} next */
    function follow(next) {
        if (progress) trainedImages += Math.max(0, imagesUntil(next) - imagesUntil(progress));
        progress = next;
        recorder.add(next, performance.now());
        const since = performance.now() - savedAt;
        if (since > CHECKPOINT_INTERVAL && since > CHECKPOINT_PARTS * saveMilliseconds) save();
        onProgress();
    }

    /** Asks for a checkpoint and writes it; while one is on its way no other is begun. */
    function save() {
        if (!releaseLock || isOver) return saving;
        saving ??= writeCheckpoint().finally(() => (saving = null));
        return saving;
    }

    async function writeCheckpoint() {
        const began = performance.now();
        const kept = { name: record.name, progress, curves: recorder.curves };
        try {
            const bytes = await training.checkpoint();
            if (isOver) return;
            await storage.saveCheckpoint({ bytes, saved: Date.now(), record: kept });
            onKept('Kept on this device: you can close the tab and go on later.');
        } catch (error) {
            if (!isOver) onKept(`This training isn’t kept when the tab is closed. ${/** @type {Error} */ (error).message}`);
        } finally {
            savedAt = performance.now();
            saveMilliseconds = savedAt - began;
        }
    }

    /** @param {boolean} isDone what was kept goes */
    async function close(isDone) {
        if (isDone && releaseLock) await storage.removeCheckpoint().catch(() => {});
        releaseLock?.();
    }

    /** @returns {Promise<Uint8Array>} */
    async function untilTheEnd() {
        try {
            await training.finished.finally(() => (isOver = true));
            return await saveNetwork();
        } finally {
            document.removeEventListener('visibilitychange', saveWhenHidden);
            await saving;
        }
    }

    function saveWhenHidden() {
        if (document.visibilityState === 'hidden') save();
    }

    /** @type {ClientTraining} */
    let training;
    try {
        training = await start(follow);
    } catch (error) {
        releaseLock?.();
        throw error;
    }
    document.addEventListener('visibilitychange', saveWhenHidden);
    const finished = untilTheEnd().catch(async (error) => {
        await close(FINAL.includes(codeOf(error) ?? ''));
        throw error;
    });
    // Whoever waits for it hears of a failure; nobody needs to.
    finished.catch(() => {});

    return {
        /** The network as a file. */
        finished,
        /** After it has finished. @param {boolean} isKept the network is, and the checkpoint isn't needed any more */
        close,
        get name() {
            return record.name;
        },
        get progress() {
            return progress;
        },
        get curves() {
            return recorder.curves;
        },
        get isPaused() {
            return isPaused;
        },
        /** Of the running time so far, validation included; 0 while it isn't known. */
        imagesPerSecond() {
            const milliseconds = runningMilliseconds + (isPaused ? 0 : performance.now() - resumedAt);
            return milliseconds > SECOND ? (SECOND * trainedImages) / milliseconds : 0;
        },
        async pause() {
            await training.pause();
            runningMilliseconds += performance.now() - resumedAt;
            isPaused = true;
            await save();
        },
        async resume() {
            await training.resume();
            resumedAt = performance.now();
            isPaused = false;
        },
        finish: () => training.finish(),
        /** @returns {Promise<Checkpoint>} what was cancelled, in case it is missed */
        async cancel() {
            const bytes = await training.checkpoint();
            const kept = { name: record.name, progress, curves: recorder.curves };
            await training.cancel();
            return { bytes, saved: Date.now(), record: kept };
        },
    };
}

/** @typedef {Awaited<ReturnType<typeof startRun>>} TrainingRun */
