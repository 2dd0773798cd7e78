// The controller of training: from the plan over the running training, with its checkpoints, to the tested network.
// Knows the parts that show it, but not how they draw, and nothing of the worker.

import { byId } from '../dom.js';
import { loadMnist } from '../storage/data-sets.js';
import { hasStopped, sentenceOf, trainedText } from '../words.js';
import { ReaderChoice } from './reader-choice.js';
import { TestView } from './test-view.js';
import { TrainingOffer } from './train-offer.js';
import { PlanForm } from './train-plan.js';
import { trainOptions } from './train-settings.js';
import { startRun } from './training-run.js';
import { TrainingView } from './training-view.js';

/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @import { ReadingEngine } from '../engine.js' */
/** @import { Checkpoint, PageStorage, TrainingRecord } from '../storage/storage.js' */
/** @import { ModelInUse, Models } from './models.js' */
/** @import { Chosen } from './reader-choice.js' */
/** @import { Plan } from './train-settings.js' */
/** @import { RunParts, TrainingRun } from './training-run.js' */
/**
 * @typedef {object} TrainingParts
 * @property {ReadingEngine} engine
 * @property {PageStorage} storage
 * @property {Models} models
 * @property {(question: string, act: string) => Promise<boolean>} ask before something is lost
 * @property {(isTraining: boolean) => void} onReader the network that is being trained reads the paper, or not any more
 * @property {() => void} onWeights the weights of the running training have changed
 */
/** @typedef {(data: LabelledImages, ...rest: Parameters<RunParts['start']>) => ReturnType<RunParts['start']>} StartWith */

/** What is shown follows the training no faster than this, in milliseconds; figures, then pictures of the weights. */
const FIGURES_INTERVAL = 250;
const WEIGHTS_INTERVAL = 1000;

const TRAINING_RUNS = 'A training is running. Wait until it is over, or cancel it.';

export class Training {
    #engine;
    #storage;
    #models;
    #onReader;
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
    /** Which may read the paper after a training: the model from before it, and the new one by its id. @type {{ current: ModelInUse, other: string } | null} */
    #readers = null;
    #readerChoice = new ReaderChoice((chosen) => this.#chooseReader(chosen));
    /** The network that is being trained reads the paper. */ #readsPaper = false;
    /** What the engine had before the training. @type {Uint8Array} */ #former = new Uint8Array();
    /** Goes on with a training whose engine has stopped. @type {(() => unknown) | null} */ #again = null;
    /** It was paused when that happened. */ #wasPaused = false;
    /** Lets another model be used again. */ #release = () => {};

