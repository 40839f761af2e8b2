/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime_test.c - the public API over the fake engine: options, lifetimes, targets, leases, processes, threads.
 *
 * The modules are real plugins, so that admission has something to read; the fake engine answers for them.
 */
#include "cclb.h"
#include "counting_allocator.h"
#include "engine/fake.h"
#include "table.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static _Atomic uint64_t time_ns;

static uint64_t now(void *context)
{
    (void)context;
    return atomic_load(&time_ns);
}

struct fixture {
    struct counting_allocator counts;
    cclb_runtime *runtime;
    cclb_bytes filter; /* form W9 */
    cclb_bytes shape;  /* form W9, transforms noop */
    cclb_bytes observe; /* form W8 */
    cclb_error error;
};

static cclb_runtime_options test_options(struct fixture *fixture)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.allocator = counting_allocator(&fixture->counts);
    options.clock.now_ns = now;
    options.host_ticks = true;
    options.stores_max = 2;
    return options;
}

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    fake_script_set(NULL);
    atomic_store(&time_ns, 1000);
    fixture.filter = data_file("plugins/accept_all-pdk0.2.0.wasm");
    fixture.shape = data_file("plugins/shape_pass-pdk0.2.0.wasm");
    fixture.observe = data_file("plugins/observe_noop-pdk0.1.2.wasm");
    cclb_runtime_options options = test_options(&fixture);
    assert_int_equal(cclb_runtime_create(&options, &fixture.runtime, &fixture.error), CCLB_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(cclb_runtime_destroy(fixture->runtime, &fixture->error), CCLB_OK);
    assert_int_equal(fake_alive(), 0);
    assert_int_equal(atomic_load(&fixture->counts.live), 0);
    free((void *)(uintptr_t)fixture->filter.data);
    free((void *)(uintptr_t)fixture->shape.data);
    free((void *)(uintptr_t)fixture->observe.data);
    fake_script_set(NULL);
    return 0;
}

static void register_as(struct fixture *fixture, const char *name, cclb_slot_kind kind, cclb_bytes wasm)
{
    cclb_status status =
        cclb_slot_register(fixture->runtime, cclb_global_key(name), kind, wasm, NULL, NULL, &fixture->error);
    if (status != CCLB_OK) {
        fail_msg("%s", fixture->error.message);
    }
}

static cclb_target target_of(const char *name)
{
    cclb_slot_key key = cclb_global_key(name);
    return cclb_by_key(key.principal, key.plugin);
}

static cclb_status call_filter(struct fixture *fixture, const char *name, cclb_lease *lease)
{
    static const cclb_filter_request request = {.request_id = {(const uint8_t *)"r", 1}};
    cclb_filter_response_view view;
    cclb_target target = target_of(name);
    return cclb_call_filter(fixture->runtime, &target, &request, lease, &view, &fixture->error);
}

/* ---- options ---- */

static void bad_options_name_the_field(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *none = NULL;
    const struct {
        const char *field;
        cclb_runtime_options options;
    } cases[] = {
#define CASE(member, value)                                                                                            \
    {                                                                                                                  \
        #member,                                                                                                       \
        {                                                                                                              \
            .struct_size = sizeof(cclb_runtime_options), .member = value                                               \
        }                                                                                                              \
    }
        CASE(isolation, (cclb_isolation)7),
        CASE(reset, (cclb_reset)9),
        CASE(reference, CCLB_REFERENCE_COUNT),
        CASE(stores_max, 100000),
        CASE(pool_instances, 100000),
        CASE(memory_max_bytes, 65535),
        CASE(memory_max_bytes, 65536 * 3 + 1),
        CASE(memory_max_bytes, UINT64_C(1) << 32),
        CASE(memory_total_max_bytes, 65536),
        CASE(stack_max_bytes, 1000),
        CASE(module_limits.table_elements, UINT64_C(1) << 40),
        CASE(metrics.plugins_max, 1025),
        CASE(allocator.release, (void (*)(void *, void *, size_t))abort),
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(cclb_runtime_create(&cases[i].options, &none, &fixture->error), CCLB_INVALID_ARGUMENT);
        char field[64];
        snprintf(field, sizeof field, "%s", cases[i].field);
        field[strcspn(field, i + 1 == sizeof cases / sizeof cases[0] ? "." : "")] = '\0';
        if (strstr(fixture->error.message, field) == NULL) {
            fail_msg("'%s' does not name %s", fixture->error.message, field);
        }
        assert_null(none);
    }
}

