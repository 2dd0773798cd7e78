// Training on the page as `make web` built it: its course, its checkpoints, drawing meanwhile, and what follows it.

import assert from 'node:assert/strict';

import { useBuiltSite } from '../helpers/built_site.mjs';
import { downloaded, fillForm, hasFocus, holdBack, isReady, TEST_COUNT, visit } from '../helpers/learning_site.mjs';
import { afterEach, beforeEach, describe, it } from '../helpers/page_test.mjs';
import { reads, whatItReads, write } from '../helpers/paper.mjs';

const TINY = 'conv 4 3x3 relu, maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 10 softmax';
const QUICK = { architecture: TINY, epochs: '2', batchSize: '32', learningRate: '0.004', validationSplit: '10' };
/** So long that nobody waits for its end. */
const LONG = { ...QUICK, epochs: '500', schedule: 'constant', learningRate: '0.002' };

/** Frames of a busy machine may come late; this one hangs. In milliseconds. */
const HANGING_FRAME = 5000;

const site = useBuiltSite();
let visitor;
let page;

beforeEach(async () => {
    visitor = await visit(site);
    page = await visitor.open();
});

afterEach(() => visitor.leave());

const shown = (id) => page.locator(`#${id}`).waitFor();
const figure = async (name) => page.locator('#train-figures div', { hasText: name }).locator('dd').textContent();

async function begin(settings) {
    await fillForm(page, settings);
    await page.click('#train-begin');
    await shown('train-run');
}

/** Begins a short training, and has the page itself pause it as soon as it is under way: a test may come too late. */
async function beginPaused(settings) {
    await fillForm(page, settings);
    const paused = page.waitForFunction(() => {
        const isUnderWay = document.getElementById('train-run-title').textContent.startsWith('Training epoch');
        if (isUnderWay) document.getElementById('train-pause').click();
        return isUnderWay;
    });
    await page.click('#train-begin');
    await paused;
    await shown('train-resume');
}

/** Waits until the training has come this far. */
const reachesEpoch = (number) => page.waitForFunction((epoch) => {
    const [, now] = document.getElementById('train-run-title').textContent.match(/epoch (\d+)/) ?? [];
    return Number(now) >= epoch;
}, number);

const isKept = () => page.locator('#train-kept', { hasText: 'Kept on this device' }).waitFor();

async function isTested() {
    await shown('test-details');
    return Number.parseFloat(await page.locator('#test-accuracy').textContent());
}

