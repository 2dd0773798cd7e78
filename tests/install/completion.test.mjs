// Completion of the command line's arguments: every option that its help names, in each shell; in bash as somebody types.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { built } from '../helpers/build.mjs';
import { folder, has, run } from '../helpers/install.mjs';

const scripts = Object.fromEntries(['bash', 'zsh', 'fish'].map((shell) => [shell, built('install', `scrawl.${shell}`)]));
const without = (shell) => (has(shell) ? false : `there is no ${shell}`);

/** What the command line itself says it knows: { command: [option, …] }. */
function knownOptions() {
    const commands = [...run(built('scrawl'), ['help']).matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name);
    assert.ok(commands.length >= 7, commands.join());
    return Object.fromEntries(commands.map((command) => {
        const help = run(built('scrawl'), [command, '-h']);
        return [command, [...help.split('\nOptions:\n')[1].split('\n\n')[0].matchAll(/^ {2}(?:-h, )?--([\w-]+)/gm)].map(([, name]) => name)];
    }));
}

before(() => {
    mkdirSync(join(folder, 'pictures'));
    for (const name of ['a page.png', 'page.jpg', 'log.csv']) writeFileSync(join(folder, name), '');
});

/** What bash offers behind these words, of which the last is begun. @param {string[]} words */
function bashOffers(...words) {
    const script = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _scrawl; printf "%s\\n" "${COMPREPLY[@]}"';
    return [...new Set(run('bash', ['--norc', '-c', script, 'bash', scripts.bash, 'scrawl', ...words]).trim().split('\n').filter(Boolean))].sort();
}

describe('In bash', { skip: without('bash') }, () => {
    const files = ['a page.png', 'log.csv', 'page.jpg', 'pictures'];

    test('every command and every option is offered', () => {
        const known = knownOptions();
        assert.deepEqual(bashOffers(''), ['--help', '--version', ...Object.keys(known), 'help', 'version'].sort());
        assert.deepEqual(bashOffers('help', ''), Object.keys(known).sort());
        for (const [command, options] of Object.entries(known)) {
            assert.deepEqual(bashOffers(command, '-'), options.map((name) => `--${name}`).sort(), command);
        }
    });

    const offers = [
        [['pre'], ['predict']],
        [['predict', '--js'], ['--json']],
        [['predict', '--model', 'be'], ['best']],
        [['predict', '--model', '=', 'be'], ['best']],
        [['predict', '--model', '='], ['best', 'small', ...files]],
        [['predict', '--finder', 'n'], ['none']],
        [['predict', '--explain', ''], ['a page.png', 'pictures']],
        [['predict', '--threads', ''], []],
        [['predict', ''], files],
        [['predict', '--json', 'p'], ['page.jpg', 'pictures']],
        [['predict', '--threads', '3', '--model', '=', 'best', 'page.jpg', ''], files],
        [['predict', '--format', ''], ['csv', 'json', 'text', 'tsv']],
        [['predict', '--shard', ''], []],
        [['predict', '--files-from', 'l'], ['log.csv']],
        [['merge', 'log.csv', '--corrections', 'l'], ['log.csv']],
        [['merge', 'log.csv', ''], files],
        [['show', '--set', ''], ['test', 'train']],
        [['show', ''], []],
        [['train', '--arch', ''], ['best', 'fast', 'finder', 'small', 'tutorial']],
        [['train', '--optimizer', ''], ['adam', 'sgd']],
        [['train', '--log', ''], ['log.csv', 'pictures']],
        [['train', ''], []],
        [['export', ''], ['best', 'small', ...files].sort()],
        [['export', 'best', 'l'], ['log.csv']],
        [['export', 'best', 'digits.onnx', ''], []],
        [['eval', '--', ''], ['best', 'small', ...files]],
        [['nothing', ''], []],
    ];
    test('words, files and nothing, each at its place', () => {
        for (const [words, expected] of offers) assert.deepEqual(bashOffers(...words), [...expected].sort(), words.join(' '));
    });

    test('a tab completes what is typed', { skip: without('script') }, () => {
        const typed = [`source ${scripts.bash}`, 'scrawl() { printf "<%s>" "$@"; }', 'scrawl pred\t--exp\ta\t', 'scrawl eval --mist\tm.png sm\t', 'exit', ''].join('\n');
        const { stdout } = spawnSync('script', ['-qec', 'bash --norc --noprofile -i', '/dev/null'], { cwd: folder, encoding: 'utf8', input: typed, timeout: 20_000,
            env: { ...process.env, TERM: 'dumb', INPUTRC: '/dev/null' } });
        assert.match(stdout, /<predict><--explain><a page\.png>/);
        assert.match(stdout, /<eval><--mistakes><m\.png><small>/);
    });

    test('shellcheck finds nothing', { skip: without('shellcheck') }, () => run('shellcheck', [scripts.bash]));
});

describe('In zsh', () => {
    test('every command and every option is there', () => {
        const text = readFileSync(scripts.zsh, 'utf8');
        assert.match(text, /^#compdef scrawl\n/);
        for (const [command, options] of Object.entries(knownOptions())) {
            const part = text.split(`\n                ${command})\n`)[1].split(';;')[0];
            assert.deepEqual([...part.matchAll(/'--([\w-]+)=?\[/g)].map(([, name]) => name).sort(), [...options].sort(), command);
        }
    });

    test('zsh understands it', { skip: without('zsh') }, () => run('zsh', ['-n', scripts.zsh]));
});

describe('In fish', () => {
    test('every command and every option is there', () => {
        const text = readFileSync(scripts.fish, 'utf8');
        for (const [command, options] of Object.entries(knownOptions())) {
            const part = [...text.matchAll(new RegExp(`seen_subcommand_from ${command}'.* -l ([\\w-]+) `, 'g'))].map(([, name]) => name);
            assert.deepEqual(part.sort(), [...options].sort(), command);
        }
    });

    test('it offers what it should', { skip: without('fish') }, () => {
        const offers = (line) => run('fish', ['--no-config', '-c', `source ${scripts.fish}; complete -C '${line}'`]).trim().split('\n').map((offer) => offer.split('\t')[0]);
        assert.deepEqual(offers('scrawl pre'), ['predict']);
        assert.deepEqual(offers('scrawl predict --js'), ['--json']);
        assert.deepEqual(offers('scrawl show --set '), ['test', 'train']);
        assert.deepEqual(offers('scrawl predict --model b'), ['best']);
        assert.deepEqual(offers('scrawl predict --threads '), ['']);
        assert.ok(offers('scrawl predict ').includes('page.jpg'));
    });
});
