// The page's beginning: starts the engine and brings the parts of the page together.
// Knows which parts there are, and nothing of what they do.

import { byId } from './dom.js';
import { createModels } from './models.js';
import { workOffline } from './offline.js';
import { mountReader } from './read.js';
import { starting } from './start.js';
import { createStorage } from './storage.js';
import { createTeaching } from './teach.js';
import { createTraining } from './train.js';
import { createTabs } from './widgets/tabs.js';

/** @import { ReadingEngine } from './engine.js' */
/** @import { Teaching } from './teach.js' */

/** What can wait is begun after this time even on a page that is never idle, in milliseconds. */
const PATIENCE = 2000;

const tabs = createTabs(byId('tabs'), { onShow: (name) => reader.panelShown(name) });
/** @type {Teaching | null} */
let teaching = null;
const reader = mountReader({
    showPanel: tabs.show,
    onCorrect: ({ input, digit }, label) => teaching?.keep(input, label, digit),
});

/** @param {ReadingEngine} engine */
function learn(engine) {
    const storage = createStorage();
    const models = createModels({
        engine,
        storage,
        onChange: () => {
            reader.readAgain();
            teaching?.modelChanged();
        },
    });
    createTraining({
        engine,
        storage,
        models,
        onState: (isTraining) => reader.setTraining(isTraining),
        onWeights: () => reader.readAgain(),
    });
    teaching = createTeaching({ engine, storage, models });
}

/** Shows that a new build of the page is there. @param {() => void} load */
function offerUpdate(load) {
    byId('update').hidden = false;
    byId('update-load').addEventListener('click', load, { once: true });
}

/** Not every browser tells when it is idle. @param {() => void} task */
function whenIdle(task) {
    if ('requestIdleCallback' in window) requestIdleCallback(task, { timeout: PATIENCE });
    else setTimeout(task);
}

async function start() {
    try {
        const engine = await starting;
        await reader.useEngine(engine);
        learn(engine);
    } catch (error) {
        const { message } = /** @type {Error} */ (error);
        reader.failToStart(`The reader could not start. ${message} Reload the page to try again.`);
    }
    whenIdle(() => workOffline({ onUpdate: offerUpdate }));
}

start();
