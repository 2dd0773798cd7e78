// Writes PNG files, so that the tests need none in the repository, and reads those that the program writes.

import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEADER_SIZE = 13;
const CHUNK_FRAME = 12;
const BIT_DEPTH = 8;
const COLOUR = 2;
const COLOUR_AND_ALPHA = 6;

function chunk(type, content) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const length = Buffer.alloc(4);
    const checksum = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    checksum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, checksum]);
}

/** As the PNG specification's annex D has it; node:zlib offers its own only from Node 20.15 on. */
function crc(bytes) {
    let value = 0xffffffff;
    for (const byte of bytes) {
        value ^= byte;
        for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    }
    return (value ^ 0xffffffff) >>> 0;
}

/**
 * @param {{ data: Uint8ClampedArray, width: number, height: number }} pixels RGBA
 * @param {{ [type: string]: Buffer }} [others] chunks before the pixels
 */
export function encodePng({ data, width, height }, others = {}) {
    const header = Buffer.alloc(HEADER_SIZE);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([BIT_DEPTH, COLOUR_AND_ALPHA, 0, 0, 0], 8);
    const stride = width * 4;
    const rows = Buffer.alloc(height * (stride + 1));
    for (let row = 0; row < height; row++) {
        // Each row starts with its filter: 0, none.
        rows.set(data.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
    }
    return Buffer.concat([
        SIGNATURE,
        chunk('IHDR', header),
        ...Object.entries(others).map(([type, content]) => chunk(type, content)),
        chunk('IDAT', deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

/** The PNG with one more chunk, behind its header. */
export function withChunk(png, type, content) {
    const end = SIGNATURE.length + HEADER_SIZE + CHUNK_FRAME;
    return Buffer.concat([png.subarray(0, end), chunk(type, content), png.subarray(end)]);
}

/** The contents of all chunks, by type; throws where a checksum or a length is wrong. */
function readChunks(png) {
    const chunks = [];
    if (!png.subarray(0, 8).equals(SIGNATURE)) throw new Error('This is no PNG file.');
    for (let at = 8, size; at < png.length; at += size + 12) {
        size = png.readUInt32BE(at);
        const body = png.subarray(at + 4, at + 8 + size);
        if (png.readUInt32BE(at + 8 + size) !== crc(body)) throw new Error(`The chunk at ${at} is damaged.`);
        chunks.push({ type: body.toString('latin1', 0, 4), content: body.subarray(4) });
    }
    if (chunks.at(-1).type !== 'IEND') throw new Error('The file has no end.');
    return chunks;
}

/** Of the PNG specification, 9.4: the neighbour that is nearest to left + above - corner. */
function paeth(left, above, corner) {
    const [fromLeft, fromAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
    const fromCorner = Math.abs(left + above - 2 * corner);
    if (fromLeft <= fromAbove && fromLeft <= fromCorner) return left;
    return fromAbove <= fromCorner ? above : corner;
}

/** What a filter, by its number, adds to a byte. */
const PREDICTIONS = [
    () => 0,
    (left) => left,
    (left, above) => above,
    (left, above) => (left + above) >> 1,
    paeth,
];

/**
 * The pixels of a PNG file of three colours without interlacing.
 * @param {Buffer} png
 * @returns {{ width: number, height: number, pixel: (x: number, y: number) => number[] }} red, green and blue
 */
export function decodePng(png) {
    const chunks = readChunks(png);
    const header = chunks[0].content;
    const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
    if (header[8] !== BIT_DEPTH || header[9] !== COLOUR || header[12] !== 0) throw new Error('Another kind of PNG.');
    const bytes = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content)));
    const stride = width * 3;
    if (bytes.length !== height * (stride + 1)) throw new Error(`${bytes.length} bytes are no ${width} x ${height} pixels.`);
    const data = Buffer.alloc(height * stride);
    for (let row = 0; row < height; row++) {
        const predict = PREDICTIONS[bytes[row * (stride + 1)]];
        for (let i = 0; i < stride; i++) {
            const at = row * stride + i;
            const left = i >= 3 ? data[at - 3] : 0;
            const above = row > 0 ? data[at - stride] : 0;
            const corner = i >= 3 && row > 0 ? data[at - stride - 3] : 0;
            data[at] = bytes[row * (stride + 1) + 1 + i] + predict(left, above, corner);
        }
    }
    return { width, height, pixel: (x, y) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)] };
}
