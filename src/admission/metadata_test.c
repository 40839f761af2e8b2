/* SPDX-License-Identifier: Apache-2.0 */
/* metadata_test.c - each verdict of spec/abi.md section 8, with its place and its words. */

#include "admission/metadata.h"

#include "base/allocate.h"
#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PLUGIN(hooks) "{\"name\":\"n\",\"version\":\"1\",\"description\":\"d\",\"usage\":\"u\",\"hooks\":" hooks "}"
#define HOOK(fields) "{\"wire_version\":1,\"description\":\"hd\",\"usage\":\"hu\"" fields "}"
#define ACTIVE ",\"mode\":\"active\""

struct fixture {
    cclb_allocator allocator;
    struct arena arena;
    struct plugin_metadata metadata;
    enum metadata_fault fault;
    cclb_error error;
};

static void init(struct fixture *fixture)
{
    *fixture = (struct fixture){.allocator = allocator_or_default((cclb_allocator){0})};
    arena_init(&fixture->arena, &fixture->allocator);
}

/* Parses a copy that ends where its memory ends, so that the address sanitizer sees a read past it. */
static cclb_status parse_bytes(struct fixture *fixture, cclb_form form, const char *json, size_t len)
{
    char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, json, len);
    memset(&fixture->metadata, 0, sizeof fixture->metadata);
    cclb_status status = metadata_parse(cclb_bytes_of(copy, len), form, &fixture->arena, &fixture->metadata,
                                        &fixture->fault, &fixture->error);
    free(copy);
    return status;
}

static cclb_status parse(struct fixture *fixture, cclb_form form, const char *json)
{
    return parse_bytes(fixture, form, json, strlen(json));
}

static void expect_text(cclb_bytes text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.data, expected, text.len);
}

static void expect_ok(cclb_form form, const char *json)
{
    struct fixture fixture;
    init(&fixture);
    assert_int_equal(parse(&fixture, form, json), CCLB_OK);
    assert_int_equal(fixture.fault, METADATA_FAULT_NONE);
    arena_deinit(&fixture.arena);
}

static void expect_fault(cclb_form form, const char *json, enum metadata_fault fault, uint64_t offset,
                         const char *message)
{
    struct fixture fixture;
    init(&fixture);
    assert_int_equal(parse(&fixture, form, json), CCLB_REJECTED);
    assert_int_equal(fixture.fault, fault);
    assert_int_equal(fixture.error.rule, 7);
    assert_int_equal(fixture.error.phase, CCLB_PHASE_INSPECT);
    assert_string_equal(fixture.error.message, message);
    assert_int_equal(fixture.error.offset, offset);
    arena_deinit(&fixture.arena);
}

static void expect_json_fault(cclb_form form, const char *json)
{
    struct fixture fixture;
    init(&fixture);
    assert_int_equal(parse(&fixture, form, json), CCLB_REJECTED);
    assert_int_equal(fixture.fault, METADATA_FAULT_JSON);
    assert_true(fixture.error.offset <= strlen(json));
    arena_deinit(&fixture.arena);
}

static void test_all_fields(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture);
    assert_int_equal(parse(&fixture, CCLB_FORM_W6,
                           " {\"hooks\":{\"transform_response\":" HOOK(",\"mode\":\"noop\"") ",\"shape\":" HOOK("")
                           ",\"observe\":{\"usage\":\"u2\",\"description\":\"d2\",\"wire_version\":255}},"
                           "\"usage\":\"a\\n\\\"\\u00e9\\ud83d\\ude00\",\"name\":\"\\u0000\",\"x\":[],"
                           "\"version\":\"1\",\"description\":\"\xc3\xa9\"}\n"),
                     CCLB_OK);
    const struct plugin_metadata *metadata = &fixture.metadata;
    assert_int_equal(metadata->name.len, 1);
    assert_int_equal(metadata->name.data[0], 0);
    expect_text(metadata->version, "1");
    expect_text(metadata->description, "\xc3\xa9");
    expect_text(metadata->usage, "a\n\"\xc3\xa9\xf0\x9f\x98\x80");
    assert_int_equal(metadata->hook_count, 3);
    assert_int_equal(metadata->hooks[0].hook, CCLB_HOOK_OBSERVE);
    assert_int_equal(metadata->hooks[0].wire_version, 255);
    expect_text(metadata->hooks[0].description, "d2");
    expect_text(metadata->hooks[0].usage, "u2");
    assert_int_equal(metadata->hooks[1].hook, CCLB_HOOK_SHAPE);
    assert_int_equal(metadata->hooks[1].mode, MODE_ACTIVE);
    assert_false(metadata->hooks[1].mode_written);
    assert_int_equal(metadata->hooks[2].hook, CCLB_HOOK_TRANSFORM_RESPONSE);
    assert_int_equal(metadata->hooks[2].mode, MODE_NOOP);
    assert_true(metadata->hooks[2].mode_written);
    arena_deinit(&fixture.arena);
}

