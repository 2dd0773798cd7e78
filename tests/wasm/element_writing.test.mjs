// <scrawl-field> as something to write on: what mouse, pen and fingers write is read, shown, doubted, corrected, undone; how
// it is heard and operated without seeing it; and what it takes of the machine.

import assert from 'node:assert/strict';

import { violations } from '../helpers/axe.mjs';
import { DOT, HOOK, useFieldPage } from '../helpers/field_page.mjs';
import { STROKES } from '../helpers/handwriting.mjs';
import { it } from '../helpers/page_test.mjs';

const open = useFieldPage();
const ONE = '<form><label for="zip">ZIP code</label> <scrawl-field id="zip" name="zip"></scrawl-field></form>';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const part = (page, id, name) => page.locator(`#${id}`).locator(name);
const stateOf = (field) => ({ value: field.value, doubtful: field.doubtful, state: field.matches(':state(doubtful)'), strokes: field.strokes.length });

it('what the mouse writes is read into the text input, with input and change events as of an input', async (test) => {
    const visit = await open(test, ONE);
    await visit.record();
    await visit.write('zip', '72');
    assert.equal(await part(visit.page, 'zip', 'input').inputValue(), '72');
    await visit.page.waitForFunction(() => window.events.length >= 3);
    await visit.write('zip', '0', 2);
    await part(visit.page, 'zip', 'input').press('End');
    await visit.page.keyboard.type('3');
    await part(visit.page, 'zip', 'input').blur();
    const events = (await visit.events()).join('; ');
    assert.match(events, /^(input zip true true 7; )?input zip true true 72; change zip true false 72; input zip true true 720; input zip true true 7203; change zip true false 7203$/);
    assert.equal(await visit.ask('zip', ({ form }) => new FormData(form).get('zip')), '7203');
});

it('a pen writes with its pressure, and the hand beside it does not', async (test) => {
    const visit = await open(test, ONE, PHONE);
    const client = await visit.page.context().newCDPSession(visit.page);
    const send = (type, [x, y], pressure = 0.8) => client.send('Input.dispatchMouseEvent', {
        type, x, y, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1, pointerType: 'pen', force: pressure,
    });
    const points = await visit.places('zip', STROKES[3], 0);
    await send('mousePressed', points[0]);
    const [[x, y]] = await visit.places('zip', [[1, 1]], 3);
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
    for (const point of points.slice(1)) await send('mouseMoved', point);
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await send('mouseReleased', points.at(-1));
    await visit.isRead('zip');
    const { value, strokes } = await visit.ask('zip', ({ value, strokes }) => ({ value, strokes }));
    assert.deepEqual([value, strokes.length], ['3', 1]);
    assert.ok(strokes[0].some(({ pressure }) => Math.abs(pressure - 0.8) < 0.05));
});

it('a change is told before the form is submitted, however soon', async (test) => {
    const visit = await open(test, `${ONE.replace('</form>', '<button>Send</button></form>')}`, PHONE);
    await visit.record();
    await visit.write('zip', '7');
    await visit.page.getByRole('button', { name: 'Send' }).evaluate((button) => button.click());
    assert.match((await visit.events()).join('; '), /input zip true true 7; change zip true false 7; submit/);
});

