// Pictures that were handed in are opened one after the other, however many come: while one is read, which one worker does,
// the next is decoded by another. Says which one, and what can't be read. Knows neither the desk nor how a picture is opened.

import { sentenceOf } from '../words.js';

/**
 * @template Decoded, Picture
 * @typedef {object} QueueParts
 * @property {(file: File) => Promise<Decoded>} decode
 * @property {(file: File, decoded: Decoded) => Promise<Picture>} read
 * @property {(sentence: string) => void} onOpening
 * @property {(picture: Picture, isFirst: boolean) => void} onOpened first of those that came together
 * @property {(problem: unknown) => void} onEnd of those that came together; null: all were opened
 */

/** @param {string[]} names @returns {string} "a, b and c" */
function listed(names) {
    return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** Why it failed, without its name, which all of these sentences begin with. @param {{ name: string, error: unknown }} problem */
function reasonOf({ name, error }) {
    return sentenceOf(error).replace(`${name} could not be read. `, '');
}

/** A line for each reason. @param {{ name: string, error: unknown }[]} problems */
function summaryOf(problems) {
    if (problems.length <= 1) return problems[0]?.error ?? null;
    /** @type {Map<string, string[]>} */
    const names = new Map();
    for (const problem of problems) {
        const reason = reasonOf(problem);
        names.set(reason, [...names.get(reason) ?? [], problem.name]);
    }
    return new Error([...names].map(([reason, alike]) => `${listed(alike)} could not be read. ${reason}`).join('\n'));
}

/**
 * @template Decoded, Picture
 * @param {QueueParts<Decoded, Picture>} parts
 * @returns {(files: File[]) => void}
 */
export function createPictureQueue({ decode, read, onOpening, onOpened, onEnd }) {
    let queue = Promise.resolve();
    /** Files that are still to be opened. */
    let waiting = 0;

    /** Begins before a file's turn, which is when it is told what went wrong. @param {File} file */
    function begin(file) {
        const decoded = decode(file);
        decoded.catch(() => {});
        return decoded;
    }

    /** @param {File[]} files */
    async function openAll(files) {
        /** @type {{ name: string, error: unknown }[]} */
        const problems = [];
        let isFirst = true;
        /** The decoding of the file whose turn is next. @type {Promise<Decoded> | null} */
        let next = null;
        for (const [i, file] of files.entries()) {
            onOpening(waiting > 1 ? `Opening ${file.name}, ${waiting - 1} more to come…` : `Opening ${file.name}…`);
            const decoding = next ?? begin(file);
            await decoding.catch(() => {});
            next = files[i + 1] ? begin(files[i + 1]) : null;
            try {
                onOpened(await read(file, await decoding), isFirst);
                isFirst = false;
            } catch (error) {
                problems.push({ name: file.name, error });
            }
            waiting--;
        }
        onEnd(summaryOf(problems));
    }

    return (files) => {
        waiting += files.length;
        queue = queue.then(() => openAll(files));
    };
}
