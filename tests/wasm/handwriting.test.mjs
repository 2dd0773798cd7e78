// The adapter in the shape of the Handwriting Recognition API: its results, and the exceptions of the specification.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

import { built } from '../helpers/build.mjs';
import { easyImages } from '../helpers/handwriting.mjs';
import { penWord } from '../helpers/pen_shapes.mjs';
import { createScrawl, TINY } from '../helpers/scrawl.mjs';

const { createHandwritingRecognizer, HandwritingStroke, queryHandwritingRecognizer } =
    await import(pathToFileURL(built('wasm', 'handwriting.js')));

const DIGITS = { languages: ['zxx-x-digits'] };

/** @param {number[][]} points @param {(place: number) => number} scaled */
function strokeOf(points, scaled = (place) => 100 * place) {
    const stroke = new HandwritingStroke();
    for (const [x, y] of points) stroke.addPoint({ x: scaled(x), y: scaled(y) });
    return stroke;
}

/** The exception's name, in a sentence with what it says. */
async function failureOf(call) {
    try {
        await call();
        return 'none';
    } catch (error) {
        return `${error instanceof DOMException ? 'DOMException ' : ''}${error.name}: ${error.message}`;
    }
}

describe('a recognizer of digits', () => {
    let recognizer;
    beforeEach(async () => {
        recognizer = await createHandwritingRecognizer(DIGITS);
    });
    afterEach(() => recognizer.finish());

    /** The drawing of some strokes. */
    function drawingOf(strokes, hints) {
        const drawing = recognizer.startDrawing(hints);
        for (const stroke of strokes) drawing.addStroke(stroke);
        return drawing;
    }

    it('reads digits with the strokes that each has, in any order of writing and any unit', async () => {
        for (const scaled of [(place) => 100 * place, (place) => place, (place) => 1e-9 * place, (place) => 1e9 * place - 5e9]) {
            const { strokes } = penWord('10452', { space: 0.5 });
            const [first, ...others] = strokes.map((points) => strokeOf(points, scaled));
            const drawing = drawingOf([...others, new HandwritingStroke(), first], { alternatives: 1 });
            const predictions = await drawing.getPrediction();
            assert.equal(predictions.length, 1);
            const [{ text, segmentationResult }] = predictions;
            assert.equal(text, '10452');
            // 1 was written last; 4 and 5 have two strokes; 6 is the empty one.
            const places = [[7], [0], [1, 2], [3, 4], [5]];
            const points = drawing.getStrokes().map((stroke) => stroke.getPoints().length);
            assert.deepEqual(segmentationResult, places.map((indices, place) => ({
                grapheme: text[place], beginIndex: place, endIndex: place + 1,
                drawingSegments: indices.map((index) => ({ strokeIndex: index, beginPointIndex: 0, endPointIndex: points[index] })),
            })));
        }
    });

    it('tells a mark in a digit\'s box from its strokes', async () => {
        const four = [strokeOf([[0.6, 0], [0.08, 0.65], [0.92, 0.65]]), strokeOf([[0.68, 0.3], [0.64, 1]])];
        const dot = strokeOf([[0.11, 0.95], [0.12, 0.96]]);
        const [{ text, segmentationResult }] = await drawingOf([dot, ...four]).getPrediction();
        assert.equal(text, '4');
        assert.deepEqual(segmentationResult[0].drawingSegments.map(({ strokeIndex }) => strokeIndex), [1, 2]);
    });

    it('gives as many predictions as were asked for, the likeliest first, each another text', async () => {
        const strokes = penWord('17', { space: 0.6 }).strokes.map((points) => strokeOf(points));
        const scrawl = await createScrawl();
        const { digits } = scrawl.predictStrokes(strokes.map((stroke) => stroke.getPoints()));
        const likelihood = (text) => [...text].reduce((product, label, place) => product * digits[place].probabilities[label], 1);
        const texts = (await drawingOf(strokes, { alternatives: 100 }).getPrediction()).map(({ text }) => text);
        const all = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));
        assert.deepEqual([...texts].sort(), all.filter((text) => likelihood(text) > 0));
        texts.slice(1).forEach((text, before) => assert.ok(likelihood(text) <= likelihood(texts[before]) * (1 + 1e-3), text));
        for (const [alternatives, count] of [[undefined, 3], [1, 1], [0, 0], [7, 7], ['2', 2], [1e6, 100]]) {
            const predictions = await drawingOf(strokes, { alternatives, inputType: 'touch', textContext: '1' }).getPrediction();
            assert.deepEqual(predictions.map(({ text }) => text), texts.slice(0, count));
        }
    });

    it('has a space in a wide gap and a line for each line, which belong to no digit', async () => {
        const [one, seven, zero] = ['1', '7', '0'].map((digit) => penWord(digit).strokes[0]);
        const moved = (points, right, down) => strokeOf(points.map(([x, y]) => [x + right, y + down]));
        const drawing = drawingOf([moved(one, 0, 0), moved(seven, 3, 0), moved(zero, 0, 2)]);
        const [{ text, segmentationResult }] = await drawing.getPrediction();
        assert.equal(text, '1 7\n0');
        assert.deepEqual(segmentationResult.map(({ beginIndex, endIndex }) => [beginIndex, endIndex]), [[0, 1], [2, 3], [4, 5]]);
        for (const { grapheme, beginIndex, endIndex } of segmentationResult) assert.equal(text.slice(beginIndex, endIndex), grapheme);
    });

    it('predicts nothing of an empty drawing', async () => {
        assert.deepEqual(await drawingOf([]).getPrediction(), []);
        assert.deepEqual(await drawingOf([new HandwritingStroke()]).getPrediction(), []);
    });

    it('keeps strokes as they are given, and points as copies', () => {
        const [stroke, other] = [strokeOf([[1, 2]]), new HandwritingStroke()];
        const point = { x: 1, y: 2, t: 3, pressure: 1 };
        other.addPoint(point);
        point.x = 9;
        other.getPoints()[0].y = 9;
        assert.deepEqual(other.getPoints(), [{ x: 1, y: 2, t: 3 }]);
        assert.deepEqual(stroke.getPoints(), [{ x: 100, y: 200 }]);
        const drawing = drawingOf([stroke, other, stroke]);
        drawing.getStrokes().pop();
        assert.deepEqual(drawing.getStrokes(), [stroke, other, stroke]);
        drawing.removeStroke(stroke);
        assert.equal(drawing.getStrokes()[0], other);
        other.clear();
        assert.deepEqual(other.getPoints(), []);
        drawing.clear();
        assert.deepEqual(drawing.getStrokes(), []);
    });

    it('throws a TypeError for what is no stroke and no point', async () => {
        const [drawing, stroke] = [recognizer.startDrawing(), new HandwritingStroke()];
        for (const wrong of [undefined, null, {}, [[1, 2]]]) {
            assert.throws(() => drawing.addStroke(wrong), TypeError);
            assert.throws(() => drawing.removeStroke(wrong), TypeError);
        }
        for (const wrong of [undefined, 5, {}, { x: 1 }, { y: 1 }, { x: '1', y: 1 }, { x: 1, y: NaN }, { x: 1, y: Infinity }, { x: 1, y: 1, t: '0' }]) {
            assert.throws(() => stroke.addPoint(wrong), TypeError);
        }
        assert.deepEqual(stroke.getPoints(), []);
        assert.throws(() => recognizer.startDrawing('text'), TypeError);
        assert.throws(() => new recognizer.constructor(), { name: 'TypeError', message: 'Illegal constructor' });
        assert.throws(() => new drawing.constructor(), { name: 'TypeError', message: 'Illegal constructor' });
    });

    it('is over when it is finished', async () => {
        const drawing = drawingOf([strokeOf([[0, 0], [0, 1]])]);
        const asked = drawing.getPrediction();
        assert.equal((await asked)[0].text, '1');
        recognizer.finish();
        recognizer.finish();
        assert.match(await failureOf(() => recognizer.startDrawing()), /^DOMException InvalidStateError: /);
        assert.match(await failureOf(() => drawing.getPrediction()), /^DOMException InvalidStateError: /);
        assert.equal(drawing.getStrokes().length, 1);
    });
});

