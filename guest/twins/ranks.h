/* SPDX-License-Identifier: Apache-2.0 */
/* ranks.h - how many of a number of things come before each: a merge sort of their places. */
#ifndef TWINS_RANKS_H
#define TWINS_RANKS_H

#include "cclb_plugin.h"

/* Whether thing `a` of `things` comes before thing `b`, wherever they stand. */
typedef bool is_before(const void *things, size_t a, size_t b);

/* Two runs of places that are in order, one behind the other, become one. */
static inline void merge(const size_t *from, size_t *to, size_t count, size_t middle, const void *things,
                         is_before *before)
{
    size_t a = 0;
    size_t b = middle;
    for (size_t i = 0; i < count; i++) {
        const bool second = b < count && (a == middle || before(things, from[b], from[a]));
        to[i] = from[second ? b++ : a++];
    }
}

/* The rank of each of `count` things, from 0 on; of two of which none comes before the other, the first does. */
static inline size_t *ranks_of(const void *things, size_t count, is_before *before)
{
    size_t *places = (size_t *)cclb_alloc(count * sizeof *places, _Alignof(size_t));
    size_t *other = (size_t *)cclb_alloc(count * sizeof *other, _Alignof(size_t));
    for (size_t i = 0; i < count; i++) {
        places[i] = i;
    }
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t start = 0; start < count; start += 2 * run) {
            const size_t left = count - start;
            merge(places + start, other + start, left < 2 * run ? left : 2 * run, left < run ? left : run, things,
                  before);
        }
        size_t *sorted = other;
        other = places;
        places = sorted;
    }
    for (size_t i = 0; i < count; i++) {
        other[places[i]] = i;
    }
    return other;
}

#endif
