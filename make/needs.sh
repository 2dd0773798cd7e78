#!/usr/bin/env bash
# Finds the tools that building and testing need, by what they can do and not by their names alone, and installs what is
# missing where there is apt. Runs in macOS's bash 3.2 too.
# Usage: needs.sh check NEED...      says in a sentence what is missing or too old; fails then
#        needs.sh install NEED...    installs it, after saying what, how large it is and how long that takes
#        needs.sh compiler           prints the C compiler to build with
#        needs.sh clang              prints a clang that can fuzz
#        needs.sh wasm-clang         prints the clang that emcc runs, to compile WebAssembly with itself; nothing where there is none
#        needs.sh relaxed-clang      prints a clang that makes WebAssembly with relaxed SIMD; nothing where there is none
#        needs.sh browsers           prints every real Chromium, one on a line; fails when there is none
#        needs.sh port NUMBER        fails with a sentence when no server can listen on it
# NEED:  native, node, wasm, relaxed (SIMD), browser, fuzz, valgrind, lint, c_tests, consumers (of the installed library), mpi, mpirun
# From the environment: CC and MPICC, compilers that were asked for by name; BUILD, where logs and a Node of our own go; CLANG_FORMAT,
# CLANG_TIDY, SHELLCHECK, the linters' names; V=1, to show all that apt says.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
# The oldest that are known to work.
NEWEST_GCC=20 OLDEST_GCC=12
NEWEST_CLANG=25 OLDEST_CLANG=11 OLDEST_RELAXED_CLANG=19
OLDEST_NODE=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' package.json)
OLDEST_EMSCRIPTEN=3.1.5
# stb_image 2.26 does not read some BMP files; 2.27 is of that day.
OLDEST_STB=2.27 OLDEST_STB_DAY=20210711
# What is put into $BUILD/node where apt's Node is older.
NODE_FROM_NPM="node@20 npm@10"

has() { command -v "$1" >/dev/null 2>&1; }
fail() { printf '%s\n' "$@" >&2; exit 1; }

# The first version number in a text.
version_in() { printf '%s\n' "$1" | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1; }

# Whether version $1 is $2 or later, by their first three numbers.
is_at_least() {
    local have want i
    IFS=. read -r -a have <<<"$1"
    IFS=. read -r -a want <<<"$2"
    for i in 0 1 2; do
        [ "${have[i]:-0}" -gt "${want[i]:-0}" ] 2>/dev/null && return 0
        [ "${have[i]:-0}" -lt "${want[i]:-0}" ] 2>/dev/null && return 1
    done
    return 0
}

# ---- What is there ---------------------------------------------------------------------------------------------------
# The kernels are written with these vectors, which gcc has since 12.
compiles() {
    has "${1%% *}" && $1 -std=gnu11 -x c -c -o /dev/null - >/dev/null 2>&1 <<<'
        typedef float quad __attribute__((vector_size(16)));
        quad mixed(quad a, quad b);
        quad mixed(quad a, quad b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }'
}

includes() { echo "#include <$1>" | $(compiler) -E - >/dev/null 2>&1; }

# The version that stands in the first line of the stb_image.h that is included; nothing where it can't be told.
stb_version() {
    local file
    file=$(echo '#include <stb/stb_image.h>' | $(compiler) -M -E - 2>/dev/null | tr ' ' '\n' | grep -m 1 'stb_image\.h')
    [ -n "$file" ] && version_in "$(head -n 1 "$file")"
}

# $1 to $2, downwards.
downwards() { local i; for ((i = $1; i >= $2; i--)); do echo "$i"; done; }

compiler() {
    local name
    [ -z "${CC:-}" ] || { echo "$CC"; return; }
    for name in gcc clang cc $(downwards $NEWEST_GCC $OLDEST_GCC | sed 's/^/gcc-/') $(downwards $NEWEST_CLANG $OLDEST_CLANG | sed 's/^/clang-/'); do
        compiles "$name" && { echo "$name"; return; }
    done
    echo gcc
}

fuzzes() {
    has "$1" && "$1" -fsanitize=fuzzer,address,undefined -x c -o /dev/null - >/dev/null 2>&1 <<<'
        int LLVMFuzzerTestOneInput(const unsigned char *bytes, unsigned long size) { return bytes && size ? 0 : 0; }'
}

