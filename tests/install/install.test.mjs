// make install and make uninstall: what goes where, for whom it is readable, and that nothing but that goes again.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';

import { built, root } from '../helpers/build.mjs';
import { filesIn, folder, has, make, run, version, WITHOUT_SHARED } from '../helpers/install.mjs';

const [major, minor, patch] = version.split('.');
assert.equal(major, '0', 'the names below are those of ABI 0');
const shared = `libscrawl.so.0.${minor}.${patch}`;
const models = ['best', 'finder', 'small'].map((name) => [`share/scrawl/${name}.safetensors`, '644']);

/** Below PREFIX: modes, and where links point to. */
const INSTALLED = {
    'bin/scrawl': '755',
    'include/scrawl.h': '644',
    'lib/cmake/scrawl/scrawl-config-version.cmake': '644',
    'lib/cmake/scrawl/scrawl-config.cmake': '644',
    'lib/libscrawl.a': '644',
    ...WITHOUT_SHARED ? {} : { 'lib/libscrawl.so': 'libscrawl.so.0', 'lib/libscrawl.so.0': shared, [`lib/${shared}`]: '644' },
    'lib/pkgconfig/scrawl.pc': '644',
    ...existsSync(built('scrawl-mpi.so')) ? { 'lib/scrawl/scrawl-mpi.so': '644' } : {},
    'share/bash-completion/completions/scrawl': '644',
    'share/fish/vendor_completions.d/scrawl.fish': '644',
    'share/man/man1/scrawl.1': '644',
    'share/man/man3/scrawl.3': '644',
    ...Object.fromEntries(models),
    'share/zsh/site-functions/_scrawl': '644',
};

/** The same below another folder. @param {string} prefix */
const below = (prefix) => Object.fromEntries(Object.entries(INSTALLED).map(([name, what]) => [`${prefix}/${name}`, what]));

/** Who may look into all folders below that one. @param {string} place */
function closedFolders(place) {
    return readdirSync(place, { recursive: true }).map(String)
        .filter((name) => statSync(join(place, name)).isDirectory() && (statSync(join(place, name)).mode & 0o777) !== 0o755);
}

describe('make install', () => {
    test('puts everything below DESTDIR/PREFIX, readable for all, whatever the umask', () => {
        const stage = join(folder, 'stage');
        run('sh', ['-c', 'umask 077; exec "$@"', 'sh', 'make', '--no-print-directory', 'install', `DESTDIR=${stage}`, 'PREFIX=/usr',
            `BUILD=${process.env.SCRAWL_BUILD ?? 'build'}`], { cwd: root, env: { ...process.env, MAKEFLAGS: '' } });
        assert.deepEqual(filesIn(stage), below('usr'));
        assert.deepEqual(closedFolders(join(stage, 'usr')), []);
        for (const name of ['lib/pkgconfig/scrawl.pc', 'lib/cmake/scrawl/scrawl-config.cmake']) {
            const text = readFileSync(join(stage, 'usr', name), 'utf8');
            assert.ok(!text.includes(stage) && text.includes('/usr') && !/@\w+@/.test(text), text);
        }
    });

    test('goes over an older version, and leaves none of it', () => {
        const prefix = join(folder, 'older');
        mkdirSync(join(prefix, 'lib'), { recursive: true });
        mkdirSync(join(prefix, 'bin'));
        writeFileSync(join(prefix, 'lib', 'libscrawl.so.0.0.9'), 'old');
        writeFileSync(join(prefix, 'lib', 'libscrawl.so.7.1.0'), 'of another ABI');
        symlinkSync('libscrawl.so.0.0.9', join(prefix, 'lib', 'libscrawl.so.0'));
        writeFileSync(join(prefix, 'bin', 'scrawl'), 'old');
        chmodSync(join(prefix, 'bin', 'scrawl'), 0o500);
        make(['install', `PREFIX=${prefix}`]);
        make(['install', `PREFIX=${prefix}`]);
        assert.deepEqual(filesIn(prefix), { ...INSTALLED, 'lib/libscrawl.so.7.1.0': '644' });
    });

    test('takes paths with spaces, other folders for libraries, and lets the program run from anywhere', () => {
        const stage = join(folder, 'with spaces');
        make(['install', `DESTDIR=${stage}`, 'PREFIX=/opt/my $$own & programs', 'LIBDIR=/opt/lib/some-linux-gnu']);
        const prefix = join(stage, 'opt', 'my $own & programs');
        assert.deepEqual(Object.keys(filesIn(join(stage, 'opt/lib/some-linux-gnu'))).filter((name) => name.includes('/')),
            ['cmake/scrawl/scrawl-config-version.cmake', 'cmake/scrawl/scrawl-config.cmake', 'pkgconfig/scrawl.pc']);
        assert.match(readFileSync(join(stage, 'opt/lib/some-linux-gnu/pkgconfig/scrawl.pc'), 'utf8'),
            /^prefix=\/opt\/my \$own & programs\nlibdir=\/opt\/lib\/some-linux-gnu\nincludedir=\$\{prefix\}\/include$/m);
        const reading = run(join(prefix, 'bin', 'scrawl'), ['predict', join(root, 'web/samples/note.jpg')], { cwd: '/', env: {} });
        assert.match(reading, /: 3141 .*\n.*: 27182 .*\n.*: 90563 /);
        assert.equal(run(join(prefix, 'bin', 'scrawl'), ['--version'], { cwd: '/', env: {} }), `scrawl ${version}\n`);
    });

    test('takes the models that the project ships, not all that lie beside them', () => {
        const stage = join(folder, 'one model');
        make(['install', `DESTDIR=${stage}`, 'SHIPPED_MODELS=small']);
        assert.deepEqual(Object.keys(filesIn(join(stage, 'usr/local/share/scrawl'))), ['small.safetensors']);
    });

    test('refuses paths that begin nowhere', () => {
        for (const prefix of ['', 'usr', './usr']) {
            const { status, stderr } = spawnSync('make', ['install', `PREFIX=${prefix}`, `DESTDIR=${folder}/none`, 'MAKEFLAGS='], { cwd: root, encoding: 'utf8' });
            assert.notEqual(status, 0);
            assert.match(stderr, prefix ? new RegExp(`^PREFIX is "${prefix}", but must be a path from the root`, 'm') : /must be a path from the root/);
        }
    });

    const nobody = { uid: 65534, gid: 65534 };
    const skip = process.getuid() !== 0 ? 'all of this runs as somebody who isn\'t root'
        : spawnSync('test', ['-r', join(root, 'Makefile')], nobody).status === 0 ? false : 'others than root can\'t read this folder';
    test('needs no root', { skip }, () => {
        const stage = join(folder, 'nobody');
        mkdirSync(stage);
        chmodSync(dirname(stage), 0o755);
        chownSync(stage, nobody.uid, nobody.gid);
        make(['install', `DESTDIR=${stage}`], { ...nobody, env: { HOME: stage } });
        assert.deepEqual(filesIn(stage), below('usr/local'));
    });
});

