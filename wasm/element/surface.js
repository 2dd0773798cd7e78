// The paper of a field: pointer events in, strokes out; draws ink with as many pixels as the screen has for it, in the
// colours that its style has. It takes nothing of the machine until somebody writes. Knows nothing of reading and forms.

import { Hands } from './hands.js';
import { drawInk, extentOf, MIDDLE_PRESSURE } from './ink.js';

/** @import { InkStroke, Point } from './ink.js' */
/** @import { Sheet } from './sheet.js' */
/**
 * @typedef {object} SurfaceListeners
 * @property {(event: PointerEvent) => void} onBegin the pen touches the paper
 * @property {(stroke: InkStroke | null) => void} onEnd and leaves it; null: it left no ink
 */

const MAIN_BUTTON = 0;
/** Of the pen, in CSS pixels. */
const PEN_WIDTH = 4.5;
/** How much of settled ink is seen: the text says it by now. */
const SETTLED = 0.5;
/** Around a doubtful digit, in CSS pixels. */
const MARGIN = 5;

export class Surface {
    /** @type {HTMLCanvasElement} */ #canvas;
    /** @type {HTMLElement} What is hard to read is marked there. */ #marks;
    /** @type {SurfaceListeners} */ #listeners;
    /** @type {Sheet | null} */ #sheet = null;
    #hands = new Hands();
    /** @type {number | null} */ #pointer = null;
    /** The stroke that is being written. @type {InkStroke | null} */ #live = null;
    /** There from the first ink on. @type {ResizeObserver | null} */ #observer = null;
    #isScheduled = false;
    isWritable = true;

    /** @param {HTMLCanvasElement} canvas @param {HTMLElement} marks @param {SurfaceListeners} listeners */
    constructor(canvas, marks, listeners) {
        this.#canvas = canvas;
        this.#marks = marks;
        this.#listeners = listeners;
        canvas.addEventListener('pointerdown', (event) => this.#begin(event));
        canvas.addEventListener('pointermove', (event) => this.#continue(event));
        canvas.addEventListener('pointerup', (event) => this.#end(event, this.#live));
        canvas.addEventListener('pointercancel', (event) => this.#end(event, null));
        // Its style has a transition of the ink's colour that takes no time: whatever changes it is told of.
        canvas.addEventListener('transitionend', () => this.#schedule());
    }

    get isWriting() {
        return this.#pointer !== null;
    }

    /** Anew when the screen has other pixels too. @param {Sheet} sheet */
    show(sheet) {
        this.#sheet = sheet;
        if (sheet.strokes.length) this.#observe();
        this.#schedule();
    }

    /** The pen is taken away, and what it is writing with it. */
    stop() {
        this.#pointer = null;
        this.#live = null;
        this.#schedule();
    }

    /** It is no longer in the page: no pen and no finger that is down will be heard of again. */
    forget() {
        this.stop();
        this.#hands = new Hands();
    }

    // ---- The pen ----

    get #strokes() {
        return this.#sheet?.strokes ?? [];
    }

    /** CSS pixels for each of the ink's units: below 1 where a larger field was written full. */
    get #scale() {
        const { right, bottom } = extentOf(this.#strokes);
        return Math.min(1, this.#canvas.clientWidth / right, this.#canvas.clientHeight / bottom);
    }

    /** @param {PointerEvent} event @returns {Point} */
    #locate({ clientX, clientY, pressure, pointerType }) {
        const { left, top, width, height } = this.#canvas.getBoundingClientRect();
        // A page may show it larger or smaller than it is.
        const scale = this.#scale * (width / this.#canvas.clientWidth);
        return {
            x: Math.min(Math.max(clientX - left, 0), width) / scale,
            y: Math.min(Math.max(clientY - top, 0), height) / scale,
            pressure: pointerType === 'pen' ? pressure : MIDDLE_PRESSURE,
        };
    }

    /** @param {PointerEvent} event */
    #begin(event) {
        if (event.button !== MAIN_BUTTON || !this.isWritable) return;
        // The focus, and with it a keyboard on the screen, doesn't come by a touch here.
        event.preventDefault();
        const meaning = this.#hands.down(event);
        // What lay on the paper before it was no pen: two fingers, or a palm.
        if (meaning !== 'none' && this.isWriting) this.#finish(null);
        if (meaning !== 'write') return;
        this.#pointer = event.pointerId;
        this.#canvas.setPointerCapture(event.pointerId);
        this.#observe();
        this.#live = { width: PEN_WIDTH / this.#scale, hasPressure: event.pointerType === 'pen', points: [this.#locate(event)] };
        this.#listeners.onBegin(event);
        this.#schedule();
    }

    /** @param {PointerEvent} event */
    #continue(event) {
        this.#hands.moved(event);
        if (event.pointerId !== this.#pointer || !this.#live) return;
        const steps = event.getCoalescedEvents?.() ?? [];
        const points = (steps.length ? steps : [event]).map((step) => this.#locate(step));
        this.#live = { ...this.#live, points: this.#live.points.concat(points) };
        this.#schedule();
    }

    /** @param {PointerEvent} event @param {InkStroke | null} stroke */
    #end(event, stroke) {
        this.#hands.up(event);
        if (event.pointerId === this.#pointer) this.#finish(stroke);
    }

    /** @param {InkStroke | null} stroke */
    #finish(stroke) {
        this.stop();
        this.#listeners.onEnd(stroke);
    }

    // ---- The picture ----

    #observe() {
        if (this.#observer) return;
        this.#observer = new ResizeObserver(() => this.#draw());
        this.#observer.observe(this.#canvas);
    }

    /** All of it, with the next frame. */
    #schedule() {
        if (this.#isScheduled || !this.#observer) return;
        this.#isScheduled = true;
        requestAnimationFrame(() => {
            this.#isScheduled = false;
            this.#draw();
        });
    }

    /** Gives the canvas as many pixels as the screen has for it. @returns {boolean} whether there are any */
    #fit() {
        const { clientWidth, clientHeight } = this.#canvas;
        const [width, height] = [Math.round(clientWidth * devicePixelRatio), Math.round(clientHeight * devicePixelRatio)];
        if (!width || !height) return false;
        if (this.#canvas.width !== width) this.#canvas.width = width;
        if (this.#canvas.height !== height) this.#canvas.height = height;
        return true;
    }

    #draw() {
        const canvas = this.#canvas;
        const context = canvas.getContext('2d');
        if (!context || !this.#fit()) return;
        const scale = this.#scale;
        const pixels = scale * devicePixelRatio;
        const { settled, doubts } = this.#sheet ?? { settled: 0, doubts: [] };
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, canvas.width, canvas.height);
        context.scale(pixels, pixels);
        const { color } = getComputedStyle(canvas);
        context.globalAlpha = SETTLED;
        drawInk(context, this.#strokes.slice(0, settled), color);
        context.globalAlpha = 1;
        drawInk(context, this.#strokes.slice(settled), color);
        if (this.#live) drawInk(context, [this.#live], color);
        this.#marks.replaceChildren(...doubts.map((doubt) => this.#mark(doubt, scale)));
    }

    /** @param {{ x: number, y: number, width: number, height: number }} box in the ink's units @param {number} scale */
    #mark({ x, y, width, height }, scale) {
        const mark = document.createElement('span');
        mark.setAttribute('part', 'mark');
        const [left, top] = [x * scale - MARGIN, y * scale - MARGIN];
        Object.assign(mark.style, {
            left: `${left}px`, top: `${top}px`, width: `${width * scale + 2 * MARGIN}px`, height: `${height * scale + 2 * MARGIN}px`,
        });
        return mark;
    }
}
