/* SPDX-License-Identifier: Apache-2.0 */
/* breaker.c - reading and setting the breakers of a slot's present cell. */

#include "cclb/breaker.h"

#include "base/clock.h"
#include "base/error.h"
#include "runtime/runtime.h"

/* Counts on the cell of a key; slots_handle_drop() follows on CCLB_OK. */
static cclb_status hold_cell(cclb_runtime *runtime, cclb_slot_key key, struct cell **cell, cclb_error *error)
{
    cclb_status status = dispatch_check_process(&runtime->dispatch, error);
    return status == CCLB_OK ? slots_handle(&runtime->slots, key, cell, error) : status;
}

static cclb_status check_hook(cclb_hook hook, cclb_error *error)
{
    return hook < CCLB_HOOK_COUNT ? CCLB_OK
                                  : error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                                              "hook %d is none of enum cclb_hook", (int)hook);
}

static uint64_t now_of(const cclb_runtime *runtime)
{
    return clock_now_ns(&runtime->resolved.options.clock);
}

cclb_status cclb_breaker_get(cclb_runtime *runtime, cclb_slot_key key, cclb_hook hook, cclb_breaker_info *info,
                             cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    struct cell *cell;
    cclb_status status = check_hook(hook, error);
    if (status == CCLB_OK) {
        status = hold_cell(runtime, key, &cell, error);
    }
    if (status == CCLB_OK) {
        *info = cell->breaker ? breaker_read(cell->breaker, hook, now_of(runtime)) : (cclb_breaker_info){0};
        slots_handle_drop(&runtime->slots, cell);
    }
    return status;
}

cclb_status cclb_breaker_set(cclb_runtime *runtime, cclb_slot_key key, cclb_hook hook, cclb_breaker_state state,
                             uint64_t wait_ns, cclb_error *error)
{
    cclb_error scratch;
    error = error ? error : &scratch;
    struct cell *cell;
    cclb_status status = check_hook(hook, error);
    if (status == CCLB_OK && state > CCLB_BREAKER_HALF_OPEN) {
        status = error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                           "state %d is none of enum cclb_breaker_state", (int)state);
    }
    if (status == CCLB_OK && runtime->breakers.options.faults == 0) {
        status = error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                           "this runtime has no breakers; set its option breaker.faults");
    }
    if (status == CCLB_OK) {
        status = hold_cell(runtime, key, &cell, error);
    }
    if (status == CCLB_OK) {
        breaker_set(cell->breaker, hook, state, wait_ns, now_of(runtime));
        slots_handle_drop(&runtime->slots, cell);
    }
    return status;
}

cclb_status cclb_slot_reset(cclb_runtime *runtime, cclb_slot_key key, cclb_error *error)
{
    cclb_error scratch;
    struct cell *cell;
    cclb_status status = hold_cell(runtime, key, &cell, error ? error : &scratch);
    if (status != CCLB_OK) {
        return status;
    }
    for (cclb_hook hook = 0; cell->breaker && hook < CCLB_HOOK_COUNT; hook++) {
        breaker_set(cell->breaker, hook, CCLB_BREAKER_CLOSED, 0, now_of(runtime));
    }
    slots_handle_drop(&runtime->slots, cell);
    return CCLB_OK;
}
