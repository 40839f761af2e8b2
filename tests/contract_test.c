/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contract_test.c - rules that only real guest code can show, over the real engine: what compiles (R20, R22), how guest
 * code ends (R21, R50), what it may use (R61 to R63), and what a call leaves alone (R27, R43, R54, R55).
 *
 * The guests are written here, byte by byte.
 */
#include "base/allocate.h"
#include "cclb.h"
#include "engine/engine.h"
#include "expect.h"
#include "module_builder.h"

#include <stddef.h>

/* ---- guests ---- */

enum { METADATA_SIZE = 512, PAGE = 65536 };

static const cclb_isolation isolations[] = {CCLB_ISOLATION_CHECKED, CCLB_ISOLATION_GUARDED, CCLB_ISOLATION_ON_DEMAND};
enum { ISOLATIONS = sizeof isolations / sizeof isolations[0] };

#define OPCODES(text) builder_write(&body, text, sizeof(text) - 1)

/* Traps unless the number on the guest's stack is this one. */
static void write_check(struct builder *builder, int32_t value)
{
    builder_i32_const(builder, value);
    builder_write(builder, "\x47\x04\x40\x00\x0b", 5); /* i32.ne; if; unreachable; end */
}

/* A filter of form W9 with this body; the body is freed. */
static cclb_status admit_filter(cclb_runtime *runtime, struct builder_plugin plugin, struct builder *body,
                                cclb_error *error)
{
    char metadata[METADATA_SIZE];
    struct builder_plugin good = builder_good_plugin(CCLB_FORM_W9, 1 << CCLB_HOOK_FILTER, metadata, METADATA_SIZE);
    good.hook_body = builder_bytes(body);
    good.alloc_body = plugin.alloc_body;
    good.free_body = plugin.free_body;
    good.table_elements = plugin.table_elements;
    good.memory_pages = plugin.memory_pages ? plugin.memory_pages : 1;
    struct builder module = {0};
    builder_plugin(&module, &good);
    cclb_status status = cclb_slot_register(runtime, cclb_global_key("guest"), CCLB_SLOT_FILTER, builder_bytes(&module),
                                            NULL, NULL, error);
    builder_deinit(&module);
    builder_deinit(body);
    return status;
}

static cclb_runtime *make_runtime(cclb_isolation isolation, const cclb_runtime_options *base)
{
    cclb_runtime_options options = base ? *base : cclb_runtime_options_init();
    options.isolation = isolation;
    cclb_runtime *runtime = NULL;
    cclb_error error;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    return runtime;
}

static void destroy(cclb_runtime *runtime)
{
    EXPECT_EQUAL(cclb_runtime_destroy(runtime, NULL), CCLB_OK);
}

static cclb_status call(cclb_runtime *runtime, cclb_lease *lease, cclb_error *error)
{
    cclb_slot_key key = cclb_global_key("guest");
    cclb_target target = cclb_by_key(key.principal, key.plugin);
    const cclb_bytes request = cclb_text("request");
    return cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, &request, 1, lease, error);
}

/* The filter is admitted, and so tried, and calls on it succeed, in every isolation. */
static void expect_works(struct builder_plugin plugin, const struct builder *body)
{
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_runtime *runtime = make_runtime(isolations[i], NULL);
        cclb_error error;
        cclb_lease lease;
        struct builder copy = {0};
        builder_write(&copy, body->data, body->len);
        EXPECT_OR(admit_filter(runtime, plugin, &copy, &error) == CCLB_OK, error.message);
        for (int n = 0; n < 3; n++) {
            EXPECT_OR(call(runtime, &lease, &error) == CCLB_OK, error.message);
            cclb_lease_return(&lease);
        }
        destroy(runtime);
    }
}

/* ---- what compiles: R20, R22 ---- */

struct feature {
    const char *name;
    bool on;
    cclb_bytes types; /* content of sections; no data: the plainest one, or none */
    cclb_bytes memory;
    cclb_bytes tag;
    cclb_bytes body; /* of a function () -> () */
};

#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        (const uint8_t *)(text), sizeof(text) - 1                                                                      \
    }
