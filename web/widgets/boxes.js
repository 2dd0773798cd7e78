// Draws boxes with names over a picture that is fitted into the same area. Knows nothing of the picture.

/** @typedef {{ x: number, y: number, width: number, height: number, label: string, doubtful?: boolean }} Box
 *     in the picture's pixels */

const SVG = 'http://www.w3.org/2000/svg';

/** In CSS pixels. */
const NAME_SIZE = 17;
const MARGIN = 5;
const CORNER = 4;

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function element(name, attributes, ...children) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    node.append(...children);
    return node;
}

export class Boxes {
    /** @type {SVGElement} */ #svg;
    /** @type {Box[]} */ #boxes = [];
    #width = 1;
    #height = 1;

    /** @param {SVGElement} svg */
    constructor(svg) {
        this.#svg = svg;
        new ResizeObserver(() => this.#draw()).observe(svg);
    }

    /**
     * @param {Box[]} boxes
     * @param {number} width of the picture, in its pixels
     * @param {number} height
     */
    show(boxes, width, height) {
        this.#boxes = boxes;
        this.#width = width;
        this.#height = height;
        this.#draw();
    }

    clear() {
        this.show([], 1, 1);
    }

    /** @param {number | null} index of the box to stress */
    stress(index) {
        [...this.#svg.children].forEach((group, position) => group.classList.toggle('current', position === index));
    }

    #draw() {
        const { clientWidth, clientHeight } = this.#svg;
        // Picture pixels for each CSS pixel: names and margins keep their size on the screen.
        const scale = Math.max(this.#width / Math.max(clientWidth, 1), this.#height / Math.max(clientHeight, 1));
        this.#svg.setAttribute('viewBox', `0 0 ${this.#width} ${this.#height}`);
        this.#svg.replaceChildren(...this.#boxes.map((box) => this.#group(box, scale)));
    }

    /** @param {Box} box @param {number} scale */
    #group({ x, y, width, height, label, doubtful }, scale) {
        const margin = MARGIN * scale;
        const size = NAME_SIZE * scale;
        const top = y - margin;
        // Above the box, or inside it where the picture ends.
        const baseline = top > size ? top - 0.3 * size : top + size;
        return element('g', doubtful ? { class: 'doubtful' } : {},
            element('rect', {
                x: x - margin,
                y: top,
                width: width + 2 * margin,
                height: height + 2 * margin,
                rx: CORNER * scale,
            }),
            element('text', { x: x - margin + (top > size ? 0 : 0.3 * size), y: baseline, 'font-size': size },
                doubtful ? `${label}?` : label));
    }
}
