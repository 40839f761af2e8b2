/* SPDX-License-Identifier: Apache-2.0 */
/* fake_engine.c - see fake_engine.h. */

#include "fake_engine.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct engine *fake_engine_begin(const cclb_allocator *allocator, const struct engine_options *options)
{
    struct engine *engine = NULL;
    struct engine_fault fault;
    fake_script_set(NULL);
    assert_int_equal(engine_create(options, allocator, &engine, &fault), CCLB_OK);
    return engine;
}

void fake_engine_end(struct engine *engine, struct counting_allocator *counts)
{
    engine_destroy(engine);
    assert_int_equal(fake_alive(), 0);
    assert_int_equal(atomic_load(&counts->live), 0);
    fake_script_set(NULL);
}
