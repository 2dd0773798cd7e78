// The site as an installed page has it, in headless Chromium: offline, isolated on hosts that send no headers, updated
// cleanly, small, and asking nobody else.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { serve } from '../../web/site/serve.mjs';
import { launchBrowser, PATIENCE } from '../helpers/browser.mjs';
import { built, root } from '../helpers/build.mjs';
import { after, afterEach, before, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { reads, write } from '../helpers/paper.mjs';
import { pngFile } from '../helpers/site.mjs';

/** Of everything that is fetched before training, compressed as hosts do it. */
const MOST_BYTES = 300_000;
/** Loaded where it was built, by browsers with relaxed SIMD. */
const RELAXED = 'scrawl-relaxed.wasm';

const TYPES = {
    '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png',
    '.svg': 'image/svg+xml', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json',
};

const pathOf = ({ url }) => new URL(url, 'http://localhost').pathname.replace(/^\/scrawl\//, '').replace(/^$/, 'index.html');

/**
 * A server as plain as they get, in a folder of its host, as GitHub Pages has it; it counts what it is asked for, and can
 * hold its answers back.
 */
function servePlainly(folder) {
    const asked = [];
    const held = new Map();
    const server = createServer(async (request, response) => {
        const path = pathOf(request);
        asked.push(path);
        await held.get(path);
        try {
            const content = readFileSync(join(folder, path));
            response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(content);
        } catch {
            response.writeHead(404).end();
        }
    });
    return new Promise((resolve) => server.listen(0, 'localhost', () => resolve({
        asked,
        isAskedFor: (path) => new Promise((done) => server.on('request', (request) => pathOf(request) === path && done())),
        /** @returns {() => void} lets it come */
        holdBack(path) {
            let letCome;
            held.set(path, new Promise((done) => (letCome = done)));
            return letCome;
        },
        url: `http://localhost:${server.address().port}/scrawl/`,
        close() {
            server.close();
            server.closeAllConnections();
        },
    })));
}

let browser;
let folder;
let server;
let context;
let page;
let complaints;
/** What a test expects to go wrong. @type {RegExp} */
let expected;

before(async () => {
    browser = await launchBrowser();
});

after(() => browser?.close());

beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
    cpSync(built('web'), folder, { recursive: true, filter: (path) => !/\.(br|gz|map)$/.test(path) });
    server = await servePlainly(folder);
    complaints = [];
    expected = /^$/;
    context = await newContext();
    page = await open();
});

afterEach(async () => {
    await context.close();
    server.close();
    rmSync(folder, { recursive: true });
    assert.deepEqual(complaints.filter((text) => !expected.test(text)), []);
});

async function newContext(options) {
    const made = await browser.newContext(options);
    made.setDefaultTimeout(PATIENCE);
    made.on('request', (request) => {
        const isOwn = [server.url, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
        if (!isOwn) complaints.push(`foreign: ${request.url()}`);
    });
    return made;
}

async function open(owner = context) {
    const opened = await owner.newPage();
    opened.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    opened.on('pageerror', (error) => complaints.push(String(error)));
    await opened.addInitScript(() => {
        addEventListener('securitypolicyviolation', ({ blockedURI, violatedDirective }) =>
            console.error(`policy: ${violatedDirective} ${blockedURI}`));
    });
    return opened;
}

/** Waits until the page has its network. */
const isReady = (visited = page) =>
    visited.locator('#reads:not([hidden])').waitFor({ state: 'attached' });

/** Waits until the service worker has all of the site. */
const isKept = () => page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));

/** The first visit, until the page has come back with its threads. */
async function visit() {
    await page.goto(server.url);
    await page.waitForFunction(() => crossOriginIsolated && navigator.serviceWorker.controller);
    await page.waitForLoadState();
    await isReady();
}

/** Opens a model of Keras' and waits until it is in use. @param {string} name in tests/fixtures/keras */
async function opensModel(name) {
    await page.locator('#train-begin:not([disabled])').waitFor({ state: 'attached' });
    await page.click('#models-tab');
    await page.setInputFiles('#models-file', join(root, 'tests/fixtures/keras', name));
    await page.locator('#models-list .in-use h3', { hasText: name.split('.')[0] }).waitFor();
}

/** Writes a 3 and waits until it is read. */
async function readsThree(visited = page) {
    await write(visited, 3);
    await reads(visited, '3');
}

