/* SPDX-License-Identifier: Apache-2.0 */
/* fake_engine.h - how a test over the fake engine begins and ends. */
#ifndef TESTS_FAKE_ENGINE_H
#define TESTS_FAKE_ENGINE_H

#include "counting_allocator.h"
#include "engine/fake.h"

/* An engine with the default script, over the counting allocator; the test fails if there is none. */
struct engine *fake_engine_begin(const cclb_allocator *allocator, const struct engine_options *options);

/* Destroys it; the test fails if anything else of the engine or of the allocator is left. */
void fake_engine_end(struct engine *engine, struct counting_allocator *counts);

#endif
