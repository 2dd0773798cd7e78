// What was built, installed into a folder of its own for each test file, which goes when its tests are done.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { built, root } from './build.mjs';

export const folder = mkdtempSync(join(tmpdir(), 'scrawl-install-'));
after(() => rmSync(folder, { recursive: true }));

/** The version that the header says. */
export const version = run('sed', ['-n', 's/^#define SCRAWL_VERSION "\\([^"]*\\)".*/\\1/p', 'src/scrawl.h'], { cwd: root }).trim();

/** Why there is no shared library here; false where there is one. */
export const WITHOUT_SHARED = process.platform === 'darwin' ? 'a shared library takes a linker as Linux has it' : false;

/** Runs a program, which must end well: its output. @param {string} program @param {string[]} words @param {import('node:child_process').SpawnSyncOptions} [options] */
export function run(program, words, options = {}) {
    const { status, error, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', cwd: folder, ...options });
    if (error) throw error;
    assert.equal(status, 0, `${program} ${words.join(' ')}\n${stdout}${stderr}`);
    return String(stdout);
}

/** Whether there is a program of that name. @param {string} name */
export const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

/** Runs make on what was built. @param {string[]} words @param {import('node:child_process').SpawnSyncOptions} [options] */
export function make(words, options = {}) {
    return run('make', ['--no-print-directory', `BUILD=${built()}`, ...words], { cwd: root, ...options, env: { ...process.env, MAKEFLAGS: '', ...options.env } });
}

/** All that is in a folder but folders: { path: mode or the link's target }. @param {string} place */
export function filesIn(place) {
    return Object.fromEntries(readdirSync(place, { recursive: true }).map(String).sort().flatMap((name) => {
        const status = lstatSync(join(place, name));
        if (status.isDirectory()) return [];
        return [[name, status.isSymbolicLink() ? readlinkSync(join(place, name)) : (status.mode & 0o777).toString(8)]];
    }));
}
