// Pages with <scrawl-field>s as `make wasm` built them, under the strictest policy that it works with, in headless
// Chromium: writing there with mouse, pen and fingers, and a watch over what pages must never see.

import assert from 'node:assert/strict';

import { serve } from '../../web/site/serve.mjs';
import { launchBrowser, PATIENCE } from './browser.mjs';
import { built } from './build.mjs';
import { STROKES } from './handwriting.mjs';
import { after, before } from './page_test.mjs';

/** Nothing inline, nothing from elsewhere. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src 'self'; "
    + "form-action 'self'; base-uri 'none'";
const STYLE = ':root { color-scheme: light dark; font: 16px sans-serif } body { margin: 20px }';
const HEAD = '<!doctype html><html lang="en"><title>Form</title><meta name="viewport" content="width=device-width">'
    + '<link rel="stylesheet" href="page.css"><script type="module" src="element/scrawl-field.js"></script>';

/** The network doubts what it is. */
export const HOOK = [[0.1, 0.25], [0.5, 0.05], [0.9, 0.35], [0.5, 0.6], [0.5, 1]];
export const DOT = [[0.5, 0.5], [0.51, 0.51]];

/** Of a digit, in CSS pixels. */
const [WIDTH, HEIGHT, TOP, STEP] = [40, 70, 20, 60];

/** @typedef {{ light: number, dark: number, right: number, width: number, shown: number }} Ink */

class FieldPage {
    /** Errors and warnings, the policy's too: must stay empty, but for those that a test expects. */
    complaints = [];
    /** @type {RegExp | null} */ expected = null;

    constructor(page, address) {
        this.page = page;
        this.address = address;
        const complain = (text) => this.expected?.test(text) || this.complaints.push(text);
        page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complain(message.text()));
        page.on('pageerror', (error) => complain(String(error)));
    }

    /** @param {Record<string, string>} bodies by the pages' names @param {string} name of the one to begin with */
    async start(bodies, name) {
        await this.page.route('**/page.css', (route) => route.fulfill({ contentType: 'text/css', body: STYLE }));
        for (const [key, body] of Object.entries(bodies)) {
            const answer = { contentType: 'text/html', headers: { 'Content-Security-Policy': POLICY }, body: `${HEAD}<main>${body}</main></html>` };
            await this.page.route(`**/${key}*`, (route) => route.fulfill(answer));
        }
        await this.page.goto(this.address + name);
    }

    /** Notes input, change and submit events of the page, as: type, id, bubbles, composed, value. */
    record() {
        return this.page.evaluate(() => {
            window.events = [];
            for (const type of ['input', 'change', 'submit']) {
                document.addEventListener(type, (event) => {
                    if (type === 'submit') event.preventDefault();
                    window.events.push([type, event.target.id, event.bubbles, event.composed, event.target.value].join(' '));
                });
            }
        });
    }

    async events() {
        return this.page.evaluate(() => window.events.splice(0));
    }

    /** Asks or tells a field. @param {string} id @param {(field: any, argument: any) => any} what */
    ask(id, what, argument) {
        return this.page.locator(`#${id}`).evaluate(what, argument);
    }

    /** Of strokes in parts of a digit's box: places in the window. @param {string} id @param {number} place of the digit: 0, 1, … */
    async places(id, points, place) {
        const { x, y } = await this.page.locator(`#${id} canvas`).boundingBox();
        return points.map(([right, down]) => [x + TOP + place * STEP + right * WIDTH, y + TOP + down * HEIGHT]);
    }

    /** Writes one stroke with the mouse. @param {string} id */
    async draw(id, points, place = 0) {
        const [first, ...others] = await this.places(id, points, place);
        await this.page.mouse.move(...first);
        await this.page.mouse.down();
        for (const point of others) await this.page.mouse.move(...point);
        await this.page.mouse.up();
    }

    /** Writes digits with the mouse, and waits until they are read. @param {string} id @param {string} text */
    async write(id, text, place = 0) {
        for (const [index, digit] of [...text].entries()) await this.draw(id, STROKES[digit], place + index);
        await this.isRead(id);
    }

    /** Waits until nothing is left to be read. @param {string} id */
    isRead(id) {
        return this.page.locator(`#${id}:not(:state(reading))`).waitFor();
    }

    /**
     * How many pixels with ink are nearer to white than to black, how many are not, and where they end; the canvas's width in
     * pixels, and as it is shown. A change is drawn some frames later: waits until it is right.
     * @param {string} id @param {(ink: Ink) => boolean} isRight
     */
    async inkBecomes(id, isRight) {
        const end = Date.now() + PATIENCE / 6;
        let ink = await this.#inkOf(id);
        while (!isRight(ink) && Date.now() < end) ink = await this.#inkOf(id);
        assert.ok(isRight(ink), `${isRight}: ${JSON.stringify(ink)}`);
        return ink;
    }

    /** @returns {Promise<Ink>} */
    #inkOf(id) {
        return this.ask(id, async ({ shadowRoot }) => {
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            const canvas = shadowRoot.querySelector('canvas');
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            const count = { light: 0, dark: 0, right: 0 };
            for (let index = 0; index < data.length; index += 4) {
                if (data[index + 3] < 100) continue;
                count[data[index] > 128 ? 'light' : 'dark']++;
                count.right = Math.max(count.right, (index / 4) % canvas.width);
            }
            return { ...count, width: canvas.width, shown: canvas.clientWidth };
        });
    }
}

/**
 * Starts the server and the browser before the tests of a file, and ends them afterwards.
 * @returns {(context: import('node:test').TestContext, body: string, options?: object) => Promise<FieldPage>} a page in a
 *     browser context of its own; options: the context's; others: the bodies of further pages by name
 */
export function useFieldPage() {
    let server, browser;
    before(async () => {
        server = await serve(built('wasm'));
        browser = await launchBrowser();
    });
    after(async () => {
        await browser?.close();
        await server?.close();
    });
    return async (test, body, { others = {}, ...options } = {}) => {
        const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
        context.setDefaultTimeout(PATIENCE);
        const visit = new FieldPage(await context.newPage(), server.url);
        test.after(async () => {
            await context.close();
            assert.deepEqual(visit.complaints, []);
        });
        await visit.start({ 'form.html': body, ...others }, 'form.html');
        return visit;
    };
}
