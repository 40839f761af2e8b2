#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a runtime exposes is what Prometheus reads, and has nothing that its linter would have otherwise.
#
# usage: tests/promtool.sh ROOT COMMAND...       COMMAND prints an exposition
set -eu

root=$1
shift
promtool=$("$root/tools/promtool")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$@" >"$work/text"
failures=0

# Says what promtool has against a text.
lint() {
    "$promtool" check metrics <"$1" >"$work/lint" 2>&1 && [ ! -s "$work/lint" ]
}

if ! lint "$work/text"; then
    echo "promtool says:"
    cat "$work/lint"
    failures=1
fi

# That promtool looks at all: each of these spoils the text. spoil WHAT SED_SCRIPT
spoil() {
    sed "$2" "$work/text" >"$work/spoilt"
    if cmp -s "$work/text" "$work/spoilt"; then
        echo "nothing to spoil: $1"
        failures=1
    elif lint "$work/spoilt"; then
        echo "promtool finds nothing wrong with $1"
        failures=1
    fi
}
spoil "a counter that is not called total" 's/cclb_plugin_calls_total/cclb_plugin_calls/'
spoil "a gauge that is called total" '/memories_total/s/untyped/gauge/'
spoil "a metric without help" '/^# HELP cclb_slots /d'
spoil "a label that is not closed" 's/,hook="shape"/,hook="shape/'
spoil "a value that is no number" 's/^cclb_slots .*/cclb_slots two/'

echo "$(grep -c '^# TYPE' "$work/text") metrics, $(grep -vc '^#' "$work/text") lines, $failures faults"
[ "$failures" = 0 ]
