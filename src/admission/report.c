/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.c - the static part first; what an admission found out is laid over it.
 *
 * A refused module is described as far as it can be read: its metadata by the newest form whose rules they meet.
 */

#include "admission/report.h"

#include "admission/explain.h"
#include "admission/remedy.h"
#include "base/error.h"
#include "wire/layout.h"

/* A report with what it keeps alive. */
struct report {
    cclb_report open; /* what the caller sees */
    cclb_runtime_info sandbox;
    cclb_allocator allocator;
    struct arena arena;
    /* Meaningful while the report is made: */
    bool walked;
    struct module_sections sections; /* views into the module */
    const cclb_module_limits *limits;
    uint64_t memory_max_bytes; /* of one instance; 0: no runtime was asked */
};

_Static_assert((int)EXPLAIN_RUNTIMES <= (int)(sizeof(((cclb_report *)0)->verdicts) / sizeof(cclb_verdict)),
               "a report has room for every published runtime");

static struct report *report_create(const struct report_subject *subject, const cclb_allocator *allocator)
{
    struct report *report = allocate(allocator, sizeof *report);
    if (report) {
        report->allocator = *allocator;
        arena_init(&report->arena, &report->allocator);
        report->open.form = CCLB_FORM_NONE;
        report->open.module_bytes = subject->wasm.len;
        memcpy(report->open.digest, subject->digest, BLAKE3_SIZE);
    }
    return report;
}

void cclb_report_destroy(cclb_report *open)
{
    if (open) {
        struct report *report = (struct report *)(void *)open; /* its first member */
        cclb_allocator allocator = report->allocator;
        arena_deinit(&report->arena);
        release(&allocator, report, sizeof *report);
    }
}

void report_set_sandbox(cclb_report *open, const cclb_runtime_info *sandbox)
{
    struct report *report = (struct report *)(void *)open;
    report->sandbox = *sandbox;
    open->sandbox = &report->sandbox;
}

static void describe_exports(struct report *report)
{
    const struct module_sections *sections = &report->sections;
    cclb_report *open = &report->open;
    open->functions = sections->function_count;
    open->exports = sections->export_count;
    open->exports_memory = sections->exports_memory;
    open->exports_alloc = sections->exports_alloc;
    open->exports_free = sections->exports_free;
    open->memory_initial_bytes = sections->memory_min_pages << 16;
    open->table_initial_elements = sections->table_min_elements;
}

static void describe_hook(const struct report *report, const struct hook_metadata *metadata, cclb_hook_report *hook)
{
    *hook = (cclb_hook_report){
        .hook = metadata->hook,
        .wire_version = metadata->wire_version,
        .noop = metadata->mode == MODE_NOOP,
        .mode_written = metadata->mode_written,
        .description = metadata->description,
        .usage = metadata->usage,
    };
    cclb_bytes fingerprint = report->sections.schemas[metadata->hook][WIRE_VERSION - 1];
    if (fingerprint.len == CCLB_FINGERPRINT_SIZE) {
        hook->has_fingerprint = true;
        memcpy(hook->fingerprint, fingerprint.data, CCLB_FINGERPRINT_SIZE);
        hook->forms = wire_fingerprint_forms(metadata->hook, fingerprint.data);
    }
}

static void describe_metadata(struct report *report, const struct plugin_metadata *metadata)
{
    cclb_report *open = &report->open;
    open->has_metadata = true;
    open->name = metadata->name;
    open->version = metadata->version;
    open->description = metadata->description;
    open->usage = metadata->usage;
    open->hook_count = metadata->hook_count;
    for (size_t i = 0; i < metadata->hook_count; i++) {
        describe_hook(report, &metadata->hooks[i], &open->hooks[i]);
    }
}

/* By the newest form that reads them; a module whose metadata no form reads has none. CCLB_NO_MEMORY. */
static cclb_status read_metadata(struct report *report, cclb_error *error)
{
    for (int form = CCLB_FORM_W9; form >= CCLB_FORM_W2; form--) {
        struct plugin_metadata metadata;
        enum metadata_fault fault;
        cclb_error refusal; /* of one form; another may read them */
        cclb_status status = metadata_parse(report->sections.metadata, (cclb_form)form, &report->arena, &metadata,
                                            &fault, &refusal);
        if (status < CCLB_OK) {
            *error = refusal;
            return status;
        }
        if (status == CCLB_OK) {
            describe_metadata(report, &metadata);
            break;
        }
    }
    return CCLB_OK;
}

