/* SPDX-License-Identifier: Apache-2.0 */
/* key.h - the names of slots: what is allowed, and their hash. */
#ifndef SLOTS_KEY_H
#define SLOTS_KEY_H

#include "cclb/slot.h"

/* The secret of a table's hash, so that nobody who chooses names can choose collisions. */
struct key_seed {
    uint64_t word[2];
};

/* Whether a slot may have this name: both parts 1 to CCLB_SLOT_NAME_MAX_BYTES bytes of UTF-8. CCLB_BAD_INPUT. */
cclb_status key_check(cclb_slot_key key, cclb_error *error);

/* SipHash-1-3 of both parts, each padded on its own; any bytes. */
uint64_t key_hash(const struct key_seed *seed, cclb_slot_key key);

/* SipHash-1-3 of one run of bytes. */
uint64_t key_siphash(const struct key_seed *seed, cclb_bytes bytes);

static inline bool key_equal(cclb_slot_key a, cclb_slot_key b)
{
    return cclb_bytes_equal(a.plugin, b.plugin) && cclb_bytes_equal(a.principal, b.principal);
}

/* How many bytes key_copy() needs. */
static inline size_t key_size(cclb_slot_key key)
{
    return key.principal.len + key.plugin.len;
}

/* The same key with its bytes in `text`, which has room for key_size(). */
cclb_slot_key key_copy(cclb_slot_key key, uint8_t *text);

#endif