it('a finger writes without a keyboard coming, two fingers leave no ink, and only the canvas keeps the page from scrolling', async (test) => {
    const visit = await open(test, ONE, PHONE);
    const client = await visit.page.context().newCDPSession(visit.page);
    const touch = (type, ...places) => client.send('Input.dispatchTouchEvent', { type, touchPoints: places.map(([x, y], id) => ({ x, y, id })) });
    const draw = async (points) => {
        await touch('touchStart', points[0]);
        for (const point of points.slice(1)) await touch('touchMove', point);
        await touch('touchEnd');
    };
    await draw(await visit.places('zip', STROKES[2], 0));
    await visit.isRead('zip');
    const [[from], [to]] = [await visit.places('zip', [[0, 0]], 2), await visit.places('zip', [[0, 0]], 4)];
    await touch('touchStart', from);
    await touch('touchStart', from, to);
    await touch('touchMove', [from[0], from[1] + 40], [to[0], to[1] + 40]);
    await touch('touchEnd');
    const found = await visit.ask('zip', (field) => ({
        value: field.value, strokes: field.strokes.length, focus: document.activeElement.localName, scrolled: scrollY,
        still: [field, ...field.shadowRoot.querySelectorAll('*')].filter((node) => getComputedStyle(node).touchAction !== 'auto').map(({ localName }) => localName),
    }));
    assert.deepEqual(found, { value: '2', strokes: 1, focus: 'body', scrolled: 0, still: ['canvas'] });
    await touch('touchStart', from);
    await visit.ask('zip', (field) => field.parentElement.append(field));
    await touch('touchEnd');
    await draw(await visit.places('zip', STROKES[7], 1));
    await visit.isRead('zip');
    assert.equal((await visit.ask('zip', stateOf)).value, '27', 'a finger that was down when it was moved is forgotten');
    await visit.ask('zip', (field) => { field.readOnly = true; });
    assert.equal(await part(visit.page, 'zip', 'canvas').evaluate((canvas) => getComputedStyle(canvas).touchAction), 'auto');
});

it('a digit that is hard to read is marked, keeps the form back, and is confirmed or corrected', async (test) => {
    const visit = await open(test, ONE);
    await visit.draw('zip', HOOK);
    await visit.page.locator('#zip:state(doubtful)').waitFor();
    const { value } = await visit.ask('zip', stateOf);
    const of = (field) => ({ message: field.validationMessage, custom: field.validity.customError, valid: field.form.checkValidity() });
    const sentence = `“${value}” is hard to read. Correct it or confirm.`;
    assert.deepEqual(await visit.ask('zip', of), { message: sentence, custom: true, valid: false });
    await visit.page.getByText(sentence, { exact: true }).waitFor();
    await part(visit.page, 'zip', '[part=mark]').waitFor();
    await visit.page.getByRole('button', { name: 'Confirm' }).click();
    assert.deepEqual(await visit.ask('zip', stateOf), { value, doubtful: false, state: false, strokes: 1 });
    assert.deepEqual(await visit.ask('zip', of), { message: '', custom: false, valid: true });
    assert.equal(await part(visit.page, 'zip', '[part=mark]').count(), 0);
    await visit.page.keyboard.press('Escape');
    await part(visit.page, 'zip', '#undo').click();
    await visit.draw('zip', HOOK);
    await visit.page.locator('#zip:state(doubtful)').waitFor();
    await part(visit.page, 'zip', 'input').fill('9');
    assert.deepEqual(await visit.ask('zip', stateOf), { value: '9', doubtful: false, state: false, strokes: 1 });
});

it('what is corrected stays when more is written, and what was typed on an empty paper gives way', async (test) => {
    const visit = await open(test, ONE);
    const input = part(visit.page, 'zip', 'input');
    await input.fill('55');
    await visit.draw('zip', DOT);
    await visit.isRead('zip');
    assert.equal(await input.inputValue(), '55', 'a dot is no digit');
    await visit.page.getByText('No digit is found there').first().waitFor();
    await visit.write('zip', '73', 1);
    assert.equal(await input.inputValue(), '73');
    await input.fill('18');
    await visit.write('zip', '2', 3);
    assert.equal(await input.inputValue(), '182');
    assert.equal((await visit.ask('zip', stateOf)).strokes, 4);
});

