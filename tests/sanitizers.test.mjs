// What a sanitizer finds ends the program that it is in, so that no round of tests or fuzzing passes over it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from './helpers/build.mjs';

/** Runs a program in the project's folder: its standard output. */
function output(name, ...parameters) {
    const { status, stdout, stderr } = spawnSync(name, parameters, { cwd: root, encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '' } });
    assert.equal(status, 0, stderr);
    return stdout.trim();
}

const flags = output('make', '--no-print-directory', '--eval', 'flags: ; @echo "$(SANITIZERS)"', 'flags');
const overflow = '#include <limits.h>\nint main(int count, char **words) { return INT_MAX - (words ? 1 : 0) + COUNT * count < 0 ? 1 : 0; }\n';

test('the sanitizers end a program whose numbers run over', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-sanitizers-')), [source, program] = ['main.c', 'main'].map((name) => join(folder, name));
    context.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(source, overflow);
    for (const [count, isWell] of [[1, true], [2, false]]) {
        output(output('bash', 'make/needs.sh', 'compiler'), ...flags.split(' '), `-DCOUNT=${count}`, '-o', program, source);
        const { status, stderr } = spawnSync(program, { encoding: 'utf8' });
        assert.equal(status === 0, isWell, stderr);
        assert.equal(stderr.includes('signed integer overflow'), !isWell, stderr);
    }
});

test('the fuzzers are built with the same sanitizers', () => {
    const commands = output('make', '--no-print-directory', '--always-make', '--dry-run', 'fuzz', 'CLANG=the-fuzzing-compiler').split('\n')
        .filter((line) => /^\s*the-fuzzing-compiler /.test(line));
    assert.ok(commands.some((line) => line.includes(' -c ')) && commands.some((line) => line.includes('tests/fuzz/')), commands.join('\n'));
    for (const command of commands) for (const flag of [...flags.split(' '), '-fsanitize=fuzzer']) assert.ok(command.includes(flag), `${flag} isn't in: ${command}`);
});
