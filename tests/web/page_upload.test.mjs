// Pictures on the page: opened, dropped, pasted, several at once, of every kind, broken, too large.

import assert from 'node:assert/strict';

import { picture, STROKES } from '../helpers/handwriting.mjs';
import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { encodePng, withChunk } from '../helpers/png.mjs';
import { pngFile, useSite } from '../helpers/site.mjs';

const openPage = useSite();

let visit;
let page;

/** The bytes of a number's picture as the browser encodes it. */
async function encodeInBrowser(text, type, { scale = 1, isTurned = false } = {}) {
    const { data, width, height } = picture(text);
    const bytes = await page.evaluate(async ([content, wide, high, kind, factor, turned]) => {
        const small = new OffscreenCanvas(wide, high);
        small.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(content), wide, high), 0, 0);
        const canvas = new OffscreenCanvas(wide * factor, high * factor);
        const context = canvas.getContext('2d');
        if (turned) context.setTransform(-1, 0, 0, -1, canvas.width, canvas.height);
        context.drawImage(small, 0, 0, canvas.width, canvas.height);
        const blob = await canvas.convertToBlob({ type: kind });
        return [...new Uint8Array(await blob.arrayBuffer())];
    }, [[...data], width, height, type, scale, isTurned]);
    return Buffer.from(bytes);
}

/** The EXIF data of a picture that was taken upside down (orientation 3). */
const UPSIDE_DOWN = Buffer.from([
    ...Buffer.from('II*\0'), 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0,
]);

/** The same JPEG or PNG, said to be taken upside down. */
function markTurned(bytes, type) {
    if (type === 'image/png') return withChunk(bytes, 'eXIf', UPSIDE_DOWN);
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), UPSIDE_DOWN]);
    return Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif, bytes.subarray(2)]);
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

/** A DataTransfer with files on the page. */
function transferOf(...files) {
    const contents = files.map(({ name, mimeType, buffer }) => [name, mimeType, [...buffer]]);
    return page.evaluateHandle((all) => {
        const data = new DataTransfer();
        for (const [name, type, bytes] of all) data.items.add(new File([new Uint8Array(bytes)], name, { type }));
        return data;
    }, contents);
}

/** In the page, as if it had four cores: notes which workers read pictures; the first one gets its picture when another has read one. */
function watchReaders() {
    Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 4 });
    const { postMessage } = Worker.prototype;
    const asked = [], held = [];
    Object.assign(window, { asked: new Set(), answered: [] });
    Worker.prototype.postMessage = function post(message, ...rest) {
        const send = () => postMessage.call(this, message, ...rest);
        if (message.action !== 'predict') return send();
        const index = asked.push(message) - 1;
        window.asked.add(this);
        this.addEventListener('message', ({ data }) => {
            if (data.id !== message.id) return;
            window.answered.push(index);
            held.pop()?.();
        });
        return index === 0 ? void held.push(send) : send();
    };
}

const error = (text) => page.locator('#message[data-kind="error"]').getByText(text);
const texts = () => page.locator('#pictures [role="radio"] .data').allTextContents();

