// Who reads which picture, tried on workers that answer when they are told to: order, failure, death, silence, other models.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { Readers } from '../../wasm/client-readers.js';

/** Lets everything go on that waits for nothing else. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

const failure = (code) => Object.assign(new Error(`It is ${code}.`), { code });

/** A worker's end whose answers are given by hand: a reading says who read what with which contents. */
class FakeClient {
    contents = { model: 'none', finder: 'none' };
    isFreed = false;
    /** What it reads: the picture's name and how it ends. */ reads = new Map();

    constructor(name) {
        this.name = name;
    }

    predict(picture) {
        const { model, finder } = this.contents;
        return new Promise((resolve, reject) => {
            if (this.isFreed) throw failure('FREED');
            this.reads.set(picture, {
                end: () => resolve(`${picture} by ${this.name} with ${model}, ${finder}`),
                fail: (code) => reject(failure(code)),
            });
        });
    }

    async loadModel(bytes) {
        this.contents.model = String.fromCharCode(...bytes);
    }

    async loadFinder(bytes) {
        this.contents.finder = bytes ? String.fromCharCode(...bytes) : 'none';
    }

    free() {
        this.isFreed = true;
        for (const { fail } of this.reads.values()) fail('FREED');
    }

    async end(picture) {
        this.reads.get(picture).end();
        this.reads.delete(picture);
        await turn();
    }

    async fail(picture, code) {
        this.reads.get(picture).fail(code);
        this.reads.delete(picture);
        await turn();
    }

    get busy() {
        return [...this.reads.keys()].join();
    }
}

/** Timers that go on when they are told to. */
class FakeTimers {
    #real = { setTimeout, setInterval, clearTimeout, clearInterval };
    #now = 0;
    #timers = new Map();

    constructor() {
        let last = 0;
        const set = (isRepeated) => (call, wait) => {
            this.#timers.set(++last, { call, wait, isRepeated, due: this.#now + wait });
            return last;
        };
        const clear = (timer) => this.#timers.delete(timer);
        Object.assign(globalThis, { setTimeout: set(false), setInterval: set(true), clearTimeout: clear, clearInterval: clear });
    }

