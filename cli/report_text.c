/* SPDX-License-Identifier: Apache-2.0 */
/* report_text.c - labels in one column, texts of the plugin escaped and wrapped in the next. */

#include "report_text.h"

#include "cclb/escape.h"
#include "page.h"
#include "text.h"

#include <string.h>

enum { LABEL_COLUMN = 2, REASON_COLUMN = 4, TEXT_COLUMN = 15 };
enum { TEXT_SHOWN_MAX = 4096 };

/* Bytes of a fingerprint that tell it from the others. */
enum { FINGERPRINT_SHOWN = 4 };

static void put_label(const struct page *page, const char *label)
{
    fprintf(page->out, "%*s%-*s", LABEL_COLUMN, "", TEXT_COLUMN - LABEL_COLUMN, label);
}

/* What a plugin says of itself can be as long as its metadata; a page shows the start of it. */
static void put_text(const struct page *page, const char *label, cclb_bytes text)
{
    put_label(page, label);
    cclb_bytes shown = text_beginning(text, TEXT_SHOWN_MAX);
    text_wrap(page->out, shown, TEXT_COLUMN, page->width);
    if (shown.len < text.len) {
        struct text length;
        fprintf(page->out, "%*s... (%s bytes in all)\n", TEXT_COLUMN, "", text_count(&length, text.len));
    }
}

/* Messages and explanations, in which foreign text is escaped already. */
static void put_safe(const struct page *page, const char *text, int column)
{
    text_wrap_safe(page->out, text, column, page->width);
}

static void put_verdict(const struct page *page, const char *subject, const cclb_report *report, bool static_only)
{
    char shown[512];
    cclb_escape(cclb_text(subject), shown, sizeof shown);
    if (report->verdict.status == CCLB_OK) {
        page_paint(page, PAINT_GOOD, static_only ? "PASSES" : "ADMITTED");
        fprintf(page->out, "  %s, by the rules of runtime %s%s\n", shown, cclb_reference_name(report->reference),
                static_only ? "; nothing was compiled or called, `cclb admit` does that" : "");
        return;
    }
    page_paint(page, PAINT_BAD, "REFUSED");
    fprintf(page->out, "  %s\n%*s", shown, LABEL_COLUMN, "");
    page_error(page, &report->verdict, LABEL_COLUMN);
}

static void put_size(const struct page *page, const cclb_report *report)
{
    struct text size;
    struct text bytes;
    struct text functions;
    struct text exports;
    put_label(page, "size");
    fprintf(page->out, "%s (%s bytes), %s functions, %s exports%s%s%s\n", text_size(&size, report->module_bytes),
            text_count(&bytes, report->module_bytes), text_count(&functions, report->functions),
            text_count(&exports, report->exports), report->exports_memory ? "" : ", no `memory`",
            report->exports_alloc ? "" : ", no `cc_lb_alloc`", report->exports_free ? "" : ", no `cc_lb_free`");
    put_label(page, "memory");
    fprintf(page->out, "%s at the start; ", text_size(&size, report->memory_initial_bytes));
    if (report->table_initial_elements == 0) {
        fputs("no tables\n", page->out);
    } else {
        fprintf(page->out, "tables of up to %s elements\n", text_count(&bytes, report->table_initial_elements));
    }
}

static void put_identity(const struct page *page, const cclb_report *report)
{
    fputc('\n', page->out);
    if (report->has_metadata) {
        put_text(page, "name", report->name);
        put_text(page, "version", report->version);
        put_text(page, "description", report->description);
        put_text(page, "usage", report->usage);
    }
    put_label(page, "digest");
    for (size_t i = 0; i < sizeof report->digest; i++) {
        fprintf(page->out, "%02x", report->digest[i]);
    }
    fputs(" (BLAKE3)\n", page->out);
    if (report->form != CCLB_FORM_NONE) {
        const char *kit = cclb_form_kit(report->form);
        put_label(page, "form");
        fprintf(page->out, "%s%s%s%s\n", cclb_form_name(report->form), kit ? " (kit " : "", kit ? kit : "",
                kit ? ")" : "");
    }
    if (report->reference != CCLB_REFERENCE_ANY) {
        put_label(page, "reference");
        fprintf(page->out, "%s\n", cclb_reference_name(report->reference));
    }
    put_size(page, report);
    if (report->compiled) {
        struct text duration;
        struct text size;
        put_label(page, "compiled");
        fprintf(page->out, "to %s of code in %s\n", text_size(&size, report->code_bytes),
                text_duration(&duration, report->compile_ns));
    }
}

/* How long a stream keeps the instance of such a plugin, if its host wants that. */
static void put_session(const struct page *page, const cclb_hook_report *hook, const cclb_runtime_info *sandbox)
{
    fprintf(page->out, "\n%*s stream sessions: ", LABEL_COLUMN + 20, "");
    if (hook->frees_answers) {
        fputs("answers are freed", page->out);
    } else {
        fprintf(page->out, "renewed every %u events, for want of a cc_lb_free that frees", sandbox->session_events_max);
    }
}

