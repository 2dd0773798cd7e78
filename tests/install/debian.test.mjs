// debian/ fits what is installed: its versions and names are the library's, and each file belongs to one package. Whether the
// packages can be built, dpkg-buildpackage alone can tell.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { built, root } from '../helpers/build.mjs';
import { filesIn, folder, make, run, version } from '../helpers/install.mjs';

const read = (name) => readFileSync(join(root, name), 'utf8');
const abi = /^SCRAWL_(\d+)/m.exec(read('make/install/scrawl.map'))[1];
const packages = [...read('debian/control').matchAll(/^Package: (.*)$/gm)].map(([, name]) => name);

before(() => make(['install', `DESTDIR=${folder}/stage`, 'PREFIX=/usr', 'LIBDIR=/usr/lib/some-linux-gnu',
    `ZSHDIR=${/ZSHDIR=(\S+)/.exec(read('debian/rules'))[1]}`]));

/** The packages that a file belongs to, by patterns without folders in their stars. */
function owners(file, lists) {
    return Object.entries(lists).filter(([, patterns]) => patterns.some((pattern) => {
        const escaped = pattern.replace(/[.+]/g, '\\$&').replace(/\*/g, '[^/]*');
        return new RegExp(`^${escaped}(/|$)`).test(file);
    })).map(([name]) => name);
}

test('every installed file belongs to one package, and every package has files', () => {
    const lists = Object.fromEntries(packages.map((name) => [name, read(`debian/${name}.install`).trim().split('\n')]));
    const files = Object.keys(filesIn(join(folder, 'stage')));
    for (const file of files) assert.equal(owners(file, lists).length, 1, file);
    if (!existsSync(built('scrawl-mpi.so'))) assert.ok(delete lists['scrawl-mpi']); // as where there is no MPI
    for (const [name, patterns] of Object.entries(lists)) {
        for (const pattern of patterns) assert.ok(files.some((file) => owners(file, { [name]: [pattern] }).length === 1), `${name}: ${pattern}`);
    }
    assert.deepEqual(owners('usr/lib/libother.so.0', lists), []);
    assert.deepEqual(readdirSync(join(root, 'debian')).filter((name) => name.endsWith('.install')).sort(), packages.map((name) => `${name}.install`).sort());
});

test('versions and names are the library\'s', () => {
    assert.deepEqual([...packages].sort(), ['libscrawl-dev', `libscrawl${abi}`, 'scrawl', 'scrawl-mpi']);
    assert.equal(/^scrawl \(([^)]*)\)/.exec(read('debian/changelog'))[1], version);
    assert.equal(JSON.parse(read('package.json')).version, version);
    const dates = { debian: /^ -- .*> {2}(.*)$/m.exec(read('debian/changelog'))[1], changes: new RegExp(`^## \\[${version}\\] - (\\S+)$`, 'm').exec(read('CHANGELOG.md'))[1] };
    assert.equal(new Date(dates.debian).toISOString().slice(0, 10), dates.changes);
});

test('it is built by nothing that a Debian system lacks', () => {
    const needed = /^Build-Depends: (.*)$/m.exec(read('debian/control'))[1].split(', ').map((each) => each.split(' ')[0]);
    assert.deepEqual(needed, ['debhelper-compat', 'libopenmpi-dev', 'libstb-dev', 'zlib1g-dev']);
    // What make would run for it names neither Node nor Emscripten.
    const commands = run('make', ['-nB', 'V=1', `BUILD=${folder}/none`, 'install', 'DESTDIR=/none'], { cwd: root, env: { ...process.env, MAKEFLAGS: '' } });
    assert.match(commands, /libscrawl\.so/);
    assert.doesNotMatch(commands, /\b(node|npm|npx|emcc)\b/);
});
