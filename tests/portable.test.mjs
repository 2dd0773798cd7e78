// The library is for every system with POSIX threads: it includes no header that only one system has, and calls nothing
// beyond C11 and POSIX. The command line may.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { compiler, root } from './helpers/build.mjs';

/** Of C11, of POSIX, and what the library is built on; vectors of AVX-512 only where the compiler has them. */
const KNOWN_HEADERS = new Set([
    'errno.h', 'float.h', 'limits.h', 'math.h', 'stdarg.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'stdlib.h', 'string.h',
    'pthread.h', 'sys/mman.h', 'time.h', 'unistd.h', 'immintrin.h', 'zlib.h', 'stb/stb_image.h',
]);

/** The headers in angle brackets that aren't known. @param {string} text C */
function unknownHeaders(text) {
    return [...text.matchAll(/^\s*#\s*include\s*<([^>]+)>/gm)].map(([, name]) => name).filter((name) => !KNOWN_HEADERS.has(name));
}

/** Compiles files as strict C11 with POSIX and nothing else declared: { status, stderr }. @param {string[]} files */
function compileStrictly(files) {
    return spawnSync(compiler(), [
        '-std=c11', '-D_POSIX_C_SOURCE=200809L', '-D_XOPEN_SOURCE=700', '-fsyntax-only', '-Werror=implicit-function-declaration', '-Isrc',
        '-DKERNELS_TABLE=kernels_strict', '-DKERNELS_NAME="strict"', ...files,
    ], { cwd: root, encoding: 'utf8' });
}

const library = readdirSync(join(root, 'src'), { recursive: true }).map((name) => join('src', String(name)))
    .filter((name) => /\.[ch]$/.test(name) && !name.startsWith('src/cli/'));

test('the library includes no header of one system alone', () => {
    assert.ok(library.length > 150);
    for (const name of library) assert.deepEqual(unknownHeaders(readFileSync(join(root, name), 'utf8')), [], name);
    assert.deepEqual(unknownHeaders('#include <sys/epoll.h>\n# include <stdlib.h>\n'), ['sys/epoll.h']);
});

test('the library calls nothing beyond C11 and POSIX', (context) => {
    const { status, stderr } = compileStrictly(library.filter((name) => name.endsWith('.c')));
    assert.equal(status, 0, stderr);
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-portable-'));
    context.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'gnu.c'), '#include <string.h>\nvoid *last(void *bytes);\nvoid *last(void *bytes) { return memrchr(bytes, 0, 1); }\n');
    const broken = compileStrictly([join(folder, 'gnu.c')]);
    assert.notEqual(broken.status, 0);
    assert.match(broken.stderr, /memrchr/);
});
