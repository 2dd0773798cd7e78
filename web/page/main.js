// The page's beginning: brings the parts of the page and the engine, which start.js starts, together.
// Knows which parts there are, and nothing of what they do.

import { byId } from './dom.js';
import { workOffline } from './offline.js';
import { mountReader } from './reading/read.js';
import { starting } from './start.js';
import { createTabs } from './widgets/tabs.js';

/** @import { ReadingEngine } from './engine.js' */
/** @typedef {ReturnType<typeof import('./learn.js').startLearning>} Learning */

/** What can wait is begun after this time even on a page that is never idle, in milliseconds. */
const PATIENCE = 2000;

const tabs = createTabs(byId('tabs'), {
    onShow: (name) => {
        reader.panelShown(name);
        revealAction(name);
    },
});
/** @type {(learning: Promise<Learning>) => void} */
let begin = () => {};
/** @type {Promise<Learning>} */
const begun = new Promise((resolve) => (begin = resolve));
// Who corrects a digit or opens a model hears why learning could not be loaded; nobody else needs to.
begun.catch(() => {});
const reader = mountReader({
    showPanel: tabs.show,
    loadCamera: async () => (await import('./live.js')).LiveCamera,
    onCorrect: async ({ input, digit }, label) => (await begun).teaching.keep(input, label, digit),
    onModels: async (files) => {
        showModels();
        await begun.then(({ models }) => models.openFiles(files), (error) => reader.sayError(error));
    },
});

/** Small screens have the paper above: what a panel is there for comes into view. @param {string} name */
function revealAction(name) {
    const actions = /** @type {HTMLElement[]} */ ([...byId(`${name}-panel`).querySelectorAll('.main-action')]);
    actions.find((action) => action.getClientRects().length)?.scrollIntoView({ block: 'nearest' });
}

function showModels() {
    tabs.show('models');
    byId('models-panel').scrollIntoView({ block: 'nearest' });
}

byId('reads').addEventListener('click', showModels);

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

/** @param {ReadingEngine} engine @returns {Promise<Learning>} */
async function learn(engine) {
    try {
        const { startLearning } = await import('./learn.js');
        return startLearning(engine, reader);
    } catch (cause) {
        throw new Error('Training, teaching and models could not be loaded. Reload the page to try again.', { cause });
    }
}

async function start() {
    try {
        const engine = await starting;
        await reader.useEngine(engine);
        const learning = learn(engine);
        begin(learning);
        await learning.catch((error) => reader.sayError(error));
        // After the model in use is there again.
        engine.onRestart(() => reader.startAgain());
    } catch (error) {
        const { message } = /** @type {Error} */ (error);
        reader.failToStart(`The reader could not start. ${message} Reload the page to try again.`);
    }
    whenIdle(() => workOffline({ onUpdate: offerUpdate }));
}

start();
