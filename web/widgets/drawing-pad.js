// The paper to write on: pointer events in, ink on a canvas and pixels to read out.
// Knows nothing of who reads them.

/** @typedef {{ x: number, y: number }} Point on the sheet, in sheet units */

/** The sheet's own units: what was written stays in place when the canvas changes its size. */
const SHEET_WIDTH = 1000;
const SHEET_HEIGHT = 750;

/** In sheet units: digits of half the sheet's height get strokes like MNIST's, nearly a tenth of their height. */
const PEN_WIDTH = 32;

/** In sheet units: too short to be seen. */
const DOT_LENGTH = 0.01;

/** The picture to read, in pixels: the network sees 28 of them, so this is plenty. */
const PICTURE_WIDTH = 640;
const PICTURE_HEIGHT = (PICTURE_WIDTH * SHEET_HEIGHT) / SHEET_WIDTH;

const MAIN_BUTTON = 0;

/**
 * A smooth line: each point bends a curve that runs between the middles of the sections.
 * @param {Point[]} points
 */
function strokePath(points) {
    const path = new Path2D();
    const [first] = points;
    const last = points[points.length - 1];
    path.moveTo(first.x, first.y);
    for (let index = 1; index < points.length - 1; index++) {
        const { x, y } = points[index];
        path.quadraticCurveTo(x, y, (x + points[index + 1].x) / 2, (y + points[index + 1].y) / 2);
    }
    // A mere dot is a very short line: its round ends make it visible, but a line without length isn't drawn.
    path.lineTo(last.x + (points.length === 1 ? DOT_LENGTH : 0), last.y);
    return path;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point[][]} strokes
 * @param {number} scale pixels for each sheet unit
 * @param {string} colour
 */
function drawStrokes(context, strokes, scale, colour) {
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.strokeStyle = colour;
    context.lineWidth = PEN_WIDTH;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const points of strokes) context.stroke(strokePath(points));
    context.setTransform(1, 0, 0, 1, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
function contextOf(canvas, settings) {
    return /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', settings));
}

export class DrawingPad {
    /** @type {HTMLCanvasElement} */ #canvas;
    #picture = document.createElement('canvas');
    /** @type {() => void} */ #onChange;
    /** @type {Point[][]} */ #strokes = [];
    /** What undo goes back to, oldest first. @type {Point[][][]} */ #history = [];
    /** @type {number | null} */ #pointer = null;

    /**
     * @param {HTMLCanvasElement} canvas
     * @param {{ onChange: () => void }} listeners onChange: the ink is another, or the pen was lifted
     */
    constructor(canvas, { onChange }) {
        this.#canvas = canvas;
        this.#onChange = onChange;
        this.#picture.width = PICTURE_WIDTH;
        this.#picture.height = PICTURE_HEIGHT;
        canvas.addEventListener('pointerdown', (event) => this.#begin(event));
        canvas.addEventListener('pointermove', (event) => this.#continue(event));
        canvas.addEventListener('pointerup', (event) => this.#finish(event));
        canvas.addEventListener('pointercancel', (event) => this.#finish(event));
        new ResizeObserver(() => this.#fit()).observe(canvas);
        this.#watchResolution();
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
    }

    get isEmpty() {
        return this.#strokes.length === 0;
    }

    /** The pen is down. */
    get isWriting() {
        return this.#pointer !== null;
    }

    /** How often undo() can go back. */
    get steps() {
        return this.#history.length;
    }

    undo() {
        this.#pointer = null;
        this.#change(this.#history.pop() ?? []);
    }

    /** undo() brings back what was there. */
    clear() {
        this.#pointer = null;
        if (this.isEmpty) return;
        this.#history.push(this.#strokes);
        this.#change([]);
    }

    /** Black ink on white, whatever the page's colours are. */
    pixels() {
        const context = contextOf(this.#picture, { willReadFrequently: true });
        context.fillStyle = 'white';
        context.fillRect(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
        drawStrokes(context, this.#strokes, PICTURE_WIDTH / SHEET_WIDTH, 'black');
        return context.getImageData(0, 0, PICTURE_WIDTH, PICTURE_HEIGHT);
    }

    /** @param {Point[][]} strokes */
    #change(strokes) {
        this.#strokes = strokes;
        this.#draw();
        this.#onChange();
    }

    /** @param {PointerEvent} event @returns {Point} */
    #locate({ clientX, clientY }) {
        const { left, top, width, height } = this.#canvas.getBoundingClientRect();
        return { x: ((clientX - left) / width) * SHEET_WIDTH, y: ((clientY - top) / height) * SHEET_HEIGHT };
    }

    /** @param {PointerEvent} event */
    #begin(event) {
        // One stroke at a time: a palm beside the pen writes nothing.
        if (this.#pointer !== null || event.button !== MAIN_BUTTON) return;
        event.preventDefault();
        this.#pointer = event.pointerId;
        this.#canvas.setPointerCapture(event.pointerId);
        this.#history.push(this.#strokes);
        this.#change([...this.#strokes, [this.#locate(event)]]);
    }

    /** @param {PointerEvent} event */
    #continue(event) {
        if (event.pointerId !== this.#pointer) return;
        const steps = event.getCoalescedEvents?.() ?? [];
        const stroke = this.#strokes[this.#strokes.length - 1];
        stroke.push(...(steps.length ? steps : [event]).map((step) => this.#locate(step)));
        this.#change(this.#strokes);
    }

    /** @param {PointerEvent} event */
    #finish(event) {
        if (event.pointerId !== this.#pointer) return;
        this.#pointer = null;
        this.#onChange();
    }

    /** A window on another screen, or zoomed, has other pixels; each question is about one resolution only. */
    #watchResolution() {
        const isUnchanged = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
        const follow = () => {
            this.#fit();
            this.#watchResolution();
        };
        isUnchanged.addEventListener('change', follow, { once: true });
    }

    /** Gives the canvas as many pixels as the screen has for it. */
    #fit() {
        const { clientWidth, clientHeight } = this.#canvas;
        this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
        this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
        this.#draw();
    }

    #draw() {
        const { width, height } = this.#canvas;
        const context = contextOf(this.#canvas);
        context.clearRect(0, 0, width, height);
        drawStrokes(context, this.#strokes, width / SHEET_WIDTH, getComputedStyle(this.#canvas).color);
    }
}
