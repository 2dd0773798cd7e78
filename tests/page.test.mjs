// The page as `make web` built it, in headless Chromium: what a person does with it, and what it must never do.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';

import { serve } from '../web/serve.mjs';
import { launchBrowser } from './helpers/browser.mjs';
import { built } from './helpers/build.mjs';
import { easyImages, picture, STROKES } from './helpers/handwriting.mjs';
import { encodePng } from './helpers/png.mjs';

/** In milliseconds; the machine may be busy. */
const PATIENCE = 20_000;

let server;
let browser;
let page;
/** What must stay empty: errors and warnings of the page, and requests to anywhere else. */
let complaints;

before(async () => {
    server = await serve(built('web'));
    browser = await launchBrowser();
});

after(async () => {
    await browser?.close();
    await server?.close();
});

/** Notes down what the page does wrong. */
function watch(watched) {
    complaints = [];
    watched.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    watched.on('pageerror', (error) => complaints.push(String(error)));
    watched.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    watched.on('request', (request) => {
        const isOwn = [server.url, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
        if (!isOwn) complaints.push(`foreign: ${request.url()}`);
    });
}

async function openPage(options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(PATIENCE);
    page = await context.newPage();
    watch(page);
    await page.goto(server.url);
    try {
        await page.getByText('Write a digit or a whole number').waitFor();
    } catch {
        const message = await page.locator('#message').textContent();
        throw new Error(`The page doesn't start. It says: ${message}\n${complaints.join('\n')}`);
    }
}

/** Writes a digit with the mouse into a part of the paper, in fractions of its size. */
async function write(digit, { x = 0.38, y = 0.2, width = 0.24, height = 0.6 } = {}) {
    const paper = await page.locator('#pad').boundingBox();
    const points = STROKES[digit].map(([right, down]) => [
        paper.x + (x + right * width) * paper.width,
        paper.y + (y + down * height) * paper.height,
    ]);
    await page.mouse.move(...points[0]);
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(...point);
    await page.mouse.up();
}

/** Waits until the page reads this text. */
async function reads(text) {
    await page.waitForFunction((expected) => {
        const number = document.getElementById('number');
        return number?.checkVisibility() && number.textContent === expected;
    }, text);
}

async function isEmpty() {
    await page.locator('#answer').waitFor({ state: 'hidden' });
    await page.getByText('Write a digit or a whole number').waitFor();
    assert.equal(await page.locator('#boxes rect').count(), 0);
    assert.equal(await page.locator('.digit').count(), 0);
}

const isHidden = async (selector) => assert.ok(await page.locator(selector).isHidden(), `${selector} is hidden`);

/** Makes the browser decode pictures only when told so. */
async function holdDecoding() {
    await page.evaluate(() => {
        const { createImageBitmap: decode } = window;
        const held = new Promise((resolve) => Object.assign(window, { goOnDecoding: resolve }));
        window.createImageBitmap = (...parameters) => held.then(() => decode(...parameters));
    });
    return () => page.evaluate(() => window.goOnDecoding());
}

/** The bytes of a number's picture as the browser encodes it. */
async function encodeInBrowser(text, type) {
    const { data, width, height } = picture(text);
    const bytes = await page.evaluate(async ([content, wide, high, kind]) => {
        const canvas = new OffscreenCanvas(wide, high);
        canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(content), wide, high), 0, 0);
        return [...new Uint8Array(await (await canvas.convertToBlob({ type: kind })).arrayBuffer())];
    }, [[...data], width, height, type]);
    return Buffer.from(bytes);
}

/** A number as an SVG. @param {string} attributes of the root */
function svgFile(text, attributes, mimeType = 'image/svg+xml') {
    const lines = [...text].map((digit, index) => {
        const points = STROKES[digit].map(([x, y]) => `${40 + 100 * index + 60 * x},${40 + 90 * y}`).join(' ');
        return `<polyline points="${points}" fill="none" stroke="black" stroke-width="9"/>`;
    });
    const viewBox = `0 0 ${40 + 100 * text.length} 170`;
    const root = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" ${attributes}>`;
    return { name: `${text}.svg`, mimeType, buffer: Buffer.from(`${root}${lines.join('')}</svg>`) };
}

const pngFile = (text) => ({ name: `${text}.png`, mimeType: 'image/png', buffer: encodePng(picture(text)) });