static void sized_options_work_across_versions(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *runtime = NULL;
    /* A newer caller: members behind ours must be zero. */
    struct {
        cclb_runtime_options known;
        uint64_t unknown;
    } newer = {.known = test_options(fixture)};
    newer.known.struct_size = sizeof newer;
    assert_int_equal(cclb_runtime_create(&newer.known, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_destroy(runtime, &fixture->error), CCLB_OK);
    newer.unknown = 1;
    assert_int_equal(cclb_runtime_create(&newer.known, &runtime, &fixture->error), CCLB_INVALID_ARGUMENT);
    assert_non_null(strstr(fixture->error.message, "does not know"));
    /* An older caller: what it does not know has its default. */
    cclb_runtime_options older = test_options(fixture);
    older.stack_max_bytes = 1; /* behind the end of the older struct, so not looked at */
    older.struct_size = offsetof(cclb_runtime_options, stack_max_bytes);
    assert_int_equal(cclb_runtime_create(&older, &runtime, &fixture->error), CCLB_OK);
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stack_max_bytes, 1 << 20);
    assert_int_equal(cclb_runtime_destroy(runtime, &fixture->error), CCLB_OK);
    cclb_runtime_options unsized = {0};
    assert_int_equal(cclb_runtime_create(&unsized, &runtime, &fixture->error), CCLB_INVALID_ARGUMENT);
}

static void the_defaults_are_the_published_ones(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *runtime = NULL;
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_create(NULL, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_describe(runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.isolation, CCLB_ISOLATION_CHECKED);
    assert_int_not_equal(info.reset, CCLB_RESET_AUTO);
    assert_int_equal(info.stores_max, 64);                       /* R44, R62 */
    assert_int_equal(info.memory_max_bytes, 2048 * UINT64_C(65536)); /* R61 */
    assert_int_equal(info.stack_max_bytes, 1 << 20);             /* R62 */
    assert_int_equal(info.pool_instances, 64 + 4);               /* R62, and those of admission (R27) */
    assert_true(info.resident_max_bytes <= UINT64_C(256) << 20);
    assert_int_equal(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
}

static void without_a_pool_nothing_is_set_aside(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *runtime = NULL;
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_runtime_options options = test_options(fixture);
    options.isolation = CCLB_ISOLATION_ON_DEMAND;
    assert_int_equal(cclb_runtime_create(&options, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_describe(runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.isolation, CCLB_ISOLATION_ON_DEMAND);
    assert_int_equal(info.pool_instances, 0);
    assert_int_equal(info.resident_max_bytes, 0);
    assert_int_equal(info.virtual_reservation_bytes, 0);
    assert_int_equal(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
}

static void an_engine_that_cannot_be_made_is_told_as_such(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.fail_at = 1};
    fake_script_set(&script);
    cclb_runtime *none = NULL;
    assert_int_equal(cclb_runtime_create(NULL, &none, &fixture->error), CCLB_ENGINE);
    assert_int_equal(fixture->error.rule, 22);
    assert_string_equal(fixture->error.message, "failed to construct wasmtime engine: scripted");
    assert_null(none);
}

/* The bound here is far above what the test uses: what counts is that there is one. */
static void a_bound_on_address_space_is_told_with_what_to_do(void **state)
{
    struct fixture *fixture = *state;
    struct fake_script script = {.fail_at = 1};
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    const struct rlimit bound = {.rlim_cur = (rlim_t)1 << 47, .rlim_max = before.rlim_max};
    if (before.rlim_max < bound.rlim_cur) {
        skip();
    }
    assert_int_equal(setrlimit(RLIMIT_AS, &bound), 0);
    fake_script_set(&script);
    cclb_runtime *none = NULL;
    cclb_runtime_options options = cclb_runtime_options_init();
    cclb_status pooled = cclb_runtime_create(&options, &none, &fixture->error);
    cclb_error on_demand;
    fake_script_set(&script);
    options.isolation = CCLB_ISOLATION_ON_DEMAND;
    cclb_status mapped = cclb_runtime_create(&options, &none, &on_demand);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_int_equal(pooled, CCLB_ENGINE);
    assert_string_equal(fixture->error.message,
                        "failed to construct wasmtime engine: scripted; the pool reserves 8.5 GiB of address space and "
                        "the process may have 131072.0 GiB (ulimit -v): raise that, lower stores_max or "
                        "memory_max_bytes, or take isolation on_demand");
    assert_int_equal(mapped, CCLB_ENGINE);
    assert_string_equal(on_demand.message, "failed to construct wasmtime engine: scripted");
}

/* ---- targets ---- */

static void calling_by_key_follows_the_slots_kind(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    cclb_lease lease = {0};
    assert_int_equal(call_filter(fixture, "nobody", &lease), CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 41);
    assert_non_null(strstr(fixture->error.message, "no slot registered"));
    assert_int_equal(call_filter(fixture, "s", &lease), CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 41);
    assert_non_null(strstr(fixture->error.message, "callable as"));
    assert_non_null(strstr(fixture->error.message, "`shape`"));
    cclb_target target = target_of("s");
    const cclb_bytes piece = {0};
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_TRANSFORM_RESPONSE, &piece, 1, &lease,
                                   &fixture->error),
                     CCLB_REJECTED);
    assert_int_equal(fixture->error.rule, 42);
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_COUNT, &piece, 1, &lease, &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_null(lease.lane);
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_OK);
    assert_int_equal(lease.form, CCLB_FORM_W9);
    assert_int_equal(lease.reference, CCLB_REFERENCE_0_3_0);
    assert_int_equal(lease.version, 1);
    cclb_lease_return(&lease);
}

static void a_handle_reaches_every_hook_of_its_own_cell(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("none"), &handle, &fixture->error),
                     CCLB_REJECTED);
    assert_null(handle);
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("s"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    const cclb_transform_response_request response = {.response_status = 200};
    const cclb_transform_sse_event_request event = {.response_status = 200};
    cclb_transform_response_view response_view;
    cclb_transform_sse_event_view event_view;
    cclb_lease lease;
    assert_int_equal(cclb_call_transform_response(fixture->runtime, &target, &response, &lease, &response_view,
                                                  &fixture->error),
                     CCLB_OK);
    assert_int_equal(response_view.kind, CCLB_TRANSFORM_RESPONSE_UNCHANGED);
    cclb_lease_return(&lease);
    assert_int_equal(
        cclb_call_transform_sse_event(fixture->runtime, &target, &event, &lease, &event_view, &fixture->error), CCLB_OK);
    assert_int_equal(event_view.kind, CCLB_TRANSFORM_SSE_EVENT_UNCHANGED);
    cclb_lease_return(&lease);
    /* W9 has no observe */
    const cclb_observe_event seen = {.kind = CCLB_OBSERVE_CHUNK};
    assert_int_equal(cclb_call_observe(fixture->runtime, &target, &seen, &lease, &fixture->error), CCLB_REJECTED);
    /* a swap and an eviction do not reach it */
    assert_int_equal(cclb_slot_evict(fixture->runtime, cclb_global_key("s"), NULL, &fixture->error), CCLB_OK);
    const cclb_shape_request request = {.path = cclb_text("/")};
    cclb_shape_response_view view;
    assert_int_equal(cclb_call_shape(fixture->runtime, &target, &request, &lease, &view, &fixture->error), CCLB_OK);
    cclb_lease_return(&lease);
    cclb_slot_info info;
    assert_int_equal(cclb_handle_describe(handle, &info, &fixture->error), CCLB_OK);
    assert_true(cclb_bytes_equal(info.key.plugin, cclb_text("s")));
    cclb_handle_destroy(handle);
}

