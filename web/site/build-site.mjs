// Makes the site: bundles and minifies scripts and styles with esbuild, draws the icons' PNGs, tells the service worker
// what belongs to the site, and compresses everything beside itself for servers that can hand that out.
// Not part of the site. Usage: node web/site/build-site.mjs WASM_FOLDER DATA_FOLDER SITE_FOLDER MODEL.safetensors…

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const tools = fileURLToPath(new URL('.', import.meta.url));
const source = fileURLToPath(new URL('..', import.meta.url));
const libraries = fileURLToPath(new URL('../../node_modules', import.meta.url));
const [wasmFolder, dataFolder, site, ...models] = process.argv.slice(2);

/** Scripts that the page or one of its workers begins with; what these import becomes part of them. */
const PAGE_SCRIPTS = ['start.js', 'main.js', 'learn.js', 'live.js'];
const WORKERS = ['data-worker.js', 'picture-worker.js'];
const WASM_SCRIPTS = ['scrawl.js', 'scrawl-client.js', 'scrawl-worker.js', 'scrawl-thread.js', 'exchange.js'];
const STYLES = join('styles', 'page.css');
const COPIED = ['index.html', 'manifest.webmanifest', join('icons', 'scrawl.svg'), 'samples'];

/** It rules what lies beside and below it: its place is the site's root. */
const SERVICE_WORKER = 'service-worker.js';

/** What the offline site does without: it is fetched when it is asked for, and has a cache of its own, or is for others. */
const NOT_KEPT = [/^data\//, /\.map$/, /^wasm\/scrawl\.js$/, /^service-worker\.js$/];
/** What it keeps once it was asked for: most visitors have no models of other programs. */
const KEPT_LATER = [/^wasm\/exchange\.js$/, /^wasm\/scrawl-exchange\.wasm$/];
/** What drawings and pictures are read with before another model is chosen. */
const KEPT_MODELS = ['small.safetensors', 'finder.safetensors'];
const COMPRESSED = ['.css', '.html', '.js', '.json', '.safetensors', '.svg', '.wasm', '.webmanifest'];
const NAME_LENGTH = 12;

/** @param {string} folder @returns {string[]} paths inside it, with slashes */
function filesOf(folder) {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
        .sort();
}

/** @param {import('esbuild').BuildOptions} options */
function minify(options) {
    return build({ minify: true, target: 'es2022', charset: 'utf8', logLevel: 'warning', ...options });
}

/** The site has wasm/ beside the folders of the page's scripts, which leave it its own, and take in what lies deeper. */
const wasmOfSite = {
    name: 'wasm-of-site',
    setup({ onResolve }) {
        onResolve({ filter: /^[./]+\/wasm\/[^/]+$/ }, ({ path }) => ({ path: `../wasm/${basename(path)}`, external: true }));
    },
};

/** Modules stay modules, in their places: their workers and files lie beside them. */
function bundle(folder, names, outdir) {
    const entryPoints = names.map((name) => join(folder, name));
    // There is one start; learning, the live camera and other programs' models come later.
    const external = ['./start.js', './learn.js', './live.js', './exchange.js'];
    return minify({ entryPoints, outdir, bundle: true, format: 'esm', sourcemap: true, external, plugins: [wasmOfSite] });
}

async function writeScripts() {
    await bundle(join(source, 'page'), PAGE_SCRIPTS, join(site, 'page'));
    await bundle(join(source, 'workers'), WORKERS, join(site, 'workers'));
    await bundle(wasmFolder, WASM_SCRIPTS, join(site, 'wasm'));
    await minify({ entryPoints: [join(source, STYLES)], outfile: join(site, STYLES), bundle: true });
    const uplot = join(libraries, 'uplot', 'dist');
    await minify({ entryPoints: [join(uplot, 'uPlot.esm.js')], outdir: join(site, 'uplot') });
    cpSync(join(uplot, 'uPlot.min.css'), join(site, 'uplot', 'uPlot.min.css'));
}

function copyFiles() {
    for (const path of COPIED) cpSync(join(source, path), join(site, path), { recursive: true });
    const binaries = readdirSync(wasmFolder).filter((name) => extname(name) === '.wasm').map((name) => join(wasmFolder, name));
    for (const path of [...binaries, ...models]) cpSync(path, join(site, 'wasm', basename(path)));
    cpSync(dataFolder, site, { recursive: true });
    execFileSync(process.execPath, [join(tools, 'icons.mjs'), join(source, 'icons', 'scrawl.svg'), join(site, 'icons')]);
}

function policyOf(html) {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1];
    if (!policy) throw new Error('index.html should have a Content-Security-Policy.');
    return policy;
}

function isKeptLater(path) {
    return KEPT_LATER.some((pattern) => pattern.test(path));
}

function isKept(path) {
    const isOtherModel = extname(path) === '.safetensors' && !KEPT_MODELS.includes(basename(path));
    return !isOtherModel && !isKeptLater(path) && NOT_KEPT.every((pattern) => !pattern.test(path));
}

/** @param {(path: string) => boolean} isWanted @returns {Record<string, string>} hashes of the site's files */
function hashesOf(isWanted) {
    return Object.fromEntries(filesOf(site).filter(isWanted).map((path) =>
        [path, createHash('sha256').update(readFileSync(join(site, path))).digest('hex')]));
}

/** Which files only browsers with relaxed SIMD load, which only the others, and the module that tells them apart. */
async function wasmBuilds(files) {
    const { PROBE } = await import(pathToFileURL(join(wasmFolder, 'builds.js')));
    const binaries = Object.keys(files).filter((path) => extname(path) === '.wasm');
    const isRelaxed = (path) => path.includes('-relaxed');
    return { probe: [...PROBE], relaxed: binaries.filter(isRelaxed), plain: binaries.filter((path) => !isRelaxed(path)) };
}

/** The list of files makes the service worker another one whenever any file is. */
async function writeServiceWorker() {
    const files = hashesOf(isKept), later = hashesOf(isKeptLater);
    const policy = policyOf(readFileSync(join(site, 'index.html'), 'utf8'));
    const name = createHash('sha256').update(JSON.stringify({ files, later, policy })).digest('hex').slice(0, NAME_LENGTH);
    const script = readFileSync(join(source, 'service-worker', SERVICE_WORKER), 'utf8');
    const builds = await wasmBuilds(files);
    const contents = `const site = ${JSON.stringify({ build: name, policy, files, later, builds })};\n${script}`;
    await minify({ stdin: { contents }, outfile: join(site, SERVICE_WORKER) });
}

function compress() {
    for (const path of filesOf(site).filter((name) => COMPRESSED.includes(extname(name)))) {
        const content = readFileSync(join(site, path));
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(join(site, `${path}.br`), brotliCompressSync(content, { params }));
        writeFileSync(join(site, `${path}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
    }
}

rmSync(site, { recursive: true, force: true });
mkdirSync(join(site, 'wasm'), { recursive: true });
await writeScripts();
copyFiles();
await writeServiceWorker();
compress();
