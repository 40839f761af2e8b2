/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask_test.c - a masked archive is that of the request with `*` in place of every byte that is masked: since nothing moves,
 * each case is a request and the one that it has to become, as JSON with ' in place of ".
 */

#include "capsule/mask.h"

#include "base/allocate.h"
#include "cclb/json.h"
#include "counting_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static cclb_buffer archive_of(cclb_hook hook, cclb_form form, const char *text)
{
    char json[4096];
    size_t len = strlen(text);
    assert_true(len < sizeof json);
    for (size_t i = 0; i <= len; i++) {
        json[i] = text[i] == '\'' ? '"' : text[i];
    }
    cclb_error error;
    cclb_buffer archive = {0};
    if (cclb_archive_from_json(cclb_text(cclb_request_type(hook)), form, cclb_bytes_of(json, len), NULL, &archive,
                               &error) != CCLB_OK) {
        fail_msg("%s: %s", text, error.message);
    }
    return archive;
}

/* What was masked, in a row. */
static const char *list(const struct masking_result *result, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < result->count; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%.*s", i > 0 ? ", " : "", (int)result->names[i].len,
                                 (const char *)result->names[i].data);
    }
    return text;
}

static void expect_masked(const cclb_capsule_options *options, cclb_hook hook, cclb_form form, const char *request,
                          const char *masked, const char *names)
{
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    struct arena arena;
    struct masking_result result;
    char text[1024];
    cclb_buffer archive = archive_of(hook, form, request);
    cclb_buffer wanted = archive_of(hook, form, masked);
    assert_int_equal(archive.len, wanted.len);
    arena_init(&arena, &allocator);
    assert_int_equal(mask_request(options, hook, form, archive.data, archive.len, &arena, &result), CCLB_OK);
    assert_memory_equal(archive.data, wanted.data, wanted.len);
    assert_string_equal(list(&result, text, sizeof text), names);
    arena_deinit(&arena);
    cclb_buffer_deinit(&archive);
    cclb_buffer_deinit(&wanted);
}

#define SHAPE_TO(query, url, headers, body, id, claims)                                                                \
    "{'request_id': 'r', 'method': 'POST', 'path': '/', 'query': '" query "', 'headers': [" headers                    \
    "], 'body': '" body "', 'principal': {'id': '" id "', 'kind': 'api_key', 'claims': [" claims                       \
    "]}, 'upstream': {'kind': 'AnthropicDirect', 'base_url': " url "}}"
#define SHAPE(headers, body, id, claims) SHAPE_TO("page=1", "null", headers, body, id, claims)
#define RESPONSE_OF(path, url, headers, id, rest)                                                                      \
    "{'request_id': 'r', 'principal': {'id': '" id "', 'kind': 'k', 'claims': []}, 'upstream': {'kind': "              \
    "'AnthropicDirect', 'base_url': " url "}, 'request_method': 'POST', 'request_path': '" path                        \
    "', 'canonical_model_id': 'm', 'response_status': 200, 'response_headers': [" headers "], " rest "}"
#define RESPONSE(headers, id, rest) RESPONSE_OF("/", "null", headers, id, rest)
#define FILTER_OF(path, query, headers, id, body)                                                                      \
    "{'request_id': 'r', 'method': 'POST', 'path': '" path "', 'query': " query ", 'headers': [" headers               \
    "], 'body': '" body "', 'principal': {'id': '" id "', 'kind': 'k', 'claims': []}, 'candidates': []}"
#define FILTER(headers, id, body) FILTER_OF("/", "null", headers, id, body)
#define PAIR(name, value) "{'name': '" name "', 'value': '" value "'}"
#define CLAIM(name, value) "{'key': '" name "', 'value': '" value "'}"
#define Q "\\'" /* a quote inside a string of JSON */

static void expect_shape(const cclb_capsule_options *options, const char *request, const char *masked,
                         const char *names)
{
    expect_masked(options, CCLB_HOOK_SHAPE, CCLB_FORM_W9, request, masked, names);
    expect_masked(options, CCLB_HOOK_SHAPE, CCLB_FORM_W2, request, masked, names);
}

