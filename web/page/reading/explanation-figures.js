// Pictures of how a digit was found: each stage of a reading as a figure to paint, around the digit or as a whole.
// Knows the library's explanation and the pen's strokes; knows no panel.

import { IMAGE_SIDE } from '../../../wasm/scrawl-client.js';
import { token } from '../dom.js';
import { drawInk } from '../paper/ink.js';

/** @import { Box, Digit, Line, Reading, Explanation, Reason } from '../../../wasm/scrawl.d.ts' */
/** @import { InkStroke } from '../paper/ink.js' */
/** @import { Figure } from '../widgets/figure-list.js' */

/** Of a figure, in pixels. */
const FIGURE_SIDE = 336;
const LINE = 3;

/** Around a digit, in parts of its longer side. */
const SURROUNDINGS = 0.3;

const WHITE = 255;

/** @param {Box} digit @returns {Box} a square with the digit in its middle */
function surroundings({ x, y, width, height }) {
    const side = Math.max(width, height) * (1 + 2 * SURROUNDINGS);
    return { x: x + (width - side) / 2, y: y + (height - side) / 2, width: side, height: side };
}

function isDark() {
    return matchMedia('(prefers-color-scheme: dark)').matches;
}

/**
 * A figure of a region: its paint function draws in the region's own units.
 * @param {Box} region
 * @param {{ title: string, text: string, paint: (context: CanvasRenderingContext2D, scale: number) => void }} parts
 * @returns {Figure}
 */
function regionFigure(region, { title, text, paint }) {
    const scale = FIGURE_SIDE / Math.max(region.width, region.height);
    const [width, height] = [region.width, region.height].map((side) => Math.max(1, Math.round(side * scale)));
    return {
        title, text, width, height,
        paint(context) {
            context.setTransform(scale, 0, 0, scale, -region.x * scale, -region.y * scale);
            context.imageSmoothingEnabled = scale < 1;
            context.lineWidth = LINE / scale;
            paint(context, scale);
        },
    };
}

/** @typedef {[number, number, number]} Colour red, green and blue */

/**
 * A canvas of the part of the planes that the region shows.
 * @param {Explanation} explanation
 * @param {Box} region in the picture's pixels
 * @param {(pixel: number) => Colour | number} colourOf of a pixel of the planes; a number is a grey
 */
function cutOut({ width, height, factor }, region, colourOf) {
    const left = Math.max(0, Math.floor(region.x / factor));
    const top = Math.max(0, Math.floor(region.y / factor));
    const right = Math.min(width, Math.ceil((region.x + region.width) / factor));
    const bottom = Math.min(height, Math.ceil((region.y + region.height) / factor));
    const pixels = new ImageData(Math.max(1, right - left), Math.max(1, bottom - top));
    for (let row = top, at = 0; row < bottom; row++) {
        for (let column = left; column < right; column++, at += 4) {
            const colour = colourOf(row * width + column);
            if (typeof colour === 'number') pixels.data.fill(colour, at, at + 3);
            else pixels.data.set(colour, at);
            pixels.data[at + 3] = WHITE;
        }
    }
    const canvas = document.createElement('canvas');
    canvas.width = pixels.width;
    canvas.height = pixels.height;
    canvas.getContext('2d')?.putImageData(pixels, 0, 0);
    return { canvas, x: left * factor, y: top * factor };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Explanation} explanation
 * @param {Uint8Array} plane
 * @param {Box} region
 * @param {boolean} isInk
 */
function paintPlane(context, explanation, plane, region, isInk) {
    paintPixels(context, explanation, region, shadeOf(plane, isInk));
}

