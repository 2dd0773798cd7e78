// What is seen of a training: the form, the fetching, the running training with its figures, and the result, one at a time.
// Knows these elements and widgets, and nothing of how a training goes on.

import { byId, keepFocus } from '../dom.js';
import { duration, megabytes, percent, whole } from '../words.js';
import { createFigures } from '../widgets/figures.js';
import { createFilterGrid } from '../widgets/filter-grid.js';
import { loadCharts } from './train-charts.js';

/** @import { Filters, Progress } from '../../../wasm/scrawl.d.ts' */
/** @import { FetchProgress } from '../../workers/data-files.js' */
/** @import { TrainingCharts } from './train-charts.js' */
/** @import { TrainingRun } from './training-run.js' */
/** @typedef {'form' | 'fetch' | 'run' | 'result'} Part */

/** @param {TrainingRun} run @param {Progress} progress its last one */
function validationOf({ curves }, { phase, validationAccuracy }) {
    const last = curves.accuracy.validation.findLast((value) => value !== null);
    const validation = phase === 'training' ? last : validationAccuracy ?? last;
    return validation == null ? null : percent(validation);
}

export class TrainingView {
    #form = byId('train-form');
    #fetch = byId('train-fetch');
    #fetchBar = /** @type {HTMLProgressElement} */ (byId('train-fetch-bar'));
    #fetchText = byId('train-fetch-text');
    #run = byId('train-run');
    #runTitle = byId('train-run-title');
    #bar = /** @type {HTMLProgressElement} */ (byId('train-bar'));
    #controls = byId('train-controls');
    #pause = byId('train-pause');
    #resume = byId('train-resume');
    #kept = byId('train-kept');
    #filters = byId('train-filters');
    #result = byId('train-result');
    #resultTitle = byId('train-result-title');
    #unkept = byId('train-unkept');
    #tab = byId('train-tab');
    #spoken = byId('train-spoken');
    #figures = createFigures(byId('train-figures'));
    #filterGrid = createFilterGrid(byId('train-filter-grid'));
    /** @type {TrainingCharts | null} */ #charts = null;

    /** @param {Part} part */
    #show(part) {
        const isAtWork = part === 'fetch' || part === 'run';
        this.#form.hidden = part !== 'form';
        this.#fetch.hidden = part !== 'fetch';
        this.#run.hidden = part !== 'run' && part !== 'result';
        for (const element of [this.#controls, this.#bar, this.#kept]) element.hidden = part !== 'run';
        this.#result.hidden = part !== 'result';
        this.#tab.toggleAttribute('data-busy', isAtWork);
    }

    /** @param {string} sentence */
    say(sentence) {
        this.#spoken.textContent = sentence;
    }

    showForm() {
        this.#show('form');
        keepFocus(byId('train-title'));
    }

    // ---- Fetching ----

    showFetching() {
        this.#fetchBar.removeAttribute('value');
        this.#fetchText.textContent = '';
        this.#show('fetch');
        keepFocus(byId('train-fetch-cancel'));
    }

    /** @param {FetchProgress} progress */
    showFetched({ received, total }) {
        if (total) this.#fetchBar.value = received / total;
        this.#fetchText.textContent = `${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''}`;
    }

    // ---- Training ----

    /** What a run needs to be shown. */
    async prepareRun() {
        this.#charts ??= await loadCharts();
        this.#kept.textContent = '';
        this.#filters.hidden = true;
    }

    showBegun() {
        this.#runTitle.textContent = 'Training begins';
        this.#bar.value = 0;
        this.showPaused(false);
        this.#show('run');
        keepFocus(this.#pause);
        this.say('The training has begun.');
    }

    /** @param {string} sentence of the checkpoint */
    showKept(sentence) {
        this.#kept.textContent = sentence;
    }

    /** @param {TrainingRun} run @param {{ threads: number | null, isOver?: boolean }} more */
    showFigures(run, { threads, isOver = false }) {
        const { progress } = run;
        if (!progress) return;
        const { epoch, epochs, images, epochImages, loss, accuracy, imagesPerSecond } = progress;
        const done = (epoch + images / epochImages) / epochs;
        const speed = run.imagesPerSecond();
        this.#runTitle.textContent = `${run.isPaused ? 'Paused in' : 'Training'} epoch ${epoch + 1} of ${epochs}`;
        this.#bar.value = done;
        this.#figures.show({
            'Loss': loss.toFixed(4),
            'Accuracy': percent(accuracy),
            'Validation': validationOf(run, progress),
            'Images/s': whole(imagesPerSecond),
            'Threads': threads === null ? null : String(threads),
            'Time left': speed && !isOver ? duration(((1 - done) * epochs * epochImages) / speed) : null,
        });
        this.#charts?.show(run.curves);
    }

    /** @param {Filters | null} filters */
    showFilters(filters) {
        this.#filters.hidden = !filters;
        if (filters) this.#filterGrid.show(filters);
    }

    /** @param {boolean} isPaused */
    showPaused(isPaused) {
        this.#pause.hidden = isPaused;
        this.#resume.hidden = !isPaused;
    }

    focusPaused() {
        (this.#resume.hidden ? this.#pause : this.#resume).focus();
    }

    // ---- The result ----

    /** The engine is started anew. */
    showInterrupted() {
        this.#runTitle.textContent = 'The reader stopped. Training goes on in a moment';
        this.#controls.hidden = true;
        this.say('The reader stopped. The training goes on from its checkpoint in a moment.');
    }

    /** @param {string} name of the network, which is to be tested */
    showTrained(name) {
        this.#runTitle.textContent = `Trained: ${name}`;
        this.#resultTitle.textContent = 'Testing';
        this.#unkept.hidden = true;
        this.#show('result');
        keepFocus(this.#resultTitle);
    }

    /** Of the trained network. @param {string} sentence or '' */
    showProblem(sentence) {
        this.#unkept.textContent = sentence;
        this.#unkept.hidden = !sentence;
    }

    /** @param {number} accuracy @param {string} reader the name of what reads the paper */
    showTested(accuracy, reader) {
        this.#resultTitle.textContent = 'Tested';
        this.say(`The training is over: ${percent(accuracy)} of the test images are read correctly. The paper is read by ${reader}.`);
        keepFocus(this.#resultTitle);
    }
}
