// The page's live camera, in place of which a canvas is filmed: what it reads and holds, when it lets go, what it says.

import assert from 'node:assert/strict';

import { violations } from '../helpers/axe.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { afterEach, describe, it } from '../helpers/page_test.mjs';
import { pngFile, useSite } from '../helpers/site.mjs';

const openPage = useSite();
let visit;
let page;

/** Gives the page a camera that films what film() shows it. */
function withCamera(opened) {
    return opened.addInitScript(() => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [440, 200];
        const context = canvas.getContext('2d');
        let shown = null;
        setInterval(() => {
            context.fillStyle = 'white';
            context.fillRect(0, 0, canvas.width, canvas.height);
            if (shown) context.drawImage(shown, 20, 15);
        }, 40);
        window.film = async (data, width, height) => {
            shown = data && await createImageBitmap(new ImageData(new Uint8ClampedArray(data), width, height));
        };
        window.tracks = [];
        navigator.mediaDevices.getUserMedia = async () => {
            const stream = canvas.captureStream();
            window.tracks.push(...stream.getTracks());
            return stream;
        };
    });
}

const film = (text) => page.evaluate(([data, width, height]) => window.film(data, width, height),
    text ? [[...picture(text).data], picture(text).width, picture(text).height] : [null, 0, 0]);
const running = () => page.evaluate(() => window.tracks.filter(({ readyState }) => readyState === 'live').length);
const liveButton = () => page.getByRole('button', { name: 'Live camera' });

async function goLive() {
    visit = await openPage({ prepare: withCamera });
    page = visit.page;
    await liveButton().click();
    await page.locator('#live-video').waitFor();
}

/** @param {'hidden' | 'visible'} state */
const setVisibility = (state) => page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
}, state);

describe('the live camera', () => {
    afterEach(() => visit.leave());

    it('holds the last steady reading until another one is steady', async () => {
        await goLive();
        await page.locator('#waiting').getByText('Hold digits in front of the camera.').waitFor();
        await film('203');
        await visit.reads('203');
        assert.equal(await page.locator('#boxes .frame').count(), 3);
        await page.locator('#verdict-title').getByText('digit 1 of 3').waitFor();
        await film('');
        await page.waitForTimeout(1500);
        assert.equal(await page.locator('#number').textContent(), '203');
        await film('72');
        await visit.reads('72');
        assert.equal(await liveButton().getAttribute('aria-pressed'), 'true');
        assert.deepEqual(await violations(page), []);
        await liveButton().click();
        await visit.isEmpty();
        assert.equal(await running(), 0);
        await visit.write(3);
        await visit.reads('3');
    });

    it('is given back when the page is hidden, and taken again when it is seen', async () => {
        await goLive();
        await film('20');
        await visit.reads('20');
        await setVisibility('hidden');
        assert.equal(await running(), 0);
        await setVisibility('visible');
        await film('37');
        await visit.reads('37');
        assert.equal(await running(), 1);
        await page.keyboard.press('Escape');
        await visit.isEmpty();
        assert.equal(await running(), 0);
    });

    it('makes room for a picture that is kept or opened', async () => {
        await goLive();
        await film('302');
        await visit.reads('302');
        await page.getByRole('button', { name: 'Keep this picture' }).click();
        await page.locator('#pictures').getByText('camera.jpg').waitFor();
        await visit.reads('302');
        assert.equal(await running(), 0);
        await liveButton().click();
        await page.locator('#live-video').waitFor();
        await visit.open(pngFile('20'));
        await visit.reads('20');
        await visit.isHidden('#live-video');
        assert.equal(await running(), 0);
    });

    for (const [name, sentence] of [
        ['NotAllowedError', /^The camera may not be used here\. Allow it/],
        ['NotFoundError', /^There is no camera here\./],
        ['NotReadableError', /^The camera can’t be used now/],
        ['AbortError', /^The camera could not be started\./],
    ]) {
        it(`says plainly why there is none: ${name}`, async () => {
            visit = await openPage({
                prepare: (opened) => opened.addInitScript((kind) => {
                    navigator.mediaDevices.getUserMedia = async () => {
                        throw new DOMException('No.', kind);
                    };
                }, name),
            });
            page = visit.page;
            await liveButton().click();
            await page.locator('#message[data-kind="error"]').getByText(sentence).waitFor();
            assert.equal(await liveButton().getAttribute('aria-pressed'), 'false');
            await visit.isHidden('#live-video');
            await visit.write(3);
            await visit.reads('3');
        });
    }

    it('says so where the browser gives none to a page without https', async () => {
        visit = await openPage({
            prepare: (opened) => opened.addInitScript(() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })),
        });
        page = visit.page;
        await page.keyboard.press('l');
        await page.locator('#message').getByText('that needs an address with https').waitFor();
    });
});
