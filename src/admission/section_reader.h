/* SPDX-License-Identifier: Apache-2.0 */
/*
 * section_reader.h - the primitives of the binary format: bytes, LEB128 numbers, names.
 *
 * A reader is a run of the module. Every function returns false and notes what was wrong, and where, if it cannot do
 * what it is for; after that the reader is of no further use. Thread class: CONFINED.
 */
#ifndef ADMISSION_SECTION_READER_H
#define ADMISSION_SECTION_READER_H

#include "cclb/bytes.h"

struct section_reader {
    const uint8_t *module; /* the byte at offset 0 */
    const uint8_t *at;
    const uint8_t *end;
    const char *words; /* of the fault */
    const uint8_t *fault_at;
};

/* Notes a fault and returns false. `words` must be static. */
bool reader_fault(struct section_reader *reader, const uint8_t *at, const char *words);

/* How many bytes are left. */
static inline size_t reader_left(const struct section_reader *reader)
{
    return (size_t)(reader->end - reader->at);
}

/* Takes one byte. */
bool reader_byte(struct section_reader *reader, uint8_t *byte);

/* Takes an unsigned LEB128 number of at most `bits` (32 or 64) bits: neither longer, nor with bits beyond them. */
bool reader_leb(struct section_reader *reader, unsigned bits, uint64_t *value);

/* The same for 32 bits. */
bool reader_u32(struct section_reader *reader, uint32_t *value);

/* Takes the next `len` bytes as a reader of their own. */
bool reader_run(struct section_reader *reader, size_t len, struct section_reader *run);

/* Takes a name: its length, at most 100,000, and that much UTF-8. */
bool reader_name(struct section_reader *reader, cclb_bytes *name);

#endif
