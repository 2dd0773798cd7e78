// Teaching on the page as `make web` built it: corrected digits are kept, learnt, forgotten, exported and imported.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { built } from '../helpers/build.mjs';
import { useBuiltSite } from '../helpers/built_site.mjs';
import { downloaded, hasFocus, isReady, visit } from '../helpers/learning_site.mjs';
import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { reads, write } from '../helpers/paper.mjs';

const site = useBuiltSite();
let visitor;
let page;

beforeEach(async () => {
    visitor = await visit(site);
    page = await visitor.open();
});

afterEach(() => visitor.leave());

/** Says of the digit on the paper what it is. */
async function correct(label) {
    await page.click('#result-tab');
    await page.getByRole('button', { name: `It is ${label}`, exact: true }).click();
    await page.getByText(`Kept as ${label}`).waitFor();
}

async function teach() {
    await page.click('#teach-tab');
    await page.click('#teach-begin');
    await page.locator('#teach-result').waitFor();
}

/** Waits until so many digits are kept, or so many models listed. */
const keeps = (count) => page.waitForFunction((wanted) => document.querySelectorAll('#teach-gallery li').length === wanted, count);
const lists = (count) => page.waitForFunction((wanted) => document.querySelectorAll('#models-list li').length === wanted, count);
const shippedModel = () => readFileSync(built('web', 'wasm', 'small.safetensors'));

async function openModel(bytes, name) {
    await page.click('#models-tab');
    await page.setInputFiles('#models-file', { name: `${name}.safetensors`, mimeType: 'application/octet-stream', buffer: bytes });
    await page.locator('#models-list .in-use h3', { hasText: name }).waitFor();
}

describe('Teaching', () => {
    it('makes it read a digit as one was told, and forgets that again', async (test) => {
        await write(page, 7);
        await reads(page, '7');
        // No hand writes a 4 like this one: it must have been learnt.
        await correct(4);
        assert.equal(await page.locator('#teach-tab').getAttribute('data-count'), '1');
        await teach();
        const result = await page.locator('#teach-result').textContent();
        test.diagnostic(result.replace(/\s+/g, ' '));
        assert.match(result, /Your digitsBefore0 of 1After1 of 1/);
        assert.match(result, /1,000 of MNIST’s test imagesBefore\d+\.\d %After\d+\.\d %/);
        await reads(page, '4');
        await page.locator('#teach-gallery', { hasText: 'read as 4' }).waitFor();

        // What was learnt is there on the next visit.
        await page.reload();
        await isReady(page);
        await page.click('#models-tab');
        await page.locator('#models-list .in-use', { hasText: 'small, taught' }).waitFor();
        await write(page, 7);
        await reads(page, '4');

        await page.click('#teach-tab');
        await keeps(1);
        await page.click('#teach-reset');
        await page.click('#question-no');
        await keeps(1);
        await page.click('#teach-reset');
        await page.locator('#question').getByText('Forget your digit and what was learnt from it?').waitFor();
        await page.click('#question-yes');
        await page.locator('#teach-empty').waitFor();
        await reads(page, '7');
        await lists(2);
        assert.ok(await page.locator('#teach-begin').isDisabled());
    });

    it('can be taken back while the digits stay, and a second lesson replaces the first', async () => {
        await write(page, 0);
        await correct(6);
        await teach();
        await page.getByText('1 of 1').first().waitFor();
        await page.click('#teach-begin');
        await page.locator('#teach-bar').waitFor({ state: 'hidden' });
        await lists(2);
        await page.click('#teach-undo');
        await page.locator('#teach-result').waitFor({ state: 'hidden' });
        await hasFocus(page, '#teach-begin');
        // What was said of a digit holds for it; another one is read.
        await page.keyboard.press('Escape');
        await write(page, 0, { x: 0.5 });
        await reads(page, '0');
        await keeps(1);
        await lists(1);
    });
});

