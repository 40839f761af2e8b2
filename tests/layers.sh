#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds every #include against the allowed edges between layers, so that the include graph is the proof of the
# structure. Prints FILE:LINE, the directive and the rule for each that breaks one.
#
# usage: tests/layers.sh [ROOT]
#        tests/layers.sh --self-test     every rule must be seen to fail on a made-up tree
set -eu

check_tree() (
    cd "$1"
    set -- include src
    for folder in cli examples hosts bench guest; do
        [ ! -d $folder ] || set -- "$@" $folder
    done
    find "$@" -type f \( -name '*.[ch]' -o -name '*.cc' -o -name '*.def' \) \
        ! -name '*_test.c' -exec awk '
        # Below each layer: what it may include besides its own folder, base, metrics and cclb/.
        BEGIN {
            below["base"] = below["metrics"] = below["wire"] = below["engine"] = " "
            below["json"] = " wire "
            below["dispatch"] = " wire engine "
            below["admission"] = below["dispatch"] "dispatch "
            below["slots"] = below["admission"] "admission "
            below["hooks"] = below["slots"] "slots "
            below["capsule"] = below["slots"] "slots json "
            below["vectors"] = below["hooks"] "hooks "
            below["runtime"] = below["vectors"] "vectors json capsule "
            # What has no public function and is measured all the same (docs/adr/0012-bench.md).
            measured["bench/codec.c"] = " wire "
            measured["bench/floor.c"] = " engine "
            measured["bench/parts.c"] = " dispatch metrics slots "
            # The header for plugins is made from the tables (docs/adr/0014-guest-kit.md).
            measured["guest/kit/kit.h"] = " wire "
        }

        function broken(rule) {
            printf "%s:%d: %s\n    %s\n", FILENAME, FNR, $0, rule
        }

        # An engine or library header, by the one place that may know it.
        function foreign(name) {
            if (name ~ /^(wasm|wasmtime|wasi)\.h$|^wasmtime\//) {
                if (FILENAME !~ /^src\/engine\/(wasmtime_|rust_engine\.h$)/)
                    broken("only src/engine/wasmtime_* and src/engine/rust_engine.h include the engine\47s headers")
                return 1
            }
            if (name ~ /^jansson(_config)?\.h$/) {
                if (FILENAME !~ /^(src\/json\/|cli\/expected_fault\.h$)/)
                    broken("only src/json and cli/expected_fault.h include jansson")
                return 1
            }
            if (name ~ /^cmocka/) {
                broken("only tests include cmocka")
                return 1
            }
            return 0
        }

        function from_library(layer, name, target) {
            target = name
            sub(/\/.*/, "", target)
            if (name !~ /\// || !(target in below) && target != "cclb")
                broken("an include in src/ is written from the roots: \"cclb/x.h\" or \"LAYER/x.h\"")
            else if (!(layer in below))
                broken("the layer " layer " is not in the table of tests/layers.sh")
            else if (target == "cclb" || target == layer || target == "base")
                return
            else if (target == "metrics" && layer != "base" && layer != "wire")
                return
            else if (index(below[layer], " " target " ") == 0)
                broken("the layer " layer " may not include " target)
        }

        /^[ \t]*#[ \t]*include[ \t]*["<]/ {
            name = $0
            sub(/^[^"<]*["<]/, "", name)
            sub(/[">].*/, "", name)
            quoted = $0 ~ /^[ \t]*#[ \t]*include[ \t]*"/
            split(FILENAME, part, "/")
            if (foreign(name))
                next
            if (part[1] == "include") {
                if (quoted && name !~ /^cclb\//)
                    broken("a public header includes public headers and system headers only")
            } else if (part[1] == "src") {
                if (quoted)
                    from_library(part[2], name)
                else if (name ~ /^cclb[.\/]/)
                    broken("an include of ours is written in quotes")
            } else if (quoted && name ~ /\// && name !~ "^(cclb|" part[1] ")/" || name ~ /\.\.\//) {
                target = name
                sub(/\/.*/, "", target)
                if (index(measured[FILENAME], " " target " ") == 0)
                    broken(part[1] "/ sees the public headers and its own folder only")
            }
        }' {} +
)

# expect VERDICT FILE INCLUDE: a tree with that one file is clean, or shows a line with the text VERDICT.
expect() {
    rm -rf "$made_up"
    for folder in include/cclb src cli examples hosts bench guest; do
        mkdir -p "$made_up/$folder"
    done
    mkdir -p "$(dirname "$made_up/$2")"
    printf '/* a file */\n#include %s\n' "$3" >"$made_up/$2"
    found=$(check_tree "$made_up")
    cases=$((cases + 1))
    case $1:$found in
    clean:) ;;
    clean:*) wrong "$2 with $3 is clean, but: $found" ;;
    *)
        case $found in
        "$2:2: "*"$1"*) ;;
        *) wrong "$2 with $3 breaks '$1', but: ${found:-nothing was found}" ;;
        esac
        ;;
    esac
}

