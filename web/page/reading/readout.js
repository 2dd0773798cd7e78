// The line below the paper: the number that was read, or a sentence in its place; what is said aloud; the facts.
// Knows its elements; knows neither paper nor engine.

import { byId } from '../dom.js';
import { createNotice } from '../widgets/notice.js';
import { createNumberLine } from '../widgets/number-line.js';
import { counted, sentenceOf } from '../words.js';

/** @import { ShownReading } from './corrections.js' */

const NOT_COPIED = 'The browser didn’t let the number be copied. Select it and copy it yourself.';

/** The button says that it has copied for this long, in milliseconds. */
const COPIED = 1500;

/** Screen readers hear the result when writing has paused for this long, in milliseconds. */
const PAUSE = 700;

/** @param {ShownReading} reading */
function spokenReading({ text, digits }) {
    const number = text.replaceAll('\n', ', ');
    const read = digits.filter(({ said }) => !said);
    if (!read.length) return `It is ${number}, as you say.`;
    const least = Math.round(Math.min(...read.map(({ confidence }) => confidence)) * 100);
    return `It reads ${number}, ${least} percent sure.`;
}

/** @param {ShownReading} reading @param {number} marks that were written beside the digits */
function describeCertainty({ digits }, marks) {
    const doubtful = digits.filter((digit) => digit.doubtful).length;
    if (doubtful === 0 && marks === 0) return '';
    if (doubtful === 0) return marks === 1 ? '1 mark is no digit' : `${marks} marks are no digits`;
    if (digits.length === 1) return 'Not sure';
    return `${counted(doubtful, 'digit')} ${doubtful === 1 ? 'is' : 'are'} doubtful`;
}

class Readout {
    #number = createNumberLine(byId('number'));
    #spoken = byId('spoken');
    #answer = byId('answer');
    #waiting = byId('waiting');
    /** The number that was spoken, or will be. */ #spokenText = '';
    /** What is spoken after the pause. */ #sentence = '';
    /** 0: nothing waits to be spoken. */ #pauseTimer = 0;
    #copiedTimer = 0;
    /** Over the paper: what can't be read, and what is being opened. */
    notice = createNotice(byId('message'), { text: byId('message-text'), close: byId('message-close'), next: byId('open') });

    constructor() {
        byId('copy').addEventListener('click', () => this.copy());
        byId('copy').hidden = !navigator.clipboard;
    }

    /** @param {unknown} error */
    sayError(error) {
        const sentence = sentenceOf(error);
        this.notice.show(sentence, 'error');
        this.#spoken.textContent = sentence;
    }

    /** @param {string} sentence */
    speakAfterPause(sentence) {
        clearTimeout(this.#pauseTimer);
        this.#sentence = sentence;
        this.#pauseTimer = setTimeout(() => {
            this.#pauseTimer = 0;
            this.#spoken.textContent = this.#sentence;
        }, PAUSE);
    }

    /** Aloud, at once. @param {string} sentence */
    say(sentence) {
        this.#spoken.textContent = sentence;
    }

    /** What was read is gone, and nothing is said of it any more. */
    forget() {
        clearTimeout(this.#pauseTimer);
        this.#pauseTimer = 0;
        this.#spokenText = '';
        this.#spoken.textContent = '';
    }

    /** @param {boolean} isBusy what stands there is no reading of what lies there by now, but that will follow */
    set busy(isBusy) {
        byId('readout').setAttribute('aria-busy', String(isBusy));
    }

    /** @param {string} sentence in place of the number @param {'' | 'error'} [kind] */
    wait(sentence, kind = '') {
        this.#waiting.textContent = sentence;
        this.#waiting.hidden = false;
        this.#answer.hidden = true;
        byId('readout').dataset.kind = kind;
    }

    /** @param {ShownReading} reading with at least one digit @param {number} marks strokes beside them that are no digits */
    show(reading, marks) {
        const { text, digits } = reading;
        this.#waiting.hidden = true;
        this.#answer.hidden = false;
        this.#number.show(text, digits);
        byId('certainty').textContent = describeCertainty(reading, marks);
        // A network that learns is surer of the same number every moment: nobody wants to hear that.
        if (text !== this.#spokenText) this.speakAfterPause(spokenReading(reading));
        // Of the same number, with more of its ink.
        else if (this.#pauseTimer) this.#sentence = spokenReading(reading);
        this.#spokenText = text;
    }

    /** @param {string} name of what reads */
    showModel(name) {
        byId('reads').hidden = false;
        // Where there is no room for all of it.
        byId('reads').title = `${name} reads the paper`;
        byId('reads-name').textContent = name;
    }

    /** @param {{ threads: number | null }} engine null: not known yet @param {number} [milliseconds] of the latest reading */
    showFacts({ threads }, milliseconds) {
        const facts = [];
        if (threads !== null) facts.push(counted(threads, 'thread'));
        if (milliseconds !== undefined) facts.push(`read in ${Math.max(1, Math.round(milliseconds))} ms`);
        byId('facts').textContent = facts.join(' · ');
    }

    async copy() {
        if (this.#answer.hidden) return;
        try {
            await navigator.clipboard.writeText(this.#number.text);
        } catch {
            this.sayError(new Error(NOT_COPIED));
            return;
        }
        this.#showCopied(true);
        clearTimeout(this.#copiedTimer);
        this.#copiedTimer = setTimeout(() => this.#showCopied(false), COPIED);
    }

    /** @param {boolean} isCopied */
    #showCopied(isCopied) {
        byId('copy-name').textContent = isCopied ? 'Copied' : 'Copy';
        byId('copy').toggleAttribute('data-copied', isCopied);
    }
}

export function createReadout() {
    return new Readout();
}
