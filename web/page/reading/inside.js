// The Inside panel: what each layer of the network makes of the chosen digit, and which strokes spoke for a class.
// Knows its widgets and asks the engine; knows nothing of the paper.

import { layerFigures, saliencyFigure } from './activations.js';
import { byId } from '../dom.js';
import { createClassChoice } from '../widgets/class-choice.js';
import { createFigureList } from '../widgets/figure-list.js';

/** @import { Digit } from '../../../wasm/scrawl.d.ts' */
/** @import { ReadingEngine } from '../engine.js' */

/** Whether one contains the other's middle: while somebody writes, a digit's box grows. @param {Digit} one @param {Digit} other */
function isSamePlace(one, other) {
    const [inner, outer] = one.width * one.height < other.width * other.height ? [one, other] : [other, one];
    const [x, y] = [inner.x + inner.width / 2 - outer.x, inner.y + inner.height / 2 - outer.y];
    return x >= 0 && y >= 0 && x <= outer.width && y <= outer.height;
}

export function createInside() {
    const [empty, details, title] = ['inside-empty', 'inside-details', 'inside-title'].map((id) => byId(id));
    const saliency = createFigureList(byId('saliency'));
    const layers = createFigureList(byId('layers'));
    const classes = createClassChoice(byId('classes'), { onChoose: ask, describe: (label) => `Which strokes spoke for ${label}` });
    /** @type {{ engine: ReadingEngine, digit: Digit, training: boolean } | null} */
    let subject = null;
    /** The class that was asked about; null: the digit's own. @type {number | null} */
    let asked = null;
    let isAsking = false;
    let isStale = false;

    /** @param {number | null} classIndex */
    function ask(classIndex) {
        asked = classIndex;
        isStale = true;
        inspect();
    }

    /** One question at a time: while it is answered only the newest waits. */
    async function inspect() {
        if (isAsking) return;
        isAsking = true;
        while (isStale && subject) {
            isStale = false;
            await inspectOnce(subject).catch(({ message }) => {
                title.textContent = message;
            });
        }
        isAsking = false;
    }

    /** @param {NonNullable<typeof subject>} own */
    async function inspectOnce(own) {
        const { engine, digit, training } = own;
        const classIndex = asked ?? digit.digit;
        const inspection = await engine.inspect(digit.input, { classIndex, training });
        if (!subject) return;
        title.textContent = `How the network came to ${digit.label}`;
        classes.show(engine.labels, classIndex);
        saliency.show([saliencyFigure(inspection, digit.input, engine.labels[classIndex])]);
        layers.show(layerFigures(inspection));
        empty.hidden = true;
        details.hidden = false;
    }

    return {
        showNothing() {
            subject = null;
            asked = null;
            empty.hidden = false;
            details.hidden = true;
        },
        /** @param {ReadingEngine} engine @param {Digit} digit @param {boolean} training with the weights of the running training */
        show(engine, digit, training) {
            const isSame = subject && isSamePlace(subject.digit, digit) && (asked ?? 0) < engine.labels.length;
            subject = { engine, digit, training };
            ask(isSame ? asked : null);
        },
    };
}
