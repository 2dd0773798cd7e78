// Pictures that were handed in are opened in their order, however many come: some are read at the same time, and meanwhile the
// next is decoded. Says which one, and what can't be read. Knows neither the desk nor how a picture is opened.

import { sentenceOf } from '../words.js';

/**
 * @template Decoded, Picture
 * @typedef {object} QueueParts
 * @property {() => number} atOnce so many are read at the same time; one more may be decoded before its turn, for each takes
 *     tens of megabytes
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
 * @param {() => number} most tasks that go on at the same time
 * @returns {<Result>(task: () => Promise<Result>) => Promise<Result>} begins a task when its turn has come
 */
function createTurns(most) {
    let count = 0;
    /** @type {(() => void)[]} */
    const waiting = [];
    return async (task) => {
        // Who waits is handed the turn of who ends.
        if (count >= most()) await new Promise((resolve) => waiting.push(() => resolve(null)));
        else count++;
        try {
            return await task();
        } finally {
            const next = waiting.shift();
            if (next) next();
            else count--;
        }
    };
}

/**
 * @template Decoded, Picture
 * @param {QueueParts<Decoded, Picture>} parts
 * @returns {(files: File[]) => void}
 */
export function createPictureQueue({ atOnce, decode, read, onOpening, onOpened, onEnd }) {
    let queue = Promise.resolve();
    /** Files that are still to be opened. */
    let waiting = 0;
    const decodeInTurn = createTurns(() => 1);
    const readInTurn = createTurns(atOnce);

    /** Begins before a file's turn, which is when it is told what went wrong. @param {File} file */
    function begin(file) {
        const picture = decodeInTurn(() => decode(file)).then((decoded) => readInTurn(() => read(file, decoded)));
        picture.catch(() => {});
        return picture;
    }

    /** @param {File[]} files */
    async function openAll(files) {
        /** @type {{ name: string, error: unknown }[]} */
        const problems = [];
        let isFirst = true;
        /** @type {Promise<Picture>[]} */
        const begun = [];
        for (const [i, file] of files.entries()) {
            onOpening(waiting > 1 ? `Opening ${file.name}, ${waiting - 1} more to come…` : `Opening ${file.name}…`);
            for (const next of files.slice(begun.length, i + atOnce() + 1)) begun.push(begin(next));
            try {
                onOpened(await begun[i], isFirst);
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
