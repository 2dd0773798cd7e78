// The digits that somebody corrected: kept, imported, and shown with what the model in use makes of them.
// Knows the storage, the engine's client and the elements of these digits, and nothing of lessons.

import { byId } from '../dom.js';
import { MOST_DIGITS, readDigitsFile, writeDigits } from '../storage/kept-digits.js';
import { counted, download, whole } from '../words.js';
import { createGallery } from '../widgets/image-gallery.js';

/** @import { ReadingEngine } from '../engine.js' */
/** @import { KeptDigit, PageStorage } from '../storage/storage.js' */
/** @import { GalleryItem } from '../widgets/image-gallery.js' */

const FILE_NAME = 'scrawl-digits.json';

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

/** @param {KeptDigit} digit @param {number | null} read as what @returns {GalleryItem} */
function galleryItem({ image, label }, read) {
    return {
        image,
        caption: String(label),
        note: read === null ? '' : `read as ${read}`,
        tone: read === null ? '' : read === label ? 'right' : 'wrong',
        name: `A ${label} of yours${read === null ? '' : `, now read as ${read}`}`,
    };
}

export class OwnDigits {
    #engine;
    #storage;
    #gallery;
    #empty = byId('teach-empty');
    #kept = byId('teach-kept');
    #count = byId('teach-count');
    #export = byId('teach-export');
    #tab = byId('teach-tab');
    #removedBox = byId('teach-removed');
    #removedText = byId('teach-removed-text');
    #bringBack = byId('teach-bring-back');
    /** @type {(KeptDigit & { id: number })[]} */ #digits = [];
    /** One by one, since the page was opened: they can be brought back. @type {(KeptDigit & { id: number })[]} */ #removed = [];
    /** What the model in use reads them as. @type {Uint8Array | null} */ #reads = null;
    /** They are read and shown one time after the other: else an older state might come last. @type {Promise<unknown>} */
    #showing = Promise.resolve();

    /**
     * @param {{ engine: ReadingEngine, storage: PageStorage }} parts
     * @param {{ onRemove: (index: number) => void, onEmptied: () => void, onShown: () => void }} listeners
     */
    constructor({ engine, storage }, { onRemove, onEmptied, onShown }) {
        this.#engine = engine;
        this.#storage = storage;
        this.#gallery = createGallery(byId('teach-gallery'), { onRemove, onEmptied });
        this.onShown = onShown;
        this.#export.addEventListener('click', () => download(writeDigits(this.#digits), FILE_NAME, 'application/json'));
    }

    get count() {
        return this.#digits.length;
    }

    /** Of at least one, as they are now. */
    get images() {
        return imagesOf(this.#digits);
    }

    // ---- Showing ----

    #show() {
        const { count } = this;
        const isNone = count === 0;
        this.#empty.hidden = !isNone;
        this.#kept.hidden = isNone;
        this.#export.hidden = isNone;
        this.#count.textContent = count === 1 ? 'One digit of yours' : `${whole(count)} digits of yours`;
        this.#tab.dataset.count = isNone ? '' : String(count);
        this.#showRemoved();
        this.#gallery.show(this.#digits.map((digit, index) => galleryItem(digit, this.#reads?.[index] ?? digit.readAs)));
        this.onShown();
    }

    #showRemoved() {
        const { length } = this.#removed;
        this.#removedBox.hidden = length === 0;
        this.#removedText.textContent = length === 1 ? `The ${this.#removed[0].label} is removed.` : `${counted(length, 'digit')} are removed.`;
        this.#bringBack.textContent = length === 1 ? 'Bring it back' : 'Bring them back';
    }

    reload() {
        const shown = this.#showing.then(() => this.#showKept());
        this.#showing = shown.catch(() => {});
        return shown;
    }

    async #showKept() {
        const kept = await this.#storage.keptDigits();
        const classes = kept.length ? (await this.#engine.client.predictImages(imagesOf(kept).images)).classes : null;
        [this.#digits, this.#reads] = [kept, classes];
        this.#show();
    }

    // ---- Keeping ----

    /** @param {KeptDigit[]} more */
    async #keepAll(more) {
        if (this.count + more.length > MOST_DIGITS) {
            throw new Error(`More than ${whole(MOST_DIGITS)} digits can’t be kept. Remove some, or export and reset them.`);
        }
        await this.#storage.keepDigits(more);
        // What is there again can't be brought back, even where the rest fails.
        this.#removed = this.#removed.filter(({ image }) => !more.some((digit) => isSame(digit.image, image)));
        this.#showRemoved();
        await this.reload();
    }

    /** The same image has one label, the last that it was given. @param {KeptDigit} digit */
    async keep(digit) {
        const kept = this.#digits.find(({ image }) => isSame(image, digit.image));
        if (!kept) return this.#keepAll([digit]);
        await this.#storage.relabelDigit(kept.id, digit.label);
        await this.reload();
    }

    /** @param {number} index as they are shown now */
    at(index) {
        return this.#digits[index];
    }

    /** @param {KeptDigit & { id: number }} digit @returns {Promise<string>} what to say aloud */
    async forget(digit) {
        await this.#storage.removeDigit(digit.id);
        // Two quick clicks remove one.
        if (!this.#removed.some(({ id }) => id === digit.id)) this.#removed.push(digit);
        await this.reload();
        return `The ${digit.label} is removed. It can be brought back.`;
    }

    /** Each in its old place. @returns {Promise<string>} what to say aloud: nothing where none was removed */
    async bringBack() {
        const back = this.#removed;
        if (back.length === 0) return '';
        await this.#keepAll(back);
        return `${counted(back.length, 'digit')} brought back.`;
    }

    /** For good. */
    async forgetAll() {
        await this.#storage.removeDigits();
        this.#removed = [];
    }

    /** @param {File} file @returns {Promise<{ fresh: number, known: number }>} how many were kept, and were there already */
    async importFile(file) {
        const more = await readDigitsFile(file);
        const isKept = (/** @type {KeptDigit} */ { image }) => this.#digits.some((digit) => isSame(digit.image, image));
        const fresh = more.filter((digit) => !isKept(digit));
        await this.#keepAll(fresh);
        return { fresh: fresh.length, known: more.length - fresh.length };
    }
}
