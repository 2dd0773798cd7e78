// The rooms of src/: each sees only rooms below it. The check itself is tried on small trees that break the rules.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { built, compiler, root } from './helpers/build.mjs';
import { roomFaults } from './helpers/rooms.mjs';

/** From below to above: what each room may see. A new file needs no line here, a new room one. */
const ROOMS = {
    base: [],
    hdf5: ['base'],
    picture: ['base'],
    ink: ['base', 'picture'],
    clutter: ['base', 'picture', 'ink'],
    find: ['base', 'picture', 'ink', 'clutter'],
    kernels: ['base'],
    layers: ['base', 'kernels'],
    network: ['base', 'kernels', 'layers'],
    model: ['base', 'picture', 'kernels', 'layers', 'network'],
    exchange: ['base', 'hdf5', 'layers', 'network', 'model'],
    pages: ['base', 'picture', 'ink', 'layers'],
    data: ['base', 'layers', 'pages'],
    training: ['base', 'picture', 'kernels', 'layers', 'network', 'model', 'exchange', 'data', 'pages'],
    read: ['base', 'picture', 'ink', 'find', 'data', 'layers', 'network', 'model'],
    cli: [],
};
const MOST_ROOMS = 16;
const MOST_FILES = 20;
const MOST_README_LINES = 40;

test('every room sees only rooms below it', () => {
    assert.deepEqual(roomFaults(root, ROOMS, built('object', 'src')), []);
});

test('the rooms are few and small', () => {
    const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    assert.ok(rooms.length > 1 && rooms.length <= MOST_ROOMS, `${rooms.length} rooms`);
    for (const room of rooms.filter((name) => name !== 'cli')) {
        const files = readdirSync(join(root, 'src', room)).filter((name) => /\.[ch]$/.test(name));
        assert.ok(files.length <= MOST_FILES, `${room} has ${files.length} files`);
    }
});

/** Files of a folder and of those in it that make up one room, as its README may call them: with or without the ending. */
function namesIn(folder, ending) {
    const paths = readdirSync(folder, { recursive: true }).map(String);
    const others = paths.filter((path) => path.endsWith('/README.md')).map(dirname);
    return paths.filter((path) => ending.test(path) && !others.includes(dirname(path))).map((path) => path.split('/').at(-1));
}

/** What is wrong with a folder's README. */
function readmeFaults(folder, ending) {
    const text = readFileSync(join(folder, 'README.md'), 'utf8');
    const files = namesIn(folder, ending), units = files.map((name) => name.replace(/\.[a-z.]+$/, ''));
    const [, table = ''] = text.split('| file, in reading order |');
    const named = [...table.split('\n\n')[0].matchAll(/^\|([^|]*)\|/gm)]
        .flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name.split('/').at(-1)));
    const lines = text.split('\n').length - 1;
    return [
        ...lines > MOST_README_LINES ? [`${lines} lines`] : [],
        ...files.filter((name, index) => !named.includes(name) && !named.includes(units[index])).map((name) => `${name} is not named`),
        ...named.filter((name) => !files.includes(name) && !units.includes(name)).map((name) => `${name} is not there`),
        ...['Must not know', '| to change |'].filter((part) => !text.includes(part)).map((part) => `"${part}" is missing`),
    ];
}

test('every room has a README that names its files', () => {
    for (const room of Object.keys(ROOMS)) assert.deepEqual(readmeFaults(join(root, 'src', room), /\.[ch]$/), [], room);
    assert.deepEqual(readmeFaults(join(root, 'wasm'), /\.(js|c|d\.ts)$|^exported.*json$/), []);
    assert.deepEqual(readmeFaults(join(root, 'wasm', 'element'), /\.(js|d\.ts)$/), []);
    for (const folder of ['tests', 'web']) {
        const lines = readFileSync(join(root, folder, 'README.md'), 'utf8').split('\n').length - 1;
        assert.ok(lines > 1 && lines <= MOST_README_LINES, folder);
    }
});

test('a README that is too long or names other files is refused', (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'scrawl-readme-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const table = (name) => `| file, in reading order | does |\n|---|---|\n| \`${name}\` | all |\n\n**Must not know**: more.\n\n| to change | edit |\n`;
    const faultsWith = (text) => {
        writeFileSync(join(folder, 'README.md'), text);
        return readmeFaults(folder, /\.[ch]$/).join('; ');
    };
    writeFileSync(join(folder, 'tool.c'), '');
    assert.equal(faultsWith(table('tool')), '');
    assert.equal(faultsWith(table('other')), 'tool.c is not named; other is not there');
    assert.equal(faultsWith(`${table('tool.c')}${'\n'.repeat(MOST_README_LINES)}`), '47 lines');
    assert.match(faultsWith(''), /tool.c is not named; "Must not know" is missing/);
});

