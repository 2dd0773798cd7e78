// make/needs.sh on systems that are made up: folders of programs that only say what they would be. What is missing or too
// old is said in a sentence, what can be installed is, and nothing is believed for its name alone.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { root } from './helpers/build.mjs';

/** What the script itself needs of any system. */
const PLAIN_PROGRAMS = ['bash', 'cat', 'dirname', 'env', 'grep', 'head', 'ls', 'mkdir', 'sed', 'tail', 'tr', 'awk', 'rm', 'chmod', 'ln'];

let folder;
beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scrawl-needs-'));
    mkdirSync(join(folder, 'bin'));
    for (const name of PLAIN_PROGRAMS) {
        const { stdout } = spawnSync('bash', ['-c', `command -v ${name}`], { encoding: 'utf8' });
        symlinkSync(stdout.trim(), join(folder, 'bin', name));
    }
    program('id', 'echo 1000');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a program on the made-up system's PATH. @param {string} name @param {string} text in bash */
function program(name, text) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
}

/** A compiler that knows what Scrawl needs, or doesn't. @param {string} name @param {{ version?: string, isOld?: boolean }} [how] */
function compiler(name, { version = '12.2.0', isOld = false } = {}) {
    program(name, `text=$(cat); case "$*" in *-dump*) echo ${version}; exit ;; esac\n`
        + `${isOld ? 'case "$text" in *__builtin_shufflevector*) exit 1 ;; esac' : ''}\nexit 0`);
}

/** All that building needs, but what is left out. */
function wholeSystem({ without = [] } = {}) {
    const programs = {
        gcc: () => compiler('gcc'),
        ar: () => program('ar', ''),
        node: () => program('node', 'echo v20.1.0'),
        npm: () => program('npm', 'echo 10'),
        emcc: () => program('emcc', 'echo "emcc (Emscripten gcc/clang-like replacement + linker emulating GNU ld) 3.1.6 ()"'),
        chromium: () => program('chromium', 'echo Chromium 120.0.1 built on Debian'),
    };
    for (const [name, put] of Object.entries(programs)) if (!without.includes(name)) put();
}

/** apt that has packages of some versions; what it installs appears as a line of "installed", and as fake programs. */
function apt(versions, installing = '') {
    const policies = Object.entries(versions).map(([name, version]) => `${name}) echo "  Candidate: ${version}" ;;`).join(' ');
    program('apt-cache', `case $2 in ${policies} *) echo "  Candidate: (none)" ;; esac`);
    program('apt-get', `case "$*" in
*--assume-no*) echo "0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded."
  echo "Need to get 162 MB of archives."; echo "After this operation, 566 MB of additional disk space will be used." ;;
*"install -y"*) echo "$*" >>${folder}/installed
  echo "Get:1 http://archive trixie/main amd64 one amd64 1 [81 MB]"; echo "Get:2 http://archive trixie/main amd64 two amd64 2 [81 MB]"; echo "Unpacking one (1)"; echo "Unpacking two (2)"; echo "Setting up one (1)"; echo "Setting up two (2)"
  cd ${folder}/bin; ${installing} ;;
esac`);
}

/** The script's answer: { status, output }. @param {string[]} words @param {Record<string, string>} [environment] */
function needs(words, environment = {}) {
    const { status, stdout, stderr } = spawnSync(join(folder, 'bin', 'bash'), ['make/needs.sh', ...words], {
        cwd: root, encoding: 'utf8', env: { PATH: join(folder, 'bin'), HOME: folder, BUILD: `${folder}/build`, ...environment },
    });
    return { status, output: stdout + stderr };
}

const installed = () => (existsSync(join(folder, 'installed')) ? readFileSync(join(folder, 'installed'), 'utf8') : '');
const ALL = ['native', 'node', 'wasm', 'browser'];

