// One model of the library: made, loaded, saved, asked, read with. Knows the functions for models, and no training.

import {
    choice, imageList, labelList, naturalNumber, NORMALIZATIONS, pictureBytes, POINT_FLOATS, strokeList, wholeHalves,
} from './arguments.js';
import { takeReading } from './reading.js';

/** @import { Filters, Inspection, LayerSummary, Picture, PredictOptions, Predictions, Reading, Stroke,
 *     Summary, TrainOptions } from './scrawl.d.ts' */
/** @import { Library } from './memory.js' */

const FLOAT_BYTES = 4;

/** Of a layer's weights: rows, columns, inputs, outputs. */
const WEIGHT_DIMENSIONS = 4;

/** As many classes as the architecture's text has outputs; ten for a name. */
const STATED_CLASSES = 0;

const NO_FINDER = 0; // a null pointer

/** Stands for the most probable class. */
const MOST_PROBABLE = -1;

/** Options of a reading that are a bit each: in the order of bindings.c. @type {(keyof PredictOptions)[]} */
const PREDICT_FLAGS = ['single', 'explain'];

/** @param {PredictOptions} options */
function predictFlags(options) {
    return PREDICT_FLAGS.reduce((flags, name, bit) => flags | (Number(Boolean(options[name])) << bit), 0);
}

/** The note of a model whose file doesn't say how its input is made, and what it says then. */
const TRAINED_NORMALIZATION = 'trained_normalization';
const UNSAID = 'unsaid';

/**
 * @param {LayerSummary[]} layers
 * @param {number} parameters
 */
function summaryText(layers, parameters) {
    const rows = layers.map(({ kind, activation, shape, parameters: own }) => [
        `${kind} ${activation}`.trim(),
        shape.join(' × '),
        own.toLocaleString('en'),
    ]);
    rows.unshift(['Layer', 'Output shape', 'Parameters']);
    rows.push(['Total', '', parameters.toLocaleString('en')]);
    const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
    const lines = rows.map(([layer, shape, count]) =>
        `${layer.padEnd(widths[0])}   ${shape.padEnd(widths[1])}   ${count.padStart(widths[2])}`);
    const rule = '─'.repeat(lines[0].length);
    return [lines[0], rule, ...lines.slice(1, -1), rule, lines[lines.length - 1]].join('\n');
}

/** Lives until all who hold it have released it; who makes it holds it. */
export class Model {
    #holders = 1;

    /** @param {Library} library @param {number} address */
    constructor(library, address) {
        this.library = library;
        this.address = address;
    }

    /** @param {Library} library @param {Uint8Array} bytes of a safetensors file */
    static load(library, bytes) {
        const load = () => library.scoped((scope) => library.make('scrawl_model_load', scope.copy(bytes), bytes.length));
        return new Model(library, load());
    }

    /** An untrained one. @param {Library} library @param {TrainOptions} options */
    static create(library, { architecture, labelNames, normalization = 'unit', seed = 1 }) {
        const names = labelNames === undefined ? null : labelList(labelNames);
        return new Model(library, library.scoped((scope) => library.make(
            'binding_model_create',
            scope.text(String(architecture)),
            names?.length ?? STATED_CLASSES,
            names ? scope.texts(names) : 0,
            choice('normalization', normalization, NORMALIZATIONS),
            ...wholeHalves('seed', seed),
        )));
    }

    hold() {
        this.#holders++;
        return this;
    }

    release() {
        if (--this.#holders === 0 && !this.library.stopped) this.library.exports.scrawl_model_free(this.address);
    }

    // ---- Questions ----

    get classCount() {
        return this.library.exports.scrawl_model_class_count(this.address);
    }

    get labels() {
        const label = this.library.exports.scrawl_model_label;
        return Array.from({ length: this.classCount }, (_, index) => this.library.text(label(this.address, index)));
    }

    get architecture() {
        return this.library.text(this.library.exports.scrawl_model_architecture(this.address));
    }

    get normalization() {
        return NORMALIZATIONS[this.library.exports.scrawl_model_normalization(this.address)];
    }

    set normalization(normalization) {
        const { library, address } = this;
        library.check(library.exports.scrawl_model_set_normalization(address, choice('normalization', normalization, NORMALIZATIONS)));
    }

    /** Whether its file said how its input is made, or it was trained here since. */
    get saysNormalization() {
        return this.#note(TRAINED_NORMALIZATION) !== UNSAID;
    }

    /** What its file says of its making; '' when that is nothing. @param {string} key */
    #note(key) {
        const { library, address } = this;
        const text = library.scoped((scope) => library.exports.scrawl_model_metadata(address, scope.text(key)));
        return text ? library.text(text) : '';
    }

    /** Whether it finds digits on pages; else it reads images. */
    get detects() {
        return this.library.exports.scrawl_model_detects(this.address) !== 0;
    }