/** A right tree of two rooms, low and high, and a command line, with some files changed. */
const TREE = {
    'src/scrawl.h': '',
    'src/low/tool.h': '',
    'src/low/tool.c': '#include "tool.h"\nint tool(void);\nint tool(void) { return 1; }\n',
    'src/high/user.h': '#include "low/tool.h"\n',
    'src/high/user.c': '#include "user.h"\nint tool(void);\nint user(void);\nint user(void) { return tool(); }\n',
    'src/cli/main.c': '#include "scrawl.h"\n#include <stdio.h>\n',
    'wasm/bindings.c': '#include "scrawl.h"\n',
};
const TREE_ROOMS = { low: [], high: ['low'], cli: [] };

/** What is wrong with that tree when these files are written over it; compiled on demand. */
function faultsOf(changes, { rooms = TREE_ROOMS, compile = false } = {}) {
    const tree = mkdtempSync(join(tmpdir(), 'scrawl-rooms-'));
    try {
        for (const [path, text] of Object.entries({ ...TREE, ...changes })) {
            mkdirSync(dirname(join(tree, path)), { recursive: true });
            writeFileSync(join(tree, path), text);
            if (!compile || !path.endsWith('.c') || !path.startsWith('src/')) continue;
            const object = join(tree, 'object', path.slice('src/'.length).replace('.c', '.o'));
            mkdirSync(dirname(object), { recursive: true });
            execFileSync(compiler(), ['-I', join(tree, 'src'), '-c', '-o', object, join(tree, path)]);
        }
        return roomFaults(tree, rooms, compile ? join(tree, 'object') : undefined).join('; ');
    } finally {
        rmSync(tree, { recursive: true });
    }
}

test('a right tree passes', () => {
    assert.equal(faultsOf({}), '');
    assert.equal(faultsOf({}, { compile: true }), '');
    assert.equal(faultsOf({ 'src/low/other.h': '#include "tool.h"\n' }), '', 'a new file');
    assert.equal(faultsOf({ 'wasm/instead/high/user.c': '#include "low/tool.h"\n' }), '', 'a file in place of another');
});

test('what breaks the order is named', () => {
    const broken = [
        [{ 'src/low/tool.c': '  #  include "high/user.h" // hidden\n' }, /low\/tool includes high\/user.h/],
        [{ 'src/low/tool.c': '#include <stdio.h>\n' }, /low\/tool.c includes <stdio.h>/],
        [{ 'src/low/tool.c': '#include "none.h"\n' }, /none.h, which isn't there/],
        [{ 'src/new/file.c': '' }, /new\/file.c is in no room/],
        [{ 'src/low/other.h': '#include "tool.h"\n', 'src/low/tool.h': '#include "other.h"\n' }, /is a circle/],
        [{ 'src/cli/main.c': '#include "low/tool.h"\n' }, /cli\/main includes low\/tool.h/],
        [{ 'src/cli/main.c': '#include <low/tool.h>\n' }, /cli\/main includes low\/tool.h/],
        [{ 'wasm/bindings.c': '#include "low/tool.h"\n' }, /wasm\/bindings.c includes low\/tool.h/],
        [{ 'wasm/instead/low/tool.c': '#include "high/user.h"\n' }, /wasm\/instead\/low\/tool.c includes high\/user.h/],
        [{ 'wasm/instead/low/other.c': '' }, /wasm\/instead\/low\/other.c stands in place of src\/low\/other.c, which isn't there/],
        [{ 'wasm/bindings.c': '#include <low/tool.h>\n' }, /wasm\/bindings.c includes low\/tool.h/],
    ];
    for (const [changes, sentence] of broken) assert.match(faultsOf(changes), sentence);
    assert.match(faultsOf({}, { rooms: { high: ['low'], low: [], cli: [] } }), /high may see low, which is not below it/);
    assert.match(roomFaults('/nonexistent', ROOMS).join(), /no source/);
});

test('a table reached by extern is seen', () => {
    const upward = 'extern const int table;\nint tool(void);\nint tool(void) { return table; }\n';
    const table = '#include "user.h"\nextern const int table;\nconst int table = 1;\nint user(void);\nint user(void) { return 0; }\n';
    assert.match(faultsOf({ 'src/low/tool.c': upward, 'src/high/user.c': table }, { compile: true }), /low\/tool uses table of high\/user/);
    const inRoom = { 'src/low/tool.c': upward.replace('#', ''), 'src/low/table.c': '#include "tool.h"\nextern const int table;\nconst int table = 1;\nint tool(void);\nint both(void);\nint both(void) { return tool(); }\n' };
    assert.match(faultsOf(inRoom, { compile: true }), /is a circle/);
});
