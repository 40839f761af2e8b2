/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe.c - a probe is an ordinary call on a reserved lane (R27); its answer must read (R28).
 *
 * The request is small and fixed, so it is encoded on the stack.
 */

#include "admission/probe.h"

#include "admission/free_trial.h"
#include "admission/probe_requests.h"
#include "base/error.h"
#include "wire/wire.h"

#include <assert.h>

/* The largest probe request, in any form, is well below this. */
enum { PROBE_REQUEST_MAX_BYTES = 1024 };

/* R29: the inner fault keeps its fields; the hook and its text go in front. */
static cclb_status wrap(cclb_hook hook, cclb_error *error)
{
    if (error->status < CCLB_OK) {
        return error->status; /* the host's own fault, not the plugin's */
    }
    cclb_error inner = *error;
    error_set(error, CCLB_PROBE, inner.rule, inner.phase, "runtime probe failed for hook %s: %s", cclb_hook_name(hook),
              inner.message);
    error->inner = inner.status;
    error->hook = hook;
    error->trap = inner.trap;
    error->resource = inner.resource;
    error->offset = inner.offset;
    return CCLB_PROBE;
}

/* R28. For observe it is enough that the call succeeded. */
static cclb_status check_answer(cclb_hook hook, cclb_form form, cclb_bytes answer, cclb_error *error)
{
    const struct wire_type *type = wire_answer_type(hook);
    if (type == NULL) {
        return CCLB_OK;
    }
    cclb_status status = wire_check(type, form, answer, 0, error);
    if (status != CCLB_OK) {
        cclb_error inner = *error;
        error_set(error, status, 28, CCLB_PHASE_DECODE, "decode: %s", inner.message);
        error->offset = inner.offset;
    }
    return status;
}

/* R30: a trial call is counted under the name that the module has for itself. */
static void count(const struct admitted *admitted, const struct lane *lane, cclb_hook hook,
                  const struct call_input *input, const struct call_output *output, cclb_status status,
                  const cclb_error *error)
{
    struct metrics *metrics = admitted->admission->dispatch->options.metrics;
    if (metrics) {
        const struct call_account account = {
            .label = metrics_plugin_untrusted(metrics, admitted->facts.metadata.name),
            .hook = hook,
            .principal_kind = METRICS_NO_PRINCIPAL,
            .total_ns = clock_since(output->started_ns, output->ended_ns),
            .bytes_in = input->len,
        };
        call_count(metrics, lane, &account, output, status, error);
    }
}

static cclb_status probe(struct admitted *admitted, struct lane *lane, cclb_hook hook, cclb_error *error)
{
    struct dispatch *dispatch = admitted->admission->dispatch;
    const struct wire_type *type = wire_request_type(hook);
    uint8_t request[PROBE_REQUEST_MAX_BYTES];
    size_t size = 0;
    cclb_status status = wire_measure(type, admitted->form, probe_request(hook), &size, error);
    if (status != CCLB_OK) {
        return status;
    }
    assert(size <= sizeof request);
    wire_write(type, admitted->form, probe_request(hook), request, size);

    cclb_bytes span = cclb_bytes_of(request, size);
    struct call_spans spans = {&span, 1};
    struct call_input input = call_input_of_spans(&spans);
    struct call_output output;
    uint64_t start_ns = clock_now_ns(&dispatch->options.clock);
    status = call_run(dispatch, lane, &admitted->callee, hook, &input, &output, error);
    count(admitted, lane, hook, &input, &output, status, error);
    if (status != CCLB_OK) {
        return status;
    }
    admitted->probes[hook] = (struct probe_cost){
        .made = true,
        .duration_ns = clock_since(start_ns, clock_now_ns(&dispatch->options.clock)),
        .fuel = output.fuel,
        .memory_bytes = output.memory_bytes,
    };
    status = check_answer(hook, admitted->form, output.bytes, error);
    if (status == CCLB_OK && hook == CCLB_HOOK_TRANSFORM_SSE_EVENT) {
        admitted->frees_answers = free_trial(dispatch, lane, &admitted->callee, hook, &input, &output);
    }
    call_end(dispatch, lane);
    return status;
}

/* One of the reserved lanes; waits while all of them are taken. */
static struct lane *claim(struct admission *admission)
{
    pthread_mutex_lock(&admission->mutex);
    struct lane *lane = lane_claim_reserved(&admission->dispatch->lanes);
    while (lane == NULL) {
        pthread_cond_wait(&admission->lane_free, &admission->mutex);
        lane = lane_claim_reserved(&admission->dispatch->lanes);
    }
    pthread_mutex_unlock(&admission->mutex);
    return lane;
}

static void unclaim(struct admission *admission, struct lane *lane)
{
    pthread_mutex_lock(&admission->mutex);
    lane_release(lane);
    pthread_cond_signal(&admission->lane_free);
    pthread_mutex_unlock(&admission->mutex);
}

cclb_status probe_hooks(struct admitted *admitted, cclb_error *error)
{
    struct admission *admission = admitted->admission;
    cclb_status status = CCLB_OK;
    struct lane *lane = claim(admission);
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT && status == CCLB_OK; hook++) {
        if (!admitted_calls(admitted, hook)) {
            continue; /* R25 */
        }
        status = probe(admitted, lane, hook, error);
        if (status != CCLB_OK) {
            status = wrap(hook, error);
        }
    }
    unclaim(admission, lane);
    return status;
}