static void a_handle_of_another_runtime_is_refused(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime *other = NULL;
    cclb_runtime_options options = test_options(fixture);
    assert_int_equal(cclb_runtime_create(&options, &other, &fixture->error), CCLB_OK);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    cclb_lease lease;
    assert_int_equal(cclb_call_raw(other, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    cclb_handle_destroy(handle);
    assert_int_equal(cclb_runtime_destroy(other, &fixture->error), CCLB_OK);
}

static void observe_answers_with_bytes_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "o", CCLB_SLOT_OBSERVE, fixture->observe);
    cclb_target target = target_of("o");
    const cclb_observe_event event = {.kind = CCLB_OBSERVE_CHUNK, .as.chunk = {.batch_index = 3}};
    cclb_lease lease;
    assert_int_equal(cclb_call_observe(fixture->runtime, &target, &event, &lease, &fixture->error), CCLB_OK);
    assert_int_equal(lease.output.len, 0);
    assert_int_equal(lease.form, CCLB_FORM_W8);
    cclb_lease_return(&lease);
    struct fake_script script = {.answer[CCLB_HOOK_OBSERVE] = cclb_text("record")};
    fake_script_set(&script);
    assert_int_equal(cclb_call_observe(fixture->runtime, &target, &event, &lease, &fixture->error), CCLB_OK);
    assert_true(cclb_bytes_equal(lease.output, cclb_text("record")));
    cclb_lease_return(&lease);
}

/* ---- requests and answers ---- */

static void a_request_that_cannot_be_sent_is_told_by_its_field(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_target target = target_of("f");
    cclb_filter_response_view view;
    cclb_lease lease = {0};
    const cclb_filter_request request = {.path = cclb_text("/\xff")};
    assert_int_equal(cclb_call_filter(fixture->runtime, &target, &request, &lease, &view, &fixture->error),
                     CCLB_BAD_INPUT);
    assert_non_null(strstr(fixture->error.message, "path"));
    assert_null(lease.lane);
}

static void an_answer_that_does_not_read_is_not_lent(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    struct fake_script script = {.answer[CCLB_HOOK_FILTER] = cclb_text("nonsense, sixteen")};
    fake_script_set(&script);
    cclb_lease lease = {0};
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_DECODE);
    assert_int_equal(fixture->error.hook, CCLB_HOOK_FILTER);
    assert_null(lease.lane);
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stores_used, 0);
    /* but raw bytes are anybody's (R59) */
    cclb_target target = target_of("f");
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_OK);
    assert_int_equal(lease.output.len, 17);
    cclb_lease_return(&lease);
}

