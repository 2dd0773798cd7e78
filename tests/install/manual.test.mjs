// scrawl(1) and scrawl(3): all commands, options and calls are there, and no manual reader complains.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { built, root } from '../helpers/build.mjs';
import { has, run, version } from '../helpers/install.mjs';

const page = (section) => built('install', `scrawl.${section}`);

/** A page as one reads it, with a single space between words. @param {number} section */
function shown(section) {
    const text = readFileSync(page(section), 'utf8');
    return text.replace(/^\.\\".*$/gm, '').replace(/^\.[A-Z]+\b ?/gm, '').replace(/\\f[BIR]/g, '').replace(/\\\(ga/g, '`').replace(/\\\(ti/g, '~').replace(/\\\(ha/g, '^')
        .replace(/\\&/g, '').replace(/\\e/g, '\\').replace(/\\-/g, '-').replace(/\s+/g, ' ');
}

/** Without breaks of lines. @param {string} text */
const joined = (text) => text.replace(/\s+/g, ' ').trim();

/** What stands in the first page and not in the help, or the other way round, a sentence for each. */
function differences(text) {
    const missing = [];
    const commands = [...run(built('scrawl'), ['help']).matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name);
    assert.ok(commands.length >= 7);
    for (const command of commands) {
        const help = run(built('scrawl'), [command, '-h']);
        const options = help.split('\nOptions:\n')[1].split('\n\n')[0];
        // Each option with its argument and the beginning of its help.
        for (const [, option, about] of options.matchAll(/^ {2}(--\S+(?: \S+)?)\s{2,}(.*)$/gm)) {
            if (!text.includes(`${option} ${joined(about)}`)) missing.push(`${command} ${option}`);
        }
        for (const part of help.split('\n\n').filter((each) => !/^(Usage|Options|Example):/.test(each))) {
            if (!text.includes(joined(part).replace(/`/g, '').slice(0, 60))) missing.push(`${command}: ${part}`);
        }
    }
    return missing;
}

describe('scrawl(1)', () => {
    test('says all that the commands\' help says', () => {
        assert.deepEqual(differences(shown(1)), []);
        assert.deepEqual(differences(shown(1).replace('--explain FILE.png', '--draw FILE.png')), ['predict --explain FILE.png']);
    });

    test('names the version, the exit statuses and the variables that are read', () => {
        assert.ok(readFileSync(page(1), 'utf8').includes(`"Scrawl ${version}"`));
        assert.match(readFileSync(page(1), 'utf8'), /^\.TH SCRAWL 1 "\d{4}-\d\d-\d\d"/m);
        const sources = run('grep', ['-rhoE', 'getenv\\("[A-Z_]+"\\)', join(root, 'src')]);
        const variables = [...sources.matchAll(/"(\w+)"/g)].map(([, name]) => name);
        assert.ok(variables.length >= 3);
        for (const name of variables) assert.ok(shown(1).includes(name), name);
    });
});

test('scrawl(3) has every declaration of scrawl.h, and what is said of it', () => {
    const header = readFileSync(join(root, 'src/scrawl.h'), 'utf8');
    const text = shown(3);
    const code = header.replace(/\/\*[^]*?\*\//g, '');
    const calls = [...code.matchAll(/\b(scrawl_\w+)\(/g)].map(([, name]) => name);
    assert.ok(calls.length > 60);
    for (const name of [...calls, ...code.match(/\bSCRAWL_[A-Z]\w+/g).filter((each) => each !== 'SCRAWL_H')]) assert.ok(text.includes(name), name);
    for (const [, comment] of header.matchAll(/^\/\* (?!-)([^]*?)\*\//gm)) {
        const words = joined(comment.replace(/^ \*/gm, ''));
        assert.ok(joined(text).includes(words.slice(0, 100)) || /\b(Failure|Lifetime)\b/.test(words), words);
    }
    for (const [, title] of header.matchAll(/^\/\* -+ (.*?) -+ \*\/$/gm)) assert.ok(readFileSync(page(3), 'utf8').includes(`.SS ${title}\n`), title);
});

describe('No reader complains', () => {
    for (const section of [1, 3]) {
        test(`mandoc, of scrawl(${section})`, { skip: has('mandoc') ? false : 'there is no mandoc' }, () => {
            assert.equal(run('mandoc', ['-Tlint', '-Wwarning', page(section)]), '');
        });
        test(`groff, of scrawl(${section})`, { skip: has('groff') ? false : 'there is no groff' }, () => {
            const { status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', page(section)], { encoding: 'utf8' });
            assert.equal(status, 0);
            assert.equal(stderr, '');
        });
    }
});
