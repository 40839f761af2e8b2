/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weighted_view.c - weighted rendezvous hashing: who belongs together goes to the same upstreams, weights come from a
 * claim, and caches count; the same as the published plugin weighted_view.
 */

#define CCLB_PLUGIN_NAME "weighted-view"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Weighted rendezvous selection over headers, claims and the JSON body."
#define CCLB_PLUGIN_USAGE "Test guest."
#define CCLB_PLUGIN_FILTER "filter hook"
#include "cclb_plugin.h"

#include "hash.h"
#include "ranks.h"
#include "text_len.h"

/* What is looked for in the request's body. */
struct body {
    cclb_bytes model;
    uint64_t max_tokens;
    uint64_t text_len;
    bool valid;
};

static bool read_member(struct json *json, cclb_bytes key, struct body *body)
{
    if (cclb_bytes_equal(key, CCLB_TEXT("model"))) {
        return json_string(json, &body->model);
    }
    if (cclb_bytes_equal(key, CCLB_TEXT("max_tokens"))) {
        cclb_optional_u64 number = json_number(json);
        body->max_tokens = number.value;
        return number.present;
    }
    if (cclb_bytes_equal(key, CCLB_TEXT("stream"))) {
        json_peek(json);
        return json_word(json);
    }
    return json_value(json, key, &body->text_len, 0);
}

static struct body read_body(cclb_bytes text)
{
    struct body body = {{NULL, 0}, 0, 0, false};
    struct json json = json_of(text);
    if (!json_eat(&json, '{')) {
        return body;
    }
    body.valid = json_eat(&json, '}');
    while (!body.valid) {
        cclb_bytes key;
        if (!json_string(&json, &key) || !json_eat(&json, ':') || !read_member(&json, key, &body)) {
            return body;
        }
        if (!json_eat(&json, ',')) {
            body.valid = json_eat(&json, '}');
            return body;
        }
    }
    return body;
}

/* The number behind `name` in {"name": weight, ...}; 1 if it is not there. */
static uint64_t weight_of(cclb_bytes weights, cclb_bytes name)
{
    struct json json = json_of(weights);
    uint8_t before = '{';
    cclb_bytes key;
    while (json_eat(&json, before) && json_string(&json, &key) && json_eat(&json, ':')) {
        cclb_optional_u64 weight = json_number(&json);
        if (cclb_bytes_equal(key, name)) {
            return weight.present ? weight.value : 1;
        }
        before = ',';
    }
    return 1;
}

static cclb_optional_u64 number_claim(const cclb_filter_request *request, cclb_bytes key)
{
    struct json json = json_of(cclb_find_claim(request->principal.claims, key).value);
    return json_number(&json);
}

/* A candidate's share of this request: higher is better. */
static uint64_t score_of(const cclb_upstream_candidate *candidate, cclb_bytes affinity, cclb_bytes model,
                         cclb_bytes weights)
{
    const uint64_t cached_most = UINT64_C(1) << 20;
    const cclb_bytes pieces[] = {affinity, candidate->upstream_id, model};
    uint64_t chance = hash(pieces, 3) >> 40;
    uint64_t cached = candidate->predicted_cache_read_tokens;
    cached = cached < cached_most ? cached : cached_most;
    return chance * weight_of(weights, candidate->name) + cached * 8;
}

static bool has_better_score(const void *things, size_t a, size_t b)
{
    const uint64_t *scores = (const uint64_t *)things;
    return scores[a] > scores[b];
}

/* Everything that a verdict depends on, but for the candidate. */
struct choice {
    struct body body;
    cclb_optional_u64 limit;
    uint64_t tokens;
    size_t keep;
    size_t count;
};

static void judge(const struct choice *choice, const cclb_upstream_candidate *candidate, size_t rank,
                  cclb_filter_response *answer)
{
    bool over = choice->limit.present && choice->tokens > choice->limit.value &&
                cclb_bytes_equal(candidate->kind, CCLB_TEXT("anthropic_oauth"));
    if (!choice->body.valid) {
        cclb_accept(answer, candidate->upstream_id);
    } else if (over) {
        const cclb_bytes reason[] = {CCLB_TEXT("insufficient_quota: "), cclb_decimal(choice->tokens),
                                     CCLB_TEXT(" tokens")};
        cclb_reject(answer, candidate->upstream_id, cclb_join(reason, 3));
    } else if (rank < choice->keep) {
        cclb_accept(answer, candidate->upstream_id);
    } else {
        const cclb_bytes reason[] = {CCLB_TEXT("weighted: rank "), cclb_decimal(rank + 1), CCLB_TEXT(" of "),
                                     cclb_decimal(choice->count)};
        cclb_reject(answer, candidate->upstream_id, cclb_join(reason, 4));
    }
}

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    struct choice choice = {read_body(request->body), number_claim(request, CCLB_TEXT("token_limit")), 0, 0, 0};
    cclb_optional_u64 keep = number_claim(request, CCLB_TEXT("keep"));
    choice.count = request->candidates.count;
    choice.keep = keep.present ? (size_t)keep.value : (choice.count + 1) / 2;
    choice.keep = choice.keep > 0 ? choice.keep : 1;
    choice.tokens = choice.body.text_len / 4 + choice.body.max_tokens;

    cclb_bytes affinity =
        cclb_value_or(cclb_find_header(request->headers, CCLB_TEXT("x-session-id")), request->principal.id);
    cclb_bytes weights =
        cclb_value_or(cclb_find_claim(request->principal.claims, CCLB_TEXT("route_weights")), CCLB_TEXT("{}"));
    uint64_t *scores = (uint64_t *)cclb_alloc(choice.count * sizeof *scores, _Alignof(uint64_t));
    for (size_t i = 0; i < choice.count; i++) {
        cclb_upstream_candidate candidate = cclb_upstream_candidate_at(request->candidates, i);
        scores[i] = score_of(&candidate, affinity, choice.body.model, weights);
    }
    const size_t *ranks = ranks_of(scores, choice.count, has_better_score);
    for (size_t i = 0; i < choice.count; i++) {
        cclb_upstream_candidate candidate = cclb_upstream_candidate_at(request->candidates, i);
        judge(&choice, &candidate, ranks[i], answer);
    }
}