#define V128_ZERO "\xfd\x0c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct feature features[] = {
    {.name = "nothing special", .on = true, .body = BYTES("")},
    {.name = "multi-value",
     .on = true,
     .types = BYTES("\x02\x60\x00\x00\x60\x00\x02\x7f\x7f"),
     .body = BYTES("\x02\x01\x41\x00\x41\x00\x0b\x1a\x1a")},
    {.name = "sign extension", .on = true, .body = BYTES("\x41\x00\xc0\x1a")},
    {.name = "saturating conversions", .on = true, .body = BYTES("\x43\0\0\0\0\xfc\x00\x1a")},
    {.name = "bulk memory",
     .on = true,
     .memory = BYTES("\x01\x00\x01"),
     .body = BYTES("\x41\x00\x41\x00\x41\x00\xfc\x0b\x00")},
    {.name = "reference types", .on = true, .body = BYTES("\xd0\x70\x1a")},
    {.name = "SIMD", .on = true, .body = BYTES(V128_ZERO "\x1a")},
    {.name = "shared memory", .memory = BYTES("\x01\x03\x01\x01"), .body = BYTES("")},
    {.name = "atomics", .body = BYTES("\xfe\x03\x00")},
    {.name = "64-bit memory", .memory = BYTES("\x01\x04\x01"), .body = BYTES("")},
    {.name = "several memories", .memory = BYTES("\x02\x00\x01\x00\x01"), .body = BYTES("")},
    {.name = "tail calls", .body = BYTES("\x12\x00")},
    {.name = "relaxed SIMD", .body = BYTES(V128_ZERO V128_ZERO "\xfd\x80\x02\x1a")},
    {.name = "exceptions", .tag = BYTES("\x01\x00\x00"), .body = BYTES("")},
    {.name = "recursive types", .types = BYTES("\x02\x4e\x02\x60\x00\x00\x60\x00\x00\x60\x00\x00"), .body = BYTES("")},
    {.name = "subtypes", .types = BYTES("\x01\x50\x00\x60\x00\x00"), .body = BYTES("")},
    {.name = "GC", .types = BYTES("\x02\x60\x00\x00\x5f\x00"), .body = BYTES("")},
    {.name = "typed function references", .types = BYTES("\x02\x60\x00\x00\x60\x01\x64\x00\x00"), .body = BYTES("")},
    {.name = "external references", .types = BYTES("\x02\x60\x00\x00\x60\x01\x6f\x00"), .body = BYTES("")},
};

static struct builder module_of(const struct feature *feature)
{
    struct builder module = {0};
    struct builder code = {0};
    builder_header(&module);
    if (feature->types.data) {
        builder_section(&module, BUILDER_TYPE, feature->types.data, feature->types.len);
    } else {
        builder_section(&module, BUILDER_TYPE, "\x01\x60\x00\x00", 4);
    }
    builder_section(&module, BUILDER_FUNCTION, "\x01\x00", 2);
    if (feature->memory.data) {
        builder_section(&module, BUILDER_MEMORY, feature->memory.data, feature->memory.len);
    }
    if (feature->tag.data) {
        builder_section(&module, BUILDER_TAG, feature->tag.data, feature->tag.len);
    }
    builder_byte(&code, 1);
    builder_leb(&code, feature->body.len + 2);
    builder_byte(&code, 0); /* no locals */
    builder_write(&code, feature->body.data, feature->body.len);
    builder_byte(&code, 0x0b);
    builder_section(&module, BUILDER_CODE, code.data, code.len);
    builder_deinit(&code);
    return module;
}

static struct engine *make_engine(cclb_isolation isolation)
{
    const struct engine_options options = {
        .isolation = isolation,
        .reset = CCLB_RESET_DECOMMIT,
        .budget = {1, {{.memories = 2}}},
        .table_elements_max = 100,
        .tables_max = 1,
        .memory_max_bytes = 16 * PAGE,
        .memory_reservation_bytes = 16 * PAGE,
        .memory_guard_bytes = PAGE,
        .stack_max_bytes = 1 << 20,
    };
    static cclb_allocator allocator;
    allocator = allocator_or_default((cclb_allocator){0});
    struct engine *engine = NULL;
    struct engine_fault fault;
    EXPECT_OR(engine_create(&options, &allocator, &engine, &fault) == CCLB_OK, fault.text);
    return engine;
}

