// Pictures of the inside of a network: the maps of each layer, and which pixels spoke for a class.
// Knows the reader's inspection; knows no panel.

import { IMAGE_SIDE } from '../../../wasm/scrawl-client.js';
import { token } from '../dom.js';

/** @import { Inspection, InspectedLayer } from '../../../wasm/scrawl.d.ts' */
/** @import { Figure } from '../widgets/figure-list.js' */
/** @typedef {[number, number, number]} Colour red, green, blue from 0 to 255 */

const OPAQUE = 255;

/** Between maps, in their pixels. */
const GAP = 1;

/** Maps in a row; many small ones, and values without a place, get rows of more. */
const MAPS_IN_ROW = 8;
const SMALL_MAPS_IN_ROW = 16;
const VALUES_IN_ROW = 32;

/** A map that is not wider is a small one, in its pixels. */
const SMALL_MAP = 14;

/** A map is drawn at least so wide, in pixels; a lone value so. */
const MAP_SIDE = 26;
const VALUE_SIDE = 6;

/** What is made of pixels gets so many for each, so that it stays sharp. */
const ENLARGEMENT = 4;

/** How much of a pixel's ink is seen under its colour. */
const FAINT_INK = 0.3;

/** Of all weights of smooth() together. */
const SMOOTHING_WEIGHT = 16;

/** @type {Record<string, string>} */
const NAMES = {
    conv: 'Convolution', depthwise: 'Depthwise convolution', maxpool: 'Max-pooling', globalpool: 'Mean of each map',
    dense: 'Dense', relu: 'ReLU', softmax: 'Softmax',
};

/** @param {Element} node @param {string} name of a token that is #rrggbb @returns {Colour} */
function colour(node, name) {
    const number = parseInt(token(node, name).slice(1), 16);
    return [number >> 16, (number >> 8) & 255, number & 255];
}

/** @param {Colour} from @param {Colour} to @param {number} part @returns {Colour} */
function mix(from, to, part) {
    return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1]), from[2] + part * (to[2] - from[2])];
}

/** @param {ArrayLike<number>} values */
function largest(values) {
    let most = 0;
    for (let index = 0; index < values.length; index++) most = Math.max(most, Math.abs(values[index]));
    return most || 1;
}

/**
 * Paints pixels, each enlarged.
 * @param {CanvasRenderingContext2D} context
 * @param {ImageData} pixels
 */
function enlarge(context, pixels) {
    const small = new OffscreenCanvas(pixels.width, pixels.height);
    small.getContext('2d')?.putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, context.canvas.width, context.canvas.height);
}

/** How the maps of a layer are laid out, in pixels. @param {InspectedLayer} layer */
function layOut({ shape: [rows, columns, channels] }) {
    const isVector = rows * columns === 1;
    const isSmall = columns <= SMALL_MAP && channels > SMALL_MAPS_IN_ROW;
    const inRow = Math.min(channels, isVector ? VALUES_IN_ROW : isSmall ? SMALL_MAPS_IN_ROW : MAPS_IN_ROW);
    const side = isVector ? VALUE_SIDE : Math.max(1, Math.round(MAP_SIDE / columns));
    const [cellWidth, cellHeight] = [columns * side + GAP, rows * side + GAP];
    return { inRow, side, cellWidth, cellHeight, width: inRow * cellWidth - GAP, height: Math.ceil(channels / inRow) * cellHeight - GAP };
}

/**
 * As strong as the root of each value: otherwise only the few largest would be seen.
 * @param {InspectedLayer} layer @param {CanvasRenderingContext2D} context
 */
function paintMaps(layer, context) {
    const { shape: [rows, columns, channels], values } = layer;
    const { inRow, side, cellWidth, cellHeight, width, height } = layOut(layer);
    const [none, most, least] = ['--sunken', '--for', '--against'].map((name) => colour(context.canvas, name));
    const scale = largest(values);
    const pixels = new ImageData(width, height);
    for (let channel = 0; channel < channels; channel++) {
        const [left, top] = [(channel % inRow) * cellWidth, Math.floor(channel / inRow) * cellHeight];
        for (let y = 0; y < rows * side; y++) {
            for (let x = 0; x < columns * side; x++) {
                const value = values[(Math.floor(y / side) * columns + Math.floor(x / side)) * channels + channel] / scale;
                const at = ((top + y) * width + left + x) * 4;
                pixels.data.set([...mix(none, value < 0 ? least : most, Math.sqrt(Math.abs(value))), OPAQUE], at);
            }
        }
    }
    enlarge(context, pixels);
}

/** @param {InspectedLayer} layer */
function describe({ shape: [rows, columns, channels] }) {
    return rows * columns === 1 ? `${channels} values` : `${channels} maps of ${columns} × ${rows}`;
}

/**
 * The mean of each pixel and its neighbours, weighted 1 2 1 in both directions: strokes speak, not single pixels.
 * @param {Float32Array} values 28×28
 */
function smooth(values) {
    const weights = [1, 2, 1];
    return values.map((_, index) => {
        const [row, column] = [Math.floor(index / IMAGE_SIDE), index % IMAGE_SIDE];
        let sum = 0;
        for (let down = -1; down <= 1; down++) {
            for (let right = -1; right <= 1; right++) {
                const [y, x] = [row + down, column + right];
                const isInside = y >= 0 && y < IMAGE_SIDE && x >= 0 && x < IMAGE_SIDE;
                if (isInside) sum += weights[down + 1] * weights[right + 1] * values[y * IMAGE_SIDE + x];
            }
        }
        return sum / SMOOTHING_WEIGHT;
    });
}

/** Those that do something when reading. @param {InspectedLayer} layer */
function isSeen({ kind }) {
    return kind in NAMES;
}

/** @param {Inspection} inspection @returns {Figure[]} */
export function layerFigures({ layers }) {
    return layers.filter(isSeen).map((layer) => {
        const { width, height } = layOut(layer);
        const after = layer.activation && layer.activation !== layer.kind ? `, ${NAMES[layer.activation]}` : '';
        return {
            title: NAMES[layer.kind] + after,
            text: describe(layer),
            width: width * ENLARGEMENT,
            height: height * ENLARGEMENT,
            isWide: true,
            paint: (context) => paintMaps(layer, context),
        };
    });
}

/**
 * @param {Inspection} inspection
 * @param {Uint8Array} input
 * @param {string} label of the class
 * @returns {Figure}
 */
export function saliencyFigure({ saliency }, input, label) {
    return {
        title: `What spoke for ${label}`,
        text: 'The stronger the colour, the more this ink counted.',
        width: IMAGE_SIDE * ENLARGEMENT * 2,
        height: IMAGE_SIDE * ENLARGEMENT * 2,
        paint(context) {
            const [paper, ink, most, least] = ['--sheet', '--quiet', '--for', '--against'].map((name) => colour(context.canvas, name));
            const strokes = smooth(saliency);
            const scale = largest(strokes);
            const pixels = new ImageData(IMAGE_SIDE, IMAGE_SIDE);
            strokes.forEach((value, index) => {
                const under = mix(paper, ink, (FAINT_INK * input[index]) / 255);
                pixels.data.set([...mix(under, value < 0 ? least : most, Math.abs(value) / scale), OPAQUE], index * 4);
            });
            enlarge(context, pixels);
        },
    };
}
