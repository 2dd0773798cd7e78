// The controller: connects the widgets with the engine and says in sentences what goes on.
// Knows which widgets there are, but not how they draw, and nothing of the worker.

import { startEngine } from './engine.js';
import { decode, isLibraryKind, pixelsOf } from './pictures.js';
import { Sheet } from './sheet.js';
import { Boxes } from './widgets/boxes.js';
import { DigitList } from './widgets/digit-list.js';
import { DrawingPad } from './widgets/drawing-pad.js';
import { watchFiles } from './widgets/file-drop.js';
import { PictureView } from './widgets/picture-view.js';
import { ProbabilityBars } from './widgets/probability-bars.js';
import { SeenImage } from './widgets/seen-image.js';

/** @import { ReadingEngine, TimedReading } from './engine.js' */
/** @import { Picture, Reading } from './wasm/scrawl.d.ts' */
/** @import { OpenedPicture } from './sheet.js' */
/** @typedef {'hint' | 'error'} MessageKind */

const SENTENCES = {
    loading: 'Loading the network…',
    empty: 'Write a digit or a whole number on the paper, or open a picture of one.',
    emptyPicture: 'No digit was found in this picture. Try one with dark digits on light paper, or light ones on dark.',
    emptyDrawing: 'No digit was found in this drawing. Write one larger, or clear the paper and start again.',
    hidden: 'The browser can’t show this kind of picture, but it was read.',
    notCopied: 'The browser didn’t let the number be copied. Select it and copy it yourself.',
    stopped: 'The reader stopped after an internal error. Reload the page to go on.',
};

/** Longer texts are set smaller, in characters. */
const LONG_NUMBER = 10;

/** The button says that it has copied for this long, in milliseconds. */
const COPIED = 1500;

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
const sheet = new Sheet(pad, { onChange: pictureChanged });
const digitList = new DigitList(byId('digits'), {
    createImage: () => new SeenImage(),
    createBars: () => new ProbabilityBars(),
    onPoint: (index) => boxes.stress(index),
});

/** @type {ReadingEngine | null} */
let engine = null;
/** Why there is no engine. */
let engineMessage = { sentence: SENTENCES.loading, kind: /** @type {MessageKind} */ ('hint') };
/** The latest file that is not on the sheet yet. @type {{ name: string } | null} */
let opening = null;
/** Counts what has been taken off the sheet: a reading of something that is gone is dropped. */
let sheetNumber = 0;
let isScheduled = false;
let pauseTimer = 0;
let copiedTimer = 0;

// ---- Saying ----

/** @param {string} sentence @param {MessageKind} [kind] */
function say(sentence, kind = 'hint') {
    page.message.textContent = sentence;
    page.message.dataset.kind = kind;
    page.message.hidden = !sentence;
    page.hints.hidden = sentence !== SENTENCES.empty;
    if (kind === 'error') page.spoken.textContent = sentence;
}

/** @param {string} sentence about what lies on the sheet, or '' */
function sayOfSheet(sentence) {
    say(opening ? `Opening ${opening.name}…` : sentence);
}

/** @param {unknown} error */
function sayError(error) {
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    say(code === 'STOPPED' ? SENTENCES.stopped : message, 'error');
}

/** @param {string} sentence */
function speakAfterPause(sentence) {
    clearTimeout(pauseTimer);
    pauseTimer = setTimeout(() => (page.spoken.textContent = sentence), PAUSE);
}

/** @param {Reading} reading */
function spokenReading({ text, digits }) {
    const least = Math.round(Math.min(...digits.map(({ confidence }) => confidence)) * 100);
    return `It reads ${text.replaceAll('\n', ', ')}, ${least} percent sure.`;
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
        showNoDigit();
        return;
    }
    sayOfSheet(sheet.picture && !sheet.picture.bitmap ? SENTENCES.hidden : '');
    page.answer.hidden = false;
    page.legend.hidden = false;
    page.reading.dataset.count = String(digits.length);
    page.number.textContent = text;
    page.number.dataset.length = text.length > LONG_NUMBER ? 'long' : 'short';
    digitList.show(digits, engine?.labels ?? []);
    boxes.show(digits, width, height);
    speakAfterPause(spokenReading(reading));
}

function showNoDigit() {
    showNothing();
    // A stroke that has only begun is not blamed for being none yet.
    const sentence = pad.isWriting ? '' : sheet.picture ? SENTENCES.emptyPicture : SENTENCES.emptyDrawing;
    sayOfSheet(sentence);
    if (sentence) speakAfterPause(sentence);
}

