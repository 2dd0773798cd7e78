// The page's beginning: starts the engine and brings the parts of the page together.
// Knows which parts there are, and nothing of what they do.

import { byId } from './dom.js';
import { startEngine } from './engine.js';
import { mountReader } from './read.js';
import { createTabs } from './widgets/tabs.js';

const tabs = createTabs(byId('tabs'), { onShow: (name) => reader.panelShown(name) });
const reader = mountReader({ showPanel: tabs.show });

async function start() {
    try {
        reader.useEngine(await startEngine());
    } catch (error) {
        const { message } = /** @type {Error} */ (error);
        reader.failToStart(`The reader could not start. ${message} Reload the page to try again.`);
    }
}

start();
