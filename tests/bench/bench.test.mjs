// The benchmark: its arithmetic, its bars, and the shape of what a tiny run writes. No speed is ever asserted.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { BARS, barTable, judge, pick } from './bars.mjs';
import { accuracyIn, complaintIn, judgeAttempts, run, THREAD_COUNTS } from './measurements.mjs';
import { averageRow, largestSpread, makeRow, mean, mergeRows, nativePlace } from './results.mjs';
import { median, Sampler, sampleRate } from './site/sampling.js';
import { built } from '../helpers/build.mjs';
import { it as itInBrowser } from '../helpers/page_test.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What is wrong with a row of bench.json; '' when nothing is. */
function faultOf(row) {
    const isTime = row.what === 'time-to-99';
    const fields = ['what', 'network', 'where', 'threads', isTime ? 'seconds' : 'images_per_second', 'peak_mib'];
    if (Object.keys(row).join() !== fields.join()) return `its fields are ${Object.keys(row).join()}`;
    if (!['train', 'read-1', 'read-128', 'time-to-99'].includes(row.what)) return `what is ${row.what}`;
    if (!['fast', 'small', 'tutorial'].includes(row.network)) return `network is ${row.network}`;
    if (typeof row.where !== 'string' || !row.where) return `where is ${row.where}`;
    if (!Number.isInteger(row.threads) || row.threads < 1) return `threads is ${row.threads}`;
    const result = isTime ? row.seconds : row.images_per_second;
    if (!Number.isFinite(result) || result <= 0) return `the result is ${result}`;
    if (row.peak_mib !== null && !(row.peak_mib > 0)) return `peak_mib is ${row.peak_mib}`;
    return '';
}

const ROW = {
    what: 'train', network: 'tutorial', where: 'native-avx2', threads: 2, images_per_second: 1000, peak_mib: 100,
};

describe('the arithmetic of measurements', () => {
    it('takes medians without touching the values', () => {
        const values = [30, 4, 100];
        assert.equal(median(values), 30);
        assert.deepEqual(values, [30, 4, 100]);
        assert.equal(median([2, 1]), 2);
        assert.equal(median([7]), 7);
        assert.throws(() => median([]), RangeError);
    });

    it('takes means', () => {
        assert.equal(mean([1, 2, 6]), 3);
        assert.throws(() => mean([]), RangeError);
    });

    it('leaves the warm-up out and takes the median of the windows', () => {
        const sampler = new Sampler({ warmUp: 100, window: 10, repeats: 3 }, 0);
        sampler.note(1, 50);
        sampler.note(1000, 100); // the warm-up ends
        sampler.note(1001, 105); // too short for a window
        sampler.note(1020, 110); // 2000 per second
        sampler.note(1030, 120); // 1000
        assert.equal(sampler.isComplete, false);
        sampler.note(1180, 150); // 5000
        assert.equal(sampler.isComplete, true);
        assert.equal(sampler.rate, 2000);
    });

    it('samples work that waits and work that does not', async () => {
        const pace = { warmUp: 1, window: 1, repeats: 3 };
        assert.ok(await sampleRate(() => 5, pace) > 0);
        assert.ok(await sampleRate(async () => 5, pace) > 0);
    });
});

