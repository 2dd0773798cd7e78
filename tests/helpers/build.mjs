// Where the tests find the project, and what was built: SCRAWL_BUILD names another folder than build/.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {...string} path inside the build folder */
export function built(...path) {
    return resolve(root, process.env.SCRAWL_BUILD ?? 'build', ...path);
}

/** The C compiler that make takes: not every system has one that is named cc. */
export function compiler() {
    return spawnSync('bash', ['make/needs.sh', 'compiler'], { cwd: root, encoding: 'utf8' }).stdout.trim();
}

/** Why no test can start several ranks; '' where they can. NO_MPI says it for all tests of a run. */
export function missingMpi() {
    if (process.env.NO_MPI !== undefined) return process.env.NO_MPI;
    if (process.platform !== 'linux') return 'they are found by what Linux tells of processes';
    if (spawnSync('mpirun', ['--version']).status !== 0) return 'there is no MPI here (Debian: apt install libopenmpi-dev openmpi-bin)';
    return existsSync(built('scrawl-mpi.so')) ? '' : 'scrawl-mpi.so is not built (make mpi)';
}
