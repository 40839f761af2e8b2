/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - the steps around dispatch/call.h, and the one place that knows how every call ended. */

#include "slots/run.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/step.h"
#include "metrics/probes.h"
#include "slots/session.h"
#include "wire/wire.h"

#include <inttypes.h>

static cclb_status reject(cclb_error *error, uint32_t rule, cclb_hook hook, const char *held, const char *why)
{
    error_set(error, CCLB_REJECTED, rule, CCLB_PHASE_NONE,
              "module rejected at load time: a `%s` slot is not callable as `%s`%s", held, cclb_hook_name(hook), why);
    error->hook = hook;
    return CCLB_REJECTED;
}

/* R41, R42: by key a slot is callable for the hook of its kind alone. */
static cclb_status check_kind(cclb_slot_kind kind, cclb_hook hook, cclb_error *error)
{
    if (cclb_slot_kind_hook(kind) == hook) {
        return CCLB_OK;
    }
    const char *held = cclb_slot_kind_name(kind);
    if (hook == CCLB_HOOK_TRANSFORM_RESPONSE || hook == CCLB_HOOK_TRANSFORM_SSE_EVENT) {
        return reject(error, 42, hook, held, " by key; transform hooks are called by handle");
    }
    return reject(error, 41, hook, held, "");
}

/* The hook is in quarantine, or may be called. */
static cclb_status ask_breaker(struct run *run, cclb_error *error)
{
    struct breaker *breaker = run->cell->breaker;
    if (breaker == NULL || run->hook >= CCLB_HOOK_COUNT) {
        return CCLB_OK;
    }
    run->pass = breaker_enter(breaker, run->hook, run->started_ns, &run->turn);
    if (run->pass != BREAKER_REFUSES) {
        return CCLB_OK;
    }
    uint64_t wait_ns = breaker_wait_ns(breaker, run->hook, run->started_ns);
    error_set(error, CCLB_QUARANTINED, 0, CCLB_PHASE_NONE,
              "the hook is in quarantine, because its plugin failed again and again; it is tried again in %" PRIu64 " ms",
              (wait_ns + 999999) / 1000000);
    error->hook = run->hook;
    return CCLB_QUARANTINED;
}

bool run_failed_by_plugin(const struct run *run, cclb_status status, const cclb_error *error)
{
    bool it_ran = run->output.entered_ns != 0 || error->phase == CCLB_PHASE_INSTANTIATE; /* there its start function runs */
    return it_ran && run_is_plugins_fault(status, error) && status != CCLB_SATURATED &&
           run->plugin->facts.declares[run->hook];
}

/* What a call that was let through came to, for the breaker. */
static enum breaker_outcome breaker_outcome(const struct run *run, cclb_status status, const cclb_error *error)
{
    if (status != CCLB_OK && run_failed_by_plugin(run, status, error)) {
        return run->bytes_in <= run->calls->pass_through_bytes ? BREAKER_FAULT : BREAKER_NEITHER;
    }
    return status == CCLB_OK ? BREAKER_SUCCESS : BREAKER_NEITHER;
}

static void tell_breaker(const struct run *run, enum breaker_outcome outcome, uint64_t now_ns)
{
    struct breaker *breaker = run->cell ? run->cell->breaker : NULL;
    if (breaker && run->hook < CCLB_HOOK_COUNT && run->pass != BREAKER_REFUSES) {
        breaker_leave(breaker, run->hook, run->pass, run->turn, outcome, now_ns);
    }
}

