// The page with its sources in place of the bundles that were made of them, so that a test can change one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { built } from './build.mjs';

const web = fileURLToPath(new URL('../../web', import.meta.url));

/**
 * @param {import('playwright-core').Page} page
 * @param {Record<string, (script: string) => string>} changes by paths of the site
 */
export async function runSources(page, changes) {
    await page.route(/^[^?]*\.js$/, async (route) => {
        const path = new URL(route.request().url()).pathname.slice(1);
        if (path.startsWith('uplot/')) return route.continue();
        const script = readFileSync(path.startsWith('wasm/') ? built(path) : `${web}/${path}`, 'utf8');
        const body = changes[path]?.(script) ?? script;
        if (changes[path]) assert.notEqual(body, script, `${path} is changed`);
        // The server's own headers, whether the site has the file or only its bundle has.
        const headers = (await route.fetch()).headers();
        for (const name of ['content-length', 'content-encoding', 'content-type']) delete headers[name];
        await route.fulfill({ status: 200, headers: { ...headers, 'content-type': 'text/javascript' }, body });
    });
}
