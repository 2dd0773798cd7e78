// <scrawl-field> as a control of a form: beside an <input> with the same attributes it says and does the same; its ink
// survives what typed text does; and it can be imported where there is no document.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

import { built } from '../helpers/build.mjs';
import { HOOK, useFieldPage } from '../helpers/field_page.mjs';
import { it } from '../helpers/page_test.mjs';

const open = useFieldPage();

/** The same attributes on both. */
const twice = (attributes = '') => `<input id="plain" ${attributes}><scrawl-field id="hand" ${attributes}></scrawl-field>`;

/** In the page: what both say of themselves. */
const BOTH = (say) => ['plain', 'hand'].map((id) => say(document.getElementById(id)));

/** Runs the same in the page on both, and expects the same. @returns what both answered */
async function same(visit, run, message) {
    const [input, field] = await visit.page.evaluate(`(${BOTH})(${run})`);
    assert.deepEqual(field, input, message);
    return field;
}

it('its properties stand for its attributes as an input’s do', async (test) => {
    const visit = await open(test, twice('name="zip" value="1" required pattern="[0-9]{5}" minlength="2" maxlength=" 5x" placeholder="Five" readonly disabled'));
    const names = ['name', 'value', 'defaultValue', 'required', 'pattern', 'minLength', 'maxLength', 'placeholder', 'readOnly', 'disabled', 'willValidate'];
    const first = await same(visit, `(control) => ${JSON.stringify(names)}.map((name) => control[name])`);
    assert.deepEqual(first, ['zip', '1', '1', true, '[0-9]{5}', 2, 5, 'Five', true, true, false]);
    const settings = { name: 'a', defaultValue: '7', required: false, pattern: 'b', minLength: 3, maxLength: 4, placeholder: 'c', readOnly: false, disabled: false };
    await same(visit, `(control) => {
        Object.assign(control, ${JSON.stringify(settings)});
        const attributes = [...control.attributes].map(({ name, value }) => name + '=' + value).filter((text) => !text.startsWith('id=')).sort();
        return [attributes, ...${JSON.stringify(names)}.map((name) => control[name])];
    }`);
    for (const text of ['control.minLength = -2', 'control.maxLength = 2', 'control.value = null']) {
        await same(visit, `(control) => { try { ${text}; } catch ({ name }) { return name; } return control.value + control.maxLength; }`, text);
    }
    const described = await visit.ask('hand', (field) => [field.type, field.matches(':disabled'), 'required' in field.constructor.prototype, field.form]);
    assert.deepEqual(described, ['scrawl-field', false, true, null]);
});

it('its value, default value, reset and disabled fieldset are as of an input', async (test) => {
    const visit = await open(test, `<form id="form"><fieldset id="set">${twice('name="x" value="1"').replace('name="x"', 'name="i"').replace('name="x"', 'name="f"')}</fieldset></form>`);
    const say = '(control) => [control.value, control.defaultValue, control.matches(":disabled"), new FormData(control.form).get(control.name)]';
    const steps = ['control.defaultValue = "2"', 'control.value = "3\\n4"', 'control.setAttribute("value", "5")', 'control.form.reset()',
        'control.setAttribute("value", "6")', 'control.value = undefined', 'control.closest("fieldset").disabled = true',
        'control.form.reset()', 'control.closest("fieldset").disabled = false', 'control.disabled = true', 'control.disabled = false',
        'control.removeAttribute("value")', 'control.name = ""'];
    for (const step of steps) {
        await visit.page.evaluate(`(${BOTH})((control) => { ${step}; })`);
        await same(visit, say, step);
    }
    await visit.write('hand', '7');
    await visit.page.evaluate(() => document.getElementById('set').setAttribute('disabled', ''));
    await visit.draw('hand', HOOK, 1);
    assert.deepEqual(await visit.ask('hand', ({ value, strokes }) => [value, strokes.length]), ['7', 1], 'nobody writes on a disabled one');
    await visit.page.evaluate(() => document.getElementById('form').reset());
    assert.deepEqual(await visit.ask('hand', ({ value, strokes, doubtful }) => [value, strokes.length, doubtful]), ['', 0, false]);
});

