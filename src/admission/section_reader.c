/* SPDX-License-Identifier: Apache-2.0 */
/* section_reader.c - each read compares what it wants with what is left, and nothing is read twice. */

#include "admission/section_reader.h"

#include "base/utf8.h"

/* As wasmparser and the other engines have it. */
enum { NAME_MAX_BYTES = 100000 };

bool reader_fault(struct section_reader *reader, const uint8_t *at, const char *words)
{
    reader->words = words;
    reader->fault_at = at;
    return false;
}

bool reader_byte(struct section_reader *reader, uint8_t *byte)
{
    if (reader->at == reader->end) {
        return reader_fault(reader, reader->at, "unexpected end-of-file");
    }
    *byte = *reader->at++;
    return true;
}

bool reader_leb(struct section_reader *reader, unsigned bits, uint64_t *value)
{
    uint64_t result = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte;
        if (!reader_byte(reader, &byte)) {
            return false;
        }
        result |= (uint64_t)(byte & 0x7f) << shift;
        /* The last byte that fits has room for fewer than 8 bits; the loop cannot get past it. */
        if (bits - shift < 8 && byte >> (bits - shift) != 0) {
            return reader_fault(reader, reader->at - 1,
                                byte & 0x80 ? "integer representation too long" : "integer too large");
        }
        if ((byte & 0x80) == 0) {
            *value = result;
            return true;
        }
    }
}

bool reader_u32(struct section_reader *reader, uint32_t *value)
{
    uint64_t wide;
    if (!reader_leb(reader, 32, &wide)) {
        return false;
    }
    *value = (uint32_t)wide;
    return true;
}

bool reader_run(struct section_reader *reader, size_t len, struct section_reader *run)
{
    if (len > reader_left(reader)) {
        return reader_fault(reader, reader->at, "unexpected end-of-file");
    }
    *run = (struct section_reader){.module = reader->module, .at = reader->at, .end = reader->at + len};
    reader->at += len;
    return true;
}

bool reader_name(struct section_reader *reader, cclb_bytes *name)
{
    uint32_t len;
    if (!reader_u32(reader, &len)) {
        return false;
    }
    if (len > NAME_MAX_BYTES) {
        return reader_fault(reader, reader->at - 1, "string size out of bounds");
    }
    if (len > reader_left(reader)) {
        return reader_fault(reader, reader->at, "unexpected end-of-file");
    }
    *name = cclb_bytes_of(reader->at, len);
    size_t valid = utf8_valid_prefix(*name);
    if (valid != len) {
        return reader_fault(reader, reader->at + valid, "malformed UTF-8 encoding");
    }
    reader->at += len;
    return true;
}
