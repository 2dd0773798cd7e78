// Says which of the page's tabs trains: only one at a time may keep its training and offer it again. Knows no elements.

const NAME = 'scrawl-training';

/**
 * Takes the lock when it is free. Without locks, as on pages that aren't secure or may not have any, it always is.
 * @returns {Promise<(() => void) | null>} gives it back; null when another tab has it
 */
export function takeTrainingLock() {
    if (!navigator.locks) return Promise.resolve(() => {});
    return new Promise((resolve) => {
        navigator.locks.request(NAME, { ifAvailable: true }, (lock) => {
            if (!lock) {
                resolve(null);
                return undefined;
            }
            return /** @type {Promise<void>} */ (new Promise((release) => resolve(release)));
        }).catch(() => resolve(() => {}));
    });
}

/** Whether no tab trains. */
export async function isTrainingLockFree() {
    const { held } = await navigator.locks?.query().catch(() => null) ?? {};
    return !held?.some(({ name }) => name === NAME);
}