describe('pictures on the page', () => {
    beforeEach(async () => {
        visit = await openPage();
        page = visit.page;
    });

    afterEach(() => visit.leave());

    it('are read from the button, beside the drawing', async () => {
        await visit.write(3);
        await visit.reads('3');
        await visit.isHidden('#pictures');
        const chooser = page.waitForEvent('filechooser');
        await page.getByRole('button', { name: 'Open pictures' }).click();
        assert.ok((await chooser).isMultiple());
        await (await chooser).setFiles(pngFile('20'));
        await visit.reads('20');
        assert.equal(await page.locator('#boxes .frame').count(), 2);
        await visit.isVisible('#picture');
        assert.deepEqual(await texts(), ['3', '20']);
        await page.getByRole('radio', { name: /^Drawing/ }).click();
        await visit.reads('3');
        await visit.isHidden('#picture');
    });

    it('are read when they are dropped anywhere', async () => {
        const transfer = await transferOf(pngFile('302'));
        await page.dispatchEvent('header', 'dragover', { dataTransfer: transfer });
        await page.locator('#landing').waitFor();
        await page.dispatchEvent('header', 'drop', { dataTransfer: transfer });
        await visit.reads('302');
        await visit.isHidden('#landing');
    });

    it('let the page go again when they are dragged away, and other things be dropped', async () => {
        const dataTransfer = await transferOf(pngFile('302'));
        await page.dispatchEvent('header', 'dragover', { dataTransfer });
        await page.locator('#landing').waitFor();
        await page.dispatchEvent('header', 'dragleave', { dataTransfer });
        await visit.isHidden('#landing');
        const text = await page.evaluateHandle(() => {
            const data = new DataTransfer();
            data.setData('text/plain', '302');
            return data;
        });
        await page.dispatchEvent('header', 'dragover', { dataTransfer: text });
        await visit.isHidden('#landing');
    });

    it('are read when they are pasted', async () => {
        const clipboardData = await transferOf(pngFile('32'));
        await page.evaluate((data) => {
            document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
        }, clipboardData);
        await visit.reads('32');
    });

    it('are not taken with the camera of a device without touch', async () => {
        await visit.isHidden('#take');
    });

    it('lie beside the drawing, which follows the pen', async () => {
        await visit.open(pngFile('20'));
        await visit.reads('20');
        const drawing = page.getByRole('radio', { name: /^Drawing/ });
        await drawing.click();
        const empty = await drawing.locator('canvas').evaluate((canvas) => canvas.toDataURL());
        await visit.write(3);
        await page.getByRole('radio', { name: 'Drawing 3' }).waitFor();
        const light = await drawing.locator('canvas').evaluate((canvas) => canvas.toDataURL());
        assert.notEqual(light, empty);
        // Its ink has the page's colours, which may change.
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.waitForFunction((before) => document.querySelector('#pictures canvas').toDataURL() !== before, light);
        await page.emulateMedia({ colorScheme: 'light' });
        await page.waitForFunction((before) => document.querySelector('#pictures canvas').toDataURL() === before, light);
        await page.keyboard.press('Escape');
        await page.getByRole('radio', { name: 'Drawing –' }).waitFor();
        assert.equal(await drawing.locator('canvas').evaluate((canvas) => canvas.toDataURL()), empty);
    });

    it('may be several: each has its reading, and one is on top', async () => {
        await visit.open(pngFile('20'), pngFile('32'), pngFile('7'));
        await visit.reads('20');
        await page.getByRole('radio', { name: /^7\.png/ }).waitFor();
        assert.deepEqual(await texts(), ['–', '20', '32', '7']);
        assert.equal(await page.locator('#pictures [aria-checked="true"]').getAttribute('title'), '20.png');
        await page.getByRole('radio', { name: /^32\.png/ }).click();
        await visit.reads('32');
        await page.keyboard.press('ArrowRight');
        await visit.reads('7');
        await page.keyboard.press('ArrowRight');
        await visit.isEmpty();
        await page.keyboard.press('ArrowLeft');
        await visit.reads('7');
    });

    it('that come together are read by several workers, and lie in the order in which they came', async () => {
        await visit.leave();
        visit = await openPage({ prepare: (opened) => opened.addInitScript(watchReaders) });
        page = visit.page;
        const names = ['20', '32', '7', '3', '302', '1'];
        await visit.open(...names.map(pngFile));
        await page.getByRole('radio', { name: /^1\.png/ }).waitFor();
        assert.deepEqual(await texts(), ['–', ...names]);
        await visit.reads('20');
        assert.ok(await page.evaluate(() => window.asked.size) > 1);
        // The first picture was read last of the first ones.
        assert.notEqual(await page.evaluate(() => window.answered[0]), 0);
    });

    it('are closed by button and by key, one after the other', async () => {
        await visit.write(3);
        await visit.open(pngFile('20'), pngFile('32'), pngFile('7'));
        await visit.reads('20');
        await page.getByRole('radio', { name: /^7\.png/ }).waitFor();
        await page.getByRole('button', { name: 'Close', exact: true }).click();
        await visit.reads('32');
        await page.keyboard.press('Escape');
        await visit.reads('7');
        await page.keyboard.press('Delete');
        await visit.reads('3');
        await visit.isHidden('#pictures');
        await page.keyboard.press('Escape');
        await visit.isEmpty();
    });

    it('are opened again when so many are open that not all are kept', async () => {
        const names = ['1', '2', '3', '7', '0', '20', '32'];
        await visit.open(...names.map(pngFile));
        await page.getByRole('radio', { name: /^32\.png/ }).waitFor();
        for (const name of [...names].reverse()) {
            await page.locator(`#pictures [title="${name}.png"]`).click();
            await visit.reads(name);
            await page.locator('#figures canvas').nth(6).waitFor();
        }
    });

    it('leave undo and redo to the drawing', async () => {
        await visit.write(3);
        await visit.reads('3');
        await visit.open(pngFile('20'));
        await visit.reads('20');
        assert.ok(await page.locator('#undo').isDisabled());
        await page.keyboard.press('Control+z');
        await visit.reads('20');
        await page.keyboard.press('Escape');
        await visit.reads('3');
    });

    it('may be of kinds that only the browser knows', async () => {
        const buffer = await encodeInBrowser('32', 'image/webp');
        assert.equal(buffer.toString('latin1', 8, 12), 'WEBP');
        await visit.open({ name: '32.webp', mimeType: 'image/webp', buffer });
        await visit.reads('32');
    });

    it('may be SVG with and without a size', async () => {
        await visit.open(svgFile('203', 'width="340" height="170"'));
        await visit.reads('203');
        const shown = await page.locator('#picture').evaluate((canvas) => canvas.width / canvas.height);
        assert.ok(Math.abs(shown - 2) < 0.01, `${shown}`);
        await visit.open(svgFile('32', ''));
        await visit.reads('32');
        await visit.open(svgFile('7', 'width="20" height="24"', ''));
        await visit.reads('7');
        await visit.open({ ...svgFile('1', ''), buffer: Buffer.from('<svg') });
        await error(/^1\.svg could not be read\. .* It reads PNG/).waitFor();
        await visit.reads('7');
    });

    it('may be of kinds that only the library knows', async () => {
        const { data, width, height } = picture('3');
        const grey = Buffer.from(data.filter((_, index) => index % 4 === 0));
        const buffer = Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), grey]);
        await visit.open({ name: '3.pgm', mimeType: 'image/x-portable-graymap', buffer });
        await visit.reads('3');
        const inked = (selector) => page.locator(selector).evaluate((canvas) => {
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
            copy.drawImage(canvas, 0, 0);
            const shades = copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((_, at) => at % 4 === 0);
            return [shades.some((shade) => shade < 60), shades.some((shade) => shade > 200)];
        });
        for (const canvas of ['#picture', '#pictures [aria-checked="true"] canvas']) assert.deepEqual(await inked(canvas), [true, true], canvas);
        await visit.isHidden('#message');
    });

    it('may be bitmaps of characters', async () => {
        const { data, width, height } = picture('7');
        const bits = Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => (data[4 * (y * width + x)] < 128 ? '1' : '0')).join(''));
        await visit.open({ name: '7.pbm', mimeType: 'image/x-portable-bitmap', buffer: Buffer.from(`P1\n${width} ${height}\n${bits.join('\n')}\n`) });
        await visit.reads('7');
    });

    it('may be huge: they are scaled down before they are read', async () => {
        // 280 × 170 pixels, 20 times as wide and high: 19 megapixels.
        const buffer = await encodeInBrowser('20', 'image/jpeg', { scale: 20 });
        await visit.open({ name: '20.jpg', mimeType: 'image/jpeg', buffer });
        await visit.reads('20');
        const [, , width, height] = (await page.locator('#boxes').getAttribute('viewBox')).split(' ').map(Number);
        assert.ok(width * height <= 16e6 && width * height > 15e6, `${width} × ${height}`);
        assert.equal(await page.locator('#picture').evaluate((canvas) => canvas.width), 2000);
    });

    for (const type of ['image/jpeg', 'image/png']) {
        it(`are turned upright, once, for the reader and for the eye: ${type}`, async () => {
            const turned = await encodeInBrowser('27', type, { isTurned: true });
            await visit.open({ name: '27', mimeType: type, buffer: markTurned(turned, type) });
            await visit.reads('27');
            const isInked = (right, down) => page.locator('#picture').evaluate((canvas, [x, y]) => {
                const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
                copy.drawImage(canvas, 0, 0);
                return copy.getImageData(x, y, 1, 1).data[0] < 128;
            }, [right, down]);
            // The bar of the 7 is at its top.
            const { height } = picture('27');
            assert.ok(await isInked(170, 42));
            assert.ok(!await isInked(170, height - 42));
        });
    }

    it('say in a sentence that they are broken, and the page goes on', async () => {
        await visit.write(3);
        await visit.reads('3');
        await page.getByRole('status').getByText(/^It reads 3/).waitFor(); // else it is said after what is wrong
        const buffer = encodePng(picture('20')).subarray(0, 60);
        await visit.open({ name: 'broken.png', mimeType: 'image/png', buffer });
        await error(/^broken\.png could not be read\. [A-Z].*\.$/).waitFor();
        await page.getByRole('status').getByText(/^broken\.png could not be read/).waitFor();
        await visit.reads('3');
        await visit.isHidden('#pictures');
        await page.getByRole('button', { name: 'Close this message' }).click();
        assert.equal(await page.evaluate(() => document.activeElement.id), 'open');
        await visit.isHidden('#message');
        await visit.open({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('12') });
        await error(/^notes\.txt could not be read\. This is no picture/).waitFor();
        await visit.open(pngFile('20'));
        await visit.reads('20');
        await visit.isHidden('#message');
    });

    it('that can\'t be read don\'t keep the others from it', async () => {
        const broken = (name) => ({ name, mimeType: 'image/png', buffer: Buffer.from('no picture') });
        await visit.open(broken('a.png'), pngFile('20'), broken('b.png'), pngFile('32'));
        await error(/^a\.png and b\.png could not be read\. This is no picture that the page can read\. It reads .*WebP.*\.$/).waitFor();
        await visit.reads('20');
        assert.deepEqual(await texts(), ['–', '20', '32']);
    });

    it('that can\'t be read are all named, each with what is wrong', async () => {
        const damaged = { name: 'half.png', mimeType: 'image/png', buffer: encodePng(picture('20')).subarray(0, 60) };
        const other = (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('text') });
        await visit.open(other('a.txt'), damaged, other('b.pdf'));
        await error(/^a\.txt and b\.pdf could not be read\. This is no picture .*\.\nhalf\.png could not be read\. .*PNG.*\.$/).waitFor();
    });

    it('that can\'t be read are said so on the narrowest screen too, where that can be closed', async () => {
        await page.setViewportSize({ width: 320, height: 568 });
        const damaged = (name) => ({ name: `${name}-${'long '.repeat(8)}name.png`, mimeType: 'image/png', buffer: encodePng(picture('20')).subarray(0, 60) });
        const other = (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('text') });
        await visit.open(...[...'abcdefgh'].map(damaged), other('notes.txt'), other('letter.docx'));
        await error(/could not be read/).waitFor();
        const [sheet, message] = [await page.locator('#sheet').boundingBox(), await page.locator('#message').boundingBox()];
        assert.ok(message.y >= sheet.y && message.y + message.height <= sheet.y + sheet.height, JSON.stringify([sheet, message]));
        await page.locator('#message').evaluate((box) => (box.scrollTop = box.scrollHeight));
        const button = await page.getByRole('button', { name: 'Close this message' }).boundingBox();
        assert.ok(button.y >= message.y - 1 && button.y + button.height <= message.y + message.height, JSON.stringify([message, button]));
        await page.getByRole('button', { name: 'Close this message' }).click();
        await visit.isHidden('#message');
    });

    it('that can\'t be read are named no longer once something else is looked at', async () => {
        await visit.open(pngFile('20'), { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('12') });
        await error(/^notes\.txt could not be read/).waitFor();
        await page.locator('#pictures').getByText('Drawing').click();
        await visit.isHidden('#message');
    });

    it('that can\'t be written on switch the writing tools off', async () => {
        const pen = page.getByRole('radio', { name: 'Pen' });
        assert.ok(await pen.isEnabled());
        await visit.open(pngFile('20'));
        await visit.reads('20');
        assert.ok(await pen.isDisabled());
        assert.ok(await page.getByRole('radio', { name: 'Medium' }).isDisabled());
        await page.keyboard.press('Escape');
        await visit.isEmpty();
        assert.ok(await pen.isEnabled());
    });

    it('come as samples, which are fetched when they are asked for and read whole', async () => {
        const fetched = [];
        page.on('request', (request) => fetched.push(request.url()));
        await page.reload();
        await visit.isReady();
        assert.ok(!fetched.some((address) => address.includes('samples/')));
        await page.getByRole('button', { name: 'Read a note' }).click();
        await visit.reads('3141\n27182\n90563');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Read a blackboard' }).click();
        await visit.reads('1969\n2047');
        await page.route('**/samples/*', (route) => route.fulfill({ status: 404, contentType: 'image/jpeg', body: '' }));
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Read a note' }).click();
        await error('The sample could not be fetched.').waitFor();
        visit.complaints.splice(0, Infinity, ...visit.complaints.filter((text) => !/404|samples/.test(text)));
    });

    it('that are damaged aren\'t read, even if the browser would', async () => {
        const whole = await encodeInBrowser('302', 'image/jpeg');
        const second = 4 + whole.readUInt16BE(4);
        const buffer = Buffer.concat([whole.subarray(0, second), Buffer.from('?'), whole.subarray(second)]);
        const width = await page.evaluate(async (bytes) => {
            return (await createImageBitmap(new Blob([new Uint8Array(bytes)]))).width;
        }, [...buffer]);
        assert.equal(width, picture('302').width, 'the browser decodes it');
        await visit.open({ name: '302.jpg', mimeType: 'image/jpeg', buffer });
        await error(/^302\.jpg could not be read\. .*JPEG.*\.$/).waitFor();
        await visit.isHidden('#picture');
        await visit.open({ name: '302.jpg', mimeType: 'image/jpeg', buffer: whole });
        await visit.reads('302');
    });

    it('are opened though somebody goes on writing', async () => {
        const opened = visit.open(pngFile('20'));
        await visit.write(3);
        await page.keyboard.press('Control+z');
        await opened;
        await visit.reads('20');
    });

    it('without a digit say so', async () => {
        const paper = { data: new Uint8ClampedArray(40 * 30 * 4).fill(255), width: 40, height: 30 };
        await visit.open({ name: 'paper.png', mimeType: 'image/png', buffer: encodePng(paper) });
        await page.locator('#waiting').getByText('No digit was found in this picture.').waitFor();
        await page.getByRole('status').getByText('No digit was found in this picture.').waitFor();
        await page.keyboard.press('Escape');
        await visit.isEmpty();
    });

    it('stay where they are on a phone when what lies on top is read anew', async () => {
        await page.setViewportSize({ width: 390, height: 500 });
        await visit.open(...['11', '20', '302', '203', '32'].map(pngFile));
        await visit.reads('11');
        await page.locator('#pictures [role="radio"]').nth(5).waitFor();
        const strip = page.locator('#pictures');
        assert.equal(await strip.evaluate((node) => node.scrollLeft), 0);
        await page.locator('#boxes .frame').nth(1).waitFor();
        await page.evaluate(() => scrollTo(0, document.querySelector('#details').offsetTop));
        const before = await page.evaluate(() => scrollY);
        assert.ok(before > 300, `${before}`);
        await page.keyboard.press('d');
        await page.locator('#boxes .frame').nth(1).waitFor({ state: 'detached' });
        assert.equal(await page.evaluate(() => scrollY), before);
        // The chosen one comes into sight beside the others.
        await page.getByRole('radio', { name: /^32\.png/ }).click();
        await page.waitForFunction(() => document.querySelector('#pictures').scrollLeft > 100);
        const [frame, last] = await Promise.all([strip, strip.locator('[role="radio"]').last()].map((node) => node.boundingBox()));
        assert.ok(last.x + last.width <= frame.x + frame.width);
    });

    it('are opened again after the part that opens them has failed', async () => {
        await page.route('**/picture-worker.js', (route) => route.fulfill({ status: 404, body: 'gone' }));
        await visit.open(pngFile('20'));
        await error('The part of the page that opens pictures failed. Open it once more').waitFor();
        await page.unroute('**/picture-worker.js');
        await visit.open(pngFile('20'));
        await visit.reads('20');
        visit.complaints = visit.complaints.filter((text) => !/404|picture-worker/.test(text));
    });

    it('are one digit when told so', async () => {
        await visit.open(pngFile('11'));
        await page.locator('#boxes .frame').nth(1).waitFor();
        await page.getByLabel('One digit').check();
        await page.locator('#boxes .frame').nth(1).waitFor({ state: 'detached' });
        assert.equal(await page.locator('.chip').count(), 1);
        await page.keyboard.press('d');
        await page.locator('#boxes .frame').nth(1).waitFor();
    });
});

describe('A phone', () => {
    it('offers its camera, and reads what it took', async () => {
        visit = await openPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
        page = visit.page;
        const button = page.getByRole('button', { name: 'Take a photograph' });
        await button.waitFor();
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.tap()]);
        assert.equal(await chooser.element().getAttribute('capture'), 'environment');
        assert.equal(await chooser.element().getAttribute('accept'), 'image/*');
        await chooser.setFiles(pngFile('32'));
        await visit.reads('32');
        await visit.leave();
    });
});
