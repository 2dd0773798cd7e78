// The page as `make web` built it, in headless Chromium, for the tests of its parts: opening it, writing on it with the
// mouse, and a watch over what it must never do.

import assert from 'node:assert/strict';

import { PATIENCE } from './browser.mjs';
import { useBuiltSite } from './built_site.mjs';
import { picture } from './handwriting.mjs';
import { draw, isRead, placesOn, reads, write } from './paper.mjs';
import { encodePng } from './png.mjs';

/** What Playwright warns of where it blocks service workers: offline.test.mjs tests ours. */
const NO_SERVICE_WORKER = 'Service Worker registration blocked by Playwright';

const DESKTOP = { width: 1280, height: 800 };

/** A page that was opened, with everything that it did wrong. */
class Visit {
    /** Errors and warnings of the page, and requests to anywhere else: must stay empty. */
    complaints = [];
    leaving = false;

    constructor(page, address) {
        this.page = page;
        this.address = address;
        page.on('console', (message) => {
            const isOurs = message.text() !== NO_SERVICE_WORKER && ['error', 'warning'].includes(message.type());
            if (isOurs) this.complaints.push(message.text());
        });
        page.on('pageerror', (error) => this.complaints.push(String(error)));
        page.on('requestfailed', (request) => {
            if (!this.leaving) this.complaints.push(`failed: ${request.url()}`);
        });
        page.on('request', (request) => {
            const isOwn = [address, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
            if (!isOwn) this.complaints.push(`foreign: ${request.url()}`);
        });
    }

    /** Loads the page and waits until its network is there. */
    async start() {
        await this.page.goto(this.address);
        await this.isReady().catch(async () => {
            const sentence = await this.page.locator('#waiting').textContent();
            throw new Error(`The page doesn't start. It says: ${sentence}\n${this.complaints.join('\n')}`);
        });
    }

    isReady() {
        return this.page.locator('#reads:not([hidden])').waitFor({ state: 'attached' });
    }

    async reload() {
        await this.page.reload();
        await this.isReady();
    }

    /** Ends the visit; nothing may have gone wrong. */
    async leave() {
        this.leaving = true; // which breaks off what is on its way
        await this.page.context().close();
        assert.deepEqual(this.complaints, []);
    }

    /** Places on the paper, from parts of its size to the window's pixels. */
    paper() {
        return placesOn(this.page);
    }

    /** Draws one line with the mouse through places on the paper, in parts of its size, and waits until it is read. */
    draw(points, options) {
        return draw(this.page, points, options);
    }

    /** Writes a digit with the mouse into a part of the paper, and waits until it is read. */
    write(digit, place) {
        return write(this.page, digit, place);
    }

    /** Waits until the page reads this text, and nothing that is newer. */
    reads(text) {
        return reads(this.page, text);
    }

    /** Waits until nothing is left to be read. */
    isRead() {
        return isRead(this.page);
    }

    /** The paper is empty and nothing is read. */
    async isEmpty() {
        await this.page.locator('#answer').waitFor({ state: 'hidden' });
        await this.page.getByText('What you write is read here').waitFor();
        await this.page.locator('#invitation').waitFor();
        assert.equal(await this.page.locator('#boxes rect').count(), 0);
        await this.isHidden('#details');
    }

    isHidden(selector) {
        return this.page.locator(selector).waitFor({ state: 'hidden' });
    }

    isVisible(selector) {
        return this.page.locator(selector).waitFor();
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