clang_that_fuzzes() {
    local name
    for name in clang $(downwards $NEWEST_CLANG $OLDEST_CLANG | sed 's/^/clang-/'); do
        fuzzes "$name" && { echo "$name"; return; }
    done
    return 1
}

# What emcc runs is of the version that `emcc -v` says, and compiles for its sysroot without it.
wasm_clang() {
    local root wanted name
    root=$(em-config LLVM_ROOT 2>/dev/null) && wanted=$(emcc -v 2>&1 | grep -m 1 'clang version') || return 1
    for name in "$root"/clang "$root"/clang-[0-9]*; do
        [ "$("$name" --version 2>/dev/null | head -n 1)" = "$wanted" ] && compiles_to_wasm "$name" && { echo "$name"; return; }
    done
    return 1
}

compiles_to_wasm() {
    "$1" --target=wasm32-unknown-emscripten --sysroot="$(em-config CACHE)/sysroot" -msimd128 -x c -c -o /dev/null - >/dev/null 2>&1 <<<'
        #include <stdlib.h>
        #include <wasm_simd128.h>
        v128_t twice(v128_t values);
        v128_t twice(v128_t values) { return wasm_f32x4_add(values, values); }'
}

# A clang that makes one instruction of a product and a sum, and has a linker for WebAssembly: a newer emsdk's own, or one
# beside it. With -O, clang would ask whatever wasm-opt there is after it has linked.
relaxed_clang() {
    local root name
    root=$(em-config LLVM_ROOT 2>/dev/null) || return 1
    for name in "$root/clang" $(downwards $NEWEST_CLANG $OLDEST_RELAXED_CLANG | sed 's/^/clang-/'); do
        relaxes "$name" && { echo "$name"; return; }
    done
    return 1
}

relaxes() {
    local flags=(--target=wasm32-unknown-emscripten -O2 -msimd128 -mrelaxed-simd -ffp-contract=fast -x c)
    local source='
        typedef float quad __attribute__((vector_size(16)));
        quad mixed(quad a, quad b, quad c);
        quad mixed(quad a, quad b, quad c) { return a * b + c; }'
    has "$1" && "$1" "${flags[@]}" -S -o - - 2>/dev/null <<<"$source" | grep -q relaxed_madd &&
        "$1" "${flags[@]}" -O0 -nostdlib -Wl,--no-entry -o /dev/null - >/dev/null 2>&1 <<<"$source"
}

# Ubuntu's chromium-browser is a script that names a snap, so that a browser counts only when it says which one it is.
is_browser() { "$1" --version 2>/dev/null | grep -Eq '^(Chromium|Google Chrome|Chrome|HeadlessChrome|Microsoft Edge)[^0-9]*[0-9]+\.'; }

# What the system has under its names, then what Playwright downloaded.
browser_places() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do command -v $name; done
    ls -d "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium \
        ~/{.cache,Library/Caches}/ms-playwright/chromium{,_headless_shell}-*/chrome-*/{chrome,headless_shell,chrome-headless-shell} \
        ~/Library/Caches/ms-playwright/chromium-*/chrome-*/*.app/Contents/MacOS/* 2>/dev/null
}

browsers() {
    local path found=1
    [ -z "${CHROMIUM:-}" ] || { echo "$CHROMIUM"; return; }
    while read -r path; do
        is_browser "$path" && { echo "$path"; found=0; }
    done <<<"$(browser_places)"
    return $found
}

node_version() { has node && version_in "$(node --version 2>/dev/null)"; }
emscripten_version() { has emcc && version_in "$(emcc --version 2>/dev/null)"; }
is_new_node() { local version; version=$(node_version) && is_at_least "$version" "$OLDEST_NODE"; }
is_new_emscripten() { local version; version=$(emscripten_version) && is_at_least "$version" $OLDEST_EMSCRIPTEN; }

# ---- What is missing -------------------------------------------------------------------------------------------------
# Fill these: packages by Debian's names, in each line what may stand for each other, best first (several words of a line
# that are joined by + belong together); what is too old, in sentences; and whether Node is to come from npm.
packages=() too_old=() npm_node=

lacks() { packages+=("$*"); }

