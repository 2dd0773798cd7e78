// The file in which kept digits travel: JSON, written here and read with distrust. Knows no elements and no storage.
//
// { "format": "scrawl-digits", "version": 1, "digits": [{ "label": 7, "image": "…", "readAs": 1, "kept": "2026-01-31T…Z" }] }
//
// image: 28×28 bytes in base64, row by row, 0 paper to 255 ink, as the network sees them; label: what it is, 0 to 9;
// readAs: what it was read as, or null; kept: when, ISO 8601. The last two may be missing.

import { IMAGE_PIXELS } from '../../../wasm/scrawl-client.js';

/** @import { KeptDigit } from './storage.js' */

const FORMAT = 'scrawl-digits';
const VERSION = 1;
const CLASS_COUNT = 10;

export const MOST_DIGITS = 1000;
/** A digit takes about 1,200 bytes. */
const MOST_BYTES = 4 << 20;

const TOO_LARGE = 'This file is too large to be one of kept digits.';

/** @param {KeptDigit[]} digits */
export function writeDigits(digits) {
    return JSON.stringify({
        format: FORMAT,
        version: VERSION,
        digits: digits.map(({ image, label, readAs, kept }) => ({
            label,
            image: btoa(String.fromCharCode(...image)),
            readAs,
            kept: new Date(kept).toISOString(),
        })),
    }, null, 1);
}

/** @param {unknown} value */
function isClass(value) {
    return Number.isInteger(value) && Number(value) >= 0 && Number(value) < CLASS_COUNT;
}

/** @param {unknown} text @returns {Uint8Array | null} */
function imageFrom(text) {
    if (typeof text !== 'string' || text.length > 2 * IMAGE_PIXELS) return null;
    try {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        return bytes.length === IMAGE_PIXELS ? bytes : null;
    } catch {
        return null;
    }
}

/**
 * @param {any} entry of the file
 * @param {number} index
 * @param {number} now
 * @returns {KeptDigit}
 */
function digitFrom(entry, index, now) {
    const place = `Digit ${index + 1} of the file`;
    if (!isClass(entry?.label)) throw new Error(`${place} has no label from 0 to 9.`);
    const image = imageFrom(entry.image);
    if (!image) throw new Error(`${place} has no image of 28 × 28 pixels.`);
    if (!image.some((ink) => ink > 0)) throw new Error(`${place} is empty.`);
    const time = typeof entry.kept === 'string' ? Date.parse(entry.kept) : NaN;
    return {
        image,
        label: entry.label,
        readAs: isClass(entry.readAs) ? entry.readAs : null,
        kept: Number.isNaN(time) ? now : time,
    };
}

/**
 * @param {string} text of a file
 * @param {number} [now] for digits without a time
 * @returns {KeptDigit[]}
 */
export function readDigits(text, now = Date.now()) {
    if (text.length > MOST_BYTES) throw new Error(TOO_LARGE);
    let content;
    try {
        content = JSON.parse(text);
    } catch (cause) {
        throw new Error('This file is no list of kept digits: choose one that “Export” wrote.', { cause });
    }
    if (content?.format !== FORMAT) throw new Error('This file is no list of kept digits: choose one that “Export” wrote.');
    if (content.version !== VERSION) throw new Error('This list of kept digits comes from a newer Scrawl. Reload the page first.');
    if (!Array.isArray(content.digits) || content.digits.length === 0) throw new Error('This list of kept digits is empty.');
    if (content.digits.length > MOST_DIGITS) throw new Error(`This list has more than ${MOST_DIGITS} digits.`);
    return content.digits.map((/** @type {unknown} */ entry, /** @type {number} */ index) => digitFrom(entry, index, now));
}

/** @param {Blob} file read only when it isn't too large */
export async function readDigitsFile(file) {
    if (file.size > MOST_BYTES) throw new Error(TOO_LARGE);
    return readDigits(await file.text());
}
