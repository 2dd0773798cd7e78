// What is wrong with a field's value. The input inside knows required and pattern, and says so in the browser's language;
// lengths it judges only where it was typed into, so they are judged here. Knows no events.

/** @import { FieldWords } from './scrawl-field.d.ts' */
/** @import { Sheet } from './sheet.js' */
/**
 * @typedef {object} Judged
 * @property {HTMLInputElement} input with the same value, required and pattern
 * @property {Sheet} sheet
 * @property {boolean} isEdited somebody wrote or typed it
 * @property {number} least characters; -1: any number
 * @property {number} most
 * @property {string} custom what the page found
 * @property {boolean} hasFailed what is written can't be read
 * @property {string} hint what the page says about the pattern
 * @property {FieldWords} words
 */

/** @param {Judged} judged @returns {{ flags: ValidityStateFlags, message: string }} no flags: nothing is wrong */
export function judge({ input, sheet, isEdited, least, most, custom, hasFailed, hint, words }) {
    const { value, doubts, isRead } = sheet;
    const { valueMissing, patternMismatch } = input.validity;
    const isCounted = isEdited && value !== '';
    const tooShort = isCounted && value.length < least;
    const tooLong = isCounted && most >= 0 && value.length > most;
    const flags = { customError: Boolean(custom || !isRead || doubts.length), valueMissing, patternMismatch, tooShort, tooLong };
    if (!Object.values(flags).includes(true)) return { flags: {}, message: '' };
    /** The first is said. @type {[unknown, () => string][]} */
    const causes = [
        [custom, () => custom],
        [!isRead, () => (hasFailed ? words.failed : words.reading)],
        [valueMissing, () => input.validationMessage],
        [tooShort, () => words.tooShort(least, value.length)],
        [tooLong, () => words.tooLong(most, value.length)],
        [patternMismatch, () => `${input.validationMessage} ${hint}`.trim()],
        [true, () => words.doubt(doubts.map(({ label }) => label))],
    ];
    return { flags, message: causes.find(([isCause]) => isCause)?.[1]() ?? '' };
}
