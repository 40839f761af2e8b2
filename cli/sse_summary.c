/* SPDX-License-Identifier: Apache-2.0 */
/* sse_summary.c - see sse_summary.h; the same figures for a person and as JSON. */

#include "sse_summary.h"

#include "emit.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

/* Why it ended before its time. */
static enum exit_status tell_end(const struct plugin *plugin, const struct pump_result *result)
{
    if (result->status != CCLB_OK) {
        bool too_long = result->error.status == CCLB_LIMIT;
        char remedy[128];
        snprintf(remedy, sizeof remedy, "%sthe stream ends at event %" PRIu64 ", and what went out before stands",
                 too_long ? "here with --event-max-bytes; " : "", result->info.events);
        session_complain(too_long ? "standard input" : plugin->name, &result->error, remedy);
        return session_status_of(result->status);
    }
    if (result->output_number != 0) {
        session_note("cannot write to standard output: %s", strerror(result->output_number));
    }
    if (result->input_number != 0) {
        session_note("standard input: %s; the stream ends here, and what went out before stands",
                     strerror(result->input_number));
    }
    return result->output_number != 0 || result->input_number != 0 ? EXIT_USAGE : EXIT_DONE;
}

static void tell_counts(const struct pump_result *result, const struct pump_calls *calls)
{
    const cclb_sse_info *info = &result->info;
    struct text bytes_in;
    struct text bytes_out;
    struct text duration;
    text_count(&bytes_in, info->bytes_in);
    text_count(&bytes_out, result->bytes_written);
    text_duration(&duration, result->duration_ns);
    if (!info->active) {
        session_note("%s bytes in, %s out; in %s", bytes_in.text, bytes_out.text, duration.text);
        return;
    }
    struct text texts[5];
    char calls_took[96] = "";
    if (calls->total_ns > 0) {
        snprintf(calls_took, sizeof calls_took, ", %s of it in the plugin, at most %s for one event",
                 text_duration(&texts[0], calls->total_ns), text_duration(&texts[1], calls->slowest_ns));
    }
    session_note("%s event%s: %s unchanged, %s replaced, %s dropped, %s passed through; %s bytes in, %s out; in %s%s",
                 text_count(&texts[0], info->events), info->events == 1 ? "" : "s",
                 text_count(&texts[1], info->unchanged), text_count(&texts[2], info->replaced),
                 text_count(&texts[3], info->dropped), text_count(&texts[4], info->passed_through), bytes_in.text,
                 bytes_out.text, duration.text, calls_took);
}

static void tell_session(const cclb_sse_info *info, const cclb_error *kept)
{
    struct text renewals;
    struct text revocations;
    session_note("session: renewed %s time%s, revoked %s time%s%s%s%s", text_count(&renewals, info->session_renewals),
                 info->session_renewals == 1 ? "" : "s", text_count(&revocations, info->session_revocations),
                 info->session_revocations == 1 ? "" : "s", info->session_over ? "; a failure ended it" : "",
                 kept->status == CCLB_OK ? "" : ": ", kept->status == CCLB_OK ? "" : kept->message);
}

/* Null where nothing failed. */
static void put_failure(struct emitter *emitter, const cclb_error *failure)
{
    if (failure->status == CCLB_OK) {
        emit_null(emitter, "failure");
    } else {
        emit_error(emitter, "failure", failure);
    }
}

static void put_session(struct emitter *emitter, const cclb_sse_info *info, const cclb_error *kept)
{
    emit_open(emitter, "session", '{');
    emit_bool(emitter, "over", info->session_over);
    put_failure(emitter, kept);
    emit_u64(emitter, "renewals", info->session_renewals);
    emit_u64(emitter, "revocations", info->session_revocations);
    emit_close(emitter, '}');
}

static void put_end(struct emitter *emitter, const struct pump_result *result, enum exit_status status)
{
    emit_bool(emitter, "ok", status == EXIT_DONE);
    if (result->status != CCLB_OK) {
        emit_error(emitter, "error", &result->error);
    } else if (result->output_number != 0) {
        emit_own_fault(emitter, "error", "io", "standard output", strerror(result->output_number));
    } else if (result->input_number != 0) {
        emit_own_fault(emitter, "error", "io", "standard input", strerror(result->input_number));
    } else {
        emit_null(emitter, "error");
    }
}

static void put_json(struct session *session, const struct plugin *plugin, bool with_session,
                     const struct pump_result *result, const struct pump_calls *calls, enum exit_status status)
{
    const cclb_sse_info *info = &result->info;
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    put_end(&emitter, result, status);
    emit_name(&emitter, "form", cclb_form_name(plugin->report->form));
    emit_name(&emitter, "reference", cclb_reference_name(plugin->report->reference));
    emit_bool(&emitter, "active", info->active);
    emit_u64(&emitter, "events", info->events);
    emit_u64(&emitter, "unchanged", info->unchanged);
    emit_u64(&emitter, "replaced", info->replaced);
    emit_u64(&emitter, "dropped", info->dropped);
    emit_u64(&emitter, "passed_through", info->passed_through);
    emit_u64(&emitter, "bytes_in", info->bytes_in);
    emit_u64(&emitter, "bytes_out", result->bytes_written);
    emit_u64(&emitter, "duration_ns", result->duration_ns);
    emit_u64(&emitter, "calls_ns", calls->total_ns);
    emit_u64(&emitter, "slowest_ns", calls->slowest_ns);
    put_failure(&emitter, &calls->passed);
    if (with_session) {
        put_session(&emitter, info, &calls->kept);
    } else {
        emit_null(&emitter, "session");
    }
    emit_end(&emitter);
}

enum exit_status sse_summary_tell(struct session *session, const struct plugin *plugin, bool with_session,
                                  const struct pump_result *result, const struct pump_calls *calls)
{
    enum exit_status status = tell_end(plugin, result);
    tell_counts(result, calls);
    if (with_session && result->info.active) {
        tell_session(&result->info, &calls->kept);
    }
    if (session->json) {
        put_json(session, plugin, with_session, result, calls, status);
    }
    return status;
}
