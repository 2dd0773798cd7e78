// `scrawl predict` in bulk: where pictures come from, and rows for programs; of odd names, and of what vanishes or changes
// while it is read.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';

import { linkManyPictures, makeDoubtingModel, NOT_UTF8, ODD_NAMES, peakMemoryOfList, predict, readCsv, readTsv, rowsOf, writeManyPictures } from '../helpers/bulk.mjs';
import { compiler } from '../helpers/build.mjs';
import { folder, inFolder, program, read, scrawl, scrawlWell, useModel } from '../helpers/command.mjs';

useModel();
before(() => {
    makeDoubtingModel();
    writeManyPictures('many', 60);
});

const sanitized = fs.readFileSync(program).includes('__asan_init');
const COLUMNS = ['file', 'text', 'confidence', 'doubtful', 'x', 'y', 'width', 'height', 'error', 'size', 'modified', 'model'];

/** Runs the program; its outputs as bytes. @param {(string | Buffer)[]} commandArguments */
function run(commandArguments, options = {}) {
    const words = commandArguments.map((word) => `$'${[...Buffer.from(word)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}'`);
    return spawnSync('bash', ['-c', `exec '${program}' ${words.join(' ')}`], { cwd: folder, timeout: 60_000, maxBuffer: 2 ** 28, ...options });
}

const csvRows = (...more) => rowsOf(readCsv(run(predict('--format', 'csv', ...more)).stdout));
const filesOf = (...more) => csvRows(...more).map(({ file }) => file);
const allFiles = (name) => fs.readdirSync(inFolder(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name))).sort();

