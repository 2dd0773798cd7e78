// The controller of training: from the plan over the running training, with its checkpoints, to the tested network.
// Knows the parts that show it, but not how they draw, and nothing of the worker.

import { byId } from '../dom.js';
import { loadMnist } from '../storage/data-sets.js';
import { sentenceOf, trainedText } from '../words.js';
import { TestView } from './test-view.js';
import { TrainingOffer } from './train-offer.js';
import { PlanForm } from './train-plan.js';
import { trainOptions } from './train-settings.js';
import { startRun } from './training-run.js';
import { TrainingView } from './training-view.js';

/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @import { ReadingEngine } from '../engine.js' */
/** @import { Checkpoint, PageStorage, TrainingRecord } from '../storage/storage.js' */
/** @import { Models } from './models.js' */
/** @import { Plan } from './train-settings.js' */
/** @import { RunParts, TrainingRun } from './training-run.js' */
/**
 * @typedef {object} TrainingParts
 * @property {ReadingEngine} engine
 * @property {PageStorage} storage
 * @property {Models} models
 * @property {(isTraining: boolean) => void} onState a training has begun, or is over
 * @property {() => void} onWeights the weights of the running training have changed
 */
/** @typedef {(data: LabelledImages, ...rest: Parameters<RunParts['start']>) => ReturnType<RunParts['start']>} StartWith */

/** What is shown follows the training no faster than this, in milliseconds; figures, then pictures of the weights. */
const FIGURES_INTERVAL = 250;
const WEIGHTS_INTERVAL = 1000;

const TRAINING_RUNS = 'A training is running. Wait until it is over, or cancel it.';

export class Training {
    #engine;
    #client;
    #storage;
    #models;
    #onState;
    #onWeights;
    #view = new TrainingView();
    #planForm;
    #offer;
    #testView;
    /** @type {TrainingRun | null} */ #run = null;
    /** @type {AbortController | null} */ #fetching = null;
    #figuresAt = 0;
    #weightsAt = 0;
    /** What is tested, as a file. @type {{ name: string, bytes: Uint8Array } | null} */ #trained = null;
    /** Lets another model be used again. */ #release = () => {};

    /** @param {TrainingParts} parts */
    constructor({ engine, storage, models, onState, onWeights }) {
        this.#engine = engine;
        this.#client = engine.client;
        this.#storage = storage;
        this.#models = models;
        this.#onState = onState;
        this.#onWeights = onWeights;
        this.#planForm = new PlanForm(engine.client, { onPlan: (plan) => this.#begin(plan) });
        this.#offer = new TrainingOffer({ storage, onResume: (checkpoint) => this.#goOn(checkpoint) });
        this.#testView = new TestView(engine.client);
        this.#listen();
        this.#offer.makeOfKept(() => this.#run === null);
    }

