#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `make demo` and `make install` need no more than what tools/setup installs for them: both are run where the programs and
# libraries that only tests and benchmark use cannot be seen. CCLB_CACHE, or the usual cache, has the engine already.
#
# usage: tests/setup_test.sh WORK
set -eu

cd "$(dirname "$0")/.."
work=$1
rm -rf "$work"
mkdir -p "$work/bin" "$work/pkgconfig"

for folder in /usr/sbin /usr/bin /usr/local/bin; do
    for program in "$folder"/*; do
        case ${program##*/} in
        clang* | llvm* | lld* | ld.lld* | wasm* | wat2wasm | python3* | mandoc | man | groff | valgrind | gnuplot* | promtool) ;;
        *) ln -sf "$program" "$work/bin/" ;;
        esac
    done
done
# CMake looks into the folders of the system besides PATH, unless it is told not to.
echo 'set(CMAKE_FIND_USE_CMAKE_SYSTEM_PATH OFF)' >"$work/toolchain.cmake"
ln -s "$(pkg-config --variable=pcfiledir jansson)/jansson.pc" "$work/pkgconfig/"

# Cargo and rustc are found as they are where the engine was built.
. tools/toolchain.sh
choose_rust
export CARGO RUSTC
hidden() {
    env "PATH=$work/bin" "PKG_CONFIG_LIBDIR=$work/pkgconfig" "CMAKE_TOOLCHAIN_FILE=$work/toolchain.cmake" \
        "BUILD=$work/build" "$@"
}
expect() {
    if ! hidden "$@" >"$work/log" 2>&1; then
        cat "$work/log"
        echo "setup_test: $* failed where only what it needs is installed"
        exit 1
    fi
}

# The hiding works.
if hidden sh -c 'command -v clang || command -v python3 || pkg-config --exists cmocka' >"$work/log"; then
    cat "$work/log"
    echo "setup_test: what tests need can be seen"
    exit 1
fi
expect tools/demo
expect env "DESTDIR=$work/root" PREFIX=/usr tools/install
"$work/root/usr/bin/cclb" --version
rm -rf "$work"
