/* SPDX-License-Identifier: Apache-2.0 */
/* conformance_text.c - one page: what was found, who takes the plugin, and then hook by hook. */

#include "conformance_text.h"

#include "page.h"
#include "report_text.h"
#include "text.h"
#include "usual.h"

#include "cclb/escape.h"

enum { INDENT = 2, REASON_COLUMN = 4, NAME_WIDTH = 31, NUMBER_WIDTH = 14 };

/* What the oldest published harness ran plugins with (rule R108). */
#define HARNESS_MEMORY_BYTES (UINT64_C(1024) * 65536)

/* The runtimes whose hosts refuse an answer, and why; the answers are those of one hook. */
static void put_refusal(const struct page *page, const cclb_report *report, const struct hook_run *hook)
{
    const struct host_answer *refusal = host_answers_refusal(&hook->hosts);
    const char *separator = "";
    if (refusal == NULL) {
        return;
    }
    fprintf(page->out, "%*shosts by the rules of ", INDENT, "");
    for (size_t i = 0; i < report->verdict_count; i++) {
        if (host_answers_refused_by(&hook->hosts, report->verdicts[i].runtime)) {
            fprintf(page->out, "%s%s", separator, report->verdicts[i].runtime);
            separator = ", ";
        }
    }
    fprintf(page->out, " refuse what %s answers to an ordinary request:\n%*s", cclb_hook_name(hook->hook),
            REASON_COLUMN, "");
    page_error(page, &refusal->error, REASON_COLUMN);
}

static void put_refusals(const struct page *page, const cclb_report *report, const struct conformance_run *run)
{
    for (size_t i = 0; i < run->hook_count; i++) {
        put_refusal(page, report, &run->hooks[i]);
    }
}

static const char *headline(const struct conformance_counts *counts)
{
    return counts->failed > 0 || counts->differing > 0 ? "DOES NOT CONFORM"
           : counts->refused > 0                       ? "CONFORMS, BUT HOSTS REFUSE ANSWERS"
                                                       : "CONFORMS";
}

static void put_failures(FILE *out, const struct conformance_counts *counts)
{
    size_t requests = counts->failed - counts->untaken;
    if (counts->untaken > 0) {
        fprintf(out, "no slot takes the plugin for %zu of its hooks%s", counts->untaken, requests > 0 ? ", and " : "");
    }
    if (requests > 0) {
        fprintf(out, "%zu of %zu requests failed", requests, counts->requests);
    }
}

static void put_verdict(const struct page *page, const char *subject, const cclb_report *report,
                        const struct conformance_run *run)
{
    const struct conformance_counts counts = conformance_count(run);
    char shown[512];
    cclb_escape(cclb_text(subject), shown, sizeof shown);
    bool is_good = counts.failed == 0 && counts.differing == 0 && counts.refused == 0;
    page_paint(page, is_good ? PAINT_GOOD : PAINT_BAD, headline(&counts));
    fprintf(page->out, "  %s, admitted by the rules of runtime %s, form %s\n", shown,
            cclb_reference_name(report->reference), cclb_form_name(report->form));
    if (counts.failed == 0) {
        fprintf(page->out, "%*sthe calls of %zu requests succeeded, and their answers read\n", INDENT, "",
                counts.requests);
    } else {
        char place[CONFORMANCE_PLACE_SIZE];
        const cclb_error *fault = conformance_first_fault(run, place);
        fprintf(page->out, "%*s", INDENT, "");
        put_failures(page->out, &counts);
        fprintf(page->out, ", first %s:\n%*s", place, REASON_COLUMN, "");
        page_error(page, fault, REASON_COLUMN);
    }
    fprintf(page->out, "%*s", INDENT, "");
    if (counts.differing == 0) {
        fputs("the same request had the same answer each time, whatever was asked between\n", page->out);
    } else {
        fprintf(page->out, "%zu requests had different answers, each in a fresh sandbox\n", counts.differing);
    }
    put_refusals(page, report, run);
}

