// Proves what Scrawl writes as ONNX with ONNX Runtime's packages of npm: under Node, and in headless Chromium. Both say the
// same as the wasm module of MNIST's 10,000 test images, for the shipped models and the network of the tutorial.
// Needs make all wasm data. Usage: prove_onnxruntime.mjs FOLDER, where the packages are installed unless they are there.

import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { serve } from '../../web/site/serve.mjs';
import { launchBrowser } from '../helpers/browser.mjs';
import { built, root } from '../helpers/build.mjs';

const VERSIONS = { 'onnxruntime-node': '1.30.0', 'onnxruntime-web': '1.30.0' };
/** Of probabilities. */
const AGREEMENT = 1e-5;
const [SIDE, CLASSES, TOGETHER, IDX_HEADER] = [28, 10, 500, 16];
const PIXELS = SIDE * SIDE;
const SITE = 'scrawl-interop', PAGE = 'onnxruntime_web.html';

const folder = resolve(process.argv[2] ?? '');
if (!process.argv[2]) throw new Error('Usage: prove_onnxruntime.mjs FOLDER');

/** @param {string} name of a package */
function versionOf(name) {
    const file = join(folder, 'node_modules', name, 'package.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}

function install() {
    const missing = Object.entries(VERSIONS).filter(([name, version]) => versionOf(name) !== version);
    if (missing.length === 0) return;
    const packages = missing.map(([name, version]) => `${name}@${version}`);
    execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...packages], { stdio: 'inherit' });
}

const scrawl = (...words) => execFileSync(built('scrawl'), words);

/** What flows into a network. @param {Uint8Array} images @param {string} normalization */
function normalized(images, normalization) {
    const values = Float32Array.from(images, (value) => value / 255);
    if (normalization === 'unit') return values;
    for (let image = 0; image < values.length; image += PIXELS) {
        for (let column = 0; column < SIDE; column++) {
            let sum = 0;
            for (let i = image + column; i < image + PIXELS; i += SIDE) sum += images[i] ** 2;
            for (let i = image + column; i < image + PIXELS; i += SIDE) values[i] = sum > 0 ? images[i] / Math.sqrt(sum) : 0;
        }
    }
    return values;
}

/** @param {Float32Array} ours @param {ArrayLike<number>} theirs */
function difference(ours, theirs) {
    return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - theirs[i])), ours.length === theirs.length ? 0 : Infinity);
}

/** @param {string} file @param {Float32Array} inputs */
async function inNode(file, inputs) {
    const { InferenceSession, Tensor } = createRequire(join(folder, 'index.js'))('onnxruntime-node');
    const session = await InferenceSession.create(file, { executionProviders: ['cpu'], intraOpNumThreads: 1 });
    const found = [];
    for (let first = 0; first < inputs.length; first += TOGETHER * PIXELS) {
        const part = inputs.subarray(first, first + TOGETHER * PIXELS);
        const { probabilities } = await session.run({ image: new Tensor('float32', part, [part.length / PIXELS, 1, SIDE, SIDE]) });
        found.push(...probabilities.data);
    }
    return found;
}

/** The page's own scripts read the files that lie beside it. @param {import('playwright-core').Page} tab @param {string} model */
function inPage(tab, model) {
    return tab.evaluate((name) => /** @type {any} */ (window).probabilitiesOf(name), model);
}

/** Models as files of both kinds in the site, and their inputs. */
function writeFiles(site) {
    const models = { small: join(root, 'models', 'small.safetensors'), best: join(root, 'models', 'best.safetensors'), tutorial: join(site, 'tutorial.safetensors') };
    scrawl('train', '--arch', 'tutorial', '--normalize', 'column-l2', '--epochs', '1', '--epoch-share', '0.1', '--quiet', '--out', models.tutorial);
    for (const [name, file] of Object.entries(models)) scrawl('export', file, join(site, `${name}.onnx`));
    return models;
}

install();
const site = join(folder, SITE);
rmSync(site, { recursive: true, force: true });
mkdirSync(site);
const models = writeFiles(site);
copyFileSync(fileURLToPath(new URL(PAGE, import.meta.url)), join(site, PAGE));
const images = readFileSync(built('mnist', 't10k-images-idx3-ubyte')).subarray(IDX_HEADER);
const { createScrawl } = await import(pathToFileURL(built('wasm', 'scrawl.js')).href);
const server = await serve(folder), browser = await launchBrowser();
let failures = 0;
try {
    const tab = await browser.newPage({ bypassCSP: true });
    for (const [name, file] of Object.entries(models)) {
        const reader = await createScrawl({ model: readFileSync(file) });
        const ours = reader.predictImages(new Uint8Array(images)).probabilities;
        const inputs = normalized(images, name === 'tutorial' ? 'column-l2' : 'unit');
        writeFileSync(join(site, `${name}.inputs`), inputs);
        await tab.goto(`${server.url}${SITE}/${PAGE}`);
        await tab.waitForFunction(() => 'probabilitiesOf' in window);
        for (const [where, theirs] of [['node', await inNode(join(site, `${name}.onnx`), inputs)], ['web', await inPage(tab, name)]]) {
            const largest = difference(Float32Array.from(ours), theirs);
            console.log(`${name}, onnxruntime-${where} ${versionOf(`onnxruntime-${where}`)}: largest difference ${largest.toExponential(1)} over ${theirs.length / CLASSES} images`);
            if (!(largest <= AGREEMENT)) failures++;
        }
    }
} finally {
    await browser.close();
    await server.close();
    rmSync(site, { recursive: true, force: true });
}
process.exit(failures > 0 ? 1 : 0); // onnxruntime-node's threads would keep the process alive
