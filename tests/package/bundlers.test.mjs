// The npm package in pages: built by Vite, webpack and esbuild without a configuration, and as it lies in node_modules.

import assert from 'node:assert/strict';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { serve } from '../../web/site/serve.mjs';
import { launchBrowser, PATIENCE } from '../helpers/browser.mjs';
import { STROKES as DIGIT_STROKES } from '../helpers/handwriting.mjs';
import { createConsumer, NO_PACKAGE, removeConsumer, run, STROKES, TEXT, tool, write } from '../helpers/consumer.mjs';
import { after, before, describe, it } from '../helpers/page_test.mjs';

/** What an app loads that reads with small, compressed. */
const MOST_BYTES = 400_000;

const POLICY = "default-src 'none'; connect-src 'self'; worker-src 'self'; script-src 'self'";

/** Puts what it comes to on the page. */
const SHOW = (body) => `
    const strokes = ${JSON.stringify(STROKES)};
    async function read() {${body}}
    const show = (result) => document.documentElement.dataset.result = JSON.stringify(result);
    read().then(show, (error) => show({ error: String(error) }));`;

/** Reads with its own files, on the page's thread. */
const SMALL_APP = `
    import { createScrawl } from 'scrawl-digits';
    ${SHOW(`
        const scrawl = await createScrawl();
        return { text: scrawl.predictStrokes(strokes).text };`)}`;

/** Reads with best on several threads, by a client in a worker, by the adapter and by the element. @param {string} best its address */
const WHOLE_APP = (best) => `
    import { createScrawl } from 'scrawl-digits';
    import { createScrawlClient } from 'scrawl-digits/client';
    import 'scrawl-digits/field';
    import { createHandwritingRecognizer, HandwritingStroke } from 'scrawl-digits/handwriting';
    ${SHOW(`
        const model = ${best};
        const scrawl = await createScrawl({ model, threads: 2 });
        const client = await createScrawlClient({ threads: 2 });
        const recognizer = await createHandwritingRecognizer({ languages: ['zxx-x-digits'] }, client);
        const drawing = recognizer.startDrawing();
        for (const points of strokes) {
            const stroke = new HandwritingStroke();
            for (let i = 0; i < points.length; i += 2) stroke.addPoint({ x: points[i], y: points[i + 1] });
            drawing.addStroke(stroke);
        }
        const ofFields = await customElements.get('scrawl-field').createClient();
        await ofFields.loadModel(await client.exportModel('onnx'));
        const texts = [scrawl.predictStrokes(strokes).text, (await client.predictStrokes(strokes)).text, (await drawing.getPrediction())[0].text, (await ofFields.predictStrokes(strokes)).text];
        ofFields.free();
        const isOther = scrawl.architecture !== client.architecture;
        const threads = [scrawl.threads, client.threads];
        scrawl.free();
        client.free();
        return { texts, isOther, threads };`)}`;
const WHOLE_RESULT = { texts: [TEXT, TEXT, TEXT, TEXT], isOther: true, threads: [2, 2] };

/** As both Vite and webpack know it. */
const BEST = `new URL('scrawl-digits/models/best.safetensors', import.meta.url)`;

const HTML = (script) => `<!doctype html><title>Try</title><script type="module" src="${script}"></script>`;

/** Why a tool can't run in this Node. @param {string} name of its package */
function tooOld(name) {
    const { engines } = JSON.parse(readFileSync(tool(join(name, 'package.json')), 'utf8'));
    const [major, minor] = process.versions.node.split('.').map(Number);
    const runs = engines.node.split('||').some((range) => {
        const [, sign, least, within] = range.match(/(\^|>=)(\d+)\.(\d+)/);
        return major === Number(least) ? minor >= Number(within) : sign === '>=' && major > Number(least);
    });
    return runs ? undefined : `${name} needs Node ${engines.node}.`;
}