/* Every permit is taken; but what is wrong with a key is told first. */
static cclb_status no_lane(struct run *run, const cclb_target *target, cclb_error *error)
{
    if (target->handle == NULL) {
        struct cell_account account;
        if (!slots_account(run->calls->slots, target->key, &account)) {
            return slots_reject_unknown(target->key, error);
        }
        cclb_status status = check_kind(account.kind, run->hook, error);
        if (status != CCLB_OK) {
            return status;
        }
        run->failure_policy = account.failure_policy;
        run->label = account.label;
    }
    error_set(error, CCLB_SATURATED, 44, CCLB_PHASE_NONE,
              "plugin runtime saturated: stores limit reached (%u calls and leases are open)",
              run->calls->dispatch->lanes.permits);
    error->resource = CCLB_RESOURCE_STORES;
    error->hook = run->hook;
    return CCLB_SATURATED;
}

/* The lane that the session of this event keeps, or one that is free, or an idle session's. */
static struct lane *take_lane(struct run *run)
{
    struct lane *lane = run->session ? session_resume(run->session) : NULL;
    if (lane) {
        run->resumed = true;
        return lane;
    }
    lane = lane_claim(&run->calls->dispatch->lanes);
    if (lane && lane->session) {
        session_revoke(run->calls, lane);
    }
    return lane;
}

static void start(struct run *run, struct calls *calls, cclb_hook hook)
{
    *run = (struct run){
        .calls = calls, .hook = hook, .label = METRICS_NO_PLUGIN, .principal_kind = METRICS_NO_PRINCIPAL};
}

static void take_cell(struct run *run, const struct cell *cell)
{
    step_touch(cell);
    step_touch(cell_plugin(cell));
    run->cell = cell;
    run->plugin = cell_plugin(cell);
    run->label = cell->label;
    run->failure_policy = atomic_load_explicit(&cell->failure_policy, memory_order_relaxed);
}

cclb_status run_enter(struct run *run, struct calls *calls, const cclb_target *target, cclb_hook hook,
                      cclb_error *error)
{
    return run_enter_session(run, calls, target, hook, NULL, error);
}

cclb_status run_enter_session(struct run *run, struct calls *calls, const cclb_target *target, cclb_hook hook,
                              struct session *session, cclb_error *error)
{
    start(run, calls, hook);
    run->session = session;
    run->key = target->key;
    cclb_status status = dispatch_check_thread(calls->dispatch, error);
    if (status != CCLB_OK) {
        return status;
    }
    if (hook >= CCLB_HOOK_COUNT) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "hook %d is none of enum cclb_hook",
                         (int)hook);
    }
    if (target->handle && target->handle->calls != calls) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "the handle belongs to another runtime");
    }
    if (target->handle) {
        take_cell(run, target->handle->cell);
        run->key = run->cell->key;
    }
    run->started_ns = clock_now_ns(&calls->dispatch->options.clock);
    status = run->cell ? ask_breaker(run, error) : CCLB_OK;
    run->lane = status == CCLB_OK ? take_lane(run) : NULL;
    if (run->lane == NULL) {
        if (target->handle) {
            slots_handle_again(calls->slots, target->handle->cell); /* no lane guards it; run_end() reads it */
            run->counted = true;
        }
        return status == CCLB_OK ? no_lane(run, target, error) : status;
    }
    run->arena = &run->lane->arena;
    if (run->resumed) {
        return CCLB_OK; /* the guard is on that cell still */
    }
    if (run->cell) {
        slots_guard_cell(run->lane, run->cell);
    } else {
        const struct cell *cell = slots_guard(calls->slots, run->lane, target->key);
        if (cell == NULL) {
            return slots_reject_unknown(target->key, error);
        }
        take_cell(run, cell);
        status = check_kind(cell->kind, hook, error);
        if (status == CCLB_OK) {
            status = ask_breaker(run, error);
        }
    }
    return status;
}

static void probe_start(const struct run *run)
{
    probe_call_start(run->key.plugin.data, run->key.plugin.len, (int)run->hook, run->bytes_in);
}

