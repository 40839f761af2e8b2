#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plugins of the C kit are taken by every runtime that their form is for, are as small as they are said to be, and keep
# an instance in a stream session as small as it was.
#
# usage: tests/guest_admission.sh CCLB TWINS
set -eu

cclb=$1
twins=$2
count=0

fail() {
    echo "guest_admission: $1" >&2
    exit 1
}

# runtimes PLUGIN: the runtimes that its kit's form is for
runtimes() {
    case $1 in
    *-pdk0.1.0.wasm) echo 0.1.0 0.1.1 ;;
    *-pdk0.1.1.wasm) echo 0.1.2 0.1.3 ;;
    *-pdk0.1.2.wasm) echo 0.1.4 ;;
    *-pdk0.2.0.wasm) echo 0.2.0 0.3.0 ;;
    *) fail "$1 names no kit" ;;
    esac
}

for plugin in "$twins"/*.wasm; do
    for runtime in $(runtimes "$plugin"); do
        "$cclb" admit "$plugin" --reference "$runtime" >/dev/null ||
            fail "$(basename "$plugin") is not admitted by the rules of runtime $runtime"
        count=$((count + 1))
    done
done
[ "$count" -gt 0 ] || fail "there are no plugins in $twins"

for plugin in "$twins"/accept_all-*.wasm; do
    size=$(wc -c <"$plugin")
    [ "$size" -lt 4096 ] || fail "$(basename "$plugin") does next to nothing, and has $size bytes"
done
for plugin in "$twins"/shape_redact-*.wasm; do
    "$cclb" admit "$plugin" | grep -q 'answers are freed' || fail "$(basename "$plugin") grows in a stream session"
done
echo "$count verdicts"
