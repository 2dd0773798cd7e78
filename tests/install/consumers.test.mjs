// A C and a C++ program find the installed library as theirs do: by pkg-config and by CMake, shared and static. Each reads a
// photograph.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { compiler, root } from '../helpers/build.mjs';
import { folder, has, make, run, version, WITHOUT_SHARED } from '../helpers/install.mjs';

const prefix = join(folder, 'a prefix');
const sources = join(root, 'tests/install');
const photograph = join(root, 'web/samples/note.jpg');
const cppCompiler = ['g++', 'clang++', 'c++'].find(has);
const missing = (...names) => {
    const name = names.find((each) => !has(each));
    return WITHOUT_SHARED ? WITHOUT_SHARED : name ? `there is no ${name}` : cppCompiler ? false : 'there is no C++ compiler';
};

before(() => make(['install', `PREFIX=${prefix}`]));

/** What the program must need of shared libraries of ours. */
const needs = (program) => /libscrawl\.so\.\d+/.exec(run('readelf', ['-d', program]))?.[0] ?? 'nothing';
const soname = /^SCRAWL_(\d+)/m.exec(readFileSync(join(root, 'make/install/scrawl.map'), 'utf8'))[1];

/** Whether the program reads the photograph with the installed model, and is linked as it should be. */
function reads(program, how, models = `${prefix}/share/scrawl`) {
    assert.equal(run(program, [`${models}/small.safetensors`, photograph], { env: { LD_LIBRARY_PATH: join(prefix, 'lib') } }),
        `${version}\n3141\n27182\n90563\n`);
    assert.equal(needs(program), how === 'shared' ? `libscrawl.so.${soname}` : 'nothing');
}

describe('By pkg-config', { skip: missing('pkg-config') }, () => {
    const environment = { ...process.env, PKG_CONFIG_PATH: join(prefix, 'lib/pkgconfig') };
    const config = (...words) => run('pkg-config', [...words, 'scrawl'], { env: environment }).trim();
    // Shared libraries are what -lscrawl finds first; -static links all of a program so.
    const kinds = { shared: ['', '--cflags --libs'], static: ['-static', '--static --cflags --libs'] };
    for (const [language, program] of [['c', compiler()], ['cpp', cppCompiler]]) {
        for (const [how, [option, words]] of Object.entries(kinds)) {
            test(`${language}, ${how}`, () => {
                // A shell reads what pkg-config says of a path with a space in it.
                const command = `${program} -Wall -Wextra -Werror ${option} '${sources}/read.${language}' ${config(...words.split(' '))} -o ${language}-${how}`;
                run('sh', ['-c', command]);
                reads(join(folder, `${language}-${how}`), how, config('--variable=modelsdir'));
            });
        }
    }

    test('the version', () => assert.equal(config('--modversion'), version));
});

describe('By CMake', { skip: missing('cmake', 'make') }, () => {
    /** What CMake answers to a project that wants a version, or a range. */
    const configure = (range, place = join(folder, 'cmake')) => spawnSync('cmake', ['-S', sources, '-B', place, `-DRANGE=${range}`, `-DCMAKE_PREFIX_PATH=${prefix}`,
        `-DCMAKE_C_COMPILER=${compiler()}`, `-DCMAKE_CXX_COMPILER=${cppCompiler}`, '-DCMAKE_EXPORT_NO_PACKAGE_REGISTRY=ON'], { encoding: 'utf8', cwd: folder });

    test('both libraries, by both languages', () => {
        const { status, stdout, stderr } = configure(version);
        assert.equal(status, 0, stdout + stderr);
        run('cmake', ['--build', join(folder, 'cmake')], { env: { ...process.env, MAKEFLAGS: '' } });
        const models = readFileSync(join(folder, 'cmake/models.txt'), 'utf8');
        for (const language of ['c', 'cpp']) {
            for (const how of ['shared', 'static']) reads(join(folder, `cmake/${language}-${how}`), how, models);
        }
    });

    test('versions that are served, and others', () => {
        const [major, minor] = version.split('.').map(Number);
        const { 1: since } = /^ABI_SINCE := (\S+)/m.exec(readFileSync(join(root, 'make/install.mk'), 'utf8'));
        const answers = [
            ['', true], [version, true], [`${major}.${minor}`, true], [since, true], [`${since.split('.').slice(0, 2).join('.')}`, true],
            [`${since}...${major}.${minor}.99`, true], [`${since}...<${major + 1}`, true],
            [`${major}.${minor}.99`, false], [`${major}.${minor + 1}`, false], [`${major + 1}`, false], ['0.0.1', false],
            [`0.0.1...<${version}`, false], [`0.0.1...${version}`, false],
        ];
        for (const [range, isServed] of answers) {
            const { status, stderr } = configure(range);
            assert.equal(status === 0, isServed, `${range} ${stderr}`);
            if (!isServed) assert.match(stderr, /Could not find a configuration file for package "scrawl"/);
        }
    });

    test('a library for other pointers is none', () => {
        assert.equal(run('sed', ['-n', 's/.*STREQUAL "\\([0-9]*\\)".*/\\1/p', join(prefix, 'lib/cmake/scrawl/scrawl-config-version.cmake')]).trim(),
            run('sh', ['-c', `echo __SIZEOF_POINTER__ | ${compiler()} -E -P -`]).trim());
    });
});

test('a program that was linked with the shared library says what is missing without it', { skip: missing('pkg-config') }, () => {
    assert.ok(existsSync(join(folder, 'c-shared')));
    const { status, stderr } = spawnSync(join(folder, 'c-shared'), [], { encoding: 'utf8', env: {} });
    assert.equal(status, 127);
    assert.match(stderr, new RegExp(`libscrawl\\.so\\.${soname}: cannot open`));
});