static void put_hook(const struct page *page, const cclb_hook_report *hook, const cclb_runtime_info *sandbox)
{
    FILE *out = page->out;
    fprintf(out, "%*s%-20s %s, ", LABEL_COLUMN, "", cclb_hook_name(hook->hook), hook->noop ? "noop" : "active");
    if (!hook->has_fingerprint) {
        fputs("no fingerprint", out);
    } else {
        fputs("fingerprint ", out);
        for (size_t i = 0; i < FINGERPRINT_SHOWN; i++) {
            fprintf(out, "%02x", hook->fingerprint[i]);
        }
        fputs(hook->forms == 0 ? "... (of no published form)" : "... (form", out);
        for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
            if (hook->forms >> form & 1) {
                fprintf(out, " %s", cclb_form_name(form));
            }
        }
        fputs(hook->forms == 0 ? "" : ")", out);
    }
    if (hook->probed) {
        struct text duration;
        struct text size;
        struct text fuel;
        fprintf(out, "\n%*s trial call: %s, %s of memory", LABEL_COLUMN + 20, "",
                text_duration(&duration, hook->probe_ns), text_size(&size, hook->probe_memory_bytes));
        if (hook->probe_fuel > 0) {
            fprintf(out, ", %s fuel", text_count(&fuel, hook->probe_fuel));
        }
    }
    if (hook->probed && hook->hook == CCLB_HOOK_TRANSFORM_SSE_EVENT && sandbox) {
        put_session(page, hook, sandbox);
    }
    fputc('\n', out);
}

/* The sandbox that it was tried in, which is the one that a host gets with the same options on this machine. */
static void put_sandbox(const struct page *page, const cclb_runtime_info *info)
{
    struct text resident;
    struct text body;
    page_heading(page, "sandbox");
    fprintf(page->out, "%*sisolation %s, memory reset by %s: %s\n", LABEL_COLUMN, "",
            cclb_isolation_name(info->isolation), cclb_reset_name(info->reset), info->reset_reason);
    if (info->pool_instances > 0 && info->resident_max_bytes == 0) {
        fprintf(page->out, "%*s%u pooled, of which nothing stays resident between calls\n", LABEL_COLUMN, "",
                info->pool_instances);
    } else if (info->pool_instances > 0) {
        fprintf(page->out, "%*s%u pooled, of which at most %s stay resident between calls: bodies up to %s are fast\n",
                LABEL_COLUMN, "", info->pool_instances, text_size(&resident, info->resident_max_bytes),
                text_size(&body, info->fast_body_bytes));
    }
}

/* How many verdicts from the first on say the same: published runtimes often agree with their neighbours. */
static size_t count_alike(const cclb_verdict *verdicts, size_t count)
{
    size_t alike = 1;
    while (alike < count && verdicts[alike].admits == verdicts[0].admits &&
           strcmp(verdicts[alike].error.message, verdicts[0].error.message) == 0) {
        alike++;
    }
    return alike;
}

static void put_runtimes(const struct page *page, const cclb_report *report)
{
    page_heading(page, "published runtimes");
    for (size_t at = 0; at < report->verdict_count;) {
        const cclb_verdict *verdict = &report->verdicts[at];
        size_t alike = count_alike(verdict, report->verdict_count - at);
        for (size_t i = 0; i < alike; i++) {
            const char *runtime = report->verdicts[at + i].runtime;
            fprintf(page->out, "%*s%s%s", i == 0 ? LABEL_COLUMN : 0, "", runtime, i + 1 < alike ? ", " : "  ");
        }
        page_paint(page, verdict->admits ? PAINT_GOOD : PAINT_BAD, verdict->admits ? "yes" : "no");
        if (verdict->admits) {
            fputc('\n', page->out);
        } else {
            fprintf(page->out, "\n%*s", REASON_COLUMN, "");
            page_error(page, &verdict->error, REASON_COLUMN);
        }
        at += alike;
    }
}

static void put_paragraph(const struct page *page, const char *heading, const char *text)
{
    if (text[0] != '\0') {
        page_heading(page, heading);
        fprintf(page->out, "%*s", LABEL_COLUMN, "");
        put_safe(page, text, LABEL_COLUMN);
    }
}

void report_text_runtimes(struct session *session, const cclb_report *report)
{
    const struct page page = page_of(session);
    put_runtimes(&page, report);
}

void report_text_print(struct session *session, const char *subject, const cclb_report *report, const char *remedy,
                       bool static_only)
{
    const struct page page = page_of(session);
    put_verdict(&page, subject, report, static_only);
    put_identity(&page, report);
    if (report->hook_count > 0) {
        page_heading(&page, "hooks");
    }
    for (size_t i = 0; i < report->hook_count; i++) {
        put_hook(&page, &report->hooks[i], report->sandbox);
    }
    if (report->sandbox) {
        put_sandbox(&page, report->sandbox);
    }
    if (report->verdict_count > 0) {
        put_runtimes(&page, report);
    }
    put_paragraph(&page, "fields that differ", report->differences);
    put_paragraph(&page, "what to do", remedy);
}
