/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.c - a weighted choice of the upstream: shares come from a claim, a header says which shares, and who belongs
 * together stays together.
 */

#define CCLB_PLUGIN_NAME "weighted-choice"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Shares requests among upstreams by weights, and keeps a thread where it is."
#define CCLB_PLUGIN_USAGE                                                                                              \
    "Claim weights: {\"east\": 3, \"west\": 1}; header x-traffic-class: batch means claim weights_batch."
#define CCLB_PLUGIN_FILTER "Keeps the upstream that the request's thread belongs to, by weight."
#include "cclb_plugin.h"

#include "json_walk.h"
#include "rendezvous.h"

/* The claim with the weights of the request's class, or those for every class, or none. */
static cclb_optional_bytes weights_claim(const cclb_filter_request *request)
{
    cclb_optional_bytes class = cclb_find_header(request->headers, CCLB_TEXT("x-traffic-class"));
    const cclb_bytes name[] = {CCLB_TEXT("weights_"), class.value};
    cclb_optional_bytes own = cclb_find_claim(request->principal.claims, cclb_join(name, 2));
    return class.present && own.present ? own : cclb_find_claim(request->principal.claims, CCLB_TEXT("weights"));
}

/* The weight that stands beside an upstream's name, without its fraction. */
static uint64_t weight_of(cclb_bytes weights, cclb_bytes upstream)
{
    struct json json = json_of(weights);
    if (!json_find(&json, upstream)) {
        return 0;
    }
    json_peek(&json);
    return json_whole_number(cclb_bytes_from(weights, json.at)).value;
}

/* All draws; if nobody has a weight, or there are no weights, all count alike. */
static struct draw *draw_all(const cclb_filter_request *request)
{
    const size_t count = request->candidates.count;
    const cclb_optional_bytes weights = weights_claim(request);
    const cclb_bytes key = key_of(request);
    struct draw *draws = (struct draw *)cclb_alloc(count * sizeof *draws, _Alignof(struct draw));
    bool some = false;
    for (size_t i = 0; i < count; i++) {
        cclb_upstream_candidate candidate = cclb_upstream_candidate_at(request->candidates, i);
        draws[i] = draw_for(key, candidate.upstream_id, weight_of(weights.value, candidate.name));
        some |= draws[i].weight > 0;
    }
    for (size_t i = 0; i < count && !some; i++) {
        draws[i].weight = 1;
    }
    return draws;
}

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    const bool *accepted = accept_nearest(request, draw_all(request), answer);
    for (size_t i = 0; i < request->candidates.count; i++) {
        if (!accepted[i]) {
            cclb_reject(answer, cclb_upstream_candidate_at(request->candidates, i).upstream_id,
                        CCLB_TEXT("weighted: another upstream's turn"));
        }
    }
}
