// src/cli/mpi/mpi_calls.c by itself: parts of any size come whole to whom they are for, whatever the ranks' number.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';

import { built, compiler, root } from '../helpers/build.mjs';
import { inFolder } from '../helpers/command.mjs';
import { runRanks, skip } from '../helpers/mpi.mjs';

function compile(program, words) {
    const { status, stderr } = spawnSync(program, ['-std=gnu11', '-O1', '-Isrc', ...words], { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
}

describe('scrawl-mpi.so', { skip }, () => {
    before(() => {
        compile(compiler(), ['tests/mpi/exchange_parts.c', '-o', inFolder('exchange_parts'), ...process.platform === 'linux' ? ['-ldl'] : []]);
        compile('mpicc', ['-shared', '-fPIC', '-D_GNU_SOURCE', '-DLARGEST_MESSAGE=1000', 'src/cli/mpi/mpi_calls.c', '-o', inFolder('pieces.so')]);
    });

    for (const count of [2, 5]) {
        test(`exchanges parts among ${count}, also in pieces`, () => {
            for (const library of [built('scrawl-mpi.so'), inFolder('pieces.so')]) {
                const { status, output, errors } = runRanks(count, [inFolder('exchange_parts'), library]);
                assert.equal(status, 0, errors);
                assert.equal(output.trim(), 'exchanged');
            }
        });
    }

    test('shows nothing but its calls', () => {
        const { stdout } = spawnSync('nm', ['-D', '--defined-only', built('scrawl-mpi.so')], { encoding: 'utf8' });
        assert.deepEqual(stdout.trim().split('\n').map((line) => line.split(' ').at(-1)), ['scrawl_mpi_calls']);
    });
});
