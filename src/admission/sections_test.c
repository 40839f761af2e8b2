/* SPDX-License-Identifier: Apache-2.0 */
/* sections_test.c - rules R1 to R5, each with a module that breaks it, and the facts that the walk finds. */

#include "admission/sections.h"

#include "module_builder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const uint8_t fingerprint[WIRE_FINGERPRINT_SIZE] = {1, 2, 3};

static cclb_status walk(const struct builder *builder, struct module_sections *sections, cclb_error *error)
{
    return sections_walk(builder_bytes(builder), sections, error);
}

/* The walk refuses the module, which is then freed; `part` is in the message. */
static void expect_fault(struct builder *builder, uint32_t rule, uint64_t offset, const char *part)
{
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(builder, &sections, &error), CCLB_REJECTED);
    assert_int_equal(error.status, CCLB_REJECTED);
    assert_int_equal(error.phase, CCLB_PHASE_INSPECT);
    if (strstr(error.message, part) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", part, error.message);
    }
    static const char start[] = "module rejected at load time: ";
    assert_memory_equal(error.message, start, sizeof start - 1);
    assert_int_equal(error.rule, rule);
    assert_int_equal(error.offset, offset);
    builder_deinit(builder);
}

static void expect_parse_error(struct builder *builder, uint64_t offset, const char *words)
{
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(builder, &sections, &error), CCLB_REJECTED);
    assert_non_null(strstr(error.message, "wasm parse error"));
    expect_fault(builder, 1, offset, words);
}

/* The walk has nothing against the module, but that it carries no metadata. */
static void expect_only_metadata_missing(struct builder *builder)
{
    expect_fault(builder, 5, CCLB_NO_OFFSET, "missing required `cc_lb.plugin.v1`");
}

/* Eight bytes of header, then one section of these bytes. */
static struct builder module_with(uint8_t id, const void *data, size_t len)
{
    struct builder builder = {0};
    builder_header(&builder);
    builder_section(&builder, id, data, len);
    return builder;
}

static struct builder good_module(char metadata[512])
{
    struct builder builder = {0};
    struct builder_plugin plugin = builder_good_plugin(CCLB_FORM_W8, 0x1f, metadata, 512);
    plugin.table_elements = 7;
    builder_plugin(&builder, &plugin);
    return builder;
}

static void test_facts_of_a_good_module(void **state)
{
    (void)state;
    char metadata[512];
    struct builder builder = good_module(metadata);
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(&builder, &sections, &error), CCLB_OK);
    assert_true(cclb_bytes_equal(sections.metadata, cclb_text(metadata)));
    assert_true(cclb_bytes_equal(sections.module, builder_bytes(&builder)));
    assert_memory_equal(builder.data + sections_offset(&sections, sections.metadata), metadata, strlen(metadata));
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        assert_true(sections.exports_hook[hook]);
        assert_int_equal(sections.schemas[hook][0].len, WIRE_FINGERPRINT_SIZE);
        assert_memory_equal(sections.schemas[hook][0].data, wire_fingerprint(hook, CCLB_FORM_W8),
                            WIRE_FINGERPRINT_SIZE);
        assert_null(sections.schemas[hook][1].data);
    }
    assert_true(sections.exports_memory);
    assert_true(sections.exports_alloc);
    assert_true(sections.exports_free);
    assert_int_equal(sections.export_count, 8);
    assert_int_equal(sections.function_count, 3);
    assert_int_equal(sections.memory_min_pages, 1);
    assert_int_equal(sections.table_min_elements, 7);
    assert_int_equal(builder.data[sections.table_offset], 0x70);
    builder_deinit(&builder);
}

