// What is in the npm package, and its use in Node and by TypeScript, from the tarball.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';

import { root } from '../helpers/build.mjs';
import { createConsumer, NO_PACKAGE, removeConsumer, run, STROKES, TARBALL, TEXT, tool, write } from '../helpers/consumer.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { encodePng } from '../helpers/png.mjs';

/** Scripts of workers, which run when they are loaded. */
const WORKERS = ['scrawl-worker.js', 'scrawl-thread.js'];
/** What code and the model small take at most for who installs or loads no more, in bytes, compressed. */
const MOST_BYTES = 400_000;

/** Of an entry of exports, the file under each condition. */
const targets = (entry) => Object.entries(typeof entry === 'string' ? { default: entry } : entry).map(([condition, path]) => [condition, path.slice(2)]);

/** All files that a script or its types name, inside the package. @param {string} code @param {string} path */
function namedIn(code, path) {
    const found = [
        ...code.matchAll(/^(?:import|export)\s(?:[^;'"]*?\sfrom\s)?['"]([^'"]+)['"]/gm),
        ...code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g),
        ...code.matchAll(/new URL\('([^']+)', import\.meta\.url\)/g),
    ];
    return found.map(([, name]) => (/^\.\.?\//.test(name) ? posix.join(posix.dirname(path), name) : name));
}

describe('the npm package', { skip: NO_PACKAGE }, () => {
    let folder, contents, files, scripts;
    const read = (path) => readFileSync(join(folder, 'node_modules', 'scrawl-digits', path), 'utf8');
    before(() => {
        folder = createConsumer();
        files = readdirSync(join(folder, 'node_modules', 'scrawl-digits'), { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => posix.join((entry.parentPath ?? entry.path).slice(join(folder, 'node_modules', 'scrawl-digits').length + 1), entry.name));
        contents = JSON.parse(read('package.json'));
        scripts = files.filter((path) => path.endsWith('.js'));
    });

    after(() => removeConsumer(folder));

    /** What cannot be reached from what is exported. */
    function unreachable(all) {
        const reached = new Set();
        const open = Object.values(contents.exports).flatMap(targets).map(([, path]) => path);
        while (open.length) {
            const path = open.pop();
            if (reached.has(path) || !all.includes(path)) continue;
            reached.add(path);
            if (/\.(js|ts)$/.test(path)) open.push(...namedIn(read(path), path));
        }
        return all.filter((path) => !reached.has(path));
    }

    it('says what it is', () => {
        const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
        const { name, version, license, type, engines } = contents;
        assert.deepEqual({ name, version, license, type, engines },
            { name: 'scrawl-digits', version: project.version, license: project.license, type: 'module', engines: { node: '>=18' } });
        const [, library] = readFileSync(join(root, 'src', 'scrawl.h'), 'utf8').match(/define SCRAWL_VERSION "(.*)"/);
        assert.equal(version, library, 'scrawl.h and package.json name one version');
        for (const absent of ['private', 'scripts', 'dependencies', 'devDependencies', 'peerDependencies']) assert.ok(!(absent in contents), absent);
        assert.equal(read('LICENSE'), readFileSync(join(root, 'LICENSE'), 'utf8'));
    });

    it('has all that it exports, with types, and nothing else', () => {
        const entries = Object.entries(contents.exports);
        assert.ok(entries.length > 10);
        for (const [name, entry] of entries) {
            for (const [condition, path] of targets(entry)) assert.ok(files.includes(path), `${name}, ${condition}: ${path}`);
            const conditions = targets(entry).map(([condition]) => condition);
            if (name !== './package.json') assert.equal(conditions[0], 'types', name);
            assert.equal(conditions.at(-1), 'default', name);
        }
        assert.deepEqual(targets(contents.exports['.']).map(([condition]) => condition), ['types', 'node', 'browser', 'import', 'default']);
        assert.deepEqual(unreachable(files).sort(), ['LICENSE', 'README.md']);
        assert.deepEqual(unreachable([...files, 'left.js', 'left.test.mjs']).sort(), ['LICENSE', 'README.md', 'left.js', 'left.test.mjs']);
        assert.deepEqual(contents.sideEffects, [contents.exports['./field'].default]);
        const endings = new Set(files.map((path) => extname(path)));
        assert.deepEqual([...endings].sort(), ['', '.js', '.json', '.md', '.safetensors', '.ts', '.wasm']);
    });

    it('names its own files by paths with endings, from one file where they are no scripts', () => {
        for (const path of files.filter((name) => /\.(js|ts)$/.test(name))) {
            for (const name of namedIn(read(path), path)) assert.ok(files.includes(name), `${path} names ${name}`);
        }
        const withAddresses = scripts.filter((path) => /import\.meta/.test(read(path).replace(/^\s*(\/\/|\*).*$/gm, '')));
        assert.deepEqual(withAddresses, ['addresses.js']);
        const code = read('addresses.js').replace(/^\/\/.*$/gm, '');
        assert.equal(code.match(/import\.meta/g).length, namedIn(code, 'addresses.js').length, 'each in a literal new URL()');
        assert.doesNotMatch(code, /best|finder/, 'every bundle would have them');
    });

    it('asks nothing of its surroundings when it is imported, and waits for nothing', async () => {
        const exported = [...new Set(Object.values(contents.exports).flatMap(targets).map(([, path]) => path))]
            .filter((path) => path.endsWith('.js') && !WORKERS.includes(path));
        write(folder, { 'surroundings.mjs': `
            const paths = ${JSON.stringify(exported.map((path) => `./node_modules/scrawl-digits/${path}`))};
            const log = console.log;
            for (const name of ['process', 'document', 'window', 'self', 'navigator', 'location', 'fetch', 'Worker', 'WebAssembly', 'Blob']) {
                Object.defineProperty(globalThis, name, { get() { throw new Error(name + ' was asked for'); } });
            }
            for (const path of paths) await import(path);
            log('imported ' + paths.length);` });
        assert.equal(await run(folder, process.execPath, 'surroundings.mjs'), `imported ${exported.length}\n`);
        // There is no CommonJS for a module that waits.
        const compile = (code) => transformSync(code, { format: 'cjs', logLevel: 'silent' });
        for (const path of scripts) compile(read(path));
        assert.throws(() => compile('await 0;'), /Top-level await/);
    });

    it('is small for who needs code and small', (context) => {
        const packed = (names) => names.reduce((sum, path) =>
            sum + gzipSync(readFileSync(join(folder, 'node_modules', 'scrawl-digits', path)), { level: 9 }).length, 0);
        const code = files.filter((path) => /\.(js|ts|json)$/.test(path));
        const needed = packed([...code, 'scrawl-relaxed.wasm', 'small.safetensors']);
        assert.ok(needed > MOST_BYTES / 10 && needed < MOST_BYTES, `${needed} bytes`);
        const whole = readFileSync(TARBALL).length;
        context.diagnostic(`All scripts and types, one module and small: ${needed} bytes with gzip; the tarball with everything: ${whole}.`);
    });

    it('reads in Node, with its own files and with best', async () => {
        write(folder, { 'read.mjs': `
            import { createRequire } from 'node:module';
            import { createScrawl } from 'scrawl-digits';
            import { createHandwritingRecognizer, HandwritingStroke } from 'scrawl-digits/handwriting';
            const strokes = ${JSON.stringify(STROKES)};
            const { resolve } = createRequire(import.meta.url);
            const scrawl = await createScrawl();
            const { convertModel } = await import('scrawl-digits/exchange');
            const { ScrawlField } = await import('scrawl-digits/field');
            const imported = await createScrawl({ model: await convertModel(scrawl.saveModel(), { to: 'keras' }) });
            const best = await createScrawl({ model: resolve('scrawl-digits/models/best.safetensors'), wasm: resolve('scrawl-digits/scrawl.wasm') });
            const recognizer = await createHandwritingRecognizer({ languages: ['zxx-x-digits'] });
            const drawing = recognizer.startDrawing();
            for (const points of strokes) {
                const stroke = new HandwritingStroke();
                for (let i = 0; i < points.length; i += 2) stroke.addPoint({ x: points[i], y: points[i + 1] });
                drawing.addStroke(stroke);
            }
            const [{ text }] = await drawing.getPrediction();
            const isOther = best.summary().parameters > scrawl.summary().parameters;
            console.log(scrawl.predictStrokes(strokes).text, best.predictStrokes(strokes).text, isOther, text, imported.predictStrokes(strokes).text, typeof ScrawlField);` });
        assert.equal(await run(folder, process.execPath, 'read.mjs'), `${TEXT} ${TEXT} true ${TEXT} ${TEXT} function\n`);
    });

    it('reads by the three lines of its README', async () => {
        const [, lines] = read('README.md').match(/```js\n(.*?)```/s);
        assert.equal(lines.trim().split('\n').length, 3);
        write(folder, { 'three.mjs': `
            import { readFileSync } from 'node:fs';
            const file = new Blob([readFileSync('number.png')]);
            ${lines}
            console.log(text, digits.length);` });
        writeFileSync(join(folder, 'number.png'), encodePng(picture(TEXT)));
        assert.equal(await run(folder, process.execPath, 'three.mjs'), `${TEXT} ${TEXT.length}\n`);
    });

    it('is typed strictly for Node and for bundlers, and what TypeScript makes of it reads', async () => {
        write(folder, {
            'typed.ts': `
                import { createScrawl, type CreateOptions, type Reading, type Scrawl } from 'scrawl-digits';
                import { convertModel } from 'scrawl-digits/exchange';
                import { createHandwritingRecognizer, HandwritingStroke, type HandwritingPrediction } from 'scrawl-digits/handwriting';
                const scrawl: Scrawl = await createScrawl({ threads: 1 } satisfies CreateOptions);
                const reading: Reading = scrawl.predictStrokes(${JSON.stringify(STROKES)});
                const recognizer = await createHandwritingRecognizer({ languages: ['zxx-x-digits'] }, scrawl);
                recognizer.startDrawing({ alternatives: 2 }).addStroke(new HandwritingStroke());
                const onnx: Uint8Array = await convertModel(scrawl.saveModel(), { to: 'onnx' });
                await scrawl.importModel(onnx);
                const predictions: HandwritingPrediction[] = await recognizer.startDrawing().getPrediction();
                // @ts-expect-error: there is no such option
                export const misspelt = () => createScrawl({ theads: 4 });
                console.log(reading.text, predictions.length);`,
            'bundled.ts': `
                import { createScrawl } from 'scrawl-digits';
                import { createScrawlClient, type ClientTraining, type ScrawlClient } from 'scrawl-digits/client';
                import { ScrawlField } from 'scrawl-digits/field';
                import { createHandwritingRecognizer } from 'scrawl-digits/handwriting';
                import best from 'scrawl-digits/models/best.safetensors';
                import finder from 'scrawl-digits/models/finder.safetensors';
                import small from 'scrawl-digits/models/small.safetensors';
                import wasm from 'scrawl-digits/scrawl.wasm';
                import exchangeWasm from 'scrawl-digits/scrawl-exchange.wasm';
                import 'scrawl-digits/worker';
                import 'scrawl-digits/thread';
                export const client: Promise<ScrawlClient> = createScrawlClient({ readers: 2, model: best });
                export const scrawls = [finder, small].map((model) => createScrawl({ model, wasm, exchangeWasm }));
                export const recognizer = client.then((reader) => createHandwritingRecognizer({ languages: ['zxx-x-digits'] }, reader));
                ScrawlField.createClient = () => client;
                export const field: ScrawlField = document.createElement('scrawl-field');
                field.minLength = 5;
                export let training: ClientTraining | undefined;
                // @ts-expect-error: a promise
                export const text: string = client.then((ready) => ready.predictStrokes([]));`,
            'tsconfig.json': JSON.stringify({ compilerOptions: {
                target: 'es2022', module: 'node16', moduleResolution: 'node16', strict: true, skipLibCheck: false, types: [], outDir: 'typed', rootDir: '.',
            }, files: ['typed.ts', 'bundled.ts'] }),
            'tsconfig.bundler.json': JSON.stringify({ extends: './tsconfig.json', compilerOptions: {
                module: 'esnext', moduleResolution: 'bundler', noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true,
            } }),
            // Without a browser's types, as in programs for Node, which have these of their own.
            'node.d.ts': 'interface AbortSignal {} interface Blob {} interface URL {} declare const console: { log(...words: unknown[]): void };',
            'tsconfig.node.json': JSON.stringify({ extends: './tsconfig.json', compilerOptions: { lib: ['es2022'], noEmit: true }, files: ['typed.ts', 'node.d.ts'] }),
        });
        const compiler = tool('typescript/bin/tsc');
        await Promise.all(['tsconfig.json', 'tsconfig.bundler.json', 'tsconfig.node.json'].map((project) => run(folder, process.execPath, compiler, '-p', project)));
        assert.equal(await run(folder, process.execPath, join('typed', 'typed.js')), `${TEXT} 0\n`);
        write(folder, { 'wrong.ts': `import { createScrawl } from 'scrawl-digits';\nexport const scrawl: string = createScrawl();` });
        const { stdout } = spawnSync(process.execPath, [compiler, '--module', 'node16', '--strict', '--noEmit', '--ignoreConfig', 'wrong.ts'], { cwd: folder, encoding: 'utf8' });
        assert.match(stdout, /TS2322/);
    });
});
