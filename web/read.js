// The controller of reading: what is written or opened goes to the engine, and what it reads onto the page.
// Knows which widgets there are, but not how they draw, and nothing of the worker.

import { Desk } from './desk.js';
import { byId } from './dom.js';
import { exampleStrokes } from './example.js';
import { createInside } from './inside.js';
import { startOpening } from './pictures.js';
import { createResult } from './result.js';
import { stageFigures, strokeFigures } from './stages.js';
import { createThumbnail, drawThumbnail } from './thumbnails.js';
import { createBoxes } from './widgets/boxes.js';
import { createDrawingPad } from './widgets/drawing-pad.js';
import { createFileDrop } from './widgets/file-drop.js';
import { createNotice } from './widgets/notice.js';
import { createNumberLine } from './widgets/number-line.js';
import { createPictureStrip } from './widgets/picture-strip.js';
import { createPictureView } from './widgets/picture-view.js';
import { createShortcuts } from './widgets/shortcuts.js';

/** @import { ReadingEngine } from './engine.js' */
/** @import { PictureItem } from './desk.js' */
/** @import { OnCorrect } from './result.js' */
/** @import { Digit, Reading } from './wasm/scrawl.d.ts' */

const SENTENCES = {
    loading: 'Loading the network…',
    empty: 'What you write is read here.',
    reading: 'Reading…',
    emptyPicture: 'No digit was found in this picture. Try one with dark digits on light paper, or light ones on dark.',
    emptyDrawing: 'No digit was found in this drawing. Write one larger, or clear the paper and start again.',
    hidden: 'The browser can’t show this kind of picture, but it was read.',
    notCopied: 'The browser didn’t let the number be copied. Select it and copy it yourself.',
    stopped: 'The reader stopped after an internal error. Reload the page to go on.',
};

/** The button says that it has copied for this long, in milliseconds. */
const COPIED = 1500;

/** Screen readers hear the result when writing has paused for this long, in milliseconds. */
const PAUSE = 700;

/** @param {unknown} error */
function sentenceOf(error) {
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    return code === 'STOPPED' ? SENTENCES.stopped : message;
}

/** @param {Reading} reading */
function spokenReading({ text, digits }) {
    const least = Math.round(Math.min(...digits.map(({ confidence }) => confidence)) * 100);
    return `It reads ${text.replaceAll('\n', ', ')}, ${least} percent sure.`;
}

/** @param {Reading} reading */
function describeCertainty({ digits }) {
    const doubtful = digits.filter((digit) => digit.doubtful).length;
    if (doubtful === 0) return '';
    if (digits.length === 1) return 'Not sure';
    return doubtful === 1 ? '1 digit is doubtful' : `${doubtful} digits are doubtful`;
}

/** @param {Digit} digit @param {{ x: number, y: number }} point */
function distance({ x, y, width, height }, point) {
    return Math.hypot(Math.max(x - point.x, 0, point.x - x - width), Math.max(y - point.y, 0, point.y - y - height));
}

class Reader {
    /** @type {(engine: ReadingEngine | null) => void} */ #start = () => {};
    /** The engine, or null when it could not be started. @type {Promise<ReadingEngine | null>} */
    #started = new Promise((resolve) => (this.#start = resolve));
    /** @type {ReadingEngine | null} */ #engine = null;
    /** What is said as long as there is no engine. */ #problem = '';
    #training = false;
    #desk = new Desk();
    #open = startOpening();
    /** Pictures are opened one after the other. */ #queue = Promise.resolve();
    /** Of those that are still to be opened. */ #waiting = 0;
    /** Of what lies on top. @type {Reading | null} */ #reading = null;
    /** As it was read last. */ #drawingText = '';
    #chosen = 0;
    /** The digit that is nearest to it is chosen. @type {{ x: number, y: number } | null} */ #focus = null;
    /** Counts what has been taken off the desk: a reading of something that is gone is dropped. */ #version = 0;
    /** The version whose picture lies on the desk already. */ #laid = -1;
    #panel = 'result';
    /** The number that was spoken, or will be. */ #spokenText = '';
    #pauseTimer = 0;
    #copiedTimer = 0;

