#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The probes that a tracer sees in the libraries are those of the table, with as many arguments, and no others.
#
# usage: tests/probes.sh TABLE LIBRARY...
set -eu
LC_ALL=C
export LC_ALL

table=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A row is PROBE(name, (parameters), (arguments), "when").
awk '
    { text = text " " $0 }
    END {
        while (match(text, /\/\*/)) {
            rest = substr(text, RSTART + 2)
            text = substr(text, 1, RSTART - 1) " " substr(rest, index(rest, "*/") + 2)
        }
        count = split(text, row, /PROBE\(/)
        for (i = 2; i <= count; i++) {
            split(row[i], part, /[()]/)
            sub(/,.*/, "", part[1])
            print part[1], split(part[4], arguments, ",")
        }
    }' "$table" | sort >"$work/declared"
[ -s "$work/declared" ] || {
    echo "$table declares no probe"
    exit 1
}

failures=0
for library in "$@"; do
    [ -n "$library" ] || continue
    # An inlined probe may be there several times.
    readelf -n "$library" | awk '
        $1 == "Provider:" { provider = $2 }
        $1 == "Name:" { name = $2 }
        $1 == "Arguments:" && provider == "cclb" { print name, NF - 1 }' | sort -u >"$work/seen"
    diff "$work/declared" "$work/seen" >"$work/difference" || {
        echo "$library has other probes (>) than $table (<), by name and number of arguments:"
        grep '^[<>]' "$work/difference"
        failures=$((failures + 1))
    }
done
echo "$(wc -l <"$work/declared") probes, $failures libraries with others"
[ "$failures" = 0 ]