static void only_the_features_that_are_on_compile(void)
{
    for (size_t i = 0; i < ISOLATIONS; i++) {
        struct engine *engine = make_engine(isolations[i]);
        for (size_t k = 0; k < sizeof features / sizeof features[0]; k++) {
            struct builder bytes = module_of(&features[k]);
            struct engine_module *module = NULL;
            struct engine_fault fault = {0};
            cclb_status status = engine_compile(engine, builder_bytes(&bytes), &module, &fault);
            EXPECT_OR(status == (features[k].on ? CCLB_OK : CCLB_COMPILE), features[k].name);
            engine_module_destroy(module);
            builder_deinit(&bytes);
        }
        engine_destroy(engine);
    }
}

static void a_plugin_that_uses_one_that_is_off_is_refused_by_the_compiler(void)
{
    cclb_runtime *runtime = make_runtime(CCLB_ISOLATION_CHECKED, NULL);
    struct builder body = {0};
    cclb_error error;
    OPCODES("\x00\x20\x00\x20\x01\x12\x02\x0b"); /* local.get 0; local.get 1; return_call 2; end */
    EXPECT_EQUAL(admit_filter(runtime, (struct builder_plugin){0}, &body, &error), CCLB_COMPILE);
    EXPECT_EQUAL(error.rule, 22);
    EXPECT_EQUAL(error.phase, CCLB_PHASE_COMPILE);
    destroy(runtime);
}

static void nothing_is_linked_into_a_module(void)
{
    struct engine *engine = make_engine(CCLB_ISOLATION_CHECKED);
    struct builder bytes = {0};
    struct engine_module *module = NULL;
    struct engine_fault fault = {0};
    builder_header(&bytes);
    builder_section(&bytes, BUILDER_TYPE, "\x01\x60\x00\x00", 4);
    builder_section(&bytes, BUILDER_IMPORT, "\x01\x01m\x01n\x00\x00", 7);
    EXPECT_EQUAL(engine_compile(engine, builder_bytes(&bytes), &module, &fault), CCLB_INSTANTIATE);
    EXPECT(module == NULL);
    builder_deinit(&bytes);
    engine_destroy(engine);
}

/* ---- R46: exports by name and type ---- */

static void exports_are_told_apart_by_their_types(void)
{
    static const char types[] = "\x04\x60\x02\x7f\x7f\x01\x7f" /* (i32 i32) -> i32 */
                                "\x60\x03\x7f\x7f\x7f\x00"     /* (i32 i32 i32) -> () */
                                "\x60\x02\x7f\x7f\x01\x7e"     /* (i32 i32) -> i64 */
                                "\x60\x02\x7f\x7e\x01\x7e";    /* (i32 i64) -> i64 */
    static const enum engine_export kinds[] = {ENGINE_EXPORT_ALLOC, ENGINE_EXPORT_FREE, ENGINE_EXPORT_HOOK,
                                               ENGINE_EXPORT_OTHER, ENGINE_EXPORT_MEMORY};
    struct engine *engine = make_engine(CCLB_ISOLATION_CHECKED);
    for (uint32_t i = 0; i < 5; i++) {
        struct builder bytes = {0};
        struct builder exports = {0};
        builder_header(&bytes);
        builder_section(&bytes, BUILDER_TYPE, types, sizeof types - 1);
        builder_section(&bytes, BUILDER_FUNCTION, "\x04\x00\x01\x02\x03", 5);
        builder_section(&bytes, BUILDER_MEMORY, "\x01\x00\x01", 3);
        builder_byte(&exports, 2);
        builder_export(&exports, "cc_lb_alloc", i < 4 ? BUILDER_KIND_FUNCTION : BUILDER_KIND_MEMORY, i < 4 ? i : 0);
        builder_export(&exports, "cc_lb_filters", BUILDER_KIND_FUNCTION, 2);
        builder_section(&bytes, BUILDER_EXPORT, exports.data, exports.len);
        builder_section(&bytes, BUILDER_CODE, "\x04\x03\x00\x00\x0b\x03\x00\x00\x0b\x03\x00\x00\x0b\x03\x00\x00\x0b",
                        17);
        struct engine_module *module = NULL;
        struct engine_fault fault = {0};
        EXPECT_OR(engine_compile(engine, builder_bytes(&bytes), &module, &fault) == CCLB_OK, fault.text);
        EXPECT_EQUAL(engine_module_export(module, "cc_lb_alloc"), kinds[i]);
        EXPECT_EQUAL(engine_module_export(module, "cc_lb_filter"), ENGINE_EXPORT_NONE);
        EXPECT_EQUAL(engine_module_export(module, "memory"), ENGINE_EXPORT_NONE);
        engine_module_destroy(module);
        builder_deinit(&exports);
        builder_deinit(&bytes);
    }
    engine_destroy(engine);
}

