// The page as a whole: tabs, keys, sizes, accessibility in every state, failures, and what it must never do.

import assert from 'node:assert/strict';

import { violations } from '../helpers/axe.mjs';
import { afterEach, describe, it } from '../helpers/page_test.mjs';
import { pngFile, useSite } from '../helpers/site.mjs';
import { runSources } from '../helpers/sources.mjs';

const openPage = useSite();

/** A phone that is narrow even among narrow ones, a phone, a laptop, a large screen. */
const SIZES = [[320, 568], [390, 844], [1280, 800], [1920, 1080]].map(([width, height]) => ({ width, height }));

let visit;
let page;

async function open(options) {
    visit = await openPage(options);
    page = visit.page;
}

/** Leads the page through its states. @param {(state: string) => Promise<void>} look at each */
async function tour(look) {
    await look('empty');
    await page.locator('#example').click();
    await visit.reads('2075');
    await look('a drawing');
    await page.getByRole('tab', { name: 'Inside' }).click();
    await page.locator('#layers canvas').first().waitFor();
    await look('inside');
    await page.getByRole('tab', { name: 'Result' }).click();
    await page.locator('#clear').click();
    await visit.draw([[0.4, 0.35], [0.5, 0.25], [0.6, 0.4], [0.5, 0.55], [0.5, 0.75]], { steps: 6 });
    await page.locator('#verdict.doubtful').waitFor();
    await look('doubt');
    await visit.open(pngFile('20'), pngFile('302'));
    await visit.reads('20');
    await page.locator('#figures canvas').nth(6).waitFor();
    await look('pictures');
    await visit.open({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('12') });
    await page.locator('#message[data-kind="error"]').waitFor();
    await look('an error');
    await page.keyboard.press('?');
    await page.locator('#shortcuts[open]').waitFor();
    await look('shortcuts');
    await page.keyboard.press('Escape');
}

