/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resident_test.c - the memory of pooled sandboxes: what stays resident is within the budget, whatever calls have done, and
 * a warm call within the budget finds every page there.
 *
 * Figures are those of the kernel: resident pages of this process, page faults of this thread.
 */
#include "cclb.h"
#include "expect.h"
#include "table.h"

#include <sys/resource.h>
#include <unistd.h>

#define MIB (UINT64_C(1) << 20)

/* What the process has besides: allocators keep some, and so does the engine. */
static const uint64_t slack_bytes = 16 * MIB;

static const cclb_reset resets[] = {CCLB_RESET_AUTO, CCLB_RESET_PAGEMAP, CCLB_RESET_REWRITE, CCLB_RESET_DECOMMIT};
enum { RESETS = sizeof resets / sizeof resets[0], HELD = 8 };

static uint64_t resident_bytes(void)
{
    uint64_t all;
    uint64_t resident;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL);
    EXPECT_EQUAL(fscanf(file, "%" SCNu64 " %" SCNu64, &all, &resident), 2);
    fclose(file);
    return resident * 4096;
}

static uint64_t faults_of_thread(void)
{
    struct rusage usage;
    EXPECT_EQUAL(getrusage(RUSAGE_THREAD, &usage), 0);
    return (uint64_t)usage.ru_minflt + (uint64_t)usage.ru_majflt;
}

/* How much of this process's address space asks for huge pages. */
static uint64_t huge_bytes(void)
{
    char line[512];
    uint64_t mapping_bytes = 0;
    uint64_t bytes_found = 0;
    FILE *file = fopen("/proc/self/smaps", "r");
    EXPECT(file != NULL);
    while (fgets(line, sizeof line, file)) {
        uint64_t low;
        uint64_t high;
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &low, &high) == 2) {
            mapping_bytes = high - low;
        } else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " hg")) {
            bytes_found += mapping_bytes;
        }
    }
    fclose(file);
    return bytes_found;
}

static cclb_runtime *make_runtime(const cclb_runtime_options *options)
{
    cclb_runtime *runtime = NULL;
    cclb_error error;
    EXPECT_OR(cclb_runtime_create(options, &runtime, &error) == CCLB_OK, error.message);
    return runtime;
}

static void load(cclb_runtime *runtime, const char *key, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "plugins/%s.wasm", name);
    cclb_bytes wasm = data_file(path);
    cclb_error error;
    EXPECT_OR(cclb_slot_register(runtime, cclb_global_key(key), CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) == CCLB_OK,
              error.message);
    free((void *)(uintptr_t)wasm.data);
}

static uint8_t bytes[4 << 20];

/* Holds as many calls at once as there can be, so that as many memories are used. */
static void use_memories(cclb_runtime *runtime, const char *plugin, uint64_t request_bytes)
{
    const cclb_bytes piece = {bytes, request_bytes};
    const cclb_target target = {NULL, cclb_global_key(plugin)};
    cclb_lease held[HELD] = {0};
    for (size_t i = 0; i < HELD; i++) {
        cclb_error error;
        EXPECT_OR(cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, &piece, 1, &held[i], &error) == CCLB_OK,
                  error.message);
    }
    for (size_t i = 0; i < HELD; i++) {
        cclb_lease_return(&held[i]);
    }
}

/* One whole filter call with a body of that size; returns how many page faults it took. */
static uint64_t call(cclb_runtime *runtime, uint64_t body_bytes, cclb_filter_result *result)
{
    static const cclb_candidate candidates[8] = {{.id = {{1}}}, {.id = {{2}}}};
    const cclb_target target = {NULL, cclb_global_key("kit")};
    const cclb_bytes body = {bytes, body_bytes};
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.body = (cclb_spans){&body, 1};
    request.candidates = candidates;
    request.candidate_count = 8;
    cclb_error error;
    uint64_t before = faults_of_thread();
    EXPECT_OR(cclb_filter(runtime, &target, &request, result, &error) == CCLB_OK, error.message);
    EXPECT(!result->passed_through);
    return faults_of_thread() - before;
}