/* ---- how guest code ends: R21, R50 ---- */

static void traps_are_told_by_kind_and_without_frames(void)
{
    static const struct {
        cclb_bytes body;
        cclb_trap trap;
    } cases[] = {
        {BYTES("\x00\x00\x0b"), CCLB_TRAP_UNREACHABLE},
        {BYTES("\x00\x20\x00\x20\x01\x10\x02\x0b"), CCLB_TRAP_STACK_OVERFLOW}, /* calls itself */
        {BYTES("\x00\x41\x7f\x28\x02\x00\x00\x0b"), CCLB_TRAP_MEMORY_OUT_OF_BOUNDS},
        {BYTES("\x00\x41\x01\x41\x00\x6d\x00\x0b"), CCLB_TRAP_INTEGER_DIVISION_BY_ZERO},
    };
    static const char *const texts[] = {
#define TRAP(NAME, name, text) [CCLB_TRAP_##NAME] = text,
#include "cclb/trap.def"
#undef TRAP
    };
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_runtime *runtime = make_runtime(isolations[i], NULL);
        for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            struct builder body = {0};
            cclb_error error;
            char message[CCLB_MESSAGE_SIZE];
            builder_write(&body, cases[k].body.data, cases[k].body.len);
            EXPECT_EQUAL(admit_filter(runtime, (struct builder_plugin){0}, &body, &error), CCLB_PROBE);
            EXPECT_EQUAL(error.inner, CCLB_TRAP);
            EXPECT_EQUAL(error.trap, cases[k].trap);
            EXPECT_EQUAL(error.rule, 50);
            snprintf(message, sizeof message,
                     "runtime probe failed for hook filter: guest trap during cc_lb_filter: %s", texts[cases[k].trap]);
            EXPECT_OR(strcmp(error.message, message) == 0, error.message);
        }
        destroy(runtime);
    }
}

/* ---- what a guest may use: R61 to R63 ---- */

static void memory_grows_to_its_limit_and_beyond_it_answers_minus_one(void)
{
    struct builder body = {0};
    OPCODES("\x00");
    builder_i32_const(&body, 2048);
    OPCODES("\x40\x00"); /* memory.grow */
    write_check(&body, -1);
    builder_i32_const(&body, 2047);
    OPCODES("\x40\x00");
    write_check(&body, 1);
    builder_answer(&body, 8, 8);
    expect_works((struct builder_plugin){0}, &body);
    builder_deinit(&body);
}

static void a_table_grows_to_its_limit_and_beyond_it_answers_minus_one(void)
{
    struct builder body = {0};
    OPCODES("\x00\xd0\x70");
    builder_i32_const(&body, 20000 - 6);
    OPCODES("\xfc\x0f\x00"); /* table.grow 0 */
    write_check(&body, -1);
    OPCODES("\xd0\x70");
    builder_i32_const(&body, 20000 - 7);
    OPCODES("\xfc\x0f\x00");
    write_check(&body, 7);
    builder_answer(&body, 8, 8);
    expect_works((struct builder_plugin){.table_elements = 7}, &body);
    builder_deinit(&body);
}

