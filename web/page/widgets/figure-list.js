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
/**
 * @typedef {object} Frame
 * @property {HTMLElement} item
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} mark around the part that is picked
 * @property {HTMLElement} title
 * @property {HTMLElement} text
 * @property {HTMLElement} legend
 */

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

/** @param {HTMLElement} mark @param {number} part @param {number} columns of parts @param {number} count of parts */
function showMark(mark, part, columns, count) {
    const rows = Math.ceil(count / columns);
    mark.hidden = false;
    mark.style.left = `${(100 * (part % columns)) / columns}%`;
    mark.style.top = `${(100 * Math.floor(part / columns)) / rows}%`;
    mark.style.width = `${100 / columns}%`;
    mark.style.height = `${100 / rows}%`;
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

/** Of one figure at a time a part is picked, and marked. @param {FigurePicking} picking @param {Frame[]} frames */
function markingPicks({ partsOf, onPick, onLeave }, frames) {
    /** What is marked, and of how many. @type {{ figure: number, columns: number, count: number } | null} */
    let marked = null;
    const unmark = () => {
        frames.forEach(({ mark }) => (mark.hidden = true));
        marked = null;
    };
    return {
        partsOf,
        /** @type {FigurePicking['onPick']} */
        onPick(figure, part, canvas) {
            const { columns, count } = partsOf(figure);
            unmark();
            showMark(frames[figure].mark, part, columns, count);
            marked = { figure, columns, count };
            onPick(figure, part, canvas);
        },
        onLeave() {
            unmark();
            onLeave();
        },
        /** Whether the marked figure, of now so many, still has the parts that it had; also where none is marked. @param {number} figures */
        isTrue(figures) {
            if (!marked) return true;
            if (marked.figure >= figures) return false;
            const { columns, count } = partsOf(marked.figure);
            return columns === marked.columns && count === marked.count;
        },
    };
}

/** @returns {Frame} */
function createFrame() {
    // The caption says what the picture shows.
    const canvas = element('canvas', { class: 'pixels', 'aria-hidden': 'true' });
    const mark = element('span', { class: 'picked', hidden: '' });
    const title = element('strong');
    const text = element('span');
    const legend = element('span', { class: 'words' });
    const picture = element('div', { class: 'parts' }, canvas, mark);
    const item = element('li', { class: 'plate' }, element('figure', {}, picture, element('figcaption', {}, title, text, legend)));
    return { item, canvas, mark, title, text, legend };
}

/** @param {HTMLElement} list @param {FigurePicking} [picking] */
export function createFigureList(list, picking) {
    /** @type {Frame[]} */
    const frames = [];
    /** @type {Figure[]} */
    let shown = [];
    const marking = picking && markingPicks(picking, frames);

    function add() {
        const frame = createFrame();
        list.append(frame.item);
        if (marking) makePickable(frame.canvas, () => frames.indexOf(frame), marking);
        return frame;
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
            if (marking && !marking.isTrue(figures.length)) marking.onLeave();
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
        /** Nothing of them is picked any more. */
        leave: () => marking?.onLeave(),
    };
}
