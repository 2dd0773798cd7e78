// What calls are told: options that nobody knows are refused by every call, and a picture may be a file as pages have it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { easyImages, picture } from '../helpers/handwriting.mjs';
import { encodePng } from '../helpers/png.mjs';
import { createScrawl, TINY } from '../helpers/scrawl.mjs';

describe('the arguments of calls', () => {
    let scrawl, png;
    before(async () => {
        scrawl = await createScrawl();
        png = encodePng(picture('2037'));
    });
    after(() => scrawl.free());

    it('a misspelt option is a TypeError that names it and those there are', async () => {
        const image = new Uint8Array(784), data = easyImages(20);
        const calls = {
            predict: (options) => scrawl.predict(png, options),
            predictStrokes: (options) => scrawl.predictStrokes([], options),
            predictImages: (options) => scrawl.predictImages(image, options),
            inspect: (options) => scrawl.inspect(image, options),
            filters: (options) => scrawl.filters(options),
            evaluate: (options) => scrawl.evaluate(data, options),
            checkArchitecture: (options) => scrawl.checkArchitecture('small', options),
            startTraining: (options) => scrawl.startTraining(data, { architecture: TINY, ...options }),
            resumeTraining: (options) => scrawl.resumeTraining(new Uint8Array(), data, options),
            createScrawl: (options) => createScrawl(options),
        };
        for (const [name, call] of Object.entries(calls)) {
            await assert.rejects(async () => call({ singel: true }), (error) => error instanceof TypeError && /"singel"/.test(error.message), name);
        }
        assert.throws(() => scrawl.predict(png, { singel: true }), /A reading has no option "singel"\. It knows: single, explain/);
        assert.throws(() => scrawl.predict(png, true), TypeError);
        assert.equal(scrawl.predict(png, { singel: undefined }).text, '2037');
        assert.equal(scrawl.predict(png, null).text, '2037');
        assert.equal(scrawl.predict(png, { transfer: true }).text, '2037');
    });

    it('a picture may be a Blob or a File', async () => {
        const expected = scrawl.predict(png, { explain: true });
        assert.deepEqual(await scrawl.predict(new Blob([png], { type: 'image/png' }), { explain: true }), expected);
        if (typeof File === 'function') assert.equal((await scrawl.predict(new File([png], 'page.png'))).text, '2037');
        await assert.rejects(scrawl.predict(new Blob(['no picture'])), { code: 'INVALID_PICTURE' });
        assert.throws(() => scrawl.predict(new Blob([png]), { singel: true }), TypeError);
    });
});