gcc_packages() { echo gcc; downwards $NEWEST_GCC $OLDEST_GCC | sed 's/^/gcc-/'; echo clang; downwards $NEWEST_CLANG $OLDEST_CLANG | sed 's/^/clang-/'; }

# clang's runtimes for fuzzing have a package of their own, or come with clang.
clang_packages() {
    local i
    echo clang+libclang-rt-dev
    for i in $(downwards $NEWEST_CLANG $OLDEST_CLANG); do echo "clang-$i+libclang-rt-$i-dev" "clang-$i+libclang-common-$i-dev"; done
}

look_for_native() {
    local compiler version
    compiler=$(compiler)
    if ! compiles "$compiler"; then
        if has "${compiler%% *}"; then
            too_old+=("$compiler $(version_in "$($compiler -dumpfullversion -dumpversion 2>/dev/null)") can't compile Scrawl's vectors: gcc $OLDEST_GCC or later can, and clang $OLDEST_CLANG or later.")
        fi
        [ -n "${CC:-}" ] || lacks "$(gcc_packages | tr '\n' ' ')"
        [ -z "${CC:-}" ] || has "${CC%% *}" || lacks "$CC"
    fi
    has ar || lacks binutils
    # Headers can't be looked for without a compiler.
    if ! includes stdlib.h; then lacks libc6-dev; fi
    if ! includes zlib.h; then lacks zlib1g-dev; fi
    version=$(stb_version)
    if ! includes stb/stb_image.h; then
        lacks libstb-dev
    elif [ -n "$version" ] && ! is_at_least "$version" $OLDEST_STB; then
        too_old+=("stb_image $version is too old: Scrawl needs $OLDEST_STB or later, from https://github.com/nothings/stb.")
    fi
}

look_for_node() {
    local version
    is_new_node && has npm && return
    version=$(node_version)
    if [ -z "$version" ] || is_new_node; then
        has node || lacks nodejs
        has npm || lacks npm
        ! has apt-cache || is_at_least "$(candidate_version nodejs)" "$OLDEST_NODE" || npm_node=1
    else
        too_old+=("Node $version is too old: Scrawl needs $OLDEST_NODE or later.")
        if has apt-cache && is_at_least "$(candidate_version nodejs)" "$OLDEST_NODE"; then
            lacks nodejs
        else
            npm_node=1
        fi
        has npm || lacks npm
    fi
}

look_for_wasm() {
    is_new_emscripten && return
    if has emcc; then
        too_old+=("Emscripten $(emscripten_version) is too old: Scrawl needs $OLDEST_EMSCRIPTEN or later, from https://emscripten.org.")
    fi
    if ! has emcc || { has apt-cache && is_at_least "$(candidate_version emscripten)" $OLDEST_EMSCRIPTEN; }; then lacks emscripten; fi
}

# For files of their own, which are left out without.
look_for_relaxed() {
    relaxed_clang >/dev/null || lacks "$(downwards $NEWEST_CLANG $OLDEST_RELAXED_CLANG | sed 's/.*/clang-&+lld-&/' | tr '\n' ' ')"
}

look_for_browser() { browsers >/dev/null || lacks chromium; }

look_for_fuzz() { clang_that_fuzzes >/dev/null || lacks "$(clang_packages | tr '\n' ' ')"; }

look_for_valgrind() { has valgrind || lacks valgrind; }

# The C tests make allocations fail, and write pictures.
look_for_c_tests() {
    includes stb/stb_image_write.h || lacks libstb-dev
    echo 'int main(void) { return 0; }' | $(compiler) -Wl,--wrap=malloc -x c -o /dev/null - >/dev/null 2>&1 ||
        too_old+=("This system's linker can't put the C tests together (it lacks --wrap, which Linux's have): make test-scripts runs all others.")
}

# What the tests use the installed library with.
look_for_consumers() {
    has cmake || lacks cmake
    has pkg-config || lacks pkgconf pkg-config
    has g++ || has clang++ || has c++ || lacks build-essential
}

look_for_mpi() {
    local compiler=${MPICC:-mpicc}
    has "${compiler%% *}" && return
    if [ "$compiler" = mpicc ]; then lacks libopenmpi-dev; else lacks "${compiler%% *}"; fi
}

