/* SPDX-License-Identifier: Apache-2.0 */
/* cache_aware.c - keeps the candidates whose caches serve most; the same as the published plugin cache_aware. */

#define CCLB_PLUGIN_NAME "cache-aware-wasmtime"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Keeps the top keep_k candidates by predicted cache reads."
#define CCLB_PLUGIN_USAGE "Test guest."
#define CCLB_PLUGIN_FILTER "filter hook"
#include "cclb_plugin.h"

#include "ranks.h"

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* How many candidates stay: the claim keep_k, or 1 where it is none or no number of 32 bits. */
static uint64_t keep_count(const cclb_filter_request *request)
{
    cclb_bytes text = cclb_find_claim(request->principal.claims, CCLB_TEXT("keep_k")).value;
    while (text.len > 0 && is_space(text.data[0])) {
        text = cclb_bytes_from(text, 1);
    }
    while (text.len > 0 && is_space(text.data[text.len - 1])) {
        text.len--;
    }
    if (cclb_starts_with(text, CCLB_TEXT("+"))) {
        text = cclb_bytes_from(text, 1);
    }
    cclb_optional_u64 count = cclb_parse_decimal(text);
    return count.present && count.value <= UINT32_MAX ? count.value : 1;
}

/* Whether a candidate is to be kept rather than another. */
static bool is_kept_before(const void *things, size_t a, size_t b)
{
    const cclb_upstream_candidate *candidates = (const cclb_upstream_candidate *)things;
    const uint32_t tokens = candidates[a].predicted_cache_read_tokens;
    const uint32_t others = candidates[b].predicted_cache_read_tokens;
    return tokens != others ? tokens > others
                            : cclb_bytes_compare(candidates[a].upstream_id, candidates[b].upstream_id) < 0;
}

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    size_t count = request->candidates.count;
    uint64_t keep = keep_count(request);
    cclb_upstream_candidate *candidates =
        (cclb_upstream_candidate *)cclb_alloc(count * sizeof *candidates, _Alignof(cclb_upstream_candidate));
    for (size_t i = 0; i < count; i++) {
        candidates[i] = cclb_upstream_candidate_at(request->candidates, i);
    }
    const size_t *ranks = ranks_of(candidates, count, is_kept_before);
    for (size_t i = 0; i < count; i++) {
        if (ranks[i] < keep) {
            cclb_accept(answer, candidates[i].upstream_id);
        } else {
            cclb_reject(answer, candidates[i].upstream_id, CCLB_TEXT(""));
        }
    }
}
