/* SPDX-License-Identifier: Apache-2.0 */
/*
 * every_hook.h - a plugin that uses all of cclb_plugin.h, in what C17 and C++11 have in common. Its metadata have every
 * escape that they may have; its hooks fail where something that they check is not so.
 */
#define CCLB_PLUGIN_NAME "every-hook"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Says \"h\u00e9\" in é, tab\tnew line\nreturn\rback\\slash."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_FILTER "Keeps all but those named west."
#define CCLB_PLUGIN_FILTER_USAGE "For tests of filters."
#define CCLB_PLUGIN_SHAPE "Passes on with one header more."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "Replaces status, headers and body."
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Drops pings and doubles others."
#define CCLB_PLUGIN_OBSERVE "Records the tokens that were used."
#include "cclb_plugin.h"

static void check(bool holds)
{
    if (!holds) {
        cclb_plugin_fail();
    }
}

static void check_helpers(void)
{
    cclb_bytes text = CCLB_TEXT("abcabd");
    check(cclb_find(text, CCLB_TEXT("abd"), 0) == 3 && cclb_find(text, CCLB_TEXT("ab"), 1) == 3);
    check(cclb_find(text, CCLB_TEXT("x"), 0) == text.len && cclb_find(text, CCLB_TEXT(""), 0) == text.len);
    check(cclb_find(CCLB_TEXT("a"), text, 0) == 1 && cclb_find(text, text, 7) == text.len);
    check(cclb_find(CCLB_TEXT("aaaaaaaaaaaaaab"), CCLB_TEXT("ab"), 0) == 13 && cclb_find(text, text, 0) == 0);
    check(cclb_starts_with(text, CCLB_TEXT("abc")) && !cclb_starts_with(CCLB_TEXT("ab"), text));
    check(cclb_ends_with(text, CCLB_TEXT("abd")) && !cclb_ends_with(text, CCLB_TEXT("abc")));
    check(cclb_bytes_compare(text, CCLB_TEXT("abd")) < 0 && cclb_bytes_compare(text, CCLB_TEXT("abc")) > 0);
    check(cclb_bytes_compare(text, text) == 0 && cclb_bytes_compare(CCLB_TEXT("\xff"), text) > 0);
    check(cclb_bytes_equal_ignoring_case(CCLB_TEXT("X-Ab[1"), CCLB_TEXT("x-aB[1")));
    check(!cclb_bytes_equal_ignoring_case(CCLB_TEXT("["), CCLB_TEXT("{")));
    check(cclb_bytes_from(text, 9).len == 0);
    check(cclb_bytes_equal(cclb_decimal(UINT64_MAX), CCLB_TEXT("18446744073709551615")));
    check(cclb_bytes_equal(cclb_decimal(0), CCLB_TEXT("0")));
    check(cclb_parse_decimal(cclb_decimal(UINT64_MAX)).value == UINT64_MAX);
    check(!cclb_parse_decimal(CCLB_TEXT("18446744073709551616")).present);
    check(!cclb_parse_decimal(CCLB_TEXT("")).present && !cclb_parse_decimal(CCLB_TEXT("1 ")).present);
    check(cclb_alloc(0, 1) == NULL && (uintptr_t)cclb_alloc(3, 16) % 16 == 0);
    check(memcmp("abc", "abd", 3) < 0 && memcmp("abc", "abd", 2) == 0);
}

/* Each of two bytes at every place that eight at a time can have it, among bytes that are nearly the same. */
static void check_find_either(void)
{
    static uint8_t text[40];
    for (size_t len = 0; len <= sizeof text; len++) {
        for (size_t at = 0; at <= len; at++) {
            memset(text, '!', sizeof text);
            memset(text, '#', at);
            if (at < len) {
                text[at] = at % 2 == 0 ? '"' : 0xff;
            }
            for (size_t from = 0; from <= at + 1; from++) {
                size_t found = cclb_find_either(cclb_bytes_of(text, len), '"', 0xff, from);
                check(found == (from <= at ? at : len));
            }
        }
    }
}

