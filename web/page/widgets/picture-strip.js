// The opened pictures and the drawing, small, with what was read in them, to switch between. Opens nothing itself.

import { element } from '../dom.js';
import { markChosen, watchArrows } from '../roving.js';

/**
 * @typedef {object} StripItem
 * @property {string} name
 * @property {string} text what was read, or ''
 * @property {boolean} doubtful
 * @property {HTMLCanvasElement | null} thumbnail
 */

/** Of the chosen one's outline, left free beside it, in CSS pixels. */
const MARGIN = 4;

/**
 * @param {HTMLElement} strip with role="radiogroup"
 * @param {{ onChoose: (index: number) => void }} listeners
 */
export function createPictureStrip(strip, { onChoose }) {
    watchArrows(strip, '[role="radio"]', onChoose);
    let shown = -1;

    /** Scrolls the strip alone: the page may be read further below. @param {HTMLElement} node */
    function reveal(node) {
        const [frame, { left, right }] = [strip, node].map((each) => each.getBoundingClientRect());
        strip.scrollLeft += Math.min(0, left - MARGIN - frame.left) + Math.max(0, right + MARGIN - frame.right);
    }

    /** @param {StripItem} item @param {number} index */
    function button({ name, text, doubtful, thumbnail }, index) {
        const image = element('span', { class: 'thumbnail', 'aria-hidden': 'true' }, ...(thumbnail ? [thumbnail] : []));
        const read = element('span', { class: doubtful ? 'data doubtful' : 'data' }, text.replaceAll('\n', ' ') || '–');
        const node = element('button', { type: 'button', role: 'radio', title: name }, image,
            element('span', { class: 'name' }, name), read);
        node.addEventListener('click', () => onChoose(index));
        return node;
    }

    return {
        /** @param {StripItem[]} items @param {number} chosen index */
        show(items, chosen) {
            const hasFocus = strip.contains(document.activeElement);
            const buttons = items.map(button);
            strip.replaceChildren(...buttons);
            markChosen(buttons, chosen, 'aria-checked');
            if (hasFocus) buttons[chosen]?.focus({ preventScroll: true });
            if (chosen !== shown && buttons[chosen]) reveal(buttons[chosen]);
            shown = chosen;
        },
    };
}
