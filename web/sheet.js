// What lies on the sheet, the drawing or a picture over it, and the way back to what lay there before.
// Knows no elements and no files, and nothing of reading.

/** @import { DrawingPad } from './widgets/drawing-pad.js' */
/** @typedef {{ name: string, bytes: Uint8Array, bitmap: ImageBitmap | null }} OpenedPicture */
/**
 * @typedef {object} Change of what lies over the drawing
 * @property {OpenedPicture | null} before what lay there
 * @property {number} steps of the drawing that came earlier
 */

/** Each of these pictures may hold as many pixels as pictures.js lets it. */
const KEPT_PICTURES = 4;

export class Sheet {
    /** @type {DrawingPad} */ #drawing;
    /** @type {() => void} */ #onChange;
    /** @type {OpenedPicture | null} */ #picture = null;
    /** What undo takes back, oldest first. The drawing keeps its own steps: they lie between these. */
    /** @type {Change[]} */ #changes = [];

    /**
     * @param {DrawingPad} drawing
     * @param {{ onChange: () => void }} listeners onChange: another picture lies over the drawing, or none
     */
    constructor(drawing, { onChange }) {
        this.#drawing = drawing;
        this.#onChange = onChange;
    }

    /** What lies over the drawing; null: nothing does. */
    get picture() {
        return this.#picture;
    }

    get isEmpty() {
        return !this.#picture && this.#drawing.isEmpty;
    }

    get canUndo() {
        return this.#changes.length > 0 || (!this.#picture && this.#drawing.steps > 0);
    }

    /** @param {OpenedPicture | null} picture null: the drawing comes to light again */
    lay(picture) {
        this.#changes.push({ before: this.#picture, steps: this.#drawing.steps });
        this.#forgetOldest();
        this.#show(picture);
    }

    undo() {
        if (!this.canUndo) return;
        const latest = this.#changes[this.#changes.length - 1];
        if (latest?.steps !== this.#drawing.steps) {
            this.#drawing.undo();
            return;
        }
        this.#changes.pop();
        this.#picture?.bitmap?.close();
        this.#show(latest.before);
    }

    /** Takes off what is on top: a picture, or else the drawing. */
    clear() {
        if (this.#picture) this.lay(null);
        else this.#drawing.clear();
    }

    /** @param {OpenedPicture | null} picture */
    #show(picture) {
        this.#picture = picture;
        this.#onChange();
    }

    #forgetOldest() {
        while (this.#changes.filter(({ before }) => before).length > KEPT_PICTURES) {
            this.#changes.shift()?.before?.bitmap?.close();
        }
    }
}