it('its validity is as of an input, for what scripts set and what people type', async (test) => {
    const visit = await open(test, `<form>${twice('required pattern="[0-9]{3,5}" minlength="2" maxlength="4" title="Three to five digits"')}</form>`);
    const say = `(control) => {
        const { validity } = control;
        const flags = Object.keys(ValidityState.prototype).filter((name) => validity[name]);
        const message = flags.some((name) => name.startsWith('too')) ? '' : control.validationMessage.replace(' Three to five digits', '');
        return [flags, message, control.matches(':invalid'), control.checkValidity(), control.willValidate];
    }`;
    assert.deepEqual((await same(visit, say, 'empty'))[0], ['valueMissing']);
    for (const value of ['a', '12', '123', '123456', '']) {
        await visit.page.evaluate(`(${BOTH})((control) => { control.value = ${JSON.stringify(value)}; })`);
        await same(visit, say, `set to ${value}`);
    }
    for (const value of ['1', '12', '123', '12345']) {
        for (const id of ['plain', 'hand']) {
            await visit.page.locator(`#${id}`).click({ position: { x: 30, y: id === 'hand' ? 140 : 5 } });
            await visit.page.keyboard.press('Control+A');
            await visit.page.keyboard.type(value);
        }
        await same(visit, say, `typed ${value}`);
    }
    for (const step of ['control.setCustomValidity("No.")', 'control.setCustomValidity("")', 'control.readOnly = true']) {
        await visit.page.evaluate(`(${BOTH})((control) => { ${step}; })`);
        await same(visit, say, step);
    }
    await visit.ask('hand', (field) => { field.readOnly = false; });
    await visit.ask('hand', (field) => { field.value = ''; });
    await visit.write('hand', '72072');
    const [tooLong, message] = await visit.ask('hand', ({ validity, validationMessage }) => [validity.tooLong, validationMessage]);
    assert.deepEqual([tooLong, message], [true, 'Use at most 4 characters: there are 5.'], 'what is written is kept');
});

it('a form with a field that isn’t valid stays, with the focus in the input; Enter submits it, also before it is read', async (test) => {
    const visit = await open(test, '<form id="form"><scrawl-field id="zip" name="zip" pattern="[0-9]{2}" required aria-label="ZIP"></scrawl-field><button>Send</button></form>');
    await visit.record();
    const isShown = () => visit.ask('zip', (field) => field.matches(':state(user-invalid)'));
    await visit.ask('zip', ({ form }) => form.checkValidity());
    assert.equal(await isShown(), false, 'a script that asks shows nothing');
    await visit.page.getByRole('button').click();
    const focused = () => visit.ask('zip', ({ shadowRoot }) => shadowRoot.activeElement?.id);
    assert.deepEqual([await visit.events(), await focused(), await isShown()], [[], 'input', true]);
    await visit.page.route('**/small.safetensors', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await route.continue();
    });
    await visit.draw('zip', [[0.5, 0], [0.5, 1]]);
    assert.deepEqual(await visit.ask('zip', ({ form, validationMessage }) => [form.checkValidity(), validationMessage]),
        [false, 'The writing is still being read. Wait a moment.']);
    await visit.isRead('zip');
    await visit.write('zip', '7', 1);
    await visit.page.keyboard.press('Enter');
    await visit.page.waitForFunction(() => window.events.some((text) => text.startsWith('submit')));
    assert.deepEqual((await visit.events()).slice(-2), ['change zip true false 17', 'submit form true true ']);
    await visit.page.getByRole('button', { name: 'Send' }).evaluate((button) => button.remove());
    await visit.page.keyboard.press('Enter');
    await visit.page.waitForFunction(() => window.events.length === 1);
});

it('Enter submits as in an input: by the first button, also one with an image or outside of the form, and without any', async (test) => {
    const visit = await open(test, '<div id="place"></div>');
    await visit.page.evaluate(() => {
        window.submitters = [];
        addEventListener('submit', (event) => {
            event.preventDefault();
            window.submitters.push(event.submitter?.id ?? 'none');
        });
    });
    /** Who submits it, and whether the control shows that it isn't valid. */
    const press = async (id, control, others) => {
        await visit.page.evaluate((html) => { document.getElementById('place').innerHTML = html; },
            `${others[0]}<form id="form">${control}${others[1]}</form>`);
        await visit.page.locator(id === 'hand' ? '#hand input' : '#plain').press('Enter');
        return visit.page.evaluate(async (name) => {
            await new Promise((resolve) => setTimeout(resolve, 50));
            return [window.submitters.splice(0), document.getElementById(name).matches(name === 'hand' ? ':state(user-invalid)' : ':user-invalid')];
        }, id);
    };
    const image = '<input type="image" id="image" alt="Send">';
    const cases = [
        ['', ['', image], ['image']], ['', ['', `${image}<button id="button"></button>`], ['image']],
        ['', ['', `<input>${image}`], ['image']], ['', ['', '<input>'], []], ['', ['', ''], ['none']],
        ['', ['<input type="image" id="outside" form="form" alt="Send">', '<button></button>'], ['outside']],
        ['', ['', `<button disabled></button>${image}`], []], ['required', ['', ''], []], ['required', ['', '<button></button>'], []],
    ];
    for (const [attributes, others, expected] of cases) {
        const plain = await press('plain', `<input id="plain" ${attributes}>`, others);
        assert.deepEqual(plain, [expected, attributes === 'required'], others.join());
        assert.deepEqual(await press('hand', `<scrawl-field id="hand" ${attributes}></scrawl-field>`, others), plain, others.join());
    }
});

