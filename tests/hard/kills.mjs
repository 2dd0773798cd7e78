// A training that is killed KILLS times at random moments and goes on each time: to the same bytes as one that never was, and
// at no moment is half a file there. SEED chooses the moments.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { exists, inFolder, killAfter, leftovers, read, scrawlWell, train, useModel } from '../helpers/command.mjs';
import { Random } from '../helpers/random.mjs';

const KILLS = Number(process.env.KILLS ?? 50);
const random = new Random(Number(process.env.SEED ?? 1));

useModel();

/** Of the whole training's time, how late a kill comes at most: some come before the first checkpoint. */
const LATEST = 0.25;
const OUT = 'killed.safetensors', CHECKPOINT = `${OUT}.checkpoint`;
const training = (out) => train('--epochs', '60', '--batch-size', '4', '--validation-split', '0.1', '--quiet', '--out', out);
const resumption = ['train', '--resume', CHECKPOINT, '--data', 'idx', '--quiet'];

/** Resolves to whether a run was killed after so long; one that wasn't must have ended well. */
async function killed(commandArguments, milliseconds) {
    const { wasKilled, status, errors } = await killAfter(commandArguments, milliseconds);
    assert.ok(wasKilled || status === 0, errors);
    return wasKilled;
}

/** A checkpoint or a model is whole at any moment at which it is there. @returns {boolean} whether it is there */
function isWhole(name) {
    if (exists(name)) scrawlWell(['summary', name]);
    return exists(name);
}

test(`${KILLS} kills at random moments`, async (context) => {
    const begin = performance.now();
    scrawlWell(training('whole.safetensors'));
    const time = performance.now() - begin;
    const counts = { kills: 0, resumed: 0, finished: 0 };
    for (let isEnding = false; !isEnding;) {
        isEnding = counts.kills >= KILLS;
        const isResumed = isWhole(CHECKPOINT);
        counts.resumed += isResumed;
        isWhole(OUT);
        const wasKilled = await killed(isResumed ? resumption : training(OUT), isEnding ? 2 ** 30 : random.between(0, LATEST * time));
        counts.kills += wasKilled;
        if (wasKilled) continue;
        counts.finished++;
        assert.ok(read(OUT).equals(read('whole.safetensors')), `after ${counts.kills} kills the bytes are others`);
        assert.deepEqual(leftovers(), []);
        assert.ok(!exists(CHECKPOINT));
        fs.rmSync(inFolder(OUT));
    }
    context.diagnostic(`${counts.kills} kills of a training of ${Math.round(time)} ms, ${counts.resumed} times gone on, ${counts.finished} times finished with the same bytes`);
    assert.ok(counts.resumed > KILLS / 4, 'most kills leave a checkpoint');
});
