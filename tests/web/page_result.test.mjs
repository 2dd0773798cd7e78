// What the page shows of a reading: the chosen digit, how it was found, the inside of the network.

import assert from 'node:assert/strict';

import { picture } from '../helpers/handwriting.mjs';
import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { encodePng } from '../helpers/png.mjs';
import { pngFile, useSite } from '../helpers/site.mjs';
import { runSources } from '../helpers/sources.mjs';

const openPage = useSite();

let visit;
let page;

const title = (text) => page.locator('#verdict-title').getByText(text, { exact: true });

/** Of a canvas: its size, and how many different colours it has. */
const look = (locator) => locator.evaluate((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    const colours = new Set(new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer));
    return { width: canvas.width, height: canvas.height, colours: colours.size };
});

/** Opens the page with a handler of corrections that notes them down. */
function openWithCorrections() {
    const handler = `mountReader({ onCorrect(digit, classIndex) {
        if (classIndex === 9) throw new Error('There is no room for another one.');
        window.corrected = [digit.label, digit.input.length, classIndex];
    }, `;
    const change = (script) => script.replace(/onCorrect[^\n]*,\n/, '').replace('mountReader({', handler);
    return openPage({ prepare: (opened) => runSources(opened, { 'page/main.js': change }) });
}

describe('the page\'s result', () => {
    beforeEach(async () => {
        visit = await openPage();
        page = visit.page;
    });

    afterEach(() => visit.leave());

    it('shows the chosen digit\'s probabilities and what the network saw', async () => {
        await visit.write(3);
        await visit.reads('3');
        await title('Read as 3').waitFor();
        assert.equal(await page.locator('#bars li').count(), 10);
        assert.equal(await page.locator('#bars .winner .name').textContent(), '3');
        assert.match(await page.locator('#bars .winner .share').textContent(), /^\d+\.\d %$/);
        const seen = await look(page.locator('#seen'));
        assert.deepEqual([seen.width, seen.height], [28, 28]);
        assert.ok(seen.colours > 4, 'there is ink in what the network saw');
    });

    it('lets a digit be chosen on the picture, in the list and by keys', async () => {
        await visit.open(pngFile('203'));
        await visit.reads('203');
        await title('Read as 2, digit 1 of 3').waitFor();
        const box = await page.locator('#boxes .frame').nth(2).boundingBox();
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        await title('Read as 3, digit 3 of 3').waitFor();
        assert.equal(await page.locator('#boxes .chosen text').textContent(), '3');
        await page.getByRole('radio', { name: /^0, .*2 of 3/ }).click();
        await title('Read as 0, digit 2 of 3').waitFor();
        await page.keyboard.press('ArrowRight');
        await title('Read as 3, digit 3 of 3').waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-checked')), 'true');
        await page.keyboard.press('Home');
        await title('Read as 2, digit 1 of 3').waitFor();
        await page.evaluate(() => document.activeElement.blur());
        await page.keyboard.press('ArrowLeft');
        await title('Read as 3, digit 3 of 3').waitFor();
    });

    it('lists the digits in the lines of the picture', async () => {
        const [above, below] = [picture('203'), picture('717')];
        const data = new Uint8Array([...above.data, ...below.data]);
        const buffer = encodePng({ data, width: above.width, height: above.height + below.height });
        await visit.open({ name: 'lines.png', mimeType: 'image/png', buffer });
        await title('Read as 2, digit 1 of 6').waitFor();
        const tops = await page.locator('.chip').evaluateAll((chips) => chips.map((chip) => chip.getBoundingClientRect().top));
        assert.deepEqual(tops.map((top) => top > tops[0]), [false, false, false, true, true, true]);
        assert.equal(new Set(tops).size, 2);
    });

    it('watches the page\'s colours no more often when digits come and go', async () => {
        // Training and models have come, with what they watch.
        await page.locator('#models-list .in-use').waitFor({ state: 'attached' });
        await page.evaluate(() => {
            window.watches = 0;
            const { addEventListener: own } = MediaQueryList.prototype;
            MediaQueryList.prototype.addEventListener = function (...parts) {
                window.watches++;
                return own.apply(this, parts);
            };
        });
        await visit.open(pngFile('203'));
        await visit.reads('203');
        assert.equal(await page.evaluate(() => window.watches), 0);
        const look = () => page.locator('.chip canvas, #seen').evaluateAll((all) => all.map((canvas) => canvas.toDataURL()));
        const light = await look();
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.waitForFunction((old) => document.querySelector('#seen').toDataURL() !== old, light.at(-1));
        (await look()).forEach((dark, index) => assert.notEqual(dark, light[index]));
    });

    it('shows every stage from the picture to the input, around the digit and as a whole', async () => {
        await visit.open(pngFile('20'));
        await visit.reads('20');
        const titles = ['Picture', 'Grey', 'Paper', 'Ink', 'What is left out', 'Boxes and cuts', 'What the network sees'];
        await page.locator('#figures li').nth(6).waitFor();
        assert.deepEqual(await page.locator('#figures strong').allTextContents(), titles);
        for (const index of [0, 1, 3, 4, 5, 6]) {
            const { colours } = await look(page.locator('#figures canvas').nth(index));
            assert.ok(colours > 2, `${titles[index]} has ${colours} colours`);
        }
        const around = await look(page.locator('#figures canvas').first());
        assert.equal(around.width, around.height);
        await page.getByRole('radio', { name: 'Everything' }).check();
        await page.waitForFunction(() => {
            const { width, height } = document.querySelector('#figures canvas');
            return width > 1.2 * height;
        });
    });

    it('names in their colours the reasons for which ink was left out', async () => {
        const { width, height, data } = picture('203');
        const specked = data.slice();
        for (let row = 2; row < 7; row++) specked.fill(0, 4 * (row * width + 2), 4 * (row * width + 7));
        for (let alpha = 3; alpha < specked.length; alpha += 4) specked[alpha] = 255;
        await visit.open({ name: 'specked.png', mimeType: 'image/png', buffer: encodePng({ width, height, data: specked }) });
        await visit.reads('203');
        await page.locator('#figures li').nth(6).waitFor();
        await page.getByRole('radio', { name: 'Everything' }).check();
        const speck = page.locator('#figures .words').getByText('speck', { exact: true });
        await speck.waitFor();
        const colourOf = (/** @type {string | undefined} */ pseudo) => speck.evaluate((node, part) => getComputedStyle(node, part).backgroundColor, pseudo);
        const [day, none] = [await colourOf('::before'), await colourOf()];
        assert.notEqual(day, none);
        await page.emulateMedia({ colorScheme: 'dark' });
        assert.notEqual(await colourOf('::before'), day);
    });

    it('shows the figures of a drawing: its strokes, boxes and input', async () => {
        await visit.write(3);
        await visit.reads('3');
        assert.deepEqual(await page.locator('#figures strong').allTextContents(), ['Strokes', 'Boxes', 'What the network sees']);
        for (const index of [0, 1, 2]) {
            const { colours } = await look(page.locator('#figures canvas').nth(index));
            assert.ok(colours > 1, `figure ${index} has ${colours} colours`);
        }
    });

    it('shows the inside of the network for the chosen digit, and what spoke for each class', async () => {
        await page.getByRole('tab', { name: 'Inside' }).click();
        await page.getByText('Look inside the network').waitFor();
        await visit.open(pngFile('20'));
        await page.getByRole('heading', { name: 'How the network came to 2' }).waitFor();
        const layers = await page.locator('#layers strong').allTextContents();
        assert.equal(layers[0], 'Convolution, ReLU');
        assert.equal(layers.at(-1), 'Dense, Softmax');
        const { colours } = await look(page.locator('#layers canvas').first());
        assert.ok(colours > 20, `${colours}`);
        await page.locator('#saliency').getByText('What spoke for 2').waitFor();
        const own = await page.locator('#saliency canvas').evaluate((canvas) => canvas.toDataURL());
        await page.getByRole('button', { name: 'Which strokes spoke for 7' }).click();
        await page.locator('#saliency').getByText('What spoke for 7').waitFor();
        assert.notEqual(await page.locator('#saliency canvas').evaluate((canvas) => canvas.toDataURL()), own);
        assert.equal(await page.locator('#classes [aria-pressed="true"]').textContent(), '7');
        const box = await page.locator('#boxes .frame').nth(1).boundingBox();
        await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
        await page.getByRole('heading', { name: 'How the network came to 0' }).waitFor();
        await page.keyboard.press('Escape');
        await page.getByText('Look inside the network').waitFor();
    });

    it('shows a map larger, with its filter and what it saw, under the pointer and by keys; outputs have their labels', async () => {
        await visit.write(3);
        await visit.reads('3');
        await page.getByRole('tab', { name: 'Inside' }).click();
        const layers = page.locator('#layers canvas');
        await layers.nth(1).waitFor();
        const name = page.locator('#map-view-name');
        await layers.first().hover({ position: { x: 10, y: 10 } });
        await name.getByText(/^Convolution, ReLU, map 1 of \d+$/).waitFor();
        for (const part of ['map', 'filter', 'seen']) assert.ok((await look(page.locator(`#map-view-${part}`))).colours > 1, part);
        const marks = page.locator('#layers .picked:not([hidden])');
        assert.equal(await marks.count(), 1);
        const before = await page.locator('#layers').boundingBox();
        await page.mouse.move(5, 300);
        await page.locator('#map-view').waitFor({ state: 'hidden' });
        assert.deepEqual(await page.locator('#layers').boundingBox(), before, 'nothing moves');
        assert.equal(await marks.count(), 0);

        const outputs = layers.last();
        await outputs.focus();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowRight');
        await name.getByText(/^Dense, Softmax, output for 3 of 10: [\d.]+/).waitFor();
        assert.match(await outputs.getAttribute('aria-label'), /output for 3 of 10/);
        // The mark stands around what is picked, and the picture has the page's colours.
        const [whole, mark] = [await outputs.boundingBox(), await marks.boundingBox()];
        assert.ok(Math.abs(mark.x - (whole.x + 0.3 * whole.width)) < 2 && Math.abs(mark.width - whole.width / 10) < 2, JSON.stringify([whole, mark]));
        await layers.first().focus();
        await page.keyboard.press('ArrowRight');
        await name.getByText(/^Convolution, ReLU, map 2 of \d+$/).waitFor();
        assert.equal(await marks.count(), 1);
        const seen = page.locator('#map-view-seen');
        const light = await seen.evaluate((canvas) => canvas.toDataURL());
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.waitForFunction((before) => document.getElementById('map-view-seen').toDataURL() !== before, light);
        await page.emulateMedia({ colorScheme: 'light' });
        await page.waitForFunction((before) => document.getElementById('map-view-seen').toDataURL() === before, light);
        await outputs.focus();
        await page.keyboard.press('End');
        // Each square stands above its label, which is text of the page's own colour.
        const labelled = await outputs.evaluate((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 40, canvas.width, canvas.height - 40);
            const columns = new Set();
            data.forEach((value, at) => at % 4 === 3 && value > 128 && columns.add(Math.floor(((at - 3) / 4 % canvas.width) / (canvas.width / 10))));
            return columns.size;
        });
        assert.equal(labelled, 10);
    });

    it('picks no map any more once nothing is shown', async () => {
        await visit.write(3);
        await visit.reads('3');
        await page.getByRole('tab', { name: 'Inside' }).click();
        const map = page.locator('#layers canvas').first();
        // By a finger, which leaves it picked.
        await map.waitFor();
        const { x, y } = await map.boundingBox();
        await map.dispatchEvent('pointerdown', { clientX: x + 10, clientY: y + 10, pointerType: 'touch' });
        const marks = page.locator('#layers .picked:not([hidden])');
        await marks.waitFor();
        await page.keyboard.press('Escape');
        await page.locator('#inside-empty').waitFor();
        await page.locator('#map-view').waitFor({ state: 'hidden' });
        await visit.write(3);
        await map.waitFor();
        assert.equal(await marks.count(), 0);
    });

    it('goes on showing what spoke for the class that was asked for, until another digit is chosen', async () => {
        const saliency = page.locator('#saliency canvas');
        const asked = () => page.locator('#classes [aria-pressed="true"]').textContent();
        await page.getByRole('tab', { name: 'Inside' }).click();
        await visit.draw([[0.3, 0.2], [0.3, 0.8]], { steps: 4 });
        await page.getByRole('button', { name: 'Which strokes spoke for 7' }).click();
        await page.locator('#saliency').getByText('What spoke for 7').waitFor();
        const before = await saliency.evaluate((canvas) => canvas.toDataURL());
        await visit.draw([[0.3, 0.5], [0.33, 0.75]], { steps: 4 });
        await page.waitForFunction((old) => document.querySelector('#saliency canvas').toDataURL() !== old, before);
        assert.equal(await asked(), '7');
        await visit.write(3, { x: 0.7, y: 0.3, width: 0.16, height: 0.4 });
        await page.getByRole('heading', { name: 'How the network came to 3' }).waitFor();
        await page.locator('#classes [aria-pressed="true"]').getByText('3').waitFor();
    });

    it('follows the pen inside the network', async () => {
        await page.getByRole('tab', { name: 'Inside' }).click();
        const at = await visit.paper();
        await page.mouse.move(...at(0.5, 0.2));
        await page.mouse.down();
        await page.mouse.move(...at(0.5, 0.8), { steps: 8 });
        await page.getByRole('heading', { name: /^How the network came to \d$/ }).waitFor();
        await page.mouse.up();
    });

    it('is copied, and says so when the browser refuses', async () => {
        await page.evaluate(() => {
            window.copied = [];
            navigator.clipboard.writeText = async (text) => void window.copied.push(text);
        });
        await page.keyboard.press('c');
        await visit.write(3);
        await visit.reads('3');
        await page.locator('#copy').click();
        await page.getByRole('button', { name: 'Copied' }).waitFor();
        await page.keyboard.press('c');
        assert.deepEqual(await page.evaluate(() => window.copied), ['3', '3']);
        await page.evaluate(() => {
            navigator.clipboard.writeText = () => Promise.reject(new DOMException('No.', 'NotAllowedError'));
        });
        await page.locator('#copy').click();
        await page.locator('#message[data-kind="error"]').getByText('didn’t let the number be copied').waitFor();
        await visit.reads('3');
    });
});

