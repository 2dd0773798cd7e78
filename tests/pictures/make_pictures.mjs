#!/usr/bin/env node
// Makes the README's pictures: the page in light and dark, and the sheet that --explain draws of a note.
// Usage: node tests/pictures/make_pictures.mjs FOLDER

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serve } from '../../web/site/serve.mjs';
import { launchBrowser } from '../helpers/browser.mjs';
import { built } from '../helpers/build.mjs';
import { Page } from '../helpers/pages.mjs';
import { isRead, write } from '../helpers/paper.mjs';
import { encodePng } from '../helpers/png.mjs';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} BrowserPage */

/** Pixels. */
const WINDOW = { width: 1120, height: 700 };
const SHEET_WIDTH = 1000;
const NOTE = { width: 620, height: 380 };
/** Of WebP, 0 to 1: a picture stays far below 150 kB. */
const QUALITY = 0.8;
/** The paper's brightness falls off to a corner, as under a lamp. */
const LAMP = { paper: (x, y) => 240 - 70 * x * y, noise: 3 };

/** A note on ruled paper, a little askew, as a PNG file's bytes. */
function note() {
    const page = new Page(NOTE.width, NOTE.height).ruled(80, 0.25)
        .write('4096 358', 70, 101, 60).write('1729 41', 70, 181, 60).write('5825 399', 70, 261, 60);
    const grey = page.rotated(2).pgm(LAMP).subarray(-NOTE.width * NOTE.height);
    const data = new Uint8ClampedArray(4 * grey.length).fill(255);
    grey.forEach((value, index) => data.fill(value, 4 * index, 4 * index + 3));
    return encodePng({ data, ...NOTE });
}

/** Writes a PNG's bytes as a WebP file of that width. @param {Browser} browser @param {Buffer} png @param {number} width @param {string} file */
async function writeSmall(browser, png, width, file) {
    const page = await browser.newPage();
    const address = await page.evaluate(async ([source, wide, quality]) => {
        const bitmap = await createImageBitmap(await (await fetch(source)).blob());
        const height = Math.round((bitmap.height * wide) / bitmap.width);
        const canvas = Object.assign(document.createElement('canvas'), { width: wide, height });
        const context = canvas.getContext('2d');
        context.imageSmoothingQuality = 'high';
        context.drawImage(bitmap, 0, 0, wide, height);
        return canvas.toDataURL('image/webp', quality);
    }, [`data:image/png;base64,${png.toString('base64')}`, width, QUALITY]);
    writeFileSync(file, Buffer.from(address.split(',')[1], 'base64'));
    await page.close();
}

/** What --explain draws of a picture. @param {string} picture a file @param {string} workplace a folder @returns {Buffer} PNG */
function explain(picture, workplace) {
    const sheet = join(workplace, 'explanation.png');
    const { status, stderr } = spawnSync(built('scrawl'), ['predict', '--explain', sheet, picture], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return readFileSync(sheet);
}

/**
 * @param {Browser} browser
 * @param {string} address
 * @param {'light' | 'dark'} colorScheme
 * @param {(page: BrowserPage) => Promise<unknown>} act what a visitor does before
 * @returns {Promise<Buffer>} PNG
 */
async function photograph(browser, address, colorScheme, act) {
    const context = await browser.newContext({ viewport: WINDOW, colorScheme, reducedMotion: 'reduce', serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto(address);
    await page.locator('#reads').waitFor();
    await act(page);
    await page.locator('#answer').waitFor();
    await isRead(page);
    await page.waitForLoadState('networkidle');
    const picture = await page.screenshot();
    await context.close();
    return picture;
}

/** @param {BrowserPage} page */
async function writeNumber(page) {
    for (const [index, digit] of [2, 0, 3, 7].entries()) {
        await write(page, digit, { x: 0.1 + index * 0.21, y: 0.3, width: 0.13, height: 0.36 });
    }
}

/** @param {string} folder */
async function makePictures(folder) {
    const workplace = mkdtempSync(join(tmpdir(), 'scrawl-pictures-'));
    const file = join(workplace, 'note.png');
    const [server, browser] = await Promise.all([serve(built('web')), launchBrowser()]);
    try {
        writeFileSync(file, note());
        await writeSmall(browser, explain(file, workplace), SHEET_WIDTH, join(folder, 'explanation.webp'));
        const light = await photograph(browser, server.url, 'light', writeNumber);
        await writeSmall(browser, light, WINDOW.width, join(folder, 'page-light.webp'));
        const dark = await photograph(browser, server.url, 'dark', (page) => page.setInputFiles('#file', file));
        await writeSmall(browser, dark, WINDOW.width, join(folder, 'page-dark.webp'));
    } finally {
        rmSync(workplace, { recursive: true });
        await browser.close();
        await server.close();
    }
}

await makePictures(process.argv[2]);
