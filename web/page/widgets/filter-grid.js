// Small pictures of a layer's filters: green where a weight wants ink, magenta where it wants paper, both stronger the
// larger the weight. Knows nothing of training.

import { contextOf, onSchemeChange, token } from '../dom.js';

/** @import { Filters } from '../../../wasm/scrawl.d.ts' */

/** More would be too small to look at. */
const MOST_FILTERS = 64;
const OPAQUE = 255;

/**
 * A token's colour as red, green, blue, 0 to 255.
 * @param {HTMLElement} element
 * @param {string} name
 */
function colourOf(element, name) {
    const canvas = new OffscreenCanvas(1, 1);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.fillStyle = token(element, name);
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

class FilterGrid {
    #element;
    /** @type {HTMLCanvasElement[]} */ #canvases = [];
    /** @type {Filters | null} */ #filters = null;

    /** @param {HTMLElement} element */
    constructor(element) {
        this.#element = element;
        onSchemeChange(() => this.#draw());
    }

    /** @param {Filters} filters of whose input channels the first is shown */
    show(filters) {
        this.#filters = filters;
        this.#arrange(filters);
        this.#draw();
    }

    /** @param {Filters} filters */
    #arrange({ rows, columns, outputChannels }) {
        const count = Math.min(outputChannels, MOST_FILTERS);
        const [first] = this.#canvases;
        if (this.#canvases.length === count && first.width === columns && first.height === rows) return;
        this.#canvases = Array.from({ length: count }, () => {
            const canvas = document.createElement('canvas');
            canvas.className = 'pixels';
            canvas.width = columns;
            canvas.height = rows;
            return canvas;
        });
        this.#element.replaceChildren(...this.#canvases);
        this.#element.setAttribute('role', 'img');
        this.#element.setAttribute('aria-label', `${count} filters of ${rows} by ${columns} weights`);
    }

    #draw() {
        if (!this.#filters) return;
        const { rows, columns, inputChannels, outputChannels, values } = this.#filters;
        const [wantsInk, wantsPaper] = [colourOf(this.#element, '--for'), colourOf(this.#element, '--against')];
        const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
        this.#canvases.forEach((canvas, filter) => {
            const context = contextOf(canvas);
            const pixels = context.createImageData(columns, rows);
            for (let place = 0; place < rows * columns; place++) {
                const weight = values[place * inputChannels * outputChannels + filter];
                const strength = Math.round((OPAQUE * Math.abs(weight)) / largest);
                pixels.data.set([...(weight > 0 ? wantsInk : wantsPaper), strength], 4 * place);
            }
            context.putImageData(pixels, 0, 0);
        });
    }
}

/** @param {HTMLElement} element */
export function createFilterGrid(element) {
    return new FilterGrid(element);
}
