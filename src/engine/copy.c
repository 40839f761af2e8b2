/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy.c - the C library's copies, in pieces where they would be slow.
 *
 * From some length on glibc copies with `rep movsb`. Where the target lies 1 to 63 bytes behind the source, modulo 4,096,
 * AMD's processors (Zen 3 and later) do that up to sixteen times slower than a loop: 64 KiB take 28 us in place of 1.6
 * (glibc 2.36). Allocators that put 8 or 16 bytes before each block make this a common case. Pieces below that length are
 * copied by the loop. Elsewhere, and on other processors, this costs a comparison.
 */

#include "engine/copy.h"

#include <stdbool.h>
#include <stdint.h>

/* glibc takes `rep movsb` from 2,048 bytes on at the least. */
enum { PIECE = 1984, LONG = 2 * PIECE };

static inline bool is_slow(const void *to, const void *from, size_t len)
{
    uintptr_t behind = ((uintptr_t)to - (uintptr_t)from) % 4096;
    return len >= LONG && behind - 1 < 63;
}

/* Forward; the target does not begin inside of the source. */
static void *copy_pieces(char *to, const char *from, size_t len)
{
    char *start = to;
    while (len > PIECE) {
        __real_memmove(to, from, PIECE);
        to += PIECE;
        from += PIECE;
        len -= PIECE;
    }
    __real_memmove(to, from, len);
    return start;
}

__attribute__((visibility("default"))) void *__wrap_memcpy(void *restrict to, const void *restrict from, size_t len)
{
    return is_slow(to, from, len) ? copy_pieces(to, from, len) : __real_memcpy(to, from, len);
}

__attribute__((visibility("default"))) void *__wrap_memmove(void *to, const void *from, size_t len)
{
    bool begins_inside = (uintptr_t)to - (uintptr_t)from < len;
    return !begins_inside && is_slow(to, from, len) ? copy_pieces(to, from, len) : __real_memmove(to, from, len);
}
