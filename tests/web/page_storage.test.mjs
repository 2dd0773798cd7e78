// The page's storage in a browser's IndexedDB: what a failure leaves.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
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
            const failure = await storage.saveModel(entry('second'), () => {}).then(() => 'none', ({ cause }) => cause.name);
            const later = await storage.changeModel('first', { name: () => {} }).then(() => 'none', ({ cause }) => cause.name);
            await storage.changeModel('first', { accuracy: 1 });
            const models = await storage.models();
            return { failure, later, models: models.map(({ id, name, accuracy }) => [id, name, accuracy]), bytes: [...await storage.modelBytes('first')] };
        });
        assert.deepEqual([result.failure, result.later], ['DataCloneError', 'DataCloneError']);
        assert.deepEqual(result.models, [['first', 'first', 1]]);
        assert.deepEqual(result.bytes, [1, 2, 3]);
    });

    for (const [way, refuse] of Object.entries({
        'no database at all': 'Object.defineProperty(self, "indexedDB", { value: undefined })',
        'opening throws': 'IDBFactory.prototype.open = () => { throw new DOMException("No.", "SecurityError"); }',
        'opening fails': 'IDBFactory.prototype.open = () => { const request = new EventTarget(); setTimeout(() => request.onerror()); return request; }',
        'transactions throw': 'IDBDatabase.prototype.transaction = () => { throw new DOMException("No.", "InvalidStateError"); }',
        'stores throw': 'IDBTransaction.prototype.objectStore = () => { throw new DOMException("No.", "NotFoundError"); }',
        'nothing is read': 'for (const name of ["get", "getAll"]) IDBObjectStore.prototype[name] = () => { throw new DOMException("No.", "DataError"); }',
    })) {
        it(`says one sentence when it is refused: ${way}`, async () => {
            const sentences = await page.evaluate(async (code) => {
                const { createStorage } = await import('./storage.js');
                (0, eval)(code);
                const storage = createStorage();
                const message = (promise) => promise.then(() => 'none', (error) => error.message);
                return [await message(storage.models()), await message(storage.keptDigits()), await message(storage.changeModel('first', { accuracy: 1 }))];
            }, refuse);
            for (const sentence of sentences) assert.equal(sentence, 'The browser could not keep this on the device. Is this a private window?');
        });
    }

    it('doesn’t wait for ever for a database that never answers', async () => {
        await page.clock.install();
        const sentence = page.evaluate(async () => {
            const { createStorage } = await import('./storage.js');
            IDBFactory.prototype.open = () => new EventTarget();
            return createStorage().models().then(() => 'none', ({ message }) => message);
        });
        await page.clock.runFor(20_000);
        assert.match(await sentence, /^The browser could not keep this on the device\./);
    });

    it('says when there is no room', async () => {
        const sentence = await page.evaluate(async () => {
            const { createStorage } = await import('./storage.js');
            IDBObjectStore.prototype.put = () => {
                throw new DOMException('Full.', 'QuotaExceededError');
            };
            return createStorage().useModel('small').then(() => 'none', ({ message }) => message);
        });
        assert.equal(sentence, 'The browser could not keep this on the device. There is no room left for it.');
    });
});
