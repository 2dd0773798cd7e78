// The controller of training: from the plan over the running training, with its checkpoints, to the tested network.
// Knows which widgets there are, but not how they draw, and nothing of the worker.

import { byId, keepFocus } from '../dom.js';
import { loadMnist } from '../storage/mnist.js';
import { createTestView } from './test-view.js';
import { loadCharts } from './train-charts.js';
import { createTrainingOffer } from './train-offer.js';
import { createPlanForm } from './train-plan.js';
import { trainOptions } from './train-settings.js';
import { startRun } from './training-run.js';
import { duration, megabytes, percent, sentenceOf, trainedText, whole } from '../words.js';
import { createFigures } from '../widgets/figures.js';
import { createFilterGrid } from '../widgets/filter-grid.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { PageModels } from './models.js' */
/** @import { Checkpoint, PageStorage } from '../storage/storage.js' */
/** @import { TrainingCharts } from './train-charts.js' */
/** @import { Plan } from './train-settings.js' */
/** @import { RunParts, TrainingRecord, TrainingRun } from './training-run.js' */
/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */
/**
 * @typedef {object} TrainingParts
 * @property {ReadingEngine} engine
 * @property {PageStorage} storage
 * @property {PageModels} models
 * @property {(isTraining: boolean) => void} onState a training has begun, or is over
 * @property {() => void} onWeights the weights of the running training have changed
 */

/** What is shown follows the training no faster than this, in milliseconds; figures, then pictures of the weights. */
const FIGURES_INTERVAL = 250;
const WEIGHTS_INTERVAL = 1000;

const TRAINING_RUNS = 'A training is running. Wait until it is over, or cancel it.';

