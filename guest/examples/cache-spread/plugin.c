/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.c - a request goes where its prompt is cached, as long as that is what costs least; what is cached nowhere is
 * spread over the upstreams by the capacity of their plans.
 */

#define CCLB_PLUGIN_NAME "cache-spread"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION                                                                                        \
    "Keeps the upstreams where the prompt costs least; spreads new threads by plan capacity."
#define CCLB_PLUGIN_USAGE                                                                                              \
    "Claim tolerance_percent: how much above the least a prompt may cost (10). Claim keep: how many stay (1)."
#define CCLB_PLUGIN_FILTER "Keeps the cheapest upstream for the prompt; among equals, by plan capacity, a thread's own."
#include "cclb_plugin.h"

#include "rendezvous.h"

#if CCLB_PLUGIN_FORM < 6
#error "cache-spread: runtimes before 0.1.2 do not tell what a prompt costs; build it for form 6, 8 or 9"
#endif

enum {
    DEFAULT_TOLERANCE_PERCENT = 10,
    TOLERANCE_MAX_PERCENT = 100,
    PRICE_MAX = 1 << 30, /* so that four products with it and 32 bits make no more than 64 */
    CAPACITY_MAX = 1000, /* the largest capacity that counts, and a thousandth is the least */
    CAPACITY_UNIT = WEIGHT_MAX / CAPACITY_MAX,
};

/*
 * Prices of a token. Where the host knows none, they are in percent of an uncached one, as Anthropic lists them: what is
 * read from a cache costs a tenth, and what is kept for 5 minutes or an hour costs a quarter more, or twice as much.
 */
struct prices {
    uint64_t uncached, created_5m, created_1h, read;
};

static uint64_t price_of(cclb_optional_u64 micros_per_million)
{
    return micros_per_million.value < PRICE_MAX ? micros_per_million.value : PRICE_MAX;
}

static struct prices prices_of(const cclb_cache_pricing *pricing)
{
    struct prices prices = {100, 125, 200, 10};
    if (pricing->input_micros_per_million.present && pricing->cache_creation_5m_micros_per_million.present &&
        pricing->cache_creation_1h_micros_per_million.present && pricing->cache_read_micros_per_million.present) {
        prices.uncached = price_of(pricing->input_micros_per_million);
        prices.created_5m = price_of(pricing->cache_creation_5m_micros_per_million);
        prices.created_1h = price_of(pricing->cache_creation_1h_micros_per_million);
        prices.read = price_of(pricing->cache_read_micros_per_million);
    }
    return prices;
}

static uint64_t cost_of(const cclb_upstream_candidate *candidate, const struct prices *prices)
{
    return candidate->predicted_uncached_input_tokens * prices->uncached +
           candidate->predicted_cache_creation_tokens_5m * prices->created_5m +
           candidate->predicted_cache_creation_tokens_1h * prices->created_1h +
           candidate->predicted_cache_read_tokens * prices->read;
}

/* The capacity of its plan as a weight; 0 for none, and for what is no number. */
static uint64_t weight_of(const cclb_upstream_candidate *candidate)
{
    double capacity = candidate->plan_capacity_ratio;
    if (!(capacity > 0)) {
        return 0;
    }
    return (uint64_t)((capacity < CAPACITY_MAX ? capacity : CAPACITY_MAX) * CAPACITY_UNIT);
}

struct choice {
    size_t count;
    uint64_t *costs;
    struct draw *draws; /* of weight 0: not kept */
};

/* Those without capacity are left out, unless that leaves none. */
static void leave_out_exhausted(struct choice *choice)
{
    bool some = false;
    for (size_t i = 0; i < choice->count; i++) {
        some |= choice->draws[i].weight > 0;
    }
    for (size_t i = 0; i < choice->count && !some; i++) {
        choice->draws[i].weight = 1;
    }
}

static void leave_out_costly(struct choice *choice, uint64_t tolerance_percent)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < choice->count; i++) {
        if (choice->draws[i].weight > 0 && choice->costs[i] < least) {
            least = choice->costs[i];
        }
    }
    const uint64_t percent = tolerance_percent < TOLERANCE_MAX_PERCENT ? tolerance_percent : TOLERANCE_MAX_PERCENT;
    for (size_t i = 0; i < choice->count; i++) {
        if (choice->costs[i] > least && choice->costs[i] - least > least / 100 * percent) {
            choice->draws[i].weight = 0;
        }
    }
}

static struct choice weigh(const cclb_filter_request *request)
{
    const struct prices prices = prices_of(&request->cache_pricing);
    const cclb_bytes key = key_of(request);
    struct choice choice = {request->candidates.count, NULL, NULL};
    choice.costs = (uint64_t *)cclb_alloc(choice.count * sizeof *choice.costs, _Alignof(uint64_t));
    choice.draws = (struct draw *)cclb_alloc(choice.count * sizeof *choice.draws, _Alignof(struct draw));
    for (size_t i = 0; i < choice.count; i++) {
        cclb_upstream_candidate candidate = cclb_upstream_candidate_at(request->candidates, i);
        choice.costs[i] = cost_of(&candidate, &prices);
        choice.draws[i] = draw_for(key, candidate.upstream_id, weight_of(&candidate));
    }
    leave_out_exhausted(&choice);
    leave_out_costly(&choice, number_claim(request, CCLB_TEXT("tolerance_percent"), DEFAULT_TOLERANCE_PERCENT));
    return choice;
}

static void explain(const cclb_filter_request *request, const struct choice *choice, size_t index,
                    cclb_filter_response *answer)
{
    const cclb_bytes reason[] = {CCLB_TEXT("cache-spread: cost "), cclb_decimal(choice->costs[index]),
                                 CCLB_TEXT(", another upstream costs no more or has the thread")};
    cclb_reject(answer, cclb_upstream_candidate_at(request->candidates, index).upstream_id, cclb_join(reason, 3));
}

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    struct choice choice = weigh(request);
    const bool *accepted = accept_nearest(request, choice.draws, answer);
    for (size_t i = 0; i < choice.count; i++) {
        if (!accepted[i]) {
            explain(request, &choice, i, answer);
        }
    }
}