static void headers_are_masked_by_name_in_any_case(void **state)
{
    (void)state;
    const cclb_capsule_options options = {0};
    expect_shape(
        &options,
        SHAPE(PAIR("Authorization", "Bearer abc") "," PAIR("accept", "a/b") "," PAIR("COOKIE", "a=b; c=d") "," PAIR(
                  "X_Api_Key", "k") "," PAIR("authorization", "") "," PAIR("x-api-keys", "no"),
              "body", "", ""),
        SHAPE(PAIR("Authorization", "**********") "," PAIR("accept", "a/b") "," PAIR("COOKIE", "********") "," PAIR(
                  "X_Api_Key", "*") "," PAIR("authorization", "") "," PAIR("x-api-keys", "no"),
              "body", "", ""),
        "header authorization, header cookie, header x-api-key");
}

static void every_name_that_is_told_is_masked(void **state)
{
    (void)state;
    static const char *const headers[] = {"api-key",
                                          "authorization",
                                          "cookie",
                                          "proxy-authorization",
                                          "set-cookie",
                                          "x-access-token",
                                          "x-amz-security-token",
                                          "x-api-key",
                                          "x-auth-token",
                                          "x-csrf-token",
                                          "x-goog-api-key",
                                          "openai-api-key",
                                          "private-token",
                                          "x-forwarded-access-token"};
    static const char *const claims[] = {"access_token",  "api_key",
                                         "authorization", "client_secret",
                                         "cookie",        "credential",
                                         "credentials",   "email",
                                         "id_token",      "jwt",
                                         "name",          "password",
                                         "phone_number",  "preferred_username",
                                         "private_key",   "refresh_token",
                                         "secret",        "session",
                                         "sub",           "token"};
    static const char *const parameters[] = {"access_token",
                                             "api_key",
                                             "auth",
                                             "auth_token",
                                             "client_secret",
                                             "credential",
                                             "id_token",
                                             "jwt",
                                             "key",
                                             "password",
                                             "refresh_token",
                                             "secret",
                                             "session",
                                             "sig",
                                             "signature",
                                             "subscription_key",
                                             "token",
                                             "x-amz-credential",
                                             "x-amz-security-token",
                                             "x-amz-signature",
                                             "x-goog-credential",
                                             "x-goog-signature"};
    const cclb_capsule_options options = {0};
    /* However a name parts its words. */
    expect_shape(&options, SHAPE("", "", "", CLAIM("accessToken", Q "abc" Q)),
                 SHAPE("", "", "", CLAIM("accessToken", Q "***" Q)), "claim access_token");
    expect_shape(&options, SHAPE(PAIR("X-ApiKey", "v"), "", "", ""), SHAPE(PAIR("X-ApiKey", "*"), "", "", ""),
                 "header x-api-key");
    char request[1024];
    char masked[1024];
    char names[64];
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        snprintf(request, sizeof request, SHAPE(PAIR("%s", "v"), "", "", ""), headers[i]);
        snprintf(masked, sizeof masked, SHAPE(PAIR("%s", "*"), "", "", ""), headers[i]);
        snprintf(names, sizeof names, "header %s", headers[i]);
        expect_shape(&options, request, masked, names);
    }
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        snprintf(request, sizeof request, SHAPE("", "", "", CLAIM("%s", "1")), claims[i]);
        snprintf(masked, sizeof masked, SHAPE("", "", "", CLAIM("%s", "*")), claims[i]);
        snprintf(names, sizeof names, "claim %s", claims[i]);
        expect_shape(&options, request, masked, names);
    }
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        snprintf(request, sizeof request, SHAPE_TO("%s=v", "null", "", "", "", ""), parameters[i]);
        snprintf(masked, sizeof masked, SHAPE_TO("%s=*", "null", "", "", "", ""), parameters[i]);
        snprintf(names, sizeof names, "parameter %s", parameters[i]);
        expect_shape(&options, request, masked, names);
    }
}