static void log_call(const struct run *run, cclb_status status, uint64_t duration_ns, bool tried_again,
                     const cclb_error *error)
{
    const struct call_output *output = &run->output;
    const struct admitted *plugin = run->plugin;
    bool called = output->entered_ns != 0;
    cclb_call_record record = {
        .struct_size = sizeof record,
        .principal = run->key.principal,
        .plugin = run->key.plugin,
        .version = plugin ? run->cell->version : 0,
        .digest = plugin ? plugin->digest : NULL,
        .hook = run->hook,
        .form = plugin ? plugin->form : CCLB_FORM_NONE,
        .reference = plugin ? plugin->callee.reference : CCLB_REFERENCE_ANY,
        .outcome = status,
        .passed_through = run->applied == CCLB_FAILURE_PASS_THROUGH,
        .called = called,
        .fault = status == CCLB_OK ? NULL : error,
        .bytes_in = run->bytes_in,
        .bytes_out = output->bytes.len,
        .duration_ns = duration_ns,
        .guest_ns = called ? clock_since(output->entered_ns, output->ended_ns) : 0,
        .memory_bytes = output->memory_bytes,
        .fuel = output->fuel,
        .tried_again = tried_again,
    };
    run->calls->log.call(run->calls->log.context, &record);
}

static uint64_t time_of(const struct run *run)
{
    return run->started_ns != 0 ? clock_now_ns(&run->calls->dispatch->options.clock) : 0;
}

/* Counts what a call came to, and tells the host's log. */
static void tell(const struct run *run, cclb_status status, uint64_t duration_ns, bool tried_again, const cclb_error *error)
{
    if (run->hook < CCLB_HOOK_COUNT) {
        const struct call_account account = {
            .label = run->label,
            .hook = run->hook,
            .principal_kind = run->principal_kind,
            .policy = run->applied == CCLB_FAILURE_PASS_THROUGH  ? METRICS_POLICY_PASS_THROUGH
                      : run->applied == CCLB_FAILURE_FAIL_CLOSED ? METRICS_POLICY_FAIL_CLOSED
                                                                 : METRICS_POLICY_NONE,
            .total_ns = duration_ns,
            .bytes_in = run->bytes_in,
        };
        call_count(run->calls->metrics, run->lane, &account, &run->output, status, error);
    }
    probe_call_end((int)run->hook, (int)status, run->output.bytes.len);
    if (status != CCLB_OK) {
        probe_fault((int)run->hook, (int)status, error->rule, (int)error->phase, error->message);
    }
    if (run->calls->log.call) {
        log_call(run, status, duration_ns, tried_again, error);
    }
}

/*
 * A kept instance has failed: the event is tried in a fresh one, which a plugin can make a host pay for with each stream.
 * By the plugin's fault: then that was a call of its own, and is told as one. Returns whether it was.
 */
static bool end_kept(struct run *run, cclb_status status, const cclb_error *error)
{
    run->session->over = true;
    run->resumed = false;
    if (!run_failed_by_plugin(run, status, error)) {
        return false;
    }
    uint64_t now_ns = time_of(run);
    if (breaker_outcome(run, status, error) == BREAKER_FAULT) {
        tell_breaker(run, BREAKER_FAULT, now_ns); /* of a try this ends the turn: what follows is an ordinary call */
    }
    tell(run, status, clock_since(run->started_ns, now_ns), true, error);
    run->started_ns = time_of(run); /* what the log took is nobody's */
    return true;
}

cclb_status run_call(struct run *run, const struct call_input *input, cclb_error *error)
{
    run->bytes_in = input->len;
    run->input = *input;
    probe_start(run);
    struct dispatch *dispatch = run->calls->dispatch;
    const struct callee *callee = &run->plugin->callee;
    cclb_status status;
    if (run->resumed) {
        cclb_error kept;
        status = call_run_again(dispatch, run->lane, callee, run->hook, input, run->plugin->frees_answers, run->started_ns,
                                &run->output, &kept);
        if (status == CCLB_OK) {
            return CCLB_OK;
        }
        if (end_kept(run, status, &kept)) {
            probe_start(run); /* what failed was told as a call that has ended */
        }
    }
    do { /* what an idle session keeps of pool and memory is a call's before it is turned away */
        status = call_run(dispatch, run->lane, callee, run->hook, input, &run->output, error);
    } while (status == CCLB_SATURATED && session_revoke_any(run->calls));
    return status;
}