    /** @returns {Summary} */
    summary() {
        let isVector = false;
        const layers = this.#layers().map(({ kind, activation, shape, parameters }) => {
            isVector ||= kind === 'flatten' || kind === 'globalpool' || kind === 'dense';
            return { kind, activation, shape: isVector ? shape.slice(2) : shape, parameters };
        });
        const parameters = this.library.exports.scrawl_model_parameter_count(this.address);
        return { architecture: this.architecture, layers, parameters, text: summaryText(layers, parameters) };
    }

    /** With all three sizes of each shape. @returns {LayerSummary[]} */
    #layers() {
        const { library, address } = this;
        return Array.from({ length: library.exports.scrawl_model_layer_count(address) }, (_, index) => {
            const [kind, activation, rows, columns, channels, parameters] =
                library.values(6, 'binding_model_layer', address, index);
            return /** @type {LayerSummary} */ ({
                kind: library.text(kind),
                activation: library.text(activation),
                shape: [rows, columns, channels],
                parameters,
            });
        });
    }

    /** A safetensors file. */
    save() {
        return this.library.file('scrawl_model_save', this.address);
    }

    // ---- Reading ----

    /**
     * @param {Picture} picture
     * @param {PredictOptions} options
     * @param {Model | null} finder
     * @returns {Reading}
     */
    predict(picture, options, finder) {
        const { library, address } = this;
        const { bytes, width, height } = pictureBytes(picture);
        const reading = library.scoped((scope) => {
            const block = scope.copy(bytes);
            const how = [predictFlags(options), finder?.address ?? NO_FINDER];
            return width === undefined || height === undefined
                ? library.make('binding_predict_picture', address, block, bytes.length, ...how)
                : library.make('binding_predict_rgba', address, block, width, height, ...how);
        });
        return takeReading(this, reading, Boolean(options.explain));
    }

    /**
     * @param {Stroke[]} strokes
     * @param {PredictOptions} options
     * @returns {Reading}
     */
    predictStrokes(strokes, options) {
        const { library, address } = this;
        const lists = strokeList(strokes);
        const reading = library.scoped((scope) => {
            const rows = lists.flatMap((points) => [
                scope.copy(new Uint8Array(points.buffer)),
                points.length / POINT_FLOATS,
            ]);
            const table = scope.copy(new Uint8Array(Uint32Array.from(rows).buffer));
            return library.make('binding_predict_strokes', address, table, lists.length, predictFlags(options));
        });
        return takeReading(this, reading);
    }

    /**
     * @param {Uint8Array | Uint8ClampedArray} images n × 784
     * @returns {Predictions}
     */
    predictImages(images) {
        const { bytes, count } = imageList(images);
        const { library, address, classCount } = this;
        const probabilities = library.scoped((scope) => {
            const result = scope.allocate(count * classCount * FLOAT_BYTES);
            library.check(library.exports.scrawl_predict_images(address, scope.copy(bytes), count, 0, result));
            return library.floats(result, count * classCount);
        });
        const classes = new Uint8Array(count);
        const confidences = new Float32Array(count);
        for (let image = 0; image < count; image++) {
            const row = probabilities.subarray(image * classCount, (image + 1) * classCount);
            confidences[image] = Math.max(...row);
            classes[image] = Math.max(row.indexOf(confidences[image]), 0);
        }
        return { classes, confidences, probabilities };
    }

    // ---- Looking inside ----

    /**
     * @param {Uint8Array | Uint8ClampedArray} image of 784 grey values
     * @param {number} [classIndex]
     * @returns {Inspection}
     */
    inspect(image, classIndex = MOST_PROBABLE) {
        const { bytes, count } = imageList(image);
        if (count !== 1) throw new TypeError(`One image can be inspected at a time, not ${count}.`);
        if (!Number.isInteger(classIndex)) throw new TypeError(`classIndex must be a whole number, not ${classIndex}.`);
        const { library, address } = this;
        const inspection = library.scoped((scope) =>
            library.make('scrawl_inspect', address, scope.copy(bytes), classIndex));
        try {
            return this.#copyInspection(inspection);
        } finally {
            library.exports.scrawl_inspection_free(inspection);
        }
    }

    /** @param {number} inspection @returns {Inspection} */
    #copyInspection(inspection) {
        const { library, classCount } = this;
        const [probabilities, classIndex, saliency, pixels] = library.values(4, 'binding_inspection', inspection);
        const layers = this.#layers().map(({ kind, activation, shape }, index) => {
            const values = library.exports.binding_inspection_values(inspection, index);
            const [rows, columns, channels] = shape;
            return {
                kind,
                activation,
                shape: /** @type {[number, number, number]} */ (shape),
                values: library.floats(values, rows * columns * channels),
            };
        });
        return {
            layers,
            probabilities: library.floats(probabilities, classCount),
            classIndex,
            saliency: library.floats(saliency, pixels),
        };
    }

    /** @param {number} [layer] index; default: the first convolution @returns {Filters | null} null where it has none */
    filters(layer) {
        const index = layer === undefined ? this.#layers().findIndex(({ kind }) => kind === 'conv') : naturalNumber('layer', layer);
        if (index < 0) return null;
        const { library, address } = this;
        return library.scoped((scope) => {
            const shape = scope.allocate(WEIGHT_DIMENSIONS * FLOAT_BYTES);
            const weights = library.exports.scrawl_model_weights(address, index, shape);
            if (!weights) return null;
            const [rows, columns, inputChannels, outputChannels] = library.addresses(shape, WEIGHT_DIMENSIONS);
            const values = library.floats(weights, rows * columns * inputChannels * outputChannels);
            return { rows, columns, inputChannels, outputChannels, values };
        });
    }
}
