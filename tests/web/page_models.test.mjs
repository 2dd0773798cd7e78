// Models on the page as `make web` built it: downloaded for the command line, opened, kept, renamed and deleted.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { built } from '../helpers/build.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { after, afterEach, before, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { encodePng } from '../helpers/png.mjs';
import { useBuiltSite } from '../helpers/built_site.mjs';
import { downloaded, fillForm, holdBack, isReady, visit } from '../helpers/learning_site.mjs';
import { reads, whatItReads, write } from '../helpers/paper.mjs';

const TINY = 'conv 4 3x3 relu, maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 10 softmax';

const site = useBuiltSite();
let visitor;
let page;
let folder;

before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
});

after(async () => {
    rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
    visitor = await visit(site);
    page = await visitor.open();
});

afterEach(() => visitor.leave());

/** What the command line reads with a model. */
function commandLineReads(model, image) {
    const [modelPath, imagePath] = ['model.safetensors', 'number.png'].map((name) => join(folder, name));
    writeFileSync(modelPath, model);
    writeFileSync(imagePath, image);
    const answer = JSON.parse(execFileSync(built('scrawl'), ['predict', '--json', '--model', modelPath, imagePath], { encoding: 'utf8' }));
    return Array.isArray(answer) ? answer[0] : answer;
}

const inUse = (name) => page.locator('#models-list .in-use h3', { hasText: name }).waitFor();
/** Waits until these are listed, and no others. */
const lists = (...names) => page.waitForFunction((wanted) => {
    const listed = [...document.querySelectorAll('#models-list h3')].map((name) => name.textContent);
    return listed.join() === wanted;
}, names.join());

async function openModel(bytes, name) {
    await page.setInputFiles('#models-file', { name, mimeType: 'application/octet-stream', buffer: bytes });
}

