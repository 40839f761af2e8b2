/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile_bounds_test.c - how long guest code that never ends had the CPU, against its deadline: each plugin of
 * tests/data/hostile, in every isolation, in a call, in a trial call, and in a stream whose session keeps the instance.
 *
 * The figure is CPU time of the calling thread, from before the call until it has returned and the sandbox is clean,
 * and of the least of some rounds. The goal is the deadline and 20 ms more. The test fails above the deadline and 60 ms
 * more, and where all of a memory is touched for the first time, which a kernel without huge pages lets take long, and
 * 250 ms more: a busy virtual machine charges a thread for more than its own work, though never for less, so a bound of
 * 20 ms would fail on some machines for no fault of ours. What is above the goal but within the bound is told as such,
 * and the most of all rounds beside it.
 *
 * usage: hostile_bounds_test [ROUNDS]     default 2
 */
#include "cclb.h"
#include "cpu_time.h"
#include "expect.h"
#include "table.h"

/* More rounds than these only as long as something is above the bound. */
enum { ROUNDS = 2, ROUNDS_MOST = 10 };

/* Short ones show what one step costs that nothing interrupts: it has hardly begun when the deadline passes. */
static const uint64_t deadlines_ns[] = {10 * MS, 40 * MS};
enum { DEADLINES = sizeof deadlines_ns / sizeof deadlines_ns[0] };

static const cclb_isolation isolations[] = {CCLB_ISOLATION_CHECKED, CCLB_ISOLATION_GUARDED, CCLB_ISOLATION_ON_DEMAND};
enum { ISOLATIONS = sizeof isolations / sizeof isolations[0], EVENT_BYTES = 2048 };

/* CPU time above the deadline; of `least` the worst of all deadlines. */
struct figure {
    uint64_t bound_ns;
    uint64_t round_ns; /* least of this deadline's rounds */
    uint64_t least_ns;
    uint64_t most_ns;
};

/* One isolation and deadline at a time. */
struct run {
    cclb_runtime *runtime;
    uint64_t deadline_ns;
    struct figure *figures; /* by row of the manifest */
    size_t row;
};

static cclb_runtime *make_runtime(cclb_isolation isolation, uint64_t deadline_ns)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.isolation = isolation;
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    options.reference = CCLB_REFERENCE_0_3_0; /* one gate: each that is tried has a deadline of its own */
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook].base_ns = deadline_ns;
    }
    cclb_runtime *runtime = NULL;
    cclb_error error;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    return runtime;
}

static cclb_status call(cclb_runtime *runtime, cclb_slot_key key, cclb_error *error)
{
    static const uint8_t request[EVENT_BYTES];
    const cclb_bytes piece = {request, sizeof request};
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    cclb_lease lease = {0};
    cclb_status status = cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, &piece, 1, &lease, error);
    cclb_lease_return(&lease);
    return status;
}

static void ignore_output(void *context, cclb_bytes bytes)
{
    (void)context;
    (void)bytes;
}

/* An event that the plugin takes, so that its instance is kept; then one that it never returns from. */
static cclb_status stream(cclb_runtime *runtime, cclb_slot_key key, uint64_t *used_ns, cclb_error *error)
{
    static char large[EVENT_BYTES];
    snprintf(large, sizeof large, "data: %0*d\n\n", EVENT_BYTES - 10, 0);
    static const cclb_header header = {{(const uint8_t *)"content-type", 12},
                                       {(const uint8_t *)"text/event-stream", 17}};
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    cclb_handle *handle = NULL;
    cclb_sse_stream *opened = NULL;
    EXPECT_OR(cclb_handle_create(runtime, key, &handle, error) == CCLB_OK, error->message);
    cclb_target target = cclb_by_handle(handle);
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    response.status = 200;
    response.headers = (cclb_headers){&header, 1};
    options.session = true;
    EXPECT_OR(cclb_sse_stream_create(runtime, &target, &request, &response, &options, &opened, error) == CCLB_OK,
              error->message);
    EXPECT_OR(cclb_sse_stream_feed(opened, cclb_text("data: 1\n\n"), ignore_output, NULL, error) == CCLB_OK,
              error->message);
    cclb_sse_info info = cclb_sse_info_init();
    EXPECT_EQUAL(cclb_sse_stream_describe(opened, &info, error), CCLB_OK);
    EXPECT(info.session_kept);
    uint64_t before = thread_ns();
    cclb_status status = cclb_sse_stream_feed(opened, cclb_text(large), ignore_output, NULL, error);
    *used_ns = thread_ns() - before;
    cclb_sse_stream_destroy(opened);
    cclb_handle_destroy(handle);
    return status;
}

/* What touches all of a memory for the first time in one step that nothing interrupts. */
static uint64_t bound_of(const struct table_row *row)
{
    static const char *const touching[] = {"alloc-fill-large.wasm", "copy-memory.wasm", "fill-memory-at-once.wasm",
                                           "fill-memory.wasm", "start-copy.wasm"};
    for (size_t i = 0; i < sizeof touching / sizeof touching[0]; i++) {
        if (strcmp(row->column[0], touching[i]) == 0) {
            return CPU_BOUND_OF_TOUCHING_NS;
        }
    }
    return CPU_BOUND_NS;
}

static bool is_for_streams(const struct table_row *row)
{
    return strncmp(row->column[3], "shape", 5) == 0;
}