describe('the number that was read', () => {
    afterEach(() => visit.leave());

    it('stands whole on narrow and wide pages, doubts and all', async () => {
        const doubt = (script) => script.replace('doubtful: doubtful !== 0', 'doubtful: index < 2');
        visit = await openPage({ prepare: (opened) => runSources(opened, { 'wasm/reading.js': doubt }) });
        page = visit.page;
        await visit.open(pngFile('2073'));
        await visit.reads('2073');
        assert.equal(await page.locator('#number .doubtful').count(), 2);
        for (const width of [320, 375, 700, 1280]) {
            await page.setViewportSize({ width, height: 640 });
            const look = await page.locator('#number').evaluate((number) => {
                const text = document.createRange();
                text.selectNodeContents(number);
                const size = Number.parseFloat(getComputedStyle(number).fontSize);
                const lines = Math.round(text.getBoundingClientRect().height / (1.2 * size));
                return { size, lines, isCut: number.scrollWidth > number.clientWidth };
            });
            assert.deepEqual(look, { size: 38, lines: 1, isCut: false }, `${width}`);
            const readout = await page.locator('#readout').boundingBox();
            for (const part of ['#number', '#certainty', '#copy']) {
                const { x, y, height, width: own } = await page.locator(part).boundingBox();
                assert.ok(y >= readout.y && y + height <= readout.y + readout.height, `${width}: ${part} from ${y} to ${y + height}`);
                assert.ok(x >= readout.x && x + own <= readout.x + readout.width, `${width}: ${part} from ${x} to ${x + own}`);
            }
        }
        await page.getByRole('button', { name: 'Copy' }).waitFor();
        await page.locator('#certainty').getByText('2 digits are doubtful').waitFor();
    });
});

