// The page's storage in a browser's IndexedDB: what a failure leaves.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { useTryPage } from '../helpers/try_page.mjs';

const SOURCE = readFileSync(new URL('../../web/page/storage/storage.js', import.meta.url), 'utf8');

const site = useTryPage();
let page;

beforeEach(async () => {
    page = await site.open(() => {});
    await page.route('**/storage.js', (route) => route.fulfill({ contentType: 'text/javascript', body: SOURCE }));
});

afterEach(() => page.context().close());

describe('The storage', () => {
    it('writes a change whole or not at all', async () => {
        const result = await page.evaluate(async () => {
            const { createStorage } = await import('./storage.js');
            const storage = createStorage();
            const entry = (id) => ({ id, name: id, architecture: '', parameters: 0, size: 0, accuracy: null, created: 0, taughtFrom: null });
            await storage.saveModel(entry('first'), new Uint8Array([1, 2, 3]));
            // The entry can be stored, a function can't.
            const failure = await storage.saveModel(entry('second'), () => {}).then(() => 'none', ({ name }) => name);
            const later = await storage.changeModel('first', { name: () => {} }).then(() => 'none', ({ name }) => name);
            await storage.changeModel('first', { accuracy: 1 });
            const models = await storage.models();
            return { failure, later, models: models.map(({ id, name, accuracy }) => [id, name, accuracy]), bytes: [...await storage.modelBytes('first')] };
        });
        assert.deepEqual([result.failure, result.later], ['DataCloneError', 'DataCloneError']);
        assert.deepEqual(result.models, [['first', 'first', 1]]);
        assert.deepEqual(result.bytes, [1, 2, 3]);
    });
});