describe('the npm package in a page', { skip: NO_PACKAGE }, () => {
    let folder, server, browser;
    before(async () => {
        folder = createConsumer();
        [server, browser] = await Promise.all([serve(folder), launchBrowser()]);
    });
    after(async () => {
        await browser?.close();
        await server?.close();
        removeConsumer(folder);
    });

    /**
     * What a page of the folder comes to, and the paths of all that it loaded: everything must be there, and nothing complain.
     * @param {string} path on its server, or a whole address
     * @param {Record<string, string>} [headers] of the page, in place of those of the server, which isolate it
     * @param {(page: object) => Promise<void>} [act] what somebody does there
     */
    async function visit(path, headers, act) {
        const context = await browser.newContext();
        context.setDefaultTimeout(PATIENCE);
        const page = await context.newPage();
        const [loaded, faults] = [[], []];
        if (headers) {
            await page.route(`**/${path}`, (route) => route.fulfill({ headers, contentType: 'text/html', body: readFileSync(join(folder, path)) }));
        }
        await page.route('**/favicon.ico', (route) => route.fulfill({ body: '' }));
        page.on('pageerror', (error) => faults.push(String(error)));
        page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
        context.on('response', (response) => {
            loaded.push(new URL(response.url()).pathname.slice(1));
            if (!response.ok()) faults.push(`${response.status()}: ${response.url()}`);
        });
        await page.goto(String(new URL(path, server.url)));
        await act?.(page);
        await page.locator('html[data-result]').waitFor();
        const result = JSON.parse(await page.locator('html').getAttribute('data-result'));
        await context.close();
        assert.deepEqual(faults, []);
        return { result, loaded: loaded.filter((name) => name !== path && name !== 'favicon.ico') };
    }

    /** Two apps, each from a folder of its own below the one with the package, one after the other. */
    async function buildsAndReads(name, best, build, html) {
        for (const [app, script] of Object.entries({ small: SMALL_APP, whole: WHOLE_APP(best) })) {
            write(folder, { [`${name}_${app}/src/index.js`]: script, [`${name}_${app}/index.html`]: HTML('./src/index.js') });
            await build(join(folder, `${name}_${app}`));
            if (html) write(folder, { [`${name}_${app}/dist/index.html`]: html });
        }
        const { result, loaded } = await visit(`${name}_small/dist/index.html`);
        assert.deepEqual(result, { text: TEXT });
        assert.deepEqual(loaded.filter((path) => /\.wasm$/.test(path)).length, 1, loaded.join());
        assert.deepEqual(loaded.filter((path) => /\.safetensors$/.test(path)).length, 1, loaded.join());
        const shipped = readdirSync(join(folder, `${name}_small`, 'dist'), { recursive: true }).filter((path) => path.endsWith('.safetensors'));
        assert.equal(shipped.length, 1, `best is shipped without being asked for: ${shipped}`);
        assert.deepEqual((await visit(`${name}_whole/dist/index.html`)).result, WHOLE_RESULT);
        return loaded;
    }

    it('is bundled by Vite; what an app loads is small', { skip: tooOld('vite') }, async (context) => {
        const loaded = await buildsAndReads('vite', BEST, (place) => run(place, process.execPath, tool('vite/bin/vite.js'), 'build', '--base', './'));
        const contents = [...new Set(loaded)].map((path) => readFileSync(join(folder, path)));
        const [gzip, brotli] = [gzipSync, brotliCompressSync].map((pack) => contents.reduce((sum, content) => sum + pack(content).length, 0));
        assert.ok(gzip > MOST_BYTES / 10 && gzip < MOST_BYTES, `${gzip} bytes`);
        context.diagnostic(`An app that reads loads ${gzip} bytes with gzip, ${brotli} with Brotli.`);
    });

    it('is bundled by webpack', { skip: tooOld('webpack-cli') }, async () => {
        const said = [];
        const build = async (place) => said.push(await run(place, process.execPath, tool('webpack/bin/webpack.js'), 'build', '--mode', 'production'));
        await buildsAndReads('webpack', BEST, build, HTML('main.js'));
        const warnings = said.join('').match(/WARNING in .*/g).filter((warning) => !/size limit/.test(warning));
        assert.deepEqual(warnings, [], 'but for that files are large');
    });

    it('is bundled by esbuild, which leaves addresses as they are: files are copied beside the bundle', async () => {
        const words = ['index=src/index.js', 'scrawl-worker=scrawl-digits/worker', 'scrawl-thread=scrawl-digits/thread', '--bundle', '--minify', '--format=esm', '--outdir=dist'];
        const build = async (place) => {
            await run(place, tool('esbuild/bin/esbuild'), ...words);
            const own = join(folder, 'node_modules', 'scrawl-digits');
            const isWanted = (name) => /\.wasm$/.test(name) || name === 'small.safetensors' || (place.endsWith('whole') && name === 'best.safetensors');
            for (const name of readdirSync(own).filter(isWanted)) copyFileSync(join(own, name), join(place, 'dist', name));
        };
        await buildsAndReads('esbuild', `new URL('./best.safetensors', import.meta.url)`, build, HTML('index.js'));
    });

    it('reads without a bundler: by its path, by an import map, and in a module worker', async () => {
        const own = './node_modules/scrawl-digits';
        write(folder, {
            'path.html': `<!doctype html><script type="module">${SMALL_APP.replace("'scrawl-digits'", `'${own}/scrawl.js'`)}</script>`,
            'map.html': `<!doctype html><script type="importmap">{ "imports": {
                    "scrawl-digits": "${own}/scrawl.js", "scrawl-digits/client": "${own}/scrawl-client.js",
                    "scrawl-digits/field": "${own}/element/scrawl-field.js", "scrawl-digits/handwriting": "${own}/handwriting.js"
                } }</script>
                <script type="module">${WHOLE_APP(`'${own}/best.safetensors'`)}</script>`,
            'worker.html': `<!doctype html><script>
                const worker = new Worker('reader.js', { type: 'module' });
                worker.onmessage = ({ data }) => document.documentElement.dataset.result = JSON.stringify(data);</script>`,
            'reader.js': `
                import { createScrawl } from '${own}/scrawl.js';
                import { createScrawlClient } from '${own}/scrawl-client.js';
                const strokes = ${JSON.stringify(STROKES)};
                const scrawl = await createScrawl();
                const client = await createScrawlClient({ model: '${own}/best.safetensors' });
                self.postMessage([scrawl.predictStrokes(strokes).text, (await client.predictStrokes(strokes)).text]);`,
        });
        const { result, loaded } = await visit('path.html', {});
        assert.deepEqual(result, { text: TEXT });
        assert.equal(loaded.filter((path) => /wasm$|safetensors$/.test(path)).length, 2);
        assert.deepEqual((await visit('map.html', {})).result, { ...WHOLE_RESULT, threads: [1, 1] });
        assert.deepEqual((await visit('worker.html', {})).result, [TEXT, TEXT]);
    });

    it('gives a form a field for handwriting in one line of HTML', async () => {
        write(folder, {
            'field.html': `<!doctype html><script type="module" src="./node_modules/scrawl-digits/element/scrawl-field.js"></script>
                <form><scrawl-field name="number"></scrawl-field></form>`,
        });
        const { result } = await visit('field.html', { 'Content-Security-Policy': `${POLICY} 'wasm-unsafe-eval'` }, async (page) => {
            const { x, y } = await page.locator('canvas').boundingBox();
            for (const [place, digit] of [...TEXT].entries()) {
                const [first, ...others] = DIGIT_STROKES[digit].map(([right, down]) => [x + 20 + 60 * place + 40 * right, y + 20 + 70 * down]);
                await page.mouse.move(...first);
                await page.mouse.down();
                for (const point of others) await page.mouse.move(...point);
                await page.mouse.up();
            }
            await page.waitForFunction((text) => new FormData(document.querySelector('form')).get('number') === text, TEXT);
            await page.evaluate(() => document.documentElement.dataset.result = '"read"');
        });
        assert.equal(result, 'read');
    });

    it('reads where the page\'s policy forbids to compile, with a module that a worker has compiled, or by the client', async () => {
        const own = './node_modules/scrawl-digits';
        write(folder, {
            'strict.html': HTML('strict.js'),
            'strict.js': `
                import { createScrawl } from '${own}/scrawl.js';
                import { createScrawlClient } from '${own}/scrawl-client.js';
                ${SHOW(`
                    const compiler = new Worker('compiler.js');
                    const wasm = await new Promise((resolve) => compiler.onmessage = ({ data }) => resolve(data));
                    const refused = await createScrawl().catch(({ name }) => name);
                    const scrawl = await createScrawl({ wasm });
                    const client = await createScrawlClient(); // its worker's script has a policy of its own
                    return { refused, texts: [scrawl.predictStrokes(strokes).text, (await client.predictStrokes(strokes)).text] };`)}`,
            'compiler.js': `WebAssembly.compileStreaming(fetch('${own}/scrawl.wasm')).then((module) => postMessage(module));`,
        });
        const { result } = await visit('strict.html', { 'Content-Security-Policy': POLICY });
        assert.deepEqual(result, { refused: 'CompileError', texts: [TEXT, TEXT] });
    });

    it('reads from another host by a worker of the page’s own, as its README says', async () => {
        const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
        const hosts = ['.', 'node_modules/scrawl-digits'].map((place) => createServer(({ url }, response) => {
            response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': types[extname(url)] ?? 'application/octet-stream' });
            response.end(readFileSync(join(folder, place, url)));
        }));
        try {
            await Promise.all(hosts.map((host) => new Promise((resolve) => host.listen(0, 'localhost', resolve))));
            const [own, address] = hosts.map((host) => `http://localhost:${host.address().port}`);
            const readme = readFileSync(join(folder, 'node_modules', 'scrawl-digits', 'README.md'), 'utf8');
            const [code] = /^const script = .*\nconst worker = .*$/m.exec(readme);
            write(folder, { 'elsewhere.html': `<!doctype html><title>Try</title><script type="module">
                import { createScrawlClient } from '${address}/scrawl-client.js';
                import { ScrawlField } from '${address}/element/scrawl-field.js';
                ${code.replace('https://cdn.example/scrawl-digits', address)}
                ${SHOW(`
                    ScrawlField.createClient = () => createScrawlClient({ worker });
                    const client = await ScrawlField.createClient();
                    const without = await createScrawlClient().catch(({ name }) => name);
                    return [(await client.predictStrokes(strokes)).text, without];`)}</script>` });
            const { result } = await visit(`${own}/elsewhere.html`);
            assert.deepEqual(result, [TEXT, 'SecurityError']);
        } finally {
            for (const host of hosts) {
                host.close();
                host.closeAllConnections();
            }
        }
    });
});