it('what a page sets before the element is registered counts', async (test) => {
    const visit = await open(test, '<form id="form"></form>');
    const answer = await visit.page.evaluate(() => {
        // A document without a window registers nothing.
        const field = document.implementation.createHTMLDocument().createElement('scrawl-field');
        Object.assign(field, { name: 'zip', value: '7', required: true, maxLength: 3, readOnly: true, other: 'own' });
        const form = document.getElementById('form');
        form.append(field);
        field.value += '2';
        return [[...new FormData(form)].join(), field.required, field.getAttribute('maxlength'), field.readOnly, Object.keys(field)];
    });
    assert.deepEqual(answer, ['zip,72', true, '3', true, ['other']]);
});

it('ink, corrections and doubts survive going back and reloading, as typed text does', async (test) => {
    const field = (id) => `<scrawl-field id="${id}" name="${id}" aria-label="${id}" value="5"></scrawl-field>`;
    const visit = await open(test, `<form action="next.html"><input id="text" name="text">${['typed', 'ink', 'doubt', 'fixed', 'untouched'].map(field).join('')}</form>`, { others: { 'next.html': '<p>Next</p>' } });
    const { page } = visit;
    await page.locator('#text').fill('kept');
    await page.locator('#typed').locator('input').fill('123');
    await visit.write('ink', '72');
    await visit.draw('doubt', HOOK);
    await visit.isRead('doubt');
    await visit.draw('fixed', HOOK);
    await visit.isRead('fixed');
    await page.locator('#fixed').locator('input').fill('9');
    const state = () => page.evaluate(() => [document.getElementById('text').value, ...[...document.querySelectorAll('scrawl-field')].map((field) => [
        field.id, field.value, field.strokes.map((stroke) => stroke.map(({ x, y }) => [x.toFixed(1), y.toFixed(1)])), field.matches(':state(doubtful)'),
        field.validationMessage, new FormData(field.form).get(field.id),
    ])]);
    const before = await state();
    assert.deepEqual(before.map((of) => of[1]), ['e', '123', '72', before[3][1], '9', '5']);
    assert.deepEqual(before.map((of) => of[3]), ['t', false, false, true, false, false]);
    await page.goto(`${visit.address}next.html`);
    await page.goBack();
    await page.locator('#doubt:state(doubtful)').waitFor();
    assert.deepEqual(await state(), before, 'back');
    await page.reload();
    await page.locator('#doubt:state(doubtful)').waitFor();
    // Chromium forgets its own controls'.
    assert.deepEqual((await state()).slice(1), before.slice(1), 'reload');
    await visit.inkBecomes('ink', ({ dark }) => dark > 0);
    assert.equal(page.workers().length, 0, 'nothing was read again');
    await visit.write('ink', '0', 2);
    assert.equal((await state())[2][1], '720');
    // As when a page is left, comes back as it was, and is emptied.
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    await page.locator('form').evaluate((form) => form.reset());
    await page.reload();
    assert.deepEqual(await visit.ask('ink', ({ value, strokes }) => [value, strokes.length]), ['5', 0], 'a reset is not forgotten');
    await visit.write('ink', '7');
    await page.locator('form').evaluate((form) => { form.autocomplete = 'off'; });
    await page.reload();
    assert.deepEqual(await visit.ask('ink', ({ value, strokes }) => [value, strokes.length]), ['5', 0]);
    await page.goto(`${visit.address}next.html`);
    await page.goto(`${visit.address}form.html`);
    assert.deepEqual((await state()).slice(1).map((of) => of[1]), ['5', '5', '5', '5', '5'], 'another visit begins anew');
});

it('importing it on a server does nothing, and its element has a name for it', () => {
    const script = `
        const before = Reflect.ownKeys(globalThis).length;
        const { ScrawlField } = await import(${JSON.stringify(`file://${built('wasm', 'element', 'scrawl-field.js')}`)});
        console.log(Reflect.ownKeys(globalThis).length - before, ScrawlField.formAssociated);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.deepEqual([stdout.trim(), stderr], ['0 true', '']);
});

it('a state that nobody wrote leaves the field as it is', async () => {
    const { BLANK, fromState, toState, withReading, withStroke } = await import(`file://${built('wasm', 'element', 'sheet.js')}`);
    const stroke = { width: 4, hasPressure: true, points: [{ x: 1.5, y: 2, pressure: 0.25 }, { x: 30, y: 80.1, pressure: 0.5 }] };
    const digit = { label: '7', doubtful: true, x: 1, y: 2, width: 30, height: 80 };
    const sheet = withReading(withStroke(BLANK, stroke), [digit]);
    const state = toState(sheet);
    assert.deepEqual(fromState(state), sheet);
    for (const broken of ['', '7', 'null', '{}', '[]', state.slice(0, -1), state.replace('"width":4', '"width":-4'), state.replace('15,', '"a",'), state.replace('15,', '')]) {
        assert.equal(fromState(broken), null, broken);
    }
});
