// Makes the page's sample photographs anew: a lined note in ink, and chalk on a board, of MNIST's training digits.
// `node tests/accuracy/sample_pictures.mjs` in the project's root, with MNIST in build/mnist (make data): writes web/samples.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { side } from '../helpers/bars.mjs';
import { launchBrowser } from '../helpers/browser.mjs';
import { Random } from '../helpers/random.mjs';
import { Sheet } from '../helpers/sheet.mjs';
import { mnistImages } from './mnist_images.mjs';
import { blurred, cropped, greyOf, hills, mapped, turned } from './photograph.mjs';

const FOLDER = fileURLToPath(new URL('../../web/samples/', import.meta.url));
const [WIDTH, HEIGHT] = [480, 336];
/** Cut off after turning, in pixels. */
const EDGE = 24;
const QUALITY = 0.62;

const { image, labels } = mnistImages('train');

/** The next image of a digit by chance. @param {Random} random @param {string} digit */
function imageOf(random, digit) {
    for (;;) {
        const index = random.whole(0, labels.length - 1);
        if (labels[index] === Number(digit)) return image(index);
    }
}

/** @param {Sheet} sheet @param {Random} random @param {string} text @param {{ x: number, y: number, scale: number, step: number }} place */
function write(sheet, random, text, { x, y, scale, step }) {
    [...text].forEach((character, place) => {
        if (character !== ' ') sheet.image(imageOf(random, character), side, x + place * step + random.between(-2, 2), y + random.between(-3, 3), scale, 0.32);
    });
}

/** Three numbers on lined paper, with a red margin's line as grey as the lines, a shadow from the corner. */
function note() {
    const random = new Random(3);
    const sheet = new Sheet(WIDTH + 2 * EDGE, HEIGHT + 2 * EDGE);
    const rows = [90, 186, 282];
    sheet.layer(0.72, () => rows.forEach((y) => sheet.line([[0, y + 66], [sheet.width, y + 66]], 1.4)));
    sheet.layer(0.16, () => {
        write(sheet, random, '3141', { x: 70, y: rows[0], scale: 2.5, step: 62 });
        write(sheet, random, '27182', { x: 90, y: rows[1], scale: 2.5, step: 62 });
        write(sheet, random, '90563', { x: 64, y: rows[2] - 2, scale: 2.4, step: 60 });
    });
    return sheet.shade((x, y) => 0.97 - 0.3 * Math.max(0, (x + 0.8 * y - 330) / 600));
}

/** Chalk on a board: what is light here is dark until the picture is turned round. */
function board() {
    const random = new Random(11);
    const sheet = new Sheet(WIDTH + 2 * EDGE, HEIGHT + 2 * EDGE);
    const dust = hills(random, 3);
    sheet.layer(0.1, () => {
        write(sheet, random, '1969', { x: 80, y: 66, scale: 3.4, step: 86 });
        write(sheet, random, '2047', { x: 96, y: 210, scale: 3.4, step: 86 });
    }, (x, y) => 0.86 + 0.14 * dust(x, y));
    return sheet.shade((x, y) => 0.93 - 0.12 * Math.hypot(x - 180, y - 130) / 400);
}

/** @param {Sheet} sheet @param {Random} random @param {number} degrees @param {number} grain */
function photographed({ width, height, light }, random, degrees, grain) {
    const lens = blurred(turned({ width, height, values: light }, degrees), 0.7);
    return cropped(mapped(lens, (x, y, value) => value + grain * random.normal()), EDGE);
}

/** @param {[number, number, number]} dark @param {[number, number, number]} light what 0 and 1 look like */
async function writeJpeg(page, name, plane, dark, light) {
    const { width, height } = plane;
    const base64 = await page.evaluate(async ([grey, size, from, to, quality]) => {
        const canvas = Object.assign(document.createElement('canvas'), size);
        const context = canvas.getContext('2d');
        const pixels = context.createImageData(size.width, size.height);
        grey.forEach((value, index) => {
            for (let channel = 0; channel < 3; channel++) pixels.data[4 * index + channel] = from[channel] + (value / 255) * (to[channel] - from[channel]);
            pixels.data[4 * index + 3] = 255;
        });
        context.putImageData(pixels, 0, 0);
        return canvas.toDataURL('image/jpeg', quality).split(',')[1];
    }, [[...greyOf(plane)], { width, height }, dark, light, QUALITY]);
    writeFileSync(`${FOLDER}${name}.jpg`, Buffer.from(base64, 'base64'));
}

mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
const page = await browser.newPage();
const random = new Random(5);
await writeJpeg(page, 'note', photographed(note(), random, -2.2, 0.012), [22, 38, 92], [250, 243, 226]);
await writeJpeg(page, 'board', photographed(board(), random, 1.6, 0.014), [238, 240, 228], [44, 70, 58]);
await browser.close();
