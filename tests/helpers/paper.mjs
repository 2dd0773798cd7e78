// The paper on the page: a hand that writes there with the mouse, and what the page makes of it.

import { STROKES } from './handwriting.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** Places on the paper, from parts of its size to the window's pixels. @param {Page} page */
export async function placesOn(page) {
    const { x, y, width, height } = await page.locator('#pad').boundingBox();
    return (right, down) => [x + right * width, y + down * height];
}

/** Waits until nothing is left to be read: what the page shows first, also after the pen is lifted, may be of less ink. @param {Page} page */
export function isRead(page) {
    return page.locator('#readout[aria-busy="false"]').waitFor({ state: 'attached' });
}

/** Draws one line through places on the paper, in parts of its size, and waits until it is read. @param {Page} page */
export async function draw(page, points, { steps = 1 } = {}) {
    const at = await placesOn(page);
    await page.mouse.move(...at(...points[0]));
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(...at(...point), { steps });
    await page.mouse.up();
    await isRead(page);
}

/** Writes a digit into a part of the paper, and waits until it is read. @param {Page} page */
export function write(page, digit, { x = 0.38, y = 0.2, width = 0.24, height = 0.6 } = {}) {
    return draw(page, STROKES[digit].map(([right, down]) => [x + right * width, y + down * height]));
}

/** Waits until the page reads this text, and nothing that is newer. @param {Page} page @param {string} text */
export async function reads(page, text) {
    await page.waitForFunction((expected) => {
        const number = document.getElementById('number');
        const isRead = document.getElementById('readout').getAttribute('aria-busy') === 'false';
        return isRead && number.checkVisibility() && number.textContent === expected;
    }, text);
}

/** What the page reads. @param {Page} page */
export async function whatItReads(page) {
    await isRead(page);
    await page.locator('#answer').waitFor();
    return page.locator('#number').textContent();
}
