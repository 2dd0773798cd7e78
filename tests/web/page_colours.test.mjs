// The colours of reasons, on the page by day and by night and on the sheet of --explain: people with any of the three kinds
// of colour blindness tell them apart, from writing too, and see them on the paper.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { root } from '../helpers/build.mjs';

/** @typedef {[number, number, number]} Colour red, green and blue, 0 to 255 */

/** The least distance in OKLab, in which black and white are 1 apart and 0.02 is just seen, and the least contrast with what lies below. */
const APART = 0.09, CONTRAST = 3;
const REASONS = ['ruling', 'frame', 'enclosure', 'shadow', 'grain', 'neighbour', 'faint', 'speck', 'no-digit'];

/**
 * What is seen of linear light, by all cones and without one kind of them: Machado, Oliveira & Fernandes, "A
 * physiologically-based model for simulation of color vision deficiency", 2009, severity 1.
 */
const VISIONS = [
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
];

/** Linear light to OKLab: Ottosson, "A perceptual color space for image processing", 2020. */
const CONES = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
const OKLAB = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];

const apply = (matrix, vector) => matrix.map((row) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2]);
const linear = (colour) => colour.map((value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
const luminance = (colour) => apply([[0.2126, 0.7152, 0.0722]], linear(colour))[0];
const inside = (values) => values.map((value) => Math.min(1, Math.max(0, value)));
const oklab = (colour, vision) => apply(OKLAB, apply(CONES, inside(apply(vision, linear(colour)))).map(Math.cbrt));
const hex = (text) => [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));

/** Of two colours, by who tells them apart worst. @param {Colour} a @param {Colour} b */
function distance(a, b) {
    return Math.min(...VISIONS.map((vision) => {
        const [one, other] = [oklab(a, vision), oklab(b, vision)];
        return Math.hypot(...one.map((value, index) => value - other[index]));
    }));
}

/** @param {Colour} a @param {Colour} b */
function contrast(a, b) {
    const [less, more] = [luminance(a), luminance(b)].sort((one, other) => one - other);
    return (more + 0.05) / (less + 0.05);
}

/** What is wrong with a palette. @param {Colour[]} colours @param {Colour} paper @param {Colour} writing */
function faultsOf(colours, paper, writing) {
    const all = [...colours, writing];
    return [
        ...all.flatMap((a, i) => all.slice(0, i).filter((b) => distance(a, b) < APART).map((b) => `${a} is like ${b}`)),
        ...colours.filter((colour) => contrast(colour, paper) < CONTRAST).map((colour) => `${colour} is pale`),
    ];
}

/** Of base.css: by day, then by night. */
function pageColours() {
    const sheet = readFileSync(join(root, 'web/styles/base.css'), 'utf8');
    return REASONS.map((reason) => [...sheet.matchAll(new RegExp(`--reason-${reason}: (#[0-9a-f]{6});`, 'g'))].map(([, value]) => hex(value)));
}

test('the reasons have colours that everybody tells apart', () => {
    const colours = pageColours();
    assert.ok(colours.every(({ length }) => length === 2));
    assert.deepEqual(faultsOf(colours.map(([day]) => day), [255, 255, 255], [0, 0, 0]), []);
    assert.deepEqual(faultsOf(colours.map(([, night]) => night), hex('#161f1b'), [255, 255, 255]), []);
});

test('the sheet of --explain has the colours of the page by day', () => {
    const source = readFileSync(join(root, 'src/cli/draw/explanation.c'), 'utf8');
    REASONS.forEach((reason, index) => {
        const name = `SCRAWL_REASON_${reason.toUpperCase().replace('-', '_')}`;
        const [, values] = new RegExp(`\\[${name}\\] = \\{([^}]*)\\}`).exec(source) ?? [];
        assert.deepEqual(values?.split(',').map(Number), pageColours()[index][0], reason);
    });
});

test('colours that are alike or pale are refused', () => {
    const [red, green] = [[200, 60, 40], [120, 110, 30]];
    assert.equal(faultsOf([red, green], [255, 255, 255], [0, 0, 0]).length, 1);
    assert.equal(faultsOf([[240, 228, 66]], [255, 255, 255], [0, 0, 0]).length, 1);
});
