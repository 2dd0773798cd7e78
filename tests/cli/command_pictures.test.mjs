// The pictures that the native command line draws of a model and of a training, from outside: they decode, show what they
// should where they should, and are written whole or not at all.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { before, describe, test } from 'node:test';

import { drawBar, generator, side } from '../helpers/bars.mjs';
import {
    exists,
    folder,
    inFolder,
    program,
    read,
    scrawl as run,
    scrawlWell as runWell,
    writeIdxFiles,
} from '../helpers/command.mjs';
import { decodePng } from '../helpers/png.mjs';

const files = () => fs.readdirSync(folder).sort();
const scrawl = (...commandArguments) => run(commandArguments);
const scrawlWell = (...commandArguments) => runWell(commandArguments);

// ---- Data -----------------------------------------------------------------------------------------------------

const [classes, paper] = [10, 255];

/** With so much noise that not all can be told. */
function makeImage(label, random) {
    const image = Uint8Array.from({ length: side * side }, () => Math.floor(200 * random() ** 3));
    return drawBar(image, label, random, { shifts: 4, faintest: 100 });
}

/** Writes the same images for training and testing, and returns them. `relabel` says what each is called. */
function writeData(name, count, seed, relabel = (label) => label) {
    const random = generator(seed);
    const shown = Array.from({ length: count }, (_, i) => i % classes);
    const images = shown.map((label) => makeImage(label, random));
    const labels = shown.map(relabel);
    fs.mkdirSync(inFolder(name));
    for (const prefix of ['train', 't10k']) writeIdxFiles(name, prefix, images, labels);
    return { images, labels };
}

const network = 'conv 4 3x3 relu, maxpool 4, flatten, dense 10 softmax';
const train = (...more) => ['train', '--data', 'bars', '--arch', network, '--threads', '1', '--quiet', ...more];
const draw = (model, data) => ['eval', model, '--data', data, '--confusion', 'c.png', '--mistakes', 'm.png'];

let others;
before(() => {
    writeData('bars', 300, 1);
    others = writeData('others', 60, 2);
    writeData('wrong', 250, 3, (label) => (label + 1) % classes);
    scrawlWell(...train('--epochs', '3', '--learning-rate', '0.01', '--out', 'model.safetensors'));
    scrawlWell(...train('--epochs', '60', '--learning-rate', '0.02', '--out', 'perfect.safetensors'));
});

test('a damaged picture would be noticed', () => {
    scrawlWell('show', '0', '--data', 'bars', '--out', 'damaged.png');
    const png = read('damaged.png');
    assert.equal(decodePng(png).width, 280);
    for (const place of [3, 20, 60, png.length - 1]) {
        const damaged = Buffer.from(png);
        damaged[place] ^= 1;
        assert.throws(() => decodePng(damaged), `byte ${place}`);
    }
    assert.throws(() => decodePng(png.subarray(0, png.length - 12)));
});

// ---- Evaluation -----------------------------------------------------------------------------------------------

/** By eye: the colors of what is right and of what is misread, also when pale. */
const isBlue = ([red, , blue]) => blue - red > 20;
const isOrange = ([red, , blue]) => red - blue > 20;

function count(picture, isIt, [left, right] = [0, picture.width], [top, bottom] = [0, picture.height]) {
    let sum = 0;
    for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += isIt(picture.pixel(x, y));
    return sum;
}

/** What `scrawl show` says of an image: its probabilities. */
function probabilitiesOf(model, data, index) {
    const { output } = scrawlWell('show', '--set', 'test', '--data', data, '--model', model, `${index}`);
    return [...output.matchAll(/^ +\d {2}([01]\.\d{6})/gm)].map((match) => +match[1]);
}

/** Of a picture of ten classes without counts above 99, as the program lays it out. */
const [cellsLeft, cellsTop, cell] = [84, 170, 44];
const cellColor = (picture, actual, asRead) =>
    picture.pixel(cellsLeft + asRead * cell + 4, cellsTop + actual * cell + 4);

