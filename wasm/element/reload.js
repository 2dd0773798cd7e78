// Fields over a reload: Chromium keeps what forms hold for going back, but forgets it when a page is reloaded. It lies in the
// tab's sessionStorage from the page's end to its next beginning. Knows states as text only.

const KEY = 'scrawl-field ';

/** A field's state in its order among fields of the same name; null: nothing to keep. @typedef {Record<string, (string | null)[]>} Kept */

/** Of the reloaded page, until its fields have it. @type {Kept | null} */
let kept = null;

/** @param {HTMLElement & { form: HTMLFormElement | null }} field */
function keyOf(field) {
    return [field.form?.id, field.form?.getAttribute('name'), field.getAttribute('name'), field.id].join(' ');
}

/** As with other controls, a page may not want it. @param {HTMLElement & { form: HTMLFormElement | null }} field */
function mayKeep(field) {
    return field.getAttribute('autocomplete') !== 'off' && field.form?.getAttribute('autocomplete') !== 'off';
}

/** @returns {Kept} */
function load() {
    try {
        const key = KEY + location.pathname + location.search;
        const text = sessionStorage.getItem(key);
        sessionStorage.removeItem(key);
        const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
        return entry?.type === 'reload' && text ? JSON.parse(text) : {};
    } catch {
        return {}; // a page may be denied storage
    }
}

/** What a field held before the page was reloaded. @param {HTMLElement & { form: HTMLFormElement | null }} field */
export function stateBefore(field) {
    kept ??= load();
    return kept[keyOf(field)]?.shift() ?? null;
}

/** @template {HTMLElement & { form: HTMLFormElement | null }} Field @param {Iterable<Field>} fields @param {(field: Field) => string | null} stateOf */
export function keep(fields, stateOf) {
    /** @type {Kept} */
    const states = {};
    const isBefore = (/** @type {Field} */ a, /** @type {Field} */ b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1);
    for (const field of [...fields].sort(isBefore)) {
        (states[keyOf(field)] ??= []).push(mayKeep(field) ? stateOf(field) : null);
    }
    const key = KEY + location.pathname + location.search;
    try {
        // A page that went and came back whole may have left there what isn't so any more.
        if (Object.values(states).flat().some(Boolean)) sessionStorage.setItem(key, JSON.stringify(states));
        else sessionStorage.removeItem(key);
    } catch {
        // It is denied, or full: then a reload forgets, as it does elsewhere.
    }
}