static void an_answer_at_an_odd_address_reads_all_the_same(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "s", CCLB_SLOT_SHAPE, fixture->shape);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("s"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    const cclb_transform_response_request request = {.response_status = 200};
    cclb_transform_response_view view = {.kind = CCLB_TRANSFORM_RESPONSE_REPLACE};
    cclb_lease lease;
    for (uint64_t address = FAKE_ANSWER_AT; address < FAKE_ANSWER_AT + 16; address++) {
        struct fake_script script = {.use_result = true, .result = address << 32 | 32}; /* zeros: Unchanged */
        fake_script_set(&script);
        assert_int_equal(
            cclb_call_transform_response(fixture->runtime, &target, &request, &lease, &view, &fixture->error), CCLB_OK);
        assert_int_equal(view.kind, CCLB_TRANSFORM_RESPONSE_UNCHANGED);
        cclb_lease_return(&lease);
    }
    cclb_handle_destroy(handle);
}

/* ---- leases and permits ---- */

static void an_answer_on_loan_is_not_disturbed_by_other_calls(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_target target = target_of("f");
    cclb_lease first = {0};
    cclb_lease second = {0};
    struct fake_script script = {.answer[CCLB_HOOK_FILTER] = cclb_text("the first answer")};
    fake_script_set(&script);
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &first, &fixture->error),
                     CCLB_OK);
    for (int i = 0; i < 3; i++) {
        script.answer[CCLB_HOOK_FILTER] = cclb_text("AND THE NEXT ONE");
        fake_script_set(&script);
        assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &second, &fixture->error),
                         CCLB_OK);
        assert_true(cclb_bytes_equal(first.output, cclb_text("the first answer")));
        assert_true(cclb_bytes_equal(second.output, cclb_text("AND THE NEXT ONE")));
        cclb_lease_return(&second);
    }
    assert_true(cclb_bytes_equal(first.output, cclb_text("the first answer")));
    cclb_lease_return(&first);
}

static void leases_hold_permits_and_are_shown(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_lease leases[3] = {0};
    assert_int_equal(call_filter(fixture, "f", &leases[0]), CCLB_OK);
    atomic_fetch_add(&time_ns, 500);
    assert_int_equal(call_filter(fixture, "f", &leases[1]), CCLB_OK);
    atomic_fetch_add(&time_ns, 250);
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stores_used, 2);
    assert_int_equal(info.leases_open, 2);
    assert_int_equal(info.oldest_lease_ns, 750);
    assert_int_equal(call_filter(fixture, "f", &leases[2]), CCLB_SATURATED);
    assert_int_equal(fixture->error.status, CCLB_SATURATED);
    assert_int_equal(fixture->error.rule, 44);
    assert_int_equal(fixture->error.resource, CCLB_RESOURCE_STORES);
    assert_non_null(strstr(fixture->error.message, "plugin runtime saturated: stores limit reached"));
    /* an unknown key is told before a shortage */
    assert_int_equal(call_filter(fixture, "nobody", &leases[2]), CCLB_REJECTED);
    cclb_lease_return(&leases[0]);
    assert_int_equal(call_filter(fixture, "f", &leases[2]), CCLB_OK);
    cclb_lease_return(&leases[1]);
    cclb_lease_return(&leases[2]);
    cclb_lease_return(&leases[2]); /* a returned lease is zeroed, and a zeroed one is fine */
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.stores_used, 0);
    assert_int_equal(info.leases_open, 0);
}

static void destroy_waits_for_nobody_and_breaks_nothing(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_lease lease;
    cclb_handle *handle = NULL;
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_OK);
    assert_int_equal(cclb_runtime_destroy(fixture->runtime, &fixture->error), CCLB_BUSY);
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), &handle, &fixture->error), CCLB_OK);
    cclb_lease_return(&lease);
    assert_int_equal(cclb_runtime_destroy(fixture->runtime, &fixture->error), CCLB_BUSY);
    cclb_handle_destroy(handle);
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_OK); /* nothing has changed */
    cclb_lease_return(&lease);
    assert_int_equal(cclb_runtime_destroy(NULL, &fixture->error), CCLB_OK);
    cclb_handle_destroy(NULL);
    cclb_report_destroy(NULL);
}

static void *return_lease(void *context)
{
    cclb_lease_return(context);
    return NULL;
}

static void a_lease_may_be_returned_by_another_thread_after_its_handle_is_gone(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_handle *handle = NULL;
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), &handle, &fixture->error), CCLB_OK);
    cclb_target target = cclb_by_handle(handle);
    cclb_lease lease;
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_OK);
    assert_int_equal(cclb_slot_evict(fixture->runtime, cclb_global_key("f"), NULL, &fixture->error), CCLB_OK);
    cclb_handle_destroy(handle);
    assert_int_equal(lease.output.data[0], 0); /* still there to be read */
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, return_lease, &lease), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_null(lease.lane);
}

