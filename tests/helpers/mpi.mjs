// The command line as several ranks, which mpirun starts in the folder of tests/helpers/command.mjs: together with that.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

import { folder, program } from './command.mjs';
import { mpirunArguments, mpirunEnvironment, skip } from './mpirun.mjs';

export { mpirunArguments, mpirunEnvironment, skip };

/** Nothing is left to end in peace here: where a rank fails, Open MPI waits a second before it kills the others. */
const hurried = { OMPI_MCA_odls_base_sigkill_timeout: '0' };

/**
 * mpirun's arguments. ranks: how many, or a list of [count, words] where they differ; words: the program's arguments, or
 * other programs with theirs. @param {number | [number, string[]][]} ranks @param {string[]} [words]
 */
function launch(ranks, words) {
    const different = typeof ranks === 'number' ? [[ranks, words]] : ranks;
    const parts = different.map(([count, one]) => ['-n', `${count}`, ...one[0].includes('/') ? [] : [program], ...one]);
    return [...mpirunArguments, ...parts.flatMap((part, i) => (i > 0 ? [':', ...part] : part))];
}

/** Runs ranks to their end. A run that takes this long hangs. */
export function runRanks(ranks, words, variables = {}) {
    const result = spawnSync('mpirun', launch(ranks, words), { cwd: folder, timeout: 60_000, encoding: 'utf8', env: { ...mpirunEnvironment, ...hurried, ...variables } });
    if (result.error) throw result.error;
    return { status: result.status, output: result.stdout, errors: result.stderr };
}

/** A process's state and who started it; Z where it is over or was never there. @param {number} number */
function stateOf(number) {
    try {
        const [state, parent] = readFileSync(`/proc/${number}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
        return { state, parent: Number(parent) };
    } catch {
        return { state: 'Z' };
    }
}

/** Those that are still there after five seconds at most. @param {number[]} processes */
export async function remaining(processes) {
    const isRunning = (number) => stateOf(number).state !== 'Z';
    for (let i = 0; i < 500 && processes.some(isRunning); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    return processes.filter(isRunning);
}

/** The processes that a process started. @param {number} parent */
const childrenOf = (parent) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((number) => stateOf(number).parent === parent);

/** The ranks' process numbers in their order; one that isn't the program yet is left out. @param {number} launcher */
function processesOf(launcher) {
    const rankOf = (number) => {
        try {
            return Number(/\0(?:OMPI_COMM_WORLD_RANK|PMI_RANK)=(\d+)\0/.exec(readFileSync(`/proc/${number}/environ`, 'utf8'))?.[1]);
        } catch {
            return NaN; // it is over
        }
    };
    return childrenOf(launcher).filter((number) => rankOf(number) >= 0).sort((one, other) => rankOf(one) - rankOf(other));
}

/**
 * Starts ranks, and so long after all of them are there sends `signal` to one of them or, with null, to mpirun; waits for the
 * end. wasSent: whether it came to that. processes: the ranks' numbers.
 */
export async function interruptRanksAfter(count, words, milliseconds, signal, rank) {
    const child = spawn('mpirun', launch(count, words), { cwd: folder, timeout: 60_000, stdio: ['ignore', 'ignore', 'pipe'], env: mpirunEnvironment });
    const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
    let errors = '', processes = [], wasSent = false;
    child.stderr.on('data', (chunk) => errors += chunk);
    const ended = new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', resolve);
    });
    const isRunning = () => child.exitCode === null && child.signalCode === null;
    while (isRunning() && processes.length < count) {
        await pause(5);
        processes = processesOf(child.pid);
    }
    await Promise.race([pause(milliseconds), ended]);
    if (isRunning() && (rank === null || stateOf(processes[rank]).parent === child.pid))
        wasSent = process.kill(rank === null ? child.pid : processes[rank], signal);
    return { status: await ended, wasSent, errors, processes };
}

/**
 * Starts ranks, sends `signal` once standard error matches `when`, to one of them or, with null, to mpirun, and waits
 * for the end. processes: the ranks' numbers.
 */
export function interruptRanks(count, words, when, signal, rank) {
    return new Promise((resolve, reject) => {
        const child = spawn('mpirun', launch(count, words), { cwd: folder, timeout: 60_000, env: mpirunEnvironment });
        let errors = '', processes = null;
        child.stderr.on('data', (chunk) => {
            errors += chunk;
            if (processes || !when.test(errors)) return;
            processes = processesOf(child.pid);
            process.kill(rank === null ? child.pid : processes[rank], signal);
        });
        child.on('error', reject);
        child.on('close', (status) => resolve({ status, errors, processes: processes ?? [] }));
    });
}
