// Lets the command line read many pictures.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { built } from '../helpers/build.mjs';

const PART = 200; // pictures for one run of the program
const MOST_OUTPUT = 1 << 28; // bytes

/**
 * For each file the text without white space; the same with a line for each row (`rows`); the confidence: that of the
 * least sure digit, 0 without any; and whether any digit is doubted.
 * @param {string | null} model null: as the command chooses @param {string[]} files
 * @param {{ command?: string[] }} [options] the program and its first arguments
 */
export function readPictures(model, files, { command = [built('scrawl'), 'predict', '--json'] } = {}) {
    const readings = [], [program, ...first] = model ? [...command, '--model', model] : command;
    for (let start = 0; start < files.length; start += PART) {
        const part = files.slice(start, start + PART);
        const run = spawnSync(program, [...first, ...part], { encoding: 'utf8', maxBuffer: MOST_OUTPUT });
        if (run.error) throw run.error;
        const lines = run.stdout.trim().split('\n').filter(Boolean);
        if (lines.length !== part.length) throw new Error(`${part.length} pictures, ${lines.length} lines: ${run.stderr}`);
        for (const line of lines) {
            const { text = '', digits = [] } = JSON.parse(line);
            const confidence = digits.length ? Math.min(...digits.map((digit) => digit.confidence)) : 0;
            readings.push({ text: text.replace(/\s/g, ''), rows: text.replace(/ /g, ''), confidence, doubtful: digits.some((digit) => digit.doubtful) });
        }
    }
    return readings;
}

/** The same of pictures that are bytes of PGM files. @param {Uint8Array[]} pictures */
export function readBytes(model, pictures, options) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scrawl-pages-'));
    try {
        const files = pictures.map((_, i) => path.join(folder, `${i}.pgm`));
        pictures.forEach((picture, i) => fs.writeFileSync(files[i], picture));
        return readPictures(model, files, options);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}
