/* SPDX-License-Identifier: Apache-2.0 */
/* hash.h - a number of 64 bits that is always the same for the same texts, and looks like chance. It keeps no secret. */
#ifndef EXAMPLES_HASH_H
#define EXAMPLES_HASH_H

#include "cclb_plugin.h"

/* FNV-1a over some pieces with a mark behind each, and a mix of its bits. */
static inline uint64_t hash(const cclb_bytes *pieces, size_t count)
{
    const uint64_t prime = UINT64_C(0x100000001b3);
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < pieces[i].len; j++) {
            h = (h ^ pieces[i].data[j]) * prime;
        }
        h = (h ^ 0xff) * prime;
    }
    h ^= h >> 32;
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

#endif
