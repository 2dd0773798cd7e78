// Gets bytes from wherever they are, compiles and instantiates wasm modules, in pages, workers and Node alike.
// Knows none of the module's functions: scrawl.js does.

/** What a WASI function answers that this host doesn't offer. */
const WASI_ENOSYS = 52;

/** What a wasm file begins with: "\0asm". */
const MAGIC = [0, 0x61, 0x73, 0x6d];

function inNode() {
    const { process } = /** @type {{ process?: { versions?: { node?: string } } }} */ (globalThis);
    return Boolean(process?.versions?.node);
}

/**
 * The file that only Node can read for this source; null when it must be fetched.
 * @param {string | URL} source
 * @returns {string | URL | null}
 */
function nodeFile(source) {
    if (!inNode()) return null;
    if (source instanceof URL) return source.protocol === 'file:' ? source : null;
    if (source.startsWith('file:')) return new URL(source);
    const hasScheme = /^[a-z][a-z0-9+.-]+:/i.test(source);
    return hasScheme ? null : source;
}

/**
 * @param {unknown} source
 * @param {string} name what it is, for the sentence of a failure
 */
function assertAddress(source, name) {
    if (typeof source === 'string' || source instanceof URL) return;
    throw new TypeError(`Couldn't load ${name}: give its address, its path, or its bytes, not ${source}.`);
}

/**
 * @param {string | URL} file
 * @param {string} name what it is, for the sentence of a failure
 * @returns {Promise<Uint8Array>}
 */
async function readFile(file, name) {
    // A variable, and words for Vite and webpack, so that bundlers for browsers leave the import alone.
    const fileSystem = 'node:fs/promises';
    const { readFile: read } = await import(/* @vite-ignore */ /* webpackIgnore: true */ fileSystem);
    try {
        return await read(file);
    } catch (cause) {
        const isMissing = /** @type {{ code?: string }} */ (cause).code === 'ENOENT';
        const reason = isMissing ? 'there is no such file. Check the path.' : 'it is no file that can be read.';
        throw new Error(`Couldn't load ${name} from ${file}: ${reason}`, { cause });
    }
}

/**
 * @param {string | URL} source
 * @param {string} name what it is, for the sentence of a failure
 * @returns {Promise<Response>}
 */
async function request(source, name) {
    let response;
    try {
        response = await fetch(source);
    } catch (cause) {
        throw new Error(`Couldn't load ${name} from ${source}. Check the address and the connection.`, { cause });
    }
    if (!response.ok) {
        throw new Error(`Couldn't load ${name} from ${source}: the server answered ${response.status}.`);
    }
    return response;
}

/**
 * The bytes of a view or buffer, without a copy; null for anything else.
 * @param {unknown} source
 * @returns {Uint8Array | null}
 */
export function asBytes(source) {
    if (source instanceof Uint8Array) return source;
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    return source instanceof ArrayBuffer ? new Uint8Array(source) : null;
}

/**
 * Bytes as they are, or from an address; in Node also from a file's path.
 * @param {string | URL | ArrayBuffer | ArrayBufferView} source
 * @param {string} name what it is, for the sentence of a failure
 * @returns {Promise<Uint8Array>}
 */
export async function loadBytes(source, name) {
    const bytes = asBytes(source);
    if (bytes) return bytes;
    assertAddress(source, name);
    const address = /** @type {string | URL} */ (source);
    const file = nodeFile(address);
    if (file) return readFile(file, name);
    return new Uint8Array(await (await request(address, name)).arrayBuffer());
}

/**
 * @param {string | URL | ArrayBuffer | ArrayBufferView | WebAssembly.Module} source
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(source) {
    if (source instanceof WebAssembly.Module) return source;
    const bytes = asBytes(source);
    if (bytes) return WebAssembly.compile(/** @type {BufferSource} */ (bytes));
    const name = 'the wasm module';
    assertAddress(source, name);
    const address = /** @type {string | URL} */ (source);
    const file = nodeFile(address);
    if (file) return WebAssembly.compile(/** @type {BufferSource} */ (await readFile(file, name)));
    const response = await request(address, name);
    // Compiling while loading needs the right MIME type, which some static hosts don't send.
    if (response.headers.get('Content-Type')?.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
    const sent = await response.arrayBuffer();
    // Where a file is missing, many a server sends a page in its place.
    if (MAGIC.every((byte, place) => new Uint8Array(sent)[place] === byte)) return WebAssembly.compile(sent);
    throw new Error(`Couldn't load ${name} from ${address}: the server sent something else. Check the address.`);
}

/**
 * The library calls nothing outside, but its C runtime may name host functions (memory growth, WASI): each gets one
 * that does nothing.
 * @param {WebAssembly.Module} module
 */
function hostFunctions(module) {
    /** @type {Record<string, Record<string, () => number>>} */
    const imports = {};
    for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
        if (kind === 'function') (imports[space] ??= {})[name] = () => WASI_ENOSYS;
    }
    return imports;
}

/**
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} [memory] for a module that imports one; other instances may have the same
 * @returns {Promise<WebAssembly.Exports>} with the memory, its own or the imported one
 */
export async function instantiate(module, memory) {
    const imports = hostFunctions(module);
    const { exports } = await WebAssembly.instantiate(module, memory ? { env: { ...imports.env, memory } } : imports);
    return memory ? { ...exports, memory } : exports;
}
