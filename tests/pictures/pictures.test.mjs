// `make pictures` draws what the README shows: whole WebP files of the names that are there.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { root } from '../helpers/build.mjs';
import { test } from '../helpers/page_test.mjs';

const LEAST_BYTES = 10_000; // a picture with something on it

test('draws all pictures of the README', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-pictures-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const { status, stderr } = spawnSync(process.execPath, ['tests/pictures/make_pictures.mjs', folder], { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.deepEqual(readdirSync(folder), readdirSync(join(root, '.github', 'pictures')));
    for (const name of readdirSync(folder)) {
        const bytes = readFileSync(join(folder, name));
        assert.equal(bytes.toString('latin1', 8, 12), 'WEBP', name);
        assert.ok(bytes.length > LEAST_BYTES, name);
    }
});