describe('eval --confusion', () => {
    test('colors each cell that holds images, by its kind', () => {
        const { confusion } = JSON.parse(scrawlWell(...draw('model.safetensors', 'others'), '--json').output);
        const picture = decodePng(read('c.png'));
        assert.ok(confusion.some((row, actual) => row.some((images, asRead) => images > 0 && asRead !== actual)));
        confusion.forEach((row, actual) => row.forEach((images, asRead) => {
            const color = cellColor(picture, actual, asRead);
            const expected = images === 0 ? 'white' : asRead === actual ? 'blue' : 'orange';
            const seen = isBlue(color) ? 'blue' : isOrange(color) ? 'orange' : color.every((c) => c === paper) ? 'white' : '?';
            assert.equal(seen, expected, `${actual} read as ${asRead}: ${images} images, ${color}`);
        }));
    });

    test('is deeper where the share is larger', () => {
        scrawlWell(...draw('perfect.safetensors', 'bars'));
        const perfect = decodePng(read('c.png'));
        for (let i = 0; i < classes; i++) assert.deepEqual(cellColor(perfect, i, i), cellColor(perfect, 0, 0));
        const { confusion } = JSON.parse(scrawlWell(...draw('model.safetensors', 'others'), '--json').output);
        const picture = decodePng(read('c.png'));
        const worst = confusion.findIndex((row, i) => row[i] > 0 && row[i] < row.reduce((sum, images) => sum + images));
        assert.ok(worst >= 0);
        assert.ok(cellColor(picture, worst, worst)[0] > cellColor(perfect, worst, worst)[0]);
    });

    test('fits any number of classes, with names of any kind', () => {
        for (const [classCount, name] of [[2, (i) => 'ü'.repeat(32 - i)], [26, (i) => String.fromCharCode(97 + i)],
            [101, (i) => `${i}`]]) {
            const data = `classes${classCount}`;
            for (let i = 0; i < classCount; i++) {
                const image = makeImage(i % classes, generator(i));
                const header = Buffer.from(`P5\n${side} ${side}\n255\n`);
                fs.mkdirSync(inFolder(data, name(i)), { recursive: true });
                fs.writeFileSync(inFolder(data, name(i), 'a.pgm'), Buffer.concat([header, image.map((value) => paper - value)]));
            }
            const text = `maxpool 7, flatten, dense ${classCount} softmax`;
            scrawlWell('train', '--data', data, '--arch', text, '--epochs', '1', '--out', 'any.safetensors', '--quiet');
            scrawlWell(...draw('any.safetensors', data));
            const { width, height } = decodePng(read('c.png'));
            assert.ok(width >= 780 && width < 3000 && height > 600 && height < 3000, `${classCount} classes: ${width} x ${height}`);
            decodePng(read('m.png'));
        }
    });
});

describe('eval --mistakes', () => {
    const galleryTop = 118, rowHeight = 206, columns = 9, most = 200;

    test('says so when there are none', () => {
        const { output } = scrawlWell(...draw('perfect.safetensors', 'bars'));
        assert.match(output, / 0 errors /);
        const picture = decodePng(read('m.png'));
        assert.deepEqual([picture.width, picture.height], [1296, galleryTop]);
        const isText = ([red]) => red < 128;
        assert.ok(count(picture, isText, undefined, [32, 60]) > 100);
        assert.ok(count(picture, isText, undefined, [70, 90]) > 100);
    });

    test('shows the most confident one first, pixel by pixel', () => {
        const mistakes = others.labels.flatMap((label, index) => {
            const probabilities = probabilitiesOf('model.safetensors', 'others', index);
            const confidence = Math.max(...probabilities);
            return probabilities.indexOf(confidence) === label ? [] : [{ index, confidence }];
        }).sort((a, b) => b.confidence - a.confidence);
        scrawlWell(...draw('model.safetensors', 'others'));
        const picture = decodePng(read('m.png'));
        assert.ok(mistakes.length > 2);
        assert.equal(picture.height, galleryTop + rowHeight * Math.ceil(mistakes.length / columns));
        mistakes.slice(0, 3).forEach(({ index }, place) => {
            others.images[index].forEach((value, i) => {
                const x = 32 + 140 * place + 4 * (i % side) + 2;
                const y = galleryTop + 4 * Math.floor(i / side) + 2;
                assert.deepEqual(picture.pixel(x, y), [paper - value, paper - value, paper - value], `image ${index} at ${x}, ${y}`);
            });
        });
    });

    test('has an end', () => {
        const { output } = scrawlWell(...draw('perfect.safetensors', 'wrong'));
        assert.ok(output.match(/ (\d+) errors/)[1] > most);
        assert.equal(decodePng(read('m.png')).height, galleryTop + rowHeight * Math.ceil(most / columns));
    });
});

