/* SPDX-License-Identifier: Apache-2.0 */
/* admission_fixture.h - an admission over the fake engine, and a plugin to be taken apart before it is admitted. */
#ifndef TESTS_ADMISSION_FIXTURE_H
#define TESTS_ADMISSION_FIXTURE_H

#include "admission/report.h"
#include "fake_engine.h"
#include "module_builder.h"

enum { FIXTURE_POOL = 3, FIXTURE_TICK_NS = 5, FIXTURE_METADATA_SIZE = 1024, ALL_HOOKS = (1 << CCLB_HOOK_COUNT) - 1 };

/* One permit, one lane for trial calls, metering, and a clock that goes on by a tick whenever it is read. */
struct fixture {
    struct counting_allocator counts;
    cclb_allocator allocator;
    struct engine *engine;
    struct dispatch dispatch;
    struct admission admission;
    char metadata[FIXTURE_METADATA_SIZE];
    struct builder_plugin plugin; /* at first a good one of form W8 with every hook */
    struct builder module;        /* as built last */
    uint8_t digest[BLAKE3_SIZE];
    struct admitted *admitted;
    cclb_report *report;
    cclb_error error;
};

/* For cmocka. What is admitted and reported then is destroyed with the rest; nothing else may be left. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* The good plugin of this form with these hooks (bit N: hook N) takes the place of the fixture's. */
void fixture_plugin(struct fixture *fixture, cclb_form form, uint32_t hooks);

/* Builds the plugin as it is now: `module` and `digest`. */
cclb_bytes fixture_build(struct fixture *fixture);

#endif
