// The settings of a training as a form holds them: presets to start from, and what is wrong with them, in sentences,
// before anything starts. The architecture's text is the library's to judge. Knows no elements.

/** @import { Normalization, TrainOptions, TrainSettings } from '../../../wasm/scrawl.d.ts' */

/**
 * What is chosen in the form, besides the architecture's text.
 * @typedef {Required<TrainSettings> & { seed: number, normalization: Normalization }} Choices
 */
/** @typedef {{ isNew: boolean, architecture: string, choices: Choices }} Plan a training that may start */
/** @typedef {{ field: string, sentence: string }} Problem */
/**
 * @typedef {object} Limits of a number
 * @property {string} name as the sentence calls it
 * @property {number} least
 * @property {number} most
 * @property {boolean} [isWhole]
 * @property {boolean} [isShare] shown in percent
 * @property {boolean} [isAboveLeast] the least itself is not allowed
 * @property {boolean} [isBelowMost] the most itself is not allowed
 */

/** As scrawl.h has them, and for the page's own sake fewer epochs and no learning rate above 1. @type {Record<string, Limits>} */
export const LIMITS = {
    epochs: { name: 'The number of epochs', least: 1, most: 1000, isWhole: true },
    batchSize: { name: 'The batch', least: 1, most: 4096, isWhole: true },
    learningRate: { name: 'The learning rate', least: 0, most: 1, isAboveLeast: true },
    momentum: { name: 'The momentum', least: 0, most: 1, isBelowMost: true },
    weightDecay: { name: 'The weight decay', least: 0, most: 1 },
    average: { name: 'The averaging', least: 0, most: 1, isBelowMost: true },
    labelSmoothing: { name: 'The label smoothing', least: 0, most: 1, isBelowMost: true },
    epochShare: { name: 'The share of the images in an epoch', least: 0, most: 1, isAboveLeast: true, isShare: true },
    validationSplit: { name: 'The validation part', least: 0, most: 1, isBelowMost: true, isShare: true },
    augment: { name: 'The distortion', least: 0, most: 1 },
    seed: { name: 'The seed', least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true },
};

/**
 * @typedef {object} Preset
 * @property {string} label
 * @property {string} about
 * @property {string | null} library the library's preset that it begins with; null: its defaults
 * @property {string | null} architecture null: any
 * @property {Partial<Choices>} choices what differs
 */
/** @type {Record<string, Preset>} */
export const PRESETS = {
    fast: {
        label: 'Fast: 99 % in seconds',
        about: 'Three quarters of the images once, with a learning rate that rises and falls.',
        library: 'fast',
        architecture: 'fast',
        choices: {},
    },
    balanced: {
        label: 'Balanced: five epochs with validation',
        about: 'A tenth of the images is kept apart, to see whether the network learns or only remembers.',
        library: null,
        architecture: 'small',
        choices: { epochs: 5, learningRate: 0.002, schedule: 'one-cycle', validationSplit: 0.1 },
    },
    thorough: {
        label: 'Thorough: distorted images',
        about: 'Each image is turned, stretched and redrawn by chance, so that other hands are read better.',
        library: null,
        architecture: 'small',
        choices: { epochs: 15, learningRate: 0.002, schedule: 'cosine', augment: 0.5, validationSplit: 0.05 },
    },
    tutorial: {
        label: 'As the Keras tutorial does it',
        about: '2.4 million parameters, ten epochs, 30 % for validation. It takes minutes.',
        library: 'tutorial',
        architecture: 'tutorial',
        choices: { normalization: 'column-l2' },
    },
};

/** What the library has no settings for. */
export const BEYOND_SETTINGS = { seed: 1, normalization: /** @type {Normalization} */ ('unit') };

/** @param {Limits} limits @param {number} value */
function plain({ isShare }, value) {
    const text = (isShare ? 100 * value : value).toLocaleString('en', { maximumSignificantDigits: 6, useGrouping: false });
    return isShare ? `${text} %` : text;
}

/** @param {Limits} limits */
function rangeText(limits) {
    const { least, most, isAboveLeast, isBelowMost } = limits;
    const from = isAboveLeast ? `above ${plain(limits, least)}` : `from ${plain(limits, least)}`;
    const upTo = isBelowMost ? `below ${plain(limits, most)}` : `at most ${plain(limits, most)}`;
    return most === Number.MAX_SAFE_INTEGER ? `${from} upwards` : `${from} and ${upTo}`;
}

/**
 * @param {string} field
 * @param {number} value
 * @returns {Problem[]} none, or one
 */
function judge(field, value) {
    const limits = LIMITS[field];
    const { name, least, most, isWhole, isAboveLeast, isBelowMost } = limits;
    const sentence = (/** @type {string} */ what) => [{ field, sentence: `${name} must be ${what}.` }];
    if (!Number.isFinite(value)) return sentence(`a number ${rangeText(limits)}`);
    if (isWhole && !Number.isInteger(value)) return sentence(`a whole number, not ${plain(limits, value)}`);
    const isTooSmall = value < least || (isAboveLeast && value === least);
    const isTooLarge = value > most || (isBelowMost && value === most);
    return isTooSmall || isTooLarge ? sentence(`${rangeText(limits)}, not ${plain(limits, value)}`) : [];
}

/**
 * @param {Choices} choices
 * @param {number} images in the data set
 * @returns {Problem[]} in the order of the fields; none when the training may start
 */
export function findProblems(choices, images) {
    const problems = Object.keys(LIMITS)
        .filter((field) => field !== 'momentum' || choices.optimizer === 'sgd')
        .flatMap((field) => judge(field, /** @type {any} */ (choices)[field]));
    if (problems.length) return problems;
    const forTraining = images - Math.floor(images * choices.validationSplit);
    if (forTraining < 1) {
        const sentence = `No image would be left to train on: of ${images.toLocaleString('en')}, all would be for validation.`;
        return [{ field: 'validationSplit', sentence }];
    }
    const inEpoch = Math.ceil(forTraining * choices.epochShare);
    if (choices.batchSize > inEpoch) {
        const sentence = `The batch is larger than an epoch, which has ${inEpoch.toLocaleString('en')} images: the weights `
            + 'would change once an epoch only.';
        return [{ field: 'batchSize', sentence }];
    }
    return [];
}

/**
 * @param {Plan} plan
 * @returns {TrainOptions}
 */
export function trainOptions({ isNew, architecture, choices }) {
    const { normalization, ...settings } = choices;
    return isNew ? { ...settings, architecture, normalization } : settings;
}
