/* SPDX-License-Identifier: Apache-2.0 */
/* capsule_test.c - what is written is read as it was; what is no capsule is refused with its place. */

#include "json/capsule.h"

#include "cclb/replay.h"
#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const cclb_bytes masked[] = {{(const uint8_t *)"header cookie", 13}, {(const uint8_t *)"claim \xff", 7}};

static cclb_capsule_info example(void)
{
    return (cclb_capsule_info){
        .struct_size = sizeof(cclb_capsule_info),
        .cclb_version = cclb_text("1.2.3"),
        .engine = cclb_text("engine 4"),
        .plugin = cclb_text("p \"q\" \x1b"),
        .digest = {0x01, 0xab, [31] = 0xff},
        .hook = CCLB_HOOK_TRANSFORM_RESPONSE,
        .form = CCLB_FORM_W9,
        .reference = CCLB_REFERENCE_0_3_0,
        .isolation = CCLB_ISOLATION_GUARDED,
        .reset = CCLB_RESET_REWRITE,
        .metering = true,
        .memory_max_bytes = 65536,
        .stack_max_bytes = 65537,
        .table_elements_max = 7,
        .fuel_max = UINT64_MAX,
        .deadline_base_ns = 8,
        .deadline_per_mib_ns = 9,
        .fault = {.status = CCLB_TRAP,
                  .phase = CCLB_PHASE_HOOK,
                  .hook = CCLB_HOOK_TRANSFORM_RESPONSE,
                  .trap = CCLB_TRAP_UNREACHABLE,
                  .rule = 50,
                  .offset = CCLB_NO_OFFSET,
                  .message = "guest \\x1b trap"},
        .fuel = 10,
        .memory_bytes = 11,
        .answer_bytes = 12,
        .readable = true,
        .bodies_dropped = true,
        .masked = masked,
        .masked_count = 2,
        .input_bytes = 3,
        .has_input = true,
        .input = cclb_bytes_of("a\0b", 3),
    };
}

static cclb_buffer write_example(const cclb_capsule_info *info)
{
    cclb_buffer json = {0};
    cclb_error error;
    assert_int_equal(capsule_to_json(info, NULL, &json, &error), CCLB_OK);
    return json;
}

static cclb_capsule *read_buffer(const cclb_buffer *json)
{
    cclb_capsule *capsule = NULL;
    cclb_error error;
    if (cclb_capsule_read(cclb_bytes_of(json->data, json->len), NULL, &capsule, &error) != CCLB_OK) {
        fail_msg("%s", error.message);
    }
    return capsule;
}

static void the_text_is_what_is_documented(void **state)
{
    (void)state;
    const cclb_capsule_info info = example();
    cclb_buffer json = write_example(&info);
    assert_string_equal(json.data,
                        "{\n"
                        "  \"capsule\": 1,\n"
                        "  \"cclb\": \"1.2.3\",\n"
                        "  \"engine\": \"engine 4\",\n"
                        "  \"plugin\": \"p \\\"q\\\" \\u001B\",\n"
                        "  \"digest\": \"01ab0000000000000000000000000000000000000000000000000000000000ff\",\n"
                        "  \"hook\": \"transform_response\",\n"
                        "  \"form\": \"W9\",\n"
                        "  \"reference\": \"0.3.0\",\n"
                        "  \"settings\": {\n"
                        "    \"isolation\": \"guarded\",\n"
                        "    \"reset\": \"rewrite\",\n"
                        "    \"metering\": true,\n"
                        "    \"memory_max_bytes\": 65536,\n"
                        "    \"stack_max_bytes\": 65537,\n"
                        "    \"table_elements_max\": 7,\n"
                        "    \"fuel_max\": \"18446744073709551615\",\n"
                        "    \"deadline_base_ns\": 8,\n"
                        "    \"deadline_per_mib_ns\": 9\n"
                        "  },\n"
                        "  \"fault\": {\n"
                        "    \"status\": \"trap\",\n"
                        "    \"phase\": \"hook\",\n"
                        "    \"trap\": \"unreachable\",\n"
                        "    \"rule\": 50,\n"
                        "    \"offset\": null,\n"
                        "    \"message\": \"guest \\\\x1b trap\"\n"
                        "  },\n"
                        "  \"fuel\": 10,\n"
                        "  \"memory_bytes\": 11,\n"
                        "  \"answer_bytes\": 12,\n"
                        "  \"readable\": true,\n"
                        "  \"bodies_dropped\": true,\n"
                        "  \"masked\": [\n"
                        "    \"header cookie\",\n"
                        "    {\n"
                        "      \"base64\": \"Y2xhaW0g/w==\"\n"
                        "    }\n"
                        "  ],\n"
                        "  \"input_bytes\": 3,\n"
                        "  \"input\": {\n"
                        "    \"base64\": \"YQBi\"\n"
                        "  }\n"
                        "}");
    cclb_buffer_deinit(&json);
}