describe('A lesson', () => {
    it('isn’t disturbed by what is clicked meanwhile, and a digit that is kept meanwhile waits', async () => {
        await write(page, 7);
        await correct(4);
        await page.click('#models-tab');
        await page.getByRole('button', { name: 'Use best' }).waitFor();
        await page.click('#teach-tab');
        await page.evaluate(() => {
            for (const selector of ['#teach-begin', '#teach-reset', '#teach-undo', '#teach-gallery .remove']) document.querySelector(selector).click();
            document.querySelector('[aria-label="Use best"]').click();
        });
        await page.keyboard.press('Escape');
        await write(page, 3);
        await correct(5);
        await page.click('#teach-tab');
        await page.locator('#teach-result').waitFor();
        assert.match(await page.locator('#teach-result').textContent(), /1 of 1/);
        await keeps(2);
        assert.ok(await page.locator('#teach-reset').isEnabled());
        await page.click('#models-tab');
        await page.locator('#models-list .in-use h3', { hasText: 'small, taught' }).waitFor();
    });

    it('that fails after the training leaves the model as it was', async () => {
        await write(page, 7);
        await correct(4);
        await page.click('#teach-tab');
        await page.evaluate(() => {
            const send = Worker.prototype.postMessage;
            let isTrained = false;
            Worker.prototype.postMessage = function (message, ...rest) {
                isTrained ||= message.action === 'awaitTraining';
                const isLast = isTrained && message.action === 'evaluate';
                return send.call(this, isLast ? { ...message, data: { ...message.data, images: new Uint8Array(3) } } : message, ...rest);
            };
        });
        await page.click('#teach-begin');
        await page.locator('#teach-problem:not(:empty)').waitFor();
        await page.waitForFunction(() => !document.getElementById('teach-begin').disabled);
        await page.keyboard.press('Escape');
        await write(page, 7, { x: 0.5 });
        await reads(page, '7');
        assert.ok(await page.locator('#teach-result').isHidden());
    });

    it('is taken back to the shipped model when the one before is gone', async () => {
        await openModel(shippedModel(), 'mine');
        await write(page, 7);
        await correct(4);
        await teach();
        await page.click('#models-tab');
        await page.locator('#models-list .in-use h3', { hasText: 'mine, taught' }).waitFor();
        await page.getByRole('button', { name: 'Delete mine', exact: true }).click();
        await page.click('#question-yes');
        await lists(3);
        await page.click('#teach-tab');
        await page.click('#teach-reset');
        await page.click('#question-yes');
        await page.locator('#teach-empty').waitFor();
        assert.equal(await page.locator('#teach-problem').textContent(), '');
        await page.locator('#teach-spoken', { hasText: 'small is in use' }).waitFor({ state: 'attached' });
        await hasFocus(page, '#teach-import');
    });
});

describe('A correction', () => {
    it('that is put right replaces the wrong one', async () => {
        await write(page, 3);
        await correct(5);
        await correct(8);
        await page.click('#teach-tab');
        await page.waitForFunction(() => document.querySelector('#teach-gallery .caption')?.textContent === '8');
        await keeps(1);
    });

    it('is offered only for networks that read the ten digits', async () => {
        const letters = shippedModel();
        const names = (list) => `"labels":"[${[...list].map((name) => `\\"${name}\\"`)}]"`;
        const place = letters.indexOf(names('0123456789'));
        assert.ok(place > 0);
        letters.write(names('ABCDEFGHIJ'), place);
        await write(page, 1);
        await page.click('#result-tab');
        await page.locator('#correction').waitFor();
        await openModel(letters, 'letters');
        await reads(page, 'B');
        await page.click('#result-tab');
        await page.locator('#correction').waitFor({ state: 'hidden' });
    });
});

