// Shows an opened picture, fitted into its area. Knows nothing of files.

/** A larger canvas shows nothing more, in pixels. */
const LONGEST_SIDE = 2000;

export class PictureView {
    /** @type {HTMLCanvasElement} */ #canvas;

    /** @param {HTMLCanvasElement} canvas */
    constructor(canvas) {
        this.#canvas = canvas;
    }

    /**
     * @param {ImageBitmap | null} bitmap null: an empty sheet in place of what the browser can't show
     * @param {string} name of the file
     */
    show(bitmap, name) {
        const { width, height } = bitmap ?? { width: 1, height: 1 };
        const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
        this.#canvas.width = Math.max(1, Math.round(width * scale));
        this.#canvas.height = Math.max(1, Math.round(height * scale));
        if (bitmap) this.#canvas.getContext('2d')?.drawImage(bitmap, 0, 0, this.#canvas.width, this.#canvas.height);
        this.#canvas.setAttribute('aria-label', `The opened picture ${name}`);
        this.#canvas.hidden = false;
    }

    hide() {
        this.#canvas.hidden = true;
    }
}
