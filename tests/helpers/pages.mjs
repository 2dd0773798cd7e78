// Pages of handwriting for the tests: MNIST's test images on paper of many kinds, as grey PGM pictures.

import fs from 'node:fs';

import { built } from './build.mjs';
import { sequence } from './handwriting.mjs';

const SIDE = 28;
const HEADER = 16;
const images = fs.readFileSync(built('mnist', 't10k-images-idx3-ubyte')).subarray(HEADER);

/** Indexes of images of each digit that nobody would read another way. */
const CLEAR = [
    [55, 183, 148, 294, 192, 296], [5, 57, 224, 251, 202, 137], [208, 298, 147, 174, 47, 82],
    [90, 142, 51, 200, 68, 76], [19, 24, 109, 169, 170, 238], [53, 127, 129, 162, 15, 152],
    [91, 201, 130, 197, 140, 161], [64, 75, 0, 141, 144, 34], [134, 146, 260, 110, 181, 128],
    [273, 252, 58, 281, 99, 9],
];

/** Ink from 0 to 1 of plane[height][width] between its pixels' middles. */
function at(plane, width, height, x, y) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    let sum = 0;
    for (let near = 0; near < 4; near++) {
        const [nearX, nearY] = [column + (near & 1), row + (near >> 1)];
        if (nearX < 0 || nearY < 0 || nearX >= width || nearY >= height) continue;
        sum += plane[nearY * width + nearX] * (1 - Math.abs(x - nearX)) * (1 - Math.abs(y - nearY));
    }
    return sum;
}

/** Ink on paper: a plane of what pens, rulings and specks leave, 0 none to 1. */
export class Page {
    constructor(width, height) {
        [this.width, this.height] = [width, height];
        this.ink = new Float32Array(width * height);
        this.written = 0;
        this.panels = [];
    }

    /** Leaves at least that much ink in a pixel. */
    mark(x, y, ink) {
        if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
        this.ink[y * this.width + x] = Math.max(this.ink[y * this.width + x], ink);
    }

    /** Writes the index-th image, its 28 pixels' side `side` long, from the upper left corner x, y. */
    digit(index, x, y, side) {
        const image = images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
        const scale = SIDE / side;
        for (let row = 0; row < side; row++) {
            for (let column = 0; column < side; column++) {
                const value = at(image, SIDE, SIDE, (column + 0.5) * scale - 0.5, (row + 0.5) * scale - 0.5) / 255;
                this.mark(x + column, y + row, value);
            }
        }
        return this;
    }

    /**
     * Writes digits side by side, one every `step` pixels; a space stays free. Each time another hand writes.
     * @param {string} text
     */
    write(text, x, y, side, step = Math.round(side * 0.85)) {
        [...text].forEach((digit, place) => {
            if (digit === ' ') return;
            const hands = CLEAR[Number(digit)];
            this.digit(hands[this.written++ % hands.length], x + place * step, y, side);
        });
        return this;
    }

    /** A dark box: what is written into it is light. */
    panel(x, y, width, height) {
        this.panels.push({ x, y, width, height });
        return this;
    }

    /** This page's ink on a larger page, from its upper left corner on. */
    onto(page) {
        for (let y = 0; y < this.height; y++) {
            for (let x = 0; x < this.width; x++) page.mark(x, y, this.ink[y * this.width + x]);
        }
        return page;
    }

    /** Fills a box with ink of a strength. */
    box(x, y, width, height, ink) {
        for (let row = y; row < y + height; row++) {
            for (let column = x; column < x + width; column++) this.mark(column, row, ink);
        }
        return this;
    }

    /** The outline of a box. */
    frame(x, y, width, height, broad = 3) {
        return this.box(x, y, width, broad, 1).box(x, y + height - broad, width, broad, 1)
            .box(x, y, broad, height, 1).box(x + width - broad, y, broad, height, 1);
    }

    /** A circle around x, y. */
    circle(x, y, radius, broad = 3) {
        for (let row = -radius; row <= radius; row++) {
            for (let column = -radius; column <= radius; column++) {
                const distance = Math.hypot(column, row);
                if (distance <= radius && distance > radius - broad) this.mark(x + column, y + row, 1);
            }
        }
        return this;
    }

    /** Level lines, one every `step` pixels. */
    ruled(step, ink, broad = 2) {
        for (let y = step; y < this.height; y += step) this.box(0, y, this.width, broad, ink);
        return this;
    }

    /** Level and upright lines, one every `step` pixels. */
    squared(step, ink, broad = 2) {
        for (let x = step; x < this.width; x += step) this.box(x, 0, broad, this.height, ink);
        return this.ruled(step, ink, broad);
    }

    /** The page rotated clockwise around its middle. */
    rotated(degrees) {
        const [cos, sin] = [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];
        const page = new Page(this.width, this.height);
        for (let y = 0; y < this.height; y++) {
            for (let x = 0; x < this.width; x++) {
                const [dx, dy] = [x - (this.width - 1) / 2, y - (this.height - 1) / 2];
                page.ink[y * this.width + x] = at(this.ink, this.width, this.height,
                    dx * cos + dy * sin + (this.width - 1) / 2, dy * cos - dx * sin + (this.height - 1) / 2);
            }
        }
        return page;
    }

    /**
     * The picture of the page.
     * @param {object} [look]
     * @param {(x: number, y: number) => number} [look.paper] its brightness 0..255 at places from 0 to 1
     * @param {number} [look.pen] the pen's brightness, in parts of the paper's
     * @param {number} [look.noise] grey levels, up and down at most
     */
    pgm({ paper = () => 235, pen = 0.2, noise = 0 } = {}) {
        const random = sequence(1);
        const isPanel = (x, y) => this.panels.some((panel) => x >= panel.x && y >= panel.y &&
            x < panel.x + panel.width && y < panel.y + panel.height);
        const grey = Buffer.alloc(this.width * this.height);
        for (let i = 0; i < grey.length; i++) {
            const light = paper(i % this.width / this.width, Math.floor(i / this.width) / this.height);
            const ink = isPanel(i % this.width, Math.floor(i / this.width)) ? 1 - this.ink[i] : this.ink[i];
            const value = light * (1 - ink * (1 - pen)) + noise * (2 * random() - 1);
            grey[i] = Math.max(0, Math.min(255, Math.round(value)));
        }
        return Buffer.concat([Buffer.from(`P5 ${this.width} ${this.height} 255\n`), grey]);
    }
}