bool run_try_afresh(struct run *run, cclb_status status, const cclb_error *error)
{
    if (!run->resumed) {
        return false;
    }
    call_end(run->calls->dispatch, run->lane);
    (void)end_kept(run, status, error);
    arena_reset(run->arena);
    return true;
}

static void write_encoding(const void *context, uint8_t *out)
{
    const struct run_encoding *encoding = context;
    wire_write(encoding->type, encoding->form, encoding->message, out, encoding->size);
}

cclb_status run_message(struct run *run, const void *message, cclb_error *error)
{
    struct run_encoding *encoding = &run->encoding;
    *encoding = (struct run_encoding){
        .type = wire_request_type(run->hook),
        .form = run->plugin->form,
        .message = message,
    };
    if (!cclb_form_has_hook(encoding->form, run->hook)) {
        error_set(error, CCLB_REJECTED, 46, CCLB_PHASE_EXPORTS,
                  "module rejected at load time: form %s, which this plugin is called in, has no `%s` hook",
                  cclb_form_name(encoding->form), cclb_hook_name(run->hook));
        error->hook = run->hook;
        return CCLB_REJECTED;
    }
    cclb_status status = wire_measure(encoding->type, encoding->form, message, &encoding->size, error);
    if (status != CCLB_OK) {
        error->hook = run->hook;
        return status;
    }
    struct call_input input = {.len = encoding->size, .write = write_encoding, .context = encoding};
    return run_call(run, &input, error);
}

/* Memory of a lease that has no lane. */
struct lease_memory {
    struct calls *calls;
    struct arena arena;
};

static bool make_arena(struct run *run)
{
    run->memory = allocate(run->calls->allocator, sizeof *run->memory);
    if (run->memory == NULL) {
        return false;
    }
    atomic_fetch_add(&run->calls->leases_without_lane, 1);
    run->memory->calls = run->calls;
    run->arena = &run->memory->arena;
    arena_init(run->arena, run->calls->allocator);
    return true;
}

bool run_is_plugins_fault(cclb_status status, const cclb_error *error)
{
    switch (status) {
    case CCLB_REJECTED:
        return error->rule != 41 && error->rule != 42;
    case CCLB_INSTANTIATE:
    case CCLB_TRAP:
    case CCLB_SATURATED:
    case CCLB_DEADLINE:
    case CCLB_FUEL:
    case CCLB_DECODE:
    case CCLB_QUARANTINED:
        return true;
    default:
        return false;
    }
}

bool run_passes(struct run *run, cclb_status status, const cclb_error *error)
{
    if (run->failure_policy == CCLB_FAILURE_DEFAULT || !run_is_plugins_fault(status, error)) {
        return false;
    }
    if (run->plugin && !run->plugin->facts.declares[run->hook]) {
        return false; /* who calls a plugin for what it does not have is the host */
    }
    run->applied = run->failure_policy;
    if (run->bytes_in > run->calls->pass_through_bytes) {
        run->applied = CCLB_FAILURE_FAIL_CLOSED; /* who made it that long may have meant it to fail */
    }
    if (run->applied == CCLB_FAILURE_PASS_THROUGH && run->arena == NULL && !make_arena(run)) {
        run->applied = CCLB_FAILURE_FAIL_CLOSED; /* there is no memory to pass anything through with */
    }
    return run->applied == CCLB_FAILURE_PASS_THROUGH;
}

cclb_status run_passed(struct run *run, cclb_status status, cclb_status made, const cclb_error *obstacle,
                       cclb_error *error)
{
    if (made == CCLB_OK) {
        return status;
    }
    run->applied = CCLB_FAILURE_DEFAULT;
    *error = *obstacle;
    return made;
}

