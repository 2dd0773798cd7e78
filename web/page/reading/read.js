// The controller of reading: what is written or opened goes to the engine, and what it reads onto the page.
// Knows which widgets there are, but not how they draw, and nothing of the worker.

import { Desk } from './desk.js';
import { byId } from '../dom.js';
import { exampleStrokes } from '../paper/example.js';
import { createFinder } from './finder.js';
import { createPictureQueue } from './picture-queue.js';
import { createOpener } from './pictures.js';
import { createReadout } from './readout.js';
import { ShownReading } from './shown-reading.js';
import { readsTenDigits } from '../ten-digits.js';
import { codeOf, sentenceOf } from '../words.js';
import { createThumbnail, drawThumbnail } from '../paper/thumbnails.js';
import { createTools } from './tools.js';
import { createDrawingPad } from '../paper/drawing-pad.js';
import { createPictureStrip } from '../widgets/picture-strip.js';
import { createPictureView } from '../paper/picture-view.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { PictureItem } from './desk.js' */
/** @import { OnCorrect } from './result.js' */
/** @import { Reading } from '../../../wasm/scrawl.d.ts' */

const SENTENCES = {
    loading: 'Loading the network…',
    empty: 'What you write is read here.',
    reading: 'Reading…',
    emptyPicture: 'No digit was found in this picture. Try one with dark digits on light paper, or light ones on dark.',
    emptyDrawing: 'No digit was found in this drawing. Write one larger, or clear the paper and start again.',
    hidden: 'The browser can’t show this kind of picture, but it was read.',
};

class Reader {
    /** @type {(engine: ReadingEngine | null) => void} */ #start = () => {};
    /** The engine, or null when it could not be started. @type {Promise<ReadingEngine | null>} */
    #started = new Promise((resolve) => (this.#start = resolve));
    /** @type {ReadingEngine | null} */ #engine = null;
    /** What is said as long as there is no engine. */ #problem = '';
    #training = false;
    #desk = new Desk();
    #opener = createOpener();
    #finder = createFinder(() => this.#readPicturesAgain());
    /** As it was read last. */ #drawingText = '';
    /** What the strip shows of the drawing. @type {{ ink: import('../paper/ink.js').InkStroke[], text: string } | null} */ #shownDrawing = null;
    /** Counts what has been taken off the desk: a reading of something that is gone is dropped. */ #version = 0;
    /** The version whose picture lies on the desk already. */ #laid = -1;
    /** A picture is being read, and was to be read once more meanwhile. */ #isReadingPicture = false;
    #isReadingAgain = false;
    /** Counts what has come to lie on top, each bit of ink: a reading of the latest is what is waited for. */ #changes = 0;
    #readout = createReadout();

