// Says what reads the paper while a network is trained and after it, and lets that be changed with one tap.
// Knows its elements, and nothing of models.

import { byId } from '../dom.js';

/** @typedef {'current' | 'other'} Chosen other: the network that is being trained, or was */

export class ReaderChoice {
    #box = byId('train-reader');
    #names = { current: byId('train-reader-current'), other: byId('train-reader-other') };

    /** @param {(chosen: Chosen) => void} onChoose */
    constructor(onChoose) {
        this.#box.addEventListener('change', ({ target }) => {
            onChoose(/** @type {Chosen} */ (/** @type {HTMLInputElement} */ (target).value));
        });
    }

    /** @param {Record<Chosen, string>} names @param {Chosen} chosen */
    show(names, chosen) {
        this.#names.current.textContent = names.current;
        this.#names.other.textContent = names.other;
        this.choose(chosen);
        this.#box.hidden = false;
    }

    /** @param {Chosen} chosen */
    choose(chosen) {
        const input = this.#box.querySelector(`[value="${chosen}"]`);
        /** @type {HTMLInputElement} */ (input).checked = true;
    }

    hide() {
        this.#box.hidden = true;
    }
}