static void test_every_truncation(void **state)
{
    (void)state;
    char metadata[512];
    struct builder builder = good_module(metadata);
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(&builder, &sections, &error), CCLB_OK);
    for (size_t cut = 0; cut < builder.len; cut++) {
        uint8_t *copy = malloc(cut + 1);
        assert_non_null(copy);
        memcpy(copy, builder.data, cut);
        cclb_status status = sections_walk(cclb_bytes_of(copy, cut), &sections, &error);
        /* A cut between two sections leaves a shorter module, which may only lack its last schema sections. */
        if (status == CCLB_OK) {
            assert_non_null(sections.metadata.data);
            assert_null(sections.schemas[CCLB_HOOK_TRANSFORM_SSE_EVENT][0].data);
        } else {
            assert_int_equal(status, CCLB_REJECTED);
            assert_true(error.rule == 1 || error.rule == 5);
            assert_true(error.offset <= cut || error.offset == CCLB_NO_OFFSET);
        }
        free(copy);
    }
    builder_deinit(&builder);
}

static void test_header(void **state)
{
    (void)state;
    struct builder builder = {0};
    expect_parse_error(&builder, 0, "unexpected end-of-file");
    builder_write(&builder, "\0as", 3);
    expect_parse_error(&builder, 0, "unexpected end-of-file");
    builder_write(&builder, "\0asn\1\0\0\0", 8);
    expect_parse_error(&builder, 0, "magic header not detected");
    builder_write(&builder, "(module)", 8);
    expect_parse_error(&builder, 0, "magic header not detected");
    builder_write(&builder, "\0asm\1\0\0", 7);
    expect_parse_error(&builder, 4, "unexpected end-of-file");
    builder_write(&builder, "\0asm\2\0\0\0", 8);
    expect_parse_error(&builder, 4, "unknown binary version");
    builder_write(&builder, "\0asm\x0d\0\1\0", 8);
    expect_parse_error(&builder, 4, "component");
    builder_header(&builder);
    expect_only_metadata_missing(&builder);
    cclb_error error;
    struct module_sections sections;
    assert_int_equal(sections_walk((cclb_bytes){0}, &sections, &error), CCLB_REJECTED);
    assert_int_equal(error.rule, 1);
}

static void test_section_frames(void **state)
{
    (void)state;
    struct builder builder = module_with(BUILDER_TYPE, "\0", 1);
    builder_byte(&builder, 0x80);
    expect_parse_error(&builder, 11, "malformed section id");
    builder_header(&builder);
    builder_byte(&builder, BUILDER_TYPE);
    expect_parse_error(&builder, 9, "unexpected end-of-file");
    builder_header(&builder);
    builder_write(&builder, "\x01\x02\x00", 3);
    expect_parse_error(&builder, 10, "unexpected end-of-file");
    builder_header(&builder);
    builder_write(&builder, "\x01\x80\x80\x80\x80\x10", 6);
    expect_parse_error(&builder, 13, "integer too large");
    builder = module_with(BUILDER_TYPE, "", 0);
    expect_parse_error(&builder, 10, "unexpected end-of-file");
    builder_header(&builder);
    builder_header(&builder);
    expect_parse_error(&builder, 8, "expected section, got wasm magic number");
    /* An id that is not known, and what only the validator reads, are passed over. */
    builder = module_with(14, "\xff\xff", 2);
    builder_section(&builder, 127, "", 0);
    builder_section(&builder, BUILDER_TYPE, "\x05\xff", 2);
    builder_section(&builder, BUILDER_GLOBAL, "\x01\xff\xff", 3);
    builder_section(&builder, 14, "", 0);
    expect_only_metadata_missing(&builder);
}

static void test_order(void **state)
{
    (void)state;
    static const uint8_t order[] = {BUILDER_TYPE, BUILDER_IMPORT, BUILDER_FUNCTION, BUILDER_TABLE, BUILDER_MEMORY,
                                    BUILDER_TAG,  BUILDER_GLOBAL, BUILDER_EXPORT,   BUILDER_START, BUILDER_ELEMENT,
                                    BUILDER_DATA_COUNT, BUILDER_CODE, BUILDER_DATA};
    size_t count = sizeof order;
    struct builder builder = {0};
    builder_header(&builder);
    for (size_t i = 0; i < count; i++) {
        builder_section(&builder, order[i], "\0", 1);
        builder_custom(&builder, "x", "", 0);
    }
    expect_only_metadata_missing(&builder);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            builder_header(&builder);
            builder_section(&builder, order[i], "\0", 1);
            builder_section(&builder, 14, "\0", 1);
            builder_section(&builder, order[j], "\0", 1);
            if (j > i) {
                expect_only_metadata_missing(&builder);
            } else {
                expect_parse_error(&builder, 16, "section out of order");
            }
        }
    }
}