static void test_mode_by_form(void **state)
{
    (void)state;
    static const char plain[] = PLUGIN("{\"filter\":" HOOK("") "}");
    static const char odd[] = PLUGIN("{\"filter\":" HOOK(",\"mode\":1,\"mode\":2") "}");
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        if (form < CCLB_FORM_W9) {
            expect_ok(form, plain);
        } else {
            expect_fault(form, plain, METADATA_FAULT_JSON, 123,
                         "invalid JSON: missing field `mode` at line 1 column 124");
        }
        if (form < CCLB_FORM_W6) {
            expect_ok(form, odd);
        } else {
            expect_fault(form, odd, METADATA_FAULT_JSON, 131, "invalid JSON: expected value at line 1 column 132");
        }
    }
    struct fixture fixture;
    init(&fixture);
    assert_int_equal(parse(&fixture, CCLB_FORM_W5, plain), CCLB_OK);
    assert_int_equal(fixture.metadata.hooks[0].mode, MODE_NOT_IN_FORM);
    arena_deinit(&fixture.arena);
    expect_ok(CCLB_FORM_W9, PLUGIN("{\"filter\":" HOOK(",\"mode\":{ \"active\" : null }") "}"));
    static const char *const refused[] = {"\"off\"", "null", "{}", "{\"noop\":1}", "{\"noop\":null,\"active\":null}",
                                          "[\"noop\"]", "\"Active\"", "{\"off\":null}", "{noop:null}"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char json[256];
        snprintf(json, sizeof json, PLUGIN("{\"filter\":" HOOK(",\"mode\":%s") "}"), refused[i]);
        expect_json_fault(CCLB_FORM_W6, json);
        expect_ok(CCLB_FORM_W5, PLUGIN("{\"filter\":" HOOK(",\"mode\":{}") "}"));
    }
}

static void test_wire_version_token(void **state)
{
    (void)state;
    static const char *const refused[] = {"256", "-1", "-0", "1.0", "1e0", "01", "+1", "\"1\"", "true", "null", "",
                                          "18446744073709551617", "0x1", "1E0", "00", "[1]"};
    static const char *const accepted[] = {"0", "1", "255", " 7 ", "\n\t10\r"};
    char json[256];
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        snprintf(json, sizeof json, PLUGIN("{\"filter\":{\"wire_version\":%s,\"description\":\"d\",\"usage\":\"u\"}}"),
                 refused[i]);
        expect_json_fault(CCLB_FORM_W2, json);
    }
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        snprintf(json, sizeof json, PLUGIN("{\"filter\":{\"wire_version\":%s,\"description\":\"d\",\"usage\":\"u\"}}"),
                 accepted[i]);
        expect_ok(CCLB_FORM_W2, json);
    }
}

