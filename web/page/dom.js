// Shorthands for the page's elements. Know nothing of what stands on it.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element that index.html has.
 * @template {Element} [Kind=HTMLElement]
 * @param {string} id
 */
export function byId(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`The page has no element "${id}".`);
    return /** @type {Kind} */ (/** @type {unknown} */ (found));
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
export function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
export function svgElement(name, attributes, ...children) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    node.append(...children);
    return node;
}

/** One of index.html's icons. @param {string} name */
export function icon(name) {
    return svgElement('svg', { 'aria-hidden': 'true', focusable: 'false' }, svgElement('use', { href: `#icon-${name}` }));
}

/**
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function contextOf(canvas, settings) {
    const context = /** @type {CanvasRenderingContext2D | null} */ (canvas.getContext('2d', settings));
    if (context) return context;
    throw new Error('The browser gives no canvas to draw on. Close other tabs and reload the page.');
}

/** A colour of base.css as it is now. @param {Element} node @param {string} name */
export function token(node, name) {
    return getComputedStyle(node).getPropertyValue(name).trim();
}

/** Keyboards go on from here when what had the focus is hidden or disabled by now. @param {HTMLElement} successor */
export function keepFocus(successor) {
    const { activeElement } = document;
    const isHeld = activeElement && activeElement !== document.body && activeElement.getClientRects().length > 0
        && !activeElement.matches(':disabled');
    if (!isHeld) successor.focus({ preventScroll: true });
}

/** Calls back when the page changes between light and dark. @param {() => void} listener */
export function onSchemeChange(listener) {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener);
}
