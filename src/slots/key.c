/* SPDX-License-Identifier: Apache-2.0 */
/* key.c - SipHash with one round for each word and three at the end (Aumasson and Bernstein, 2012). */

#include "slots/key.h"

#include "base/error.h"
#include "base/utf8.h"

static cclb_status check_part(const char *what, cclb_bytes part, cclb_error *error)
{
    if (part.len == 0) {
        return error_set(error, CCLB_BAD_INPUT, 31, CCLB_PHASE_NONE, "the %s of a slot key is empty", what);
    }
    if (part.len > CCLB_SLOT_NAME_MAX_BYTES) {
        return error_set(error, CCLB_BAD_INPUT, 31, CCLB_PHASE_NONE,
                         "the %s of a slot key has %zu bytes; the most is %d", what, part.len,
                         CCLB_SLOT_NAME_MAX_BYTES);
    }
    if (!utf8_valid(part)) {
        struct error_text text;
        return error_set(error, CCLB_BAD_INPUT, 31, CCLB_PHASE_NONE, "the %s `%s` of a slot key is not UTF-8", what,
                         error_text(&text, part));
    }
    return CCLB_OK;
}

cclb_status key_check(cclb_slot_key key, cclb_error *error)
{
    cclb_status status = check_part("principal", key.principal, error);
    return status == CCLB_OK ? check_part("plugin", key.plugin, error) : status;
}

static inline uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static inline void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

static inline void sip_start(uint64_t v[4], const struct key_seed *seed)
{
    v[0] = seed->word[0] ^ UINT64_C(0x736f6d6570736575);
    v[1] = seed->word[1] ^ UINT64_C(0x646f72616e646f6d);
    v[2] = seed->word[0] ^ UINT64_C(0x6c7967656e657261);
    v[3] = seed->word[1] ^ UINT64_C(0x7465646279746573);
}

/* The last len % 8 bytes, the first of them lowest; by loads of fixed size, which is what makes short keys fast. */
static inline uint64_t tail_of(const uint8_t *data, size_t len)
{
    size_t rest = len % 8;
    uint64_t tail = 0;
    if (rest == 0) {
        return 0;
    }
    if (len >= 8) {
        memcpy(&tail, data + len - 8, sizeof tail);
        return tail >> 8 * (8 - rest);
    }
    for (size_t i = 0; i < rest; i++) {
        tail |= (uint64_t)data[i] << 8 * i;
    }
    return tail;
}

/* All bytes, and a last word that holds what is left and the length. */
static inline void sip_bytes(uint64_t v[4], cclb_bytes bytes)
{
    for (size_t at = 0; bytes.len - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, bytes.data + at, sizeof word);
        sip_word(v, word);
    }
    sip_word(v, tail_of(bytes.data, bytes.len) | (uint64_t)bytes.len << 56);
}

static inline uint64_t sip_finish(uint64_t v[4])
{
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t key_siphash(const struct key_seed *seed, cclb_bytes bytes)
{
    uint64_t v[4];
    sip_start(v, seed);
    sip_bytes(v, bytes);
    return sip_finish(v);
}

uint64_t key_hash(const struct key_seed *seed, cclb_slot_key key)
{
    /* Each part ends in a word with its length, so that ("ab", "c") and ("a", "bc") are different words. */
    uint64_t v[4];
    sip_start(v, seed);
    sip_bytes(v, key.principal);
    sip_bytes(v, key.plugin);
    return sip_finish(v);
}

cclb_slot_key key_copy(cclb_slot_key key, uint8_t *text)
{
    cclb_slot_key copy = {
        .principal = cclb_bytes_of(text, key.principal.len),
        .plugin = cclb_bytes_of(text + key.principal.len, key.plugin.len),
    };
    memcpy(text, key.principal.data, key.principal.len);
    memcpy(text + key.principal.len, key.plugin.data, key.plugin.len);
    return copy;
}
