#!/usr/bin/env node
// Fits src/read/acceptance.c to made pages: logistic regressions (Newton's method) of whether a candidate is a digit, and
// whether one that is is read right. Prints the two tables, fitted to even pages, and how well they do on odd ones.
// Usage: candidates_of_pages … > lines; node fit_acceptance.mjs lines [--write src/read/acceptance.c]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'string' } } });
const header = readFileSync(new URL('../../src/read/acceptance.h', import.meta.url), 'utf8');
const NAMES = [...header.matchAll(/^ {4}(FEATURE_\w+),/gm)].map((match) => match[1]);
/** Keeps weights of features that hardly occur small. */
const RIDGE = 3;
const STEPS = 30;
const OPINIONS = 3, CLASSES = 10;
/** least_probability of src/read/candidates.c */
const LEAST = 1e-4;

/** [{page, place, right, features}] of candidates that are not open. */
function load(file) {
    return readFileSync(file, 'utf8').trim().split('\n').map((line) => {
        const [page, place, right, label, , ...rest] = line.split(' ').map(Number);
        if (rest.length !== NAMES.length + OPINIONS * CLASSES) throw new Error(`${rest.length} numbers, ${NAMES.length} features`);
        const opinions = Array.from({ length: OPINIONS }, (_, i) => rest.slice(NAMES.length + i * CLASSES, NAMES.length + (i + 1) * CLASSES)
            .map((value) => Math.log(Math.max(value, LEAST))));
        return { page, place, right, label, features: [1, ...rest.slice(0, NAMES.length)], opinions };
    }).filter((row) => row.place >= 0);
}

const probability = (logit) => 1 / (1 + Math.exp(-logit));
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/** x of matrix · x = right, by Gauss with pivots. */
function solve(matrix, right) {
    const n = right.length, rows = matrix.map((row, i) => [...row, right[i]]);
    for (let i = 0; i < n; i++) {
        let pivot = i;
        for (let j = i + 1; j < n; j++) if (Math.abs(rows[j][i]) > Math.abs(rows[pivot][i])) pivot = j;
        [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
        for (let j = 0; j < n; j++) {
            if (j === i) continue;
            const factor = rows[j][i] / rows[i][i];
            for (let k = i; k <= n; k++) rows[j][k] -= factor * rows[i][k];
        }
    }
    return rows.map((row, i) => row[n] / row[i]);
}

function fit(rows, target) {
    const n = NAMES.length + 1;
    let weights = new Array(n).fill(0);
    for (let step = 0; step < STEPS; step++) {
        const gradient = weights.map((weight, i) => (i ? -RIDGE * weight : 0));
        const curvature = weights.map((_, i) => weights.map((__, j) => (i === j ? RIDGE * (i ? 1 : 1e-6) : 0)));
        for (const { features, ...row } of rows) {
            const p = probability(dot(weights, features)), error = row[target] - p, spread = p * (1 - p);
            for (let i = 0; i < n; i++) {
                gradient[i] += error * features[i];
                for (let j = 0; j < n; j++) curvature[i][j] += spread * features[i] * features[j];
            }
        }
        const change = solve(curvature, gradient);
        weights = weights.map((weight, i) => weight + change[i]);
    }
    return weights;
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
function judge(rows, weights, target) {
    const bins = Array.from({ length: 10 }, () => [0, 0, 0]);
    let loss = 0, right = 0;
    for (const { features, ...row } of rows) {
        const p = probability(dot(weights, features)), bin = bins[Math.min(9, Math.floor(p * 10))];
        loss -= Math.log(Math.max(row[target] ? p : 1 - p, 1e-9));
        right += (p > 0.5) === (row[target] === 1);
        bin[0]++, bin[1] += p, bin[2] += row[target];
    }
    const gap = bins.reduce((sum, [count, said, true_]) => sum + (count ? Math.abs(said - true_) : 0), 0) / rows.length;
    return `${rows.length} candidates, loss ${(loss / rows.length).toFixed(4)}, right ${(100 * right / rows.length).toFixed(2)} %, calibration error ${(100 * gap).toFixed(2)} %`;
}

function table(name, weights) {
    const rows = NAMES.map((feature, i) => `        [${feature}] = ${weights[i + 1].toFixed(3)}f,`).join('\n');
    return `static const struct regression ${name} = {\n    .bias = ${weights[0].toFixed(3)}f,\n    .weights = {\n${rows}\n    },\n};\n`;
}

const rows = load(positionals[0]), even = rows.filter((row) => row.page % 2 === 0), odd = rows.filter((row) => row.page % 2);
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
    writeFileSync(options.write, source.replace(/static const struct regression place[^]*?(?=\nstatic float regress)/, text));
    console.log(`Written: ${fileURLToPath(new URL(options.write, `file://${process.cwd()}/`))}`);
}
