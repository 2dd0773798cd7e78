// Pictures that were handed in are opened one after the other, however many come; says which one, and what can't be read.
// Knows neither the desk nor how a picture is opened.

import { sentenceOf } from '../words.js';

/**
 * @template Picture
 * @typedef {object} QueueParts
 * @property {(file: File) => Promise<Picture>} open
 * @property {(sentence: string) => void} onOpening
 * @property {(picture: Picture, isFirst: boolean) => void} onOpened first of those that came together
 * @property {(problem: unknown) => void} onEnd of those that came together; null: all were opened
 */

/** @param {unknown[]} problems @param {number} count of files */
function summaryOf(problems, count) {
    if (problems.length <= 1) return problems[0] ?? null;
    return new Error(`${problems.length} of ${count} files could not be read. ${sentenceOf(problems[0])}`);
}

/**
 * @template Picture
 * @param {QueueParts<Picture>} parts
 * @returns {(files: File[]) => void}
 */
export function createPictureQueue({ open, onOpening, onOpened, onEnd }) {
    let queue = Promise.resolve();
    /** Files that are still to be opened. */
    let waiting = 0;

    /** @param {File[]} files */
    async function openAll(files) {
        /** @type {unknown[]} */
        const problems = [];
        let isFirst = true;
        for (const file of files) {
            onOpening(waiting > 1 ? `Opening ${file.name}, ${waiting - 1} more to come…` : `Opening ${file.name}…`);
            try {
                onOpened(await open(file), isFirst);
                isFirst = false;
            } catch (error) {
                problems.push(error);
            }
            waiting--;
        }
        onEnd(summaryOf(problems, files.length));
    }

    return (files) => {
        waiting += files.length;
        queue = queue.then(() => openAll(files));
    };
}
