// A row of buttons, one for each class. Knows nothing of why one is chosen.

import { element } from '../dom.js';

/**
 * @param {HTMLElement} row
 * @param {object} parts
 * @param {(classIndex: number) => void} parts.onChoose
 * @param {(label: string) => string} parts.describe what a button says to those who hear it
 */
export function createClassChoice(row, { onChoose, describe }) {
    /** @type {string[]} */
    let shown = [];

    return {
        /**
         * @param {string[]} labels
         * @param {number | null} pressed the class whose button is pressed
         * @param {number | null} [left] out: a class that can't be chosen
         */
        show(labels, pressed, left = null) {
            if (labels.join('\n') !== shown.join('\n')) {
                shown = [...labels];
                row.replaceChildren(...labels.map((label, index) => {
                    const attributes = { type: 'button', class: 'button small data', 'aria-label': describe(label) };
                    const button = element('button', attributes, label);
                    button.addEventListener('click', () => onChoose(index));
                    return button;
                }));
            }
            [...row.children].forEach((button, index) => {
                /** @type {HTMLButtonElement} */ (button).disabled = index === left;
                if (pressed === null) button.removeAttribute('aria-pressed');
                else button.setAttribute('aria-pressed', String(index === pressed));
            });
        },
    };
}
