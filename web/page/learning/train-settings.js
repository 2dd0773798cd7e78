// The settings of a training as a form holds them: presets to start from, and what is wrong with them, in sentences,
// before anything starts. The architecture's text is the library's to judge. Knows no elements.

/** @import { Normalization, TrainingOption, TrainOptions, TrainSettings } from '../../../wasm/scrawl.d.ts' */

/**
 * What is chosen in the form, besides the architecture's text.
 * @typedef {Required<TrainSettings> & { seed: number, normalization: Normalization }} Choices
 */
/** @typedef {{ isNew: boolean, architecture: string, choices: Choices }} Plan a training that may start */
/** @typedef {{ field: string, sentence: string }} Problem */
/**
 * A setting as the form shows it: the library's description, but for what is said here.
 * @typedef {Omit<TrainingOption, 'name'> & { name: string, isPercent?: boolean, wordTitles?: Record<string, string> }} Field
 */

/**
 * The settings that the form shows, in this order. Beside a name stands what differs from the library's description: for
 * the page's own sake there are shorter titles, fewer epochs and no learning rate above 1, and seeds are numbers.
 * @type {{ first: (Partial<Field> & { name: string })[], more: (Partial<Field> & { name: string })[] }}
 */
const SHOWN = {
    first: [
        { name: 'epochs', most: 1000 },
        { name: 'batchSize' },
        { name: 'learningRate', most: 1, isBelowMost: false },
        { name: 'validationSplit', isPercent: true },
    ],
    more: [
        { name: 'optimizer', wordTitles: { sgd: 'SGD' } },
        { name: 'momentum' },
        { name: 'schedule', title: 'Learning rate goes' },
        { name: 'weightDecay' },
        { name: 'average' },
        { name: 'labelSmoothing' },
        { name: 'epochShare', title: 'Images in an epoch', isPercent: true },
        { name: 'augment', title: 'Distortion' },
        {
            name: 'normalization',
            title: 'Normalisation',
            help: 'what becomes of the grey values before the first layer',
            kind: 'choice',
            words: ['unit', 'column-l2'],
            wordTitles: { unit: '0 to 1', 'column-l2': 'Columns to length 1' },
        },
        { name: 'seed', most: Number.MAX_SAFE_INTEGER, isBelowMost: false },
        { name: 'dropout', title: 'Dropout layers work' },
    ],
};

/**
 * @param {TrainingOption[]} options the library's
 * @returns {{ first: Field[], more: Field[] }} what the form shows at once, and what on demand
 */
export function formFields(options) {
    const describe = (/** @type {typeof SHOWN.first} */ shown) => shown.map((own) => /** @type {Field} */ ({
        ...options.find(({ name }) => name === own.name), ...own,
    }));
    return { first: describe(SHOWN.first), more: describe(SHOWN.more) };
}

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
export const BEYOND_SETTINGS = { normalization: /** @type {Normalization} */ ('unit') };

/** @param {Field} field @param {number} value */
function plain({ isPercent }, value) {
    const text = (isPercent ? 100 * value : value).toLocaleString('en', { maximumSignificantDigits: 6, useGrouping: false });
    return isPercent ? `${text} %` : text;
}

/** @param {Field} field */
function rangeText(field) {
    const { least, most, isAboveLeast, isBelowMost } = field;
    const [low, high] = [plain(field, least), plain(field, most)];
    if (most === Number.MAX_SAFE_INTEGER) return isAboveLeast ? `above ${low}` : `at least ${low}`;
    if (isAboveLeast) return `above ${low} and ${isBelowMost ? 'below' : 'at most'} ${high}`;
    return isBelowMost ? `at least ${low} and below ${high}` : `from ${low} to ${high}`;
}

/**
 * @param {Field} field
 * @param {number} value
 * @returns {Problem[]} none, or one
 */
function judge(field, value) {
    const { name, title, kind, least, most, isAboveLeast, isBelowMost } = field;
    const subject = `The ${title[0].toLowerCase()}${title.slice(1)}`;
    const sentence = (/** @type {string} */ what) => [{ field: name, sentence: `${subject} must be ${what}.` }];
    if (!Number.isFinite(value)) return sentence(`a number ${rangeText(field)}`);
    if (kind === 'whole' && !Number.isInteger(value)) return sentence(`a whole number, not ${plain(field, value)}`);
    const isTooSmall = value < least || (isAboveLeast && value === least);
    const isTooLarge = value > most || (isBelowMost && value === most);
    return isTooSmall || isTooLarge ? sentence(`${rangeText(field)}, not ${plain(field, value)}`) : [];
}

/**
 * @param {ReturnType<typeof formFields>} fields
 * @param {Choices} choices
 * @param {number} images in the data set
 * @returns {Problem[]} in the order of the fields; none when the training may start
 */
export function findProblems({ first, more }, choices, images) {
    const problems = [...first, ...more]
        .filter(({ kind }) => kind === 'whole' || kind === 'real')
        .filter(({ name }) => name !== 'momentum' || choices.optimizer === 'sgd')
        .flatMap((field) => judge(field, /** @type {any} */ (choices)[field.name]));
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