/* Walks, and judges by the static rules and the limits. Faults below 0 are returned; anything else is the verdict. */
static cclb_status judge(struct report *report, const struct report_subject *subject,
                         const cclb_module_limits *limits, cclb_error *error)
{
    cclb_report *open = &report->open;
    open->verdict_count = EXPLAIN_RUNTIMES;
    cclb_status status = limits_check_size(subject->wasm, limits, &open->verdict);
    if (status == CCLB_OK) {
        status = sections_walk(subject->wasm, &report->sections, &open->verdict);
        report->walked = status == CCLB_OK;
    }
    if (status == CCLB_OK) {
        status = limits_check_metadata(&report->sections, limits, &open->verdict);
    }
    if (status != CCLB_OK) {
        explain_refused(&open->verdict, open->verdicts);
        return CCLB_OK;
    }
    describe_exports(report);
    status = read_metadata(report, error);
    if (status == CCLB_OK) {
        status = explain_verdicts(&report->sections, subject->slot, &report->arena, open->verdicts, error);
    }
    if (status != CCLB_OK) {
        return status;
    }
    struct static_candidates candidates;
    status = static_candidates(&report->sections, subject->reference, subject->slot, &report->arena, &candidates,
                               &open->verdict);
    if (status == CCLB_OK) {
        status = limits_check(&report->sections, limits, &open->verdict);
    }
    if (status < CCLB_OK) {
        *error = open->verdict;
        return status;
    }
    if (status == CCLB_OK) {
        open->reference = candidates.facts[0].reference;
        open->form = cclb_reference_form(open->reference);
    }
    return CCLB_OK;
}

static void explain(struct report *report, const struct report_subject *subject)
{
    cclb_report *open = &report->open;
    open->explanation[0] = '\0';
    const struct module_sections *sections = report->walked ? &report->sections : NULL;
    explain_differences(sections, subject->reference, &open->verdict, open->differences);
    if (open->verdict.status == CCLB_REJECTED) {
        explain_remedy(sections, subject->reference, &open->verdict, open->verdicts, open->explanation);
    } else if (open->verdict.status != CCLB_OK) {
        const struct remedy_facts facts = {subject->wasm, sections, report->limits, report->memory_max_bytes};
        remedy_write(&facts, &open->verdict, open->explanation);
    }
}

/* The static report, not yet explained. */
static cclb_status make(const struct report_subject *subject, const cclb_module_limits *limits,
                        const cclb_allocator *allocator, struct report **made, cclb_error *error)
{
    struct report *report = report_create(subject, allocator);
    if (report == NULL) {
        return error_no_memory(error, sizeof *report);
    }
    report->limits = limits;
    cclb_status status = judge(report, subject, limits, error);
    if (status != CCLB_OK) {
        cclb_report_destroy(&report->open);
        return status;
    }
    *made = report;
    return CCLB_OK;
}

/* The module and the limits need not outlive the report. */
static cclb_status finish(struct report *report, const struct report_subject *subject, cclb_report **open)
{
    explain(report, subject);
    memset(&report->sections, 0, sizeof report->sections);
    report->limits = NULL;
    *open = &report->open;
    return CCLB_OK;
}

cclb_status report_static(const struct report_subject *subject, const cclb_module_limits *limits,
                          const cclb_allocator *allocator, cclb_report **open, cclb_error *error)
{
    struct report *report = NULL;
    cclb_status status = make(subject, limits, allocator, &report, error);
    return status == CCLB_OK ? finish(report, subject, open) : status;
}

static void describe_probes(cclb_report *open, const struct admitted *plugin)
{
    for (size_t i = 0; i < open->hook_count; i++) {
        const struct probe_cost *cost = &plugin->probes[open->hooks[i].hook];
        open->hooks[i].probed = cost->made;
        open->hooks[i].probe_ns = cost->duration_ns;
        open->hooks[i].probe_fuel = cost->fuel;
        open->hooks[i].probe_memory_bytes = cost->memory_bytes;
        open->hooks[i].frees_answers =
            plugin->frees_answers && open->hooks[i].hook == CCLB_HOOK_TRANSFORM_SSE_EVENT;
    }
}