describe('what is said aloud of a number', () => {
    afterEach(() => visit.leave());

    it('is how sure it is of all its ink, though it was read before that was there', async () => {
        const once = 'confidence: (globalThis.readings = (globalThis.readings ?? 0) + 1) === 1 ? 0.25 : confidence,';
        visit = await openPage({
            prepare: async (opened) => {
                await runSources(opened, { 'wasm/reading.js': (script) => script.replace(/(?<=\n {8})confidence,/, once) });
                // The pause after writing is long enough for a busy machine.
                await opened.addInitScript(() => {
                    const wait = window.setTimeout;
                    window.setTimeout = (task, delay, ...rest) => wait(task, delay === 700 ? 4000 : delay, ...rest);
                });
            },
        });
        page = visit.page;
        const at = await visit.paper();
        await page.mouse.move(...at(0.5, 0.2));
        await page.mouse.down();
        await page.mouse.move(...at(0.5, 0.6), { steps: 6 });
        await page.locator('#number').waitFor();
        await page.mouse.move(...at(0.5, 0.8), { steps: 6 });
        await page.mouse.up();
        await visit.reads('1');
        const share = await page.locator('#digits .share').textContent();
        assert.notEqual(share, '25 %');
        await page.locator('#spoken').getByText(`It reads 1, ${Number.parseInt(share)} percent sure.`).waitFor({ state: 'attached' });
    });
});

