// Small pictures of a layer's filters: green where a weight wants ink, magenta where it wants paper, both stronger the
// larger the weight. Knows nothing of training.

/** @import { Filters } from '../../../wasm/scrawl.d.ts' */

/** More would be too small to look at. */
const MOST_FILTERS = 64;
const OPAQUE = 255;

/**
 * A token's colour as red, green, blue, 0 to 255.
 * @param {HTMLElement} element
 * @param {string} token
 */
function colourOf(element, token) {
    const canvas = new OffscreenCanvas(1, 1);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.fillStyle = getComputedStyle(element).getPropertyValue(token).trim();
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** @param {HTMLElement} element */
export function createFilterGrid(element) {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    /** @type {HTMLCanvasElement[]} */
    let canvases = [];
    /** @type {Filters | null} */
    let filters = null;

    /** @param {Filters} next */
    function arrange({ rows, columns, outputChannels }) {
        const count = Math.min(outputChannels, MOST_FILTERS);
        if (canvases.length === count && canvases[0].width === columns && canvases[0].height === rows) return;
        canvases = Array.from({ length: count }, () => {
            const canvas = document.createElement('canvas');
            canvas.className = 'pixels';
            canvas.width = columns;
            canvas.height = rows;
            return canvas;
        });
        element.replaceChildren(...canvases);
        element.setAttribute('role', 'img');
        element.setAttribute('aria-label', `${count} filters of ${rows} by ${columns} weights`);
    }

    function draw() {
        if (!filters) return;
        const { rows, columns, inputChannels, outputChannels, values } = filters;
        const [wantsInk, wantsPaper] = [colourOf(element, '--for'), colourOf(element, '--against')];
        const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
        canvases.forEach((canvas, filter) => {
            const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
            const pixels = context.createImageData(columns, rows);
            for (let place = 0; place < rows * columns; place++) {
                const weight = values[place * inputChannels * outputChannels + filter];
                const strength = Math.round((OPAQUE * Math.abs(weight)) / largest);
                pixels.data.set([...(weight > 0 ? wantsInk : wantsPaper), strength], 4 * place);
            }
            context.putImageData(pixels, 0, 0);
        });
    }

    dark.addEventListener('change', draw);
    return {
        /** @param {Filters} next of whose input channels the first is shown */
        show(next) {
            filters = next;
            arrange(next);
            draw();
        },
    };
}