describe('A training', () => {
    it('runs, pauses, goes on, and is tested; its mistakes can be looked at', async () => {
        await beginPaused({ ...LONG, epochs: '3', epochShare: '100' });
        const title = await page.locator('#train-run-title').textContent();
        assert.match(title, /^Paused in epoch/);
        const loss = await figure('Loss');
        await page.waitForTimeout(500);
        assert.equal(await figure('Loss'), loss, 'nothing goes on while it is paused');
        assert.ok(await page.locator('#train-pause').isHidden());
        await page.click('#train-resume');

        const accuracy = await isTested();
        assert.ok(accuracy > 80, `${accuracy} %`);
        assert.match(await figure('Validation'), /^\d+\.\d+ %$/);
        assert.ok(Number((await figure('Images/s')).replace(/,/g, '')) > 0);
        assert.equal(await page.locator('#train-accuracy-curve canvas').count(), 1);
        assert.equal(await page.locator('#train-filter-grid canvas').count(), 4);

        const counts = await page.locator('#test-confusion td button').allTextContents();
        assert.equal(counts.reduce((sum, count) => sum + Number(count), 0), TEST_COUNT);
        const wrong = await page.locator('#test-confusion .wrong button').allTextContents();
        const mistakes = wrong.reduce((sum, count) => sum + Number(count), 0);
        assert.equal(mistakes, Math.round(TEST_COUNT * (1 - accuracy / 100)));
        assert.match(await page.locator('#test-gallery-title').textContent(), new RegExp(`^${mistakes} mistakes`));
        assert.equal(await page.locator('#test-gallery li').count(), Math.min(mistakes, 40));

        const cell = page.locator('#test-confusion .wrong button').first();
        const name = await cell.getAttribute('aria-label');
        const [, count, actual, read] = name.match(/^(1 image|\d+ images) of (\d) read as (\d)$/);
        await cell.click();
        assert.equal(await cell.getAttribute('aria-pressed'), 'true');
        assert.equal(await page.locator('#test-gallery li').count(), Number.parseInt(count));
        assert.equal(await page.locator('#test-gallery-title').textContent(), name);
        assert.equal(await page.locator('#test-gallery .caption').first().textContent(), `${actual} → ${read}`);
        await page.click('#test-all');
        assert.match(await page.locator('#test-gallery-title').textContent(), /mistakes/);

        await page.click('#models-tab');
        await page.locator('#models-list .in-use h3', { hasText: /^small$/ }).waitFor();
        const entry = page.locator('#models-list li', { hasText: 'own network' });
        await entry.getByText(`${accuracy.toFixed(2)} % of MNIST’s test images`).waitFor();
    });

    for (const [mistakes, title] of [[0, '0 mistakes'], [1, '1 mistake'], [2, '2 mistakes, the surest first']]) {
        it(`with ${mistakes} mistakes names them as so many: ${title}`, async () => {
            // What the network reads is put into the engine's answer.
            await visitor.context.addInitScript((count) => {
                const { postMessage } = Worker.prototype;
                let labels;
                globalThis.Worker = class extends Worker {
                    constructor(...parameters) {
                        super(...parameters);
                        this.addEventListener('message', ({ data: { result } }) => {
                            if (result?.predictions) result.predictions.forEach((_, i, all) => (all[i] = i < count ? (labels[i] + 1) % 10 : labels[i]));
                        });
                    }

                    postMessage(message, ...rest) {
                        if (message.action === 'evaluate') labels = message.data.labels.slice();
                        return postMessage.call(this, message, ...rest);
                    }
                };
            }, mistakes);
            await page.close();
            page = await visitor.open();
            await page.click('#train-tab');
            await begin({ ...QUICK, epochs: '1' });
            await isTested();
            assert.equal(await page.locator('#test-gallery-title').textContent(), title);
        });
    }

    it('shows no figure and no line of what it doesn’t have', async () => {
        await beginPaused({ ...LONG, validationSplit: '0' });
        const figures = page.locator('#train-figures');
        const values = async () => (await figures.locator('div:not([hidden]) dd').allTextContents()).filter((value) => !/\d/.test(value));
        const legend = () => page.locator('#train-run .u-legend .u-series:visible').allInnerTexts();
        assert.deepEqual(await values(), [], 'figures without a number');
        assert.ok(await figures.locator('div', { hasText: 'Validation' }).isHidden());
        assert.deepEqual((await legend()).filter((line) => line.includes('Validation')), []);
        await page.click('#train-finish');
        await isTested();
        assert.deepEqual(await values(), []);
        assert.ok(await figures.locator('div', { hasText: 'Time left' }).isHidden());
        // All of the box is figures or paper: no cell is left over in another colour.
        const colours = await figures.evaluate((list) => [list, ...list.children].map((part) => getComputedStyle(part).backgroundColor));
        assert.equal(new Set(colours.filter((colour) => colour !== 'rgba(0, 0, 0, 0)')).size, 1, colours.join());

        await page.click('#train-again');
        await beginPaused({ ...LONG, validationSplit: '10' });
        await page.click('#train-resume');
        await reachesEpoch(3);
        assert.match(await figure('Validation'), /^\d+\.\d+ %$/);
        assert.match((await legend()).join(' '), /Validation[\d.]+ %.*Validation[\d.]+/s);
    });

    it('says that it is being tested while it is, and that it was only then', async () => {
        await page.evaluate(() => {
            const send = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message, ...rest) {
                if (message.action !== 'evaluate') return send.call(this, message, ...rest);
                window.test = () => send.call(this, message, ...rest);
            };
        });
        await begin(QUICK);
        await page.waitForFunction(() => window.test);
        const title = page.locator('#train-result-title');
        assert.equal(await title.textContent(), 'Testing');
        assert.match(await page.locator('#test-text').textContent(), /^Reading 300 images that it has never seen…$/);
        assert.ok(await page.locator('#test-bar').isVisible() && await page.locator('#test-accuracy').isHidden());
        await page.evaluate(() => window.test());
        await isTested();
        await title.getByText('Tested', { exact: true }).waitFor();
        assert.ok(await page.locator('#test-bar').isHidden());
    });

    it('can be stopped early and kept', async () => {
        await begin(LONG);
        await reachesEpoch(2);
        await page.click('#train-finish');
        assert.ok(await isTested() > 50);
        const [, length] = (await page.locator('#train-run-title').textContent()).match(/^Trained: own network, (.+)$/);
        const [, trained] = length.match(/^([\d.]+) of 500 epochs$/);
        assert.ok(Number(trained) > 1 && Number(trained) < 500, length);
        const isInUse = (name) => page.locator('#models-list .in-use h3', { hasText: name }).waitFor({ state: 'attached' });

        // The model from before goes on reading; one tap changes that, and another one back.
        await isInUse(/^small$/);
        assert.equal(await page.locator('#reads-name').textContent(), 'small');
        await page.locator('#train-reader').getByLabel(`own network, ${length}`).check();
        await isInUse(`own network, ${length}`);
        await page.locator('#reads-name').getByText(`own network, ${length}`).waitFor();
        await page.locator('#models-spoken').getByText(`own network, ${length} is in use.`, { exact: true }).waitFor({ state: 'attached' });
        await page.locator('#train-reader').getByLabel('small', { exact: true }).check();
        await isInUse(/^small$/);

        // What was tested is handed out, whatever is in use by then.
        await page.click('#train-tab');
        const { name } = await downloaded(page, () => page.click('#train-download'));
        assert.match(name, /^own-network-/);
    });

    it('goes on in a tab that nobody looks at', async () => {
        await begin(LONG);
        await reachesEpoch(2);
        // Playwright keeps all of its pages visible: what a hidden one is told and what it goes without is played here.
        await page.evaluate(() => {
            window.requestAnimationFrame = () => 0;
            Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
            Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
            document.dispatchEvent(new Event('visibilitychange'));
        });
        const epoch = () => page.evaluate(() => Number(document.getElementById('train-run-title').textContent.match(/epoch (\d+)/)[1]));
        const begun = await epoch();
        await page.waitForFunction((least) => {
            const [, now] = document.getElementById('train-run-title').textContent.match(/epoch (\d+)/) ?? [];
            return Number(now) >= least;
        }, begun + 3, { polling: 100 });
        await isKept();
        await page.click('#train-cancel', { noWaitAfter: true });
        await shown('train-form');
    });

    it('leaves the model as it was when it is cancelled, and can be taken up again after all', async () => {
        await write(page, 3);
        await reads(page, '3');
        await page.click('#models-tab');
        await page.getByText('comes with Scrawl').first().waitFor();
        const before = await page.locator('#models-list').textContent();
        await begin(LONG);
        await reachesEpoch(2);
        await page.click('#train-cancel');
        await shown('train-form');
        await page.locator('#train-offer-text').getByText(/You cancelled a training .* in epoch \d+ of 500/).waitFor();
        await reads(page, '3');
        await page.click('#train-offer-resume');
        await reachesEpoch(2);
        await page.click('#train-cancel');
        await page.click('#train-offer-discard');
        await page.click('#question-yes');
        await page.locator('#train-offer').waitFor({ state: 'hidden' });
        await page.click('#models-tab');
        assert.equal(await page.locator('#models-list').textContent(), before);
        await page.reload();
        await isReady(page);
        await page.click('#train-tab');
        assert.ok(await page.locator('#train-offer').isHidden(), 'a discarded training is not offered again');
    });

    it('goes on from the model in use', async () => {
        await fillForm(page, {});
        await page.getByText('The model in use', { exact: true }).click();
        assert.ok(await page.locator('#train-new').isHidden());
        await fillForm(page, { epochs: '1', epochShare: '10', learningRate: '0.0002', validationSplit: '10' });
        await page.click('#train-begin');
        assert.ok(await isTested() > 97);
        assert.match(await page.locator('#train-run-title').textContent(), /small, trained on, 1 epoch/);
    });

    it('says so when it diverges, and the settings are still there', async () => {
        const linear = `flatten${', dense 64'.repeat(6)}, dense 10 softmax`;
        await fillForm(page, { ...QUICK, architecture: linear, optimizer: 'sgd', momentum: '0.99', learningRate: '1', schedule: 'constant' });
        await page.click('#train-begin');
        await page.getByText(/diverged|not finite/).first().waitFor();
        assert.equal(await page.locator('#train-epochs').inputValue(), '2');
        assert.ok(await page.locator('#train-begin').isEnabled());
    });
});

