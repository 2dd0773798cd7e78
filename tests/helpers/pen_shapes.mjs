// Digits, letters and signs as lines of a pen: what a hand writes beside numbers. Knows no picture.
// One line for each stroke, "x,y x,y …", y from 0 at the top of a capital to 1 on the line; a ~ makes it round.
import { STROKES } from './handwriting.mjs';

const SHAPES = {
    4: ['.6,0 .08,.65 .92,.65', '.68,.3 .64,1'],
    5: ['.3,.02 .85,.02', '~.3,.02 .24,.4 .55,.36 .86,.6 .75,.9 .42,1 .1,.9'],
    6: ['~.72,.02 .35,.25 .12,.65 .25,.95 .58,1 .82,.76 .6,.54 .3,.6 .15,.78'],
    8: ['~.8,.14 .5,0 .2,.16 .32,.4 .7,.6 .86,.82 .5,1 .15,.82 .3,.58 .7,.4 .8,.15'],
    9: ['~.82,.2 .5,0 .18,.22 .35,.48 .7,.42 .83,.16 .8,.5 .7,1'],
    A: ['0,1 .35,0 .7,1', '.12,.65 .58,.65'],
    C: ['~.6,.15 .35,0 .05,.3 .05,.7 .35,1 .6,.85'],
    E: ['.55,0 0,0 0,1 .55,1', '0,.5 .45,.5'],
    F: ['.55,0 0,0 0,1', '0,.48 .45,.48'],
    H: ['0,0 0,1', '.6,0 .6,1', '0,.5 .6,.5'],
    K: ['0,0 0,1', '.55,0 0,.55 .6,1'],
    M: ['0,1 .05,0 .4,.7 .75,0 .8,1'],
    N: ['0,1 0,0 .65,1 .65,0'],
    P: ['0,1 0,0', '~0,0 .5,.05 .5,.5 0,.55'],
    R: ['0,1 0,0', '~0,0 .5,.05 .5,.45 0,.5', '0,.5 .55,1'],
    T: ['0,0 .7,0', '.35,0 .35,1'],
    U: ['~0,0 0,.7 .3,1 .6,.7 .6,0'],
    W: ['0,0 .2,1 .45,.3 .7,1 .9,0'],
    X: ['0,0 .6,1', '.6,0 0,1'],
    a: ['~0,.9 .1,.65 .35,.55 .5,.6 .3,.55 .12,.75 .25,1 .45,.85 .5,.58 .5,.9 .65,.98'],
    d: ['~0,.9 .1,.65 .35,.55 .28,.55 .1,.78 .22,1 .42,.82 .5,.05 .48,.85 .6,.98'],
    e: ['~0,.9 .25,.78 .42,.65 .28,.54 .12,.72 .2,.98 .45,.95 .55,.88'],
    h: ['~0,.9 .15,.4 .2,.08 .13,.02 .1,.4 .1,1 .13,.72 .27,.58 .36,.7 .36,.95 .48,.97'],
    k: ['~0,.9 .15,.4 .2,.05 .12,.02 .1,.4 .1,1 .12,.72 .32,.58 .34,.68 .14,.78 .25,.95 .45,.98'],
    m: ['~0,.6 .05,.58 .07,1 .1,.7 .22,.56 .3,.65 .3,1 .34,.7 .46,.56 .54,.65 .55,.95 .66,.97'],
    n: ['~0,.6 .05,.58 .07,1 .1,.7 .25,.56 .35,.66 .36,.95 .48,.97'],
    p: ['~0,.65 .06,.58 .08,1.35 .09,.75 .25,.56 .42,.72 .3,.97 .1,.9 .3,.98 .5,.96'],
    r: ['~0,.6 .06,.57 .08,1 .1,.72 .25,.58 .36,.6 .4,.8'],
    t: ['~0,.9 .15,.5 .2,.15 .16,.6 .2,.95 .35,.95', '.02,.42 .36,.4'],
    u: ['~0,.6 .06,.6 .06,.9 .2,1 .36,.85 .38,.58 .38,.92 .5,.97'],
    w: ['~0,.6 .08,.62 .12,.95 .25,.95 .3,.65 .32,.9 .45,.98 .55,.85 .55,.6 .62,.66'],
    '+': ['.1,.55 .6,.55', '.35,.3 .35,.8'],
    '-': ['.05,.55 .55,.55'],
    '×': ['.1,.35 .55,.8', '.55,.35 .1,.8'],
    '=': ['.05,.45 .55,.45', '.05,.65 .55,.65'],
    '$': ['~.55,.2 .3,.08 .08,.25 .3,.48 .55,.7 .3,.95 .05,.82', '.3,-.08 .3,1.08'],
    '€': ['~.6,.15 .4,.02 .18,.3 .15,.7 .38,1 .62,.85', '.02,.4 .45,.4', '.02,.58 .42,.58'],
    '£': ['~.55,.2 .4,.03 .22,.2 .26,.6 .2,.9 .05,1', '~.05,1 .3,.95 .6,1', '.08,.52 .45,.52'],
    '%': ['.6,0 .05,1', '~.14,.08 .03,.2 .14,.34 .25,.2 .14,.08', '~.54,.66 .43,.8 .54,.94 .65,.8 .54,.66'],
    '#': ['.22,.05 .12,.95', '.5,.05 .4,.95', '.02,.33 .62,.33', '0,.67 .6,.67'],
    '.': ['.05,.95 .07,.97'],
    ',': ['~.1,.9 .12,.97 .04,1.14'],
    ':': ['.05,.4 .07,.42', '.05,.9 .07,.92'],
    '→': ['0,.5 1.6,.55', '1.25,.3 1.6,.55 1.2,.75'],
    '✓': ['0,.6 .25,1 .8,-.1'],
};