# Starts several processes; clusters have others that do.
look_for_mpirun() { has mpirun || lacks openmpi-bin; }

look_for_lint() {
    local tool
    for tool in "${CLANG_FORMAT:-clang-format-14}" "${CLANG_TIDY:-clang-tidy-14}" "${SHELLCHECK:-shellcheck}"; do has "$tool" || lacks "$tool"; done
}

look_for() {
    local need
    for need in "$@"; do "look_for_$need" || true; done
}

# The packages' names, for a sentence: of each line what apt has and is new enough, or else the first.
package_names() {
    local line choice found
    for line in ${packages[@]+"${packages[@]}"}; do
        found=${line%% *}
        for choice in $line; do
            if has apt-cache && apt_has "$choice"; then found=$choice; break; fi
        done
        printf '%s ' "$found" | tr + ' '
    done | sed 's/ $//'
}

# ---- apt -------------------------------------------------------------------------------------------------------------
# The version that apt would install, without Debian's epoch; nothing when it has none.
candidate_version() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p' | grep -v '(none)' | sed 's/^[0-9]*://' | head -n 1
}

# Whether apt has all of a choice, new enough to be of use. Ubuntu's Chromium only fetches a snap.
apt_has() {
    local name version
    for name in ${1//+/ }; do
        version=$(candidate_version "$name")
        [ -n "$version" ] || return 1
        case $name in
            gcc) is_at_least "$(version_in "$version")" $OLDEST_GCC || return 1 ;;
            clang) is_at_least "$(version_in "$version")" $OLDEST_CLANG || return 1 ;;
            nodejs) [ -n "$npm_node" ] || is_at_least "$(version_in "$version")" "$OLDEST_NODE" || npm_node=1 ;;
            emscripten) is_at_least "$(version_in "$version")" $OLDEST_EMSCRIPTEN || return 1 ;;
            libstb-dev) version=${version##*git}; [ "${version%%.*}" -ge $OLDEST_STB_DAY ] 2>/dev/null || return 1 ;;
            chromium) case $version in *snap*) return 1 ;; esac ;;
        esac
    done
}

# Of each line of packages, the first choice that apt has goes to chosen; lines without one go to unavailable.
chosen=() unavailable=()
choose_packages() {
    local line choice found
    for line in ${packages[@]+"${packages[@]}"}; do
        found=
        for choice in $line; do
            if apt_has "$choice"; then found=$choice; break; fi
        done
        if [ -z "$found" ]; then unavailable+=("${line%% *}"); continue; fi
        # shellcheck disable=SC2206 # words joined by + belong together
        chosen+=(${found//+/ })
    done
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# apt's own words, of both kinds that there are: "162 MB|566 MB|262", or nothing.
apt_sizes() {
    as_root env LC_ALL=C apt-get install --assume-no --no-install-recommends "$@" 2>/dev/null </dev/null | sed -n '
        s/^Need to get \([0-9][0-9.,]* [kMG]*B\).*/download \1/p
        s/^After this operation, \([0-9][0-9.,]* [kMG]*B\) of additional.*/disk \1/p
        s/^ *Download size: \([0-9][0-9.,]* [kMG]*B\).*/download \1/p
        s/^ *Space needed: \([0-9][0-9.,]* [kMG]*B\).*/disk \1/p
        s/^[0-9]* upgraded, \([0-9]*\) newly installed.*/count \1/p
        s/^.*Installing: \([0-9]*\),.*/count \1/p'
}

megabytes() {
    printf '%s\n' "$1" | tr -d , | awk '{ print int(1 + $1 * ($2 == "GB" ? 1000 : $2 == "MB" ? 1 : 0.001)) }'
}

# A line for each tenth of what apt does to $1 packages: it downloads, unpacks and sets up each; what it has downloaded
# before isn't downloaded again. All of its words go to file $2.
show_progress() {
    local line tenth word fetched=0 done=0 shown=0
    while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        [ -z "${V:-}" ] || printf '%s\n' "$line"
        case $line in
            Get:*) fetched=$((fetched + 1)) tenth=$((4 * fetched / $1)); read -r _ _ _ _ word _ <<<"$line"; line="Downloading $word" ;;
            'Unpacking '*|'Setting up '*) done=$((done + 1)) tenth=$((4 + 3 * done / $1)) ;;
            *) continue ;;
        esac
        [ $tenth -gt $shown ] || continue
        shown=$tenth
        printf '[%d/%d] %s\n' $((done ? $1 + done : fetched)) $((3 * $1)) "${line%% (*}"
    done 3>"$2"
}

