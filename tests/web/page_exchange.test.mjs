// Models of other programs on the page: Keras' and ONNX files dropped and opened, asked how their input is made, kept, trained
// further, and downloaded as any of these. The files are those of tests/fixtures, and what the command line writes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { violations } from '../helpers/axe.mjs';
import { built, root } from '../helpers/build.mjs';
import { useBuiltSite } from '../helpers/built_site.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { downloaded, fillForm, isReady, visit } from '../helpers/learning_site.mjs';
import { after, afterEach, before, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { isRead, reads, write } from '../helpers/paper.mjs';
import { encodePng } from '../helpers/png.mjs';

const site = useBuiltSite();
let visitor;
let page;
let folder;

before(() => {
    folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
    visitor = await visit(site);
    page = await visitor.open();
});

afterEach(() => visitor.leave());

const fixture = (name) => readFileSync(join(root, 'tests/fixtures', name));

/** What the command line makes of the model that the page begins with. */
function exported(ending) {
    const file = join(folder, `exported${ending}`);
    execFileSync(built('scrawl'), ['export', built('wasm', 'small.safetensors'), file]);
    return readFileSync(file);
}

/** Drops files anywhere on the page. @param {Record<string, Buffer>} files by name */
async function drop(files) {
    const content = Object.entries(files).map(([name, bytes]) => ({ name, bytes: bytes.toString('base64') }));
    const transfer = await page.evaluateHandle((list) => {
        const data = new DataTransfer();
        for (const { name, bytes } of list) data.items.add(new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], name));
        return data;
    }, content);
    await page.dispatchEvent('header', 'dragover', { dataTransfer: transfer });
    await page.locator('#landing').waitFor();
    await page.dispatchEvent('header', 'drop', { dataTransfer: transfer });
    await page.locator('#landing').waitFor({ state: 'hidden' });
}

const choose = (name, bytes) => page.setInputFiles('#models-file', { name, mimeType: 'application/octet-stream', buffer: bytes });
const inUse = (name) => page.locator('#models-list .in-use h3', { hasText: new RegExp(`^${name}$`) }).waitFor();
const says = (text) => page.locator('#models-notice', { hasText: text }).waitFor();
const question = () => page.locator('#models-list fieldset');

async function visitAgain() {
    await page.reload();
    await isReady(page);
    await page.click('#models-tab');
}

describe('A model of Keras’', () => {
    it('that is dropped is in use, reads and shows its inside, and does so at the next visit', async () => {
        await drop({ 'digit_recogniser_model.h5': exported('.h5') });
        await inUse('digit_recogniser_model');
        await says(/^digit_recogniser_model is open and in use\.$/);
        assert.equal(await page.locator('#reads-name').textContent(), 'digit_recogniser_model');
        assert.equal(await question().count(), 0, 'Scrawl wrote how its input is made');
        const asked = () => visitor.requests.filter((address) => address.includes('exchange')).length;
        const before = asked();
        assert.ok(before >= 2, 'the part for other programs’ files came with it');
        await visitAgain();
        await inUse('digit_recogniser_model');
        assert.equal(asked(), before, 'what is kept is a model like any other');
        await page.click('#result-tab');
        await page.locator('#example').click();
        await reads(page, '2075');
        await page.click('#inside-tab');
        await page.locator('#layers canvas').first().waitFor();
    });

    it('is dropped with pictures, which it reads', async () => {
        await drop({ '203.png': encodePng(picture('203')), 'one.keras': exported('.keras'), 'two.onnx': exported('.onnx') });
        await inUse('two');
        await page.locator('#models-list h3', { hasText: /^one$/ }).waitFor();
        await reads(page, '203');
    });

    it('is tested and trained further', async () => {
        await page.click('#models-tab');
        await choose('mine.h5', exported('.h5'));
        await inUse('mine');
        await fillForm(page, { epochs: '1', batchSize: '64', learningRate: '0.0001' });
        await page.locator('input[name="start"][value="loaded"]').check();
        await page.click('#train-begin');
        await page.locator('#test-details').waitFor();
        assert.ok(Number.parseFloat(await page.locator('#test-accuracy').textContent()) > 95);
    });
});