describe('the page', () => {
    beforeEach(() => openPage());

    afterEach(async () => {
        await page.context().close();
        assert.deepEqual(complaints, []);
    });

    it('reads a 3 that is drawn with the mouse', async () => {
        assert.ok(await page.locator('#undo').isDisabled());
        await write(3);
        await reads('3');
        assert.equal(await page.locator('#boxes rect').count(), 1);
        assert.equal(await page.locator('.digit').count(), 1);
        assert.equal(await page.locator('.digit .bars li').count(), 10);
        assert.equal(await page.locator('.digit .bars .winner .name').textContent(), '3');
        assert.match(await page.locator('.digit .bars').getAttribute('aria-label'), /^Probabilities: 3, \d+%/);
        const ink = await page.locator('.digit canvas').evaluate((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, 28, 28);
            return [canvas.width, canvas.height, Math.min(...data.filter((_, index) => index % 4 === 0))];
        });
        assert.deepEqual(ink.slice(0, 2), [28, 28]);
        assert.ok(ink[2] < 60, 'there is dark ink in what the network saw');
        await page.getByRole('status').getByText(/^It reads 3, \d+ percent sure\.$/).waitFor();
    });

    it('reads on several threads, and says on how many', async () => {
        const processors = await page.evaluate(() => crossOriginIsolated && navigator.hardwareConcurrency);
        const threads = Math.min(processors, 8);
        const facts = `A network of 49,850 parameters in WebAssembly, ${threads} thread${threads === 1 ? '' : 's'}`;
        assert.ok(threads >= 1);
        assert.equal(await page.locator('#facts').textContent(), facts);
        await write(3);
        await reads('3');
        assert.match(await page.locator('#facts').textContent(), new RegExp(`^${facts}, read in \\d+ ms$`));
    });

    it('reads while it is drawn: before the pen is lifted', async () => {
        const paper = await page.locator('#pad').boundingBox();
        const middle = paper.x + paper.width / 2;
        await page.mouse.move(middle, paper.y + 0.2 * paper.height);
        await page.mouse.down();
        await page.mouse.move(middle, paper.y + 0.8 * paper.height, { steps: 10 });
        await page.locator('.digit').waitFor();
        await page.mouse.up();
    });

    it('boxes and reads several digits in their order', async () => {
        const place = { width: 0.16, height: 0.4, y: 0.3 };
        await write(0, { ...place, x: 0.42 });
        await write(3, { ...place, x: 0.7 });
        await write(2, { ...place, x: 0.14 });
        await reads('203');
        assert.equal(await page.locator('#boxes rect').count(), 3);
        assert.deepEqual(await page.locator('#boxes text').allTextContents(), ['2', '0', '3']);
        assert.equal(await page.locator('.digit').count(), 3);
    });

    it('marks what it doubts, and only that', async () => {
        const paper = await page.locator('#pad').boundingBox();
        const at = (x, y) => [paper.x + x * paper.width, paper.y + y * paper.height];
        await page.mouse.move(...at(0.3, 0.3));
        await page.mouse.down();
        for (let i = 1; i < 14; i++) await page.mouse.move(...at(0.3 + 0.025 * i, i % 2 ? 0.75 : 0.28), { steps: 4 });
        await page.mouse.up();
        await page.locator('.digit.doubtful .doubt').getByText(/^Not sure: /).waitFor();
        assert.match(await page.locator('#boxes .doubtful text').textContent(), /^\d\?$/);
        await page.locator('#clear').click();
        await write(3);
        await reads('3');
        assert.equal(await page.locator('.doubtful').count(), 0);
        assert.ok(await page.locator('.digit .doubt').isHidden());
    });

    it('takes strokes back and clears, by button and by key', async () => {
        await write(3);
        await reads('3');
        await page.getByRole('button', { name: 'Undo' }).click();
        await isEmpty();
        assert.ok(await page.locator('#undo').isDisabled());

        await write(3);
        await reads('3');
        await page.getByRole('button', { name: 'Clear' }).click();
        await isEmpty();
        await page.keyboard.press('Control+z');
        await reads('3');
        await page.keyboard.press('Escape');
        await isEmpty();
    });

    it('reads a picture from the file button, and gives the drawing back', async () => {
        await write(3);
        await reads('3');
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: 'Open a picture' }).click();
        await (await chooser).setFiles(pngFile('20'));
        await reads('20');
        assert.equal(await page.locator('#boxes rect').count(), 2);
        assert.ok(await page.locator('#picture').isVisible());
        await page.getByRole('button', { name: 'Undo' }).click();
        await reads('3');
        await isHidden('#picture');
    });

    it('reads a picture that is dropped anywhere', async () => {
        const bytes = [...encodePng(picture('302'))];
        const transfer = await page.evaluateHandle((content) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(content)], 'dropped.png', { type: 'image/png' }));
            return data;
        }, bytes);
        await page.dispatchEvent('footer', 'dragover', { dataTransfer: transfer });
        await page.locator('#landing').waitFor();
        await page.dispatchEvent('footer', 'drop', { dataTransfer: transfer });
        await reads('302');
        assert.ok(await page.locator('#landing').isHidden());
    });

    it('reads kinds of pictures that only the browser knows', async () => {
        const buffer = await encodeInBrowser('32', 'image/webp');
        assert.equal(buffer.toString('latin1', 8, 12), 'WEBP');
        await page.setInputFiles('#file', { name: '32.webp', mimeType: 'image/webp', buffer });
        await reads('32');
    });

    it('reads SVG with and without a size, of which only the browser knows how to draw it', async () => {
        await page.setInputFiles('#file', svgFile('203', 'width="340" height="170"'));
        await reads('203');
        const shown = await page.locator('#picture').evaluate((canvas) => canvas.width / canvas.height);
        assert.ok(Math.abs(shown - 2) < 0.01, `${shown}`);
        await page.setInputFiles('#file', svgFile('32', ''));
        await reads('32');
        await page.setInputFiles('#file', svgFile('7', 'width="20" height="24"', ''));
        await reads('7');
        await page.setInputFiles('#file', { ...svgFile('1', ''), buffer: Buffer.from('<svg') });
        await page.locator('#message').getByText(/^1\.svg could not be read\. .* It reads PNG/).waitFor();
        await reads('7');
    });

    it('reads kinds of pictures that only the library knows', async () => {
        const { data, width, height } = picture('3');
        const grey = Buffer.from(data.filter((_, index) => index % 4 === 0));
        const buffer = Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), grey]);
        await page.setInputFiles('#file', { name: '3.pgm', mimeType: 'image/x-portable-graymap', buffer });
        await reads('3');
        await page.getByText('can’t show this kind of picture').waitFor();
    });

    it('says in a sentence that a file is broken, and goes on', async () => {
        await write(3);
        await reads('3');
        const buffer = encodePng(picture('20')).subarray(0, 60);
        await page.setInputFiles('#file', { name: 'broken.png', mimeType: 'image/png', buffer });
        const message = page.locator('#message[data-kind="error"]');
        await message.getByText(/^broken\.png could not be read\. [A-Z].*\.$/).waitFor();
        await reads('3');
        await page.setInputFiles('#file', pngFile('20'));
        await reads('20');
        assert.ok(await message.isHidden());
    });

    it('doesn\'t read a damaged picture, even if the browser would', async () => {
        const whole = await encodeInBrowser('302', 'image/jpeg');
        const second = 4 + whole.readUInt16BE(4);
        const buffer = Buffer.concat([whole.subarray(0, second), Buffer.from('?'), whole.subarray(second)]);
        const width = await page.evaluate(async (bytes) => {
            return (await createImageBitmap(new Blob([new Uint8Array(bytes)]))).width;
        }, [...buffer]);
        assert.equal(width, picture('302').width, 'the browser decodes it');
        await write(3);
        await reads('3');
        await page.setInputFiles('#file', { name: '302.jpg', mimeType: 'image/jpeg', buffer });
        await page.locator('#message').getByText(/^302\.jpg could not be read\. .*JPEG.*\.$/).waitFor();
        await reads('3');
        await isHidden('#picture');
        await page.setInputFiles('#file', { name: '302.jpg', mimeType: 'image/jpeg', buffer: whole });
        await reads('302');
    });

    it('opens the picture though keys are pressed before it is decoded', async () => {
        const goOn = await holdDecoding();
        await page.setInputFiles('#file', pngFile('20'));
        const message = page.locator('#message');
        await message.getByText('Opening 20.png…').waitFor();
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+z');
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
        assert.equal(await message.textContent(), 'Opening 20.png…');
        await goOn();
        await reads('20');
        assert.ok(await message.isHidden());
    });

    it('opens the picture over what was drawn and cleared before it is decoded', async () => {
        await write(3);
        await reads('3');
        const goOn = await holdDecoding();
        await page.setInputFiles('#file', pngFile('20'));
        await page.keyboard.press('Escape');
        await page.locator('#answer').waitFor({ state: 'hidden' });
        await page.getByText('Opening 20.png…').waitFor();
        await goOn();
        await reads('20');
        await page.keyboard.press('Control+z');
        await isEmpty();
        await page.keyboard.press('Control+z');
        await reads('3');
    });

    it('opens only the latest of several pictures', async () => {
        const goOn = await holdDecoding();
        await page.setInputFiles('#file', pngFile('20'));
        await page.setInputFiles('#file', pngFile('32'));
        await page.getByText('Opening 32.png…').waitFor();
        await goOn();
        await reads('32');
        await page.getByRole('button', { name: 'Undo' }).click();
        await isEmpty();
        assert.ok(await page.locator('#undo').isDisabled());
    });

    it('gives back what was cleared: pictures, and the drawing under them', async () => {
        const clear = () => page.getByRole('button', { name: 'Clear' }).click();
        const undo = () => page.getByRole('button', { name: 'Undo' }).click();
        await write(3);
        await reads('3');
        await page.setInputFiles('#file', pngFile('20'));
        await reads('20');
        await clear();
        await reads('3');
        await isHidden('#picture');
        await undo();
        await reads('20');
        assert.ok(await page.locator('#picture').isVisible());
        await page.setInputFiles('#file', pngFile('32'));
        await reads('32');
        await undo();
        await reads('20');
        await clear();
        await clear();
        await isEmpty();
        for (const text of ['3', '20', '3']) {
            await undo();
            await reads(text);
        }
        await undo();
        await isEmpty();
        assert.ok(await page.locator('#undo').isDisabled());
        assert.ok(await page.locator('#clear').isDisabled());
    });

    it('gives back the latest pictures only, and never draws under one', async () => {
        for (const text of ['1', '2', '3', '7', '0', '20']) {
            await page.setInputFiles('#file', pngFile(text));
            await reads(text);
        }
        for (const text of ['0', '7', '3', '2']) {
            await page.keyboard.press('Control+z');
            await reads(text);
        }
        assert.ok(await page.locator('#undo').isDisabled());
        await page.keyboard.press('Control+z');
        await reads('2');
        await page.keyboard.press('Escape');
        await isEmpty();
    });

    it('says that no digit was found in an empty picture', async () => {
        const paper = { data: new Uint8ClampedArray(40 * 30 * 4).fill(255), width: 40, height: 30 };
        await page.setInputFiles('#file', { name: 'paper.png', mimeType: 'image/png', buffer: encodePng(paper) });
        await page.locator('#message').getByText('No digit was found in this picture.').waitFor();
        await page.getByRole('status').getByText('No digit was found in this picture.').waitFor();
        await page.keyboard.press('Escape');
        await isEmpty();
    });

    it('draws a mere dot', async () => {
        await page.locator('#pad').click();
        const inked = await page.locator('#pad').evaluate((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, index) => index % 4 === 3 && value > 0);
        });
        assert.ok(inked);
        await page.getByRole('button', { name: 'Undo' }).click();
        await isEmpty();
    });

    it('copies the number, and says so when the browser refuses', async () => {
        await page.evaluate(() => {
            window.copied = [];
            navigator.clipboard.writeText = async (text) => void window.copied.push(text);
        });
        await write(3);
        await reads('3');
        const copy = page.locator('#copy');
        await copy.click();
        await page.getByRole('button', { name: 'Copied' }).waitFor();
        assert.deepEqual(await page.evaluate(() => window.copied), ['3']);
        await page.evaluate(() => {
            navigator.clipboard.writeText = () => Promise.reject(new DOMException('No.', 'NotAllowedError'));
        });
        await copy.click();
        await page.locator('#message[data-kind="error"]').getByText('didn’t let the number be copied').waitFor();
        await reads('3');
    });

    it('stays sharp when the screen\'s resolution changes', async () => {
        const session = await page.context().newCDPSession(page);
        for (const deviceScaleFactor of [2, 3, 1]) {
            const metrics = { width: 1280, height: 800, deviceScaleFactor, mobile: false };
            await session.send('Emulation.setDeviceMetricsOverride', metrics);
            // Without a window Chromium tells of the new resolution only together with something else.
            await page.emulateMedia({ reducedMotion: deviceScaleFactor === 3 ? 'no-preference' : 'reduce' });
            await page.waitForFunction((factor) => {
                const pad = document.querySelector('canvas#pad');
                return devicePixelRatio === factor && pad.width === Math.round(pad.clientWidth * factor);
            }, deviceScaleFactor);
        }
    });

    it('takes the whole paper for one digit when told so', async () => {
        await page.setInputFiles('#file', pngFile('11'));
        await page.locator('#boxes rect').nth(1).waitFor();
        await page.getByLabel('One digit').check();
        await page.locator('#boxes rect').nth(1).waitFor({ state: 'detached' });
        assert.equal(await page.locator('.digit').count(), 1);
    });

    it('keeps what was written when the window changes its size', async () => {
        await write(3);
        await reads('3');
        await page.setViewportSize({ width: 500, height: 700 });
        await page.waitForFunction(() => { // the box follows with the next frame
            const frame = (selector) => document.querySelector(selector)?.getBoundingClientRect();
            const [box, paper] = ['#boxes rect', '#pad'].map(frame);
            return box && Math.abs(box.left + box.right - paper.left - paper.right) < 0.1 * paper.width;
        });
        const inked = await page.locator('#pad').evaluate((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, index) => index % 4 === 3 && value > 0);
        });
        assert.ok(inked);
    });

    it('doesn\'t scroll under a finger on the paper, and fits on a narrow screen', async () => {
        assert.equal(await page.locator('#pad').evaluate((pad) => getComputedStyle(pad).touchAction), 'none');
        await page.setViewportSize({ width: 320, height: 568 });
        await write(3);
        await reads('3');
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.ok(content <= window, `${content} pixels of content in ${window}`);
    });

    it('draws with a finger, with one at a time', async () => {
        const paper = await page.locator('#pad').boundingBox();
        const touch = (type, pointerId, x, y) => page.locator('#pad').evaluate((pad, [kind, init]) => {
            pad.setPointerCapture = () => {};
            pad.dispatchEvent(new PointerEvent(kind, { ...init, pointerType: 'touch', button: 0, bubbles: true }));
        }, [type, { pointerId, clientX: paper.x + x * paper.width, clientY: paper.y + y * paper.height }]);
        await touch('pointerdown', 11, 0.5, 0.2);
        await touch('pointerdown', 12, 0.1, 0.9);
        for (const y of [0.3, 0.45, 0.6, 0.8]) {
            await touch('pointermove', 11, 0.5, y);
            await touch('pointermove', 12, 0.9, 0.9);
        }
        await touch('pointerup', 11, 0.5, 0.8);
        await page.locator('.digit').waitFor();
        assert.equal(await page.locator('.digit').count(), 1);
        await page.getByRole('button', { name: 'Undo' }).click();
        await isEmpty();
    });

    it('trains in its worker, is stopped by a signal, and goes on reading', async () => {
        const { images, labels } = easyImages(300);
        const result = await page.evaluate(async ([imageBytes, labelBytes]) => {
            const { createScrawlClient } = await import('./wasm/scrawl-client.js');
            const client = await createScrawlClient();
            const data = { images: new Uint8Array(imageBytes), labels: new Uint8Array(labelBytes) };
            const architecture = 'conv 4 3x3 relu, maxpool 2, flatten, dense 3 softmax';
            const options = { architecture, learningRate: 0.01 };
            const controller = new AbortController();
            const onProgress = () => controller.abort(new Error('Enough.'));
            const stopped = await client.train(data, { ...options, epochs: 1e5, signal: controller.signal, onProgress })
                .catch((error) => error.message);
            const labelsBefore = client.labels.length;
            const history = await client.train(data, { ...options, epochs: 2, batchSize: 32 });
            const evaluation = await client.evaluate(data, { transfer: true });
            const saved = await client.saveModel();
            await client.loadModel(saved);
            const refused = await client.predict(new Uint8Array(3)).catch((error) => [error.code, error.message]);
            const nothing = await client.predict(null, null).catch((error) => error.message);
            const dropped = await client.predict(new Uint8Array(3), { signal: AbortSignal.abort('Never mind.') })
                .catch((reason) => reason);
            const { parameters } = await client.summary();
            const pending = client.summary().catch((error) => error.message);
            client.free();
            return {
                stopped, labelsBefore, history, evaluation, refused, nothing, dropped, parameters,
                labelsAfter: client.labels.length, handedOver: data.images.length, saved: saved.length,
                pending: await pending,
                late: await client.summary().catch((error) => error.message),
            };
        }, [[...images], [...labels]]);
        assert.equal(result.stopped, 'Enough.');
        assert.deepEqual([result.labelsBefore, result.labelsAfter], [10, 3]);
        assert.equal(result.history.loss.length, 2);
        assert.equal(result.evaluation.images, 300);
        assert.equal(result.handedOver, 0);
        assert.ok(result.saved > result.parameters * 4);
        assert.equal(result.refused[0], 'INVALID_PICTURE');
        assert.match(result.refused[1], /\.$/);
        assert.match(result.nothing, /^A picture must be/);
        assert.equal(result.dropped, 'Never mind.');
        assert.match(result.pending, /freed/);
        assert.match(result.late, /freed/);
    });
});

