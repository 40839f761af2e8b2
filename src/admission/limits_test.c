/* SPDX-License-Identifier: Apache-2.0 */
/* limits_test.c - each limit at its value and one below it, and the published plugins under the defaults. */

#include "admission/limits.h"

#include "admission/rust_code.h"
#include "module_builder.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_defaults(void **state)
{
    (void)state;
    cclb_module_limits limits = limits_or_default((cclb_module_limits){.exports = 3});
    assert_int_equal(limits.module_bytes, 32u << 20);
    assert_int_equal(limits.metadata_bytes, 1 << 20);
    assert_int_equal(limits.type_bytes, 16 << 10);
    assert_int_equal(limits.functions, 20000);
    assert_int_equal(limits.globals, 10000);
    assert_int_equal(limits.element_bytes, 64 << 10);
    assert_int_equal(limits.data_segments, 2000);
    assert_int_equal(limits.code_work, 20000000);
    assert_int_equal(limits.body_bytes, 128 << 10);
    assert_int_equal(limits.locals, 1000);
    assert_int_equal(limits.nesting, 10000);
    assert_int_equal(limits.loop_nesting, 64);
    assert_int_equal(limits.loop_locals, 20000);
    assert_int_equal(limits.tables, 4);
    assert_int_equal(limits.exports, 3);
    assert_int_equal(limits.table_elements, 20000);
}

static void expect_limit(cclb_status status, const cclb_error *error, const char *message, uint64_t offset)
{
    assert_int_equal(status, CCLB_LIMIT);
    assert_int_equal(error->status, CCLB_LIMIT);
    assert_int_equal(error->phase, CCLB_PHASE_INSPECT);
    assert_string_equal(error->message, message);
    assert_int_equal(error->offset, offset);
}

/* A module with 3 functions, 5 exports, a table of 7, 6 locals and 3 blocks inside one another. */
struct fixture {
    char metadata[512];
    struct builder module;
    struct module_sections sections;
    uint64_t body; /* where the body of the hook starts */
};

static const uint8_t body[] = {
    2,    4,    0x7f, 2,    0x7e,                   /* two groups of locals */
    0x02, 0x40, 0x03, 0x40, 0x41, 0x00, 0x04, 0x40, /* block, loop, i32.const 0, if */
    0x0b, 0x0b, 0x0b,                               /* end, end, end */
    0x03, 0x40, 0x03, 0x40, 0x0b, 0x0b,             /* loop, loop, end, end */
    0x42, 0x00, 0x0b,                               /* i64.const 0, end */
};

static void init(struct fixture *fixture)
{
    *fixture = (struct fixture){0};
    struct builder_plugin plugin = builder_good_plugin(CCLB_FORM_W9, 1u << CCLB_HOOK_FILTER | 1u << CCLB_HOOK_SHAPE,
                                                       fixture->metadata, sizeof fixture->metadata);
    plugin.table_elements = 7;
    plugin.hook_body = cclb_bytes_of(body, sizeof body);
    builder_plugin(&fixture->module, &plugin);
    cclb_error error;
    assert_int_equal(sections_walk(builder_bytes(&fixture->module), &fixture->sections, &error), CCLB_OK);
    const uint8_t *found = memmem(fixture->module.data, fixture->module.len, body, sizeof body);
    assert_non_null(found);
    fixture->body = (uint64_t)(found - fixture->module.data);
}

static void test_module_bytes(void **state)
{
    (void)state;
    static const uint8_t bytes[11];
    cclb_error error;
    cclb_module_limits limits = {.module_bytes = 11};
    assert_int_equal(limits_check_size(cclb_bytes_of(bytes, 11), &limits, &error), CCLB_OK);
    limits.module_bytes = 10;
    expect_limit(limits_check_size(cclb_bytes_of(bytes, 11), &limits, &error), &error,
                 "module has 11 bytes, above the limit `module_bytes` of 10", 10);
    limits = (cclb_module_limits){0};
    cclb_bytes large = {bytes, (32u << 20) + 1u}; /* its bytes are not looked at */
    assert_int_equal(limits_check_size(large, &limits, &error), CCLB_LIMIT);
    large.len--;
    assert_int_equal(limits_check_size(large, &limits, &error), CCLB_OK);
}

