// One chart of a training, drawn by uPlot, which is handed in because it is loaded late: the training's line and the
// validation's points over the epochs. Knows nothing of training.

import { onSchemeChange, token } from '../dom.js';

/** @typedef {{ x: number[], training: (number | null)[], validation: (number | null)[] }} Curve x in epochs, ascending */
/**
 * @typedef {object} CurveParts
 * @property {any} Plot uPlot's constructor
 * @property {string} name of what is drawn
 * @property {(value: number) => string} format
 * @property {(value: number) => string} formatAxis round values
 */

const HEIGHT = 168;
const LEAST_WIDTH = 160;
const LINE_WIDTH = 1.75;
const POINT_SIZE = 7;
const VALUE_AXIS_SIZE = 52;
const EPOCH_AXIS_SIZE = 34;

/** @param {HTMLElement} element */
function tokensOf(element) {
    return {
        text: token(element, '--quiet'),
        line: token(element, '--line'),
        training: token(element, '--series-1'),
        validation: token(element, '--series-2'),
        font: `12px ${token(element, '--font-text')}`,
    };
}

/**
 * The two lines as uPlot takes them.
 * @param {ReturnType<typeof tokensOf>} colours
 * @param {CurveParts['format']} format
 */
function seriesOf(colours, format) {
    // Where there is no value, the one before: the validation has but one for each epoch.
    const value = (/** @type {any} */ { data }, /** @type {number | null} */ _value, /** @type {number} */ series, /** @type {number | null} */ index) => {
        const last = latestOf(data[series].slice(0, (index ?? -1) + 1));
        return last === undefined ? '–' : format(last);
    };
    return [
        { label: 'Epoch', value: (/** @type {unknown} */ _plot, /** @type {number | null} */ epoch) => epoch?.toFixed(2) ?? '–' },
        { label: 'Training', stroke: colours.training, width: LINE_WIDTH, points: { show: false }, value },
        {
            label: 'Validation',
            stroke: colours.validation,
            width: LINE_WIDTH,
            spanGaps: true,
            dash: [5, 3],
            points: { show: true, size: POINT_SIZE, fill: colours.validation },
            value,
        },
    ];
}

/** @param {(number | null)[]} values @returns {number | undefined} */
function latestOf(values) {
    return values.findLast((value) => value !== null) ?? undefined;
}

class LearningCurve {
    #element;
    #parts;
    /** @type {any} */ #plot = null;
    /** @type {Curve} */ #curve = { x: [], training: [], validation: [] };

    /** @param {HTMLElement} element @param {CurveParts} parts */
    constructor(element, parts) {
        this.#element = element;
        this.#parts = parts;
        element.setAttribute('role', 'img');
        new ResizeObserver(() => this.#resize()).observe(element);
        onSchemeChange(() => this.#draw());
        this.#draw();
    }

    /** @param {Curve} curve */
    show(curve) {
        this.#curve = curve;
        this.#plot.setData(this.#data);
        this.#element.toggleAttribute('data-validated', latestOf(curve.validation) !== undefined);
        if (this.#plot.cursor.idx == null) this.#plot.setLegend({ idx: curve.x.length - 1 });
        this.#describe();
    }

    get #data() {
        const { x, training, validation } = this.#curve;
        return [x, training, validation];
    }

    get #width() {
        return Math.max(LEAST_WIDTH, this.#element.clientWidth);
    }

    get #options() {
        const colours = tokensOf(this.#element);
        const { format, formatAxis } = this.#parts;
        const axis = { stroke: colours.text, font: colours.font, grid: { stroke: colours.line, width: 1 }, ticks: { show: false } };
        const values = (/** @type {unknown} */ _plot, /** @type {number[]} */ marks) => marks.map(formatAxis);
        return {
            width: this.#width,
            height: HEIGHT,
            // Epochs, not dates.
            scales: { x: { time: false } },
            axes: [{ ...axis, size: EPOCH_AXIS_SIZE }, { ...axis, size: VALUE_AXIS_SIZE, values }],
            series: seriesOf(colours, format),
            cursor: { y: false, drag: { x: false, y: false } },
        };
    }

    #draw() {
        this.#plot?.destroy();
        this.#plot = new this.#parts.Plot(this.#options, this.#data, this.#element);
    }

    #resize() {
        // Hidden, it has no width, and is drawn when it is seen again.
        if (this.#element.clientWidth > 0 && this.#plot) this.#plot.setSize({ width: this.#width, height: HEIGHT });
    }

    #describe() {
        const { name, format } = this.#parts;
        const [training, validation] = [this.#curve.training, this.#curve.validation].map(latestOf);
        const sentences = [`${name} over the epochs.`];
        if (training !== undefined) sentences.push(`Training: ${format(training)} now.`);
        if (validation !== undefined) sentences.push(`Validation: ${format(validation)}.`);
        this.#element.setAttribute('aria-label', sentences.join(' '));
    }
}

/**
 * @param {HTMLElement} element
 * @param {CurveParts} parts
 */
export function createLearningCurve(element, parts) {
    return new LearningCurve(element, parts);
}