# Downloading at 5 MB and unpacking at 15 MB a second.
minutes_for() {
    local minutes=$((1 + $1 / 300 + $2 / 900))
    if [ $minutes = 1 ]; then echo "a minute"; else echo "$minutes minutes"; fi
}

install_packages() {
    local sizes download disk count log=$BUILD/install.log
    sizes=$(apt_sizes "$@")
    download=$(sed -n 's/^download //p' <<<"$sizes") disk=$(sed -n 's/^disk //p' <<<"$sizes") count=$(sed -n 's/^count //p' <<<"$sizes")
    echo "Installing $* and what they need: ${count:-some} packages, ${download:-?} to download, ${disk:-?} on the disk, about $(minutes_for "$(megabytes "${download:-0 MB}")" "$(megabytes "${disk:-0 MB}")")."
    mkdir -p "$BUILD"
    as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get install -y -q --no-install-recommends "$@" 2>&1 </dev/null |
        show_progress "${count:-1}" "$log"
    [ "${PIPESTATUS[0]}" = 0 ] || { tail -n 5 "$log" >&2; fail "apt-get could not install all of that; $log has what it said."; }
}

# ---- Node from npm, a browser from Playwright ------------------------------------------------------------------------
install_node() {
    echo "Putting Node 20 into $BUILD/node, from npm: 50 MB to download, 170 MB on the disk, about a minute."
    mkdir -p "$BUILD/node"
    # shellcheck disable=SC2086 # two packages
    npm install --prefix "$BUILD/node" --no-save --no-audit --no-fund --loglevel=error $NODE_FROM_NPM >"$BUILD/install-node.log" 2>&1 ||
        { tail -n 5 "$BUILD/install-node.log" >&2; fail "npm could not install Node 20. Please install Node $OLDEST_NODE or later from https://nodejs.org."; }
    PATH=$BUILD/node/node_modules/.bin:$PATH
}

# Playwright must be in node_modules already. Without a browser the page's tests are skipped, and say so.
install_browser() {
    local playwright=node_modules/playwright-core/cli.js log=$BUILD/install-browser.log
    browsers >/dev/null && return
    mkdir -p "$BUILD"
    echo "Asking Playwright for its Chromium: 120 MB to download, 350 MB on the disk, about two minutes."
    { node $playwright install --only-shell chromium && as_root "$(command -v node)" $playwright install-deps chromium; } >"$log" 2>&1 </dev/null
    browsers >/dev/null || echo "Playwright has no Chromium for this system ($log says why): the page's tests will be skipped."
}

# ---- Commands --------------------------------------------------------------------------------------------------------
elsewhere() {
    cat <<'END'
  there:     make serve, or make test, install them (as root or with sudo)
  elsewhere: a C compiler (gcc 12 or later, or clang), zlib with headers, stb_image.h in a folder named stb, for the C tests
             stb_image_write.h beside it; for the page also Node 18.18 or later and Emscripten (emcc on the PATH). CONTRIBUTING.md has more.
END
}

say_missing() {
    local sentence
    for sentence in ${too_old[@]+"${too_old[@]}"}; do echo "$sentence"; done
    [ ${#packages[@]} -gt 0 ] || return 0
    echo "Missing, by Debian's and Ubuntu's names: $(package_names)."
    elsewhere
}

check() {
    look_for "$@"
    [ ${#packages[@]}${#too_old[@]} = 00 ] || { say_missing >&2; exit 1; }
}

# What a package's name stands for, in a sentence.
wanted() {
    case $1 in
        gcc) echo "gcc $OLDEST_GCC or later and no clang $OLDEST_CLANG or later" ;;
        clang*) echo "clang with libFuzzer" ;;
        libstb-dev) echo "stb_image $OLDEST_STB or later" ;;
        emscripten) echo "Emscripten $OLDEST_EMSCRIPTEN or later" ;;
        *) echo "$1" ;;
    esac
}

