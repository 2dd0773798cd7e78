// Tabs that show one panel at a time, after the ARIA practices. Knows nothing of what is on the panels.

import { byId } from '../dom.js';
import { markChosen, watchArrows } from '../roving.js';

/**
 * @param {HTMLElement} list with role="tablist"; each tab's aria-controls names its panel
 * @param {{ onShow: (name: string) => void }} listeners name: the panel's id without "-panel"
 */
export function createTabs(list, { onShow }) {
    const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role="tab"]')]);
    const names = tabs.map((tab) => tab.id.replace(/-tab$/, ''));
    let current = names[0];

    /** @param {number} chosen */
    function choose(chosen) {
        current = names[chosen];
        markChosen(tabs, chosen, 'aria-selected');
        names.forEach((name, index) => (byId(`${name}-panel`).hidden = index !== chosen));
        onShow(current);
    }

    tabs.forEach((tab, index) => tab.addEventListener('click', () => choose(index)));
    watchArrows(list, '[role="tab"]', choose);

    return {
        get current() {
            return current;
        },
        /** @param {string} name */
        show: (name) => choose(names.indexOf(name)),
    };
}
