// What axe finds on a page: faults that keep people from using it.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @returns {Promise<string[]>} one line each */
export async function violations(page) {
    if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
    return page.evaluate(async () => {
        const { violations: found } = await window.axe.run(document, { resultTypes: ['violations'] });
        return found.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`));
    });
}
