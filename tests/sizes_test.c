/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sizes_test.c - bodies one byte below, at and one byte above every size at which something changes: the class of memory
 * that a call is given (docs/adr/0013-memories.md), and the memory that a plugin may have. In every isolation and reset
 * policy; the calls answer the same bytes, and the one that is too long harms none after it.
 */
#include "cclb.h"
#include "expect.h"
#include "table.h"

#define KIB UINT64_C(1024)
#define MIB (UINT64_C(1024) * KIB)

static const struct setting {
    cclb_isolation isolation;
    cclb_reset reset;
} settings[] = {
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_AUTO},     {CCLB_ISOLATION_CHECKED, CCLB_RESET_PAGEMAP},
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_REWRITE},  {CCLB_ISOLATION_CHECKED, CCLB_RESET_DECOMMIT},
    {CCLB_ISOLATION_GUARDED, CCLB_RESET_AUTO},     {CCLB_ISOLATION_GUARDED, CCLB_RESET_DECOMMIT},
    {CCLB_ISOLATION_ON_DEMAND, CCLB_RESET_AUTO},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static uint8_t bytes[8 << 20];

static cclb_runtime *make_runtime(const struct setting *setting, cclb_runtime_options options)
{
    options.isolation = setting->isolation;
    options.reset = setting->reset;
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook].base_ns = UINT64_C(10000000000); /* under valgrind, too */
    }
    cclb_runtime *runtime = NULL;
    cclb_error error;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    cclb_bytes wasm = data_file("plugins/shape_pass-pdk0.2.0.wasm");
    EXPECT_OR(cclb_slot_register(runtime, cclb_global_key("shape"), CCLB_SLOT_SHAPE, wasm, NULL, NULL, &error) ==
                  CCLB_OK,
              error.message);
    free((void *)(uintptr_t)wasm.data);
    return runtime;
}

/* A shape call; the plugin answers the body as it was, and that is looked at. */
static cclb_status shape(cclb_runtime *runtime, uint64_t body_bytes, cclb_shape_result *result, cclb_error *error)
{
    const cclb_target target = {NULL, cclb_global_key("shape")};
    const cclb_bytes body = {bytes, body_bytes};
    EXPECT(body_bytes <= sizeof bytes);
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.upstream_base_url = cclb_optional_text("https://upstream.example");
    request.body = (cclb_spans){&body, 1};
    cclb_status status = cclb_shape(runtime, &target, &request, result, error);
    if (status == CCLB_OK) {
        EXPECT_EQUAL(result->body.count, 1);
        EXPECT_EQUAL(result->body.spans[0].len, body_bytes);
        EXPECT(memcmp(result->body.spans[0].data, bytes, body_bytes) == 0);
    }
    return status;
}

static void expect_shaped(cclb_runtime *runtime, uint64_t body_bytes)
{
    cclb_shape_result result;
    cclb_error error;
    EXPECT_OR(shape(runtime, body_bytes, &result, &error) == CCLB_OK, error.message);
    cclb_lease_return(&result.lease);
}

static void finish(cclb_runtime *runtime)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_error error;
    EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, &error), CCLB_OK);
    EXPECT_EQUAL(info.stores_used, 0);
    EXPECT_EQUAL(info.leases_open, 0);
    EXPECT_EQUAL(info.memory_reserved_bytes, 0);
    EXPECT_OR(cclb_runtime_destroy(runtime, &error) == CCLB_OK, error.message);
}

/* The requests are a little longer than their bodies, so the edges lie somewhat below: each is walked across. */
static void bodies_at_the_edges_of_the_classes_answer_the_same(void)
{
    static const uint64_t edges[] = {0, 16 * KIB, 128 * KIB, MIB, 2 * MIB};
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime *runtime = make_runtime(&settings[i], cclb_runtime_options_init());
        for (size_t k = 0; k < sizeof edges / sizeof edges[0]; k++) {
            for (uint64_t step = 0; step <= 2; step++) {
                if (edges[k] + step > 0) {
                    expect_shaped(runtime, edges[k] + step - 1);
                }
            }
            for (uint64_t less = 1; edges[k] > 0 && less <= 2 * KIB; less += 127) {
                expect_shaped(runtime, edges[k] - less);
            }
        }
        finish(runtime);
    }
}

/* The longest body that a plugin with that memory can answer: one more is a failure of that call alone. */
static void a_body_above_the_memory_fails_alone(void)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.memory_max_bytes = 8 * MIB;
        cclb_runtime *runtime = make_runtime(&settings[i], options);
        cclb_shape_result result;
        cclb_error error;
        uint64_t fits = 0;
        for (uint64_t fails = sizeof bytes; fails - fits > 1;) {
            uint64_t middle = fits + (fails - fits) / 2;
            if (shape(runtime, middle, &result, &error) == CCLB_OK) {
                cclb_lease_return(&result.lease);
                fits = middle;
            } else {
                fails = middle;
            }
        }
        EXPECT(fits > MIB && fits < 4 * MIB);
        expect_shaped(runtime, fits - 1);
        expect_shaped(runtime, fits);
        EXPECT_EQUAL(shape(runtime, fits + 1, &result, &error), CCLB_TRAP);
        expect_shaped(runtime, fits);
        expect_shaped(runtime, 1);
        finish(runtime);
    }
}

/* As many calls as there is memory for, and one more; with bodies of the largest class, of which there are few. */
static void a_spent_budget_refuses_and_comes_back(void)
{
    enum { CALLS = 12 };
    for (size_t i = 0; i < SETTINGS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.memory_max_bytes = 16 * MIB;
        options.memory_total_max_bytes = CALLS * options.memory_max_bytes;
        cclb_runtime *runtime = make_runtime(&settings[i], options);
        cclb_shape_result held[CALLS];
        cclb_shape_result another;
        cclb_error error;
        for (uint64_t round = 0; round < 2; round++) {
            for (size_t k = 0; k < CALLS; k++) {
                EXPECT_OR(shape(runtime, 2 * MIB - round, &held[k], &error) == CCLB_OK, error.message);
            }
            EXPECT_EQUAL(shape(runtime, 1, &another, &error), CCLB_SATURATED);
            EXPECT_EQUAL(error.resource, CCLB_RESOURCE_MEMORY);
            cclb_lease_return(&held[0].lease);
            expect_shaped(runtime, 1);
            for (size_t k = 1; k < CALLS; k++) {
                cclb_lease_return(&held[k].lease);
            }
        }
        finish(runtime);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 31 + i / 251);
    }
    RUN(bodies_at_the_edges_of_the_classes_answer_the_same);
    RUN(a_body_above_the_memory_fails_alone);
    RUN(a_spent_budget_refuses_and_comes_back);
    return 0;
}