static void what_stays_is_within_the_budget(void)
{
    for (size_t i = 0; i < RESETS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.reset = resets[i];
        options.stores_max = HELD;
        options.memory_max_bytes = 24 * MIB;
        options.resident_budget_bytes = 40 * MIB;
        for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            options.deadline[hook].base_ns = UINT64_C(10000000000); /* page faults are the guest's time, too */
        }
        cclb_runtime *runtime = make_runtime(&options);
        load(runtime, "bomb", "x-mem-bomb-call-w09"); /* takes what it can get and writes to every page */
        load(runtime, "kit", "accept_all-pdk0.2.0");
        cclb_runtime_info info = cclb_runtime_info_init();
        EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, NULL), CCLB_OK);
        EXPECT(info.resident_max_bytes <= options.resident_budget_bytes);
        uint64_t before = resident_bytes();
        use_memories(runtime, "bomb", 2048);
        use_memories(runtime, "bomb", 50 << 10);
        cclb_filter_result held[HELD];
        for (size_t k = 0; k < HELD; k++) {
            (void)call(runtime, sizeof bytes, &held[k]);
        }
        for (size_t k = 0; k < HELD; k++) {
            cclb_lease_return(&held[k].lease);
        }
        uint64_t after = resident_bytes();
        char figures[128];
        snprintf(figures, sizeof figures, "%s: %" PRIu64 " KiB more are resident, %" PRIu64 " KiB were allowed",
                 cclb_reset_name(info.reset), (after - before) / 1024, info.resident_max_bytes / 1024);
        EXPECT_OR(after < before + info.resident_max_bytes + slack_bytes, figures);
        EXPECT_EQUAL(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
    }
}

static uint64_t faults_of_call(cclb_runtime *runtime, uint64_t body_bytes)
{
    cclb_filter_result result;
    uint64_t faults = call(runtime, body_bytes, &result);
    uint64_t before = faults_of_thread();
    cclb_lease_return(&result.lease);
    return faults + faults_of_thread() - before;
}

enum { CALLS = 50 };

/* Over many calls, so that one fault of something else does not count. */
static void expect_no_faults(cclb_runtime *runtime, uint64_t body_bytes)
{
    uint64_t faults = 0;
    for (size_t i = 0; i < 3; i++) {
        (void)faults_of_call(runtime, body_bytes);
    }
    for (size_t i = 0; i < CALLS; i++) {
        faults += faults_of_call(runtime, body_bytes);
    }
    char figures[64];
    snprintf(figures, sizeof figures, "%" PRIu64 " page faults in %d calls of %" PRIu64 " bytes", faults, CALLS,
             body_bytes);
    EXPECT_OR(faults < CALLS / 2, figures);
}

static void a_warm_call_takes_no_page_fault(void)
{
    static const uint64_t bodies[] = {0, 1024, 16384, 16385, 65536, 131072, 500000, 1 << 20};
    for (size_t i = 0; i < 2; i++) { /* by scan or page map; to rewrite or give back is for where neither is there */
        cclb_runtime_options options = cclb_runtime_options_init();
        options.reset = resets[i];
        cclb_runtime *runtime = make_runtime(&options);
        load(runtime, "kit", "accept_all-pdk0.2.0");
        for (size_t k = 0; k < sizeof bodies / sizeof bodies[0]; k++) {
            expect_no_faults(runtime, bodies[k]);
        }
        EXPECT_EQUAL(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
    }
}

/*
 * A guest cannot be stopped while it touches a memory for the first time in one step, which is ten times as fast by huge
 * pages: all memories of the engine's own pool ask for them, but for the first 8 MiB. A kernel without them takes no wish.
 */
static void large_calls_in_guarded_sandboxes_find_huge_pages(void)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.isolation = CCLB_ISOLATION_GUARDED;
    bool has_huge_pages = access("/sys/kernel/mm/transparent_hugepage", F_OK) == 0;
    const uint64_t memories[] = {4 * MIB, 8 * MIB, 9 * MIB, 128 * MIB};
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
        options.memory_max_bytes = memories[i];
        uint64_t before = huge_bytes();
        cclb_runtime *runtime = make_runtime(&options);
        cclb_runtime_info info = cclb_runtime_info_init();
        EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, NULL), CCLB_OK);
        uint64_t large_part = memories[i] > 8 * MIB ? memories[i] - 8 * MIB : 0;
        EXPECT_EQUAL(huge_bytes() - before, has_huge_pages * info.pool_instances * large_part);
        EXPECT_EQUAL(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
    }
}

int main(void)
{
    RUN(what_stays_is_within_the_budget);
    RUN(a_warm_call_takes_no_page_fault);
    RUN(large_calls_in_guarded_sandboxes_find_huge_pages);
    return 0;
}