static void test_single_items(void **state)
{
    (void)state;
    static const uint8_t ids[] = {BUILDER_START, BUILDER_DATA_COUNT};
    for (size_t i = 0; i < sizeof ids; i++) {
        struct builder builder = module_with(ids[i], "\x00\x00", 2);
        expect_parse_error(&builder, 11, "unexpected content");
        builder = module_with(ids[i], "", 0);
        expect_parse_error(&builder, 10, "unexpected end-of-file");
    }
}

static void test_code_section(void **state)
{
    (void)state;
    struct builder builder = module_with(BUILDER_FUNCTION, "\x01\x00", 2);
    expect_parse_error(&builder, 12, "code section is absent");
    builder = module_with(BUILDER_CODE, "\x01\x02\x00\x0b", 4);
    expect_parse_error(&builder, 10, "function section is absent");
    builder = module_with(BUILDER_FUNCTION, "\x02\x00\x00", 3);
    builder_section(&builder, BUILDER_CODE, "\x01\x02\x00\x0b", 4);
    expect_parse_error(&builder, 15, "inconsistent lengths");
    builder = module_with(BUILDER_FUNCTION, "\x01\x00", 2);
    builder_section(&builder, BUILDER_CODE, "\x01\x02\x00\x0b\x00", 5);
    expect_parse_error(&builder, 18, "trailing bytes at end of section");
    builder = module_with(BUILDER_FUNCTION, "\x01\x00", 2);
    builder_section(&builder, BUILDER_CODE, "\x01\x03\x00\x0b", 4);
    expect_parse_error(&builder, 16, "unexpected end-of-file");
    /* The last body reaches out of its section, though not out of the file. */
    builder = module_with(BUILDER_FUNCTION, "\x01\x00", 2);
    builder_section(&builder, BUILDER_CODE, "\x01\x03\x00\x0b", 4);
    builder_custom(&builder, "x", "", 0);
    expect_parse_error(&builder, 15, "unexpected end-of-file");
    builder = module_with(BUILDER_FUNCTION, "\x01\x00", 2);
    builder_section(&builder, BUILDER_CODE, "", 0);
    builder_write(&builder, "\x01", 1);
    expect_parse_error(&builder, 14, "unexpected end-of-file");
    /* What a body holds is not looked at. */
    builder = module_with(BUILDER_FUNCTION, "\x01\x00", 2);
    builder_section(&builder, BUILDER_CODE, "\x01\x02\xff\xff", 4);
    expect_only_metadata_missing(&builder);
}

static void test_data_count(void **state)
{
    (void)state;
    struct builder builder = module_with(BUILDER_DATA_COUNT, "\x01", 1);
    expect_parse_error(&builder, 11, "data section is absent");
    builder = module_with(BUILDER_DATA_COUNT, "\x00", 1);
    expect_only_metadata_missing(&builder);
    builder = module_with(BUILDER_DATA_COUNT, "\x02", 1);
    builder_section(&builder, BUILDER_DATA, "\x01\xff", 2);
    expect_parse_error(&builder, 15, "inconsistent lengths");
    builder = module_with(BUILDER_DATA, "\x01\xff", 2);
    expect_only_metadata_missing(&builder);
}

static void test_imports(void **state)
{
    (void)state;
    struct builder builder = module_with(BUILDER_IMPORT, "\x00", 1);
    expect_only_metadata_missing(&builder);
    builder = module_with(BUILDER_IMPORT, "\x00\xff", 2);
    expect_only_metadata_missing(&builder);
    builder = module_with(BUILDER_IMPORT, "\x80\x01garbage", 9);
    expect_fault(&builder, 2, 10, "module imports 128 item(s)");
    /* At the moment it is met: before what follows it, after what stands before it. */
    builder = module_with(BUILDER_IMPORT, "\x01\x00\x00\x00\x00", 5);
    builder_byte(&builder, 0xff);
    expect_fault(&builder, 2, 10, "disallows every host import");
    builder_header(&builder);
    builder_custom(&builder, "cc_lb.schema.x", "", 0);
    builder_section(&builder, BUILDER_IMPORT, "\x01", 1);
    expect_fault(&builder, 3, 25, "expected 32");
}

