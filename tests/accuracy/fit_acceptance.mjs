#!/usr/bin/env node
// Fits src/read/acceptance.c to made pages: perceptrons with one hidden layer (Adam) for whether a candidate is a digit, and
// whether one that is is read right. Prints the two tables, fitted to even pages, and how well they do on odd ones.
// Usage: node fit_acceptance.mjs LINES [--write src/read/acceptance.c], then `make format`
// LINES of the present tables: build/candidates_of_pages models/best.safetensors models/finder.safetensors
//   build/mnist/train-images-idx3-ubyte build/mnist/train-labels-idx1-ubyte 1000 2000 3000
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { Random } from '../helpers/random.mjs';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'string' } } });
const header = readFileSync(new URL('../../src/read/acceptance.h', import.meta.url), 'utf8');
const NAMES = [...header.matchAll(/^ {4}(FEATURE_\w+),/gm)].map((match) => match[1]);
const HIDDEN = Number(/ACCEPTANCE_HIDDEN = (\d+)/.exec(header)?.[1]);
/** Adam's, with decoupled weight decay and a rate that falls as a cosine. */
const EPOCHS = 60, BATCH = 1024, RATE = 3e-3, FIRST_MOMENT = 0.9, SECOND_MOMENT = 0.999, EPSILON = 1e-8;
const DECAYS = { place: 0.02, right: 0.05 };
const OPINIONS = 3, CLASSES = 10;
/** least_probability of src/read/candidates.c */
const LEAST = 1e-4;

/** [{page, place, right, features}] of candidates that are not open. */
function load(file) {
    return readFileSync(file, 'utf8').trim().split('\n').map((line) => {
        const [page, place, right, label, ...rest] = line.split(' ').map(Number);
        if (rest.length !== NAMES.length + OPINIONS * CLASSES) throw new Error(`${rest.length} numbers, ${NAMES.length} features`);
        const opinions = Array.from({ length: OPINIONS }, (_, i) => rest.slice(NAMES.length + i * CLASSES, NAMES.length + (i + 1) * CLASSES)
            .map((value) => Math.log(Math.max(value, LEAST))));
        return { page, place, right, label, features: Float64Array.from(rest.slice(0, NAMES.length)), opinions };
    }).filter((row) => row.place >= 0);
}

/** At most so many rows of a page that are no digit, evenly over it, with digits beside them and without: noise would outweigh
 * all else, and people's pages hold fewer of them than made ones. The first was chosen on half of a collection of cheques
 * and on rotated squared paper. */
const MOST_BESIDE_DIGITS = 30, MOST_ALONE = 60;

function thinned(rows) {
    const counts = new Map(), seen = new Map();
    const withDigits = new Set(rows.filter(({ place }) => place === 1).map(({ page }) => page));
    const isNegative = (row) => row.place === 0;
    for (const { page } of rows.filter(isNegative)) counts.set(page, (counts.get(page) ?? 0) + 1);
    return rows.filter((row) => {
        if (!isNegative(row)) return true;
        const most = withDigits.has(row.page) ? MOST_BESIDE_DIGITS : MOST_ALONE;
        const share = Math.min(1, most / counts.get(row.page)), index = seen.get(row.page) ?? 0;
        seen.set(row.page, index + 1);
        return Math.floor((index + 1) * share) > Math.floor(index * share);
    });
}

const probability = (logit) => 1 / (1 + Math.exp(-logit));

/** What a perceptron is fitted on: features with mean 0 and deviation 1. */
function scaleOf(rows) {
    return NAMES.map((_, i) => {
        const mean = rows.reduce((sum, { features }) => sum + features[i], 0) / rows.length;
        const spread = rows.reduce((sum, { features }) => sum + (features[i] - mean) ** 2, 0) / rows.length;
        return { mean, deviation: Math.sqrt(spread) || 1 };
    });
}

/** Places of a perceptron's numbers: [feature][hidden], the hidden units' biases, their weights, [feature] past them, the bias. */
const HIDDEN_BIAS = NAMES.length * HIDDEN, WEIGHTS = HIDDEN_BIAS + HIDDEN, DIRECT = WEIGHTS + HIDDEN, BIAS = DIRECT + NAMES.length;