describe('eval', () => {
    test('measures loss and calibration as their formulas say', () => {
        const bins = Array.from({ length: 15 }, () => 0);
        let loss = 0;
        others.labels.forEach((label, index) => {
            const probabilities = probabilitiesOf('model.safetensors', 'others', index);
            const confidence = Math.max(...probabilities);
            loss -= Math.log(probabilities[label]) / others.labels.length;
            bins[Math.ceil(confidence * 15) - 1] += confidence - (probabilities.indexOf(confidence) === label);
        });
        const error = bins.reduce((sum, surplus) => sum + Math.abs(surplus), 0) / others.labels.length;
        const command = ['eval', 'model.safetensors', '--data', 'others'];
        const result = JSON.parse(scrawlWell(...command, '--json').output);
        assert.ok(Math.abs(result.calibration_error - error) < 1e-5, `${result.calibration_error}, not ${error}`);
        assert.ok(Math.abs(result.loss - loss) < 1e-3, `${result.loss}, not ${loss}`);
        assert.ok(error > 0.01);
        assert.match(scrawlWell(...command).output, new RegExp(`\ncalibration error ${error.toFixed(4)} \\(15 bins\\)\n`));
        assert.match(scrawlWell('eval', '-h').output, /expected\s+calibration\s+error/);
    });

    test('shows a bar on a terminal only', { skip: !fs.existsSync('/usr/bin/script') && 'there is no `script` here' }, () => {
        const command = `'${program}' eval model.safetensors --data bars`;
        const result = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, input: '' });
        assert.equal(result.status, 0);
        assert.match(result.stdout.toString(), /\rReading \[=+\] 300\/300 {2}\d+ images\/s {2}0:00 left\x1b\[K\r\x1b\[K300 images/);
        assert.equal(scrawlWell('eval', 'model.safetensors', '--data', 'bars').errors, '');
    });
});

// ---- Training -------------------------------------------------------------------------------------------------

// Within the axes of the first chart: the first epoch lies at its left, the last one at its right.
const [chartLeft, chartRight, chartTop, chartBottom] = [129, 648, 147, 525];
const [legendTop, plotWidth, plotHeight] = [600, 1336, 682];

