// `scrawl predict --out` in bulk: whatever ends a run, --resume goes on, and what comes of it is the same to the byte as of a
// run that nothing ended.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';

import { killedAndResumed, makeDoubtingModel, predict, readCsv, rowsOf, writeManyPictures } from '../helpers/bulk.mjs';
import { compiler } from '../helpers/build.mjs';
import { exists, folder, inFolder, program, quoted, read, scrawl, scrawlWell, useModel } from '../helpers/command.mjs';
import { decodePng } from '../helpers/png.mjs';
import { Random } from '../helpers/random.mjs';

const KILLS = Number(process.env.BULK_KILLS ?? 6);
const PICTURES = Number(process.env.BULK_PICTURES ?? 300);
const random = new Random(Number(process.env.SEED ?? 1));

useModel();
before(() => {
    makeDoubtingModel();
    writeManyPictures('many', PICTURES, { odd: true });
});

const bulk = (format, out, ...more) => predict('--format', format, '--recursive', 'many', '--out', out, ...more);
const remove = (...names) => names.forEach((name) => fs.rmSync(inFolder(name), { recursive: true, force: true }));

/** Runs it, which may have met pictures that can't be read. */
function finish(commandArguments) {
    const { status, errors } = scrawl(commandArguments);
    assert.ok(status <= 1 && !/^scrawl: /m.test(errors), errors);
    return errors;
}

/** The bytes of a run that nothing ends. */
function wholeRun(format, ...more) {
    remove('whole');
    finish(bulk(format, 'whole', ...more));
    return read('whole');
}

let nextTime = 1000;
const setTime = (name, seconds) => fs.utimesSync(inFolder(name), seconds, seconds);

