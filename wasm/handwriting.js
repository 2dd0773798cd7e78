// Scrawl in the shape of the Handwriting Recognition API (wicg.github.io/handwriting-recognition), described in
// handwriting.d.ts: what is written for a browser's recognizer reads digits with Scrawl. Knows strokes and readings of the
// public API, and nothing of the module.

import { createScrawl } from './scrawl.js';

/** @import { Digit } from './scrawl.d.ts' */
/** @import { HandwritingDrawingSegment, HandwritingHints, HandwritingModelConstraint, HandwritingPoint, HandwritingPrediction,
 *     HandwritingRecognizerQueryResult, StrokeReader } from './handwriting.d.ts' */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Bounds */
/** @typedef {{ index: number, points: Float64Array, bounds: Bounds }} Written a stroke of the drawing: x, y, x, y, … */
/** @typedef {{ ranks: number[], from: number, likelihood: number }} Choice of a class for each digit, by rank; the last one changed */

/**
 * Digits alone are no language: who asks for one expects its letters too. Private tags after "no linguistic content" are how
 * recognizers of anything else are named.
 */
const LANGUAGE = 'zxx-x-digits';

const DEFAULT_ALTERNATIVES = 3;
const MOST_ALTERNATIVES = 100;

/** The drawing's larger side in the units of its reading, whose boxes are in whole units: a power of two, as all scales. */
const SIDE_BITS = 14;

/** So many combinations of strokes are tried for a digit with others' strokes in its box. */
const MOST_TRIALS = 40;
/** Two renderings of the same strokes may differ by so many grey levels. */
const SAME_GREY = 2;

/** @param {unknown} value @returns {value is object} */
function isObject(value) {
    return typeof value === 'object' ? value !== null : typeof value === 'function';
}

/** As a dictionary of Web IDL. @param {unknown} value @param {string} name @returns {Record<string, unknown>} */
function dictionary(value, name) {
    if (value === undefined || value === null) return {};
    if (!isObject(value)) throw new TypeError(`${name} must be an object, not ${value}.`);
    return /** @type {Record<string, unknown>} */ (value);
}

/** @param {unknown} constraint @returns {string[]} */
function languagesOf(constraint) {
    const { languages } = dictionary(constraint, 'The constraint');
    const iterable = /** @type {Iterable<unknown>} */ (languages);
    if (isObject(languages) && Symbol.iterator in languages) return Array.from(iterable, String);
    throw new TypeError(`The constraint needs languages, a list of tags such as ['${LANGUAGE}'].`);
}

/** @param {string[]} languages */
function isSatisfied(languages) {
    return languages.length > 0 && languages.every((tag) => tag.toLowerCase() === LANGUAGE);
}

/** @param {string} sentence @param {string} name @param {unknown} [cause] */
function exception(sentence, name, cause) {
    return Object.assign(new DOMException(sentence, name), cause === undefined ? {} : { cause });
}

function finished() {
    return exception('This recognizer is finished. Create another one.', 'InvalidStateError');
}

// ---- Strokes ----

/** @param {Record<string, unknown>} point @param {'x' | 'y' | 't'} name */
function coordinate(point, name) {
    const value = point[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new TypeError(`A point's ${name} must be a finite number, not ${String(value)}.`);
}

export class HandwritingStroke {
    /** @type {HandwritingPoint[]} */ #points = [];

    /** @param {HandwritingPoint} point */
    addPoint(point) {
        const given = dictionary(point, 'A point');
        const time = given.t === undefined ? {} : { t: coordinate(given, 't') };
        this.#points.push({ x: coordinate(given, 'x'), y: coordinate(given, 'y'), ...time });
    }

    getPoints() {
        return this.#points.map((point) => ({ ...point }));
    }

    clear() {
        this.#points = [];
    }
}

/** @param {unknown} stroke */
function assertStroke(stroke) {
    if (!(stroke instanceof HandwritingStroke)) throw new TypeError('A stroke must be a HandwritingStroke.');
}

/** @param {Bounds[]} parts @returns {Bounds} */
function united(parts) {
    return {
        left: Math.min(...parts.map(({ left }) => left)),
        top: Math.min(...parts.map(({ top }) => top)),
        right: Math.max(...parts.map(({ right }) => right)),
        bottom: Math.max(...parts.map(({ bottom }) => bottom)),
    };
}

/** @param {HandwritingPoint[]} points @returns {Bounds} */
function boundsOf(points) {
    const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const { x, y } of points) {
        bounds.left = Math.min(bounds.left, x);
        bounds.top = Math.min(bounds.top, y);
        bounds.right = Math.max(bounds.right, x);
        bounds.bottom = Math.max(bounds.bottom, y);
    }
    return bounds;
}

/**
 * The drawing as it is now, moved and scaled: whatever units it has, boxes of a reading say where its digits are.
 * @param {HandwritingStroke[]} strokes
 * @returns {Written[]} without empty strokes
 */
