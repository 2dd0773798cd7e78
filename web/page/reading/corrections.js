// What somebody said that digits are: a reading as it stands corrected. A digit is known again by what the network saw of
// it and where, however often its paper is read. Knows no elements.

import { readsTenDigits } from '../ten-digits.js';

/** @import { Digit, Reading } from '../../../wasm/scrawl.d.ts' */
/** @import { PictureItem } from './desk.js' */
/**
 * @typedef {Digit & { said?: boolean }} ShownDigit said: its label is what somebody said; digit, confidence and
 *     probabilities stay the network's
 */
/** @typedef {Omit<Reading, 'digits'> & { digits: ShownDigit[] }} ShownReading */
/** @typedef {{ digit: Digit, label: string }} Correction */

/** @param {Digit} one @param {Digit} other */
function isSame(one, other) {
    return one.x === other.x && one.y === other.y && one.input.every((ink, index) => ink === other.input[index]);
}

/** @param {string} text with the labels in their order @param {ShownDigit[]} digits @param {ShownDigit[]} corrected */
function correctedText(text, digits, corrected) {
    let [written, at] = ['', 0];
    digits.forEach(({ label }, index) => {
        const from = text.indexOf(label, at);
        written += text.slice(at, from) + corrected[index].label;
        at = from + label.length;
    });
    return written + text.slice(at);
}

export class Corrections {
    /** Of the drawing, … @type {Correction[]} */ #ofDrawing = [];
    /** … and of pictures, as long as they are open. @type {WeakMap<PictureItem, Correction[]>} */ #ofPictures = new WeakMap();

    forget() {
        this.#ofDrawing = [];
        this.#ofPictures = new WeakMap();
    }

    /** @param {PictureItem | null} picture null: the drawing */
    #of(picture) {
        return (picture ? this.#ofPictures.get(picture) : this.#ofDrawing) ?? [];
    }

    /** The last that was said of a digit holds. @param {PictureItem | null} picture null: the drawing @param {Digit} digit @param {string} label */
    add(picture, digit, label) {
        const all = [...this.#of(picture).filter((known) => !isSame(known.digit, digit)), { digit, label }];
        if (picture) this.#ofPictures.set(picture, all);
        else this.#ofDrawing = all;
    }

    /**
     * @param {PictureItem | null} picture null: the drawing
     * @param {Reading} reading
     * @param {string[]} labels of the network that read it
     * @returns {ShownReading}
     */
    applied(picture, reading, labels) {
        const known = this.#of(picture);
        if (!known.length || !readsTenDigits(labels)) return reading;
        const digits = reading.digits.map((digit) => {
            const found = known.find((correction) => isSame(correction.digit, digit));
            return found ? { ...digit, label: found.label, doubtful: false, besideLeftOut: false, said: true } : digit;
        });
        return { ...reading, text: correctedText(reading.text, reading.digits, digits), digits };
    }
}