describe('the site on a plain host', () => {
    it('loads once more for its threads, and only once', async () => {
        let loads = 0;
        page.on('load', () => loads++);
        await visit();
        assert.equal(loads, 2);
        const processors = await page.evaluate(() => navigator.hardwareConcurrency);
        if (processors > 1) await page.locator('#facts', { hasText: /[2-9] threads/ }).waitFor({ state: 'attached' });
        assert.equal(await page.evaluate(() => document.querySelector('#update').hidden), true);
        await readsThree();
        await page.reload();
        await isReady();
        assert.equal(loads, 3);
        assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    });

    it('isn\'t loaded again under the hands of who has begun', async () => {
        let loads = 0;
        page.on('load', () => loads++);
        const letCome = server.holdBack('service-worker.js');
        await page.goto(server.url);
        await isReady();
        await page.keyboard.press('Shift');
        letCome();
        await isKept();
        await page.waitForTimeout(300);
        assert.equal(loads, 1);
        assert.equal(await page.evaluate(() => crossOriginIsolated), false);
        await readsThree();
        await page.reload();
        await isReady();
        assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    });

    it('works offline after the first visit, in new tabs too', async () => {
        expected = /ERR_CONNECTION_REFUSED|ERR_FAILED/;
        await visit();
        server.close();
        await page.reload();
        await isReady();
        await readsThree();
        const other = await open();
        await other.goto(`${server.url}index.html?source=home#top`);
        await isReady(other);
        await readsThree(other);
        assert.equal(await other.evaluate(async () => (await fetch('models.json')).status), 200);
        assert.equal(await other.evaluate(async () => (await fetch('wasm/finder.safetensors')).status), 200);
        await other.setInputFiles('#file', pngFile('20'));
        await reads(other, '20');
        assert.equal(await other.evaluate(() => fetch('none.txt').then(() => 'there', () => 'gone')), 'gone');
    });

    it('opens other programs\' models offline once it has opened one, and fetches nothing for them before', async () => {
        expected = /ERR_CONNECTION_REFUSED|ERR_FAILED/;
        await visit();
        await isKept();
        assert.deepEqual(server.asked.filter((path) => path.includes('exchange')), []);
        await opensModel('sequential.h5');
        const used = server.asked.filter((path) => path.includes('exchange'));
        assert.deepEqual([...new Set(used)].sort(), ['wasm/exchange.js', 'wasm/scrawl-exchange.wasm']);
        server.close();
        await page.reload();
        await isReady();
        await opensModel('functional.keras');
    });

    it('keeps its policy in workers', async () => {
        await visit();
        const blocked = await page.evaluate(async () => {
            const response = await fetch('wasm/scrawl-worker.js');
            return response.headers.get('Content-Security-Policy');
        });
        assert.match(blocked, /^default-src 'none'/);
    });

    it('keeps those builds of the module that this browser loads, and no others', async () => {
        await visit();
        const kept = await page.evaluate(async () => {
            const names = (await caches.keys()).filter((name) => name.startsWith('scrawl-site-'));
            return (await (await caches.open(names[0])).keys()).map(({ url }) => url.split('/').at(-1)).filter((name) => name.endsWith('.wasm'));
        });
        const builds = ['scrawl-relaxed-threads.wasm', RELAXED];
        const plain = ['scrawl-threads.wasm', 'scrawl.wasm'];
        assert.deepEqual(kept.sort(), existsSync(join(folder, 'wasm', RELAXED)) ? builds : plain);
    });

    it('is small before anything is trained', async () => {
        // Neither what the service worker keeps nor what comes after the first reading, when the machine is slow.
        expected = /Service Worker registration blocked by Playwright|ERR_FAILED/;
        const alone = await newContext({ serviceWorkers: 'block' });
        const first = await open(alone);
        await first.route('**/learn.js', (route) => route.abort());
        await first.goto(server.url);
        await isReady(first);
        await alone.close();
        const own = [...new Set(server.asked)].filter((path) => !path.startsWith('icons/')); // fetched for installing
        const total = own.reduce((sum, path) => sum + brotliCompressSync(readFileSync(join(folder, path))).length, 0);
        const isModule = (path) => path.endsWith('.wasm');
        assert.deepEqual(own.filter(isModule), [existsSync(join(folder, 'wasm', RELAXED)) ? `wasm/${RELAXED}` : 'wasm/scrawl.wasm']);
        assert.ok(own.includes('wasm/small.safetensors'));
        assert.ok(own.every((path) => !path.startsWith('data/') && path !== 'wasm/finder.safetensors'), own.join());
        assert.ok(total < MOST_BYTES, `${total} bytes: ${own.join()}`);
    });
});

describe('the site on its own server', () => {
    it('has its threads at once, and works offline after the first visit', async () => {
        const own = await serve(built('web'));
        expected = new RegExp(`^foreign: ${own.url}`);
        let loads = 0;
        page.on('load', () => loads++);
        try {
            await page.goto(own.url);
            await isReady();
            assert.equal(await page.evaluate(() => crossOriginIsolated), true);
            await isKept();
            assert.equal(loads, 1);
        } finally {
            await own.close();
        }
        await page.reload();
        await isReady();
        await readsThree();
        assert.equal(await page.evaluate(() => crossOriginIsolated), true);
    });
});

