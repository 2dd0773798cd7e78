// The controller: connects the widgets with the engine and says in sentences what goes on.
// Knows which widgets there are, but not how they draw, and nothing of the worker.

import { startEngine } from './engine.js';
import { decode, pixelsOf } from './pictures.js';
import { Boxes } from './widgets/boxes.js';
import { DigitList } from './widgets/digit-list.js';
import { DrawingPad } from './widgets/drawing-pad.js';
import { watchFiles } from './widgets/file-drop.js';
import { PictureView } from './widgets/picture-view.js';
import { ProbabilityBars } from './widgets/probability-bars.js';
import { SeenImage } from './widgets/seen-image.js';

/** @import { ReadingEngine, TimedReading } from './engine.js' */
/** @import { Picture, Reading } from './wasm/scrawl.d.ts' */
/** @typedef {{ name: string, bytes: Uint8Array, bitmap: ImageBitmap | null }} OpenedPicture */

const SENTENCES = {
    loading: 'Loading the network…',
    empty: 'Write a digit or a whole number on the paper, or open a picture of one.',
    noInk: 'No ink was found in this picture. Try one with dark digits on light paper, or the other way round.',
    hidden: 'The browser can’t show this kind of picture, but it was read.',
};

/** Longer texts are set smaller, in characters. */
const LONG_NUMBER = 10;

/** Screen readers hear the result when writing has paused for this long, in milliseconds. */
const PAUSE = 700;

/**
 * @template {Element} [Kind=HTMLElement]
 * @param {string} id
 */
function byId(id) {
    return /** @type {Kind} */ (/** @type {unknown} */ (document.getElementById(id)));
}

const page = {
    sheet: byId('sheet'),
    invitation: byId('invitation'),
    reading: byId('reading'),
    hints: byId('hints'),
    legend: byId('legend'),
    undo: /** @type {HTMLButtonElement} */ (byId('undo')),
    clear: /** @type {HTMLButtonElement} */ (byId('clear')),
    single: /** @type {HTMLInputElement} */ (byId('single')),
    message: byId('message'),
    answer: byId('answer'),
    number: byId('number'),
    copy: byId('copy'),
    spoken: byId('spoken'),
    facts: byId('facts'),
};

const boxes = new Boxes(/** @type {SVGElement} */ (byId('boxes')));
const pictureView = new PictureView(/** @type {HTMLCanvasElement} */ (byId('picture')));
const pad = new DrawingPad(/** @type {HTMLCanvasElement} */ (byId('pad')), { onChange: inkChanged });
const digitList = new DigitList(byId('digits'), {
    createImage: () => new SeenImage(),
    createBars: () => new ProbabilityBars(),
    onPoint: (index) => boxes.stress(index),
});

/** @type {ReadingEngine | null} */
let engine = null;
/** @type {OpenedPicture | null} what lies on the sheet; null: the drawing */
let opened = null;
/** Counts what has been taken off the sheet: a reading of something that is gone is dropped. */
let sheetNumber = 0;
let isScheduled = false;
let pauseTimer = 0;

// ---- Saying ----

/** @param {string} sentence @param {'hint' | 'error'} [kind] */
function say(sentence, kind = 'hint') {
    page.message.textContent = sentence;
    page.message.dataset.kind = kind;
    page.message.hidden = !sentence;
    page.hints.hidden = sentence !== SENTENCES.empty;
    if (kind === 'error') page.spoken.textContent = sentence;
}

/** @param {unknown} error */
function sayError(error) {
    showNothing();
    say(/** @type {Error} */ (error).message, 'error');
}

/** @param {Reading} reading */
function speakAfterPause({ text, digits }) {
    clearTimeout(pauseTimer);
    pauseTimer = setTimeout(() => {
        const least = Math.round(Math.min(...digits.map(({ confidence }) => confidence)) * 100);
        page.spoken.textContent = `It reads ${text.replaceAll('\n', ', ')}, ${least} percent sure.`;
    }, PAUSE);
}

// ---- Showing ----

function showNothing() {
    clearTimeout(pauseTimer);
    page.answer.hidden = true;
    page.legend.hidden = true;
    page.spoken.textContent = '';
    digitList.show([], []);
    boxes.clear();
}

/** @param {TimedReading} result */
function showReading({ reading, milliseconds }) {
    const { text, digits, width, height } = reading;
    showFacts(milliseconds);
    if (digits.length === 0) {
        showNothing();
        say(opened ? SENTENCES.noInk : SENTENCES.empty);
        return;
    }
    say(opened && !opened.bitmap ? SENTENCES.hidden : '');
    page.answer.hidden = false;
    page.legend.hidden = false;
    page.reading.dataset.count = String(digits.length);
    page.number.textContent = text;
    page.number.dataset.length = text.length > LONG_NUMBER ? 'long' : 'short';
    digitList.show(digits, engine?.labels ?? []);
    boxes.show(digits, width, height);
    speakAfterPause(reading);
}

