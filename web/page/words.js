// Words for numbers, times and errors, and handing out files: what several controllers need.

/** @import { Progress } from '../../wasm/scrawl.d.ts' */

/** @param {number} share @param {number} [digits] */
export function percent(share, digits = 2) {
    return `${(100 * share).toFixed(digits)} %`;
}

/** @param {number} count */
export function whole(count) {
    return Math.round(count).toLocaleString('en');
}

/** @param {number} count @param {string} name of one; an s makes it several */
export function counted(count, name) {
    return `${whole(count)} ${name}${count === 1 ? '' : 's'}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** @param {number} seconds */
export function duration(seconds) {
    if (seconds < MINUTE) return `${Math.max(1, Math.round(seconds))} s`;
    const [unit, part, name] = seconds < HOUR ? [MINUTE, 1, 'min'] : [HOUR, MINUTE, 'h'];
    const parts = Math.round(seconds / part);
    const perUnit = unit / part;
    return `${Math.floor(parts / perUnit)}:${String(parts % perUnit).padStart(2, '0')} ${name}`;
}

const EPOCH_DIGITS = 2;

/**
 * How long a network was trained: all of its epochs, or what came of them.
 * @param {Progress | null} progress the last one
 */
export function trainedText(progress) {
    if (!progress) return 'stopped at once';
    const { phase, epoch, epochs, images, epochImages } = progress;
    const trained = epoch + (phase === 'epoch-end' ? 1 : images / epochImages);
    const all = epochs === 1 ? '1 epoch' : `${epochs} epochs`;
    return trained < epochs ? `${Number(trained.toPrecision(EPOCH_DIGITS))} of ${all}` : all;
}

const MEGABYTE = 1e6;

/** @param {number} bytes */
export function megabytes(bytes) {
    return `${(bytes / MEGABYTE).toFixed(bytes < MEGABYTE ? 2 : 1)} MB`;
}

/** @param {number} time in milliseconds since 1970 */
export function dateText(time) {
    return new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}

/** An address is given back after this, in milliseconds: the download has begun by then. */
const DOWNLOAD_START = 60_000;

/** @param {BlobPart} content @param {string} name @param {string} type */
export function download(content, name, type) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_START);
}

const STOPPED = 'The reader stopped after an internal error. If it doesn’t go on by itself in a moment, reload the page.';

/** The engine itself has stopped, or was given up and started anew. */
const STOPPED_CODES = ['STOPPED', 'FREED'];

/** The library's code. @param {unknown} error @returns {string | undefined} */
export function codeOf(error) {
    return /** @type {{ code?: string }} */ (error).code;
}

/** Whether the engine is at fault, not what it was asked for. @param {unknown} error */
export function hasStopped(error) {
    return STOPPED_CODES.includes(codeOf(error) ?? '');
}

/**
 * What to say of an error.
 * @param {unknown} error
 */
export function sentenceOf(error) {
    const { message } = /** @type {Error} */ (error);
    return hasStopped(error) ? STOPPED : message;
}