static void a_copy_outlives_its_lease(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    struct fake_script script = {.answer[CCLB_HOOK_FILTER] = cclb_text("answer")};
    fake_script_set(&script);
    cclb_target target = target_of("f");
    cclb_lease lease;
    assert_int_equal(cclb_call_raw(fixture->runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &fixture->error),
                     CCLB_OK);
    cclb_buffer copy = {0};
    cclb_allocator allocator = counting_allocator(&fixture->counts);
    fixture->counts.fail_at = atomic_load(&fixture->counts.calls) + 1;
    assert_int_equal(cclb_lease_copy(&lease, &allocator, &copy, &fixture->error), CCLB_NO_MEMORY);
    assert_null(copy.data);
    fixture->counts.fail_at = 0;
    assert_int_equal(cclb_lease_copy(&lease, &allocator, &copy, &fixture->error), CCLB_OK);
    cclb_lease_return(&lease);
    assert_true(cclb_bytes_equal(cclb_bytes_of(copy.data, copy.len), cclb_text("answer")));
    cclb_buffer_deinit(&copy);
    cclb_buffer_deinit(&copy);
    cclb_buffer_deinit(NULL);
}

/* ---- processes and threads ---- */

static int in_the_child(struct fixture *fixture, cclb_lease *lease, cclb_handle *handle)
{
    cclb_runtime *own = NULL;
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_slot_info slot;
    cclb_report *report = NULL;
    cclb_slot_key key = cclb_global_key("f");
    cclb_lease none = {0};
    bool forked = call_filter(fixture, "f", &none) == CCLB_FORKED &&
                        cclb_runtime_describe(fixture->runtime, &info, NULL) == CCLB_FORKED &&
                        cclb_slot_register(fixture->runtime, key, CCLB_SLOT_FILTER, fixture->filter, NULL, NULL,
                                           NULL) == CCLB_FORKED &&
                        cclb_slot_evict(fixture->runtime, key, NULL, NULL) == CCLB_FORKED &&
                        cclb_slot_retain(fixture->runtime, NULL, 0, NULL, NULL, NULL) == CCLB_FORKED &&
                        cclb_slot_lookup(fixture->runtime, key, &slot, NULL) == CCLB_FORKED &&
                        cclb_slot_visit(fixture->runtime, NULL, NULL, NULL) == CCLB_FORKED &&
                        cclb_handle_describe(handle, &slot, NULL) == CCLB_FORKED &&
                        cclb_admit(fixture->runtime, fixture->filter, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &report,
                                   NULL) == CCLB_FORKED;
    cclb_runtime_tick(fixture->runtime);
    cclb_lease_return(lease);
    cclb_handle_destroy(handle);
    if (!forked || cclb_runtime_destroy(fixture->runtime, NULL) != CCLB_OK) {
        return 1;
    }
    cclb_runtime_options options = test_options(fixture);
    fixture->runtime = NULL;
    if (cclb_runtime_create(&options, &own, NULL) != CCLB_OK) {
        return 2;
    }
    fixture->runtime = own;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    if (call_filter(fixture, "f", &none) != CCLB_OK) {
        return 3;
    }
    cclb_lease_return(&none);
    return cclb_runtime_destroy(own, NULL) == CCLB_OK ? 0 : 4;
}

static void a_forked_child_makes_its_own(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    cclb_lease lease;
    cclb_handle *handle = NULL;
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_OK);
    assert_int_equal(cclb_handle_create(fixture->runtime, cclb_global_key("f"), &handle, &fixture->error), CCLB_OK);
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* Told through a pipe, and ended at once: what the parent left here is no leak for anyone to report. */
        char result = (char)in_the_child(fixture, &lease, handle);
        (void)!write(told[1], &result, 1);
        raise(SIGKILL);
    }
    close(told[1]);
    char result = -1;
    assert_int_equal(read(told[0], &result, 1), 1);
    assert_int_equal(result, 0);
    close(told[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    cclb_lease_return(&lease); /* the parent's is as it was */
    cclb_handle_destroy(handle);
}

struct on_thread {
    struct fixture *fixture;
    cclb_status call;
    cclb_status registration;
    cclb_error error;
};

static void *call_on_thread(void *context)
{
    struct on_thread *job = context;
    cclb_lease lease = {0};
    job->call = call_filter(job->fixture, "f", &lease);
    job->error = job->fixture->error;
    job->registration = cclb_slot_register(job->fixture->runtime, cclb_global_key("g"), CCLB_SLOT_FILTER,
                                           job->fixture->filter, NULL, NULL, NULL);
    cclb_lease_return(&lease);
    return NULL;
}

static void a_thread_with_too_small_a_stack_is_told_both_sizes(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    assert_int_equal(pthread_attr_setstacksize(&attributes, 1 << 20), 0); /* exactly the guest's, nothing beside it */
    pthread_t thread;
    struct on_thread job = {.fixture = fixture};
    assert_int_equal(pthread_create(&thread, &attributes, call_on_thread, &job), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
    assert_int_equal(job.call, CCLB_STACK_TOO_SMALL);
    assert_int_equal(job.registration, CCLB_STACK_TOO_SMALL); /* trial calls run there too */
    assert_non_null(strstr(job.error.message, "1310720 bytes"));
    cclb_slot_info info;
    assert_int_equal(cclb_slot_lookup(fixture->runtime, cclb_global_key("g"), &info, &fixture->error), CCLB_REJECTED);
}

static _Atomic bool hook_entered;

static void note_entered(void *context, cclb_hook hook, cclb_bytes input)
{
    (void)context;
    (void)hook;
    (void)input;
    atomic_store(&hook_entered, true);
}

/* Not before the guest runs: time that passes between the permit and the start of the deadline is not the guest's. */
static void *tick_when_called(void *context)
{
    struct fixture *fixture = context;
    cclb_runtime_info info = cclb_runtime_info_init();
    while (!atomic_load(&hook_entered)) {
        sched_yield();
    }
    atomic_fetch_add(&time_ns, UINT64_C(3600) * 1000000000);
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, NULL), CCLB_OK);
    while (info.stores_used != 0) {
        cclb_runtime_tick(fixture->runtime);
        assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, NULL), CCLB_OK);
    }
    return NULL;
}

