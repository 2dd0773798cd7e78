// The commands of src/cli/SCALE.md for training on several machines, run as they stand there, but for a small network and few
// images, and with mpirun where Slurm's srun stands.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';

import { root } from '../helpers/build.mjs';
import { exists, folder, inFolder, interrupt, program, read, scrawlWell, useModel } from '../helpers/command.mjs';
import { mpirunArguments, mpirunEnvironment, skip } from '../helpers/mpi.mjs';

useModel();

const section = fs.readFileSync(`${root}/src/cli/SCALE.md`, 'utf8').split('\n## Training on several machines\n')[1].split('\n## ')[0];
const recipe = (language) => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(section)[1];
const small = '--preset fast --epochs 2 --epoch-share 0.2';

/** What mpirun is told here anyhow stands first: who is root, and that there may be few processors. */
function runScript(script, variables = {}) {
    const path = `${inFolder('bin')}:${process.env.PATH}`;
    return spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', timeout: 60_000, env: { ...mpirunEnvironment, PATH: path, ...variables } });
}

describe('a recipe', { skip }, () => {
    before(() => {
        const asked = mpirunArguments.join(' ');
        const mpirun = spawnSync('sh', ['-c', 'command -v mpirun'], { encoding: 'utf8' }).stdout.trim();
        fs.mkdirSync(inFolder('bin'));
        const write = (name, text) => fs.writeFileSync(inFolder('bin', name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
        write('scrawl', `exec '${program}' "$@"`);
        write('make', '[ "$*" = mpi ]');
        write('mpirun', `exec '${mpirun}' ${asked} "$@"`);
        write('srun', `[ "$1 $2" = "--mpi=pmix --kill-on-bad-exit=1" ] || exit 9; shift 2; exec '${mpirun}' ${asked} -n 2 "$@"`);
        fs.symlinkSync('idx', inFolder('mnist'));
        scrawlWell(['train', ...small.split(' '), '--data', 'idx', '--out', 'alone.safetensors', '--quiet']);
    });

    test('of mpirun gives what one process gives', () => {
        const script = recipe('sh').replaceAll('--preset best', small).replaceAll('--host one:1,two:1 --bind-to none', '-n 2');
        assert.notEqual(script, recipe('sh'));
        for (const line of script.trim().split('\n')) {
            fs.rmSync(inFolder('best.safetensors'), { force: true });
            const { status, stderr } = runScript(line);
            assert.equal(status, 0, stderr);
            if (line.startsWith('make')) continue;
            assert.match(stderr, /, 2 ranks of /);
            assert.ok(read('best.safetensors').equals(read('alone.safetensors')));
        }
    });

    test('of Slurm begins, and goes on where there is a checkpoint', async () => {
        const script = recipe('bash').replace('--preset best', small);
        const run = () => runScript(script, { SLURM_CPUS_PER_TASK: '1' });
        fs.rmSync(inFolder('best.safetensors'), { force: true });
        const begun = run();
        assert.equal(begun.status, 0, begun.stderr);
        assert.ok(read('best.safetensors').equals(read('alone.safetensors')));
        fs.rmSync(inFolder('best.safetensors'));
        await interrupt(['train', ...small.replace('--epochs 2', '--epochs 40').split(' '), '--data', 'idx', '--out', 'best.safetensors'], /Epoch 2\//, 'SIGTERM');
        const resumed = run();
        assert.equal(resumed.status, 0, resumed.stderr);
        assert.match(resumed.stderr, /^Removed best\.safetensors\.checkpoint\.$/m);
        assert.ok(exists('best.safetensors'));
    });
});
