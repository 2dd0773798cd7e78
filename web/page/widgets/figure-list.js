// A list of pictures that are computed, each with a title and a sentence. Knows nothing of what they show.

import { contextOf, element, onSchemeChange } from '../dom.js';

/**
 * @typedef {object} Figure
 * @property {string} title
 * @property {string} text
 * @property {number} width of the canvas, in its pixels
 * @property {number} height
 * @property {(context: CanvasRenderingContext2D) => void} paint
 * @property {boolean} [isWide] it needs the whole row
 * @property {string[]} [legend] words whose colours the picture uses; each has its own in the styles, as data-word
 */
/** @typedef {{ item: HTMLElement, canvas: HTMLCanvasElement, title: HTMLElement, text: HTMLElement, legend: HTMLElement }} Frame */

/** @param {HTMLElement} list */
export function createFigureList(list) {
    /** @type {Frame[]} */
    const frames = [];
    /** @type {Figure[]} */
    let shown = [];

    function add() {
        // The caption says what the picture shows.
        const canvas = element('canvas', { class: 'pixels', 'aria-hidden': 'true' });
        const title = element('strong');
        const text = element('span');
        const legend = element('span', { class: 'words' });
        const item = element('li', { class: 'plate' }, element('figure', {}, canvas, element('figcaption', {}, title, text, legend)));
        list.append(item);
        return { item, canvas, title, text, legend };
    }

    function paint() {
        shown.forEach(({ width, height, paint: paintFigure }, index) => {
            const { canvas } = frames[index];
            canvas.width = width;
            canvas.height = height;
            paintFigure(contextOf(canvas));
        });
    }

    onSchemeChange(paint);
    return {
        /** @param {Figure[]} figures */
        show(figures) {
            for (const { item } of frames.splice(figures.length)) item.remove();
            shown = figures;
            figures.forEach((figure, index) => {
                const frame = (frames[index] ??= add());
                frame.title.textContent = figure.title;
                frame.text.textContent = figure.text;
                frame.legend.replaceChildren(...(figure.legend ?? []).map((word) => element('span', { 'data-word': word }, word)));
                frame.item.classList.toggle('wide', Boolean(figure.isWide));
            });
            paint();
        },
    };
}
