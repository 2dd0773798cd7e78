// The list of models: one is in use; others can be used, renamed, downloaded and deleted. Of one it is asked how its input is
// made. Knows nothing of storage.

import { element } from '../dom.js';

/** @import { Normalization } from '../../../wasm/scrawl.d.ts' */

/**
 * @typedef {object} ListedModel
 * @property {string} id
 * @property {string} name
 * @property {string} about
 * @property {string} architecture
 * @property {boolean} isInUse
 * @property {boolean} isOwn it can be renamed and deleted
 * @property {Normalization | null} [chosen] how its input is made, where its file doesn't say
 */
/**
 * @typedef {object} ModelListCallbacks
 * @property {(id: string) => void} onUse
 * @property {(id: string) => void} onDownload
 * @property {(id: string, name: string) => void} onRename
 * @property {(id: string) => void} onDelete
 * @property {(id: string, normalization: Normalization) => void} onNormalize
 */

/** In the words of `scrawl import --normalize`. @type {[Normalization, string][]} */
const NORMALIZATIONS = [['unit', 'divided by 255'], ['column-l2', 'by Keras’ normalize(x, axis=1)']];

const LONGEST_NAME = 60;

/** @param {string} kind @param {string} className @param {string} text */
function part(kind, className, text) {
    const element = document.createElement(kind);
    element.className = className;
    element.textContent = text;
    return element;
}

/** @typedef {'use' | 'rename' | 'download' | 'delete'} Action */

/**
 * @param {Action} action what it is found by when the list has been made anew
 * @param {string} name of the model, for those who don't see beside what it stands
 * @param {() => void} act
 */
function buttonOf(action, name, act) {
    const text = action[0].toUpperCase() + action.slice(1);
    const button = /** @type {HTMLButtonElement} */ (part('button', 'button small', text));
    button.type = 'button';
    button.dataset.action = action;
    button.setAttribute('aria-label', `${text} ${name}`);
    button.addEventListener('click', act);
    return button;
}

/** What stands in a list's entry where something else had the focus. @param {HTMLElement} focused @param {Element | undefined} entry */
function successorOf(focused, entry) {
    if (focused.isConnected || !entry) return focused;
    const like = entry.querySelector(`:is(button, input)[data-action="${focused.dataset.action}"]`);
    return /** @type {HTMLElement} */ (like ?? entry.querySelector('button') ?? entry);
}

/** @param {string} name */
function renameForm(name) {
    const form = document.createElement('form');
    form.className = 'rename';
    const input = document.createElement('input');
    input.value = name;
    input.maxLength = LONGEST_NAME;
    input.setAttribute('aria-label', `New name of ${name}`);
    const save = part('button', 'button small', 'Save');
    for (const field of [input, save]) field.dataset.action = 'rename';
    form.append(input, save);
    return { form, input };
}

class ModelList {
    #element;
    #callbacks;
    /** @type {ListedModel[]} */ #shown = [];
    /** The ids of the entries that stand there. @type {string[]} */ #listed = [];
    /** In place of a model's name, as long as it is being changed. @type {{ id: string, form: HTMLFormElement } | null} */
    #renaming = null;

    /** @param {HTMLElement} element @param {ModelListCallbacks} callbacks */
    constructor(element, callbacks) {
        this.#element = element;
        this.#callbacks = callbacks;
    }

    /** @param {ListedModel[]} models */
    show(models) {
        this.#shown = models;
        if (!models.some(({ id }) => id === this.#renaming?.id)) this.#renaming = null;
        this.#list();
    }

    /** What has the focus keeps it, or its like in the same entry or in the one that took its place. */
    #list() {
        const { activeElement } = document;
        const focused = activeElement instanceof HTMLElement && this.#element.contains(activeElement) ? activeElement : null;
        const index = [...this.#element.children].findIndex((entry) => entry.contains(focused));
        const id = this.#listed[index];
        this.#listed = this.#shown.map((model) => model.id);
        this.#element.replaceChildren(...this.#shown.map((model) => this.#entryOf(model)));
        if (!focused) return;
        const next = this.#listed.includes(id) ? this.#listed.indexOf(id) : Math.min(index, this.#listed.length - 1);
        successorOf(focused, this.#element.children[next])?.focus();
    }

    /** @param {ListedModel} model */
    #entryOf(model) {
        const { about, architecture, isInUse } = model;
        const entry = document.createElement('li');
        entry.classList.toggle('in-use', isInUse);
        entry.tabIndex = -1;
        const buttons = part('div', 'buttons', '');
        buttons.append(...this.#buttonsOf(model));
        entry.append(this.#headOf(model), part('p', 'small quiet', about));
        if (architecture) entry.append(part('p', 'small data architecture', architecture));
        if (model.chosen) entry.append(this.#normalizationOf(model));
        if (buttons.childElementCount) entry.append(buttons);
        return entry;
    }

    /** @param {ListedModel} model */
    #headOf({ id, name, isInUse }) {
        if (this.#renaming?.id === id) return this.#renaming.form;
        const head = part('div', 'model-head', '');
        head.append(part('h3', '', name));
        if (isInUse) head.append(part('span', 'badge', 'In use'));
        return head;
    }

    /** @param {ListedModel} model */
    #normalizationOf({ id, chosen }) {
        const choices = NORMALIZATIONS.map(([value, text]) => {
            const input = element('input', { type: 'radio', name: `normalization-${id}`, value, 'data-action': value });
            input.checked = value === chosen;
            input.addEventListener('change', () => this.#callbacks.onNormalize(id, value));
            return element('label', {}, input, text);
        });
        const question = element('legend', { class: 'small quiet' }, 'Its file doesn’t say how the model’s input is made of an image:');
        return element('fieldset', {}, question, element('div', { class: 'choices' }, ...choices));
    }

    /** @param {ListedModel} model */
    #buttonsOf(model) {
        const { id, name, isInUse, isOwn } = model;
        const { onUse, onDownload, onDelete } = this.#callbacks;
        const use = buttonOf('use', name, () => onUse(id));
        const own = [
            buttonOf('rename', name, () => this.#rename(model)),
            buttonOf('download', name, () => onDownload(id)),
            buttonOf('delete', name, () => onDelete(id)),
        ];
        return [...isInUse ? [] : [use], ...isOwn ? own : []];
    }

    /** @param {ListedModel} model */
    #rename({ id, name }) {
        const { form, input } = renameForm(name);
        const end = () => {
            this.#renaming = null;
            this.#list();
        };
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            const next = input.value.trim();
            end();
            if (next && next !== name) this.#callbacks.onRename(id, next);
        });
        form.addEventListener('keydown', (event) => {
            event.stopPropagation();
            if (event.key === 'Escape') end();
        });
        this.#renaming = { id, form };
        this.#list();
        input.focus();
        input.select();
    }
}

/**
 * @param {HTMLElement} element a list
 * @param {ModelListCallbacks} callbacks
 */
export function createModelList(element, callbacks) {
    return new ModelList(element, callbacks);
}
