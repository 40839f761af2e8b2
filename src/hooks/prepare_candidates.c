/* SPDX-License-Identifier: Apache-2.0 */
/* prepare_candidates.c - the upstreams that may take a request, as plugins see them (rules R79 to R81). */

#include "base/error.h"
#include "base/uuid.h"
#include "hooks/prepare_parts.h"

cclb_status prepare_candidates(const cclb_request *request, struct arena *arena, cclb_upstream_candidates *candidates,
                               cclb_error *error)
{
    size_t count = request->candidate_count;
    cclb_upstream_candidate *items = arena_array_unset(arena, count, sizeof *items);
    char *ids = arena_array_unset(arena, count, UUID_TEXT_SIZE);
    if (items == NULL || ids == NULL) {
        return error_no_memory(error, count * (sizeof *items + UUID_TEXT_SIZE));
    }
    for (size_t i = 0; i < count; i++) {
        const cclb_candidate *given = &request->candidates[i];
        if (given->kind > CCLB_CANDIDATE_ANTHROPIC_OAUTH) {
            return error_set(error, CCLB_INVALID_ARGUMENT, 79, CCLB_PHASE_NONE,
                             "request.candidates[%zu].kind %d is none of enum cclb_candidate_kind", i,
                             (int)given->kind);
        }
        uuid_format(given->id.bytes, ids + i * UUID_TEXT_SIZE);
        items[i] = (cclb_upstream_candidate){
            .upstream_id = cclb_bytes_of(ids + i * UUID_TEXT_SIZE, UUID_TEXT_SIZE),
            .name = given->name,
            .kind = cclb_text(cclb_candidate_kind_name(given->kind)),
            .observed_at_unix_secs = given->observed_at_unix_secs,
            .predicted_cache_read_tokens = given->predicted_cache_read_tokens,
            .predicted_cache_creation_tokens_5m = given->predicted_cache_creation_tokens_5m,
            .predicted_cache_creation_tokens_1h = given->predicted_cache_creation_tokens_1h,
            .predicted_uncached_input_tokens = given->predicted_uncached_input_tokens,
            .plan_capacity_ratio = given->has_plan_capacity_ratio ? given->plan_capacity_ratio : 1.0,
            .organization_type = given->organization_type,
            .rate_limit_tier = given->rate_limit_tier,
            .seat_tier = given->seat_tier,
        };
    }
    *candidates = (cclb_upstream_candidates){items, count};
    return CCLB_OK;
}
