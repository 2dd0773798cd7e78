// Reading pictures and strokes with the wasm module through its JavaScript API, as `make wasm` built it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { picture, STROKES } from '../helpers/handwriting.mjs';
import { encodePng } from '../helpers/png.mjs';
import { createScrawl, createWatched } from '../helpers/scrawl.mjs';

const RULING_ROW = 16;

/** The picture with a black line of three pixels across it. */
function ruled({ data, width, height }) {
    const pixels = data.slice();
    const rows = pixels.subarray(4 * width * RULING_ROW, 4 * width * (RULING_ROW + 3));
    rows.forEach((_, index) => { if (index % 4 < 3) rows[index] = 0; });
    return { data: pixels, width, height };
}

describe('reading', () => {
    let scrawl;
    before(async () => {
        scrawl = await createScrawl();
    });
    after(() => scrawl.free());

    it('reads pixels', () => {
        const image = picture('203');
        const reading = scrawl.predict(image);
        assert.equal(reading.text, '203');
        assert.deepEqual([reading.width, reading.height], [image.width, image.height]);
        assert.deepEqual(reading.digits.map(({ digit }) => digit), [2, 0, 3]);
        for (const { label, digit, confidence, probabilities, input, x, y, width, height } of reading.digits) {
            assert.equal(label, String(digit));
            assert.equal(probabilities.length, 10);
            assert.equal(confidence, probabilities[digit]);
            assert.equal(confidence, Math.max(...probabilities));
            assert.ok(Math.abs(probabilities.reduce((sum, share) => sum + share) - 1) < 1e-5);
            assert.equal(input.length, 784);
            assert.ok(Math.max(...input) > 200);
            assert.ok(x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height);
        }
    });

    it('reads the bytes of a picture file as it reads its pixels', () => {
        const image = picture('72');
        const file = encodePng(image);
        const expected = scrawl.predict(image);
        assert.deepEqual(scrawl.predict(file), expected);
        assert.deepEqual(scrawl.predict(new Uint8Array(file).buffer), expected);
    });

    it('reads the whole picture as one digit when told so', () => {
        const image = picture('11');
        assert.equal(scrawl.predict(image).digits.length, 2);
        assert.equal(scrawl.predict(image, { single: true }).digits.length, 1);
    });

    it('leaves out what is drawn around and below digits', () => {
        const written = [...'72'].map((digit, place) =>
            STROKES[digit].map(([x, y]) => ({ x: 60 + 90 * place + 60 * x, y: 60 + 100 * y })));
        const around = [[20, 20], [260, 20], [260, 200], [20, 200], [20, 20]].map(([x, y]) => ({ x, y }));
        const below = [{ x: 50, y: 175 }, { x: 220, y: 173 }];
        const { text, width, height } = scrawl.predictStrokes([...written, below, around]);
        assert.equal(text, '72');
        assert.deepEqual([width, height], [260, 200]);
    });

    it('reads strokes as points and as numbers, several digits and one', () => {
        const strokes = [...'203'].map((digit, place) =>
            STROKES[digit].map(([x, y]) => ({ x: 20 + 90 * place + 60 * x, y: 10 + 100 * y })));
        const reading = scrawl.predictStrokes(strokes);
        assert.equal(reading.text, '203');
        assert.deepEqual(reading.digits.map(({ x }) => Math.round((x - 20) / 90)), [0, 1, 2]);
        assert.ok(reading.digits.every(({ doubtful, input }) => doubtful === false && Math.max(...input) === 255));
        const numbers = strokes.map((points) => Float64Array.from(points.flatMap(({ x, y }) => [x, y])));
        assert.deepEqual(scrawl.predictStrokes(numbers), reading);
        assert.deepEqual(scrawl.predictStrokes(numbers.map((list) => [...list]), null), reading);
        assert.equal(scrawl.predictStrokes(strokes, { single: true }).digits.length, 1);
        assert.deepEqual(scrawl.predictStrokes([]), { text: '', digits: [], width: 1, height: 1 });
        assert.deepEqual(scrawl.predictStrokes([[], new Float32Array()]).digits, []);
        const thick = strokes.map((points) => points.map((point) => ({ ...point, pressure: 1 })));
        const ink = ({ digits }) => digits[0].input.reduce((sum, value) => sum + value);
        assert.ok(ink(scrawl.predictStrokes(thick)) > 1.2 * ink(reading));
    });

    it('reads strokes with marks between them as one number', () => {
        const at = (left, top, points) => points.map(([x, y]) => ({ x: left + 60 * x, y: top + 100 * y }));
        const marks = {
            '.': [[[0.1, 1]]],
            ',': [[[0.15, 0.94], [0.05, 1.2]]],
            ':': [[[0.1, 0.3]], [[0.1, 0.75], [0.11, 0.76]]],
            '-': [[[0.1, 0.55], [0.4, 0.52], [0.8, 0.5]]],
            "'": [[[0.2, -0.05], [0.1, 0.2]]],
        };
        for (const number of ['3.17', '0,2', '12:30', '1.230,70', "1'200", '-7', '2-3', '7.']) {
            let left = 20;
            const strokes = [...number].flatMap((sign) => {
                const written = (marks[sign] ?? [STROKES[sign]]).map((points) => at(left, 40, points));
                left += sign in marks && sign !== '-' ? 25 : 85;
                return written;
            });
            assert.equal(scrawl.predictStrokes(strokes).text, number.replace(/\D/g, ''), number);
        }
    });

    it('says where each digit stands in the text', () => {
        const places = [['2', 20, 10], ['0', 110, 10], ['3', 400, 10], ['1', 20, 200], ['7', 110, 200]];
        const { text, digits } = scrawl.predictStrokes(places.map(([digit, left, top]) =>
            STROKES[digit].map(([x, y]) => ({ x: left + 60 * x, y: top + 100 * y }))));
        assert.equal(text, '20 3\n17');
        assert.deepEqual(digits.map(({ line }) => line), [0, 0, 0, 1, 1]);
        assert.deepEqual(digits.map(({ spaceBefore }) => spaceBefore), [false, false, true, false, false]);
    });

    it('says what is wrong with strokes', () => {
        for (const wrong of [null, 'x', [5], [[1, 2, 3]], [{ x: 1, y: 2 }], [new DataView(new ArrayBuffer(8))]]) {
            assert.throws(() => scrawl.predictStrokes(wrong), { name: 'TypeError', message: /^[A-Z].*\.$/ });
        }
        const isRefused = { code: 'INVALID_ARGUMENT', message: /coordinates/ };
        for (const point of [{ x: NaN, y: 1 }, { x: 1 }, null, { x: 1e30, y: 0 }]) {
            assert.throws(() => scrawl.predictStrokes([[{ x: 0, y: 0 }, point]]), isRefused);
        }
        const many = { code: 'INVALID_ARGUMENT', message: /strokes/ };
        assert.throws(() => scrawl.predictStrokes(Array.from({ length: 5000 }, () => [1, 2])), many);
        assert.equal(scrawl.predictStrokes([new Float32Array(2e6).fill(3)], { single: true }).digits.length, 1);
    });

    it('leaves out strokes that are no digit, and doubts them when told that they are one', () => {
        const scribble = Array.from({ length: 24 }, (_, i) => ({ x: (i % 2) * 80 + i, y: 4 * i * (1 + (i % 3)) }));
        assert.deepEqual(scrawl.predictStrokes([scribble]).digits, []);
        const [digit] = scrawl.predictStrokes([scribble], { single: true }).digits;
        assert.equal(digit.doubtful, true);
        assert.equal(scrawl.predict(picture('3')).digits[0].doubtful, false);
    });

    it('shows its explanation when asked, and gives them back', async () => {
        const image = ruled(picture('203'));
        const { explanation, ...reading } = scrawl.predict(image, { explain: true });
        const { width, height, grey, paper, ink, cleanInk, rulings, groups, cuts, candidates } = explanation;
        assert.deepEqual(reading, scrawl.predict(image));
        assert.equal(reading.text, '203');
        assert.deepEqual([width, height, explanation.factor, explanation.darkPaper], [image.width, image.height, 1, false]);
        assert.equal(explanation.rotation, 0);
        const pixel = RULING_ROW * width + 5;
        assert.ok([grey, paper, ink, cleanInk].every((plane) => plane.length === width * height));
        assert.ok(grey.every((value, index) => value === image.data[4 * index]));
        assert.ok(paper[pixel] > 250 && ink[pixel] >= explanation.threshold && cleanInk[pixel] === 0);
        assert.equal(rulings.length, 1);
        assert.ok(Math.abs(rulings[0].fromY - RULING_ROW) <= 3 && rulings[0].toX - rulings[0].fromX > 0.9 * width);
        assert.equal(groups.length, 3);
        assert.ok(cuts.every(({ fromX, fromY, toX, toY }) => [fromX, fromY, toX, toY].every(Number.isFinite)));
        const chosen = candidates.filter(({ place }) => place !== null);
        assert.deepEqual(chosen.map(({ place }) => place), [0, 1, 2]);
        chosen.forEach(({ place, reason, ...candidate }, index) => {
            const { doubtful, besideLeftOut, line, spaceBefore, probabilities, ...digit } = reading.digits[index];
            assert.deepEqual(candidate, digit);
            assert.equal(reason, 'none');
        });
        const { reasons, reasonNames, leftOut } = explanation;
        assert.deepEqual(reasonNames, ['none', 'ruling', 'frame', 'enclosure', 'shadow', 'grain', 'neighbour', 'faint', 'speck', 'no digit']);
        assert.equal(reasons.length, width * height);
        assert.equal(reasonNames[reasons[pixel]], 'ruling');
        assert.ok(leftOut.length >= 1 && leftOut.every(({ reason, cost }) => reason === 'ruling' && cost > 0));
        assert.ok(leftOut.some((box) => box.width > 0 && box.y <= RULING_ROW && box.y + box.height > RULING_ROW));
        assert.equal('explanation' in scrawl.predict(image), false);
        assert.equal('explanation' in scrawl.predictStrokes([[1, 2, 1, 50]], { explain: true }), false);
        const { scrawl: watched, watch } = await createWatched();
        const before = watch.blocks;
        watched.predict(encodePng(image), { explain: true });
        assert.equal(watch.blocks, before);
        watched.free();
    });

    it('finds nothing on empty paper', () => {
        const paper = { data: new Uint8ClampedArray(50 * 40 * 4).fill(255), width: 50, height: 40 };
        assert.deepEqual(scrawl.predict(paper), { text: '', digits: [], width: 50, height: 40 });
    });

    it('says what is wrong with a picture', () => {
        const file = encodePng(picture('3'));
        const isPictureError = { name: 'Error', code: 'INVALID_PICTURE', message: /^[A-Z].*\.$/ };
        assert.throws(() => scrawl.predict(new TextEncoder().encode('This is no picture.')), isPictureError);
        assert.throws(() => scrawl.predict(new Uint8Array()), isPictureError);
        assert.throws(() => scrawl.predict(file.subarray(0, file.length / 2)), isPictureError);
        assert.throws(() => scrawl.predict({ data: new Uint8ClampedArray(7), width: 2, height: 1 }), TypeError);
        assert.throws(() => scrawl.predict('3.png'), TypeError);
        assert.throws(() => scrawl.predict(null), TypeError);
        const negative = { data: new Uint8ClampedArray(4), width: -1, height: -1 };
        const name = 'RangeError';
        assert.throws(() => scrawl.predict(negative), { name, message: /width must be at least 1.*-1\.$/ });
        const flat = { data: new Uint8ClampedArray(0), width: 3, height: 0 };
        assert.throws(() => scrawl.predict(flat), { name, message: /height must be at least 1.* 0\.$/ });
    });

    it('takes null for no options', async () => {
        assert.deepEqual(scrawl.predict(picture('3'), null), scrawl.predict(picture('3')));
        const other = await createScrawl(null);
        const data = { images: new Uint8Array(10 * 784), labels: new Uint8Array(10) };
        assert.equal((await other.train(data, null)).loss.length, 5);
        other.free();
    });

    it('describes its network', () => {
        const { layers, parameters, text } = scrawl.summary();
        assert.equal(layers.reduce((sum, layer) => sum + layer.parameters, 0), parameters);
        assert.ok(parameters < 100_000);
        assert.deepEqual(layers[layers.length - 1].shape, [10]);
        assert.equal(layers[layers.length - 1].activation, 'softmax');
        assert.ok(text.includes(parameters.toLocaleString('en')));
        assert.deepEqual(scrawl.labels, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        assert.match(scrawl.architecture, /^conv .* softmax$/);
        assert.match(scrawl.normalization, /^(unit|column-l2)$/);
    });
});
