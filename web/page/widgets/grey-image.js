// A plane of grey values on a canvas. Ink is dark on light or, on dark pages, light on dark. Knows nothing of digits.

import { contextOf } from '../dom.js';

const WHITE = 255;

/**
 * @param {HTMLCanvasElement} canvas
 */
export function createGreyImage(canvas) {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    /** @type {{ values: Uint8Array, width: number, height: number } | null} */
    let shown = null;

    function draw() {
        if (!shown) return;
        const { values, width, height } = shown;
        canvas.width = width;
        canvas.height = height;
        const context = contextOf(canvas);
        const pixels = context.createImageData(width, height);
        values.forEach((ink, index) => {
            const grey = dark.matches ? ink : WHITE - ink;
            pixels.data.set([grey, grey, grey, WHITE], index * 4);
        });
        context.putImageData(pixels, 0, 0);
    }

    return {
        /** Once more, when the page has changed between light and dark. */
        draw,
        /** @param {Uint8Array} values 0 paper to 255 ink, row by row @param {number} width @param {number} height */
        show(values, width, height) {
            // While somebody writes, most digits stay as they are.
            if (shown?.width === width && values.every((ink, index) => ink === shown?.values[index])) return;
            shown = { values, width, height };
            draw();
        },
    };
}
