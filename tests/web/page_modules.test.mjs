// The page's modules that need no browser: kept digits, settings, pictures that wait, curves, lessons.

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { InkHistory, MOST_CHANGES } from '../../web/page/paper/ink-history.js';
import { scratchedOut } from '../../web/page/paper/scratch.js';
import { Corrections } from '../../web/page/reading/corrections.js';
import { Desk } from '../../web/page/reading/desk.js';
import { createPictureQueue } from '../../web/page/reading/picture-queue.js';
import { Steady } from '../../web/page/reading/steady.js';
import { readDigits, readDigitsFile, writeDigits } from '../../web/page/storage/kept-digits.js';
import { lesson } from '../../web/page/learning/lesson.js';
import { createCurveRecorder } from '../../web/page/learning/training-curves.js';
import { BEYOND_SETTINGS, findProblems, formFields, PRESETS, trainOptions } from '../../web/page/learning/train-settings.js';
import { duration, megabytes, percent } from '../../web/page/words.js';
import { side } from '../helpers/bars.mjs';
import { penShape } from '../helpers/pen_shapes.mjs';
import { createScrawl } from '../helpers/scrawl.mjs';

const PIXELS = side * side;

/** Images whose pixels are their number plus one. */
function numbered(count, from = 0) {
    const images = new Uint8Array(count * PIXELS);
    for (let index = 0; index < count; index++) images.fill(from + index + 1, index * PIXELS, (index + 1) * PIXELS);
    return { images, labels: Uint8Array.from({ length: count }, (_, index) => (from + index) % 10) };
}

describe('The file of kept digits', () => {
    const kept = [
        { image: numbered(1).images, label: 7, readAs: 1, kept: Date.UTC(2026, 0, 31) },
        { image: numbered(1, 4).images, label: 0, readAs: null, kept: Date.UTC(2026, 1, 1) },
    ];
    const broken = (change) => {
        const content = JSON.parse(writeDigits(kept));
        change(content);
        return JSON.stringify(content);
    };

    it('gives back what was written', () => assert.deepEqual(readDigits(writeDigits(kept)), kept));

    it('may lack what was read and when', () => {
        const text = broken(({ digits }) => {
            delete digits[0].readAs;
            digits[0].kept = 'yesterday';
        });
        const [digit] = readDigits(text, 42);
        assert.equal(digit.readAs, null);
        assert.equal(digit.kept, 42);
    });

    it('is distrusted', () => {
        assert.throws(() => readDigits('[1, 2'), /no list of kept digits/);
        assert.throws(() => readDigits('null'), /no list of kept digits/);
        assert.throws(() => readDigits(broken((content) => (content.format = 'other'))), /no list of kept digits/);
        assert.throws(() => readDigits(broken((content) => (content.version = 2))), /newer Scrawl/);
        assert.throws(() => readDigits(broken((content) => (content.digits = []))), /empty/);
        assert.throws(() => readDigits(broken((content) => (content.digits = 'all'))), /empty/);
        assert.throws(() => readDigits(broken(({ digits }) => digits.splice(1, digits.length, null))), /Digit 2 .* label/);
        assert.throws(() => readDigits(broken(({ digits }) => (digits[1].label = 10))), /Digit 2 .* label/);
        assert.throws(() => readDigits(broken(({ digits }) => (digits[1].label = '7'))), /Digit 2 .* label/);
        assert.throws(() => readDigits(broken(({ digits }) => (digits[0].image = '????'))), /Digit 1 .* image/);
        assert.throws(() => readDigits(broken(({ digits }) => (digits[0].image = btoa('short')))), /Digit 1 .* image/);
        assert.throws(() => readDigits(broken(({ digits }) => (digits[0].image = btoa('\0'.repeat(PIXELS))))), /Digit 1 .* empty/);
        const many = broken((content) => (content.digits = Array(1001).fill(content.digits[0])));
        assert.throws(() => readDigits(many), /more than 1000/);
        assert.throws(() => readDigits(' '.repeat((4 << 20) + 1)), /too large/);
    });

    it('is read only when it is small enough', async () => {
        const huge = { size: (4 << 20) + 1, text: () => assert.fail('it was read') };
        await assert.rejects(readDigitsFile(huge), /too large/);
        assert.deepEqual(await readDigitsFile(new Blob([writeDigits(kept)])), kept);
    });
});

