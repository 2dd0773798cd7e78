// A list of named figures. Knows nothing of what they mean.

/** @param {HTMLElement} element a definition list */
export function createFigures(element) {
    /** @type {Map<string, HTMLElement>} */
    const values = new Map();

    /** @param {string} name */
    function add(name) {
        const group = document.createElement('div');
        const term = document.createElement('dt');
        const value = document.createElement('dd');
        term.textContent = name;
        value.className = 'data';
        group.append(term, value);
        element.append(group);
        values.set(name, value);
        return value;
    }

    return {
        /** @param {Record<string, string | null>} figures the same names each time; null: there is none */
        show(figures) {
            for (const [name, text] of Object.entries(figures)) {
                const value = values.get(name) ?? add(name);
                if (value.parentElement) value.parentElement.hidden = text === null;
                if (value.textContent !== text) value.textContent = text;
            }
        },
    };
}