describe('rows', () => {
    it('have the fields of the file and nothing else', () => {
        const row = makeRow({ ...ROW, images_per_second: 1000.4, kernels: 'avx2', operations_per_image: 7 });
        assert.deepEqual(row, ROW);
        assert.equal(faultOf(row), '');
        assert.equal(faultOf(makeRow({ ...ROW, what: 'time-to-99', seconds: 4.987654 })), '');
        assert.equal(makeRow({ ...ROW, images_per_second: 8.765 }).images_per_second, 8.77);
    });

    it('with faults are noticed by the check that this file relies on', () => {
        const faulty = [
            { ...ROW, what: 'eat' }, { ...ROW, network: 'large' }, { ...ROW, where: '' }, { ...ROW, threads: 0 },
            { ...ROW, images_per_second: 0 }, { ...ROW, images_per_second: NaN }, { ...ROW, peak_mib: 0 },
            { ...ROW, peak_mib: undefined }, { ...ROW, extra: 1 }, { ...ROW, seconds: 1 },
            { ...ROW, what: 'time-to-99' },
        ];
        for (const row of faulty) assert.notEqual(faultOf(row), '', JSON.stringify(row));
    });

    it('name what every processor has the baseline', () => {
        assert.equal(nativePlace('sse2'), 'native-baseline');
        assert.equal(nativePlace('baseline'), 'native-baseline');
        assert.equal(nativePlace('avx512'), 'native-avx512');
    });

    it('replace older ones of the same measurement', () => {
        const other = { ...ROW, threads: 1 };
        const newer = { ...ROW, images_per_second: 2000 };
        assert.deepEqual(mergeRows([ROW, other], [newer]), [newer, other]);
        assert.deepEqual(mergeRows([ROW], [other]), [ROW, other]);
    });

    it('of two rounds become one', () => {
        const later = { ...ROW, images_per_second: 2000, peak_mib: 150 };
        assert.deepEqual(averageRow([ROW, later]), { ...ROW, images_per_second: 1500, peak_mib: 150 });
        assert.equal(largestSpread([ROW, ROW], [ROW, { ...ROW, images_per_second: 3000 }]), 1);
        assert.equal(largestSpread([ROW], [ROW]), 0);
        assert.equal(averageRow([{ ...ROW, peak_mib: null }, { ...ROW, peak_mib: null }]).peak_mib, null);
    });
});

describe('bars', () => {
    const bar = { title: 'x', ours: { what: 'train', where: /^native-/, threads: 2 }, least: 3,
        theirs: { what: 'train', where: /^tensorflow .* fit$/, threads: 2 } };
    const peer = (where, images_per_second) => ({ ...ROW, where, images_per_second });

    it('hold the fastest of ours against the fastest of theirs', () => {
        const rows = [
            ROW, { ...ROW, where: 'native-baseline', images_per_second: 500 },
            peer('tensorflow 9 fit', 200), peer('tensorflow 8 fit', 250),
            peer('tensorflow 9 predict', 999), { ...peer('tensorflow 9 fit', 999), threads: 1 },
        ];
        assert.deepEqual(judge(bar, rows, {}), { ours: 1000, theirs: 250, value: 4, isReached: true });
        assert.equal(judge({ ...bar, least: 4.1 }, rows, {}).isReached, false);
    });

    it('stay open without a peer', () => {
        assert.deepEqual(judge(bar, [ROW], {}), { ours: 1000, theirs: null, value: null, isReached: null });
        assert.equal(judge(bar, [], {}).isReached, null);
    });

    it('know limits from above, of times, memory and facts', () => {
        const ours = { what: 'time-to-99', where: /./, network: 'fast' };
        const time = { title: 'x', ours, field: 'seconds', most: 5 };
        const rows = [{ ...ROW, what: 'time-to-99', network: 'fast', seconds: 4 }];
        assert.equal(judge(time, rows, {}).isReached, true);
        assert.equal(judge({ ...time, most: 3 }, rows, {}).isReached, false);
        assert.equal(pick([ROW], bar.ours, 'megabytes'), 104.8576);
        assert.equal(pick([{ ...ROW, peak_mib: null }], bar.ours, 'megabytes'), null);
        const size = { title: 'x', fact: 'kilobytes', most: 60 };
        assert.equal(judge(size, [], { kilobytes: 61 }).isReached, false);
        assert.equal(judge(size, [], {}).isReached, null);
    });

    it('all have a limit and something that it limits, and a line in the table', () => {
        for (const { title, least, most, ours, theirs, field, fact } of BARS) {
            assert.equal([least, most].filter((limit) => limit > 0).length, 1, title);
            assert.ok(fact || (ours && Boolean(theirs) !== Boolean(field)), title);
        }
        const lines = barTable([ROW], { wasmKilobytes: 59 }).split('\n');
        assert.equal(lines.length, BARS.length + 2);
        assert.match(lines.find((line) => line.includes('gzip')), /59\.0 .*≤ 60 +reached$/);
        assert.match(lines.find((line) => line.includes('TensorFlow fit')), /1,000 .*≥ 3 +not measured$/);
    });
});

