// What screen readers call a field, and how they describe it: its labels and what it refers to stand outside of its shadow,
// where the input inside can't point to them. Knows nothing of values.

/** @param {HTMLElement} host @param {string} attribute of ids @returns {HTMLElement[]} */
function referred(host, attribute) {
    const root = /** @type {Document | ShadowRoot} */ (host.getRootNode());
    const ids = host.getAttribute(attribute)?.split(/\s+/) ?? [];
    return ids.flatMap((id) => root.getElementById?.(id) ?? []);
}

/** @param {Iterable<Node>} nodes */
function textOf(nodes) {
    return [...nodes].map(({ textContent }) => textContent?.replace(/\s+/g, ' ').trim()).filter(Boolean).join(' ');
}

export class Naming {
    #host;
    #internals;
    #input;
    #note;
    /** A label may get another text. */
    #observer = new MutationObserver(() => this.update());

    /**
     * @param {HTMLElement} host
     * @param {ElementInternals} internals
     * @param {HTMLInputElement} input
     * @param {HTMLElement} note what describes the input itself
     */
    constructor(host, internals, input, note) {
        this.#host = host;
        this.#internals = internals;
        this.#input = input;
        this.#note = note;
        internals.role = 'group';
    }

    update() {
        const [host, input] = [this.#host, this.#input];
        const referredTo = referred(host, 'aria-labelledby');
        const named = referredTo.length ? referredTo : [...this.#internals.labels];
        const name = (!referredTo.length && host.getAttribute('aria-label')) || textOf(named) || host.title;
        if (name) input.setAttribute('aria-label', name);
        else input.removeAttribute('aria-label');
        this.#internals.ariaLabel = name || null;
        if ('ariaDescribedByElements' in input) input.ariaDescribedByElements = [this.#note, ...referred(host, 'aria-describedby')];
        this.#observer.disconnect();
        for (const node of named) this.#observer.observe(node, { childList: true, characterData: true, subtree: true });
    }

    stop() {
        this.#observer.disconnect();
    }
}