describe('a number of many lines', () => {
    afterEach(() => visit.leave());

    for (const [width, height] of [[390, 844], [820, 1180], [1280, 800]]) {
        it(`scrolls to the last of its lines, ${width} wide, and every line can be reached`, async () => {
            visit = await openPage({ viewport: { width, height } });
            page = visit.page;
            for (let row = 0; row < 6; row++) {
                for (const x of [0.2, 0.4]) await visit.draw([[x, 0.04 + 0.16 * row], [x, 0.1 + 0.16 * row], [x + 0.002, 0.15 + 0.16 * row]]);
            }
            const look = await page.locator('#number').evaluate((number) => {
                const [own, out] = [number, document.getElementById('readout')].map((each) => each.getBoundingClientRect());
                const range = document.createRange();
                range.setStart(number.lastChild, number.lastChild.length - 1);
                range.setEnd(number.lastChild, number.lastChild.length);
                const last = range.getBoundingClientRect();
                const isLastSeen = last.bottom <= own.bottom + 1;
                number.scrollTop = 0;
                range.setStart(number.firstChild, 0);
                range.setEnd(number.firstChild, 1);
                const first = range.getBoundingClientRect();
                return {
                    lines: number.textContent.split('\n').length, isLastSeen, isFirstSeen: first.top >= own.top - 1,
                    isInside: own.top >= out.top && own.bottom <= out.bottom + 1, scrolls: number.scrollHeight > number.clientHeight,
                };
            });
            assert.deepEqual(look, { lines: 6, isLastSeen: true, isFirstSeen: true, isInside: true, scrolls: true });
        });
    }
});

