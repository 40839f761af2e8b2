/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_document.c - any text as a host document, and what is in it through every hook of every kit.
 *
 * Property: a refusal names a place, by offset or by path; what is accepted is sent in every form, as a sound archive of
 * that form, or refused as input that plugins cannot be given; nothing stays open.
 */

#include "cclb/json.h"
#include "kits.h"
#include "target.h"

/* How a call may end, and what the guest was given if there was one. */
static void call_holds(cclb_status status, cclb_hook hook, const struct kit *kit, size_t len)
{
    if (status == CCLB_OK) {
        cclb_error error;
        if (fixture.guest_calls > 0) {
            HOLDS(wire_check(wire_request_type(hook), kit->form, bytes_in(&fixture.input), 0, &error) == CCLB_OK);
        }
    } else {
        HOLDS(status == CCLB_BAD_INPUT);
        HOLDS(fixture.guest_calls == 0);
        error_holds(&fixture.error, status, len);
    }
    fixture.guest_calls = 0;
}

static void send_request(const cclb_host_document *document, const struct kit *kit, const struct kit_handles *handles,
                         size_t len)
{
    const cclb_request *request = cclb_host_document_request(document);
    cclb_filter_result kept = {0};
    cclb_target target = cclb_by_handle(handles->filter);
    call_holds(cclb_filter(fixture.runtime, &target, request, &kept, &fixture.error), CCLB_HOOK_FILTER, kit, len);
    cclb_lease_return(&kept.lease);

    cclb_shape_result shaped = {0};
    target = cclb_by_handle(handles->shape);
    call_holds(cclb_shape(fixture.runtime, &target, request, &shaped, &fixture.error), CCLB_HOOK_SHAPE, kit, len);
    cclb_lease_return(&shaped.lease);
}

static void send_response(const cclb_host_document *document, const struct kit *kit, const struct kit_handles *handles,
                          size_t len)
{
    const cclb_request *request = cclb_host_document_request(document);
    const cclb_response *response = cclb_host_document_response(document);
    const cclb_sse_event *event = cclb_host_document_event(document);
    cclb_target target = cclb_by_handle(handles->shape);
    cclb_transform_response_answer whole = {0};
    call_holds(cclb_transform_response(fixture.runtime, &target, request, response, &whole, &fixture.error),
               CCLB_HOOK_TRANSFORM_RESPONSE, kit, len);
    cclb_lease_return(&whole.lease);
    if (event != NULL) {
        cclb_transform_sse_event_answer one = {0};
        call_holds(cclb_transform_sse_event(fixture.runtime, &target, request, response, event, &one, &fixture.error),
                   CCLB_HOOK_TRANSFORM_SSE_EVENT, kit, len);
        cclb_lease_return(&one.lease);
    }
}

static void send_observation(const cclb_host_document *document, const struct kit *kit,
                             const struct kit_handles *handles, size_t len)
{
    cclb_target target = cclb_by_handle(handles->observe);
    cclb_lease lease = {0};
    call_holds(cclb_observe(fixture.runtime, &target, cclb_host_document_observation(document), &lease, &fixture.error),
               CCLB_HOOK_OBSERVE, kit, len);
    cclb_lease_return(&lease);
}

static void send_document(const cclb_host_document *document, size_t len)
{
    for (size_t i = 0; i < KITS; i++) {
        const struct kit_handles *handles = kit_handles(i);
        if (cclb_host_document_request(document) != NULL) {
            send_request(document, &kits[i], handles, len);
            if (cclb_host_document_response(document) != NULL) {
                send_response(document, &kits[i], handles, len);
            }
        }
        if (cclb_host_document_observation(document) != NULL && handles->observe != NULL) {
            send_observation(document, &kits[i], handles, len);
        }
    }
    expect_nothing_open();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool answers;
    cclb_host_document *document = NULL;
    cclb_bytes json_text = exact_copy(cclb_bytes_of(data, size));
    (void)kit_handles(0);
    if (!answers) {
        answer(CCLB_HOOK_SHAPE, "{'url':'https://shaped.test/','method':'GET','headers':[],'body':''}");
        answers = true;
    }
    uint64_t live = atomic_load(&fixture.counts.live);
    cclb_allocator allocator = counting_allocator(&fixture.counts);
    cclb_status status = cclb_host_document_read(json_text, &allocator, &document, &fixture.error);
    exact_free(json_text);
    if (status == CCLB_OK) {
        send_document(document, size);
        cclb_host_document_destroy(document);
    } else {
        HOLDS(status == CCLB_BAD_INPUT);
        error_holds(&fixture.error, status, size);
        HOLDS(fixture.error.offset != CCLB_NO_OFFSET || strstr(fixture.error.message, "$") != NULL);
        HOLDS(atomic_load(&fixture.counts.live) == live);
    }
    return 0;
}
