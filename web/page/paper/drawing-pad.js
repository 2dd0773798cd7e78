// The paper to write on: pointer events in, ink and strokes to read out.
// Knows nothing of who reads them, and not how they are drawn.

import { Hands } from '../../../wasm/element/hands.js';
import { erase, extentOf, MIDDLE_PRESSURE, toReader, untouched } from './ink.js';
import { InkHistory } from './ink-history.js';
import { PadCanvas } from './pad-canvas.js';
import { scratchedOut } from './scratch.js';

/** @import { InkStroke, Point } from './ink.js' */
/** @typedef {'pen' | 'eraser'} Tool */
/**
 * @typedef {object} PadListeners
 * @property {() => void} onChange the ink is another, or the pen was lifted
 * @property {(point: Point) => (() => void) | null} onTouch the pen touches the paper: what a tap there does, if anything
 *     else than a dot
 * @property {(count: number) => void} onScratch so many strokes were scratched out
 */

const MAIN_BUTTON = 0;
/** Of `buttons` in pointer events: the other end of a pen. */
const ERASER_BUTTON = 32;

/** A pen that moves less than this has only tapped, in CSS pixels. */
const TAP = 3;

/** An eraser is so many times as wide as the pen. */
const ERASER_WIDTH = 4;

/** What the page writes itself takes so many frames. */
const WRITING_FRAMES = 72;

/** @param {InkStroke[]} strokes @param {number} count of points @returns {InkStroke[]} */
function beginningOf(strokes, count) {
    let left = count;
    return strokes.flatMap((stroke) => {
        const points = stroke.points.slice(0, Math.max(0, left));
        left -= stroke.points.length;
        return points.length ? [{ ...stroke, points }] : [];
    });
}

class DrawingPad {
    /** @type {HTMLCanvasElement} */ #canvas;
    /** @type {PadListeners} */ #listeners;
    /** @type {PadCanvas} */ #drawn;
    #history = new InkHistory();
    /** @type {InkStroke[]} */ #strokes = [];
    #extent = extentOf([]);
    /** The stroke that is being written. @type {InkStroke | null} */ #live = null;
    /** @type {number | null} */ #pointer = null;
    #isErasing = false;
    #hands = new Hands();
    /** Where the pen touched the paper. @type {Point} */ #start = { x: 0, y: 0, pressure: MIDDLE_PRESSURE };
    /** It hasn't moved since. */ #isTap = false;
    /** What a tap does; as long as it may be one, there is no ink. @type {(() => void) | null} */ #tap = null;
    /** Where the eraser is. @type {Point | null} */ #eraser = null;
    /** Of what the page writes itself. */ #frame = 0;
    /** Where the pen was last. @type {Point | null} */
    lastPoint = null;
    /** @type {Tool} */
    #tool = 'pen';
    /** In the paper's units: CSS pixels while all ink fits. */
    penWidth = 9;