describe('a page that can\'t load its network', () => {
    it('says so', async () => {
        const context = await browser.newContext();
        page = await context.newPage();
        await page.route('**/small.safetensors', (route) => route.fulfill({ status: 404, body: 'gone' }));
        await page.goto(server.url);
        const sentences = /The reader could not start\. Couldn't load the model.*404.*Reload the page/;
        await page.locator('#message').getByText(sentences).waitFor();
        await page.setInputFiles('#file', pngFile('20'));
        await page.locator('#picture').waitFor();
        await page.locator('#message').getByText(sentences).waitFor();
        await context.close();
    });
});

describe('a page whose reader', () => {
    /** Opens the page with a part of a file of wasm/ replaced. */
    async function openChanged(file, own, changed) {
        const context = await browser.newContext();
        page = await context.newPage();
        await page.route(`**/wasm/${file}`, async (route) => {
            const response = await route.fetch();
            const script = await response.text();
            assert.ok(script.includes(own));
            await route.fulfill({ response, body: script.replace(own, changed) });
        });
        await page.goto(server.url);
        await page.getByText('Write a digit or a whole number').waitFor();
    }

    afterEach(() => page.context().close());

    it('finds no digit in ink says so, but not before the pen is lifted', async () => {
        await openChanged('reading.js', '{ length: digitCount }', '{ length: 0 }');
        const message = page.locator('#message');
        const paper = await page.locator('#pad').boundingBox();
        await page.mouse.move(paper.x + 0.5 * paper.width, paper.y + 0.5 * paper.height);
        await page.mouse.down();
        await page.mouse.move(paper.x + 0.5 * paper.width, paper.y + 0.7 * paper.height);
        await message.waitFor({ state: 'hidden' });
        await page.mouse.up();
        await message.getByText('No digit was found in this drawing.').waitFor();
        await isHidden('#hints');
        await page.setInputFiles('#file', pngFile('20'));
        await message.getByText('No digit was found in this picture.').waitFor();
        await isHidden('#hints');
    });

    it('has stopped for good says so', async () => {
        const trap = '() => exports.scrawl_model_class_count(0xfffffff0)';
        await openChanged('memory.js', 'Object.entries(exports)', `Object.entries({ ...exports, binding_predict_rgba: ${trap} })`);
        await write(3);
        await page.locator('#message').getByText('stopped after an internal error. Reload the page').waitFor();
    });
});

describe('the watch over the page', () => {
    it('notices errors and foreign requests', async () => {
        await openPage();
        await page.evaluate(() => {
            console.error('on purpose');
            setTimeout(() => {
                throw new Error('thrown on purpose');
            });
            return fetch('http://localhost:9/').catch(() => {});
        });
        await page.waitForTimeout(50);
        await page.context().close();
        const all = complaints.join('\n');
        assert.match(all, /on purpose/);
        assert.match(all, /thrown on purpose/);
        assert.match(all, /Content Security Policy/i);
    });
});