function writtenStrokes(strokes) {
    const drawn = strokes.map((stroke, index) => ({ index, points: stroke.getPoints() })).filter(({ points }) => points.length);
    const { left, top, right, bottom } = united(drawn.map(({ points }) => boundsOf(points)));
    const side = Math.max(right - left, bottom - top);
    const scale = side > 0 ? 2 ** (SIDE_BITS - Math.ceil(Math.log2(side))) : 1;
    return drawn.map(({ index, points }) => {
        const moved = points.map(({ x, y }) => ({ x: Math.fround((x - left) * scale), y: Math.fround((y - top) * scale) }));
        return { index, points: Float64Array.from(moved.flatMap(({ x, y }) => [x, y])), bounds: boundsOf(moved) };
    });
}

// ---- Which strokes are which digit ----

/** @param {Written} stroke @param {Digit} digit */
function isInside({ bounds }, { x, y, width, height }) {
    return bounds.left >= x && bounds.top >= y && bounds.right <= x + width && bounds.bottom <= y + height;
}

/** The strokes, then without one, then without two of them. @param {Written[]} strokes */
function* combinations(strokes) {
    yield strokes;
    for (const one of strokes) yield strokes.filter((stroke) => stroke !== one);
    for (const [place, one] of strokes.entries()) {
        for (const other of strokes.slice(place + 1)) yield strokes.filter((stroke) => stroke !== one && stroke !== other);
    }
}

/** @param {Written[]} strokes @param {Digit} digit whether they reach to all sides of its box */
function fills(strokes, { x, y, width, height }) {
    if (!strokes.length) return false;
    const { left, top, right, bottom } = united(strokes.map(({ bounds }) => bounds));
    return Math.floor(left) === x && Math.floor(top) === y && right > x + width - 1 - Number(width === 1) &&
        bottom > y + height - 1 - Number(height === 1);
}

/**
 * A reading says where a digit is, and what the network saw, but not which strokes it has: those in its box. Others may
 * lie there too, such as a mark that was left out: what the network saw tells.
 * @param {StrokeReader} reader
 * @param {Written[]} written
 * @param {Digit} digit
 * @returns {Promise<Written[]>}
 */
async function strokesOf(reader, written, digit) {
    const inside = written.filter((stroke) => isInside(stroke, digit));
    let trials = 0;
    for (const strokes of inside.length > 1 ? combinations(inside) : []) {
        if (!fills(strokes, digit)) continue;
        const { digits: [alone] } = await reader.predictStrokes(strokes.map(({ points }) => points), { single: true });
        if (alone.input.every((value, pixel) => Math.abs(value - digit.input[pixel]) <= SAME_GREY)) return strokes;
        if (++trials === MOST_TRIALS) break;
    }
    return inside;
}

/** @param {Written[]} strokes whole ones: a digit never has a part of a stroke @returns {HandwritingDrawingSegment[]} */
function segmentsOf(strokes) {
    return strokes.map(({ index, points }) => ({ strokeIndex: index, beginPointIndex: 0, endPointIndex: points.length / 2 }));
}

// ---- Texts, the likeliest first ----

/** @param {Digit[]} digits @returns {number[][]} of each digit the classes that it may be, the most probable first */
function rankedClasses(digits) {
    return digits.map(({ probabilities }) => [...probabilities.keys()].filter((index) => probabilities[index] > 0)
        .sort((a, b) => probabilities[b] - probabilities[a] || a - b));
}

/**
 * The best choices of a class for each digit. Each but the first is one of those before it with the next class of one digit,
 * at or after the one that it was changed at last: so each comes once.
 * @param {Digit[]} digits
 * @param {number} count
 */
function likeliestClasses(digits, count) {
    const classes = rankedClasses(digits);
    /** @param {number} place @param {number} rank */
    const logarithm = (place, rank) => Math.log(digits[place].probabilities[classes[place][rank]]);
    const first = classes.map(() => 0);
    /** @type {Choice[]} */
    const open = [{ ranks: first, from: 0, likelihood: first.reduce((sum, rank, place) => sum + logarithm(place, rank), 0) }];
    /** @type {number[][]} */
    const best = [];
    while (open.length && best.length < count) {
        open.sort((a, b) => b.likelihood - a.likelihood);
        const { ranks, from, likelihood } = /** @type {Choice} */ (open.shift());
        best.push(ranks.map((rank, place) => classes[place][rank]));
        for (let place = from; place < ranks.length; place++) {
            const next = ranks[place] + 1;
            if (next >= classes[place].length) continue;
            const change = logarithm(place, next) - logarithm(place, ranks[place]);
            open.push({ ranks: Object.assign([...ranks], { [place]: next }), from: place, likelihood: likelihood + change });
        }
    }
    return best;
}

