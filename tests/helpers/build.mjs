// Where the tests find the project, and what was built: SCRAWL_BUILD names another folder than build/.

import { spawnSync } from 'node:child_process';
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