    #listen() {
        this.#onClick('train-pause', () => this.#setPaused(true));
        this.#onClick('train-resume', () => this.#setPaused(false));
        this.#onClick('train-finish', () => this.#run?.finish());
        this.#onClick('train-cancel', () => this.#cancel());
        this.#onClick('train-fetch-cancel', () => this.#fetching?.abort());
        this.#onClick('train-download', () => this.#trained && this.#models.handOut(this.#trained.bytes, this.#trained.name));
        this.#onClick('train-again', () => this.#showForm());
    }

    /** @param {string} id @param {() => unknown} act */
    #onClick(id, act) {
        byId(id).addEventListener('click', async () => {
            try {
                await act();
            } catch (error) {
                this.#view.say(sentenceOf(error));
            }
        });
    }

    // ---- From the plan to the tested network ----

    /** @param {Plan} plan */
    #begin(plan) {
        const options = trainOptions(plan);
        const { id, name: current } = this.#models.current;
        const name = plan.isNew ? this.#planForm.nameOf(plan) : `${current}, trained on`;
        const record = { name, progress: null, curves: undefined };
        return this.#train(record, (data, onProgress) => {
            const isOther = !plan.isNew && this.#models.current.id !== id;
            if (isOther) throw new Error('Another model is in use by now. Press “Train” again to train that one.');
            return this.#client.startTraining(data, { ...options, onProgress, transfer: true });
        });
    }

    /** @param {Checkpoint} checkpoint */
    #goOn({ bytes, record }) {
        this.#train(record, (data, onProgress) => this.#client.resumeTraining(bytes, data, { onProgress, transfer: true }));
    }

    /** @param {TrainingRecord} record @param {StartWith} start */
    async #train(record, start) {
        this.#planForm.setBusy(true);
        try {
            const { train, test } = await this.#fetchImages();
            await this.#view.prepareRun();
            this.#run = await startRun(this.#runParts(record, (onProgress) => start(train, onProgress)));
            this.#offer.forget();
            this.#showBegun(this.#run);
            const bytes = await this.#run.finished;
            this.#showFigures(true);
            await this.#finish(this.#run, bytes, test);
        } catch (error) {
            this.#fail(error);
        } finally {
            this.#run = null;
            this.#fetching = null;
            this.#release();
            this.#planForm.setBusy(false);
            this.#onState(false);
        }
    }

    async #fetchImages() {
        this.#fetching = new AbortController();
        this.#offer.setInSight(false);
        this.#view.showFetching();
        const { signal } = this.#fetching;
        return loadMnist(this.#client, { signal, onProgress: (progress) => this.#view.showFetched(progress) });
    }

    /** @param {TrainingRecord} record @param {RunParts['start']} start @returns {RunParts} */
    #runParts(record, start) {
        return {
            storage: this.#storage,
            record,
            start: async (onProgress) => {
                this.#release = this.#models.hold(TRAINING_RUNS);
                return start(onProgress);
            },
            save: () => this.#client.saveModel(),
            onProgress: () => this.#follow(),
            onKept: (sentence) => this.#view.showKept(sentence),
        };
    }

    /** @param {TrainingRun} run */
    #showBegun(run) {
        [this.#figuresAt, this.#weightsAt] = [0, 0];
        this.#view.showBegun();
        this.#view.showFigures(run, this.#engine);
        this.#onState(true);
    }

    /** @param {TrainingRun} over @param {Uint8Array} bytes of the network @param {LabelledImages} test */
    async #finish(over, bytes, test) {
        const wanted = `${over.name}, ${trainedText(over.progress)}`;
        this.#trained = { name: wanted, bytes };
        this.#view.showTrained(wanted);
        this.#onState(false);
        const { id, name, problem } = await this.#models.add(wanted, bytes).catch(async (error) => {
            await over.close(false);
            throw error;
        });
        this.#release();
        await over.close(!problem);
        this.#trained = { name, bytes };
        this.#view.showTesting(problem);
        const { accuracy } = await this.#testView.test(test);
        await this.#models.setAccuracy(id, accuracy);
        this.#view.showTested(accuracy);
    }

    /** @param {unknown} error */
    #fail(error) {
        const { name, code } = /** @type {Error & { code?: string }} */ (error);
        this.#showForm();
        if (name === 'AbortError' || code === 'CANCELLED') return;
        this.#planForm.showProblem(sentenceOf(error));
        // What was kept of it may go on, after a crash on the next visit.
        if (this.#run && code !== 'DIVERGED') this.#offer.makeOfKept(() => this.#run === null);
    }

    #showForm() {
        this.#offer.setInSight(true);
        this.#view.showForm();
    }

    // ---- While it runs ----

    /** @param {boolean} [isOver] */
    #showFigures(isOver = false) {
        if (this.#run) this.#view.showFigures(this.#run, { threads: this.#engine.threads, isOver });
    }

    /** Called for each progress that the worker reports. */
    #follow() {
        const now = performance.now();
        if (now - this.#figuresAt > FIGURES_INTERVAL) {
            this.#figuresAt = now;
            this.#showFigures();
        }
        if (now - this.#weightsAt < WEIGHTS_INTERVAL) return;
        this.#weightsAt = now;
        this.#onWeights();
        this.#client.filters({ training: true }).then((filters) => this.#view.showFilters(filters)).catch(() => {});
    }

    /** @param {boolean} isPaused */
    async #setPaused(isPaused) {
        if (!this.#run) return;
        await (isPaused ? this.#run.pause() : this.#run.resume());
        this.#view.showPaused(isPaused);
        this.#showFigures();
        this.#view.focusPaused();
        this.#view.say(isPaused ? 'The training is paused.' : 'The training goes on.');
    }

    async #cancel() {
        const cancelled = await this.#run?.cancel();
        if (!cancelled) return;
        this.#offer.make(cancelled, 'You cancelled a training');
        this.#view.say('The training is cancelled. The model in use is the one from before.');
    }
}
