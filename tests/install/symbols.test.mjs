// What the libraries show: the calls of scrawl.h, none missing and none more; their soname; and that scrawl.h is for C++ too.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { built, compiler, root } from '../helpers/build.mjs';
import { folder, has, run, version, WITHOUT_SHARED } from '../helpers/install.mjs';

const header = readFileSync(join(root, 'src/scrawl.h'), 'utf8');
const map = readFileSync(join(root, 'make/install/scrawl.map'), 'utf8');
const abi = Number(/^SCRAWL_(\d+) \{$/m.exec(map)[1]);
const shared = `libscrawl.so.${abi}.${version.split('.').slice(1).join('.')}`;
const SHARED = { skip: WITHOUT_SHARED };

/** The header's code. @param {string} text */
const withoutComments = (text) => text.replace(/\/\*[^]*?\*\//g, '');

/** The calls that a header declares. @param {string} text */
function declaredCalls(text) {
    const outside = withoutComments(text).replace(/^#.*$/gm, '').replace(/\{[^{}]*\}/g, '');
    return [...outside.matchAll(/\b(scrawl_\w+)\(/g)].map(([, name]) => name).sort();
}

/** The names that a library shows, but those of versions. @param {string[]} words of nm */
function shownNames(words) {
    return run('nm', [...words, '--defined-only']).split('\n')
        .flatMap((line) => / [B-TV-Z] (\S+?)(?:@@\w+)?$/.exec(line)?.[1] ?? []).sort();
}

describe('The libraries show what scrawl.h declares', () => {
    const calls = declaredCalls(header);

    test('which is read from it whole', () => {
        assert.ok(calls.length > 60 && calls.includes('scrawl_version') && calls.includes('scrawl_kernels_choose'), calls.join());
        assert.equal(new Set(calls).size, calls.length);
        // Every call's name stands at the beginning of a line or behind its type there.
        assert.deepEqual(calls, [...withoutComments(header).matchAll(/^[a-z][\w *]*?\b(scrawl_\w+)\(/gm)].map(([, name]) => name).sort());
        assert.deepEqual(declaredCalls('int scrawl_one(void); /* scrawl_two() */ struct a { int (*scrawl_three)(void); };'), ['scrawl_one']);
    });

    test('libscrawl.so', SHARED, () => assert.deepEqual(shownNames(['-D', built(shared)]), calls));
    test('libscrawl.a', { skip: has('objcopy') ? false : 'there is no objcopy' }, () => {
        assert.deepEqual(shownNames(['-g', built('libscrawl.a')]), calls);
    });
    test('each with the version of the map', SHARED, () => {
        const versions = new Set(run('nm', ['-D', '--defined-only', built(shared)]).trim().split('\n').map((line) => line.split('@@')[1]));
        assert.deepEqual([...versions].filter(Boolean), [`SCRAWL_${abi}`]);
    });
});

describe('libscrawl.so', SHARED, () => {
    const sections = WITHOUT_SHARED ? '' : run('readelf', ['-d', built(shared)]);

    test('has the soname of its ABI, which the header names', () => {
        assert.match(sections, new RegExp(`\\(SONAME\\).*\\[libscrawl\\.so\\.${abi}\\]`));
        assert.deepEqual(header.match(/libscrawl\.so\.\d+/g), [`libscrawl.so.${abi}`]);
    });

    test('has code that all processes share, and names all that it needs', () => {
        assert.doesNotMatch(sections, /TEXTREL/);
        assert.doesNotMatch(run('ldd', ['-r', built(shared)]), /undefined symbol/);
        const needed = [...sections.matchAll(/\(NEEDED\).*\[(\w+)/g)].map(([, name]) => name).filter((name) => !/^ld-/.test(name));
        assert.deepEqual(needed.filter((name) => !['libz', 'libm', 'libc', 'libpthread', 'ld'].includes(name)), []);
    });

    test('needs no executable stack', () => assert.match(run('readelf', ['-lW', built(shared)]), /GNU_STACK.* RW +0x/));
});

/** Compiles a text that includes scrawl.h: whether that went without a warning, and what was said. */
function compiles(program, words, text) {
    const { status, stderr } = spawnSync(program, ['-Wall', '-Wextra', '-pedantic', '-Werror', '-fsyntax-only', '-Isrc', ...words, '-'],
        { cwd: root, encoding: 'utf8', input: text });
    return { isFine: status === 0, stderr };
}

const cppCompiler = ['g++', 'clang++', 'c++'].find(has);

describe('scrawl.h compiles without a warning', () => {
    for (const standard of ['c99', 'c11', 'gnu17']) {
        test(`as ${standard}`, () => {
            const { isFine, stderr } = compiles(compiler(), ['-xc', `-std=${standard}`], '#include "scrawl.h"\n');
            assert.ok(isFine, stderr);
        });
    }
    for (const standard of ['c++11', 'c++20']) {
        test(`as ${standard}`, { skip: cppCompiler ? false : 'there is no C++ compiler' }, () => {
            for (const file of ['#include "scrawl.h"\n', readFileSync(join(root, 'tests/install/read.cpp'), 'utf8')]) {
                const { isFine, stderr } = compiles(cppCompiler, ['-xc++', `-std=${standard}`], file);
                assert.ok(isFine, stderr);
            }
            assert.equal(compiles(cppCompiler, ['-xc++', `-std=${standard}`], '#include "scrawl.h"\nint f();\nint f() { int unused; return 0; }\n').isFine, false);
        });
    }
});

// ---- The ABI ----------------------------------------------------------------------------------------------------------

/** "void scrawl_free(void *)" for each call of a header. @param {string} text */
function signatures(text) {
    const outside = withoutComments(text).replace(/^#.*$/gm, '').replace(/\{[^{}]*\}/g, ';');
    return [...outside.matchAll(/([a-z][\w\s*]*\bscrawl_\w+)\(([^)]*)\);/g)].map(([, call, parameters]) => {
        const types = parameters.split(',').map((parameter) => parameter.trim().replace(/^(.*[ *])\w+(\[\d+\])?$/s, '$1$2').trim());
        return `${call}(${types.join(', ')})`.replace(/\s+/g, ' ');
    });
}

/** The values and sizes that programs were compiled with, as a C program prints them: "scrawl_digit 72", "scrawl_digit.x 0". */
function layout() {
    const code = withoutComments(header);
    const fieldsOf = (line) => /\(\*(\w+)\)/.exec(line)?.slice(1) // a function that is called
        ?? line.split(',').map((part) => /(\w+)(?:\[\w+\])?\s*$/.exec(part)?.[1]).filter(Boolean);
    const structs = [...code.matchAll(/typedef struct (scrawl_\w+) \{([^}]*)\}/g)].map(([, name, body]) => ({ name, fields: body.split(';').flatMap(fieldsOf) }));
    const values = [...code.matchAll(/enum(?: scrawl_\w+)? \{([^}]*)\}/g)]
        .flatMap(([, body]) => body.split(',').map((part) => /\bSCRAWL_\w+/.exec(part)?.[0]).filter(Boolean));
    const lines = [
        ...structs.flatMap(({ name, fields }) => [
            `printf("${name} %zu\\n", sizeof(${name}));`, ...fields.map((field) => `printf("${name}.${field} %zu\\n", offsetof(${name}, ${field}));`),
        ]),
        ...values.map((value) => `printf("${value} %lld\\n", (long long)${value});`),
    ];
    writeFileSync(join(folder, 'layout.c'), `#include <scrawl.h>\n#include <stdio.h>\nint main(void)\n{\n${lines.join('\n')}\n}\n`);
    run(compiler(), [`-I${join(root, 'src')}`, 'layout.c', '-o', 'layout']);
    return run(join(folder, 'layout'), []);
}

const is64 = run('sh', ['-c', `echo __LP64__ | ${compiler()} -E -P -`]).trim() === '1';

/** What a later layout may not lack of an earlier one: all of its lines. */
const missingFrom = (earlier, later) => earlier.trim().split('\n').filter((line) => !later.split('\n').includes(line));

test('structs, values and calls are those of the ABI', { skip: is64 ? false : 'it is written down for 64 bits' }, () => {
    const path = join(root, 'tests/install/abi.txt');
    const now = `ABI ${abi}\n${layout()}${signatures(header).join('\n')}\n`;
    if (process.env.WRITE_ABI) writeFileSync(path, now);
    assert.deepEqual(missingFrom(readFileSync(path, 'utf8'), now), [],
        'Programs that were compiled before would break. Raise the number in make/install/scrawl.map and ABI_SINCE in make/install.mk, '
        + 'once for each release, then write the table anew: WRITE_ABI=1 node --test tests/install/symbols.test.mjs');
    assert.deepEqual(missingFrom(now, readFileSync(path, 'utf8')), [], 'What is new has to be written down: WRITE_ABI=1 node --test tests/install/symbols.test.mjs');
    assert.ok(now.split('\n').length > 200, 'the header is read whole');
    assert.equal(signatures(header).length, declaredCalls(header).length);
    assert.deepEqual(missingFrom('scrawl_digit 72\nSCRAWL_OK 0\n', 'scrawl_digit 80\nSCRAWL_OK 0\nSCRAWL_NEW 9\n'), ['scrawl_digit 72']);
});
