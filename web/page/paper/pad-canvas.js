// Draws the paper: as many pixels as the screen has for it, finished strokes kept, so that a new point redraws only its own
// stroke. Knows nothing of pointers and readings.

import { contextOf, onSchemeChange, token } from '../dom.js';
import { drawInk } from './ink.js';

/** @import { InkStroke, Point } from './ink.js' */
/**
 * @typedef {object} Scene what is on the paper
 * @property {InkStroke[]} strokes finished
 * @property {InkStroke | null} live the stroke that is being written
 * @property {Point | null} eraser where it is
 * @property {number} eraserWidth in the paper's units
 * @property {number} scale CSS pixels for each of the paper's units
 */

/** Of the eraser's outline, in CSS pixels. */
const OUTLINE = 1.5;

export class PadCanvas {
    #canvas;
    #scene;
    #onFit;
    #finished = document.createElement('canvas');
    #isFinishedStale = true;
    #isScheduled = false;

    /** @param {HTMLCanvasElement} canvas @param {() => Scene} scene @param {() => void} onFit it has another size */
    constructor(canvas, scene, onFit) {
        this.#canvas = canvas;
        this.#scene = scene;
        this.#onFit = onFit;
        new ResizeObserver(() => this.#fit()).observe(canvas);
        this.#watchResolution();
        onSchemeChange(() => this.redraw());
    }

    /** All of it, with the next frame. */
    redraw() {
        this.#isFinishedStale = true;
        this.schedule();
    }

    /** What isn't finished, with the next frame. */
    schedule() {
        if (this.#isScheduled) return;
        this.#isScheduled = true;
        requestAnimationFrame(() => {
            this.#isScheduled = false;
            this.#draw();
        });
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
        for (const canvas of [this.#canvas, this.#finished]) {
            canvas.width = Math.round(clientWidth * devicePixelRatio);
            canvas.height = Math.round(clientHeight * devicePixelRatio);
        }
        this.#isFinishedStale = true;
        this.#draw();
        this.#onFit();
    }

    /** @param {HTMLCanvasElement} canvas */
    #cleared(canvas) {
        const context = contextOf(canvas);
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, canvas.width, canvas.height);
        return context;
    }

    #draw() {
        if (!this.#canvas.width || !this.#canvas.height) return;
        const scene = this.#scene();
        const scale = scene.scale * devicePixelRatio;
        const colour = token(this.#canvas, '--ink');
        if (this.#isFinishedStale) {
            const context = this.#cleared(this.#finished);
            context.scale(scale, scale);
            drawInk(context, scene.strokes, colour);
            this.#isFinishedStale = false;
        }
        const context = this.#cleared(this.#canvas);
        context.drawImage(this.#finished, 0, 0);
        context.scale(scale, scale);
        if (scene.live) drawInk(context, [scene.live], colour);
        if (scene.eraser) this.#drawEraser(context, scene.eraser, scene);
    }

    /** @param {CanvasRenderingContext2D} context @param {Point} point @param {Scene} scene */
    #drawEraser(context, { x, y }, { eraserWidth, scale }) {
        context.lineWidth = OUTLINE / scale;
        context.strokeStyle = token(this.#canvas, '--edge');
        context.beginPath();
        context.arc(x, y, eraserWidth / 2, 0, 2 * Math.PI);
        context.stroke();
    }
}
