// Folders of people who use the npm package: the tarball that `make package` made, installed without a network. Knows no test.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { built, root } from './build.mjs';
import { penWord } from './pen_shapes.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export const TARBALL = built('package', `scrawl-digits-${version}.tgz`);

/** Why there is no tarball, where there can't be one: it has all builds of the module. */
export const NO_PACKAGE = existsSync(built('wasm', 'scrawl-relaxed.wasm')) ? undefined
    : 'There is no package without a clang that makes WebAssembly with relaxed SIMD (Debian: clang-22 and lld-22).';

/** What consumers write, and how it is read. */
export const TEXT = '203';
export const STROKES = penWord(TEXT, { space: 0.5 }).strokes.map((points) => points.flat().map((place) => Math.round(100 * place)));

/** A command's output; fails with all that it said. @param {string} folder @param {string} program @param {string[]} words */
export async function run(folder, program, ...words) {
    try {
        const { stdout } = await promisify(execFile)(program, words, { cwd: folder });
        return stdout;
    } catch (error) {
        throw new Error(`${program} ${words.join(' ')}\n${error.stdout}${error.stderr}`, { cause: error });
    }
}

/** The script of one of the project's tools. @param {string} path inside node_modules */
export function tool(path) {
    return join(root, 'node_modules', path);
}

/** @param {string} folder @param {Record<string, string>} files by path */
export function write(folder, files) {
    for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
    }
}

/** A new folder with the package, for removeConsumer() in the end. */
export function createConsumer() {
    if (!existsSync(TARBALL)) throw new Error('There is no npm package here: make package makes it.');
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-consumer-'));
    write(folder, { 'package.json': '{ "private": true, "type": "module" }' });
    const words = ['install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, '.cache'), TARBALL];
    execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    return folder;
}

/** @param {string} folder */
export function removeConsumer(folder) {
    rmSync(folder, { recursive: true, force: true });
}
