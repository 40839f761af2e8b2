/* SPDX-License-Identifier: Apache-2.0 */
/* encoding.c - archives without a guest: requests encoded, against a copy of as many bytes, and answers checked. */

#include "bench.h"
#include "codec.h"
#include "workload.h"

#include "cclb/view.h"

#include "fail.h"

#include <stdlib.h>
#include <string.h>

/* Of small things so many are done between two looks at the clock. */
enum { BATCH = 64 };

static const size_t large = 64 << 10;

/* A request and the place that it is written to, by whatever way. */
struct encoding {
    struct workload workload;
    uint8_t *place;
};

static void encode(void *context, unsigned thread, uint64_t times)
{
    const struct encoding *encoding = context;
    const struct workload *workload = &encoding->workload;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        size_t size = codec_measure(workload->hook, workload->form, &workload->message);
        codec_write(workload->hook, workload->form, &workload->message, encoding->place, size);
    }
}

static void copy(void *context, unsigned thread, uint64_t times)
{
    const struct encoding *encoding = context;
    (void)thread;
    for (uint64_t i = 0; i < times; i++) {
        memcpy(encoding->place, encoding->workload.archive.data, encoding->workload.archive.len);
        __asm__ volatile("" : : "r"(encoding->place) : "memory"); /* each copy is wanted */
    }
}

static void measure_encoding(struct bench *bench, const char *row, cclb_hook hook, size_t body)
{
    struct encoding *encoding = take_memory(sizeof *encoding);
    struct race *race = take_memory(sizeof *race);
    workload_init(&encoding->workload, hook, CCLB_FORM_W9, body);
    size_t size = encoding->workload.archive.len;
    encoding->place = take_memory(size);
    race_enter(race, "encode", 1, encode, encoding)->batch = body < large ? BATCH : 1;
    race_enter(race, "memcpy", 1, copy, encoding)->batch = body < large ? BATCH : 1;
    race->fine = true;
    bench_race(bench, row, race);
    bench_value(bench, row, (double)size, "bytes", "archive");
    struct spread ratio = bench_ratio(bench, row, race, 1, "memcpy", "encode", RACE_P50);
    if (body >= large) {
        bench_goal(bench, row, "memcpy-over-encode", ratio, GOAL_AT_LEAST, 0.95, "x", true);
    } else if (hook == CCLB_HOOK_FILTER) {
        bench_goal(bench, row, "encode-over-memcpy", bench_ratio(bench, row, race, 1, "encode", "memcpy", RACE_P50),
                   GOAL_AT_MOST, 4, "x", true);
    }
    free(encoding->place);
    workload_deinit(&encoding->workload);
    free(race);
    free(encoding);
}

/* An answer to be checked, and a request to be copied, which is what the reference's figures are scaled by. */
struct checking {
    cclb_hook hook;
    cclb_bytes archive;
    struct encoding scale;
};

static void check(void *context, unsigned thread, uint64_t times)
{
    const struct checking *checking = context;
    cclb_status status = CCLB_OK;
    cclb_error error;
    (void)thread;
    for (uint64_t i = 0; i < times && status == CCLB_OK; i++) {
        cclb_filter_response_view filter;
        cclb_shape_response_view shape;
        status = checking->hook == CCLB_HOOK_FILTER ? cclb_filter_response_read(checking->archive, &filter, &error)
                                                    : cclb_shape_response_read(checking->archive, &shape, &error);
    }
    if (status != CCLB_OK) {
        fail("%s", error.message);
    }
}

static void copy_scale(void *context, unsigned thread, uint64_t times)
{
    struct checking *checking = context;
    copy(&checking->scale, thread, times);
}

static cclb_bytes filter_answer(size_t results)
{
    cclb_candidate_reason *items = take_memory(results * sizeof *items);
    for (size_t i = 0; i < results; i++) {
        items[i] = (cclb_candidate_reason){
            .upstream_id = cclb_text("0b54a3e2-5f7d-4c8e-9d0a-7c1f2ab3e9d4"),
            .decision = cclb_text(i % 2 == 0 ? "accept" : "reject"),
            .reason = cclb_text(i % 2 == 0 ? "" : "rank below the cut"),
        };
    }
    const cclb_filter_response answer = {.results = {items, results}};
    cclb_bytes archive = codec_answer(CCLB_HOOK_FILTER, CCLB_FORM_W9, &answer);
    free(items);
    return archive;
}

