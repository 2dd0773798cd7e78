// Digits as pen strokes, and pictures of them: what the tests write on the page and give the library to read.

const circle = (x, y, width, height, from = 0, to = 2 * Math.PI) => Array.from({ length: 13 }, (_, index) => {
    const angle = from + ((to - from) * index) / 12;
    return [x + width * Math.sin(angle), y - height * Math.cos(angle)];
});

/** Points from (0, 0) to (1, 1), x to the right and y down. One stroke each. */
export const STROKES = {
    0: circle(0.5, 0.5, 0.36, 0.5),
    1: [[0.5, 0], [0.5, 0.35], [0.5, 0.7], [0.5, 1]],
    2: [...circle(0.5, 0.28, 0.36, 0.28, -1.3, 2.1), [0.45, 0.75], [0.1, 1], [0.5, 1], [0.95, 1]],
    3: [...circle(0.45, 0.25, 0.38, 0.25, -1.1, 2.9), ...circle(0.45, 0.74, 0.45, 0.26, 0.2, 4.3)],
    7: [[0.08, 0.02], [0.5, 0.02], [0.92, 0.02], [0.7, 0.4], [0.5, 0.7], [0.36, 1]],
};

/** Distance of a point from a section of a line. */
function distance(x, y, [x1, y1], [x2, y2]) {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
    return Math.sqrt((x - x1 - along * dx) ** 2 + (y - y1 - along * dy) ** 2);
}

const [digitWidth, digitHeight, gap, pen] = [60, 90, 40, 4.5];
const drawn = new Map();

/**
 * A number in black on white, as RGBA.
 * @param {string} text of the digits in STROKES
 */
export function picture(text) {
    if (!drawn.has(text)) drawn.set(text, draw(text));
    return drawn.get(text);
}

function draw(text) {
    const width = gap + text.length * (digitWidth + gap);
    const height = digitHeight + 2 * gap;
    const data = new Uint8ClampedArray(width * height * 4).fill(255);
    [...text].forEach((digit, index) => {
        const left = gap + index * (digitWidth + gap);
        const points = STROKES[digit].map(([x, y]) => [left + x * digitWidth, gap + y * digitHeight]);
        for (let y = 0; y < height; y++) {
            for (let x = left - gap; x < left + digitWidth + gap; x++) {
                const distances = points.slice(1).map((point, before) => distance(x, y, points[before], point));
                const ink = Math.max(0, Math.min(1, pen + 0.5 - Math.min(...distances)));
                const grey = Math.min(data[(y * width + x) * 4], Math.round(255 * (1 - ink)));
                data.fill(grey, (y * width + x) * 4, (y * width + x) * 4 + 3);
            }
        }
    });
    return { data, width, height };
}

/** A generator that gives the same numbers from 0 to below 1 in each run. */
export function sequence(seed) {
    let state = seed >>> 0;
    return () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 32;
    };
}

/** Images of 28×28 that are easy to tell apart: class 0 is an upright bar, 1 a level bar, 2 a square. */
export function easyImages(count, seed = 1) {
    const random = sequence(seed);
    const images = new Uint8Array(count * 784);
    const labels = new Uint8Array(count);
    for (let index = 0; index < count; index++) {
        const label = index % 3;
        const [width, height] = [[4, 18], [18, 4], [11, 11]][label];
        const left = Math.floor((28 - width) / 2 + 4 * random());
        const top = Math.floor((28 - height) / 2 + 4 * random());
        for (let y = top; y < top + height; y++) {
            const start = index * 784 + y * 28 + left;
            images.fill(155 + Math.floor(random() * 100), start, start + width);
        }
        labels[index] = label;
    }
    return { images, labels };
}
