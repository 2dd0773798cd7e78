// The controller of reading: what is written or opened goes to the engine, and what it reads onto the page.
// Knows which widgets there are, but not how they draw, and nothing of the worker.

import { Corrections } from './corrections.js';
import { Desk } from './desk.js';
import { byId, onSchemeChange } from '../dom.js';
import { exampleStrokes } from '../paper/example.js';
import { createFinder } from './finder.js';
import { isModelFile } from '../model-names.js';
import { createPictureQueue } from './picture-queue.js';
import { createOpener } from './pictures.js';
import { createReadout } from './readout.js';
import { ShownReading } from './shown-reading.js';
import { readsTenDigits } from '../ten-digits.js';
import { codeOf, counted, hasStopped, sentenceOf } from '../words.js';
import { bitmapOf } from './reader-bitmap.js';
import { createThumbnail, drawThumbnail } from '../paper/thumbnails.js';
import { createTools } from './tools.js';
import { createDrawingPad } from '../paper/drawing-pad.js';
import { createPictureStrip } from '../widgets/picture-strip.js';
import { createPictureView } from '../paper/picture-view.js';

/** @import { LiveCamera } from './live-camera.js' */
/** @import { ReadingEngine } from '../engine.js' */
/** @import { PictureItem } from './desk.js' */
/** @import { Opened } from '../../workers/picture-worker.js' */
/** @import { OnCorrect } from './result.js' */
/** @import { Reading } from '../../../wasm/scrawl.d.ts' */

const SENTENCES = {
    loading: 'Loading the network…',
    empty: 'What you write is read here.',
    reading: 'Reading…',
    live: 'Hold digits in front of the camera.',
    noLive: 'The live camera could not be loaded. Check the connection and try again.',
    emptyPicture: 'No digit was found in this picture. Try one with dark digits on light paper, or light ones on dark.',
    emptyDrawing: 'This is no digit: dots, signs and scribbles aren’t read. Write digits larger, or clear the paper.',
    ended: 'The reader stopped several times after internal errors. Reload the page to go on.',
    hidden: 'The browser can’t show this kind of picture, but it was read.',
};

/** What reads until another one is chosen. */
const SHIPPED = 'small';

