/* SPDX-License-Identifier: Apache-2.0 */
/* lineup.c - see lineup.h. */

#include "lineup.h"

#include "cclb/admission.h"

#include "codec.h"
#include "fail.h"
#include "heap.h"

#include <stdlib.h>

/* The reference's setting has to cost here what the published runtimes cost, within this share. */
static const double fair_share = 0.25;

/* The form that a plugin's kit writes. */
static cclb_form form_of(cclb_bytes wasm)
{
    cclb_report *report;
    cclb_error error;
    if (cclb_inspect(wasm, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, NULL, NULL, &report, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    cclb_form form = cclb_reference_form(report->reference);
    cclb_report_destroy(report);
    return form;
}

static void call_floor(void *context, unsigned thread, uint64_t times)
{
    struct lineup *lineup = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        floor_call(lineup->floor, lineup->workload.archive, NULL, NULL);
    }
}

static void call_kept(void *context, unsigned thread, uint64_t times)
{
    struct lineup *lineup = context;
    for (uint64_t i = 0; i < times; i++) {
        floor_kept_call(lineup->kept[thread], lineup->workload.archive, NULL, NULL);
    }
}

static void copy_out(void *context, cclb_bytes answer)
{
    cclb_bytes *copy = context;
    uint8_t *bytes = malloc(answer.len > 0 ? answer.len : 1);
    if (bytes == NULL) {
        fail("no memory for an answer");
    }
    if (answer.len > 0) {
        memcpy(bytes, answer.data, answer.len);
    }
    *copy = cclb_bytes_of(bytes, answer.len);
}

static void copy_to_buffer(void *context, cclb_bytes answer)
{
    struct lineup_buffers *buffers = context;
    if (answer.len > buffers->answer_size) {
        fail("an answer of %zu bytes, larger than the first one", answer.len);
    }
    if (answer.len > 0) {
        memcpy(buffers->answer, answer.data, answer.len);
    }
}

/* Both buffers are there already, which is kind to the reference: its own are made for each call. */
static void call_as_published(struct lineup *lineup, struct floor *floor, unsigned thread, uint64_t times)
{
    struct lineup_buffers *buffers = &lineup->buffers[thread];
    const struct workload *workload = &lineup->workload;
    for (uint64_t i = 0; i < times; i++) {
        size_t size = codec_measure(workload->hook, workload->form, &workload->message);
        codec_write(workload->hook, workload->form, &workload->message, buffers->archive, size);
        floor_call(floor, cclb_bytes_of(buffers->archive, size), copy_to_buffer, buffers);
    }
}

static void call_reference(void *context, unsigned thread, uint64_t times)
{
    struct lineup *lineup = context;
    call_as_published(lineup, lineup->reference, thread, times);
}

static void call_reference_pooled(void *context, unsigned thread, uint64_t times)
{
    struct lineup *lineup = context;
    call_as_published(lineup, lineup->reference_pooled, thread, times);
}

static void note_bytes_in(void *context, const cclb_call_record *record)
{
    uint64_t *bytes_in = context;
    *bytes_in = record->bytes_in;
}

static void make_buffers(struct lineup *lineup, size_t answer_size)
{
    for (unsigned i = 0; i < RACE_THREADS_MAX; i++) {
        lineup->buffers[i] = (struct lineup_buffers){
            .archive = take_memory(lineup->workload.archive.len),
            .answer = take_memory(answer_size),
            .answer_size = answer_size,
        };
    }
}

/* How often a subject is called that only tells what it does. */
enum { WARM_CALLS = 3, COUNTED_CALLS = 8 };

static void check_same_work(struct lineup *lineup)
{
    struct subject logged;
    uint64_t bytes_in = 0;
    cclb_bytes answers[2];
    cclb_runtime_options options = subject_options();
    _Atomic uint64_t requests = 0;
    options.log = (cclb_log){.call = note_bytes_in, .context = &bytes_in};
    options.allocator = heap_counting_allocator(&requests);
    subject_init(&logged, &options, lineup->wasm, &lineup->workload);
    subject_call(&logged, 0, WARM_CALLS);
    uint64_t before = requests;
    subject_call(&logged, 0, COUNTED_CALLS);
    lineup->own_requests = (double)(requests - before) / COUNTED_CALLS;
    subject_answer(&logged, copy_out, &answers[0]);
    subject_deinit(&logged);
    floor_call(lineup->floor, lineup->workload.archive, copy_out, &answers[1]);
    if (bytes_in != lineup->workload.archive.len) {
        fail("cclb sends %llu bytes, the floor %zu", (unsigned long long)bytes_in, lineup->workload.archive.len);
    }
    if (!cclb_bytes_equal(answers[0], answers[1])) {
        fail("cclb and the floor got different answers");
    }
    make_buffers(lineup, answers[0].len);
    free((void *)(uintptr_t)answers[0].data);
    free((void *)(uintptr_t)answers[1].data);
}

void lineup_init(struct lineup *lineup, const struct bench *bench, const struct lineup_call *call)
{
    cclb_runtime_options options = subject_options();
    memset(lineup, 0, sizeof *lineup);
    lineup->wasm = bench_plugin(bench, call->plugin);
    workload_init(&lineup->workload, call->hook, form_of(lineup->wasm), call->size);
    subject_make_room(&options, lineup->workload.archive.len);
    subject_init(&lineup->cclb, &options, lineup->wasm, &lineup->workload);
    lineup->floor = floor_create(&lineup->cclb.info, lineup->workload.archive.len, lineup->wasm, call->hook);
    check_same_work(lineup);
    options.reset = CCLB_RESET_PAGEMAP;
    subject_init(&lineup->cclb_pagemap, &options, lineup->wasm, &lineup->workload);
    lineup->reference = floor_create_reference(lineup->wasm, call->hook, FLOOR_ON_DEMAND);
    lineup->reference_pooled = floor_create_reference(lineup->wasm, call->hook, FLOOR_POOLED);
    for (unsigned i = 0; i < RACE_THREADS_MAX; i++) {
        lineup->kept[i] = floor_keep(lineup->floor);
    }
}

void lineup_deinit(struct lineup *lineup)
{
    for (unsigned i = 0; i < RACE_THREADS_MAX; i++) {
        floor_kept_destroy(lineup->kept[i]);
        free(lineup->buffers[i].archive);
        free(lineup->buffers[i].answer);
    }
    floor_destroy(lineup->reference);
    floor_destroy(lineup->reference_pooled);
    floor_destroy(lineup->floor);
    subject_deinit(&lineup->cclb_pagemap);
    subject_deinit(&lineup->cclb);
    workload_deinit(&lineup->workload);
    bench_plugin_free(lineup->wasm);
}

void lineup_enter_floor(struct lineup *lineup, struct race *race, unsigned threads)
{
    race_enter(race, "floor", threads, call_floor, lineup);
}

void lineup_enter_kept(struct lineup *lineup, struct race *race, unsigned threads)
{
    race_enter(race, "kept", threads, call_kept, lineup);
}

void lineup_enter_reference(struct lineup *lineup, struct race *race, unsigned threads)
{
    race_enter(race, "reference", threads, call_reference, lineup);
}

bool lineup_reference_is_fair(const struct race *race, unsigned threads, double published_us)
{
    double here_us = race_measured(race, race_find(race, "reference", threads), RACE_P50).median / 1e3;
    return here_us >= published_us * (1 - fair_share) && here_us <= published_us * (1 + fair_share);
}

void lineup_enter(struct lineup *lineup, struct race *race, unsigned threads)
{
    race_enter(race, "cclb", threads, subject_call, &lineup->cclb);
    lineup_enter_floor(lineup, race, threads);
    lineup_enter_kept(lineup, race, threads);
    lineup_enter_reference(lineup, race, threads);
    race_enter(race, "cclb-pagemap", threads, subject_call, &lineup->cclb_pagemap);
    race_enter(race, "reference-pooled", threads, call_reference_pooled, lineup);
}
