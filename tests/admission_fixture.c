/* SPDX-License-Identifier: Apache-2.0 */
/* admission_fixture.c - see admission_fixture.h. */

#include "admission_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Read by several threads in a test of admissions at once. */
static uint64_t ticking_clock(void *context)
{
    static _Atomic uint64_t time_ns;
    (void)context;
    return atomic_fetch_add(&time_ns, FIXTURE_TICK_NS) + FIXTURE_TICK_NS;
}

int fixture_set_up(void **state)
{
    static struct fixture fixture;
    const struct engine_options engine_options = {.budget = {1, {{.memories = FIXTURE_POOL}}}, .metering = true};
    const struct dispatch_options options = {
        .permits = 1,
        .reserved = 1,
        .memory_max_bytes = 1 << 20,
        .stack_max_bytes = 64 << 10,
        .host_ticks = true,
        .clock = {.now_ns = ticking_clock},
    };
    const cclb_module_limits limits = {0};
    fixture = (struct fixture){0};
    fixture.allocator = counting_allocator(&fixture.counts);
    fixture.engine = fake_engine_begin(&fixture.allocator, &engine_options);
    assert_int_equal(dispatch_init(&fixture.dispatch, &options, fixture.engine, &fixture.allocator, &fixture.error),
                     CCLB_OK);
    admission_init(&fixture.admission, &fixture.dispatch, &limits, &fixture.allocator);
    fixture_plugin(&fixture, CCLB_FORM_W8, ALL_HOOKS);
    *state = &fixture;
    return 0;
}

int fixture_tear_down(void **state)
{
    struct fixture *fixture = *state;
    admitted_destroy(fixture->admitted);
    cclb_report_destroy(fixture->report);
    builder_deinit(&fixture->module);
    admission_deinit(&fixture->admission);
    dispatch_deinit(&fixture->dispatch);
    fake_engine_end(fixture->engine, &fixture->counts);
    return 0;
}

void fixture_plugin(struct fixture *fixture, cclb_form form, uint32_t hooks)
{
    fixture->plugin = builder_good_plugin(form, hooks, fixture->metadata, sizeof fixture->metadata);
}

cclb_bytes fixture_build(struct fixture *fixture)
{
    builder_deinit(&fixture->module);
    builder_plugin(&fixture->module, &fixture->plugin);
    cclb_bytes wasm = builder_bytes(&fixture->module);
    rust_blake3(&wasm, 1, fixture->digest);
    return wasm;
}
