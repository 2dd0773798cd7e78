// Checks a tree of sources against the rooms of src/: what a file includes, and which names of other objects it uses, so
// that a table reached by `extern` counts too. Knows no room.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const SOURCE = /\.[ch]$/;
/** What everybody sees, and what no folder of the project holds. */
const PUBLIC_HEADER = 'scrawl.h';
const OUTSIDE = ['stb_image.h'];
/** Rooms that see the public header alone. */
const OUTER = ['cli', 'wasm'];
/** Of an outer folder: INSTEAD/ROOM/x.c is linked in place of src/ROOM/x.c, and sees what that may see. */
const INSTEAD = 'instead';

/** @param {string} folder @param {RegExp} ending @returns {string[]} paths below the folder */
function filesBelow(folder, ending) {
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && ending.test(entry.name))
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
        .sort();
}

/** @param {string} root @param {string} path @returns {string[]} what it includes in quotes, of src/, and <stdio.h> */
function includesOf(root, path) {
    const directives = readFileSync(path, 'utf8').matchAll(/^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)/gm);
    return [...directives]
        .filter(([, quoted, angled]) => quoted || angled === 'stdio.h' || existsSync(join(root, 'src', angled)))
        .map(([, quoted, angled]) => quoted ?? angled);
}

/** @param {string} path below src/ */
const roomOf = (path) => path.split('/')[0];
/** A header and its source are one: path without the ending. @param {string} path */
const unitOf = (path) => path.replace(/\.[cho]$/, '');

/**
 * @param {Record<string, string[]>} rooms the rooms that each may see, from below to above
 * @returns {string[]} what is wrong with the order itself
 */
function orderFaults(rooms) {
    const names = Object.keys(rooms);
    return names.flatMap((name, index) => rooms[name]
        .filter((seen) => !names.slice(0, index).includes(seen))
        .map((seen) => `${name} may see ${seen}, which is not below it`));
}

/** @typedef {{ user: string, used: string, what: string }} Use between units of src/ */

/** @param {string} root @param {string} file below src/ @returns {{ uses: Use[], faults: string[] }} */
function readSource(root, file) {
    const uses = [], faults = [];
    for (const include of includesOf(root, join(root, 'src', file))) {
        const own = join(dirname(file), include);
        const used = existsSync(join(root, 'src', own)) ? own : include;
        if (include === PUBLIC_HEADER || OUTSIDE.includes(include)) continue;
        if (include === 'stdio.h') {
            if (!OUTER.includes(roomOf(file))) faults.push(`${file} includes <stdio.h>, which only the command line may`);
        } else if (!existsSync(join(root, 'src', used))) {
            faults.push(`${file} includes ${include}, which isn't there`);
        } else {
            uses.push({ user: unitOf(file), used: unitOf(used), what: `includes ${include}` });
        }
    }
    return { uses, faults };
}

/**
 * @param {string} root
 * @param {string} objects the folder of the objects of src/
 * @returns {Use[]} by the names that objects leave to others
 */
function symbolUses(root, objects) {
    // Objects of sources that are gone may still lie there; kernels_table.c has an object for each instruction set.
    const isOfSource = (file) => file.startsWith('kernels/kernels_') || existsSync(join(root, 'src', `${unitOf(file)}.c`));
    const files = filesBelow(objects, /\.o$/).filter(isOfSource);
    const definitions = new Map(), needs = [];
    for (const file of files) {
        for (const line of execFileSync('nm', [join(objects, file)], { encoding: 'utf8' }).split('\n')) {
            const [, kind, name] = /([A-Z]) (\S+)$/.exec(line) ?? [];
            if (kind === 'U') needs.push({ file, name });
            else if (kind) definitions.set(name, file);
        }
    }
    return needs
        .filter(({ file, name }) => definitions.has(name) && definitions.get(name) !== file)
        .filter(({ file, name }) => !(OUTER.includes(roomOf(file)) && name.startsWith('scrawl_')))
        .map(({ file, name }) => ({ user: unitOf(file), used: unitOf(definitions.get(name)), what: `uses ${name}` }));
}

/** @param {Use[]} uses @returns {string[]} a sentence for each circle of units, named by one of them */
function circles(uses) {
    const graph = new Map();
    for (const { user, used } of uses) if (user !== used) graph.set(user, (graph.get(user) ?? new Set()).add(used));
    const done = new Set(), faults = [];
    const visit = (unit, path) => {
        if (path.includes(unit)) {
            faults.push(`${[...path.slice(path.indexOf(unit)), unit].join(' > ')} is a circle`);
        } else if (!done.has(unit)) {
            for (const used of graph.get(unit) ?? []) visit(used, [...path, unit]);
            done.add(unit);
        }
    };
    for (const unit of graph.keys()) visit(unit, []);
    return faults;
}

/** @param {Record<string, string[]>} rooms @param {Use} use */
function seesTooMuch(rooms, { user, used }) {
    const [from, to] = [roomOf(user), roomOf(used)];
    return from !== to && !rooms[from]?.includes(to);
}

/** @param {string} root @param {string} folder of an outer room that is no room of src/ @returns {string[]} */
function outerFaults(root, folder) {
    const files = filesBelow(join(root, folder), SOURCE).filter((file) => roomOf(file) !== INSTEAD);
    return files.flatMap((file) => includesOf(root, join(root, folder, file))
        .filter((include) => ![PUBLIC_HEADER, 'stdio.h'].includes(include) && !existsSync(join(root, folder, basename(include))))
        .map((include) => `${folder}/${file} includes ${include}, but may see only ${PUBLIC_HEADER}`));
}

/** @param {string} root @param {string} folder @param {Record<string, string[]>} rooms @returns {string[]} */
function insteadFaults(root, folder, rooms) {
    return filesBelow(join(root, folder, INSTEAD), SOURCE).flatMap((file) => {
        const path = `${folder}/${INSTEAD}/${file}`;
        if (!existsSync(join(root, 'src', file))) return [`${path} stands in place of src/${file}, which isn't there`];
        const seen = [roomOf(file), ...rooms[roomOf(file)] ?? []];
        return includesOf(root, join(root, path))
            .filter((include) => include !== PUBLIC_HEADER && !seen.includes(roomOf(include)))
            .map((include) => `${path} includes ${include}, whose room it may not see`);
    });
}

/**
 * @param {string} root of the project
 * @param {Record<string, string[]>} rooms from below to above, each with those that it may see
 * @param {string} [objects] the folder with the objects of src/; without it only what is included is checked
 * @returns {string[]} a sentence for each fault
 */
export function roomFaults(root, rooms, objects) {
    const files = filesBelow(join(root, 'src'), SOURCE).filter((file) => file !== PUBLIC_HEADER);
    if (files.length === 0) return [`there is no source in ${root}/src`];
    const strays = files.filter((file) => !(roomOf(file) in rooms)).map((file) => `${file} is in no room`);
    const sources = files.map((file) => readSource(root, file));
    const symbols = objects ? symbolUses(root, objects) : [];
    if (objects && symbols.length === 0) strays.push(`there is no object in ${objects}`);
    const uses = [...sources.flatMap((source) => source.uses), ...symbols];
    return [
        ...orderFaults(rooms),
        ...strays,
        ...sources.flatMap((source) => source.faults),
        ...uses.filter((use) => seesTooMuch(rooms, use)).map(({ user, used, what }) => `${user} ${what} of ${used}, whose room it may not see`),
        ...circles(uses),
        ...outerFaults(root, 'wasm'),
        ...insteadFaults(root, 'wasm', rooms),
    ];
}
