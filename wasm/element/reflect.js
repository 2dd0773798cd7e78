// Properties of a field that stand for its attributes, as an <input> has them. Knows nothing else of it.

/** @typedef {HTMLElement & { [inner]: HTMLInputElement }} Holder */

/** Where the input inside is, which parses numbers as browsers do. */
export const inner = Symbol('input');

/** Attributes that the input inside has too. */
export const PASSED_ON = ['required', 'pattern', 'minlength', 'maxlength', 'readonly', 'inputmode'];

const TEXTS = { name: 'name', pattern: 'pattern', placeholder: 'placeholder', defaultValue: 'value' };
const SWITCHES = { required: 'required', disabled: 'disabled', readOnly: 'readonly' };
const LENGTHS = /** @type {const} */ ({ minLength: 'minlength', maxLength: 'maxlength' });

/** @param {object} prototype @param {string} property @param {(this: Holder) => unknown} get @param {(this: Holder, value: any) => void} set */
function define(prototype, property, get, set) {
    Object.defineProperty(prototype, property, { get, set, enumerable: true, configurable: true });
}

/** @param {object} prototype of a {@link Holder} */
export function reflect(prototype) {
    for (const [property, name] of Object.entries(TEXTS)) {
        define(prototype, property,
            function get() { return this.getAttribute(name) ?? ''; },
            function set(value) { this.setAttribute(name, value); });
    }
    for (const [property, name] of Object.entries(SWITCHES)) {
        define(prototype, property,
            function get() { return this.hasAttribute(name); },
            function set(value) { this.toggleAttribute(name, Boolean(value)); });
    }
    for (const property of /** @type {(keyof typeof LENGTHS)[]} */ (Object.keys(LENGTHS))) {
        define(prototype, property,
            function get() { return this[inner][property]; },
            function set(value) {
                this[inner][property] = value; // throws for what is no length
                this.setAttribute(LENGTHS[property], String(this[inner][property]));
            });
    }
}

/**
 * What a page has set on an element before it became a field stands on it by itself, and hides the property.
 * @param {HTMLElement} field
 * @param {object} prototype
 */
export function setAgain(field, prototype) {
    const own = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (field));
    for (const [name, value] of Object.entries(own)) {
        if (!Object.getOwnPropertyDescriptor(prototype, name)?.set) continue;
        delete own[name];
        own[name] = value;
    }
}
