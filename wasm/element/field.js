// <scrawl-field>: connects its paper, its text input, the reader and the form. Knows nothing of messages to a worker, and
// not how ink is drawn. Importing it touches no document, so that servers can.

import { Naming } from './naming.js';
import { createDefaultClient, join, leave, prepare, readStrokes } from './reader.js';
import { inner, PASSED_ON, reflect, setAgain } from './reflect.js';
import { keep, stateBefore } from './reload.js';
import { BLANK, fromState, saysNothing, settledAs, toState, unsettled, withReading, withStroke } from './sheet.js';
import { adoptStyle } from './style.js';
import { formToSubmit, submitAsEnter } from './submit.js';
import { Surface } from './surface.js';
import { fill } from './template.js';
import { judge } from './validity.js';
import { WORDS } from './words.js';

/** @import { InkStroke } from './ink.js' */
/** @import { FieldWords } from './scrawl-field.d.ts' */
/** @import { Sheet } from './sheet.js' */

/** So long after the last stroke was read the value counts as changed, as when a text input is left; in milliseconds. */
const REST = 1000;
/** So many strokes can be undone. */
const MOST_CHANGES = 200;

/** Those in a document. @type {Set<Field>} */
const fields = new Set();
let words = WORDS;

const Base = /** @type {typeof HTMLElement} */ (globalThis.HTMLElement ?? class {});

/** @typedef {'name' | 'required' | 'pattern' | 'minLength' | 'maxLength' | 'placeholder' | 'disabled' | 'readOnly' | 'defaultValue'} Reflected */
/** @typedef {Omit<import('./scrawl-field.d.ts').ScrawlField, Reflected>} Described */

/** @implements {Described} */
export class Field extends Base {
    static formAssociated = true;
    static observedAttributes = [...PASSED_ON, 'placeholder', 'value', 'title', 'aria-label', 'aria-labelledby', 'aria-describedby'];
    static createClient = createDefaultClient;

    static {
        reflect(this.prototype);
    }