static void test_schema_sizes(void **state)
{
    (void)state;
    static const char *const names[] = {"cc_lb.schema.filter.v1", "cc_lb.schema.sign.v1", "cc_lb.schema.",
                                        "cc_lb.schema.\n"};
    static const size_t sizes[] = {0, 1, 31, 33};
    uint8_t data[33] = {0};
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) {
            struct builder builder = {0};
            builder_header(&builder);
            builder_custom(&builder, names[i], data, sizes[j]);
            builder_byte(&builder, 0xff);
            expect_fault(&builder, 3, 11 + strlen(names[i]), "expected 32");
        }
        struct builder builder = {0};
        builder_header(&builder);
        builder_custom(&builder, names[i], data, 32);
        expect_only_metadata_missing(&builder);
    }
    struct builder builder = {0};
    builder_header(&builder);
    builder_custom(&builder, "cc_lb.schema", data, 3);
    builder_custom(&builder, "CC_LB.schema.filter.v1", data, 3);
    expect_only_metadata_missing(&builder);
    builder_header(&builder);
    builder_custom(&builder, "cc_lb.schema.\n", data, 3);
    expect_fault(&builder, 3, 25, "`cc_lb.schema.\\x0a` custom section has 3 bytes");
}

static void test_custom_names(void **state)
{
    (void)state;
    struct builder builder = module_with(BUILDER_CUSTOM, "\x03""ab", 3);
    expect_parse_error(&builder, 11, "unexpected end-of-file");
    builder = module_with(BUILDER_CUSTOM, "\x02""a\xff", 3);
    expect_parse_error(&builder, 12, "malformed UTF-8");
    builder = module_with(BUILDER_CUSTOM, "", 0);
    expect_parse_error(&builder, 10, "unexpected end-of-file");
}

/* R4: the last of several holds, wherever it stands. */
static void test_the_last_one_holds(void **state)
{
    (void)state;
    uint8_t other[WIRE_FINGERPRINT_SIZE] = {9};
    struct builder builder = {0};
    builder_header(&builder);
    builder_metadata(&builder, "first");
    builder_schema(&builder, CCLB_HOOK_SHAPE, other);
    builder_section(&builder, BUILDER_TYPE, "\0", 1);
    builder_custom(&builder, "cc_lb.schema.shape.v2", other, sizeof other);
    builder_schema(&builder, CCLB_HOOK_SHAPE, fingerprint);
    builder_custom(&builder, "cc_lb.schema.shape.v3", other, sizeof other);
    builder_custom(&builder, "cc_lb.schema.shape.v1 ", other, sizeof other);
    builder_custom(&builder, "cc_lb.schema.shape.v0", other, sizeof other);
    builder_metadata(&builder, "");
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(&builder, &sections, &error), CCLB_OK);
    assert_int_equal(sections.metadata.len, 0);
    assert_int_equal(sections_offset(&sections, sections.metadata), builder.len);
    assert_memory_equal(sections.schemas[CCLB_HOOK_SHAPE][0].data, fingerprint, sizeof fingerprint);
    assert_memory_equal(sections.schemas[CCLB_HOOK_SHAPE][1].data, other, sizeof other);
    assert_null(sections.schemas[CCLB_HOOK_FILTER][0].data);
    builder_deinit(&builder);
}

static void expect_export_fault(const char *data, size_t len, uint64_t offset, const char *words)
{
    struct builder builder = module_with(BUILDER_EXPORT, data, len);
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(&builder, &sections, &error), CCLB_REJECTED);
    assert_non_null(strstr(error.message, "invalid export entry"));
    expect_fault(&builder, 1, offset, words);
}