static void the_hosts_clock_and_tick_end_a_loop_without_sleeping(void **state)
{
    struct fixture *fixture = *state;
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    struct fake_script script = {.loop = FAKE_LOOP_HOOK, .in_hook = note_entered};
    fake_script_set(&script);
    atomic_store(&hook_entered, false);
    pthread_t host;
    assert_int_equal(pthread_create(&host, NULL, tick_when_called, fixture), 0);
    cclb_lease lease = {0};
    assert_int_equal(call_filter(fixture, "f", &lease), CCLB_DEADLINE);
    assert_int_equal(pthread_join(host, NULL), 0);
    assert_int_equal(fixture->error.phase, CCLB_PHASE_HOOK);
}

/* ---- admission through the front door ---- */

static void the_same_bytes_under_a_thousand_principals_compile_once(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 1000; i++) {
        char principal[32];
        snprintf(principal, sizeof principal, "principal-%d", i);
        cclb_slot_key key = {cclb_text(principal), cclb_text("f")};
        assert_int_equal(cclb_slot_register(fixture->runtime, key, CCLB_SLOT_FILTER, fixture->filter, NULL, NULL,
                                            &fixture->error),
                         CCLB_OK);
    }
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.slots, 1000);
    assert_int_equal(info.compiled_modules, 1);
    assert_int_equal(fake_alive(), 2); /* the engine and one module */
}

/* The content hash of the fixture's filter in a runtime of its own. */
static void content_hash(struct fixture *fixture, const cclb_runtime_options *options, cclb_reference reference,
                         uint8_t hash[CCLB_SLOT_HASH_SIZE])
{
    cclb_runtime *runtime = NULL;
    cclb_slot_info info;
    cclb_slot_options slot_options = cclb_slot_options_init();
    slot_options.has_reference = true;
    slot_options.reference = reference;
    cclb_slot_key key = cclb_global_key("f");
    assert_int_equal(cclb_runtime_create(options, &runtime, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, fixture->filter, &slot_options, NULL,
                                        &fixture->error),
                     CCLB_OK);
    assert_int_equal(cclb_slot_lookup(runtime, key, &info, &fixture->error), CCLB_OK);
    memcpy(hash, info.hash, CCLB_SLOT_HASH_SIZE);
    assert_int_equal(cclb_runtime_destroy(runtime, &fixture->error), CCLB_OK);
}

static void the_content_hash_covers_every_setting_that_a_plugin_depends_on(void **state)
{
    struct fixture *fixture = *state;
    const cclb_runtime_options base = test_options(fixture);
    cclb_runtime_options changed[15];
    size_t count = 0;
#define CHANGED(member, value) (changed[count] = base, changed[count].member = (value), count++)
    CHANGED(isolation, CCLB_ISOLATION_GUARDED); /* and with it reservation and guard */
    CHANGED(reset, CCLB_RESET_DECOMMIT);
    CHANGED(metering, true);
    CHANGED(pool_instances, 9);
    CHANGED(memory_max_bytes, 64 << 20);
    CHANGED(stack_max_bytes, 512 << 10);
    CHANGED(fuel, 1000000);
    CHANGED(fast_body_bytes, 1 << 20);
    CHANGED(module_limits.module_bytes, 1 << 20);
    CHANGED(module_limits.functions, 1000);
    CHANGED(module_limits.body_bytes, 100000);
    CHANGED(module_limits.locals, 1000);
    CHANGED(module_limits.nesting, 1000);
    CHANGED(module_limits.exports, 1000);
    CHANGED(module_limits.table_elements, 1000);
    uint8_t hash[CCLB_SLOT_HASH_SIZE];
    uint8_t other[CCLB_SLOT_HASH_SIZE];
    content_hash(fixture, &base, CCLB_REFERENCE_ANY, hash);
    content_hash(fixture, &base, CCLB_REFERENCE_ANY, other);
    assert_memory_equal(hash, other, sizeof hash);
    for (size_t i = 0; i < count; i++) {
        content_hash(fixture, &changed[i], CCLB_REFERENCE_ANY, other);
        if (memcmp(hash, other, sizeof hash) == 0) {
            fail_msg("change %zu does not change the hash", i);
        }
    }
    content_hash(fixture, &base, CCLB_REFERENCE_0_1_4, other);
    assert_memory_not_equal(hash, other, sizeof hash);
}

