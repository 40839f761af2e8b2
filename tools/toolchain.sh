# SPDX-License-Identifier: Apache-2.0
# Sourced by tools/setup and tools/engine: finds a Rust toolchain that is new enough, and a place for what is built
# once.

rust_minimum=1.95.0

# Whether version $1 is at least version $2.
version_at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# Sets RUSTC and CARGO to the caller's, the ones on PATH, or Debian's; fails if none is new enough.
choose_rust() {
    for candidate in "${RUSTC:-}" rustc /usr/bin/rustc; do
        [ -n "$candidate" ] || continue
        path=$(command -v "$candidate") || continue
        version=$("$path" -V 2>/dev/null | cut -d' ' -f2) || continue
        [ -n "$version" ] && version_at_least "$version" "$rust_minimum" || continue
        cargo=${CARGO:-$(dirname "$path")/cargo}
        cargo=$(command -v "$cargo" || command -v cargo) || continue
        "$cargo" -V >/dev/null 2>&1 || continue
        RUSTC=$path
        CARGO=$cargo
        export RUSTC CARGO
        return 0
    done
    return 1
}

# Sets `cache` to the folder that outlives a checkout; $1 is the checkout. Where there is no home to write to, it and
# cargo's own store are in the checkout.
choose_cache() {
    home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)} || home=
    cache=${CCLB_CACHE:-${XDG_CACHE_HOME:-$home/.cache}/cclb}
    if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
        cache=$1/.cache
        mkdir -p "$cache"
    fi
    if [ -z "${CARGO_HOME:-}" ] && [ ! -w "${home:-/nonexistent}" ]; then
        CARGO_HOME=$cache/cargo
        export CARGO_HOME
    fi
}
