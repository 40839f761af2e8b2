/* SPDX-License-Identifier: Apache-2.0 */
/*
 * defaults.c - each default of a runtime against the other choices, by a plugin that does little and one that does
 * much, on one thread and on two; and what the code of a deadline costs inside the guest.
 */

#include "bench.h"
#include "floor.h"
#include "subject.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* A choice: what it is called, and the options that make it. */
struct choice {
    const char *name;
    cclb_isolation isolation;
    cclb_reset reset;
    bool metering;
    bool logged;
    bool roomy; /* memory for the body to stay resident (subject_make_room()) */
};

static const struct choice choices[] = {
    {.name = "default"},
    {.name = "guarded", .isolation = CCLB_ISOLATION_GUARDED},
    {.name = "on-demand", .isolation = CCLB_ISOLATION_ON_DEMAND},
    {.name = "pagemap", .reset = CCLB_RESET_PAGEMAP},
    {.name = "rewrite", .reset = CCLB_RESET_REWRITE},
    {.name = "decommit", .reset = CCLB_RESET_DECOMMIT},
    {.name = "metering", .metering = true},
    {.name = "log", .logged = true},
    {.name = "roomy", .roomy = true},
};

enum { CHOICES = sizeof choices / sizeof choices[0] };

static const struct {
    const char *row;
    const char *plugin;
    cclb_hook hook;
    size_t size;
} plugins[] = {
    {"defaults/light-filter-1KiB", "accept_all-pdk0.2.0", CCLB_HOOK_FILTER, 1024},
    {"defaults/heavy-filter-64KiB", "weighted_view-pdk0.2.0", CCLB_HOOK_FILTER, 64 << 10},
    {"defaults/shape-1MiB", "shape_pass-pdk0.2.0", CCLB_HOOK_SHAPE, 1 << 20},
};

static void forget(void *context, const cclb_call_record *record)
{
    (void)context;
    (void)record;
}

static cclb_runtime_options options_of(const struct choice *choice, size_t body)
{
    cclb_runtime_options options = subject_options();
    options.isolation = choice->isolation;
    options.reset = choice->reset;
    options.metering = choice->metering;
    if (choice->logged) {
        options.log.call = forget;
    }
    if (choice->roomy) {
        subject_make_room(&options, body);
    }
    return options;
}

static void measure_choices(struct bench *bench, const char *row, const char *plugin, const struct workload *workload)
{
    struct race *race = take_memory(sizeof *race);
    struct subject *subjects = take_memory(CHOICES * sizeof *subjects);
    cclb_bytes wasm = bench_plugin(bench, plugin);
    for (size_t i = 0; i < CHOICES; i++) {
        cclb_runtime_options options = options_of(&choices[i], workload->archive.len);
        subject_init(&subjects[i], &options, wasm, workload);
    }
    for (unsigned threads = 1; threads <= RACE_THREADS_MAX; threads++) {
        for (size_t i = 0; i < CHOICES; i++) {
            race_enter(race, choices[i].name, threads, subject_call, &subjects[i]);
        }
    }
    bench_race(bench, row, race);
    for (unsigned threads = 1; threads <= RACE_THREADS_MAX; threads++) {
        for (size_t i = 1; i < CHOICES; i++) {
            bench_ratio(bench, row, race, threads, choices[i].name, "default", RACE_P50);
        }
    }
    for (size_t i = 0; i < CHOICES; i++) {
        subject_deinit(&subjects[i]);
    }
    bench_plugin_free(wasm);
    free(subjects);
    free(race);
}

/* One instance for ever, so that what is compared is the guest's code alone. */
struct kept_guest {
    struct floor_kept *kept;
    const struct workload *workload;
};

static void call_kept(void *context, unsigned thread, uint64_t times)
{
    struct kept_guest *guest = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        floor_kept_call(guest->kept, guest->workload->archive, NULL, NULL);
    }
}

static void measure_epochs(struct bench *bench, const char *row, const char *plugin, const struct workload *workload)
{
    struct race *race = take_memory(sizeof *race);
    cclb_bytes wasm = bench_plugin(bench, plugin);
    struct floor *without = floor_create_reference(wasm, workload->hook, FLOOR_ON_DEMAND);
    struct floor *with = floor_create_reference(wasm, workload->hook, FLOOR_EPOCHS);
    struct kept_guest guests[2] = {{floor_keep(without), workload}, {floor_keep(with), workload}};
    race_enter(race, "no-epochs", 1, call_kept, &guests[0]);
    race_enter(race, "epochs", 1, call_kept, &guests[1]);
    bench_race(bench, row, race);
    bench_ratio(bench, row, race, 1, "epochs", "no-epochs", RACE_P50);
    floor_kept_destroy(guests[0].kept);
    floor_kept_destroy(guests[1].kept);
    floor_destroy(without);
    floor_destroy(with);
    bench_plugin_free(wasm);
    free(race);
}

void defaults_rows(struct bench *bench)
{
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++) {
        char epochs[REPORT_NAME_SIZE];
        struct workload *workload = take_memory(sizeof *workload);
        snprintf(epochs, sizeof epochs, "%s/guest-code", plugins[i].row);
        workload_init(workload, plugins[i].hook, CCLB_FORM_W9, plugins[i].size);
        if (bench_begins(bench, plugins[i].row)) {
            measure_choices(bench, plugins[i].row, plugins[i].plugin, workload);
        }
        if (bench_begins(bench, epochs)) {
            measure_epochs(bench, epochs, plugins[i].plugin, workload);
        }
        workload_deinit(workload);
        free(workload);
    }
}