static bool has_kind(const struct conformance_run *run, size_t end, cclb_slot_kind kind)
{
    for (size_t i = 0; i < end; i++) {
        if (run->hooks[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* Rules R106 and R108: what the published harnesses would want to know, or could not run. */
static void put_harness(const struct page *page, const cclb_report *report, const struct conformance_run *run)
{
    uint64_t most = report->memory_initial_bytes;
    size_t kinds = 0;
    struct text size;
    page_heading(page, "published harness");
    fprintf(page->out, "%*sslots: ", INDENT, "");
    for (size_t i = 0; i < run->hook_count; i++) {
        if (!has_kind(run, i, run->hooks[i].kind)) {
            fprintf(page->out, "%s%s", kinds > 0 ? ", " : "", cclb_slot_kind_name(run->hooks[i].kind));
            kinds++;
        }
        for (size_t j = 0; j < run->hooks[i].request_count; j++) {
            uint64_t memory = run->hooks[i].requests[j].memory_bytes;
            most = memory > most ? memory : most;
        }
    }
    fputs(kinds > 1 ? "; it has to be told which (rule R106)\n" : "\n", page->out);
    fprintf(page->out,
            "%*smemory: up to %s; conformance 0.2.0 has 64 MiB, later ones what the runtime has (rule R108)%s\n",
            INDENT, "", text_size(&size, most), most > HARNESS_MEMORY_BYTES ? ": too little" : "");
}

static void put_request(const struct page *page, const struct request_result *request)
{
    struct text answer;
    struct text fuel;
    struct text memory;
    struct text duration;
    fprintf(page->out, "%*s%-*s", INDENT, "", NAME_WIDTH, request->name);
    if (request->status != CCLB_OK) {
        page_paint(page, PAINT_BAD, "FAILED");
        fprintf(page->out, "\n%*s", REASON_COLUMN, "");
        page_error(page, &request->error, REASON_COLUMN);
        return;
    }
    fprintf(page->out, "%*s%*s%*s%*s%s\n", NUMBER_WIDTH, text_size(&answer, request->answer_bytes), NUMBER_WIDTH,
            text_count(&fuel, request->fuel), NUMBER_WIDTH, text_size(&memory, request->memory_bytes), NUMBER_WIDTH,
            text_duration(&duration, request->duration_ns),
            !request->same_again         ? "  DIFFERS when asked again"
            : !request->same_after_other ? "  DIFFERS after another request"
                                         : "");
}

static void put_growth_kind(FILE *out, const char *what, enum growth_kind kind)
{
    static const char *const words[] = {
        [GROWTH_CONSTANT] = "stays about the same whatever the size of the payload",
        [GROWTH_LINEAR] = "grows no faster than the size of the payload",
        [GROWTH_WORSE] = "grows faster than the size of the payload",
    };
    if (kind != GROWTH_UNKNOWN) {
        fprintf(out, "%*s%s %s\n", INDENT, "", what, words[kind]);
    }
}

static void put_growth(const struct page *page, const struct growth *growth)
{
    FILE *out = page->out;
    struct text text[4];
    fprintf(out, "\n%*s%-*s%*s%*s%*s%*s\n", INDENT, "", NAME_WIDTH, "payload", NUMBER_WIDTH, "", NUMBER_WIDTH, "fuel",
            NUMBER_WIDTH, "memory", NUMBER_WIDTH, "time");
    for (size_t i = 0; i < growth->count; i++) {
        const struct growth_point *point = &growth->points[i];
        fprintf(out, "%*s%-*s%*s%*s%*s%*s\n", INDENT, "", NAME_WIDTH, text_size(&text[0], point->payload_bytes),
                NUMBER_WIDTH, "", NUMBER_WIDTH, text_count(&text[1], point->fuel), NUMBER_WIDTH,
                text_size(&text[2], point->memory_bytes), NUMBER_WIDTH, text_duration(&text[3], point->duration_ns));
    }
    if (growth->refused) {
        fprintf(out, "%*s%-*sFAILED\n%*s", INDENT, "", NAME_WIDTH, text_size(&text[0], growth->refused_bytes),
                REASON_COLUMN, "");
        page_error(page, &growth->refusal, REASON_COLUMN);
    }
    put_growth_kind(out, "fuel", growth->fuel);
    put_growth_kind(out, "memory", growth->memory);
}

static void put_hook(const struct page *page, const struct hook_run *hook)
{
    FILE *out = page->out;
    page_heading(page, cclb_hook_name(hook->hook));
    if (hook->noop) {
        fprintf(out, "%*sdeclared noop: never called\n", INDENT, "");
        return;
    }
    if (hook->status != CCLB_OK) {
        fprintf(out, "%*sa slot of kind %s does not take the plugin:\n%*s", INDENT, "", cclb_slot_kind_name(hook->kind),
                REASON_COLUMN, "");
        page_error(page, &hook->error, REASON_COLUMN);
        return;
    }
    fprintf(out, "%*s%-*s%*s%*s%*s%*s\n", INDENT, "", NAME_WIDTH, "request", NUMBER_WIDTH, "answer", NUMBER_WIDTH,
            "fuel", NUMBER_WIDTH, "memory", NUMBER_WIDTH, "time");
    for (size_t i = 0; i < hook->request_count; i++) {
        put_request(page, &hook->requests[i]);
    }
    if (hook->cut_short) {
        fprintf(out, "%*sand nothing more was asked of it\n", INDENT, "");
        return;
    }
    put_growth(page, &hook->growth);
    fprintf(out, "\n%*sto %s a host %s\n", INDENT, "", usual_words(hook->hook),
            host_answers_refusal(&hook->hosts) ? "does not take the answer, for the reason above" : "takes the answer");
}

void conformance_print(struct session *session, const char *subject, const cclb_report *report,
                       const struct conformance_run *run)
{
    const struct page page = page_of(session);
    put_verdict(&page, subject, report, run);
    report_text_runtimes(session, report);
    put_harness(&page, report, run);
    for (size_t i = 0; i < run->hook_count; i++) {
        put_hook(&page, &run->hooks[i]);
    }
}
