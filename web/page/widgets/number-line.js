// The number as text, doubtful digits marked. Knows nothing of where it comes from.

import { element } from '../dom.js';

/** @typedef {{ label: string, doubtful: boolean }} Part */

const MOST_LINES = 3;

/** @param {HTMLElement} line */
export function createNumberLine(line) {
    return {
        /** @param {string} text @param {Part[]} digits in the order of the text */
        show(text, digits) {
            const before = line.textContent ?? '';
            const hasGrown = before !== '' && text.startsWith(before) && text.includes('\n');
            let at = 0;
            const parts = digits.flatMap(({ label, doubtful }) => {
                const from = at;
                const found = text.indexOf(label, at);
                at = found + label.length;
                return [text.slice(from, found), doubtful ? element('span', { class: 'doubtful' }, label) : label];
            });
            line.replaceChildren(...parts, text.slice(at));
            line.normalize();
            const lines = text.split('\n');
            line.dataset.lines = String(Math.min(MOST_LINES, lines.length));
            // The style sheet chooses a size in which they fit.
            line.style.setProperty('--characters', String(Math.max(...lines.map(({ length }) => length))));
            // Who writes line after line sees the last one; a picture's are read from the first.
            if (hasGrown) line.scrollTop = line.scrollHeight;
        },
        get text() {
            return line.textContent ?? '';
        },
    };
}
