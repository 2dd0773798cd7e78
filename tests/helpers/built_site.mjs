// The site as `make web` built it, served, and a headless Chromium to visit it with.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serve } from '../../web/site/serve.mjs';
import { launchBrowser } from './browser.mjs';
import { built } from './build.mjs';
import { after, before } from './page_test.mjs';

/**
 * Starts both before the tests of a file, and ends them afterwards.
 * @param {{ isCopied?: boolean }} [how] isCopied: so that the tests can add files, which tests beside them don't see
 */
export function useBuiltSite({ isCopied = false } = {}) {
    const site = { folder: built('web'), server: null, browser: null };
    before(async () => {
        if (isCopied) {
            site.folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
            cpSync(built('web'), site.folder, { recursive: true });
        }
        site.server = await serve(site.folder);
        site.browser = await launchBrowser();
    });
    after(async () => {
        await site.browser?.close();
        await site.server?.close();
        if (isCopied) rmSync(site.folder, { recursive: true });
    });
    return site;
}
