// The rooms of the page's scripts: each sees only what its line allows. The check itself is tried on imports that don't.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, it } from 'node:test';

import { root } from '../helpers/build.mjs';

/** From below to above: what each room of web/page sees beside itself. Files without a room are named. */
const ROOMS = {
    'dom.js': [], 'roving.js': [], 'words.js': [], 'ten-digits.js': [], 'offline.js': [],
    'model-names.js': ['wasm'],
    'engine.js': ['wasm'],
    'start.js': ['engine.js'],
    storage: ['words.js', 'wasm'],
    widgets: ['dom.js', 'roving.js', 'words.js', 'wasm'],
    paper: ['dom.js', 'element'],
    reading: ['dom.js', 'words.js', 'ten-digits.js', 'model-names.js', 'widgets', 'paper', 'wasm'],
    learning: ['dom.js', 'words.js', 'ten-digits.js', 'model-names.js', 'widgets', 'storage', 'wasm'],
    // It comes after the first reading: main.js, and what that sees, must not see it.
    'learn.js': ['dom.js', 'learning', 'storage', 'widgets'],
    'live.js': ['reading'],
    'main.js': ['start.js', 'dom.js', 'offline.js', 'widgets', 'reading'],
};

/** The page's only door to the engine; and what it draws by, as <scrawl-field> does, which knows no engine. */
const DOORS = ['../../wasm/scrawl-client.js', '../../wasm/element/hands.js', '../../wasm/element/ink.js'];

/** @param {string} path inside web/page */
function roomOf(path) {
    if (path.startsWith('../../wasm/element/')) return 'element';
    return path.startsWith('../../wasm/') ? 'wasm' : path.split('/')[0];
}

const VALUES = /^(?:import|export)\s[^;]*?from '([^']+)'/gm;
/** In comments, and what is loaded late. */
const TYPES = /(?:@import\s[^;]*?from |\bimport\()'([^']+)'/g;

/** @param {string} room @param {string} name of a file */
const isOwn = (room, name) => roomOf(name) === room && room !== 'widgets';

/** @param {string} room @param {string} name of a file that it imports */
function maySee(room, name) {
    const isAllowed = isOwn(room, name) || (ROOMS[room] ?? []).includes(roomOf(name));
    return isAllowed && (!name.startsWith('../../wasm/') || DOORS.includes(name));
}

/**
 * Types may come from every room below, from the engine's declarations and from the workers.
 * @param {string} room @param {string} name of a file
 */
function mayName(room, name) {
    if (roomOf(name) === 'wasm') return name.endsWith('.d.ts');
    if (roomOf(name) === 'element') return maySee(room, name);
    const order = Object.keys(ROOMS);
    const isBelow = order.indexOf(roomOf(name)) < order.indexOf(room) && roomOf(name) in ROOMS;
    return isOwn(room, name) || isBelow || name.startsWith('../workers/');
}

/** @param {Record<string, string>} sources by their paths inside web/page @returns {string[]} what is against the rules */
function faultsOf(sources) {
    return Object.entries(sources).flatMap(([path, source]) => {
        const room = roomOf(path);
        /** @param {RegExp} pattern @param {(name: string) => boolean} isAllowed */
        const faults = (pattern, isAllowed) => [...source.matchAll(pattern)]
            .map(([, name]) => posix.normalize(posix.join(posix.dirname(path), name)))
            .filter((name) => !isAllowed(name));
        return [
            ...faults(VALUES, (name) => maySee(room, name)).map((name) => `${path} imports ${name}`),
            ...faults(TYPES, (name) => mayName(room, name)).map((name) => `${path} names types of ${name}`),
        ];
    });
}

describe('the page’s scripts', () => {
    it('see only what their rooms may see', () => {
        const folder = join(root, 'web', 'page');
        const paths = readdirSync(folder, { recursive: true }).map(String).filter((path) => path.endsWith('.js'));
        assert.ok(paths.length > 50);
        const sources = Object.fromEntries(paths.map((path) =>
            [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]));
        assert.deepEqual(Object.keys(sources).filter((path) => !(roomOf(path) in ROOMS)), []);
        assert.deepEqual(faultsOf(sources), []);
    });

    it('are found out when they see more', () => {
        const broken = {
            'widgets/bars.js': 'import { a } from \'./tabs.js\';\nimport { b } from \'../dom.js\';',
            'reading/read.js': 'import {\n    c,\n} from \'../learning/train.js\';',
            'paper/ink.js': 'import { d } from \'../../../wasm/scrawl-client.js\';',
            'paper/boxes.js': 'import { d } from \'../../../wasm/element/field.js\';',
            'engine.js': 'import { e } from \'../../wasm/memory.js\';',
            'main.js': 'import { f } from \'./learn.js\';\nexport { g } from \'./reading/read.js\';',
            'storage/storage.js': '/** @import { H } from \'../learning/train.js\' */\n/** @import { I } from \'../../../wasm/scrawl.d.ts\' */',
            'dom.js': '/** @param {import(\'../../wasm/memory.js\').Library} j */',
        };
        assert.deepEqual(faultsOf(broken), [
            'widgets/bars.js imports widgets/tabs.js',
            'reading/read.js imports learning/train.js',
            'paper/ink.js imports ../../wasm/scrawl-client.js',
            'paper/boxes.js imports ../../wasm/element/field.js',
            'engine.js imports ../../wasm/memory.js',
            'main.js imports learn.js',
            'storage/storage.js names types of learning/train.js',
            'dom.js names types of ../../wasm/memory.js',
        ]);
    });
});