describe('Settings', () => {
    const choices = {
        epochs: 5, batchSize: 128, optimizer: 'adam', learningRate: 0.001, schedule: 'constant', momentum: 0.9, epsilon: 1e-7,
        weightDecay: 0, average: 0, dropout: true, labelSmoothing: 0, epochShare: 1, validationSplit: 0.1, augment: 0,
        seed: 1, ...BEYOND_SETTINGS,
    };
    let fields;
    before(async () => {
        const scrawl = await createScrawl({ model: null });
        fields = formFields(scrawl.trainingOptions);
        scrawl.free();
    });
    const problem = (changes, images = 60_000) => findProblems(fields, { ...choices, ...changes }, images)[0];

    it('that are right have no problem', () => {
        assert.equal(problem({}), undefined);
        assert.equal(problem({ momentum: 7 }), undefined, 'Adam has no momentum');
    });

    for (const [changes, field, pattern] of [
        [{ epochs: 0 }, 'epochs', /from 1 to 1000, not 0/],
        [{ epochs: 1.5 }, 'epochs', /whole number, not 1.5/],
        [{ epochs: NaN }, 'epochs', /a number from 1/],
        [{ batchSize: 5000 }, 'batchSize', /from 1 to 4096/],
        [{ learningRate: 0 }, 'learningRate', /above 0/],
        [{ optimizer: 'sgd', momentum: 1 }, 'momentum', /below 1, not 1/],
        [{ validationSplit: 1 }, 'validationSplit', /below 100 %, not 100 %/],
        [{ epochShare: 0 }, 'epochShare', /above 0 %/],
        [{ epochShare: 0.001 }, 'batchSize', /larger than an epoch, which has 54 images/],
        [{ seed: -1 }, 'seed', /at least 0, not -1/],
        [{ augment: 2 }, 'augment', /from 0 to 1, not 2/],
    ]) {
        it(`explain ${JSON.stringify(changes)}`, () => {
            const found = problem(changes);
            assert.equal(found.field, field);
            assert.match(found.sentence, pattern);
        });
    }

    it('are described by the library, and all of them shown are known to it', () => {
        const shown = [...fields.first, ...fields.more];
        for (const { name, title, help, kind } of shown) assert.ok(title && help && kind, name);
        assert.equal(new Set(shown.map(({ name }) => name)).size, shown.length);
        const { least, most, isBelowMost } = shown.find(({ name }) => name === 'labelSmoothing');
        assert.deepEqual([least, most, isBelowMost], [0, 1, true]);
        const { words } = shown.find(({ name }) => name === 'schedule');
        assert.deepEqual(words, ['constant', 'one-cycle', 'cosine']);
    });

    it('that begin with a preset of the library are for the architecture of its name', () => {
        const fromLibrary = Object.values(PRESETS).filter(({ library }) => library);
        assert.ok(fromLibrary.length >= 2);
        for (const { library, architecture } of fromLibrary) assert.equal(architecture, library);
    });

    it('leave at least one image to train on', () => assert.match(problem({ validationSplit: 0.9999 }, 1).sentence, /larger than/));

    it('become options, with an architecture only for a new network', () => {
        const plan = { isNew: true, architecture: 'small', choices };
        assert.equal(trainOptions(plan).architecture, 'small');
        assert.equal(trainOptions(plan).normalization, 'unit');
        const further = trainOptions({ ...plan, isNew: false });
        assert.ok(!('architecture' in further) && !('normalization' in further));
        assert.equal(further.seed, 1);
    });
});

