// Keeps the whole site on the device, so that it works offline, and serves it with the headers that make it cross-origin
// isolated, so that threads work on hosts that send none. A new build waits until the page asks for it or is closed.
// Knows the list of files that build-site.mjs writes before it, and nothing of what they do.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const CACHE_PREFIX = 'scrawl-site-';
const CACHE = CACHE_PREFIX + site.build;
const HASH_HEADER = 'Scrawl-Hash';
const FRONT_PAGE = 'index.html';

const HEADERS = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': site.policy,
};

/** @param {string} path */
function addressOf(path) {
    return new URL(path, worker.registration.scope).href;
}

/**
 * The same answer with the headers for isolation.
 * @param {Response} response
 * @param {BodyInit | null} body
 * @param {Record<string, string>} [more]
 */
function withHeaders(response, body, more = {}) {
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries({ ...HEADERS, ...more })) headers.set(name, value);
    // The body has been decoded.
    for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name);
    const { status, statusText } = response;
    return new Response(body, { status, statusText, headers });
}

/** @param {ArrayBuffer} bytes */
async function hashOf(bytes) {
    const hash = await crypto.subtle.digest('SHA-256', bytes);
    return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// ---- Filling the cache ----

/**
 * The same file from the cache of an older build.
 * @param {Cache[]} olderCaches
 * @param {string} address
 * @param {string} hash
 */
async function findOlder(olderCaches, address, hash) {
    for (const cache of olderCaches) {
        const response = await cache.match(address);
        // With the headers of this build.
        if (response?.headers.get(HASH_HEADER) === hash) return withHeaders(response, response.body);
    }
    return null;
}

/**
 * The file of just this build: while a host changes from one build to the next, it may hand out either.
 * @param {string} address
 * @param {string} hash
 */
async function load(address, hash) {
    const response = await fetch(address, { cache: 'no-cache' });
    if (!response.ok) throw new Error(`${address}: the server answered ${response.status}.`);
    const bytes = await response.arrayBuffer();
    if (await hashOf(bytes) !== hash) throw new Error(`${address} belongs to another build.`);
    return withHeaders(response, bytes, { [HASH_HEADER]: hash });
}

/** All but the builds of the wasm module that this browser won't load; those are fetched if they are asked for. */
function filesToKeep() {
    const { probe, relaxed, plain } = site.builds;
    const others = relaxed.length > 0 && WebAssembly.validate(new Uint8Array(probe)) ? plain : relaxed;
    return Object.entries(site.files).filter(([path]) => !others.includes(path));
}

/** Files that are kept once they were asked for, and were from an older build. @param {Cache[]} olderCaches */
async function filesOnceUsed(olderCaches) {
    const used = await Promise.all(Object.entries(site.later).map(async (file) => {
        const found = await Promise.all(olderCaches.map((cache) => cache.match(addressOf(file[0]))));
        return found.some(Boolean) ? [file] : [];
    }));
    return used.flat();
}

async function fillCache() {
    const names = (await caches.keys()).filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE);
    const olderCaches = await Promise.all(names.map((name) => caches.open(name)));
    const cache = await caches.open(CACHE);
    await Promise.all([...filesToKeep(), ...await filesOnceUsed(olderCaches)].map(async ([path, hash]) => {
        const address = addressOf(path);
        const response = await findOlder(olderCaches, address, hash) ?? await load(address, hash);
        // The front page is asked for by the site's own address.
        if (path === FRONT_PAGE) await cache.put(worker.registration.scope, response.clone());
        await cache.put(address, response);
    }));
}

/**
 * Browsers that can take the files out of the cache themselves needn't start this worker first.
 * @param {ExtendableEvent & { addRoutes?: (routes: object) => Promise<void> }} event the installation
 */
async function leaveToBrowser(event) {
    if (!event.addRoutes) return;
    const or = ['', ...Object.keys(site.files)].map((path) => {
        const { protocol, hostname, port, pathname } = new URL(addressOf(path));
        return { urlPattern: { protocol, hostname, port, pathname, search: '' }, requestMethod: 'GET' };
    });
    await event.addRoutes({ condition: { or }, source: { cacheName: CACHE } });
}

async function dropOlderCaches() {
    const names = await caches.keys();
    const older = names.filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE);
    await Promise.all(older.map((name) => caches.delete(name)));
}

// ---- Answering ----

/**
 * Which file of the site is meant; null for what is none of these.
 * @param {Request} request
 */
function fileFor({ url, method }) {
    const [address] = url.split(/[?#]/, 1);
    const { scope } = worker.registration;
    if (method !== 'GET' || !address.startsWith(scope)) return null;
    const path = address.slice(scope.length) || FRONT_PAGE;
    return path in site.files || path in site.later ? path : null;
}

/** @param {Request} request @param {string} path */
async function answer(request, path) {
    const cache = await caches.open(CACHE);
    const address = addressOf(path);
    const kept = await cache.match(address);
    if (kept) return kept;
    const used = path in site.later ? await load(address, site.later[path]).catch(() => null) : null;
    if (used) {
        await cache.put(address, used.clone()).catch(() => {});
        return used;
    }
    const response = await fetch(request);
    return response.ok ? withHeaders(response, response.body) : response;
}

/** Half a build is of no use; a cache that was there already belongs to the same build. @param {ExtendableEvent} event */
async function install(event) {
    const isNew = !await caches.has(CACHE);
    try {
        await fillCache();
    } catch (error) {
        if (isNew) await caches.delete(CACHE);
        throw error;
    }
    await leaveToBrowser(event);
}

worker.addEventListener('install', (event) => event.waitUntil(install(event)));
worker.addEventListener('activate', (event) => event.waitUntil(dropOlderCaches()));
worker.addEventListener('fetch', (event) => {
    const path = fileFor(event.request);
    if (path) event.respondWith(answer(event.request, path));
});
worker.addEventListener('message', ({ data }) => {
    if (data?.action === 'activate') worker.skipWaiting();
});