/** A smooth line through points (Catmull-Rom), `parts` sections between two of them. */
export function smooth(points, parts = 5) {
    const line = [points[0]];
    for (let i = 0; i + 1 < points.length; i++) {
        const [a, b, c, d] = [points[i - 1] ?? points[i], points[i], points[i + 1], points[i + 2] ?? points[i + 1]];
        for (let part = 1; part <= parts; part++) {
            const t = part / parts;
            line.push([0, 1].map((axis) => 0.5 * (2 * b[axis] + (c[axis] - a[axis]) * t
                + (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t * t + (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t ** 3)));
        }
    }
    return line;
}

function strokesOf(shape) {
    return shape.map((text) => {
        const points = text.replace('~', '').split(' ').map((pair) => pair.split(',').map(Number));
        return text.startsWith('~') ? smooth(points) : points;
    });
}

const shapes = new Map(Object.entries(SHAPES).map(([name, shape]) => [name, strokesOf(shape)]));
for (const [digit, points] of Object.entries(STROKES)) shapes.set(digit, [digit === '7' ? points : smooth(points, 3)]);

/** Lists of points of a character, and how far to the right it reaches. */
export function penShape(character) {
    const strokes = shapes.get(character);
    if (!strokes) throw new Error(`There is no shape of "${character}".`);
    return { strokes, width: Math.max(...strokes.flat().map(([x]) => x)) };
}

const isCursive = (character) => /[a-z]/.test(character);

/**
 * A word as strokes, its capitals 1 high, from x = 0 to `width`. Small letters are joined in one line, as in handwriting.
 * @param {string} word
 */
export function penWord(word, { space = 0.22, slant = 0 } = {}) {
    const strokes = [];
    let x = 0, joined = null;
    for (const character of word) {
        const shape = penShape(character);
        const moved = shape.strokes.map((points) => points.map(([px, py]) => [px + x + slant * (1 - py), py]));
        if (isCursive(character)) {
            if (joined) joined.push(...moved[0]);
            else strokes.push(joined = [...moved[0]]);
            strokes.push(...moved.slice(1));
        } else {
            joined = null;
            strokes.push(...moved);
        }
        x += shape.width + (isCursive(character) ? 0 : space);
    }
    return { strokes, width: x };
}
