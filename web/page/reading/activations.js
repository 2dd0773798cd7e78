// Pictures of the inside of a network: the maps of each layer, and which pixels spoke for a class.
// Knows the reader's inspection; knows no panel.

import { IMAGE_SIDE } from '../../../wasm/scrawl-client.js';
import { token } from '../dom.js';

/** @import { Filters, Inspection, InspectedLayer } from '../../../wasm/scrawl.d.ts' */
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

/** A class's output, with its label below, in pixels of the canvas. */
const OUTPUT_SIDE = 40;
const OUTPUT_LABEL = 26;

/** How much of a pixel's ink is seen under its colour. */
const FAINT_INK = 0.3;

/** A filter's tiles in a row and in a column, at most. */
const TILES = 4;

/** The frame around what a map saw, at least, in pixels of the input. */
const LEAST_SEEN = 5;

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

/**
 * The values of a layer that has one for each class, with their names.
 * @param {InspectedLayer} layer @param {string[]} labels @param {CanvasRenderingContext2D} context
 */
function paintOutputs({ values }, labels, context) {
    const { canvas } = context;
    const [none, most, least] = ['--sunken', '--for', '--against'].map((name) => colour(canvas, name));
    const scale = largest(values);
    context.font = `600 ${OUTPUT_LABEL - 6}px ${token(canvas, '--font-data')}`;
    context.textAlign = 'center';
    labels.forEach((label, index) => {
        const value = values[index] / scale;
        const left = index * (OUTPUT_SIDE + GAP * ENLARGEMENT);
        context.fillStyle = `rgb(${mix(none, value < 0 ? least : most, Math.sqrt(Math.abs(value))).join(' ')})`;
        context.fillRect(left, 0, OUTPUT_SIDE, OUTPUT_SIDE);
        context.fillStyle = token(canvas, '--text');
        context.fillText(label, left + OUTPUT_SIDE / 2, OUTPUT_SIDE + OUTPUT_LABEL - 6, OUTPUT_SIDE);
    });
}

/** @param {InspectedLayer} layer @param {string[]} labels */
function hasLabels({ shape: [rows, columns, channels] }, labels) {
    return rows * columns === 1 && channels === labels.length;
}

/**
 * One map of a layer, as strong as the root of each value.
 * @param {InspectedLayer} layer @param {number} channel
 * @param {CanvasRenderingContext2D} context
 */
export function paintMap({ shape: [rows, columns, channels], values }, channel, context) {
    const [none, most, least] = ['--sunken', '--for', '--against'].map((name) => colour(context.canvas, name));
    const scale = largest(values);
    const pixels = new ImageData(columns, rows);
    for (let place = 0; place < rows * columns; place++) {
        const value = values[place * channels + channel] / scale;
        pixels.data.set([...mix(none, value < 0 ? least : most, Math.sqrt(Math.abs(value))), OPAQUE], 4 * place);
    }
    enlarge(context, pixels);
}

/**
 * The weights of one filter: a tile for each of the layer's inputs, of which the strongest are shown.
 * @param {Filters} filters @param {number} channel @param {CanvasRenderingContext2D} context
 */
export function paintFilter({ rows, columns, inputChannels, outputChannels, values }, channel, context) {
    const [none, most, least] = ['--sunken', '--for', '--against'].map((name) => colour(context.canvas, name));
    const weightAt = (/** @type {number} */ place, /** @type {number} */ input) => values[(place * inputChannels + input) * outputChannels + channel];
    const places = [...Array(rows * columns).keys()];
    const strengthOf = (/** @type {number} */ input) => places.reduce((sum, place) => sum + Math.abs(weightAt(place, input)), 0);
    const inputs = [...Array(inputChannels).keys()].sort((one, other) => strengthOf(other) - strengthOf(one)).slice(0, TILES ** 2);
    const inRow = Math.ceil(Math.sqrt(inputs.length));
    const scale = largest(inputs.flatMap((input) => places.map((place) => weightAt(place, input))));
    const gap = inputs.length > 1 ? GAP : 0;
    const pixels = new ImageData(inRow * (columns + gap) - gap, Math.ceil(inputs.length / inRow) * (rows + gap) - gap);
    inputs.forEach((input, tile) => {
        for (const place of places) {
            const [x, y] = [(tile % inRow) * (columns + gap) + place % columns, Math.floor(tile / inRow) * (rows + gap) + Math.floor(place / columns)];
            const value = weightAt(place, input) / scale;
            pixels.data.set([...mix(none, value < 0 ? least : most, Math.abs(value)), OPAQUE], 4 * (y * pixels.width + x));
        }
    });
    context.canvas.height = Math.round(context.canvas.width * pixels.height / pixels.width);
    enlarge(context, pixels);
}

