// One map of a layer, larger: with the filter that made it, and what it saw of the digit. Asks the engine for the filter.
// Knows its elements.

import { paintFilter, paintMap, paintSeen } from './activations.js';
import { byId, contextOf, onSchemeChange } from '../dom.js';

/** @import { Filters } from '../../../wasm/scrawl.d.ts' */
/** @import { ScrawlClient } from '../../../wasm/scrawl-client.d.ts' */
/** @import { LayerFigure } from './activations.js' */
/**
 * @typedef {object} MapSubject
 * @property {LayerFigure} figure of the layer
 * @property {number} channel
 * @property {string[]} labels of the classes
 * @property {Uint8Array} input
 * @property {HTMLElement} place the picture of the layer
 * @property {ScrawlClient} client
 * @property {boolean} training with the running training's weights
 */

/** Of each picture, in its pixels. */
const SIDE = 224;

const MAP_DIGITS = 3;

/** @param {LayerFigure} figure @param {number} channel @param {string[]} labels */
export function nameOfMap({ title, layer: { shape: [rows, columns, channels], values } }, channel, labels) {
    const isVector = rows * columns === 1;
    const what = isVector ? (channels === labels.length ? `output for ${labels[channel]}` : `value ${channel + 1}`) : `map ${channel + 1}`;
    const name = `${title}, ${what} of ${channels}`;
    return isVector ? `${name}: ${values[channel].toPrecision(MAP_DIGITS)}` : name;
}

export class MapView {
    #box = byId('map-view');
    #name = byId('map-view-name');
    #map = /** @type {HTMLCanvasElement} */ (byId('map-view-map'));
    #filter = /** @type {HTMLCanvasElement} */ (byId('map-view-filter'));
    #seen = /** @type {HTMLCanvasElement} */ (byId('map-view-seen'));
    /** The layer's filters, which many maps share. @type {{ layer: object, filters: Promise<Filters | null> } | null} */ #known = null;
    /** What is shown, or will be. @type {MapSubject | null} */ #subject = null;

    constructor() {
        onSchemeChange(() => this.#subject && this.show(this.#subject));
    }

    hide() {
        this.#subject = null;
        this.#box.hidden = true;
    }

    /** @param {MapSubject} subject */
    async show(subject) {
        const { figure, channel, labels, input } = subject;
        const { layer } = figure;
        this.#subject = subject;
        const { top, bottom } = subject.place.getBoundingClientRect();
        byId(top + bottom > innerHeight ? 'map-rail-top' : 'map-rail-bottom').append(this.#box);
        this.#name.textContent = nameOfMap(figure, channel, labels);
        const [rows, columns] = layer.shape;
        this.#paint(this.#map, rows * columns > 1, (context) => paintMap(layer, channel, context));
        this.#paint(this.#seen, rows * columns > 1, (context) => paintSeen(input, layer, channel, context));
        const filters = await this.#filtersOf(subject).catch(() => null);
        if (this.#subject !== subject) return;
        this.#paint(this.#filter, filters !== null && filters.outputChannels > channel, (context) => filters && paintFilter(filters, channel, context));
        this.#box.hidden = false;
    }

    /** @param {MapSubject} subject */
    #filtersOf({ figure: { layer, index }, client, training }) {
        if (this.#known?.layer !== layer) this.#known = { layer, filters: client.filters({ layer: index, training }) };
        return this.#known.filters;
    }

    /** @param {HTMLCanvasElement} canvas @param {boolean} isThere @param {(context: CanvasRenderingContext2D) => void} paint */
    #paint(canvas, isThere, paint) {
        const figure = /** @type {HTMLElement} */ (canvas.parentElement);
        figure.hidden = !isThere;
        if (!isThere) return;
        canvas.width = SIDE;
        canvas.height = SIDE;
        paint(contextOf(canvas));
    }
}
