// The benchmark: its arithmetic, its bars, and the shape of what a tiny run writes. No speed is ever asserted.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { BARS, barsFor, barTable, judge } from './bars.mjs';
import { describeProcessor, processorName } from './machine.mjs';
import { accuracyIn, complaintIn, judgeAttempt, run, THREAD_COUNTS, WASM_TABLES } from './measurements.mjs';
import { apart, areDisturbed, pairedRatio, pairRounds, roundsApart } from './pairing.mjs';
import { Answerer } from './peers/programs.mjs';
import { makePictures } from './pictures.mjs';
import { efficiency, linkTable, markdown, medianShares, predictedStep, repeated, speedTable, trafficTable } from './ranks.mjs';
import { makeRow, medianRows, mergeRows, nativePlace, resultField } from './results.mjs';
import { median, Sampler, sampleRate } from './site/sampling.js';
import { built } from '../helpers/build.mjs';
import { skip as withoutMpi } from '../helpers/mpirun.mjs';
import { it as itInBrowser } from '../helpers/page_test.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What is wrong with a row of bench.json; '' when nothing is. */
function faultOf(row) {
    const field = resultField(row.what);
    const fields = ['what', 'network', 'where', 'kernels', 'threads', field, 'peak_mib', 'apart', 'processor'];
    if (Object.keys(row).join() !== fields.join()) return `its fields are ${Object.keys(row).join()}`;
    if (!['train', 'read-1', 'read-128', 'time-to-99', 'predict-folder', 'products', 'peak'].includes(row.what)) return `what is ${row.what}`;
    if (!['fast', 'small', 'tutorial', 'best', null].includes(row.network)) return `network is ${row.network}`;
    if (typeof row.where !== 'string' || !row.where) return `where is ${row.where}`;
    if (row.kernels !== null && !row.kernels) return `kernels is ${row.kernels}`;
    if (!Number.isInteger(row.threads) || row.threads < 1) return `threads is ${row.threads}`;
    if (!Number.isFinite(row[field]) || row[field] <= 0) return `the result is ${row[field]}`;
    if (row.peak_mib !== null && !(row.peak_mib > 0)) return `peak_mib is ${row.peak_mib}`;
    if (row.apart !== null && !(row.apart >= 0)) return `apart is ${row.apart}`;
    if (typeof row.processor !== 'string' || !row.processor) return `processor is ${row.processor}`;
    return '';
}

const PROCESSOR = 'Abacus 3, 2 cores';
const ROW = {
    what: 'train', network: 'tutorial', where: 'native-avx2', kernels: 'avx2', threads: 2, images_per_second: 1000,
    peak_mib: 100, apart: null, processor: PROCESSOR,
};
/** @param {number} ours @param {...number} theirs images per second */
const roundOf = (ours, ...theirs) => ({
    ours: { ...ROW, images_per_second: ours },
    theirs: theirs.map((images_per_second, i) => ({ ...ROW, where: `peer ${i}`, images_per_second })),
});