/* Every length, and every place where two texts may differ, with bytes on both sides of where a sign would be. */
static void check_comparisons(void)
{
    static uint8_t text[20];
    static uint8_t other[20];
    memset(text, 0x7f, sizeof text);
    for (size_t len = 0; len <= sizeof text; len++) {
        const cclb_bytes whole = cclb_bytes_of(text, len);
        for (size_t at = 0; at < len; at++) {
            memset(other, 0x7f, sizeof other);
            check(cclb_bytes_compare(whole, cclb_bytes_of(other, len)) == 0);
            check(cclb_bytes_compare(cclb_bytes_of(other, at), whole) < 0);
            check(cclb_bytes_compare(whole, cclb_bytes_of(other, at)) > 0);
            memset(other + at, 0, sizeof other - at);
            other[at] = 0x80;
            check(cclb_bytes_compare(whole, cclb_bytes_of(other, len)) < 0);
            check(cclb_bytes_compare(cclb_bytes_of(other, len), whole) > 0);
        }
    }
}

/* Every length that is copied in a way of its own, and what lies around it untouched. */
static void check_copies(void)
{
    static uint8_t from[100];
    static uint8_t to[102];
    for (size_t i = 0; i < sizeof from; i++) {
        from[i] = (uint8_t)(i + 1);
    }
    for (size_t len = 0; len <= sizeof from; len++) {
        memset(to, 0, sizeof to);
        cclb_copy(to + 1, from, len);
        check(to[0] == 0 && to[len + 1] == 0 && memcmp(to + 1, from, len) == 0);
    }
}

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    check_helpers();
    check_copies();
    check_find_either();
    check_comparisons();
    check(CCLB_PLUGIN_FORM >= 8 || !request->service_tier.present);
    check(CCLB_PLUGIN_FORM >= 6 || (request->canonical_model_id.len == 0 && !request->thread_id.present));
    check(CCLB_PLUGIN_FORM >= 6 || !request->cache_pricing.cache_read_micros_per_million.present);
    for (size_t i = 0; i < request->candidates.count; i++) {
        cclb_upstream_candidate candidate = cclb_upstream_candidate_at(request->candidates, i);
        check(CCLB_PLUGIN_FORM >= 6 || candidate.seat_tier.len == 0);
        if (cclb_bytes_equal(candidate.name, CCLB_TEXT("west"))) {
            cclb_reject(answer, candidate.upstream_id, CCLB_TEXT("west"));
        } else {
            cclb_accept(answer, candidate.upstream_id);
        }
    }
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    const cclb_bytes url[] = {cclb_value_or(request->upstream.base_url, CCLB_TEXT("https://example.test")),
                              request->path};
    check(request->upstream.kind == CCLB_UPSTREAM_ANTHROPIC_DIRECT);
    cclb_pass_on(request, answer);
    answer->url = cclb_join(url, 2);
    cclb_add_header(&answer->headers, CCLB_TEXT("x-claims"), cclb_decimal(request->principal.claims.count));
    cclb_bytes_list_add(&answer->body, CCLB_TEXT("tail"));
}

void plugin_transform_response(const cclb_transform_response_request *request, cclb_transform_response_result *answer)
{
    cclb_replace_status(answer, (uint16_t)(request->response_status + 1));
    cclb_add_headers(cclb_replace_headers(answer), request->response_headers);
    cclb_bytes_list_add(cclb_replace_body(answer), CCLB_TEXT("replaced"));
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    if (cclb_bytes_equal(request->event.event, CCLB_TEXT("ping"))) {
        cclb_drop_event(answer);
        return;
    }
    cclb_replace_event(answer, request->event.event, request->event.data);
    cclb_replace_event(answer, request->event.event, CCLB_TEXT("again"));
}

void plugin_observe(const cclb_observe_event *event, cclb_bytes *record)
{
    if (event->kind == CCLB_OBSERVE_REQUEST_FINISHED) {
        const cclb_bytes tokens[] = {cclb_decimal(event->as.request_finished.input_tokens.value), CCLB_TEXT(" "),
                                     cclb_decimal(event->as.request_finished.output_tokens.value),
                                     CCLB_TEXT(" tokens")};
        *record = cclb_join(tokens, 4);
    }
}
