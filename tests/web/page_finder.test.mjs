// The finder on the page: fetched for pictures alone, with which they are searched; and what happens where it can't be had.

import assert from 'node:assert/strict';

import { afterEach, describe, it } from '../helpers/page_test.mjs';
import { trainedTiny } from '../helpers/scrawl.mjs';
import { pngFile, useSite } from '../helpers/site.mjs';

const openPage = useSite();
const ADDRESS = '**/finder.safetensors';

let visit;
let page;
let asked;

/** In the page: notes what the engine is asked to read, and whether with the finder. */
function noteReadings() {
    const { postMessage } = Worker.prototype;
    window.readings = { predict: [], predictStrokes: [] };
    Worker.prototype.postMessage = function post(message, ...rest) {
        window.readings[message.action]?.push(Boolean(message.args.at(-1).finder));
        return postMessage.call(this, message, ...rest);
    };
}

/** @param {(route: import('playwright-core').Route) => unknown} [answer] in place of the site's */
async function open(answer) {
    asked = 0;
    visit = await openPage({
        async prepare(opened) {
            opened.on('request', (request) => (asked += Number(request.url().endsWith('/finder.safetensors'))));
            await opened.addInitScript(noteReadings);
            if (answer) await opened.route(ADDRESS, answer);
        },
    });
    page = visit.page;
}

const readings = () => page.evaluate(() => window.readings);
/** Waits until this many pictures, or explanations of them, were asked for. */
const isAsked = (count) => page.waitForFunction((wanted) => window.readings.predict.length >= wanted, count);
/** The picture on top is read, and how it was found is shown. */
const isShown = () => page.locator('#figures canvas').nth(6).waitFor();
/** What the browser says itself of an answer that didn't come. */
const forgive = () => (visit.complaints = visit.complaints.filter((text) => !/Failed to load resource|finder\.safetensors/.test(text)));

describe('the finder', () => {
    afterEach(() => visit.leave());

    it('is fetched when the first picture is opened, and drawings are read without it', async () => {
        await open();
        await visit.write(3);
        await visit.reads('3');
        await page.locator('#train-begin:enabled').waitFor({ state: 'attached' });
        await page.waitForLoadState('networkidle');
        assert.equal(asked, 0);
        await visit.open(pngFile('20'));
        await visit.reads('20');
        await isShown();
        await visit.open(pngFile('32'));
        await visit.reads('32');
        await isAsked(4);
        const { predict, predictStrokes } = await readings();
        assert.ok(predict.every(Boolean), `${predict}`);
        assert.ok(predictStrokes.length > 0 && !predictStrokes.some(Boolean));
        assert.equal(asked, 1);
    });

    for (const [name, answer] of [
        ['is out of reach', (route) => route.abort()],
        ['isn\'t there', (route) => route.fulfill({ status: 404, body: 'gone' })],
        ['is another file', (route) => route.fulfill({ contentType: 'application/octet-stream', body: 'no model' })],
        ['is a page to log in', (route) => route.fulfill({ contentType: 'text/html', body: '<p>Log in' })],
    ]) {
        it(`that ${name} isn't complained of: pictures are read without it, and with it once it comes`, async () => {
            await open(answer);
            await visit.open(pngFile('20'));
            await visit.reads('20');
            await visit.isHidden('#message');
            await isShown();
            assert.deepEqual((await readings()).predict, [false, false]);
            await page.unroute(ADDRESS);
            await visit.open(pngFile('32'));
            await visit.reads('32');
            await isShown();
            const before = (await readings()).predict.length;
            await page.locator('#pictures [title="20.png"]').click();
            await isAsked(before + 1);
            assert.ok((await readings()).predict.slice(before).every(Boolean));
            await visit.reads('20');
            await visit.isHidden('#message');
            forgive();
        });
    }

    it('that takes long is not waited for, and reads the picture again when it comes', async () => {
        let letCome;
        const held = new Promise((resolve) => (letCome = resolve));
        await open(async (route) => {
            await held;
            await route.continue();
        });
        await visit.open(pngFile('20'));
        await visit.reads('20');
        await isShown();
        assert.deepEqual((await readings()).predict, [false, false]);
        letCome();
        await isAsked(3);
        assert.equal((await readings()).predict[2], true);
        await visit.reads('20');
    });

    it('is neither fetched nor used for what is one digit, or by a network of other classes', async () => {
        await open();
        await page.getByLabel('One digit').check();
        await visit.open(pngFile('3'));
        await visit.reads('3');
        await isShown();
        const { scrawl } = await trainedTiny({ epochs: 1, labelNames: ['a', 'b', 'c'] });
        const buffer = Buffer.from(scrawl.saveModel());
        scrawl.free();
        await page.setInputFiles('#models-file', { name: 'letters.safetensors', mimeType: 'application/octet-stream', buffer });
        await page.getByText('letters is open and in use.').waitFor({ state: 'attached' });
        await page.getByLabel('One digit').uncheck();
        await visit.open(pngFile('20'));
        await page.locator('#pictures [title="20.png"][aria-checked="true"]').waitFor();
        await visit.isRead();
        assert.ok(!(await readings()).predict.some(Boolean));
        assert.equal(asked, 0);
        await visit.isHidden('#message');
    });
});
