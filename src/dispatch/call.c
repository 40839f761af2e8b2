/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - the steps of a call, each with the rule it follows. */

#include "dispatch/call.h"

#include "base/error.h"
#include "base/step.h"
#include "engine/guest_memory.h"
#include "metrics/probes.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* What a guest's stack needs besides the guest: the engine's own frames and the host functions above it. */
enum { STACK_MARGIN_BYTES = 256 << 10 };

/* The alignment that the host asks of cc_lb_alloc, and that at which guests return answers (spec/abi.md). */
enum { INPUT_ALIGN = 16, ANSWER_ALIGN = 16 };

cclb_status dispatch_init(struct dispatch *dispatch, const struct dispatch_options *options, struct engine *engine,
                          const cclb_allocator *allocator, cclb_error *error)
{
    *dispatch = (struct dispatch){.options = *options, .engine = engine};
    cclb_status status = fork_mark_init(&dispatch->fork_mark, error);
    if (status != CCLB_OK) {
        return status;
    }
    status = lanes_init(&dispatch->lanes, options->permits, options->reserved, allocator, error);
    if (status != CCLB_OK) {
        fork_mark_deinit(&dispatch->fork_mark);
        return status;
    }
    status = ticker_init(&dispatch->ticker, &dispatch->lanes, engine, &dispatch->options.clock, options->host_ticks,
                         error);
    if (status != CCLB_OK) {
        lanes_deinit(&dispatch->lanes);
        fork_mark_deinit(&dispatch->fork_mark);
    }
    return status;
}

void dispatch_deinit(struct dispatch *dispatch)
{
    ticker_deinit(&dispatch->ticker);
    lanes_deinit(&dispatch->lanes);
    fork_mark_deinit(&dispatch->fork_mark);
}

cclb_status dispatch_check_process(const struct dispatch *dispatch, cclb_error *error)
{
    if (fork_mark_is_foreign(&dispatch->fork_mark)) {
        return error_set(error, CCLB_FORKED, 0, CCLB_PHASE_NONE,
                         "this runtime belongs to the parent process; make a new one after fork");
    }
    return CCLB_OK;
}

cclb_status dispatch_check_thread(const struct dispatch *dispatch, cclb_error *error)
{
    cclb_status status = dispatch_check_process(dispatch, error);
    if (status == CCLB_OK && !dispatch->options.foreign_stacks) {
        status = stack_check(dispatch->options.stack_max_bytes + STACK_MARGIN_BYTES, error);
    }
    return status;
}

/* One call on its way. */
struct call {
    struct dispatch *dispatch;
    struct lane *lane;
    const struct callee *callee;
    cclb_hook hook;
    uint64_t deadline_ns; /* as a length of time */
    bool again;           /* the instance is there, and its exports were checked */
    bool frees;           /* the last answer is given back first */
    cclb_error *error;
};

/* "cc_lb_filter": the name under which traps in the hook itself are reported (R50). */
static const char *phase_text(const struct call *call, cclb_phase phase)
{
    static const char *const exports[CCLB_HOOK_COUNT] = {
#define HOOK(NAME, name) "cc_lb_" #name,
#include "cclb/hook.def"
#undef HOOK
    };
    return phase == CCLB_PHASE_HOOK ? exports[call->hook] : cclb_phase_name(phase);
}

/* Turns what the engine said into what the caller is told. */
static cclb_status report(const struct call *call, cclb_phase phase, uint32_t rule, const struct engine_fault *fault)
{
    struct error_text words;
    const char *text = error_text(&words, cclb_text(fault->text));
    const char *where = phase_text(call, phase);
    switch (fault->status) {
    case CCLB_SATURATED:
        error_set(call->error, CCLB_SATURATED, 45, phase, "plugin runtime saturated: %s limit reached: %s",
                  cclb_resource_name(fault->resource), text);
        break;
    case CCLB_DEADLINE:
        error_set(call->error, CCLB_DEADLINE, 21, phase, "guest stopped during %s: its deadline of %.*f ms has passed",
                  where, call->deadline_ns < 1000000 ? 6 : 0, (double)call->deadline_ns / 1e6);
        break;
    case CCLB_FUEL:
        error_set(call->error, CCLB_FUEL, 21, phase, "guest stopped during %s: its %" PRIu64 " units of fuel are used",
                  where, call->dispatch->options.fuel);
        break;
    case CCLB_INSTANTIATE:
        error_set(call->error, CCLB_INSTANTIATE, rule, phase, "failed to instantiate module: %s", text);
        break;
    case CCLB_TRAP:
        error_set(call->error, CCLB_TRAP, rule, phase, "guest trap during %s: %s", where, text);
        break;
    default:
        error_set(call->error, fault->status, rule, phase, "%s: %s", where, text);
        break;
    }
    call->error->hook = call->hook;
    call->error->trap = fault->trap;
    call->error->resource = fault->resource;
    return fault->status;
}