    tick(milliseconds) {
        this.#now += milliseconds;
        for (const [name, timer] of [...this.#timers].filter(([, { due }]) => due <= this.#now)) {
            if (timer.isRepeated) timer.due += timer.wait;
            else this.#timers.delete(name);
            timer.call();
        }
    }

    end() {
        Object.assign(globalThis, this.#real);
    }
}

const bytes = (text) => new TextEncoder().encode(text);

describe('Readers', () => {
    let own, further, readers, readsAlong, canStart, results, timers;

    function create(most = 3) {
        own = new FakeClient('own');
        own.contents = { model: 'A', finder: 'none' };
        further = [];
        [readsAlong, canStart, results] = [true, true, {}];
        readers = new Readers({
            most,
            readHere: (picture) => own.predict(picture),
            readsAlong: () => readsAlong,
            start: async () => {
                if (!canStart) throw new Error('It could not start.');
                further.push(new FakeClient(`further ${further.length + 1}`));
                return further.at(-1);
            },
            saveModel: async () => bytes(own.contents.model),
        }, { model: bytes('A'), finder: null });
    }

    /** @param {string[]} pictures @param {object} [settings] */
    async function read(pictures, settings) {
        for (const picture of pictures) {
            readers.read(picture, settings).then((reading) => (results[picture] = reading), ({ code, name }) => (results[picture] = name === 'Error' ? code : name));
        }
        await turn();
    }

    const busy = () => [own, ...further].map((client) => client.busy);

    beforeEach(() => {
        timers = new FakeTimers();
        create();
    });

    afterEach(() => {
        readers.free();
        timers.end();
    });

    it('start no further worker for one picture, nor for one after the other', async () => {
        for (const picture of ['a', 'b', 'c']) {
            await read([picture]);
            await own.end(picture);
        }
        assert.equal(further.length, 0);
        assert.equal(results.c, 'c by own with A, none');
    });

    it('are as many as there are pictures, and no more than allowed', async () => {
        await read(['a', 'b']);
        assert.deepEqual(busy(), ['a', 'b']);
        await read(['c', 'd', 'e']);
        assert.deepEqual(busy(), ['a', 'b', 'c']);
        await further[1].end('c');
        assert.deepEqual(busy(), ['a', 'b', 'd']);
        await own.end('a');
        assert.deepEqual(busy(), ['e', 'b', 'd']);
        await own.end('e');
        await further[0].end('b');
        await further[1].end('d');
        assert.deepEqual(results, {
            a: 'a by own with A, none', b: 'b by further 1 with A, none', c: 'c by further 2 with A, none',
            d: 'd by further 2 with A, none', e: 'e by own with A, none',
        });
        assert.equal(further.length, 2);
    });

    it('leave a worker alone that has threads or trains, as soon as others read', async () => {
        readsAlong = false;
        await read(['a', 'b', 'c', 'd', 'e']);
        assert.deepEqual(busy(), ['a', 'b', 'c', 'd']);
        await own.end('a');
        assert.deepEqual(busy(), ['', 'b', 'c', 'd']);
        await further[2].end('d');
        assert.deepEqual(busy(), ['', 'b', 'c', 'e']);
    });

    it('end half a minute after the last picture, and start again', async () => {
        await read(['a', 'b']);
        await own.end('a');
        await further[0].end('b');
        timers.tick(29_999);
        await read(['c', 'd']);
        assert.deepEqual(busy(), ['c', 'd']);
        await own.end('c');
        await further[0].end('d');
        timers.tick(30_000);
        assert.ok(further[0].isFreed);
        await read(['e', 'f']);
        assert.deepEqual(busy(), ['e', '', 'f']);
    });

    it('say what is wrong with a picture, and read on', async () => {
        await read(['a', 'b']);
        await further[0].fail('b', 'INVALID_PICTURE');
        assert.equal(results.b, 'INVALID_PICTURE');
        await read(['c']);
        assert.deepEqual(busy(), ['a', 'c']);
        assert.equal(further.length, 1);
    });

    for (const code of ['STOPPED', 'OUT_OF_MEMORY']) {
        it(`have a picture whose further worker is ${code} read by the client's own, and start another`, async () => {
            await read(['a', 'b']);
            await own.end('a');
            await further[0].fail('b', code);
            assert.ok(further[0].isFreed);
            assert.deepEqual(busy(), ['b', '']);
            await read(['c']);
            assert.deepEqual(busy(), ['b', '', 'c']);
            await own.end('b');
            assert.equal(results.b, 'b by own with A, none');
        });
    }

    it('take a further worker that says nothing for half a minute for dead', async () => {
        await read(['a', 'b']);
        await own.end('a');
        for (let i = 0; i < 5; i++) timers.tick(5000);
        assert.ok(!further[0].isFreed);
        timers.tick(5000);
        await turn();
        assert.ok(further[0].isFreed);
        await own.end('b');
        assert.equal(results.b, 'b by own with A, none');
    });

    it('do without further workers that fail again and again, or don’t start', async () => {
        await read(['a']);
        for (const [index, picture] of ['b', 'c', 'd'].entries()) {
            await read([picture]);
            await further[index].fail(picture, 'STOPPED');
            await own.end(picture);
        }
        await read(['e']);
        assert.equal(further.length, 3);
        await own.end('a');
        await own.end('e');
        assert.equal(results.e, 'e by own with A, none');
        create();
        canStart = false;
        await read(['a', 'b', 'c']);
        for (const picture of ['a', 'b', 'c']) await own.end(picture);
        assert.deepEqual(Object.keys(results), ['a', 'b', 'c']);
    });

    it('read on when the client’s own worker has stopped, which refuses when there is nobody else', async () => {
        await read(['a', 'b', 'c', 'd']);
        await own.fail('a', 'STOPPED');
        assert.equal(results.a, 'STOPPED');
        assert.deepEqual(busy(), ['', 'b', 'c', 'd']);
        create();
        canStart = false;
        await read(['a']);
        await own.fail('a', 'STOPPED');
        await read(['b']);
        await own.fail('b', 'STOPPED');
        assert.equal(results.b, 'STOPPED');
    });

    it('read what was asked for before another model with the one from before, and the rest with the new one', async () => {
        await read(['a', 'b', 'c', 'd', 'e']);
        let load;
        const changed = readers.change({ model: bytes('B') }, () => new Promise((resolve) => (load = resolve)));
        // The client's own worker has these before it is asked for the model.
        assert.deepEqual(busy(), ['a,d,e', 'b', 'c']);
        await read(['f', 'g']);
        await further[0].end('b');
        assert.deepEqual(busy(), ['a,d,e', '', 'c'], 'nobody else has the new model');
        own.contents.model = 'B';
        load();
        await changed;
        await turn();
        assert.deepEqual(busy(), ['a,d,e', 'f', 'c']);
        await further[1].end('c');
        assert.deepEqual(busy(), ['a,d,e', 'f', 'g']);
        for (const picture of ['a', 'd', 'e']) await own.end(picture);
        await further[0].end('f');
        await further[1].end('g');
        const withA = Object.values(results).filter((text) => text.includes('with A')).map((text) => text[0]);
        assert.deepEqual(withA.sort(), ['a', 'b', 'c', 'd', 'e']);
        assert.equal(results.g, 'g by further 2 with B, none');
    });

    it('keep the model and finder that they have when others can’t be loaded', async () => {
        await assert.rejects(readers.change({ model: bytes('?') }, () => Promise.reject(failure('INVALID_MODEL'))), /INVALID_MODEL/);
        await readers.change({ finder: bytes('F') }, async () => {});
        await read(['a', 'b']);
        await further[0].end('b');
        assert.equal(results.b, 'b by further 1 with A, F');
    });

    it('ask for a model that only the client’s own worker has', async () => {
        await read(['a', 'b']);
        await further[0].end('b');
        own.contents.model = 'trained';
        readers.modelChanged();
        await read(['c']);
        await further[0].end('c');
        assert.equal(results.c, 'c by further 1 with trained, none');
    });

    it('drop a picture that waits when that is aborted', async () => {
        const abort = new AbortController();
        await read(['a', 'b', 'c']);
        await read(['d'], { signal: abort.signal });
        abort.abort();
        await own.end('a');
        assert.equal(results.d, 'AbortError');
        assert.deepEqual(busy(), ['', 'b', 'c']);
        await read(['e'], { signal: abort.signal });
        assert.equal(results.e, 'AbortError');
    });

    it('end with the client, which refuses what waits', async () => {
        await read(['a', 'b', 'c', 'd']);
        own.free();
        readers.free();
        await turn();
        assert.deepEqual(Object.values(results), ['FREED', 'FREED', 'FREED', 'FREED']);
        assert.ok(further.every(({ isFreed }) => isFreed));
    });
});
