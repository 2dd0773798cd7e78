// Starts the Chromium that is there: $CHROMIUM, the system's, or one that Playwright has. Fails when there is none.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** How long tests wait for what a page does, in milliseconds; the machine may be busy. */
export const PATIENCE = 60_000;

const ARGUMENTS = [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--no-first-run',
];

function isProgram(path) {
    try {
        accessSync(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

function programOnPath(name) {
    return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)).find(isProgram);
}

function browserProgram() {
    if (process.env.CHROMIUM) return process.env.CHROMIUM;
    const names = ['chromium', 'chromium-browser', 'google-chrome'];
    const found = names.map(programOnPath).find(Boolean) ?? chromium.executablePath();
    if (isProgram(found)) return found;
    throw new Error('Testing the page needs Chromium: install it (Debian: apt install chromium), or set CHROMIUM.');
}

export function launchBrowser() {
    return chromium.launch({ executablePath: browserProgram(), args: ARGUMENTS });
}
