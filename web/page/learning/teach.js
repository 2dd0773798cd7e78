// The controller of teaching: trains the model in use further on corrected digits, mixed with images that it remembers, and
// takes that back. Knows its parts, but not how they draw, and nothing of the worker.

import { byId, keepFocus } from '../dom.js';
import { loadRemembered } from '../storage/data-sets.js';
import { readsTenDigits } from '../ten-digits.js';
import { counted, sentenceOf, whole } from '../words.js';
import { lesson, TEACHING } from './lesson.js';
import { LessonResult } from './lesson-result.js';
import { OwnDigits } from './own-digits.js';

/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @import { ReadingEngine } from '../engine.js' */
/** @import { PageStorage } from '../storage/storage.js' */
/** @import { Marks } from './lesson-result.js' */
/** @import { ModelInUse, Models } from './models.js' */
/**
 * @typedef {object} TeachingParts
 * @property {ReadingEngine} engine
 * @property {PageStorage} storage
 * @property {Models} models
 * @property {(question: string, act: string) => Promise<boolean>} ask before something is lost
 * @property {() => void} onForgotten what somebody said of digits is forgotten
 */

const SECOND = 1000;
const LESSON_GOES_ON = 'The model in use is being taught. Wait until the lesson is over.';

export class Teaching {
    #engine;
    #models;
    #ask;
    #onForgotten;
    #digits;
    #result = new LessonResult();
    #problem = byId('teach-problem');
    #begin = /** @type {HTMLButtonElement} */ (byId('teach-begin'));
    #import = /** @type {HTMLButtonElement} */ (byId('teach-import'));
    #reset = /** @type {HTMLButtonElement} */ (byId('teach-reset'));
    #undo = /** @type {HTMLButtonElement} */ (byId('teach-undo'));
    #bringBack = /** @type {HTMLButtonElement} */ (byId('teach-bring-back'));
    #file = /** @type {HTMLInputElement} */ (byId('teach-file'));
    #bar = /** @type {HTMLProgressElement} */ (byId('teach-bar'));
    #spoken = byId('teach-spoken');
    /** @type {ReturnType<typeof loadRemembered> | null} */ #remembered = null;
    #isTeaching = false;
    /** One change of the kept digits at a time. @type {Promise<unknown>} */ #changing;

