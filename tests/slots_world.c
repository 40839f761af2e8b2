/* SPDX-License-Identifier: Apache-2.0 */
/* slots_world.c - the steps that threads of the cases are made of, and what holds after every run. */

#include "slots_world.h"

#include <string.h>

enum { RESERVED_LANES = 2 };

struct world world;

static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
static const cclb_bytes request = {(const uint8_t *)"what?", 5};

/* ---- the process, in place of dispatch/process.c: a run that is cut short gives no page back ---- */

cclb_status fork_mark_init(struct fork_mark *mark, cclb_error *error)
{
    static const volatile uint8_t page = 1;
    (void)error;
    *mark = (struct fork_mark){.page = &page, .size = sizeof page};
    return CCLB_OK;
}

void fork_mark_deinit(struct fork_mark *mark)
{
    *mark = (struct fork_mark){0};
}

cclb_status stack_check(size_t needed, cclb_error *error)
{
    (void)needed;
    (void)error;
    return CCLB_OK;
}

/* ---- the metrics: what is counted orders nothing, and is no part of what is explored ---- */

void metrics_count_call(struct metrics *metrics, uint32_t stripe, const struct metrics_call *call)
{
    (void)metrics;
    (void)stripe;
    (void)call;
}

void metrics_count_session(struct metrics *metrics, uint32_t stripe, enum metrics_session end)
{
    (void)metrics;
    (void)stripe;
    (void)end;
}

/* ---- slots ---- */

cclb_slot_key key(size_t index)
{
    return cclb_global_key(names[index]);
}

static void destroy_plugin(void *object)
{
    struct admitted *plugin = object;
    engine_module_destroy((struct engine_module *)(uintptr_t)plugin->callee.module);
    release(&world.allocator, plugin, sizeof *plugin);
}

/* A trial call on a reserved lane, as in admission/probe.c; there are as many as threads register at once. */
static cclb_status try_out(const struct callee *callee, cclb_error *error)
{
    struct dispatch *dispatch = &world.runtime->dispatch;
    struct call_spans spans = {&request, 1};
    struct call_input input = call_input_of_spans(&spans);
    struct call_output output;
    struct lane *lane = lane_claim_reserved(&dispatch->lanes);
    if (lane == NULL) {
        model_fail("saturated with a reserved lane free");
    }
    cclb_status status = call_run(dispatch, lane, callee, CCLB_HOOK_FILTER, &input, &output, error);
    call_end(dispatch, lane);
    lane_release(lane);
    return status;
}

static cclb_status admit_plugin(void *context, struct cell_payload *payload, cclb_error *error)
{
    static const uint8_t wasm[8] = {0};
    const uint32_t *number = context;
    struct engine_module *module;
    struct engine_fault fault;
    if (engine_compile(world.runtime->engine, cclb_bytes_of(wasm, *number), &module, &fault) != CCLB_OK) {
        model_fail("a module does not compile");
    }
    struct admitted *plugin = allocate(&world.allocator, sizeof *plugin);
    plugin->callee = (struct callee){module, CCLB_REFERENCE_0_3_0};
    plugin->form = CCLB_FORM_W9;
    plugin->frees_answers = true;
    cclb_status status = try_out(&plugin->callee, error);
    if (status != CCLB_OK) {
        destroy_plugin(plugin);
        return status;
    }
    *payload = (struct cell_payload){.object = plugin, .destroy = destroy_plugin};
    return CCLB_OK;
}

cclb_status register_as(size_t index, cclb_slot_kind kind, uint32_t number, cclb_slot_registration *made)
{
    uint8_t hash[CCLB_SLOT_HASH_SIZE] = {(uint8_t)number};
    struct slots_candidate candidate = {.kind = kind, .hash = hash, .admit = admit_plugin, .context = &number};
    cclb_error error;
    return slots_register(world.slots, key(index), &candidate, made, &error);
}

cclb_slot_registration put(size_t index, uint32_t number)
{
    cclb_slot_registration made = {0};
    if (register_as(index, CCLB_SLOT_FILTER, number, &made) != CCLB_OK) {
        model_fail("a registration failed");
    }
    return made;
}

cclb_handle take_handle(size_t index)
{
    cclb_error error;
    cclb_handle handle = {.calls = &world.runtime->calls};
    if (slots_handle(world.slots, key(index), &handle.cell, &error) != CCLB_OK) {
        model_fail("no handle");
    }
    return handle;
}

void drop_handle(cclb_handle *handle)
{
    slots_handle_drop(world.slots, handle->cell);
}

/* ---- calls ---- */

struct lane *claim(void)
{
    struct lane *lane = lane_claim(world.lanes);
    if (lane == NULL) {
        model_fail("saturated with a lane free");
    }
    return lane;
}

static cclb_status call_target(const cclb_target *target, cclb_lease *lease, cclb_error *error)
{
    return cclb_call_raw(world.runtime, target, CCLB_HOOK_FILTER, &request, 1, lease, error);
}

bool lend(size_t index, cclb_lease *lease)
{
    cclb_error error;
    const cclb_target target = {.key = key(index)};
    cclb_status status = call_target(&target, lease, &error);
    if (status != CCLB_OK && error.rule != 41) {
        model_fail("a call failed: %s", error.message);
    }
    return status == CCLB_OK;
}

void lend_by_handle(cclb_handle *handle, cclb_lease *lease)
{
    cclb_error error;
    const cclb_target target = {.handle = handle};
    if (call_target(&target, lease, &error) != CCLB_OK) {
        model_fail("a call by handle failed: %s", error.message);
    }
}