describe('make uninstall', () => {
    test('removes what was installed, and nothing else', () => {
        const stage = join(folder, 'shared');
        const others = ['bin/scrawler', 'lib/libscrawl.so.1.0.0', 'lib/libscrawl-extras.a', 'lib/cmake/scrawl-extras/a.cmake', 'include/scrawl', 'share/man/man1/scrawler.1'];
        for (const name of others) {
            mkdirSync(dirname(join(stage, 'usr/local', name)), { recursive: true });
            writeFileSync(join(stage, 'usr/local', name), '');
        }
        const before = filesIn(stage);
        assert.equal(make(['install', `DESTDIR=${stage}`]), `Scrawl ${version} is installed in ${stage}/usr/local.\n`);
        assert.equal(Object.keys(filesIn(stage)).length, others.length + Object.keys(INSTALLED).length);
        writeFileSync(join(stage, 'usr/local/share/scrawl/mine.safetensors'), '');
        assert.equal(make(['uninstall', `DESTDIR=${stage}`]), `Scrawl is removed from ${stage}/usr/local.\n`);
        assert.deepEqual(filesIn(stage), { ...before, 'usr/local/share/scrawl/mine.safetensors': '644' });
        make(['uninstall', `DESTDIR=${stage}`]); // what isn't there is no trouble
    });

    test('leaves no folder of its own', () => {
        const stage = join(folder, 'bare');
        make(['install', `DESTDIR=${stage}`]);
        make(['uninstall', `DESTDIR=${stage}`]);
        assert.deepEqual(filesIn(stage), {});
        assert.deepEqual(readdirSync(stage, { recursive: true }).map(String).filter((name) => name.endsWith('scrawl')), []);
    });
});

test('the script is told what to do', { skip: has('bash') ? false : 'there is no bash' }, () => {
    const { status, stderr } = spawnSync('bash', ['make/install.sh', 'remove'], { cwd: root, encoding: 'utf8', env: {
        PATH: process.env.PATH, ...Object.fromEntries(['PREFIX', 'BINDIR', 'LIBDIR', 'INCLUDEDIR', 'DATADIR', 'MANDIR', 'BASHDIR', 'ZSHDIR', 'FISHDIR'].map((name) => [name, folder])),
    } });
    assert.equal(status, 1);
    assert.equal(stderr, 'install.sh knows install and uninstall, not "remove".\n');
});