static void test_metadata_bytes(void **state)
{
    (void)state;
    struct builder module = {0};
    builder_header(&module);
    builder_metadata(&module, "{\"a\":1}");
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(sections_walk(builder_bytes(&module), &sections, &error), CCLB_OK);
    cclb_module_limits limits = {.metadata_bytes = 7};
    struct limit_figure figure;
    assert_int_equal(limits_check_metadata(&sections, &limits, &error), CCLB_OK);
    assert_false(limits_exceeded(builder_bytes(&module), &sections, &limits, &figure));
    limits.metadata_bytes = 6;
    expect_limit(limits_check_metadata(&sections, &limits, &error), &error,
                 "module has 7 bytes of metadata, above the limit `metadata_bytes` of 6", module.len - 7);
    assert_true(limits_exceeded(builder_bytes(&module), &sections, &limits, &figure));
    assert_string_equal(figure.name, "metadata_bytes");
    builder_deinit(&module);
}

#define TEN    "\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b\x8b" /* f32.abs */
#define TWENTY TEN TEN

/* A module with a function that takes three values and gives two; its code is to follow. */
static void begin_function(struct builder *module)
{
    builder_header(module);
    builder_section(module, BUILDER_TYPE,
                    "\x03\x60\x03\x7f\x7f\x7f\x02\x7f\x7f\x60\x03\x7f\x7f\x7f\x00\x60\x01\x7f\x03\x7f\x7f\x7f", 22);
    builder_section(module, BUILDER_FUNCTION, "\x01\x00", 2);
}

/* Ends the module, and what it takes; `number` says which it was if it is not so. */
static void expect_work(struct builder *module, const char *work, size_t number)
{
    builder_metadata(module, "{}");
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(sections_walk(builder_bytes(module), &sections, &error), CCLB_OK);
    const cclb_module_limits limits = {.code_work = 1};
    assert_int_equal(limits_check(&sections, &limits, &error), CCLB_LIMIT);
    if (strncmp(error.message, work, strlen(work)) != 0) {
        fail_msg("body %zu: %s", number, error.message);
    }
    builder_deinit(module);
}

