// The form of a training's settings: shows settings, gives back what stands in it, and points at what is wrong.
// Knows no setting's rules: which fields there are, and what is wrong, it is told.

/** @typedef {{ label: string, value: string }} Option */
/**
 * @typedef {object} Field of a setting
 * @property {string} name
 * @property {string} title
 * @property {string} help what it does
 * @property {'whole' | 'real' | 'switch' | 'choice'} kind
 * @property {number} [least] of a number
 * @property {number} [most]
 * @property {boolean} [isPercent] of a number that is shown in percent
 * @property {string[]} [words] of a choice
 * @property {Record<string, string>} [wordTitles] of the words that are not shown as they are
 */
/** @typedef {Record<string, number | string | boolean>} Values by the fields' names; an empty number is NaN */
/**
 * @typedef {object} TrainingFormCallbacks
 * @property {(preset: string) => void} onPreset
 * @property {(name: string) => void} onNamed a named architecture was chosen
 * @property {(text: string) => void} onArchitecture its text was changed
 * @property {() => void} onSubmit
 */

/** The preset select's entry for settings that are no preset's. */
const OWN = 'own';

/** Fields that aren't settings. */
const NOT_SETTINGS = new Set(['start', 'preset', 'named', 'architecture']);

/** @param {HTMLSelectElement} select @param {Option[]} options */
function fill(select, options) {
    select.replaceChildren(...options.map(({ label, value }) => new Option(label, value)));
}

/** @param {string} text */
const capitalized = (text) => text[0].toUpperCase() + text.slice(1);

/** @param {Field} field */
function numberInput({ kind, least = -Infinity, most = Infinity, isPercent }) {
    const input = document.createElement('input');
    const scale = isPercent ? 100 : 1;
    Object.assign(input, { type: 'number', inputMode: 'decimal', step: kind === 'whole' ? '1' : 'any' });
    if (Number.isFinite(least)) input.min = String(least * scale);
    if (Number.isFinite(most)) input.max = String(most * scale);
    if (isPercent) input.dataset.scale = String(scale);
    return input;
}

/** @param {Field} field */
function wordSelect({ words = [], wordTitles = {} }) {
    const select = document.createElement('select');
    fill(select, words.map((value) => ({ label: wordTitles[value] ?? capitalized(value.replaceAll('-', ' ')), value })));
    return select;
}

/** @param {Field} field @param {HTMLInputElement | HTMLSelectElement} control */
function labelled({ name, title, isPercent }, control) {
    const label = Object.assign(document.createElement('label'), { className: 'label', htmlFor: `train-${name}` });
    label.textContent = isPercent ? `${title}, %` : title;
    const element = Object.assign(document.createElement('div'), { className: 'field' });
    element.append(label, control);
    return element;
}

/** @param {Field} field @param {HTMLInputElement} box */
function switchLabel({ title }, box) {
    const label = Object.assign(document.createElement('label'), { className: 'switch' });
    label.append(box, ` ${title}`);
    return label;
}

/** @param {Field} field */
function fieldElement(field) {
    const isSwitch = field.kind === 'switch';
    const control = isSwitch ? Object.assign(document.createElement('input'), { type: 'checkbox' })
        : field.kind === 'choice' ? wordSelect(field) : numberInput(field);
    Object.assign(control, { id: `train-${field.name}`, name: field.name });
    const element = isSwitch ? switchLabel(field, /** @type {HTMLInputElement} */ (control)) : labelled(field, control);
    element.title = `${capitalized(field.help)}.`;
    return element;
}

/** @param {HTMLInputElement | HTMLSelectElement} control @returns {number | string | boolean} */
function valueOf(control) {
    const { type, value, dataset } = /** @type {HTMLInputElement} */ (control);
    if (type === 'checkbox') return /** @type {HTMLInputElement} */ (control).checked;
    if (type !== 'number') return value;
    return value === '' ? NaN : Number(value) / Number(dataset.scale ?? 1);
}

/** @param {HTMLInputElement | HTMLSelectElement} control @param {number | string | boolean} value */
function setValue(control, value) {
    const { type, dataset } = control;
    if (type === 'checkbox') /** @type {HTMLInputElement} */ (control).checked = Boolean(value);
    // 0.07 in percent would be 7.000000000000001.
    else if (type === 'number') control.value = String(Number((Number(value) * Number(dataset.scale ?? 1)).toPrecision(7)));
    else control.value = String(value);
}

export class TrainingForm {
    /** @type {HTMLFormElement} */ #form;
    /** @type {TrainingFormCallbacks} */ #callbacks;

