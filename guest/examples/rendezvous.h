/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rendezvous.h - weighted rendezvous hashing: which upstream a key belongs to, with nothing remembered.
 *
 * Each pair of key and upstream draws a number u between 0 and 1, and -log(u) / weight is how far apart they are; the
 * nearest upstream has the key. So an upstream gets its weight's share of all keys, a key stays where it is, and if an
 * upstream goes or comes, only its own keys move. All numbers are integers: the same on every machine.
 */
#ifndef EXAMPLES_RENDEZVOUS_H
#define EXAMPLES_RENDEZVOUS_H

#include "hash.h"
#include "json_walk.h"

enum {
    WEIGHT_MAX = 1000000,
    KEEP_MAX = 16, /* each one that is kept takes a walk over all candidates */
};

/* How far an upstream is from a key: `distance` / `weight`. Of weight 0 it is out of reach. */
struct draw {
    uint64_t distance;
    uint64_t weight;
};

/* -log2(u / 2^32) for a u from 1 to 2^32 - 1, in units of 2^-20: one bit of the logarithm for each squaring. */
static inline uint64_t minus_log2(uint32_t u)
{
    enum { BITS = 20 };
    const unsigned shift = (unsigned)__builtin_clz(u);
    uint64_t mantissa = (uint64_t)u << shift; /* from 2^31 on, which is 1, to below 2^32 */
    uint64_t fraction = 0;
    for (int i = 0; i < BITS; i++) {
        mantissa = mantissa * mantissa >> 31;
        const unsigned bit = (unsigned)(mantissa >> 32);
        mantissa >>= bit;
        fraction = fraction << 1 | bit;
    }
    return ((uint64_t)(shift + 1) << BITS) - fraction;
}

/* Weights above WEIGHT_MAX count as that, so that no product overflows. */
static inline struct draw draw_for(cclb_bytes key, cclb_bytes upstream, uint64_t weight)
{
    const cclb_bytes pair[] = {key, upstream};
    const uint32_t u = (uint32_t)(hash(pair, 2) >> 32);
    struct draw draw = {minus_log2(u > 0 ? u : 1), weight < WEIGHT_MAX ? weight : WEIGHT_MAX};
    return draw;
}

static inline bool is_nearer(struct draw a, struct draw b)
{
    return a.distance * b.weight < b.distance * a.weight;
}

/* Takes the nearest one out, and says which it was; `count` if none is within reach. */
static inline size_t take_nearest(struct draw *draws, size_t count)
{
    size_t nearest = count;
    for (size_t i = 0; i < count; i++) {
        if (draws[i].weight > 0 && (nearest == count || is_nearer(draws[i], draws[nearest]))) {
            nearest = i;
        }
    }
    if (nearest < count) {
        draws[nearest].weight = 0;
    }
    return nearest;
}

/*
 * What keeps together the requests that share a prompt, and with it a cache: their thread, or the session that the
 * client names. Requests that belong to none have the request's own id, and spread.
 */
static inline cclb_bytes key_of(const cclb_filter_request *request)
{
    cclb_optional_bytes session = cclb_find_header(request->headers, CCLB_TEXT("x-session-id"));
    return cclb_value_or(request->thread_id, cclb_value_or(session, request->request_id));
}

/* A claim that is a number, without its fraction; `otherwise` where there is none. */
static inline uint64_t number_claim(const cclb_filter_request *request, cclb_bytes name, uint64_t otherwise)
{
    const cclb_optional_u64 number = json_whole_number(cclb_find_claim(request->principal.claims, name).value);
    return number.present ? number.value : otherwise;
}

/*
 * Accepts the nearest candidates, the nearest first, as many as the claim "keep" says: 1, if there is none. Which ones
 * these are is what it returns, one for each candidate; the others are still to be rejected.
 */
static inline bool *accept_nearest(const cclb_filter_request *request, struct draw *draws, cclb_filter_response *answer)
{
    const size_t count = request->candidates.count;
    uint64_t keep = number_claim(request, CCLB_TEXT("keep"), 1);
    keep = keep < 1 ? 1 : keep < KEEP_MAX ? keep : KEEP_MAX;
    bool *accepted = (bool *)cclb_alloc(count, 1);
    for (size_t i = 0; i < count; i++) {
        accepted[i] = false;
    }
    for (uint64_t i = 0; i < keep; i++) {
        const size_t nearest = take_nearest(draws, count);
        if (nearest < count) {
            accepted[nearest] = true;
            cclb_accept(answer, cclb_upstream_candidate_at(request->candidates, nearest).upstream_id);
        }
    }
    return accepted;
}

#endif