describe('Kept digits', () => {
    it('are exported and imported once, and each can be removed', async () => {
        await write(page, 3);
        await correct(5);
        await page.keyboard.press('Escape');
        await write(page, 7);
        await reads(page, '7');
        await correct(8);
        await page.click('#teach-tab');
        await keeps(2);
        const { name, bytes } = await downloaded(page, () => page.click('#teach-export'));
        assert.equal(name, 'scrawl-digits.json');
        const content = JSON.parse(bytes.toString());
        assert.deepEqual(content.digits.map(({ label, readAs }) => [label, readAs]), [[5, 3], [8, 7]]);

        await page.getByRole('button', { name: /^Remove: A 8/ }).click();
        await keeps(1);
        const file = { name, mimeType: 'application/json', buffer: bytes };
        await page.setInputFiles('#teach-file', file);
        await keeps(2);
        assert.equal(await page.locator('#teach-spoken').textContent(), '1 digit imported, 1 was there already.');
        await page.reload();
        await isReady(page);
        await keeps(2);
    });

    it('leave the focus to the next one when one is removed', async () => {
        const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.id);
        for (const [written, label] of [[3, 5], [7, 8], [0, 9]]) {
            await page.keyboard.press('Escape');
            await write(page, written);
            await correct(label);
        }
        await page.click('#teach-tab');
        for (const [label, next] of [[8, /^Remove: A 9/], [9, /^Remove: A 5/], [5, /^teach-bring-back$/]]) {
            const button = page.getByRole('button', { name: new RegExp(`^Remove: A ${label}`) });
            await button.focus();
            await page.keyboard.press('Enter');
            await button.waitFor({ state: 'detached' });
            assert.match(await focused(), next);
        }
    });

    it('that were removed are brought back, each to its place, but not once all are forgotten', async () => {
        for (const [written, label] of [[3, 5], [7, 8], [0, 9]]) {
            await page.keyboard.press('Escape');
            await write(page, written);
            await correct(label);
        }
        await page.click('#teach-tab');
        const remove = (label) => page.getByRole('button', { name: new RegExp(`^Remove: A ${label}`) });
        const labels = () => page.locator('#teach-gallery .caption').allTextContents();
        await remove(8).dblclick();
        await page.locator('#teach-removed').getByText('The 8 is removed.').waitFor();
        await page.getByRole('button', { name: 'Bring it back' }).click();
        await page.locator('#teach-removed').waitFor({ state: 'hidden' });
        assert.deepEqual(await labels(), ['5', '8', '9']);

        for (const label of [5, 9, 8]) {
            await remove(label).click();
            await remove(label).waitFor({ state: 'detached' });
        }
        await page.locator('#teach-empty').waitFor();
        await page.locator('#teach-removed').getByText('3 digits are removed.').waitFor();
        // One of them is kept once more meanwhile: it is there once.
        await page.click('#result-tab');
        await correct(9);
        await page.click('#teach-tab');
        await page.getByRole('button', { name: 'Bring them back' }).click();
        await keeps(3);
        assert.deepEqual((await labels()).sort(), ['5', '8', '9']);

        await remove(5).click();
        await page.locator('#teach-removed').waitFor();
        await page.click('#teach-reset');
        await page.click('#question-yes');
        await page.locator('#teach-empty').waitFor();
        assert.ok(await page.locator('#teach-removed').isHidden());
    });

    describe('that were removed', () => {
        const remove = (label) => page.getByRole('button', { name: new RegExp(`^Remove: A ${label}`) });
        const bringBack = () => page.locator('#teach-bring-back');
        const says = (text) => page.locator('#teach-removed').getByText(text).waitFor();
        const saysNothing = () => page.locator('#teach-removed').waitFor({ state: 'hidden' });

        /** Two digits, a 5 and then a 9. */
        async function keepTwo() {
            for (const [written, label] of [[3, 5], [0, 9]]) {
                await page.keyboard.press('Escape');
                await write(page, written);
                await correct(label);
            }
            await page.click('#teach-tab');
            await keeps(2);
        }

        it('and are kept again, by hand or from a file, are removed no more', async () => {
            await keepTwo();
            const { name, bytes } = await downloaded(page, () => page.click('#teach-export'));
            await remove(9).click();
            await says('The 9 is removed.');
            await correct(9);
            await page.click('#teach-tab');
            await keeps(2);
            await saysNothing();

            await remove(5).click();
            await remove(5).waitFor({ state: 'detached' });
            await remove(9).click();
            await says('2 digits are removed.');
            await page.setInputFiles('#teach-file', { name, mimeType: 'application/json', buffer: bytes });
            await keeps(2);
            await saysNothing();
        });

        it('come back once after two quick clicks, and that is said', async () => {
            await keepTwo();
            await remove(9).click();
            await says('The 9 is removed.');
            await page.evaluate(() => {
                const spoken = document.getElementById('teach-spoken'), button = document.getElementById('teach-bring-back');
                window.sentences = [];
                new MutationObserver(() => window.sentences.push(spoken.textContent)).observe(spoken, { childList: true });
                button.click();
                button.click();
            });
            await keeps(2);
            // What follows waits for both.
            await remove(9).click();
            await says('The 9 is removed.');
            await page.waitForFunction(() => window.sentences.at(-1).startsWith('The 9 is removed'));
            assert.deepEqual(await page.evaluate(() => window.sentences), ['1 digit brought back.', 'The 9 is removed. It can be brought back.']);
        });

        it('stay removed where the storage fails, with those that are removed meanwhile, and can come back later', async () => {
            await keepTwo();
            await remove(9).click();
            await says('The 9 is removed.');
            await page.evaluate(() => {
                const { add } = IDBObjectStore.prototype;
                IDBObjectStore.prototype.add = function () {
                    IDBObjectStore.prototype.add = add;
                    throw new Error('The disk is full.');
                };
                document.getElementById('teach-bring-back').click();
                document.querySelector('[aria-label^="Remove: A 5"]').click();
            });
            await says('2 digits are removed.');
            await bringBack().click();
            await keeps(2);
            await saysNothing();
            assert.deepEqual(await page.locator('#teach-gallery .caption').allTextContents(), ['5', '9']);
        });

        it('are back once they are stored, though they can’t be shown', async () => {
            await keepTwo();
            await remove(9).click();
            await says('The 9 is removed.');
            await page.evaluate(() => {
                const { getAll } = IDBObjectStore.prototype;
                IDBObjectStore.prototype.getAll = function () {
                    IDBObjectStore.prototype.getAll = getAll;
                    throw new Error('The disk is gone.');
                };
            });
            await bringBack().click();
            await page.locator('#teach-problem').waitFor();
            await saysNothing();
            await page.reload();
            await isReady(page);
            await page.click('#teach-tab');
            await keeps(2);
        });
    });

    it('that are forgotten stay so, whoever was asked about them before', async () => {
        await write(page, 7);
        await correct(4);
        await page.evaluate(() => {
            const send = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message, ...rest) {
                if (message.action !== 'predictImages') return send.call(this, message, ...rest);
                window.ask = () => new Promise((resolve) => {
                    Worker.prototype.postMessage = send;
                    this.addEventListener('message', ({ data }) => data.id === message.id && setTimeout(resolve));
                    send.call(this, message, ...rest);
                });
            };
        });
        await openModel(shippedModel(), 'mine');
        await page.waitForFunction(() => window.ask);
        await page.click('#teach-tab');
        await page.getByRole('button', { name: /^Remove: A 4/ }).click();
        await page.waitForTimeout(300);
        await page.evaluate(() => window.ask());
        await page.locator('#teach-empty').waitFor();
    });

    it('say what is wrong with a file that holds none', async () => {
        await page.click('#teach-tab');
        await page.setInputFiles('#teach-file', { name: 'other.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
        await page.getByText('This file is no list of kept digits').waitFor();
        await keeps(0);
    });
});
