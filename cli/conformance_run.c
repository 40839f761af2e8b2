/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conformance_run.c - each hook in the slot that is for it (rule R106 would have the caller choose one), each request
 * twice, with another one between, every time in a fresh sandbox: A, B, A.
 */

#include "conformance_run.h"

#include <stdio.h>

struct asking {
    cclb_runtime *runtime;
    cclb_handle *handle;
    const struct conformance_requests *requests;
};

static cclb_status ask(const struct asking *asking, size_t place, cclb_lease *lease, cclb_error *error)
{
    return message_call(asking->runtime, asking->handle, &asking->requests->items[place].message, lease, error);
}

/* An answer on loan that is to be compared with a later one to the same request. */
struct pending {
    struct request_result *result; /* NULL: none is */
    size_t place;
    cclb_lease lease;
};

/* Asks once more; *same tells whether the answer is that of `first`, which is lent still. */
static cclb_status compare(const struct asking *asking, size_t place, const cclb_lease *first, bool *same,
                           cclb_error *error)
{
    cclb_lease lease;
    cclb_status status = ask(asking, place, &lease, error);
    if (status == CCLB_OK) {
        *same = cclb_bytes_equal(first->output, lease.output);
        cclb_lease_return(&lease);
    }
    return status;
}

/* Whether the same request has different answers even in a row, or only for what was asked in between. */
static cclb_status compare_in_a_row(const struct asking *asking, size_t place, bool *same, cclb_error *error)
{
    cclb_lease lease;
    cclb_status status = ask(asking, place, &lease, error);
    if (status == CCLB_OK) {
        status = compare(asking, place, &lease, same, error);
        cclb_lease_return(&lease);
    }
    return status;
}

/* Another request has been asked meanwhile: now asks this one again. */
static void settle(const struct asking *asking, struct pending *pending)
{
    struct request_result *result = pending->result;
    if (result == NULL) {
        return;
    }
    result->status = compare(asking, pending->place, &pending->lease, &result->same_after_other, &result->error);
    if (result->status == CCLB_OK && !result->same_after_other) {
        result->status = compare_in_a_row(asking, pending->place, &result->same_again, &result->error);
    }
    cclb_lease_return(&pending->lease);
    pending->result = NULL;
}

static void ask_first(const struct asking *asking, size_t place, struct request_result *result, struct pending *pending)
{
    *result = (struct request_result){
        .name = asking->requests->items[place].name,
        .same_again = true,
        .same_after_other = true,
    };
    result->status = ask(asking, place, &pending->lease, &result->error);
    if (result->status == CCLB_OK) {
        pending->result = result;
        pending->place = place;
        result->answer_bytes = pending->lease.output.len;
        result->fuel = pending->lease.fuel;
        result->memory_bytes = pending->lease.memory_bytes;
        result->duration_ns = pending->lease.duration_ns;
    }
}

/* Until the plugin is too slow, which it would be again and again. The next request is the one between. */
static void ask_all(const struct asking *asking, struct hook_run *run)
{
    struct pending before = {0};
    for (size_t i = 0; i < asking->requests->count && !run->cut_short; i++) {
        struct request_result *result = &run->requests[run->request_count++];
        struct pending pending = {0};
        ask_first(asking, i, result, &pending);
        run->cut_short = result->status == CCLB_DEADLINE;
        settle(asking, &before);
        before = pending;
    }
    if (before.result) {
        cclb_lease lease;
        cclb_error error;
        if (ask(asking, 0, &lease, &error) == CCLB_OK) { /* whatever came of it was told when it had its turn */
            cclb_lease_return(&lease);
        }
        settle(asking, &before);
    }
}

