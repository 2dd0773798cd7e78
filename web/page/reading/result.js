// The Result panel: the digits in their order, and for the chosen one its probabilities, the way to it, a correction.
// Knows its widgets; knows neither paper nor engine.

import { IMAGE_SIDE } from '../../../wasm/scrawl-client.js';
import { byId, element, keepFocus, onSchemeChange } from '../dom.js';
import { createClassChoice } from '../widgets/class-choice.js';
import { createDigitStrip } from '../widgets/digit-strip.js';
import { createFigureList } from '../widgets/figure-list.js';
import { createGreyImage } from '../widgets/grey-image.js';
import { createProbabilityBars } from '../widgets/probability-bars.js';
import { readsTenDigits } from '../ten-digits.js';
import { percent, sentenceOf } from '../words.js';

/** @import { Digit } from '../../../wasm/scrawl.d.ts' */
/** @import { ShownDigit, ShownReading } from './corrections.js' */
/** @import { Figure } from '../widgets/figure-list.js' */
/** @typedef {(digit: Digit, classIndex: number) => void | Promise<void>} OnCorrect keeps what somebody says it is */

/** @param {ShownDigit} digit @param {string[]} labels */
function describe({ digit, label, confidence, doubtful, besideLeftOut, said }, labels) {
    const share = `${percent(confidence, 1)} sure.`;
    if (said) return labels[digit] === label ? `The network read the same, ${share}` : `The network read ${labels[digit]}, ${share}`;
    if (besideLeftOut) return `${share} Ink beside it is hardly like a digit and was left out: look whether it is one.`;
    return doubtful ? `Only ${share} It may be another digit, or none.` : share;
}

/** @param {ShownDigit} digit @param {number} index @param {number} count @returns {(string | Node)[]} */
function nameOf({ label, doubtful, said }, index, count) {
    // The digit doesn't stand alone on a line.
    const verdict = said ? `You say it is\u00a0${label}` : `${doubtful ? 'Perhaps' : 'Read as'}\u00a0${label}`;
    return count === 1 ? [verdict] : [verdict, element('span', { class: 'place' }, element('span', { class: 'visually-hidden' }, ', '), `digit ${index + 1} of ${count}`)];
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
    #correctionName = byId('correction-name');
    #confirm = byId('correction-confirm');
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
    /** @type {ShownDigit | null} */ #current = null;

    /** @param {ResultListeners} listeners */
    constructor({ onChoose, onRegion, onCorrect }) {
        this.#onCorrect = onCorrect;
        this.#strip = createDigitStrip(byId('digits'), { createImage: createGreyImage, onChoose });
        this.#correction.hidden = !onCorrect;
        this.#confirm.addEventListener('click', () => this.#correct(this.#current?.digit ?? 0));
        onSchemeChange(this.#seen.draw);
        for (const input of this.#details.querySelectorAll('[name="region"]')) input.addEventListener('change', onRegion);
    }

    get isWhole() {
        return this.#whole.checked;
    }

    /** @param {boolean} isDigitless what lies there holds no digit; else there is nothing */
    showNothing(isDigitless) {
        this.#current = null;
        byId('result-empty-name').textContent = isDigitless ? 'No digit here' : 'Nothing to read yet';
        this.#empty.hidden = false;
        this.#details.hidden = true;
    }

    /** @param {ShownReading} reading with at least one digit @param {number} chosen index @param {string[]} names of the classes */
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

    /** @param {ShownDigit} digit @param {number} index @param {number} count */
    #showDigit(digit, index, count) {
        const before = this.#current;
        // What was said about another digit says nothing about this one.
        const isOther = !before || digit.input.some((ink, at) => ink !== before.input[at]);
        if (isOther) this.#correctionText.textContent = this.#invitation;
        this.#current = digit;
        this.#verdict.classList.toggle('doubtful', digit.doubtful);
        this.#label.textContent = digit.label;
        this.#title.replaceChildren(...nameOf(digit, index, count));
        this.#text.textContent = describe(digit, this.#labels);
        this.#seen.show(digit.input, IMAGE_SIDE, IMAGE_SIDE);
        this.#bars.show(digit.probabilities, digit.digit, this.#labels);
        this.#showCorrection(digit);
    }

    /** What was read without a doubt needs no word; all else can be said, and said anew. @param {ShownDigit} digit */
    #showCorrection({ digit, label, doubtful, said }) {
        const isSure = !doubtful && !said;
        this.#correctionName.textContent = doubtful ? 'Not sure. Say what it is' : 'Read wrongly? Say what it is';
        this.#confirm.hidden = !doubtful;
        this.#confirm.textContent = `Yes, it is ${label}`;
        this.#classes.show(this.#labels, said ? this.#labels.indexOf(label) : null, isSure ? digit : null);
    }

    /** @param {number} classIndex */
    async #correct(classIndex) {
        if (!this.#current || !this.#onCorrect) return;
        try {
            const kept = this.#onCorrect(this.#current, classIndex);
            // The button that confirms is gone by now.
            keepFocus(/** @type {HTMLElement} */ (byId('correction-classes').children[classIndex]));
            await kept;
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
