/* SPDX-License-Identifier: Apache-2.0 */
/* view_test.c - every accessor of the public views, over archives that the writer made. */

#include "cclb/view.h"

#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* The archive of an answer, at an odd address; free() what `*memory` is. */
static cclb_bytes answer(cclb_hook hook, const void *message, uint8_t **memory)
{
    const struct wire_type *type = wire_answer_type(hook);
    size_t size = 0;
    cclb_error error;
    assert_int_equal(wire_measure(type, CCLB_FORM_W9, message, &size, &error), CCLB_OK);
    *memory = malloc(size + 1);
    assert_non_null(*memory);
    wire_write(type, CCLB_FORM_W9, message, *memory + 1, size);
    return cclb_bytes_of(*memory + 1, size);
}

static void assert_text(cclb_bytes bytes, const char *text)
{
    assert_true(cclb_bytes_equal(bytes, cclb_text(text)));
}

static void test_filter_response(void **state)
{
    (void)state;
    cclb_candidate_reason reasons[] = {
        {cclb_text("u-1"), cclb_text("accept"), cclb_text("")},
        {cclb_text("u-2"), cclb_text("reject_quota"), cclb_text("spent")},
    };
    cclb_filter_response response = {{reasons, 2}};
    uint8_t *memory;
    cclb_bytes archive = answer(CCLB_HOOK_FILTER, &response, &memory);
    cclb_filter_response_view view;
    assert_int_equal(cclb_filter_response_read(archive, &view, NULL), CCLB_OK);
    assert_int_equal(view.results.count, 2);
    for (size_t i = 0; i < 2; i++) {
        cclb_candidate_reason reason = cclb_candidate_reason_at(view.results, i);
        assert_true(cclb_bytes_equal(reason.upstream_id, reasons[i].upstream_id));
        assert_true(cclb_bytes_equal(reason.decision, reasons[i].decision));
        assert_true(cclb_bytes_equal(reason.reason, reasons[i].reason));
        assert_true(reason.decision.data >= archive.data && reason.decision.data < archive.data + archive.len);
    }
    free(memory);
}

static void test_shape_response(void **state)
{
    (void)state;
    cclb_header headers[] = {{cclb_text("a"), cclb_text("1")}, {cclb_text("b"), cclb_text("")}};
    cclb_bytes pieces[] = {cclb_text("bo"), cclb_text("dy")};
    cclb_shape_response response = {
        .url = cclb_text("https://example.test/"),
        .method = cclb_text("POST"),
        .headers = {headers, 2},
        .body = {pieces, 2},
    };
    uint8_t *memory;
    cclb_bytes archive = answer(CCLB_HOOK_SHAPE, &response, &memory);
    cclb_shape_response_view view;
    assert_int_equal(cclb_shape_response_read(archive, &view, NULL), CCLB_OK);
    assert_text(view.url, "https://example.test/");
    assert_text(view.method, "POST");
    assert_text(view.body, "body");
    assert_int_equal(view.headers.count, 2);
    assert_text(cclb_header_at(view.headers, 0).name, "a");
    assert_text(cclb_header_at(view.headers, 0).value, "1");
    assert_text(cclb_header_at(view.headers, 1).name, "b");
    assert_text(cclb_header_at(view.headers, 1).value, "");
    free(memory);
}