function logitOf(numbers, features, hidden) {
    let sum = numbers[BIAS];
    for (let i = 0; i < NAMES.length; i++) sum += numbers[DIRECT + i] * features[i];
    for (let j = 0; j < HIDDEN; j++) {
        let unit = numbers[HIDDEN_BIAS + j];
        for (let i = 0; i < NAMES.length; i++) unit += numbers[i * HIDDEN + j] * features[i];
        hidden[j] = Math.tanh(unit);
        sum += numbers[WEIGHTS + j] * hidden[j];
    }
    return sum;
}

/** Adds the loss's gradient of one row. */
function addGradient(numbers, features, target, hidden, gradient) {
    const error = probability(logitOf(numbers, features, hidden)) - target;
    gradient[BIAS] += error;
    for (let i = 0; i < NAMES.length; i++) gradient[DIRECT + i] += error * features[i];
    for (let j = 0; j < HIDDEN; j++) {
        const unit = error * numbers[WEIGHTS + j] * (1 - hidden[j] ** 2);
        gradient[WEIGHTS + j] += error * hidden[j];
        gradient[HIDDEN_BIAS + j] += unit;
        for (let i = 0; i < NAMES.length; i++) gradient[i * HIDDEN + j] += unit * features[i];
    }
}

/** A step of Adam (Kingma and Ba, 2015) with decoupled weight decay (Loshchilov and Hutter, 2019). */
function improve({ numbers, first, second }, gradient, step, rate, decay) {
    for (const [i, slope] of gradient.entries()) {
        first[i] = FIRST_MOMENT * first[i] + (1 - FIRST_MOMENT) * slope;
        second[i] = SECOND_MOMENT * second[i] + (1 - SECOND_MOMENT) * slope ** 2;
        const adam = first[i] / (1 - FIRST_MOMENT ** step) / (Math.sqrt(second[i] / (1 - SECOND_MOMENT ** step)) + EPSILON);
        numbers[i] -= rate * (adam + decay * numbers[i]);
    }
}

function shuffle(list, random) {
    for (let i = list.length - 1; i > 0; i--) {
        const j = random.whole(0, i);
        [list[i], list[j]] = [list[j], list[i]];
    }
}

/** One perceptron's numbers, for features as they are. */
function fit(rows, target) {
    const random = new Random(1), scale = scaleOf(rows), count = BIAS + 1, hidden = new Float64Array(HIDDEN);
    const scaled = rows.map((row) => ({ target: row[target], features: scale.map(({ mean, deviation }, i) => (row.features[i] - mean) / deviation) }));
    const spread = (i) => 1 / Math.sqrt(i < HIDDEN_BIAS ? NAMES.length : HIDDEN);
    const numbers = Float64Array.from({ length: count }, (_, i) => (i < DIRECT ? random.between(-1, 1) * spread(i) : 0));
    const state = { numbers, first: new Float64Array(count), second: new Float64Array(count) };
    const steps = EPOCHS * Math.ceil(rows.length / BATCH);
    for (let epoch = 0, step = 0; epoch < EPOCHS; epoch++) {
        shuffle(scaled, random);
        for (let start = 0; start < scaled.length; start += BATCH) {
            const batch = scaled.slice(start, start + BATCH), gradient = new Float64Array(count);
            for (const row of batch) addGradient(numbers, row.features, row.target, hidden, gradient);
            const rate = RATE * (1 + Math.cos(Math.PI * step / steps)) / 2;
            step++;
            improve(state, gradient.map((sum) => sum / batch.length), step, rate, DECAYS[target]);
        }
    }
    return unscaled(numbers, scale);
}

/** The same perceptron for features that aren't scaled. */
function unscaled(numbers, scale) {
    const result = numbers.slice();
    for (const [i, { mean, deviation }] of scale.entries()) {
        result[DIRECT + i] = numbers[DIRECT + i] / deviation;
        result[BIAS] -= result[DIRECT + i] * mean;
    }
    for (let j = 0; j < HIDDEN; j++) {
        for (const [i, { mean, deviation }] of scale.entries()) {
            result[i * HIDDEN + j] = numbers[i * HIDDEN + j] / deviation;
            result[HIDDEN_BIAS + j] -= result[i * HIDDEN + j] * mean;
        }
    }
    return result;
}

