// `mpirun -n N scrawl predict`: whatever the number of ranks, what is written is what one process writes, byte for byte.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';

import { linkManyPictures, makeDoubtingModel, predict, writeManyPictures } from '../helpers/bulk.mjs';
import { exists, folder, inFolder, program, read, scrawl, useModel } from '../helpers/command.mjs';
import { skip } from '../helpers/mpi.mjs';

const env = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1', OMPI_MCA_rmaps_base_oversubscribe: '1', OMPI_MCA_btl_vader_single_copy_mechanism: 'none' };

/** Without what Open MPI says about a status that isn't 0. @param {string} text */
const ownLines = (text) => text.split('\n').filter((line) => /^(scrawl| {2}mpirun| {2}scrawl)|pictures?[,.]/.test(line)).join('\n');

/** Starts a command on so many ranks. `ended` resolves to { status, output, errors }. */
function start(ranks, commandArguments, { input, before: wrapper = [] } = {}) {
    const child = spawn('mpirun', ['-n', `${ranks}`, ...wrapper, program, ...commandArguments], { cwd: folder, env, timeout: 60_000, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = [], errors = [];
    child.stdout.on('data', (bytes) => output.push(bytes));
    child.stderr.on('data', (bytes) => errors.push(bytes));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const ended = new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (status) => resolve({ status, output: Buffer.concat(output), errors: ownLines(Buffer.concat(errors).toString()) }));
    });
    return { child, ended };
}

const mpirun = (ranks, commandArguments, options) => start(ranks, commandArguments, options).ended;

/** One process. */
const alone = (commandArguments, input) => spawnSync(program, commandArguments, { cwd: folder, input });

const files = (name) => Object.fromEntries(fs.readdirSync(inFolder(name)).sort().map((file) => [file, fs.readFileSync(path.join(inFolder(name), file)).toString('latin1')]));

/** Waits until the parts of a table have so many lines, and gives the ids of the ranks, in their order. */
async function ranksOnce(child, table, lines) {
    const parts = inFolder(`${table}.parts`);
    const count = () => (fs.existsSync(parts) ? fs.readdirSync(parts).reduce((sum, name) => sum + fs.readFileSync(path.join(parts, name)).toString('latin1').split('\n').length, 0) : 0);
    while (child.exitCode === null && count() < lines) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(child.exitCode, null, 'it goes on still');
    return fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
}

useModel();
before(() => makeDoubtingModel());

