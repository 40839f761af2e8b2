/* SPDX-License-Identifier: Apache-2.0 */
/* rust_uuid.h - UUIDs made of names, by the crate `uuid` (rust/src/uuid.rs). */
#ifndef BASE_RUST_UUID_H
#define BASE_RUST_UUID_H

#include "base/uuid.h"

/* Writes the UUID of version 5 (RFC 9562) of a name, any bytes, in a namespace. */
void rust_uuid_v5(const uint8_t space[UUID_SIZE], cclb_bytes name, uint8_t out[UUID_SIZE]);

#endif