/** What is smaller than that by itself is a dot or a comma, in CSS pixels. */
const LEAST_DIGIT = 16;

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
    #corrections = new Corrections();
    /** As it was read last. @type {Reading | null} */ #drawing = null;
    /** What the strip shows of the drawing. @type {{ ink: import('../paper/ink.js').InkStroke[], text: string } | null} */ #shownDrawing = null;
    /** Counts what has been taken off the desk: a reading of something that is gone is dropped. */ #version = 0;
    /** The version whose picture lies on the desk already. */ #laid = -1;
    /** A picture is being read, and was to be read once more meanwhile. */ #isReadingPicture = false;
    #isReadingAgain = false;
    /** Counts what has come to lie on top, each bit of ink: a reading of the latest is what is waited for. */ #changes = 0;
    /** @type {LiveCamera | null} */ #camera = null;
    #loadCamera;
    #readout = createReadout();

    /**
     * @param {{ loadCamera: () => Promise<typeof LiveCamera>, onCorrect?: OnCorrect, onModels: (files: File[]) => void,
     *     showPanel: (name: string) => void }} listeners onModels: files that are no pictures came with them
     */
    constructor({ loadCamera, onCorrect, onModels, showPanel }) {
        this.#loadCamera = loadCamera;
        this.pictureView = createPictureView(/** @type {HTMLCanvasElement} */ (byId('picture')), {
            onTap: (x, y) => this.shown.tapPicture(x, y),
        });
        this.pad = createDrawingPad(/** @type {HTMLCanvasElement} */ (byId('pad')), {
            onChange: () => this.#inkChanged(),
            onTouch: (point) => this.shown.tapOnPaper(point),
            onScratch: (count) => this.#readout.say(`${counted(count, 'stroke')} scratched out.`),
        });
        this.strip = createPictureStrip(byId('pictures'), { onChoose: (index) => this.#show(this.#desk.pictures[index - 1] ?? null) });
        this.shown = new ShownReading({
            desk: this.#desk,
            pad: this.pad,
            readout: this.#readout,
            corrections: this.#corrections,
            readExplanation: (picture) => this.#readExplanation(picture),
            onCorrected: () => this.#updateStrip(),
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
            onFiles: (files) => this.#sortFiles(files, onModels),
        });
        this.openFiles = createPictureQueue({
            atOnce: () => this.#engine?.readers ?? 1,
            decode: (file) => this.#decode(file),
            read: (file, opened) => this.#readNew(file, opened),
            onOpening: (sentence) => this.#readout.notice.show(sentence),
            onOpened: ({ picture, age }, isFirst) => this.#addPicture(picture, age, isFirst),
            onEnd: (problem) => this.#allOpened(problem),
        });
        byId('example').addEventListener('click', () => this.#writeExample());
        byId('live').addEventListener('click', () => (this.#camera ? this.#show(null) : this.#goLive()));
        byId('samples').addEventListener('click', ({ target }) => {
            const { sample } = /** @type {HTMLElement} */ (target).closest('button')?.dataset ?? {};
            if (sample) this.#openSample(sample);
        });
        onSchemeChange(() => this.#updateStrip());
        this.#updateTools();
    }

    // ---- What others tell it ----

    /** @param {ReadingEngine} engine @returns {Promise<void>} when it has read what was written by then */
    async useEngine(engine) {
        this.#engine = engine;
        this.#start(engine);
        engine.onRestart(() => this.#finder.forget());
        engine.onEnd(() => this.sayError(new Error(SENTENCES.ended)));
        await this.#read();
        this.readsWith(SHIPPED);
        this.#showThreads(engine);
    }

    /** @param {ReadingEngine} engine */
    #showThreads(engine) {
        engine.complete.then(() => this.#readout.showFacts(engine), () => {});
    }

    /** @param {string} name of what reads the paper */
    readsWith(name) {
        this.#readout.showModel(name);
    }

    /** What somebody said that digits are. */
    forgetCorrections() {
        this.#corrections.forget();
        this.readAgain();
    }

    /** The engine is another one, with the model in use. */
    startAgain() {
        if (!this.#engine) return;
        this.#readout.notice.hide();
        this.#showThreads(this.#engine);
        this.readAgain();
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

    // ---- Showing ----

    /** @param {Reading} reading @param {ReadingEngine} engine that read it */
    #showReading(reading, engine) {
        if (reading.digits.length && !this.#isDot(reading)) this.shown.show(reading, { engine, training: this.#training });
        else this.#showNoDigit();
    }

    /** Nobody writes digits so small; among others it is the library that tells them from dots. @param {Reading} reading */
    #isDot({ digits }) {
        if (this.#desk.top || this.tools.isSingle) return false;
        const { scale } = this.pad.view;
        return digits.every(({ width, height }) => Math.max(width, height) * scale < LEAST_DIGIT);
    }

    #showNoDigit() {
        this.shown.clear(!this.pad.isWriting);
        // A stroke that has only begun is not blamed for being none yet.
        const sentence = this.#desk.top ? SENTENCES.emptyPicture : SENTENCES.emptyDrawing;
        this.#readout.wait(this.pad.isWriting ? SENTENCES.reading : sentence);
        if (!this.pad.isWriting) this.#readout.speakAfterPause(sentence);
    }

    #updateTools() {
        const hasPicture = this.#desk.top !== null || this.#camera !== null;
        byId('sheet').dataset.shows = hasPicture ? 'picture' : 'drawing';
        byId('live').setAttribute('aria-pressed', String(this.#camera !== null));
        const { canUndo, canRedo, isEmpty } = this.pad;
        this.tools.update({ hasPicture, canUndo, canRedo, isEmpty });
        byId('invitation').hidden = hasPicture || !this.pad.isEmpty;
    }

    #updateStrip() {
        const { pictures, top } = this.#desk;
        byId('pictures').hidden = pictures.length === 0;
        if (pictures.length === 0) return;
        const { ink, view } = this.pad;
        const text = this.#drawingText;
        this.#shownDrawing = { ink, text };
        const drawing = { name: 'Drawing', text, doubtful: false, thumbnail: drawThumbnail(ink, view) };
        this.strip.show([drawing, ...pictures.map((picture) => {
            const reading = this.#corrected(picture, picture.reading);
            const doubtful = Boolean(reading?.digits.some((digit) => digit.doubtful));
            return { name: picture.file.name, text: reading?.text ?? '', doubtful, thumbnail: picture.thumbnail };
        })], this.#camera ? -1 : top ? pictures.indexOf(top) + 1 : 0);
    }

    /** @param {PictureItem | null} picture null: the drawing @param {Reading | null} reading */
    #corrected(picture, reading) {
        return reading && this.#engine ? this.#corrections.applied(picture, reading, this.#engine.client.labels) : reading;
    }

    get #drawingText() {
        const drawing = this.#drawing;
        return this.pad.isEmpty || !drawing || this.#isDot(drawing) ? '' : this.#corrected(null, drawing)?.text ?? '';
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
        // The next frame is read as everything is by then.
        if (this.#camera) return true;
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
        this.#drawing = null;
        this.#updateDrawingInStrip();
        this.#readout.wait(SENTENCES.empty);
    }

    /** @param {ReadingEngine} engine @param {number} version @returns {Promise<boolean>} */
    async #readDrawing(engine, version) {
        const [{ strokes }, options] = [this.pad, this.#options];
        const result = await engine.readNewest((client) => client.predictStrokes(strokes, options));
        if (!result || version !== this.#version) return false;
        this.#drawing = result.reading;
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
        picture.opened ??= await this.#openFile(picture.file);
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

    /** What reads pictures, with the finder where they need it; null: nothing does. */
    async #pictureEngine() {
        const engine = await this.#started;
        if (!engine) return null;
        await engine.started;
        if (this.#needsFinder(engine)) await this.#finder.load(engine.client);
        return engine;
    }

    /**
     * The library decodes a file's bytes itself, as the command line does.
     * @param {File} file
     * @param {import('../../../wasm/scrawl.d.ts').Picture} readable
     * @param {boolean} [isAgain]
     * @returns {Promise<Reading | null>} null when another reading is needed by now, or none is possible
     */
    async #readFile(file, readable, isAgain = false) {
        const engine = await this.#pictureEngine();
        if (!engine) return null;
        const options = this.#pictureOptions(engine);
        try {
            const { reading, milliseconds } = await engine.readTimed((client) => client.predict(readable, options));
            this.#readout.showFacts(engine, milliseconds);
            const isUpToDate = Object.entries(this.#pictureOptions(engine)).every(([name, value]) => options[name] === value);
            return isUpToDate ? reading : null;
        } catch (error) {
            // The worker was given up while it had this picture, or others: the new one gets it once more.
            if (codeOf(error) === 'FREED' && !isAgain) return this.#readFile(file, readable, true);
            if (hasStopped(error)) throw error;
            throw new Error(`${file.name} could not be read. ${sentenceOf(error)}`, { cause: error });
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

    /** Whatever somebody dropped. @param {File[]} files @param {(models: File[]) => void} onModels */
    #sortFiles(files, onModels) {
        const models = files.filter(isModelFile);
        const pictures = files.filter((file) => !models.includes(file));
        if (pictures.length) this.openFiles(pictures);
        if (models.length) onModels(models);
    }

    /** @param {unknown} problem null: none */
    #allOpened(problem) {
        const { notice } = this.#readout;
        notice.hide();
        if (problem) this.#readout.sayError(problem);
        else if (this.#desk.top?.opened && !this.#desk.top.opened.bitmap) notice.show(SENTENCES.hidden);
    }

    /** @param {File} file */
    async #openFile(file) {
        const opened = await this.#opener.open(file);
        const engine = await this.#started;
        if (!opened.bitmap && engine) opened.bitmap = await bitmapOf(engine, opened.readable).catch(() => null);
        return opened;
    }

    /** @param {File} file @returns {Promise<Opened>} */
    async #decode(file) {
        return this.#openFile(file).catch((cause) => {
            throw new Error(`${file.name} could not be read. ${cause.message}`, { cause });
        });
    }

    /** What can't be read fails here, and the desk stays as it is. @param {File} file @param {Opened} opened */
    async #readNew(file, opened) {
        const { age } = this.#desk;
        const reading = await this.#readFile(file, opened.readable);
        const picture = { file, opened, reading, isStale: false, thumbnail: createThumbnail(opened.bitmap) };
        return { picture, age };
    }

    /** @param {PictureItem} picture @param {number} age of the desk when it was read @param {boolean} isFirst */
    #addPicture(picture, age, isFirst) {
        this.#desk.add(picture, age);
        if (isFirst) this.#show(picture);
        else this.#updateStrip();
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
        this.#leaveCamera();
        this.#desk.show(picture);
        this.#topChanged();
    }

    #topChanged() {
        const picture = this.#desk.top;
        this.#version++;
        this.shown.focus = picture ? null : this.pad.lastPoint;
        this.shown.clear();
        // What was said of something else has been seen.
        this.#readout.notice.hide();
        this.#readout.wait(SENTENCES.reading);
        if (!picture) this.pictureView.hide();
        this.#updateTools();
        this.#updateStrip();
        this.#readChanged();
    }

    #clearTop() {
        if (this.#camera) {
            this.#show(null);
            return;
        }
        if (!this.#desk.top) {
            this.pad.clear();
            return;
        }
        this.#desk.close();
        this.#topChanged();
    }

    // ---- The live camera ----

    async #goLive() {
        const LiveCameraOf = await this.#loadCamera().catch(() => null);
        if (!LiveCameraOf) {
            this.sayError(new Error(SENTENCES.noLive));
            return;
        }
        if (this.#camera) return;
        this.#version++;
        this.#desk.show(null);
        const camera = new LiveCameraOf({
            read: (frame) => this.#readFrame(frame),
            onSteady: (frame, reading) => this.#camera === camera && this.#showFrame(frame, reading),
            onKeep: (file) => this.openFiles([file]),
            onFail: (sentence) => {
                this.#show(null);
                this.sayError(new Error(sentence));
            },
        });
        this.#camera = camera;
        this.#topChanged();
        this.#readout.wait(SENTENCES.live);
        this.#readout.speakAfterPause(SENTENCES.live);
        await camera.start();
    }

    #leaveCamera() {
        this.#camera?.stop();
        this.#camera = null;
    }

    /** @param {import('../../../wasm/scrawl.d.ts').Pixels} frame */
    async #readFrame(frame) {
        const engine = await this.#pictureEngine();
        if (!engine) return null;
        const { reading, milliseconds } = await engine.readTimed((client) => client.predict(frame, this.#pictureOptions(engine)));
        this.#readout.showFacts(engine, milliseconds);
        return reading;
    }

    /** The frame lies on the desk as a picture does, but for the strip. @param {import('../../../wasm/scrawl.d.ts').Pixels} frame @param {Reading} reading */
    #showFrame(frame, reading) {
        if (!this.#engine) return;
        const file = new File([], 'camera');
        this.#desk.show({ file, opened: { readable: frame, bitmap: null }, reading, isStale: false, thumbnail: createThumbnail(null) });
        this.shown.show(reading, { engine: this.#engine, training: this.#training });
    }

    // ---- Samples ----

    /** @param {string} name */
    async #openSample(name) {
        const response = await fetch(`samples/${name}.jpg`).catch(() => null);
        // A network that asks to log in first answers with a page.
        const isPicture = response?.ok && !response.headers.get('Content-Type')?.startsWith('text/html');
        if (!isPicture) this.sayError(new Error('The sample could not be fetched. Check the connection and try again.'));
        else this.openFiles([new File([await response.blob()], `${name}.jpg`, { type: 'image/jpeg' })]);
    }

    /** @param {-1 | 1} step */
    #step(step) {
        if (this.#desk.top || this.#camera) return;
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