/** Mean cross-entropy and share right of classes, by opinions that count so much each. */
function judgeClasses(rows, shares) {
    let loss = 0, right = 0;
    for (const { label, opinions } of rows) {
        const sums = Array.from({ length: CLASSES }, (_, i) => shares.reduce((sum, share, k) => sum + share * opinions[k][i], 0));
        const most = Math.max(...sums), all = sums.reduce((sum, value) => sum + Math.exp(value - most), 0);
        loss += most + Math.log(all) - sums[label];
        right += sums.indexOf(most) === label;
    }
    return { loss: loss / rows.length, right: right / rows.length };
}

/** The shares of least loss, by steps up and down that get smaller. */
function fitShares(rows) {
    let shares = [0.7, 0.7, 0.5], { loss } = judgeClasses(rows, shares);
    for (let step = 0.2; step > 0.01; step /= 2) {
        for (let improved = true; improved;) {
            improved = false;
            for (let i = 0; i < OPINIONS; i++) {
                for (const change of [step, -step]) {
                    const tried = shares.map((share, k) => (k === i ? share + change : share)), result = judgeClasses(rows, tried);
                    if (result.loss < loss - 1e-6) [shares, loss, improved] = [tried, result.loss, true];
                }
            }
        }
    }
    return shares;
}

/** Mean cross-entropy, share on the right side, and the gap between confidence and truth in ten bins. */
function judge(rows, numbers, target) {
    const bins = Array.from({ length: 10 }, () => [0, 0, 0]);
    const hidden = new Float64Array(HIDDEN);
    let loss = 0, right = 0;
    for (const { features, ...row } of rows) {
        const p = probability(logitOf(numbers, features, hidden)), bin = bins[Math.min(9, Math.floor(p * 10))];
        loss -= Math.log(Math.max(row[target] ? p : 1 - p, 1e-9));
        right += (p > 0.5) === (row[target] === 1);
        bin[0]++, bin[1] += p, bin[2] += row[target];
    }
    const gap = bins.reduce((sum, [count, said, true_]) => sum + (count ? Math.abs(said - true_) : 0), 0) / rows.length;
    return `${rows.length} candidates, loss ${(loss / rows.length).toFixed(4)}, right ${(100 * right / rows.length).toFixed(2)} %, calibration error ${(100 * gap).toFixed(2)} %`;
}

/** As the table holds it: a whole number of 16 bits. */
function hundredths(number) {
    const whole = Math.round(100 * number);
    if (Math.abs(whole) >= 2 ** 15) throw new Error(`${number} is too large for the table`);
    return whole;
}

function table(name, numbers) {
    const list = (from) => `{${[...numbers.slice(from, from + HIDDEN)].map(hundredths).join(', ')}}`;
    const rows = (line) => NAMES.map((feature, i) => `        [${feature}] = ${line(i)},`).join('\n');
    return `static const struct perceptron ${name} = {\n    .bias = ${hundredths(numbers[BIAS])},\n`
        + `    .direct = {\n${rows((i) => hundredths(numbers[DIRECT + i]))}\n    },\n    .weights = ${list(WEIGHTS)},\n`
        + `    .hidden_bias = ${list(HIDDEN_BIAS)},\n    .hidden = {\n${rows((i) => list(i * HIDDEN))}\n    },\n};\n`;
}

const rows = thinned(load(positionals[0])), even = rows.filter((row) => row.page % 2 === 0), odd = rows.filter((row) => row.page % 2);
const classes = (part) => part.filter((row) => row.place === 1);
for (const shares of [[1, 0, 0], [0, 1, 0], [0, 0, 1], fitShares(classes(even))]) {
    const { loss, right } = judgeClasses(classes(odd), shares);
    console.log(`shares of ink, grey, detector ${shares.map((share) => share.toFixed(2)).join(', ')}: loss ${loss.toFixed(4)}, right ${(100 * right).toFixed(2)} %`);
}
const place = fit(even, 'place'), right = fit(even.filter((row) => row.place === 1), 'right');
console.log(`place: ${judge(odd, place, 'place')}`);
console.log(`class: ${judge(odd.filter((row) => row.place === 1), right, 'right')}`);
const text = table('place', place) + table('class_index', right);
if (!options.write) console.log(text);
else {
    const source = readFileSync(options.write, 'utf8');
    writeFileSync(options.write, source.replace(/static const struct perceptron place[^]*?(?=\n\/\* By the one exponential)/, text));
    console.log(`Written: ${fileURLToPath(new URL(options.write, `file://${process.cwd()}/`))}`);
}
