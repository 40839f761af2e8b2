/* SPDX-License-Identifier: Apache-2.0 */
/* report_test.c - the keys that other programs rely on, all of them, present whether or not they apply. */

#include "cclb/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_error_full(void **state)
{
    (void)state;
    cclb_error error = {
        .status = CCLB_PROBE,
        .inner = CCLB_TRAP,
        .phase = CCLB_PHASE_ALLOC,
        .hook = CCLB_HOOK_FILTER,
        .trap = CCLB_TRAP_NULL_POINTER,
        .resource = CCLB_RESOURCE_POOL,
        .rule = 48,
        .offset = UINT64_MAX - 1,
        .message = "it \"failed\"",
    };
    cclb_buffer json = {0};
    assert_int_equal(cclb_error_to_json(&error, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"status\": \"probe\",\n"
                                   "  \"inner\": \"trap\",\n"
                                   "  \"phase\": \"cc_lb_alloc\",\n"
                                   "  \"hook\": \"filter\",\n"
                                   "  \"trap\": \"null_pointer\",\n"
                                   "  \"resource\": \"pool\",\n"
                                   "  \"rule\": 48,\n"
                                   "  \"offset\": \"18446744073709551614\",\n"
                                   "  \"message\": \"it \\\"failed\\\"\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
}

static void test_error_bare(void **state)
{
    (void)state;
    cclb_error error = {.status = CCLB_LIMIT, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    cclb_buffer json = {0};
    assert_int_equal(cclb_error_to_json(&error, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data, "{\n"
                                   "  \"status\": \"limit\",\n"
                                   "  \"inner\": null,\n"
                                   "  \"phase\": null,\n"
                                   "  \"hook\": null,\n"
                                   "  \"trap\": null,\n"
                                   "  \"resource\": null,\n"
                                   "  \"rule\": null,\n"
                                   "  \"offset\": null,\n"
                                   "  \"message\": \"\"\n"
                                   "}");
    cclb_buffer_deinit(&json);
}

static void test_report_full(void **state)
{
    (void)state;
    static cclb_report report;
    report = (cclb_report){
        .verdict = {.status = CCLB_OK},
        .reference = CCLB_REFERENCE_0_1_1,
        .form = CCLB_FORM_W2,
        .digest = {0xab, 0x01},
        .module_bytes = 123,
        .has_metadata = true,
        .name = cclb_bytes_of("n\0m", 3),
        .version = cclb_text("1"),
        .description = cclb_text("d"),
        .usage = cclb_bytes_of("\xff", 1),
        .hook_count = 1,
        .hooks = {{.hook = CCLB_HOOK_FILTER,
                   .wire_version = 1,
                   .mode_written = true,
                   .description = cclb_text("hd"),
                   .usage = cclb_text("hu"),
                   .has_fingerprint = true,
                   .fingerprint = {0x04},
                   .forms = 1u << CCLB_FORM_W2 | 1u << CCLB_FORM_W3,
                   .probed = true,
                   .probe_ns = 1000,
                   .probe_fuel = 7,
                   .probe_memory_bytes = 65536}},
        .functions = 2,
        .exports = 5,
        .exports_memory = true,
        .exports_alloc = true,
        .memory_initial_bytes = 65536,
        .table_initial_elements = 3,
        .compiled = true,
        .compile_ns = 9,
        .code_bytes = 10,
        .sandbox = &(cclb_runtime_info){
                    .engine = "e 1",
                    .isolation = CCLB_ISOLATION_GUARDED,
                    .reset = CCLB_RESET_REWRITE,
                    .reset_reason = "because",
                    .stores_max = 11,
                    .pool_instances = 12,
                    .memory_max_bytes = 13,
                    .memory_keep_bytes = 14,
                    .resident_max_bytes = 15,
                    .fast_body_bytes = 16,
                    .virtual_reservation_bytes = 17,
                    .stack_max_bytes = 18},
        .verdict_count = 2,
        .verdicts = {{.runtime = "0.1.1", .kit = "0.1.0", .admits = true},
                     {.runtime = "0.3.0",
                      .kit = "0.2.0",
                      .error = {.status = CCLB_REJECTED,
                                .hook = CCLB_HOOK_NONE,
                                .offset = CCLB_NO_OFFSET,
                                .rule = 16,
                                .message = "no"}}},
        .differences = "this field",
        .explanation = "do this",
    };
    cclb_buffer json = {0};
    assert_int_equal(cclb_report_to_json(&report, NULL, &json, NULL), CCLB_OK);
    assert_string_equal(json.data,
                        "{\n"
                        "  \"ok\": true,\n"
                        "  \"verdict\": null,\n"
                        "  \"differences\": \"this field\",\n"
                        "  \"explanation\": \"do this\",\n"
                        "  \"reference\": \"0.1.1\",\n"
                        "  \"form\": \"W2\",\n"
                        "  \"digest\": \"ab01000000000000000000000000000000000000000000000000000000000000\",\n"
                        "  \"module_bytes\": 123,\n"
                        "  \"metadata\": {\n"
                        "    \"name\": \"n\\u0000m\",\n"
                        "    \"version\": \"1\",\n"
                        "    \"description\": \"d\",\n"
                        "    \"usage\": {\n"
                        "      \"base64\": \"/w==\"\n"
                        "    }\n"
                        "  },\n"
                        "  \"hooks\": [\n"
                        "    {\n"
                        "      \"hook\": \"filter\",\n"
                        "      \"wire_version\": 1,\n"
                        "      \"mode\": \"active\",\n"
                        "      \"mode_written\": true,\n"
                        "      \"description\": \"hd\",\n"
                        "      \"usage\": \"hu\",\n"
                        "      \"fingerprint\": \"0400000000000000000000000000000000000000000000000000000000000000\",\n"
                        "      \"forms\": [\n"
                        "        \"W2\",\n"
                        "        \"W3\"\n"
                        "      ],\n"
                        "      \"probe\": {\n"
                        "        \"duration_ns\": 1000,\n"
                        "        \"fuel\": 7,\n"
                        "        \"memory_bytes\": 65536,\n"
                        "        \"frees_answers\": null\n"
                        "      }\n"
                        "    }\n"
                        "  ],\n"
                        "  \"functions\": 2,\n"
                        "  \"exports\": {\n"
                        "    \"count\": 5,\n"
                        "    \"memory\": true,\n"
                        "    \"cc_lb_alloc\": true,\n"
                        "    \"cc_lb_free\": false\n"
                        "  },\n"
                        "  \"memory_initial_bytes\": 65536,\n"
                        "  \"table_initial_elements\": 3,\n"
                        "  \"compiled\": {\n"
                        "    \"duration_ns\": 9,\n"
                        "    \"code_bytes\": 10\n"
                        "  },\n"
                        "  \"sandbox\": {\n"
                        "    \"engine\": \"e 1\",\n"
                        "    \"isolation\": \"guarded\",\n"
                        "    \"reset\": \"rewrite\",\n"
                        "    \"reset_reason\": \"because\",\n"
                        "    \"metering\": false,\n"
                        "    \"stores_max\": 11,\n"
                        "    \"pool_instances\": 12,\n"
                        "    \"memory_max_bytes\": 13,\n"
                        "    \"memory_keep_bytes\": 14,\n"
                        "    \"resident_max_bytes\": 15,\n"
                        "    \"fast_body_bytes\": 16,\n"
                        "    \"virtual_reservation_bytes\": 17,\n"
                        "    \"stack_max_bytes\": 18\n"
                        "  },\n"
                        "  \"runtimes\": [\n"
                        "    {\n"
                        "      \"runtime\": \"0.1.1\",\n"
                        "      \"kit\": \"0.1.0\",\n"
                        "      \"admits\": true,\n"
                        "      \"error\": null\n"
                        "    },\n"
                        "    {\n"
                        "      \"runtime\": \"0.3.0\",\n"
                        "      \"kit\": \"0.2.0\",\n"
                        "      \"admits\": false,\n"
                        "      \"error\": {\n"
                        "        \"status\": \"reject\",\n"
                        "        \"inner\": null,\n"
                        "        \"phase\": null,\n"
                        "        \"hook\": null,\n"
                        "        \"trap\": null,\n"
                        "        \"resource\": null,\n"
                        "        \"rule\": 16,\n"
                        "        \"offset\": null,\n"
                        "        \"message\": \"no\"\n"
                        "      }\n"
                        "    }\n"
                        "  ]\n"
                        "}");
    cclb_buffer_deinit(&json);
}

/* A file that is no module at all: the keys are the same, the values are null, empty or zero. */
static void test_report_bare(void **state)
{
    (void)state;
    static cclb_report report;
    report = (cclb_report){
        .verdict = {.status = CCLB_REJECTED, .hook = CCLB_HOOK_NONE, .offset = 0, .rule = 1, .message = "wasm parse"},
        .reference = CCLB_REFERENCE_ANY,
        .form = CCLB_FORM_NONE,
    };
    static const char *const parts[] = {
        "\"ok\": false",       "\"status\": \"reject\"", "\"rule\": 1",        "\"offset\": 0",
        "\"reference\": null", "\"form\": null",         "\"metadata\": null", "\"hooks\": []",
        "\"compiled\": null",  "\"sandbox\": null",      "\"runtimes\": []",       "\"functions\": 0",   "\"explanation\": null",
    };
    cclb_buffer json = {0};
    assert_int_equal(cclb_report_to_json(&report, NULL, &json, NULL), CCLB_OK);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strstr((const char *)json.data, parts[i]) == NULL) {
            fail_msg("%s is not in %s", parts[i], (const char *)json.data);
        }
    }
    cclb_buffer_deinit(&json);
}

static void test_bytes(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "\"\""},
        {"a\"\\b\n", "\"a\\\"\\\\b\\n\""},
        {"\xc2\x9b", "\"\\u009b\""},
        {"\xff", "{\n  \"base64\": \"/w==\"\n}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cclb_buffer json = {0};
        assert_int_equal(cclb_bytes_to_json(cclb_text(cases[i][0]), NULL, &json, NULL), CCLB_OK);
        assert_string_equal(json.data, cases[i][1]);
        cclb_buffer_deinit(&json);
    }
}

static void *no_memory(void *context, size_t size)
{
    (void)context;
    (void)size;
    return NULL;
}

static void no_release(void *context, void *memory, size_t size)
{
    (void)context;
    (void)size;
    fail_msg("%p was never allocated", memory);
}

static void test_no_memory(void **state)
{
    (void)state;
    cclb_error fault = {.status = CCLB_LIMIT, .hook = CCLB_HOOK_NONE};
    cclb_allocator none = {no_memory, no_release, NULL};
    cclb_buffer json = {0};
    cclb_error error;
    assert_int_equal(cclb_error_to_json(&fault, &none, &json, &error), CCLB_NO_MEMORY);
    assert_int_equal(error.status, CCLB_NO_MEMORY);
    assert_null(json.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_full),  cmocka_unit_test(test_error_bare), cmocka_unit_test(test_report_full),
        cmocka_unit_test(test_report_bare), cmocka_unit_test(test_bytes),      cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