    /** @param {TeachingParts} parts */
    constructor({ engine, storage, models, ask, onForgotten }) {
        this.#engine = engine;
        this.#models = models;
        this.#ask = ask;
        this.#onForgotten = onForgotten;
        this.#digits = new OwnDigits({ engine, storage }, {
            onRemove: (index) => this.#attempt(() => this.#forget(index)),
            onEmptied: () => this.#bringBack.focus(),
            onShown: () => this.#showButtons(),
        });
        this.#listen();
        this.started = this.#attempt(() => this.#digits.reload());
        this.#changing = this.started;
    }

    #listen() {
        this.#begin.addEventListener('click', () => this.#attempt(() => this.#teach()));
        this.#undo.addEventListener('click', () => this.#attempt(() => this.#takeBack()));
        this.#reset.addEventListener('click', () => this.#attempt(() => this.#askAndForgetAll()));
        this.#bringBack.addEventListener('click', () => this.#attempt(() => this.#bringDigitsBack()));
        this.#import.addEventListener('click', () => this.#file.click());
        this.#file.addEventListener('change', () => {
            const [file] = this.#file.files ?? [];
            this.#file.value = '';
            if (file) this.#attempt(() => this.#importFile(file));
        });
    }

    // ---- What others tell it ----

    /** Another model reads: what it makes of the kept digits may have changed. */
    modelChanged() {
        return this.#isTeaching ? undefined : this.#attempt(() => this.#digits.reload());
    }

    /**
     * Keeps a correction.
     * @param {Uint8Array} image 28×28, what the network saw
     * @param {number} label what it is
     * @param {number | null} [readAs] what it was read as
     */
    keep(image, label, readAs = null) {
        const digit = { image: image.slice(), label, readAs, kept: Date.now() };
        return this.#change(() => this.#digits.keep(digit));
    }

    get count() {
        return this.#digits.count;
    }

    // ---- What is seen ----

    /** @param {string} sentence */
    #showProblem(sentence) {
        this.#problem.textContent = sentence;
        this.#problem.hidden = !sentence;
    }

    /** @param {() => unknown} act */
    async #attempt(act) {
        this.#showProblem('');
        try {
            await act();
        } catch (error) {
            this.#showProblem(sentenceOf(error));
        }
    }

    #showButtons() {
        const { count } = this;
        const isNone = count === 0;
        this.#reset.hidden = isNone;
        this.#begin.disabled = isNone || this.#isTeaching;
        for (const button of [this.#import, this.#reset, this.#undo, this.#bringBack]) button.disabled = this.#isTeaching;
        this.#begin.textContent = isNone ? 'Teach it' : `Teach it ${count === 1 ? 'this digit' : `these ${whole(count)} digits`}`;
    }

    // ---- The digits ----

    /** Once the changes before it are over. @template T @param {() => Promise<T>} act @returns {Promise<T>} */
    #change(act) {
        const changed = this.#changing.then(act);
        this.#changing = changed.catch(() => {});
        return changed;
    }

    /** @param {number} index */
    async #forget(index) {
        if (this.#isTeaching) throw new Error(LESSON_GOES_ON);
        const digit = this.#digits.at(index);
        this.#spoken.textContent = await this.#change(() => this.#digits.forget(digit));
    }

    /** A second quick click has nothing to bring back and to say. */
    async #bringDigitsBack() {
        const spoken = await this.#change(() => this.#digits.bringBack());
        if (spoken) this.#spoken.textContent = spoken;
        keepFocus(this.#begin);
    }

    /** @param {File} file */
    async #importFile(file) {
        const { fresh, known } = await this.#change(() => this.#digits.importFile(file));
        const there = known ? `, ${whole(known)} ${known === 1 ? 'was' : 'were'} there already` : '';
        this.#spoken.textContent = `${counted(fresh, 'digit')} imported${there}.`;
    }

    async #askAndForgetAll() {
        const digits = this.count === 1 ? 'your digit' : `your ${whole(this.count)} digits`;
        const question = `Forget ${digits} and what was learnt from ${this.count === 1 ? 'it' : 'them'}? Export first what you want to keep.`;
        if (await this.#ask(question, 'Forget')) await this.#forgetAll();
    }

    async #forgetAll() {
        try {
            await this.#takeBack();
            await this.#change(() => this.#digits.forgetAll());
        } finally {
            await this.#digits.reload();
        }
        this.#onForgotten();
        this.#spoken.textContent = `Your digits are forgotten, and ${this.#models.current.name} is in use.`;
        this.#import.focus();
    }

    // ---- A lesson ----

    #ensureTeachable() {
        if (readsTenDigits(this.#engine.client.labels)) return;
        throw new Error('The model in use doesn’t read the ten digits. Use another model to teach it.');
    }

    /** Digits that are kept meanwhile wait for the next lesson, and the model in use stays. */
    async #teach() {
        if (this.#isTeaching) return;
        this.#ensureTeachable();
        const [own, model] = [this.#digits.images, this.#models.current];
        const release = this.#models.hold(LESSON_GOES_ON);
        this.#isTeaching = true;
        this.#showButtons();
        this.#bar.hidden = false;
        this.#bar.removeAttribute('value');
        try {
            const { remembered, check } = await this.#loadRemembered();
            await this.#teachWith(own, model, remembered, check);
        } finally {
            this.#isTeaching = false;
            release();
            this.#bar.hidden = true;
            this.#showButtons();
            keepFocus(this.#begin);
        }
        await this.#digits.reload();
    }

    /** Once, unless that fails. */
    async #loadRemembered() {
        this.#remembered ??= loadRemembered(this.#engine.client);
        try {
            return await this.#remembered;
        } catch (error) {
            this.#remembered = null;
            throw error;
        }
    }

    /** @param {LabelledImages} own @param {ModelInUse} model in use @param {LabelledImages} old @param {LabelledImages} check */
    async #teachWith(own, model, old, check) {
        const before = await this.#mark(own, check);
        const base = await this.#baseOf(model);
        const former = await this.#engine.client.saveModel();
        try {
            const baseBytes = base === model.id ? null : await this.#models.bytesOf(base);
            const began = performance.now();
            if (baseBytes) await this.#engine.client.loadModel(baseBytes);
            await this.#train(own, old);
            const taught = await this.#engine.client.saveModel();
            const seconds = (performance.now() - began) / SECOND;
            const after = await this.#mark(own, check);
            const kept = base === model.id ? this.#models.taughtFrom(base)?.id : model.id;
            const { problem } = await this.#models.add(`${model.name}, taught`, taught, { id: kept, taughtFrom: base });
            const counts = { count: own.labels.length, checkCount: check.labels.length };
            this.#spoken.textContent = this.#result.show({ before, after, ...counts, seconds });
            this.#showProblem(problem);
        } catch (error) {
            await this.#engine.client.loadModel(former).catch(() => {});
            throw error;
        }
    }

    /**
     * Each lesson begins from the model as it was before any teaching, so that lessons don't wear it out.
     * @param {ModelInUse} model
     */
    async #baseOf({ id, taughtFrom }) {
        return taughtFrom !== null && await this.#models.has(taughtFrom) ? taughtFrom : id;
    }

    /** @param {LabelledImages} own @param {LabelledImages} check @returns {Promise<Marks>} with what the engine has loaded */
    async #mark(own, check) {
        const ofOwn = await this.#engine.client.evaluate(own);
        const ofCheck = await this.#engine.client.evaluate(check);
        return { own: ofOwn.accuracy, check: ofCheck.accuracy };
    }

    /** @param {LabelledImages} own @param {LabelledImages} old */
    async #train(own, old) {
        const { data, validation } = lesson(own, old);
        const training = await this.#engine.client.startTraining(data, {
            ...TEACHING,
            validationSplit: validation,
            transfer: true,
            onProgress: ({ images, epochImages }) => (this.#bar.value = images / epochImages),
        });
        await training.finished;
    }

    /** To the model as it was before any teaching; where that is out of reach, to the one that comes with the page. */
    async #takeBack() {
        if (this.#isTeaching) throw new Error(LESSON_GOES_ON);
        const models = this.#models;
        const { id, taughtFrom } = models.current;
        if (taughtFrom !== null) {
            const isThere = await models.has(taughtFrom);
            await (isThere ? models.use(taughtFrom).catch(() => models.useShipped()) : models.useShipped());
            await models.remove(id);
        }
        this.#result.hide();
        await this.#digits.reload();
        keepFocus(this.#begin);
        this.#spoken.textContent = `It is taken back. ${models.current.name} is in use.`;
    }
}