static void other_bytes_are_other_content(void **state)
{
    struct fixture *fixture = *state;
    cclb_slot_info before;
    cclb_slot_info after;
    cclb_slot_key key = cclb_global_key("f");
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    assert_int_equal(cclb_slot_lookup(fixture->runtime, key, &before, &fixture->error), CCLB_OK);
    uint8_t *copy = malloc(fixture->filter.len + 3);
    assert_non_null(copy);
    memcpy(copy, fixture->filter.data, fixture->filter.len);
    memcpy(copy + fixture->filter.len, "\0\1", 3); /* an empty custom section without a name */
    register_as(fixture, "f", CCLB_SLOT_FILTER, cclb_bytes_of(copy, fixture->filter.len + 3));
    free(copy);
    assert_int_equal(cclb_slot_lookup(fixture->runtime, key, &after, &fixture->error), CCLB_OK);
    assert_memory_not_equal(before.hash, after.hash, sizeof before.hash);
    assert_int_equal(after.version, 2);
}

static void evicting_a_slot_leaves_its_compiled_code(void **state)
{
    struct fixture *fixture = *state;
    cclb_runtime_info info = cclb_runtime_info_init();
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
    assert_int_equal(cclb_slot_evict(fixture->runtime, cclb_global_key("f"), NULL, &fixture->error), CCLB_OK);
    assert_int_equal(cclb_runtime_describe(fixture->runtime, &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.slots, 0);
    assert_int_equal(info.compiled_modules, 1);
    struct fake_script script = {.compile_fault = CCLB_COMPILE};
    fake_script_set(&script);
    register_as(fixture, "f", CCLB_SLOT_FILTER, fixture->filter);
}

static void a_registration_gives_its_report_also_when_refused(void **state)
{
    struct fixture *fixture = *state;
    cclb_report *report = NULL;
    cclb_slot_options options = cclb_slot_options_init();
    options.report = &report;
    cclb_slot_registration registration = {0};
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_FILTER, fixture->filter,
                                        &options, &registration, &fixture->error),
                     CCLB_OK);
    assert_int_equal(registration.outcome, CCLB_SLOT_CREATED);
    assert_non_null(report);
    assert_int_equal(report->verdict.status, CCLB_OK);
    assert_true(cclb_bytes_equal(report->name, cclb_text("accept-all")));
    assert_true(report->hooks[0].probed);
    cclb_report_destroy(report);
    report = NULL;
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_FILTER, fixture->filter,
                                        &options, &registration, &fixture->error),
                     CCLB_OK);
    assert_int_equal(registration.outcome, CCLB_SLOT_UNCHANGED);
    assert_null(report); /* nothing was admitted (R33) */
    options.has_reference = true;
    options.reference = CCLB_REFERENCE_0_1_1;
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_FILTER, fixture->filter,
                                        &options, &registration, &fixture->error),
                     CCLB_REJECTED);
    assert_non_null(report);
    assert_int_equal(report->verdict.rule, fixture->error.rule);
    assert_true(report->explanation[0] != '\0');
    cclb_report_destroy(report);
    cclb_slot_info info;
    assert_int_equal(cclb_slot_lookup(fixture->runtime, cclb_global_key("f"), &info, &fixture->error), CCLB_OK);
    assert_int_equal(info.version, 1); /* the old cell stayed (R36) */
}

