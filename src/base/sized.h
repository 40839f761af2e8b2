/* SPDX-License-Identifier: Apache-2.0 */
/* sized.h - structs of a caller whose header may be older or newer than this library. */
#ifndef BASE_SIZED_H
#define BASE_SIZED_H

#include "cclb/error.h"

/*
 * Copies a caller's sized struct of `given` bytes into ours of `size` bytes: what the caller's older header does not know
 * stays zero; a newer caller's additional members must be zero. `name` is for the message. CCLB_INVALID_ARGUMENT.
 */
cclb_status sized_copy(const char *name, const void *from, size_t given, void *to, size_t size, cclb_error *error);

/*
 * The caller's struct itself, if it has all that we know; else a copy in `storage`, of our size, with zeros for the rest.
 * NULL, and *error, where sized_copy() would fail.
 */
const void *sized_view(const char *name, const void *from, size_t given, void *storage, size_t size,
                       cclb_error *error);

/*
 * The other way: fills a caller's struct of `given` bytes from ours, as far as it goes; what a newer caller has beyond ours
 * becomes zero. CCLB_INVALID_ARGUMENT if it is smaller than its own size.
 */
cclb_status sized_fill(const char *name, const void *ours, size_t size, void *to, size_t given, cclb_error *error);

#endif
