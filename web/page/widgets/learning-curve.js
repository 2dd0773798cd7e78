// One chart of a training, drawn by uPlot, which is handed in because it is loaded late: the training's line and the
// validation's points over the epochs. Knows nothing of training.

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
    const style = getComputedStyle(element);
    const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    return {
        text: token('--quiet'),
        line: token('--line'),
        training: token('--series-1'),
        validation: token('--series-2'),
        font: `12px ${token('--font-text')}`,
    };
}

/**
 * @param {HTMLElement} element
 * @param {CurveParts} parts
 */
export function createLearningCurve(element, { Plot, name, format, formatAxis }) {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    /** @type {any} */
    let plot = null;
    /** @type {Curve} */
    let curve = { x: [], training: [], validation: [] };

    const data = () => [curve.x, curve.training, curve.validation];
    const width = () => Math.max(LEAST_WIDTH, element.clientWidth);

    function options() {
        const colours = tokensOf(element);
        // Where there is no value, the one before: the validation has but one for each epoch.
        const shown = (/** @type {any} */ { data }, /** @type {number | null} */ _value, /** @type {number} */ series, /** @type {number | null} */ index) => {
            const last = data[series].slice(0, (index ?? -1) + 1).findLast((/** @type {number | null} */ value) => value !== null);
            return last === undefined ? '–' : format(last);
        };
        const axis = { stroke: colours.text, font: colours.font, grid: { stroke: colours.line, width: 1 }, ticks: { show: false } };
        return {
            width: width(),
            height: HEIGHT,
            // Epochs, not dates.
            scales: { x: { time: false } },
            axes: [
                { ...axis, size: EPOCH_AXIS_SIZE },
                {
                    ...axis,
                    size: VALUE_AXIS_SIZE,
                    values: (/** @type {unknown} */ _plot, /** @type {number[]} */ values) => values.map(formatAxis),
                },
            ],
            series: [
                { label: 'Epoch', value: (/** @type {unknown} */ _plot, /** @type {number | null} */ value) => value?.toFixed(2) ?? '–' },
                { label: 'Training', stroke: colours.training, width: LINE_WIDTH, points: { show: false }, value: shown },
                {
                    label: 'Validation',
                    stroke: colours.validation,
                    width: LINE_WIDTH,
                    spanGaps: true,
                    dash: [5, 3],
                    points: { show: true, size: POINT_SIZE, fill: colours.validation },
                    value: shown,
                },
            ],
            cursor: { y: false, drag: { x: false, y: false } },
        };
    }

    function draw() {
        plot?.destroy();
        plot = new Plot(options(), data(), element);
    }

    function describe() {
        const latest = (/** @type {(number | null)[]} */ values) => values.findLast((value) => value !== null);
        const [training, validation] = [latest(curve.training), latest(curve.validation)];
        const parts = [`${name} over the epochs.`];
        if (training !== undefined) parts.push(`Training: ${format(Number(training))} now.`);
        if (validation !== undefined) parts.push(`Validation: ${format(Number(validation))}.`);
        element.setAttribute('aria-label', parts.join(' '));
    }

    const resized = new ResizeObserver(() => {
        // Hidden, it has no width, and is drawn when it is seen again.
        if (element.clientWidth > 0 && plot) plot.setSize({ width: width(), height: HEIGHT });
    });
    element.setAttribute('role', 'img');
    resized.observe(element);
    dark.addEventListener('change', draw);
    draw();

    return {
        /** @param {Curve} next */
        show(next) {
            curve = next;
            plot.setData(data());
            if (plot.cursor.idx == null) plot.setLegend({ idx: curve.x.length - 1 });
            describe();
        },
        remove() {
            resized.disconnect();
            dark.removeEventListener('change', draw);
            plot.destroy();
        },
    };
}
