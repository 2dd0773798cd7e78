// Starts the Chromium that is there: $CHROMIUM, the system's, or one that Playwright has. make/needs.sh knows where they
// are, and which are only scripts of that name. NO_BROWSER in the environment says that none of them starts.

import { spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';

import { root } from './build.mjs';

/** How long tests wait for what a page does, in milliseconds; the machine may be busy. */
export const PATIENCE = 60_000;

/** Why a test of the page is skipped. */
export const NO_BROWSER = process.env.NO_BROWSER || 'There is no Chromium: install one (Debian: apt install chromium), or set CHROMIUM.';

const ARGUMENTS = [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--no-first-run',
];

/** The programs that say they are Chromium, best first; none when NO_BROWSER is set. */
export function browserPrograms() {
    if (process.env.NO_BROWSER) return [];
    const { stdout } = spawnSync('bash', ['make/needs.sh', 'browsers'], { cwd: root, encoding: 'utf8' });
    return stdout.split('\n').filter(Boolean);
}

/** @param {string} [program] the best that there is, unless it is given */
export function launchBrowser(program = browserPrograms()[0]) {
    if (!program) throw new Error(NO_BROWSER);
    return chromium.launch({ executablePath: program, args: ARGUMENTS });
}
