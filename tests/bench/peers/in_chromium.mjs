// Times a peer that runs in a page, in headless Chromium: each has a page in site/ whose measure() does it. The folder
// of the peers is what the page's server serves. Usage: in_chromium.mjs FOLDER PEER

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { serve } from '../../../web/site/serve.mjs';
import { launchBrowser } from '../../helpers/browser.mjs';
import { answerRequests, versionOf } from './peer.mjs';

const PACKAGES = {
    'jax-js': '@jax-js/jax', 'litert-js': '@litertjs/core', 'onnxruntime-web': 'onnxruntime-web', 'tfjs-wasm': '@tensorflow/tfjs',
};
const [folder, peer] = process.argv.slice(2);
const page = `${peer}.html`;
for (const [file, from] of [[page, `site/${page}`], ['sampling.js', '../site/sampling.js']]) {
    copyFileSync(fileURLToPath(new URL(from, import.meta.url)), join(folder, file));
}
const server = await serve(folder);
const browser = await launchBrowser();
try {
    const tab = await browser.newPage({ bypassCSP: true }); // some compile scripts that they write, which the site forbids
    const failure = new Promise((_, reject) => tab.on('pageerror', reject));
    failure.catch(() => {});
    await tab.goto(server.url + page);
    await Promise.race([tab.waitForFunction(() => 'measure' in window), failure]);
    const measure = (request) => tab.evaluate((argument) => window.measure(argument), request);
    await answerRequests(`${peer} ${versionOf(folder, PACKAGES[peer])}`, measure, () => null);
} finally {
    await browser.close();
    await server.close();
}
