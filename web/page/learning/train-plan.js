// The controller of the training's form: presets, named architectures, the live check of a text, and what is wrong before
// anything starts. Knows nothing of running trainings.

import { byId } from '../dom.js';
import { BEYOND_SETTINGS, findProblems, formFields, PRESETS } from './train-settings.js';
import { sentenceOf, whole } from '../words.js';
import { TrainingForm } from '../widgets/training-form.js';

/** @import { Summary } from '../../../wasm/scrawl.d.ts' */
/** @import { ReadingEngine } from '../engine.js' */
/** @import { Choices, Plan } from './train-settings.js' */

const FIRST_PRESET = 'fast';
const MNIST_IMAGES = 60_000;
const MNIST_CLASSES = 10;

/** The text is checked when writing has paused for this long, in milliseconds. */
const PAUSE = 250;

/** What the library's own names leave out: how far one can get without convolutions, and with newer layers. */
const FURTHER_ARCHITECTURES = {
    dense: 'flatten, dense 128 relu, dense 10 softmax',
    tiny: 'conv 8 3x3 relu, maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 10 softmax',
    separable: 'conv 16 3x3 same, batchnorm relu, maxpool 2, depthwise 3x3 same, batchnorm relu, conv 32 1x1 relu, maxpool 2, '
        + 'conv 64 3x3 relu, globalpool, dense 10 softmax',
};

const SENTENCE_OF_FINDERS = 'This network finds digits on pages, which the command line trains. Let the last layer be a softmax.';

/** Whether it finds digits on pages; else it reads one. @param {Summary} summary */
function finds({ layers }) {
    return layers.at(-1)?.kind === 'detection';
}

export class PlanForm {
    #engine;
    #onPlan;
    #fields;
    #form;
    /** @type {Record<string, string>} */ #architectures = { ...FURTHER_ARCHITECTURES };
    /** With what no field shows. @type {Choices | null} */ #choices = null;
    #timer = 0;
    /** A plan is being judged or carried out. */ #isBusy = false;

    /**
     * @param {ReadingEngine} engine
     * @param {{ onPlan: (plan: Plan) => Promise<void> }} callbacks onPlan: resolves when the training is over
     */
    constructor(engine, { onPlan }) {
        this.#engine = engine;
        this.#onPlan = onPlan;
        this.#fields = formFields(engine.client.trainingOptions);
        this.#form = new TrainingForm(/** @type {HTMLFormElement} */ (byId('train-form')), this.#fields, {
            onPreset: (name) => this.#showPreset(name),
            onNamed: (name) => this.#showNamed(name),
            onArchitecture: () => this.#checkSoon(),
            onSubmit: () => this.#submit(),
        });
        // A reader that has stopped for good says so itself.
        this.started = this.#start().catch((error) => this.showProblem(sentenceOf(error)));
    }

    async #start() {
        const client = this.#engine.client;
        for (const name of client.architectures) {
            const summary = await client.checkArchitecture(name);
            if (!finds(summary)) this.#architectures[name] = summary.architecture;
        }
        const isFurther = (/** @type {string} */ name) => Number(name in FURTHER_ARCHITECTURES);
        const named = Object.keys(this.#architectures).sort((one, other) => isFurther(other) - isFurther(one));
        this.#form.offer(
            Object.entries(PRESETS).map(([value, { label }]) => ({ label, value })),
            named.reverse().map((value) => ({ label: value, value })),
        );
        await this.#showPreset(FIRST_PRESET);
        this.#form.setBusy(false);
    }

    /** What the network of a plan is called. @param {Plan} plan */
    nameOf({ architecture }) {
        const names = Object.keys(this.#architectures);
        return names.find((name) => this.#architectures[name] === architecture) ?? 'own network';
    }

    /** @param {string} sentence */
    showProblem(sentence) {
        this.#form.showProblem(sentence);
    }

    /** @param {boolean} isBusy */
    setBusy(isBusy) {
        this.#form.setBusy(isBusy);
    }

    // ---- What is chosen ----

    /** @param {string} name */
    async #showPreset(name) {
        const { library, architecture, choices: own, about } = PRESETS[name];
        this.#choices = /** @type {Choices} */ ({ ...await this.#engine.client.trainSettings(library), ...BEYOND_SETTINGS, ...own });
        this.#form.show(this.#choices);
        this.#form.showPreset(name, about);
        if (architecture) await this.#showNamed(architecture);
    }

    /** @param {string} name */
    async #showNamed(name) {
        this.#form.showArchitecture(this.#architectures[name], name);
        await this.#check();
    }

    #checkSoon() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#check(), PAUSE);
    }

    /** @returns {Promise<string>} what is wrong with the text, or '' */
    async #check() {
        const text = this.#form.architecture();
        const { sentence, isWrong } = await this.#judge(text);
        if (text === this.#form.architecture()) this.#form.sayOfArchitecture(sentence, isWrong);
        return isWrong ? sentence : '';
    }

    /** @param {string} text */
    async #judge(text) {
        try {
            const summary = await this.#engine.client.checkArchitecture(text);
            const { parameters, layers } = summary;
            if (finds(summary)) return { sentence: SENTENCE_OF_FINDERS, isWrong: true };
            const classes = layers.at(-1)?.shape.at(-1);
            if (classes === MNIST_CLASSES) {
                return { sentence: `${whole(parameters)} parameters in ${layers.length} layers.`, isWrong: false };
            }
            const sentence = `The last layer has ${classes} outputs, but MNIST has ${MNIST_CLASSES} classes: let it be a dense ${MNIST_CLASSES} softmax.`;
            return { sentence, isWrong: true };
        } catch (error) {
            return { sentence: sentenceOf(error), isWrong: true };
        }
    }

    // ---- Beginning ----

    /** One at a time. */
    async #submit() {
        if (this.#isBusy) return;
        this.#isBusy = true;
        try {
            await this.#judgeAndPlan();
        } finally {
            this.#isBusy = false;
        }
    }

    async #judgeAndPlan() {
        const form = this.#form;
        const choices = /** @type {Choices} */ ({ ...this.#choices, ...form.values() });
        const [isNew, architecture] = [form.isNew(), form.architecture()];
        if (!isNew && this.#engine.client.labels.length !== MNIST_CLASSES) {
            form.showProblem('The model in use has other classes than MNIST’s ten digits. Train a new network, or use another model.', 'start');
            return;
        }
        const wrong = isNew ? await this.#check() : '';
        const [problem] = wrong ? [{ field: 'architecture', sentence: wrong }] : findProblems(this.#fields, choices, MNIST_IMAGES);
        if (problem) form.showProblem(problem.sentence, problem.field);
        else await this.#onPlan({ isNew, architecture, choices });
    }
}
