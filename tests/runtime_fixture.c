/* SPDX-License-Identifier: Apache-2.0 */
/* runtime_fixture.c - see runtime_fixture.h. */

#include "runtime_fixture.h"

#include "table.h"

#include <stdlib.h>

_Atomic uint64_t time_ns;

uint64_t now(void *context)
{
    (void)context;
    return atomic_load(&time_ns);
}

cclb_runtime_options test_options(struct fixture *fixture)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.allocator = counting_allocator(&fixture->counts);
    options.clock.now_ns = now;
    options.host_ticks = true;
    options.stores_max = 2;
    return options;
}

int set_up(void **state)
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

int tear_down(void **state)
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

void register_as(struct fixture *fixture, const char *name, cclb_slot_kind kind, cclb_bytes wasm)
{
    cclb_status status =
        cclb_slot_register(fixture->runtime, cclb_global_key(name), kind, wasm, NULL, NULL, &fixture->error);
    if (status != CCLB_OK) {
        fail_msg("%s", fixture->error.message);
    }
}

cclb_target target_of(const char *name)
{
    cclb_slot_key key = cclb_global_key(name);
    return cclb_by_key(key.principal, key.plugin);
}

cclb_status call_filter(struct fixture *fixture, const char *name, cclb_lease *lease)
{
    static const cclb_filter_request request = {.request_id = {(const uint8_t *)"r", 1}};
    cclb_filter_response_view view;
    cclb_target target = target_of(name);
    return cclb_call_filter(fixture->runtime, &target, &request, lease, &view, &fixture->error);
}
