// Draws the PNG icons that installed pages need from the SVG one: rectangles and stroked paths, which is all it holds.
// Not part of the site. Usage: node web/site/icons.mjs ICON.svg FOLDER

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** Sides in pixels. Maskable ones may be cut to any shape around their middle. */
const ICONS = [
    { name: 'scrawl-192.png', side: 192, isMaskable: false },
    { name: 'scrawl-512.png', side: 512, isMaskable: false },
    { name: 'scrawl-maskable-512.png', side: 512, isMaskable: true },
    { name: 'scrawl-apple-180.png', side: 180, isMaskable: true },
];
/** Of a maskable icon's side: what is never cut off. */
const SAFE_SHARE = 0.8;
const CURVE_STEPS = 12;

/** @typedef {[number, number]} Point */
/** @typedef {{ distance: (x: number, y: number) => number, colour: number[] }} Shape distance: below 0 inside */

/** @param {string} text @returns {Record<string, string>} */
function attributesOf(text) {
    return Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

/** @param {string} text such as #1d2b4f */
function colourOf(text) {
    if (!/^#[0-9a-f]{6}$/i.test(text)) throw new Error(`The icon's colour ${text} should be of the form #rrggbb.`);
    return [1, 3, 5].map((start) => parseInt(text.slice(start, start + 2), 16));
}

/** @param {Point[]} curve four points @returns {Point[]} without the first */
function flatten([a, b, c, d]) {
    return Array.from({ length: CURVE_STEPS }, (_, index) => {
        const t = (index + 1) / CURVE_STEPS;
        const s = 1 - t;
        const at = (/** @type {0 | 1} */ axis) =>
            s ** 3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t ** 3 * d[axis];
        return /** @type {Point} */ ([at(0), at(1)]);
    });
}

/** @param {string} data of a path: moves, lines and cubic curves @returns {Point[][]} lines through points */
function linesOf(data) {
    const lines = [];
    /** @type {Point} */ let pen = [0, 0];
    for (const [, command, list] of data.matchAll(/([a-z])([^a-z]*)/gi)) {
        const numbers = (list.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
        const isRelative = command === command.toLowerCase();
        const size = { m: 2, l: 2, h: 1, v: 1, c: 6 }[command.toLowerCase()];
        if (!size) throw new Error(`The icon's path has ${command}, of which only m, l, h, v and c are known.`);
        for (let first = 0; first < numbers.length; first += size) {
            const part = numbers.slice(first, first + size);
            const [x, y] = isRelative ? pen : [0, 0];
            /** @type {Point[]} */
            const points = size > 1
                ? Array.from({ length: size / 2 }, (_, index) => [x + part[2 * index], y + part[2 * index + 1]])
                : [command.toLowerCase() === 'h' ? [x + part[0], pen[1]] : [pen[0], y + part[0]]];
            if (command.toLowerCase() === 'm' && first === 0) lines.push([points[0]]);
            else lines[lines.length - 1].push(...(size === 6 ? flatten([pen, ...points]) : points));
            pen = points[points.length - 1];
        }
    }
    return lines;
}

/** Beyond what is drawn. */
const FAR = 1e3;

/**
 * Distance of a point from a section of a line; FAR where it is more than `reach`.
 * @param {Point} from @param {Point} to @param {number} reach
 */
function sectionDistance([x1, y1], [x2, y2], reach) {
    const [left, right] = [Math.min(x1, x2) - reach, Math.max(x1, x2) + reach];
    const [top, bottom] = [Math.min(y1, y2) - reach, Math.max(y1, y2) + reach];
    const [dx, dy] = [x2 - x1, y2 - y1];
    const square = dx * dx + dy * dy || 1;
    return (/** @type {number} */ x, /** @type {number} */ y) => {
        if (x < left || x > right || y < top || y > bottom) return FAR;
        const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / square));
        return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
    };
}

/** @param {Record<string, string>} attributes @returns {Shape['distance']} */
function rectangleDistance({ x = '0', y = '0', width, height, rx = '0' }) {
    const [halfWidth, halfHeight, radius] = [Number(width) / 2, Number(height) / 2, Number(rx)];
    const [middleX, middleY] = [Number(x) + halfWidth, Number(y) + halfHeight];
    return (px, py) => {
        const [dx, dy] = [Math.abs(px - middleX) - halfWidth + radius, Math.abs(py - middleY) - halfHeight + radius];
        return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
    };
}

/** @param {Record<string, string>} attributes @returns {Shape[]} */
function rectangle(attributes) {
    const distance = rectangleDistance(attributes);
    const { fill = 'none', stroke = 'none', 'stroke-width': width = '1' } = attributes;
    const shapes = fill === 'none' ? [] : [{ distance, colour: colourOf(fill) }];
    if (stroke === 'none') return shapes;
    const line = (/** @type {number} */ x, /** @type {number} */ y) => Math.abs(distance(x, y)) - Number(width) / 2;
    return [...shapes, { distance: line, colour: colourOf(stroke) }];
}

/** @param {Record<string, string>} attributes @returns {Shape[]} with round ends */
function path({ d, stroke, 'stroke-width': width = '1' }) {
    const sections = linesOf(d).flatMap((line) =>
        line.slice(1).map((point, before) => sectionDistance(line[before], point, Number(width))));
    const distance = (/** @type {number} */ x, /** @type {number} */ y) => {
        let least = FAR;
        for (const section of sections) least = Math.min(least, section(x, y));
        return least - Number(width) / 2;
    };
    return [{ distance, colour: colourOf(stroke) }];
}

/** @param {string} svg @returns {{ side: number, shapes: Shape[] }} */
function parse(svg) {
    const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
    const kinds = { rect: rectangle, path };
    const shapes = [...svg.matchAll(/<(rect|path)\b([^>]*)>/g)].flatMap(([, kind, text]) => kinds[kind](attributesOf(text)));
    if (!side || shapes.length === 0) throw new Error('The icon should have a square viewBox, and rectangles or paths.');
    return { side, shapes };
}

/** RGBA. @param {{ side: number, shapes: Shape[] }} icon @param {number} side in pixels @param {boolean} isMaskable */
function draw({ side: units, shapes }, side, isMaskable) {
    const scale = units / side / (isMaskable ? SAFE_SHARE : 1);
    // A maskable icon has no edge of its own: its background goes on to the corners, and the frame is left out.
    const touchesEdge = (/** @type {Shape} */ { distance }) => distance(units / 50, units / 2) <= 0;
    const drawn = isMaskable ? shapes.filter((shape) => !touchesEdge(shape)) : shapes;
    const empty = isMaskable ? [...shapes[0].colour, 1] : [0, 0, 0, 0];
    const data = Buffer.alloc(side * side * 4);
    for (let index = 0; index < side * side; index++) {
        const x = ((index % side) + 0.5 - side / 2) * scale + units / 2;
        const y = (Math.floor(index / side) + 0.5 - side / 2) * scale + units / 2;
        let [red, green, blue, alpha] = empty;
        for (const { distance, colour } of drawn) {
            const cover = Math.max(0, Math.min(1, 0.5 - distance(x, y) / scale));
            if (cover === 0) continue;
            const total = cover + alpha * (1 - cover);
            const under = alpha * (1 - cover);
            red = (colour[0] * cover + red * under) / total;
            green = (colour[1] * cover + green * under) / total;
            blue = (colour[2] * cover + blue * under) / total;
            alpha = total;
        }
        data.set([red, green, blue, 255 * alpha].map(Math.round), 4 * index);
    }
    return data;
}

/** As the PNG specification's annex D has it; node:zlib offers its own only from Node 20.15 on. @param {Buffer} bytes */
function crc32(bytes) {
    let value = 0xffffffff;
    for (const byte of bytes) {
        value ^= byte;
        for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    }
    return (value ^ 0xffffffff) >>> 0;
}

/** @param {string} type @param {Buffer} content */
function chunk(type, content) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
}

/** @param {Buffer} data RGBA @param {number} side */
function encodePng(data, side) {
    const [bitDepth, colourAndAlpha] = [8, 6];
    const header = Buffer.alloc(13);
    header.writeUInt32BE(side, 0);
    header.writeUInt32BE(side, 4);
    header.set([bitDepth, colourAndAlpha], 8);
    // Each row starts with its filter: 0, none.
    const rows = Array.from({ length: side }, (_, row) =>
        Buffer.concat([Buffer.alloc(1), data.subarray(row * side * 4, (row + 1) * side * 4)]));
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const content = deflateSync(Buffer.concat(rows), { level: 9 });
    return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', content), chunk('IEND', Buffer.alloc(0))]);
}

const [source, folder] = process.argv.slice(2);
const icon = parse(readFileSync(source, 'utf8'));
mkdirSync(folder, { recursive: true });
for (const { name, side, isMaskable } of ICONS) {
    writeFileSync(join(folder, name), encodePng(draw(icon, side, isMaskable), side));
}
