// How the wasm module and its model are loaded, and that it reads as the native program does.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

import { built } from '../helpers/build.mjs';
import { picture } from '../helpers/handwriting.mjs';
import { encodePng } from '../helpers/png.mjs';
import { createScrawl, trainedTiny } from '../helpers/scrawl.mjs';

/** The same bytes give native and wasm probabilities that differ by rounding only. */
const TOLERANCE = 1e-4;

describe('loading', () => {
    const types = { '/right.wasm': 'application/wasm', '/wrong.wasm': 'text/plain', '/page.wasm': 'text/html' };
    let server;
    let address;
    before(async () => {
        server = createServer(({ url }, response) => {
            if (!types[url]) return response.writeHead(404).end();
            const content = url === '/page.wasm' ? '<!doctype html>' : readFileSync(built('wasm', 'scrawl.wasm'));
            response.writeHead(200, { 'Content-Type': types[url] }).end(content);
        });
        await new Promise((resolve) => server.listen(0, 'localhost', resolve));
        address = `http://localhost:${server.address().port}`;
    });
    after(() => {
        server.close();
        server.closeAllConnections();
    });

    it('takes addresses, paths, bytes and compiled modules', async () => {
        const bytes = readFileSync(built('wasm', 'scrawl.wasm'));
        const model = built('wasm', 'small.safetensors');
        const sources = [
            `${address}/right.wasm`,
            new URL(`${address}/wrong.wasm`),
            built('wasm', 'scrawl.wasm'),
            pathToFileURL(built('wasm', 'scrawl.wasm')).href,
            bytes,
            new Uint8Array(bytes).buffer,
            new WebAssembly.Module(bytes),
        ];
        for (const wasm of sources) {
            const scrawl = await createScrawl({ wasm, model });
            assert.equal(scrawl.predict(picture('3')).text, '3');
        }
    });

    it('takes a compiled module where nothing may be compiled, and says so where it has none', async (context) => {
        const module = new WebAssembly.Module(readFileSync(built('wasm', 'scrawl.wasm')));
        const { instantiate } = WebAssembly;
        const forbid = () => {
            throw new Error('Compiling is forbidden.');
        };
        for (const name of ['compile', 'compileStreaming', 'instantiateStreaming', 'validate']) context.mock.method(WebAssembly, name, forbid);
        context.mock.method(WebAssembly, 'instantiate', (what, imports) => what instanceof WebAssembly.Module ? instantiate(what, imports) : forbid());
        for (const options of [{}, { threads: 4 }, { reproducible: true }]) {
            const scrawl = await createScrawl({ wasm: module, ...options });
            assert.equal(scrawl.predict(picture('3')).text, '3');
            scrawl.free();
        }
        await assert.rejects(createScrawl(), /Compiling is forbidden/);
        await assert.rejects(createScrawl({ wasm: module, reproducible: 1 }), TypeError);
    });

    it('has one thread in Node, whatever is asked for', async () => {
        for (const threads of [undefined, 1, 2, 64]) {
            const scrawl = await createScrawl({ threads });
            assert.equal(scrawl.threads, 1);
            assert.equal(scrawl.predict(picture('3')).text, '3');
            scrawl.free();
            assert.throws(() => scrawl.threads, /freed/);
        }
        const message = /^threads must be a whole number from 1 to 64, not .*\.$/;
        for (const threads of [0, -1, 65, 1.5, NaN, '2']) {
            await assert.rejects(createScrawl({ threads }), { name: 'RangeError', message });
        }
    });

    it('says what could not be loaded', async () => {
        await assert.rejects(createScrawl({ wasm: `${address}/none.wasm` }), /wasm module.*404/);
        await assert.rejects(createScrawl({ wasm: `${address}/page.wasm` }), /wasm module from .*page\.wasm: the server sent something else/);
        await assert.rejects(createScrawl({ model: `${address}/none.safetensors` }), /model.*404/);
        await assert.rejects(createScrawl({ model: new Uint8Array(100) }), { code: 'INVALID_MODEL' });
        const missing = /Couldn't load the model from .*none\.safetensors: there is no such file\. Check the path\.$/;
        await assert.rejects(createScrawl({ model: built('none.safetensors') }), missing);
        await assert.rejects(createScrawl({ model: pathToFileURL(built('none.safetensors')) }), missing);
        await assert.rejects(createScrawl({ wasm: built('none.wasm') }), /the wasm module from .*no such file/);
        await assert.rejects(createScrawl({ model: built() }), /Couldn't load the model from .*can be read\.$/);
        await assert.rejects(createScrawl({ model: 5 }), { name: 'TypeError', message: /the model: give its address/ });
        await assert.rejects(createScrawl({ wasm: 5 }), { name: 'TypeError', message: /the wasm module/ });
        const scrawl = await createScrawl({ model: null });
        assert.throws(() => scrawl.predict(picture('3')), /no model/);
    });
});

describe('native and wasm', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
    after(() => rmSync(folder, { recursive: true }));

    /** What the command line reads. */
    function readNatively(model, file) {
        const options = ['predict', '--model', model, '--json', file];
        return JSON.parse(execFileSync(built('scrawl'), options, { encoding: 'utf8' }));
    }

    async function compare(model) {
        const file = join(folder, 'picture.png');
        const modelFile = join(folder, 'model.safetensors');
        writeFileSync(file, encodePng(picture('20371')));
        writeFileSync(modelFile, model);
        const scrawl = await createScrawl({ model });
        const native = readNatively(modelFile, file);
        const wasm = scrawl.predict(readFileSync(file));
        assert.equal(wasm.digits.length, 5);
        assert.equal(wasm.text, native.text);
        wasm.digits.forEach((digit, index) => {
            const other = native.digits[index];
            for (const key of ['digit', 'x', 'y', 'width', 'height']) assert.equal(digit[key], other[key]);
            assert.equal(digit.probabilities.length, other.probabilities.length);
            digit.probabilities.forEach((share, place) => {
                const difference = Math.abs(share - other.probabilities[place]);
                assert.ok(difference <= TOLERANCE, `class ${place} of digit ${index} differs by ${difference}`);
            });
        });
    }

    it('read the same bytes alike', () => compare(readFileSync(built('wasm', 'small.safetensors'))));

    it('read alike with columns of unit length', async () => {
        const { scrawl } = await trainedTiny({ normalization: 'column-l2' });
        await compare(scrawl.saveModel());
    });
});
