// Serves a folder of static files, by default build/web, at http://localhost:8080, to this machine only: PORT sets
// another port, HOST another address to listen on. A file that lies there compressed too (.br, .gz) is sent so to whom
// takes it. Not part of the site: any static host can do the same.
// Usage: node web/site/serve.mjs [FOLDER]

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { open } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEFAULT_PORT = 8080;
const DEFAULT_HOST = 'localhost';

/** Addresses that mean all of this machine's: it is reached at localhost then, too. */
const EVERYWHERE = ['0.0.0.0', '::'];

const TYPES = {
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.jpg': 'image/jpeg',
    '.js': 'text/javascript; charset=utf-8',
    '.mjs': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.png': 'image/png',
    '.safetensors': 'application/octet-stream',
    '.svg': 'image/svg+xml',
    '.ts': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
    '.webmanifest': 'application/manifest+json',
};

const HEADERS = {
    // Both together make the page cross-origin isolated: shared memory, and with it threads, need that.
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
    // As index.html has it, for workers too, which don't take it over.
    'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        + "img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'",
    Vary: 'Accept-Encoding',
};

/** What lies beside a file, best first. */
const ENCODINGS = [{ name: 'br', ending: '.br' }, { name: 'gzip', ending: '.gz' }];

/**
 * The file for a request's address; null when it would lie outside the folder.
 * @param {string} folder
 * @param {string} address
 */
function filePath(folder, address) {
    const path = decodeURIComponent(new URL(`http://localhost${address}`).pathname);
    if (path.includes('\0')) return null;
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    return file.startsWith(normalize(folder + sep)) ? file : null;
}

/** @param {import('node:http').ServerResponse} response @param {number} status @param {string} sentence */
function refuse(response, status, sentence) {
    response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}

/**
 * The content of a file; null when there is none.
 * @param {string} path
 * @returns {Promise<Buffer | null>}
 */
async function readWhole(path) {
    let handle;
    try {
        handle = await open(path);
    } catch {
        return null;
    }
    try {
        const status = await handle.stat();
        return status.isFile() ? await handle.readFile() : null;
    } finally {
        await handle.close();
    }
}

/**
 * A file's content, compressed where that is there and taken; null when there is none.
 * @param {string} path
 * @param {string} accepted the request's Accept-Encoding
 * @returns {Promise<{ content: Buffer, encoding: string | null } | null>}
 */
async function readEncoded(path, accepted) {
    const taken = accepted.split(',').map((name) => name.trim());
    for (const { name, ending } of ENCODINGS.filter(({ name: encoding }) => taken.includes(encoding))) {
        const content = await readWhole(path + ending);
        if (content) return { content, encoding: name };
    }
    const content = await readWhole(path);
    return content && { content, encoding: null };
}

/**
 * @param {string} folder
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(folder, request, response) {
    const isKnown = request.method === 'GET' || request.method === 'HEAD';
    if (!isKnown) return refuse(response, 405, 'Only GET and HEAD work here.');
    try {
        const path = filePath(folder, request.url ?? '/');
        // All of it, before any of the answer is on its way: until then a failure can still be told.
        const file = path && await readEncoded(path, String(request.headers['accept-encoding'] ?? ''));
        if (!path || !file) return refuse(response, 404, 'There is no such file.');
        const { content, encoding } = file;
        const tag = `"${createHash('sha256').update(content).digest('base64url')}"`;
        const headers = { ...HEADERS, ...(encoding && { 'Content-Encoding': encoding }), ETag: tag };
        if (request.headers['if-none-match'] === tag) return response.writeHead(304, headers).end();
        const type = TYPES[extname(path)] ?? 'application/octet-stream';
        response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': content.length });
        response.end(request.method === 'HEAD' ? undefined : content);
    } catch (error) {
        const isMalformed = error instanceof URIError || error.code === 'ERR_INVALID_URL';
        if (isMalformed) refuse(response, 400, 'This address is malformed.');
        else refuse(response, 500, 'This file could not be read.');
    }
}

/** @param {string} host @param {number} port */
function urlOf(host, port) {
    if (EVERYWHERE.includes(host)) return urlOf(DEFAULT_HOST, port);
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

/**
 * @param {string} folder
 * @param {number} [port] 0 takes any free one
 * @param {string} [host] the address to listen on
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serve(folder, port = 0, host = DEFAULT_HOST) {
    const server = createServer((request, response) => answer(folder, request, response));
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
            const close = () => new Promise((done) => {
                server.close(() => done());
                server.closeAllConnections();
            });
            resolve({ url: urlOf(host, server.address().port), close });
        });
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const { PORT = DEFAULT_PORT, HOST = DEFAULT_HOST } = process.env;
    const folder = process.argv[2] ?? fileURLToPath(new URL('../../build/web', import.meta.url));
    const advice = {
        ERR_SOCKET_BAD_PORT: `PORT is ${PORT}, which is no port: take a whole number from 0 to 65535, as in make serve PORT=8081.`,
        EADDRINUSE: `Port ${PORT} is taken. Choose another one: make serve PORT=8081`,
        EADDRNOTAVAIL: `HOST is ${HOST}, which is no address of this machine. Leave it out, or take 0.0.0.0.`,
        ENOTFOUND: `HOST is ${HOST}, which is no known address. Leave it out, or take 0.0.0.0.`,
    };
    try {
        const { url } = await serve(folder, Number(PORT), HOST);
        console.log(`Scrawl is at ${url} (Ctrl+C stops it).`);
    } catch (error) {
        console.error(advice[error.code] ?? error.message);
        process.exitCode = 1;
    }
}
