// What lies on the desk: the drawing, and the pictures that were opened, one of them on top.
// Knows no elements and nothing of reading.

/** @import { Reading } from '../../../wasm/scrawl.d.ts' */
/** @import { Opened } from '../../workers/picture-worker.js' */
/**
 * @typedef {object} PictureItem
 * @property {File} file
 * @property {Opened | null} opened null: it is opened again when it is shown again
 * @property {HTMLCanvasElement} thumbnail
 * @property {Reading | null} reading null: it has not been read
 * @property {boolean} isStale it has been read by another model or with other settings
 */

/** So many pictures stay decoded: each may take tens of megabytes. */
const KEPT_OPEN = 4;

export class Desk {
    /** @type {PictureItem[]} */ pictures = [];
    /** Shown last, the latest at the end. @type {PictureItem[]} */ #shown = [];
    /** The picture on top. @type {PictureItem | null} */ #top = null;
    #age = 0;

    /** The picture on top; null: the drawing. */
    get top() {
        return this.#top;
    }

    /** Counts what put readings out of date. */
    get age() {
        return this.#age;
    }

    /** @param {PictureItem} picture @param {number} [age] of the desk when its reading was begun */
    add(picture, age = this.#age) {
        picture.isStale = age !== this.#age;
        this.pictures.push(picture);
        this.#keepOpen(picture);
        if (this.#top) this.#keepOpen(this.#top);
    }

    /** @param {PictureItem | null} picture */
    show(picture) {
        // Its explanation is large, and only looked at while it lies on top.
        if (this.#top !== picture) delete this.#top?.reading?.explanation;
        this.#top = picture;
        if (picture && this.pictures.includes(picture)) this.#keepOpen(picture);
    }

    /** Takes the picture on top away; the one after it comes to light, or the one before it, or the drawing. */
    close() {
        if (!this.#top) return;
        const index = this.pictures.indexOf(this.#top);
        const [closed] = this.pictures.splice(index, 1);
        this.#shown = this.#shown.filter((picture) => picture !== closed);
        closed.opened?.bitmap?.close();
        this.show(this.pictures[index] ?? this.pictures[index - 1] ?? null);
    }

    /** What was read is out of date. */
    forgetReadings() {
        this.#age++;
        for (const picture of this.pictures) picture.isStale = true;
    }

    /** @param {PictureItem} picture */
    #keepOpen(picture) {
        this.#shown = [...this.#shown.filter((other) => other !== picture), picture];
        for (const oldest of this.#shown.splice(0, this.#shown.length - KEPT_OPEN)) {
            oldest.opened?.bitmap?.close();
            oldest.opened = null;
        }
    }
}