/** @param {number} [milliseconds] of the latest reading */
function showFacts(milliseconds) {
    if (!engine) return;
    const { parameters, threads } = engine;
    const facts = [
        `A network of ${parameters.toLocaleString('en')} parameters in WebAssembly`,
        threads === 1 ? '1 thread' : `${threads} threads`,
    ];
    if (milliseconds !== undefined) facts.push(`read in ${Math.max(1, Math.round(milliseconds))} ms`);
    page.facts.textContent = facts.join(', ');
}

function updateSheet() {
    page.sheet.dataset.shows = sheet.picture ? 'picture' : 'drawing';
    page.undo.disabled = !sheet.canUndo;
    page.clear.disabled = sheet.isEmpty;
    page.invitation.hidden = !sheet.isEmpty;
}

// ---- Reading ----

/** Reads what lies on the sheet, at most once for each frame. */
function scheduleReading() {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(() => {
        isScheduled = false;
        readSheet();
    });
}

async function readSheet() {
    if (!engine) {
        say(engineMessage.sentence, engineMessage.kind);
        return;
    }
    if (sheet.isEmpty) {
        showNothing();
        sayOfSheet(SENTENCES.empty);
        return;
    }
    const readSheetNumber = sheetNumber;
    try {
        const result = await (sheet.picture ? readPicture(sheet.picture) : read(pad.pixels()));
        if (result && readSheetNumber === sheetNumber) showReading(result);
    } catch (error) {
        if (readSheetNumber !== sheetNumber) return;
        showNothing();
        sayError(error);
    }
}

/**
 * @param {Picture} picture
 * @returns {Promise<TimedReading | null>} null when another reading is needed, or none is possible yet
 */
async function read(picture) {
    const single = page.single.checked;
    const result = engine && await engine.read(picture, { single });
    return single === page.single.checked ? result : null;
}

/**
 * The library decodes the file itself, as the command line does; the browser helps with kinds that only it knows, and
 * makes too large ones smaller.
 * @param {OpenedPicture} picture
 */
async function readPicture({ name, bytes, bitmap }) {
    try {
        return await read(bitmap && !isLibraryKind(bytes) ? pixelsOf(bitmap) : bytes);
    } catch (error) {
        const { code, message } = /** @type {Error & { code?: string }} */ (error);
        if (code === 'PICTURE_TOO_LARGE' && bitmap) return read(pixelsOf(bitmap));
        if (code === 'STOPPED') throw error;
        throw new Error(`${name} could not be read. ${message}`, { cause: error });
    }
}

// ---- Doing ----

function inkChanged() {
    if (pad.isEmpty) sheetNumber++;
    updateSheet();
    scheduleReading();
}

function pictureChanged() {
    sheetNumber++;
    showNothing();
    if (sheet.picture) pictureView.show(sheet.picture.bitmap, sheet.picture.name);
    else pictureView.hide();
    updateSheet();
}

/** @param {File} file */
async function openFile(file) {
    const own = { name: file.name };
    opening = own;
    sayOfSheet('');
    try {
        const [buffer, bitmap] = await Promise.all([readFile(file), decode(file)]);
        const picture = { name: file.name, bytes: new Uint8Array(buffer), bitmap };
        // What can't be read fails here, and the sheet stays as it is.
        const result = await readPicture(picture);
        if (opening !== own) {
            bitmap?.close();
            return;
        }
        opening = null;
        sheet.lay(picture);
        if (result) showReading(result);
        else scheduleReading();
    } catch (error) {
        if (opening !== own) return;
        opening = null;
        sayError(error);
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

function undo() {
    sheet.undo();
    scheduleReading();
}

function clear() {
    sheet.clear();
    scheduleReading();
}

/** @param {KeyboardEvent} event */
function pressKey(event) {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z') undo();
    else if (event.key === 'Escape' || event.key === 'Delete') clear();
    else return;
    event.preventDefault();
}

async function copyNumber() {
    try {
        await navigator.clipboard.writeText(page.number.textContent ?? '');
    } catch {
        say(SENTENCES.notCopied, 'error');
        return;
    }
    page.copy.textContent = 'Copied';
    clearTimeout(copiedTimer);
    copiedTimer = setTimeout(() => (page.copy.textContent = 'Copy'), COPIED);
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
    } catch (error) {
        const { message } = /** @type {Error} */ (error);
        const sentence = `The reader could not start. ${message} Reload the page to try again.`;
        engineMessage = { sentence, kind: 'error' };
    }
    scheduleReading();
}

start();