static void bad_arguments_are_told(void **state)
{
    struct fixture *fixture = *state;
    cclb_report *report = NULL;
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key("f"), CCLB_SLOT_ANY, fixture->filter, NULL,
                                        NULL, &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_int_equal(cclb_slot_register(fixture->runtime, cclb_global_key(""), CCLB_SLOT_FILTER, fixture->filter, NULL,
                                        NULL, &fixture->error),
                     CCLB_BAD_INPUT);
    assert_int_equal(cclb_inspect(fixture->filter, (cclb_slot_kind)77, CCLB_REFERENCE_ANY, NULL, NULL, &report,
                                  &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_int_equal(cclb_inspect(fixture->filter, CCLB_SLOT_ANY, CCLB_REFERENCE_COUNT, NULL, NULL, &report,
                                  &fixture->error),
                     CCLB_INVALID_ARGUMENT);
    assert_null(report);
    assert_int_equal(cclb_inspect((cclb_bytes){0}, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, NULL, NULL, &report,
                                  &fixture->error),
                     CCLB_OK); /* a report about nothing at all */
    assert_int_equal(report->verdict.status, CCLB_REJECTED);
    assert_int_equal(report->verdict.rule, 1);
    cclb_report_destroy(report);
}

/* ---- faults of the machine ---- */

/* Everything a host does at start-up and in a call, once; whatever was made is gone when it returns. */
static cclb_status whole_life(struct counting_allocator *counts, cclb_bytes wasm)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.allocator = counting_allocator(counts);
    options.clock.now_ns = now;
    options.host_ticks = true;
    cclb_runtime *runtime = NULL;
    cclb_error error = {0};
    cclb_report *report = NULL;
    cclb_handle *handle = NULL;
    cclb_lease lease = {0};
    cclb_slot_options slot_options = cclb_slot_options_init();
    slot_options.report = &report;
    cclb_slot_key key = cclb_global_key("f");
    cclb_status status = cclb_runtime_create(&options, &runtime, &error);
    if (status != CCLB_OK) {
        assert_int_equal(error.status, status);
        assert_null(runtime);
        return status;
    }
    status = cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, &slot_options, NULL, &error);
    cclb_slot_info info;
    if (status != CCLB_OK) {
        assert_int_equal(cclb_slot_lookup(runtime, key, &info, NULL), CCLB_REJECTED); /* nothing half-published */
    }
    if (status == CCLB_OK) {
        status = cclb_handle_create(runtime, key, &handle, &error);
    }
    if (status == CCLB_OK) {
        cclb_target target = cclb_by_handle(handle);
        status = cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, NULL, 0, &lease, &error);
    }
    if (status != CCLB_OK) {
        assert_int_equal(error.status, status);
        assert_true(error.message[0] != '\0');
    }
    cclb_report_destroy(report);
    report = NULL;
    if (status == CCLB_OK) {
        status = cclb_admit(runtime, wasm, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &report, &error);
    }
    cclb_report_destroy(report);
    cclb_lease_return(&lease);
    cclb_handle_destroy(handle);
    assert_int_equal(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    struct fixture *fixture = *state;
    struct counting_allocator counts = {0};
    cclb_status status = CCLB_INTERNAL;
    uint64_t failures = 0;
    while (status != CCLB_OK) {
        atomic_store(&counts.calls, 0);
        counts.fail_at = failures + 1;
        status = whole_life(&counts, fixture->filter);
        assert_int_equal(atomic_load(&counts.live), 0);
        /* An instance that cannot be made is a fault of the call; it, too, is the allocator's. */
        assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY || status == CCLB_INSTANTIATE ||
                    status == CCLB_PROBE);
        failures++;
        assert_true(failures < 1000);
    }
    assert_true(failures > 10);
}

static void every_engine_call_may_fail(void **state)
{
    struct fixture *fixture = *state;
    struct counting_allocator counts = {0};
    uint64_t calls = 0;
    for (uint64_t fail_at = 1; calls + 1 >= fail_at; fail_at++) {
        struct fake_script script = {.fail_at = fail_at};
        fake_script_set(&script);
        cclb_status status = whole_life(&counts, fixture->filter);
        calls = fake_calls();
        assert_int_equal(atomic_load(&counts.live), 0);
        assert_true(status >= CCLB_OK || status == CCLB_ENGINE);
        assert_true(fail_at < 1000);
    }
    assert_true(calls > 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(bad_options_name_the_field),
        TEST(sized_options_work_across_versions),
        TEST(the_defaults_are_the_published_ones),
        TEST(without_a_pool_nothing_is_set_aside),
        TEST(an_engine_that_cannot_be_made_is_told_as_such),
        TEST(a_bound_on_address_space_is_told_with_what_to_do),
        TEST(calling_by_key_follows_the_slots_kind),
        TEST(a_handle_reaches_every_hook_of_its_own_cell),
        TEST(a_handle_of_another_runtime_is_refused),
        TEST(observe_answers_with_bytes_of_its_own),
        TEST(a_request_that_cannot_be_sent_is_told_by_its_field),
        TEST(an_answer_that_does_not_read_is_not_lent),
        TEST(an_answer_at_an_odd_address_reads_all_the_same),
        TEST(an_answer_on_loan_is_not_disturbed_by_other_calls),
        TEST(leases_hold_permits_and_are_shown),
        TEST(destroy_waits_for_nobody_and_breaks_nothing),
        TEST(a_lease_may_be_returned_by_another_thread_after_its_handle_is_gone),
        TEST(a_copy_outlives_its_lease),
        TEST(a_forked_child_makes_its_own),
        TEST(a_thread_with_too_small_a_stack_is_told_both_sizes),
        TEST(the_hosts_clock_and_tick_end_a_loop_without_sleeping),
        TEST(the_same_bytes_under_a_thousand_principals_compile_once),
        TEST(the_content_hash_covers_every_setting_that_a_plugin_depends_on),
        TEST(other_bytes_are_other_content),
        TEST(evicting_a_slot_leaves_its_compiled_code),
        TEST(a_registration_gives_its_report_also_when_refused),
        TEST(bad_arguments_are_told),
        TEST(every_allocation_may_fail),
        TEST(every_engine_call_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
