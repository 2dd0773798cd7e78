// The library's table of training options, and that all who offer them to people have every one of them from it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { root } from '../helpers/build.mjs';
import { scrawlWell } from '../helpers/command.mjs';
import { easyImages } from '../helpers/handwriting.mjs';
import { createScrawl, TINY } from '../helpers/scrawl.mjs';

const read = (...path) => readFileSync(join(root, ...path), 'utf8');
const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** Every option's name, as the source of the table has it. */
const names = [...read('src', 'training', 'option_table.c').matchAll(/\.name = "([^"]+)"/g)].map(([, name]) => name);

/** Options of a trainer that are no settings in JavaScript, and why. */
const NOT_IN_JAVASCRIPT = {
    threads: 'createScrawl() is told of it', 'teacher-share': 'there is no teacher',
    synthetic: 'not built in', unknown: 'not built in', pages: 'not built in',
};
const offered = names.filter((name) => !(name in NOT_IN_JAVASCRIPT)).map(camelCase);

/** The names of an interface's members in a declaration file. */
function members(source, name) {
    const [, body] = source.match(new RegExp(`export interface ${name} \\{\n([^]*?)\n\\}`));
    return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, member]) => member);
}

describe('every training option', () => {
    let scrawl;
    before(async () => {
        scrawl = await createScrawl({ model: null });
    });
    after(() => scrawl.free());

    it('is in the struct, and all of the struct is in the table but the teacher', () => {
        const [, body] = read('src', 'scrawl.h').match(/typedef struct scrawl_training_options \{([^]*?)\} scrawl_training_options;/);
        const fields = [...body.replace(/\/\*[^]*?\*\//g, '').matchAll(/(\w+);/g)].map(([, field]) => field.replaceAll('_', '-'));
        assert.ok(names.length > 20);
        assert.deepEqual(fields.filter((field) => field !== 'teacher').sort(), [...names].sort());
    });

    it('is an option of the command line, with its help', () => {
        const { output } = scrawlWell(['train', '-h']);
        for (const name of names) assert.match(output, new RegExp(`^  --${name} \\S`, 'm'));
    });

    it('is a setting in JavaScript and its types, or refused, or not for it', async () => {
        assert.deepEqual(scrawl.trainingOptions.map(({ name }) => name), offered);
        assert.deepEqual(Object.keys(scrawl.trainSettings()), offered);
        assert.deepEqual(members(read('wasm', 'scrawl.d.ts'), 'TrainSettings').sort(), [...offered].sort());
        for (const [name, reason] of Object.entries(NOT_IN_JAVASCRIPT)) {
            const expected = reason === 'not built in' ? { code: 'UNSUPPORTED' } : TypeError;
            const given = { architecture: TINY, [camelCase(name)]: 0.5 };
            await assert.rejects(scrawl.train(easyImages(30), given), expected);
        }
    });

    it('is known by its name, and no other name is', async () => {
        const train = (options) => scrawl.train(easyImages(30), { architecture: TINY, epochs: 1, ...options });
        for (const name of ['epoch', 'learning_rate', 'batch-size', 'training', 'toString']) {
            const message = `A training has no option "${name}". Look its name up in scrawl.d.ts, or leave it out.`;
            await assert.rejects(train({ [name]: 1 }), { name: 'TypeError', message });
        }
        await train({ epoch: undefined, teacher: null, preset: 'fast', normalization: 'unit', labelNames: ['a', 'b', 'c'],
            onProgress: () => {}, signal: new AbortController().signal, transfer: true });
        await train(scrawl.trainSettings());
    });

    it('begins as it is described, and is described as its type says', () => {
        const kinds = { whole: 'number', real: 'number', switch: 'boolean', choice: 'string' };
        const declared = members(read('wasm', 'scrawl.d.ts'), 'TrainingOption').sort();
        const settings = scrawl.trainSettings();
        for (const option of scrawl.trainingOptions) {
            assert.deepEqual(Object.keys(option).sort(), declared);
            assert.equal(settings[option.name], option.initial);
            assert.equal(typeof option.initial, kinds[option.kind], option.name);
            if (option.kind === 'choice') assert.ok(option.words.includes(option.initial));
        }
    });

    it('is refused at the ends of its range as it is described', async () => {
        const train = (settings) => scrawl.train(easyImages(30), { architecture: TINY, ...settings });
        for (const { name, kind, least, most, isAboveLeast, isBelowMost } of scrawl.trainingOptions) {
            if (kind !== 'whole' && kind !== 'real' || name === 'seed') continue;
            const beyond = [isAboveLeast ? least : least - 1, isBelowMost ? most : most + 1];
            for (const value of beyond.filter(Number.isFinite)) {
                await assert.rejects(train({ [name]: value }), { code: 'INVALID_ARGUMENT' }, `${name} ${value}`);
            }
        }
    });

    it('reaches the trainer under its own name', async () => {
        const differs = {
            epochs: 2, batchSize: 7, optimizer: 'sgd', learningRate: 0.01, schedule: 'cosine', weightDecay: 0.5, average: 0.5,
            dropout: false, labelSmoothing: 0.3, epochShare: 0.5, validationSplit: 0.5, augment: 0.7, touching: 0.4, seed: 2n ** 63n,
            epsilon: 0.1,
        };
        const architecture = 'conv 4 3x3 relu, maxpool 2, dropout 0.5, flatten, dense 3 softmax';
        const trained = async (settings) => {
            await scrawl.train(easyImages(60), { architecture, ...settings });
            return Buffer.from(scrawl.saveModel());
        };
        const plain = await trained({});
        for (const [name, value] of Object.entries(differs)) {
            assert.ok(!plain.equals(await trained({ [name]: value })), name);
        }
        const needs = { momentum: [{ optimizer: 'sgd' }, 0.1], augmentFade: [{ augment: 0.7 }, 1] };
        for (const [name, [other, value]] of Object.entries(needs)) {
            assert.ok(!(await trained(other)).equals(await trained({ ...other, [name]: value })), name);
        }
        assert.deepEqual([...Object.keys(differs), ...Object.keys(needs)].sort(), [...offered].sort());
    });
});

describe('what offers or keeps the options', () => {
    /** Words that nothing else has; the others' names are common ones. */
    const telling = ['weight-decay', 'label-smoothing', 'epoch-share', 'augment-fade'];
    const spelled = new RegExp(telling.flatMap((name) => [name, name.replaceAll('-', '_'), camelCase(name)]).join('|'));

    it('names none of them', () => {
        assert.ok(telling.every((name) => names.includes(name)));
        const folders = { 'src/cli': /\.[ch]$/, wasm: /\.(js|c)$/, 'web/page/widgets': /\.js$/ };
        const files = Object.entries(folders).flatMap(([folder, ending]) =>
            readdirSync(join(root, folder)).filter((name) => ending.test(name)).map((name) => `${folder}/${name}`));
        assert.ok(files.length > 50);
        const naming = [...files, 'src/training/checkpoint.c', 'src/training/training_options.c', 'web/index.html']
            .filter((file) => spelled.test(read(file)));
        assert.deepEqual(naming, []);
    });
});
