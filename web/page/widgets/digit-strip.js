// The digits that were read, as the network saw them, in reading order: one of them is chosen.

import { IMAGE_SIDE } from '../../../wasm/scrawl-client.js';
import { element, onSchemeChange } from '../dom.js';
import { markChosen, watchArrows } from '../roving.js';
import { percent } from '../words.js';

/** @import { Digit } from '../../../wasm/scrawl.d.ts' */
/** @typedef {Digit & { said?: boolean }} ListedDigit said: somebody said what it is */
/** @typedef {{ draw: () => void, show: (values: Uint8Array, width: number, height: number) => void }} GreyImage */
/** @typedef {{ button: HTMLButtonElement, lineBreak: HTMLElement, image: GreyImage, label: HTMLElement, share: HTMLElement }} Chip */

/**
 * @param {HTMLElement} strip with role="radiogroup"
 * @param {object} parts
 * @param {(canvas: HTMLCanvasElement) => GreyImage} parts.createImage
 * @param {(index: number) => void} parts.onChoose
 */
export function createDigitStrip(strip, { createImage, onChoose }) {
    /** @type {Chip[]} */
    const chips = [];
    watchArrows(strip, '[role="radio"]', onChoose);
    // One for all chips: these come and go.
    onSchemeChange(() => chips.forEach(({ image }) => image.draw()));

    /** @param {number} index @returns {Chip} */
    function add(index) {
        const canvas = element('canvas', { class: 'pixels', 'aria-hidden': 'true' });
        const label = element('span', { class: 'data name' });
        const share = element('span', { class: 'data share' });
        const button = element('button', { type: 'button', role: 'radio', class: 'chip' }, canvas, label, share);
        button.addEventListener('click', () => onChoose(index));
        const lineBreak = element('span', { class: 'line-break', 'aria-hidden': 'true' });
        strip.append(lineBreak, button);
        return { button, lineBreak, image: createImage(canvas), label, share };
    }

    return {
        /**
         * @param {ListedDigit[]} digits
         * @param {number} chosen index
         */
        show(digits, chosen) {
            for (const { button, lineBreak } of chips.splice(digits.length)) {
                button.remove();
                lineBreak.remove();
            }
            digits.forEach(({ label, confidence, doubtful, input, line, said }, index) => {
                const chip = (chips[index] ??= add(index));
                chip.button.classList.toggle('doubtful', doubtful);
                chip.lineBreak.hidden = index === 0 || line === digits[index - 1].line;
                const share = said ? 'yours' : percent(confidence, 0);
                chip.button.setAttribute('aria-label', `${label}, ${said ? 'as you say' : share}${doubtful ? ', not sure' : ''}, ${index + 1} of ${digits.length}`);
                chip.image.show(input, IMAGE_SIDE, IMAGE_SIDE);
                chip.label.textContent = doubtful ? `${label}?` : label;
                chip.share.textContent = share;
            });
            markChosen(chips.map(({ button }) => button), chosen, 'aria-checked');
        },
    };
}
