/* SPDX-License-Identifier: Apache-2.0 */
/* target.h - the one function of a fuzz target: libFuzzer calls it, and so does replay.c, which needs no libFuzzer. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Tries the target's property on one input; ends the program where it does not hold. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
