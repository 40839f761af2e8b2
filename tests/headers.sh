#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each public header compiles alone, twice over, as C17 and as C++11, without a warning.
#
# usage: tests/headers.sh INCLUDE_FOLDER C_COMPILER CXX_COMPILER
set -eu

include=$1
c_compiler=$2
cxx_compiler=$3
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef -Werror'
count=0
for header in "$include"/*.h "$include"/cclb/*.h; do
    [ -e "$header" ] || continue
    name=${header#"$include"/}
    # shellcheck disable=SC2086 # one word a flag is meant
    printf '#include "%s"\n#include "%s"\n' "$name" "$name" |
        "$c_compiler" -std=c17 $warnings -Wstrict-prototypes -I"$include" -fsyntax-only -xc -
    # shellcheck disable=SC2086
    printf '#include "%s"\n#include "%s"\n' "$name" "$name" |
        "$cxx_compiler" -std=c++11 $warnings -I"$include" -fsyntax-only -xc++ -
    count=$((count + 1))
done
echo "$count headers"
[ "$count" -gt 0 ]