describe('what is said of a digit', () => {
    afterEach(() => visit.leave());

    for (const width of [320, 390, 1024, 1120, 1280]) {
        it(`has its place among the others in one line of its own, ${width} wide`, async () => {
            visit = await openPage({ viewport: { width, height: 800 } });
            page = visit.page;
            await visit.open(pngFile('2073'));
            await visit.reads('2073');
            const place = page.locator('#verdict-title .place');
            await place.getByText('digit 1 of 4').waitFor();
            const look = await place.evaluate((element) => {
                const text = document.createRange();
                text.selectNodeContents(element.lastChild);
                const [own, title] = [text.getBoundingClientRect(), document.createRange()];
                title.selectNodeContents(element.previousSibling);
                const { bottom } = title.getBoundingClientRect();
                return { lines: new Set([...text.getClientRects()].map(({ top }) => top)).size, isBelow: own.top >= bottom - 4 };
            });
            assert.deepEqual(look, { lines: 1, isBelow: true });
            assert.equal(await page.locator('#verdict-title').evaluate((title) => title.textContent), 'Read as\u00a02, digit 1 of 4');
        });
    }

    it('stands in rows of as many choices each', async () => {
        visit = await openPage();
        page = visit.page;
        await visit.open(pngFile('20'));
        await visit.reads('20');
        for (const width of [320, 820, 1024, 1280, 1920]) {
            await page.setViewportSize({ width, height: 800 });
            const tops = await page.locator('#correction-classes button').evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect().top));
            const rows = [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
            assert.equal(new Set(rows).size, 1, `${width}: ${rows}`);
        }
    });
});

