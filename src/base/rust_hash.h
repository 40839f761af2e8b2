/* SPDX-License-Identifier: Apache-2.0 */
/* rust_hash.h - BLAKE3, by the crate of that name (rust/src/hash.rs). */
#ifndef BASE_RUST_HASH_H
#define BASE_RUST_HASH_H

#include "cclb/bytes.h"

enum { BLAKE3_SIZE = 32 };

/* Writes the BLAKE3 hash of `count` spans, hashed as if they stood in one. */
void rust_blake3(const cclb_bytes *spans, size_t count, uint8_t out[BLAKE3_SIZE]);

#endif