static cclb_status ask_hook(const struct plugin *plugin, cclb_handle *handle, const struct document *document,
                            struct hook_run *run, cclb_error *error)
{
    struct conformance_requests requests;
    if (!conformance_requests_make(run->hook, &requests)) {
        return session_lacks_memory(error, "what is measured");
    }
    const struct asking asking = {plugin->runtime, handle, &requests};
    cclb_status status = CCLB_OK;
    ask_all(&asking, run);
    if (!run->cut_short) {
        status = host_answers_ask(plugin, handle, document, run->hook, &run->hosts, error);
    }
    if (!run->cut_short && status == CCLB_OK) {
        status = growth_measure(plugin->runtime, handle, run->hook, &run->growth)
                     ? CCLB_OK
                     : session_lacks_memory(error, "what is measured");
    }
    conformance_requests_free(&requests);
    return status;
}

/* Opens the slot for a hook, unless an earlier hook has. The plugin's own fault goes to the run, any other to *error. */
static cclb_status open_slot(const struct plugin *plugin, struct hook_run *run, cclb_handle **handle, cclb_error *error)
{
    cclb_slot_key key = cclb_global_key(cclb_slot_kind_name(run->kind));
    cclb_slot_options options = cclb_slot_options_init();
    options.has_reference = true;
    options.reference = plugin->report->reference;
    run->status =
        cclb_slot_register(plugin->runtime, key, run->kind, cclb_bytes_of(plugin->module.data, plugin->module.len),
                           &options, NULL, &run->error);
    if (run->status < CCLB_OK) {
        *error = run->error;
        return run->status;
    }
    return run->status == CCLB_OK ? cclb_handle_create(plugin->runtime, key, handle, error) : CCLB_OK;
}

static cclb_status run_hook(const struct plugin *plugin, const struct document *document, struct hook_run *run,
                            cclb_error *error)
{
    cclb_handle *handle = NULL;
    cclb_status status = open_slot(plugin, run, &handle, error);
    if (status == CCLB_OK && run->status == CCLB_OK) {
        status = ask_hook(plugin, handle, document, run, error);
    }
    cclb_handle_destroy(handle);
    return status;
}

cclb_status conformance_run(const struct plugin *plugin, const struct document *document, struct conformance_run *run,
                            cclb_error *error)
{
    const cclb_report *report = plugin->report;
    cclb_status status = CCLB_OK;
    *run = (struct conformance_run){0};
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT && status == CCLB_OK; hook++) {
        size_t i = 0;
        while (i < report->hook_count && report->hooks[i].hook != hook) {
            i++;
        }
        if (i == report->hook_count) {
            continue;
        }
        struct hook_run *one = &run->hooks[run->hook_count++];
        one->hook = hook;
        one->noop = report->hooks[i].noop;
        one->kind = plugin_kind(hook);
        if (!one->noop) {
            status = run_hook(plugin, document, one, error);
        }
    }
    return status;
}

struct conformance_counts conformance_count(const struct conformance_run *run)
{
    struct conformance_counts counts = {0};
    for (size_t i = 0; i < run->hook_count; i++) {
        const struct hook_run *hook = &run->hooks[i];
        counts.untaken += hook->status != CCLB_OK;
        counts.refused += host_answers_refusal(&hook->hosts) != NULL;
        counts.requests += hook->request_count;
        for (size_t j = 0; j < hook->request_count; j++) {
            const struct request_result *request = &hook->requests[j];
            counts.failed += request->status != CCLB_OK;
            counts.differing += !request->same_again || !request->same_after_other;
        }
    }
    counts.failed += counts.untaken;
    return counts;
}

const cclb_error *conformance_first_fault(const struct conformance_run *run, char place[CONFORMANCE_PLACE_SIZE])
{
    for (size_t i = 0; i < run->hook_count; i++) {
        const struct hook_run *hook = &run->hooks[i];
        if (hook->status != CCLB_OK) {
            snprintf(place, CONFORMANCE_PLACE_SIZE, "%s", cclb_hook_name(hook->hook));
            return &hook->error;
        }
        for (size_t j = 0; j < hook->request_count; j++) {
            if (hook->requests[j].status != CCLB_OK) {
                snprintf(place, CONFORMANCE_PLACE_SIZE, "%s, %s", cclb_hook_name(hook->hook), hook->requests[j].name);
                return &hook->requests[j].error;
            }
        }
    }
    return NULL;
}
