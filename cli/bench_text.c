/* SPDX-License-Identifier: Apache-2.0 */
/* bench_text.c - figures in columns; those of one column have the same meaning on all of the page. */

#include "bench_result.h"

#include "text.h"
#include "usual.h"

#include "cclb/escape.h"

enum { LABEL_WIDTH = 16 };

static void put_head(FILE *out, const char *label)
{
    fprintf(out, "\n%-*s%10s %9s %9s %9s %9s %9s %9s %10s\n", LABEL_WIDTH, label, "calls", "min", "p50", "p90", "p99",
            "p99.9", "max", "calls/s");
}

static void put_row(FILE *out, const char *label, const struct latency_summary *latency)
{
    struct text count;
    struct text rate;
    struct text times[6];
    fprintf(out, "  %-*s%10s %9s %9s %9s %9s %9s %9s %10s\n", LABEL_WIDTH - 2, label,
            text_count(&count, latency->count), text_duration(&times[0], latency->min_ns),
            text_duration(&times[1], latency->p50_ns), text_duration(&times[2], latency->p90_ns),
            text_duration(&times[3], latency->p99_ns), text_duration(&times[4], latency->p999_ns),
            text_duration(&times[5], latency->max_ns), text_count(&rate, (uint64_t)(latency->calls_per_second + 0.5)));
}

static void put_comparison(FILE *out, const char *label, const struct comparison *comparison)
{
    struct text own;
    double difference = comparison->difference_ns;
    put_head(out, label);
    put_row(out, "plugin", &comparison->plugin);
    put_row(out, "floor", &comparison->floor);
    fprintf(out, "  %-*s%s%s a call, %.2f times the floor; %.2f to %.2f in the middle half of the rounds\n",
            LABEL_WIDTH - 2, "its own cost", difference < 0 ? "-" : "",
            text_duration(&own, (uint64_t)(difference < 0 ? -difference : difference)), comparison->ratio,
            comparison->ratio_low, comparison->ratio_high);
}

static void put_subject(FILE *out, const struct bench_result *result)
{
    char shown[256];
    struct text length;
    const cclb_report *report = result->report;
    cclb_escape(report->name, shown, sizeof shown);
    fprintf(out, "%s of %s: form %s, rules of runtime %s, isolation %s, reset %s\n", cclb_hook_name(result->hook),
            shown, cclb_form_name(report->form), cclb_reference_name(report->reference),
            cclb_isolation_name(result->isolation), cclb_reset_name(result->reset));
    if (result->request) {
        cclb_escape(cclb_text(result->request), shown, sizeof shown);
        fprintf(out, "the request is that of %s", shown);
    } else {
        fprintf(out, "the request is built in: %s", usual_words(result->hook));
    }
    fprintf(out, "; %s for each line\n", text_duration(&length, result->length_ns));
}

static void put_session(FILE *out, const struct comparison *session)
{
    struct text count;
    put_comparison(out, "stream session", session);
    if (session->renewals > 0) {
        fprintf(out, "  %-*s%s times\n", LABEL_WIDTH - 2, "renewed", text_count(&count, session->renewals));
    }
    if (session->sessions_over > 0) {
        fprintf(out, "  %-*s%s times, by a failure; later events had a fresh sandbox each\n", LABEL_WIDTH - 2,
                "given up", text_count(&count, session->sessions_over));
    }
}

static void put_steps(FILE *out, const struct bench_result *result)
{
    put_head(out, "threads");
    for (unsigned i = 0; i < result->step_count; i++) {
        char label[16];
        snprintf(label, sizeof label, "%u", result->steps[i].threads);
        put_row(out, label, &result->steps[i].latency);
    }
}

static void put_weight(FILE *out, const struct weight *weight)
{
    struct text fuel;
    struct text memory;
    struct text touched;
    fprintf(out, "\none call takes %s fuel, and touches %s of its memory, which ends at %s\n",
            text_count(&fuel, weight->fuel), text_size(&touched, weight->touched_bytes),
            text_size(&memory, weight->memory_bytes));
}

static void put_failures(FILE *out, const struct tally *tally)
{
    struct text failed;
    struct text calls;
    char place[SESSION_PLACE_SIZE];
    fprintf(out, "\n%s of %s calls failed:", text_count(&failed, tally->failed), text_count(&calls, tally->calls));
    const char *comma = "";
    for (enum tally_status i = 0; i < TALLY_STATUSES; i++) {
        if (tally->by_status[i] > 0) {
            fprintf(out, "%s %s %s", comma, cclb_status_name(tally_status(i)),
                    text_count(&failed, tally->by_status[i]));
            comma = ",";
        }
    }
    fprintf(out, "; they are not in the figures\n  the first: %s%s\n", tally->first.message,
            session_place(&tally->first, place));
}

void bench_result_print(FILE *out, const struct bench_result *result)
{
    put_subject(out, result);
    put_comparison(out, "one thread", &result->call);
    if (result->has_session) {
        put_session(out, &result->session);
    }
    put_steps(out, result);
    if (result->has_weight) {
        put_weight(out, &result->weight);
    }
    if (result->tally.failed > 0) {
        put_failures(out, &result->tally);
    }
}
