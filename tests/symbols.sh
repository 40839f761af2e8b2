#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the libraries show is what the public headers declare, and nothing else.
#
# usage: tests/symbols.sh INCLUDE_FOLDER MAJOR_VERSION SHARED_LIBRARY [STATIC_LIBRARY]
set -eu
LC_ALL=C
export LC_ALL

include=$1
major=$2
shared=$3
static=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

wrong() {
    echo "$1" >&2
    failures=$((failures + 1))
}

# same WHAT DECLARED SHOWN: two sorted lists of names
same() {
    comm -23 "$2" "$3" >"$work/lacking"
    comm -13 "$2" "$3" >"$work/surplus"
    [ ! -s "$work/lacking" ] || wrong "$1 lacks what the headers declare: $(tr '\n' ' ' <"$work/lacking")"
    [ ! -s "$work/surplus" ] || wrong "$1 shows what no header declares: $(tr '\n' ' ' <"$work/surplus")"
}

# A declaration is CCLB_API, its type, and the first name that a parenthesis follows.
find "$include" -name '*.h' -exec cat {} + | awk '
    !/^[ \t]*#/ {
        text = text " " $0
    }
    END {
        while (match(text, /\/\*/)) {
            rest = substr(text, RSTART + 2)
            text = substr(text, 1, RSTART - 1) " " substr(rest, index(rest, "*/") + 2)
        }
        count = split(text, part, /CCLB_API/)
        for (i = 2; i <= count; i++)
            if (match(part[i], /cclb_[a-z0-9_]+ *\(/)) {
                name = substr(part[i], RSTART, RLENGTH)
                sub(/ *\($/, "", name)
                print name
            }
    }' | sort -u >"$work/declared"
[ -s "$work/declared" ] || wrong "no declaration found in $include"

nm -D --defined-only "$shared" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >"$work/shared"
same "$shared" "$work/declared" "$work/shared"
nodes=$(nm -D --defined-only "$shared" | awk '$2 == "A" { print $3 }')
[ "$nodes" = "CCLB_$major" ] || wrong "$shared has the version nodes '$nodes', not CCLB_$major"

readelf -dW "$shared" >"$work/dynamic"
grep -q "(SONAME).*\[libcclb\.so\.$major\]" "$work/dynamic" || wrong "$shared is not named libcclb.so.$major"
grep -q '(FLAGS_1).*NODELETE' "$work/dynamic" || wrong "$shared can be unloaded: it lacks -z nodelete"
! grep -Eq '\((RPATH|RUNPATH|TEXTREL)\)' "$work/dynamic" || wrong "$shared has a search path or text relocations"
awk '/\(NEEDED\)/ { gsub(/[][]/, "", $NF); print $NF }' "$work/dynamic" >"$work/needed"
! grep -Evx 'lib(jansson|gcc_s|c|m|rt|dl|pthread)\.so\.[0-9]+|ld-linux.*' "$work/needed" >"$work/surplus" ||
    wrong "$shared needs $(tr '\n' ' ' <"$work/surplus")"

if [ -n "$static" ]; then
    nm -g --defined-only "$static" | awk 'NF == 3 { print $3 }' | sort -u >"$work/static"
    same "$static" "$work/declared" "$work/static"
fi

echo "$(wc -l <"$work/declared") declared functions; $failures faults"
[ "$failures" = 0 ]
