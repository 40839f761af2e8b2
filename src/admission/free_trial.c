/* SPDX-License-Identifier: Apache-2.0 */
/*
 * free_trial.c - addresses tell more than sizes: memory grows by pages, and a guest that leaks a few bytes with each event
 * would show it only after thousands of them. One that leaks nothing is given the same requests in the same state, so it
 * does the same again. One whose allocator moves about for reasons of its own is not trusted either; it loses little.
 */

#include "admission/free_trial.h"

/* Calls in all; how many of them a guest has to come to rest; and the largest answer that is looked at. */
enum { TRIALS = 32, TRIALS_UNSETTLED = 4, ANSWER_MAX_BYTES = 4096 };

/* Where things lay in a call, and how much memory there was. */
struct places {
    uint32_t request;
    uint32_t answer;
    uint64_t memory_bytes;
};

static bool same_places(const struct places *a, const struct places *b)
{
    return a->request == b->request && a->answer == b->answer && a->memory_bytes == b->memory_bytes;
}

bool free_trial(struct dispatch *dispatch, struct lane *lane, const struct callee *callee, cclb_hook hook,
                const struct call_input *input, const struct call_output *output)
{
    uint8_t copy[ANSWER_MAX_BYTES];
    const size_t len = output->bytes.len;
    const uint64_t start_ns = output->ended_ns;
    uint64_t now_ns = start_ns;
    struct places before = {0};
    if (engine_module_export(callee->module, "cc_lb_free") != ENGINE_EXPORT_FREE || len > sizeof copy) {
        return false;
    }
    memcpy(copy, output->bytes.data, len);
    const cclb_bytes wanted = cclb_bytes_of(copy, len);
    for (int i = 0; i < TRIALS; i++) {
        struct call_output again;
        cclb_error untold; /* an answer that is not freed well is no fault: sessions are renewed more often */
        if (call_run_again(dispatch, lane, callee, hook, input, true, now_ns, &again, &untold) != CCLB_OK ||
            !cclb_bytes_equal(again.bytes, wanted) ||
            clock_since(start_ns, again.ended_ns) > dispatch->options.deadline[hook].base_ns) {
            return false;
        }
        now_ns = again.ended_ns;
        const struct places now = {lane->request_address, lane->answer_address, again.memory_bytes};
        if (i > TRIALS_UNSETTLED && !same_places(&before, &now)) {
            return false;
        }
        before = now;
    }
    return true;
}
