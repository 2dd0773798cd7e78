// The small grey image that the network saw, as dark ink on white or, on dark pages, light ink on black.

const SIDE = 28;
const INK = 255;

export class SeenImage {
    element = document.createElement('canvas');
    /** @type {Uint8Array | null} */ #image = null;
    #dark = matchMedia('(prefers-color-scheme: dark)');

    constructor() {
        this.element.className = 'seen';
        this.element.width = SIDE;
        this.element.height = SIDE;
        this.element.setAttribute('role', 'img');
        this.element.setAttribute('aria-label', `What the network saw, ${SIDE} by ${SIDE} pixels`);
        this.#dark.addEventListener('change', () => this.#draw());
    }

    /** @param {Uint8Array} image 28×28, 0 paper to 255 ink */
    show(image) {
        this.#image = image;
        this.#draw();
    }

    #draw() {
        if (!this.#image) return;
        const context = /** @type {CanvasRenderingContext2D} */ (this.element.getContext('2d'));
        const pixels = context.createImageData(SIDE, SIDE);
        this.#image.forEach((ink, index) => {
            const grey = this.#dark.matches ? ink : INK - ink;
            pixels.data.set([grey, grey, grey, INK], index * 4);
        });
        context.putImageData(pixels, 0, 0);
    }
}
