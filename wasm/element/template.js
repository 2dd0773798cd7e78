// What a field is made of, inside: a text input, paper to write on, buttons. Made once, and copied for each field.
// Knows neither forms nor readings.

const SVG = 'http://www.w3.org/2000/svg';

/** Of 24 × 24. */
const ICONS = { undo: 'M9 14 4 9l5-5M4 9h10.5a5.5 5.5 0 0 1 0 11H11', clear: 'M6 6l12 12M18 6 6 18' };

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} attributes
 * @param {...Node} children
 */
function element(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
}

/** @param {'undo' | 'clear'} name */
function tool(name) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', ICONS[name]);
    svg.append(path);
    return element('button', { type: 'button', id: name, part: `button ${name}` }, svg);
}

function build() {
    // No style attributes and no text to parse: the strictest policies allow it.
    return element('div', { id: 'field', class: 'field', part: 'field' },
        element('div', { class: 'paper', part: 'paper', 'aria-hidden': 'true' },
            element('div', { id: 'marks', class: 'marks' }),
            element('p', { id: 'hint', class: 'hint', part: 'hint' }),
            element('canvas', { id: 'canvas', part: 'canvas' })),
        element('div', { class: 'line', part: 'line' },
            element('input', { id: 'input', part: 'input', type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'words' }),
            tool('undo'),
            tool('clear')),
        element('div', { id: 'note', class: 'note', part: 'note' },
            element('p', { id: 'words' }),
            element('button', { type: 'button', id: 'confirm', part: 'button confirm' })),
        element('div', { id: 'status', class: 'status', role: 'status' }));
}

/** @type {HTMLElement | null} */
let original = null;

/** @param {ShadowRoot} root */
export function fill(root) {
    original ??= build();
    root.append(document.importNode(original, true));
    /** @template {HTMLElement} [Kind=HTMLElement] @param {string} id */
    const byId = (id) => /** @type {Kind} */ (root.getElementById(id));
    return {
        field: byId('field'),
        marks: byId('marks'),
        hint: byId('hint'),
        canvas: /** @type {HTMLCanvasElement} */ (byId('canvas')),
        input: /** @type {HTMLInputElement} */ (byId('input')),
        undo: /** @type {HTMLButtonElement} */ (byId('undo')),
        clear: /** @type {HTMLButtonElement} */ (byId('clear')),
        note: byId('note'),
        words: byId('words'),
        confirm: /** @type {HTMLButtonElement} */ (byId('confirm')),
        status: byId('status'),
    };
}

/** @typedef {ReturnType<typeof fill>} Parts */