/* By way of the text: each member stands there, and the reader refuses what is missing. */
static void expect_same(const cclb_capsule_info *info)
{
    cclb_buffer json = write_example(info);
    cclb_capsule *capsule = read_buffer(&json);
    cclb_buffer again = write_example(cclb_capsule_describe(capsule));
    assert_string_equal(again.data, json.data);
    assert_int_equal(cclb_capsule_describe(capsule)->fault.hook, info->hook);
    cclb_buffer_deinit(&again);
    cclb_buffer_deinit(&json);
    cclb_capsule_destroy(capsule);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    cclb_capsule_info info = example();
    expect_same(&info);
    info.has_input = false;
    info.readable = false;
    info.masked_count = 0;
    info.fault.offset = 0;
    info.fault.phase = CCLB_PHASE_NONE;
    info.fault.trap = CCLB_TRAP_NONE;
    expect_same(&info);
    for (cclb_status status = CCLB_REJECTED; status <= CCLB_DECODE; status++) {
        if (status != CCLB_COMPILE && status != CCLB_PROBE && status != CCLB_SATURATED) {
            info.fault.status = status;
            expect_same(&info);
        }
    }
}

/* The example with `old` in place of `now`, which stands in it. */
static void refused_with(const char *now, const char *instead, const char *message)
{
    const cclb_capsule_info info = example();
    cclb_buffer json = write_example(&info);
    char *place = strstr((char *)json.data, now);
    assert_non_null(place);
    char text[4096];
    int len = snprintf(text, sizeof text, "%.*s%s%s", (int)(place - (char *)json.data), (char *)json.data, instead,
                       place + strlen(now));
    cclb_capsule *capsule = NULL;
    cclb_error error = {0};
    assert_int_equal(cclb_capsule_read(cclb_bytes_of(text, (size_t)len), NULL, &capsule, &error), CCLB_BAD_INPUT);
    assert_null(capsule);
    if (strncmp(error.message, message, strlen(message)) != 0) {
        fail_msg("'%s' and not '%s'", error.message, message);
    }
    cclb_buffer_deinit(&json);
}

