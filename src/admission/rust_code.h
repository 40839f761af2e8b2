/* SPDX-License-Identifier: Apache-2.0 */
/* rust_code.h - sizes of function bodies, and the work to compile them (rust/src/code.rs, with the engine's parser). */
#ifndef ADMISSION_RUST_CODE_H
#define ADMISSION_RUST_CODE_H

#include "cclb/bytes.h"

/* Offsets count from the start of the module. */
struct rust_code_size {
    uint64_t functions;  /* function bodies in the module */
    uint64_t body_bytes; /* largest body */
    uint64_t body_offset;
    uint64_t locals; /* most locals of one function, parameters included */
    uint64_t locals_offset;
    uint64_t nesting; /* deepest nesting of blocks */
    uint64_t nesting_offset;
    uint64_t loop_nesting; /* deepest nesting of loops */
    uint64_t loop_nesting_offset;
    uint64_t loop_locals; /* largest product of a function's locals, parameters included, and its loops */
    uint64_t loop_locals_offset;
    /* To compile bodies and constant expressions, very roughly in microseconds (docs/adr/0015-compile-bounds.md). */
    uint64_t work;
    uint64_t work_offset; /* of the body that takes most of it, or the last expression if they all together do */
    uint64_t body_work;
};

/*
 * Measures every function body and constant expression up to the first malformed byte; of bodies above body_bytes_max
 * only the size. Takes memory in proportion to that, to the types and to the functions of the module, and aborts the
 * process if there is none.
 */
void rust_code_measure(cclb_bytes module, uint64_t body_bytes_max, struct rust_code_size *size);

#endif
