// The settings of a training: what the library's table of options says of them, and how they get there and back, each by
// its name. Knows no setting, but for those that are another call's, and no trainer.

import { anyNumber, choice, wholeHalves } from './arguments.js';
import { failure } from './errors.js';

/** @import { TrainingOption, TrainOptions, TrainSettings } from './scrawl.d.ts' */
/** @import { TransferOptions } from './scrawl-client.d.ts' */
/** @import { Library } from './memory.js' */
/** @typedef {TrainingOption & { libraryName: string, isMissing: boolean }} Row of the library's table */

/** These follow scrawl_option_kind in scrawl.h. */
const KINDS = /** @type {const} */ (['whole', 'real', 'switch', 'choice']);

/** createScrawl() is told of these, or nobody. */
const NOT_HERE = ['threads', 'teacherShare'];

/**
 * What a training is told beside its settings. The client's own too: the same options may be for either.
 * @type {Record<Exclude<keyof (TrainOptions & TransferOptions), keyof TrainSettings>, true>}
 */
const BESIDE = {
    architecture: true, labelNames: true, normalization: true, preset: true, onProgress: true, signal: true, transfer: true,
};

/** What only the command line trains with, and the table has no row for. What else is missing the library refuses. */
const TEACHER = 'teacher';

/** The library's floats have that many digits in decimal. */
const FLOAT_DIGITS = 7;

/** @param {string} name 'such-a-name' @returns {any} 'suchAName' */
const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/**
 * A number of the library as a setting has it.
 * @param {Pick<TrainingOption, 'kind' | 'words'>} option
 * @param {number} number
 */
function decode({ kind, words }, number) {
    if (kind === 'choice') return words[number];
    if (kind === 'switch') return number !== 0;
    return kind === 'real' ? Number(number.toPrecision(FLOAT_DIGITS)) : number;
}

/** @param {Library} library @param {number} index @returns {Row | null} null past the last */
function row(library, index) {
    const [name, title, help, kindNumber, least, most, aboveLeast, belowMost, words, initial, missing] =
        library.values(11, 'binding_training_option', index);
    if (name === 0) return null;
    const libraryName = library.text(name);
    const told = { kind: KINDS[kindNumber], words: library.texts(words) };
    return {
        ...told,
        libraryName,
        name: camelCase(libraryName),
        title: library.text(title),
        help: library.text(help),
        least,
        most,
        isAboveLeast: aboveLeast !== 0,
        isBelowMost: belowMost !== 0,
        initial: decode(told, initial),
        isMissing: missing !== 0,
    };
}

/** @param {Library} library */
function table(library) {
    const rows = [];
    for (let next; (next = row(library, rows.length)) !== null;) rows.push(next);
    return rows.filter(({ name }) => !NOT_HERE.includes(name));
}

/** @param {Library} library @returns {TrainingOption[]} what can be chosen here */
export function trainingOptions(library) {
    return table(library).filter(({ isMissing }) => !isMissing).map(({ libraryName, isMissing, ...option }) => option);
}

/**
 * Runs a task with the library's options, or a preset's.
 * @template Result
 * @param {Library} library
 * @param {string | null | undefined} preset
 * @param {(options: number, nameOf: (row: Row) => number) => Result} task which gets their address
 */
function withOptions(library, preset, task) {
    return library.scoped((scope) => {
        const options = scope.allocate(library.exports.binding_training_options_size());
        library.check(library.exports.binding_training_options(preset == null ? 0 : scope.text(String(preset)), options));
        return task(options, ({ libraryName }) => scope.text(libraryName));
    });
}

/**
 * The library's, or a preset's.
 * @param {Library} library
 * @param {string | null} [preset]
 * @returns {Required<TrainSettings>}
 */
export function defaultSettings(library, preset) {
    const offered = table(library).filter(({ isMissing }) => !isMissing);
    return withOptions(library, preset, (options, nameOf) => {
        const entries = offered.map((option) => {
            const [number] = library.values(1, 'scrawl_training_get', options, nameOf(option));
            return [option.name, decode(option, number)];
        });
        return /** @type {Required<TrainSettings>} */ (Object.fromEntries(entries));
    });
}

/**
 * @param {Library} library
 * @param {Row} option
 * @param {any} value
 * @param {number} options
 * @param {number} libraryName its address
 */
function set(library, { name, kind, words }, value, options, libraryName) {
    const { scrawl_training_set, binding_training_set_whole } = library.exports;
    if (kind === 'whole') {
        library.check(binding_training_set_whole(options, libraryName, ...wholeHalves(name, value)));
        return;
    }
    const number = kind === 'choice' ? choice(name, value, words)
        : kind === 'switch' ? Number(Boolean(value)) : anyNumber(name, value);
    library.check(scrawl_training_set(options, libraryName, number));
}

/**
 * Refuses what is misspelt, or another call's.
 * @param {Row[]} rows
 * @param {Record<string, any>} given
 */
function assertKnown(rows, given) {
    const isKnown = (/** @type {string} */ name) =>
        Object.hasOwn(BESIDE, name) || name === TEACHER || rows.some((option) => option.name === name);
    const unknown = Object.keys(given).find((name) => given[name] !== undefined && !isKnown(name));
    if (unknown === undefined) return;
    throw new TypeError(`A training has no option "${unknown}". Look its name up in scrawl.d.ts, or leave it out.`);
}

/**
 * Runs a task with the settings, and with the defaults of what they leave open.
 * @template Result
 * @param {Library} library
 * @param {TrainSettings & { preset?: string }} settings
 * @param {(options: number) => Result} task which gets the address of the library's options
 */
export function withSettings(library, settings, task) {
    const given = /** @type {Record<string, any>} */ (settings);
    if (given[TEACHER]) throw failure('UNSUPPORTED', `${TEACHER} isn't built into WebAssembly. Leave it out, or train with the command line.`);
    const rows = table(library);
    assertKnown(rows, given);
    return withOptions(library, settings.preset, (options, nameOf) => {
        for (const option of rows) {
            const value = given[option.name];
            if (value !== undefined) set(library, option, value, options, nameOf(option));
        }
        return task(options);
    });
}
