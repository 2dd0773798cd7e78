// The Result panel: the digits in their order, and for the chosen one its probabilities, the way to it, a correction.
// Knows its widgets; knows neither paper nor engine.

import { IMAGE_SIDE } from '../../../wasm/scrawl-client.js';
import { byId, onSchemeChange } from '../dom.js';
import { createClassChoice } from '../widgets/class-choice.js';
import { createDigitStrip } from '../widgets/digit-strip.js';
import { createFigureList } from '../widgets/figure-list.js';
import { createGreyImage } from '../widgets/grey-image.js';
import { createProbabilityBars } from '../widgets/probability-bars.js';
import { readsTenDigits } from '../ten-digits.js';
import { percent, sentenceOf } from '../words.js';

/** @import { Digit, Reading } from '../../../wasm/scrawl.d.ts' */
/** @import { Figure } from '../widgets/figure-list.js' */
/** @typedef {(digit: Digit, classIndex: number) => void | Promise<void>} OnCorrect keeps what somebody says it is */

/** @param {Digit} digit */
function describe({ confidence, doubtful, besideLeftOut }) {
    const share = `${percent(confidence, 1)} sure.`;
    if (besideLeftOut) return `${share} Ink beside it is hardly like a digit and was left out: look whether it is one.`;
    return doubtful ? `Only ${share} It may be another digit, or none.` : share;
}

/** @param {Digit} digit @param {number} index @param {number} count */
function nameOf({ label, doubtful }, index, count) {
    if (count === 1) return doubtful ? `Perhaps ${label}` : `Read as ${label}`;
    return `Digit ${index + 1} of ${count}: ${doubtful ? `perhaps ${label}` : label}`;
}

/**
 * @typedef {object} ResultListeners
 * @property {(index: number) => void} onChoose
 * @property {() => void} onRegion the figures are to show another part of the picture
 * @property {OnCorrect | undefined} onCorrect
 */

class Result {
    #empty = byId('result-empty');
    #details = byId('details');
    #verdict = byId('verdict');
    #title = byId('verdict-title');
    #text = byId('verdict-text');
    #label = byId('verdict-digit');
    #correction = byId('correction');
    #correctionText = byId('correction-text');
    #invitation = this.#correctionText.textContent ?? '';
    #whole = /** @type {HTMLInputElement} */ (this.#details.querySelector('[name="region"][value="whole"]'));
    #strip;
    #seen = createGreyImage(/** @type {HTMLCanvasElement} */ (byId('seen')));
    #bars = createProbabilityBars(byId('bars'));
    #figures = createFigureList(byId('figures'));
    #classes = createClassChoice(byId('correction-classes'), {
        onChoose: (classIndex) => this.#correct(classIndex),
        describe: (label) => `It is ${label}`,
    });
    #onCorrect;
    /** @type {string[]} */ #labels = [];
    /** @type {Digit | null} */ #current = null;

    /** @param {ResultListeners} listeners */
    constructor({ onChoose, onRegion, onCorrect }) {
        this.#onCorrect = onCorrect;
        this.#strip = createDigitStrip(byId('digits'), { createImage: createGreyImage, onChoose });
        this.#correction.hidden = !onCorrect;
        onSchemeChange(this.#seen.draw);
        for (const input of this.#details.querySelectorAll('[name="region"]')) input.addEventListener('change', onRegion);
    }

    get isWhole() {
        return this.#whole.checked;
    }

    showNothing() {
        this.#current = null;
        this.#empty.hidden = false;
        this.#details.hidden = true;
    }

    /** @param {Reading} reading with at least one digit @param {number} chosen index @param {string[]} names of the classes */
    show(reading, chosen, names) {
        const { digits } = reading;
        this.#labels = names;
        this.#correction.hidden = !this.#onCorrect || !readsTenDigits(names);
        this.#empty.hidden = true;
        this.#details.hidden = false;
        this.#strip.show(digits, chosen);
        this.#showDigit(digits[chosen], chosen, digits.length);
    }

    /** @param {Figure[]} figures */
    showFigures(figures) {
        this.#figures.show(figures);
    }

    /** @param {Digit} digit @param {number} index @param {number} count */
    #showDigit(digit, index, count) {
        const before = this.#current;
        // What was said about another digit says nothing about this one.
        const isOther = !before || digit.input.some((ink, at) => ink !== before.input[at]);
        if (isOther) this.#correctionText.textContent = this.#invitation;
        this.#current = digit;
        this.#verdict.classList.toggle('doubtful', digit.doubtful);
        this.#label.textContent = digit.label;
        this.#title.textContent = nameOf(digit, index, count);
        this.#text.textContent = describe(digit);
        this.#seen.show(digit.input, IMAGE_SIDE, IMAGE_SIDE);
        this.#bars.show(digit.probabilities, digit.digit, this.#labels);
        this.#classes.show(this.#labels, null, digit.digit);
    }

    /** @param {number} classIndex */
    async #correct(classIndex) {
        if (!this.#current || !this.#onCorrect) return;
        try {
            await this.#onCorrect(this.#current, classIndex);
            this.#correctionText.textContent = `Kept as ${this.#labels[classIndex]}. Go to Teach when you have a few.`;
        } catch (error) {
            this.#correctionText.textContent = sentenceOf(error);
        }
    }
}

/** @param {ResultListeners} listeners */
export function createResult(listeners) {
    return new Result(listeners);
}
