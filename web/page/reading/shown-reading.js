// A reading on the page: its number, the boxes on what was read, the chosen digit and how the library came to it.
// Knows the widgets that show it; knows neither the worker nor how anything is opened or read.

import { byId } from '../dom.js';
import { explanationFigures, strokeFigures } from './explanation-figures.js';
import { createInside } from './inside.js';
import { createResult } from './result.js';
import { createBoxes } from '../paper/boxes.js';
import { isOnInk } from '../paper/ink.js';

/** @import { Desk, PictureItem } from './desk.js' */
/** @import { ReadingEngine } from '../engine.js' */
/** @import { Corrections, ShownReading as Corrected } from './corrections.js' */
/** @import { OnCorrect } from './result.js' */
/** @import { InkStroke } from '../paper/ink.js' */
/** @import { Digit, Reading } from '../../../wasm/scrawl.d.ts' */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ engine: ReadingEngine, training: boolean }} Source what read it, and whether with a training's weights */
/**
 * @typedef {object} Surroundings
 * @property {Desk} desk
 * @property {ReturnType<typeof import('../paper/drawing-pad.js').createDrawingPad>} pad
 * @property {ReturnType<typeof import('./readout.js').createReadout>} readout
 * @property {(picture: PictureItem) => Promise<Reading['explanation']>} readExplanation undefined: it can't be done now
 * @property {Corrections} corrections
 * @property {() => void} onCorrected another reading stands there
 * @property {(name: string) => void} showPanel
 * @property {OnCorrect} [onCorrect]
 */

/** @param {Digit} digit @param {Point} point */
function distance({ x, y, width, height }, point) {
    return Math.hypot(Math.max(x - point.x, 0, point.x - x - width), Math.max(y - point.y, 0, point.y - y - height));
}

/** Of a stroke, that lies in a digit's box where it is a part of it. */
const OWN_SHARE = 0.5;
/** In parts of a digit's height: what is smaller and farther from its ink is a point beside it. */
const POINT_SIZE = 0.16;
const POINT_GAP = 0.06;

/** @param {InkStroke} stroke @param {Digit} digit */
function liesIn({ points }, digit) {
    return points.filter((place) => distance(digit, place) === 0).length >= OWN_SHARE * points.length;
}

/** @param {InkStroke} stroke in the box of a digit, as a point under a 7's bar is @param {Digit} digit @param {InkStroke[]} ink */
function isPoint(stroke, digit, ink) {
    const [{ x, y }, ...others] = stroke.points;
    const isSmall = others.every((place) => Math.hypot(place.x - x, place.y - y) < POINT_SIZE * digit.height);
    const own = ink.filter((other) => other !== stroke && liesIn(other, digit));
    return isSmall && own.length > 0 && !isOnInk(own, { x, y }, stroke.width + POINT_GAP * digit.height);
}

/** How many strokes are part of no digit: points, commas, signs, lines. @param {InkStroke[]} ink @param {Digit[]} digits */
function marksOf(ink, digits) {
    return ink.filter((stroke) => {
        const digit = digits.find((one) => liesIn(stroke, one));
        return !digit || isPoint(stroke, digit, ink);
    }).length;
}

/** How far from a digit's ink a tap still means it: in CSS pixels, and in parts of its height. */
const TAP_MARGIN = 3;
const TAP_SHARE = 0.08;

export class ShownReading {
    /** The digit that is nearest to it is chosen. @type {Point | null} */ focus = null;
    /** With a digit at least. @type {Reading | null} */ #reading = null;
    /** The same with what somebody said. @type {Corrected | null} */ #corrected = null;
    /** @type {Source | null} */ #source = null;
    #chosen = 0;
    #panel = 'result';

