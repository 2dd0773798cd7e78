// MNIST's images as the measurements need them: bytes, labels, and pictures of them.
import fs from 'node:fs';

import { side } from '../helpers/bars.mjs';
import { built } from '../helpers/build.mjs';

const IMAGES_HEADER = 16, LABELS_HEADER = 8; // bytes

/** @param {'train' | 't10k'} part @returns {{ image: (index: number) => Uint8Array, labels: Uint8Array }} */
export function mnistImages(part) {
    const images = fs.readFileSync(built('mnist', `${part}-images-idx3-ubyte`)).subarray(IMAGES_HEADER);
    const labels = fs.readFileSync(built('mnist', `${part}-labels-idx1-ubyte`)).subarray(LABELS_HEADER);
    return { labels, image: (index) => images.subarray(index * side * side, (index + 1) * side * side) };
}

/** Pixels of `width` in each row, enlarged by a whole factor, values through `tone`, as the bytes of a PGM file. */
export function enlargedPgm(pixels, width, factor, tone) {
    const height = pixels.length / width, wide = width * factor;
    const grey = Buffer.alloc(wide * height * factor);
    for (let i = 0; i < grey.length; i++) {
        grey[i] = tone(pixels[Math.floor(i / wide / factor) * width + Math.floor((i % wide) / factor)]);
    }
    return Buffer.concat([Buffer.from(`P5 ${wide} ${height * factor} 255\n`), grey]);
}

export const inverted = (value) => 255 - value;
