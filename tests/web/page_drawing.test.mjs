// Writing on the page: strokes, tools, undo and redo, and what is read while the pen moves.

import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { useSite } from '../helpers/site.mjs';

const openPage = useSite();
/** Three digits beside each other. */
/** The network doubts what it is. */
const HOOK = [[0.4, 0.35], [0.5, 0.25], [0.6, 0.4], [0.5, 0.55], [0.5, 0.75]];

const PLACE = { width: 0.16, height: 0.4, y: 0.3 };

let visit;
let page;

describe('the page\'s paper', () => {
    beforeEach(async () => {
        visit = await openPage();
        page = visit.page;
    });

    afterEach(() => visit.leave());

    it('reads a 3 that is drawn with the mouse', async () => {
        await visit.isEmpty();
        assert.ok(await page.locator('#undo').isDisabled());
        await visit.write(3);
        await visit.reads('3');
        assert.equal(await page.locator('#boxes .frame').count(), 1);
        await visit.isHidden('#invitation');
        await page.getByRole('status').getByText(/^It reads 3, \d+ percent sure\.$/).waitFor();
    });

    it('reads while it is drawn: before the pen is lifted', async () => {
        const at = await visit.paper();
        await page.mouse.move(...at(0.5, 0.2));
        await page.mouse.down();
        await page.mouse.move(...at(0.5, 0.8), { steps: 10 });
        await page.locator('#boxes .frame').waitFor();
        await page.mouse.up();
    });

    it('boxes and reads several digits in their order', async () => {
        await visit.write(0, { ...PLACE, x: 0.42 });
        await visit.write(3, { ...PLACE, x: 0.7 });
        await visit.write(2, { ...PLACE, x: 0.14 });
        await visit.reads('203');
        assert.deepEqual(await page.locator('#boxes text').allTextContents(), ['2', '0', '3']);
    });

    it('reads several lines', async () => {
        await visit.write(2, { x: 0.2, y: 0.06, width: 0.14, height: 0.34 });
        await visit.write(0, { x: 0.4, y: 0.06, width: 0.14, height: 0.34 });
        await visit.write(3, { x: 0.2, y: 0.58, width: 0.14, height: 0.34 });
        await visit.write(7, { x: 0.4, y: 0.58, width: 0.14, height: 0.34 });
        await visit.reads('20\n37');
        assert.equal(await page.locator('#number').getAttribute('data-lines'), '2');
    });

    it('marks what it doubts, and only that', async () => {
        await visit.draw(HOOK, { steps: 6 });
        await page.locator('#verdict.doubtful').getByText(/^Only [\d.]+ % sure\. It may be another digit, or none\.$/).waitFor();
        assert.match(await page.locator('#boxes .doubtful text').textContent(), /^\d\?$/);
        assert.match(await page.locator('.chip.doubtful .name').textContent(), /^\d\?$/);
        await page.locator('#number .doubtful').waitFor();
        await page.locator('#certainty').getByText('Not sure').waitFor();
        await page.locator('#clear').click();
        await visit.write(3);
        await visit.reads('3');
        assert.equal(await page.locator('.doubtful').count(), 0);
        assert.equal(await page.locator('#certainty').textContent(), '');
    });

    it('takes strokes back, brings them again and clears, by button and by key', async () => {
        const undo = page.getByRole('button', { name: 'Undo' });
        const redo = page.getByRole('button', { name: 'Redo' });
        await visit.write(3, { ...PLACE, x: 0.2 });
        await visit.write(2, { ...PLACE, x: 0.5 });
        await visit.reads('32');
        assert.ok(await redo.isDisabled());
        await undo.click();
        await visit.reads('3');
        await undo.click();
        await visit.isEmpty();
        assert.ok(await undo.isDisabled());
        await redo.click();
        await redo.click();
        await visit.reads('32');
        await page.keyboard.press('Control+z');
        await visit.reads('3');
        await page.keyboard.press('Control+Shift+z');
        await visit.reads('32');
        await page.getByRole('button', { name: 'Clear' }).click();
        await visit.isEmpty();
        await page.keyboard.press('Control+z');
        await visit.reads('32');
        await page.keyboard.press('Escape');
        await visit.isEmpty();
    });

    it('has nothing to bring again once something else is written', async () => {
        await visit.write(3);
        await visit.reads('3');
        await page.keyboard.press('Control+z');
        await visit.write(2);
        await visit.reads('2');
        assert.ok(await page.getByRole('button', { name: 'Redo' }).isDisabled());
        await page.keyboard.press('Control+y');
        await visit.reads('2');
    });

    it('reads what the eraser has left, and takes that back', async () => {
        await visit.write(3, { ...PLACE, x: 0.2 });
        await visit.write(2, { ...PLACE, x: 0.6 });
        await visit.reads('32');
        await page.keyboard.press('e');
        await page.keyboard.press(']');
        const rows = Array.from({ length: 13 }, (_, index) => 0.26 + 0.04 * index);
        await visit.draw(rows.flatMap((y) => [[0.57, y], [0.79, y]]), { steps: 4 });
        await visit.reads('3');
        await page.keyboard.press('Control+z');
        await visit.reads('32');
        await page.getByRole('radio', { name: 'Pen' }).check();
        await visit.write(0, { ...PLACE, x: 0.4 });
        await visit.reads('302');
    });

    it('divides a stroke where the eraser crosses it', async () => {
        await visit.draw([[0.2, 0.5], [0.8, 0.5]]);
        const inked = async () => Promise.all([0.3, 0.5, 0.7].map(async (x) => await visit.inkOfColumn(x) > 0));
        assert.deepEqual(await inked(), [true, true, true]);
        await page.getByRole('radio', { name: 'Eraser' }).check();
        await visit.draw([[0.5, 0.3], [0.5, 0.7]]);
        await page.mouse.move(0, 0);
        assert.deepEqual(await inked(), [true, false, true]);
    });

    it('leaves nothing to undo when the eraser met nothing', async () => {
        await page.getByRole('radio', { name: 'Eraser' }).check();
        await visit.draw([[0.2, 0.5], [0.8, 0.5]]);
        assert.ok(await page.locator('#undo').isDisabled());
    });

    it('draws as wide as its buttons say from the start, and as a browser left them at the last visit', async () => {
        await visit.draw([[0.2, 0.5], [0.8, 0.5]], { steps: 3 });
        assert.equal(await visit.inkOfColumn(0.5), 9);
        await page.keyboard.press('Escape');
        // No event of their own tells of buttons that are as they were.
        await page.evaluate(() => {
            document.querySelector('[name="width"][value="15"]').checked = true;
            dispatchEvent(new PageTransitionEvent('pageshow'));
        });
        await visit.draw([[0.2, 0.5], [0.8, 0.5]], { steps: 3 });
        assert.equal(await visit.inkOfColumn(0.5), 15);
    });

    it('draws as wide as chosen, and as a pen is pressed', async () => {
        const widths = [];
        for (const name of ['Fine', 'Medium', 'Broad']) {
            await page.getByRole('radio', { name }).check();
            await visit.draw([[0.2, 0.5], [0.8, 0.5]], { steps: 3 });
            widths.push(await visit.inkOfColumn(0.5));
            await page.keyboard.press('Escape');
        }
        assert.deepEqual(widths, [5, 9, 15]);
        for (const pressure of [0.1, 0.5, 1]) {
            await touchPaper([[0.2, 0.5], [0.5, 0.5], [0.8, 0.5]], { pointerType: 'pen', pressure });
            widths.push(await visit.inkOfColumn(0.5));
            await page.keyboard.press('Escape');
        }
        const [light, middle, firm] = widths.slice(3);
        assert.ok(light < middle && middle < firm, `${widths}`);
    });

    /** Pointer events along places on the paper. */
    async function touchPaper(points, init) {
        const at = await visit.paper();
        await page.locator('#pad').evaluate((pad, [places, own]) => {
            pad.setPointerCapture = () => {};
            places.forEach(([clientX, clientY], index) => {
                const kind = index === 0 ? 'pointerdown' : 'pointermove';
                const shared = { pointerId: 5, button: index ? -1 : 0, buttons: 1, bubbles: true, clientX, clientY, ...own };
                pad.dispatchEvent(new PointerEvent(kind, shared));
                if (index === places.length - 1) pad.dispatchEvent(new PointerEvent('pointerup', shared));
            });
        }, [points.map((point) => at(...point)), init]);
    }

    it('erases with a pen that is turned round', async () => {
        await visit.draw([[0.5, 0.2], [0.5, 0.8]]);
        await page.locator('#boxes .frame').waitFor();
        await touchPaper([[0.5, 0.1], [0.5, 0.5], [0.5, 0.9]], { pointerType: 'pen', button: 5, buttons: 32 });
        await visit.isEmpty();
    });

    it('draws a mere dot, which is no digit', async () => {
        await page.mouse.click(...(await visit.paper())(0.5, 0.5));
        await visit.isRead();
        assert.ok(await visit.inkOfColumn(0.5) > 0);
        await page.locator('#waiting').getByText('This is no digit').waitFor();
        await page.getByRole('status').getByText('This is no digit').waitFor();
        await page.getByRole('button', { name: 'Undo' }).click();
        await visit.isEmpty();
    });

    it('says that marks beside digits are none, and doesn’t read them', async () => {
        await visit.write(3, { ...PLACE, x: 0.2 });
        await visit.write(2, { ...PLACE, x: 0.6 });
        await page.mouse.click(...(await visit.paper())(0.52, 0.78));
        await visit.reads('32');
        await page.locator('#certainty').getByText('1 mark is no digit').waitFor();
        const zigzag = Array.from({ length: 6 }, (_, index) => [0.03 + 0.02 * index, index % 2 ? 0.2 : 0.1]);
        await visit.draw(zigzag, { steps: 4 });
        await visit.reads('32');
    });

    it('takes no small stroke by itself for a 1', async () => {
        const at = await visit.paper();
        const [x, y] = at(0.5, 0.5);
        await page.mouse.move(x, y);
        await page.mouse.down();
        await page.mouse.move(x - 2, y + 10, { steps: 3 });
        await page.mouse.up();
        await page.locator('#waiting').getByText('This is no digit').waitFor();
    });

    for (const [digit, place] of [['0', [0.48, 0.5]], ['1', [0.48, 0.4]], ['3', [0.48, 0.56]], ['7', [0.5, 0.31]]]) {
        it(`chooses a ${digit} among others that is tapped on its ink or in it, and draws no dot`, async () => {
            await visit.write(2, { ...PLACE, x: 0.1 });
            await visit.write(digit, { ...PLACE, x: 0.4 });
            await visit.reads(`2${digit}`);
            await page.locator('.chip').first().click();
            const strokes = await visit.inkOfColumn(0.48);
            await page.mouse.click(...(await visit.paper())(...place));
            await page.locator('#verdict-title').getByText(`Read as ${digit}, digit 2 of 2`).waitFor();
            await visit.reads(`2${digit}`);
            assert.equal(await visit.inkOfColumn(0.48), strokes);
        });
    }

    it('draws a point under a 7’s bar, which is none of its ink', async () => {
        const { x, y, width, height } = { ...PLACE, x: 0.4 };
        await visit.write(7, { x, y, width, height });
        await visit.reads('7');
        await page.mouse.click(...(await visit.paper())(x + 0.85 * width, y + 0.97 * height));
        await visit.reads('7');
        assert.ok(await visit.inkOfColumn(x + 0.85 * width) > 9);
        await page.locator('#certainty').getByText('1 mark is no digit').waitFor();
    });

    it('scratches strokes out that a line goes to and fro over, and takes that back', async () => {
        await visit.write(3, { ...PLACE, x: 0.2 });
        await visit.write(2, { ...PLACE, x: 0.6 });
        await visit.reads('32');
        const over = Array.from({ length: 9 }, (_, index) => [index % 2 ? 0.8 : 0.58, 0.22 + 0.07 * index]);
        await visit.draw(over, { steps: 5 });
        await visit.reads('3');
        assert.equal(await visit.inkOfColumn(0.7), 0);
        await page.keyboard.press('Control+z');
        await visit.reads('32');
    });

    it('takes a whole stroke that is tapped with the eraser', async () => {
        await visit.write(3, { ...PLACE, x: 0.2 });
        await visit.write(7, { ...PLACE, x: 0.6 });
        await visit.reads('37');
        await page.getByRole('radio', { name: 'Eraser' }).check();
        await page.mouse.click(...(await visit.paper())(0.68, 0.31));
        await visit.reads('3');
        await page.mouse.move(5, 5);
        assert.equal(await visit.inkOfColumn(0.7), 0);
        await page.keyboard.press('Control+z');
        await visit.reads('37');
    });

    it('chooses the digit that is tapped, and draws no dot there', async () => {
        await visit.write(3, { ...PLACE, x: 0.2 });
        await visit.write(2, { ...PLACE, x: 0.6 });
        await visit.reads('32');
        const at = await visit.paper();
        await page.mouse.click(...at(0.28, 0.5));
        await page.locator('#verdict-title').getByText('Read as 3, digit 1 of 2').waitFor();
        await page.mouse.click(...at(0.68, 0.5));
        await page.locator('#verdict-title').getByText('Read as 2, digit 2 of 2').waitFor();
        await page.keyboard.press('Control+z');
        await visit.reads('3');
        await page.mouse.click(...at(0.28, 0.5));
        await page.getByRole('radio', { name: 'Eraser' }).check();
        await visit.draw([[0.7, 0.8], [0.8, 0.8]]);
        await page.getByRole('button', { name: 'Redo' }).click();
        await visit.reads('32');
    });

    it('shows the digit that is being written', async () => {
        await visit.write(3, { ...PLACE, x: 0.6 });
        await visit.reads('3');
        await visit.write(2, { ...PLACE, x: 0.2 });
        await visit.reads('23');
        await page.locator('#verdict-title').getByText('Read as 2, digit 1 of 2').waitFor();
    });

    it('writes an example by itself, all at once where motion is not wanted', async () => {
        await page.getByRole('button', { name: 'Write an example' }).click();
        await visit.reads('2075');
        await page.keyboard.press('Control+z');
        await visit.isEmpty();
        await page.emulateMedia({ reducedMotion: 'no-preference' });
        await page.evaluate(() => {
            const number = document.getElementById('number');
            window.texts = new Set();
            new MutationObserver(() => window.texts.add(number.textContent)).observe(number, { childList: true });
        });
        await page.getByRole('button', { name: 'Write an example' }).click();
        await visit.reads('2075');
        assert.ok(await page.evaluate(() => window.texts.size > 1), 'its beginning is read before');
        await page.keyboard.press('Control+z');
        await visit.isEmpty();
    });

    it('reads on several threads, and says on how many', async () => {
        const processors = await page.evaluate(() => crossOriginIsolated && navigator.hardwareConcurrency);
        const threads = Math.min(processors, 8);
        const facts = `${threads} thread${threads === 1 ? '' : 's'}`;
        assert.ok(threads >= 1);
        await page.locator('#facts').getByText(facts, { exact: true }).waitFor(); // further threads come when it reads already
        await visit.write(3);
        await visit.reads('3');
        assert.match(await page.locator('#facts').textContent(), new RegExp(`^${facts} · read in \\d+ ms$`));
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

    it('grows with the window, and keeps all that was written when that shrinks', async () => {
        const widthOf = async () => (await page.locator('#pad').boundingBox()).width;
        const before = await widthOf();
        await page.setViewportSize({ width: 1920, height: 1080 });
        await page.waitForFunction((width) => document.querySelector('#pad').clientWidth > width + 200, before);
        await visit.write(3, { ...PLACE, x: 0.1 });
        await visit.write(2, { ...PLACE, x: 0.82 });
        await visit.reads('3 2');
        await page.setViewportSize({ width: 500, height: 700 });
        await page.waitForFunction(() => { // the boxes follow with the next frame
            const { left, right } = document.querySelector('#pad').getBoundingClientRect();
            const boxes = [...document.querySelectorAll('#boxes .frame')].map((box) => box.getBoundingClientRect());
            return right - left < 500 && boxes.length === 2 && boxes.every((box) => box.left >= left - 8 && box.right <= right + 8);
        });
        await visit.reads('3 2');
    });

    it('goes on with a stroke that leaves the paper at its edge', async () => {
        const at = await visit.paper();
        await page.mouse.move(...at(0.5, 0.5));
        await page.mouse.down();
        await page.mouse.move(at(0.5, 0.5)[0], 5000, { steps: 5 });
        await page.mouse.up();
        await page.locator('#boxes .frame').first().waitFor();
        await visit.isRead();
        const scale = await page.evaluate(() => {
            const [, , width] = document.querySelector('#boxes').getAttribute('viewBox').split(' ').map(Number);
            return width / document.querySelector('#pad').clientWidth;
        });
        assert.equal(scale, 1);
    });

    it('doesn\'t scroll under a finger on the paper', async () => {
        assert.equal(await page.locator('#pad').evaluate((pad) => getComputedStyle(pad).touchAction), 'none');
    });

    describe('under fingers and pens', () => {
        /** @type {(type: string, pointerId: number, place: number[], more?: object) => Promise<void>} */
        let send;
        beforeEach(async () => {
            const at = await visit.paper();
            send = (type, pointerId, place, more = {}) => page.locator('#pad').evaluate((pad, [kind, init]) => {
                pad.setPointerCapture = () => {};
                pad.dispatchEvent(new PointerEvent(kind, { pointerType: 'touch', button: 0, bubbles: true, width: 20, height: 20, ...init }));
            }, [type, { pointerId, clientX: at(...place)[0], clientY: at(...place)[1], ...more }]);
        });

        /** A line down the middle, of which `meanwhile` happens in the middle. */
        async function line(id, more, meanwhile = async () => {}, end = 'pointerup') {
            await send('pointerdown', id, [0.5, 0.2], more);
            for (const y of [0.3, 0.45]) await send('pointermove', id, [0.5, y], more);
            await meanwhile();
            for (const y of [0.6, 0.8]) await send('pointermove', id, [0.5, y], more);
            await send(end, id, [0.5, 0.8], more);
            await visit.isRead();
        }

        it('draws with one finger', async () => {
            await line(11);
            await visit.reads('1');
        });

        it('leaves no ink of two fingers, and writes again once both are lifted', async () => {
            await line(11, {}, async () => {
                await send('pointerdown', 12, [0.1, 0.9]);
                await send('pointermove', 12, [0.2, 0.8]);
            });
            await send('pointermove', 12, [0.3, 0.5]);
            await send('pointerup', 12, [0.3, 0.5]);
            await visit.isEmpty();
            assert.ok(await page.locator('#undo').isDisabled());
            await line(13);
            await visit.reads('1');
        });

        it('leaves no ink of a touch that the browser cancels, and brings back what it rubbed out', async () => {
            await line(11, {}, undefined, 'pointercancel');
            await visit.isEmpty();
            await line(12);
            await visit.reads('1');
            await page.getByRole('radio', { name: 'Eraser' }).check();
            await line(13, {}, undefined, 'pointercancel');
            await visit.reads('1');
        });

        it('leaves no ink of a palm: before, beside and after a pen, and by itself', async () => {
            await line(11, { width: 120, height: 90 });
            await visit.isEmpty();
            const pen = { pointerType: 'pen', pressure: 0.5 };
            await send('pointerdown', 12, [0.8, 0.9]);
            await send('pointermove', 12, [0.85, 0.9]);
            await line(21, pen, async () => {
                await send('pointerdown', 14, [0.1, 0.9]);
                await send('pointermove', 14, [0.2, 0.9]);
            });
            await send('pointerdown', 15, [0.2, 0.2]);
            await send('pointermove', 15, [0.3, 0.9]);
            for (const id of [12, 14, 15]) await send('pointerup', id, [0.9, 0.9]);
            await visit.reads('1');
            for (const x of [0.15, 0.25, 0.82]) assert.equal(await visit.inkOfColumn(x), 0);
        });
    });

    it('drops readings of what is no longer there', async () => {
        const at = await visit.paper();
        await page.mouse.move(...at(0.5, 0.2));
        await page.mouse.down();
        for (let step = 1; step <= 20; step++) await page.mouse.move(...at(0.5, 0.2 + 0.03 * step));
        await page.mouse.up();
        await page.keyboard.press('Escape');
        await visit.isRead();
        await visit.isEmpty();
    });
});