static void claims_are_masked_at_any_depth(void **state)
{
    (void)state;
    const cclb_capsule_options options = {0};
    expect_shape(&options, SHAPE("", "", "", CLAIM("tier", Q "gold" Q) "," CLAIM("token", Q "abc" Q)),
                 SHAPE("", "", "", CLAIM("tier", Q "gold" Q) "," CLAIM("token", Q "***" Q)), "claim token");
    expect_shape(&options, SHAPE("", "", "", CLAIM("token", "[1,{" Q "a" Q ":2}]")),
                 SHAPE("", "", "", CLAIM("token", "***********")), "claim token");
    /* "token" as a string that is no name, a name that is written with an escape, and a secret with a quote in it */
    expect_shape(&options,
                 SHAPE("", "", "",
                       CLAIM("org", "[" Q "token" Q ",{" Q "TOKEN" Q ":" Q "a\\\\" Q "b" Q "," Q "p\\\\u0061ssword" Q
                                    ":12," Q "n" Q ":3}]")),
                 SHAPE("", "", "",
                       CLAIM("org", "[" Q "token" Q ",{" Q "TOKEN" Q ":" Q "****" Q "," Q "p\\\\u0061ssword" Q ":**," Q
                                    "n" Q ":3}]")),
                 "claim password, claim token");
}

static void a_claim_that_is_no_json_is_masked_whole(void **state)
{
    (void)state;
    const cclb_capsule_options options = {0};
    expect_shape(&options, SHAPE("", "", "", CLAIM("a", "gold") "," CLAIM("b", "{" Q "c" Q ":1} ") "," CLAIM("d", "{")),
                 SHAPE("", "", "", CLAIM("a", "****") "," CLAIM("b", "{" Q "c" Q ":1} ") "," CLAIM("d", "*")),
                 "claim that is no JSON");
}

/* A string may be JSON again, and what is JSON with names has quotation marks, however they are written. */
static void a_string_with_quotes_in_it_is_masked_whole(void **state)
{
    (void)state;
    const cclb_capsule_options options = {0};
    expect_shape(
        &options,
        SHAPE("", "", "", CLAIM("a", Q "{\\\\" Q "secret\\\\" Q ":\\\\" Q "abc\\\\" Q "}" Q) "," CLAIM("b", Q "c" Q)),
        SHAPE("", "", "", CLAIM("a", Q "********************" Q) "," CLAIM("b", Q "c" Q)),
        "claim with quotation marks in a string");
    expect_shape(&options,
                 SHAPE("", "", "", CLAIM("a", "{" Q "b" Q ":[1," Q "\\\\u0022k\\\\u0022" Q "," Q "\\\\n" Q "]}")),
                 SHAPE("", "", "", CLAIM("a", "{" Q "b" Q ":[1," Q "*************" Q "," Q "\\\\n" Q "]}")),
                 "claim with quotation marks in a string");
    /* Names are none of the values, and one that is met is masked for what it is. */
    expect_shape(&options, SHAPE("", "", "", CLAIM("a", "{" Q "\\\\" Q "" Q ":1," Q "token" Q ":" Q "\\\\" Q "" Q "}")),
                 SHAPE("", "", "", CLAIM("a", "{" Q "\\\\" Q "" Q ":1," Q "token" Q ":" Q "**" Q "}")), "claim token");
}

#define URL(text) "'" text "'"

static void the_user_of_an_upstream_is_masked(void **state)
{
    (void)state;
    static const char user[] = "user of the upstream's URL";
    const cclb_capsule_options options = {0};
    static const struct {
        const char *url, *masked;
        bool has_user;
    } cases[] = {
        {"https://me:secret@host.test:8080/a@b", "https://**:******@host.test:8080/a@b", true},
        {"https://me@host.test", "https://**@host.test", true},
        {"https://:secret@host.test", "https://:******@host.test", true},
        {"https://me:a:b@c@host.test/", "https://**:*****@host.test/", true},
        {"https:\\\\me:secret@host.test", "https:\\\\**:******@host.test", true},
        {"https:me:secret@host.test", "https:**:******@host.test", true},
        {"https:/ /me:secret@host.test", "https:/ /**:******@host.test", true},
        {"https://host.test/me:secret@b", "https://host.test/me:secret@b", false},
        {"https://host.test?a=b@c", "https://host.test?a=b@c", false},
        {"https://@host.test", "https://@host.test", false},
        {"https://host.test:80", "https://host.test:80", false},
        {"me@host.test", "me@host.test", false},
        {"https:", "https:", false},
        {"", "", false},
    };
    char request[1024];
    char masked[1024];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(request, sizeof request, SHAPE_TO("", URL("%s"), "", "", "", ""), cases[i].url);
        snprintf(masked, sizeof masked, SHAPE_TO("", URL("%s"), "", "", "", ""), cases[i].masked);
        expect_shape(&options, request, masked, cases[i].has_user ? user : "");
    }
    expect_masked(&options, CCLB_HOOK_OBSERVE, CCLB_FORM_W8,
                  "{'kind': 'UpstreamChosen', 'upstream': {'kind': 'AnthropicDirect', 'base_url': 'https://a:b@c'}}",
                  "{'kind': 'UpstreamChosen', 'upstream': {'kind': 'AnthropicDirect', 'base_url': 'https://*:*@c'}}",
                  user);
}