describe('the page', () => {
    afterEach(() => visit.leave());

    for (const colorScheme of ['light', 'dark']) {
        it(`has nothing that axe finds, in any state, in ${colorScheme} colours`, async () => {
            await open({ colorScheme });
            await tour(async (state) => assert.deepEqual(await violations(page), [], state));
            await page.setViewportSize(SIZES[0]);
            assert.deepEqual(await violations(page), [], 'narrow');
        });
    }

    for (const viewport of SIZES) {
        it(`fits into ${viewport.width} × ${viewport.height} in every state`, async () => {
            await open({ viewport });
            await tour(async (state) => {
                const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
                assert.ok(content <= window, `${state}: ${content} pixels of content in ${window}`);
                const { width, height } = await page.locator('.sheet').boundingBox();
                assert.ok(width >= 290 && height >= 220, `${state}: a paper of ${width} × ${height}`);
            });
        });
    }

    for (const viewport of SIZES.slice(1, 3)) {
        it(`moves nothing when its learning comes late, at ${viewport.width} × ${viewport.height}`, async () => {
            let release;
            const released = new Promise((resolve) => (release = resolve));
            const late = async (route) => {
                await released;
                await route.continue();
            };
            await open({ viewport, prepare: (opened) => opened.route('**/learn.js', late) });
            await page.getByRole('tab', { name: 'Train' }).click();
            const places = () => page.evaluate(() => ['#train-begin', '#train-preset', '.train-more']
                .map((selector) => Math.round(document.querySelector(selector).getBoundingClientRect().top)));
            const before = await places();
            assert.equal(await page.locator('#train-fields input').count(), 0);
            release();
            await page.locator('#train-begin:enabled').waitFor();
            await page.locator('#train-architecture-says:not(:empty)').waitFor({ state: 'attached' });
            assert.deepEqual(await places(), before);
        });
    }

    for (const [width, height] of [[320, 568], [390, 844], [844, 390], [820, 1180], [1024, 768], [1120, 800], [1280, 800]]) {
        it(`has its tools in two rows at most, and Train in view when it is asked for, at ${width} × ${height}`, async () => {
            await open({ viewport: { width, height }, hasTouch: true });
            const rows = await page.locator('.tools').evaluate((tools) => {
                const parts = [...tools.querySelectorAll('.choices, .steps, .switch, .sources')].filter((part) => part.getClientRects().length);
                const own = tools.getBoundingClientRect();
                const boxes = parts.map((part) => part.getBoundingClientRect());
                const middles = new Set(boxes.map(({ top, bottom }) => Math.round((top + bottom) / 20)));
                return [...middles].map((middle) => {
                    const row = boxes.filter(({ top, bottom }) => Math.round((top + bottom) / 20) === middle);
                    const [left, right] = [Math.min(...row.map((box) => box.left)), Math.max(...row.map((box) => box.right))];
                    return { isFromLeft: left - own.left < 1, isToRight: own.right - right < 1, isInside: right <= own.right + 1, parts: row.length };
                });
            });
            assert.ok(rows.length <= 2, `${rows.length} rows`);
            assert.ok(rows.every(({ isFromLeft, isInside }) => isFromLeft && isInside) && rows.at(-1).isToRight, JSON.stringify(rows));
            await page.getByRole('tab', { name: 'Train' }).click();
            await page.locator('#train-begin:enabled').waitFor();
            const { y, height: high } = await page.locator('#train-begin').boundingBox();
            assert.ok(y >= 0 && y + high <= height, `from ${y} to ${y + high}`);
            assert.ok(await page.locator('#train-epochs').isHidden(), 'details are folded');
        });
    }

    it('shows paper and number together on a phone that is held across', async () => {
        await open({ viewport: { width: 844, height: 390 }, hasTouch: true });
        await page.locator('#example').click();
        await visit.reads('2075');
        await page.evaluate(() => scrollTo(0, 0));
        for (const part of ['.tools', '.sheet', '#number']) {
            const { y, height } = await page.locator(part).boundingBox();
            assert.ok(y >= 0 && y + height <= 390, `${part} from ${y} to ${y + height}`);
        }
        assert.ok((await page.locator('.sheet').boundingBox()).height >= 200);
    });

    for (const width of [320, 390, 1024, 1120]) {
        it(`names its tabs in one line each, with a count and a sign beside them, and what reads, ${width} wide`, async () => {
            await open({ viewport: { width, height: 800 } });
            await page.locator('#teach-tab').evaluate((tab) => (tab.dataset.count = '12'));
            await page.locator('#train-tab').evaluate((tab) => tab.toggleAttribute('data-busy', true));
            const look = await page.locator('#tabs').evaluate((tabs) => ({
                heights: new Set([...tabs.children].map(({ scrollHeight }) => scrollHeight)).size,
                lines: Math.max(...[...tabs.children].map((tab) => tab.scrollHeight / Number.parseFloat(getComputedStyle(tab).fontSize))),
                isInside: tabs.scrollWidth <= tabs.clientWidth,
            }));
            assert.ok(look.isInside && look.heights === 1 && look.lines < 4, JSON.stringify(look));
            const name = await page.locator('#reads-name').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
            assert.ok(name.scrollWidth <= name.clientWidth, JSON.stringify(name));
        });
    }

    it('lists its shortcuts whole on a narrow screen', async () => {
        await open({ viewport: { width: 320, height: 568 } });
        await page.keyboard.press('?');
        const dialog = await page.locator('#shortcuts').evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
        assert.ok(dialog.scrollWidth <= dialog.clientWidth, JSON.stringify(dialog));
        await page.keyboard.press('Escape');
    });

    it('centres what says where files may be dropped', async () => {
        await open({ viewport: { width: 390, height: 844 } });
        await page.locator('#landing').evaluate((landing) => (landing.hidden = false));
        const look = await page.locator('#landing span').evaluate((span) => {
            const range = document.createRange();
            range.selectNodeContents(span);
            const lines = [...range.getClientRects()].map(({ left, right }) => (left + right) / 2);
            return { align: getComputedStyle(span).textAlign, isCentred: lines.every((middle) => Math.abs(middle - innerWidth / 2) < 3) };
        });
        assert.deepEqual(look, { align: 'center', isCentred: true });
    });

    it('keeps paper and number in sight on a desktop, and in the upper half of a phone', async () => {
        await open({ viewport: { width: 1280, height: 720 } });
        await page.locator('#example').click();
        await visit.reads('2075');
        assert.equal(await page.evaluate(() => document.documentElement.scrollHeight), 720);
        await page.setViewportSize({ width: 390, height: 844 });
        const { y, height } = await page.locator('#number').boundingBox();
        assert.ok(y + height < 844, `${y + height}`);
    });

    it('has tabs as the ARIA practices want them', async () => {
        await open();
        await page.getByRole('tab', { name: 'Result' }).focus();
        for (const [key, name] of [['ArrowRight', 'Inside'], ['End', 'Models'], ['ArrowRight', 'Result'], ['ArrowLeft', 'Models'], ['Home', 'Result']]) {
            await page.keyboard.press(key);
            const tab = page.getByRole('tab', { name, selected: true });
            assert.ok(await tab.evaluate((node) => node === document.activeElement), name);
            assert.equal(await page.getByRole('tab', { selected: true }).count(), 1);
            assert.equal(await page.getByRole('tabpanel').count(), 1);
            await page.getByRole('tabpanel', { name }).waitFor();
            assert.equal(await page.locator('[role="tab"][tabindex="0"]').count(), await page.locator('[role="tab"]').count() ? 1 : 0);
        }
    });

    it('is used by keyboard alone', async () => {
        await open();
        const focusOn = async (description) => {
            for (let presses = 0; presses < 40; presses++) {
                await page.keyboard.press('Tab');
                const reached = await page.evaluate(() => {
                    const { activeElement: node } = document;
                    return node.getAttribute('aria-label') ?? node.textContent.trim();
                });
                if (reached.startsWith(description)) return;
            }
            assert.fail(`The Tab key doesn't reach ${description}.`);
        };
        await focusOn('Write an example');
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.equal(outline, 'solid');
        await page.keyboard.press('Enter');
        await visit.reads('2075');
        await page.evaluate(() => document.body.focus());
        await focusOn('2, ');
        await page.keyboard.press('ArrowRight');
        await page.locator('#verdict-title').getByText('Read as 0, digit 2 of 4').waitFor();
        const chooser = page.waitForEvent('filechooser'); // early: watching for it takes a moment to begin
        await page.keyboard.press('Control+z');
        await visit.isEmpty();
        await page.keyboard.press('o');
        await (await chooser).setFiles(pngFile('20'));
        await visit.reads('20');
    });

    it('lists its shortcuts, and lets those of single keys be switched off for good', async () => {
        await open();
        await page.keyboard.press('e');
        assert.ok(await page.getByRole('radio', { name: 'Eraser' }).isChecked());
        await page.getByRole('button', { name: 'Shortcuts' }).click();
        await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
        assert.ok(await page.locator('#shortcuts-list dt').count() > 10);
        await page.getByLabel('Single keys, without Ctrl').uncheck();
        await page.keyboard.press('p');
        await page.keyboard.press('Escape');
        await page.locator('#shortcuts').waitFor({ state: 'hidden' });
        await page.keyboard.press('p');
        assert.ok(await page.getByRole('radio', { name: 'Eraser' }).isChecked());
        await visit.reload();
        await page.keyboard.press('e');
        assert.ok(await page.getByRole('radio', { name: 'Pen' }).isChecked());
        await page.getByRole('button', { name: 'Write an example' }).click();
        await visit.reads('2075');
        await page.keyboard.press('Control+z');
        await visit.isEmpty();
    });

    it('lets single keys be switched off and on in a narrow window, and where there is but a finger and a keyboard', async () => {
        await open({ viewport: SIZES[0] });
        await page.getByRole('button', { name: 'Shortcuts' }).click();
        await page.getByLabel('Single keys, without Ctrl').uncheck();
        await visit.leave();

        await open({ viewport: SIZES[1], hasTouch: true, isMobile: true });
        const button = page.getByRole('button', { name: 'Shortcuts' });
        await visit.isHidden('#shortcuts-open');
        await page.keyboard.press('?');
        await page.getByLabel('Single keys, without Ctrl').uncheck();
        await page.keyboard.press('Escape');
        await page.keyboard.press('?');
        await visit.isHidden('#shortcuts');
        await visit.reload();
        await button.tap();
        await page.getByLabel('Single keys, without Ctrl').check();
        await page.keyboard.press('Escape');
        await page.keyboard.press('?');
        await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    });

    it('has no style or script in its HTML', async () => {
        await open();
        const html = await (await page.request.get(visit.address)).text();
        assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|javascript:/);
        const own = /<script type="module" src="page\/(start|main)\.js"( async blocking="render")?><\/script>/g;
        assert.doesNotMatch(html.replace(own, ''), /<script/);
        assert.doesNotMatch(html, /unsafe-(inline|eval)(?<!wasm-unsafe-eval)/);
    });
});

