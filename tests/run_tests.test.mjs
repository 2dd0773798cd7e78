// What runs the script tests: it takes the first browser that starts, and a run without the page's tests is none that passed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';

import { root } from './helpers/build.mjs';
import { counted, judgement, startingBrowser } from './run_tests.mjs';

/** A file with one test of the page and another one, run: { status, output }. */
function run(context, variables, body = '') {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-run-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const helper = pathToFileURL(join(root, 'tests/helpers/page_test.mjs'));
    writeFileSync(join(folder, 'one.test.mjs'), `import { test } from 'node:test';\ntest('plain', () => {${body}});\n`);
    writeFileSync(join(folder, 'two.test.mjs'), `import { before, beforeEach, describe, it, test } from '${helper}';
before(() => { throw new Error('There is a browser.'); });
beforeEach(() => { throw new Error('There is a browser.'); });
test('of the page', () => { throw new Error('There is a browser.'); });
describe('more', () => { it('of the page', () => { throw new Error('There is a browser.'); }); });\n`);
    const { NODE_TEST_CONTEXT, CHROMIUM, NO_BROWSER, WITHOUT, ...environment } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['tests/run_tests.mjs', '--note', join(folder, 'note'), join(folder, 'one.test.mjs'), join(folder, 'two.test.mjs')],
        { cwd: root, encoding: 'utf8', env: { ...environment, NO_MPI: '', ...variables } });
    const note = existsSync(join(folder, 'note')) ? readFileSync(join(folder, 'note'), 'utf8') : '';
    return { status, output: stdout + stderr, note };
}

test('without a browser the tests of the page are skipped, counted, and the run fails with the reason', (context) => {
    const { status, output, note } = run(context, { CHROMIUM: '/no/such/browser' });
    assert.ok(note.startsWith('2 tests were skipped, because ') && output.endsWith(note), note);
    assert.equal(counted(output, 'skipped'), 2);
    assert.equal(counted(output, 'pass'), 1);
    assert.match(output, /^2 tests were skipped, because \/no\/such\/browser does not start: .*\. All others passed; WITHOUT=page lets that be enough\.$/m);
    assert.equal(status, 3);
});

test('WITHOUT=page lets that be enough, but hides no failure', (context) => {
    const right = run(context, { WITHOUT: 'page' });
    assert.equal(right.status, 0, right.output);
    assert.match(right.output, /^2 tests were skipped, because WITHOUT=page asks for that\.$/m);
    const wrong = run(context, { WITHOUT: 'page' }, 'throw new Error("wrong")');
    assert.equal(wrong.status, 1);
});

test('without MPI the last sentence says so, which is no failure', (context) => {
    const { status, output, note } = run(context, { WITHOUT: 'page', NO_MPI: 'there is no MPI here' });
    assert.equal(status, 0, output);
    assert.match(output, /^The tests of several ranks will be skipped, because there is no MPI here\.$/m);
    assert.equal(note, '2 tests were skipped, because WITHOUT=page asks for that, and there is no MPI here.\n');
    assert.deepEqual(judgement({ status: 0, skipped: 9, mpi: 'there is none' }), { sentence: '9 tests were skipped, because there is none.', status: 0 });
    assert.deepEqual(judgement({ status: 0, skipped: 9 }), { sentence: null, status: 0 });
});

test('the first browser that starts is taken', async () => {
    const launch = async (program) => {
        if (program !== 'good') throw new Error(`no ${program}\nmore`);
        return { close: async () => {} };
    };
    assert.deepEqual(await startingBrowser(['stub', 'good', 'other'], launch), { program: 'good' });
    assert.deepEqual(await startingBrowser(['stub'], launch), { reason: 'stub does not start: no stub' });
    assert.match((await startingBrowser([], launch)).reason, /^there is no Chromium here/);
});
