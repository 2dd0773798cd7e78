// What each of the finder's rules is good for: pictures read right with all rules, and with one of them switched off.
// Usage: node tests/accuracy/ablation.mjs [--model MODEL] [--finder FILE|none] [--half even|odd] [--single] FOLDER...
//   A FOLDER holds labels.csv (file,label,...) or a folder of pictures for each label; the latter count as one set.
//   --half    only pictures whose file name's SHA-1 begins with an even (odd) digit
//   --single  reads each picture as one digit
// `make build/predict_without` first.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { built } from '../helpers/build.mjs';

const PART = 200; // pictures for one run of the program
const MOST_OUTPUT = 1 << 28; // bytes
const SINGLE_DIGITS = 'single digits';

/** @typedef {{file: string, label: string, set: string}} Item */

/** @returns {Item[]} the pictures of a folder, in order */
export function itemsOf(folder) {
    const labels = join(folder, 'labels.csv');
    if (existsSync(labels)) {
        return readFileSync(labels, 'utf8').trim().split('\n').slice(1).map((line) => line.split(','))
            .map(([file, label]) => ({ file: join(folder, file), label, set: basename(folder) }));
    }
    return readdirSync(folder).sort().flatMap((label) => readdirSync(join(folder, label)).sort()
        .map((file) => ({ file: join(folder, label, file), label, set: SINGLE_DIGITS })));
}

/** Whether a picture is of a half: 0 even, 1 odd. */
export function isOfHalf(file, half) {
    return parseInt(createHash('sha1').update(basename(file)).digest('hex')[0], 16) % 2 === half;
}

/** @returns {boolean[]} whether each picture is read right without a rule, or with all where it is '' */
function readRight(items, rule, more) {
    return Array.from({ length: Math.ceil(items.length / PART) }, (_, part) => {
        const some = items.slice(part * PART, (part + 1) * PART);
        const without = rule === '' ? [] : [`--without=${rule}`];
        const run = spawnSync(built('predict_without'), [...without, '--json', ...more, ...some.map(({ file }) => file)],
            { encoding: 'utf8', maxBuffer: MOST_OUTPUT });
        const lines = (run.stdout ?? '').trim().split('\n').filter(Boolean);
        if (lines.length !== some.length) throw new Error(`${some.length} pictures, ${lines.length} lines: ${run.stderr ?? run.error}`);
        return lines.map((line, index) => (JSON.parse(line).text ?? '').replace(/\s/g, '') === some[index].label);
    }).flat();
}

const count = (values) => values.filter(Boolean).length;

/** "93 (+1 -2)": right, and which became right and wrong without the rule. */
function cell(items, set, right, before) {
    const of = (test) => count(items.map((item, index) => item.set === set && test(index)));
    return `${of((i) => right[i])} (+${of((i) => right[i] && !before[i])} -${of((i) => !right[i] && before[i])})`;
}

function main() {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: {
        model: { type: 'string', default: 'best' }, half: { type: 'string' }, finder: { type: 'string' }, single: { type: 'boolean', default: false } } });
    const halves = ['even', 'odd'];
    if (positionals.length === 0 || (values.half !== undefined && !halves.includes(values.half))) {
        process.stderr.write('Usage: node tests/accuracy/ablation.mjs [--model MODEL] [--finder FILE|none] [--half even|odd] [--single] FOLDER...\n');
        process.exit(2);
    }
    const items = positionals.flatMap(itemsOf)
        .filter(({ file }) => values.half === undefined || isOfHalf(file, halves.indexOf(values.half)));
    const sets = [...new Set(items.map(({ set }) => set))];
    const more = ['--model', values.model, ...values.finder ? ['--finder', values.finder] : [], ...values.single ? ['--single'] : []];
    const rules = execFileSync(built('predict_without'), ['--rules'], { encoding: 'utf8' }).trim().split('\n');
    const before = readRight(items, '', more);
    const row = (name, cells) => process.stdout.write(`| ${[name, ...cells].join(' | ')} |\n`);
    row('without', sets.map((set) => `${set}, of ${count(items.map((item) => item.set === set))}`));
    row('---', sets.map(() => '---'));
    row('no rule', sets.map((set) => String(count(items.map((item, i) => item.set === set && before[i])))));
    for (const rule of [...rules, rules.join(',')]) {
        const right = readRight(items, rule, more);
        row(rule.includes(',') ? 'any rule' : rule, sets.map((set) => cell(items, set, right, before)));
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
