// Draws boxes with names over a picture that is fitted into the same area. Knows nothing of the picture.

import { svgElement } from '../dom.js';

/** @typedef {{ x: number, y: number, width: number, height: number, label: string, doubtful: boolean }} Box
 *     in the picture's pixels */

/** In CSS pixels. */
const NAME_SIZE = 15;
const NAME_WIDTH = 9.5;
const TAG_HEIGHT = 20;
const TAG_PADDING = 5;
const MARGIN = 6;

class Boxes {
    /** @type {SVGElement} */ #svg;
    /** @type {Box[]} */ #boxes = [];
    #width = 1;
    #height = 1;
    #chosen = -1;

    /** @param {SVGElement} svg */
    constructor(svg) {
        this.#svg = svg;
        new ResizeObserver(() => this.#draw()).observe(svg);
    }

    /**
     * @param {Box[]} boxes
     * @param {{ width: number, height: number }} picture in its pixels
     * @param {number} chosen index
     */
    show(boxes, { width, height }, chosen) {
        this.#boxes = boxes;
        this.#width = width;
        this.#height = height;
        this.#chosen = chosen;
        this.#draw();
    }

    clear() {
        this.show([], { width: 1, height: 1 }, -1);
    }

    #draw() {
        const { clientWidth, clientHeight } = this.#svg;
        // Picture pixels for each CSS pixel: names and margins keep their size on the screen.
        const scale = Math.max(this.#width / Math.max(clientWidth, 1), this.#height / Math.max(clientHeight, 1));
        this.#svg.setAttribute('viewBox', `0 0 ${this.#width} ${this.#height}`);
        this.#svg.replaceChildren(...this.#boxes.map((box, index) => this.#group(box, index, scale)));
    }

    /** @param {Box} box @param {number} index @param {number} scale */
    #group({ x, y, width, height, label, doubtful }, index, scale) {
        const margin = MARGIN * scale;
        const name = doubtful ? `${label}?` : label;
        const kinds = [doubtful && 'doubtful', index === this.#chosen && 'chosen'].filter(Boolean);
        const frame = svgElement('rect', {
            class: 'frame', x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin,
        });
        // Above the box, or inside it where the picture ends.
        const above = y - margin - TAG_HEIGHT * scale;
        const top = above >= 0 ? above : y - margin;
        const tag = svgElement('rect', {
            class: 'tag', x: x - margin, y: top, height: TAG_HEIGHT * scale,
            width: (name.length * NAME_WIDTH + 2 * TAG_PADDING) * scale,
        });
        const text = svgElement('text', {
            x: x - margin + TAG_PADDING * scale, y: top + (TAG_HEIGHT - TAG_PADDING) * scale, 'font-size': NAME_SIZE * scale,
        }, name);
        return svgElement('g', { class: kinds.join(' ') }, frame, tag, text);
    }
}

/** @param {SVGElement} svg */
export function createBoxes(svg) {
    return new Boxes(svg);
}