/* Lays what an admission found out over the static report. */
static void lay_over(struct report *report, const struct admitted *plugin, const cclb_error *refusal)
{
    cclb_report *open = &report->open;
    if (plugin == NULL) {
        open->verdict = *refusal;
        open->reference = CCLB_REFERENCE_ANY;
        open->form = CCLB_FORM_NONE;
        return;
    }
    describe_metadata(report, &plugin->facts.metadata);
    describe_probes(open, plugin);
    open->reference = plugin->callee.reference;
    open->form = plugin->form;
    open->compiled = true;
    open->compile_ns = plugin->compile_ns;
    open->code_bytes = engine_module_size(plugin->callee.module);
}

/* The texts that lay_over() took from the plugin, as copies of the report's own. */
static cclb_status copy_texts(struct report *report, cclb_error *error)
{
    cclb_report *open = &report->open;
    cclb_bytes *texts[4 + 2 * CCLB_HOOK_COUNT] = {&open->name, &open->version, &open->description, &open->usage};
    size_t count = 4;
    for (size_t i = 0; i < open->hook_count; i++) {
        texts[count++] = &open->hooks[i].description;
        texts[count++] = &open->hooks[i].usage;
    }
    for (size_t i = 0; i < count; i++) {
        if (!arena_copy(&report->arena, *texts[i], texts[i])) {
            return error_no_memory(error, texts[i]->len);
        }
    }
    return CCLB_OK;
}

/* The report of an admission, not yet explained. */
static cclb_status make_of_admission(const struct admission *admission, const struct report_subject *subject,
                                     const struct admitted *plugin, const cclb_error *refusal, struct report **made,
                                     cclb_error *error)
{
    struct report *report = NULL;
    cclb_status status = make(subject, &admission->limits, admission->allocator, &report, error);
    if (status != CCLB_OK) {
        return status;
    }
    report->memory_max_bytes = admission->dispatch->options.memory_max_bytes;
    lay_over(report, plugin, refusal);
    status = copy_texts(report, error);
    if (status != CCLB_OK) {
        cclb_report_destroy(&report->open);
        return status;
    }
    *made = report;
    return CCLB_OK;
}

cclb_status report_of_admission(const struct admission *admission, const struct report_subject *subject,
                                const struct admitted *plugin, const cclb_error *refusal, cclb_report **open,
                                cclb_error *error)
{
    struct report *report = NULL;
    cclb_status status = make_of_admission(admission, subject, plugin, refusal, &report, error);
    return status == CCLB_OK ? finish(report, subject, open) : status;
}

/* What trial calls under one reference change in the table: its rows that static rules left standing. */
static cclb_status try_reference(struct admission *admission, const struct report_subject *subject,
                                 cclb_reference reference, cclb_report *open, cclb_error *error)
{
    struct admitted *plugin = NULL;
    cclb_error refusal;
    cclb_status status =
        admit(admission, subject->wasm, subject->digest, subject->slot, reference, &plugin, &refusal);
    admitted_destroy(plugin);
    if (status < CCLB_OK) {
        *error = refusal;
        return status;
    }
    for (size_t i = 0; i < open->verdict_count && status != CCLB_OK; i++) {
        cclb_reference row;
        if (open->verdicts[i].admits && cclb_reference_from_name(cclb_text(open->verdicts[i].runtime), &row) &&
            row == reference) {
            open->verdicts[i].admits = false;
            open->verdicts[i].error = refusal;
        }
    }
    return CCLB_OK;
}

cclb_status report_full(struct admission *admission, const struct report_subject *subject, cclb_report **open,
                        cclb_error *error)
{
    struct admitted *plugin = NULL;
    cclb_error refusal;
    cclb_status status =
        admit(admission, subject->wasm, subject->digest, subject->slot, subject->reference, &plugin, &refusal);
    if (status < CCLB_OK) {
        *error = refusal;
        return status;
    }
    struct report *made = NULL;
    status = make_of_admission(admission, subject, plugin, &refusal, &made, error);
    for (cclb_reference reference = CCLB_REFERENCE_ANY + 1; status == CCLB_OK && reference < CCLB_REFERENCE_COUNT;
         reference++) {
        status = try_reference(admission, subject, reference, &made->open, error);
    }
    admitted_destroy(plugin);
    if (status != CCLB_OK) {
        cclb_report_destroy(made ? &made->open : NULL);
        return status;
    }
    return finish(made, subject, open);
}