/* A hook that calls itself as often as the number that cc_lb_alloc answers with, 8000. */
static cclb_status admit_deep(cclb_runtime *runtime, cclb_error *error)
{
    struct builder alloc = {0};
    struct builder body = {0};
    builder_byte(&alloc, 0);
    builder_i32_const(&alloc, 8000);
    builder_byte(&alloc, 0x0b);
    OPCODES("\x00\x20\x00\x45\x04\x7e"); /* local.get 0; i32.eqz; if i64 */
    builder_answer(&body, 8, 8);
    body.data[body.len - 1] = 0x05;                          /* else */
    OPCODES("\x20\x00\x41\x01\x6b\x20\x01\x10\x02\x0b\x0b"); /* itself(first - 1, second) */
    cclb_status status =
        admit_filter(runtime, (struct builder_plugin){.alloc_body = builder_bytes(&alloc)}, &body, error);
    builder_deinit(&alloc);
    return status;
}

static void the_guests_stack_is_as_large_as_it_was_asked_for(void)
{
    cclb_runtime_options small = cclb_runtime_options_init();
    small.stack_max_bytes = 64 << 10;
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_error error;
        cclb_runtime *runtime = make_runtime(isolations[i], NULL);
        EXPECT_OR(admit_deep(runtime, &error) == CCLB_OK, error.message);
        destroy(runtime);
        runtime = make_runtime(isolations[i], &small);
        EXPECT_EQUAL(admit_deep(runtime, &error), CCLB_PROBE);
        EXPECT_EQUAL(error.trap, CCLB_TRAP_STACK_OVERFLOW);
        destroy(runtime);
    }
}

/* Address space of this process, in bytes. */
static uint64_t address_space(void)
{
    uint64_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL);
    EXPECT_EQUAL(fscanf(file, "%" SCNu64, &pages), 1);
    fclose(file);
    return pages * 4096;
}

static void address_space_is_set_aside_as_published(void)
{
    const uint64_t mib = 1 << 20;
    const struct {
        cclb_isolation isolation;
        uint64_t pool;
    } cases[] = {
        {CCLB_ISOLATION_CHECKED, (68 + 34 + 34 + 8) * 128 * mib + 2 * mib}, /* and those for larger requests */
        {CCLB_ISOLATION_GUARDED, 68 * (4096 + 32) * mib},
        {CCLB_ISOLATION_ON_DEMAND, 0},
    };
    for (size_t i = 0; i < 3; i++) {
        cclb_runtime *runtime = make_runtime(cases[i].isolation, NULL);
        cclb_runtime_info info = cclb_runtime_info_init();
        EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, NULL), CCLB_OK);
        EXPECT_EQUAL(info.virtual_reservation_bytes, cases[i].pool);
        if (cases[i].isolation == CCLB_ISOLATION_ON_DEMAND) {
            struct builder body = {0};
            cclb_lease lease;
            cclb_error error;
            builder_byte(&body, 0);
            builder_answer(&body, 8, 8);
            EXPECT_OR(admit_filter(runtime, (struct builder_plugin){0}, &body, &error) == CCLB_OK, error.message);
            uint64_t before = address_space();
            EXPECT_OR(call(runtime, &lease, &error) == CCLB_OK, error.message);
            uint64_t grown = address_space() - before;
            EXPECT(grown >= (256 + 64) * mib && grown < (256 + 64 + 16) * mib);
            cclb_lease_return(&lease);
        }
        destroy(runtime);
    }
}

/* A gauge, by name. */
struct gauge {
    const char *name;
    double value;
};

static void find_gauge(void *context, const cclb_metric_sample *sample)
{
    struct gauge *gauge = context;
    if (strcmp(sample->name, gauge->name) == 0) {
        gauge->value = sample->value;
    }
}

static int64_t gauge_of(cclb_runtime *runtime, const char *name)
{
    struct gauge gauge = {name, -1};
    EXPECT_EQUAL(cclb_metrics_visit(runtime, find_gauge, &gauge, NULL), CCLB_OK);
    return (int64_t)gauge.value;
}