static void parameters_are_masked_by_name(void **state)
{
    (void)state;
    const cclb_bytes header = cclb_text("X-Tenant");
    const cclb_bytes claim = cclb_text("account");
    const cclb_capsule_options options = {0};
    const cclb_capsule_options more = {
        .header_names = &header, .header_name_count = 1, .claim_names = &claim, .claim_name_count = 1};
    static const struct {
        const char *query, *masked, *names;
    } cases[] = {
        {"key=abc&page=1", "key=***&page=1", "parameter key"},
        {"page=1&API-Key=a=b&TOKEN=", "page=1&API-Key=***&TOKEN=", "parameter api_key, parameter token"},
        {"a=1;token=b;c&d=2", "a=1;token=***&d=2", "parameter token"},
        {"k%65y=abc&page=%41", "k%65y=***&page=%41", "parameter with an escaped name"},
        {"key&=&&a=key", "key&=&&a=key", ""},
        {"", "", ""},
    };
    char request[1024];
    char masked[1024];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(request, sizeof request, SHAPE_TO("%s", "null", "", "", "", ""), cases[i].query);
        snprintf(masked, sizeof masked, SHAPE_TO("%s", "null", "", "", "", ""), cases[i].masked);
        expect_shape(&options, request, masked, cases[i].names);
    }
    expect_shape(&more, SHAPE_TO("x-tenant=1&Account=2&sub=3", "null", "", "", "", ""),
                 SHAPE_TO("x-tenant=*&Account=*&sub=3", "null", "", "", "", ""),
                 "parameter X-Tenant, parameter account");
    expect_shape(&options, SHAPE_TO("", URL("https://host.test/?sig=abc"), "", "", "", ""),
                 SHAPE_TO("", URL("https://host.test/?sig=***"), "", "", "", ""), "parameter sig");
    expect_masked(&options, CCLB_HOOK_FILTER, CCLB_FORM_W2, FILTER_OF("/a?key=b", "'key=c'", "", "", ""),
                  FILTER_OF("/a?key=*", "'key=*'", "", "", ""), "parameter key");
    expect_masked(&options, CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_FORM_W9,
                  RESPONSE_OF("/a?key=b", "'https://a:b@c'", "", "", "'body': ''"),
                  RESPONSE_OF("/a?key=*", "'https://*:*@c'", "", "", "'body': ''"),
                  "parameter key, user of the upstream's URL");
    expect_masked(&options, CCLB_HOOK_TRANSFORM_SSE_EVENT, CCLB_FORM_W9,
                  RESPONSE_OF("/a?key=b", "'https://a:b@c'", "", "", "'event': {'event': 'e', 'data': ''}"),
                  RESPONSE_OF("/a?key=*", "'https://*:*@c'", "", "", "'event': {'event': 'e', 'data': ''}"),
                  "parameter key, user of the upstream's URL");
}

