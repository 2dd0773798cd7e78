// The built site in headless Chromium, for tests of training: pages that notice what goes wrong on them, a small part of
// MNIST in place of all of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { idx, side } from './bars.mjs';
import { PATIENCE } from './browser.mjs';
import { built } from './build.mjs';

/** What the browser says of it is no fault of the page's. */
const NO_SERVICE_WORKER = 'Service Worker registration blocked by Playwright';

const PIXELS = side * side;
const [IMAGES_HEADER, LABELS_HEADER] = [16, 8];

/** The first images of a set as gzipped IDX files. */
function firstImages(name, count) {
    const [images, labels] = ['images-idx3', 'labels-idx1'].map((kind) => readFileSync(built('mnist', `${name}-${kind}-ubyte`)));
    return {
        images: gzipSync(idx([count, side, side], images.subarray(IMAGES_HEADER, IMAGES_HEADER + count * PIXELS))),
        labels: gzipSync(idx([count], labels.subarray(LABELS_HEADER, LABELS_HEADER + count))),
    };
}

const TRAIN_COUNT = 2000;
export const TEST_COUNT = 300;
let files;

function smallMnist() {
    files ??= { train: firstImages('train', TRAIN_COUNT), test: firstImages('t10k', TEST_COUNT) };
    return files;
}

/**
 * A visitor with a browser of its own, whose pages share what they keep.
 * @param {ReturnType<typeof import('./built_site.mjs').useBuiltSite>} site
 */
export async function visit({ server, browser }, { isolated = true, ...options } = {}) {
    // A service worker would answer before the routes below.
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, serviceWorkers: 'block', ...options });
    context.setDefaultTimeout(PATIENCE);
    const complaints = [];
    const requests = [];
    await context.route('**/data/{train,test}-*.gz', (route) => {
        const [, name, kind] = route.request().url().match(/(train|test)-(images|labels)\.gz$/);
        return route.fulfill({ body: smallMnist()[name][kind], contentType: 'application/octet-stream' });
    });
    if (!isolated) {
        await context.route(server.url, async (route) => {
            const response = await route.fetch();
            await route.fulfill({ response, headers: { 'content-type': 'text/html; charset=utf-8' } });
        });
    }
    context.on('page', (page) => {
        page.on('console', (message) => {
            const isComplaint = ['error', 'warning'].includes(message.type()) && message.text() !== NO_SERVICE_WORKER;
            if (isComplaint) complaints.push(message.text());
        });
        page.on('pageerror', (error) => complaints.push(String(error)));
        page.on('request', (request) => {
            requests.push(request.url());
            const isOwn = [server.url, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
            if (!isOwn) complaints.push(`foreign: ${request.url()}`);
        });
    });

    return {
        context,
        requests,
        /** What is left of it in the end fails the test. */
        complaints,
        async open() {
            const page = await context.newPage();
            await page.goto(server.url);
            await isReady(page);
            return page;
        },
        async leave() {
            await context.close();
            assert.deepEqual(complaints, []);
        },
    };
}

/** Waits until the page can train. */
export function isReady(page) {
    return page.locator('#train-begin:not([disabled])').waitFor({ state: 'attached' });
}

/** Waits until an element has the focus. @param {string} selector */
export function hasFocus(page, selector) {
    return page.locator(`${selector}:focus`).waitFor({ state: 'attached' });
}

/**
 * Holds back what is fetched from addresses like this.
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} addresses a pattern
 * @returns {Promise<() => void>} lets it come
 */
export async function holdBack(context, addresses) {
    let letCome;
    const held = new Promise((resolve) => (letCome = resolve));
    await context.route(addresses, async (route) => {
        await held;
        await route.fallback();
    });
    return letCome;
}

/** Fills the training's form. @param {Record<string, string>} fields by name */
export async function fillForm(page, { architecture, ...fields }) {
    await page.click('#train-tab');
    await page.locator('.train-more').evaluate((more) => (more.open = true));
    if (architecture) {
        await page.fill('#train-architecture', architecture);
        await page.waitForFunction(() => document.getElementById('train-architecture-says').textContent.includes('layers'));
    }
    for (const [name, value] of Object.entries(fields)) {
        const field = page.locator(`#train-${name}`);
        if (await field.evaluate((element) => element.tagName) === 'SELECT') await field.selectOption(value);
        else await field.fill(value);
    }
}

/** The bytes that a click downloads. */
export async function downloaded(page, click) {
    const [download] = await Promise.all([page.waitForEvent('download'), click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}