uint32_t read_answer(const cclb_lease *lease)
{
    uint64_t number;
    step_touch(lease->output.data);
    memcpy(&number, lease->output.data, sizeof number);
    step_touch(lease->output.data);
    return (uint32_t)number;
}

uint32_t call(size_t index)
{
    cclb_lease lease;
    if (!lend(index, &lease)) {
        return 0;
    }
    uint32_t number = read_answer(&lease);
    cclb_lease_return(&lease);
    return number;
}

cclb_status try_call(size_t index, uint32_t *saw)
{
    cclb_error error;
    cclb_lease lease;
    const cclb_target target = {.key = key(index)};
    cclb_status status = call_target(&target, &lease, &error);
    if (status == CCLB_OK) {
        *saw = read_answer(&lease);
        cclb_lease_return(&lease);
    }
    return status;
}

/* ---- streams ---- */

void open_stream(struct stream *stream, size_t index)
{
    *stream = (struct stream){.handle = take_handle(index)};
}

cclb_status try_event(struct stream *stream, uint32_t *saw)
{
    cclb_error error;
    cclb_lease lease = {0};
    struct calls *calls = &world.runtime->calls;
    const struct admitted *plugin = cell_plugin(stream->handle.cell);
    const cclb_target target = {.handle = &stream->handle};
    struct call_spans spans = {&request, 1};
    struct call_input input = call_input_of_spans(&spans);
    struct run run;
    cclb_status status = run_enter_session(&run, calls, &target, CCLB_HOOK_FILTER, &stream->session, &error);
    if (status == CCLB_OK) {
        status = run_call(&run, &input, &error);
    }
    status = run_end(&run, status, &lease, &error);
    if (status == CCLB_OK) {
        *saw = read_answer(&lease);
    }
    session_settle(&stream->session, calls, plugin, &lease, status != CCLB_OK);
    return status;
}

void close_stream(struct stream *stream)
{
    session_end(&stream->session, &world.runtime->calls);
    drop_handle(&stream->handle);
}

/* ---- beginning and end ---- */

static uint64_t no_time(void *context)
{
    (void)context;
    return 1;
}

static void make_runtime(uint32_t permits, uint32_t calls_in_memory)
{
    cclb_error error;
    struct engine_fault fault;
    static const struct fake_script script = {.answer_size = true};
    static const struct engine_options engine_options = {.isolation = CCLB_ISOLATION_ON_DEMAND};
    const struct dispatch_options options = {
        .permits = permits,
        .reserved = RESERVED_LANES,
        .memory_max_bytes = FAKE_MEMORY_BYTES,
        .memory_total_max_bytes = (uint64_t)calls_in_memory * FAKE_MEMORY_BYTES,
        .foreign_stacks = true,
        .host_ticks = true,
        .clock = {.now_ns = no_time},
    };
    const struct key_seed seed = {{1, 2}};
    cclb_runtime *runtime = allocate(&world.allocator, sizeof *runtime);
    fake_script_set(&script);
    if (engine_create(&engine_options, &world.allocator, &runtime->engine, &fault) != CCLB_OK ||
        dispatch_init(&runtime->dispatch, &options, runtime->engine, &world.allocator, &error) != CCLB_OK ||
        slots_init(&runtime->slots, &runtime->dispatch.lanes, seed, &world.allocator, &error) != CCLB_OK) {
        model_fail("nothing to begin with");
    }
    runtime->calls.dispatch = &runtime->dispatch;
    runtime->calls.slots = &runtime->slots;
    runtime->calls.allocator = &world.allocator;
    runtime->calls.session_growth_max_bytes = FAKE_MEMORY_BYTES;
    runtime->dispatch.lanes.owner = &runtime->calls;
    world.runtime = runtime;
    world.slots = &runtime->slots;
    world.lanes = &runtime->dispatch.lanes;
}

void begin_with_memory_for(uint32_t calls, uint32_t permits)
{
    world = (struct world){.allocator = model_allocator()};
    make_runtime(permits, calls);
    for (uint32_t i = 0; i < MODEL_THREADS; i++) {
        model_set_own(i, 1);
    }
    *model_own() = 1;
}

void begin(uint32_t permits)
{
    begin_with_memory_for(permits, permits);
}

bool end(void)
{
    cclb_error error;
    cclb_runtime *runtime = world.runtime;
    cclb_status status = slots_deinit(&runtime->slots, &error);
    if (status == CCLB_BUSY) {
        return false;
    }
    if (status != CCLB_OK) {
        model_fail("the slots could not be taken down");
    }
    dispatch_deinit(&runtime->dispatch);
    engine_destroy(runtime->engine);
    release(&world.allocator, runtime, sizeof *runtime);
    world.ended = true;
    return true;
}

static void check_idle(void)
{
    if (world.slots->retired_cells || world.slots->retired_tables) {
        model_fail("never freed: something retired is left when all is quiet");
    }
    if (lanes_claimed(world.lanes) != 0) {
        model_fail("a lane is still claimed when all is quiet");
    }
    if (lanes_kept(world.lanes) != 0) {
        model_fail("a session is still counted when all is quiet");
    }
    if (atomic_load(&world.runtime->dispatch.memory_reserved_bytes) != 0) {
        model_fail("memory is still reserved when all is quiet");
    }
    if (!end()) {
        model_fail("busy when all is quiet");
    }
}

void check_quiet(void *context)
{
    (void)context;
    if (!world.ended) {
        check_idle();
    }
    if (model_allocated() != 0) {
        model_fail("leak: memory is left at the end");
    }
}

void check_that(bool holds, const char *what)
{
    if (!holds) {
        model_fail("wrong outcome: %s", what);
    }
}