/* Rules R71 and R72; what the figures come to is in metrics_test.c. */
static void gauges_of_the_pool_are_the_engines(void)
{
    const int64_t mib = 1 << 20;
    const struct {
        int64_t in_use, memory, guard;
    } wanted[ISOLATIONS] = {{1, 128 * mib, 0}, {1, 4096 * mib, 32 * mib}, {0, 256 * mib, 64 * mib}};
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_runtime *runtime = make_runtime(isolations[i], NULL);
        struct builder body = {0};
        cclb_lease lease;
        cclb_error error;
        builder_byte(&body, 0);
        builder_answer(&body, 8, 8);
        EXPECT_OR(admit_filter(runtime, (struct builder_plugin){0}, &body, &error) == CCLB_OK, error.message);
        EXPECT_EQUAL(gauge_of(runtime, "cc_lb_plugin_pool_memories_used"), 0);
        EXPECT_OR(call(runtime, &lease, &error) == CCLB_OK, error.message);
        EXPECT_EQUAL(gauge_of(runtime, "cc_lb_plugin_pool_memories_used"), wanted[i].in_use);
        EXPECT_EQUAL(gauge_of(runtime, "cc_lb_plugin_pool_core_instances_used"), wanted[i].in_use);
        EXPECT_EQUAL(gauge_of(runtime, "cc_lb_plugin_memory_reservation_bytes"), wanted[i].memory);
        EXPECT_EQUAL(gauge_of(runtime, "cc_lb_plugin_memory_guard_bytes"), wanted[i].guard);
        EXPECT_EQUAL(gauge_of(runtime, "cc_lb_compiled_module_cache_entries"), 1);
        cclb_lease_return(&lease);
        EXPECT_EQUAL(gauge_of(runtime, "cc_lb_plugin_pool_memories_used"), 0);
        destroy(runtime);
    }
}

/* ---- what a call leaves alone: R27, R43, R54, R55 ---- */

static void a_call_finds_nothing_that_another_left(void)
{
    struct builder body = {0};
    OPCODES("\x00");
    builder_i32_const(&body, 4096);
    OPCODES("\x28\x02\x00"); /* i32.load */
    write_check(&body, 0);
    builder_i32_const(&body, 4096);
    builder_i32_const(&body, 1);
    OPCODES("\x36\x02\x00"); /* i32.store */
    builder_answer(&body, 8, 8);
    expect_works((struct builder_plugin){0}, &body); /* several calls, one after the other */
    builder_deinit(&body);
}

static void an_answer_may_lie_in_memory_that_the_hook_grew(void)
{
    struct builder body = {0};
    OPCODES("\x00");
    builder_i32_const(&body, 1);
    OPCODES("\x40\x00\x1a"); /* memory.grow; drop */
    builder_answer(&body, 2 * PAGE - 8, 8);
    expect_works((struct builder_plugin){0}, &body);
    builder_deinit(&body);
}

static void nothing_is_ever_freed_in_a_guest(void)
{
    struct builder body = {0};
    builder_byte(&body, 0);
    builder_answer(&body, 8, 8);
    expect_works((struct builder_plugin){.free_body = BYTES("\x00\x00\x0b")}, &body); /* traps if it is called */
    builder_deinit(&body);
}

static void a_trial_calls_answer_may_be_larger_than_any_wire_bound(void)
{
    enum { WIRE_BOUND = 104857600 };
    struct builder body = {0};
    builder_byte(&body, 0);
    builder_answer(&body, 8, WIRE_BOUND + 8);
    expect_works((struct builder_plugin){.memory_pages = 1700}, &body);
    builder_deinit(&body);
}

int main(void)
{
    RUN(only_the_features_that_are_on_compile);
    RUN(a_plugin_that_uses_one_that_is_off_is_refused_by_the_compiler);
    RUN(nothing_is_linked_into_a_module);
    RUN(exports_are_told_apart_by_their_types);
    RUN(traps_are_told_by_kind_and_without_frames);
    RUN(memory_grows_to_its_limit_and_beyond_it_answers_minus_one);
    RUN(a_table_grows_to_its_limit_and_beyond_it_answers_minus_one);
    RUN(the_guests_stack_is_as_large_as_it_was_asked_for);
    RUN(address_space_is_set_aside_as_published);
    RUN(gauges_of_the_pool_are_the_engines);
    RUN(a_call_finds_nothing_that_another_left);
    RUN(an_answer_may_lie_in_memory_that_the_hook_grew);
    RUN(nothing_is_ever_freed_in_a_guest);
    RUN(a_trial_calls_answer_may_be_larger_than_any_wire_bound);
    return 0;
}
