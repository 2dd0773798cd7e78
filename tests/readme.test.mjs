// The README's programs do what it says: its C program is compiled by the command in its first line and reads a picture.
import assert from 'node:assert/strict';
import { execFileSync, execSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

import { picture } from './helpers/handwriting.mjs';
import { encodePng } from './helpers/png.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

test('the C program of the README compiles, links and reads', (context) => {
    const program = readme.match(/```c\n([^]*?)```/)[1];
    const command = program.match(/\/\* read\.c: (gcc .*?) && /)[1];
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-readme-'));
    context.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'read.c'), program);
    writeFileSync(join(folder, 'digits.png'), encodePng(picture('2037')));
    const build = resolve(root, process.env.SCRAWL_BUILD ?? 'build');
    execSync(command.replace('read.c', join(folder, 'read.c')).replace('-o read', `-Wall -Wextra -Werror -o ${join(folder, 'read')}`)
        .replace('build/', `${build}/`), { cwd: root });
    const text = execFileSync(join(folder, 'read'), ['models/small.safetensors', join(folder, 'digits.png')], { cwd: root, encoding: 'utf8' });
    assert.equal(text, '2037\n');
});