/** @param {number} [milliseconds] of the latest reading */
function showFacts(milliseconds) {
    const facts = [`A network of ${engine?.parameters.toLocaleString('en')} parameters in WebAssembly`];
    if (milliseconds !== undefined) facts.push(`read in ${Math.max(1, Math.round(milliseconds))} ms`);
    page.facts.textContent = facts.join(', ');
}

function updateSheet() {
    page.sheet.dataset.shows = opened ? 'picture' : 'drawing';
    page.undo.disabled = !opened && !pad.canUndo;
    page.clear.disabled = !opened && pad.isEmpty;
    page.invitation.hidden = Boolean(opened) || !pad.isEmpty;
}

// ---- Reading ----

/** Reads what lies on the sheet, at most once for each frame. */
function scheduleReading() {
    if (isScheduled || !engine) return;
    isScheduled = true;
    requestAnimationFrame(() => {
        isScheduled = false;
        readSheet();
    });
}

async function readSheet() {
    if (!opened && pad.isEmpty) {
        showNothing();
        say(SENTENCES.empty);
        return;
    }
    const readSheetNumber = sheetNumber;
    try {
        const result = await (opened ? readOpened(opened) : read(pad.pixels()));
        if (result && readSheetNumber === sheetNumber) showReading(result);
    } catch (error) {
        if (readSheetNumber === sheetNumber) sayError(error);
    }
}

/** @param {Picture} picture @returns {Promise<TimedReading | null>} */
async function read(picture) {
    return engine ? engine.read(picture, { single: page.single.checked }) : null;
}

/**
 * The library decodes the file itself, as the command line does; the browser helps with kinds that only it knows.
 * @param {OpenedPicture} picture
 */
async function readOpened({ name, bytes, bitmap }) {
    try {
        return await read(bytes);
    } catch (error) {
        const { code, message } = /** @type {Error & { code?: string }} */ (error);
        const isPictureError = code === 'INVALID_PICTURE' || code === 'PICTURE_TOO_LARGE';
        if (isPictureError && bitmap) return read(pixelsOf(bitmap));
        throw new Error(`${name} could not be read. ${message}`, { cause: error });
    }
}

// ---- Doing ----

function inkChanged() {
    if (pad.isEmpty) sheetNumber++;
    updateSheet();
    scheduleReading();
}

/** @param {File} file */
async function openFile(file) {
    const openedSheetNumber = ++sheetNumber;
    say(`Opening ${file.name}…`);
    try {
        const [buffer, bitmap] = await Promise.all([readFile(file), decode(file)]);
        const picture = { name: file.name, bytes: new Uint8Array(buffer), bitmap };
        // What nobody can decode fails here, and the sheet stays as it is.
        if (!bitmap) await readOpened(picture);
        if (openedSheetNumber === sheetNumber) lay(picture);
    } catch (error) {
        if (openedSheetNumber === sheetNumber) say(/** @type {Error} */ (error).message, 'error');
    }
}

/** @param {File} file */
async function readFile(file) {
    try {
        return await file.arrayBuffer();
    } catch (cause) {
        const sentence = `${file.name} could not be opened. Check that it still exists and is a file, not a folder.`;
        throw new Error(sentence, { cause });
    }
}

/** @param {OpenedPicture} picture which goes onto the sheet, over the drawing */
function lay(picture) {
    sheetNumber++;
    opened?.bitmap?.close();
    opened = picture;
    showNothing();
    pictureView.show(picture.bitmap, picture.name);
    updateSheet();
    scheduleReading();
}

function closePicture() {
    sheetNumber++;
    opened?.bitmap?.close();
    opened = null;
    pictureView.hide();
    updateSheet();
    scheduleReading();
}

function undo() {
    sheetNumber++;
    if (opened) closePicture();
    else if (pad.canUndo) pad.undo();
}

function clear() {
    sheetNumber++;
    if (opened) closePicture();
    pad.clear();
}

/** @param {KeyboardEvent} event */
function pressKey(event) {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z') undo();
    else if (event.key === 'Escape' || event.key === 'Delete') clear();
    else return;
    event.preventDefault();
}

async function copyNumber() {
    await navigator.clipboard.writeText(page.number.textContent ?? '');
    page.copy.textContent = 'Copied';
    setTimeout(() => (page.copy.textContent = 'Copy'), 1500);
}

async function start() {
    page.undo.addEventListener('click', undo);
    page.clear.addEventListener('click', clear);
    page.single.addEventListener('change', scheduleReading);
    page.copy.addEventListener('click', copyNumber);
    page.copy.hidden = !navigator.clipboard;
    addEventListener('keydown', pressKey);
    watchFiles({
        button: byId('open'),
        input: /** @type {HTMLInputElement} */ (byId('file')),
        landing: byId('landing'),
        onFile: openFile,
    });
    try {
        engine = await startEngine();
        showFacts();
        scheduleReading();
    } catch (error) {
        const { message } = /** @type {Error} */ (error);
        say(`The reader could not start. ${message} Reload the page to try again.`, 'error');
    }
}

start();