/* Each of the three parts alone, and none. */
static void test_transform_response(void **state)
{
    (void)state;
    cclb_header header = {cclb_text("n"), cclb_text("v")};
    cclb_bytes body = cclb_text("new");
    for (unsigned parts = 0; parts < 8; parts++) {
        cclb_transform_response_result result = {
            .kind = CCLB_TRANSFORM_RESPONSE_REPLACE,
            .has_status = (parts & 1) != 0,
            .status = 418,
            .has_headers = (parts & 2) != 0,
            .headers = {&header, 1},
            .has_body = (parts & 4) != 0,
            .body = {&body, 1},
        };
        uint8_t *memory;
        cclb_bytes archive = answer(CCLB_HOOK_TRANSFORM_RESPONSE, &result, &memory);
        cclb_transform_response_view view;
        assert_int_equal(cclb_transform_response_read(archive, &view, NULL), CCLB_OK);
        assert_int_equal(view.kind, CCLB_TRANSFORM_RESPONSE_REPLACE);
        assert_int_equal(view.has_status, result.has_status);
        assert_int_equal(view.status, result.has_status ? 418 : 0);
        assert_int_equal(view.has_headers, result.has_headers);
        assert_int_equal(view.headers.count, result.has_headers ? 1 : 0);
        if (view.has_headers) {
            assert_text(cclb_header_at(view.headers, 0).value, "v");
        }
        assert_int_equal(view.body.present, result.has_body);
        assert_text(view.body.value, result.has_body ? "new" : "");
        free(memory);
    }
    cclb_transform_response_result unchanged = {.kind = CCLB_TRANSFORM_RESPONSE_UNCHANGED, .has_status = true};
    uint8_t *memory;
    cclb_bytes archive = answer(CCLB_HOOK_TRANSFORM_RESPONSE, &unchanged, &memory);
    cclb_transform_response_view view;
    assert_int_equal(cclb_transform_response_read(archive, &view, NULL), CCLB_OK);
    assert_int_equal(view.kind, CCLB_TRANSFORM_RESPONSE_UNCHANGED);
    assert_false(view.has_status || view.has_headers || view.body.present);
    free(memory);
}

static void test_transform_sse_event(void **state)
{
    (void)state;
    cclb_sse_event events[] = {{cclb_text("ping"), cclb_text("{}")}, {cclb_text(""), cclb_text("\xff")}};
    cclb_transform_sse_event_result result = {.events = {events, 2}};
    for (result.kind = 0; result.kind <= CCLB_TRANSFORM_SSE_EVENT_DROP; result.kind++) {
        uint8_t *memory;
        cclb_bytes archive = answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, &result, &memory);
        cclb_transform_sse_event_view view;
        assert_int_equal(cclb_transform_sse_event_read(archive, &view, NULL), CCLB_OK);
        assert_int_equal(view.kind, result.kind);
        bool replace = result.kind == CCLB_TRANSFORM_SSE_EVENT_REPLACE;
        assert_int_equal(view.events.count, replace ? 2 : 0);
        if (replace) {
            assert_text(cclb_sse_event_at(view.events, 0).event, "ping");
            assert_text(cclb_sse_event_at(view.events, 0).data, "{}");
            assert_text(cclb_sse_event_at(view.events, 1).data, "\xff");
        }
        free(memory);
    }
}

/* A refusal says of which hook, and leaves the view alone. */
static void test_refusals(void **state)
{
    (void)state;
    uint8_t bytes[32];
    memset(bytes, 0xff, sizeof bytes);
    cclb_bytes archive = cclb_bytes_of(bytes, sizeof bytes);
    cclb_error error;

    cclb_filter_response_view filter = {.results = {bytes, 77}};
    assert_int_equal(cclb_filter_response_read(archive, &filter, &error), CCLB_DECODE);
    assert_int_equal(error.hook, CCLB_HOOK_FILTER);
    assert_int_equal(error.offset, 24);
    assert_int_equal(filter.results.count, 77);
    assert_int_equal(cclb_filter_response_read(archive, &filter, NULL), CCLB_DECODE);

    cclb_shape_response_view shape = {.body = {bytes, 77}};
    assert_int_equal(cclb_shape_response_read(archive, &shape, &error), CCLB_DECODE);
    assert_int_equal(error.hook, CCLB_HOOK_SHAPE);
    assert_int_equal(shape.body.len, 77);

    cclb_transform_response_view response = {.status = 77};
    assert_int_equal(cclb_transform_response_read(archive, &response, &error), CCLB_DECODE);
    assert_int_equal(error.hook, CCLB_HOOK_TRANSFORM_RESPONSE);
    assert_int_equal(response.status, 77);

    cclb_transform_sse_event_view event = {.events = {bytes, 77}};
    assert_int_equal(cclb_transform_sse_event_read((cclb_bytes){0}, &event, &error), CCLB_DECODE);
    assert_int_equal(error.hook, CCLB_HOOK_TRANSFORM_SSE_EVENT);
    assert_int_equal(event.events.count, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter_response),
        cmocka_unit_test(test_shape_response),
        cmocka_unit_test(test_transform_response),
        cmocka_unit_test(test_transform_sse_event),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
