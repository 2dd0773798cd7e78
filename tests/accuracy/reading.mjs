// Lets the command line read many pictures.
import { spawnSync } from 'node:child_process';

import { built } from '../helpers/build.mjs';

const PART = 200; // pictures for one run of the program
const MOST_OUTPUT = 1 << 28; // bytes

/** For each file the text, without white space, and the confidence: that of the least sure digit, 0 without any. */
export function readPictures(model, files) {
    const readings = [];
    for (let start = 0; start < files.length; start += PART) {
        const part = files.slice(start, start + PART);
        const run = spawnSync(built('scrawl'), ['predict', '--json', '--model', model, ...part],
            { encoding: 'utf8', maxBuffer: MOST_OUTPUT });
        if (run.error) throw run.error;
        const lines = run.stdout.trim().split('\n').filter(Boolean);
        if (lines.length !== part.length) throw new Error(`${part.length} pictures, ${lines.length} lines: ${run.stderr}`);
        for (const line of lines) {
            const { text = '', digits = [] } = JSON.parse(line);
            const confidence = digits.length ? Math.min(...digits.map((digit) => digit.confidence)) : 0;
            readings.push({ text: text.replace(/\s/g, ''), confidence });
        }
    }
    return readings;
}