/* What weighs more than its bytes: values that functions take, that branches bring along, that blocks give; some operators. */
static void test_code_work(void **state)
{
    (void)state;
    static const struct {
        const char *body; /* of a function that takes three values and gives two; no locals of its own */
        size_t len;
        const char *work;
    } cases[] = {
        {"\x00\x00\x0b", 3, "module has 335 units"}, /* 200 and 25 a value; unreachable, end */
        {"\x00\x02\x02\x00\x0b\x0b", 6, "module has 741 units"}, /* block of type 2: 101, 75 for each of four values */
        {"\x00\x02\x40\x0c\x00\x0b\x00\x0b", 8, "module has 644 units"}, /* br: 203, and nothing goes along */
        {"\x00\x02\x40\x0c\x01\x0b\x00\x0b", 8, "module has 650 units"}, /* br out of the function: 3 for each of two */
        {"\x00\x03\x01\x0c\x00\x0b\x0b", 7, "module has 896 units"}, /* loop: 349; a branch back: 3 for each value it takes */
        {"\x00\x0f\x0b", 3, "module has 539 units"}, /* return: as such a branch */
        /* 23 locals: block 111, a branch 223, a second one to the same place 23 * 23 / 100 more, a third one twice that */
        {"\x01\x14\x7f\x02\x40\x0c\x00\x0c\x00\x0c\x00\x0b\x0b", 13, "module has 1130 units"},
        {"\x01\x14\x7f\x02\x40\x0e\x02\x00\x00\x00\x0b\x0b", 12, "module has 1130 units"}, /* the same as br_table */
        /* behind a block, if or loop, 20 for each local that was written in it */
        {"\x00\x04\x40\x20\x00\x21\x01\x0b\x0b", 9, "module has 466 units"},
        {"\x00\x04\x40\x22\x00\x22\x00\x21\x01\x21\x02\x0b\x0b", 13, "module has 516 units"}, /* four times; three locals */
        {"\x00\x02\x40\x20\x00\x21\x01\x0b\x0b", 9, "module has 466 units"},
        {"\x00\x02\x40\x0c\x00\x20\x00\x21\x01\x0b\x0b", 11, "module has 669 units"},
        {"\x00\x03\x40\x0c\x00\x20\x00\x21\x01\x0b\x0b", 11, "module has 692 units"},
        {"\x00\x21\x01\x04\x40\x02\x40\x21\x00\x0b\x0b\x0b", 12, "module has 592 units"}, /* not what was before */
        {"\x00\x92\xfc\x04\x6a\x6d\xa8\x28\x00\x00\x0b", 11, "module has 570 units"}, /* 5, 10, 5, 60, 120, 40 */
        {"\x00\xfd\xec\x01\xfd\xf9\x01\x0b", 8, "module has 370 units"}, /* vectors: 10, trunc_sat 30 */
        /* 20 operators before: one more for each that follows, four for a load, two for a call or a division, ... */
        {"\x00" TWENTY "\x8b\x0b", 23, "module has 436 units"},
        {"\x00" TWENTY "\x28\x00\x00\x0b", 25, "module has 474 units"},
        {"\x00" TWENTY "\x40\x00\x0b", 24, "module has 670 units"},
        {"\x00" TWENTY "\x04\x40\x0b\x0b", 25, "module has 542 units"},                 /* if: 6 */
        {"\x00" TWENTY "\x02\x40\x0b\x0b", 25, "module has 538 units"},                 /* block: 2 */
        {"\x00" TWENTY "\x04\x02\x0b\x0b", 25, "module has 858 units"}, /* and four for each value that goes through */
        {"\x00" TWENTY "\x02\x02\x0b\x0b", 25, "module has 854 units"},
        {"\x00" TWENTY "\x03\x02\x0b\x0b", 25, "module has 955 units"}, /* loop: 16; 20 for each such value */
        {"\x00" TWENTY "\xa8\x0b", 23, "module has 554 units"},                         /* truncation: 4 */
        {"\x00" TWENTY "\x6d\x0b", 23, "module has 492 units"},
        {"\x00" TWENTY "\x10\x00\x0b", 24, "module has 527 units"},
        {"\x00" TWENTY "\x11\x03\x00\x0b", 25, "module has 1970 units"},                /* call_indirect: 40 */
        {"\x00" TWENTY "\xfc\x0a\x00\x00\x0b", 26, "module has 810 units"},             /* memory.copy: 80 */
        {"\x00" TWENTY "\xfc\x09\x00\x0b", 25, "module has 732 units"},                 /* data.drop: 2 */
        {"\x00" TWENTY "\xfc\x0e\x00\x00\x0b", 26, "module has 4230 units"},            /* table.copy: 800 */
        {"\x00" TWENTY "\xfc\x0c\x00\x00\x0b", 26, "module has 2730 units"},            /* table.init: 300 */
        {"\x00" TWENTY "\xfc\x11\x00\x0b", 25, "module has 1010 units"},                /* table.fill: 80 */
        {"\x00" TWENTY "\x26\x00\x0b", 24, "module has 970 units"},                     /* table.set: 40 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct builder module = {0};
        begin_function(&module);
        uint8_t code[32] = {1, (uint8_t)cases[i].len};
        memcpy(code + 2, cases[i].body, cases[i].len);
        builder_section(&module, BUILDER_CODE, code, 2 + cases[i].len);
        expect_work(&module, cases[i].work, i);
    }
}

/* Each local that merges is in the way of those that do later: one unit more for each 300 before, and itself. */
static void test_merging_locals_are_in_each_others_way(void **state)
{
    (void)state;
    static const uint8_t once[] = {0x04, 0x40, 0x22, 0x00, 0x0b}; /* if; local.tee; end */
    enum { TIMES = 600, BODY_SIZE = 1 + TIMES * sizeof once + 1 };
    uint8_t code[3 + BODY_SIZE] = {1, 0x80 | (BODY_SIZE & 0x7f), BODY_SIZE >> 7};
    for (size_t i = 0; i < TIMES; i++) {
        memcpy(code + 4 + i * sizeof once, once, sizeof once);
    }
    code[sizeof code - 1] = 0x0b;
    struct builder module = {0};
    begin_function(&module);
    builder_section(&module, BUILDER_CODE, code, sizeof code);
    /* 325, then 101, 5, 5 and 20 each time; 6 more for each 20 conditions before; 302; the last end */
    expect_work(&module, "module has 131432 units", 0);
}

#define ADDED  "\x41\x01\x6a"
#define ADDED_TEN ADDED ADDED ADDED ADDED ADDED ADDED ADDED ADDED ADDED ADDED
#define ADDED_TWENTY ADDED_TEN ADDED_TEN

/* What is computed for globals, tables and memories at the start is code of one function more. */
static void test_work_of_initialisers(void **state)
{
    (void)state;
    static const struct {
        uint8_t section;
        const char *content;
        size_t len;
        uint64_t work;
        size_t last; /* where in the content the last one starts */
    } cases[] = {
        {BUILDER_GLOBAL, "\x02\x7f\x00\x41\x01\x0b\x7f\x00\x41\x01\x0b", 11, 0, 0}, /* as all linkers write them */
        {BUILDER_GLOBAL, "\x01\x7f\x00\x41\x01" ADDED "\x0b", 9, 10, 3},
        /* one more for each 20 before, in all of them together */
        {BUILDER_GLOBAL, "\x01\x7f\x00\x41\x01" ADDED_TWENTY ADDED "\x0b", 69, 211, 3},
        {BUILDER_GLOBAL, "\x02\x7f\x00\x41\x01" ADDED_TWENTY "\x0b\x7f\x00\x41\x01" ADDED "\x0b", 74, 211, 68},
        {BUILDER_ELEMENT, "\x01\x00\x41\x01" ADDED "\x0b\x00", 9, 10, 2},
        {BUILDER_ELEMENT, "\x01\x05\x70\x01\xd0\x70" ADDED "\x0b", 10, 10, 4}, /* no such reference; only read */
        {BUILDER_DATA, "\x02\x01\x00\x00\x41\x01" ADDED "\x0b\x00", 11, 10, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct builder module = {0};
        builder_header(&module);
        size_t start = module.len + 2; /* after its number and, below 128 bytes, its length */
        builder_section(&module, cases[i].section, cases[i].content, cases[i].len);
        struct rust_code_size size;
        rust_code_measure(builder_bytes(&module), 0, &size);
        assert_int_equal(size.work, cases[i].work);
        assert_int_equal(size.work_offset, cases[i].work == 0 ? 0 : start + cases[i].last);
        builder_deinit(&module);
    }
}

/* What is inside such a body would take the host's memory in proportion to its length. */
static void test_body_above_the_limit_is_not_looked_into(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture);
    struct rust_code_size size;
    rust_code_measure(fixture.sections.module, sizeof body, &size);
    assert_int_equal(size.body_bytes, sizeof body);
    assert_int_not_equal(size.nesting, 0);
    uint64_t whole = size.work;
    rust_code_measure(fixture.sections.module, sizeof body - 1, &size);
    assert_int_equal(size.body_bytes, sizeof body);
    assert_int_equal(size.body_offset, fixture.body);
    assert_int_equal(size.nesting, 0);
    assert_true(size.work < whole);
    builder_deinit(&fixture.module);
}

static void test_each_figure(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture);
    const struct {
        cclb_module_limits at;
        cclb_module_limits below;
        const char *message;
        uint64_t offset;
    } cases[] = {
        {{.functions = 3},
         {.functions = 2},
         "module has 3 functions, above the limit `functions` of 2",
         fixture.sections.function_offset},
        {{.exports = 5},
         {.exports = 4},
         "module has 5 exports, above the limit `exports` of 4",
         fixture.sections.export_offset},
        {{.table_elements = 7},
         {.table_elements = 6},
         "module has 7 elements in a table at the start, above the limit `table_elements` of 6",
         fixture.sections.table_offset},
        {{.code_work = 1580},
         {.code_work = 1579},
         "module has 1580 units of work for the compiler, above the limit `code_work` of 1579",
         fixture.body},
        {{.body_bytes = sizeof body},
         {.body_bytes = sizeof body - 1},
         "module has 25 bytes in one function body, above the limit `body_bytes` of 24",
         fixture.body},
        {{.locals = 8}, /* two of them parameters */
         {.locals = 7},
         "module has 8 locals in one function, above the limit `locals` of 7",
         fixture.body},
        {{.nesting = 3},
         {.nesting = 2},
         "module has 3 blocks inside one another, above the limit `nesting` of 2",
         fixture.body + 11},
        {{.loop_nesting = 2},
         {.loop_nesting = 1},
         "module has 2 loops inside one another, above the limit `loop_nesting` of 1",
         fixture.body + 18},
        {{.loop_locals = 24}, /* 8 locals, 3 loops */
         {.loop_locals = 23},
         "module has 24 locals times loops in one function, above the limit `loop_locals` of 23",
         fixture.body},
    };
    cclb_error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(limits_check(&fixture.sections, &cases[i].at, &error), CCLB_OK);
        expect_limit(limits_check(&fixture.sections, &cases[i].below, &error), &error, cases[i].message,
                     cases[i].offset);
        struct limit_figure figure;
        cclb_bytes module = fixture.sections.module;
        assert_false(limits_exceeded(module, &fixture.sections, &cases[i].at, &figure));
        assert_true(limits_exceeded(module, &fixture.sections, &cases[i].below, &figure));
        assert_int_equal(figure.offset, cases[i].offset);
        assert_false(limits_exceeded(module, NULL, &cases[i].below, &figure)); /* it was not walked over */
    }
    builder_deinit(&fixture.module);
}

