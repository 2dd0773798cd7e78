// What light, lens, sensor and file do to a page. Planes of numbers in, planes out; knows no ink and no digit.

/** @typedef {{ width: number, height: number, values: Float32Array }} Plane values: 0 black .. 1 white */

/** Smooth random values from -1 to 1 at any place, one hill every `size` pixels. */
export function hills(random, size) {
    const cells = 64, values = Float32Array.from({ length: cells * cells }, () => random.between(-1, 1));
    const ease = (t) => t * t * (3 - 2 * t);
    return (x, y) => {
        const u = x / size + cells, v = y / size + cells, i = Math.floor(u), j = Math.floor(v);
        const [s, t] = [ease(u - i), ease(v - j)];
        const at = (a, b) => values[((j + b) & (cells - 1)) * cells + ((i + a) & (cells - 1))];
        return (at(0, 0) * (1 - s) + at(1, 0) * s) * (1 - t) + (at(0, 1) * (1 - s) + at(1, 1) * s) * t;
    };
}

/** Each pixel as `value(x, y, old)`. @param {Plane} plane */
export function mapped(plane, value) {
    const values = new Float32Array(plane.values.length);
    for (let y = 0, i = 0; y < plane.height; y++) for (let x = 0; x < plane.width; x++, i++) values[i] = value(x, y, plane.values[i]);
    return { ...plane, values };
}

/** Between its pixels' middles; beyond the border as at the border. @param {Plane} plane */
export function sample({ width, height, values }, x, y) {
    const inside = (value, most) => Math.max(0, Math.min(most, value));
    const [u, v] = [inside(x, width - 1), inside(y, height - 1)];
    const [i, j] = [Math.min(width - 2, Math.floor(u)), Math.min(height - 2, Math.floor(v))];
    const [s, t] = [u - i, v - j], at = j * width + i;
    return (values[at] * (1 - s) + values[at + 1] * s) * (1 - t) + (values[at + width] * (1 - s) + values[at + width + 1] * s) * t;
}

/** Turned clockwise around its middle, of the same size. @param {Plane} plane */
export function turned(plane, degrees) {
    const [cos, sin] = [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];
    const [middleX, middleY] = [(plane.width - 1) / 2, (plane.height - 1) / 2];
    return mapped(plane, (x, y) => sample(plane, (x - middleX) * cos + (y - middleY) * sin + middleX, (y - middleY) * cos - (x - middleX) * sin + middleY));
}

/** `left`, `top`, `right`, `bottom` pixels are cut off; negative ones are added, as the border is. @param {Plane} plane */
export function cropped(plane, left, top = left, right = left, bottom = top) {
    const size = { width: plane.width - left - right, height: plane.height - top - bottom };
    const values = new Float32Array(size.width * size.height);
    return mapped({ ...size, values }, (x, y) => sample(plane, x + left, y + top));
}

/** `factor` times as large; reduced it is averaged first. @param {Plane} plane */
export function resized(plane, factor) {
    const source = factor < 1 ? blurred(plane, 0.4 / factor) : plane;
    const size = { width: Math.max(2, Math.round(plane.width * factor)), height: Math.max(2, Math.round(plane.height * factor)) };
    const values = new Float32Array(size.width * size.height);
    return mapped({ ...size, values }, (x, y) => sample(source, (x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5));
}

function blurredRows({ width, height, values }, weights) {
    const reach = weights.length - 1, result = new Float32Array(values.length);
    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            const row = y * width;
            let sum = weights[0] * values[row + x];
            for (let k = 1; k <= reach; k++) sum += weights[k] * (values[row + Math.max(0, x - k)] + values[row + Math.min(width - 1, x + k)]);
            result[x * height + y] = sum;
        }
    }
    return { width: height, height: width, values: result };
}

/** Through a bell of a deviation in pixels. @param {Plane} plane */
export function blurred(plane, deviation) {
    const half = Array.from({ length: Math.ceil(2.5 * deviation) + 1 }, (_, k) => Math.exp(-k * k / (2 * deviation * deviation)));
    const sum = 2 * half.reduce((total, weight) => total + weight) - half[0];
    const weights = half.map((weight) => weight / sum);
    return blurredRows(blurredRows(plane, weights), weights);
}

/** Of brightness, in ITU-T T.81, table K.1. */
const QUANTIZATION = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const BLOCK = 8;
const COSINES = Array.from({ length: BLOCK * BLOCK }, (_, i) => {
    const frequency = Math.floor(i / BLOCK), place = i % BLOCK;
    return Math.cos((2 * place + 1) * frequency * Math.PI / 16) * (frequency ? 0.5 : Math.SQRT1_2 / 2);
});

/** matrix[8][8] times block[8][8], transposed; or the matrix's transpose times it. */
function transformed(block, isInverse) {
    const result = new Float32Array(BLOCK * BLOCK);
    for (let row = 0; row < BLOCK; row++) {
        for (let column = 0; column < BLOCK; column++) {
            let sum = 0;
            for (let k = 0; k < BLOCK; k++) sum += COSINES[isInverse ? k * BLOCK + row : row * BLOCK + k] * block[k * BLOCK + column];
            result[column * BLOCK + row] = sum;
        }
    }
    return result;
}

/** As a JPEG file of a quality from 1 to 100 gives it back, whose blocks begin at the upper left. @param {Plane} plane */
export function throughJpeg(plane, quality) {
    const scale = (quality < 50 ? 5000 / quality : 200 - 2 * quality) / 100;
    const steps = QUANTIZATION.map((step) => Math.max(1, Math.min(255, Math.round(step * scale))));
    const { width, height, values } = plane, result = new Float32Array(values.length);
    for (let top = 0; top < height; top += BLOCK) {
        for (let left = 0; left < width; left += BLOCK) {
            const place = (i) => Math.min(height - 1, top + (i >> 3)) * width + Math.min(width - 1, left + (i & 7));
            const block = Float32Array.from({ length: BLOCK * BLOCK }, (_, i) => 255 * values[place(i)] - 128);
            const frequencies = transformed(transformed(block, false), false).map((value, i) => steps[i] * Math.round(value / steps[i]));
            transformed(transformed(frequencies, true), true).forEach((value, i) => { result[place(i)] = (value + 128) / 255; });
        }
    }
    return { ...plane, values: result };
}

/** @param {Plane} plane its values rounded, 0 .. 255 */
export function greyOf(plane) {
    const grey = new Uint8ClampedArray(plane.values.length); // rounds and limits
    for (let i = 0; i < grey.length; i++) grey[i] = 255 * plane.values[i];
    return new Uint8Array(grey.buffer);
}

/** The bytes of a PGM file. @param {Plane} plane */
export function pgm(plane) {
    return Buffer.concat([Buffer.from(`P5 ${plane.width} ${plane.height} 255\n`), greyOf(plane)]);
}