describe('a new build', () => {
    /** Changes a file and the service worker's list as a build would. */
    async function change(path, from, to, more = (worker) => worker) {
        const before = readFileSync(join(folder, path));
        const after = Buffer.from(String(before).replace(from, to));
        assert.notDeepEqual(after, before);
        const hash = async (bytes) => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
        const script = readFileSync(join(folder, 'service-worker.js'), 'utf8');
        const [oldHash, newHash] = [await hash(before), await hash(after)];
        assert.ok(script.includes(oldHash));
        const build = /build:"([0-9a-f]+)"/.exec(script)[1];
        writeFileSync(join(folder, path), after);
        const changed = more(script.replace(oldHash, newHash).replace(build, 'abcdef'));
        assert.notEqual(changed, script);
        writeFileSync(join(folder, 'service-worker.js'), changed);
        return { build };
    }

    const caches = () => page.evaluate(async () => (await window.caches.keys()).filter((name) => name.startsWith('scrawl-site-')));

    it('waits until it is asked for, fetches only what has changed, and leaves nothing behind', async () => {
        await visit();
        const { build } = await change('index.html', '<title>', '<title>New ', (worker) =>
            worker.replace("form-action 'none'", "form-action 'self'"));
        server.asked.length = 0;
        await page.reload();
        const load = page.locator('#update-load');
        await load.waitFor();
        assert.doesNotMatch(await page.title(), /^New/);
        assert.deepEqual([...new Set(server.asked)].sort(), ['index.html', 'service-worker.js']);
        await load.click();
        await page.waitForFunction(() => document.title.startsWith('New'));
        await isReady();
        await readsThree();
        assert.deepEqual(await caches(), ['scrawl-site-abcdef']);
        assert.notEqual(build, 'abcdef');
        // What was there already has the new build's headers.
        const policy = await page.evaluate(async () => (await fetch('page/main.js')).headers.get('Content-Security-Policy'));
        assert.match(policy, /form-action 'self'/);
    });

    it('has what the one before had kept on the way', async () => {
        expected = /ERR_CONNECTION_REFUSED|ERR_FAILED/;
        await visit();
        await opensModel('sequential.h5');
        await change('index.html', '<title>', '<title>New ');
        await page.reload();
        await page.locator('#update-load').click();
        await page.waitForFunction(() => document.title.startsWith('New'));
        await isReady();
        assert.deepEqual(await caches(), ['scrawl-site-abcdef']);
        server.close();
        await page.reload();
        await opensModel('functional.keras');
    });

    it('is loaded by a second tab after the first, and by a page that came without its service worker', async () => {
        await visit();
        await change('index.html', '<title>', '<title>New ');
        await page.reload();
        const [second, third] = [await open(), await open()];
        await second.goto(server.url);
        await third.goto(server.url);
        // As long as the new build isn't there, a page without its service worker loads itself once more at once.
        await third.locator('#update-load').waitFor();
        // As Shift with the button to reload does.
        await (await context.newCDPSession(third)).send('Page.reload', { ignoreCache: true });
        await third.waitForFunction(() => !navigator.serviceWorker.controller);
        await isReady(third);
        await third.keyboard.press('Shift'); // else it would load itself once more for its threads
        for (const tab of [page, second, third]) {
            await tab.locator('#update-load').click();
            await tab.waitForFunction(() => document.title.startsWith('New') && navigator.serviceWorker.controller);
            await isReady(tab);
        }
    });

    it('that isn\'t whole is not taken', async () => {
        await visit();
        const before = await caches();
        await change('page/main.js', 'threads', 'threeds');
        writeFileSync(join(folder, 'page/main.js'), 'half a build');
        expected = /another build|service-worker/i;
        const isFetched = server.isAskedFor('page/main.js');
        await page.reload();
        await isReady();
        await isFetched;
        await page.evaluate(async () => {
            const registration = await navigator.serviceWorker.getRegistration();
            while (registration.installing) {
                await new Promise((resolve) => registration.installing.addEventListener('statechange', resolve, { once: true }));
            }
        });
        assert.equal(await page.locator('#update').isHidden(), true);
        assert.deepEqual(await caches(), before);
        await readsThree();
    });
});

describe('what installs the page', () => {
    it('is a manifest whose icons are there', async () => {
        await page.goto(server.url);
        const manifest = JSON.parse(readFileSync(join(folder, 'manifest.webmanifest'), 'utf8'));
        assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ['./', './', 'standalone']);
        const sizes = await page.evaluate(async (icons) => Promise.all(icons.map(async ({ src }) => {
            const image = new Image();
            image.src = src;
            await image.decode();
            return `${image.naturalWidth}x${image.naturalHeight}`;
        })), manifest.icons.filter(({ type }) => type === 'image/png'));
        assert.deepEqual(sizes, ['192x192', '512x512', '512x512']);
        assert.ok(manifest.icons.some(({ purpose }) => purpose === 'maskable'));
        assert.equal(readdirSync(join(folder, 'icons')).filter((name) => name.endsWith('.png')).length, 4);
    });
});
