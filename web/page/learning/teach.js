// The controller of teaching: keeps corrected digits, and trains the model in use further on them, mixed with images that
// it remembers. Knows its widgets, but not how they draw, and nothing of the worker.

import { byId, keepFocus } from '../dom.js';
import { MOST_DIGITS, readDigitsFile, writeDigits } from '../storage/kept-digits.js';
import { loadRemembered } from '../storage/mnist.js';
import { lesson, TEACHING } from './lesson.js';
import { readsTenDigits } from '../ten-digits.js';
import { download, percent, sentenceOf, whole } from '../words.js';
import { createBeforeAfter } from '../widgets/before-after.js';
import { createGallery } from '../widgets/image-gallery.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { ModelInUse, PageModels } from './models.js' */
/** @import { KeptDigit, PageStorage } from '../storage/storage.js' */
/** @import { LabelledImages } from '../../../wasm/scrawl.d.ts' */
/** @typedef {{ own: number, check: number }} Marks shares that are read rightly */

const SECOND = 1000;
/** More is worth a word, as a share of the check images. */
const NOTABLE_LOSS = 0.005;
const FILE_NAME = 'scrawl-digits.json';
const LESSON_GOES_ON = 'The model in use is being taught. Wait until the lesson is over.';

/** @param {Uint8Array} reads @param {Uint8Array | Uint8ClampedArray} labels */
function shareRight(reads, labels) {
    return reads.reduce((right, read, index) => right + Number(read === labels[index]), 0) / labels.length;
}

/** @param {Uint8Array} image @param {Uint8Array} other */
function isSame(image, other) {
    return image.every((ink, index) => ink === other[index]);
}

/** @param {KeptDigit[]} digits at least one */
function imagesOf(digits) {
    const images = new Uint8Array(digits.length * digits[0].image.length);
    digits.forEach(({ image }, index) => images.set(image, index * image.length));
    return { images, labels: Uint8Array.from(digits, ({ label }) => label) };
}

/**
 * @param {object} parts
 * @param {ReadingEngine} parts.engine
 * @param {PageStorage} parts.storage
 * @param {PageModels} parts.models
 */
