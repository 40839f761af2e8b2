#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs, builds hosts against the installation in every documented way and runs them, moves the installation,
# takes it away, and looks whether anything is left.
#
# usage: tests/install_test.sh WORK_FOLDER
#
# The build it installs from stays in WORK_FOLDER, so that the next run is quick.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
# A caller's make and ctest speak to theirs, not to these.
unset MAKEFLAGS MFLAGS MAKELEVEL PREFIX DESTDIR BUILD ONLY SETUP
version=$(sed -n 's/^project(cclb VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
major=${version%%.*}
stage=$folder/stage
rm -rf "$stage"
mkdir -p "$stage"

fail() {
    echo "install_test: $1" >&2
    exit 1
}

step() {
    echo "== $1"
}

# menu TARGET [VARIABLE=VALUE...]
menu() {
    make -C "$root" BUILD="$folder/build" "$@"
}

# leftover FOLDER: what is in it, one line a file or folder
leftover() {
    (cd "$1" && find . -mindepth 1 | sort)
}

# consume PREFIX: hosts by pkg-config, in both languages, shared and static
consume() {
    PKG_CONFIG_PATH=$(dirname "$(find "$1" -name cclb.pc)")
    export PKG_CONFIG_PATH
    # pkg-config quotes for a shell, which matters where the path has spaces; hence eval.
    eval "libdir=$(pkg-config --variable=libdir cclb)"
    [ "$(pkg-config --modversion cclb)" = "$version" ] || fail "pkg-config and the project differ on the version"
    for kind in shared static; do
        mode=$([ $kind = shared ] || echo static)
        flags=$(pkg-config ${mode:+--static} --cflags --libs cclb)
        for language in c cc; do
            compiler=$([ $language = c ] && echo 'gcc -std=c17' || echo 'g++ -std=c++11')
            source=$root/tests/consumer/consumer.$language
            program=$stage/${kind}_$language
            eval "$compiler -Wall -Wextra -Werror ${mode:+-static} \"\$source\" $flags -o \"\$program\"" \
                2>"$stage/log" || {
                cat "$stage/log" >&2
                fail "${kind}_$language does not build by pkg-config"
            }
        done
    done
    for language in c cc; do
        readelf -dW "$stage/shared_$language" | grep -q "(NEEDED).*\[libcclb\.so\.$major\]" ||
            fail "shared_$language does not ask for libcclb.so.$major"
        LD_LIBRARY_PATH=$libdir "$stage/shared_$language" "$version" "$plugin" ||
            fail "shared_$language, linked by pkg-config"
        "$stage/static_$language" "$version" "$plugin" || fail "static_$language, linked by pkg-config --static"
    done
    unset PKG_CONFIG_PATH
}

# consume_by_cmake PREFIX
consume_by_cmake() {
    rm -rf "$stage/consumer"
    cmake -G Ninja -S "$root/tests/consumer" -B "$stage/consumer" "-DCMAKE_PREFIX_PATH=$1" "-DVERSION=$version" \
        "-DPLUGIN=$plugin" \
        >"$stage/log" 2>&1 &&
        cmake --build "$stage/consumer" >>"$stage/log" 2>&1 &&
        ctest --test-dir "$stage/consumer" --no-tests=error --output-on-failure >>"$stage/log" 2>&1 || {
        cat "$stage/log" >&2
        fail "the CMake package in $1"
    }
    ! readelf -dW "$stage/consumer/cclb_static_c" | grep -q 'libcclb' ||
        fail "cclb::cclb_static links the shared library"
}

# command_runs PREFIX
command_runs() {
    env -u LD_LIBRARY_PATH "$1/bin/cclb" --version | grep -Fqx "cclb $version (libcclb $version)" ||
        fail "$1/bin/cclb --version"
}

# plugin_is_built PREFIX: the kit for plugins, used from there
plugin_is_built() {
    sed -n '/^```c$/,/^```$/p' "$root/guest/README.md" | grep -v '^```' >"$stage/plugin.c"
    "$1/bin/cclb-build" "$stage/plugin.c" -o "$stage/plugin.wasm" -Wall -Werror || fail "$1/bin/cclb-build"
    "$1/bin/cclb" admit "$stage/plugin.wasm" >/dev/null || fail "what $1/bin/cclb-build made is not admitted"
    rm -rf "$stage/begun"
    "$1/bin/cclb" new begun --hooks filter "$stage/begun" >/dev/null || fail "$1/bin/cclb new"
    make -s -C "$stage/begun" test CCLB="$1/bin/cclb" || fail "what $1/bin/cclb new made does not pass"
    doc=$1/share/doc/cclb
    "$1/bin/cclb-build" "$doc/guest/examples/redact/plugin.c" -o "$stage/redact.wasm" -I"$doc/guest/examples" ||
        fail "an example that is installed is not built"
    "$1/bin/cclb" test "$stage/redact.wasm" --cases "$doc/guest/examples/redact/cases" >/dev/null ||
        fail "an example that is installed does not pass"
}

# guide_leads_on PREFIX: what sends an author on, and what the pages name, is there
guide_leads_on() {
    doc=$1/share/doc/cclb
    guide=share/doc/cclb/docs/plugin-author-guide.md
    [ -s "$1/$guide" ] || fail "there is no $1/$guide"
    for text in include/cclb_plugin.h share/man/man1/cclb.1 share/doc/cclb/guest/README.md; do
        grep -q "$guide" "$1/$text" || fail "$text does not name the guide"
    done
    "$1/bin/cclb" new named --hooks filter "$stage/named" >/dev/null
    grep -q "$guide" "$stage/named/README.md" || fail "the README of a new plugin does not name the guide"
    rm -rf "$stage/named"
    named=$(cat "$doc"/docs/plugin*.md "$doc/docs/json.md" "$doc/guest/examples/README.md" |
        grep -o '`\(docs\|guest\|spec\)/[^` ]*`' | tr -d '`' | sort -u)
    [ -n "$named" ] || fail "the pages name nothing"
    for path in $named; do
        case $path in
        guest/build | docs/adr/* | docs/performance.md) ;; # the one is cclb-build here, the others are for who has the sources
        *) [ -e "$doc/$path" ] || fail "the pages name $path, which is not in $doc" ;;
        esac
    done
}

plugin=$root/tests/data/plugins/accept_all-pdk0.2.0.wasm
prefix=$stage/prefix
step "make install PREFIX=$prefix"
menu install PREFIX="$prefix"
sh "$root/tests/symbols.sh" "$prefix/include" "$major" "$prefix/lib/libcclb.so" "$prefix/lib/libcclb.a"
[ -s "$prefix/share/doc/cclb/THIRD-PARTY-NOTICES" ] || fail "no third-party notices"
for name in $(find "$root/include" -name '*.h' -o -name '*.def' | sed "s|^.*/include/||"); do
    [ -s "$prefix/include/$name" ] || fail "the header $name is not installed"
done
for name in cclb cclb_slot cclb_slot_register cclb_text; do
    man -M "$prefix/share/man" 3 "$name" | grep -q "SYNOPSIS" || fail "there is no manual page for $name"
done
bash -c '. "$1" && complete -p cclb' bash "$prefix/share/bash-completion/completions/cclb" >/dev/null ||
    fail "there is no completion for bash"
! grep -rIl -e "$root" -e "$folder" "$prefix" || fail "an installed text names the folder it was built in"
step "hosts by pkg-config and by CMake, the command, and a plugin"
consume "$prefix"
consume_by_cmake "$prefix"
command_runs "$prefix"
plugin_is_built "$prefix"
guide_leads_on "$prefix"

step "the installation moved"
mv "$prefix" "$stage/moved"
consume "$stage/moved"
consume_by_cmake "$stage/moved"
command_runs "$stage/moved"
plugin_is_built "$stage/moved"

step "make uninstall, beside a file of somebody else's"
touch "$stage/moved/lib/other"
menu uninstall PREFIX="$stage/moved"
left=$(leftover "$stage/moved")
[ "$left" = "./lib
./lib/other" ] || fail "uninstall left, or took, what it should not: $left"
! menu uninstall PREFIX="$stage/moved" 2>/dev/null || fail "a second uninstall found something"

for prefix in /usr/local /usr; do
    step "make install PREFIX=$prefix DESTDIR=..."
    mkdir "$stage/root"
    menu install PREFIX=$prefix DESTDIR="$stage/root"
    outside=$(leftover "$stage/root" | grep -v -e '^\./usr$' -e "^\.$prefix\(/\|\$\)") || true
    [ -z "$outside" ] || fail "installed outside $prefix: $outside"
    consume "$stage/root$prefix"
    command_runs "$stage/root$prefix"
    # Twice is as good as once.
    menu install PREFIX=$prefix DESTDIR="$stage/root" >/dev/null
    menu uninstall PREFIX=$prefix DESTDIR="$stage/root"
    left=$(leftover "$stage/root")
    [ -z "$left" ] || fail "left in DESTDIR: $left"
    rmdir "$stage/root"
done

! menu install PREFIX=relative 2>/dev/null || fail "a relative PREFIX was taken"
rm -rf "$stage"
echo "installed, used, moved and taken away"
