// The site as `make web` built it, served, and a headless Chromium to visit it with.

import { after, before } from 'node:test';

import { serve } from '../../web/serve.mjs';
import { launchBrowser } from './browser.mjs';
import { built } from './build.mjs';

/** Starts both before the tests of a file, and ends them afterwards. */
export function useBuiltSite() {
    const site = { server: null, browser: null };
    before(async () => {
        site.server = await serve(built('web'));
        site.browser = await launchBrowser();
    });
    after(async () => {
        await site.browser?.close();
        await site.server?.close();
    });
    return site;
}