describe('--out', () => {
    test('writes what standard output would get, and more facts with JSON', () => {
        const { output } = scrawl(predict('--format', 'csv', 'many', '--recursive'));
        assert.equal(wholeRun('csv').toString(), output);
        const object = JSON.parse(wholeRun('json').toString().split('\n')[0]);
        assert.deepEqual(Object.keys(object), ['file', 'text', 'digits', 'size', 'modified', 'model']);
    });

    test('says what came of it', () => {
        const rows = rowsOf(readCsv(wholeRun('csv')));
        remove('whole');
        const errors = rows.filter(({ error }) => error).length, doubtful = rows.filter((row) => row.doubtful === '1').length;
        assert.ok(errors > 0 && doubtful > 0);
        assert.equal(finish(bulk('csv', 'whole')), `whole: ${rows.length} pictures, ${doubtful} doubtful, ${errors} with an error.\n`);
        assert.equal(finish(bulk('csv', 'whole', '--resume')), `whole: ${rows.length} pictures, ${rows.length - errors} of them there already, ${doubtful} doubtful, ${errors} with an error.\n`);
    });

    test('replaces nothing, and mixes nothing', () => {
        const whole = wholeRun('csv');
        const again = scrawl(bulk('csv', 'whole'));
        assert.deepEqual([again.status, again.errors], [1, 'scrawl: whole is there already. Go on with it by --resume, or choose another file by --out.\n']);
        for (const more of [bulk('tsv', 'whole', '--resume'), bulk('csv', 'whole', '--resume', '--digits'), bulk('json', 'whole', '--resume')]) {
            const { status, errors } = scrawl(more);
            assert.equal(status, 1);
            assert.match(errors, /^scrawl: whole holds other columns, or is of another format/);
        }
        assert.deepEqual(read('whole'), whole);
        for (const text of ['Dear reader,\nthis is no table.\n', 'Dear reader', 'f', '{"']) {
            for (const format of ['csv', 'tsv', 'json']) {
                fs.writeFileSync(inFolder('letter'), text);
                const { status, errors } = scrawl(bulk(format, 'letter', '--resume'));
                if (text === (format === 'json' ? '{"' : 'f')) continue; // as a run leaves it that was killed at once
                assert.equal(status, 1);
                assert.match(errors, /^scrawl: letter(:| holds) /);
                assert.equal(read('letter').toString(), text);
            }
        }
        fs.writeFileSync(inFolder('whole.resuming'), 'What I resume');
        assert.match(scrawl(bulk('csv', 'whole', '--resume')).errors, /^scrawl: whole\.resuming holds other columns/);
        assert.equal(read('whole.resuming').toString(), 'What I resume');
        remove('whole.resuming');
        assert.match(scrawl(bulk('csv', 'nowhere/rows')).errors, /^scrawl: Can't write nowhere\/rows: No such file/);
        assert.match(scrawl(bulk('csv', 'many')).errors, /^scrawl: Can't write many: Is a directory/);
    });

    test('may lie among the pictures', () => {
        fs.mkdirSync(inFolder('here'));
        fs.copyFileSync(inFolder('three.pgm'), inFolder('here', '3.pgm'));
        const command = predict('--format', 'csv', '--recursive', 'here', '--out', 'here/rows.csv', '--doubtful-to', 'here/doubtful');
        finish(command);
        finish([...command, '--resume']);
        const rows = () => rowsOf(readCsv(read('here/rows.csv'))).map(({ file, modified }) => [file, modified]);
        const [[name]] = rows();
        setTime('here/3.pgm', 5);
        finish([...command, '--resume']);
        assert.deepEqual([name, ...rows()], ['here/3.pgm', ['here/3.pgm', '5.000000000']]);
    });

    test('is on the disk at the end, and every few seconds before', { skip: process.platform !== 'linux' || /__[at]san_init/.test(fs.readFileSync(program, 'latin1')) }, () => {
        const libraries = ['count_syncs', 'fast_clock'].map((name) => {
            execFileSync(compiler(), ['-shared', '-fPIC', '-O1', '-o', inFolder(`${name}.so`), path.join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, `${name}.c`)]);
            return inFolder(`${name}.so`);
        });
        const syncs = (preloaded) => {
            remove('syncs', 'whole');
            const env = { ...process.env, LD_PRELOAD: preloaded.join(':'), SYNCS: inFolder('syncs') };
            assert.equal(spawnSync(program, bulk('csv', 'whole', '--threads', '1'), { cwd: folder, env }).status, 1);
            return read('syncs').length;
        };
        assert.equal(syncs(libraries.slice(0, 1)), 1);
        const often = syncs(libraries);
        assert.ok(often > 20, `${often} times`);
    });

    test('belongs to one run at a time', async () => {
        const child = spawn(program, predict('--format', 'csv', '--out', 'held', '--files-from', '-'), { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] });
        const ended = new Promise((resolve) => child.on('close', resolve));
        while (!exists('held') || read('held').length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        const { status, errors } = scrawl(bulk('csv', 'held', '--resume'));
        assert.deepEqual([status, errors], [1, 'scrawl: held is being written by another run of scrawl.\n']);
        child.stdin.end();
        assert.equal(await ended, 0);
    });
});

describe('--resume', () => {
    for (const [format, ...more] of [['csv'], ['tsv', '--digits'], ['json'], ['csv', '--digits']]) {
        test(`drops what is torn, wherever that is: ${[format, ...more].join(' ')}`, () => {
            const whole = wholeRun(format, ...more);
            for (let i = 0; i < 12; i++) {
                const place = i < 3 ? i * 20 : random.whole(0, whole.length);
                fs.writeFileSync(inFolder('torn'), whole.subarray(0, place));
                finish(bulk(format, 'torn', '--resume', ...more));
                assert.ok(read('torn').equals(whole), `torn at ${place}`);
                assert.ok(!exists('torn.resuming'));
            }
        });

        test(`keeps rows in whatever order, and reads only what changed: ${[format, ...more].join(' ')}`, () => {
            wholeRun(format, ...more);
            const names = ['many/1.pgm', 'many/2.pgm', 'many/deeper.b/7.pgm', 'many/30.pgm'];
            fs.writeFileSync(inFolder('many', 'between.pgm'), read('three.pgm'));
            for (const name of names) setTime(name, nextTime++);
            const told = finish(bulk(format, 'whole', '--resume', ...more));
            const [, all, kept] = told.match(/: (\d+) pictures, (\d+) of them/);
            const wrong = Number(told.match(/, (\d+) with an error/)[1]);
            assert.equal(Number(kept), Number(all) - names.length - 1 - wrong);
            const resumed = read('whole');
            assert.deepEqual(resumed, wholeRun(format, ...more));
            remove('many/between.pgm');
            finish(bulk(format, 'whole', '--resume', ...more));
            const fewer = read('whole');
            assert.deepEqual(fewer, wholeRun(format, ...more));
            assert.ok(!exists('whole.resuming'));
        });
    }

    test('reads again what another model read', () => {
        const whole = wholeRun('csv');
        const other = bulk('csv', 'whole', '--resume').map((word) => (word === 'doubting.safetensors' ? 'model.safetensors' : word));
        assert.doesNotMatch(finish(other), /there already/);
        assert.notDeepEqual(read('whole'), whole);
        finish(bulk('csv', 'whole', '--resume'));
        assert.deepEqual(read('whole'), whole);
    });

    test('uses what a run left that ended while the file was written anew', () => {
        const whole = wholeRun('csv'), rows = whole.toString('latin1').split(/(?<=\r\n)/);
        const begin = rows.slice(0, 31).join(''), rest = [rows[0], ...rows.slice(20)].join('');
        for (const [file, old] of [[begin, rest], [rows[0], whole], ['', rest.slice(0, -10)], [begin.slice(0, -3), rest], [rows.slice(0, 5).join(''), [rows[0], ...rows.slice(40).reverse()].join('')]]) {
            fs.writeFileSync(inFolder('left'), file, 'latin1');
            fs.writeFileSync(inFolder('left.resuming'), old, 'latin1');
            const kept = Number(finish(bulk('csv', 'left', '--resume')).match(/, (\d+) of them/)[1]);
            assert.ok(kept > 100, `${kept} kept`);
            assert.deepEqual(read('left'), whole);
            assert.ok(!exists('left.resuming'));
        }
    });

    test('takes rows of a picture that is named twice', () => {
        const command = predict('--format', 'csv', '--out', 'twice', 'three.pgm', 'blank.pgm', 'three.pgm');
        finish(command);
        const whole = read('twice');
        assert.match(finish([...command, '--resume']), /3 pictures, 3 of them there already/);
        assert.deepEqual(read('twice'), whole);
    });

    test('goes on with nothing that is no file', () => {
        const { status, errors } = scrawl(bulk('csv', '/dev/null', '--resume'));
        assert.deepEqual([status, errors], [1, 'scrawl: /dev/null is no file that --resume could go on with.\n']);
    });

    test('says which row is none', () => {
        const whole = wholeRun('csv').toString('latin1').split(/(?<=\r\n)/);
        fs.writeFileSync(inFolder('wrong'), [...whole.slice(0, 3), 'one,two\r\n', ...whole.slice(3)].join(''), 'latin1');
        const before_ = read('wrong');
        const { status, errors } = scrawl(bulk('csv', 'wrong', '--resume'));
        const line = whole.slice(0, 3).join('').split('\n').length;
        assert.deepEqual([status, errors], [1, `scrawl: wrong: line ${line} is no row like those that Scrawl writes.\n`]);
        assert.deepEqual(read('wrong'), before_);
    });
});

describe('killed at random moments and resumed', () => {
    for (const [format, shards, ...more] of [['csv', 1], ['json', 2], ['tsv', 5, '--digits']]) {
        test(`${shards} shards as ${[format, ...more].join(' ')} give the bytes of one run`, async () => {
            const begin = performance.now();
            wholeRun(format, ...more);
            const time = performance.now() - begin, parts = [];
            for (let shard = 1; shard <= shards; shard++) {
                const part = `${format}-${shard}-of-${shards}`;
                const meanwhile = () => setTime(`many/${random.whole(1, 5)}.pgm`, random.whole(1, 2 ** 30));
                await killedAndResumed(bulk(format, part, '--shard', `${shard}/${shards}`, '--doubtful-to', `d-${format}`, ...more),
                    { kills: Math.ceil(KILLS / 3 / shards), longest: 1.2 * time / shards, random, meanwhile: shard === shards && shards > 1 ? undefined : meanwhile });
                parts.push(part);
            }
            for (const part of parts) finish(bulk(format, part, '--shard', part.match(/\d+-of-\d+/)[0].replace('-of-', '/'), '--doubtful-to', `d-${format}`, '--resume', ...more));
            scrawlWell(['merge', ...parts, '--out', `merged-${format}`]);
            assert.ok(read(`merged-${format}`).equals(wholeRun(format, ...more)));
            remove('d-whole', 'whole');
            finish(bulk(format, 'whole', '--doubtful-to', 'd-whole', ...more));
            const tables = fs.readdirSync(inFolder(`d-${format}`)).filter((name) => name.endsWith('.csv'));
            assert.equal(tables.length, shards);
            const lines = tables.flatMap((name) => read(`d-${format}/${name}`).toString().split(/(?<=\r\n)/).slice(1)).sort();
            assert.deepEqual(lines, read('d-whole/doubtful.csv').toString().split(/(?<=\r\n)/).slice(1).sort());
            for (const row of rowsOf(readCsv(read('d-whole/doubtful.csv')))) assert.ok(read(`d-${format}/${row.crop}`).equals(read(`d-whole/${row.crop}`)));
        });
    }
});

describe('a full disk', () => {
    const ends = (result, sentence) => {
        assert.equal(result.status, 1);
        assert.match(result.stderr.toString(), sentence);
    };
    const mended = /^scrawl: Can't write (small\/)?full: .*\. Its whole rows stay; once that is mended, --resume goes on\.$/m;

    test('is a sentence, whole rows stay, and --resume goes on', () => {
        const whole = wholeRun('csv');
        for (const size of [4, 8, 16]) {
            remove('full');
            const command = `trap '' XFSZ; ulimit -f ${size}; exec ${quoted([program, ...bulk('csv', 'full')])}`;
            ends(spawnSync('bash', ['-c', command], { cwd: folder }), mended);
            const left = read('full');
            assert.ok(left.length > 500 && left.length <= 1024 * size && left.subarray(-2).toString() === '\r\n');
            assert.ok(whole.subarray(0, left.length).equals(left));
            finish(bulk('csv', 'full', '--resume'));
            assert.ok(read('full').equals(whole));
        }
    });

    test('while the file is written anew costs nothing either', () => {
        wholeRun('csv');
        setTime('many/1.pgm', 12345);
        const size = Math.ceil(read('whole').length / 1024);
        const command = `trap '' XFSZ; ulimit -f ${Math.floor(size / 2)}; exec ${quoted([program, ...bulk('csv', 'whole', '--resume')])}`;
        ends(spawnSync('bash', ['-c', command], { cwd: folder }), /^scrawl: Can't write whole\.resuming: /m);
        assert.match(finish(bulk('csv', 'whole', '--resume')), / of them there already/);
        const resumed = read('whole');
        assert.deepEqual(resumed, wholeRun('csv'));
    });

    test('that is really one, too', (context) => {
        fs.mkdirSync(inFolder('small'));
        if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', inFolder('small')]).status !== 0) return context.skip('only root can make a small disk');
        try {
            ends(spawnSync(program, bulk('csv', 'small/full'), { cwd: folder }), mended);
            spawnSync('mount', ['-o', 'remount,size=16m', inFolder('small')]);
            finish(bulk('csv', 'small/full', '--resume'));
            assert.ok(read('small/full').equals(wholeRun('csv')));
        } finally {
            spawnSync('umount', [inFolder('small')]);
        }
    });

    test('that is a device', () => {
        ends(spawnSync(program, bulk('csv', '/dev/full'), { cwd: folder }), /^scrawl: Can't write \/dev\/full: No space left on device\.$/m);
    });
});

describe('Ctrl-C', () => {
    /** Starts a run, and sends the signal once rows are there, or that of the picture in its input. */
    async function interrupted(commandArguments, signal, input) {
        const areThere = () => exists('cut') && (input ? read('cut').includes(input) : read('cut').toString().split('\n').length > 3);
        const child = spawn(program, commandArguments, { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
        let errors = '';
        child.stderr.on('data', (text) => errors += text);
        const ended = new Promise((resolve) => child.on('close', (status, killer) => resolve({ status, killer, errors })));
        if (input) child.stdin.write(`${input}\n`);
        while (child.exitCode === null && !areThere()) await new Promise((resolve) => setTimeout(resolve, 2));
        child.kill(signal);
        return ended;
    }

    test('writes what has begun, and says how to go on', async () => {
        const whole = wholeRun('csv'), slow = Array.from({ length: 30 }, () => 'many');
        for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
            remove('cut');
            const result = await interrupted([...bulk('csv', 'cut', '--threads', '1'), ...slow], signal);
            assert.equal(result.status, status, result.errors);
            assert.match(result.errors, /^scrawl: Interrupted\. cut holds the rows so far; go on with\n {2}scrawl predict --resume .*--recursive many --out cut --threads 1 many many /);
            const left = read('cut').toString('latin1');
            assert.ok(left.endsWith('\r\n') && whole.toString('latin1').repeat(2).startsWith(left.slice(0, whole.length)));
        }
        const result = await interrupted(bulk('csv', 'cut', '--resume', '--files-from', '-'), 'SIGINT', 'three.pgm');
        assert.equal(result.status, 130, result.errors);
        const command = result.errors.match(/^ {2}scrawl (.*)$/m)[1];
        assert.equal(spawnSync('bash', ['-c', `${program} ${command} < /dev/null`], { cwd: folder }).status, 1);
        assert.ok(read('cut').equals(whole));
    });

    test('at once, when it comes twice', { skip: /__tsan_init/.test(fs.readFileSync(program, 'latin1')) && 'this sanitizer keeps signals until a file is open' }, async () => {
        spawnSync('mkfifo', [inFolder('never')]);
        remove('cut');
        const child = spawn(program, predict('--format', 'csv', '--out', 'cut', 'three.pgm', 'never'), { cwd: folder, stdio: 'ignore' });
        const ended = new Promise((resolve) => child.on('close', (status, killer) => resolve(killer)));
        while (!(exists('cut') && read('cut').toString().split('\n').length > 2)) await new Promise((resolve) => setTimeout(resolve, 2));
        child.kill('SIGINT');
        await new Promise((resolve) => setTimeout(resolve, 100));
        assert.equal(child.exitCode ?? child.signalCode, null);
        child.kill('SIGINT');
        assert.equal(await ended, 'SIGINT');
    });
});

describe('a bar', { skip: !fs.existsSync('/usr/bin/script') && 'there is no `script` here' }, () => {
    const onTerminal = (command) => spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, input: '' }).stdout.toString();

    test('shows pictures per second, errors, doubtful ones and the time left', () => {
        remove('bar');
        const shown = onTerminal(quoted([program, ...bulk('csv', 'bar', '--threads', '1')]));
        assert.match(shown, /\rReading \[[=> ]+\] \d+\/\d+ {2}\d+ pictures\/s( {2}\d+ errors?)?( {2}\d+ doubtful)? {2}0:0\d left\x1b\[K/);
        remove('bar');
        const ofList = onTerminal(`find many -name '*.pgm' | ${quoted([program, ...predict('--format', 'csv', '--files-from', '-', '--out', 'bar', '--threads', '1')])}`);
        assert.match(ofList, /\rReading \d+ {2}\d+ pictures\/s/);
        assert.doesNotMatch(ofList, /left/);
    });

    test('is not among rows on the same terminal', () => {
        assert.doesNotMatch(onTerminal(quoted([program, ...predict('--format', 'csv', 'many')])), /Reading/);
        assert.match(onTerminal(`${quoted([program, ...predict('--format', 'csv', 'many', '--recursive', '--threads', '1')])} > rows.txt`), /Reading/);
    });
});

test('crops of doubtful pictures are for people', () => {
    remove('crops', 'whole');
    finish(bulk('csv', 'whole', '--doubtful-to', 'crops'));
    const doubtful = rowsOf(readCsv(read('whole'))).filter((row) => row.doubtful === '1'), table = rowsOf(readCsv(read('crops/doubtful.csv')));
    assert.deepEqual(Object.keys(table[0]).slice(0, -1), ['file', 'crop', 'text', 'confidence', 'x', 'y', 'width', 'height', 'answer']);
    assert.deepEqual(table.map(({ file, text, confidence, x }) => [file, text, confidence, x]), doubtful.map(({ file, text, confidence, x }) => [file, text, confidence, x]));
    assert.equal(new Set(table.map(({ crop }) => crop)).size, table.length);
    for (const { crop, answer } of table) {
        const { width, height, pixel } = decodePng(read(`crops/${crop}`));
        assert.ok(answer === '' && width >= 60 && height >= 100 && width <= 1600 && height <= 1200, `${width} x ${height}`);
        let ink = 0, orange = 0;
        for (let y = 0; y < height; y += 2) {
            for (let x = 0; x < width; x += 2) {
                const [red, , blue] = pixel(x, y);
                ink += red < 100;
                orange += red - blue > 100;
            }
        }
        assert.ok(ink > 50 && orange > 10, `${ink} ${orange}`);
    }
    const again = scrawl(bulk('csv', 'other', '--doubtful-to', 'crops'));
    assert.equal(again.status, 1);
    assert.match(again.errors, /crops\/doubtful\.csv is there already\. Go on with it by --resume, or choose another file by --doubtful-to/);
    assert.ok(!exists('other'));
});

test('answers of people outlive a --resume', () => {
    remove('answered', 'whole');
    const command = bulk('csv', 'whole', '--doubtful-to', 'answered');
    finish(command);
    const table = read('answered/doubtful.csv').toString('latin1').split(/(?<=\r\n)/);
    table[2] = table[2].replace(/\r\n$/, '77\r\n');
    fs.writeFileSync(inFolder('answered/doubtful.csv'), table.join(''), 'latin1');
    const [, changed] = rowsOf(readCsv(Buffer.from(table.join(''), 'latin1')));
    setTime('many/1.pgm', 4711);
    finish([...command, '--resume']);
    const answers = rowsOf(readCsv(read('answered/doubtful.csv')));
    assert.deepEqual(answers.filter(({ answer }) => answer).map(({ file, answer }) => [file, answer]), [[changed.file, '77']]);
    assert.equal(answers.length, table.filter((line) => line).length - 1);
    setTime(changed.file, 4712);
    finish([...command, '--resume']);
    assert.deepEqual(rowsOf(readCsv(read('answered/doubtful.csv'))).filter(({ answer }) => answer), [], 'a picture that changed is asked for again');
});