/**
 * @param {Digit[]} digits
 * @param {string[]} graphemes their names
 * @param {HandwritingDrawingSegment[][]} segments
 * @returns {HandwritingPrediction}
 */
function predictionOf(digits, graphemes, segments) {
    let text = '';
    const segmentationResult = digits.map(({ line, spaceBefore }, place) => {
        if (place > 0 && line !== digits[place - 1].line) text += '\n';
        if (spaceBefore) text += ' ';
        const [beginIndex, grapheme] = [text.length, graphemes[place]];
        text += grapheme;
        const drawingSegments = segments[place].map((segment) => ({ ...segment }));
        return { grapheme, beginIndex, endIndex: text.length, drawingSegments };
    });
    return { text, segmentationResult };
}

// ---- Drawings and recognizers ----

/** What makes recognizers and drawings: pages can't. */
const KEY = Symbol('Scrawl');

/** @param {unknown} key */
function assertKey(key) {
    if (key !== KEY) throw new TypeError('Illegal constructor');
}

class HandwritingDrawing {
    /** @type {HandwritingStroke[]} */ #strokes = [];
    #reader;
    #alternatives;

    /** @param {symbol} key @param {() => StrokeReader} reader throws when there is none any more @param {number} alternatives */
    constructor(key, reader, alternatives) {
        assertKey(key);
        this.#reader = reader;
        this.#alternatives = alternatives;
    }

    /** @param {HandwritingStroke} stroke */
    addStroke(stroke) {
        assertStroke(stroke);
        this.#strokes.push(stroke);
    }

    /** @param {HandwritingStroke} stroke */
    removeStroke(stroke) {
        assertStroke(stroke);
        this.#strokes = this.#strokes.filter((other) => other !== stroke);
    }

    clear() {
        this.#strokes = [];
    }

    getStrokes() {
        return [...this.#strokes];
    }

    /** @returns {Promise<HandwritingPrediction[]>} */
    async getPrediction() {
        const reader = this.#reader();
        const written = this.#strokes.some((stroke) => stroke.getPoints().length) ? writtenStrokes(this.#strokes) : [];
        if (!written.length || !this.#alternatives) return [];
        try {
            const { digits } = await reader.predictStrokes(written.map(({ points }) => points));
            return await this.#predictions(reader, written, digits);
        } catch (error) {
            this.#reader(); // says so where it is finished by now
            throw exception(/** @type {Error} */ (error).message, 'OperationError', error);
        }
    }

    /** @param {StrokeReader} reader @param {Written[]} written @param {Digit[]} digits */
    async #predictions(reader, written, digits) {
        if (!digits.length) return [];
        /** @type {HandwritingDrawingSegment[][]} */
        const segments = [];
        for (const digit of digits) segments.push(segmentsOf(await strokesOf(reader, written, digit)));
        return likeliestClasses(digits, this.#alternatives)
            .map((classes) => predictionOf(digits, classes.map((index) => reader.labels[index]), segments));
    }
}

class HandwritingRecognizer {
    /** @type {StrokeReader | null} */ #reader;
    #isOwn;

    /** @param {symbol} key @param {StrokeReader} reader @param {boolean} isOwn: freed with the recognizer */
    constructor(key, reader, isOwn) {
        assertKey(key);
        this.#reader = reader;
        this.#isOwn = isOwn;
    }

    #active() {
        if (this.#reader) return this.#reader;
        throw finished();
    }

    /** @param {HandwritingHints} [hints] */
    startDrawing(hints) {
        const { alternatives = DEFAULT_ALTERNATIVES } = dictionary(hints, 'The hints');
        this.#active();
        const count = Math.min(Number(alternatives) >>> 0, MOST_ALTERNATIVES); // an unsigned long of Web IDL
        return new HandwritingDrawing(KEY, () => this.#active(), count);
    }

    finish() {
        if (this.#isOwn) this.#reader?.free();
        this.#reader = null;
    }
}

/**
 * @param {HandwritingModelConstraint} constraint
 * @returns {Promise<HandwritingRecognizerQueryResult | null>}
 */
export async function queryHandwritingRecognizer(constraint) {
    if (!isSatisfied(languagesOf(constraint))) return null;
    const hints = { recognitionType: null, inputType: null, textContext: null, alternatives: true };
    return { textAlternatives: true, textSegmentation: true, hints };
}

/** @param {HandwritingModelConstraint} constraint @param {StrokeReader} [reader] */
export async function createHandwritingRecognizer(constraint, reader) {
    if (!isSatisfied(languagesOf(constraint))) {
        throw exception(`This recognizer reads digits: the languages it knows are ['${LANGUAGE}'].`, 'NotSupportedError');
    }
    if (reader) return new HandwritingRecognizer(KEY, reader, false);
    try {
        return new HandwritingRecognizer(KEY, await createScrawl(), true);
    } catch (error) {
        throw exception(/** @type {Error} */ (error).message, 'OperationError', error);
    }
}
