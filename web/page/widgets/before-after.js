// Pairs of shares, before and after, as bars with their numbers. Knows nothing of what was done between.

/** @typedef {{ name: string, before: number, after: number, beforeText: string, afterText: string }} Comparison shares 0 to 1 */

/** @param {string} moment @param {number} share @param {string} text */
function rowOf(moment, share, text) {
    const row = document.createElement('div');
    row.className = 'bar-row';
    const name = document.createElement('span');
    name.className = 'small quiet';
    name.textContent = moment;
    const bar = document.createElement('span');
    bar.className = `bar ${moment.toLowerCase()}`;
    bar.style.setProperty('--share', `${100 * share}%`);
    const value = document.createElement('span');
    value.className = 'data small';
    value.textContent = text;
    row.append(name, bar, value);
    return row;
}

/** @param {HTMLElement} element */
export function createBeforeAfter(element) {
    return {
        /** @param {Comparison[]} comparisons */
        show(comparisons) {
            element.replaceChildren(...comparisons.map(({ name, before, after, beforeText, afterText }) => {
                const group = document.createElement('div');
                const title = document.createElement('p');
                title.className = 'label';
                title.textContent = name;
                group.append(title, rowOf('Before', before, beforeText), rowOf('After', after, afterText));
                return group;
            }));
        },
    };
}