# What cannot be installed here must not stop what can: the browser and the linters are left out, with a sentence.
refuse_unavailable() {
    local name rest=
    for name in ${unavailable[@]+"${unavailable[@]}"}; do
        case $name in
            chromium) echo "This system's packages hold no real Chromium." ;;
            *+lld-*) echo "This system's packages hold no clang $OLDEST_RELAXED_CLANG or later: the page does without relaxed SIMD." ;;
            cmake|pkgconf|build-essential) echo "This system's packages hold no $name: the tests of the installed library that need it are skipped." ;;
            libopenmpi-dev|openmpi-bin) echo "This system's packages hold no $name: the tests of several ranks are skipped." ;;
            clang-format*|clang-tidy*|shellcheck) echo "This system's packages hold no $name: make lint leaves its part out." ;;
            *) rest="$rest${rest:+, no }$(wanted "$name")" ;;
        esac
    done
    [ -z "$rest" ] || fail "This system's packages hold no $rest. Please install that by other means, or use a newer system, such as Debian 12 or Ubuntu 24.04."
}

can_be_root() { [ "$(id -u)" = 0 ] || has sudo; }

# Without these, less is tested, which is said then.
is_dispensable() { [ "$1" = browser ] || [ "$1" = lint ] || [ "$1" = relaxed ] || [ "$1" = consumers ] || [ "$1" = mpi ] || [ "$1" = mpirun ]; }

# Ends with a sentence, unless only what is dispensable is missing.
cannot_install() {
    local names need rest=()
    names=$(package_names)
    for need in "${wanted_needs[@]}"; do is_dispensable "$need" || rest+=("$need"); done
    packages=()
    look_for ${rest[@]+"${rest[@]}"}
    [ ${#packages[@]} -gt 0 ] && fail ${too_old[@]+"${too_old[@]}"} "$1: $names.$2"
    echo "$1: $names.$2 This goes on without."
}

install() {
    wanted_needs=("$@")
    look_for "$@"
    if [ ${#packages[@]} -eq 0 ]; then
        :
    elif ! has apt-get; then
        cannot_install "Please install, by Debian's names" " CONTRIBUTING.md says how on other systems."
    elif ! can_be_root; then
        cannot_install "Only root can install packages and there is no sudo here. Please have these installed" ""
    else
        echo "Looking up what has to be installed."
        as_root apt-get update -qq </dev/null || echo "The lists of packages could not all be brought up to date."
        packages=() too_old=() npm_node=
        look_for "$@"
        choose_packages
        refuse_unavailable
        [ ${#chosen[@]} -eq 0 ] || install_packages "${chosen[@]}"
    fi
    finish_install "$@"
}

# What is still missing then, or was too old and had nothing to be replaced with, stops make.
finish_install() {
    local need rest=()
    packages=() too_old=() npm_node=
    for need in "$@"; do is_dispensable "$need" || rest+=("$need"); done
    look_for ${rest[@]+"${rest[@]}"}
    if [ -n "$npm_node" ]; then
        install_node
        packages=() too_old=()
        look_for ${rest[@]+"${rest[@]}"}
    fi
    [ ${#packages[@]}${#too_old[@]} = 00 ] || { say_missing >&2; exit 1; }
}

check_port() {
    case ${1:-} in
        ''|*[!0-9]*|??????*) ;;
        *) [ "$1" -gt 65535 ] || return 0 ;;
    esac
    fail "PORT is ${1:-empty}, which is no port: take a whole number from 0 to 65535, as in make serve PORT=8081."
}

[ ! -x "$BUILD/node/node_modules/.bin/node" ] || PATH=$BUILD/node/node_modules/.bin:$PATH
command=${1:-}
[ $# -eq 0 ] || shift
case $command in
    check) check "$@" ;;
    install) install "$@" ;;
    compiler) compiler ;;
    clang) clang_that_fuzzes ;;
    wasm-clang) wasm_clang ;;
    relaxed-clang) relaxed_clang ;;
    browsers) browsers ;;
    install-browser) install_browser ;;
    port) check_port "$@" ;;
    *) fail "needs.sh knows check, install, install-browser, compiler, clang, wasm-clang, relaxed-clang, browsers and port, not \"$command\"." ;;
esac
