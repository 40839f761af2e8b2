/* SPDX-License-Identifier: Apache-2.0 */
/* counting_allocator.h - an allocator that counts, checks sizes, and fails when it is told to. */
#ifndef TESTS_COUNTING_ALLOCATOR_H
#define TESTS_COUNTING_ALLOCATOR_H

#include "cclb/allocator.h"

#include <stdatomic.h>

/* Zeroed: never fails. */
struct counting_allocator {
    _Atomic uint64_t calls;       /* of allocate, so far */
    _Atomic uint64_t live;        /* blocks that were not released */
    _Atomic uint64_t live_bytes;
    uint64_t fail_at;             /* the call of allocate, from 1, that gives NULL; 0: none */
};

/* The allocator over it. A release with another size than was asked for ends the program. */
cclb_allocator counting_allocator(struct counting_allocator *counts);

#endif
