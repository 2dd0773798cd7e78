// Writes PNG files, so that the tests need none in the repository.

import { deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BIT_DEPTH = 8;
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

/** @param {{ data: Uint8ClampedArray, width: number, height: number }} pixels RGBA */
export function encodePng({ data, width, height }) {
    const header = Buffer.alloc(13);
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
        chunk('IDAT', deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}