/** @param {TrainingParts} parts */
export function createTraining({ engine, storage, models, onState, onWeights }) {
    const page = {
        form: byId('train-form'),
        fetch: byId('train-fetch'),
        fetchBar: /** @type {HTMLProgressElement} */ (byId('train-fetch-bar')),
        fetchText: byId('train-fetch-text'),
        run: byId('train-run'),
        runTitle: byId('train-run-title'),
        bar: /** @type {HTMLProgressElement} */ (byId('train-bar')),
        controls: byId('train-controls'),
        pause: byId('train-pause'),
        resume: byId('train-resume'),
        kept: byId('train-kept'),
        filters: byId('train-filters'),
        result: byId('train-result'),
        unkept: byId('train-unkept'),
        fetchCancel: byId('train-fetch-cancel'),
        title: byId('train-title'),
        resultTitle: byId('train-result-title'),
        tab: byId('train-tab'),
        spoken: byId('train-spoken'),
    };
    const planForm = createPlanForm(engine, { onPlan: begin });
    const offer = createTrainingOffer({ storage, onResume: goOn });
    const figures = createFigures(byId('train-figures'));
    const filterGrid = createFilterGrid(byId('train-filter-grid'));
    const testView = createTestView(engine);

    /** @type {TrainingRun | null} */
    let run = null;
    /** @type {AbortController | null} */
    let fetching = null;
    /** @type {TrainingCharts | null} */
    let charts = null;
    let [figuresAt, weightsAt] = [0, 0];
    /** What is tested, as a file. @type {{ name: string, bytes: Uint8Array } | null} */
    let trained = null;

    /** Lets another model be used again. */
    let release = () => {};

    // ---- What is seen ----

    /** @param {'form' | 'fetch' | 'run' | 'result'} part */
    function show(part) {
        const isAtWork = part === 'fetch' || part === 'run';
        page.form.hidden = part !== 'form';
        offer.setInSight(part === 'form');
        page.fetch.hidden = part !== 'fetch';
        page.run.hidden = part !== 'run' && part !== 'result';
        page.controls.hidden = part !== 'run';
        page.bar.hidden = part !== 'run';
        page.kept.hidden = part !== 'run';
        page.result.hidden = part !== 'result';
        page.tab.toggleAttribute('data-busy', isAtWork);
    }

    /** @param {boolean} [isOver] */
    function showFigures(isOver = false) {
        const progress = run?.progress;
        if (!run || !progress) return;
        const { epoch, epochs, images, epochImages, loss, accuracy, validationAccuracy, imagesPerSecond } = progress;
        const done = (epoch + images / epochImages) / epochs;
        const speed = run.imagesPerSecond();
        page.runTitle.textContent = `${run.isPaused ? 'Paused in' : 'Training'} epoch ${epoch + 1} of ${epochs}`;
        page.bar.value = done;
        const left = speed && !isOver ? duration(((1 - done) * epochs * epochImages) / speed) : '–';
        const lastValidation = run.curves.accuracy.validation.findLast((value) => value !== null);
        const validation = progress.phase === 'training' ? lastValidation : validationAccuracy ?? lastValidation;
        figures.show({
            'Loss': loss.toFixed(4),
            'Accuracy': percent(accuracy),
            'Validation': validation == null ? '–' : percent(validation),
            'Images/s': whole(imagesPerSecond),
            'Threads': String(engine.threads),
            'Time left': left,
        });
        charts?.show(run.curves);
    }

    async function showFilters() {
        const filters = await engine.filters({ training: true });
        page.filters.hidden = !filters;
        if (filters) filterGrid.show(filters);
    }

    /** Called for each progress that the worker reports. */
    function follow() {
        const now = performance.now();
        if (now - figuresAt > FIGURES_INTERVAL) {
            figuresAt = now;
            showFigures();
        }
        if (now - weightsAt < WEIGHTS_INTERVAL) return;
        weightsAt = now;
        onWeights();
        showFilters().catch(() => {});
    }

    /** @param {string} sentence */
    function say(sentence) {
        page.spoken.textContent = sentence;
    }

    // ---- From the plan to the tested network ----

    /** @param {Plan} plan */
    function begin(plan) {
        const options = trainOptions(plan);
        const { id } = models.current;
        const name = plan.isNew ? planForm.nameOf(plan) : `${models.current.name}, trained on`;
        const record = { name, progress: null, curves: undefined };
        return train(record, (data, onProgress) => {
            if (!plan.isNew && models.current.id !== id) throw new Error('Another model is in use by now. Press “Train” again to train that one.');
            return engine.startTraining(data, { ...options }, { onProgress, transfer: true });
        });
    }

    /** @param {Checkpoint} checkpoint */
    function goOn({ bytes, record }) {
        train(record, (data, onProgress) => engine.resumeTraining(bytes, data, {}, { onProgress, transfer: true }));
    }

    /**
     * @param {TrainingRecord} record
     * @param {(data: LabelledImages, ...rest: Parameters<RunParts['start']>) => ReturnType<RunParts['start']>} start
     */
    async function train(record, start) {
        planForm.setBusy(true);
        try {
            const { train: data, test } = await fetchImages();
            charts ??= await loadCharts();
            page.kept.textContent = '';
            page.filters.hidden = true;
            run = await startRun({
                storage,
                record,
                start: async (onProgress) => {
                    release = models.hold(TRAINING_RUNS);
                    return start(data, onProgress);
                },
                save: () => engine.saveModel(),
                onProgress: follow,
                onKept: (sentence) => (page.kept.textContent = sentence),
            });
            offer.forget();
            showRun();
            const bytes = await run.finished;
            showFigures(true);
            await finish(run, bytes, test);
        } catch (error) {
            fail(error);
        } finally {
            run = null;
            fetching = null;
            release();
            planForm.setBusy(false);
            onState(false);
        }
    }

    function showRun() {
        [figuresAt, weightsAt] = [0, 0];
        page.runTitle.textContent = 'Training begins';
        page.bar.value = 0;
        showPaused(false);
        show('run');
        keepFocus(page.pause);
        showFigures();
        say('The training has begun.');
        onState(true);
    }

    async function fetchImages() {
        fetching = new AbortController();
        page.fetchBar.removeAttribute('value');
        page.fetchText.textContent = '';
        show('fetch');
        keepFocus(page.fetchCancel);
        return loadMnist({
            signal: fetching.signal,
            onProgress: ({ received, total }) => {
                if (total) page.fetchBar.value = received / total;
                page.fetchText.textContent = `${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''}`;
            },
        });
    }

    /** @param {TrainingRun} over @param {Uint8Array} bytes of the network @param {LabelledImages} test */
    async function finish(over, bytes, test) {
        const wanted = `${over.name}, ${trainedText(over.progress)}`;
        page.runTitle.textContent = `Trained: ${wanted}`;
        trained = { name: wanted, bytes };
        page.unkept.hidden = true;
        show('result');
        keepFocus(page.resultTitle);
        onState(false);
        const { id, name, problem } = await models.add(wanted, bytes).catch(async (error) => {
            await over.close(false);
            throw error;
        });
        release();
        await over.close(!problem);
        trained = { name, bytes };
        page.unkept.textContent = problem;
        page.unkept.hidden = !problem;
        page.resultTitle.textContent = 'Tested';
        const { accuracy } = await testView.test(test);
        await models.setAccuracy(id, accuracy);
        say(`The training is over: ${percent(accuracy)} of the test images are read rightly.`);
        keepFocus(page.resultTitle);
    }

    /** @param {unknown} error */
    function fail(error) {
        const { name, code } = /** @type {Error & { code?: string }} */ (error);
        show('form');
        keepFocus(page.title);
        if (name === 'AbortError' || code === 'CANCELLED') return;
        planForm.showProblem(sentenceOf(error));
        // What was kept of it may go on, after a crash on the next visit.
        if (run && code !== 'DIVERGED') offer.makeOfKept(() => run === null);
    }

    // ---- While it runs ----

    /** @param {boolean} isPaused */
    function showPaused(isPaused) {
        page.pause.hidden = isPaused;
        page.resume.hidden = !isPaused;
    }

    /** @param {boolean} isPaused */
    async function setPaused(isPaused) {
        if (!run) return;
        await (isPaused ? run.pause() : run.resume());
        showPaused(isPaused);
        showFigures();
        (isPaused ? page.resume : page.pause).focus();
        say(isPaused ? 'The training is paused.' : 'The training goes on.');
    }

    async function cancel() {
        const cancelled = await run?.cancel();
        if (!cancelled) return;
        offer.make(cancelled, 'You cancelled a training');
        say('The training is cancelled. The model in use is the one from before.');
    }

    /** @param {string} id @param {() => unknown} act */
    function onClick(id, act) {
        byId(id).addEventListener('click', async () => {
            try {
                await act();
            } catch (error) {
                say(sentenceOf(error));
            }
        });
    }

    onClick('train-pause', () => setPaused(true));
    onClick('train-resume', () => setPaused(false));
    onClick('train-finish', () => run?.finish());
    onClick('train-cancel', cancel);
    onClick('train-fetch-cancel', () => fetching?.abort());
    onClick('train-download', () => trained && models.handOut(trained.bytes, trained.name));
    onClick('train-again', () => {
        show('form');
        keepFocus(page.title);
    });
    offer.makeOfKept(() => run === null);

    return {
        get isTraining() {
            return run !== null;
        },
    };
}