describe('a page that can\'t load its network', () => {
    it('says so, and still shows pictures', async () => {
        await open({
            waits: false,
            prepare: (opened) => opened.route('**/small.safetensors', (route) => route.fulfill({ status: 404, body: 'gone' })),
        });
        const sentences = /The reader could not start\. Couldn't load the model.*404.*Reload the page/;
        await page.locator('#readout[data-kind="error"]').getByText(sentences).waitFor();
        await visit.open(pngFile('20'));
        await page.locator('#picture').waitFor();
        await page.locator('#waiting').getByText(sentences).waitFor();
        await page.context().close();
    });
});

describe('a page that can\'t load what it learns with', () => {
    it('says so, and reads on', async () => {
        await open({ waits: false, prepare: (opened) => opened.route('**/learn.js', (route) => route.fulfill({ status: 404, body: 'gone' })) });
        const sentence = 'Training, teaching and models could not be loaded. Reload the page';
        await page.locator('#message[data-kind="error"]').getByText(sentence).waitFor();
        await page.locator('#example').click();
        await visit.reads('2075');
        await page.getByRole('button', { name: 'It is 4', exact: true }).click();
        await page.locator('#correction-text').getByText(sentence).waitFor();
        await page.context().close();
    });
});

describe('a page whose reader', () => {
    /** Opens the page with a part of one of its scripts replaced. */
    function openChanged(file, own, changed) {
        const change = (script) => script.replace(own, changed);
        return open({ prepare: (opened) => runSources(opened, { [`wasm/${file}`]: change }) });
    }

    afterEach(() => visit.leave());

    it('finds no digit in ink says so, but not before the pen is lifted', async () => {
        await openChanged('reading.js', '{ length: digitCount }', '{ length: 0 }');
        const waiting = page.locator('#waiting');
        const at = await visit.paper();
        await page.mouse.move(...at(0.5, 0.5));
        await page.mouse.down();
        await page.mouse.move(...at(0.5, 0.7));
        await waiting.getByText('Reading…').waitFor();
        assert.equal(await page.locator('#result-empty-name').textContent(), 'Nothing to read yet');
        await page.mouse.up();
        await waiting.getByText('This is no digit').waitFor();
        assert.equal(await page.locator('#result-empty-name').textContent(), 'No digit here');
        await page.locator('#clear').click();
        await page.locator('#result-empty-name').getByText('Nothing to read yet').waitFor();
        await visit.open(pngFile('20'));
        await waiting.getByText('No digit was found in this picture.').waitFor();
    });

    /** A function of the module that breaks off. @param {string} name @param {string} broken in its place */
    const openBroken = (name, broken) =>
        openChanged('memory.js', 'Object.entries(exports)', `Object.entries({ ...exports, ${name}: ${broken} })`);
    const trap = 'exports.scrawl_model_class_count(0xfffffff0)';
    const stopped = 'stopped after an internal error.';

    it('has stopped for good says so', async () => {
        await openBroken('binding_predict_strokes', `() => ${trap}`);
        await visit.write(3);
        await page.locator('#message').getByText(stopped).waitFor();
    });

    it('is started anew when it stops, but not for ever', async () => {
        const [good, poison] = [pngFile('20'), pngFile('302')];
        const most = (good.buffer.length + poison.buffer.length) / 2;
        const sometimes = `(...scalars) => scalars[2] > ${most} ? ${trap} : exports.binding_predict_picture(...scalars)`;
        const change = (script) => script.replace('Object.entries(exports)', `Object.entries({ ...exports, binding_predict_picture: ${sometimes} })`);
        await open({
            prepare: async (opened) => {
                await opened.clock.install();
                await runSources(opened, { 'wasm/memory.js': change });
            },
        });
        const message = page.locator('#message');
        const says = (/** @type {RegExp} */ what) => async () => what.test(await message.textContent() ?? '') && message.isVisible();
        /** The page's time goes on until something is so: how long the reader really takes is open. @param {() => Promise<boolean>} isSo */
        const timeGoesOnUntil = async (isSo) => {
            for (let beats = 0; beats < 100 && !await isSo(); beats++) {
                await page.waitForTimeout(300);
                await page.clock.runFor(1000);
            }
            assert.ok(await isSo());
        };
        await visit.write(3);
        await visit.reads('3');
        await visit.open(good, poison);
        await message.getByText(stopped).waitFor();
        await timeGoesOnUntil(async () => !await message.isVisible());
        await visit.reads('20');
        const isEnded = says(/stopped several times after internal errors. Reload the page/);
        let restarts = 0;
        for (; restarts < 12 && !await isEnded(); restarts++) {
            await visit.open(poison);
            await timeGoesOnUntil(says(/ stopped (after|several times after) /));
            await timeGoesOnUntil(async () => await isEnded() || !await message.isVisible());
        }
        assert.ok(restarts > 1 && restarts < 8, `${restarts}`);
    });

    it('has stopped while somebody looks inside says so there', async () => {
        await openBroken('scrawl_inspect', `((calls) => (...scalars) => calls++ ? ${trap} : exports.scrawl_inspect(...scalars))(0)`);
        await visit.write(3);
        await page.getByRole('tab', { name: 'Inside' }).click();
        await page.locator('#layers canvas').first().waitFor();
        await page.locator('#classes button').nth(7).click();
        await page.locator('#inside-title').getByText(stopped).waitFor();
    });

    it('has stopped at the first look inside says so there', async () => {
        await openBroken('scrawl_inspect', `() => ${trap}`);
        await visit.write(3);
        await page.getByRole('tab', { name: 'Inside' }).click();
        await page.locator('#inside-panel').getByText(stopped).waitFor();
        await page.keyboard.press('Escape');
        await page.getByText('you will see here what each layer makes of it').waitFor();
    });
});

describe('the watch over the page', () => {
    it('notices errors and foreign requests', async () => {
        await open();
        const told = Promise.all([
            page.waitForEvent('pageerror'), page.waitForEvent('console', (message) => message.text().includes('Content Security Policy')),
        ]);
        await page.evaluate(() => {
            console.error('on purpose');
            setTimeout(() => {
                throw new Error('thrown on purpose');
            });
            return fetch('http://localhost:9/').catch(() => {});
        });
        await told;
        const complaints = visit.complaints.splice(0).join('\n');
        await visit.leave();
        assert.match(complaints, /on purpose/);
        assert.match(complaints, /thrown on purpose/);
        assert.match(complaints, /Content Security Policy/i);
    });

    it('notices what is not accessible', async () => {
        await open();
        await page.evaluate(() => document.body.append(document.createElement('button')));
        assert.match((await violations(page)).join('\n'), /button-name/);
        await visit.leave();
    });
});
