/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw.h - what an archive is made of: numbers, boxes and padding at byte offsets (spec/wire.md section 3).
 *
 * An archive may lie at any address, so everything goes through memcpy, which compilers turn into one move.
 */
#ifndef WIRE_RAW_H
#define WIRE_RAW_H

#include "cclb/bytes.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "archives are little-endian and are copied as they lie");

#define WIRE_INLINE static inline __attribute__((always_inline))

/* The largest archive; a box's offset is an int32 (section 5). */
#define WIRE_SIZE_MAX ((size_t)INT32_MAX)

/* The root and so the archive is written, and judged, as if it began at such an address. */
enum { WIRE_ALIGN_MAX = 16 };

enum { WIRE_BOX_SIZE = 8 };

WIRE_INLINE uint16_t raw_u16(const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

WIRE_INLINE uint32_t raw_u32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

WIRE_INLINE uint64_t raw_u64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

WIRE_INLINE double raw_f64(const uint8_t *at)
{
    double value;
    memcpy(&value, at, sizeof value);
    return value;
}

WIRE_INLINE int32_t raw_box_offset(const uint8_t *box)
{
    return (int32_t)raw_u32(box);
}

WIRE_INLINE uint32_t raw_box_len(const uint8_t *box)
{
    return raw_u32(box + 4);
}

/* What a box of checked bytes points to. */
WIRE_INLINE cclb_bytes raw_box(const uint8_t *box)
{
    return cclb_bytes_of(box + raw_box_offset(box), raw_box_len(box));
}

/* How many bytes of padding bring `position` to a multiple of `align`, a power of two. */
WIRE_INLINE size_t raw_padding(size_t position, size_t align)
{
    return (0 - position) & (align - 1);
}

/*
 * memcpy for texts, most of which are shorter than what a call of it is worth: its first and its last bytes in moves of
 * constant size, which may overlap.
 */
WIRE_INLINE void raw_copy(uint8_t *to, const uint8_t *from, size_t len)
{
    if (len > 16) {
        if (len <= 32) {
            memcpy(to, from, 16);
            memcpy(to + len - 16, from + len - 16, 16);
        } else if (len <= 64) {
            memcpy(to, from, 32);
            memcpy(to + len - 32, from + len - 32, 32);
        } else {
            memcpy(to, from, len);
        }
    } else if (len >= 8) {
        memcpy(to, from, 8);
        memcpy(to + len - 8, from + len - 8, 8);
    } else if (len >= 4) {
        memcpy(to, from, 4);
        memcpy(to + len - 4, from + len - 4, 4);
    } else if (len > 0) {
        to[0] = from[0];
        to[len / 2] = from[len / 2];
        to[len - 1] = from[len - 1];
    }
}

#endif
