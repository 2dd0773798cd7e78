// The compilers that may make the kernels of the wasm module: whichever it was, the module reads and trains to the same bytes.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { built, root } from '../helpers/build.mjs';
import { easyImages, picture } from '../helpers/handwriting.mjs';
import { createScrawl, TINY } from '../helpers/scrawl.mjs';

/** @param {string} command @param {string[]} words */
function run(command, words) {
    const { status, stdout, stderr } = spawnSync(command, words, { cwd: root, encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '' } });
    return { status, output: stdout + stderr };
}

const clang = run('bash', ['make/needs.sh', 'wasm-clang']).output.trim();

describe('kernels that emcc compiled', { skip: clang ? false : 'emcc\'s own clang is not to be found here' }, () => {
    let folder;
    let wasm;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
        wasm = join(folder, 'wasm', 'scrawl.wasm');
        // All else is as it was built.
        for (const part of ['include', join('object', 'wasm')]) {
            cpSync(built(part), join(folder, part), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
        }
        rmSync(join(folder, 'object', 'wasm', 'src', 'kernels'), { recursive: true });
        const { status, output } = run('make', [`BUILD=${folder}`, 'WASM_CLANG=', 'V=1', wasm]);
        assert.equal(status, 0, output);
        assert.match(output, /emcc .*kernels_table\.c$/m);
        assert.doesNotMatch(output, /^\S*clang/m);
    });
    after(() => rmSync(folder, { recursive: true }));

    it('are others than those of its clang, which the build has', () => {
        const compiling = run('make', ['-n', 'V=1', `BUILD=${folder}/none`, `${folder}/none/object/wasm/src/kernels/kernels_table.o`]);
        assert.ok(compiling.output.includes(`${clang} --target=wasm32-unknown-emscripten`), compiling.output);
        assert.ok(!readFileSync(wasm).equals(readFileSync(built('wasm', 'scrawl.wasm'))));
    });

    it('read and train to the same bytes', async () => {
        const results = [];
        for (const file of [wasm, built('wasm', 'scrawl.wasm')]) {
            const scrawl = await createScrawl({ wasm: file });
            const reading = scrawl.predict(picture('203'));
            for (const architecture of [TINY, 'small']) {
                const { loss } = await scrawl.train(easyImages(100), { architecture, epochs: 1, batchSize: 32 });
                results.push({ file: file === wasm, reading, loss, model: scrawl.saveModel() });
            }
            scrawl.free();
        }
        const [emcc, own] = [results.filter(({ file }) => file), results.filter(({ file }) => !file)];
        assert.deepEqual(own.map((result) => ({ ...result, file: true })), emcc);
    });
});