    /** @param {TrainingParts} parts */
    constructor({ engine, storage, models, ask, onReader, onWeights }) {
        this.#engine = engine;
        this.#storage = storage;
        this.#models = models;
        this.#onReader = onReader;
        this.#onWeights = onWeights;
        this.#planForm = new PlanForm(engine, { onPlan: (plan) => this.#begin(plan) });
        this.#offer = new TrainingOffer({ storage, ask, onResume: (checkpoint) => this.#goOn(checkpoint) });
        this.#testView = new TestView(engine);
        engine.onEnd(() => this.#again && this.#giveUp());
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
            return this.#engine.client.startTraining(data, { ...options, onProgress, transfer: true });
        });
    }

    /** With the kernels that it began with, if this browser has them. @param {Checkpoint} checkpoint */
    #goOn(checkpoint) {
        const { bytes, record } = checkpoint;
        if (this.#engine.changeKernels(record.kernels)) {
            this.#planForm.setBusy(true);
            this.#offer.setInSight(false);
            this.#again = () => this.#goOn(checkpoint);
            return;
        }
        this.#train(record, (data, onProgress) => this.#engine.client.resumeTraining(bytes, data, { onProgress, transfer: true }));
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
            const run = this.#run;
            if (run && hasStopped(error) && !this.#trained) this.#interrupt(run, () => this.#train(record, start));
            else this.#fail(error);
        } finally {
            this.#run = null;
            this.#fetching = null;
            this.#release();
            this.#planForm.setBusy(this.#again !== null);
            this.#setReadsPaper(false);
        }
    }

    // ---- When the engine stops ----

    /** @param {TrainingRun} run @param {() => unknown} begin where there is no checkpoint yet */
    #interrupt(run, begin) {
        const { latest } = run;
        this.#wasPaused = run.isPaused;
        this.#again = latest ? () => this.#goOn(latest) : begin;
        this.#readerChoice.hide();
        this.#view.showInterrupted();
    }

    /** The engine was started anew, and has the model in use. */
    goOnAfterRestart() {
        const again = this.#again;
        this.#again = null;
        again?.();
    }

    #giveUp() {
        this.#again = null;
        this.#planForm.setBusy(false);
        this.#showForm();
        this.#planForm.showProblem('The reader stopped several times after internal errors. Reload the page to go on.');
    }

    // ---- Who reads the paper ----

    /** Its name, while it is being trained. */
    get name() {
        return this.#run?.name ?? '';
    }

    /** The network that is being trained reads the paper. */
    get readsPaper() {
        return this.#readsPaper;
    }

    /** @param {boolean} readsPaper */
    #setReadsPaper(readsPaper) {
        if (this.#readsPaper === readsPaper) return;
        this.#readsPaper = readsPaper;
        this.#onReader(readsPaper);
    }

    /** @param {Chosen} chosen */
    async #chooseReader(chosen) {
        const readers = this.#readers;
        if (!readers) {
            this.#setReadsPaper(chosen === 'other');
            return;
        }
        try {
            await this.#models.use(chosen === 'other' ? readers.other : readers.current.id);
        } catch (error) {
            this.#view.showProblem(sentenceOf(error));
            this.modelChanged();
        }
    }

    /** Another model reads by now, whoever chose it. */
    modelChanged() {
        const [readers, { current }] = [this.#readers, this.#models];
        if (!readers) return;
        if (current.id === readers.other) this.#readerChoice.choose('other');
        else {
            this.#readers = { ...readers, current };
            this.#readerChoice.show({ current: current.name, other: this.#trained?.name ?? '' }, 'current');
        }
    }

    async #fetchImages() {
        this.#fetching = new AbortController();
        this.#offer.setInSight(false);
        this.#view.showFetching();
        const { signal } = this.#fetching;
        return loadMnist(this.#engine.client, { signal, onProgress: (progress) => this.#view.showFetched(progress) });
    }

    /** @param {TrainingRecord} record @param {RunParts['start']} start @returns {RunParts} */
    #runParts(record, start) {
        return {
            storage: this.#storage,
            record,
            start: async (onProgress) => {
                this.#release = this.#models.hold(TRAINING_RUNS);
                this.#former = await this.#engine.client.saveModel();
                return start(onProgress);
            },
            kernels: () => this.#engine.client.kernels,
            save: () => this.#engine.client.saveModel(),
            onProgress: () => this.#follow(),
            onKept: (sentence) => this.#view.showKept(sentence),
        };
    }

    /** @param {TrainingRun} run */
    #showBegun(run) {
        [this.#figuresAt, this.#weightsAt] = [0, 0];
        [this.#trained, this.#readers] = [null, null];
        this.#view.showBegun();
        this.#view.showFigures(run, this.#engine);
        this.#readerChoice.show({ current: this.#models.current.name, other: `${run.name}, in training` }, 'current');
        if (this.#wasPaused) this.#setPaused(true);
        this.#wasPaused = false;
    }

    /**
     * The trained network is kept and tested; the model from before goes on reading, unless the new one was chosen to.
     * @param {TrainingRun} over @param {Uint8Array} bytes of the network @param {LabelledImages} test
     */
    async #finish(over, bytes, test) {
        const wanted = `${over.name}, ${trainedText(over.progress)}`;
        const isChosen = this.#readsPaper;
        this.#trained = { name: wanted, bytes };
        this.#view.showTrained(wanted);
        // The test holds the network that the engine has now.
        const testing = this.#testView.test(test);
        testing.catch(() => {});
        const { entry, problem } = await this.#keep(over, wanted, bytes);
        this.#release();
        this.#trained = { name: entry.name, bytes };
        this.#readers = { current: this.#models.current, other: entry.id };
        this.modelChanged();
        this.#view.showProblem(problem);
        if (isChosen) await this.#models.use(entry.id);
        const { accuracy } = await testing;
        await this.#models.setAccuracy(entry.id, accuracy);
        this.#view.showTested(accuracy, this.#models.current.name);
    }

    /** @param {TrainingRun} over @param {string} name @param {Uint8Array} bytes */
    async #keep(over, name, bytes) {
        const { client } = this.#engine;
        try {
            const about = await client.summary();
            await client.loadModel(this.#former);
            this.#readsPaper = false;
            // What was read meanwhile, the new network may have read.
            this.#onReader(false);
            const kept = await this.#models.keep(name, bytes, about);
            await over.close(!kept.problem);
            return kept;
        } catch (error) {
            await over.close(false);
            throw error;
        }
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
        this.#readers = null;
        this.#readerChoice.hide();
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
        if (this.#readsPaper) this.#onWeights();
        this.#engine.client.filters({ training: true }).then((filters) => this.#view.showFilters(filters)).catch(() => {});
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
