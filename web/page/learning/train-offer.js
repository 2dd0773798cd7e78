// The offer to go on with a training that was interrupted or cancelled. Knows its elements and the storage, and nothing of
// how a training goes on.

import { byId } from '../dom.js';
import { isTrainingLockFree } from '../storage/training-lock.js';
import { dateText, percent } from '../words.js';

/** @import { Checkpoint, PageStorage } from '../storage/storage.js' */

export class TrainingOffer {
    #storage;
    #ask;
    #onResume;
    #box = byId('train-offer');
    #text = byId('train-offer-text');
    #tab = byId('train-tab');
    /** What may go on. @type {Checkpoint | null} */ #offered = null;
    #isInSight = true;

    /**
     * @param {object} parts
     * @param {PageStorage} parts.storage
     * @param {(question: string, act: string) => Promise<boolean>} parts.ask before something is lost
     * @param {(checkpoint: Checkpoint) => void} parts.onResume
     */
    constructor({ storage, ask, onResume }) {
        this.#storage = storage;
        this.#ask = ask;
        this.#onResume = onResume;
        byId('train-offer-resume').addEventListener('click', () => this.#resume());
        byId('train-offer-discard').addEventListener('click', () => this.#discard());
    }

    #update() {
        this.#box.hidden = !this.#isInSight || !this.#offered;
    }

    /** @param {Checkpoint | null} checkpoint */
    #offer(checkpoint) {
        this.#offered = checkpoint;
        this.#tab.toggleAttribute('data-offer', checkpoint !== null);
    }

    /** @param {Checkpoint} checkpoint @param {string} beginning of the sentence */
    make(checkpoint, beginning) {
        const { record: { name, progress }, saved } = checkpoint;
        const place = progress ? ` in epoch ${progress.epoch + 1} of ${progress.epochs}, ${percent(progress.accuracy, 1)} correct so far` : '';
        this.#text.textContent = `${beginning} (${name})${place}, ${dateText(saved)}. It can go on from there.`;
        this.#offer(checkpoint);
        this.#update();
    }

    /** Of what was kept when the page was closed. @param {() => boolean} isWelcome */
    async makeOfKept(isWelcome) {
        const kept = await this.#storage.checkpoint().catch(() => undefined);
        if (kept && isWelcome() && await isTrainingLockFree()) this.make(kept, 'A training was interrupted');
    }

    /** Another training has begun. */
    forget() {
        this.#offer(null);
    }

    /** @param {boolean} inSight beside the form only */
    setInSight(inSight) {
        this.#isInSight = inSight;
        this.#update();
    }

    #resume() {
        this.#tab.toggleAttribute('data-offer', false);
        if (this.#offered) this.#onResume(this.#offered);
    }

    async #discard() {
        if (!await this.#ask('Discard the unfinished training? It can’t go on then.', 'Discard it')) return;
        this.#offer(null);
        this.#update();
        byId('train-title').focus({ preventScroll: true });
        await this.#storage.removeCheckpoint().catch(() => {});
    }
}