/* Sections of which a size or a count is limited: each at it, and one below. */
static void test_sections(void **state)
{
    (void)state;
    static const struct {
        uint8_t id;
        const char *content;
        size_t len;
        cclb_module_limits at;
        cclb_module_limits below;
        const char *message;
    } cases[] = {
        {BUILDER_TYPE,
         "\x02\x60\x00\x00\x60\x00\x00",
         7,
         {.type_bytes = 7},
         {.type_bytes = 6},
         "module has 7 bytes of types, above the limit `type_bytes` of 6"},
        {BUILDER_FUNCTION,
         "\x02\x00\x00",
         3,
         {.functions = 2},
         {.functions = 1},
         "module has 2 functions, above the limit `functions` of 1"},
        {BUILDER_GLOBAL,
         "\x02\x7f\x00\x41\x00\x0b\x7f\x00\x41\x00\x0b",
         11,
         {.globals = 2},
         {.globals = 1},
         "module has 2 globals, above the limit `globals` of 1"},
        {BUILDER_ELEMENT,
         "\x01\x01\x00\x02\x00\x00",
         6,
         {.element_bytes = 6},
         {.element_bytes = 5},
         "module has 6 bytes of element segments, above the limit `element_bytes` of 5"},
        {BUILDER_DATA,
         "\x03\x01\x00\x01\x00\x01\x00",
         7,
         {.data_segments = 3},
         {.data_segments = 2},
         "module has 3 data segments, above the limit `data_segments` of 2"},
    };
    enum { CASES = sizeof cases / sizeof cases[0] };
    struct builder module = {0};
    uint64_t offsets[CASES];
    builder_header(&module);
    for (size_t i = 0; i < CASES; i++) {
        if (cases[i].id == BUILDER_DATA) { /* behind the bodies of the functions */
            builder_section(&module, BUILDER_CODE, "\x02\x02\x00\x0b\x02\x00\x0b", 7);
        }
        builder_section(&module, cases[i].id, cases[i].content, cases[i].len);
        offsets[i] = module.len - cases[i].len;
    }
    builder_metadata(&module, "{}");
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(sections_walk(builder_bytes(&module), &sections, &error), CCLB_OK);
    for (size_t i = 0; i < CASES; i++) {
        assert_int_equal(limits_check(&sections, &cases[i].at, &error), CCLB_OK);
        expect_limit(limits_check(&sections, &cases[i].below, &error), &error, cases[i].message, offsets[i]);
    }
    builder_deinit(&module);
}

