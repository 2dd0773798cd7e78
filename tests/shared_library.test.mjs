// libscrawl.a becomes part of a shared library, which shows nothing of what lies inside it, and reads from there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { built, compiler, root } from './helpers/build.mjs';

const library = `
#include "scrawl.h"
size_t count_parameters(void)
{
    scrawl_model *model;
    if (scrawl_model_create(0, &model) != SCRAWL_OK) return 0;
    static const uint8_t image[SCRAWL_IMAGE_PIXELS];
    float probabilities[10];
    size_t count = scrawl_predict_images(model, image, 1, 2, probabilities) == SCRAWL_OK ? scrawl_model_parameter_count(model) : 0;
    scrawl_model_free(model);
    return count;
}`;
const program = `
#include <stdio.h>
#include "scrawl.h"
size_t count_parameters(void);
int main(void) { printf("%zu %s\\n", count_parameters(), scrawl_kernels_name(0)); }`;

test('libscrawl.a links into a shared library', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-shared-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const compile = (...options) => execFileSync(compiler(), ['-Wall', '-Wextra', '-Werror', `-I${join(root, 'src')}`, ...options], { cwd: folder });
    writeFileSync(join(folder, 'library.c'), library);
    writeFileSync(join(folder, 'program.c'), program);
    // Whole, without relocations in its code and without names that are nowhere.
    compile('-shared', '-fPIC', '-Wl,-z,text', '-Wl,-z,defs', '-o', 'libcount.so', 'library.c',
        '-Wl,--whole-archive', built('libscrawl.a'), '-Wl,--no-whole-archive', '-lz', '-lpthread', '-lm');
    compile('-o', 'program', 'program.c', '-L.', '-Wl,-rpath,$ORIGIN', '-lcount');
    assert.match(execFileSync(join(folder, 'program'), { encoding: 'utf8' }), /^[1-9]\d+ \w+\n$/);
    const names = execFileSync('nm', ['-D', '--defined-only', join(folder, 'libcount.so')], { encoding: 'utf8' }).trim().split('\n')
        .map((line) => line.split(' ').at(-1));
    assert.ok(names.includes('scrawl_model_load') && names.includes('count_parameters'));
    assert.deepEqual(names.filter((name) => !/^(scrawl_\w+|count_parameters|_init|_fini)$/.test(name)), []);
});