static void test_content_in_order(void **state)
{
    (void)state;
    expect_fault(CCLB_FORM_W2,
                 "{\"name\":\" \\u00a0\\u3000\\u0085\",\"version\":\"\",\"description\":\"\",\"usage\":\"\"}",
                 METADATA_FAULT_NAME, 8, "missing plugin name");
    expect_fault(CCLB_FORM_W2, "{\"name\":\"\\u200b\",\"version\":\"\\t\",\"description\":\"\",\"usage\":\"\"}",
                 METADATA_FAULT_VERSION, 27, "missing plugin version");
    expect_fault(CCLB_FORM_W2, "{\"name\":\"\\u001f\",\"version\":\"1\",\"description\":\"\",\"usage\":\"\"}",
                 METADATA_FAULT_DESCRIPTION, 45, "missing plugin description");
    expect_fault(CCLB_FORM_W2, "{\"name\":\"n\",\"version\":\"1\",\"description\":\"d\",\"usage\":\"\\u2028\"}",
                 METADATA_FAULT_USAGE, 52, "missing plugin usage");
    expect_fault(CCLB_FORM_W2, "{\"name\":\"n\",\"version\":\"1\",\"description\":\"d\",\"usage\":\"u\"}",
                 METADATA_FAULT_NO_HOOKS, 0, "plugin declares no hooks");
    expect_fault(CCLB_FORM_W2, PLUGIN("{}"), METADATA_FAULT_NO_HOOKS, 0, "plugin declares no hooks");
    expect_fault(CCLB_FORM_W2, PLUGIN("{\"shape\":{\"wire_version\":1,\"description\":\" \",\"usage\":\"\"}}"),
                 METADATA_FAULT_HOOK_DESCRIPTION, 105, "hook 'shape' missing description");
    expect_fault(CCLB_FORM_W2, PLUGIN("{\"shape\":{\"wire_version\":1,\"description\":\"d\",\"usage\":\"\"}}"),
                 METADATA_FAULT_HOOK_USAGE, 117, "hook 'shape' missing usage");
}

/* Of an unknown hook and a blank one, the one that comes first by name is the fault, wherever they stand. */
static void test_unknown_hook_takes_its_place_by_name(void **state)
{
    (void)state;
    static const char blank[] = "{\"wire_version\":1,\"description\":\"\",\"usage\":\"\"}";
    char json[512];
    snprintf(json, sizeof json, PLUGIN("{\"zz\":%s,\"filter\":%s,\"zy\":%s}"), blank, blank, blank);
    expect_fault(CCLB_FORM_W2, json, METADATA_FAULT_HOOK_DESCRIPTION, 158, "hook 'filter' missing description");
    snprintf(json, sizeof json, PLUGIN("{\"filter\":%s,\"b\\u0061\":%s,\"bb\":%s}"), blank, blank, blank);
    expect_fault(CCLB_FORM_W2, json, METADATA_FAULT_UNKNOWN_HOOK, 122, "unknown hook name: ba");
    snprintf(json, sizeof json, PLUGIN("{\"a\\u001b[0m\":%s}"), blank);
    expect_fault(CCLB_FORM_W2, json, METADATA_FAULT_UNKNOWN_HOOK, 66, "unknown hook name: a\\x1b[0m");
    expect_fault(CCLB_FORM_W5, PLUGIN("{\"transform_response\":" HOOK("") "}"), METADATA_FAULT_UNKNOWN_HOOK, 66,
                 "unknown hook name: transform_response");
    expect_fault(CCLB_FORM_W9, PLUGIN("{\"observe\":" HOOK(ACTIVE) "}"), METADATA_FAULT_UNKNOWN_HOOK, 66,
                 "unknown hook name: observe");
}

static void test_repeated_names(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture);
    assert_int_equal(parse(&fixture, CCLB_FORM_W6,
                           PLUGIN("{\"filter\":{\"wire_version\":2,\"description\":\"\",\"usage\":\"\","
                                  "\"mode\":\"noop\"},"
                                  "\"f\\u0069lter\":" HOOK("") "}")),
                     CCLB_OK);
    assert_int_equal(fixture.metadata.hook_count, 1);
    assert_int_equal(fixture.metadata.hooks[0].wire_version, 1);
    assert_int_equal(fixture.metadata.hooks[0].mode, MODE_ACTIVE);
    assert_false(fixture.metadata.hooks[0].mode_written);
    arena_deinit(&fixture.arena);
    expect_fault(CCLB_FORM_W2, "{\"name\":\"a\",\"n\\u0061me\":\"b\"}", METADATA_FAULT_JSON, 13,
                 "invalid JSON: duplicate field `name` at line 1 column 14");
    expect_fault(CCLB_FORM_W2, "{\n\"hooks\":{},\n\"hooks\":{}}", METADATA_FAULT_JSON, 15,
                 "invalid JSON: duplicate field `hooks` at line 3 column 2");
    expect_fault(CCLB_FORM_W6, PLUGIN("{\"filter\":" HOOK(ACTIVE ACTIVE) "}"), METADATA_FAULT_JSON, 141,
                 "invalid JSON: duplicate field `mode` at line 1 column 142");
}