static bool is_refused(const char *name)
{
    return strncmp(name, "x-table-initial-8m", 18) == 0;
}

/* Every published plugin and every hostile one that is to be admitted stays below the defaults. */
static void test_plugins_under_the_defaults(void **state)
{
    (void)state;
    enum { LARGEST = 1 << 20 };
    uint8_t *bytes = malloc(LARGEST);
    DIR *folder = opendir(CCLB_SOURCE_DIR "/tests/data/plugins");
    assert_non_null(bytes);
    assert_non_null(folder);
    size_t checked = 0;
    size_t refused = 0;
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (strstr(entry->d_name, ".wasm") == NULL) {
            continue;
        }
        char path[512];
        snprintf(path, sizeof path, CCLB_SOURCE_DIR "/tests/data/plugins/%s", entry->d_name);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        size_t len = fread(bytes, 1, LARGEST, file);
        assert_true(feof(file));
        fclose(file);
        const cclb_module_limits limits = {0};
        struct module_sections sections;
        cclb_error error;
        assert_int_equal(limits_check_size(cclb_bytes_of(bytes, len), &limits, &error), CCLB_OK);
        if (sections_walk(cclb_bytes_of(bytes, len), &sections, &error) != CCLB_OK) {
            continue;
        }
        cclb_status status = limits_check(&sections, &limits, &error);
        if (status != (is_refused(entry->d_name) ? CCLB_LIMIT : CCLB_OK)) {
            fail_msg("%s: %s", entry->d_name, status ? error.message : "not refused");
        }
        checked++;
        refused += status == CCLB_LIMIT;
    }
    assert_in_range(checked, 150, 1000);
    assert_int_equal(refused, 3);
    closedir(folder);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_module_bytes),
        cmocka_unit_test(test_metadata_bytes),
        cmocka_unit_test(test_code_work),
        cmocka_unit_test(test_merging_locals_are_in_each_others_way),
        cmocka_unit_test(test_work_of_initialisers),
        cmocka_unit_test(test_body_above_the_limit_is_not_looked_into),
        cmocka_unit_test(test_each_figure),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_plugins_under_the_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
