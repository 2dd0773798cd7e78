// Runs script tests with node --test, after looking for a browser that starts. Where there is none, the tests of the page
// are skipped, the last sentence says how many and why, and the run fails, so that nobody takes it for a whole one:
// WITHOUT=page says that this is meant. Where there is no MPI, that sentence says so, too.
// Usage: [WITHOUT=page] node tests/run_tests.mjs [--note NOTE] FILE...
// That sentence is also written to the file NOTE, for a caller that runs other things beside it and says it at the end.

import { spawn, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { pathToFileURL } from 'node:url';

import { browserPrograms, launchBrowser } from './helpers/browser.mjs';
import { missingMpi } from './helpers/build.mjs';

/**
 * The first browser that starts, or why none does.
 * @param {string[]} programs
 * @param {(program: string) => Promise<{ close: () => Promise<void> }>} [launch]
 * @returns {Promise<{ program: string } | { reason: string }>}
 */
export async function startingBrowser(programs, launch = launchBrowser) {
    let reason = 'there is no Chromium here (Debian: apt install chromium; elsewhere: npx playwright-core install chromium)';
    for (const program of programs) {
        try {
            const browser = await launch(program);
            await browser.close();
            return { program };
        } catch (error) {
            reason = `${program} does not start: ${error.message.split('\n')[0]}`;
        }
    }
    return { reason };
}

/**
 * What node --test counted, from its closing lines.
 * @param {string} output
 * @param {string} what such as 'skipped'
 */
export function counted(output, what) {
    return Number(output.match(new RegExp(`^(?:#|ℹ) ${what} (\\d+)$`, 'm'))?.[1] ?? 0);
}

/** As many files as there are processors: tests of the page wait for it most of the time. Not every Node can be told. */
function atOnce() {
    const { stdout } = spawnSync(process.execPath, ['--help'], { encoding: 'utf8' });
    return stdout.includes('--test-concurrency') ? [`--test-concurrency=${cpus().length}`] : [];
}

/** In a terminal the short form, as node --test has it there. */
const REPORTER = process.stdout.isTTY ? ['--test-reporter=spec'] : [];

/** Runs the files, showing what they print: { status, output }. @param {string[]} files @param {Record<string, string>} environment */
function runTests(files, environment) {
    const child = spawn(process.execPath, ['--test', ...atOnce(), ...REPORTER, ...files], {
        env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
        output += text;
        process.stdout.write(text);
    });
    return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })));
}

/** The last sentence, and the exit status. `reason` is why there is no browser, `mpi` why there are no ranks. */
export function judgement({ status, skipped, reason, mpi, isMeant }) {
    const reasons = [reason, mpi].filter(Boolean);
    if (reasons.length === 0) return { sentence: null, status };
    const sentence = `${skipped} tests were skipped, because ${reasons.join(', and ')}.`;
    if (status !== 0 || isMeant || !reason) return { sentence, status };
    return { sentence: `${sentence} All others passed; WITHOUT=page lets that be enough.`, status: 3 };
}

async function main() {
    const words = process.argv.slice(2);
    const [note, files] = words[0] === '--note' ? [words[1], words.slice(2)] : [null, words];
    if (note) rmSync(note, { force: true });
    const isMeant = process.env.WITHOUT === 'page';
    const { program, reason } = isMeant ? { reason: 'WITHOUT=page asks for that' } : await startingBrowser(browserPrograms());
    if (reason) console.log(`The tests of the page will be skipped, because ${reason}.`);
    const mpi = missingMpi();
    if (mpi) console.log(`The tests of several ranks will be skipped, because ${mpi}.`);
    const run = await runTests(files, { NO_MPI: mpi, ...reason ? { NO_BROWSER: reason } : { CHROMIUM: program } });
    const { sentence, status } = judgement({ status: run.status ?? 1, skipped: counted(run.output, 'skipped'), reason, mpi, isMeant });
    if (sentence) console.log(sentence);
    if (sentence && note) writeFileSync(note, `${sentence}\n`);
    process.exitCode = status;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
