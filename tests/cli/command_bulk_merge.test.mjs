// `scrawl merge`: what belongs together becomes one file, with the answers of people; what doesn't is refused before anything
// is written.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';

import { makeDoubtingModel, NOT_UTF8, predict, readCsv, readTsv, rowsOf, writeManyPictures } from '../helpers/bulk.mjs';
import { exists, folder, inFolder, program, read, scrawl, scrawlWell, useModel } from '../helpers/command.mjs';

const FORMATS = ['csv', 'tsv', 'json'];
const SHARDS = [1, 2, 3];

useModel();
before(() => {
    makeDoubtingModel();
    writeManyPictures('many', 60, { odd: true });
    for (const format of FORMATS) {
        readInto(format, `whole.${format}`);
        for (const shard of SHARDS) readInto(format, `${shard}.${format}`, '--shard', `${shard}/3`, '--doubtful-to', `doubtful-${format}`);
    }
});

/** Reads the pictures, of which some can't be. */
function readInto(format, out, ...more) {
    assert.ok(scrawl(predict('--format', format, '--recursive', 'many', '--out', out, ...more)).status <= 1);
}
const partsOf = (format) => SHARDS.map((shard) => `${shard}.${format}`);
const parsed = { csv: (bytes) => rowsOf(readCsv(bytes)), tsv: (bytes) => rowsOf(readTsv(bytes)) };

/** The run must fail with these words, and write nothing. */
function refused(words, sentence) {
    const { status, output, errors } = scrawl(['merge', ...words]);
    assert.deepEqual([status, output], [1, ''], errors);
    assert.match(errors, sentence);
}

describe('parts', () => {
    for (const format of FORMATS) {
        test(`become one, in whatever order they come: ${format}`, () => {
            const [one, two, three] = partsOf(format), whole = read(`whole.${format}`);
            for (const parts of [[one, two, three], [three, one, two]]) {
                const { stdout } = spawnSync(program, ['merge', ...parts], { cwd: folder });
                assert.ok(stdout.equals(whole));
                scrawlWell(['merge', ...parts, '--out', 'merged']);
                assert.ok(read('merged').equals(whole), 'an older file is replaced');
            }
            scrawlWell(['merge', one, '--out', 'small']);
            scrawlWell(['merge', 'small', three, '--out', 'larger']);
            scrawlWell(['merge', two, 'larger', '--out', 'all']);
            assert.ok(read('all').equals(whole), 'bit by bit');
        });

        test(`in another order than that of names are sorted: ${format}`, () => {
            const names = parsed.csv(read('whole.csv')).map(({ file }) => file).reverse();
            spawnSync(program, predict('--format', format, '--out', `reverse.${format}`, '--files-from', '-', '-0'), { cwd: folder, input: names.join('\0') });
            const { stdout } = spawnSync(program, ['merge', `reverse.${format}`], { cwd: folder });
            assert.ok(stdout.equals(read(`whole.${format}`)));
        });
    }

    test('of digits stay in order within a picture', () => {
        for (const shard of SHARDS) readInto('tsv', `digits${shard}`, '--digits', '--shard', `${shard}/3`);
        readInto('tsv', 'digits', '--digits');
        const { stdout } = spawnSync(program, ['merge', 'digits3', 'digits2', 'digits1'], { cwd: folder });
        assert.ok(stdout.equals(read('digits')));
    });

    test('keep names that are no UTF-8', () => {
        fs.mkdirSync(inFolder('odd'));
        fs.copyFileSync(inFolder('three.pgm'), Buffer.concat([Buffer.from(inFolder('odd', '/')), NOT_UTF8]));
        scrawlWell(predict('--format', 'csv', 'odd', '--out', 'odd.csv'));
        const { stdout } = spawnSync(program, ['merge', 'odd.csv'], { cwd: folder });
        assert.ok(stdout.equals(read('odd.csv')) && stdout.includes(NOT_UTF8));
    });

    test('may have no row', () => {
        for (const format of FORMATS) {
            fs.writeFileSync(inFolder('list'), '');
            scrawlWell(predict('--format', format, '--files-from', 'list', '--out', `none.${format}`));
            const { stdout } = spawnSync(program, ['merge', `none.${format}`, ...partsOf(format)], { cwd: folder });
            assert.ok(stdout.equals(read(`whole.${format}`)));
            assert.ok(spawnSync(program, ['merge', `none.${format}`], { cwd: folder }).stdout.equals(read(`none.${format}`)));
        }
    });
});