static void test_malformed_exports(void **state)
{
    (void)state;
    expect_export_fault("\x01", 1, 11, "unexpected end-of-file");
    expect_export_fault("\x01\x01", 2, 12, "unexpected end-of-file");
    expect_export_fault("\x01\x01\xff\x00\x00", 5, 12, "malformed UTF-8");
    expect_export_fault("\x01\x01x", 3, 13, "unexpected end-of-file");
    expect_export_fault("\x01\x01x\x05\x00", 5, 13, "invalid leading byte for external kind");
    expect_export_fault("\x01\x01x\x20\x00", 5, 14, "exact type");
    expect_export_fault("\x01\x01x\x00", 4, 14, "unexpected end-of-file");
    expect_export_fault("\x01\x01x\x00\x00\x00", 6, 15, "unexpected data at the end of the section");
    expect_export_fault("\x00\x00", 2, 11, "unexpected data at the end of the section");
    expect_export_fault("\xff\xff\xff\xff\x0f\x01x\x00\x00", 9, 19, "unexpected end-of-file");
    struct builder builder = module_with(BUILDER_EXPORT, "", 0);
    expect_parse_error(&builder, 10, "unexpected end-of-file");
}

/* Only names and kinds count: indices and types are the compiler's, names are compared whole. */
static void test_exports_by_name_and_kind(void **state)
{
    (void)state;
    struct builder content = {0};
    builder_leb(&content, 10);
    builder_export(&content, "memory", BUILDER_KIND_FUNCTION, 0);
    builder_export(&content, "memory", BUILDER_KIND_GLOBAL, 0);
    builder_export(&content, "cc_lb_alloc", BUILDER_KIND_GLOBAL, 0);
    builder_export(&content, "cc_lb_free", BUILDER_KIND_FUNCTION, 99999);
    builder_export(&content, "cc_lb_filter", BUILDER_KIND_MEMORY, 0);
    builder_export(&content, "cc_lb_shape ", BUILDER_KIND_FUNCTION, 0);
    builder_export(&content, "cc_lb_observe", BUILDER_KIND_FUNCTION, 0);
    builder_export(&content, "cc_lb_", BUILDER_KIND_FUNCTION, 0);
    builder_export(&content, "", BUILDER_KIND_FUNCTION, 0);
    builder_export(&content, "cc_lb_transform_response", BUILDER_KIND_TABLE, 0);
    struct builder builder = module_with(BUILDER_EXPORT, content.data, content.len);
    builder_deinit(&content);
    builder_metadata(&builder, "");
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(&builder, &sections, &error), CCLB_OK);
    assert_false(sections.exports_memory);
    assert_false(sections.exports_alloc);
    assert_true(sections.exports_free);
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        assert_int_equal(sections.exports_hook[hook], hook == CCLB_HOOK_OBSERVE);
    }
    assert_int_equal(sections.export_count, 10);
    builder_deinit(&builder);
}

static void test_a_million_exports(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    struct builder content = {0};
    builder_leb(&content, MILLION);
    for (int i = 1; i < MILLION; i++) {
        builder_export(&content, "cc_lb_filte", BUILDER_KIND_FUNCTION, (uint32_t)i);
    }
    builder_export(&content, "cc_lb_filter", BUILDER_KIND_FUNCTION, 0);
    struct builder builder = module_with(BUILDER_EXPORT, content.data, content.len);
    builder_deinit(&content);
    builder_metadata(&builder, "");
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(&builder, &sections, &error), CCLB_OK);
    assert_int_equal(sections.export_count, MILLION);
    assert_true(sections.exports_hook[CCLB_HOOK_FILTER]);
    builder_deinit(&builder);
}

static struct module_sections walk_with(uint8_t id, const void *data, size_t len)
{
    struct builder builder = module_with(id, data, len);
    builder_metadata(&builder, "");
    struct module_sections sections;
    cclb_error error;
    assert_int_equal(walk(&builder, &sections, &error), CCLB_OK);
    builder_deinit(&builder);
    return sections;
}

