/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c - a hostile plugin: any bytes, or any packed pointer and length, as what a hook answers. The first byte says
 * which kit, the second which hook and which of the two, the rest is the answer.
 *
 * Property: the host gets an error in words, or a result that keeps the rules for answers and lies in memory that may be
 * read for as long as the lease is open; afterwards nothing is open.
 */

#include "hooks/header_rules.h"
#include "kits.h"
#include "target.h"

static cclb_request given_request(void)
{
    static const cclb_candidate candidates[] = {
        {.id = {{1}}, .name = {(const uint8_t *)"east", 4}},
        {.id = {{2}}, .name = {(const uint8_t *)"west", 4}},
        {.id = {{1}}, .name = {(const uint8_t *)"east again", 10}},
    };
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.candidates = candidates;
    request.candidate_count = sizeof candidates / sizeof candidates[0];
    request.upstream_base_url = cclb_optional_text("https://east.test");
    return request;
}

static cclb_response given_response(void)
{
    cclb_response response = cclb_response_init();
    response.status = 200;
    return response;
}

static void spans_hold(cclb_spans spans)
{
    for (size_t i = 0; i < spans.count; i++) {
        touch(spans.spans[i]);
    }
}

/* Names and values may be sent as they are, and equal names stand side by side. */
static void headers_hold(cclb_headers headers)
{
    for (size_t i = 0; i < headers.count; i++) {
        const cclb_header *header = &headers.items[i];
        HOLDS(header_name_valid(header->name) && header_value_valid(header->value));
        for (size_t at = 0; at < header->name.len; at++) {
            HOLDS(header->name.data[at] < 'A' || header->name.data[at] > 'Z');
        }
        bool other_between = false;
        for (size_t before = i; before-- > 0;) {
            bool same = cclb_bytes_equal(headers.items[before].name, header->name);
            HOLDS(!same || !other_between);
            other_between = other_between || !same;
        }
    }
}

static void candidate_holds(size_t candidate, const cclb_uuid *id, const cclb_request *request)
{
    HOLDS(candidate == CCLB_NO_CANDIDATE || candidate < request->candidate_count);
    HOLDS(candidate == CCLB_NO_CANDIDATE || memcmp(&request->candidates[candidate].id, id, sizeof *id) == 0);
}

static cclb_status ask_filter(const cclb_target *target, const cclb_request *request)
{
    cclb_filter_result result;
    cclb_status status = cclb_filter(fixture.runtime, target, request, &result, &fixture.error);
    if (status == CCLB_OK) {
        for (size_t i = 0; i < result.kept_count; i++) {
            candidate_holds(result.kept[i].candidate, &result.kept[i].id, request);
        }
        for (size_t i = 0; i < result.rejected_count; i++) {
            candidate_holds(result.rejected[i].candidate, &result.rejected[i].id, request);
            HOLDS(cclb_rejection_name(result.rejected[i].rejection)[0] != '\0');
            touch(result.rejected[i].decision);
            touch(result.rejected[i].reason);
        }
        touch(result.reasons);
        cclb_lease_return(&result.lease);
    }
    return status;
}

static cclb_status ask_shape(const cclb_target *target, const cclb_request *request)
{
    cclb_shape_result result;
    cclb_status status = cclb_shape(fixture.runtime, target, request, &result, &fixture.error);
    if (status == CCLB_OK) {
        HOLDS(result.has_url && is_printable(result.url.text, false));
        HOLDS(header_method_valid(result.method));
        headers_hold(result.headers);
        spans_hold(result.body);
        cclb_lease_return(&result.lease);
    }
    return status;
}

static cclb_status ask_transform_response(const cclb_target *target, const cclb_request *request)
{
    cclb_transform_response_answer answer_made;
    const cclb_response response = given_response();
    cclb_status status =
        cclb_transform_response(fixture.runtime, target, request, &response, &answer_made, &fixture.error);
    if (status == CCLB_OK) {
        HOLDS(header_status_valid(answer_made.status));
        HOLDS(answer_made.status_replaced || answer_made.status == response.status);
        headers_hold(answer_made.headers);
        spans_hold(answer_made.body);
        cclb_lease_return(&answer_made.lease);
    }
    return status;
}

static cclb_status ask_transform_sse_event(const cclb_target *target, const cclb_request *request)
{
    cclb_transform_sse_event_answer answer_made;
    const cclb_response response = given_response();
    const cclb_sse_event event = {.event = cclb_text("message"), .data = cclb_text("text")};
    cclb_status status =
        cclb_transform_sse_event(fixture.runtime, target, request, &response, &event, &answer_made, &fixture.error);
    if (status == CCLB_OK) {
        HOLDS(answer_made.kind <= CCLB_TRANSFORM_SSE_EVENT_DROP);
        for (size_t i = 0; i < answer_made.events.count; i++) {
            touch(answer_made.events.items[i].event);
            touch(answer_made.events.items[i].data);
        }
        cclb_lease_return(&answer_made.lease);
    }
    return status;
}

static cclb_status ask_observe(const cclb_target *target)
{
    const cclb_observation observation = cclb_observation_init(CCLB_OBSERVE_CHUNK);
    cclb_lease lease;
    cclb_status status = cclb_observe(fixture.runtime, target, &observation, &lease, &fixture.error);
    if (status == CCLB_OK) {
        touch(lease.output);
        cclb_lease_return(&lease);
    }
    return status;
}

static cclb_status ask(cclb_hook hook, const struct kit_handles *handles)
{
    const cclb_request request = given_request();
    cclb_target target = cclb_by_handle(handles->shape);
    switch (hook) {
    case CCLB_HOOK_FILTER:
        target.handle = handles->filter;
        return ask_filter(&target, &request);
    case CCLB_HOOK_SHAPE:
        return ask_shape(&target, &request);
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        return ask_transform_response(&target, &request);
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return ask_transform_sse_event(&target, &request);
    default:
        target.handle = handles->observe;
        return handles->observe != NULL ? ask_observe(&target) : CCLB_OK;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cclb_bytes input = cclb_bytes_of(data, size);
    const struct kit_handles *handles = kit_handles(input_byte(&input) % KITS);
    uint8_t choice = input_byte(&input);
    cclb_hook hook = (cclb_hook)(choice % CCLB_HOOK_COUNT);
    fixture.script.use_result = choice >= 0x80;
    fixture.script.result = choice >= 0x80 ? input_u64(&input) : 0;
    answer_bytes(hook, input);
    cclb_status status = ask(hook, handles);
    if (status != CCLB_OK) {
        HOLDS(status > CCLB_OK);
        error_holds(&fixture.error, status, KITS_MEMORY_BYTES);
        HOLDS(fixture.error.hook == hook);
    }
    expect_nothing_open();
    return 0;
}
