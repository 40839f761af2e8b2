/* SPDX-License-Identifier: Apache-2.0 */
/*
 * breaker.h - hooks that are in quarantine because their plugin failed again and again (docs/adr/0016-circuit-breaker.md).
 *
 * With cclb_runtime_options.breaker.faults set, each hook of a slot's present plugin has a circuit breaker. Closed: calls
 * go through, and faults are remembered. Open: calls end with CCLB_QUARANTINED, to which the failure policy applies. Half
 * open: one call at a time is let through, as a try. A new version of the plugin begins with all of them closed; calls by a
 * handle ask the breakers of the version that the handle has. A clock of the host's that goes back counts as one that
 * stood still: a quarantine then ends after its length at most, from the moment that this is seen.
 *
 * A host that forks workers can share quarantines: what one reads with cclb_breaker_get another may set.
 *
 * Every function here may be called from any thread, makes no call wait for longer than it takes to look a slot up, and
 * allocates nothing.
 */
#ifndef CCLB_BREAKER_H
#define CCLB_BREAKER_H

#include "cclb/slot.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cclb_breaker_state {
    CCLB_BREAKER_CLOSED,
    CCLB_BREAKER_OPEN,
    CCLB_BREAKER_HALF_OPEN
} cclb_breaker_state;

/* "closed", "open", "half-open"; "" for what is none; never NULL, static. */
CCLB_API const char *cclb_breaker_state_name(cclb_breaker_state state);

/* A breaker at the moment of asking. */
typedef struct cclb_breaker_info {
    cclb_breaker_state state;
    uint32_t faults;  /* that are remembered and lie in the window, at most breaker.faults; 0 unless closed */
    uint64_t wait_ns; /* until the next call is let through as a try; 0: now, or closed */
} cclb_breaker_info;

/*
 * Reads the breaker of one hook. CCLB_OK fills *info; without the option it is closed for ever. CCLB_REJECTED (rule 41: no
 * such slot), CCLB_INVALID_ARGUMENT (the hook), CCLB_FORKED; *info is then untouched. `key` is borrowed for the call.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_breaker_get(cclb_runtime *runtime, cclb_slot_key key, cclb_hook hook,
                                                      cclb_breaker_info *info, cclb_error *error);

/*
 * Sets it: CLOSED forgets all faults; OPEN quarantines the hook until `wait_ns` from now, and 0 means now, as what
 * cclb_breaker_get() tells of a quarantine that has passed; HALF_OPEN lets the next call through as a try. `wait_ns` means
 * something with OPEN alone. A quarantine can thus be carried to other processes; the faults that lead to one cannot, each
 * counts its own. CCLB_OK; CCLB_REJECTED (rule 41), CCLB_INVALID_ARGUMENT (the hook, the state, or breaker.faults is 0),
 * CCLB_FORKED: nothing has changed.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_breaker_set(cclb_runtime *runtime, cclb_slot_key key, cclb_hook hook,
                                                      cclb_breaker_state state, uint64_t wait_ns, cclb_error *error);

/* Closes the breakers of all hooks of a slot. CCLB_OK, also without the option; CCLB_REJECTED (rule 41), CCLB_FORKED. */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_slot_reset(cclb_runtime *runtime, cclb_slot_key key, cclb_error *error);

#ifdef __cplusplus
}
#endif

#endif