static void what_is_no_capsule_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *now, *instead, *message;
    } cases[] = {
        {"{", "", "not JSON: line "},
        {"\"capsule\": 1", "\"capsule\": 2", "$.capsule: version 2 of capsules; this version of cclb reads 1"},
        {"\"capsule\": 1", "\"capsule\": 2, \"novel\": 1", "$.capsule: version 2"},
        {"\"capsule\": 1", "\"capsule\": true", "$.capsule: expected a whole number"},
        {"\"capsule\": 1,", "", "$.capsule: missing"},
        {"\"hook\"", "\"hok\"", "$.hok: no such member; did you mean `hook`?"},
        {"\"plugin\": \"p \\\"q\\\" \\u001B\"", "\"plugin\": 1", "$.plugin: expected a string"},
        {"01ab", "01aB", "$.digest: not 64 hexadecimal digits"},
        {"01ab", "01", "$.digest: not 64 hexadecimal digits"},
        {"\"transform_response\"", "\"novel\"", "$.hook: no such kind; there is filter, "},
        {"\"transform_response\"", "null", "$.hook: expected a string, found null"},
        {"\"W9\"", "\"W2\"", "$.hook: form W2 has no such hook"},
        {"\"0.3.0\"", "\"any\"", "$.reference: no such kind"},
        {"\"settings\": {", "\"settings\": {\"novel\": 1,", "$.settings.novel: no such member"},
        {"\"rewrite\"", "\"auto\"", "$.settings.reset: no such kind"},
        {"true", "1", "$.settings.metering: expected true or false, found a number"},
        {"65536", "-1", "$.settings.memory_max_bytes: not a whole number"},
        {"\"18446744073709551615\"", "\"18446744073709551616\"", "$.settings.fuel_max: not a whole number"},
        {"\"status\": \"trap\"", "\"status\": \"ok\"", "$.fault.status: no such kind"},
        {"\"status\": \"trap\"", "\"status\": \"saturated\"", "$.fault.status: no such kind"},
        {"\"phase\": \"hook\"", "\"phase\": \"\"", "$.fault.phase: no such kind"},
        {"\"rule\": 50", "\"rule\": 4294967296", "$.fault.rule: not a whole number"},
        {"\"offset\": null", "\"offset\": -1", "$.fault.offset: not a whole number"},
        {"guest ", "guest \\n", "$.fault.message: not one line of printable text"},
        {"guest ", "guest \\u202e", "$.fault.message: not one line of printable text"},
        {"\"header cookie\"", "1", "$.masked[0]: expected a string"},
        {"\"masked\": [", "\"masked\": {}, \"input\": [", "not JSON: line "},
        {"\"input_bytes\": 3", "\"input_bytes\": 4", "$.input: 3 bytes, and input_bytes says otherwise"},
        {"YQBi", "YQB", "$.input.base64: not base64 from character 3 on"},
        {"\"input_bytes\": 3,", "\"input_bytes\": 3", "not JSON: line "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        refused_with(cases[i].now, cases[i].instead, cases[i].message);
    }
}

static void a_root_that_is_no_object_is_refused(void **state)
{
    (void)state;
    cclb_capsule *capsule = NULL;
    cclb_error error;
    assert_int_equal(cclb_capsule_read(cclb_text("[]"), NULL, &capsule, &error), CCLB_BAD_INPUT);
    assert_string_equal(error.message, "$: expected an object, found an array");
    assert_int_equal(cclb_capsule_read(cclb_text(""), NULL, &capsule, NULL), CCLB_BAD_INPUT);
    cclb_capsule_destroy(NULL);
}

static void a_message_fills_its_room_and_no_more(void **state)
{
    (void)state;
    char words[CCLB_MESSAGE_SIZE + 1];
    memset(words, 'm', sizeof words);
    words[CCLB_MESSAGE_SIZE] = '\0';
    refused_with("guest \\\\x1b trap", words, "$.fault.message: not one line");
    cclb_capsule_info info = example();
    memcpy(info.fault.message, words + 1, CCLB_MESSAGE_SIZE);
    expect_same(&info);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const cclb_capsule_info info = example();
    cclb_buffer json = write_example(&info);
    cclb_status status = CCLB_NO_MEMORY;
    uint64_t failures = 0;
    for (; status != CCLB_OK; failures++) {
        struct counting_allocator counts = {.fail_at = failures + 1};
        cclb_allocator allocator = counting_allocator(&counts);
        cclb_capsule *capsule = NULL;
        status = cclb_capsule_read(cclb_bytes_of(json.data, json.len), &allocator, &capsule, NULL);
        assert_true(status == CCLB_OK || (status == CCLB_NO_MEMORY && capsule == NULL));
        cclb_capsule_destroy(capsule);
        assert_int_equal(atomic_load(&counts.live), 0);
        assert_true(failures < 100);
    }
    assert_true(failures > 1);
    cclb_buffer_deinit(&json);
    struct counting_allocator none = {.fail_at = 1};
    cclb_allocator allocator = counting_allocator(&none);
    cclb_error error;
    assert_int_equal(capsule_to_json(&info, &allocator, &json, &error), CCLB_NO_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_what_is_documented),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_no_capsule_is_refused_with_its_place),
        cmocka_unit_test(a_root_that_is_no_object_is_refused),
        cmocka_unit_test(a_message_fills_its_room_and_no_more),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