    /** @param {Surroundings} surroundings */
    constructor({ desk, pad, readout, corrections, readExplanation, onCorrected, showPanel, onCorrect }) {
        this.desk = desk;
        this.pad = pad;
        this.readout = readout;
        this.corrections = corrections;
        this.readExplanation = readExplanation;
        this.onCorrected = onCorrected;
        this.showPanel = showPanel;
        this.boxes = createBoxes(/** @type {SVGElement} */ (/** @type {unknown} */ (byId('boxes'))));
        this.result = createResult({
            onChoose: (index) => this.#choose(index),
            onRegion: () => this.#showFigures(),
            onCorrect: onCorrect && ((digit, classIndex) => this.#correct(onCorrect, digit, classIndex)),
        });
        this.inside = createInside();
    }

    /** @param {boolean} [isDigitless] what lies there has been read, and holds no digit */
    clear(isDigitless = false) {
        this.#reading = null;
        this.#corrected = null;
        this.readout.forget();
        this.boxes.clear();
        this.result.showNothing(isDigitless);
        this.inside.showNothing();
    }

    /** @param {Reading} reading with a digit at least @param {Source} source */
    show(reading, source) {
        this.#reading = reading;
        this.#source = source;
        this.#chosen = this.#nearest(reading.digits);
        this.#showCorrected();
    }

    #showCorrected() {
        const [reading, source] = [this.#reading, this.#source];
        if (!reading || !source) return;
        this.#corrected = this.corrections.applied(this.desk.top, reading, source.engine.client.labels);
        this.readout.show(this.#corrected, this.desk.top || this.pad.isWriting ? 0 : marksOf(this.pad.ink, reading.digits));
        this.#showChosen();
    }

    /** What somebody says holds at once, whether or not it can be kept. @type {(onCorrect: OnCorrect, ...said: Parameters<OnCorrect>) => ReturnType<OnCorrect>} */
    #correct(onCorrect, digit, classIndex) {
        const label = this.#source?.engine.client.labels[classIndex] ?? String(classIndex);
        this.corrections.add(this.desk.top, digit, label);
        this.#showCorrected();
        this.onCorrected();
        return onCorrect(digit, classIndex);
    }

    /** @param {string} name of the panel that came to light */
    panelShown(name) {
        this.#panel = name;
        this.#showChosen();
    }

    /** @param {number} step */
    chooseNext(step) {
        const count = this.#reading?.digits.length ?? 0;
        if (count) this.#choose((this.#chosen + step + count) % count);
    }

    /**
     * What a tap on the paper chooses: the digit whose ink is there, or around it. Beside it, below a 7's bar for one, a
     * point may be meant.
     * @param {Point} point @returns {(() => void) | null} null: there is none
     */
    tapOnPaper(point) {
        const { penWidth, view: { scale }, ink } = this.pad;
        const margin = penWidth / 2 + TAP_MARGIN / scale;
        const digits = this.#reading?.digits ?? [];
        const index = digits.findIndex((digit) => distance(digit, point) <= margin
            && isOnInk(ink.filter(({ points }) => points.some((place) => distance(digit, place) === 0)), point, margin + TAP_SHARE * digit.height));
        return index < 0 ? null : () => this.#chooseTapped(index);
    }

    /** @param {number} x in parts of the picture's width @param {number} y in parts of its height */
    tapPicture(x, y) {
        const reading = this.#reading;
        const index = reading ? this.#indexAt({ x: x * reading.width, y: y * reading.height }) : -1;
        if (index >= 0) this.#chooseTapped(index);
    }

    /** @param {number} index */
    #chooseTapped(index) {
        this.#choose(index);
        if (this.#panel !== 'inside') this.showPanel('result');
    }

    /** @param {number} index */
    #choose(index) {
        const digit = this.#reading?.digits[index];
        if (!digit) return;
        this.focus = { x: digit.x + digit.width / 2, y: digit.y + digit.height / 2 };
        this.#chosen = index;
        this.#showChosen();
    }

    /** @param {Point} point @returns {number} -1 where there is no digit */
    #indexAt(point) {
        return this.#reading?.digits.findIndex((digit) => distance(digit, point) === 0) ?? -1;
    }

    /** @param {Digit[]} digits */
    #nearest(digits) {
        const focus = this.focus;
        if (!focus) return 0;
        const distances = digits.map((digit) => distance(digit, focus));
        return distances.indexOf(Math.min(...distances));
    }

    #showChosen() {
        const [reading, source] = [this.#corrected, this.#source];
        if (!reading || !source) return;
        const size = this.desk.top ? reading : this.pad.view;
        this.boxes.show(reading.digits, size, this.#chosen);
        this.result.show(reading, this.#chosen, source.engine.client.labels);
        if (this.#panel === 'inside') this.inside.show({ ...source, digit: reading.digits[this.#chosen] });
        // The pen comes first: how a digit was found is shown when it is lifted.
        if (this.#panel === 'result' && !this.pad.isWriting) this.#showFigures();
    }

    async #showFigures() {
        const [reading, picture] = [this.#reading, this.desk.top];
        if (!reading) return;
        const digit = reading.digits[this.#chosen];
        const { isWhole } = this.result;
        if (!picture) {
            const { width, height } = this.pad.view;
            const paper = { x: 0, y: 0, width, height };
            this.result.showFigures(strokeFigures({ ink: this.pad.ink, digits: reading.digits, digit, paper, isWhole }));
            return;
        }
        const explanation = reading.explanation ?? await this.readExplanation(picture);
        if (!explanation || reading !== this.#reading) return;
        // They are large, so only those of the picture on top are kept, with its reading.
        reading.explanation = explanation;
        if (digit !== reading.digits[this.#chosen]) return;
        this.result.showFigures(explanationFigures({ reading, explanation, digit, bitmap: picture.opened?.bitmap ?? null, isWhole }));
    }
}
