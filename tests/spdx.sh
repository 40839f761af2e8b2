#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every source file of ours says its licence in its first line, or in its second behind #!.
#
# usage: tests/spdx.sh [ROOT]
set -eu

cd "${1:-$(dirname "$0")/..}"
lacking=$(find . \( -path ./build -o -path ./.git -o -path ./.cache -o -path ./rust/target -o -path ./tests/data -o \
    -path ./spec/vectors \) -prune -o -type f \( -name '*.[ch]' -o -name '*.cc' -o -name '*.def' -o -name '*.rs' -o \
    -name '*.sh' -o -name '*.py' -o -name '*.cmake' -o -name '*.cmake.in' -o -name '*.map' -o -name '*.[1-9]' -o \
    -name CMakeLists.txt -o -name Makefile -o -name .clang-format -o -path './tools/*' -o -path './.ci/*' \) -exec awk '
        FNR == 1 { found = /SPDX-License-Identifier: Apache-2\.0/; second = /^#!/ }
        FNR == 2 && second { found = /SPDX-License-Identifier: Apache-2\.0/ }
        FNR == (second ? 2 : 1) && !found { print FILENAME }' {} +)
[ -z "$lacking" ] || {
    echo "no SPDX-License-Identifier in the first line of:"
    printf '%s\n' "$lacking"
    exit 1
}