/** Ink, of which 0 is none, is dark on light pages. @param {Uint8Array} plane @param {boolean} isInk */
function shadeOf(plane, isInk) {
    const isInverted = isInk && !isDark();
    return (/** @type {number} */ pixel) => (isInverted ? WHITE - plane[pixel] : plane[pixel]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Explanation} explanation
 * @param {Box} region
 * @param {(pixel: number) => Colour | number} colourOf
 */
function paintPixels(context, explanation, region, colourOf) {
    const { canvas, x, y } = cutOut(explanation, region, colourOf);
    context.drawImage(canvas, x, y, canvas.width * explanation.factor, canvas.height * explanation.factor);
}

/** @param {CanvasRenderingContext2D} context @param {Reason} reason @returns {string} #rrggbb */
function colourOfReason(context, reason) {
    return token(context.canvas, `--reason-${reason.replace(' ', '-')}`);
}

/** @param {string} hex #rrggbb @returns {Colour} */
function channels(hex) {
    const value = parseInt(hex.slice(1), 16);
    return [value >> 16, (value >> 8) & WHITE, value & WHITE];
}

/**
 * Ink, and in their reasons' colours what was left out of it; small pieces have a box, so that they are seen.
 * @param {CanvasRenderingContext2D} context
 * @param {Explanation} explanation
 * @param {Box} region
 */
function paintLeftOut(context, explanation, region) {
    const { cleanInk, reasons, reasonNames, leftOut, rulings } = explanation;
    const colours = reasonNames.map((reason, index) => channels(index === 0 ? '#000000' : colourOfReason(context, reason)));
    const shade = shadeOf(cleanInk, true);
    paintPixels(context, explanation, region, (pixel) => (reasons[pixel] ? colours[reasons[pixel]] : shade(pixel)));
    for (const { x, y, width, height, reason } of leftOut) {
        if (reason === 'ruling') continue;
        context.strokeStyle = colourOfReason(context, reason);
        context.strokeRect(x, y, width, height);
    }
    context.strokeStyle = colourOfReason(context, 'ruling');
    strokeLines(context, rulings);
}

/** @param {Box} a @param {Box} b */
function meet(a, b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Why ink in a region was left out, in the library's order. @param {Explanation} explanation @param {Box} region */
function reasonsIn({ reasonNames, leftOut, candidates }, region) {
    const given = new Set([...leftOut, ...candidates].filter((piece) => meet(piece, region)).map(({ reason }) => reason));
    return reasonNames.slice(1).filter((reason) => given.has(reason));
}

/** @param {CanvasRenderingContext2D} context @param {Line[]} lines */
function strokeLines(context, lines) {
    context.beginPath();
    for (const { fromX, fromY, toX, toY } of lines) {
        context.moveTo(fromX, fromY);
        context.lineTo(toX, toY);
    }
    context.stroke();
}

/** @param {CanvasRenderingContext2D} context @param {Explanation} explanation @param {number} scale */
function paintGroups(context, { groups, cuts }, scale) {
    context.strokeStyle = token(context.canvas, '--mark');
    for (const { x, y, width, height } of groups) context.strokeRect(x, y, width, height);
    context.strokeStyle = token(context.canvas, '--against');
    context.setLineDash([2 * LINE / scale, LINE / scale]);
    strokeLines(context, cuts);
    context.setLineDash([]);
}

/** @param {Digit} digit @returns {Figure} */
function inputFigure({ input }) {
    return {
        title: 'What the network sees',
        text: `Scaled and centred by its mass on ${IMAGE_SIDE} × ${IMAGE_SIDE} pixels.`,
        width: IMAGE_SIDE,
        height: IMAGE_SIDE,
        paint(context) {
            const pixels = context.createImageData(IMAGE_SIDE, IMAGE_SIDE);
            const dark = isDark();
            input.forEach((ink, index) => {
                pixels.data.fill(dark ? ink : WHITE - ink, index * 4, index * 4 + 3);
                pixels.data[index * 4 + 3] = WHITE;
            });
            context.putImageData(pixels, 0, 0);
        },
    };
}

/** @param {Explanation} explanation */
function describeGrey({ factor }) {
    return `The mix of colours in which pen and paper differ most${factor > 1 ? `, made ${factor} times smaller` : ''}.`;
}

/**
 * @param {object} subject
 * @param {Reading} subject.reading
 * @param {Explanation} subject.explanation
 * @param {Digit} subject.digit
 * @param {ImageBitmap | null} subject.bitmap the picture, upright
 * @param {boolean} subject.isWhole all of the picture instead of the digit's surroundings
 * @returns {Figure[]}
 */
export function explanationFigures({ reading, explanation, digit, bitmap, isWhole }) {
    const region = isWhole ? { x: 0, y: 0, width: reading.width, height: reading.height } : surroundings(digit);
    /** @param {string} title @param {string} text @param {(context: CanvasRenderingContext2D, scale: number) => void} paint */
    const figure = (title, text, paint) => regionFigure(region, { title, text, paint });
    /** @param {Uint8Array} plane @param {boolean} isInk */
    const plane = (plane, isInk) => (/** @type {CanvasRenderingContext2D} */ context) => paintPlane(context, explanation, plane, region, isInk);
    const reasons = reasonsIn(explanation, region);
    return [
        ...bitmap ? [figure('Picture', 'As it was opened, upright.', (context) => context.drawImage(bitmap, 0, 0, reading.width, reading.height))] : [],
        figure('Grey', describeGrey(explanation), plane(explanation.grey, false)),
        figure('Paper', explanation.darkPaper ? 'How dark the paper is: here the ink is the lighter one.' : 'How bright the paper is, with its shadows.', plane(explanation.paper, false)),
        figure('Ink', `What differs from the paper. A stroke begins at ${explanation.threshold} of 255.`, plane(explanation.ink, true)),
        {
            ...figure('What is left out', reasons.length ? 'Ink that was taken for something else than a digit:' : 'Nothing: all of the ink was taken for writing.',
                (context) => paintLeftOut(context, explanation, region)),
            legend: reasons,
        },
        figure('Boxes and cuts', 'Ink that belongs together, and where it might be divided.', (context, scale) => {
            paintPlane(context, explanation, explanation.cleanInk, region, true);
            paintGroups(context, explanation, scale);
        }),
        inputFigure(digit),
    ];
}

/**
 * @param {object} subject
 * @param {InkStroke[]} subject.ink
 * @param {Digit[]} subject.digits
 * @param {Digit} subject.digit
 * @param {Box} subject.paper
 * @param {boolean} subject.isWhole
 * @returns {Figure[]}
 */
export function strokeFigures({ ink, digits, digit, paper, isWhole }) {
    const region = isWhole ? paper : surroundings(digit);
    return [
        regionFigure(region, {
            title: 'Strokes',
            text: 'The way of the pen itself: there is no paper to be taken away.',
            paint: (context) => drawInk(context, ink, token(context.canvas, '--ink')),
        }),
        regionFigure(region, {
            title: 'Boxes',
            text: 'Strokes that were taken together.',
            paint(context) {
                drawInk(context, ink, token(context.canvas, '--ink'));
                context.lineWidth = (LINE * region.width) / FIGURE_SIDE;
                context.strokeStyle = token(context.canvas, '--mark');
                for (const { x, y, width, height } of digits) context.strokeRect(x, y, width, height);
            },
        }),
        inputFigure(digit),
    ];
}
