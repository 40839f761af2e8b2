#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Links the library's objects and the parts of the engine that they reach into one object that defines cclb_* and
# nothing else.
#
# usage: prelink.sh OUTPUT ENGINE_ARCHIVE OBJECT...
set -eu

output=$1
engine=$2
shift 2
temporary=$output.tmp
trap 'rm -f "$temporary".*' EXIT

# What is public is what the hidden visibility left alone; the rest of the object lives only if these reach it.
ld -r -o "$temporary".own "$@"
objcopy --localize-hidden "$temporary".own
roots=$(nm -g --defined-only "$temporary".own | awk '$3 ~ /^cclb_/ { print "--undefined=" $3 }')
if [ -z "$roots" ]; then
    echo "prelink.sh: no public symbol in the objects of $output" >&2
    exit 1
fi

# Copies are ours (src/engine/copy.c). Groups go, so that a host's own copy of a Rust routine cannot replace ours at the final link.
# shellcheck disable=SC2086 # one word a symbol is meant
ld -r --gc-sections --force-group-allocation --wrap=memcpy --wrap=memmove $roots -o "$temporary".all "$temporary".own "$engine"

# Rust's library carries LLVM bitcode of another LLVM's, on which nm, ar and ld abort where the LLVM plugin of
# binutils is installed.
objcopy --wildcard --keep-global-symbol='cclb_*' --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd \
    "$temporary".all "$temporary".out
mv "$temporary".out "$output"