describe('recognizers', () => {
    it('are there for digits alone', async () => {
        for (const languages of [['zxx-x-digits'], new Set(['ZXX-x-Digits'])]) {
            assert.deepEqual(await queryHandwritingRecognizer({ languages }), {
                textAlternatives: true, textSegmentation: true,
                hints: { recognitionType: null, inputType: null, textContext: null, alternatives: true },
            });
        }
        for (const languages of [[], ['en'], ['zxx-x-digits', 'en'], ['zxx']]) {
            assert.equal(await queryHandwritingRecognizer({ languages }), null);
            assert.match(await failureOf(() => createHandwritingRecognizer({ languages })), /^DOMException NotSupportedError: /);
        }
        for (const wrong of [undefined, null, {}, 5, { languages: 'zxx-x-digits' }, { languages: 5 }]) {
            assert.match(await failureOf(() => queryHandwritingRecognizer(wrong)), /^TypeError: /);
            assert.match(await failureOf(() => createHandwritingRecognizer(wrong)), /^TypeError: /);
        }
    });

    it('read with a Scrawl of one\'s own, which they leave alone, or say what went wrong with it', async () => {
        const scrawl = await createScrawl({ model: null });
        const recognizer = await createHandwritingRecognizer(DIGITS, scrawl);
        const drawing = recognizer.startDrawing();
        drawing.addStroke(strokeOf([[0, 0], [0, 1]]));
        assert.match(await failureOf(() => drawing.getPrediction()), /^DOMException OperationError: .*no model/);
        const settings = { architecture: TINY, labelNames: ['upright', 'level', 'square'], epochs: 4, batchSize: 32, learningRate: 0.01 };
        await scrawl.train(easyImages(300), settings);
        const predictions = await drawing.getPrediction();
        assert.equal(predictions[0].text, 'upright');
        assert.deepEqual(predictions.map(({ text }) => text).sort(), ['level', 'square', 'upright']);
        for (const { text, segmentationResult: [segment] } of predictions) {
            assert.deepEqual([segment.grapheme, segment.beginIndex, segment.endIndex], [text, 0, text.length]);
        }
        recognizer.finish();
        assert.equal(scrawl.labels.length, 3);
        scrawl.free();
    });

    it('that are finished while they read say so', async () => {
        let answer;
        const reader = { labels: [], predictStrokes: () => new Promise((_, reject) => answer = reject), free() {} };
        const recognizer = await createHandwritingRecognizer(DIGITS, reader);
        const drawing = recognizer.startDrawing();
        drawing.addStroke(strokeOf([[0, 0], [0, 1]]));
        const asked = failureOf(() => drawing.getPrediction());
        recognizer.finish();
        answer(new Error('freed'));
        assert.match(await asked, /^DOMException InvalidStateError: /);
    });
});