    /** @param {HTMLCanvasElement} canvas @param {PadListeners} listeners */
    constructor(canvas, listeners) {
        this.#canvas = canvas;
        this.#listeners = listeners;
        canvas.addEventListener('pointerdown', (event) => this.#begin(event));
        canvas.addEventListener('pointermove', (event) => this.#continue(event));
        canvas.addEventListener('pointerup', (event) => this.#end(event));
        canvas.addEventListener('pointercancel', (event) => this.#cancel(event));
        canvas.addEventListener('pointerleave', () => this.#showEraser(null));
        this.#drawn = new PadCanvas(canvas, () => this.#scene, listeners.onChange);
    }

    get isEmpty() {
        return this.ink.length === 0;
    }

    /** The pen is down. */
    get isWriting() {
        return this.#pointer !== null;
    }

    get canUndo() {
        return this.#history.canUndo;
    }

    get canRedo() {
        return this.#history.canRedo;
    }

    /** All ink, in the order of writing. @returns {InkStroke[]} */
    get ink() {
        return this.#shownLive ? [...this.#strokes, this.#shownLive] : this.#strokes;
    }

    get #shownLive() {
        return this.#tap ? null : this.#live;
    }

    /** The strokes as the reader takes them. */
    get strokes() {
        return this.ink.map(toReader);
    }

    /**
     * The part of the paper that the canvas shows, from the origin, in the paper's units, and CSS pixels for each unit:
     * below 1 where a larger window was written full.
     */
    get view() {
        const [width, height] = [Math.max(this.#canvas.clientWidth, 1), Math.max(this.#canvas.clientHeight, 1)];
        const scale = Math.min(1, width / this.#extent.right, height / this.#extent.bottom);
        return { width: width / scale, height: height / scale, scale };
    }

    get #eraserWidth() {
        return this.penWidth * ERASER_WIDTH;
    }

    /** What is drawn. */
    get #scene() {
        const { scale } = this.view;
        return { strokes: this.#strokes, live: this.#shownLive, eraser: this.#eraser, eraserWidth: this.#eraserWidth, scale };
    }

    /** @param {Tool} tool */
    set tool(tool) {
        this.#tool = tool;
        this.#canvas.dataset.tool = tool;
        this.#showEraser(null);
    }

    undo() {
        this.#stop();
        this.#changeTo(this.#history.undo(this.#strokes));
    }

    redo() {
        this.#stop();
        this.#changeTo(this.#history.redo(this.#strokes));
    }

    /** undo() brings back what was there. */
    clear() {
        if (this.#strokes.length) this.replace([]);
    }

    /** Other ink in place of the present, as one step to undo. @param {InkStroke[]} strokes */
    replace(strokes) {
        this.#stop();
        this.#history.remember(this.#strokes);
        this.#change(strokes);
    }

    /** The same, but written by and by, until somebody does something else. @param {InkStroke[]} strokes */
    write(strokes) {
        this.replace([]);
        const count = strokes.reduce((sum, { points }) => sum + points.length, 0);
        let written = 0;
        const next = () => {
            written += Math.max(1, count / WRITING_FRAMES);
            this.#change(beginningOf(strokes, Math.ceil(written)));
            if (written < count) this.#frame = requestAnimationFrame(next);
        };
        this.#frame = requestAnimationFrame(next);
    }

    /** Whoever writes, it is over. */
    #stop() {
        cancelAnimationFrame(this.#frame);
        this.#pointer = null;
        this.#live = null;
        this.#tap = null;
    }

    /** @param {InkStroke[] | undefined} strokes undefined: there are no others */
    #changeTo(strokes) {
        if (strokes) this.#change(strokes);
    }

    /** @param {InkStroke[]} strokes */
    #change(strokes) {
        this.#strokes = strokes;
        this.#extent = extentOf(strokes);
        this.#drawn.redraw();
        this.#listeners.onChange();
    }

    // ---- The pen ----

    /** @param {PointerEvent} event @returns {Point} */
    #locate({ clientX, clientY, pressure, pointerType }) {
        const { left, top } = this.#canvas.getBoundingClientRect();
        const { width, height, scale } = this.view;
        return {
            x: Math.min(Math.max((clientX - left) / scale, 0), width),
            y: Math.min(Math.max((clientY - top) / scale, 0), height),
            pressure: pointerType === 'pen' ? pressure : MIDDLE_PRESSURE,
        };
    }

    /** @param {PointerEvent} event */
    #begin(event) {
        const isTurned = Boolean(event.buttons & ERASER_BUTTON);
        if (event.button !== MAIN_BUTTON && !isTurned) return;
        const meaning = this.#hands.down(event);
        // What lay on the paper before it was no pen: two fingers, or a palm.
        if (meaning !== 'none' && this.#pointer !== null) this.#takeBack();
        if (meaning !== 'write') return;
        event.preventDefault();
        this.#stop();
        const point = this.#locate(event);
        this.#pointer = event.pointerId;
        this.#canvas.setPointerCapture(event.pointerId);
        this.#isErasing = isTurned || this.#tool === 'eraser';
        [this.#start, this.#isTap] = [point, true];
        this.lastPoint = point;
        this.#history.remember(this.#strokes);
        if (this.#isErasing) {
            this.#erase(point, point);
            return;
        }
        this.#tap = this.#listeners.onTouch(point);
        this.#live = { width: this.penWidth, hasPressure: event.pointerType === 'pen', points: [point] };
        this.#showLive();
    }

    #showLive() {
        if (this.#tap) return;
        this.#drawn.schedule();
        this.#listeners.onChange();
    }

    /** @param {PointerEvent} event */
    #continue(event) {
        this.#hands.moved(event);
        if (this.#pointer === null) this.#showEraser(this.#locate(event));
        if (event.pointerId !== this.#pointer) return;
        const steps = event.getCoalescedEvents?.() ?? [];
        const points = (steps.length ? steps : [event]).map((step) => this.#locate(step));
        this.#follow(points);
        if (this.#isErasing) {
            for (const point of points) this.#erase(this.lastPoint ?? point, point);
        } else if (this.#live) {
            this.#live = { ...this.#live, points: this.#live.points.concat(points) };
            this.#showLive();
        }
        this.lastPoint = points[points.length - 1];
    }

    /** Whether it is still no more than a tap. @param {Point[]} points */
    #follow(points) {
        const reach = TAP / this.view.scale;
        this.#isTap &&= points.every(({ x, y }) => Math.hypot(x - this.#start.x, y - this.#start.y) <= reach);
        if (!this.#isTap) this.#tap = null;
    }

    /** @param {PointerEvent} event */
    #end(event) {
        this.#hands.up(event);
        if (event.pointerId !== this.#pointer) return;
        const [live, tap] = [this.#live, this.#tap];
        this.#stop();
        const strokes = this.#isErasing ? this.#erased() : tap || !live ? this.#strokes : this.#written(live);
        // An eraser that met nothing, and a tap, leave nothing to undo, and all that there was to bring again.
        this.#history.forgetUnchanged(strokes);
        this.#change(strokes);
        tap?.();
    }

    /** The browser or another finger took the pen away: what it did is undone. @param {PointerEvent} event */
    #cancel(event) {
        this.#hands.up(event);
        if (event.pointerId === this.#pointer) this.#takeBack();
    }

    #takeBack() {
        this.#stop();
        this.#change(this.#history.takeBack());
    }

    /** @param {InkStroke} live */
    #written(live) {
        const gone = scratchedOut(live, this.#strokes);
        if (!gone.length) return [...this.#strokes, live];
        this.#listeners.onScratch(gone.length);
        return this.#strokes.filter((stroke) => !gone.includes(stroke));
    }

    /** A tap with the eraser takes whole strokes. */
    #erased() {
        if (!this.#isTap) return this.#strokes;
        const before = this.#history.latest;
        const left = untouched(before, this.#start, this.#eraserWidth / 2);
        return left.length === before.length ? before : left;
    }

    /** @param {Point} from @param {Point} to */
    #erase(from, to) {
        const left = erase(this.#strokes, from, to, this.#eraserWidth / 2);
        this.#showEraser(to);
        if (left !== this.#strokes) this.#change(left);
    }

    /** @param {Point | null} point */
    #showEraser(point) {
        const isShown = point && (this.#isErasing && this.isWriting || this.#tool === 'eraser');
        if (!isShown && !this.#eraser) return;
        this.#eraser = isShown ? point : null;
        this.#drawn.schedule();
    }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {PadListeners} listeners
 */
export function createDrawingPad(canvas, listeners) {
    return new DrawingPad(canvas, listeners);
}