__attribute__((format(printf, 4, 5))) static cclb_status reject(const struct call *call, cclb_phase phase,
                                                                uint32_t rule, const char *format, ...)
{
    char what[CCLB_MESSAGE_SIZE / 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    error_set(call->error, CCLB_REJECTED, rule, phase, "module rejected at load time: %s", what);
    call->error->hook = call->hook;
    return CCLB_REJECTED;
}

/* R46: memory, cc_lb_alloc, up to 0.1.4 also cc_lb_free, and the hook, in this order. */
static cclb_status check_exports(const struct call *call)
{
    const struct engine_module *module = call->callee->module;
    if (engine_module_serves(module, call->hook)) {
        return CCLB_OK;
    }
    if (engine_module_export(module, "memory") != ENGINE_EXPORT_MEMORY) {
        return reject(call, CCLB_PHASE_EXPORTS, 46, "guest does not export `memory`");
    }
    const char *missing = NULL;
    if (engine_module_export(module, "cc_lb_alloc") != ENGINE_EXPORT_ALLOC) {
        missing = "cc_lb_alloc";
    } else if (call->callee->reference <= CCLB_REFERENCE_0_1_4 &&
               engine_module_export(module, "cc_lb_free") != ENGINE_EXPORT_FREE) {
        missing = "cc_lb_free";
    } else if (engine_module_export(module, phase_text(call, CCLB_PHASE_HOOK)) != ENGINE_EXPORT_HOOK) {
        missing = phase_text(call, CCLB_PHASE_HOOK);
    }
    if (missing) {
        return reject(call, CCLB_PHASE_EXPORTS, 46, "missing or mistyped export `%s`", missing);
    }
    return CCLB_OK;
}

/* Asks the guest for room and writes the request into it (R47 to R49). */
static cclb_status pass_input(const struct call *call, const struct call_input *input, uint32_t *address)
{
    struct engine_instance *instance = &call->lane->instance;
    if (input->len > UINT32_MAX) {
        return reject(call, CCLB_PHASE_ALLOC, 47, "input too large: %" PRIu64 " bytes, a guest takes 4294967295",
                      input->len);
    }
    struct engine_fault fault;
    if (engine_call_alloc(instance, (uint32_t)input->len, INPUT_ALIGN, address, &fault) != CCLB_OK) {
        return report(call, CCLB_PHASE_ALLOC, 48, &fault);
    }
    if (*address == 0) {
        fault = (struct engine_fault){.status = CCLB_TRAP, .trap = CCLB_TRAP_NULL_POINTER};
        snprintf(fault.text, sizeof fault.text, "guest cc_lb_alloc returned null pointer for %" PRIu64 " bytes",
                 input->len);
        return report(call, CCLB_PHASE_ALLOC, 48, &fault);
    }
    struct engine_memory memory = engine_instance_memory(instance);
    uint8_t *place = guest_memory_view(memory, *address, input->len);
    if (place == NULL) {
        fault = (struct engine_fault){.status = CCLB_TRAP, .trap = CCLB_TRAP_MEMORY_OUT_OF_BOUNDS};
        snprintf(fault.text, sizeof fault.text, "out of bounds (memory %" PRIu64 " bytes, ptr=%" PRIu32
                 ", len=%" PRIu64 ")", memory.size, *address, input->len);
        return report(call, CCLB_PHASE_WRITE, 49, &fault);
    }
    input->write(input->context, place);
    call->lane->request_address = *address;
    return CCLB_OK;
}

/* Takes the answer's place apart and checks it against the memory as it is now (R51 to R55). */
static cclb_status take_output(const struct call *call, uint64_t packed, struct call_output *output)
{
    uint32_t address = (uint32_t)(packed >> 32);
    uint32_t len = (uint32_t)packed;
    struct engine_memory memory = engine_instance_memory(&call->lane->instance);
    bool to_0_1_4 = call->callee->reference <= CCLB_REFERENCE_0_1_4;
    if (address == 0 && len == 0 && call->hook == CCLB_HOOK_OBSERVE && to_0_1_4) {
        output->bytes = (cclb_bytes){0}; /* R52 */
        return CCLB_OK;
    }
    if (address == 0 || len == 0) {
        return reject(call, CCLB_PHASE_OUTPUT, 53, "guest returned invalid (ptr=%" PRIu32 ", len=%" PRIu32 ")%s",
                      address, len, to_0_1_4 ? "; only observe may return (0, 0)" : "");
    }
    const uint8_t *place = guest_memory_view(memory, address, len);
    if (place == NULL) {
        return reject(call, CCLB_PHASE_OUTPUT, 54,
                      "guest output is out of bounds (memory %" PRIu64 " bytes, ptr=%" PRIu32 ", len=%" PRIu32 ")",
                      memory.size, address, len);
    }
    output->bytes = cclb_bytes_of(place, len);
    output->memory_bytes = memory.size;
    call->lane->answer_address = address;
    call->lane->answer_len = len;
    return CCLB_OK;
}

/* What comes before the request on an instance that has answered already. */
static cclb_status free_answer(const struct call *call)
{
    struct lane *lane = call->lane;
    struct engine_fault fault;
    uint32_t len = lane->answer_len;
    lane->answer_len = 0;
    if (!call->frees || len == 0) {
        return CCLB_OK;
    }
    if (engine_call_free(&lane->instance, lane->answer_address, len, ANSWER_ALIGN, &fault) != CCLB_OK) {
        return report(call, CCLB_PHASE_FREE, 0, &fault);
    }
    return CCLB_OK;
}

/* Guest code runs; its exports were checked. */
static cclb_status run_guest(const struct call *call, const struct call_input *input, struct call_output *output)
{
    struct engine_instance *instance = &call->lane->instance;
    uint32_t address;
    cclb_status status = pass_input(call, input, &address);
    if (status != CCLB_OK) {
        return status;
    }
    struct engine_fault fault;
    uint64_t packed;
    if (engine_call_hook(instance, call->hook, address, (uint32_t)input->len, &packed, &fault) != CCLB_OK) {
        return report(call, CCLB_PHASE_HOOK, 50, &fault);
    }
    return take_output(call, packed, output);
}

/* The guest stage of a call (R67), measured whatever comes of it. */
static cclb_status run_stage(const struct call *call, const struct call_input *input, struct call_output *output)
{
    const cclb_clock *clock = &call->dispatch->options.clock;
    struct engine_instance *instance = &call->lane->instance;
    output->entered_ns = call->again ? output->started_ns : clock_now_ns(clock);
    probe_guest_entry((int)call->hook, input->len);
    cclb_status status = call->again ? free_answer(call) : check_exports(call);
    if (status == CCLB_OK) {
        status = run_guest(call, input, output);
        if (output->memory_bytes == 0) { /* no answer: nobody has looked */
            output->memory_bytes = engine_instance_memory(instance).size;
        }
    }
    probe_guest_exit((int)call->hook, (int)status);
    output->ended_ns = clock_now_ns(clock);
    output->fuel = engine_fuel_used(instance);
    return status;
}

/* Trial calls have a budget of their own (R27): the reserved lanes bound what they use. */
static bool reserves_memory(const struct dispatch *dispatch, const struct lane *lane)
{
    return dispatch->options.memory_total_max_bytes != 0 &&
           lane < dispatch->lanes.lane + dispatch->lanes.permits;
}

/* The call's share of memory_total_max_bytes: the most it may come to use. */
static cclb_status reserve_memory(const struct call *call)
{
    struct dispatch *dispatch = call->dispatch;
    uint64_t total = dispatch->options.memory_total_max_bytes;
    uint64_t wanted = dispatch->options.memory_max_bytes;
    if (!reserves_memory(dispatch, call->lane)) {
        return CCLB_OK;
    }
    /*
     * Never more than the total, not even for a moment: that could turn away another call, for which there is room. The
     * number orders nothing else, so relaxed would do; acquire is what step_compare_exchange() fails with.
     */
    uint64_t before = step_load(&dispatch->memory_reserved_bytes, memory_order_relaxed);
    while (before + wanted <= total) {
        if (step_compare_exchange(&dispatch->memory_reserved_bytes, &before, before + wanted, memory_order_acquire)) {
            call->lane->reserved_bytes = wanted;
            return CCLB_OK;
        }
    }
    error_set(call->error, CCLB_SATURATED, 0, CCLB_PHASE_NONE,
              "plugin runtime saturated: memory limit reached (%" PRIu64 " of %" PRIu64 " bytes are reserved)", before,
              total);
    call->error->resource = CCLB_RESOURCE_MEMORY;
    call->error->hook = call->hook;
    return CCLB_SATURATED;
}

static void unreserve_memory(struct dispatch *dispatch, struct lane *lane)
{
    if (lane->reserved_bytes > 0) {
        step_subtract(&dispatch->memory_reserved_bytes, lane->reserved_bytes, memory_order_relaxed);
        lane->reserved_bytes = 0;
    }
}

static uint64_t deadline_length_ns(const struct dispatch *dispatch, cclb_hook hook, uint64_t input_len)
{
    const struct call_deadline *deadline = &dispatch->options.deadline[hook];
    uint64_t growth_ns;
    uint64_t length_ns;
    if (__builtin_mul_overflow(deadline->per_mib_ns, input_len >> 10, &growth_ns) ||
        __builtin_add_overflow(deadline->base_ns, growth_ns >> 10, &length_ns)) {
        return UINT64_MAX / 2;
    }
    return length_ns;
}

cclb_status call_run(struct dispatch *dispatch, struct lane *lane, const struct callee *callee, cclb_hook hook,
                     const struct call_input *input, struct call_output *output, cclb_error *error)
{
    struct call call = {
        .dispatch = dispatch,
        .lane = lane,
        .callee = callee,
        .hook = hook,
        .deadline_ns = deadline_length_ns(dispatch, hook, input->len),
        .error = error,
    };
    *output = (struct call_output){0};
    cclb_status status = reserve_memory(&call);
    if (status != CCLB_OK) {
        return status;
    }
    uint64_t now_ns = clock_now_ns(&dispatch->options.clock);
    status = ticker_watch(&dispatch->ticker, lane, call.deadline_ns, now_ns, error);
    if (status != CCLB_OK) {
        unreserve_memory(dispatch, lane);
        return status;
    }
    output->started_ns = now_ns;
    struct engine_limits limits = {
        .memory_max_bytes = dispatch->options.memory_max_bytes,
        .table_elements_max = dispatch->options.table_elements_max,
        .fuel = dispatch->options.fuel,
        .request_bytes = input->len,
        .overdue = lane_overdue,
        .context = lane,
    };
    struct engine_fault fault;
    if (engine_instantiate(callee->module, &limits, &lane->instance, &fault) != CCLB_OK) {
        status = report(&call, CCLB_PHASE_INSTANTIATE, 45, &fault);
        output->ended_ns = clock_now_ns(&dispatch->options.clock);
    } else {
        status = run_stage(&call, input, output);
    }
    ticker_unwatch(lane);
    if (status != CCLB_OK) {
        call_end(dispatch, lane);
    }
    return status;
}

cclb_status call_run_again(struct dispatch *dispatch, struct lane *lane, const struct callee *callee, cclb_hook hook,
                           const struct call_input *input, bool frees, uint64_t now_ns, struct call_output *output,
                           cclb_error *error)
{
    struct call call = {
        .dispatch = dispatch,
        .lane = lane,
        .callee = callee,
        .hook = hook,
        .deadline_ns = deadline_length_ns(dispatch, hook, input->len),
        .again = true,
        .frees = frees,
        .error = error,
    };
    *output = (struct call_output){0};
    cclb_status status = ticker_watch(&dispatch->ticker, lane, call.deadline_ns, now_ns, error);
    if (status == CCLB_OK) {
        output->started_ns = now_ns;
        engine_refuel(&lane->instance);
        status = run_stage(&call, input, output);
        ticker_unwatch(lane);
    }
    if (status != CCLB_OK) {
        call_end(dispatch, lane);
    }
    return status;
}

void call_end(struct dispatch *dispatch, struct lane *lane)
{
    lane->answer_len = 0;
    engine_instance_drop(&lane->instance);
    unreserve_memory(dispatch, lane);
}

static void write_spans(const void *context, uint8_t *out)
{
    const struct call_spans *spans = context;
    for (size_t i = 0; i < spans->count; i++) {
        if (spans->spans[i].len > 0) {
            memcpy(out, spans->spans[i].data, spans->spans[i].len);
            out += spans->spans[i].len;
        }
    }
}

struct call_input call_input_of_spans(const struct call_spans *spans)
{
    uint64_t len = 0;
    for (size_t i = 0; i < spans->count; i++) {
        /* A sum that overflows stays too large for any guest (R47). */
        if (__builtin_add_overflow(len, spans->spans[i].len, &len)) {
            len = UINT64_MAX;
            break;
        }
    }
    return (struct call_input){.len = len, .write = write_spans, .context = spans};
}