describe('A model', () => {
    it('with other maps leaves none of the old ones picked', async () => {
        await write(page, 3);
        await reads(page, '3');
        await page.click('#models-tab');
        await page.click('#inside-tab');
        const map = page.locator('#layers canvas').first();
        await map.hover({ position: { x: 10, y: 10 } });
        const name = page.locator('#map-view-name');
        await name.getByText(/^Convolution/).waitFor();
        const marks = page.locator('#layers .picked:not([hidden])');
        assert.equal(await marks.count(), 1);
        const before = await map.evaluate(({ width, height }) => `${width}×${height}`);
        await openModel(readFileSync(built('web', 'wasm', 'best.safetensors')), 'other.safetensors');
        await page.waitForFunction((size) => {
            const { width, height } = document.querySelector('#layers canvas');
            return `${width}×${height}` !== size;
        }, before);
        assert.equal(await marks.count(), 0);
        await page.locator('#map-view').waitFor({ state: 'hidden' });
    });

    it('that the page trained reads the same on the command line', async () => {
        await fillForm(page, { architecture: TINY, epochs: '1', batchSize: '32', learningRate: '0.004' });
        await page.click('#train-begin');
        await page.locator('#test-details').waitFor();
        const { name, bytes } = await downloaded(page, () => page.click('#train-download'));
        assert.equal(name, 'own-network-1-epoch.safetensors');
        const image = encodePng(picture('2031'));
        await page.locator('#train-reader').getByLabel('own network, 1 epoch').check();
        await page.setInputFiles('#file', { name: 'number.png', mimeType: 'image/png', buffer: image });
        await page.locator('#pictures:not([hidden])').waitFor();
        const text = await whatItReads(page);
        const answer = commandLineReads(bytes, image);
        assert.equal(text, answer.text.trim());
        await page.click('#result-tab');
        const shown = Number.parseFloat((await page.locator('#verdict-text').textContent()).match(/[\d.]+/)[0]);
        assert.ok(Math.abs(shown - 100 * answer.digits[0].confidence) < 0.15, `${shown} % and ${answer.digits[0].confidence}`);
    });

    it('is opened, kept for the next visit, renamed, and deleted', async () => {
        const shipped = readFileSync(built('web', 'wasm', 'small.safetensors'));
        await page.click('#models-tab');
        await inUse('small');
        await openModel(shipped, 'mine.safetensors');
        await inUse('mine');
        await page.getByText('mine is open and in use.').waitFor();
        await page.reload();
        await isReady(page);
        await page.click('#models-tab');
        await inUse('mine');

        await page.getByRole('button', { name: 'Rename mine' }).click();
        await page.getByLabel('New name of mine').fill('My hand');
        await page.keyboard.press('Enter');
        await inUse('My hand');
        await page.getByRole('button', { name: 'Use small' }).click();
        await page.locator('#models-list .in-use h3', { hasText: /^small$/ }).waitFor();
        const { name, bytes } = await downloaded(page, () => page.getByRole('button', { name: 'Download My hand' }).click());
        assert.equal(name, 'My-hand.safetensors');
        assert.ok(bytes.equals(shipped), 'the file is the one that was opened');

        await page.getByRole('button', { name: 'Use My hand' }).click();
        await inUse('My hand');
        await page.getByRole('button', { name: 'Delete My hand' }).click();
        await page.locator('#question').getByText('Delete the model “My hand” from this device?').waitFor();
        await page.keyboard.press('Escape');
        await inUse('My hand');
        await page.getByRole('button', { name: 'Delete My hand' }).click();
        await page.click('#question-yes');
        await page.locator('#models-list .in-use h3', { hasText: /^small$/ }).waitFor();
        await lists('small', 'best');
    });

    it('says beside each model how accurate it is and how large', async () => {
        await page.click('#reads');
        await page.getByText('comes with Scrawl').first().waitFor();
        for (const about of await page.locator('#models-list li p').allTextContents()) {
            assert.match(about, /^9\d\.\d\d % of MNIST’s test images · \d+\.\d+ MB · [\d,]+ parameters · comes with Scrawl$/);
        }
        await openModel(readFileSync(built('web', 'wasm', 'small.safetensors')), 'mine.safetensors');
        await inUse('mine');
        assert.match(await page.locator('#models-list .in-use p').first().textContent(), /^not tested · \d+\.\d+ MB · [\d,]+ parameters · /);
        assert.equal(await page.locator('#reads-name').textContent(), 'mine');
    });

    it('leaves the focus where one was when the list changes, and a name that is being written as it is', async () => {
        const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName);
        const press = async (name) => {
            await page.getByRole('button', { name, exact: true }).focus();
            await page.keyboard.press('Enter');
        };
        await page.click('#models-tab');
        const shipped = readFileSync(built('web', 'wasm', 'small.safetensors'));
        for (const name of ['mine', 'other']) {
            await openModel(shipped, `${name}.safetensors`);
            await inUse(name);
        }
        await press('Use mine');
        await inUse('mine');
        assert.equal(await focused(), 'Rename mine');
        await press('Rename mine');
        assert.equal(await focused(), 'New name of mine');
        await page.keyboard.type('My');
        await page.getByRole('button', { name: 'Use small', exact: true }).evaluate((button) => button.click());
        await inUse('small');
        await page.keyboard.type(' hand');
        assert.equal(await page.getByLabel('New name of mine').inputValue(), 'My hand');
        await page.keyboard.press('Enter');
        await page.locator('#models-list h3', { hasText: /^My hand$/ }).waitFor();
        assert.equal(await focused(), 'Rename My hand');
        await page.keyboard.press('Enter');
        await page.keyboard.press('Escape');
        assert.equal(await focused(), 'Rename My hand');
        for (const name of ['other', 'My hand']) {
            await press(`Delete ${name}`);
            await page.click('#question-yes');
            await page.locator('#models-list h3', { hasText: name }).waitFor({ state: 'detached' });
            assert.match(await focused(), /^(Delete|Use) /);
        }
        await openModel(shipped, 'mine.safetensors');
        await inUse('mine');
        await press('Use small');
        await inUse('small');
        assert.equal(await focused(), 'LI');
    });

    it('that is damaged or no reader is refused with a sentence, and the one in use stays', async () => {
        const shipped = readFileSync(built('web', 'wasm', 'small.safetensors'));
        await page.click('#models-tab');
        await openModel(shipped.subarray(0, shipped.length - 4), 'cut.safetensors');
        await page.getByText(/^cut.safetensors could not be used\. .+/).waitFor();
        assert.equal(await page.locator('#models-notice').getAttribute('data-kind'), 'error');
        await openModel(Buffer.from('no model'), 'other.safetensors');
        await page.getByText(/^other.safetensors could not be used\. .+/).waitFor();
        await openModel(readFileSync(built('web', 'wasm', 'finder.safetensors')), 'finder.safetensors');
        await page.getByText('finder.safetensors could not be used. It finds digits on pages and reads none.').waitFor();
        await lists('small', 'best');
        await inUse('small');
        await page.click('#result-tab');
        await page.locator('#example').click();
        await reads(page, '2075');
    });

    it('that comes with the site is read without a connection once it was used, and stays the choice in any case', async () => {
        await page.click('#models-tab');
        await page.getByRole('button', { name: 'Use best' }).click();
        await inUse('best');
        await visitor.context.route('**/best.safetensors', (route) => route.abort());
        await page.reload();
        await isReady(page);
        await page.click('#models-tab');
        await inUse('best');

        await page.evaluate(() => caches.delete('scrawl-models-1'));
        await page.reload();
        await isReady(page);
        await page.locator('#message-text', { hasText: 'The model best could not be fetched' }).waitFor();
        assert.match(await page.locator('#message-text').textContent(), /Until then, small reads\.$/);
        await page.click('#models-tab');
        await inUse('small');

        await visitor.context.unroute('**/best.safetensors');
        await page.reload();
        await isReady(page);
        await page.click('#models-tab');
        await inUse('best');
        visitor.complaints.splice(0, Infinity, ...visitor.complaints.filter((text) => !text.includes('Failed to load resource')));
    });

    it('that was asked for last is the one in use, however long another took to come', async () => {
        const answer = await holdBack(visitor.context, '**/best.safetensors');
        await page.click('#models-tab');
        await openModel(readFileSync(built('web', 'wasm', 'small.safetensors')), 'mine.safetensors');
        await inUse('mine');
        await page.getByRole('button', { name: 'Use best' }).click();
        await page.getByRole('button', { name: 'Use small' }).click();
        await inUse('small');
        const came = page.waitForResponse(/best\.safetensors/);
        answer();
        await came;
        await page.waitForTimeout(500);
        await inUse('small');
        assert.equal(await page.locator('#models-list .in-use').count(), 1);
    });

    it('can’t be changed while a training runs', async () => {
        await fillForm(page, { architecture: TINY, epochs: '500', batchSize: '32' });
        await page.click('#train-begin');
        await page.locator('#train-run').waitFor();
        await page.click('#models-tab');
        await openModel(readFileSync(built('web', 'wasm', 'small.safetensors')), 'mine.safetensors');
        await page.getByText(/^mine.safetensors could not be used\. .*training/).waitFor();
        await page.click('#train-tab');
        await page.click('#train-cancel');
        await page.locator('#train-form').waitFor();
    });
});
