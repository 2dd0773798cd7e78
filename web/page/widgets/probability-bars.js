// One bar for each class, as long as its probability. Knows nothing of pictures.

import { element } from '../dom.js';
import { percent } from '../words.js';

/** Smaller shares are shown as less than this. */
const LEAST = 0.001;

/** @param {number} share 0 to 1 */
function shareText(share) {
    return share > 0 && share < LEAST ? '< 0.1 %' : percent(share, 1);
}

/** @param {HTMLElement} list an ordered list */
export function createProbabilityBars(list) {
    function add() {
        const level = element('span', { class: 'level' });
        const row = element('li', {}, element('span', { class: 'data name' }), element('span', { class: 'bar' }, level),
            element('span', { class: 'data share' }));
        list.append(row);
        return row;
    }

    return {
        /**
         * @param {number[]} probabilities
         * @param {number} winner the class with the highest
         * @param {string[]} labels of the classes
         */
        show(probabilities, winner, labels) {
            while (list.children.length > probabilities.length) list.lastElementChild?.remove();
            probabilities.forEach((share, index) => {
                const row = list.children[index] ?? add();
                const [name, bar, value] = row.children;
                row.classList.toggle('winner', index === winner);
                name.textContent = labels[index];
                /** @type {HTMLElement} */ (bar.firstElementChild).style.width = `${share * 100}%`;
                value.textContent = shareText(share);
            });
        },
    };
}
