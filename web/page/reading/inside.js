// The Inside panel: what each layer of the network makes of the chosen digit, and which strokes spoke for a class.
// Knows its widgets and asks the engine; knows nothing of the paper.

import { layerFigures, saliencyFigure } from './activations.js';
import { MapView, nameOfMap } from './map-view.js';
import { byId } from '../dom.js';
import { createClassChoice } from '../widgets/class-choice.js';
import { createFigureList } from '../widgets/figure-list.js';
import { sentenceOf } from '../words.js';

/** @import { Digit } from '../../../wasm/scrawl.d.ts' */
/** @import { ReadingEngine } from '../engine.js' */
/** @import { LayerFigure } from './activations.js' */

/** Whether one contains the other's middle: while somebody writes, a digit's box grows. @param {Digit} one @param {Digit} other */
function isSamePlace(one, other) {
    const [inner, outer] = one.width * one.height < other.width * other.height ? [one, other] : [other, one];
    const [x, y] = [inner.x + inner.width / 2 - outer.x, inner.y + inner.height / 2 - outer.y];
    return x >= 0 && y >= 0 && x <= outer.width && y <= outer.height;
}

/** @typedef {{ engine: ReadingEngine, digit: Digit, training: boolean }} Subject training: with the running training's weights */

class Inside {
    #empty = byId('inside-empty');
    #emptyText = byId('inside-empty-text');
    #invitation = this.#emptyText.textContent ?? '';
    #details = byId('inside-details');
    #title = byId('inside-title');
    #saliency = createFigureList(byId('saliency'));
    #layers = createFigureList(byId('layers'), {
        partsOf: (figure) => {
            const { layer, inRow } = this.#figures[figure];
            return { columns: inRow, count: layer.shape[2], name: (part) => nameOfMap(this.#figures[figure], part, this.#labels) };
        },
        onPick: (figure, part, place) => this.#showMap(figure, part, place),
        onLeave: () => this.#mapView.hide(),
    });
    #mapView = new MapView();
    /** @type {LayerFigure[]} */ #figures = [];
    /** Of the classes. @type {string[]} */ #labels = [];
    #classes = createClassChoice(byId('classes'), {
        onChoose: (classIndex) => this.#ask(classIndex),
        describe: (label) => `Which strokes spoke for ${label}`,
    });
    /** @type {Subject | null} */ #subject = null;
    /** The class that was asked about; null: the digit's own. @type {number | null} */ #asked = null;
    #isAsking = false;
    #isStale = false;

    showNothing() {
        this.#subject = null;
        this.#layers.leave();
        this.#asked = null;
        this.#emptyText.textContent = this.#invitation;
        this.#empty.hidden = false;
        this.#details.hidden = true;
    }

    /** @param {Subject} subject */
    show(subject) {
        const { engine, digit } = subject;
        const asked = this.#asked ?? 0;
        const isSame = this.#subject && isSamePlace(this.#subject.digit, digit) && asked < engine.client.labels.length;
        this.#subject = subject;
        this.#ask(isSame ? this.#asked : null);
    }

    /** @param {number | null} classIndex */
    #ask(classIndex) {
        this.#asked = classIndex;
        this.#isStale = true;
        this.#inspect();
    }

    /** One question at a time: while it is answered only the newest waits. */
    async #inspect() {
        if (this.#isAsking) return;
        this.#isAsking = true;
        while (this.#isStale && this.#subject) {
            this.#isStale = false;
            await this.#inspectOnce(this.#subject).catch((error) => this.#sayError(error));
        }
        this.#isAsking = false;
    }

    /** Where there is nothing to see yet, it takes the invitation's place. @param {unknown} error */
    #sayError(error) {
        if (!this.#subject) return;
        const place = this.#details.hidden ? this.#emptyText : this.#title;
        place.textContent = sentenceOf(error);
    }

    /** @param {number} figure @param {number} channel @param {HTMLElement} place */
    #showMap(figure, channel, place) {
        if (!this.#subject) return;
        const { engine: { client }, digit, training } = this.#subject;
        this.#mapView.show({ figure: this.#figures[figure], channel, labels: this.#labels, input: digit.input, place, client, training });
    }

    /** @param {Subject} subject */
    async #inspectOnce({ engine: { client }, digit, training }) {
        const classIndex = this.#asked ?? digit.digit;
        const inspection = await client.inspect(digit.input, { classIndex, training });
        if (!this.#subject) return;
        this.#title.textContent = `How the network came to\u00a0${digit.label}`;
        this.#classes.show(client.labels, classIndex);
        this.#saliency.show([saliencyFigure(inspection, digit.input, client.labels[classIndex])]);
        this.#labels = client.labels;
        this.#figures = layerFigures(inspection, client.labels);
        this.#layers.show(this.#figures);
        this.#empty.hidden = true;
        this.#details.hidden = false;
    }
}

export function createInside() {
    return new Inside();
}
