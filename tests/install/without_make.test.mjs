// The sources compile without make, by the commands of src/README.md, and what comes of it reads a photograph.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { compiler, root } from '../helpers/build.mjs';
import { folder, run, version } from '../helpers/install.mjs';

const commands = /## Without make\n[^]*?```\n([^]*?)```/.exec(readFileSync(join(root, 'src/README.md'), 'utf8'))[1].trim().split('\n');
assert.equal(commands.length, 2);
const photograph = join(root, 'web/samples/note.jpg');

/** Runs a command of the README as it stands, but with the compiler that there is, and its program in the tests' folder. */
function compile(command, changes = {}) {
    const words = { '^cc ': `${compiler()} `, ' -o (\\w+)$': ` -o '${folder}/$1'`, ...changes };
    const changed = Object.entries(words).reduce((text, [what, other]) => {
        assert.match(text, new RegExp(what));
        return text.replace(new RegExp(what), other);
    }, command);
    run('sh', ['-c', changed], { cwd: root });
}

test('the command line', () => {
    compile(commands[0]);
    const program = join(folder, 'scrawl');
    assert.equal(run(program, ['--version']), `scrawl ${version}\n`);
    for (const model of ['best', 'small']) {
        const reading = run(program, ['predict', '--model', join(root, `models/${model}.safetensors`), photograph], { env: {} });
        assert.match(reading, /: 3141 .*\n.*: 27182 .*\n.*: 90563 /);
    }
    const finder = ['--finder', join(root, 'models/finder.safetensors')];
    assert.match(run(program, ['predict', '--model', join(root, 'models/small.safetensors'), ...finder, photograph]), /27182/);
    assert.throws(() => run(program, ['predict', photograph]), /This build has no model in it/);
    const names = run('nm', [program]);
    assert.match(names, / kernels_baseline$/m);
    assert.doesNotMatch(names, /kernels_(sse|avx)/);
});

// How fast the program is doesn't matter here, but how long the compiler takes.
test('a program of one\'s own', () => {
    compile(commands[1], { 'read\\.c': 'tests/install/read.c', ' -O3 ': ' -O1 ' });
    assert.equal(run(join(folder, 'read'), [join(root, 'models/small.safetensors'), photograph]), `${version}\n3141\n27182\n90563\n`);
});