static void test_arrays_in_place_of_objects(void **state)
{
    (void)state;
    struct fixture fixture;
    init(&fixture);
    assert_int_equal(parse(&fixture, CCLB_FORM_W9, "[\"n\",\"1\",\"d\",\"u\",{\"filter\":[1,\"hd\",\"hu\",\"noop\"]}]"),
                     CCLB_OK);
    expect_text(fixture.metadata.hooks[0].usage, "hu");
    assert_int_equal(fixture.metadata.hooks[0].mode, MODE_NOOP);
    assert_false(fixture.metadata.hooks[0].mode_written);
    assert_int_equal(parse(&fixture, CCLB_FORM_W9, "[\"n\",\"1\",\"d\",\"u\",{\"filter\":" HOOK(ACTIVE) "}]"), CCLB_OK);
    assert_false(fixture.metadata.hooks[0].mode_written);
    arena_deinit(&fixture.arena);
    expect_ok(CCLB_FORM_W6, "[\"n\",\"1\",\"d\",\"u\",{\"filter\":[1,\"hd\",\"hu\"]}]");
    expect_fault(CCLB_FORM_W6, "[\"n\",\"1\",\"d\",\"u\"]", METADATA_FAULT_NO_HOOKS, 0, "plugin declares no hooks");
    static const char *const refused[] = {
        "[\"n\",\"1\",\"d\",\"u\",{\"filter\":[1,\"hd\",\"hu\"]}]",
        "[\"n\",\"1\",\"d\",\"u\",{\"filter\":[1,\"hd\",\"hu\",\"noop\",1]}]",
        "[\"n\",\"1\",\"d\",\"u\",{\"filter\":[1,\"hd\",\"hu\",\"noop\"]},1]",
        "[\"n\",\"1\",\"d\",\"u\",{\"filter\":[1,\"hd\",\"hu\",\"noop\"]},]",
        "[\"n\",\"1\",\"d\",\"u\",[]]",
        "[\"n\",\"1\",\"d\"]",
        "[]",
        "[,]",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        expect_json_fault(CCLB_FORM_W9, refused[i]);
    }
}

/* The same texts that the typed parse passes over are refused by the generic one. */
static void test_ignored_values(void **state)
{
    (void)state;
    static const char *const loose[] = {"1e999",    "-1e400",           "\"\\ud800\"",
                                        "\"\xff\"", "{\"\\udc00\":1}", "[\"\\ud800x\"]"};
    static const char *const fine[] = {"123456789012345678901234567890", "1e-999", "0e999999999999",
                                       "[[{}],{\"a\":[]}]", "-0.0E+1", "\"\\ud83d\\ude00\"", "true", "null"};
    static const char *const broken[] = {"tru", "01", "1.", "-", "1e", ".5", "[1,]", "{\"a\":1,}", "[1 2]", "{\"a\" 1}",
                                         "{1:2}", "\"\\x\"", "\"\\u12g4\"", "\"a\tb\"", "]", "nul", "NaN", "[}",
                                         "{\"a\":}"};
    char json[512];
    cclb_error error;
    for (size_t i = 0; i < sizeof loose / sizeof *loose; i++) {
        snprintf(json, sizeof json, "{\"junk\":%s,%s", loose[i], &PLUGIN("{\"filter\":" HOOK("") "}")[1]);
        expect_ok(CCLB_FORM_W6, json);
        assert_int_equal(metadata_generic_check(cclb_text(json), &error), CCLB_REJECTED);
        assert_int_equal(error.rule, 6);
        assert_int_equal(error.phase, CCLB_PHASE_INSPECT);
        assert_in_range(error.offset, 8, 8 + strlen(loose[i]));
    }
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        snprintf(json, sizeof json, "{\"junk\":%s,%s", fine[i], &PLUGIN("{\"filter\":" HOOK("") "}")[1]);
        expect_ok(CCLB_FORM_W6, json);
        assert_int_equal(metadata_generic_check(cclb_text(json), &error), CCLB_OK);
    }
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        snprintf(json, sizeof json, "{\"junk\":%s,%s", broken[i], &PLUGIN("{\"filter\":" HOOK("") "}")[1]);
        expect_json_fault(CCLB_FORM_W6, json);
        assert_int_equal(metadata_generic_check(cclb_text(json), &error), CCLB_REJECTED);
    }
}