    /**
     * @param {HTMLFormElement} form
     * @param {{ first: Field[], more: Field[] }} fields to show at once, and on demand
     * @param {TrainingFormCallbacks} callbacks
     */
    constructor(form, { first, more }, callbacks) {
        this.#form = form;
        this.#callbacks = callbacks;
        this.#part('train-fields').replaceChildren(...first.map(fieldElement));
        this.#part('train-more-fields').replaceChildren(...more.map(fieldElement));
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            callbacks.onSubmit();
        });
        form.addEventListener('change', ({ target }) => this.#changed(/** @type {HTMLInputElement} */ (target)));
        form.addEventListener('input', ({ target }) => this.#written(/** @type {HTMLInputElement} */ (target)));
    }

    /** @param {string} name @returns {any} */
    #field(name) {
        return this.#form.elements.namedItem(name);
    }

    /** @param {string} id */
    #part(id) {
        return /** @type {HTMLElement} */ (this.#form.querySelector(`#${id}`));
    }

    /** The controls of settings. */
    #settings() {
        const controls = /** @type {HTMLInputElement[]} */ ([...this.#form.elements]);
        return controls.filter(({ name }) => name && !NOT_SETTINGS.has(name));
    }

    /** @param {HTMLInputElement} control */
    #changed({ name, value }) {
        this.#clearProblem();
        if (name === 'preset' && value !== OWN) this.#callbacks.onPreset(value);
        else if (name === 'named' && value !== OWN) this.#callbacks.onNamed(value);
        else if (name === 'start') this.#showStart();
        else if (name === 'optimizer') this.#showOptimizer();
    }

    /** @param {HTMLInputElement} control */
    #written({ name, value }) {
        if (name === 'architecture') {
            this.#field('named').value = OWN;
            this.#callbacks.onArchitecture(value);
        } else if (!NOT_SETTINGS.has(name)) this.#field('preset').value = OWN;
    }

    #showStart() {
        this.#part('train-new').hidden = !this.isNew();
        this.#field('normalization').disabled = !this.isNew();
    }

    #showOptimizer() {
        this.#field('momentum').disabled = this.#field('optimizer').value !== 'sgd';
    }

    #clearProblem() {
        this.#part('train-problem').hidden = true;
        for (const marked of this.#form.querySelectorAll('[aria-invalid]')) {
            marked.removeAttribute('aria-invalid');
            if (marked.getAttribute('aria-describedby') === 'train-problem') marked.removeAttribute('aria-describedby');
        }
    }

    /** @param {Option[]} presets @param {Option[]} architectures */
    offer(presets, architectures) {
        fill(this.#field('preset'), [...presets, { label: 'Your own', value: OWN }]);
        fill(this.#field('named'), [...architectures, { label: 'Your own', value: OWN }]);
    }

    /** @param {Values} values */
    show(values) {
        for (const control of this.#settings()) {
            const value = values[control.name];
            if (value !== undefined) setValue(control, value);
        }
        this.#showOptimizer();
        this.#showStart();
        this.#clearProblem();
    }

    /** @param {string} preset @param {string} about */
    showPreset(preset, about) {
        this.#field('preset').value = preset;
        this.#part('train-preset-about').textContent = about;
    }

    /** @param {string} text @param {string} [name] */
    showArchitecture(text, name = OWN) {
        this.#field('architecture').value = text;
        this.#field('named').value = name;
        this.#clearProblem();
    }

    /** @param {string} sentence @param {boolean} isWrong */
    sayOfArchitecture(sentence, isWrong) {
        const says = this.#part('train-architecture-says');
        says.textContent = sentence;
        says.classList.toggle('wrong', isWrong);
        if (isWrong) this.#field('architecture').setAttribute('aria-invalid', 'true');
        else this.#field('architecture').removeAttribute('aria-invalid');
    }

    /** @returns {Values} */
    values() {
        return Object.fromEntries(this.#settings().map((control) => [control.name, valueOf(control)]));
    }

    isNew() {
        return this.#field('start').value === 'new';
    }

    /** @returns {string} */
    architecture() {
        return this.#field('architecture').value;
    }

    /** @param {string} sentence @param {string} [name] of the field that is wrong */
    showProblem(sentence, name) {
        this.#clearProblem();
        const problem = this.#part('train-problem');
        problem.textContent = sentence;
        problem.hidden = false;
        const wrong = name && this.#field(name);
        if (!wrong) return;
        const more = wrong.closest('details');
        if (more) more.open = true;
        wrong.setAttribute('aria-invalid', 'true');
        if (name !== 'architecture') wrong.setAttribute('aria-describedby', 'train-problem');
        wrong.focus();
    }

    /** @param {boolean} isBusy */
    setBusy(isBusy) {
        this.#part('train-begin').toggleAttribute('disabled', isBusy);
    }
}
