// node:test for files whose tests need a browser: where there is none, each of their tests is skipped and says why.

import * as runner from 'node:test';

import { browserPrograms, NO_BROWSER } from './browser.mjs';

const isMissing = browserPrograms().length === 0;

function nothing() {}

/** @param {Function} declare it or test */
function skipping(declare) {
    return (name) => declare(name, { skip: NO_BROWSER }, nothing);
}

export const { describe } = runner;
export const it = isMissing ? skipping(runner.it) : runner.it;
export const test = isMissing ? skipping(runner.test) : runner.test;
export const before = isMissing ? nothing : runner.before;
export const after = isMissing ? nothing : runner.after;
export const beforeEach = isMissing ? nothing : runner.beforeEach;
export const afterEach = isMissing ? nothing : runner.afterEach;
