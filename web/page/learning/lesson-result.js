// What a lesson brought: shares that are read correctly before and after it. Knows its elements, and nothing of lessons.

import { byId } from '../dom.js';
import { percent, whole } from '../words.js';
import { createBeforeAfter } from '../widgets/before-after.js';

/** @typedef {{ own: number, check: number }} Marks shares that are read correctly */
/**
 * @typedef {object} Taught
 * @property {Marks} before
 * @property {Marks} after
 * @property {number} count of the visitor's digits
 * @property {number} checkCount of the check images
 * @property {number} seconds
 */

/** More is worth a word, as a share of the check images. */
const NOTABLE_LOSS = 0.005;

export class LessonResult {
    #box = byId('teach-result');
    #text = byId('teach-text');
    #beforeAfter = createBeforeAfter(byId('teach-compare'));

    hide() {
        this.#box.hidden = true;
    }

    /** @param {Taught} taught @returns {string} what to say aloud */
    show({ before, after, count, checkCount, seconds }) {
        const own = (/** @type {number} */ share) => `${Math.round(share * count)} of ${count}`;
        this.#beforeAfter.show([
            { name: 'Your digits', before: before.own, after: after.own, beforeText: own(before.own), afterText: own(after.own) },
            {
                name: `${whole(checkCount)} of MNIST’s test images`,
                before: before.check,
                after: after.check,
                beforeText: percent(before.check, 1),
                afterText: percent(after.check, 1),
            },
        ]);
        const lost = before.check - after.check;
        const sentence = lost > NOTABLE_LOSS
            ? 'It forgot some of what it knew: look whether all your digits have the right label, or take it back.'
            : 'It reads with what it learnt from now on.';
        this.#text.textContent = `Learnt in ${seconds.toFixed(1)} s, together with images that it knew. ${sentence}`;
        this.#box.hidden = false;
        return `Of your digits it read ${own(before.own)} before and reads ${own(after.own)} now.`;
    }
}
