// One stop of the Tab key for a row of choices, arrow keys within it (the ARIA practices' roving tabindex).
// Knows nothing of what is chosen.

const STEPS = new Map([['ArrowRight', 1], ['ArrowDown', 1], ['ArrowLeft', -1], ['ArrowUp', -1]]);

/**
 * @param {HTMLElement} row
 * @param {string} selector of the choices within it
 * @param {(index: number) => void} onMove an arrow key, Home or End went to this choice
 */
export function watchArrows(row, selector, onMove) {
    row.addEventListener('keydown', (event) => {
        const choices = /** @type {HTMLElement[]} */ ([...row.querySelectorAll(selector)]);
        const from = choices.findIndex((choice) => choice === event.target);
        const step = STEPS.get(event.key);
        if (from < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
        let to = from;
        if (step) to = (from + step + choices.length) % choices.length;
        else if (event.key === 'Home') to = 0;
        else if (event.key === 'End') to = choices.length - 1;
        else return;
        event.preventDefault();
        onMove(to);
        choices[to].focus();
    });
}

/**
 * Only the chosen one is a stop of the Tab key.
 * @param {Iterable<HTMLElement>} choices
 * @param {number} chosen index
 * @param {'aria-checked' | 'aria-selected'} attribute
 */
export function markChosen(choices, chosen, attribute) {
    let index = 0;
    for (const choice of choices) {
        const isChosen = index++ === chosen;
        choice.setAttribute(attribute, String(isChosen));
        choice.tabIndex = isChosen ? 0 : -1;
    }
}
