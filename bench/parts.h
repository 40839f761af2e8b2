/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts.h - the pieces of a call that are nobody's public function: its lane, its slot, its counters, without a plugin.
 * Only parts.c sees the layers that they are of.
 */
#ifndef BENCH_PARTS_H
#define BENCH_PARTS_H

#include <stddef.h>
#include <stdint.h>

/* Lanes, slots that hold plugins which cannot be called, and counters. SHARED, but for create and destroy. */
struct parts;

struct parts *parts_create(size_t slots);
void parts_destroy(struct parts *parts);

/* What a call does with a slot: takes a lane, finds the key, guards the cell, gives both back. */
void parts_lookup(struct parts *parts, size_t slot);

/* Puts another cell into a slot, as a registration of other bytes does. One thread at a time. */
void parts_swap(struct parts *parts, size_t slot);

/* What a call counts when it has ended well. */
void parts_count(struct parts *parts);

#endif
