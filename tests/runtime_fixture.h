/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runtime_fixture.h - a runtime over the fake engine, for the tests of the public API.
 *
 * The modules are real plugins, so that admission has something to read; the fake engine answers for them.
 */
#ifndef TESTS_RUNTIME_FIXTURE_H
#define TESTS_RUNTIME_FIXTURE_H

#include "cclb.h"
#include "counting_allocator.h"
#include "engine/fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct fixture {
    struct counting_allocator counts;
    cclb_runtime *runtime; /* two permits; the host ticks */
    cclb_bytes filter;     /* form W9 */
    cclb_bytes shape;      /* form W9, transforms noop */
    cclb_bytes observe;    /* form W8 */
    cclb_error error;
};

/* What the clock of every runtime in here says. */
extern _Atomic uint64_t time_ns;
uint64_t now(void *context);

/* The options of the fixture's runtime, for another. */
cclb_runtime_options test_options(struct fixture *fixture);

/* For cmocka. */
int set_up(void **state);
int tear_down(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Registers under a global key where that cannot fail. */
void register_as(struct fixture *fixture, const char *name, cclb_slot_kind kind, cclb_bytes wasm);

/* The target of a global key. */
cclb_target target_of(const char *name);

/* Calls with a request of no interest. */
cclb_status call_filter(struct fixture *fixture, const char *name, cclb_lease *lease);

#endif
