// Times jax-js on its wasm device in headless Chromium, on an isolated page. Usage: jax_js.mjs FOLDER

import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { serve } from '../../../web/site/serve.mjs';
import { launchBrowser } from '../../helpers/browser.mjs';
import { median } from '../site/sampling.js';
import { report, versionOf } from './peer.mjs';

const [folder] = process.argv.slice(2);
const package_ = join(folder, 'node_modules', '@jax-js', 'jax');
const page = 'scrawl-bench.html';

copyFileSync(fileURLToPath(new URL('jax_js.html', import.meta.url)), join(package_, page));
const server = await serve(package_);
const browser = await launchBrowser();
try {
    const tab = await browser.newPage({ bypassCSP: true }); // it compiles scripts that it writes, which the site forbids
    await tab.goto(server.url + page);
    await tab.waitForFunction(() => 'measure' in window);
    const rates = await tab.evaluate(() => window.measure());
    const threads = await tab.evaluate(() => navigator.hardwareConcurrency); // it takes all, on an isolated page
    report('train', `jax-js ${versionOf(folder, '@jax-js/jax')}`, threads, median(rates), null);
} finally {
    await browser.close();
    await server.close();
    rmSync(join(package_, page));
}
