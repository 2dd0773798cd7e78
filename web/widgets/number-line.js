// The number as text, doubtful digits marked. Knows nothing of where it comes from.

import { element } from '../dom.js';

/** @typedef {{ label: string, doubtful: boolean }} Part */

/** The number is set smaller from so many characters on. */
const LONG = 14;
const MOST_LINES = 3;

/** @param {HTMLElement} line */
export function createNumberLine(line) {
    return {
        /** @param {string} text @param {Part[]} digits in the order of the text */
        show(text, digits) {
            let at = 0;
            const parts = digits.flatMap(({ label, doubtful }) => {
                const from = at;
                const found = text.indexOf(label, at);
                at = found + label.length;
                return [text.slice(from, found), doubtful ? element('span', { class: 'doubtful' }, label) : label];
            });
            line.replaceChildren(...parts, text.slice(at));
            line.normalize();
            line.dataset.lines = String(Math.min(MOST_LINES, text.split('\n').length));
            line.dataset.length = text.length > LONG ? 'long' : 'short';
        },
        get text() {
            return line.textContent ?? '';
        },
    };
}
