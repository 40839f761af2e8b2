/* SPDX-License-Identifier: Apache-2.0 */
/* sections_minimum.c - entries are read as far as their limits; nothing here is an error. */

#include "admission/sections_minimum.h"

/* Limits: flags and the minimum, in 64 bits if a flag says so; the rest of them is passed over. */
static bool read_limits(struct section_reader *section, bool is_memory, uint64_t *minimum)
{
    enum { HAS_MAXIMUM = 1, IS_64_BIT = 4, HAS_PAGE_SIZE = 8 };
    uint8_t flags;
    uint64_t rest;
    if (!reader_byte(section, &flags)) {
        return false;
    }
    unsigned bits = flags & IS_64_BIT ? 64 : 32;
    return reader_leb(section, bits, minimum) && (!(flags & HAS_MAXIMUM) || reader_leb(section, bits, &rest)) &&
           (!(is_memory && flags & HAS_PAGE_SIZE) || reader_leb(section, 32, &rest));
}

static bool read_table_type(struct section_reader *section)
{
    enum { FUNCTION_REFERENCE = 0x70, EXTERNAL_REFERENCE = 0x6f };
    uint8_t type;
    return reader_byte(section, &type) && (type == FUNCTION_REFERENCE || type == EXTERNAL_REFERENCE);
}

void sections_largest_minimum(struct section_reader section, uint32_t count, bool is_memory, uint64_t *largest,
                              uint64_t *offset)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *start = section.at;
        uint64_t minimum;
        if ((!is_memory && !read_table_type(&section)) || !read_limits(&section, is_memory, &minimum)) {
            return;
        }
        if (i == 0 || minimum > *largest) {
            *largest = minimum;
            *offset = (uint64_t)(start - section.module);
        }
    }
}