describe('predict among ranks', { skip, concurrency: 3 }, () => {
    const forms = [['text'], ['json'], ['tsv'], ['csv'], ['tsv', '--digits'], ['csv', '--digits']];
    before(() => {
        writeManyPictures('scans', 90, { odd: true });
        for (const name of fs.readdirSync(inFolder('scans'), { recursive: true, encoding: 'latin1' }))
            if (/(^|\/)(5|7)\.pgm$/.test(name)) fs.rmSync(inFolder('scans', name)); // the ones that can't be read
    });

    for (const form of forms) {
        const options = predict('--recursive', 'scans', 'three.pgm', 'scans/1.pgm', 'three.pgm', '--format', ...form), name = form.join('');
        test(`${form.join(' ')}, printed`, async () => {
            const one = alone(options);
            assert.equal(one.status, 0);
            for (const ranks of form[0] === 'text' ? [1, 2, 4] : [2]) {
                const { status, output, errors } = await mpirun(ranks, options);
                assert.equal(status, 0, errors);
                assert.deepEqual(output, one.stdout, `${ranks} ranks`);
                assert.equal(errors, '');
            }
        });
        if (form[0] !== 'text') test(`${form.join(' ')} with --out and --doubtful-to`, async () => {
            const said = scrawl([...options, '--out', `one.${name}`, '--doubtful-to', `one.${name}.d`]);
            for (const ranks of name === 'csv' ? [1, 2, 4] : [4]) {
                const table = `${ranks}.${name}`;
                const { status, errors } = await mpirun(ranks, [...options, '--out', table, '--doubtful-to', `${table}.d`]);
                assert.equal(status, 0, errors);
                assert.equal(`${errors}\n`, said.errors.replace(`one.${name}`, table));
                assert.deepEqual(read(table), read(`one.${name}`));
                assert.deepEqual(files(`${table}.d`), files(`one.${name}.d`));
                assert.ok(!exists(`${table}.parts`), 'no parts are left');
            }
        });
    }

    test('a picture that cannot be read is a row, or a sentence in its place, and the status is 1', async () => {
        const pictures = ['three.pgm', 'text.png', 'nowhere.png', 'blank.pgm'];
        await Promise.all(['text', 'csv'].map(async (format) => {
            const one = alone(predict(...pictures, '--format', format)), many = await mpirun(3, predict(...pictures, '--format', format));
            assert.equal(many.status, 1);
            assert.deepEqual(many.output, one.stdout);
            assert.equal(many.errors, ownLines(one.stderr.toString()));
        }));
    });

    test('lists and pictures from standard input, and a shard of all', async () => {
        const list = Buffer.from(fs.readdirSync(inFolder('scans')).filter((name) => name.endsWith('9.pgm')).map((name) => `scans/${name}\n`).join(''));
        for (const [options, input] of [[['--files-from', '-'], list], [['-', 'three.pgm'], read('three.pgm')], [['scans', '--shard', '2/3']]]) {
            const command = predict(...options, '--format', 'tsv'), one = alone(command, input);
            const { output, errors } = await mpirun(3, command, { input });
            assert.deepEqual(output, one.stdout, errors);
            assert.ok(one.stdout.toString().split('\n').length > 3);
        }
    });

    test('what people answered stays, and --resume reads what is new', async () => {
        const options = (name) => predict('answers', '--format', 'csv', '--out', `${name}.csv`, '--doubtful-to', `${name}.d`);
        fs.cpSync(inFolder('scans'), inFolder('answers'), { recursive: true });
        scrawl(options('answered'));
        const table = read('answered.d/doubtful.csv').toString('latin1').replace(/,\r\n(?=[^]*,\r\n)/g, (end, at) => (at % 2 ? ',7\r\n' : end));
        assert.match(table, /,7\r\n/);
        fs.writeFileSync(inFolder('answered.d/doubtful.csv'), table, 'latin1');
        fs.cpSync(inFolder('answered.d'), inFolder('shared.d'), { recursive: true });
        fs.cpSync(inFolder('answered.csv'), inFolder('shared.csv'));
        fs.cpSync(inFolder('three.pgm'), inFolder('answers/zz.pgm'));
        scrawl([...options('answered'), '--resume']);
        const { errors } = await mpirun(2, [...options('shared'), '--resume']);
        assert.match(errors, /^shared.csv: \d+ pictures, \d+ of them there already/);
        assert.deepEqual(read('shared.csv'), read('answered.csv'));
        assert.deepEqual(files('shared.d'), files('answered.d'));
    });

    test('what cannot be meant is said once, and nothing is left', async () => {
        fs.writeFileSync(inFolder('there.csv'), '');
        const refused = [
            [['three.pgm', '--format', 'csv', '--out', 'there.csv'], /^scrawl: there\.csv is there already\. Go on with it by --resume/, 1],
            [['three.pgm', '--format', 'csv', '--out', 'nowhere/x.csv'], /^scrawl: Can't write nowhere\/x\.csv: No such file/, 1],
            [['three.pgm', '--format', 'csv', '--out', '/dev/null'], /^scrawl: Several ranks need a file for --out/, 1],
            [['three.pgm', 'blank.pgm', '--explain', 'x.png'], /^scrawl predict: --explain draws one picture/, 2],
            [['--files-from', 'no.list'], /^scrawl: Can't open the list no\.list/, 1],
        ];
        await Promise.all(refused.map(async ([options, sentence, wanted]) => {
            const { status, output, errors } = await mpirun(2, predict(...options));
            assert.equal(status, wanted);
            assert.match(errors, sentence);
            assert.equal(errors.split('\n').length, 1, errors);
            assert.equal(output.length, 0);
        }));
        assert.deepEqual(fs.readdirSync(folder).filter((name) => /there|nowhere/.test(name)), ['there.csv']);
    });

    test('ranks that would read otherwise, or that see other folders, are named', async () => {
        const wrapper = (script) => ({ before: ['sh', '-c', `if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then ${script}; fi; exec "$0" "$@"`] });
        fs.mkdirSync(inFolder('elsewhere'));
        fs.copyFileSync(inFolder('doubting.safetensors'), inFolder('elsewhere/doubting.safetensors'));
        const [other, away] = await Promise.all([
            mpirun(3, predict('three.pgm'), wrapper('export SCRAWL_KERNELS=sse2')),
            mpirun(2, predict('three.pgm', '--format', 'csv', '--out', 'away.csv'), wrapper('cd elsewhere')),
        ]);
        assert.equal(other.status, 1);
        assert.match(other.errors, /^scrawl: Rank 1 reads with the model \w+-sse2, rank 0 with \w+-\w+: /);
        assert.notEqual(away.status, 0);
        assert.match(away.errors, /rank 1: .*away\.csv\.parts/);
        assert.ok(!exists('away.csv'));
    });
});

describe('predict among ranks that end early', { skip, concurrency: 2 }, () => {
    const table = (name) => predict('many', '--format', 'csv', '--threads', '1', '--out', `${name}.csv`, '--doubtful-to', `${name}.d`);
    before(() => {
        linkManyPictures('many', 700);
        scrawl(table('whole'));
    });

    /** It is as one process writes it. */
    function check(name, { status, errors }) {
        assert.equal(status, 0, errors);
        assert.match(errors, /700 pictures, [1-9]\d* of them there already/);
        assert.ok(read(`${name}.csv`).equals(read('whole.csv')), 'the same rows');
        assert.deepEqual(files(`${name}.d`), files('whole.d'));
        assert.ok(!exists(`${name}.csv.parts`) && !exists(`${name}.csv.resuming`));
    }

    test('kill -9 of a rank; 3 ranks, 2 and one process go on', async () => {
        const { child, ended } = start(3, table('killed'));
        const ids = await ranksOnce(child, 'killed.csv', 60);
        assert.equal(ids.length, 3);
        process.kill(ids[2], 'SIGKILL');
        const { status } = await ended;
        assert.notEqual(status, 0);
        assert.ok(exists('killed.csv.parts/3-of-3') && !exists('killed.csv'), 'the parts stay');
        for (const name of ['two', 'one', 'again']) for (const ending of ['csv.parts', 'd']) fs.cpSync(inFolder(`killed.${ending}`), inFolder(`${name}.${ending}`), { recursive: true });
        const [three, two, again] = await Promise.all([
            mpirun(3, [...table('killed'), '--resume']), mpirun(2, [...table('two'), '--resume']), mpirun(3, table('again')),
        ]);
        check('killed', three);
        check('two', two);
        check('one', scrawl([...table('one'), '--resume']));
        assert.match(again.errors, /again\.csv\.parts is there already\. Go on with it by --resume/);
    });

    test('SIGTERM at mpirun: the hint says how to go on', async () => {
        const { child, ended } = start(3, table('told'));
        for (const id of await ranksOnce(child, 'told.csv', 60)) process.kill(id, 'SIGSTOP'); // mpirun lets them go on to be told
        child.kill('SIGTERM');
        const { status, errors } = await ended;
        assert.notEqual(status, 0);
        assert.match(errors, /told\.csv\.parts holds the rows so far; go on, on as many ranks as you like, with\n {2}mpirun -n 3 scrawl predict --resume --model/);
        assert.ok(!exists('told.csv'));
        check('told', await mpirun(4, [...table('told'), '--resume']));
    });
});