static void test_minimums(void **state)
{
    (void)state;
    struct module_sections sections = walk_with(BUILDER_TABLE, "\x03\x70\x01\x05\x09\x6f\x00\x87\x01\x70\x00\x06", 12);
    assert_int_equal(sections.table_min_elements, 135);
    assert_int_equal(sections.table_offset, 15);
    sections = walk_with(BUILDER_TABLE, "\x01\x70\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13);
    assert_int_equal(sections.table_min_elements, UINT64_MAX);
    sections = walk_with(BUILDER_TABLE, "\x01\x70\x00\x00", 4);
    assert_int_equal(sections.table_min_elements, 0);
    assert_int_equal(sections.table_offset, 11);
    /* Up to the first entry that the compiler will refuse. */
    sections = walk_with(BUILDER_TABLE, "\x03\x70\x00\x05\x40\x00\x70\x00\x7f\x0b\x70\x00\x7f", 13);
    assert_int_equal(sections.table_min_elements, 5);
    sections = walk_with(BUILDER_TABLE, "\x02\x70\x00\x05\x63\x00\x00\x7f", 8);
    assert_int_equal(sections.table_min_elements, 5);
    sections = walk_with(BUILDER_TABLE, "\x02\x70\x00\x05\x70\x00\xff", 7);
    assert_int_equal(sections.table_min_elements, 5);
    sections = walk_with(BUILDER_TABLE, "\x00", 1);
    assert_int_equal(sections.table_offset, 0);

    sections = walk_with(BUILDER_MEMORY, "\x02\x03\x05\x09\x08\x80\x10\x00", 8);
    assert_int_equal(sections.memory_min_pages, 2048);
    assert_int_equal(sections.memory_offset, 14);
    sections = walk_with(BUILDER_MEMORY, "\x01\x04\x80\x80\x80\x80\x80\x01", 8);
    assert_int_equal(sections.memory_min_pages, UINT64_C(1) << 35);
    sections = walk_with(BUILDER_MEMORY, "\x01", 1);
    assert_int_equal(sections.memory_min_pages, 0);
}

/* Damaged modules: whatever the verdict, no crash, and a place inside the module. */
static void test_random_damage(void **state)
{
    (void)state;
    char metadata[512];
    struct builder builder = good_module(metadata);
    uint8_t *copy = malloc(builder.len);
    assert_non_null(copy);
    uint32_t seed = 1;
    size_t refused = 0;
    enum { ROUNDS = 100000 };
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(copy, builder.data, builder.len);
        for (int edit = 0; edit < 2; edit++) {
            seed = seed * 1664525u + 1013904223u;
            size_t at = (seed >> 8) % builder.len;
            seed = seed * 1664525u + 1013904223u;
            uint32_t flipped = copy[at] ^ (1u << (seed >> 8 & 7));
            copy[at] = (uint8_t)(seed >> 30 ? flipped : seed >> 16);
        }
        struct module_sections sections;
        cclb_error error;
        cclb_status status = sections_walk(cclb_bytes_of(copy, builder.len), &sections, &error);
        if (status != CCLB_OK) {
            assert_int_equal(status, CCLB_REJECTED);
            assert_in_range(error.rule, 1, 5);
            assert_true(error.offset <= builder.len || error.rule == 5);
            refused++;
        }
    }
    assert_in_range(refused, ROUNDS / 20, ROUNDS - ROUNDS / 20);
    free(copy);
    builder_deinit(&builder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_of_a_good_module),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_section_frames),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_single_items),
        cmocka_unit_test(test_code_section),
        cmocka_unit_test(test_data_count),
        cmocka_unit_test(test_imports),
        cmocka_unit_test(test_schema_sizes),
        cmocka_unit_test(test_custom_names),
        cmocka_unit_test(test_the_last_one_holds),
        cmocka_unit_test(test_malformed_exports),
        cmocka_unit_test(test_exports_by_name_and_kind),
        cmocka_unit_test(test_a_million_exports),
        cmocka_unit_test(test_minimums),
        cmocka_unit_test(test_random_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