/* What no field reaches is of no use to the guest, and may be of use to others. */
static void bytes_of_no_field_are_cleared(void **state)
{
    (void)state;
    enum { BEFORE = 16 };
    static const char text[] = SHAPE(PAIR("a", "b"), "c", "", "");
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    const cclb_capsule_options options = {0};
    struct arena arena;
    struct masking_result result;
    char names[64];
    uint8_t whole[1024] = "sixteen of those";
    cclb_buffer archive = archive_of(CCLB_HOOK_SHAPE, CCLB_FORM_W9, text);
    memcpy(whole + BEFORE, archive.data, archive.len);
    memcpy(whole + BEFORE + archive.len - 8, "secret..", 8); /* of the URL, which is absent */
    arena_init(&arena, &allocator);
    assert_int_equal(
        mask_request(&options, CCLB_HOOK_SHAPE, CCLB_FORM_W9, whole, BEFORE + archive.len, &arena, &result), CCLB_OK);
    for (size_t i = 0; i < BEFORE; i++) {
        assert_int_equal(whole[i], 0);
    }
    assert_memory_equal(whole + BEFORE, archive.data, archive.len);
    assert_string_equal(list(&result, names, sizeof names), "bytes of no field");
    arena_deinit(&arena);
    cclb_buffer_deinit(&archive);
}