wrong() {
    echo "$1" >&2
    failures=$((failures + 1))
}

self_test() {
    made_up=$(mktemp -d)
    trap 'rm -rf "$made_up"' EXIT
    cases=0
    failures=0

    order='base wire engine dispatch admission slots hooks vectors runtime'
    for from in $order; do
        reached=no
        for to in $order; do
            [ "$from" != "$to" ] || reached=yes
            case $reached:$from:$to in
            no:engine:wire) expect 'may not include' src/$from/a.c "\"$to/b.h\"" ;;
            no:* | yes:"$from":"$from") expect clean src/$from/a.c "\"$to/b.h\"" ;;
            yes:*) expect 'may not include' src/$from/a.h "\"$to/b.h\"" ;;
            esac
        done
    done
    for from in engine dispatch admission slots hooks vectors runtime json capsule; do
        expect clean src/$from/a.c '"metrics/b.h"'
    done
    expect clean src/metrics/a.c '"base/b.h"'
    expect clean src/json/a.c '"wire/b.h"'
    expect clean src/runtime/a.c '"json/b.h"'
    expect clean src/capsule/a.c '"json/b.h"'
    expect clean src/capsule/a.c '"slots/b.h"'
    expect clean src/runtime/a.c '"capsule/b.h"'
    expect 'may not include' src/capsule/a.c '"hooks/b.h"'
    expect 'may not include' src/capsule/a.c '"runtime/b.h"'
    expect 'may not include' src/slots/a.c '"capsule/b.h"'
    expect 'may not include' src/json/a.c '"capsule/b.h"'
    expect 'may not include' src/base/a.c '"metrics/b.h"'
    expect 'may not include' src/wire/a.c '"metrics/b.h"'
    expect 'may not include' src/metrics/a.c '"wire/b.h"'
    expect 'may not include' src/json/a.c '"engine/b.h"'
    for from in wire dispatch admission slots hooks vectors; do
        expect 'may not include' src/$from/a.c '"json/b.h"'
    done

    expect clean src/slots/a_test.c '"runtime/b.h"'
    expect clean src/base/a.c '<stdio.h>'
    expect clean src/wire/a.c '"cclb/error.h"'
    expect 'written from the roots' src/base/a.c '"b.h"'
    expect 'written from the roots' src/base/a.c '"../wire/b.h"'
    expect 'written in quotes' src/base/a.c '<cclb/error.h>'
    expect 'not in the table' src/novel/a.c '"base/b.h"'

    expect clean src/engine/wasmtime_call.c '<wasmtime.h>'
    expect clean src/engine/rust_engine.h '<wasm.h>'
    expect clean src/json/a.c '<jansson.h>'
    expect clean cli/expected_fault.h '<jansson.h>'
    expect "the engine's headers" src/engine/fake.c '<wasmtime.h>'
    expect "the engine's headers" src/dispatch/a.c '"wasmtime/store.h"'
    expect "the engine's headers" cli/a.c '<wasm.h>'
    expect 'include jansson' src/runtime/a.c '<jansson.h>'
    expect 'include jansson' cli/a.c '<jansson.h>'
    expect 'only tests include' src/base/a.c '<cmocka.h>'

    for from in cli examples hosts bench guest; do
        expect clean $from/a.c '"cclb/runtime.h"'
        expect clean $from/a.c '<cclb.h>'
        expect clean $from/a.c '"b.h"'
        expect clean $from/a.c "\"$from/b.h\""
        expect 'its own folder only' $from/a.c '"base/error.h"'
        expect 'its own folder only' $from/a.c '"../src/base/error.h"'
    done
    expect clean bench/codec.c '"wire/b.h"'
    expect clean bench/floor.c '"engine/b.h"'
    expect clean bench/parts.c '"dispatch/b.h"'
    expect clean bench/parts.c '"metrics/b.h"'
    expect clean bench/parts.c '"slots/b.h"'
    expect clean guest/kit/kit.h '"wire/b.h"'
    expect 'its own folder only' guest/kit/kit.h '"base/b.h"'
    expect 'its own folder only' bench/codec.c '"engine/b.h"'
    expect 'its own folder only' bench/parts.c '"../src/slots/b.h"'
    expect "the engine's headers" bench/floor.c '<wasmtime.h>'
    expect clean include/cclb/a.h '"cclb/b.h"'
    expect clean include/cclb/a.h '<stddef.h>'
    expect 'public header includes' include/cclb/a.h '"base/b.h"'

    echo "$cases made-up trees, $failures judged wrongly"
    [ "$failures" = 0 ]
}

if [ "${1:-}" = --self-test ]; then
    self_test
    exit
fi
found=$(check_tree "${1:-$(dirname "$0")/..}")
[ -z "$found" ] || {
    printf '%s\n' "$found"
    exit 1
}
