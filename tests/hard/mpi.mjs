// A training and a reading that several ranks share, killed KILLS times each: a rank dies at once or mpirun is told to end, at
// random moments, and another number of ranks goes on. What comes of it are the bytes of one process that nothing ended, and
// no process is left behind. SEED chooses ranks and moments.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, test } from 'node:test';

import { linkManyPictures, makeDoubtingModel, predict } from '../helpers/bulk.mjs';
import { exists, inFolder, leftovers, read, scrawlWell, tinyNetwork, useModel } from '../helpers/command.mjs';
import { interruptRanksAfter, remaining, runRanks, skip } from '../helpers/mpi.mjs';
import { Random } from '../helpers/random.mjs';

const KILLS = Number(process.env.KILLS ?? 20);
const MOST_RANKS = 4, PICTURES = 12_000;
const random = new Random(Number(process.env.SEED ?? 1));

/** Of the time that two ranks take for all, how late a kill comes at most. */
const LATEST = 0.3;

useModel();
before(() => {
    makeDoubtingModel();
    linkManyPictures('linked', PICTURES);
});

/** Another number of ranks than before. @param {number} count */
const otherThan = (count) => random.pick([1, 2, 3, MOST_RANKS].filter((other) => other !== count));

/**
 * Starts it again and again, and kills it, until KILLS kills have come and it ends by itself.
 * @param {() => string[]} command as the next ranks shall be told @param {() => void} checkEnd whenever it has ended by itself
 */
async function killAgainAndAgain(command, checkEnd, counts) {
    const begin = performance.now();
    const { status, errors } = runRanks(2, command());
    const time = performance.now() - begin;
    assert.equal(status, 0, errors);
    checkEnd();
    for (let count = 1; counts.kills < KILLS;) {
        count = otherThan(count);
        const rank = random.chance(0.7) ? random.whole(0, count - 1) : null;
        const run = await interruptRanksAfter(count, command(), random.between(0, LATEST * time), rank === null ? 'SIGTERM' : 'SIGKILL', rank);
        assert.deepEqual(await remaining(run.processes), [], 'a rank is left behind');
        assert.ok(run.wasSent || run.status === 0, run.errors);
        counts.kills += run.wasSent;
        counts[rank === null ? 'terms' : 'deaths'] += run.wasSent;
        if (run.status === 0) checkEnd();
    }
    const last = runRanks(otherThan(1), command());
    assert.equal(last.status, 0, last.errors);
    checkEnd();
    return time;
}

const newCounts = () => ({ kills: 0, terms: 0, deaths: 0, resumed: 0, finished: 0 });
const told = (counts, time) => `${counts.kills} kills (${counts.deaths} of a rank, ${counts.terms} of mpirun) of what takes two ranks ${Math.round(time)} ms, `
    + `${counts.resumed} times gone on, ${counts.finished} times finished with the same bytes`;

test(`${KILLS} kills of a training`, { skip }, async (context) => {
    const out = 'killed.safetensors', checkpoint = `${out}.checkpoint`, counts = newCounts();
    const training = (name) => ['train', '--data', 'idx', '--arch', tinyNetwork, '--epochs', '150', '--batch-size', '40', '--validation-split', '0.1',
        '--threads', '1', '--quiet', '--out', name];
    scrawlWell(training('whole.safetensors'));
    const command = () => {
        for (const name of [out, checkpoint].filter(exists)) scrawlWell(['summary', name]); // whole at any moment at which it is there
        if (!exists(checkpoint)) return training(out);
        counts.resumed++;
        return ['train', '--resume', checkpoint, '--data', 'idx', '--threads', '1', '--quiet'];
    };
    const checkEnd = () => {
        assert.ok(read(out).equals(read('whole.safetensors')), `after ${counts.kills} kills the bytes are others`);
        assert.deepEqual(leftovers(), []);
        assert.ok(!exists(checkpoint));
        fs.rmSync(inFolder(out));
        counts.finished++;
    };
    const time = await killAgainAndAgain(command, checkEnd, counts);
    context.diagnostic(told(counts, time));
    assert.ok(counts.resumed > KILLS / 4, 'most kills leave a checkpoint');
});

test(`${KILLS} kills of a reading`, { skip }, async (context) => {
    const counts = newCounts();
    const reading = (name) => predict('--recursive', 'linked', '--threads', '1', '--format', 'csv', '--out', name, '--resume');
    scrawlWell(reading('whole.csv'));
    const command = () => {
        counts.resumed += exists('rows.csv.parts');
        return reading('rows.csv');
    };
    const checkEnd = () => {
        assert.ok(read('rows.csv').equals(read('whole.csv')), `after ${counts.kills} kills the bytes are others`);
        assert.ok(!exists('rows.csv.parts'));
        fs.rmSync(inFolder('rows.csv'));
        counts.finished++;
    };
    const time = await killAgainAndAgain(command, checkEnd, counts);
    context.diagnostic(told(counts, time));
    assert.ok(counts.resumed > KILLS / 4, 'most kills leave rows');
});