describe('the arithmetic of measurements', () => {
    it('takes medians without touching the values', () => {
        const values = [30, 4, 100];
        assert.equal(median(values), 30);
        assert.deepEqual(values, [30, 4, 100]);
        assert.equal(median([2, 1]), 2);
        assert.equal(median([7]), 7);
        assert.throws(() => median([]), RangeError);
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

describe('the processor', () => {
    const field = (name, value) => `${name}\t: ${value}\n`;

    it('has its name and its cores', () => {
        const text = field('processor', 0) + field('model', 1) + field('model name', 'AMD EPYC 7763 64-Core Processor');
        assert.equal(describeProcessor(text, 'other', 2), 'AMD EPYC 7763 64-Core Processor, 2 cores');
        assert.equal(describeProcessor('', 'Apple M2', 1), 'Apple M2, 1 core');
    });

    it('has family, model and vector extensions too where its name says nothing', () => {
        const text = field('cpu family', 6) + field('model', 143) + field('model name', 'Intel(R) Xeon(R) Processor')
            + field('stepping', 8) + field('flags', 'fpu sse2 avx avx2 fma avx512f amx_tile');
        assert.equal(describeProcessor(text, '', 2),
            'Intel(R) Xeon(R) Processor (family 6 model 143 stepping 8 avx avx2 fma avx512f amx_tile), 2 cores');
        assert.equal(describeProcessor(field('Features', 'fp asimd sve'), '', 4), 'unknown processor (asimd sve), 4 cores');
        assert.match(processorName(), /, \d+ cores?$/);
    });
});

describe('rows', () => {
    it('have the fields of the file and nothing else', () => {
        const row = makeRow({ ...ROW, images_per_second: 1000.4, operations_per_image: 7 }, PROCESSOR);
        assert.deepEqual(row, ROW);
        assert.equal(faultOf(row), '');
        for (const [what, result] of [['time-to-99', { seconds: 4.987654 }], ['products', { gflops: 170.123 }]]) {
            assert.equal(faultOf(makeRow({ ...ROW, what, ...result }, PROCESSOR)), '', what);
        }
        assert.equal(makeRow({ ...ROW, images_per_second: 8.765 }, PROCESSOR).images_per_second, 8.77);
        assert.equal(makeRow({ ...ROW, kernels: undefined }, PROCESSOR).kernels, null);
    });

    it('with faults are noticed by the check that this file relies on', () => {
        const faulty = [
            { ...ROW, what: 'eat' }, { ...ROW, network: 'large' }, { ...ROW, where: '' }, { ...ROW, threads: 0 },
            { ...ROW, images_per_second: 0 }, { ...ROW, images_per_second: NaN }, { ...ROW, peak_mib: 0 },
            { ...ROW, peak_mib: undefined }, { ...ROW, extra: 1 }, { ...ROW, seconds: 1 }, { ...ROW, kernels: '' },
            { ...ROW, what: 'time-to-99' }, { ...ROW, apart: -1 }, { ...ROW, processor: '' },
        ];
        for (const row of faulty) assert.notEqual(faultOf(row), '', JSON.stringify(row));
    });

    it('name what every processor has the baseline', () => {
        assert.equal(nativePlace('sse2'), 'native-baseline');
        assert.equal(nativePlace('baseline'), 'native-baseline');
        assert.equal(nativePlace('avx512'), 'native-avx512');
    });

    it('replace older ones of the same measurement by the same kernels on the same processor', () => {
        const newer = { ...ROW, images_per_second: 2000 };
        for (const other of [{ threads: 1 }, { kernels: 'avx512' }, { processor: 'other' }].map((more) => ({ ...ROW, ...more }))) {
            assert.deepEqual(mergeRows([ROW, other], [newer]), [newer, other]);
            assert.deepEqual(mergeRows([ROW], [other]), [ROW, other]);
        }
    });

    it('of several rounds become one, which says how far they lay apart', () => {
        const other = { ...ROW, kernels: 'wasm-simd128' };
        const rounds = [ROW, other, { ...ROW, images_per_second: 1200, peak_mib: 150 }, { ...ROW, images_per_second: 900 }];
        assert.deepEqual(medianRows(rounds), [{ ...ROW, peak_mib: 150, apart: 0.3 }, other]);
        assert.equal(medianRows([{ ...ROW, peak_mib: null }])[0].peak_mib, null);
    });
});

describe('rounds', () => {
    const pace = { rounds: 3, most: 6 };
    /** Serves rounds one after the other, and counts them. */
    const served = async (rounds) => {
        let count = 0;
        const used = await pairRounds(async () => rounds[count++] ?? rounds.at(-1), pace);
        return { used, count };
    };

    it('have the median of their ratios, each against the fastest of its round', () => {
        const rounds = [roundOf(900, 300, 100), roundOf(1000, 200, 250), roundOf(1100, 200, 100)];
        assert.equal(pairedRatio(rounds), 4);
        assert.equal(pairedRatio([roundOf(10)]), null);
        const times = [10, 40].map((seconds) => ({ ...ROW, images_per_second: undefined, what: 'predict-folder', seconds }));
        assert.equal(pairedRatio([{ ours: times[0], theirs: [times[1]] }]), 4);
    });

    it('lie as far apart as ours or as theirs', () => {
        assert.equal(apart([90, 100, 110]), 0.2);
        assert.equal(roundsApart([roundOf(100, 50), roundOf(100, 60), roundOf(100, 50)]), 0.2);
        assert.equal(roundsApart([roundOf(100), roundOf(110)]), 10 / 110);
        assert.equal(areDisturbed([roundOf(100, 50), roundOf(114, 50), roundOf(100, 50)]), false);
        assert.equal(areDisturbed([roundOf(100, 50), roundOf(116, 50), roundOf(100, 50)]), true);
        assert.equal(areDisturbed([roundOf(100, 50), roundOf(100, 70), roundOf(100, 50)]), true);
    });

    it('that agree are enough', async () => {
        const { used, count } = await served([roundOf(100, 50)]);
        assert.deepEqual([used.length, count], [3, 3]);
    });

    it('are repeated until the last of them agree', async () => {
        const { used, count } = await served([roundOf(50, 50), roundOf(100, 50), roundOf(101, 50), roundOf(102, 50)]);
        assert.deepEqual(used.map(({ ours }) => ours.images_per_second), [100, 101, 102]);
        assert.equal(count, 4);
    });

    it('are not repeated for ever, and disturbed then', async () => {
        const { used, count } = await served([100, 50, 100, 50, 100, 50, 100].map((speed) => roundOf(speed, 50)));
        assert.equal(count, pace.most);
        assert.equal(used.length, pace.rounds);
        assert.equal(areDisturbed(used), true);
    });

    it('are none where ours can not be measured', async () => {
        assert.deepEqual((await served([null])).used, []);
    });

    it('measure ours and theirs in turns', async () => {
        const order = [];
        const measure = async (name) => (order.push(name), { ...ROW, where: name });
        await pairRounds(async () => ({ ours: await measure('ours'), theirs: [await measure('theirs')] }), { rounds: 2, most: 4 });
        assert.deepEqual(order, ['ours', 'theirs', 'ours', 'theirs']);
    });
});

describe('bars', () => {
    const request = (by) => ({ by, what: 'train', threads: 2 });
    const bar = { title: 'x', ours: request('native'), theirs: [request('tensorflow')], least: 3 };
    const rounds = [roundOf(1000, 200), roundOf(1000, 250), roundOf(1100, 250)];

    it('are on the paired ratio', () => {
        const wide = rounds.map((round) => ({ ...round, theirs: [{ ...round.theirs[0], images_per_second: 250 }] }));
        assert.deepEqual(judge(bar, wide, {}), { ours: 1000, theirs: 250, value: 4, apart: 0.1, verdict: 'reached' });
        assert.equal(judge({ ...bar, least: 4.1 }, wide, {}).verdict, 'missed');
        assert.equal(judge({ ...bar, least: undefined }, wide, {}).verdict, '');
    });

    it('are neither reached nor missed in disturbed rounds', () => {
        for (const least of [0.1, 3, 100]) assert.equal(judge({ ...bar, least }, rounds, {}).verdict, 'disturbed');
        const seconds = [4, 5].map((value) => ({ ours: { ...ROW, what: 'time-to-99', images_per_second: undefined, seconds: value }, theirs: [] }));
        const time = { title: 'x', ours: request('native'), field: 'seconds', most: 6 };
        assert.equal(judge(time, seconds, {}).verdict, 'disturbed');
        assert.equal(judge(time, seconds.slice(0, 1), {}).verdict, 'reached');
        assert.equal(judge({ ...time, most: 3 }, seconds.slice(0, 1), {}).verdict, 'missed');
    });

    it('stay open without a peer or without ours', () => {
        assert.equal(judge(bar, [roundOf(1000)], {}).verdict, 'not measured');
        assert.equal(judge(bar, [], {}).verdict, 'not measured');
    });

    it('know limits of memory and facts', () => {
        const memory = { title: 'x', ours: request('native'), field: 'megabytes', most: 105 };
        assert.deepEqual([judge(memory, rounds, {}).value, judge(memory, rounds, {}).verdict], [104.8576, 'reached']);
        assert.equal(judge(memory, [{ ours: { ...ROW, peak_mib: null }, theirs: [] }], {}).verdict, 'not measured');
        const size = { title: 'x', fact: 'kilobytes', most: 60 };
        assert.equal(judge(size, [], { kilobytes: 61 }).verdict, 'missed');
        assert.equal(judge(size, [], {}).verdict, 'not measured');
    });

    it('are those of the processor', () => {
        const titled = (tables) => barsFor(tables).filter(({ title }) => title.includes('TensorFlow fit') && title.includes('train, native'));
        assert.deepEqual(titled(['avx512', 'avx2', 'sse2']).map(({ least }) => least), [2.7]);
        assert.deepEqual(titled(['avx2', 'sse2']).map(({ least }) => least), [3.5]);
        const tables = (list) => barsFor(list).filter(({ has }) => has).map(({ has }) => has);
        assert.deepEqual(new Set(tables(['avx2', 'sse2'])), new Set(['avx2', 'sse2']));
    });

    it('all have something that they measure, at most one limit, and a line in the table', () => {
        for (const { title, least, most, ours, theirs, field, fact } of BARS) {
            assert.ok([least, most].filter((limit) => limit !== undefined).length <= 1, title);
            assert.ok(fact || (ours && Boolean(theirs) !== Boolean(field)), title);
            for (const { by, what, threads } of [ours, ...theirs ?? []].filter(Boolean)) assert.ok(by && what && threads, title);
        }
        const results = BARS.map((each) => ({ bar: each, rounds: each.title.includes('ORT Web') ? [roundOf(1000, 250)] : [] }));
        const lines = barTable(results, { plainKilobytes: 59 }).split('\n');
        assert.equal(lines.length, BARS.length + 2);
        assert.match(lines.find((line) => line.includes('plain SIMD, gzip')), /59\.0 .*≤ 127 +reached$/);
        assert.match(lines.find((line) => line.includes('TensorFlow fit')), /≥ 2\.7 +not measured$/);
        assert.match(lines.find((line) => line.includes('ORT Web')), /4\.00 × .*≥ 2\.5 +reached, without onnxruntime-web, tfjs-wasm, litert-js$/);
    });
});

describe('what is said of ranks', () => {
    const share = { seconds: 0.01, exchanges: 10, messages: 10, sent: 1e6, received: 1e6, meanwhile: [] };
    const wire = { gigabits: 10, latency: 50e-6 };

    it('predicts a step by the slowest rank, all waits and the most bytes', () => {
        assert.equal(predictedStep([share], wire), 0.01, 'one process waits for nobody');
        const bytes = 3e6 * 8 / 1e10 / (1448 / 1538);
        const unlike = [share, { ...share, seconds: 0.02 }, { ...share, exchanges: 12 }, { ...share, received: 3e6 }];
        assert.ok(Math.abs(predictedStep(unlike, wire) - (0.02 + (12 + 2) * 50e-6 + bytes)) < 1e-12);
        assert.ok(predictedStep(unlike, { ...wire, gigabits: 1 }) - predictedStep(unlike, wire) - 9 * bytes < 1e-12);
    });

    it('counts of what travels meanwhile only what takes longer', () => {
        const bytes = 1e6 * 8 / 1e10 / (1448 / 1538);
        const half = { sent: 5e5, received: 4e5 }, rest = 50e-6 + bytes / 2 - 1e-4;
        const travelling = (seconds) => [share, { ...share, meanwhile: [{ ...half, seconds }] }];
        const alike = (seconds) => travelling(seconds).map((each) => ({ ...each, meanwhile: [{ ...half, received: 5e5, seconds }] }));
        assert.ok(Math.abs(predictedStep(alike(1), wire) - (0.01 + (9 + 1) * 50e-6 + bytes / 2)) < 1e-12);
        assert.ok(Math.abs(predictedStep(alike(1e-4), wire) - predictedStep(alike(1), wire) - rest) < 1e-12);
        assert.ok(Math.abs(predictedStep(travelling(1), wire) - (0.01 + (10 + 1) * 50e-6 + bytes)) < 1e-12, 'one that waits');
    });

    it('knows how much of their work ranks do', () => {
        assert.equal(efficiency(0.04, 0.01, 4), 1);
        assert.equal(efficiency(0.04, 0.02, 4), 0.5);
        const ranks = [{ ...share, seconds: 0.02 }, { ...share, seconds: 0.021 }];
        assert.ok(Math.abs(repeated({ alone: { ...share, seconds: 0.04 }, ranks }) - 0.002) < 1e-12, 'of 40 ms 38 are shared');
    });

    it('takes the median of each rank', () => {
        const rounds = [[7, 1, 6], [9, 3, 4], [8, 2, 5]].map((seconds) => seconds.map((each) => ({ ...share, seconds: each })));
        const { alone, ranks } = medianShares(rounds.map(([first, ...others]) => ({ alone: first, ranks: others })));
        assert.deepEqual([alone, ...ranks].map(({ seconds }) => seconds), [8, 2, 5]);
    });

    it('stands in tables of Markdown', () => {
        assert.equal(markdown([['a', 'long'], ['b', 'c']]), '| a   | long |\n| --- | ---- |\n| b   | c    |');
        const rounds = [[1000, 2000, 1900], [1100, 2000, 1870], [900, 1700, 1530]].map(([oneThread, twoThreads, twoRanks]) => ({ oneThread, twoThreads, twoRanks }));
        assert.match(speedTable([['best', rounds]]), /^\| `best` +\| 1,000 +\| 2,000 +\| 1,870 +\| 1\.70 × +\| 0\.94 × +\| 20 % +\|$/m);
        const single = rounds.map((round) => ({ ...round, twoThreads: null }));
        assert.match(speedTable([['best', single]]), /\| 1,000 +\| – +\| 1,870 +\| 1\.70 × +\| – +\| 20 % +\|$/m, 'one processor');
        const counts = [[share, { ...share, messages: 12 }], [share, share, { ...share, exchanges: 11, sent: 2_345_678 }]].map((ranks) => ({ alone: share, ranks }));
        assert.match(trafficTable([['best', counts]]), /^\| network \| 2 ranks +\| 3 ranks +\|\n.*\n\| `best` +\| 10, 12, 1\.00 MB \| 11, 10, 2\.35 MB \|$/m);
        const alone = { ...share, seconds: 0.04 }, two = { alone, ranks: [share, share].map((each) => ({ ...each, seconds: 0.02 })) };
        const row = { network: 'best', wire, two, four: { alone, ranks: [share, share, share, share] } };
        assert.match(linkTable([{ ...row, measured: 0.0256 }]), /^\| `best` +\| 10 +\| 40\.0 +\| 25\.6 +\| 21\.4 +\| 11\.4 +\| 0\.87 +\|$/m);
        assert.match(linkTable([{ ...row, measured: null }]), /\| 40\.0 +\| – +\| 21\.4 /);
    });
});

describe("a peer's program", () => {
    const program = (body) => new Answerer(process.execPath, ['-e', `
        console.log('a line of its own'); console.log('{"ready": true}');
        require('readline').createInterface({ input: process.stdin }).on('line', (line) => { ${body} });`]);

    it('answers each request, and ends when there are no more', async () => {
        const answerer = program('console.log(JSON.stringify({ twice: 2 * JSON.parse(line).value }))');
        assert.deepEqual(await answerer.next(), { ready: true });
        for (const value of [1, 2]) assert.deepEqual(await answerer.ask({ value }), { twice: 2 * value });
        await answerer.stop();
    });

    it('says what it can not do, or what it ended with', async () => {
        const answerer = program(`console.log('{"error": "There is no such thing."}')`);
        await answerer.next();
        await assert.rejects(answerer.ask({}), /no such thing/);
        await answerer.stop();
        const broken = program('throw new TypeError("broken")');
        await broken.next();
        await assert.rejects(broken.ask({}), /ended with 1: TypeError: broken/);
        await assert.rejects(new Answerer('/no/such/program', []).next(), /ENOENT/);
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

    it('counts no time to 99 % of an attempt that fell short', () => {
        const place = { where: 'native-avx2', kernels: 'avx2', threads: 2 };
        const good = { accuracy: 0.9902, seconds: 4, peak_mib: 50 };
        assert.deepEqual(judgeAttempt(good, place), { what: 'time-to-99', network: 'fast', ...place, seconds: 4, peak_mib: 50 });
        assert.throws(() => judgeAttempt({ ...good, accuracy: 0.9899 }, place), /short of 99\.0 %: 98\.99 %/);
    });

    it('makes pictures that scrawl reads', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
        try {
            const pictures = join(folder, 'pictures');
            makePictures(pictures, built('mnist'), 20);
            const { output } = await run(built('scrawl'), ['predict', '--threads', '2', pictures]);
            const lines = output.trim().split('\n');
            assert.equal(lines.length, 20);
            assert.ok(lines.filter((line) => /\d/.test(line.split(/\s+/).slice(1).join(' '))).length >= 18, output);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    describe('with a tiny run', () => {
        const folder = mkdtempSync(join(tmpdir(), 'scrawl-'));
        const file = join(folder, 'bench.json');
        let finished;
        before(() => {
            const environment = { ...process.env, MAKEFLAGS: '' };
            const build = process.env.SCRAWL_BUILD ?? 'build';
            const options = { cwd: ROOT, encoding: 'utf8', env: environment };
            const made = spawnSync('make', ['--silent', `BUILD=${build}`, 'bench-programs', 'bench-mpi-programs'], options);
            assert.equal(made.status, 0, made.stderr);
            finished = spawnSync(process.execPath, ['tests/bench/bench.mjs', '--quick', '--out', file], options);
        });

        after(() => rmSync(folder, { recursive: true }));

        const readRows = () => JSON.parse(readFileSync(file, 'utf8'));

        /** Where something was measured, and on how many threads. */
        const placesOf = (rows, what) => rows.filter((row) => row.what === what).map((row) => `${row.where} ${row.kernels} ${row.threads}`);

        itInBrowser('measures in the browser too, and leaves nothing out', () => {
            assert.equal(finished.status, 0, finished.stdout + finished.stderr);
            for (const what of ['train', 'read-1', 'read-128']) assert.ok(placesOf(readRows(), what).includes('wasm-chromium wasm-simd128 1'), what);
        });

        it('writes rows of the right shape and prints them', () => {
            const rows = readRows();
            for (const row of rows) assert.equal(faultOf(row), '', JSON.stringify(row));
            for (const what of ['train', 'read-1', 'read-128']) {
                const places = placesOf(rows, what);
                const native = rows[0].where;
                assert.match(native, /^native-/);
                const natives = THREAD_COUNTS.map((count) => `${native} ${rows[0].kernels} ${count}`);
                for (const place of [...natives, `wasm-node ${WASM_TABLES[0]} 1`]) {
                    assert.ok(places.includes(place), `${what}: no ${place}`);
                }
            }
            const lines = finished.stdout.split('\n');
            assert.equal(lines[0], processorName());
            for (const { what, where, kernels } of rows) {
                assert.ok(lines.some((line) => line.startsWith(what) && line.includes(`${where} `) && line.includes(kernels)), `${what} ${where}`);
            }
        });

        it('counts the operations of the products of training', () => {
            const { stdout } = spawnSync(built('bench_products'), ['--quick', '--network', 'small'], { encoding: 'utf8' });
            const { gflops, share_of_time, multiply_panels } = JSON.parse(stdout);
            assert.ok(gflops > 0 && multiply_panels.gflops > 0 && share_of_time > 0 && share_of_time < 1, stdout);
        });

        it('computes every rank by itself, and counts what it exchanges', () => {
            for (const count of [2, 3]) {
                const { stdout, stderr } = spawnSync(built('bench_share'), ['--quick', '--network', 'fast', '--ranks', `${count}`], { encoding: 'utf8' });
                assert.equal(stderr, '');
                const { alone, ranks } = JSON.parse(stdout), sum = (of) => ranks.reduce((all, rank) => all + rank[of], 0);
                assert.equal(ranks.length, count);
                assert.equal(alone.exchanges + alone.messages + alone.sent, 0);
                assert.equal(new Set(ranks.map(({ exchanges }) => exchanges)).size, 1, 'all wait for each other');
                assert.equal(sum('sent'), sum('received'));
                assert.ok(sum('messages') > 0 && sum('sent') > 0);
                for (const { seconds } of [alone, ...ranks]) assert.ok(seconds > 0);
            }
        });

        it('measures among ranks too, and leaves no namespace', { skip: withoutMpi }, () => {
            const { status, stdout, stderr } = spawnSync(process.execPath, ['tests/bench/mpi.mjs', '--quick'], { cwd: ROOT, encoding: 'utf8' });
            assert.equal(status, 0, stderr);
            assert.match(stdout, /^\| `fast` +\| [\d,]+ +\|.* × +\| \d+ % +\|$/m, 'speeds');
            assert.match(stdout, /^\| `fast` +\| \d+, \d+, [\d.]+ MB \|/m, 'traffic');
            assert.equal(stdout.match(/^\| `fast` +\| (1|10|25) +\| [\d.]+ +\| ([\d.]+|–) +\|/gm)?.length, 3, 'links');
            assert.match(stdout, /^(Shaped to 25 Gb\/s: \d+ µs|No link was measured: .)/m);
            assert.doesNotMatch(spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout ?? '', /scrawl-bench/);
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
            for (const [program, ...options] of [['bench_share', '--speed', '9'], ['bench_share', '--ranks', '99'], ['bench_share', '--ranks', '9'], ['bench_exchange', 'no.so']]) {
                const { status, stdout, stderr } = spawnSync(built(program), options, { encoding: 'utf8' });
                assert.equal(status, 1, options.join(' '));
                assert.equal(stdout, '');
                assert.match(stderr, /\.(\n| |S)/);
            }
        });
    });
});