it('undo and clear are reached and pressed by keys, and take back what was written and typed', async (test) => {
    const visit = await open(test, ONE);
    const { keyboard } = visit.page;
    const focused = () => visit.ask('zip', ({ shadowRoot }) => shadowRoot.activeElement?.id);
    await visit.write('zip', '72');
    const seen = [await focused()];
    for (let step = 0; step < 2; step++) {
        await keyboard.press('Tab');
        seen.push(await focused());
    }
    assert.deepEqual(seen, ['input', 'undo', 'clear']);
    await keyboard.press('Enter');
    assert.deepEqual([await visit.ask('zip', stateOf), await focused()], [{ value: '', doubtful: false, state: false, strokes: 0 }, 'input']);
    for (const [value, strokes] of [['72', 2], ['7', 1]]) {
        await keyboard.press('Tab');
        await keyboard.press('Space');
        await visit.isRead('zip');
        const { value: now, strokes: left } = await visit.ask('zip', stateOf);
        assert.deepEqual([now, left, await focused()], [value, strokes, 'input']);
    }
    await visit.inkBecomes('zip', ({ dark }) => dark > 0);
});

it('screen readers hear its label, its readings and its doubts, and the label’s click goes to the input', async (test) => {
    const visit = await open(test, `${ONE}<p id="why">As on the letter.</p><label>Year <scrawl-field id="year" required aria-describedby="why"></scrawl-field></label>`);
    const { page } = visit;
    await page.getByText('ZIP code').click();
    assert.equal(await visit.ask('zip', (field) => document.activeElement === field && field.shadowRoot.activeElement.id), 'input');
    await visit.write('zip', '7');
    await page.getByRole('status').getByText('It reads 7.', { exact: true }).waitFor();
    await visit.draw('zip', HOOK, 1);
    await page.getByRole('status').getByText(/It reads 7 \d\. “\d” is hard to read/).waitFor();
    await page.getByText('Year').evaluate((label) => label.firstChild.data = 'Year of birth ');
    await page.locator('#year').getByRole('textbox', { name: 'Year of birth', exact: true }).waitFor();
    const client = await page.context().newCDPSession(page);
    const { nodes } = await client.send('Accessibility.getFullAXTree');
    const heard = nodes.filter(({ role }) => ['group', 'textbox'].includes(role.value)).map(({ role, name, description, properties }) => {
        const is = (key) => properties.find((property) => property.name === key)?.value.value ?? false;
        return [role.value, name.value, description?.value ?? '', is('required') && 'required'].join(' | ');
    });
    assert.deepEqual(heard.map((line) => line.replace(/“\d”/, '“n”')).sort(), [
        'group | Year of birth | As on the letter. | false',
        'group | ZIP code |  | false',
        'textbox | Year of birth | As on the letter. | required',
        'textbox | ZIP code | “n” is hard to read. Correct it or confirm. | false',
    ]);
});

it('axe finds nothing, in light, dark and forced colours, empty, filled, doubtful, disabled, readonly and invalid', async (test) => {
    const field = (id, attributes = '') => `<p><label for="${id}">Field ${id}</label> <scrawl-field id="${id}" name="${id}" ${attributes}></scrawl-field></p>`;
    const visit = await open(test, `<h1>Form</h1><form>${field('empty')}${field('filled')}${field('doubtful')}${field('disabled', 'disabled value="1"')}`
        + `${field('readonly', 'readonly value="2"')}${field('invalid', 'required placeholder="12345"')}<button>Send</button></form>`);
    await visit.write('filled', '7');
    await visit.draw('doubtful', HOOK);
    await visit.page.locator('#doubtful:state(doubtful)').waitFor();
    await visit.page.getByRole('button', { name: 'Send' }).click();
    await visit.page.locator('#invalid:invalid:state(user-invalid)').waitFor();
    for (const media of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', forcedColors: 'active' }]) {
        await visit.page.emulateMedia(media);
        assert.deepEqual(await violations(visit.page), [], JSON.stringify(media));
    }
});