    /** @param {{ onCorrect?: OnCorrect, showPanel: (name: string) => void }} listeners */
    constructor({ onCorrect, showPanel }) {
        this.pictureView = createPictureView(/** @type {HTMLCanvasElement} */ (byId('picture')), {
            onTap: (x, y) => this.shown.tapPicture(x, y),
        });
        this.pad = createDrawingPad(/** @type {HTMLCanvasElement} */ (byId('pad')), {
            onChange: () => this.#inkChanged(),
            onTap: (point) => this.shown.tapPaper(point),
        });
        this.strip = createPictureStrip(byId('pictures'), { onChoose: (index) => this.#show(this.#desk.pictures[index - 1] ?? null) });
        this.shown = new ShownReading({
            desk: this.#desk,
            pad: this.pad,
            readout: this.#readout,
            readExplanation: (picture) => this.#readExplanation(picture),
            showPanel,
            onCorrect,
        });
        this.tools = createTools({
            onStep: (step) => this.#step(step),
            onClear: () => this.#clearTop(),
            onSingle: () => this.readAgain(),
            onTool: (tool) => (this.pad.tool = tool),
            onWidth: (width) => (this.pad.penWidth = width),
            onNext: (step) => this.shown.chooseNext(step),
            onCopy: () => this.#readout.copy(),
            onFiles: (files) => this.openFiles(files),
        });
        this.openFiles = createPictureQueue({
            open: (file) => this.#openPicture(file),
            onOpening: (sentence) => this.#readout.notice.show(sentence),
            onOpened: (picture, isFirst) => (isFirst ? this.#show(picture) : this.#updateStrip()),
            onEnd: (problem) => this.#allOpened(problem),
        });
        byId('example').addEventListener('click', () => this.#writeExample());
        this.#updateTools();
    }

    // ---- What others tell it ----

    /** @param {ReadingEngine} engine @returns {Promise<void>} when it has read what was written by then */
    async useEngine(engine) {
        this.#engine = engine;
        this.#start(engine);
        await this.#read();
        this.#updateFacts();
        // A reader that ends before is told of by what it was asked for.
        engine.complete.then(() => this.#readout.showFacts(engine), () => {});
    }

    /** Something else failed; reading goes on. @param {unknown} error */
    sayError(error) {
        this.#readout.sayError(error);
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
        if (!this.#training) this.#updateFacts();
    }

    #readPicturesAgain() {
        this.#desk.forgetReadings();
        if (this.#desk.top) this.#read();
    }

    /** @param {boolean} training read with the weights of the training that runs */
    setTraining(training) {
        this.#training = training;
        this.readAgain();
    }

    /** @param {string} name of the panel that came to light */
    panelShown(name) {
        this.shown.panelShown(name);
    }

    async #updateFacts() {
        const engine = this.#engine;
        if (!engine) return;
        try {
            await engine.updateFacts();
            this.#readout.showFacts(engine);
        } catch (error) {
            this.#readout.sayError(error);
        }
    }

    // ---- Showing ----

    /** @param {Reading} reading @param {ReadingEngine} engine that read it */
    #showReading(reading, engine) {
        if (reading.digits.length) this.shown.show(reading, { engine, training: this.#training });
        else this.#showNoDigit();
    }

    #showNoDigit() {
        this.shown.clear();
        // A stroke that has only begun is not blamed for being none yet.
        const sentence = this.#desk.top ? SENTENCES.emptyPicture : SENTENCES.emptyDrawing;
        this.#readout.wait(this.pad.isWriting ? SENTENCES.reading : sentence);
        if (!this.pad.isWriting) this.#readout.speakAfterPause(sentence);
    }

    #updateTools() {
        const picture = this.#desk.top;
        byId('sheet').dataset.shows = picture ? 'picture' : 'drawing';
        const { canUndo, canRedo, isEmpty } = this.pad;
        this.tools.update({ hasPicture: Boolean(picture), canUndo, canRedo, isEmpty });
        byId('invitation').hidden = Boolean(picture) || !this.pad.isEmpty;
    }

    #updateStrip() {
        const { pictures, top } = this.#desk;
        byId('pictures').hidden = pictures.length === 0;
        if (pictures.length === 0) return;
        const { ink, view } = this.pad;
        const text = this.pad.isEmpty ? '' : this.#drawingText;
        this.#shownDrawing = { ink, text };
        const drawing = { name: 'Drawing', text, doubtful: false, thumbnail: drawThumbnail(ink, view) };
        this.strip.show([drawing, ...pictures.map(({ file, reading, thumbnail }) => ({
            name: file.name,
            text: reading?.text ?? '',
            doubtful: Boolean(reading?.digits.some(({ doubtful }) => doubtful)),
            thumbnail,
        }))], top ? pictures.indexOf(top) + 1 : 0);
    }

    /** The drawing among the pictures follows the pen when that is lifted. */
    #updateDrawingInStrip() {
        const shown = this.#shownDrawing;
        if (!shown || this.pad.isWriting) return;
        if (shown.ink !== this.pad.ink || shown.text !== this.#drawingText) this.#updateStrip();
    }

    // ---- Reading ----

    /** How everything is read. @returns {Record<string, boolean>} */
    get #options() {
        return { single: this.tools.isSingle, training: this.#training };
    }

    /** What the finder finds are the ten digits. @param {ReadingEngine} engine */
    #needsFinder({ client }) {
        return !this.tools.isSingle && readsTenDigits(client.labels);
    }

    /** How pictures are read. @param {ReadingEngine} engine @returns {Record<string, boolean>} */
    #pictureOptions(engine) {
        return { ...this.#options, finder: this.#finder.isLoaded && this.#needsFinder(engine) };
    }

    #readChanged() {
        this.#changes++;
        this.#readout.busy = true;
        this.#read();
    }

    /** Reads what lies on top. */
    async #read() {
        const change = this.#changes;
        const isOver = await this.#readTop();
        if (isOver && change === this.#changes) this.#readout.busy = false;
    }

    /** @returns {Promise<boolean>} false: another reading follows, which this one made way for */
    async #readTop() {
        const [engine, picture, version] = [this.#engine, this.#desk.top, this.#version];
        if (!engine) this.#readout.wait(this.#problem || SENTENCES.loading, this.#problem ? 'error' : '');
        try {
            if (picture) return await this.#readPicture(picture);
            if (engine && !this.pad.isEmpty) return await this.#readDrawing(engine, version);
            if (engine) this.#showEmpty();
        } catch (error) {
            if (version !== this.#version) return true;
            this.shown.clear();
            this.#readout.wait(SENTENCES.empty);
            this.#readout.sayError(error);
        }
        return Boolean(engine || this.#problem);
    }

    #showEmpty() {
        this.shown.clear();
        this.#drawingText = '';
        this.#updateDrawingInStrip();
        this.#readout.wait(SENTENCES.empty);
    }

    /** @param {ReadingEngine} engine @param {number} version @returns {Promise<boolean>} */
    async #readDrawing(engine, version) {
        const [{ strokes }, options] = [this.pad, this.#options];
        const result = await engine.readNewest((client) => client.predictStrokes(strokes, options));
        if (!result || version !== this.#version) return false;
        this.#drawingText = result.reading.text;
        this.#showReading(result.reading, engine);
        this.#updateDrawingInStrip();
        this.#readout.showFacts(engine, result.milliseconds);
        return true;
    }

    /** One at a time, whatever happens meanwhile. @param {PictureItem} picture @returns {Promise<boolean>} */
    async #readPicture(picture) {
        this.#isReadingAgain = this.#isReadingPicture;
        if (this.#isReadingPicture) return false;
        this.#isReadingPicture = true;
        try {
            await this.#showPicture(picture);
            return true;
        } finally {
            this.#isReadingPicture = false;
            if (this.#isReadingAgain) this.#read();
        }
    }

    /** @param {PictureItem} picture */
    async #showPicture(picture) {
        const version = this.#version;
        picture.opened ??= await this.#opener.open(picture.file);
        if (version !== this.#version) return;
        this.#lay(picture.file.name, picture.opened.bitmap);
        if (!picture.reading || picture.isStale) {
            picture.isStale = false;
            picture.reading = await this.#readFile(picture.file, picture.opened.readable) ?? picture.reading;
        }
        this.#updateStrip();
        const { reading } = picture;
        if (version === this.#version && reading && this.#engine) this.#showReading(reading, this.#engine);
    }

    /** @param {string} name @param {ImageBitmap | null} bitmap */
    #lay(name, bitmap) {
        if (this.#laid === this.#version) return;
        this.#laid = this.#version;
        this.pictureView.show(bitmap, name);
        if (!bitmap) this.#readout.notice.show(SENTENCES.hidden);
    }

    /**
     * The library decodes a file's bytes itself, as the command line does.
     * @param {File} file
     * @param {import('../../../wasm/scrawl.d.ts').Picture} readable
     * @returns {Promise<Reading | null>} null when another reading is needed by now, or none is possible
     */
    async #readFile({ name }, readable) {
        const engine = await this.#started;
        if (!engine) return null;
        if (this.#needsFinder(engine)) await this.#finder.load(engine.client);
        const options = this.#pictureOptions(engine);
        try {
            const { reading, milliseconds } = await engine.readTimed((client) => client.predict(readable, options));
            this.#readout.showFacts(engine, milliseconds);
            const isUpToDate = Object.entries(this.#pictureOptions(engine)).every(([name, value]) => options[name] === value);
            return isUpToDate ? reading : null;
        } catch (error) {
            if (codeOf(error) === 'STOPPED') throw error;
            throw new Error(`${name} could not be read. ${sentenceOf(error)}`, { cause: error });
        }
    }

    /** How the picture's digits were found. @param {PictureItem} picture */
    async #readExplanation({ opened }) {
        const engine = this.#engine;
        if (!opened || !engine) return undefined;
        try {
            return (await engine.client.predict(opened.readable, { ...this.#pictureOptions(engine), explain: true })).explanation;
        } catch (error) {
            this.#readout.sayError(error);
            return undefined;
        }
    }

    // ---- Opening ----

    /** @param {unknown} problem null: none */
    #allOpened(problem) {
        const { notice } = this.#readout;
        notice.hide();
        if (problem) this.#readout.sayError(problem);
        else if (this.#desk.top?.opened && !this.#desk.top.opened.bitmap) notice.show(SENTENCES.hidden);
    }

    /** What can't be read fails here, and the desk stays as it is. @param {File} file @returns {Promise<PictureItem>} */
    async #openPicture(file) {
        const opened = await this.#opener.open(file).catch((cause) => {
            throw new Error(`${file.name} could not be read. ${cause.message}`, { cause });
        });
        const reading = await this.#readFile(file, opened.readable);
        const picture = { file, opened, reading, isStale: false, thumbnail: createThumbnail(opened.bitmap) };
        this.#desk.add(picture);
        return picture;
    }

    // ---- Doing ----

    #inkChanged() {
        if (this.pad.isWriting) {
            this.#readout.notice.hide();
            this.shown.focus = this.pad.lastPoint;
        }
        if (this.pad.isEmpty) this.#version++;
        this.#updateTools();
        if (!this.#desk.top) this.#readChanged();
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
        this.shown.focus = picture ? null : this.pad.lastPoint;
        this.shown.clear();
        this.#readout.wait(SENTENCES.reading);
        if (!picture) this.pictureView.hide();
        this.#updateTools();
        this.#updateStrip();
        this.#readChanged();
    }

    #clearTop() {
        if (!this.#desk.top) {
            this.pad.clear();
            return;
        }
        this.#desk.close();
        this.#topChanged();
    }

    /** @param {-1 | 1} step */
    #step(step) {
        if (this.#desk.top) return;
        if (step < 0) this.pad.undo();
        else this.pad.redo();
    }

    #writeExample() {
        const strokes = exampleStrokes(this.pad.view, this.pad.penWidth);
        if (matchMedia('(prefers-reduced-motion: reduce)').matches) this.pad.replace(strokes);
        else this.pad.write(strokes);
    }
}

/** @param {ConstructorParameters<typeof Reader>[0]} listeners */
export function mountReader(listeners) {
    return new Reader(listeners);
}

/** @typedef {Reader} MountedReader */
