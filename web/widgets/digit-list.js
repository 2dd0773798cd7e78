// A list with one card for each digit that was read. What is on a card, others draw: it gets them as factories.

/** @typedef {import('../wasm/scrawl.d.ts').Digit} Digit */
/** @typedef {{ element: HTMLElement, show: (image: Uint8Array) => void }} Image */
/** @typedef {(probabilities: number[], winner: number, labels: string[]) => void} ShowBars */
/** @typedef {{ element: HTMLElement, show: ShowBars }} Bars */
/** @typedef {{ element: HTMLElement, doubt: HTMLElement, image: Image, bars: Bars }} Card */

const DOUBT = 'Not sure: this may be another digit, or none.';

export class DigitList {
    /** @type {HTMLElement} */ #list;
    /** @type {Card[]} */ #cards = [];

    /**
     * @param {HTMLElement} list
     * @param {object} parts
     * @param {() => Image} parts.createImage
     * @param {() => Bars} parts.createBars
     * @param {(index: number | null) => void} parts.onPoint the pointer is on a card, or on none
     */
    constructor(list, parts) {
        this.#list = list;
        this.parts = parts;
    }

    /** @param {Digit[]} digits @param {string[]} labels of the classes */
    show(digits, labels) {
        for (const { element } of this.#cards.splice(digits.length)) element.remove();
        digits.forEach((digit, index) => {
            const card = this.#cards[index] ?? this.#add(index);
            card.element.classList.toggle('doubtful', digit.doubtful);
            card.doubt.hidden = !digit.doubtful;
            card.image.show(digit.input);
            card.bars.show(digit.probabilities, digit.digit, labels);
        });
    }

    /** @param {number} index */
    #add(index) {
        const { createImage, createBars, onPoint } = this.parts;
        const element = document.createElement('li');
        const image = createImage();
        const bars = createBars();
        element.className = 'digit';
        const doubt = document.createElement('p');
        doubt.className = 'doubt';
        doubt.textContent = DOUBT;
        element.append(image.element, bars.element, doubt);
        element.addEventListener('pointerenter', () => onPoint(index));
        element.addEventListener('pointerleave', () => onPoint(null));
        this.#list.append(element);
        this.#cards.push({ element, doubt, image, bars });
        return this.#cards[index];
    }
}
