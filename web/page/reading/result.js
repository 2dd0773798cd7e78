// The Result panel: the digits in their order, and for the chosen one its probabilities, the way to it, a correction.
// Knows its widgets; knows neither paper nor engine.

import { byId, onSchemeChange } from '../dom.js';
import { createClassChoice } from '../widgets/class-choice.js';
import { createDigitStrip } from '../widgets/digit-strip.js';
import { createFigureList } from '../widgets/figure-list.js';
import { createGreyImage } from '../widgets/grey-image.js';
import { createProbabilityBars } from '../widgets/probability-bars.js';
import { readsTenDigits } from '../ten-digits.js';

/** @import { Digit, Reading } from '../../../wasm/scrawl.d.ts' */
/** @import { Figure } from '../widgets/figure-list.js' */
/** @typedef {(digit: Digit, classIndex: number) => void | Promise<void>} OnCorrect keeps what somebody says it is */

const INPUT_SIDE = 28;

/** @param {Digit} digit */
function describe({ confidence, doubtful }) {
    const share = `${(confidence * 100).toFixed(1)} % sure.`;
    return doubtful ? `Only ${share} It may be another digit, or none.` : share;
}

/** @param {Digit} digit @param {number} index @param {number} count */
function nameOf({ label, doubtful }, index, count) {
    if (count === 1) return doubtful ? `Perhaps ${label}` : `Read as ${label}`;
    return `Digit ${index + 1} of ${count}: ${doubtful ? `perhaps ${label}` : label}`;
}

/**
 * Before which digits a new line begins.
 * @param {Reading} reading
 */
export function lineBreaks({ text, digits }) {
    let at = 0;
    return digits.map(({ label }) => {
        const found = text.indexOf(label, at);
        const isBreak = text.slice(at, found).includes('\n');
        at = found + label.length;
        return isBreak;
    });
}

/**
 * @param {object} listeners
 * @param {(index: number) => void} listeners.onChoose
 * @param {() => void} listeners.onRegion the stages are to show another part of the picture
 * @param {OnCorrect | undefined} listeners.onCorrect
 */
export function createResult({ onChoose, onRegion, onCorrect }) {
    const [empty, details, verdict, title, text, figure, correction, correctionText] = ['result-empty', 'details', 'verdict', 'verdict-title',
        'verdict-text', 'verdict-digit', 'correction', 'correction-text'].map((id) => byId(id));
    const whole = /** @type {HTMLInputElement} */ (details.querySelector('[name="region"][value="whole"]'));
    const strip = createDigitStrip(byId('digits'), { createImage: createGreyImage, onChoose });
    const seen = createGreyImage(/** @type {HTMLCanvasElement} */ (byId('seen')));
    const bars = createProbabilityBars(byId('bars'));
    const figures = createFigureList(byId('figures'));
    const classes = createClassChoice(byId('correction-classes'), { onChoose: correct, describe: (label) => `It is ${label}` });
    const invitation = correctionText.textContent ?? '';
    /** @type {string[]} */
    let labels = [];
    /** @type {Digit | null} */
    let current = null;

    onSchemeChange(seen.draw);
    correction.hidden = !onCorrect;
    for (const input of details.querySelectorAll('[name="region"]')) input.addEventListener('change', onRegion);

    /** @param {number} classIndex */
    async function correct(classIndex) {
        if (!current || !onCorrect) return;
        const corrected = current;
        try {
            await onCorrect(corrected, classIndex);
            correctionText.textContent = `Kept as ${labels[classIndex]}. Go to Teach when you have a few.`;
        } catch (error) {
            correctionText.textContent = /** @type {Error} */ (error).message;
        }
    }

    /** @param {Digit} digit @param {number} index @param {number} count */
    function showDigit(digit, index, count) {
        // What was said about another digit says nothing about this one.
        if (!current || digit.input.some((ink, at) => ink !== current?.input[at])) correctionText.textContent = invitation;
        current = digit;
        verdict.classList.toggle('doubtful', digit.doubtful);
        figure.textContent = digit.label;
        title.textContent = nameOf(digit, index, count);
        text.textContent = describe(digit);
        seen.show(digit.input, INPUT_SIDE, INPUT_SIDE);
        bars.show(digit.probabilities, digit.digit, labels);
        classes.show(labels, null, digit.digit);
    }

    return {
        get isWhole() {
            return whole.checked;
        },
        showNothing() {
            current = null;
            empty.hidden = false;
            details.hidden = true;
        },
        /** @param {Reading} reading with at least one digit @param {number} chosen index @param {string[]} names of the classes */
        show(reading, chosen, names) {
            const { digits } = reading;
            labels = names;
            correction.hidden = !onCorrect || !readsTenDigits(names);
            empty.hidden = true;
            details.hidden = false;
            strip.show(digits, lineBreaks(reading), chosen);
            showDigit(digits[chosen], chosen, digits.length);
        },
        /** @param {Figure[]} stages */
        showStages: (stages) => figures.show(stages),
    };
}
