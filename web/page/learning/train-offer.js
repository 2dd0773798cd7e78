// The offer to go on with a training that was interrupted or cancelled. Knows its elements and the storage, and nothing of
// how a training goes on.

import { byId } from '../dom.js';
import { isTrainingLockFree } from '../storage/training-lock.js';
import { dateText, percent } from '../words.js';

/** @import { Checkpoint, PageStorage } from '../storage/storage.js' */

/** @param {{ storage: PageStorage, onResume: (checkpoint: Checkpoint) => void }} parts */
export function createTrainingOffer({ storage, onResume }) {
    const [box, text, tab] = ['train-offer', 'train-offer-text', 'train-tab'].map((id) => byId(id));
    /** What may go on. @type {Checkpoint | null} */
    let offered = null;
    let isInSight = true;

    function update() {
        box.hidden = !isInSight || !offered;
    }

    /** @param {Checkpoint} checkpoint @param {string} beginning of the sentence */
    function make(checkpoint, beginning) {
        const { record: { name, progress }, saved } = checkpoint;
        offered = checkpoint;
        const place = progress ? ` in epoch ${progress.epoch + 1} of ${progress.epochs}, ${percent(progress.accuracy, 1)} read rightly so far` : '';
        text.textContent = `${beginning} (${name})${place}, ${dateText(saved)}. It can go on from there.`;
        tab.toggleAttribute('data-offer', true);
        update();
    }

    function resume() {
        tab.toggleAttribute('data-offer', false);
        if (offered) onResume(offered);
    }

    async function discard() {
        offered = null;
        tab.toggleAttribute('data-offer', false);
        update();
        byId('train-title').focus({ preventScroll: true });
        await storage.removeCheckpoint().catch(() => {});
    }

    byId('train-offer-resume').addEventListener('click', resume);
    byId('train-offer-discard').addEventListener('click', discard);

    return {
        make,
        /** Of what was kept when the page was closed. @param {() => boolean} isWelcome */
        async makeOfKept(isWelcome) {
            const kept = await storage.checkpoint().catch(() => undefined);
            if (kept && isWelcome() && await isTrainingLockFree()) make(kept, 'A training was interrupted');
        },
        /** Another training has begun. */
        forget() {
            offered = null;
            tab.toggleAttribute('data-offer', false);
        },
        /** @param {boolean} inSight beside the form only */
        setInSight(inSight) {
            isInSight = inSight;
            update();
        },
    };
}
