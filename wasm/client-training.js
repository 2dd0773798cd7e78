// The page's end of a training that runs in the worker: described in scrawl-client.d.ts as ClientTraining.
// Knows how to ask, and nothing of messages.

/** @import { History, TrainingState } from './scrawl.d.ts' */
/** @import { ClientTraining as ClientTrainingApi } from './scrawl-client.d.ts' */
/**
 * @typedef {object} RequestOptions
 * @property {ArrayBuffer[]} [transfer]
 * @property {(state: TrainingState) => void} [onState]
 */
/** @typedef {(action: string, options?: RequestOptions) => Promise<any>} TrainingRequest */

/** @implements {ClientTrainingApi} */
export class ClientTraining {
    /** @type {TrainingState} */ #state = 'running';
    #request;

    /**
     * @param {TrainingRequest} request
     * @param {(work: Promise<History>) => Promise<History>} settle ends with the reason of who ended it
     */
    constructor(request, settle) {
        this.#request = (/** @type {string} */ action) => request(action, { onState: (state) => this.#state = state });
        /** @type {Promise<History>} */
        this.finished = settle(this.#request('awaitTraining'));
        // Who only asks for the state needs no handler.
        this.finished.catch(() => {
            if (this.#state === 'running' || this.#state === 'paused') this.#state = 'failed';
        });
    }

    get state() {
        return this.#state;
    }

    pause() {
        return this.#request('pauseTraining');
    }

    resume() {
        return this.#request('resumePausedTraining');
    }

    cancel() {
        return this.#request('cancelTraining');
    }

    async finish() {
        await this.#request('finishTraining');
        return this.finished;
    }

    /** @returns {Promise<Uint8Array>} */
    checkpoint() {
        return this.#request('checkpoint');
    }
}
