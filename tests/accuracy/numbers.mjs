#!/usr/bin/env node
// How well numbers are read: pages with 0 to 3 kinds of clutter, each kind alone, touching digits, the same picture
// otherwise, and numbers of a pen with points and commas. The pages are made for measuring only: nothing is trained on them.
// Usage: node tests/accuracy/numbers.mjs [options] [PART]...
//   PART              clutter, kinds, touching, variants, pen; without any: all
//   --command TEXT    the program and its first arguments: "build/scrawl predict --json"
//   --model MODEL     best, small or a file; for `pen` too
//   --seed NUMBER     of the pages: 1
//   --pages NUMBER    for each number of kinds, of touching digits, …: 200; of each kind alone a tenth
//   --folder FOLDER   pictures whose variants are read too, beside made pages
//   --sheets FOLDER   where pictures of failures go
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

import { generator } from '../helpers/bars.mjs';
import { built, root } from '../helpers/build.mjs';
import { Random } from '../helpers/random.mjs';
import { createScrawl } from '../helpers/scrawl.mjs';
import { KINDS, makePage, someKinds } from './clutter_pages.mjs';
import { contactSheet } from './contact_sheet.mjs';
import { digitsOf, penNumber, penTexts } from './pen_numbers.mjs';
import { pgm } from './photograph.mjs';
import { readBytes } from './reading.mjs';
import { interval, matches } from './scores.mjs';
import { TEST, touchingPages } from './touching_pages.mjs';
import { planeOf, VARIANTS } from './variants.mjs';

const MOST_KINDS = 3, MOST_SHOWN = 36;
const PAGES_OF_A_SEED = 1_000_000;

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** Pages with `count` kinds of clutter. @param {number} seed @param {number} pages @param {(random: Random) => object} [changes] of their plans */
export function clutterPages(seed, count, pages, changes = () => ({})) {
    const random = new Random(seed * 10 + count);
    return Array.from({ length: pages }, (_, i) => makePage(seed * PAGES_OF_A_SEED + count * pages + i, someKinds(random, count), changes(random)));
}

/** Readings beside what stands there: { expected, text, right, doubtful, … }. */
export function readPages(pages, { model, command }) {
    return readBytes(model, pages.map((page) => page.picture), { command }).map((reading, i) => ({
        ...reading, page: pages[i], expected: pages[i].text, right: reading.rows === pages[i].text, silent: reading.rows !== pages[i].text && !reading.doubtful,
    }));
}

/** One line of a table: whole pages, digits, what was wrong without a doubt. */
function score(name, readings) {
    const count = readings.length, right = readings.filter((reading) => reading.right).length;
    const digits = readings.map(({ expected, text }) => matches(expected.replace(/\s/g, ''), text));
    const sum = (key) => digits.reduce((total, part) => total + part[key], 0);
    const silent = readings.filter((reading) => reading.silent).length;
    console.log(`${name}: ${percent(right / count)} of ${count} pages right (95 %: ${interval(right, count).map(percent).join(' to ')}), `
        + `digits ${percent(sum('right') / sum('expected'))} of ${sum('expected')}, ${sum('added')} too many, wrong without doubt ${percent(silent / count)}`);
}

function saveSheet(folder, name, readings) {
    const wrong = readings.filter((reading) => !reading.right).slice(0, MOST_SHOWN);
    if (!folder || wrong.length === 0) return;
    fs.mkdirSync(folder, { recursive: true });
    const oneLine = (text) => text.replace(/\n/g, '-');
    fs.writeFileSync(path.join(folder, `${name.replace(/\W+/g, '_')}.png`), contactSheet(wrong.map(({ page, expected, rows }) => (
        { plane: page.plane, captions: [`${oneLine(expected)}`, `= ${oneLine(rows)}`] }))));
}

function measureClutter(options) {
    const all = [];
    for (let count = 0; count <= MOST_KINDS; count++) {
        const readings = readPages(clutterPages(options.seed, count, options.pages), options);
        score(`${count} kinds of clutter`, readings);
        saveSheet(options.sheets, `clutter ${count}`, readings);
        all.push(...readings.map(({ page, right }) => ({ kinds: page.kinds, right })));
    }
    const shares = KINDS.map(({ name }) => {
        const withIt = all.filter(({ kinds }) => kinds.includes(name)), right = withIt.filter((reading) => reading.right).length;
        return { name, right, count: withIt.length };
    });
    for (const { name, right, count } of shares.sort((a, b) => a.right / a.count - b.right / b.count)) {
        console.log(`  ${name}, with others too: ${right} of ${count}`);
    }
}

function measureKinds(options) {
    const each = Math.ceil(options.pages / 10), wrong = [];
    for (const [place, { name }] of KINDS.entries()) {
        const pages = Array.from({ length: each }, (_, i) => makePage(options.seed * PAGES_OF_A_SEED + (place + 10) * PAGES_OF_A_SEED / 100 + i, [name]));
        const readings = readPages(pages, options);
        score(`only ${name}`, readings);
        wrong.push(...readings.filter((reading) => !reading.right).slice(0, 3));
    }
    saveSheet(options.sheets, 'each kind', wrong);
}