describe('Models of other programs', () => {
    for (const [file, name] of [
        ['keras/sequential.h5', 'sequential'], ['keras/keras2_old.h5', 'keras2_old'], ['keras/functional.keras', 'functional'],
        ['onnx/converted.onnx', 'converted'], ['onnx/folded.onnx', 'folded'],
    ]) {
        it(`are opened by the button: ${file}`, async () => {
            await page.click('#models-tab');
            assert.equal(await page.locator('#models-file').getAttribute('accept').then((accept) => accept.includes(file.slice(file.lastIndexOf('.')))), true);
            await choose(file.split('/')[1], fixture(file));
            await inUse(name);
            assert.equal(await page.locator('#reads-name').textContent(), name);
            await write(page, 3); // it never learnt any digit, and whatever it says of this one is read
            await isRead(page);
        });
    }

    it('are asked how their input is made where their file doesn’t say, and keep the answer', async () => {
        await drop({ 'sequential.h5': fixture('keras/sequential.h5') });
        await says(/sequential is open and in use\. Its file doesn’t say how its input is made/);
        const [unit, columns] = ['divided by 255', 'by Keras’ normalize(x, axis=1)'].map((text) => question().getByLabel(text, { exact: true }));
        assert.equal(await unit.isChecked(), true);
        await columns.check();
        await page.locator('#models-list input[value="column-l2"]:checked:focus').waitFor();
        assert.deepEqual(await violations(page), []);
        const { bytes } = await downloaded(page, () => page.getByRole('button', { name: 'Download sequential' }).click());
        const file = join(folder, 'sequential.safetensors');
        writeFileSync(file, bytes);
        assert.match(execFileSync(built('scrawl'), ['summary', file], { encoding: 'utf8' }), /normalization column-l2/);
        await visitAgain();
        await inUse('sequential');
        assert.equal(await columns.isChecked(), true);
        await unit.check();
        await page.locator('#models-list input[value="unit"]:checked:focus').waitFor();
        assert.equal(await page.locator('#models-list h3').count(), 3, 'it is still one model');

        await choose('functional.keras', fixture('keras/functional.keras'));
        await inUse('functional');
        assert.equal(await question().count(), 0);
        await page.getByRole('button', { name: 'Use sequential' }).click();
        await inUse('sequential');
        assert.equal(await unit.isChecked(), true);
    });

    it('are refused with the library’s sentence, and the one in use stays', async () => {
        await drop({ 'elsewhere.onnx': fixture('onnx/elsewhere.onnx') });
        await says(/^elsewhere\.onnx could not be used\. .*external_data=False/);
        await page.waitForFunction(() => {
            const { top, bottom } = document.getElementById('models-notice').getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
        });
        assert.equal(await page.locator('#models-notice').getAttribute('data-kind'), 'error');
        const whole = fixture('keras/sequential.h5');
        await choose('cut.h5', whole.subarray(0, whole.length / 2));
        await says(/^cut\.h5 could not be used\. [A-Z]/);
        await drop({ 'finder.onnx': readFileSync(built('wasm', 'finder.safetensors')) });
        await says('finder.onnx could not be used. It finds digits on pages and reads none.');
        await inUse('small');
    });

    it('fit on a phone', async () => {
        await page.setViewportSize({ width: 390, height: 844 });
        await drop({ 'digit_recogniser_model.h5': fixture('keras/sequential.h5') });
        await question().waitFor();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        for (const label of await question().locator('label').all()) {
            const { x, width, height } = await label.boundingBox();
            assert.ok(x >= 0 && x + width <= 390 && height >= 24, `${x}, ${width} × ${height}`);
        }
    });
});

describe('A download', () => {
    it('is of the format that is chosen, to the same bytes as the command line’s', async () => {
        await page.click('#models-tab');
        await choose('My hand.safetensors', readFileSync(built('wasm', 'small.safetensors')));
        await inUse('My hand');
        for (const [format, ending] of [['keras', '.keras'], ['h5', '.h5'], ['onnx', '.onnx']]) {
            await page.selectOption('#models-format', format);
            const expected = exported(ending);
            for (const button of ['#models-download', 'button[aria-label="Download My hand"]']) {
                const { name, bytes } = await downloaded(page, () => page.click(button));
                assert.equal(name, `My-hand${ending}`);
                assert.ok(bytes.equals(expected), `${button}: ${bytes.length} and ${expected.length} bytes`);
            }
        }
    });

    it('that can’t be made says why', async () => {
        await visitor.context.route('**/scrawl-exchange.wasm', (route) => route.abort());
        await page.click('#models-tab');
        await page.selectOption('#models-format', 'onnx');
        await page.click('#models-download');
        await says(/Couldn't load the wasm module .* Check the address and the connection\./);
        visitor.complaints.splice(0, Infinity, ...visitor.complaints.filter((text) => !text.includes('Failed to load resource')));
    });
});
