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

/**
 * @typedef {object} FigurePicking pictures of many parts, which pointers and keys pick
 * @property {(figure: number) => { columns: number, count: number, name: (part: number) => string }} partsOf a figure, by its index
 * @property {(figure: number, part: number, canvas: HTMLCanvasElement) => void} onPick
 * @property {() => void} onLeave
 */

/** How arrow keys go through rows of parts. @param {string} key @param {number} columns */
function stepOf(key, columns) {
    return new Map([['ArrowRight', 1], ['ArrowLeft', -1], ['ArrowDown', columns], ['ArrowUp', -columns]]).get(key);
}

/**
 * Makes a picture's parts answer to pointers and keys.
 * @param {HTMLCanvasElement} canvas @param {() => number} indexOf the figure @param {FigurePicking} picking
 */
function makePickable(canvas, indexOf, { partsOf, onPick, onLeave }) {
    let picked = 0;
    /** @param {number} part */
    const pick = (part) => {
        const { count, name } = partsOf(indexOf());
        picked = Math.min(Math.max(part, 0), count - 1);
        canvas.setAttribute('aria-label', name(picked));
        onPick(indexOf(), picked, canvas);
    };
    canvas.removeAttribute('aria-hidden');
    canvas.setAttribute('role', 'img');
    canvas.tabIndex = 0;
    const point = (/** @type {PointerEvent} */ { clientX, clientY }) => {
        const { left, top, width, height } = canvas.getBoundingClientRect();
        const { columns, count } = partsOf(indexOf());
        const [column, row] = [(columns * (clientX - left)) / width, (Math.ceil(count / columns) * (clientY - top)) / height];
        const part = Math.floor(row) * columns + Math.floor(column);
        if (part >= 0 && part < count && column < columns) pick(part);
    };
    canvas.addEventListener('pointermove', point);
    canvas.addEventListener('pointerdown', point);
    canvas.addEventListener('pointerleave', ({ pointerType }) => pointerType === 'mouse' && onLeave());
    canvas.addEventListener('focus', () => canvas.matches(':focus-visible') && pick(picked));
    canvas.addEventListener('blur', onLeave);
    canvas.addEventListener('keydown', (event) => {
        const step = stepOf(event.key, partsOf(indexOf()).columns);
        if (!step) return;
        event.preventDefault();
        pick(picked + step);
    });
}

/** @param {HTMLElement} list @param {FigurePicking} [picking] */
export function createFigureList(list, picking) {
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
        if (picking) makePickable(canvas, () => frames.findIndex((frame) => frame.canvas === canvas), picking);
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
                if (picking) frame.canvas.setAttribute('aria-label', `${figure.title}: ${figure.text}. Arrow keys show one after the other.`);
            });
            paint();
        },
    };
}