describe('train --plot', () => {
    test('draws both curves, or one without validation', () => {
        const fast = ['--learning-rate', '0.02', '--out', 'a.safetensors'];
        const drawn = 200; // pixels of a curve, at least
        for (const split of ['0', '0.3']) {
            scrawlWell(...train('--epochs', '4', '--validation-split', split, ...fast, '--plot', 'p.png'));
            const picture = decodePng(read('p.png'));
            assert.deepEqual([picture.width, picture.height], [plotWidth, plotHeight]);
            for (const [left, right] of [[chartLeft, chartRight], [chartLeft + 652, chartRight + 652]]) {
                assert.ok(count(picture, isBlue, [left, right], [chartTop, chartBottom]) > drawn);
                assert.equal(count(picture, isOrange, [left, right], [chartTop, chartBottom]) > drawn, split !== '0');
            }
            assert.equal(count(picture, isOrange, undefined, [legendTop, plotHeight]) > 0, split !== '0');
        }
    });

    test('shows one epoch as a dot', () => {
        scrawlWell(...train('--epochs', '1', '--out', 'a.safetensors', '--plot', 'p.png'));
        const dot = count(decodePng(read('p.png')), isBlue, [chartLeft, chartRight], [chartTop, chartBottom]);
        assert.ok(dot > 20 && dot < 100, `${dot} pixels`);
    });

    test('leaves room for the epochs to come, and goes on with what the log says', async () => {
        const epochs = 16;
        const options = (out) => train('--epochs', `${epochs}`, '--validation-split', '0.2', '--out', `${out}/x.safetensors`);
        for (const name of ['whole', 'parts']) fs.mkdirSync(inFolder(name));
        scrawlWell(...options('whole'), '--plot', 'whole.png');
        const child = spawn(program, [...options('parts'), '--plot', 'parts.png', '--log', 'parts.csv'], { cwd: folder });
        const ended = new Promise((resolve) => child.on('close', resolve));
        const logged = () => exists('parts.csv') && read('parts.csv').includes('\n3,');
        while (child.exitCode === null && !logged()) await new Promise((resolve) => setTimeout(resolve, 10));
        child.kill('SIGTERM');
        assert.equal(await ended, 1);

        const middle = [chartLeft + 5, (chartLeft + chartRight) / 2], end = [chartRight - 20, chartRight];
        const curves = (name, across) => count(decodePng(read(name)), isBlue, across, [chartTop, chartBottom]) > 0;
        assert.ok(curves('parts.png', middle) && !curves('parts.png', end));
        const checkpoint = 'parts/x.safetensors.checkpoint';
        fs.mkdirSync(inFolder('again'));
        fs.copyFileSync(inFolder(checkpoint), inFolder('again/x.safetensors.checkpoint'));
        const resume = ['train', '--data', 'bars', '--quiet', '--resume'];
        scrawlWell(...resume, checkpoint, '--log', 'parts.csv', '--plot', 'parts.png');
        const [whole, parts] = ['whole.png', 'parts.png'].map((name) => decodePng(read(name)));
        const rounding = 2; // of a color: the log's figures have nine digits
        for (let y = 0; y < plotHeight; y++) {
            for (let x = 0; x < plotWidth; x++) {
                const other = parts.pixel(x, y);
                assert.ok(whole.pixel(x, y).every((value, i) => Math.abs(value - other[i]) <= rounding), `pixel ${x}, ${y}`);
            }
        }
        scrawlWell(...resume, 'again/x.safetensors.checkpoint', '--plot', 'again.png');
        assert.ok(curves('again.png', end) && !curves('again.png', [chartLeft, chartLeft + 15]));
    });

    test('takes from a log nothing that no training has written', async () => {
        const child = spawn(program, train('--epochs', '30000', '--out', 'strange.safetensors', '--log', 'strange.csv'), { cwd: folder });
        const ended = new Promise((resolve) => child.on('close', resolve));
        const logged = () => exists('strange.csv') && read('strange.csv').includes('\n3,');
        while (child.exitCode === null && !logged()) await new Promise((resolve) => setTimeout(resolve, 10));
        child.kill('SIGTERM');
        assert.equal(await ended, 1);
        const epoch = read('strange.csv').toString().trimEnd().split('\n').length;
        const checkpoint = read('strange.safetensors.checkpoint');
        const resumed = (log) => {
            fs.writeFileSync(inFolder('strange.csv'), log);
            fs.writeFileSync(inFolder('strange.safetensors.checkpoint'), checkpoint);
            scrawlWell('train', '--data', 'bars', '--resume', 'strange.safetensors.checkpoint', '--epochs', `${epoch}`,
                '--log', 'strange.csv', '--plot', 'strange.png', '--quiet');
            return read('strange.png');
        };
        const without = resumed('');
        const rows = ['2,nan,0.5,,,1,1', '2,inf,0.5,,,1,1', '2,1e999,0.5,,,1,1', '2,-1,0.5,,,1,1', '2,1,1.5,,,1,1', '2,1,0.5,1,,1,1',
            '2,1', '-2,1,0.5,,,1,1', '1e300,1,0.5,,,1,1', '0,1,0.5,,,1,1', 'nan,1,0.5,,,1,1', ',1,0.5,,,1,1', `${'9'.repeat(1000)},1`, '\0\0', ''];
        for (const row of rows) assert.ok(resumed(`${row}\n`).equals(without), row);
        assert.ok(!resumed('2,1,0.5,,,1,1\n').equals(without), 'a row that is one is drawn');
    });

    test('goes on without a plot that cannot be written any more', () => {
        const result = scrawl(...train('--epochs', '2', '--out', 'b.safetensors', '--plot', '/dev/full'));
        assert.equal(result.status, 1);
        assert.match(result.errors, /^scrawl: Can't write \/dev\/full: No space left on device\. The training goes on\.\n$/);
        assert.ok(exists('b.safetensors'));
    });

    test('keeps the old file when the first epoch diverges', () => {
        fs.writeFileSync(inFolder('old.png'), 'old');
        const wild = ['--optimizer', 'sgd', '--learning-rate', '999', '--momentum', '0.99', '--batch-size', '1'];
        const linear = ['--arch', 'flatten, dense 16, dense 16, dense 16, dense 10 softmax'];
        const result = scrawl(...train(...wild, ...linear, '--out', 'c.safetensors', '--plot', 'old.png'));
        assert.match(result.errors, /diverged/);
        assert.equal(read('old.png').toString(), 'old');
    });
});

// ---- What isn't drawn -----------------------------------------------------------------------------------------

describe('refused', () => {
    for (const option of ['--confusion', '--mistakes', '--plot']) {
        const command = option === '--plot'
            ? train('--epochs', '100000', '--out', 'd.safetensors')
            : ['eval', 'model.safetensors', '--data', 'bars'];
        for (const place of ['nowhere/x.png', 'bars', 'model.safetensors/x.png', '/proc/x.png']) {
            test(`${option} '${place}'`, () => {
                const found = files();
                const result = scrawl(...command, option, place);
                assert.equal(result.status, 1, result.errors);
                assert.match(result.errors, new RegExp(`^scrawl: Can't write .*Choose another file by ${option}\\.\n$`));
                assert.equal(result.output, '');
                assert.deepEqual(files(), found);
            });
        }
    }

    test('what cannot be meant', () => {
        for (const [words, message] of [
            [['eval', 'm', '--confusions', 'x.png'], /no option --confusions/],
            [['eval', 'm', '--mistakes'], /--mistakes/],
            [['eval', 'm', '--confusion', 'x.png', '--mistakes', 'x.png'], /two files, not x\.png/],
            [['eval', 'm', '--confusion', 'x.png', '--mistakes', './x.png'], /two files, not x\.png/],
            [['eval', 'm', '--plot', 'x.png'], /no option --plot/],
            [['train', '--plots', 'x.png'], /no option --plots/],
            [['train', '--plot'], /--plot/],
            [['train', '--plot', ''], /--plot needs a value/],
        ]) {
            const result = scrawl(...words);
            assert.equal(result.status, 2, words.join(' '));
            assert.match(result.errors, message);
        }
    });

    test('a picture that does not fit leaves the old one, and no other file', () => {
        fs.writeFileSync(inFolder('kept.png'), 'old');
        const found = files();
        const command = `trap '' XFSZ; ulimit -f 1; exec '${program}' eval model.safetensors --data bars --confusion kept.png`;
        const result = spawnSync('bash', ['-c', command], { cwd: folder });
        assert.equal(result.status, 1);
        assert.match(result.stderr.toString(), /^scrawl: Can't write kept\.png: /);
        assert.match(result.stdout.toString(), /^300 images/);
        assert.equal(read('kept.png').toString(), 'old');
        assert.deepEqual(files(), found);
    });
});
