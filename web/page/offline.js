// The page's side of service-worker.js: starts it, reloads once where only that brings threads, and offers new builds.
// Knows no elements.

/** Tells a page that has been reloaded for its threads not to do it again, if they don't come. */
const RELOADED = 'scrawl-reloaded-for-threads';

/** What a visitor does first. */
const TOUCHES = ['pointerdown', 'keydown', 'drop', 'paste'];

/** Whether the visitor has done anything: then the page isn't reloaded under their hands. */
let isTouched = false;
for (const kind of TOUCHES) addEventListener(kind, () => isTouched = true, { once: true, capture: true });

/** @param {ServiceWorker} worker @param {(state: ServiceWorkerState) => boolean} isReached */
function reaches(worker, isReached) {
    return new Promise((resolve) => {
        const look = () => {
            if (!isReached(worker.state)) return;
            worker.removeEventListener('statechange', look);
            resolve(undefined);
        };
        worker.addEventListener('statechange', look);
        look();
    });
}

/** Notes down that the page is reloaded; false when it was before, or can't be noted down. */
function mayReload() {
    try {
        if (isTouched || sessionStorage.getItem(RELOADED)) return false;
        sessionStorage.setItem(RELOADED, 'yes');
        return true;
    } catch {
        return false;
    }
}

/**
 * On hosts that send no headers for isolation, the service worker's do it from the next load on. A page that nobody has
 * touched yet is loaded again at once; any other one gets its threads with the next visit.
 * @param {ServiceWorkerRegistration} registration
 */
async function reloadForThreads({ installing, waiting, active }) {
    const worker = installing ?? waiting ?? active;
    if (!worker || crossOriginIsolated || navigator.serviceWorker.controller) return;
    await reaches(worker, (state) => state === 'activated');
    if (mayReload()) location.reload();
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {(activate: () => void) => void} onUpdate
 */
function watchForUpdates(registration, onUpdate) {
    const offer = async (/** @type {ServiceWorker | null} */ worker) => {
        // The first one of all replaces none.
        if (!worker || !registration.active) return;
        await reaches(worker, (state) => state === 'installed');
        onUpdate(async () => {
            if (worker.state === 'installed') worker.postMessage({ action: 'activate' });
            // Another tab may have done it, or a still newer build: then there is nothing to wait for.
            await reaches(worker, (state) => state === 'activated' || state === 'redundant');
            location.reload();
        });
    };
    registration.addEventListener('updatefound', () => offer(registration.installing));
    offer(registration.waiting ?? registration.installing);
}

/**
 * Call it when the page has what it needs: the service worker fetches all of the site.
 * @param {{ onUpdate: (activate: () => void) => void }} callbacks onUpdate: a new build is there; activate loads it
 */
export async function workOffline({ onUpdate }) {
    if (!('serviceWorker' in navigator)) return;
    try {
        const registration = await navigator.serviceWorker.register('service-worker.js', { updateViaCache: 'none' });
        watchForUpdates(registration, onUpdate);
        await reloadForThreads(registration);
    } catch {
        // Private windows and some settings allow no service worker; the page works without, as long as it is online.
    }
}
