// An almost empty page of the built site, in headless Chromium, on which tests try the JavaScript API out.

import { PATIENCE } from './browser.mjs';
import { useBuiltSite } from './built_site.mjs';
import { easyImages, picture } from './handwriting.mjs';

/** Lists of numbers in place of bytes, which page.evaluate() can't pass. */
function plain(object) {
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, value.length ? [...value] : value]));
}

/**
 * Starts the server and the browser before the tests of a file, and ends them afterwards.
 * @param {Parameters<typeof useBuiltSite>[0]} [how] the site is served
 */
export function useTryPage(how) {
    const site = useBuiltSite(how);
    return {
        /** Of the site's files. */
        get folder() {
            return site.folder;
        },
        /** The site's, with a slash at the end. */
        get address() {
            return site.server.url;
        },
        /**
         * @param {(data: { easy: object, number: object }) => void} prepare runs in the page: easy images with their labels,
         *     and the picture of a number
         * @param {Record<string, string>} [headers] the page's
         */
        async open(prepare, headers = {}) {
            const context = await site.browser.newContext();
            context.setDefaultTimeout(PATIENCE);
            const page = await context.newPage();
            const answer = { contentType: 'text/html', headers, body: '<!doctype html><title>Try</title>' };
            await page.route('**/try.html', (route) => route.fulfill(answer));
            await page.goto(`${site.server.url}try.html`);
            await page.evaluate(prepare, { easy: plain(easyImages(200)), number: plain(picture('203')) });
            return page;
        },
    };
}