describe('Drawing while a training runs', () => {
    it('is read by the model in use, or with one tap by the network that is being trained', async () => {
        await write(page, 3);
        await begin({ ...LONG, architecture: 'flatten, dense 10 softmax', learningRate: '0.00001' });
        await reachesEpoch(2);
        await page.keyboard.press('Escape');
        await write(page, 3);
        await reads(page, '3');
        assert.equal(await page.locator('#verdict').getAttribute('class'), 'verdict');
        assert.equal(await page.locator('#reads-name').textContent(), 'small');
        await page.locator('#train-reader').getByLabel('own network, in training').check();
        await page.locator('#reads-name').getByText('own network, in training').waitFor();
        await page.waitForFunction(() => !document.getElementById('answer').checkVisibility() || document.querySelector('.doubtful'));
        await page.locator('#train-reader').getByLabel('small', { exact: true }).check();
        await page.locator('#reads-name').getByText('small').waitFor();
        await reads(page, '3');
        await page.click('#train-cancel');
        await shown('train-form');
        await page.locator('#train-reader').waitFor({ state: 'hidden' });
    });

    it('is read by the network that is being trained when that was chosen, and the page keeps its frames', async (test) => {
        await begin(LONG);
        await page.locator('#train-reader').getByLabel('own network, in training').check();
        await reachesEpoch(2);
        await page.evaluate(() => {
            const frames = { longest: 0, count: 0, last: performance.now(), begin: performance.now() };
            window.frames_ = frames;
            const next = (now) => {
                frames.longest = Math.max(frames.longest, now - frames.last);
                frames.count++;
                frames.last = now;
                requestAnimationFrame(next);
            };
            requestAnimationFrame(next);
        });
        const epoch = await page.locator('#train-run-title').textContent();
        for (const digit of [7, 0, 3]) {
            await write(page, digit);
            assert.notEqual(await whatItReads(page), '');
            await page.keyboard.press('Escape');
        }
        await page.waitForFunction((title) => document.getElementById('train-run-title').textContent !== title, epoch);
        const { longest, count, begin: start, last } = await page.evaluate(() => window.frames_);
        const rate = (1000 * count) / (last - start);
        test.diagnostic(`longest frame ${longest.toFixed(0)} ms, ${rate.toFixed(0)} frames a second`);
        assert.ok(longest < HANGING_FRAME, `a frame took ${longest} ms`);

        // A few epochs in, even the tiny network reads a plain digit.
        await write(page, 7);
        await reads(page, '7');
        await page.click('#train-cancel');
        await shown('train-form');
    });
});

