// The settings of a training, to and from the row of numbers in which the module takes them. Knows no trainer.

import { anyNumber, choice, wholeNumber } from './arguments.js';
import { failure } from './errors.js';

/** @import { TrainSettings } from './scrawl.d.ts' */
/** @import { Library } from './memory.js' */

// These follow the enums of scrawl.h.
const OPTIMIZERS = ['adam', 'sgd'];
const SCHEDULES = ['constant', 'one-cycle', 'cosine'];

/** The library's floats have that many digits in decimal. */
const FLOAT_DIGITS = 7;

/**
 * @typedef {object} Kind how a setting becomes a number and comes back
 * @property {(name: string, value: any) => number} encode
 * @property {(number: number) => unknown} decode
 */

/** @type {Kind} */
const count = { encode: wholeNumber, decode: (number) => number };

/** @type {Kind} */
const real = { encode: anyNumber, decode: (number) => Number(number.toPrecision(FLOAT_DIGITS)) };

/** @type {Kind} */
const flag = { encode: (_, value) => Number(Boolean(value)), decode: (number) => number !== 0 };

/** @param {string[]} choices @returns {Kind} */
const oneOf = (choices) => ({
    encode: (name, value) => choice(name, value, choices),
    decode: (number) => choices[number],
});

/** In the order of bindings.c. @type {Record<keyof TrainSettings, Kind>} */
const KINDS = {
    epochs: count,
    batchSize: count,
    optimizer: oneOf(OPTIMIZERS),
    learningRate: real,
    schedule: oneOf(SCHEDULES),
    momentum: real,
    epsilon: real,
    weightDecay: real,
    average: real,
    dropout: flag,
    labelSmoothing: real,
    epochShare: real,
    validationSplit: real,
    augment: real,
    augmentFade: real,
    touching: real,
};

/** What only the command line trains with: left out of presets, and refused where it is asked for. */
const NOT_BUILT_IN = ['synthetic', 'unknown', 'teacher'];
const NAMES = /** @type {(keyof TrainSettings)[]} */ (Object.keys(KINDS));

/**
 * The library's, or a preset's.
 * @param {Library} library
 * @param {string | null} [preset]
 * @returns {Required<TrainSettings>}
 */
export function defaultSettings(library, preset) {
    const numbers = library.scoped((scope) =>
        library.values(NAMES.length, 'binding_training_preset', preset == null ? 0 : scope.text(String(preset))));
    const entries = NAMES.map((name, index) => [name, KINDS[name].decode(numbers[index])]);
    return /** @type {Required<TrainSettings>} */ (Object.fromEntries(entries));
}

/**
 * @param {Library} library
 * @param {TrainSettings & { preset?: string }} settings
 * @returns {number[]} with the defaults of what they leave open
 */
export function settingNumbers(library, settings) {
    const missing = NOT_BUILT_IN.find((name) => /** @type {Record<string, unknown>} */ (settings)[name]);
    if (missing) throw failure('UNSUPPORTED', `${missing} isn't built into WebAssembly. Leave it out, or train with the command line.`);
    const defaults = defaultSettings(library, settings.preset);
    return NAMES.map((name) => {
        const { [name]: value = defaults[name] } = settings;
        return KINDS[name].encode(name, value);
    });
}