/* A value nested `depth` deep under an ignored key, so depth + 1 with the plugin's own object. */
static char *nested(size_t depth, const char *open, const char *close, size_t *len)
{
    static const char rest[] = ",\"name\":\"n\",\"version\":\"1\",\"description\":\"d\",\"usage\":\"u\","
                               "\"hooks\":{\"filter\":" HOOK("") "}}";
    size_t size = strlen(open) + strlen(close);
    *len = 5 + depth * size + 1 + sizeof rest - 1;
    char *json = malloc(*len);
    assert_non_null(json);
    char *at = json;
    memcpy(at, "{\"x\":", 5);
    at += 5;
    for (size_t i = 0; i < depth; i++, at += strlen(open)) {
        memcpy(at, open, strlen(open));
    }
    *at++ = '1';
    for (size_t i = 0; i < depth; i++, at += strlen(close)) {
        memcpy(at, close, strlen(close));
    }
    memcpy(at, rest, sizeof rest - 1);
    return json;
}

static void test_nesting(void **state)
{
    (void)state;
    static const size_t depths[] = {1, 7, 8, 125, 126, 127, 128, 5000, 300000};
    struct fixture fixture;
    init(&fixture);
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        for (int object = 0; object < 2; object++) {
            size_t len;
            char *json = nested(depths[i], object ? "{\"k\":" : "[", object ? "}" : "]", &len);
            assert_int_equal(parse_bytes(&fixture, CCLB_FORM_W6, json, len), CCLB_OK);
            cclb_status expected = depths[i] + 1 <= 127 ? CCLB_OK : CCLB_REJECTED;
            assert_int_equal(metadata_generic_check(cclb_bytes_of(json, len), &fixture.error), expected);
            json[5 + depths[i] * (object ? 5 : 1) + 1] = object ? ']' : '}';
            assert_int_equal(parse_bytes(&fixture, CCLB_FORM_W6, json, len), CCLB_REJECTED);
            free(json);
        }
    }
    char *open = malloc(100000);
    assert_non_null(open);
    memset(open, '[', 100000);
    memcpy(open, "{\"x\":", 5);
    assert_int_equal(parse_bytes(&fixture, CCLB_FORM_W6, open, 100000), CCLB_REJECTED);
    free(open);
    arena_deinit(&fixture.arena);
}

