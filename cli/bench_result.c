/* SPDX-License-Identifier: Apache-2.0 */
/* bench_result.c - the JSON; bench_text.c has the page. */

#include "bench_result.h"

static void emit_latency(struct emitter *emitter, const char *key, const struct latency_summary *latency)
{
    emit_open(emitter, key, '{');
    emit_u64(emitter, "count", latency->count);
    emit_u64(emitter, "min_ns", latency->min_ns);
    emit_u64(emitter, "p50_ns", latency->p50_ns);
    emit_u64(emitter, "p90_ns", latency->p90_ns);
    emit_u64(emitter, "p99_ns", latency->p99_ns);
    emit_u64(emitter, "p999_ns", latency->p999_ns);
    emit_u64(emitter, "max_ns", latency->max_ns);
    emit_real(emitter, "calls_per_second", latency->calls_per_second, 1);
    emit_close(emitter, '}');
}

static void emit_comparison(struct emitter *emitter, const struct comparison *comparison)
{
    emit_latency(emitter, "plugin", &comparison->plugin);
    emit_latency(emitter, "floor", &comparison->floor);
    emit_open(emitter, "over_floor", '{');
    emit_real(emitter, "difference_ns", comparison->difference_ns, 0);
    emit_real(emitter, "ratio", comparison->ratio, 3);
    emit_real(emitter, "ratio_low", comparison->ratio_low, 3);
    emit_real(emitter, "ratio_high", comparison->ratio_high, 3);
    emit_close(emitter, '}');
}

static void emit_session(struct emitter *emitter, const struct bench_result *result)
{
    if (!result->has_session) {
        emit_null(emitter, "session");
        return;
    }
    emit_open(emitter, "session", '{');
    emit_comparison(emitter, &result->session);
    emit_u64(emitter, "renewals", result->session.renewals);
    emit_u64(emitter, "over", result->session.sessions_over);
    emit_close(emitter, '}');
}

static void emit_steps(struct emitter *emitter, const struct bench_result *result)
{
    emit_open(emitter, "threads", '[');
    for (unsigned i = 0; i < result->step_count; i++) {
        emit_open(emitter, NULL, '{');
        emit_u64(emitter, "threads", result->steps[i].threads);
        emit_latency(emitter, "plugin", &result->steps[i].latency);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
}

static void emit_weight(struct emitter *emitter, const struct bench_result *result)
{
    if (result->has_weight) {
        emit_u64(emitter, "fuel", result->weight.fuel);
        emit_u64(emitter, "memory_bytes", result->weight.memory_bytes);
        emit_u64(emitter, "touched_bytes", result->weight.touched_bytes);
    } else {
        emit_null(emitter, "fuel");
        emit_null(emitter, "memory_bytes");
        emit_null(emitter, "touched_bytes");
    }
}

static void emit_failures(struct emitter *emitter, const struct tally *tally)
{
    emit_open(emitter, "failures", '{');
    emit_u64(emitter, "calls", tally->calls);
    emit_u64(emitter, "failed", tally->failed);
    emit_open(emitter, "statuses", '[');
    for (enum tally_status i = 0; i < TALLY_STATUSES; i++) {
        if (tally->by_status[i] > 0) {
            emit_open(emitter, NULL, '{');
            emit_name(emitter, "status", cclb_status_name(tally_status(i)));
            emit_u64(emitter, "failed", tally->by_status[i]);
            emit_close(emitter, '}');
        }
    }
    emit_close(emitter, ']');
    if (tally->failed > 0) {
        emit_error(emitter, "first", &tally->first);
    } else {
        emit_null(emitter, "first");
    }
    emit_close(emitter, '}');
}

void bench_result_emit(struct emitter *emitter, const struct bench_result *result)
{
    emit_name(emitter, "hook", cclb_hook_name(result->hook));
    emit_name(emitter, "form", cclb_form_name(result->report->form));
    emit_name(emitter, "reference", cclb_reference_name(result->report->reference));
    emit_name(emitter, "isolation", cclb_isolation_name(result->isolation));
    emit_name(emitter, "reset", cclb_reset_name(result->reset));
    emit_name(emitter, "request", result->request);
    emit_u64(emitter, "length_ns", result->length_ns);
    emit_open(emitter, "call", '{');
    emit_comparison(emitter, &result->call);
    emit_close(emitter, '}');
    emit_session(emitter, result);
    emit_steps(emitter, result);
    emit_weight(emitter, result);
    emit_failures(emitter, &result->tally);
}
