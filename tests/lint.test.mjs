// `make lint`: each of its parts passes what is right, refuses what is broken, and says when its tool isn't there.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';

import { built, root } from './helpers/build.mjs';

/** Inside the project, because the tools look for their settings in the folders above a file. */
let folder;
before(() => {
    mkdirSync(built(), { recursive: true });
    folder = mkdtempSync(built('lint-'));
});
after(() => rmSync(folder, { recursive: true }));

/** Writes a file into the folder: its path from the project's folder. */
function written(name, text) {
    writeFileSync(join(folder, name), text);
    return relative(root, join(folder, name));
}

/** Runs one part of `make lint` with some variables set: {status, output}. */
function lint(part, variables, input = '') {
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const { status, stdout, stderr } = spawnSync('make', ['--no-print-directory', `lint-${part}`, ...settings],
        { cwd: root, input, encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '' } });
    return { status, output: stdout + stderr };
}

/** A part must pass the right input, and refuse the broken one in words of its own. */
function judge(context, right, broken, sentence) {
    if (right.output.startsWith('Skipped: ')) return context.skip(right.output.trim());
    assert.equal(right.status, 0, right.output);
    assert.notEqual(broken.status, 0, 'the broken file passes');
    assert.match(broken.output, sentence);
}

test('the form of C', (context) => {
    const linted = (text) => lint('format', { LINTED_C: written('form.c', text) });
    judge(context, linted('int one(void);\n'), linted('int   one(void);\n'), /clang-format/);
});

test('likely mistakes in C', (context) => {
    const linted = (text) => lint('tidy', { TIDIED_C: written('mistake.c', text) });
    const right = linted('int one(void);\nint one(void)\n{\n    return 1;\n}\n');
    judge(context, right, linted('int one(int a);\nint one(int a)\n{\n    return a ? 1 : 1;\n}\n'), /bugprone-branch-clone|misc-redundant-expression/);
    judge(context, right, linted('int one(void);\nint one(void)\n{\n    return none;\n}\n'), /undeclared identifier/);
    const long = `int one(void);\nint one(void)\n{\n${'    one();\n'.repeat(51)}    return 1;\n}\n`;
    judge(context, right, linted(long), /readability-function-size/);
    judge(context, right, linted('int one(int a);\nint one(int a)\n{\n    return a ? one(a - 1) : 1;\n}\n'), /misc-no-recursion/);
});

test('JavaScript', (context) => {
    const linted = (text, name = 'web/broken.js') => lint('scripts', { LINTED_SCRIPTS: `--stdin --stdin-filename ${name}` }, text);
    const right = linted('export const one = 1;\n');
    for (const [text, rule] of [
        ['let one = 1;\nexport { one };\n', 'prefer-const'],
        ['const one = 1;\n', 'no-unused-vars'],
        ['export const one = none;\n', 'no-undef'],
        ['export const isOne = (one) => one == 1;\n', 'eqeqeq'],
        ['export function one() {\n  return 1;\n}\n', 'indent'],
        [`export function one() {\n${'    one();\n'.repeat(49)}}\n`, 'max-lines-per-function'],
    ]) judge(context, right, linted(text), new RegExp(rule));
    judge(context, right, linted('document.title = process.title;\n'), /'process' is not defined/);
});

test('the types of JavaScript', (context) => {
    const checked = (text) => {
        written('types.js', text);
        const settings = JSON.stringify({ extends: `${root}wasm/tsconfig.json`, files: ['types.js'], include: [] });
        return lint('types', { TYPED_PROJECTS: written('tsconfig.json', settings) });
    };
    judge(context, checked('/** @type {number} */\nexport const one = 1;\n'), checked('/** @type {number} */\nexport const one = "1";\n'), /TS2322/);
});

test('shell scripts', (context) => {
    const linted = (text) => lint('shell', { LINTED_SHELL: written('script.sh', `#!/bin/sh\n${text}`) });
    judge(context, linted('rm -- "$1"\n'), linted('rm -- $1\n'), /SC2086/);
});

test('a tool that is missing is named', () => {
    for (const [part, variable] of [['format', 'CLANG_FORMAT'], ['tidy', 'CLANG_TIDY'], ['shell', 'SHELLCHECK']]) {
        const { status, output } = lint(part, { [variable]: 'no-such-tool' });
        assert.equal(status, 0, output);
        assert.match(output, /^Skipped: .*, because no-such-tool is not installed\.$/m);
    }
});