    #undo = /** @type {HTMLButtonElement} */ (byId('undo'));
    #redo = /** @type {HTMLButtonElement} */ (byId('redo'));
    #clear = /** @type {HTMLButtonElement} */ (byId('clear'));
    #single = /** @type {HTMLInputElement} */ (byId('single'));
    #number = createNumberLine(byId('number'));
    #spoken = byId('spoken');

    /** @param {{ onCorrect?: OnCorrect, showPanel: (name: string) => void }} listeners */
    constructor({ onCorrect, showPanel }) {
        this.showPanel = showPanel;
        this.boxes = createBoxes(/** @type {SVGElement} */ (/** @type {unknown} */ (byId('boxes'))));
        this.pictureView = createPictureView(/** @type {HTMLCanvasElement} */ (byId('picture')), {
            onTap: (x, y) => this.#tapPicture(x, y),
        });
        this.pad = createDrawingPad(/** @type {HTMLCanvasElement} */ (byId('pad')), {
            onChange: () => this.#inkChanged(),
            onTap: (point) => this.#chooseAt(point),
        });
        this.strip = createPictureStrip(byId('pictures'), { onChoose: (index) => this.#show(this.#desk.pictures[index - 1] ?? null) });
        this.notice = createNotice(byId('message'), { text: byId('message-text'), close: byId('message-close') });
        this.result = createResult({ onChoose: (index) => this.#choose(index), onRegion: () => this.#showStages(), onCorrect });
        this.inside = createInside();
        this.#listen();
        this.#updateTools();
    }

    // ---- What others tell it ----

    /** @param {ReadingEngine} engine */
    useEngine(engine) {
        this.#engine = engine;
        this.#start(engine);
        this.#showFacts();
        this.#read();
    }

    /** @param {string} problem a sentence */
    failToStart(problem) {
        this.#problem = problem;
        this.#start(null);
        this.#read();
    }

    /** The model is another one, or has learnt. */
    readAgain() {
        this.#desk.forgetReadings();
        this.#read();
        this.#showFacts();
    }

    /** @param {boolean} training read with the weights of the training that runs */
    setTraining(training) {
        this.#training = training;
        this.readAgain();
    }

    /** @param {string} name of the panel that came to light */
    panelShown(name) {
        this.#panel = name;
        if (this.#reading?.digits.length) this.#showChosen();
    }

    // ---- Saying ----

    /** @param {unknown} error */
    #sayError(error) {
        const sentence = sentenceOf(error);
        this.notice.show(sentence, 'error');
        this.#spoken.textContent = sentence;
    }

    /** @param {string} sentence */
    #speakAfterPause(sentence) {
        clearTimeout(this.#pauseTimer);
        this.#pauseTimer = setTimeout(() => (this.#spoken.textContent = sentence), PAUSE);
    }

    /** What stands where the number would. @param {string} sentence */
    #wait(sentence) {
        byId('waiting').textContent = sentence;
        byId('waiting').hidden = false;
        byId('answer').hidden = true;
    }

    /** @param {number} [milliseconds] of the latest reading */
    #showFacts(milliseconds) {
        if (!this.#engine) return;
        const { parameters, threads } = this.#engine;
        const facts = [`${parameters.toLocaleString('en')} parameters`, threads === 1 ? '1 thread' : `${threads} threads`];
        if (milliseconds !== undefined) facts.push(`read in ${Math.max(1, Math.round(milliseconds))} ms`);
        byId('facts').textContent = facts.join(' · ');
    }

    // ---- Showing ----

    #showNothing() {
        clearTimeout(this.#pauseTimer);
        this.#reading = null;
        this.#spokenText = '';
        this.#spoken.textContent = '';
        this.boxes.clear();
        this.result.showNothing();
        this.inside.showNothing();
    }

    /** @param {Reading} reading */
    #showReading(reading) {
        if (reading.digits.length === 0) {
            this.#showNoDigit();
            return;
        }
        this.#reading = reading;
        const { text, digits } = reading;
        this.#chosen = this.#nearest(digits);
        byId('waiting').hidden = true;
        byId('answer').hidden = false;
        this.#number.show(text, digits);
        byId('certainty').textContent = describeCertainty(reading);
        this.#showChosen();
        // A network that learns is surer of the same number every moment: nobody wants to hear that.
        if (text !== this.#spokenText) this.#speakAfterPause(spokenReading(reading));
        this.#spokenText = text;
    }

    #showNoDigit() {
        this.#showNothing();
        // A stroke that has only begun is not blamed for being none yet.
        const sentence = this.#desk.top ? SENTENCES.emptyPicture : SENTENCES.emptyDrawing;
        this.#wait(this.pad.isWriting ? SENTENCES.reading : sentence);
        if (!this.pad.isWriting) this.#speakAfterPause(sentence);
    }

    /** @param {Digit[]} digits */
    #nearest(digits) {
        const focus = this.#focus;
        if (!focus) return 0;
        const distances = digits.map((digit) => distance(digit, focus));
        return distances.indexOf(Math.min(...distances));
    }

    #showChosen() {
        const [reading, engine] = [this.#reading, this.#engine];
        if (!reading || !engine) return;
        const size = this.#desk.top ? reading : this.pad.view;
        this.boxes.show(reading.digits, size, this.#chosen);
        this.result.show(reading, this.#chosen, engine.labels);
        if (this.#panel === 'inside') this.inside.show(engine, reading.digits[this.#chosen], this.#training);
        // The pen comes first: how a digit was found is shown when it is lifted.
        if (this.#panel === 'result' && !this.pad.isWriting) this.#showStages();
    }

    async #showStages() {
        const [reading, engine, picture] = [this.#reading, this.#engine, this.#desk.top];
        if (!reading || !engine) return;
        const digit = reading.digits[this.#chosen];
        const { isWhole } = this.result;
        if (!picture) {
            const { width, height } = this.pad.view;
            const paper = { x: 0, y: 0, width, height };
            this.result.showStages(strokeFigures({ ink: this.pad.ink, digits: reading.digits, digit, paper, isWhole }));
            return;
        }
        const stages = await this.#stagesOf(reading, picture);
        if (!stages || reading !== this.#reading || digit !== reading.digits[this.#chosen]) return;
        this.result.showStages(stageFigures({ reading, stages, digit, bitmap: picture.opened?.bitmap ?? null, isWhole }));
    }

    /** They are large, so only those of the picture on top are kept, with its reading. @param {Reading} reading @param {PictureItem} picture */
    async #stagesOf(reading, { opened }) {
        if (!reading.stages && opened && this.#engine) {
            const options = { single: this.#single.checked, training: this.#training, stages: true };
            try {
                reading.stages = (await this.#engine.client.predict(opened.readable, options)).stages;
            } catch (error) {
                this.#sayError(error);
            }
        }
        return reading.stages;
    }

    #updateTools() {
        const picture = this.#desk.top;
        byId('sheet').dataset.shows = picture ? 'picture' : 'drawing';
        this.#undo.disabled = Boolean(picture) || !this.pad.canUndo;
        this.#redo.disabled = Boolean(picture) || !this.pad.canRedo;
        this.#clear.disabled = !picture && this.pad.isEmpty;
        byId('clear-name').textContent = picture ? 'Close' : 'Clear';
        this.#clear.title = picture ? 'Close this picture (Esc)' : 'Clear the paper (Esc)';
        byId('invitation').hidden = Boolean(picture) || !this.pad.isEmpty;
    }

    #updateStrip() {
        const { pictures, top } = this.#desk;
        byId('pictures').hidden = pictures.length === 0;
        if (pictures.length === 0) return;
        const drawing = { name: 'Drawing', text: this.pad.isEmpty ? '' : this.#drawingText, doubtful: false, thumbnail: drawThumbnail(this.pad.ink, this.pad.view) };
        this.strip.show([drawing, ...pictures.map(({ file, reading, thumbnail }) => ({
            name: file.name,
            text: reading?.text ?? '',
            doubtful: Boolean(reading?.digits.some(({ doubtful }) => doubtful)),
            thumbnail,
        }))], top ? pictures.indexOf(top) + 1 : 0);
    }

    // ---- Reading ----

    /** Reads what lies on top. */
    async #read() {
        const [engine, picture, version] = [this.#engine, this.#desk.top, this.#version];
        if (!engine) {
            this.#wait(this.#problem || SENTENCES.loading);
            byId('readout').dataset.kind = this.#problem ? 'error' : '';
        }
        try {
            if (picture) await this.#readPicture(picture);
            else if (engine && !this.pad.isEmpty) await this.#readDrawing(engine, version);
            else if (engine) this.#showEmpty();
        } catch (error) {
            if (version !== this.#version) return;
            this.#showNothing();
            this.#wait(SENTENCES.empty);
            this.#sayError(error);
        }
    }

    #showEmpty() {
        this.#showNothing();
        this.#wait(SENTENCES.empty);
    }

    /** @param {ReadingEngine} engine @param {number} version */
    async #readDrawing(engine, version) {
        const result = await engine.readStrokes(this.pad.strokes, { single: this.#single.checked, training: this.#training });
        if (!result || version !== this.#version) return;
        this.#drawingText = result.reading.text;
        this.#showReading(result.reading);
        this.#showFacts(result.milliseconds);
    }

    /** @param {PictureItem} picture */
    async #readPicture(picture) {
        const version = this.#version;
        picture.opened ??= await this.#open(picture.file);
        if (version !== this.#version) return;
        this.#lay(picture.file.name, picture.opened.bitmap);
        picture.reading ??= await this.#readFile(picture.file, picture.opened.readable);
        this.#updateStrip();
        if (version === this.#version && picture.reading) this.#showReading(picture.reading);
    }

    /** @param {string} name @param {ImageBitmap | null} bitmap */
    #lay(name, bitmap) {
        if (this.#laid === this.#version) return;
        this.#laid = this.#version;
        this.pictureView.show(bitmap, name);
        if (!bitmap) this.notice.show(SENTENCES.hidden);
    }

    /**
     * The library decodes a file's bytes itself, as the command line does.
     * @param {File} file
     * @param {import('./wasm/scrawl.d.ts').Picture} readable
     * @returns {Promise<Reading | null>} null when another reading is needed by now, or none is possible
     */
    async #readFile({ name }, readable) {
        const engine = await this.#started;
        if (!engine) return null;
        const single = this.#single.checked;
        const training = this.#training;
        try {
            const start = performance.now();
            const reading = await engine.client.predict(readable, { single, training });
            this.#showFacts(performance.now() - start);
            return single === this.#single.checked && training === this.#training ? reading : null;
        } catch (error) {
            if (/** @type {{ code?: string }} */ (error).code === 'STOPPED') throw error;
            throw new Error(`${name} could not be read. ${sentenceOf(error)}`, { cause: error });
        }
    }

    // ---- Opening ----

    /** @param {File[]} files */
    openFiles(files) {
        this.#waiting += files.length;
        this.#queue = this.#queue.then(() => this.#openAll(files));
    }

    /** @param {File[]} files */
    async #openAll(files) {
        /** @type {unknown[]} */
        const problems = [];
        let isFirst = true;
        for (const file of files) {
            this.notice.show(this.#waiting > 1 ? `Opening ${file.name}, ${this.#waiting - 1} more to come…` : `Opening ${file.name}…`);
            try {
                const picture = await this.#openPicture(file);
                if (isFirst) this.#show(picture);
                else this.#updateStrip();
                isFirst = false;
            } catch (error) {
                problems.push(error);
            }
            this.#waiting--;
        }
        this.notice.hide();
        if (problems.length === 1) this.#sayError(problems[0]);
        else if (problems.length) this.#sayError(new Error(`${problems.length} of ${files.length} files could not be read. ${sentenceOf(problems[0])}`));
        else if (this.#desk.top?.opened && !this.#desk.top.opened.bitmap) this.notice.show(SENTENCES.hidden);
    }

    /** What can't be read fails here, and the desk stays as it is. @param {File} file @returns {Promise<PictureItem>} */
    async #openPicture(file) {
        const opened = await this.#open(file).catch((cause) => {
            throw new Error(`${file.name} could not be read. ${cause.message}`, { cause });
        });
        const reading = await this.#readFile(file, opened.readable);
        const picture = { file, opened, reading, thumbnail: createThumbnail(opened.bitmap) };
        this.#desk.add(picture);
        return picture;
    }

    // ---- Doing ----

    #inkChanged() {
        if (this.pad.isWriting) {
            this.notice.hide();
            this.#focus = this.pad.lastPoint;
        }
        if (this.pad.isEmpty) this.#version++;
        this.#updateTools();
        if (!this.#desk.top) this.#read();
    }

    /** @param {PictureItem | null} picture null: the drawing */
    #show(picture) {
        this.#version++;
        this.#desk.show(picture);
        this.#topChanged();
    }

    #topChanged() {
        const picture = this.#desk.top;
        this.#version++;
        this.#focus = picture ? null : this.pad.lastPoint;
        this.#showNothing();
        this.#wait(SENTENCES.reading);
        if (!picture) this.pictureView.hide();
        this.#updateTools();
        this.#updateStrip();
        this.#read();
    }

    /** @param {number} index */
    #choose(index) {
        const digit = this.#reading?.digits[index];
        if (!digit) return;
        this.#focus = { x: digit.x + digit.width / 2, y: digit.y + digit.height / 2 };
        this.#chosen = index;
        this.#showChosen();
    }

    /** @param {{ x: number, y: number }} point @returns {boolean} there is a digit */
    #chooseAt(point) {
        const index = this.#reading?.digits.findIndex((digit) => distance(digit, point) === 0) ?? -1;
        if (index < 0) return false;
        this.#choose(index);
        if (this.#panel !== 'inside') this.showPanel('result');
        return true;
    }

    /** @param {number} x @param {number} y */
    #tapPicture(x, y) {
        const reading = this.#reading;
        if (reading) this.#chooseAt({ x: x * reading.width, y: y * reading.height });
    }

    /** @param {number} step */
    #chooseNext(step) {
        const count = this.#reading?.digits.length ?? 0;
        if (count) this.#choose((this.#chosen + step + count) % count);
    }

    #clearTop() {
        if (!this.#desk.top) {
            this.pad.clear();
            return;
        }
        this.#desk.close();
        this.#topChanged();
    }

    /** @param {number} step */
    #stepBack(step) {
        if (this.#desk.top) return;
        if (step < 0) this.pad.undo();
        else this.pad.redo();
    }

    async #copyNumber() {
        if (byId('answer').hidden) return;
        try {
            await navigator.clipboard.writeText(this.#number.text);
        } catch {
            this.#sayError(new Error(SENTENCES.notCopied));
            return;
        }
        byId('copy-name').textContent = 'Copied';
        clearTimeout(this.#copiedTimer);
        this.#copiedTimer = setTimeout(() => (byId('copy-name').textContent = 'Copy'), COPIED);
    }

    #writeExample() {
        const strokes = exampleStrokes(this.pad.view, this.pad.penWidth);
        if (matchMedia('(prefers-reduced-motion: reduce)').matches) this.pad.replace(strokes);
        else this.pad.write(strokes);
    }

    // ---- Listening ----

    /** Radio buttons of one name. @param {string} name @param {(value: string) => void} listener */
    #onChoice(name, listener) {
        for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
            input.addEventListener('change', () => listener(/** @type {HTMLInputElement} */ (input).value));
        }
    }

    /** @param {string} name @param {number | string} wanted a value, or how many buttons further */
    #choice(name, wanted) {
        const inputs = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll(`input[name="${name}"]`)]);
        const from = inputs.findIndex((input) => input.checked);
        const next = typeof wanted === 'number' ? inputs[from + wanted] : inputs.find(({ value }) => value === wanted);
        next?.click();
    }

    #listen() {
        this.#undo.addEventListener('click', () => this.#stepBack(-1));
        this.#redo.addEventListener('click', () => this.#stepBack(1));
        this.#clear.addEventListener('click', () => this.#clearTop());
        this.#single.addEventListener('change', () => this.readAgain());
        this.#onChoice('tool', (tool) => (this.pad.tool = tool === 'eraser' ? 'eraser' : 'pen'));
        this.#onChoice('width', (width) => (this.pad.penWidth = Number(width)));
        byId('copy').addEventListener('click', () => this.#copyNumber());
        byId('copy').hidden = !navigator.clipboard;
        byId('example').addEventListener('click', () => this.#writeExample());
        createFileDrop(byId('landing'), {
            choosers: [
                { button: byId('open'), input: /** @type {HTMLInputElement} */ (byId('file')) },
                { button: byId('take'), input: /** @type {HTMLInputElement} */ (byId('camera')) },
            ],
            onFiles: (files) => this.openFiles(files),
        });
        this.#listenToKeys();
    }

    #listenToKeys() {
        createShortcuts(/** @type {HTMLDialogElement} */ (byId('shortcuts')), {
            list: byId('shortcuts-list'),
            button: byId('shortcuts-open'),
            close: byId('shortcuts-close'),
            singleKeys: /** @type {HTMLInputElement} */ (byId('single-keys')),
            shortcuts: [
                { keys: ['Mod+Z'], text: 'Undo', run: () => this.#stepBack(-1) },
                { keys: ['Mod+Shift+Z', 'Mod+Y'], text: 'Redo', run: () => this.#stepBack(1) },
                { keys: ['Escape', 'Delete'], text: 'Clear the paper, or close the picture', run: () => this.#clearTop() },
                { keys: ['P'], text: 'Pen', run: () => this.#choice('tool', 'pen') },
                { keys: ['E'], text: 'Eraser', run: () => this.#choice('tool', 'eraser') },
                { keys: ['['], text: 'Narrower', run: () => this.#choice('width', -1) },
                { keys: [']'], text: 'Wider', run: () => this.#choice('width', 1) },
                { keys: ['ArrowLeft'], text: 'The digit before', run: () => this.#chooseNext(-1) },
                { keys: ['ArrowRight'], text: 'The next digit', run: () => this.#chooseNext(1) },
                { keys: ['D'], text: 'One digit, or several', run: () => this.#single.click() },
                { keys: ['C'], text: 'Copy the number', run: () => this.#copyNumber() },
                { keys: ['O'], text: 'Open pictures', run: () => byId('open').click() },
                { keys: ['Mod+V'], text: 'Read the picture on the clipboard' },
                { keys: ['?'], text: 'These shortcuts', run: () => byId('shortcuts-open').click() },
            ],
        });
    }
}

/** @param {ConstructorParameters<typeof Reader>[0]} listeners */
export function mountReader(listeners) {
    return new Reader(listeners);
}

/** @typedef {Reader} MountedReader */
