/* SPDX-License-Identifier: Apache-2.0 */
/* subject.c - see subject.h. */

#include "subject.h"

#include "cclb/filter.h"
#include "cclb/shape.h"
#include "cclb/transform.h"

#include "fail.h"

static const uint64_t deadline_ns = UINT64_C(60000000000);
static const uint64_t default_fast_body = (UINT64_C(1) << 20) + (64 << 10); /* with what is around a body */

cclb_runtime_options subject_options(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook].base_ns = deadline_ns;
    }
    return options;
}

/* What a host sets that serves few requests at a time, with such bodies (docs/performance.md). */
void subject_make_room(cclb_runtime_options *options, size_t size)
{
    if (size <= default_fast_body) {
        return;
    }
    options->stores_max = 4;
    options->pool_instances = 8;
    options->fast_body_bytes = size;
    options->resident_budget_bytes = options->pool_instances * ((UINT64_C(2) << 20) + 6 * size);
}

static cclb_slot_kind kind_of(cclb_hook hook)
{
    return hook == CCLB_HOOK_FILTER    ? CCLB_SLOT_FILTER
           : hook == CCLB_HOOK_OBSERVE ? CCLB_SLOT_OBSERVE
                                       : CCLB_SLOT_SHAPE;
}

void subject_init(struct subject *subject, const cclb_runtime_options *options, cclb_bytes wasm,
                  const struct workload *workload)
{
    cclb_error error;
    cclb_slot_options slot = cclb_slot_options_init();
    const cclb_slot_key key = cclb_global_key("bench");
    *subject = (struct subject){.info = cclb_runtime_info_init(), .workload = workload};
    slot.failure_policy = CCLB_FAILURE_FAIL_CLOSED; /* nothing that fails shall pass for a fast call */
    if (cclb_runtime_create(options, &subject->runtime, &error) != CCLB_OK ||
        cclb_runtime_describe(subject->runtime, &subject->info, &error) != CCLB_OK ||
        cclb_slot_register(subject->runtime, key, kind_of(workload->hook), wasm, &slot, NULL, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    subject->target = cclb_by_key(key.principal, key.plugin);
    if (cclb_slot_kind_hook(kind_of(workload->hook)) != workload->hook) {
        cclb_handle *handle;
        if (cclb_handle_create(subject->runtime, key, &handle, &error) != CCLB_OK) {
            fail("%s", error.message);
        }
        subject->target = cclb_by_handle(handle);
    }
    subject_call(subject, 0, 1);
}

void subject_deinit(struct subject *subject)
{
    cclb_error error;
    cclb_handle_destroy(subject->target.handle);
    if (cclb_runtime_destroy(subject->runtime, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
}

/* Calls a hook once; *lease is filled. */
static cclb_status call(const struct subject *subject, cclb_lease *lease, cclb_error *error)
{
    const struct workload *workload = subject->workload;
    union {
        cclb_filter_result filter;
        cclb_shape_result shape;
        cclb_transform_response_answer response;
        cclb_transform_sse_event_answer event;
    } answer;
    cclb_status status;
    switch (workload->hook) {
    case CCLB_HOOK_FILTER:
        status = cclb_filter(subject->runtime, &subject->target, &workload->request, &answer.filter, error);
        *lease = answer.filter.lease;
        return status;
    case CCLB_HOOK_SHAPE:
        status = cclb_shape(subject->runtime, &subject->target, &workload->request, &answer.shape, error);
        *lease = answer.shape.lease;
        return status;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
        status = cclb_transform_response(subject->runtime, &subject->target, &workload->request, &workload->response,
                                         &answer.response, error);
        *lease = answer.response.lease;
        return status;
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        status = cclb_transform_sse_event(subject->runtime, &subject->target, &workload->request, &workload->response,
                                          &workload->event, &answer.event, error);
        *lease = answer.event.lease;
        return status;
    default:
        return cclb_observe(subject->runtime, &subject->target, &workload->observation, lease, error);
    }
}

static void call_or_fail(const struct subject *subject, cclb_lease *lease)
{
    cclb_error error;
    if (call(subject, lease, &error) != CCLB_OK) {
        fail("%s: %s", cclb_hook_name(subject->workload->hook), error.message);
    }
    if (lease->lane == NULL) {
        fail("%s: the plugin was not called", cclb_hook_name(subject->workload->hook));
    }
}

void subject_call(void *context, unsigned thread, uint64_t times)
{
    const struct subject *subject = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        cclb_lease lease;
        call_or_fail(subject, &lease);
        cclb_lease_return(&lease);
    }
}

void subject_answer(struct subject *subject, void (*take)(void *context, cclb_bytes answer), void *context)
{
    cclb_lease lease;
    call_or_fail(subject, &lease);
    take(context, lease.output);
    cclb_lease_return(&lease);
}