/**
 * The input, and in a frame about where a map is strongest: a map's place means the same place of the input.
 * @param {Uint8Array} input @param {InspectedLayer} layer @param {number} channel @param {CanvasRenderingContext2D} context
 */
export function paintSeen(input, { shape: [rows, columns, channels], values }, channel, context) {
    const [paper, ink] = ['--sheet', '--ink'].map((name) => colour(context.canvas, name));
    const pixels = new ImageData(IMAGE_SIDE, IMAGE_SIDE);
    input.forEach((value, index) => pixels.data.set([...mix(paper, ink, value / OPAQUE), OPAQUE], 4 * index));
    enlarge(context, pixels);
    const strongest = strongestPlace({ rows, columns, channels, values }, channel);
    if (rows * columns === 1 || strongest < 0) return;
    const { width, height } = context.canvas;
    const [side, least] = [Math.max(width / columns, (LEAST_SEEN * width) / IMAGE_SIDE), context.canvas.width / IMAGE_SIDE];
    const [x, y] = [((strongest % columns) + 0.5) * (width / columns), (Math.floor(strongest / columns) + 0.5) * (height / rows)];
    context.strokeStyle = token(context.canvas, '--against');
    context.lineWidth = least / 2;
    const [left, top] = [x, y].map((middle) => Math.min(Math.max(middle - side / 2, least / 4), width - side - least / 4));
    context.strokeRect(left, top, side, side);
}

/** @param {{ rows: number, columns: number, channels: number, values: Float32Array }} maps @param {number} channel @returns {number} -1: nothing anywhere */
function strongestPlace({ rows, columns, channels, values }, channel) {
    let [strongest, most] = [-1, 0];
    for (let place = 0; place < rows * columns; place++) {
        const strength = Math.abs(values[place * channels + channel]);
        if (strength > most) [strongest, most] = [place, strength];
    }
    return strongest;
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

/** @param {InspectedLayer} layer @param {string[]} labels */
function paintingOf(layer, labels) {
    if (hasLabels(layer, labels)) {
        return {
            width: labels.length * (OUTPUT_SIDE + GAP * ENLARGEMENT) - GAP * ENLARGEMENT,
            height: OUTPUT_SIDE + OUTPUT_LABEL,
            paint: (/** @type {CanvasRenderingContext2D} */ context) => paintOutputs(layer, labels, context),
        };
    }
    const { width, height } = layOut(layer);
    return {
        width: width * ENLARGEMENT,
        height: height * ENLARGEMENT,
        paint: (/** @type {CanvasRenderingContext2D} */ context) => paintMaps(layer, context),
    };
}

/** @typedef {Figure & { layer: InspectedLayer, index: number, inRow: number }} LayerFigure index: of the layer; inRow: its maps */

/** @param {Inspection} inspection @param {string[]} labels of the classes @returns {LayerFigure[]} */
export function layerFigures({ layers }, labels) {
    return layers.map((layer, index) => ({ layer, index })).filter(({ layer }) => isSeen(layer)).map(({ layer, index }) => {
        const after = layer.activation && layer.activation !== layer.kind ? `, ${NAMES[layer.activation]}` : '';
        const inRow = hasLabels(layer, labels) ? labels.length : layOut(layer).inRow;
        return {
            title: NAMES[layer.kind] + after,
            text: describe(layer),
            isWide: true,
            ...paintingOf(layer, labels),
            layer,
            index,
            inRow,
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
