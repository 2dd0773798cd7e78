// The page as `make web` built it, in headless Chromium, for the tests of its parts: opening it, writing on it with the
// mouse, and a watch over what it must never do.

import assert from 'node:assert/strict';

import { useBuiltSite } from './built_site.mjs';
import { picture, STROKES } from './handwriting.mjs';
import { encodePng } from './png.mjs';

/** In milliseconds; the machine may be busy. */
const PATIENCE = 20_000;

/** What Playwright warns of where it blocks service workers: offline.test.mjs tests ours. */
const NO_SERVICE_WORKER = 'Service Worker registration blocked by Playwright';

export const DESKTOP = { width: 1280, height: 800 };

/** A page that was opened, with everything that it did wrong. */
class Visit {
    /** Errors and warnings of the page, and requests to anywhere else: must stay empty. */
    complaints = [];

    constructor(page, address) {
        this.page = page;
        this.address = address;
        page.on('console', (message) => {
            const isOurs = message.text() !== NO_SERVICE_WORKER && ['error', 'warning'].includes(message.type());
            if (isOurs) this.complaints.push(message.text());
        });
        page.on('pageerror', (error) => this.complaints.push(String(error)));
        page.on('requestfailed', (request) => this.complaints.push(`failed: ${request.url()}`));
        page.on('request', (request) => {
            const isOwn = [address, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
            if (!isOwn) this.complaints.push(`foreign: ${request.url()}`);
        });
    }

    /** Loads the page and waits until its network is there. */
    async start() {
        await this.page.goto(this.address);
        const facts = this.page.locator('#facts', { hasText: 'parameters' });
        await facts.waitFor({ state: 'attached' }).catch(async () => {
            const sentence = await this.page.locator('#waiting').textContent();
            throw new Error(`The page doesn't start. It says: ${sentence}\n${this.complaints.join('\n')}`);
        });
    }

    /** Ends the visit; nothing may have gone wrong. */
    async leave() {
        await this.page.context().close();
        assert.deepEqual(this.complaints, []);
    }

    /** Places on the paper, from parts of its size to the window's pixels. */
    async paper() {
        const { x, y, width, height } = await this.page.locator('#pad').boundingBox();
        return (right, down) => [x + right * width, y + down * height];
    }

    /** Draws one line with the mouse through places on the paper, in parts of its size. */
    async draw(points, { steps = 1 } = {}) {
        const at = await this.paper();
        await this.page.mouse.move(...at(...points[0]));
        await this.page.mouse.down();
        for (const point of points.slice(1)) await this.page.mouse.move(...at(...point), { steps });
        await this.page.mouse.up();
    }

    /** Writes a digit with the mouse into a part of the paper. */
    write(digit, { x = 0.38, y = 0.2, width = 0.24, height = 0.6 } = {}) {
        return this.draw(STROKES[digit].map(([right, down]) => [x + right * width, y + down * height]));
    }

    /** Waits until the page reads this text. */
    async reads(text) {
        await this.page.waitForFunction((expected) => {
            const number = document.getElementById('number');
            return number?.checkVisibility() && number.textContent === expected;
        }, text);
    }

    /** The paper is empty and nothing is read. */
    async isEmpty() {
        await this.page.locator('#answer').waitFor({ state: 'hidden' });
        await this.page.getByText('What you write is read here').waitFor();
        await this.page.locator('#invitation').waitFor();
        assert.equal(await this.page.locator('#boxes rect').count(), 0);
        await this.isHidden('#details');
    }

    async isHidden(selector) {
        assert.ok(await this.page.locator(selector).isHidden(), `${selector} is hidden`);
    }

    async isVisible(selector) {
        assert.ok(await this.page.locator(selector).isVisible(), `${selector} is visible`);
    }

    /** Gives files to the button for pictures. */
    open(...files) {
        return this.page.setInputFiles('#file', files);
    }

    /** How many pixels of a column of the paper have ink, as soon as what was written is drawn. @param {number} part of its width */
    async inkOfColumn(part) {
        return this.page.locator('#pad').evaluate(async (pad, share) => {
            await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            const copy = new OffscreenCanvas(pad.width, pad.height).getContext('2d', { willReadFrequently: true });
            copy.drawImage(pad, 0, 0);
            const { data } = copy.getImageData(Math.floor(share * pad.width), 0, 1, pad.height);
            return data.filter((value, index) => index % 4 === 3 && value > 128).length;
        }, part);
    }
}

/**
 * Starts the server and the browser before the tests of a file, and ends them afterwards.
 * @returns {(options?: object) => Promise<Visit>} a page in a context of its own; waits: false doesn't wait for its network
 */
export function useSite() {
    const site = useBuiltSite();
    return async ({ prepare, waits = true, ...options } = {}) => {
        const context = await site.browser.newContext({
            viewport: DESKTOP, reducedMotion: 'reduce', serviceWorkers: 'block', ...options,
        });
        context.setDefaultTimeout(PATIENCE);
        const visit = new Visit(await context.newPage(), site.server.url);
        await prepare?.(visit.page);
        if (waits) await visit.start();
        else await visit.page.goto(site.server.url);
        return visit;
    };
}

/** A number's picture as a file. */
export const pngFile = (text) => ({ name: `${text}.png`, mimeType: 'image/png', buffer: encodePng(picture(text)) });
