// Readings as the library wrote them down, copied into plain objects. Knows the bindings that show them.

import { IMAGE_PIXELS } from './arguments.js';

/** @import { Box, Candidate, Digit, Explanation, LeftOut, Line, Reading, Reason } from './scrawl.d.ts' */
/** @import { Library } from './memory.js' */
/** @import { Model } from './model.js' */

/**
 * @param {Library} library
 * @param {number} reading
 * @param {number} index
 * @param {number} classCount
 * @returns {Digit}
 */
function readDigit(library, reading, index, classCount) {
    const [
        x, y, width, height, digit, confidence, label, probabilities, input, doubtful, line, spaceBefore, besideLeftOut,
    ] = library.values(13, 'binding_digit', reading, index);
    return {
        digit,
        label: library.text(label),
        confidence,
        doubtful: doubtful !== 0,
        besideLeftOut: besideLeftOut !== 0,
        line,
        spaceBefore: spaceBefore !== 0,
        probabilities: [...library.floats(probabilities, classCount)],
        x,
        y,
        width,
        height,
        input: library.bytes(input, IMAGE_PIXELS),
    };
}

/**
 * @param {Library} library
 * @param {number} reading
 * @param {number} classCount
 * @returns {Reading}
 */
function readReading(library, reading, classCount) {
    const [text, digitCount, width, height] = library.values(4, 'binding_reading', reading);
    const digits = Array.from({ length: digitCount }, (_, index) => readDigit(library, reading, index, classCount));
    return { text: library.text(text), digits, width, height };
}

/** @param {number[]} numbers */
function fours(numbers) {
    return Array.from({ length: numbers.length / 4 }, (_, index) => numbers.slice(4 * index, 4 * index + 4));
}

/** @param {number[]} numbers @returns {Line[]} */
function lines(numbers) {
    return fours(numbers).map(([fromX, fromY, toX, toY]) => ({ fromX, fromY, toX, toY }));
}

/** @param {number[]} numbers @returns {Box[]} */
function boxes(numbers) {
    return fours(numbers).map(([x, y, width, height]) => ({ x, y, width, height }));
}

/** In 32 bits each: a box, a reason, a cost. */
const LEFT_OUT_FIELDS = 6;

/**
 * @param {Library} library
 * @param {number} address
 * @param {number} count
 * @param {Reason[]} reasons by their numbers
 * @returns {LeftOut[]}
 */
function readLeftOut(library, address, count, reasons) {
    const numbers = library.addresses(address, LEFT_OUT_FIELDS * count), costs = library.floats(address, LEFT_OUT_FIELDS * count);
    return Array.from({ length: count }, (_, index) => {
        const first = LEFT_OUT_FIELDS * index;
        const [x, y, width, height, reason] = numbers.slice(first, first + LEFT_OUT_FIELDS);
        return { x, y, width, height, reason: reasons[reason], cost: costs[first + LEFT_OUT_FIELDS - 1] };
    });
}

/**
 * @param {Model} model
 * @param {number} reading
 * @param {number} index
 * @param {Reason[]} reasons by their numbers
 * @returns {Candidate}
 */
function readCandidate({ library, address: model }, reading, index, reasons) {
    const [x, y, width, height, digit, confidence, place, input, reason] =
        library.values(9, 'binding_candidate', reading, index);
    return {
        digit,
        label: library.text(library.exports.scrawl_model_label(model, digit)),
        confidence,
        place: place < 0 ? null : place,
        reason: reasons[reason],
        x,
        y,
        width,
        height,
        input: library.bytes(input, IMAGE_PIXELS),
    };
}

/**
 * @param {Model} model
 * @param {number} reading with an explanation
 * @returns {Explanation}
 */
function readExplanation(model, reading) {
    const { library } = model;
    const [
        width, height, factor, darkPaper, threshold, grey, paper, ink, cleanInk, rulings, rulingCount, groups,
        groupCount, cuts, cutCount, candidateCount, rotation, reasons, leftOut, leftOutCount,
    ] = library.values(20, 'binding_explanation', reading);
    const reasonNames = /** @type {Reason[]} */ (library.list('scrawl_reason_name'));
    /** @param {number} address */
    const plane = (address) => library.bytes(address, width * height);
    return {
        width,
        height,
        factor,
        darkPaper: darkPaper !== 0,
        rotation,
        threshold,
        grey: plane(grey),
        paper: plane(paper),
        ink: plane(ink),
        cleanInk: plane(cleanInk),
        reasons: plane(reasons),
        reasonNames,
        rulings: lines([...library.floats(rulings, 4 * rulingCount)]),
        groups: boxes(library.addresses(groups, 4 * groupCount)),
        cuts: lines([...library.floats(cuts, 4 * cutCount)]),
        candidates: Array.from({ length: candidateCount }, (_, i) => readCandidate(model, reading, i, reasonNames)),
        leftOut: readLeftOut(library, leftOut, leftOutCount, reasonNames),
    };
}

/**
 * Copies a reading and frees it.
 * @param {Model} model
 * @param {number} reading
 * @param {boolean} [withExplanation]
 * @returns {Reading}
 */
export function takeReading(model, reading, withExplanation = false) {
    const { library, classCount } = model;
    try {
        const copy = readReading(library, reading, classCount);
        return withExplanation ? { ...copy, explanation: readExplanation(model, reading) } : copy;
    } finally {
        library.exports.scrawl_reading_free(reading);
    }
}