export function createTeaching({ engine, storage, models }) {
    const page = {
        empty: byId('teach-empty'),
        kept: byId('teach-kept'),
        count: byId('teach-count'),
        problem: byId('teach-problem'),
        begin: /** @type {HTMLButtonElement} */ (byId('teach-begin')),
        export: byId('teach-export'),
        import: /** @type {HTMLButtonElement} */ (byId('teach-import')),
        reset: /** @type {HTMLButtonElement} */ (byId('teach-reset')),
        undo: /** @type {HTMLButtonElement} */ (byId('teach-undo')),
        file: /** @type {HTMLInputElement} */ (byId('teach-file')),
        bar: /** @type {HTMLProgressElement} */ (byId('teach-bar')),
        result: byId('teach-result'),
        text: byId('teach-text'),
        tab: byId('teach-tab'),
        spoken: byId('teach-spoken'),
    };
    const gallery = createGallery(byId('teach-gallery'), {
        onRemove: (index) => attempt(() => forget(index)),
        onEmptied: () => page.import.focus(),
    });
    const beforeAfter = createBeforeAfter(byId('teach-compare'));

    /** @type {(KeptDigit & { id: number })[]} */
    let digits = [];
    /** What the model in use reads the digits as. @type {Uint8Array | null} */
    let reads = null;
    /** @type {Promise<Awaited<ReturnType<typeof loadRemembered>>> | null} */
    let remembered = null;
    let isTeaching = false;
    /** One change of the kept digits at a time. @type {Promise<unknown>} */
    let changing;
    /** They are read and shown one time after the other: else an older state might come last. @type {Promise<unknown>} */
    let showing = Promise.resolve();

    // ---- What is seen ----

    /** @param {string} sentence */
    function showProblem(sentence) {
        page.problem.textContent = sentence;
        page.problem.hidden = !sentence;
    }

    /** @param {() => unknown} act */
    async function attempt(act) {
        showProblem('');
        try {
            await act();
        } catch (error) {
            showProblem(sentenceOf(error));
        }
    }

    function show() {
        const count = digits.length;
        const isNone = count === 0;
        page.empty.hidden = !isNone;
        page.kept.hidden = isNone;
        page.export.hidden = isNone;
        page.reset.hidden = isNone;
        page.begin.disabled = isNone || isTeaching;
        for (const button of [page.import, page.reset, page.undo]) button.disabled = isTeaching;
        page.begin.textContent = isNone ? 'Teach it' : `Teach it ${count === 1 ? 'this digit' : `these ${whole(count)} digits`}`;
        page.count.textContent = count === 1 ? 'One digit of yours' : `${whole(count)} digits of yours`;
        page.tab.dataset.count = isNone ? '' : String(count);
        gallery.show(digits.map(({ image, label, readAs }, index) => {
            const read = reads?.[index] ?? readAs;
            const isRight = read === label;
            return {
                image,
                caption: String(label),
                note: read === null ? '' : `read as ${read}`,
                tone: read === null ? '' : isRight ? 'right' : 'wrong',
                name: `A ${label} of yours${read === null ? '' : `, now read as ${read}`}`,
            };
        }));
    }

    function reload() {
        const shown = showing.then(showKept);
        showing = shown.catch(() => {});
        return shown;
    }

    async function showKept() {
        const kept = await storage.keptDigits();
        const classes = kept.length ? (await engine.predictImages(imagesOf(kept).images)).classes : null;
        [digits, reads] = [kept, classes];
        show();
    }

    // ---- Keeping ----

    /** @param {KeptDigit[]} more */
    async function keepAll(more) {
        if (digits.length + more.length > MOST_DIGITS) {
            throw new Error(`More than ${whole(MOST_DIGITS)} digits can’t be kept. Remove some, or export and reset them.`);
        }
        await storage.keepDigits(more);
        await reload();
    }

    /** The same image has one label, the last that it was given. @param {KeptDigit} digit */
    async function keep(digit) {
        const kept = digits.find(({ image }) => isSame(image, digit.image));
        if (!kept) return keepAll([digit]);
        await storage.relabelDigit(kept.id, digit.label);
        await reload();
    }

    /** @param {number} index */
    async function forget(index) {
        if (isTeaching) throw new Error(LESSON_GOES_ON);
        await storage.removeDigit(digits[index].id);
        await reload();
    }

    /** @param {File} file */
    async function importFile(file) {
        const more = await readDigitsFile(file);
        const isKept = (/** @type {KeptDigit} */ { image }) => digits.some((digit) => isSame(digit.image, image));
        const fresh = more.filter((digit) => !isKept(digit));
        await keepAll(fresh);
        const known = more.length - fresh.length;
        page.spoken.textContent = `${whole(fresh.length)} digits imported${known ? `, ${whole(known)} were there already` : ''}.`;
    }

    // ---- Teaching ----

    /** @param {LabelledImages} own @param {LabelledImages} check @returns {Promise<Marks>} with what the engine has loaded */
    async function mark(own, check) {
        const { classes } = await engine.predictImages(/** @type {Uint8Array} */ (own.images));
        const { classes: checked } = await engine.predictImages(/** @type {Uint8Array} */ (check.images));
        return { own: shareRight(classes, own.labels), check: shareRight(checked, check.labels) };
    }

    /**
     * Each lesson begins from the model as it was before any teaching, so that lessons don't wear it out.
     * @param {ModelInUse} model
     */
    async function baseOf({ id, taughtFrom }) {
        return taughtFrom !== null && await models.has(taughtFrom) ? taughtFrom : id;
    }

    function ensureTeachable() {
        if (!readsTenDigits(engine.labels)) throw new Error('The model in use doesn’t read the ten digits. Use another model to teach it.');
    }

    /** Digits that are kept meanwhile wait for the next lesson, and the model in use stays. */
    async function teach() {
        if (isTeaching) return;
        ensureTeachable();
        const [own, model] = [imagesOf(digits), models.current];
        const release = models.hold(LESSON_GOES_ON);
        isTeaching = true;
        show();
        page.bar.hidden = false;
        page.bar.removeAttribute('value');
        try {
            remembered ??= loadRemembered();
            const { remembered: old, check } = await remembered.catch((error) => {
                remembered = null;
                throw error;
            });
            await teachWith(own, model, old, check);
        } finally {
            isTeaching = false;
            release();
            page.bar.hidden = true;
            show();
            keepFocus(page.begin);
        }
        await reload();
    }

    /** @param {LabelledImages} own @param {ModelInUse} model in use @param {LabelledImages} old @param {LabelledImages} check */
    async function teachWith(own, model, old, check) {
        const before = await mark(own, check);
        const base = await baseOf(model);
        const former = await engine.saveModel();
        try {
            const baseBytes = base === model.id ? null : await models.bytesOf(base);
            const began = performance.now();
            if (baseBytes) await engine.loadModel(baseBytes);
            await train(own, old);
            const taught = await engine.saveModel();
            const seconds = (performance.now() - began) / SECOND;
            const after = await mark(own, check);
            const kept = base === model.id ? models.taughtFrom(base)?.id : model.id;
            const { problem } = await models.add(`${model.name}, taught`, taught, { id: kept, taughtFrom: base });
            showResult(before, after, own.labels.length, check.labels.length, seconds);
            showProblem(problem);
        } catch (error) {
            await engine.loadModel(former).catch(() => {});
            throw error;
        }
    }

    /** @param {LabelledImages} own @param {LabelledImages} old */
    async function train(own, old) {
        const { data, validation } = lesson(own, old);
        const training = await engine.startTraining(data, { ...TEACHING, validationSplit: validation }, {
            transfer: true,
            onProgress: ({ images, epochImages }) => (page.bar.value = images / epochImages),
        });
        await training.finished;
    }

    /** @param {Marks} before @param {Marks} after @param {number} count @param {number} checkCount @param {number} seconds */
    function showResult(before, after, count, checkCount, seconds) {
        const own = (/** @type {number} */ share) => `${Math.round(share * count)} of ${count}`;
        beforeAfter.show([
            { name: 'Your digits', before: before.own, after: after.own, beforeText: own(before.own), afterText: own(after.own) },
            {
                name: `${whole(checkCount)} of MNIST’s test images`,
                before: before.check,
                after: after.check,
                beforeText: percent(before.check, 1),
                afterText: percent(after.check, 1),
            },
        ]);
        const lost = before.check - after.check;
        const sentence = lost > NOTABLE_LOSS
            ? 'It forgot some of what it knew: look whether all your digits have the right label, or take it back.'
            : 'It reads with what it learnt from now on.';
        page.text.textContent = `Learnt in ${seconds.toFixed(1)} s, together with images that it knew. ${sentence}`;
        page.result.hidden = false;
        page.spoken.textContent = `Of your digits it read ${own(before.own)} before and reads ${own(after.own)} now.`;
    }

    /** To the model as it was before any teaching; where that is out of reach, to the one that comes with the page. */
    async function takeBack() {
        if (isTeaching) throw new Error(LESSON_GOES_ON);
        const { id, taughtFrom } = models.current;
        if (taughtFrom !== null) {
            const isThere = await models.has(taughtFrom);
            await (isThere ? models.use(taughtFrom).catch(models.useShipped) : models.useShipped());
            await models.remove(id);
        }
        page.result.hidden = true;
        await reload();
        keepFocus(page.begin);
        page.spoken.textContent = `It is taken back. ${models.current.name} is in use.`;
    }

    async function reset() {
        try {
            await takeBack();
            await storage.removeDigits();
        } finally {
            await reload();
        }
        page.spoken.textContent = `Your digits are forgotten, and ${models.current.name} is in use.`;
        page.import.focus();
    }

    page.begin.addEventListener('click', () => attempt(teach));
    page.undo.addEventListener('click', () => attempt(takeBack));
    page.reset.addEventListener('click', () => attempt(reset));
    page.export.addEventListener('click', () => download(writeDigits(digits), FILE_NAME, 'application/json'));
    page.import.addEventListener('click', () => page.file.click());
    page.file.addEventListener('change', () => {
        const [file] = page.file.files ?? [];
        page.file.value = '';
        if (file) attempt(() => importFile(file));
    });

    const started = attempt(reload);
    changing = started;

    return {
        started,
        /** Another model reads: what it makes of the kept digits may have changed. */
        modelChanged: () => (isTeaching ? undefined : attempt(reload)),
        /**
         * Keeps a correction.
         * @param {Uint8Array} image 28×28, what the network saw
         * @param {number} label what it is
         * @param {number | null} [readAs] what it was read as
         */
        keep(image, label, readAs = null) {
            const digit = { image: image.slice(), label, readAs, kept: Date.now() };
            const kept = changing.then(() => keep(digit));
            changing = kept.catch(() => {});
            return kept;
        },
        get count() {
            return digits.length;
        },
    };
}

/** @typedef {ReturnType<typeof createTeaching>} Teaching */