function measureTouching(options) {
    const random = generator(76 + options.seed);
    for (const count of [2, 3, 4]) {
        const readings = readPages(touchingPages(count, options.pages, TEST, random).map((page) => ({ ...page, plane: planeOfPgm(page.picture) })), options);
        score(`${count} touching digits`, readings);
        saveSheet(options.sheets, `touching ${count}`, readings);
    }
}

/** Of the bytes that this file's pages are. */
function planeOfPgm(bytes) {
    const [header, width, height] = /^P5 (\d+) (\d+) 255\n/.exec(bytes.toString('latin1', 0, 32));
    return planeOf({ width: Number(width), height: Number(height), grey: bytes.subarray(header.length) });
}

/** Grey planes of the pictures in a folder and the folders in it, as the library decodes them. */
async function planesIn(folder) {
    const scrawl = await createScrawl();
    try {
        return fs.readdirSync(folder, { recursive: true }).map(String).filter((name) => /\.(png|jpe?g|bmp|gif|p[gpn]m)$/i.test(name)).sort()
            .map((name) => planeOf(scrawl.predict(fs.readFileSync(path.join(folder, name)), { explain: true }).explanation));
    } finally {
        scrawl.free();
    }
}

/** How often each variant of a plane is read as the plane itself is, and how often all are. */
export function sameTexts(planes, { model, command }) {
    const read = (change) => readBytes(model, planes.map((plane) => pgm(change(plane))), { command }).map(({ text }) => text);
    const texts = read((plane) => plane), variants = VARIANTS.map(({ name, change }) => ({ name, texts: read(change) }));
    const same = (others) => others.filter((text, i) => text === texts[i]).length;
    return {
        each: variants.map((variant) => ({ name: variant.name, same: same(variant.texts) })),
        all: texts.filter((text, i) => variants.every((variant) => variant.texts[i] === text)).length,
    };
}

function printVariants(name, planes, options) {
    const { each, all } = sameTexts(planes, options), count = planes.length;
    for (const variant of each) console.log(`${name}, ${variant.name}: the same text ${percent(variant.same / count)} of ${count}`);
    const mean = each.reduce((sum, variant) => sum + variant.same, 0) / each.length / count;
    console.log(`${name}: the same text ${percent(mean)} of ${count} in the mean, in all variants ${percent(all / count)} (95 %: ${interval(all, count).map(percent).join(' to ')})`);
}

async function measureVariants(options) {
    const planes = Array.from({ length: options.pages }, (_, i) => clutterPages(options.seed * 1000 + i, i % 3, 1)[0].plane);
    printVariants('made pages', planes, options);
    if (options.folder) printVariants(options.folder, await planesIn(options.folder), options);
}

/** Numbers of a pen and what is read of them: { text, expected, read }. */
export function readPen(scrawl, seed, count) {
    const random = new Random(seed);
    return penTexts(random, count).map((text) => {
        const reading = scrawl.predictStrokes(penNumber(random, text));
        return { text, expected: digitsOf(text), read: reading.text.replace(/ /g, ''), digits: reading.digits };
    });
}

async function measurePen(options) {
    const model = options.model && fs.readFileSync(options.model.includes('.') ? options.model : path.join(root, 'models', `${options.model}.safetensors`));
    const scrawl = await createScrawl(model ? { model } : {});
    try {
        const readings = readPen(scrawl, options.seed, options.pages), count = readings.length;
        const right = readings.filter(({ expected, read }) => read === expected).length;
        const scrambled = readings.filter(({ expected, read }) => read !== expected && [...read.replace(/\s/g, '')].sort().join('') === [...expected].sort().join('')).length;
        const more = readings.filter(({ expected, digits }) => digits.length > expected.length).length;
        console.log(`numbers of a pen: ${percent(right / count)} of ${count} right (95 %: ${interval(right, count).map(percent).join(' to ')}), `
            + `${scrambled} with the right digits on other lines or in another order, ${more} with too many digits`);
        for (const { text, read } of readings.filter(({ expected, read }) => read !== expected).slice(0, 12)) console.log(`  ${text} is read "${read.replace(/\n/g, '⏎')}"`);
    } finally {
        scrawl.free();
    }
}

const PARTS = { clutter: measureClutter, kinds: measureKinds, touching: measureTouching, variants: measureVariants, pen: measurePen };

async function main() {
    const { values, positionals } = parseArgs({
        allowPositionals: true,
        options: {
            command: { type: 'string', default: `${built('scrawl')} predict --json` }, model: { type: 'string' }, seed: { type: 'string', default: '1' },
            pages: { type: 'string', default: '200' }, folder: { type: 'string' }, sheets: { type: 'string' },
        },
    });
    const options = { ...values, model: values.model ?? null, command: values.command.split(' '), seed: Number(values.seed), pages: Number(values.pages) };
    const unknown = positionals.find((part) => !PARTS[part]);
    if (unknown || !(options.seed >= 0) || !(options.pages > 0)) {
        console.error(unknown ? `There is no part "${unknown}": ${Object.keys(PARTS).join(', ')}.` : 'Seed and pages must be numbers.');
        process.exit(2);
    }
    for (const part of positionals.length ? positionals : Object.keys(PARTS)) await PARTS[part](options);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
