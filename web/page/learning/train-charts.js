// The curves of a training: loads the chart library when the first one begins. Knows nothing of the training.

import { byId } from '../dom.js';
import { percent } from '../words.js';
import { createLearningCurve } from '../widgets/learning-curve.js';

/** @import { Curves } from '../storage/storage.js' */

/** uPlot is only there in the built site: addresses of the page, as nothing shall look for them before. */
const CHART_LIBRARY = 'uplot/uPlot.esm.js';
const CHART_STYLES = 'uplot/uPlot.min.css';

/** A mark on an axis, without the last digits of its binary form. @param {number} value */
function rounded(value) {
    return String(Number(value.toPrecision(6)));
}

async function loadLibrary() {
    if (!document.querySelector(`link[href="${CHART_STYLES}"]`)) {
        const styles = document.createElement('link');
        styles.rel = 'stylesheet';
        styles.href = CHART_STYLES;
        document.head.append(styles);
    }
    return (await import(new URL(CHART_LIBRARY, document.baseURI).href)).default;
}

export async function loadCharts() {
    const Plot = await loadLibrary();
    const accuracy = createLearningCurve(byId('train-accuracy-curve'), {
        Plot, name: 'Accuracy', format: (value) => percent(value, 1), formatAxis: (value) => `${rounded(100 * value)} %`,
    });
    const loss = createLearningCurve(byId('train-loss-curve'), {
        Plot, name: 'Loss', format: (value) => value.toPrecision(3), formatAxis: rounded,
    });
    return {
        /** @param {Curves} curves */
        show(curves) {
            loss.show(curves.loss);
            accuracy.show(curves.accuracy);
        },
    };
}

/** @typedef {Awaited<ReturnType<typeof loadCharts>>} TrainingCharts */
