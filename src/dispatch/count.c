/* SPDX-License-Identifier: Apache-2.0 */
/* count.c - what a call came to, in the terms of the metrics. */

#include "dispatch/call.h"

/* R68: in what a call failed that had reached the guest, where it is still that failure. */
static enum metrics_trap trap_of(const struct call_output *output, cclb_status status, const cclb_error *error)
{
    if (status == CCLB_OK || output->entered_ns == 0) {
        return METRICS_TRAP_NONE;
    }
    switch (error->phase) {
    case CCLB_PHASE_FREE:
        return METRICS_TRAP_FREE;
    case CCLB_PHASE_ALLOC:
        return status == CCLB_REJECTED ? METRICS_TRAP_REJECT : METRICS_TRAP_ALLOC;
    case CCLB_PHASE_WRITE:
        return METRICS_TRAP_WRITE;
    case CCLB_PHASE_HOOK:
        return METRICS_TRAP_EXPORT;
    case CCLB_PHASE_EXPORTS:
    case CCLB_PHASE_OUTPUT:
        return METRICS_TRAP_REJECT;
    default:
        return METRICS_TRAP_NONE; /* the call itself succeeded, and its answer was judged (rule R59) */
    }
}

void call_count(struct metrics *metrics, const struct lane *lane, const struct call_account *account,
                const struct call_output *output, cclb_status status, const cclb_error *error)
{
    bool reached_guest = output->entered_ns != 0;
    const struct metrics_call call = {
        .plugin = account->label,
        .hook = account->hook,
        .outcome = status,
        .principal_kind = account->principal_kind,
        .reached_guest = reached_guest,
        .trap = trap_of(output, status, error),
        .resource = status == CCLB_SATURATED ? error->resource : CCLB_RESOURCE_NONE,
        .policy = account->policy,
        .guest_ns = reached_guest ? clock_since(output->entered_ns, output->ended_ns) : 0,
        .total_ns = account->total_ns,
        .bytes_in = account->bytes_in,
        .bytes_out = output->bytes.len,
    };
    metrics_count_call(metrics, lane ? lane_number(lane) : 0, &call);
}