describe('What is there', () => {
    test('a whole system lacks nothing', () => {
        wholeSystem();
        assert.deepEqual(needs(['check', ...ALL]), { status: 0, output: '' });
        assert.deepEqual(needs(['install', ...ALL]), { status: 0, output: '' });
    });

    test('a gcc that is too old gives way to a clang or a newer gcc', () => {
        compiler('gcc', { version: '11.4.0', isOld: true });
        assert.equal(needs(['compiler']).output, 'gcc\n');
        compiler('clang-15');
        assert.equal(needs(['compiler']).output, 'clang-15\n');
        compiler('gcc-12');
        assert.equal(needs(['compiler']).output, 'gcc-12\n');
        assert.equal(needs(['compiler'], { CC: 'mine' }).output, 'mine\n');
    });

    test('what is too old is named with its version', () => {
        wholeSystem({ without: ['gcc', 'node', 'emcc'] });
        compiler('gcc', { version: '11.4.0', isOld: true });
        program('node', 'echo v12.22.9');
        program('emcc', 'echo "emcc (Emscripten) 2.0.12 ()"');
        const { status, output } = needs(['check', ...ALL]);
        assert.equal(status, 1);
        assert.match(output, /^gcc 11\.4\.0 can't compile Scrawl's vectors: gcc 12 or later can, and clang 11 or later\.$/m);
        assert.match(output, /^Node 12\.22\.9 is too old: Scrawl needs 18\.18 or later\.$/m);
        assert.match(output, /^Emscripten 2\.0\.12 is too old: Scrawl needs 3\.1\.5 or later/m);
    });

    test('the stb_image that is included must read BMP files', () => {
        wholeSystem({ without: ['gcc'] });
        const header = join(folder, 'stb_image.h');
        program('gcc', `cat >/dev/null; case "$*" in *-M*) echo "-: ${header}" ;; esac`);
        for (const [version, isNew] of [['2.26', false], ['2.27', true], ['2.30', true]]) {
            writeFileSync(header, `/* stb_image - v${version} - public domain image loader - http://nothings.org/stb\n`);
            const { status, output } = needs(['check', 'native']);
            assert.equal(status === 0, isNew, output);
            if (!isNew) assert.equal(output, 'stb_image 2.26 is too old: Scrawl needs 2.27 or later, from https://github.com/nothings/stb.\n');
        }
    });

    test('versions are compared by numbers', () => {
        wholeSystem({ without: ['node'] });
        for (const [version, isNew] of [['v18.17.9', false], ['v18.18.0', true], ['v9.99.0', false], ['v100.0.0', true]]) {
            program('node', `echo ${version}`);
            assert.equal(needs(['check', 'node']).status === 0, isNew, version);
        }
    });

    test('the clang that emcc runs is told by its version, and by what it compiles', () => {
        const clang = (name, version, how = 'exit 0') => program(name, `case "$*" in --version) echo "${version}" ;; *) ${how} ;; esac`);
        program('em-config', `case $1 in LLVM_ROOT) echo ${folder}/bin ;; CACHE) echo ${folder}/cache ;; esac`);
        program('emcc', 'echo "Debian clang version 14.0.6" >&2');
        assert.deepEqual(needs(['wasm-clang']), { status: 1, output: '' });
        clang('clang', 'Debian clang version 19.1.7');
        clang('clang-14', 'Debian clang version 14.0.6', 'exit 1');
        assert.deepEqual(needs(['wasm-clang']), { status: 1, output: '' });
        clang('clang-14', 'Debian clang version 14.0.6');
        assert.equal(needs(['wasm-clang']).output, `${folder}/bin/clang-14\n`);
    });

    test('a clang for relaxed SIMD is told by what it makes, and the rest goes without', () => {
        wholeSystem();
        program('em-config', `echo ${folder}/none`);
        program('clang-14', '');
        program('clang-22', 'case "$*" in *-S*) echo f32x4.mul ;; esac');
        assert.deepEqual(needs(['relaxed-clang']), { status: 1, output: '' });
        apt({});
        program('sudo', 'exec "$@"');
        const { status, output } = needs(['install', ...ALL, 'relaxed']);
        assert.equal(status, 0, output);
        assert.match(output, /^This system's packages hold no clang 19 or later: the page does without relaxed SIMD\.$/m);
        program('clang-21', 'case "$*" in *-S*) echo f32x4.relaxed_madd ;; esac');
        assert.equal(needs(['relaxed-clang']).output, 'clang-21\n');
        program('clang-21', 'case "$*" in *-S*) echo f32x4.relaxed_madd ;; *) exit 1 ;; esac');
        assert.equal(needs(['relaxed-clang']).output, '', 'without a linker');
    });

    test('a script that only names a snap is no browser', () => {
        program('chromium-browser', 'echo "Command requires the chromium snap to be installed." >&2; exit 1');
        assert.deepEqual(needs(['browsers']), { status: 1, output: '' });
        const downloaded = join(folder, '.cache/ms-playwright/chromium_headless_shell-1/chrome-linux');
        mkdirSync(downloaded, { recursive: true });
        writeFileSync(join(downloaded, 'headless_shell'), '#!/bin/bash\necho Google Chrome for Testing 120.0\n', { mode: 0o755 });
        assert.equal(needs(['browsers']).output, `${downloaded}/headless_shell\n`);
        assert.equal(needs(['browsers'], { CHROMIUM: '/my/own' }).output, '/my/own\n');
    });
});

describe('Installing', () => {
    test('says what, how large and how long, then how far it is', () => {
        wholeSystem({ without: ['emcc', 'npm'] });
        apt({ emscripten: '3.1.6~dfsg-5', npm: '9.2.0', nodejs: '18.20.4' },
            'cp npm x 2>/dev/null; printf "#!/bin/bash\\necho 3.1.6\\n" >emcc; printf "#!/bin/bash\\n" >npm; chmod +x emcc npm');
        program('sudo', 'exec "$@"');
        const { status, output } = needs(['install', ...ALL]);
        assert.equal(status, 0, output);
        assert.match(output, /^Installing npm emscripten and what they need: 2 packages, 162 MB to download, 566 MB on the disk, about a minute\.$/m);
        assert.match(output, /^\[2\/6\] Downloading two\n\[3\/6\] Unpacking one$/m);
        assert.match(output, /^\[6\/6\] Setting up two$/m);
        assert.match(installed(), / npm emscripten$/m);
    });

    test('a gcc that is too old in apt is passed over', () => {
        wholeSystem({ without: ['gcc'] });
        compiler('gcc', { version: '11.4.0', isOld: true });
        apt({ 'gcc': '4:11.2.0-1ubuntu1', 'gcc-12': '12.3.0-1ubuntu1~22.04', 'clang': '1:14.0-55' },
            'printf "#!/bin/bash\\ncat >/dev/null\\n" >gcc-12; chmod +x gcc-12');
        program('sudo', 'exec "$@"');
        const { status, output } = needs(['install', 'native']);
        assert.equal(status, 0, output);
        assert.match(installed(), /--no-install-recommends gcc-12$/m);
        assert.equal(needs(['compiler']).output, 'gcc-12\n');
    });

    test('where apt has only an old Node, npm brings a newer one', () => {
        wholeSystem({ without: ['node', 'npm'] });
        program('node', 'echo v12.22.9');
        apt({ nodejs: '12.22.9~dfsg-1ubuntu3', npm: '8.5.1' });
        program('npm', `while [ $# -gt 0 ]; do [ "$1" = --prefix ] && to=$2; shift; done
            mkdir -p "$to/node_modules/.bin"; cd "$to/node_modules/.bin"
            printf '#!/bin/bash\\necho v20.20.2\\n' >node; printf '#!/bin/bash\\n' >npm; chmod +x node npm`);
        assert.match(needs(['check', 'node']).output, /^Node 12\.22\.9 is too old/);
        const { status, output } = needs(['install', 'node']);
        assert.equal(status, 0, output);
        assert.match(output, /^Putting Node 20 into .*\/build\/node, from npm: .* to download/m);
        assert.equal(installed(), '');
        assert.equal(needs(['check', 'node']).status, 0);
    });

    test('what apt has only too old stops in a sentence, and nothing is installed', () => {
        wholeSystem({ without: ['emcc'] });
        apt({ emscripten: '2.0.12~dfsg-2' });
        program('sudo', 'exec "$@"');
        const { status, output } = needs(['install', ...ALL]);
        assert.equal(status, 1);
        assert.match(output, /hold no Emscripten 3\.1\.5 or later\. Please install that by other means, or use a newer system/);
        assert.equal(installed(), '');
    });

    test("Ubuntu's Chromium is a snap: it isn't installed, and that stops nothing", () => {
        wholeSystem({ without: ['chromium'] });
        apt({ chromium: '1:85.0.4183.83-0ubuntu2.22.04.1snap1' });
        program('sudo', 'exec "$@"');
        const { status, output } = needs(['install', ...ALL]);
        assert.equal(status, 0, output);
        assert.match(output, /hold no real Chromium/);
        assert.equal(installed(), '');
    });

    test('without sudo and not root the packages are named', () => {
        wholeSystem({ without: ['ar', 'emcc'] });
        apt({});
        const { status, output } = needs(['install', ...ALL]);
        assert.equal(status, 1);
        assert.equal(output, 'Only root can install packages and there is no sudo here. Please have these installed: binutils emscripten.\n');
    });

    test('of what may stand for each other, what apt has and is new enough is named', () => {
        wholeSystem({ without: ['gcc'] });
        compiler('gcc', { version: '11.4.0', isOld: true });
        apt({ 'gcc': '4:11.2.0-1ubuntu1', 'gcc-12': '12.3.0-1ubuntu1~22.04' });
        assert.match(needs(['install', ...ALL]).output, /^Only root .* installed: gcc-12\.$/m);
        assert.match(needs(['check', ...ALL]).output, /^Missing, by Debian's and Ubuntu's names: gcc-12\.$/m);
    });

    test('without apt the packages are named', () => {
        wholeSystem({ without: ['emcc'] });
        const { status, output } = needs(['install', ...ALL]);
        assert.equal(status, 1);
        assert.match(output, /^Please install, by Debian's names: emscripten\./);
    });

    test('a browser that can\'t be installed stops nothing', () => {
        wholeSystem({ without: ['chromium'] });
        const elsewhere = needs(['install', ...ALL]);
        assert.match(elsewhere.output, /^Please install, by Debian's names: chromium\..* This goes on without\.$/m);
        assert.equal(elsewhere.status, 0);
        apt({ chromium: '120.0' });
        const unprivileged = needs(['install', ...ALL]);
        assert.match(unprivileged.output, /^Only root can install .*: chromium\. This goes on without\.$/m);
        assert.equal(unprivileged.status, 0);
    });

    test('what the tests use the installed library with is installed, and stops nothing', () => {
        wholeSystem();
        const { status, output } = needs(['install', 'consumers']);
        assert.equal(status, 0);
        assert.match(output, /^Please install, by Debian's names: cmake pkgconf build-essential\..* This goes on without\.\n$/);
        program('id', 'echo 0');
        apt({ cmake: '3.25.1-1', 'pkg-config': '0.29.2-1' });
        program('clang++', '');
        const fine = needs(['install', 'consumers']);
        assert.equal(fine.status, 0);
        assert.match(installed(), / cmake pkg-config$/m);
        rmSync(join(folder, 'installed'));
        apt({});
        const without = needs(['install', 'consumers']);
        assert.equal(without.status, 0);
        assert.match(without.output, /^This system's packages hold no cmake: the tests of the installed library that need it are skipped\.$/m);
        assert.equal(installed(), '');
    });

    test('MPI is installed for the tests, and stops nothing; another compiler for it is asked for by name', () => {
        wholeSystem();
        program('id', 'echo 0');
        apt({ 'libopenmpi-dev': '4.1.4-3', 'openmpi-bin': '4.1.4-3' });
        assert.equal(needs(['install', 'mpi', 'mpirun']).status, 0);
        assert.match(installed(), / libopenmpi-dev openmpi-bin$/m);
        rmSync(join(folder, 'installed'));
        apt({});
        const without = needs(['install', 'mpi', 'mpirun']);
        assert.equal(without.status, 0);
        assert.match(without.output, /^This system's packages hold no libopenmpi-dev: the tests of several ranks are skipped\.$/m);
        assert.match(needs(['check', 'mpi']).output, /^Missing, by Debian's and Ubuntu's names: libopenmpi-dev\.$/m);
        program('mpicc', '');
        assert.equal(needs(['check', 'mpi']).status, 0);
        assert.match(needs(['check', 'mpi'], { MPICC: 'mpicc.mpich' }).output, /: mpicc\.mpich\.$/m);
    });

    test('a linker that can\'t put the C tests together is named', () => {
        wholeSystem({ without: ['gcc'] });
        program('gcc', 'text=$(cat); case "$*" in *--wrap*) exit 1 ;; esac; exit 0');
        assert.equal(needs(['check', 'native']).status, 0);
        const { status, output } = needs(['check', 'c_tests']);
        assert.equal(status, 1);
        assert.match(output, /^This system's linker can't put the C tests together .*: make test-scripts runs all others\.\n$/);
    });

    test('only the C tests need stb_image_write.h', () => {
        wholeSystem({ without: ['gcc'] });
        program('gcc', 'text=$(cat); case "$text" in *stb_image_write*) exit 1 ;; esac; exit 0');
        assert.equal(needs(['check', 'native']).status, 0);
        const { status, output } = needs(['check', 'c_tests']);
        assert.equal(status, 1);
        assert.match(output, /^Missing, by .*: libstb-dev\.$/m);
    });

    test('fuzzing says at once what it lacks', () => {
        wholeSystem({ without: ['ar'] });
        program('clang-14', 'exit 1'); // without its runtimes
        const { status, output } = needs(['install', 'fuzz', 'native']);
        assert.equal(status, 1);
        assert.match(output, /^Please install, by Debian's names: clang libclang-rt-dev binutils\./);
        program('clang-15', 'exit 0');
        assert.equal(needs(['clang']).output, 'clang-15\n');
        program('ar', '');
        assert.equal(needs(['install', 'fuzz', 'native']).status, 0);
    });
});

test('a port that is none', () => {
    for (const port of ['abc', '', '-1', '80.5', '65536', '99999999999999999999', '8080x']) {
        const { status, output } = needs(['port', port]);
        assert.equal(status, 1, port);
        assert.match(output, /^PORT is .*, which is no port: take a whole number from 0 to 65535, as in make serve PORT=8081\.\n$/);
    }
    for (const port of ['0', '8080', '65535']) assert.deepEqual(needs(['port', port]), { status: 0, output: '' });
});

/** What make prints for a target, its commands shown or not. @param {string[]} words */
function make(...words) {
    return makeWith({}, ...words);
}

/** The same in an environment. @param {Record<string, string>} environment @param {string[]} words */
function makeWith(environment, ...words) {
    const { status, stdout, stderr } = spawnSync('make', ['--no-print-directory', ...words], {
        cwd: root, encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '', ...environment },
    });
    return { status, output: stdout + stderr };
}

describe('make', () => {
    test('refuses a port that is none before it builds anything', () => {
        for (const { status, output } of [make('serve', 'PORT=abc'), makeWith({ PORT: 'abc' }, 'serve')]) {
            assert.equal(status, 2);
            assert.match(output, /^PORT is abc, which is no port/);
            assert.doesNotMatch(output, /\[1\//);
        }
    });

    test('goes on with the Node that it has just installed', () => {
        const bin = `${folder}/late/node/node_modules/.bin`;
        const late = `late:\n\tmkdir -p ${bin}; printf '#!/bin/bash\\necho late' >${bin}/node; chmod +x ${bin}/node\n\tPORT=1 node --version`;
        assert.equal(make(`BUILD=${folder}/late`, `--eval=${late}`, 'late').output, 'late\n');
    });

    test('shows a numbered line for each step, and the commands with V=1', () => {
        const steps = make(`BUILD=${folder}/build`, `${folder}/build/object/src/base/text.o`, `${folder}/build/object/src/base/random.o`);
        assert.equal(steps.output, '[1/2] src/base/text.c\n[2/2] src/base/random.c\n');
        const all = make(`BUILD=${folder}/other`, 'V=1', `${folder}/other/object/src/base/text.o`);
        assert.match(all.output, /^\[1\/1\] src\/base\/text\.c\n/);
        assert.match(all.output, / -c -o .*text\.o src\/base\/text\.c$/m);
    });
});
