// What a field says: sentences, which a page may replace by those of its language. Knows no elements.

/** @import { FieldWords } from './scrawl-field.d.ts' */

/** @param {string[]} labels */
function listed(labels) {
    const quoted = labels.map((label) => `“${label}”`);
    return quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} and ${quoted[quoted.length - 1]}` : quoted[0];
}

/** @type {FieldWords} */
export const WORDS = {
    write: 'Write here',
    type: 'or type',
    undo: 'Undo the last stroke',
    clear: 'Clear',
    confirm: 'Confirm',
    read: (value) => `It reads ${[...value].join(' ')}.`,
    doubt: (labels) => `${listed(labels)} ${labels.length > 1 ? 'are' : 'is'} hard to read. Correct it or confirm.`,
    nothing: 'No digit is found there. Write larger, or clear it.',
    reading: 'The writing is still being read. Wait a moment.',
    failed: 'Handwriting can’t be read now. Type instead, or write on to try again.',
    tooShort: (least, length) => `Use at least ${least} characters: there are ${length}.`,
    tooLong: (most, length) => `Use at most ${most} characters: there are ${length}.`,
};
