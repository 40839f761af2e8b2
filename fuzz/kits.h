/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kits.h - one plugin with all hooks of its kit, in each kind of slot, over the fake engine (tests/hooks_fixture.h), made
 * once for all inputs of a fuzz target.
 */
#ifndef FUZZ_KITS_H
#define FUZZ_KITS_H

#include "hooks_fixture.h"
#include "property.h"

/* Room for what the fuzzer asks and answers with: half of it for each. */
enum { KITS_MEMORY_BYTES = 1 << 17 };

struct kit_handles {
    cclb_handle *filter;
    cclb_handle *shape;
    cclb_handle *observe; /* NULL where the kit's form has no such hook */
};

/* The handle of all_hooks in one kind of slot. */
static inline cclb_handle *kit_handle(const struct kit *kit, cclb_slot_kind kind)
{
    cclb_handle *handle = NULL;
    register_plugin("fuzzed", kind, "all_hooks", kit);
    HOLDS(cclb_handle_create(fixture.runtime, cclb_global_key("fuzzed"), &handle, &fixture.error) == CCLB_OK);
    HOLDS(cclb_slot_evict(fixture.runtime, cclb_global_key("fuzzed"), NULL, &fixture.error) == CCLB_OK);
    return handle;
}

/* The handles of that kit. */
static inline const struct kit_handles *kit_handles(size_t kit)
{
    static struct kit_handles handles[KITS];
    if (fixture.runtime == NULL) {
        HOLDS(set_up(NULL) == 0);
        for (size_t i = 0; i < KITS; i++) {
            handles[i].filter = kit_handle(&kits[i], CCLB_SLOT_FILTER);
            handles[i].shape = kit_handle(&kits[i], CCLB_SLOT_SHAPE);
            if (cclb_form_has_hook(kits[i].form, CCLB_HOOK_OBSERVE)) {
                handles[i].observe = kit_handle(&kits[i], CCLB_SLOT_OBSERVE);
            }
        }
        fixture.script.memory_bytes = KITS_MEMORY_BYTES;
        fixture_play();
    }
    return &handles[kit];
}

#endif