describe('the runner', () => {
    it('says what a program complained of, and keeps what it said before', async () => {
        const program = 'console.log("half"); throw new TypeError("no such thing")';
        await assert.rejects(run(process.execPath, ['-e', program]), (error) => {
            assert.match(error.message, /ended with 1: TypeError: no such thing$/);
            assert.equal(error.output, 'half\n');
            return true;
        });
        assert.equal(complaintIn('first\nlast\n'), 'last');
        await assert.rejects(run('/no/such/program', []));
    });

    it('finds the accuracy in what scrawl eval prints', async () => {
        const model = join(ROOT, 'models', 'small.safetensors');
        const { output } = await run(built('scrawl'), ['eval', model, '--data', built('mnist')]);
        assert.ok(accuracyIn(output) > 0.99 && accuracyIn(output) < 1);
        assert.throws(() => accuracyIn('10000 images  loss 0.02\n'), /no accuracy/);
    });

    it('counts no time to 99 % when an attempt fell short', () => {
        const place = { where: 'native-avx2', threads: 2 };
        const good = { accuracy: 0.9902, seconds: 4, peak_mib: 50 };
        const attempts = [{ ...good, seconds: 9 }, good, { ...good, seconds: 5, peak_mib: null }];
        const { measurement } = judgeAttempts(attempts, place);
        assert.deepEqual(makeRow(measurement),
            { what: 'time-to-99', network: 'fast', ...place, seconds: 5, peak_mib: 50 });
        const short = judgeAttempts([good, { ...good, accuracy: 0.9899 }], place);
        assert.equal(short.measurement, null);
        assert.match(short.note, /99\.02 %, 98\.99 %/);
    });

    describe('with a tiny run', () => {
        const folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
        const file = join(folder, 'bench.json');
        let finished;
        before(() => {
            const environment = { ...process.env, MAKEFLAGS: '' };
            const build = process.env.SCRAWL_BUILD ?? 'build';
            const options = { cwd: ROOT, encoding: 'utf8', env: environment };
            const made = spawnSync('make', ['--silent', `BUILD=${build}`, 'bench-programs'], options);
            assert.equal(made.status, 0, made.stderr);
            finished = spawnSync(process.execPath, ['tests/bench/bench.mjs', '--quick', '--out', file], options);
        });

        after(() => rmSync(folder, { recursive: true }));

        const readRows = () => JSON.parse(readFileSync(file, 'utf8'));

        /** Where something was measured, and on how many threads. */
        const placesOf = (rows, what) => rows.filter((row) => row.what === what).map((row) => `${row.where} ${row.threads}`);

        itInBrowser('measures in the browser too, and leaves nothing out', () => {
            assert.equal(finished.status, 0, finished.stdout + finished.stderr);
            for (const what of ['train', 'read-1', 'read-128']) assert.ok(placesOf(readRows(), what).includes('wasm-chromium 1'), what);
        });

        it('writes rows of the right shape and prints them', () => {
            const rows = readRows();
            for (const row of rows) assert.equal(faultOf(row), '', JSON.stringify(row));
            for (const what of ['train', 'read-1', 'read-128']) {
                const places = placesOf(rows, what);
                const native = rows[0].where;
                assert.match(native, /^native-/);
                const natives = THREAD_COUNTS.map((count) => `${native} ${count}`);
                for (const place of [...natives, 'wasm-node 1']) {
                    assert.ok(places.includes(place), `${what}: no ${place}`);
                }
            }
            const lines = finished.stdout.split('\n');
            for (const { what, where } of rows) {
                assert.ok(lines.some((line) => line.startsWith(what) && line.includes(where)), `${what} ${where}`);
            }
        });

        it('refuses what it does not know', () => {
            const bench = (...options) => spawnSync(built('bench'), options, { encoding: 'utf8' });
            for (const options of [['--what', 'sleep'], ['--speed', '9'], ['--what', 'train', '--threads', '0'],
                ['--what', 'train', '--kernels', 'abacus'], ['--what', 'train', '--network', 'conv']]) {
                const { status, stdout, stderr } = bench(...options);
                assert.equal(status, 1, options.join(' '));
                assert.equal(stdout, '');
                assert.match(stderr, /\.\n$/);
            }
        });
    });
});