describe('what does not belong together is refused:', () => {
    test('a picture in two parts', () => {
        for (const format of FORMATS) refused([`1.${format}`, `whole.${format}`], new RegExp(`^scrawl: many/.* is in 1\\.${format} and in whole\\.${format}\\. Merge parts`));
        refused(['1.csv', '2.csv', './1.csv'], /is in 1\.csv and in \.\/1\.csv/);
    });

    test('other columns, formats, models and kernels', () => {
        refused(['1.csv', '2.tsv'], /^scrawl: 1\.csv and 2\.tsv have different columns, or are of different formats\.\n$/);
        readInto('csv', 'digits.csv', '--digits', '--shard', '2/3');
        refused(['1.csv', 'digits.csv'], /different columns/);
        assert.ok(scrawl(['predict', '--model', 'model.safetensors', '--finder', 'none', '--format', 'csv', 'many', '--shard', '2/3', '--out', 'model.csv']).status <= 1);
        refused(['1.csv', 'model.csv'], /^scrawl: 1\.csv was read by the model [0-9a-f]{8}-\S+, model\.csv by [0-9a-f]{8}-\S+\. Read all with one model/);
        const other = read('2.csv').toString('latin1').replace(/-[a-z0-9]+\r\n$/, '-sse1\r\n');
        fs.writeFileSync(inFolder('mixed.csv'), other, 'latin1');
        refused(['mixed.csv'], /^scrawl: mixed\.csv: line \d+ was read by the model [0-9a-f]{8}-sse1, others by /);
    });

    test('torn rows, and what is no table of predict', () => {
        for (const format of FORMATS) {
            const whole = read(`1.${format}`);
            for (const length of [5, whole.length >> 1, whole.length - 1]) {
                fs.writeFileSync(inFolder('torn'), whole.subarray(0, length));
                refused(['torn', `2.${format}`], /^scrawl: torn ends in a row that isn't whole\. Go on with it by predict --resume/);
            }
        }
        const digits = read('digits').toString('latin1').split(/(?<=\n)/), second = digits.findIndex((line) => line.split('\t')[2] === '2');
        fs.writeFileSync(inFolder('lacking'), digits.filter((_, i) => i !== second).join(''), 'latin1');
        refused(['lacking'], /lacking lacks digits of a picture/);
        refused(['doubtful-csv/doubtful-1-of-3.csv'], /is no file that predict --out made/);
        refused(['text.png'], /^scrawl: text\.png (ends in a row that isn't whole|is no file that predict --out made)/);
        refused(['none'], /Can't open none: No such file/);
        refused(['many'], /Can't open many: it is no file/);
        assert.ok(scrawl(predict('--json', 'three.pgm')).output);
        fs.writeFileSync(inFolder('printed.json'), scrawl(predict('--json', 'three.pgm')).output);
        refused(['printed.json'], /printed\.json has rows without a model/);
        fs.writeFileSync(inFolder('strange.csv'), `${read('1.csv').toString('latin1').split('\r\n')[0]}\r\n"a"b,c\r\n`, 'latin1');
        refused(['strange.csv'], /strange\.csv: line 2 is no row/);
    });

    test('a merge that is interrupted leaves nothing', async () => {
        const row = (i) => `scans/${String(i).padStart(7, '0')}.png,12,0.99,0,1,2,3,4,,100,1.000000000,m-k\r\n`;
        fs.writeFileSync(inFolder('large.csv'), `${read('whole.csv').toString('latin1').split('\r\n')[0]}\r\n${Array.from({ length: 400_000 }, (_, i) => row(i)).join('')}`);
        const child = spawn(program, ['merge', 'large.csv', '--out', 'cut'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
        let errors = '';
        child.stderr.on('data', (text) => errors += text);
        const ended = new Promise((resolve) => child.on('close', resolve));
        const begun = () => fs.readdirSync(folder).some((name) => name.startsWith('cut'));
        while (!begun()) await new Promise((resolve) => setTimeout(resolve, 1));
        child.kill('SIGINT');
        assert.equal(await ended, 130, errors);
        assert.equal(errors, 'scrawl: Interrupted. Nothing was written to cut.\n');
        assert.ok(!begun());
        fs.rmSync(inFolder('large.csv'));
    });

    test('a full disk leaves the old file', () => {
        fs.writeFileSync(inFolder('kept'), 'old');
        const { status, stderr } = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 1; exec '${program}' merge whole.csv --out kept`], { cwd: folder });
        assert.equal(status, 1);
        assert.match(stderr.toString(), /^scrawl: Can't write kept: File too large\./);
        assert.equal(read('kept').toString(), 'old');
        assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith('kept.')), []);
        const full = spawnSync('bash', ['-c', `exec '${program}' merge whole.csv > /dev/full`], { cwd: folder });
        assert.equal(full.status, 1);
        assert.match(full.stderr.toString(), /Can't write to standard output: /);
        assert.equal(scrawl(['merge', 'whole.csv', '--out', '/dev/full']).status, 1);
    });
});

describe('--corrections', () => {
    const HEADER = 'file,crop,text,confidence,x,y,width,height,answer\r\n';
    /** A table like those of --doubtful-to. */
    function writeTable(name, answers, { line = '\r\n', separator = ',', begin = '' } = {}) {
        const rows = answers.map(([file, answer]) => [file, 'c.png', '1', '0.5', '1', '1', '1', '1', answer].join(separator));
        fs.writeFileSync(inFolder(name), `${begin}${[HEADER.trim().replaceAll(',', separator), ...rows].join(line)}${line}`);
        return name;
    }
    const doubtful = () => parsed.csv(read('whole.csv')).filter((row) => row.doubtful === '1' && !/[,"\r\n]/.test(row.file));

    for (const format of FORMATS) {
        test(`become text that isn't doubtful: ${format}`, () => {
            const [first, second, third] = doubtful();
            writeTable('answers.csv', [[first.file, '123'], [second.file, ''], [third.file, '-']]);
            const { stdout } = spawnSync(program, ['merge', ...partsOf(format), '--corrections', 'answers.csv'], { cwd: folder });
            const before_ = read(`whole.${format}`).toString('latin1').split('\n'), after_ = stdout.toString('latin1').split('\n');
            assert.equal(after_.filter((line, i) => line !== before_[i]).length, 2);
            if (format === 'json') {
                const objects = stdout.toString().trimEnd().split('\n').map((line) => JSON.parse(line));
                const [one, two, three] = [first, second, third].map(({ file }) => objects.find((object) => object.file === file));
                assert.deepEqual([one.text, two.text, three.text], ['123', second.text, '']);
                assert.deepEqual([one, two, three].map(({ digits }) => digits.some((digit) => digit.doubtful)), [false, true, false]);
            } else {
                const rows = parsed[format](stdout), of = ({ file }) => rows.find((row) => row.file === file);
                assert.deepEqual(of(first), { ...first, text: '123', doubtful: '0' });
                assert.deepEqual(of(second), second);
                assert.deepEqual(of(third), { ...third, text: '', doubtful: '0' });
            }
        });
    }

    test('come from all tables of a folder, filled in in place', () => {
        let answered = 0;
        for (const name of fs.readdirSync(inFolder('doubtful-csv')).filter((name_) => name_.endsWith('.csv'))) {
            const lines = read(`doubtful-csv/${name}`).toString('latin1').replaceAll(/(?<=,\d+),\r\n/g, () => `,${900 + answered++}\r\n`);
            fs.writeFileSync(inFolder('doubtful-csv', name), lines, 'latin1');
        }
        assert.ok(answered > 3);
        const rows = parsed.csv(spawnSync(program, ['merge', ...partsOf('csv'), '--corrections', 'doubtful-csv'], { cwd: folder }).stdout);
        assert.equal(rows.filter((row) => row.doubtful === '1').length, 0);
        assert.equal(rows.filter(({ text }) => /^9\d\d$/.test(text)).length, answered);
    });

    test('may come from spreadsheets', () => {
        const [first] = doubtful();
        for (const form of [{ line: '\n' }, { separator: ';' }, { separator: '\t', line: '\n' }, { begin: '\ufeff' }]) {
            writeTable('sheet.csv', [[first.file, ' 45 ']], form);
            const { stdout, stderr } = spawnSync(program, ['merge', 'whole.csv', '--corrections', 'sheet.csv'], { cwd: folder });
            assert.equal(parsed.csv(stdout).find(({ file }) => file === first.file).text, '45', stderr.toString());
        }
        fs.writeFileSync(inFolder('open.csv'), `file,answer\n${first.file},46`);
        assert.match(scrawlWell(['merge', 'whole.csv', '--corrections', 'open.csv']).output, new RegExp(`^${first.file},46,`, 'm'));
        writeTable('lines.csv', [[first.file, '"1 2\r\n34"']]);
        const { stdout } = spawnSync(program, ['merge', 'whole.csv', '--corrections', 'lines.csv'], { cwd: folder });
        assert.equal(parsed.csv(stdout).find(({ file }) => file === first.file).text, '1 2\n34');
    });

    test('that cannot be meant are named by their lines, and nothing is written', () => {
        const [first, second] = doubtful(), wrong = parsed.csv(read('whole.csv')).find(({ error }) => error);
        const table = (...answers) => ['whole.csv', '--out', 'unwritten', '--corrections', writeTable('wrong.csv', answers)];
        refused(table([first.file, '1'], ['many/none.pgm', '2']), /^scrawl: wrong\.csv: line 3 answers for many\/none\.pgm, which no part has\.\n$/);
        refused(table([first.file, '1'], [second.file, '1'], [first.file, '2']), /^scrawl: wrong\.csv: line 4 answers for .*, and so does line 2 of wrong\.csv in another way\.\n$/);
        refused(table([wrong.file, '1']), /^scrawl: wrong\.csv: line 2 answers for .*, which couldn't be read: it has no text to correct\.\n$/);
        refused(table([first.file, 'a\x1b[31m'], ['', '5']), /^scrawl: wrong\.csv: the answer on line 2 is no text .*\nscrawl: wrong\.csv: line 3 has an answer, but names no file\.\n$/);
        refused(table([first.file, '1,2']), /^scrawl: wrong\.csv: line 2 is no row/);
        refused(table([first.file, '"1']), /^scrawl: wrong\.csv: line 2 is no row/);
        refused(['whole.csv', '--corrections', '1.csv'], /^scrawl: 1\.csv has no columns "file" and "answer"/);
        refused(['whole.csv', '--corrections', 'none.txt'], /^scrawl: Can't open none\.txt: /);
        refused(['digits', '--corrections', 'wrong.csv'], /^scrawl: wrong\.csv can't correct rows of digits/);
        assert.ok(!exists('unwritten'));
    });
});
