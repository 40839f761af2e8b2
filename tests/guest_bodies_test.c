/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_bodies_test.c - the example plugins that read bodies, over JSON that was damaged: whatever it is, they answer,
 * and what they have nothing to do with goes through byte for byte.
 *
 * usage: guest_bodies_test PLUGINS, the folder with model-alias-w9.wasm and redact-w9.wasm
 */
#include "cclb.h"
#include "expect.h"
#include "table.h"

enum { ROUNDS = 4000, BODY_SIZE = 512 };

static cclb_runtime *runtime;
static cclb_error error;
static const char *plugins;
static cclb_handle *model_alias, *redact;
static uint64_t random_state = 1;

static size_t random_below(size_t end)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % end);
}

/* Transform hooks are called by handle. */
static cclb_handle *take_plugin(const char *name)
{
    cclb_handle *handle = NULL;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s-w9.wasm", plugins, name);
    cclb_bytes wasm = whole_file(path);
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    cclb_status status =
        cclb_slot_register(runtime, cclb_global_key(name), CCLB_SLOT_SHAPE, wasm, &options, NULL, &error);
    EXPECT_OR(status == CCLB_OK, error.message);
    free((void *)(uintptr_t)wasm.data);
    EXPECT_OR(cclb_handle_create(runtime, cclb_global_key(name), &handle, &error) == CCLB_OK, error.message);
    return handle;
}

/* Something that was JSON, until bytes of it were changed and its end was cut off. */
static cclb_bytes damaged_body(char body[BODY_SIZE])
{
    static const char pieces[] = "\"\"\"\\\\{{}}[[],,::u0d8 \n\x01\xff@e-tn9.";
    static const char *const bodies[] = {
        "{\"model\": \"fast\", \"a\": [1, {\"b\": null}, \"\\\"\\u00e9\\ud83d\\ude00\"], \"model\": \"\\u0066ast\"}",
        "{\"content\": [{\"text\": \"mail joe@example.com, key sk-ant-abcdefghijklmnopqrstuvwxyz\\n\"}], \"n\": "
        "-1.5e9}",
        "{\"a\":{\"b\":{\"c\":[[[[[\"4111 1111 1111 1111\"]]]]]}},\"partial_json\":\"{\\\"x\\\": \\\"Bearer "
        "0123456789abcdef\\\"}\"}",
    };
    const char *whole = bodies[random_below(sizeof bodies / sizeof bodies[0])];
    size_t len = strlen(whole);
    memcpy(body, whole, len);
    for (size_t damages = random_below(6); damages > 0; damages--) {
        body[random_below(len)] = pieces[random_below(sizeof pieces - 1)];
    }
    return cclb_bytes_of(body, random_below(3) == 0 ? random_below(len + 1) : len);
}

static cclb_request request_of(const cclb_bytes *body)
{
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.body = (cclb_spans){body, 1};
    request.upstream_base_url = cclb_optional_text("https://api.example.test");
    return request;
}

static bool is_in_pieces(cclb_spans pieces, cclb_bytes whole)
{
    size_t at = 0;
    for (size_t i = 0; i < pieces.count; i++) {
        const cclb_bytes piece = pieces.spans[i];
        if (piece.len > whole.len - at || (piece.len > 0 && memcmp(piece.data, whole.data + at, piece.len) != 0)) {
            return false;
        }
        at += piece.len;
    }
    return at == whole.len;
}

static void a_body_without_an_alias_is_the_same(void)
{
    cclb_target target = cclb_by_handle(model_alias);
    for (size_t i = 0; i < ROUNDS; i++) {
        char text[BODY_SIZE];
        const cclb_bytes body = damaged_body(text);
        cclb_request request = request_of(&body);
        cclb_shape_result result;
        EXPECT_OR(cclb_shape(runtime, &target, &request, &result, &error) == CCLB_OK, error.message);
        EXPECT(is_in_pieces(result.body, body));
        cclb_lease_return(&result.lease);
    }
}

static void a_body_with_an_alias_is_answered(void)
{
    cclb_target target = cclb_by_handle(model_alias);
    for (size_t i = 0; i < ROUNDS; i++) {
        char text[BODY_SIZE];
        const cclb_bytes body = damaged_body(text);
        cclb_request request = request_of(&body);
        request.principal.claims = cclb_text("{\"model_aliases\": {\"fast\": \"slow\"}}");
        cclb_shape_result result;
        EXPECT_OR(cclb_shape(runtime, &target, &request, &result, &error) == CCLB_OK, error.message);
        size_t len = 0;
        for (size_t j = 0; j < result.body.count; j++) {
            len += result.body.spans[j].len;
        }
        EXPECT_EQUAL(len, body.len); /* the names are equally long */
        cclb_lease_return(&result.lease);
    }
}

static void responses_are_answered(void)
{
    static const char *const types[] = {"application/json", "text/plain"};
    cclb_target target = cclb_by_handle(redact);
    for (size_t i = 0; i < ROUNDS; i++) {
        char text[BODY_SIZE];
        const cclb_bytes body = damaged_body(text);
        const cclb_header type = {cclb_text("content-type"), cclb_text(types[i % 2])};
        cclb_request request = request_of(&body);
        cclb_response response = cclb_response_init();
        response.status = 200;
        response.headers = (cclb_headers){&type, 1};
        response.body = (cclb_spans){&body, 1};
        cclb_transform_response_answer answer;
        EXPECT_OR(cclb_transform_response(runtime, &target, &request, &response, &answer, &error) == CCLB_OK,
                  error.message);
        EXPECT(answer.body_replaced || is_in_pieces(answer.body, body));
        cclb_lease_return(&answer.lease);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: guest_bodies_test PLUGINS\n");
        return 2;
    }
    plugins = argv[1];
    expect_case = "set up";
    EXPECT_OR(cclb_runtime_create(NULL, &runtime, &error) == CCLB_OK, error.message);
    model_alias = take_plugin("model-alias");
    redact = take_plugin("redact");
    RUN(a_body_without_an_alias_is_the_same);
    RUN(a_body_with_an_alias_is_answered);
    RUN(responses_are_answered);
    expect_case = "tear down";
    cclb_handle_destroy(model_alias);
    cclb_handle_destroy(redact);
    EXPECT_OR(cclb_runtime_destroy(runtime, &error) == CCLB_OK, error.message);
    return 0;
}
