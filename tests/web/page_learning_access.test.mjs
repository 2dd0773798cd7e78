// Train, Teach and Models for everyone: nothing that axe finds, in any of their states, light and dark.

import assert from 'node:assert/strict';

import { violations } from '../helpers/axe.mjs';
import { useBuiltSite } from '../helpers/built_site.mjs';
import { fillForm, visit } from '../helpers/learning_site.mjs';
import { afterEach, describe, it } from '../helpers/page_test.mjs';
import { reads, write } from '../helpers/paper.mjs';

const TINY = 'conv 4 3x3 relu, maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 10 softmax';
const LONG = { architecture: TINY, epochs: '500', batchSize: '32', learningRate: '0.002', schedule: 'constant', validationSplit: '10' };

const site = useBuiltSite();
let visitor;
let page;

afterEach(() => visitor.leave());

/** Leads the page through what the three tabs show. @param {(state: string) => Promise<void>} look at each */
async function tour(look) {
    await fillForm(page, {});
    await look('the form of a training, all of it');
    await fillForm(page, { learningRate: '0', architecture: '' });
    await page.click('#train-begin');
    await page.locator('#train-problem:not(:empty)').waitFor();
    await look('a wrong setting');

    await fillForm(page, LONG);
    await page.click('#train-begin');
    await page.waitForFunction(() => Number(document.getElementById('train-run-title').textContent.match(/epoch (\d+)/)?.[1]) >= 3);
    await page.locator('#train-filter-grid canvas').first().waitFor();
    await look('a training');
    await page.click('#train-pause');
    await page.locator('#train-resume').waitFor();
    await look('a paused training');
    await page.click('#train-finish');
    await page.locator('#test-details').waitFor();
    await page.locator('#test-confusion .wrong button').first().click();
    await look('a trained network with its mistakes');

    await page.click('#models-tab');
    await page.getByText('comes with Scrawl').first().waitFor();
    await look('models');
    await page.getByRole('button', { name: /^Rename/ }).first().click();
    await look('a model that is renamed');
    await page.keyboard.press('Escape');
    await page.setInputFiles('#models-file', { name: 'no.safetensors', mimeType: 'application/octet-stream', buffer: Buffer.from('no') });
    await page.locator('#models-notice[data-kind="error"]').waitFor();
    await look('a file that is no model');
    await page.getByRole('button', { name: /^Delete/ }).first().click();
    await page.locator('#question[open]').waitFor();
    await look('a question before something is lost');
    await page.keyboard.press('Escape');

    await page.click('#teach-tab');
    await look('no kept digits');
    await write(page, 7);
    await reads(page, '7');
    await page.click('#result-tab');
    await page.getByRole('button', { name: 'It is 4', exact: true }).click();
    await page.getByText('Kept as 4').waitFor();
    await page.click('#teach-tab');
    await look('kept digits');
    await page.click('#teach-begin');
    await page.locator('#teach-result').waitFor();
    await look('a lesson\'s result');
    await page.setInputFiles('#teach-file', { name: 'no.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
    await page.getByText('This file is no list of kept digits').waitFor();
    await look('a file that holds no digits');
}

describe('Training, teaching and models', () => {
    for (const colorScheme of ['light', 'dark']) {
        it(`have nothing that axe finds, in any state, in ${colorScheme} colours`, async () => {
            visitor = await visit(site, { colorScheme, reducedMotion: 'reduce' });
            page = await visitor.open();
            const found = {};
            await tour(async (state) => {
                const lines = await violations(page);
                if (lines.length) found[state] = lines;
            });
            assert.deepEqual(found, {});
        });
    }
});