/* Lends what a call holds that succeeded or passes through. */
static void lend(const struct run *run, uint64_t since_ns, uint64_t duration_ns, cclb_lease *lease)
{
    if (run->lane) {
        atomic_store_explicit(&run->lane->lease_since_ns, since_ns > 0 ? since_ns : 1, memory_order_relaxed);
    }
    *lease = (cclb_lease){
        .output = run->applied == CCLB_FAILURE_DEFAULT ? run->output.bytes : (cclb_bytes){0},
        .form = run->plugin ? run->plugin->form : CCLB_FORM_NONE,
        .reference = run->plugin ? run->plugin->callee.reference : CCLB_REFERENCE_ANY,
        .version = run->plugin ? run->cell->version : 0,
        .duration_ns = duration_ns,
        .memory_bytes = run->output.memory_bytes,
        .fuel = run->output.fuel,
        .lane = run->lane,
        .memory = run->memory,
    };
}

void run_give_back(struct calls *calls, struct lane *lane)
{
    call_end(calls->dispatch, lane);
    arena_reset(&lane->arena);
    lane_unkeep(lane);
    slots_release(calls->slots, lane);
}

static void free_memory(struct lease_memory *memory)
{
    cclb_error scratch;
    if (dispatch_check_process(memory->calls->dispatch, &scratch) == CCLB_OK) {
        struct calls *calls = memory->calls;
        arena_deinit(&memory->arena);
        release(calls->allocator, memory, sizeof *memory);
        atomic_fetch_sub(&calls->leases_without_lane, 1);
    }
}

cclb_status run_end(struct run *run, cclb_status status, cclb_lease *lease, cclb_error *error)
{
    uint64_t now_ns = time_of(run);
    uint64_t duration_ns = clock_since(run->started_ns, now_ns);
    if (run->cell) {
        step_touch(run->cell); /* told and lent below */
    }
    tell_breaker(run, breaker_outcome(run, status, error), now_ns);
    tell(run, status, duration_ns, false, error); /* the host's log sees what became of the breaker */
    if (run->calls->failures.told && status != CCLB_OK && run_failed_by_plugin(run, status, error)) {
        run->calls->failures.told(run->calls->failures.context, run, error);
    }
    bool lent = status == CCLB_OK || run->applied == CCLB_FAILURE_PASS_THROUGH;
    if (lent) {
        lend(run, now_ns, duration_ns, lease);
    }
    if (run->counted) {
        slots_handle_drop(run->calls->slots, (struct cell *)(uintptr_t)run->cell);
    }
    if (lent) {
        return CCLB_OK;
    }
    if (run->lane) {
        run_give_back(run->calls, run->lane);
    }
    if (run->memory) {
        free_memory(run->memory);
    }
    return status;
}

void run_without_call(struct calls *calls, const cclb_handle *handle, cclb_hook hook, cclb_principal_kind kind,
                      cclb_error *error)
{
    struct run run;
    start(&run, calls, hook);
    take_cell(&run, handle->cell);
    run.key = run.cell->key;
    run.principal_kind = kind;
    run.applied = CCLB_FAILURE_FAIL_CLOSED;
    run_end(&run, error->status, NULL, error);
}

void cclb_lease_return(cclb_lease *lease)
{
    cclb_error scratch;
    if (lease == NULL) {
        return;
    }
    if (lease->lane) {
        struct lane *lane = lease->lane;
        struct calls *calls = lane->lanes->owner;
        if (dispatch_check_process(calls->dispatch, &scratch) == CCLB_OK) {
            atomic_store_explicit(&lane->lease_since_ns, 0, memory_order_relaxed);
            run_give_back(calls, lane);
        }
    }
    if (lease->memory) {
        free_memory(lease->memory);
    }
    memset(lease, 0, sizeof *lease);
}