describe('the page\'s correction', () => {
    afterEach(() => visit.leave());

    it('hands over what somebody says that a digit is', async () => {
        visit = await openWithCorrections();
        page = visit.page;
        await visit.write(3);
        await visit.reads('3');
        const text = page.locator('#correction-text');
        assert.match(await text.textContent(), /kept on this device/);
        assert.ok(await page.getByRole('button', { name: 'It is 3' }).isDisabled());
        await page.getByRole('button', { name: 'It is 7' }).click();
        await text.getByText('Kept as 7.').waitFor();
        assert.deepEqual(await page.evaluate(() => window.corrected), ['3', 784, 7]);
        await page.getByRole('button', { name: 'It is 9' }).click();
        await text.getByText('There is no room for another one.').waitFor();
        await page.keyboard.press('Escape');
        await visit.write(2);
        await visit.reads('2');
        assert.match(await text.textContent(), /kept on this device/);
    });

    /** What the page shows of the number, everywhere. */
    const everywhere = async () => ({
        number: await page.locator('#number').textContent(),
        boxes: await page.locator('#boxes text').allTextContents(),
        chips: await page.locator('.chip .name').allTextContents(),
        copied: await page.evaluate(() => {
            let text;
            navigator.clipboard.writeText = async (copied) => (text = copied);
            document.getElementById('copy').click();
            return text;
        }),
    });
    const corrected = { number: '73', boxes: ['7', '3'], chips: ['7', '3'], copied: '73' };

    it('changes the number wherever it stands, and what is said, as long as the ink is the same', async () => {
        visit = await openPage();
        page = visit.page;
        await visit.write(2, { x: 0.15, y: 0.2, width: 0.2, height: 0.6 });
        await visit.write(3, { x: 0.55, y: 0.2, width: 0.2, height: 0.6 });
        await visit.reads('23');
        await page.locator('.chip').first().click();
        await page.getByRole('button', { name: 'It is 7', exact: true }).click();
        await visit.reads('73');
        assert.deepEqual(await everywhere(), corrected);
        await page.locator('#verdict-title').getByText('You say it is 7, digit 1 of 2').waitFor();
        await page.locator('#verdict-text').getByText(/^The network read 2, [\d.]+ % sure\.$/).waitFor();
        await page.locator('#spoken').getByText(/^It reads 73, \d+ percent sure\.$/).waitFor({ state: 'attached' });
        await visit.write(0, { x: 0.8, y: 0.2, width: 0.15, height: 0.6 });
        await visit.reads('730');
        await page.keyboard.press('Control+z');
        await visit.reads('73');
        await page.locator('.chip').first().click();
        await page.getByRole('button', { name: 'It is 2', exact: true }).click();
        await visit.reads('23');
        await page.locator('.chip').nth(1).click();
        await page.getByRole('button', { name: 'It is 8', exact: true }).click();
        await visit.reads('28');
        await page.locator('#spoken').getByText('It is 28, as you say.').waitFor({ state: 'attached' });
        await page.getByRole('button', { name: 'It is 2', exact: true }).waitFor();
        await page.locator('#clear').click();
        await visit.write(2, { x: 0.15, y: 0.2, width: 0.2, height: 0.6 });
        await visit.reads('2');
    });

    it('holds for a picture, in the strip too, whatever model reads it again', async () => {
        visit = await openPage();
        page = visit.page;
        await visit.open(pngFile('23'), pngFile('30'));
        await visit.reads('23');
        await page.getByRole('button', { name: 'It is 7', exact: true }).click();
        await visit.reads('73');
        assert.deepEqual(await everywhere(), corrected);
        const strip = page.locator('#pictures button');
        await strip.nth(1).getByText('73', { exact: true }).waitFor();
        await strip.nth(2).click();
        await visit.reads('30');
        await page.locator('#single').check({ force: true });
        await page.locator('#single').uncheck({ force: true });
        await strip.nth(1).click();
        await visit.reads('73');
    });

    it('can say yes to a doubtful digit', async () => {
        visit = await openPage();
        page = visit.page;
        await visit.draw([[0.4, 0.35], [0.5, 0.25], [0.6, 0.4], [0.5, 0.55], [0.5, 0.75]], { steps: 6 });
        const yes = page.locator('#correction-confirm');
        await page.locator('#correction-name').getByText('Not sure. Say what it is').waitFor();
        const [, label] = (await yes.textContent()).match(/^Yes, it is (\d)$/);
        await yes.focus();
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), `It is ${label}`);
        await page.locator('#correction-text').getByText(`Kept as ${label}.`).waitFor();
        await yes.waitFor({ state: 'hidden' });
        assert.equal(await page.locator('.doubtful').count(), 0);
        assert.equal(await page.locator('#certainty').textContent(), '');
        assert.deepEqual(await page.locator('#boxes text').allTextContents(), [label]);
    });
});
