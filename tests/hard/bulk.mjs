// BULK_PICTURES small pictures, 100,000 of them, read in one run: from a list within the memory that a few take, from a folder
// with no more than its names beside. A run over them is cut short and goes on.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { before, test } from 'node:test';

import { linkManyPictures, makeDoubtingModel, peakMemory, peakMemoryOfList, predict } from '../helpers/bulk.mjs';
import { folder, inFolder, program, read, useModel } from '../helpers/command.mjs';

const MANY = Number(process.env.BULK_PICTURES ?? 100_000), FEW = 500;
/** What the allocator's and the kernel's moods may add, bytes; and a name in a folder with what stands around it. */
const SLACK = 4 * 2 ** 20, NAME = 80;

let names;
useModel();
before(() => {
    makeDoubtingModel();
    names = linkManyPictures('linked', MANY);
});

test(`${MANY} pictures of a list take no more memory than ${FEW}`, async (context) => {
    const few = await peakMemoryOfList(names.slice(0, FEW)), begin = performance.now(), many = await peakMemoryOfList(names);
    context.diagnostic(`peak ${few >> 10} kB of ${FEW}, ${many >> 10} kB of ${MANY}, ${Math.round(MANY / (performance.now() - begin) * 1000)} pictures/s`);
    assert.ok(many < few + SLACK);
});

/** Reads the folder, and resolves to the peak memory when the file of rows was last seen to grow. */
async function peakMemoryOfFolder(...more) {
    const child = spawn(program, predict('--format', 'csv', 'linked', '--out', 'rows.csv', ...more), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise((resolve) => child.on('close', resolve));
    let errors = '', peak = 0;
    child.stderr.on('data', (text) => errors += text);
    while (child.exitCode === null) {
        try {
            peak = Math.max(peak, peakMemory(child.pid));
        } catch {
            break; // it has just ended
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(await ended, 0, errors);
    return { peak, errors };
}

test(`${MANY} pictures of a folder take their names' memory more, resumed too`, async (context) => {
    const few = await peakMemoryOfList(names.slice(0, FEW)), { peak } = await peakMemoryOfFolder();
    const whole = read('rows.csv');
    assert.equal(whole.toString().split('\n').length, MANY + 2);
    fs.utimesSync(inFolder(names[1]), 1, 1); // and of all others that are the same file
    const half = await peakMemoryOfFolder('--resume');
    context.diagnostic(`peak ${few >> 10} kB of ${FEW} in a list, ${peak >> 10} kB of the folder, ${half.peak >> 10} kB resumed: ${half.errors.trim()}`);
    assert.ok(peak < few + SLACK + NAME * MANY && half.peak < peak + SLACK + NAME * MANY);
    assert.match(half.errors, / of them there already/);
    const fresh = spawnSync(program, predict('--format', 'csv', 'linked'), { cwd: folder, maxBuffer: 2 ** 30 });
    assert.ok(fresh.stdout.equals(read('rows.csv')));
});
