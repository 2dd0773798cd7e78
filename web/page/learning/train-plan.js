// The controller of the training's form: presets, named architectures, the live check of a text, and what is wrong before
// anything starts. Knows nothing of running trainings.

import { byId } from '../dom.js';
import { BEYOND_SETTINGS, findProblems, formFields, PRESETS } from './train-settings.js';
import { sentenceOf, whole } from '../words.js';
import { createTrainingForm } from '../widgets/training-form.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { Choices, Plan } from './train-settings.js' */

const FIRST_PRESET = 'balanced';
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

/**
 * @param {ReadingEngine} engine
 * @param {{ onPlan: (plan: Plan) => Promise<void> }} callbacks onPlan: resolves when the training is over
 */
export function createPlanForm(engine, { onPlan }) {
    const fields = formFields(engine.trainingOptions);
    const form = createTrainingForm(/** @type {HTMLFormElement} */ (byId('train-form')), fields, {
        onPreset: showPreset,
        onNamed: showNamed,
        onArchitecture: checkSoon,
        onSubmit: submit,
    });
    /** @type {Record<string, string>} */
    const architectures = { ...FURTHER_ARCHITECTURES };
    /** With what no field shows. @type {Choices | null} */
    let choices = null;
    let timer = 0;
    /** A plan is being judged or carried out. */
    let isBusy = false;

    /** @param {string} name */
    async function showPreset(name) {
        const { library, architecture, choices: own, about } = PRESETS[name];
        choices = /** @type {Choices} */ ({ ...await engine.trainSettings(library), ...BEYOND_SETTINGS, ...own });
        form.show(choices);
        form.showPreset(name, about);
        if (architecture) await showNamed(architecture);
    }

    /** @param {string} name */
    async function showNamed(name) {
        form.showArchitecture(architectures[name], name);
        await check();
    }

    function checkSoon() {
        clearTimeout(timer);
        timer = setTimeout(check, PAUSE);
    }

    /** @returns {Promise<string>} what is wrong with the text, or '' */
    async function check() {
        const text = form.architecture();
        const { sentence, isWrong } = await judge(text);
        if (text === form.architecture()) form.sayOfArchitecture(sentence, isWrong);
        return isWrong ? sentence : '';
    }

    /** @param {string} text */
    async function judge(text) {
        try {
            const { parameters, layers } = await engine.checkArchitecture(text);
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

    /** One at a time. */
    async function submit() {
        if (isBusy) return;
        isBusy = true;
        try {
            await judgeAndPlan();
        } finally {
            isBusy = false;
        }
    }

    async function judgeAndPlan() {
        const chosen = /** @type {Choices} */ ({ ...choices, ...form.values() });
        const isNew = form.isNew();
        const chosenText = form.architecture();
        if (!isNew && engine.labels.length !== MNIST_CLASSES) {
            form.showProblem('The model in use has other classes than MNIST’s ten digits. Train a new network, or use another model.', 'start');
            return;
        }
        const wrong = isNew ? await check() : '';
        const [problem] = wrong ? [{ field: 'architecture', sentence: wrong }] : findProblems(fields, chosen, MNIST_IMAGES);
        if (problem) form.showProblem(problem.sentence, problem.field);
        else await onPlan({ isNew, architecture: chosenText, choices: chosen });
    }

    async function start() {
        for (const name of engine.architectures) architectures[name] = (await engine.checkArchitecture(name)).architecture;
        const named = Object.keys(architectures).sort((one, other) => Number(other in FURTHER_ARCHITECTURES) - Number(one in FURTHER_ARCHITECTURES));
        form.offer(
            Object.entries(PRESETS).map(([value, { label }]) => ({ label, value })),
            named.reverse().map((value) => ({ label: value, value })),
        );
        await showPreset(FIRST_PRESET);
        form.setBusy(false);
    }

    return {
        // A reader that has stopped for good says so itself.
        started: start().catch((error) => form.showProblem(sentenceOf(error))),
        /** What the network of a plan is called. @param {Plan} plan */
        nameOf({ architecture }) {
            return Object.keys(architectures).find((name) => architectures[name] === architecture) ?? 'own network';
        },
        /** @param {string} sentence */
        showProblem: (sentence) => form.showProblem(sentence),
        /** @param {boolean} isBusy */
        setBusy: (isBusy) => form.setBusy(isBusy),
    };
}
