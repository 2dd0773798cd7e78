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

/** [{page, place, right, features}] of candidates that are not open. */
function load(file) {
    return readFileSync(file, 'utf8').trim().split('\n').map((line) => {
        const [page, place, right, , , ...features] = line.split(' ').map(Number);
        if (features.length !== NAMES.length) throw new Error(`${features.length} features, ${NAMES.length} names`);
        return { page, place, right, features: [1, ...features] };
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