/* Every beginning of a good text is a fault, and no beginning is read past. */
static void test_every_truncation(void **state)
{
    (void)state;
    static const char json[] = "{\"x\":[{\"a\":-1.5e3},\"\\ud83d\\ude00\"],\"name\":\"\\u0061\xc3\xa9\","
                               "\"version\":\"1\",\"description\":\"d\",\"usage\":\"u\",\"hooks\":{\"filter\":"
                               HOOK(",\"mode\":{\"active\":null}") "}}";
    struct fixture fixture;
    init(&fixture);
    size_t len = sizeof json - 1;
    assert_int_equal(parse_bytes(&fixture, CCLB_FORM_W9, json, len), CCLB_OK);
    for (size_t cut = 0; cut < len; cut++) {
        assert_int_equal(parse_bytes(&fixture, CCLB_FORM_W9, json, cut), CCLB_REJECTED);
        assert_int_equal(fixture.fault, METADATA_FAULT_JSON);
        assert_true(fixture.error.offset <= cut);
        assert_int_equal(metadata_generic_check(cclb_bytes_of(json, cut), &fixture.error), CCLB_REJECTED);
    }
    arena_deinit(&fixture.arena);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *seed;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Damaged texts: no crash, a place inside the text, and whatever the strict parse takes the loose one can read. */
static void test_random_damage(void **state)
{
    (void)state;
    static const char json[] = "{\"x\":[{\"a\":-1.5e3},\"\\ud83d\\ude00\",true],\"name\":\"\\u0061\xc3\xa9\","
                               "\"version\":\"1\",\"description\":\"d\",\"usage\":\"u\",\"hooks\":{\"filter\":" HOOK(ACTIVE) "}}";
    static const char bytes[] = "{}[]\",:\\u09-+.eEntf \x00\x1f\x80\xc3\xed\xff";
    uint64_t seed = 1;
    size_t accepted = 0;
    for (int round = 0; round < 50000; round++) {
        char damaged[sizeof json];
        memcpy(damaged, json, sizeof json);
        size_t len = sizeof json - 1;
        for (uint64_t edits = 1 + next_random(&seed) % 3; edits > 0; edits--) {
            size_t at = next_random(&seed) % len;
            if (next_random(&seed) % 3 == 0) {
                memmove(damaged + at, damaged + at + 1, len - at - 1);
                len--;
            } else {
                damaged[at] = bytes[next_random(&seed) % (sizeof bytes - 1)];
            }
        }
        struct fixture fixture;
        init(&fixture);
        cclb_status status = parse_bytes(&fixture, CCLB_FORM_W9, damaged, len);
        assert_true(status == CCLB_OK || (status == CCLB_REJECTED && fixture.error.offset <= len));
        accepted += status == CCLB_OK;
        bool typed_grammar = status == CCLB_OK || fixture.fault != METADATA_FAULT_JSON;
        cclb_status generic = metadata_generic_check(cclb_bytes_of(damaged, len), &fixture.error);
        assert_true(generic == CCLB_OK || fixture.error.offset <= len);
        if (typed_grammar && memchr(damaged, 0xff, len) == NULL && memchr(damaged, 'e', 30) == NULL) {
            assert_int_equal(generic, CCLB_OK);
        }
        arena_deinit(&fixture.arena);
    }
    assert_in_range(accepted, 500, 49500);
}

/* Every allocation fails once: no memory is told as such, and nothing is lost. */
static void test_without_memory(void **state)
{
    (void)state;
    static const char json[] = "{\"x\":[1],\"n\\u0061me\":\"n\",\"version\":\"1\",\"description\":\"d\","
                               "\"usage\":\"u\",\"hooks\":{\"filter\":" HOOK("") "}}";
    char *long_json = malloc(sizeof json + 8000);
    assert_non_null(long_json);
    memset(long_json, ' ', sizeof json + 8000);
    memcpy(long_json, json, sizeof json - 1);
    bool failed = true;
    for (uint64_t call = 1; failed; call++) {
        struct counting_allocator counts = {.fail_at = call};
        cclb_allocator allocator = counting_allocator(&counts);
        struct arena arena;
        struct plugin_metadata metadata;
        enum metadata_fault fault;
        cclb_error error;
        arena_init(&arena, &allocator);
        cclb_status status = metadata_parse(cclb_bytes_of(long_json, sizeof json + 8000), CCLB_FORM_W6, &arena,
                                            &metadata, &fault, &error);
        failed = counts.calls >= call;
        assert_int_equal(status, failed ? CCLB_NO_MEMORY : CCLB_OK);
        assert_int_equal(fault, METADATA_FAULT_NONE);
        arena_deinit(&arena);
        assert_int_equal(counts.live, 0);
        assert_in_range(call, 1, 10);
    }
    free(long_json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_mode_by_form),
        cmocka_unit_test(test_wire_version_token),
        cmocka_unit_test(test_content_in_order),
        cmocka_unit_test(test_unknown_hook_takes_its_place_by_name),
        cmocka_unit_test(test_repeated_names),
        cmocka_unit_test(test_arrays_in_place_of_objects),
        cmocka_unit_test(test_ignored_values),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_every_truncation),
        cmocka_unit_test(test_random_damage),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