describe('A checkpoint', () => {
    /** What the training gives that was never interrupted. */
    async function uninterrupted(settings) {
        await begin(settings);
        await isTested();
        return (await downloaded(page, () => page.click('#train-download'))).bytes;
    }

    it('is offered after the tab was closed, and gives the very same network', async () => {
        const settings = { ...QUICK, epochs: '6' };
        const expected = await uninterrupted(settings);
        await page.reload();
        await isReady(page);
        await beginPaused(settings);
        await isKept();
        await page.close();

        page = await visitor.open();
        await page.click('#train-tab');
        await shown('train-offer');
        assert.match(await page.locator('#train-offer-text').textContent(), /interrupted \(.*\) in epoch \d of 6/);
        await page.click('#train-offer-resume');
        await isTested();
        const { bytes } = await downloaded(page, () => page.click('#train-download'));
        assert.ok(bytes.equals(expected), 'the interrupted training became the same bytes');
        await page.reload();
        await isReady(page);
        await page.click('#train-tab');
        assert.ok(await page.locator('#train-offer').isHidden(), 'a finished training is not offered again');
    });

    it('of a browser without relaxed SIMD goes on in one that has it, to the very same network', async () => {
        const settings = { ...QUICK, epochs: '6' };
        const withoutRelaxed = () => {
            WebAssembly.validate = () => false;
        };
        await page.addInitScript(withoutRelaxed);
        await page.reload();
        await isReady(page);
        const expected = await uninterrupted(settings);
        await page.reload();
        await isReady(page);
        await beginPaused(settings);
        await isKept();
        await page.close();

        page = await visitor.open();
        await page.click('#train-tab');
        await shown('train-offer');
        await page.click('#train-offer-resume');
        await isTested();
        const { bytes } = await downloaded(page, () => page.click('#train-download'));
        assert.ok(bytes.equals(expected));
    });

    it('stays when the trained network could not be kept', async () => {
        await begin({ ...LONG });
        await isKept();
        // From now on the storage has no room for models.
        await page.evaluate(() => {
            const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (...values) {
                if (this.name === 'modelBytes') throw new DOMException('Full.', 'QuotaExceededError');
                return put.apply(this, values);
            };
        });
        await page.click('#train-finish');
        await isTested();
        await page.locator('#train-unkept', { hasText: 'There is no room left for it. Download the model to keep it.' }).waitFor();
        // Until the page is closed it can be used all the same.
        await page.locator('#train-reader').getByLabel('own network').check();
        await page.locator('#models-list .in-use h3', { hasText: 'own network' }).waitFor({ state: 'attached' });
        await page.reload();
        await isReady(page);
        await page.click('#train-tab');
        await shown('train-offer');
    });

    for (const [way, kill] of Object.entries({
        'says that it failed': (worker) => worker.evaluate(() => setTimeout(() => {
            throw new Error('It crashed.');
        })),
        'ends without a word': (worker) => worker.evaluate(() => self.close()),
        'hangs for ever': (worker) => worker.evaluate(() => setTimeout(() => {
            for (;;);
        })),
    })) {
        it(`is gone on from by itself when the worker ${way}`, async () => {
            await page.clock.install();
            await page.reload();
            await isReady(page);
            await write(page, 3);
            await reads(page, '3');
            await begin(LONG);
            await isKept();
            await reachesEpoch(2);
            const worker = page.workers().find((one) => one.url().endsWith('scrawl-worker.js'));
            await kill(worker);
            for (let beats = 0; beats < 8; beats++) {
                await page.clock.runFor(5000);
                await page.waitForTimeout(150);
            }
            await page.locator('#train-pause').waitFor();
            await reachesEpoch(3);
            await page.keyboard.press('Escape');
            await write(page, 2);
            await reads(page, '2');
            await page.click('#train-cancel');
            await shown('train-form');
        });
    }

    it('is not offered to a second tab while the first one trains', async () => {
        await begin(LONG);
        await isKept();
        const second = await visitor.open();
        await second.click('#train-tab');
        await second.waitForTimeout(300);
        assert.ok(await second.locator('#train-offer').isHidden());
        await second.close();
        await page.click('#train-cancel');
        await shown('train-form');
    });
});