static void what_a_message_quotes_is_masked(void **state)
{
    (void)state;
    static const struct {
        const char *message, *masked;
    } cases[] = {
        {"invalid method `abc`", "invalid method `***`"},
        {"invalid id `a`b` in result 3", "invalid id `***` in result 3"},
        {"origin `a`, and not `b`", "origin `**************`"},
        {"cut `abc", "cut `***"},
        {"cut `", "cut `"},
        {"nothing", "nothing"},
        {"``", "``"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char message[CCLB_MESSAGE_SIZE];
        snprintf(message, sizeof message, "%s", cases[i].message);
        mask_quoted(message);
        assert_string_equal(message, cases[i].masked);
    }
    /* A mark that is not the last one: that was cut off. */
    for (size_t len = CCLB_MESSAGE_SIZE - 4; len < CCLB_MESSAGE_SIZE; len++) {
        char message[CCLB_MESSAGE_SIZE] = "`a`";
        memset(message + 3, 'b', len - 3);
        mask_quoted(message);
        assert_int_equal(strlen(message), len);
        assert_null(strpbrk(message, "ab"));
    }
}

static void the_principal_is_masked_always(void **state)
{
    (void)state;
    const cclb_capsule_options options = {0};
    expect_shape(&options, SHAPE("", "b", "tenant-a", ""), SHAPE("", "b", "********", ""), "principal id");
    expect_masked(&options, CCLB_HOOK_OBSERVE, CCLB_FORM_W8,
                  "{'kind': 'AuthnComplete', 'principal_id': 't-1', 'principal_kind': 'api_key'}",
                  "{'kind': 'AuthnComplete', 'principal_id': '***', 'principal_kind': 'api_key'}", "principal id");
    expect_masked(&options, CCLB_HOOK_OBSERVE, CCLB_FORM_W8,
                  "{'kind': 'Error', 'code': 'c', 'message': 'm', 'source': 's'}",
                  "{'kind': 'Error', 'code': 'c', 'message': 'm', 'source': 's'}", "");
}

static void the_hosts_names_come_on_top(void **state)
{
    (void)state;
    const cclb_bytes header = cclb_text("X-Tenant");
    const cclb_bytes claim = cclb_text("account");
    const cclb_capsule_options options = {
        .header_names = &header, .header_name_count = 1, .claim_names = &claim, .claim_name_count = 1};
    expect_shape(
        &options,
        SHAPE(PAIR("x-tenant", "t") "," PAIR("cookie", "c"), "", "", CLAIM("Account", "1") "," CLAIM("jwt", "2")),
        SHAPE(PAIR("x-tenant", "*") "," PAIR("cookie", "*"), "", "", CLAIM("Account", "*") "," CLAIM("jwt", "*")),
        "header cookie, header X-Tenant, claim jwt, claim account");
}

static void bodies_are_masked_if_the_host_says_so(void **state)
{
    (void)state;
    const cclb_capsule_options keep = {0};
    const cclb_capsule_options drop = {.drop_bodies = true};
    expect_masked(&keep, CCLB_HOOK_FILTER, CCLB_FORM_W2, FILTER(PAIR("cookie", "c"), "i", "body"),
                  FILTER(PAIR("cookie", "*"), "*", "body"), "header cookie, principal id");
    expect_masked(&drop, CCLB_HOOK_FILTER, CCLB_FORM_W2, FILTER("", "", "body"), FILTER("", "", "****"), "");
    expect_masked(&drop, CCLB_HOOK_SHAPE, CCLB_FORM_W9, SHAPE("", "body", "", ""), SHAPE("", "****", "", ""), "");
    expect_masked(&keep, CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_FORM_W9,
                  RESPONSE(PAIR("Set-Cookie", "c"), "i", "'body': 'abc'"),
                  RESPONSE(PAIR("Set-Cookie", "*"), "*", "'body': 'abc'"), "header set-cookie, principal id");
    expect_masked(&drop, CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_FORM_W9, RESPONSE("", "", "'body': 'abc'"),
                  RESPONSE("", "", "'body': '***'"), "");
    expect_masked(&keep, CCLB_HOOK_TRANSFORM_SSE_EVENT, CCLB_FORM_W9,
                  RESPONSE(PAIR("cookie", "c"), "i", "'event': {'event': 'e', 'data': 'abc'}"),
                  RESPONSE(PAIR("cookie", "*"), "*", "'event': {'event': 'e', 'data': 'abc'}"),
                  "header cookie, principal id");
    expect_masked(&drop, CCLB_HOOK_TRANSFORM_SSE_EVENT, CCLB_FORM_W9,
                  RESPONSE("", "", "'event': {'event': 'e', 'data': 'abc'}"),
                  RESPONSE("", "", "'event': {'event': 'e', 'data': '***'}"), "");
}

static void what_is_no_archive_is_left_alone(void **state)
{
    (void)state;
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    const cclb_capsule_options options = {0};
    struct arena arena;
    struct masking_result result;
    uint8_t bytes[] = "authorization: x";
    arena_init(&arena, &allocator);
    assert_int_equal(mask_request(&options, CCLB_HOOK_SHAPE, CCLB_FORM_W9, bytes, sizeof bytes, &arena, &result),
                     CCLB_DECODE);
    assert_int_equal(mask_request(&options, CCLB_HOOK_SHAPE, CCLB_FORM_W9, bytes, 0, &arena, &result), CCLB_DECODE);
    assert_string_equal(bytes, "authorization: x");
    arena_deinit(&arena);
}

/* Whatever there is no memory for, it is said, since something may have been left as it was. */
static void without_memory_nothing_is_to_be_shown(void **state)
{
    (void)state;
    const cclb_capsule_options options = {0};
    cclb_buffer archive =
        archive_of(CCLB_HOOK_SHAPE, CCLB_FORM_W9,
                   SHAPE(PAIR("cookie", "c"), "b", "i", CLAIM("a", "{" Q "p\\\\u0061ssword" Q ":1}")));
    cclb_status status = CCLB_NO_MEMORY;
    uint64_t failures = 0;
    for (; status != CCLB_OK; failures++) {
        struct counting_allocator counts = {.fail_at = failures + 1};
        cclb_allocator allocator = counting_allocator(&counts);
        struct arena arena;
        struct masking_result result;
        arena_init(&arena, &allocator);
        status = mask_request(&options, CCLB_HOOK_SHAPE, CCLB_FORM_W9, archive.data, archive.len, &arena, &result);
        arena_deinit(&arena);
        assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY);
        assert_int_equal(atomic_load(&counts.live), 0);
        assert_true(failures < 100);
    }
    assert_true(failures > 1);
    cclb_buffer_deinit(&archive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_masked_by_name_in_any_case),
        cmocka_unit_test(every_name_that_is_told_is_masked),
        cmocka_unit_test(claims_are_masked_at_any_depth),
        cmocka_unit_test(a_claim_that_is_no_json_is_masked_whole),
        cmocka_unit_test(a_string_with_quotes_in_it_is_masked_whole),
        cmocka_unit_test(the_user_of_an_upstream_is_masked),
        cmocka_unit_test(parameters_are_masked_by_name),
        cmocka_unit_test(bytes_of_no_field_are_cleared),
        cmocka_unit_test(what_a_message_quotes_is_masked),
        cmocka_unit_test(the_principal_is_masked_always),
        cmocka_unit_test(the_hosts_names_come_on_top),
        cmocka_unit_test(bodies_are_masked_if_the_host_says_so),
        cmocka_unit_test(what_is_no_archive_is_left_alone),
        cmocka_unit_test(without_memory_nothing_is_to_be_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