/** FNV-1a and the end of MurmurHash3: no later version may divide names otherwise. @param {string} name @param {number} shards */
function shardOf(name, shards) {
    const mask = 2n ** 64n - 1n;
    let hash = 0xcbf29ce484222325n;
    for (const byte of Buffer.from(name)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask;
    for (const factor of [0xff51afd7ed558ccdn, 0xc4ceb9fe1a85ec53n]) hash = ((hash ^ (hash >> 33n)) * factor) & mask;
    return 1 + Number((hash ^ (hash >> 33n)) % BigInt(shards));
}

describe('where pictures come from', () => {
    test('folders, and with --recursive those in them, in the order of whole paths', () => {
        const all = allFiles('many');
        assert.deepEqual(filesOf('many', '--recursive'), all);
        assert.deepEqual(filesOf('many'), all.filter((name) => name.split('/').length === 2));
        fs.symlinkSync('..', inFolder('many', 'deeper.b', 'circle'));
        fs.symlinkSync('../60.pgm', inFolder('many', 'deeper.b', 'dangling.pgm'));
        assert.deepEqual(filesOf('many', '--recursive'), all, 'links to folders and to nothing');
        fs.mkdirSync(inFolder('many', 'deeper'));
        fs.copyFileSync(inFolder('three.pgm'), inFolder('many', 'deeper', 'z.pgm'));
        assert.deepEqual(filesOf('many', '--recursive'), [...all, 'many/deeper/z.pgm'].sort(), '"." comes before "/"');
    });

    test('lists: lines or names that a zero byte ends, from files and pipes', () => {
        const names = allFiles('many').reverse();
        fs.writeFileSync(inFolder('list'), `${names.join('\n')}\n\n`);
        fs.writeFileSync(inFolder('list0'), names.join('\0'));
        assert.deepEqual(filesOf('--files-from', 'list'), names);
        assert.deepEqual(filesOf('--files-from', 'list0', '-0'), names);
        assert.deepEqual(filesOf('three.pgm', '--null', '--files-from', 'list0'), ['three.pgm', ...names]);
        for (const [input, more] of [[read('list'), []], [read('list0'), ['-0']]]) {
            const { stdout } = run(predict('--format', 'csv', '--files-from', '-', ...more), { input });
            assert.deepEqual(rowsOf(readCsv(stdout)).map(({ file }) => file), names);
        }
        assert.deepEqual(filesOf('--files-from', '/dev/null'), []);
    });

    test('what is no list is a sentence, and nothing is read', () => {
        fs.writeFileSync(inFolder('long'), 'x'.repeat(70_000));
        for (const [words, sentence] of [
            [['--files-from', 'none'], /Can't open the list none: No such file/],
            [['--files-from', 'many'], /Can't read the list many: Is a directory/],
            [['--files-from', 'list0'], /list0 is no list of files with one on each line: line 1 has a zero byte.*-0/],
            [['--files-from', 'long'], /long is no list of files: line 1 is longer than any name/],
        ]) {
            const { status, output, errors } = scrawl(predict('--format', 'csv', '--out', 'unborn.csv', ...words));
            assert.deepEqual([status, output], [1, '']);
            assert.match(errors, sentence);
            assert.ok(!fs.existsSync(inFolder('unborn.csv')));
        }
        const { status, stdout, stderr } = run(predict('--files-from', '-'), { input: 'three.pgm\nthree.pgm\n\0' });
        assert.equal(status, 1);
        assert.match(stdout.toString(), /^three\.pgm: .*\nthree\.pgm: .*\n$/);
        assert.match(stderr.toString(), /- is no list .* line 3 has a zero byte/);
    });

    test('a list that grows slowly is read as it comes', async () => {
        const child = spawn(program, predict('--threads', '2', '--files-from', '-'), { cwd: folder });
        let output = '';
        child.stdout.on('data', (part) => output += part);
        const ended = new Promise((resolve) => child.on('close', resolve));
        for (let i = 1; i <= 3; i++) {
            child.stdin.write('three.pgm\n');
            while (output.split('\n').length <= i) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        child.stdin.end('three.pgm');
        assert.equal(await ended, 0);
        assert.equal(output.split('\n').length, 5);
    });

    test('shards divide the names, and more files move none', () => {
        const all = allFiles('many');
        for (const shards of [1, 2, 5]) {
            const parts = Array.from({ length: shards }, (_, i) => filesOf('many', '--recursive', '--shard', `${i + 1}/${shards}`));
            assert.deepEqual(parts.flat().sort(), all);
        }
        const one = filesOf('many', '--recursive', '--shard', '2/5');
        fs.copyFileSync(inFolder('three.pgm'), inFolder('many', '0new.pgm'));
        assert.deepEqual(filesOf('many', '--recursive', '--shard', '2/5').filter((name) => name !== 'many/0new.pgm'), one);
        fs.rmSync(inFolder('many', '0new.pgm'));
        const input = Array.from({ length: 3000 }, (_, i) => `none/${i}.png\n`).join('');
        for (let shard = 1; shard <= 5; shard++) {
            const lines = run(predict('--json', '--files-from', '-', '--shard', `${shard}/5`), { input }).stdout.toString().split('\n').length - 1;
            assert.ok(lines > 500 && lines < 700, `${lines} of 3000 names in a fifth`);
        }
        for (const name of ['a', ...all]) assert.deepEqual(filesOf(name, '--shard', `${shardOf(name, 5)}/5`), [name]);
    });

    test('memory is the same for any number of them', { skip: sanitized || process.platform !== 'linux' }, async (context) => {
        const names = linkManyPictures('linked', 5000);
        const few = await peakMemoryOfList(names.slice(0, 500), '--threads', '2'), many = await peakMemoryOfList(names, '--threads', '2');
        context.diagnostic(`peak ${few >> 10} kB of 500, ${many >> 10} kB of 5,000`);
        assert.ok(many < few + 4 * 2 ** 20, `${many - few} bytes more`);
    });
});

describe('rows', () => {
    test('say in tables what JSON says', () => {
        const json = run(predict('--json', 'many', '--recursive')).stdout.toString().trimEnd().split('\n').map((line) => JSON.parse(line));
        const csv = csvRows('many', '--recursive');
        assert.deepEqual(rowsOf(readTsv(run(predict('--format', 'tsv', 'many', '--recursive')).stdout)), csv);
        assert.equal(csv.length, json.length);
        csv.forEach((row, i) => {
            const { file, text = '', digits = [], error = '' } = json[i];
            assert.deepEqual(Object.keys(row).slice(0, -1), COLUMNS);
            assert.deepEqual([row.file, row.text, row.error], [file, text, error]);
            const { size, mtimeNs } = fs.statSync(inFolder(file), { bigint: true });
            assert.equal(row.size, `${size}`);
            assert.equal(row.modified, `${mtimeNs / 10n ** 9n}.${String(mtimeNs % 10n ** 9n).padStart(9, '0')}`);
            assert.match(row.model, /^[0-9a-f]{8}-[a-z0-9]+$/);
            assert.equal(row.doubtful, error ? '' : digits.some(({ doubtful }) => doubtful) ? '1' : '0');
            if (digits.length === 0) return assert.deepEqual([row.confidence, row.x, row.height], ['', '', '']);
            assert.equal(Math.fround(+row.confidence), Math.fround(Math.min(...digits.map(({ confidence }) => confidence))));
            const [left, top] = ['x', 'y'].map((name) => Math.min(...digits.map((digit) => digit[name])));
            const [right, bottom] = [['x', 'width'], ['y', 'height']].map(([at, size_]) => Math.max(...digits.map((digit) => digit[at] + digit[size_])));
            assert.deepEqual([row.x, row.y, row.width, row.height].map(Number), [left, top, right - left, bottom - top]);
        });
        for (const kind of [({ error }) => error, ({ text, error }) => !text && !error, ({ doubtful }) => doubtful === '1', ({ doubtful }) => doubtful === '0'])
            assert.ok(csv.some(kind), 'all kinds of pictures are among them');
    });

    test('of digits are one for each, and one for a picture without', () => {
        const json = run(predict('--json', 'many')).stdout.toString().trimEnd().split('\n').map((line) => JSON.parse(line));
        const rows = csvRows('--digits', 'many');
        assert.deepEqual(Object.keys(rows[0]).slice(0, -1), ['file', 'line', 'number', 'digits', ...COLUMNS.slice(1)]);
        const expected = json.flatMap(({ file, digits, error }) => (digits?.length ? digits.map((digit, i) => [file, `${digit.line}`, `${i + 1}`, `${digits.length}`, `${digit.digit}`, digit.doubtful ? '1' : '0', `${digit.x}`])
            : [[file, '', '', error ? '' : '0', '', error ? '' : '0', '']]));
        assert.deepEqual(rows.map(({ file, line, number, digits, text, doubtful, x }) => [file, line, number, digits, text, doubtful, x]), expected);
    });

    test('are the same on any number of threads', () => {
        for (const format of ['json', 'tsv', 'csv']) {
            const [one, ...others] = ['1', '2', '5'].map((threads) => run(predict('--format', format, '--threads', threads, 'many', 'three.pgm', 'missing')).stdout.toString());
            for (const other of others) assert.equal(other, one);
        }
    });

    test('keep every byte of odd names in tables', () => {
        fs.mkdirSync(inFolder('odd'));
        const names = [...ODD_NAMES, NOT_UTF8].map((name) => Buffer.concat([Buffer.from('odd/'), name])).sort(Buffer.compare);
        for (const name of names) fs.copyFileSync(inFolder('three.pgm'), Buffer.concat([Buffer.from(`${folder}/`), name]));
        for (const [format, parse] of [['csv', readCsv], ['tsv', readTsv]]) {
            for (const more of [['odd'], ['--files-from', '-', '-0']]) {
                const { stdout } = run(predict('--format', format, ...more), { input: Buffer.concat(names.flatMap((name) => [name, Buffer.from([0])])) });
                assert.deepEqual(rowsOf(parse(stdout)).map(({ bytes }) => bytes), names);
            }
        }
        const { stdout } = run(predict('--json', 'odd'));
        assert.equal(new TextDecoder('utf-8', { fatal: true }).decode(stdout).trimEnd().split('\n').length, names.length);
    });

    test('change their mark with all that may change a reading', () => {
        const mark = (words, env = {}) => rowsOf(readCsv(run([...words, '--format', 'csv', 'three.pgm'], { env: { ...process.env, ...env } }).stdout))[0].model;
        const plain = mark(predict());
        assert.equal(mark(predict('--threads', '3')), plain);
        const marks = [plain, mark(predict('--single')), mark(['predict', '--model', 'model.safetensors', '--finder', 'none'])];
        assert.equal(new Set(marks.map((text) => text.slice(0, 8))).size, marks.length, marks.join(' '));
        const [, kernels] = plain.match(/-(.*)$/);
        if (kernels !== 'baseline') assert.equal(mark(predict(), { SCRAWL_KERNELS: 'sse2' }), `${plain.slice(0, 8)}-sse2`);
        assert.equal(mark(predict(), { SCRAWL_KERNELS: 'unheard-of' }), plain);
    });

    test('are no rows as text', () => {
        assert.match(scrawlWell(predict('--format', 'text', 'three.pgm')).output, /^three\.pgm: /);
    });
});

describe('while it is read', { skip: process.platform !== 'linux' || sanitized }, () => {
    const preload = (env) => ({ env: { ...process.env, LD_PRELOAD: inFolder('change.so'), ...env } });
    before(() => execFileSync(compiler(), ['-shared', '-fPIC', '-O1', '-o', inFolder('change.so'), path.join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, 'change_file.c')]));

    test('a file that changes is an error, which --resume reads again', () => {
        fs.mkdirSync(inFolder('changing'));
        for (const name of ['a.pgm', 'b.pgm', 'c.pgm']) fs.copyFileSync(inFolder('three.pgm'), inFolder('changing', name));
        const command = predict('--threads', '1', '--format', 'csv', '--out', 'changing.csv', 'changing');
        assert.equal(run(command, preload({ CHANGED: fs.realpathSync(inFolder('changing', 'b.pgm')) })).status, 1);
        const rows = rowsOf(readCsv(read('changing.csv')));
        assert.deepEqual(rows.map(({ error }) => error), ['', 'changing/b.pgm changed while it was read.', '']);
        const { stderr } = run([...command, '--resume']);
        assert.equal(stderr.toString(), 'changing.csv: 3 pictures, 2 of them there already.\n'.replace('already.', rows.some(({ doubtful }) => doubtful === '1') ? 'already, 3 doubtful.' : 'already.'));
        const fresh = run(predict('--format', 'csv', 'changing'));
        assert.equal(fresh.status, 0);
        assert.deepEqual(read('changing.csv'), fresh.stdout);
    });

    test('a folder that vanishes is an error, and the others are read', () => {
        for (const name of ['b', 'c']) fs.mkdirSync(inFolder('vanishing', name), { recursive: true });
        for (const name of ['a.pgm', 'b/1.pgm', 'c/1.pgm']) fs.copyFileSync(inFolder('three.pgm'), inFolder('vanishing', name));
        const { status, stdout } = run(predict('--threads', '1', '--format', 'csv', '--recursive', 'vanishing'),
            preload({ CHANGED: fs.realpathSync(inFolder('vanishing', 'a.pgm')), MOVED: inFolder('vanishing', 'b') }));
        assert.equal(status, 1);
        assert.deepEqual(rowsOf(readCsv(stdout)).map(({ file, error }) => [file, error]), [['vanishing/a.pgm', ''], ['vanishing/b/', "Can't open vanishing/b/: No such file or directory."], ['vanishing/c/1.pgm', '']]);
    });

    test('a folder that was named and is not there any more is an error', async () => {
        execFileSync('mkfifo', [inFolder('pipe')]);
        fs.mkdirSync(inFolder('gone'));
        fs.copyFileSync(inFolder('three.pgm'), inFolder('gone', '1.pgm'));
        const child = spawn(program, predict('--threads', '1', '--format', 'csv', 'three.pgm', 'pipe', 'gone', 'three.pgm'), { cwd: folder });
        let output = '';
        const first = new Promise((resolve) => child.stdout.on('data', (part) => resolve(output += part)));
        const ended = new Promise((resolve) => child.on('close', resolve));
        await first;
        fs.rmSync(inFolder('gone'), { recursive: true });
        fs.writeFileSync(inFolder('pipe'), read('three.pgm'));
        assert.equal(await ended, 1);
        const rows = rowsOf(readCsv(Buffer.from(output)));
        assert.deepEqual(rows.map(({ file, error, size }) => [file, error, size !== '']), [
            ['three.pgm', '', true], ['pipe', '', false], ['gone', "Can't open gone: No such file or directory.", false], ['three.pgm', '', true]]);
    });
});
