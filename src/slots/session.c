/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - who has a lane that was parked, and when an instance is worn. */

#include "slots/session.h"

#include "base/step.h"

struct lane *session_resume(struct session *session)
{
    struct lane *lane = session->lane;
    session->lane = NULL;
    if (lane == NULL || lane_resume(lane, session->turn)) {
        return lane;
    }
    session->revocations++;
    return NULL;
}

/*
 * An instance of a plugin that frees its answers ages by what it leaks, any other with every event. Growth is counted from
 * what its trial call came to, so that no event can make a large memory the usual size, and an idle session keep it.
 */
static bool is_worn(const struct session *session, const struct calls *calls, const struct admitted *plugin,
                    uint64_t memory_bytes)
{
    uint64_t usual = plugin->probes[CCLB_HOOK_TRANSFORM_SSE_EVENT].memory_bytes;
    uint64_t grown = memory_bytes > usual ? memory_bytes - usual : 0;
    return grown > calls->session_growth_max_bytes ||
           (!plugin->frees_answers && session->events >= calls->session_events_max);
}

/* After an event: whether its instance is to serve the next one too. */
static bool wants_to_keep(struct session *session, const struct calls *calls, const struct admitted *plugin,
                          const cclb_lease *lease)
{
    struct lane *lane = lease->lane;
    if (lane->session) {
        session->events++;
    } else {
        session->events = 1;
    }
    if (!is_worn(session, calls, plugin, lease->memory_bytes)) {
        return lane->session || lane_keep(lane);
    }
    if (lane->session) {
        session->renewals++;
        metrics_count_session(calls->metrics, lane_number(lane), METRICS_SESSION_RENEWED);
    }
    return false;
}

void session_settle(struct session *session, struct calls *calls, const struct admitted *plugin, cclb_lease *lease,
                    bool failed)
{
    cclb_error scratch;
    struct lane *lane = lease->lane;
    if (lane && lane->session && failed) {
        session->over = true;
    }
    if (lane == NULL || failed || session->over || dispatch_check_process(calls->dispatch, &scratch) != CCLB_OK ||
        !wants_to_keep(session, calls, plugin, lease)) {
        cclb_lease_return(lease);
        return;
    }
    atomic_store_explicit(&lane->lease_since_ns, 0, memory_order_relaxed);
    arena_reset(&lane->arena);
    memset(lease, 0, sizeof *lease);
    session->lane = lane;
    session->turn = lane_park(lane);
}

void session_end(struct session *session, struct calls *calls)
{
    cclb_error scratch;
    if (dispatch_check_process(calls->dispatch, &scratch) != CCLB_OK) {
        return;
    }
    struct lane *lane = session_resume(session);
    if (lane) {
        run_give_back(calls, lane);
    }
}

bool session_is_kept(const struct session *session)
{
    return session->lane && lane_is_parked(session->lane, session->turn);
}

void session_revoke(struct calls *calls, struct lane *lane)
{
    metrics_count_session(calls->metrics, lane_number(lane), METRICS_SESSION_REVOKED);
    /* Its stream may have let go of the cell: the guard is what keeps module and code until the instance is gone. */
    call_end(calls->dispatch, lane);
    lane_unkeep(lane);
    slots_unguard(calls->slots, lane);
}

bool session_revoke_any(struct calls *calls)
{
    struct lane *lane = lane_claim_parked(&calls->dispatch->lanes);
    if (lane == NULL) {
        return false;
    }
    session_revoke(calls, lane);
    lane_release(lane);
    return true;
}