describe('Curves', () => {
    const progress = (changes) => ({
        phase: 'training', epoch: 0, epochs: 2, images: 0, epochImages: 1000, loss: 2, accuracy: 0.1, validationLoss: null,
        validationAccuracy: null, imagesPerSecond: 1, ...changes,
    });

    it('show the mean since the last point, not since the epoch began', () => {
        const recorder = createCurveRecorder();
        recorder.add(progress({ images: 100, loss: 2 }), 0);
        recorder.add(progress({ images: 150, loss: 5 }), 1);
        recorder.add(progress({ images: 200, loss: 1.5 }), 1000);
        assert.deepEqual(recorder.curves.loss.x, [0.1, 0.2]);
        assert.deepEqual(recorder.curves.loss.training, [2, 1]);
    });

    it('have the validation where the epoch ends, and begin the next one anew', () => {
        const recorder = createCurveRecorder();
        recorder.add(progress({ images: 1000, loss: 1 }), 0);
        recorder.add(progress({ phase: 'epoch-end', images: 1000, loss: 1, validationLoss: 0.5, validationAccuracy: 0.9 }), 1);
        recorder.add(progress({ epoch: 1, images: 500, loss: 0.25 }), 1000);
        assert.deepEqual(recorder.curves.loss, { x: [1, 1.5], training: [1, 0.25], validation: [0.5, null] });
        assert.deepEqual(recorder.curves.accuracy.validation, [0.9, null]);
    });

    it('go on from kept ones and stay short', () => {
        const first = createCurveRecorder();
        const count = 5000;
        for (let index = 1; index <= count; index++) {
            const phase = index % 1000 === 0 ? 'epoch-end' : 'training';
            const epoch = Math.floor((index - 1) / 1000);
            const images = index - 1000 * epoch;
            first.add(progress({ phase, epoch, images, validationLoss: 0.5, validationAccuracy: epoch }), index * 1000);
        }
        const recorder = createCurveRecorder(JSON.parse(JSON.stringify(first.curves)));
        const { x, training, validation } = recorder.curves.accuracy;
        assert.ok(x.length <= 601 && x.length > 100, `${x.length} points`);
        assert.ok(x.every((value, index) => index === 0 || value > x[index - 1]));
        assert.ok(training.every((value) => Math.abs(value - 0.1) < 1e-9));
        assert.deepEqual(validation.filter((value) => value !== null), [0, 1, 2, 3, 4]);
        assert.equal(x.at(-1), 5);
    });
});

describe('A lesson', () => {
    const old = numbered(2500);

    for (const [count, repeats] of [[1, 100], [5, 42], [20, 11], [100, 2], [1000, 1]]) {
        it(`repeats ${count} kept digits ${repeats} times`, () => {
            const own = numbered(count, 3);
            const { data, validation } = lesson(own, old);
            assert.deepEqual([...data.labels.subarray(0, count)], [...own.labels]);
            assert.equal(data.labels.length, 1400 + 500);
            const counted = data.labels.length - Math.floor(data.labels.length * (1 - validation));
            assert.ok(Math.abs(counted - 500) <= 1, `${counted} for validation`);
            const first = data.images.subarray(repeats * count * PIXELS, (repeats * count + 1) * PIXELS);
            assert.ok(first.every((ink) => ink === 1), 'the remembered images follow');
            assert.deepEqual(data.images.subarray(-PIXELS), old.images.subarray(-PIXELS));
        });
    }
});

describe('The desk', () => {
    it('holds a reading for out of date that was begun before the last change', () => {
        const desk = new Desk();
        const [before, after] = [{ isStale: false }, { isStale: false }];
        const { age } = desk;
        desk.forgetReadings();
        desk.add(before, age);
        desk.add(after, desk.age);
        assert.deepEqual([before.isStale, after.isStale], [true, false]);
    });

    it('keeps the explanation of the picture on top alone', () => {
        const desk = new Desk();
        const pictures = [0, 1].map(() => ({ opened: null, isStale: false, reading: { explanation: {} } }));
        for (const picture of pictures) desk.add(picture);
        const kept = () => pictures.map(({ reading }) => 'explanation' in reading);
        desk.show(pictures[0]);
        desk.show(pictures[0]);
        assert.deepEqual(kept(), [true, true]);
        desk.show(pictures[1]);
        assert.deepEqual(kept(), [false, true]);
        desk.show(null);
        assert.deepEqual(kept(), [false, false]);
    });
});

