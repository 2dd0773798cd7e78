#!/usr/bin/env bash
# Installs what make has built, or removes that again. Writes nothing outside the folders that it is told, but as root, and
# without DESTDIR, the linker's cache, by ldconfig.
# Usage: install.sh install|uninstall
# From the environment, where make/install.mk puts it: BUILD, what is installed; VERSION, ABI, ABI_SINCE, POINTER_BYTES;
# SHARED, the shared library's file, MPI, the shared object for
# MPI, each empty where there is none; MODELS, files of trained ones; PREFIX, BINDIR, LIBDIR,
# INCLUDEDIR, DATADIR, MANDIR, BASHDIR, ZSHDIR, FISHDIR, where it goes; DESTDIR, a folder that stands for / meanwhile, as
# packages are made in.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
DESTDIR=${DESTDIR:-}
umask 022 # whatever the caller's, everybody may read what is installed

fail() { printf '%s\n' "$@" >&2; exit 1; }

for name in PREFIX BINDIR LIBDIR INCLUDEDIR DATADIR MANDIR BASHDIR ZSHDIR FISHDIR; do
    case ${!name} in
        /*) ;;
        *) fail "$name is \"${!name}\", but must be a path from the root, such as /usr/local." ;;
    esac
done
MODELSDIR=$DATADIR/scrawl
CMAKEDIR=$LIBDIR/cmake/scrawl
MPIDIR=${BINDIR%/*}/lib/scrawl # where the program looks for it: src/cli/launcher.c

# ---- What is where ---------------------------------------------------------------------------------------------------
# Calls $1 with mode, source and target for each file, $2 with the text and the path for each link, and $3 with template
# and target for each file that says where the others are.
each() {
    local name
    "$1" 755 "$BUILD/scrawl" "$BINDIR/scrawl"
    "$1" 644 "$BUILD/libscrawl.a" "$LIBDIR/libscrawl.a"
    if [ -n "$SHARED" ]; then
        "$1" 644 "$BUILD/$SHARED" "$LIBDIR/$SHARED"
        "$2" "$SHARED" "$LIBDIR/libscrawl.so.$ABI"
        "$2" "libscrawl.so.$ABI" "$LIBDIR/libscrawl.so"
    fi
    [ -z "$MPI" ] || "$1" 644 "$MPI" "$MPIDIR/scrawl-mpi.so"
    "$1" 644 src/scrawl.h "$INCLUDEDIR/scrawl.h"
    "$3" scrawl.pc.in "$LIBDIR/pkgconfig/scrawl.pc"
    for name in scrawl-config scrawl-config-version; do "$3" $name.cmake.in "$CMAKEDIR/$name.cmake"; done
    for name in $MODELS; do "$1" 644 "$name" "$MODELSDIR/${name##*/}"; done
    "$1" 644 "$BUILD/install/scrawl.1" "$MANDIR/man1/scrawl.1"
    "$1" 644 "$BUILD/install/scrawl.3" "$MANDIR/man3/scrawl.3"
    "$1" 644 "$BUILD/install/scrawl.bash" "$BASHDIR/scrawl"
    "$1" 644 "$BUILD/install/scrawl.zsh" "$ZSHDIR/_scrawl"
    "$1" 644 "$BUILD/install/scrawl.fish" "$FISHDIR/scrawl.fish"
}

# ---- Installing ------------------------------------------------------------------------------------------------------
put_file() {
    mkdir -p "$DESTDIR${3%/*}"
    install -m "$1" "$2" "$DESTDIR$3"
}

put_link() { ln -sf "$1" "$DESTDIR$2"; }

# A path as pkg-config's file has it, so that --define-prefix can move it.
below_prefix() {
    # shellcheck disable=SC2016 # pkg-config's own variable
    case $1 in
        "$PREFIX"/*) printf '${prefix}%s' "${1#"$PREFIX"}" ;;
        *) printf %s "$1" ;;
    esac
}

put_text() {
    local text name value
    text=$(cat "make/install/$1"; echo .)
    for name in PREFIX LIBDIR INCLUDEDIR MODELSDIR VERSION ABI ABI_SINCE POINTER_BYTES; do
        value=${!name}
        case $1,$name in scrawl.pc.in,*DIR) value=$(below_prefix "$value") ;; esac
        text=${text//@$name@/"$value"}
    done
    mkdir -p "$DESTDIR${2%/*}"
    printf %s "${text%.}" >"$DESTDIR$2.new"
    chmod 644 "$DESTDIR$2.new"
    mv -f "$DESTDIR$2.new" "$DESTDIR$2"
}

# Shared libraries of the same soname that other versions have left: ldconfig would take the newest.
remove_shared() { rm -f "$DESTDIR$LIBDIR/libscrawl.so.$ABI".[0-9]*; }

# Where programs find a shared library at once only when its folder is gone through anew. Who isn't root can't.
refresh_linker() {
    if [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null; then ldconfig || true; fi
}

# ---- Removing --------------------------------------------------------------------------------------------------------
remove_file() { rm -f "$DESTDIR$3"; }
remove_link() { rm -f "$DESTDIR$2"; }

case ${1:-} in
    install)
        remove_shared
        each put_file put_link put_text
        refresh_linker
        echo "Scrawl $VERSION is installed in $DESTDIR$PREFIX."
        ;;
    uninstall)
        MPI=${MPI:-any} # installed by another build, maybe
        each remove_file remove_link remove_link
        remove_shared
        # Folders of ours alone, unless somebody put something there; those that others use too stay.
        for name in "$MODELSDIR" "$CMAKEDIR" "$MPIDIR"; do rmdir "$DESTDIR$name" 2>/dev/null || true; done
        refresh_linker
        echo "Scrawl is removed from $DESTDIR$PREFIX."
        ;;
    *) fail "install.sh knows install and uninstall, not \"${1:-}\"." ;;
esac
