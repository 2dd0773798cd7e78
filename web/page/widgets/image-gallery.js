// A list of small grey images, each with a caption and a note, and where it is wanted a button that takes it away.
// Knows nothing of where they come from.

import { IMAGE_SIDE } from '../../../wasm/scrawl-client.js';

/**
 * @typedef {object} GalleryItem
 * @property {Uint8Array} image 28×28, 0 paper to 255 ink
 * @property {string} caption
 * @property {string} note
 * @property {'right' | 'wrong' | ''} tone
 * @property {string} name for those who don't see it
 */

const PIXEL_BYTES = 4;

/** Ink as opacity: the style sheet gives it the colour that fits the page. @param {Uint8Array} image */
function canvasOf(image) {
    const canvas = document.createElement('canvas');
    canvas.className = 'pixels';
    canvas.width = IMAGE_SIDE;
    canvas.height = IMAGE_SIDE;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    const pixels = context.createImageData(IMAGE_SIDE, IMAGE_SIDE);
    image.forEach((ink, index) => (pixels.data[PIXEL_BYTES * index + 3] = ink));
    context.putImageData(pixels, 0, 0);
    return canvas;
}

/** @param {string} className @param {string} text */
function lineOf(className, text) {
    const line = document.createElement('span');
    line.className = className;
    line.textContent = text;
    return line;
}

/**
 * @param {HTMLElement} element a list
 * @param {{ onRemove?: (index: number) => void, onEmptied?: () => void }} [callbacks] onEmptied: the last button with the focus is gone
 */
export function createGallery(element, { onRemove, onEmptied = () => {} } = {}) {
    /** @param {GalleryItem} item @param {number} index */
    function entryOf({ image, caption, note, tone, name }, index) {
        const entry = document.createElement('li');
        entry.dataset.tone = tone;
        const canvas = canvasOf(image);
        canvas.setAttribute('role', 'img');
        canvas.setAttribute('aria-label', name);
        entry.append(canvas, lineOf('caption data', caption), lineOf('note', note));
        if (onRemove) {
            const button = document.createElement('button');
            button.type = 'button';
            button.className = 'remove';
            button.textContent = '×';
            button.setAttribute('aria-label', `Remove: ${name}`);
            button.addEventListener('click', () => onRemove(index));
            entry.append(button);
        }
        return entry;
    }

    return {
        /** A button with the focus leaves it to the one that takes its place. @param {GalleryItem[]} items */
        show(items) {
            const index = [...element.children].findIndex((entry) => entry.contains(document.activeElement));
            element.replaceChildren(...items.map(entryOf));
            if (index < 0) return;
            const buttons = element.querySelectorAll('button');
            if (buttons.length) buttons[Math.min(index, buttons.length - 1)].focus();
            else onEmptied();
        },
    };
}