static cclb_bytes shape_answer(const struct workload *workload)
{
    const cclb_shape_response answer = {
        .url = cclb_text("https://east.example.test/v1/messages?beta=true"),
        .method = workload->message.shape.method,
        .headers = workload->message.shape.headers,
        .body = workload->message.shape.body,
    };
    return codec_answer(CCLB_HOOK_SHAPE, CCLB_FORM_W9, &answer);
}

/* `size` is the number of results of a filter's answer, the size of a shape's body. */
static void measure_checking(struct bench *bench, const char *row, cclb_hook hook, size_t size, double goal)
{
    struct checking *checking = take_memory(sizeof *checking);
    struct race *race = take_memory(sizeof *race);
    struct workload *shaped = take_memory(sizeof *shaped);
    workload_init(shaped, CCLB_HOOK_SHAPE, CCLB_FORM_W9, size);
    checking->hook = hook;
    checking->archive = hook == CCLB_HOOK_FILTER ? filter_answer(size) : shape_answer(shaped);
    workload_init(&checking->scale.workload, CCLB_HOOK_FILTER, CCLB_FORM_W9, 1024);
    checking->scale.place = take_memory(checking->scale.workload.archive.len);
    race_enter(race, "check", 1, check, checking)->batch = BATCH;
    race_enter(race, "memcpy-1KiB", 1, copy_scale, checking)->batch = BATCH;
    race->fine = true;
    bench_race(bench, row, race);
    bench_value(bench, row, (double)checking->archive.len, "bytes", "archive");
    const struct contestant *checker = race_find(race, "check", 1);
    if (checker) {
        double ns = race_measured(race, checker, RACE_P50).median;
        bench_value(bench, row, (double)checking->archive.len / ns, "GB/s", "1t/check.speed");
    }
    struct spread ratio = bench_ratio(bench, row, race, 1, "check", "memcpy-1KiB", RACE_P50);
    if (goal > 0) {
        bench_goal(bench, row, "check-over-memcpy-1KiB", ratio, GOAL_AT_MOST, goal, "x", true);
    }
    free(checking->scale.place);
    free((void *)(uintptr_t)checking->archive.data);
    workload_deinit(&checking->scale.workload);
    workload_deinit(shaped);
    free(shaped);
    free(race);
    free(checking);
}

void encoding_rows(struct bench *bench)
{
    static const struct {
        const char *row;
        cclb_hook hook;
        size_t body;
    } encoded[] = {
        {"encode/filter/1KiB", CCLB_HOOK_FILTER, 1024},
        {"encode/filter/64KiB", CCLB_HOOK_FILTER, 64 << 10},
        {"encode/filter/1MiB", CCLB_HOOK_FILTER, 1 << 20},
        {"encode/filter/16MiB", CCLB_HOOK_FILTER, 16 << 20},
        {"encode/shape/1KiB", CCLB_HOOK_SHAPE, 1024},
        {"encode/shape/64KiB", CCLB_HOOK_SHAPE, 64 << 10},
        {"encode/shape/1MiB", CCLB_HOOK_SHAPE, 1 << 20},
        {"encode/shape/16MiB", CCLB_HOOK_SHAPE, 16 << 20},
        {"encode/sse/110B", CCLB_HOOK_TRANSFORM_SSE_EVENT, 110},
    };
    /* The published validator took 604 ns for 64 results where a copy of the 1 KiB request took 70 ns. */
    static const struct {
        const char *row;
        cclb_hook hook;
        size_t size;
        double goal;
    } checked[] = {
        {"check/filter/8-results", CCLB_HOOK_FILTER, 8, 0},
        {"check/filter/64-results", CCLB_HOOK_FILTER, 64, 604.0 / 70},
        {"check/filter/1000-results", CCLB_HOOK_FILTER, 1000, 0},
        {"check/shape/64KiB", CCLB_HOOK_SHAPE, 64 << 10, 0},
    };
    for (size_t i = 0; i < sizeof encoded / sizeof encoded[0]; i++) {
        if (bench_begins(bench, encoded[i].row)) {
            measure_encoding(bench, encoded[i].row, encoded[i].hook, encoded[i].body);
        }
    }
    for (size_t i = 0; i < sizeof checked / sizeof checked[0]; i++) {
        if (bench_begins(bench, checked[i].row)) {
            measure_checking(bench, checked[i].row, checked[i].hook, checked[i].size, checked[i].goal);
        }
    }
}