describe('Before a training', () => {
    it('wrong settings are explained, and nothing is fetched', async () => {
        await fillForm(page, { learningRate: '0' });
        await page.click('#train-begin');
        await page.getByText('The learning rate must be above 0').waitFor();
        assert.equal(await page.locator('#train-learningRate').getAttribute('aria-invalid'), 'true');
        await hasFocus(page, '#train-learningRate');

        await page.fill('#train-learningRate', '0.001');
        await page.fill('#train-architecture', 'conv 8 3x3 relu, flaten, dense 10 softmax');
        await page.locator('#train-architecture-says.wrong').waitFor();
        assert.match(await page.locator('#train-architecture-says').textContent(), /flaten/);
        assert.equal(await page.locator('#train-named').inputValue(), 'own');
        await page.click('#train-begin');
        await page.locator('#train-problem', { hasText: 'flaten' }).waitFor();

        await page.fill('#train-architecture', 'finder');
        await page.locator('#train-architecture-says.wrong').getByText('This network finds digits on pages').waitFor();
        await page.fill('#train-architecture', 'flatten, dense 7 softmax');
        await page.getByText('The last layer has 7 outputs').first().waitFor();
        assert.deepEqual(visitor.requests.filter((address) => /data\/|uplot/.test(address)), []);
    });

    it('presets and named architectures fill the form', async () => {
        await page.click('#train-tab');
        assert.equal(await page.locator('#train-preset').inputValue(), 'fast');
        assert.ok(await page.locator('#train-architecture').isHidden(), 'details are folded');
        await page.click('.train-more summary');
        await page.selectOption('#train-preset', 'tutorial');
        await page.getByText('2,380,938 parameters').waitFor();
        assert.equal(await page.locator('#train-epochs').inputValue(), '10');
        assert.equal(await page.locator('#train-validationSplit').inputValue(), '30');
        assert.equal(await page.locator('#train-normalization').inputValue(), 'column-l2');
        assert.equal(await page.locator('#train-named').inputValue(), 'tutorial');
        await page.selectOption('#train-named', 'dense');
        await page.getByText('101,770 parameters').waitFor();
        await page.fill('#train-epochs', '3');
        assert.equal(await page.locator('#train-preset').inputValue(), 'own');
        for (const name of await page.locator('#train-named option').evaluateAll((options) => options.map(({ value }) => value))) {
            if (name === 'own') continue;
            await page.selectOption('#train-named', name);
            await page.waitForFunction(() => !document.querySelector('#train-architecture-says.wrong'));
        }
    });

    it('images that arrive damaged are not kept', async () => {
        let isDamaged = true;
        await visitor.context.route('**/data/train-images.gz', (route) =>
            (isDamaged ? route.fulfill({ body: 'no gzip', contentType: 'application/octet-stream' }) : route.fallback()));
        await fillForm(page, { ...QUICK, epochs: '1' });
        await page.click('#train-begin');
        await page.getByText('train-images.gz arrived damaged').waitFor();
        isDamaged = false;
        await page.click('#train-begin');
        await isTested();
    });

    it('two quick clicks begin one training', async () => {
        await fillForm(page, LONG);
        await page.evaluate(() => {
            window.trainings = 0;
            const send = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message, ...rest) {
                window.trainings += Number(message.action === 'startTraining');
                return send.call(this, message, ...rest);
            };
            for (let click = 0; click < 2; click++) document.getElementById('train-begin').click();
        });
        await reachesEpoch(2);
        assert.equal(await page.evaluate(() => window.trainings), 1);
        await page.click('#train-cancel');
        await shown('train-form');
        await hasFocus(page, '#train-title');
    });

    it('another model that is in use by the time the images are there is not trained under the first one’s name', async () => {
        const arrive = await holdBack(visitor.context, '**/data/train-images.gz');
        await fillForm(page, {});
        await page.getByText('The model in use', { exact: true }).click();
        await page.click('#train-begin');
        await shown('train-fetch');
        await page.click('#models-tab');
        await page.getByRole('button', { name: 'Use best' }).click();
        await page.locator('#models-list .in-use h3', { hasText: 'best' }).waitFor();
        arrive();
        await page.click('#train-tab');
        await page.getByText('Another model is in use by now.').waitFor();
    });

    it('images that are damaged in the browser’s cache are fetched anew', async () => {
        await begin({ ...QUICK, epochs: '1' });
        await isTested();
        await page.evaluate(async () => {
            const cache = await caches.open('scrawl-mnist-1');
            const [labels] = (await cache.keys()).filter(({ url }) => url.endsWith('train-labels.gz'));
            const short = new Response(new Uint8Array([0, 0, 8, 1])).body.pipeThrough(new CompressionStream('gzip'));
            await cache.put(labels, new Response(short));
        });
        await page.click('#train-again');
        await page.click('#train-begin');
        await page.getByText('is cut off: it is shorter than its header says. Try again to fetch it anew.').waitFor();
        await page.click('#train-begin');
        await isTested();
    });

    it('the images are fetched once', async () => {
        const fetched = () => visitor.requests.filter((address) => address.includes('/data/')).length;
        await begin({ ...QUICK, epochs: '1' });
        await isTested();
        assert.equal(fetched(), 4);
        await page.reload();
        await isReady(page);
        await begin({ ...QUICK, epochs: '1' });
        await isTested();
        assert.equal(fetched(), 4);
    });
});

describe('Threads', () => {
    it('are used where the page is isolated, and done without elsewhere, with the same result', async () => {
        const results = [];
        for (const isolated of [true, false]) {
            const other = await visit(site, { isolated });
            page = await other.open();
            assert.equal(await page.evaluate(() => crossOriginIsolated), isolated);
            await begin({ ...QUICK, epochs: '1' });
            await isTested();
            assert.equal(Number(await figure('Threads')) > 1, isolated && await page.evaluate(() => navigator.hardwareConcurrency > 1));
            results.push((await downloaded(page, () => page.click('#train-download'))).bytes);
            await other.leave();
        }
        assert.ok(results[0].equals(results[1]));
    });
});