describe('Words', () => {
    it('tell times, shares and sizes', () => {
        assert.equal(duration(0.2), '1 s');
        assert.equal(duration(95), '1:35 min');
        assert.equal(duration(3599.7), '60:00 min');
        assert.equal(duration(3700), '1:02 h');
        assert.equal(percent(0.98765), '98.77 %');
        assert.equal(megabytes(201_024), '0.20 MB');
    });
});

describe('What somebody said that digits are', () => {
    const digit = (label, x) => ({
        label, x, y: 0, width: 9, height: 20, digit: Number(label), confidence: 0.4, doubtful: true, besideLeftOut: true,
        line: 0, spaceBefore: false, probabilities: [], input: Uint8Array.from({ length: 784 }, (_, index) => (index + x) % 256),
    });
    const reading = (text, ...digits) => ({ text, digits, width: 99, height: 99 });
    const labels = [...'0123456789'];

    it('stands in text and digits, without a doubt, for the same ink only', () => {
        const corrections = new Corrections();
        const [one, two, three] = [digit('1', 0), digit('2', 20), digit('1', 40)];
        corrections.add(null, three, '7');
        const corrected = corrections.applied(null, reading('1 2\n1', one, two, three), labels);
        assert.equal(corrected.text, '1 2\n7');
        assert.deepEqual(corrected.digits.map(({ label, doubtful, said }) => [label, doubtful, said]),
            [['1', true, undefined], ['2', true, undefined], ['7', false, true]]);
        assert.equal(corrections.applied(null, reading('1', { ...three, x: 41 }), labels).text, '1');
        assert.equal(corrections.applied({}, reading('1', three), labels).text, '1', 'of another picture');
        assert.equal(corrections.applied(null, reading('1', three), ['a', 'b']).text, '1', 'by a network of other classes');
        corrections.add(null, three, '4');
        assert.equal(corrections.applied(null, reading('1', three), labels).text, '4', 'the last holds');
        corrections.forget();
        assert.equal(corrections.applied(null, reading('1', three), labels).text, '1');
    });
});

describe('A steady reading', () => {
    it('is one that several of the latest frames give, and never none', () => {
        const steady = new Steady();
        const texts = ['12', '12', '', '12', '17', '17', '17', '', '', ''];
        assert.deepEqual(texts.map((text) => steady.add(text)),
            [false, false, false, true, false, false, true, false, false, false]);
    });
});

describe('What was done on the paper', () => {
    it('can be undone and done again, as far back as is kept', () => {
        const history = new InkHistory(), papers = Array.from({ length: 3 * MOST_CHANGES }, (_, index) => [{ points: [], width: index }]);
        for (const paper of papers.slice(0, -1)) history.remember(paper);
        let paper = papers.at(-1), count = 0;
        for (; history.canUndo; count++) assert.equal(paper = history.undo(paper), papers.at(-2 - count));
        assert.equal(count, MOST_CHANGES);
        assert.equal(history.undo(paper), undefined);
        while (history.canRedo) paper = history.redo(paper);
        assert.equal(paper, papers.at(-1));
    });
});

describe('Scratching out', () => {
    const strokeOf = (points) => ({ width: 9, hasPressure: false, points: points.map(([x, y]) => ({ x, y, pressure: 0.5 })) });
    const shape = (name, left = 0) => penShape(name).strokes.map((points) => strokeOf(points.map(([x, y]) => [left + 60 * x, 100 * y])));
    const zigzag = (legs, left = -10, right = 70) => strokeOf(Array.from({ length: legs + 1 }, (_, index) =>
        [index % 2 ? right : left, 5 + (90 * index) / legs]));

    it('takes strokes of every digit that a line goes to and fro over, and those alone', () => {
        const beside = shape('3', 200);
        for (const name of '0123456789') {
            const over = shape(name);
            assert.deepEqual(scratchedOut(zigzag(8), [...over, ...beside]), over, name);
        }
        assert.deepEqual(scratchedOut(zigzag(8), [strokeOf([[30, 50]])]).length, 1, 'a dot');
    });

    it('is no digit that is written over or beside others, and no short zigzag', () => {
        for (const name of '0123456789') {
            for (const stroke of shape(name)) assert.deepEqual(scratchedOut(stroke, shape('8')), [], name);
        }
        assert.deepEqual(scratchedOut(zigzag(3), shape('2')), []);
        assert.deepEqual(scratchedOut(zigzag(8, 300, 380), shape('2')), []);
    });
});