/* Not every plugin that means harm does so by never ending. */
static bool ends(const struct table_row *row)
{
    return strcmp(row->column[7], "ok") == 0 && !is_for_streams(row);
}

/*
 * CPU time above the deadline of what never ends: the trial call, the call or the event, whichever the row says. An
 * event that fails in a kept instance is tried again in a fresh one, with another deadline.
 */
static uint64_t measure(struct run *run, const struct table_row *row, cclb_bytes wasm)
{
    bool streams = is_for_streams(row);
    cclb_slot_key key = cclb_global_key(row->column[0]);
    cclb_slot_kind kind = streams ? CCLB_SLOT_SHAPE : CCLB_SLOT_FILTER;
    uint64_t allowed_ns = streams ? 2 * run->deadline_ns : run->deadline_ns;
    cclb_error error = {0};
    uint64_t before = thread_ns();
    cclb_status status = cclb_slot_register(run->runtime, key, kind, wasm, NULL, NULL, &error);
    uint64_t used_ns = thread_ns() - before;
    if (strcmp(row->column[4], "yes") == 0) {
        EXPECT_OR(status == CCLB_OK, error.message);
        before = thread_ns();
        status = streams ? stream(run->runtime, key, &used_ns, &error) : call(run->runtime, key, &error);
        used_ns = streams ? used_ns : thread_ns() - before;
    }
    EXPECT_OR(status > CCLB_OK && strstr(error.message, "its deadline of"), error.message);
    EXPECT_EQUAL(cclb_slot_evict(run->runtime, key, NULL, &error), CCLB_OK);
    return used_ns > allowed_ns ? used_ns - allowed_ns : 0;
}

static void run_row(void *context, const struct table_row *row)
{
    struct run *run = context;
    char path[256];
    if (ends(row)) {
        return;
    }
    snprintf(path, sizeof path, "hostile/%s", row->column[0]);
    cclb_bytes wasm = data_file(path);
    uint64_t above_ns = measure(run, row, wasm);
    struct figure *figure = &run->figures[run->row++];
    figure->bound_ns = bound_of(row);
    figure->round_ns = above_ns < figure->round_ns ? above_ns : figure->round_ns;
    figure->most_ns = above_ns > figure->most_ns ? above_ns : figure->most_ns;
    free((void *)(uintptr_t)wasm.data);
}

enum { ROWS_MAX = 64 };

static bool all_within_bound(const struct run *run)
{
    for (size_t i = 0; i < run->row; i++) {
        if (run->figures[i].round_ns > run->figures[i].bound_ns) {
            return false;
        }
    }
    return true;
}

static void run_rounds(cclb_isolation isolation, uint64_t deadline_ns, long rounds, struct figure *figures)
{
    struct run run = {make_runtime(isolation, deadline_ns), deadline_ns, figures, 0};
    for (size_t i = 0; i < ROWS_MAX; i++) {
        figures[i].round_ns = UINT64_MAX;
    }
    for (long round = 0; round < rounds || (round < ROUNDS_MOST && !all_within_bound(&run)); round++) {
        run.row = 0;
        EXPECT(table_each("hostile/MANIFEST.tsv", run_row, &run) <= ROWS_MAX);
    }
    for (size_t i = 0; i < run.row; i++) {
        figures[i].least_ns = figures[i].round_ns > figures[i].least_ns ? figures[i].round_ns : figures[i].least_ns;
    }
    cclb_error error;
    EXPECT_OR(cclb_runtime_destroy(run.runtime, &error) == CCLB_OK, error.message);
}

struct figures {
    struct figure of[ISOLATIONS][ROWS_MAX];
    size_t row;
    size_t met;
};

static void print_row(void *context, const struct table_row *row)
{
    struct figures *figures = context;
    uint64_t worst_ns = 0;
    if (ends(row)) {
        return;
    }
    printf("%-26s", row->column[0]);
    for (size_t i = 0; i < ISOLATIONS; i++) {
        const struct figure *figure = &figures->of[i][figures->row];
        printf(" %7.1f %7.1f", (double)figure->least_ns / (double)MS, (double)figure->most_ns / (double)MS);
        worst_ns = figure->least_ns > worst_ns ? figure->least_ns : worst_ns;
    }
    printf("%s\n", worst_ns > CPU_GOAL_NS ? "   above the goal" : "");
    figures->met += worst_ns <= CPU_GOAL_NS;
    figures->row++;
    EXPECT_OR(worst_ns <= bound_of(row), row->column[0]);
}

int main(int argc, char **argv)
{
    static struct figures figures;
    expect_case = "hostile plugins";
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : ROUNDS;
    EXPECT(rounds > 0);
    for (size_t i = 0; i < ISOLATIONS; i++) {
        for (size_t k = 0; k < DEADLINES; k++) {
            run_rounds(isolations[i], deadlines_ns[k], rounds, figures.of[i]);
        }
    }
    printf("ms of CPU above the deadline (of 10 and of 40 ms), least and most of %ld rounds\n%-26s", rounds, "");
    for (size_t i = 0; i < ISOLATIONS; i++) {
        printf(" %15s", cclb_isolation_name(isolations[i]));
    }
    putchar('\n');
    (void)table_each("hostile/MANIFEST.tsv", print_row, &figures);
    printf("%zu of %zu within the goal of 20 ms\n", figures.met, figures.row);
    return 0;
}