it('ink keeps its sharpness and place on other screens and in other sizes, and its colour follows the page', async (test) => {
    const visit = await open(test, ONE);
    await visit.write('zip', '72');
    const client = await visit.page.context().newCDPSession(visit.page);
    await client.send('Emulation.setDeviceMetricsOverride', { width: 800, height: 600, deviceScaleFactor: 3, mobile: false });
    const sharp = await visit.inkBecomes('zip', ({ width, shown, dark, light }) => width === 3 * shown && dark > 0 && light < dark / 10);
    const set = (name, value) => visit.ask('zip', (field, [key, text]) => field.style.setProperty(key, text), [name, value]);
    await set('--scrawl-width', '60px');
    await visit.inkBecomes('zip', ({ width, shown, dark, right }) => width === 3 * shown && width < 200 && dark > 0 && right < width);
    await set('--scrawl-width', '');
    assert.equal((await visit.inkBecomes('zip', ({ width }) => width === 954)).right, sharp.right);
    await visit.page.emulateMedia({ colorScheme: 'dark' });
    await visit.inkBecomes('zip', ({ light, dark }) => light > 0 && dark < light / 10);
    await set('--scrawl-ink', 'black');
    await visit.inkBecomes('zip', ({ dark, light }) => dark > 0 && light < dark / 10);
});

it('fields take nothing until somebody writes, share one worker, and give it back', async (test) => {
    const many = Array.from({ length: 100 }, (_, index) => `<scrawl-field id="f${index}" aria-label="${index}"></scrawl-field>`).join('');
    const visit = await open(test, `<div id="all">${many}</div>`);
    const { page } = visit;
    const [loaded, plain] = await page.evaluate(() => [
        performance.getEntriesByType('resource').filter(({ name }) => /client|wasm|safetensors/.test(name.replace(/.*\//, ''))).length,
        document.querySelectorAll('scrawl-field:not(:state(reading))').length,
    ]);
    assert.deepEqual([loaded, plain, page.workers().length], [0, 100, 0]);
    await visit.write('f0', '7');
    await visit.write('f1', '2');
    assert.equal(page.workers().length, 1);
    const closed = page.workers()[0].waitForEvent('close');
    await page.locator('#all').evaluate((all) => { window.all = all; all.remove(); });
    await closed;
    await page.evaluate(() => document.querySelector('main').append(window.all));
    assert.equal((await visit.ask('f0', stateOf)).strokes, 1, 'its ink is still there');
    await visit.inkBecomes('f0', ({ dark }) => dark > 0);
    await visit.write('f0', '3', 1);
    assert.deepEqual([(await visit.ask('f0', stateOf)).value, page.workers().length], ['73', 1]);
});

it('another client may be given, and what fields say', async (test) => {
    const visit = await open(test, ONE);
    await visit.ask('zip', ({ constructor: ScrawlField }) => {
        ScrawlField.words = { undo: 'Zurück', doubt: (labels) => `Ist das ${labels}?` };
        ScrawlField.createClient = async () => ({
            predictStrokes: async (strokes) => ({ digits: strokes.map(() => ({ label: 'x', doubtful: true, x: 0, y: 0, width: 40, height: 70 })) }),
            free() {},
        });
    });
    await visit.write('zip', '7');
    assert.deepEqual(await visit.ask('zip', ({ value, validationMessage }) => [value, validationMessage]), ['x', 'Ist das x?']);
    await visit.page.getByRole('button', { name: 'Zurück' }).waitFor();
});

it('without the library it is a text input and says so; the next stroke tries again', async (test) => {
    const visit = await open(test, ONE);
    visit.expected = /Failed to load resource|can only be typed into for now/;
    await visit.page.route('**/small.safetensors', (route) => route.abort());
    const told = visit.page.waitForEvent('console', { predicate: (message) => message.type() === 'warning' && message.text().includes('small.safetensors') });
    await visit.write('zip', '7');
    await told; // developers learn the cause
    await visit.page.getByText('Handwriting can’t be read now. Type instead').first().waitFor();
    assert.deepEqual(await visit.ask('zip', ({ form, value }) => [form.checkValidity(), value]), [false, '']);
    await part(visit.page, 'zip', 'input').fill('4');
    assert.deepEqual(await visit.ask('zip', ({ form, value }) => [form.checkValidity(), value]), [true, '4']);
    await part(visit.page, 'zip', '#clear').click();
    await visit.page.unroute('**/small.safetensors');
    await visit.write('zip', '72');
    assert.equal((await visit.ask('zip', stateOf)).value, '72');
});