describe('Pictures that wait', () => {
    const turn = () => new Promise((resolve) => setTimeout(resolve));

    /** A queue whose files are decoded and read when the test says so, and what it did. */
    function queueByHand(atOnce = 1) {
        const log = [], ends = new Map();
        const later = (what) => (file, decoded) => new Promise((resolve, reject) => {
            log.push(`${what} ${file.name}`);
            ends.set(`${what} ${file.name}`, (error) => (error ? reject(new Error(error)) : resolve(`${decoded ?? ''}${file.name}`)));
        });
        const open = createPictureQueue({
            atOnce: () => atOnce,
            decode: later('decode'),
            read: later('read'),
            onOpening: (sentence) => log.push(sentence),
            onOpened: (picture, isFirst) => log.push(`opened ${picture}${isFirst ? ' first' : ''}`),
            onEnd: (problem) => log.push(problem ? problem.message : 'end'),
        });
        const end = async (what, error) => {
            ends.get(what)(error);
            await turn();
        };
        return { log, open: (...names) => open(names.map((name) => ({ name }))), end };
    }

    it('are decoded one ahead of the one that is read, and opened in order', async () => {
        const { log, open, end } = queueByHand();
        open('a', 'b', 'c');
        await turn();
        assert.deepEqual(log.splice(0), ['Opening a, 2 more to come…', 'decode a']);
        await end('decode a');
        assert.deepEqual(log.splice(0), ['decode b', 'read a']);
        await end('decode b');
        assert.deepEqual(log, []);
        await end('read a');
        assert.deepEqual(log.splice(0), ['read b', 'opened aa first', 'Opening b, 1 more to come…', 'decode c']);
        await end('read b');
        await end('decode c');
        await end('read c');
        assert.deepEqual(log, ['opened bb', 'Opening c…', 'read c', 'opened cc', 'end']);
    });

    it('are read several at the same time, and opened in order whichever is read first', async () => {
        const { log, open, end } = queueByHand(2);
        open('a', 'b', 'c', 'd');
        await turn();
        await end('decode a');
        await end('decode b');
        await end('decode c');
        // A third is decoded, and no more than that, until the first one is opened.
        assert.deepEqual(log.splice(0), ['Opening a, 3 more to come…', 'decode a', 'decode b', 'read a', 'decode c', 'read b']);
        await end('read b');
        assert.deepEqual(log.splice(0), ['read c']);
        await end('read c', 'c could not be read. It is empty.');
        assert.deepEqual(log.splice(0), []);
        await end('read a');
        assert.deepEqual(log.splice(0), ['opened aa first', 'Opening b, 2 more to come…', 'decode d', 'opened bb',
            'Opening c, 1 more to come…', 'Opening d…']);
        await end('decode d');
        await end('read d');
        assert.deepEqual(log, ['read d', 'opened dd', 'c could not be read. It is empty.']);
    });

    it('are told in their turn when they cannot be opened, and hold up no other', async () => {
        const { log, open, end } = queueByHand();
        open('a', 'b', 'c');
        await turn();
        await end('decode a');
        await end('decode b', 'b could not be read. It is empty.');
        await end('read a', 'a could not be read. It is empty.');
        await end('decode c');
        await end('read c');
        assert.deepEqual(log.slice(-2), ['opened cc first', 'a and b could not be read. It is empty.']);
        open();
        await turn();
        assert.equal(log.at(-1), 'end');
    });
});