    #internals = this.attachInternals();
    #parts = fill(this.attachShadow({ mode: 'open', delegatesFocus: true }));
    #naming = new Naming(this, this.#internals, this.#parts.input, this.#parts.words);
    #surface = new Surface(this.#parts.canvas, this.#parts.marks, {
        onBegin: (event) => this.#begin(event),
        onEnd: (stroke) => this.#end(stroke),
    });
    /** @type {Sheet} */ #sheet = BLANK;
    /** What can be undone, the newest last. @type {Sheet[]} */ #past = [];
    /** The reading that is waited for. @type {AbortController | null} */ #reading = null;
    #hasFailed = false;
    /** Somebody, or a script, gave it a value: it is not the default one any more. */ #isDirty = false;
    /** Somebody wrote or typed it. */ #isEdited = false;
    /** What is wrong may be shown: somebody has left it, or wanted to submit it. */ #isShown = false;
    #isDisabled = false;
    #custom = '';
    /** The value that a change event told of last. */ #told = '';
    /** @type {ReturnType<typeof setTimeout> | undefined} */ #rest;

    constructor() {
        super();
        const { input, undo, clear, confirm } = this.#parts;
        input.addEventListener('input', () => this.#typed());
        input.addEventListener('change', () => this.#tell());
        input.addEventListener('keydown', (event) => this.#key(event));
        undo.addEventListener('click', (event) => this.#byButton(event, () => this.undo()));
        clear.addEventListener('click', (event) => this.#byButton(event, () => this.clear()));
        confirm.addEventListener('click', (event) => this.#byButton(event, () => this.confirm()));
        this.addEventListener('invalid', () => this.form && this.form === Field.#pressed && this.#show());
        this.addEventListener('focusin', () => this.#naming.update());
        this.addEventListener('focusout', () => this.#leave());
        this.#update();
        setAgain(this, Field.prototype);
    }

    // ---- What pages ask and tell; scrawl-field.d.ts describes it ----

    static get words() {
        return words;
    }

    /** @param {Partial<FieldWords>} given */
    static set words(given) {
        words = { ...words, ...given };
        for (const field of fields) field.#update();
    }

    get [inner]() {
        return this.#parts.input;
    }

    get type() {
        return this.localName;
    }

    get value() {
        return this.#sheet.value;
    }

    set value(value) {
        this.#isDirty = true;
        this.#replace(value === null ? '' : String(value));
    }

    get form() {
        return this.#internals.form;
    }

    get labels() {
        return this.#internals.labels;
    }

    get validity() {
        return this.#internals.validity;
    }

    get validationMessage() {
        return this.#internals.validationMessage;
    }

    get willValidate() {
        return this.#internals.willValidate;
    }

    checkValidity() {
        return this.#internals.checkValidity();
    }

    reportValidity() {
        this.#show();
        return this.#internals.reportValidity();
    }

    /** @param {string} message */
    setCustomValidity(message) {
        this.#custom = String(message);
        this.#update();
    }

    get doubtful() {
        return this.#sheet.doubts.length > 0;
    }

    get strokes() {
        return this.#sheet.strokes.map(({ points }) => points.map((point) => ({ ...point })));
    }

    confirm() {
        if (this.doubtful) this.#change(settledAs(this.#sheet, this.#sheet.value));
    }

    undo() {
        const before = this.#past.pop();
        if (!before) return;
        this.#surface.stop();
        this.#change(before);
        if (!before.isRead) this.#read();
        this.#waitToTell();
    }

    clear() {
        if (this.#sheet === BLANK) return;
        this.#remember();
        this.#surface.stop();
        this.#change(BLANK);
        this.#waitToTell();
    }

    // ---- What browsers tell ----

    /** The form that somebody submits at this moment: otherwise only a script asks whether it is valid. @type {HTMLFormElement | null} */
    static #pressed = null;

    /** @param {HTMLFormElement} form */
    static #submitting(form) {
        Field.#pressed = form;
        setTimeout(() => (Field.#pressed = null));
        for (const field of fields) if (field.form === form) field.#tell();
    }

    /** The same for all, so that a document has it once. @param {Event} event */
    static #press = (event) => {
        const form = formToSubmit(event);
        if (form) Field.#submitting(form);
    };

    static #isWatching = false;

    static #watch() {
        this.#isWatching = true;
        addEventListener('pagehide', () => keep(fields, (field) => (field.#isDirty ? toState(field.#sheet) : null)));
        this.#watchResolution();
    }

    /** A window on another screen, or zoomed, has other pixels; each question is about one resolution only. */
    static #watchResolution() {
        const isUnchanged = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
        isUnchanged.addEventListener('change', () => {
            for (const field of fields) field.#surface.show(field.#sheet);
            this.#watchResolution();
        }, { once: true });
    }

    connectedCallback() {
        adoptStyle(/** @type {ShadowRoot} */ (this.shadowRoot));
        fields.add(this);
        this.ownerDocument.addEventListener('click', Field.#press, { capture: true });
        if (!Field.#isWatching) Field.#watch();
        join(this);
        const state = this.#isDirty ? null : stateBefore(this);
        if (state) this.formStateRestoreCallback(state, 'restore');
        this.#naming.update();
        // A label may come after it.
        requestAnimationFrame(() => fields.has(this) && this.#naming.update());
    }

    disconnectedCallback() {
        fields.delete(this);
        this.#naming.stop();
        this.#surface.forget();
        leave(this);
    }

    /** @param {string} name @param {string | null} _old @param {string | null} value */
    attributeChangedCallback(name, _old, value) {
        const { input } = this.#parts;
        if (PASSED_ON.includes(name)) {
            if (value === null) input.removeAttribute(name);
            else input.setAttribute(name, value);
        } else if (name === 'value' && !this.#isDirty) {
            this.#replace(value ?? '');
        }
        if (this.isConnected) this.#naming.update();
        this.#update();
    }

    /** @param {boolean} isDisabled by itself, or by its fieldset */
    formDisabledCallback(isDisabled) {
        this.#isDisabled = isDisabled;
        this.#update();
    }

    formResetCallback() {
        this.#isDirty = false;
        this.#isShown = false;
        this.#replace(this.getAttribute('value') ?? '');
    }

    /** @param {string} state @param {'restore' | 'autocomplete'} reason */
    formStateRestoreCallback(state, reason) {
        if (reason === 'autocomplete') {
            this.value = state;
            return;
        }
        // Of one with its default value there is only that, which the page may have changed meanwhile.
        const sheet = fromState(state);
        if (!sheet) return;
        this.#isDirty = true;
        this.#isEdited = true;
        this.#told = sheet.value;
        this.#sheet = sheet;
        this.#update();
        if (!sheet.isRead) this.#read();
    }

    // ---- What people do ----

    /** @param {PointerEvent} event */
    #begin(event) {
        clearTimeout(this.#rest);
        prepare(Field.createClient);
        // With a mouse there is a keyboard beside it; a touch would bring one onto the screen.
        if (event.pointerType === 'mouse') this.#parts.input.focus({ preventScroll: true });
        this.#update();
    }

    /** @param {InkStroke | null} stroke */
    #end(stroke) {
        if (stroke) {
            this.#remember();
            this.#change(withStroke(this.#sheet, stroke));
            this.#read();
        }
        this.#update();
        this.#waitToTell();
    }

    async #read() {
        const sheet = this.#sheet;
        const controller = new AbortController();
        this.#reading = controller;
        this.#hasFailed = false;
        this.#update();
        try {
            const { digits } = await readStrokes(Field.createClient, unsettled(sheet), controller.signal);
            if (this.#reading !== controller) return;
            this.#change(withReading(sheet, digits));
            this.#say();
            this.#waitToTell();
        } catch (cause) {
            if (this.#reading !== controller) return;
            console.warn('<scrawl-field> can only be typed into for now:', cause);
            this.#hasFailed = true;
            this.#update();
            this.#say();
        }
    }

    #typed() {
        clearTimeout(this.#rest);
        this.#change(settledAs(this.#sheet, this.#parts.input.value), { isTold: false });
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        if (event.key !== 'Enter' || event.isComposing) return;
        this.#tell();
        // After all listeners: one of them may have another use for the key.
        setTimeout(() => {
            const { form } = this;
            if (event.defaultPrevented || !form) return;
            Field.#submitting(form);
            submitAsEnter(form);
        });
    }

    /** A button may be hidden then: whoever came by the keyboard goes on in the input. @param {MouseEvent} event @param {() => void} act */
    #byButton(event, act) {
        act();
        if (event.detail === 0) this.#parts.input.focus({ preventScroll: true });
    }

    #leave() {
        this.#tell();
        if (this.#isEdited) this.#show();
    }

    // ---- What follows ----

    #remember() {
        this.#past.push(this.#sheet);
        if (this.#past.length > MOST_CHANGES) this.#past.shift();
    }

    /** By somebody, as one step. @param {Sheet} sheet @param {{ isTold?: boolean }} [how] isTold: with an event, where the value is another */
    #change(sheet, { isTold = true } = {}) {
        const { value } = this.#sheet;
        this.#isDirty = true;
        this.#isEdited = true;
        this.#set(sheet);
        if (!isTold || value === sheet.value) return;
        const { value: data } = sheet;
        this.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertReplacementText', data }));
    }

    /** By a script: there is nothing to undo. @param {string} text */
    #replace(text) {
        const value = text.replace(/[\r\n]/g, '');
        this.#isEdited = false;
        this.#past = [];
        this.#told = value;
        this.#surface.stop();
        this.#set({ ...BLANK, value });
    }

    /** @param {Sheet} sheet */
    #set(sheet) {
        this.#sheet = sheet;
        // What is on its way is of other ink.
        this.#reading?.abort();
        this.#reading = null;
        this.#hasFailed = false;
        this.#update();
    }

    #waitToTell() {
        clearTimeout(this.#rest);
        this.#rest = setTimeout(() => this.#surface.isWriting || this.#reading || this.#tell(), REST);
    }

    /** A change event, where there is something to tell. */
    #tell() {
        clearTimeout(this.#rest);
        const { value } = this.#sheet;
        if (value === this.#told) return;
        this.#told = value;
        this.dispatchEvent(new Event('change', { bubbles: true }));
    }

    #show() {
        this.#isShown = true;
        this.#update();
    }

    // ---- What is seen and heard ----

    #say() {
        const { value } = this.#sheet;
        this.#parts.status.textContent = [value && !this.#hasFailed && words.read(value), this.#remark].filter(Boolean).join(' ');
    }

    /** What is said of the ink. */
    get #remark() {
        const { doubts } = this.#sheet;
        if (this.#hasFailed) return words.failed;
        if (doubts.length) return words.doubt(doubts.map(({ label }) => label));
        return saysNothing(this.#sheet) ? words.nothing : '';
    }

    #update() {
        const { input } = this.#parts;
        const sheet = this.#sheet;
        const isFixed = this.#isDisabled || this.hasAttribute('readonly');
        if (input.value !== sheet.value) input.value = sheet.value;
        input.disabled = this.#isDisabled;
        input.placeholder = this.getAttribute('placeholder') ?? (isFixed ? '' : words.type);
        if (!this.hasAttribute('inputmode')) input.inputMode = 'numeric';
        if (isFixed && this.#surface.isWriting) this.#surface.stop();
        this.#surface.isWritable = !isFixed;
        this.#surface.show(sheet);
        this.#judge();
        this.#paint(isFixed);
    }

    #judge() {
        const { input } = this.#parts;
        const sheet = this.#sheet;
        this.#internals.setFormValue(sheet.value, this.#isDirty ? toState(sheet) : sheet.value);
        const { flags, message } = judge({
            input, sheet, words, isEdited: this.#isEdited, least: input.minLength, most: input.maxLength, custom: this.#custom,
            hasFailed: this.#hasFailed, hint: this.title,
        });
        if (message) this.#internals.setValidity(flags, message, input);
        else this.#internals.setValidity({});
    }

    /** @param {boolean} isFixed */
    #paint(isFixed) {
        const { field, hint, undo, clear, note, words: remark, confirm, input } = this.#parts;
        const { strokes, value, isRead } = this.#sheet;
        const isWrong = this.#isShown && this.willValidate && !this.validity.valid;
        const states = { doubtful: this.doubtful, reading: !isRead && !this.#hasFailed, 'user-invalid': isWrong };
        for (const [name, isOn] of Object.entries(states)) this.#state(name, isOn);
        const classes = {
            ...states, invalid: isWrong && !this.doubtful, inked: strokes.length > 0 || this.#surface.isWriting, fixed: isFixed,
            disabled: this.#isDisabled, readonly: isFixed && !this.#isDisabled,
        };
        for (const [name, isOn] of Object.entries(classes)) field.classList.toggle(name, isOn);
        input.setAttribute('aria-invalid', String(isWrong));
        hint.textContent = words.write;
        undo.hidden = isFixed || !this.#past.length;
        clear.hidden = isFixed || !strokes.length && !value;
        confirm.hidden = isFixed || !this.doubtful;
        confirm.textContent = words.confirm;
        for (const [button, name] of /** @type {const} */ ([[undo, words.undo], [clear, words.clear]])) {
            button.ariaLabel = name;
            button.title = name;
        }
        remark.textContent = this.#remark;
        note.hidden = !this.#remark;
    }

    /** For `:state()`. @param {string} name @param {boolean} isOn */
    #state(name, isOn) {
        const { states } = this.#internals;
        try {
            if (isOn) states?.add(name);
            else states?.delete(name);
        } catch {
            states.add(`--${name}`); // Chromium before 125
        }
    }
}
