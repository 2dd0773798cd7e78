// The page's own server: right types and headers, and nothing from outside its folder.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { serve } from '../../web/site/serve.mjs';

describe('the server', () => {
    const parent = mkdtempSync(join(tmpdir(), 'scrawl-'));
    let server;
    before(async () => {
        mkdirSync(join(parent, 'site', 'folder'), { recursive: true });
        mkdirSync(join(parent, 'site-secret'));
        writeFileSync(join(parent, 'site', 'index.html'), '<p>page</p>');
        writeFileSync(join(parent, 'site', 'scrawl.wasm'), 'wasm');
        writeFileSync(join(parent, 'site', 'main.js'), 'script');
        writeFileSync(join(parent, 'secret.txt'), 'secret');
        writeFileSync(join(parent, 'site-secret', 'index.html'), 'secret');
        writeFileSync(join(parent, 'site', 'main.js.gz'), gzipSync('script'));
        writeFileSync(join(parent, 'site', 'main.js.br'), brotliCompressSync('script'));
        server = await serve(join(parent, 'site'));
    });
    after(async () => {
        await server.close();
        rmSync(parent, { recursive: true });
    });

    /** Sends a path as it is: fetch() would tidy it up. */
    function raw(path, method = 'GET') {
        return new Promise((resolve, reject) => {
            const socket = connect(Number(new URL(server.url).port), 'localhost');
            let answer = '';
            socket.on('data', (bytes) => (answer += bytes)).on('end', () => resolve(answer)).on('error', reject);
            socket.write(`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
        });
    }

    it('sends files with their type and the headers for isolation', async () => {
        const expected = {
            '': 'text/html',
            'index.html': 'text/html',
            'scrawl.wasm': 'application/wasm',
            'main.js': 'text/javascript',
        };
        for (const [path, type] of Object.entries(expected)) {
            const response = await fetch(server.url + path);
            assert.equal(response.status, 200);
            assert.equal(response.headers.get('Content-Type').split(';')[0], type);
            assert.equal(response.headers.get('Cross-Origin-Opener-Policy'), 'same-origin');
            assert.equal(response.headers.get('Cross-Origin-Embedder-Policy'), 'require-corp');
            const policy = response.headers.get('Content-Security-Policy');
            assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
            assert.doesNotMatch(policy, /'unsafe-(inline|eval)'/);
            await response.arrayBuffer();
        }
    });

    it('has the policy that the page has', async () => {
        const page = readFileSync(new URL('../../web/index.html', import.meta.url), 'utf8');
        const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)[1];
        const sent = (await fetch(server.url)).headers.get('Content-Security-Policy');
        assert.equal(sent, `${policy}; frame-ancestors 'none'`, 'a page can\'t say itself where it may be framed');
    });

    it('sends what lies there compressed to whom takes it', async () => {
        const encodingFor = async (accepted) => {
            const response = await fetch(`${server.url}main.js`, { headers: { 'Accept-Encoding': accepted } });
            assert.equal(await response.text(), 'script');
            assert.match(response.headers.get('Content-Type'), /^text\/javascript/);
            assert.equal(response.headers.get('Vary'), 'Accept-Encoding');
            return response.headers.get('Content-Encoding');
        };
        assert.equal(await encodingFor('gzip, deflate, br'), 'br');
        assert.equal(await encodingFor('gzip'), 'gzip');
        assert.equal(await encodingFor('identity'), null);
    });

    it('sends nothing again that is still the same', async () => {
        const get = (tag) => fetch(server.url, { headers: tag ? { 'If-None-Match': tag } : {} });
        const { headers } = await get();
        assert.equal((await get(headers.get('ETag'))).status, 304);
        writeFileSync(join(parent, 'site', 'index.html'), '<p>other page</p>');
        assert.equal((await get(headers.get('ETag'))).status, 200);
        writeFileSync(join(parent, 'site', 'index.html'), '<p>page</p>');
    });

    it('stays in its folder', async () => {
        const paths = ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/folder/..%2f..%2fsecret.txt',
            '/../site-secret/', '/..%2fsite-secret/index.html', '//secret.txt', '/%00', '/folder', '/folder/',
            '/none.txt'];
        for (const path of paths) {
            const answer = await raw(path);
            assert.match(answer, /^HTTP\/1\.1 40[04] /, path);
            assert.doesNotMatch(answer, /secret/, path);
        }
        assert.match(await raw('/index.html'), /page/);
    });

    it('refuses what it can\'t do', async () => {
        assert.match(await raw('/%zz'), /^HTTP\/1\.1 400 /);
        assert.match(await raw('/', 'POST'), /^HTTP\/1\.1 405 /);
        assert.doesNotMatch(await raw('/', 'HEAD'), /page/);
    });

    /** A file that opens, and then can't be read. */
    const unreadable = '/proc/self/mem';
    it('says so when reading fails half-way, and goes on', { skip: !existsSync(unreadable) }, async () => {
        symlinkSync(unreadable, join(parent, 'site', 'broken.js'));
        const answer = await raw('/broken.js');
        assert.match(answer, /^HTTP\/1\.1 500 /);
        assert.match(answer, /could not be read/);
        assert.match(await raw('/index.html'), /page/);
    });

    const interfaces = Object.values(networkInterfaces()).flat();
    const outside = interfaces.find(({ internal, family }) => !internal && family === 'IPv4');
    it('is there for this machine only, unless another address is chosen', { skip: !outside }, async () => {
        const reach = ({ url }) => {
            const { port } = new URL(url);
            return fetch(`http://${outside.address}:${port}/`).then(({ status }) => status, () => 'unreachable');
        };
        assert.equal(await reach(server), 'unreachable');
        const open = await serve(join(parent, 'site'), 0, '0.0.0.0');
        assert.match(open.url, /^http:\/\/localhost:/);
        assert.equal(await reach(open), 200);
        await open.close();
    });

    it('gives advice when it can\'t start', () => {
        const program = fileURLToPath(new URL('../../web/site/serve.mjs', import.meta.url));
        const start = (variables) => {
            const options = { env: { ...process.env, PORT: '0', ...variables }, encoding: 'utf8', timeout: 20_000 };
            const { status, stderr } = spawnSync(process.execPath, [program], options);
            assert.equal(status, 1);
            return stderr;
        };
        assert.match(start({ PORT: new URL(server.url).port }), /^Port \d+ is taken\. Choose another one/);
        for (const PORT of ['abc', '70000', '80.5']) assert.match(start({ PORT }), /^PORT is .*, which is no port: take a whole number/);
        assert.match(start({ HOST: '192.0.2.1' }), /^HOST is 192\.0\.2\.1, which is no address of this machine\./);
    });
});
