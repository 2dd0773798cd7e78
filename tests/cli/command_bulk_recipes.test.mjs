// The recipes of src/cli/SCALE.md for reading, each run as it stands there: they give what one run gives.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';

import { makeDoubtingModel, predict, readCsv, rowsOf, writeManyPictures } from '../helpers/bulk.mjs';
import { missingMpi, root } from '../helpers/build.mjs';
import { folder, inFolder, program, read, scrawl, useModel } from '../helpers/command.mjs';

const page = fs.readFileSync(path.join(root, 'src/cli/SCALE.md'), 'utf8').split('\n## Training on several machines\n')[0];
/** The page's programs of a language. @param {string} language */
const recipes = (language) => [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, text]) => text);

let whole;
useModel();
before(() => {
    makeDoubtingModel();
    writeManyPictures('scans', 60);
    for (const name of fs.readdirSync(inFolder('scans'), { recursive: true }).map(String)) {
        if (!name.endsWith('.pgm')) continue;
        fs.renameSync(inFolder('scans', name), inFolder('scans', name.replace(/\.pgm$/, '.png')));
    }
    fs.writeFileSync(inFolder('last-week'), '');
    fs.utimesSync(inFolder('last-week'), 1, 1);
    fs.mkdirSync(inFolder('bin'));
    const model = `--model '${inFolder('doubting.safetensors')}' --finder none`;
    fs.writeFileSync(inFolder('bin/scrawl'), `#!/bin/sh\nif [ "$1" = predict ]; then shift; exec '${program}' predict ${model} "$@"; fi\nexec '${program}' "$@"\n`, { mode: 0o755 });
    whole = scrawl(predict('--recursive', 'scans', '--format', 'csv')).output;
    assert.equal(rowsOf(readCsv(whole)).length, 60);
});

/** Runs a program in a folder of its own that holds the scans; { status, errors, place }. */
function cook(name, recipe, shell = ['bash', '-c'], env = {}) {
    const place = inFolder(name);
    fs.mkdirSync(place, { recursive: true });
    if (!fs.existsSync(path.join(place, 'scans'))) execFileSync('cp', ['-a', inFolder('scans'), inFolder('last-week'), place]);
    const { status, stderr } = spawnSync(shell[0], [...shell.slice(1), recipe], { cwd: place, env: { ...process.env, ...anyMpi, PATH: `${inFolder('bin')}:${process.env.PATH}`, ...env }, timeout: 60_000 });
    return { status, errors: stderr.toString(), file: (file) => read(path.join(name, file)).toString() };
}

/** Tools that a recipe needs, and who doesn't have them. */
const isGnuParallel = /GNU parallel/.test(spawnSync('parallel', ['--version']).stdout?.toString() ?? '');
/** More ranks than processors, and as root, where tests run so. */
const anyMpi = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1', OMPI_MCA_rmaps_base_oversubscribe: '1' };
function lacks(recipe) {
    if (/^parallel /m.test(recipe) && !isGnuParallel) return 'GNU parallel is not installed (Debian: apt install parallel)';
    return /^mpirun /m.test(recipe) && (missingMpi() || false);
}

recipes('sh').forEach((recipe, i) => {
    test(`recipe ${i + 1}: ${recipe.split('\n')[0].slice(0, 70)}`, { skip: lacks(recipe) }, () => {
        const { status, errors, file } = cook(`kitchen${i}`, recipe);
        assert.doesNotMatch(errors, /^scrawl/m);
        assert.ok(status <= 1 || /xargs|parallel/.test(recipe), errors);
        const sorted = (text) => text.split('\r\n').sort().join('\r\n');
        if (/find .*scrawl predict -0/.test(recipe)) assert.equal(sorted(file('digits.csv')), sorted(whole));
        else assert.equal(file('digits.csv'), whole);
        if (recipe.includes('final.csv')) assert.equal(file('final.csv'), whole, 'nobody has answered');
    });
});

test('the array of Slurm, with its variables, in any order, and again', () => {
    const [script, ...others] = recipes('bash');
    assert.deepEqual(others, []);
    const [, first, last] = script.match(/^#SBATCH --array=(\d+)-(\d+) /m).map(Number);
    assert.equal(first, 1);
    for (const name of ['SLURM_ARRAY_TASK_ID', 'SLURM_ARRAY_TASK_COUNT', 'SLURM_CPUS_PER_TASK']) assert.ok(script.includes(`$${name}`), name);
    fs.mkdirSync(inFolder('cluster'));
    fs.writeFileSync(inFolder('cluster/job'), script);
    const tasks = Array.from({ length: last }, (_, i) => last - i);
    for (const task of [...tasks, 3, 1]) {
        const { status, errors } = cook('cluster', './job', ['bash'], { SLURM_ARRAY_TASK_ID: `${task}`, SLURM_ARRAY_TASK_COUNT: `${last}`, SLURM_CPUS_PER_TASK: '2' });
        assert.ok(status <= 1 && !/^scrawl/m.test(errors), errors);
    }
    const merge = page.match(/`(scrawl merge part-\*\.csv[^`]*)`/)[1];
    const { errors, file } = cook('cluster', merge);
    assert.equal(file('digits.csv'), whole, errors);
    const tables = fs.readdirSync(path.join(folder, 'cluster/doubtful')).filter((name) => name.endsWith('.csv'));
    assert.deepEqual(tables.sort(), tasks.map((task) => `doubtful-${task}-of-${last}.csv`).sort());
});

test('the page has recipes', () => {
    assert.equal(recipes('sh').length, 7);
    for (const word of ['xargs', 'parallel', 'SLURM_ARRAY_TASK_ID', '--corrections', 'mpirun -n 4 scrawl predict']) assert.ok(page.includes(word), word);
});
