// A table of what was taken for what; every count above zero is a button. Knows nothing of images.

import { counted } from '../words.js';

/** Mistakes are coloured by their number, up to this. */
const MANY_MISTAKES = 10;

/** @param {string} kind @param {string} text */
function cellOf(kind, text) {
    const cell = document.createElement(kind);
    cell.textContent = text;
    return cell;
}

/** @param {string[]} labels */
function headOf(labels) {
    const row = document.createElement('tr');
    row.append(document.createElement('td'), ...labels.map((label) => {
        const cell = cellOf('th', label);
        cell.setAttribute('scope', 'col');
        return cell;
    }));
    const section = document.createElement('thead');
    section.append(row);
    return section;
}

class ConfusionMatrix {
    #element;
    #onChoose;

    /** @param {HTMLElement} element @param {(actual: number, predicted: number) => void} onChoose */
    constructor(element, onChoose) {
        this.#element = element;
        this.#onChoose = onChoose;
    }

    /** @param {number[][]} confusion [actual][predicted] @param {string[]} labels */
    show(confusion, labels) {
        const table = document.createElement('table');
        const caption = cellOf('caption', 'Rows: what the image shows. Columns: what was read.');
        caption.className = 'visually-hidden';
        const body = document.createElement('tbody');
        confusion.forEach((counts, actual) => {
            const row = document.createElement('tr');
            const name = cellOf('th', labels[actual]);
            name.setAttribute('scope', 'row');
            row.append(name, ...counts.map((count, predicted) => this.#countCell(count, actual, predicted, labels)));
            body.append(row);
        });
        table.append(caption, headOf(labels), body);
        this.#element.replaceChildren(table);
    }

    chooseNone() {
        this.#choose(null);
    }

    /** @param {HTMLElement | null} chosen */
    #choose(chosen) {
        for (const button of this.#element.querySelectorAll('button')) {
            button.setAttribute('aria-pressed', String(button === chosen));
        }
    }

    /** @param {number} count @param {number} actual @param {number} predicted @param {string[]} labels */
    #countCell(count, actual, predicted, labels) {
        const cell = document.createElement('td');
        const isRight = actual === predicted;
        cell.className = isRight ? 'right' : 'wrong';
        if (count === 0) return cell;
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = String(count);
        const read = isRight ? 'read as such' : `read as ${labels[predicted]}`;
        button.setAttribute('aria-label', `${counted(count, 'image')} of ${labels[actual]} ${read}`);
        button.setAttribute('aria-pressed', 'false');
        if (!isRight) cell.style.setProperty('--share', `${(100 * Math.min(count, MANY_MISTAKES)) / MANY_MISTAKES}%`);
        button.addEventListener('click', () => {
            this.#choose(button);
            this.#onChoose(actual, predicted);
        });
        cell.append(button);
        return cell;
    }
}

/**
 * @param {HTMLElement} element
 * @param {{ onChoose: (actual: number, predicted: number) => void }} callbacks
 */
export function createConfusionMatrix(element, { onChoose }) {
    return new ConfusionMatrix(element, onChoose);
}
