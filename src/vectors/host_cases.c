/* SPDX-License-Identifier: Apache-2.0 */
/* host_cases.c - U, HN, HNL, HV, HM, HS and UO: what a host makes of single values in an answer. */

#include "base/error.h"
#include "base/rust_url.h"
#include "base/uuid.h"
#include "hooks/header_rules.h"
#include "vectors/case.h"

/* No rule tells apart names longer than this; a line that asks for more is taken for a mistake. */
enum { NAME_LENGTH_MAX = 1 << 24 };

/* The message of a refusal by the URL parser is short; this is room for any. */
enum { URL_MESSAGE_SIZE = 256 };

/* A line INPUT ok ANSWER, or INPUT err -. */
struct answered_case {
    cclb_bytes input;
    bool ok;
    cclb_bytes answer;
};

/* Reads such a line; the answer is hex, or plain text. */
static cclb_status read_answered(struct vector_case *line, bool answer_is_hex, struct answered_case *answered,
                                 cclb_error *error)
{
    cclb_status status = case_hex(line, "input", 0, &answered->input, error);
    if (status != CCLB_OK || (status = case_verdict(line, &answered->ok, error)) != CCLB_OK) {
        return status;
    }
    if (!answered->ok) {
        return case_no_answer(line, error);
    }
    status = answer_is_hex ? case_hex(line, "answer", 0, &answered->answer, error)
                           : case_field(line, "answer", &answered->answer, error);
    return status == CCLB_OK ? case_end(line, error) : status;
}

/* The rest of a line that gives a verdict alone. */
static cclb_status expect_bare_verdict(struct vector_case *line, bool got, cclb_error *error)
{
    bool ok;
    cclb_status status = case_verdict(line, &ok, error);
    if (status != CCLB_OK || (status = case_end(line, error)) != CCLB_OK) {
        return status;
    }
    return case_same_verdict(got, ok, error);
}

cclb_status vector_uuid(struct vector_case *line, cclb_error *error)
{
    struct answered_case answered;
    cclb_status status = read_answered(line, false, &answered, error);
    if (status != CCLB_OK) {
        return status;
    }
    uint8_t uuid[UUID_SIZE];
    bool parsed = uuid_parse(answered.input, uuid);
    status = case_same_verdict(parsed, answered.ok, error);
    if (status != CCLB_OK || !parsed) {
        return status;
    }
    char text[UUID_TEXT_SIZE];
    uuid_format(uuid, text);
    return case_same("the UUID", cclb_bytes_of(text, sizeof text), answered.answer, error);
}

cclb_status vector_header_name(struct vector_case *line, cclb_error *error)
{
    struct answered_case answered;
    cclb_status status = read_answered(line, true, &answered, error);
    if (status != CCLB_OK) {
        return status;
    }
    bool valid = header_name_valid(answered.input);
    status = case_same_verdict(valid, answered.ok, error);
    if (status != CCLB_OK || !valid) {
        return status;
    }
    uint8_t *lower = arena_alloc(line->arena, answered.input.len);
    if (lower == NULL) {
        return error_no_memory(error, answered.input.len);
    }
    header_name_lower(answered.input, lower);
    return case_same("the lower-case name", cclb_bytes_of(lower, answered.input.len), answered.answer, error);
}

cclb_status vector_header_name_length(struct vector_case *line, cclb_error *error)
{
    uint32_t length;
    cclb_status status = case_number(line, "length", NAME_LENGTH_MAX, &length, error);
    if (status != CCLB_OK) {
        return status;
    }
    uint8_t *name = arena_alloc(line->arena, length);
    if (name == NULL) {
        return error_no_memory(error, length);
    }
    memset(name, 'a', length);
    return expect_bare_verdict(line, header_name_valid(cclb_bytes_of(name, length)), error);
}

cclb_status vector_header_value(struct vector_case *line, cclb_error *error)
{
    cclb_bytes value;
    cclb_status status = case_hex(line, "value", 0, &value, error);
    return status == CCLB_OK ? expect_bare_verdict(line, header_value_valid(value), error) : status;
}

cclb_status vector_method(struct vector_case *line, cclb_error *error)
{
    struct answered_case answered;
    cclb_status status = read_answered(line, true, &answered, error);
    if (status != CCLB_OK) {
        return status;
    }
    bool valid = header_method_valid(answered.input);
    status = case_same_verdict(valid, answered.ok, error);
    if (status != CCLB_OK || !valid) {
        return status;
    }
    return case_same("the method", answered.input, answered.answer, error);
}

cclb_status vector_status(struct vector_case *line, cclb_error *error)
{
    uint32_t number;
    cclb_status status = case_number(line, "status", UINT32_MAX, &number, error);
    return status == CCLB_OK ? expect_bare_verdict(line, header_status_valid(number), error) : status;
}

/* What stands behind the URL: the kind of its origin, the origin and the URL as text; or the parser's words. */
struct expected_url {
    bool ok;
    bool tuple;
    cclb_bytes origin;
    cclb_bytes serialised;
    cclb_bytes words;
};

static cclb_status read_expected_url(struct vector_case *line, struct expected_url *expected, cclb_error *error)
{
    cclb_status status = case_verdict(line, &expected->ok, error);
    if (status != CCLB_OK) {
        return status;
    }
    if (!expected->ok) {
        status = case_hex(line, "text", 0, &expected->words, error);
        return status == CCLB_OK ? case_end(line, error) : status;
    }
    cclb_bytes kind;
    if ((status = case_field(line, "origin kind", &kind, error)) != CCLB_OK ||
        (status = case_hex(line, "origin", 0, &expected->origin, error)) != CCLB_OK ||
        (status = case_hex(line, "serialised", 0, &expected->serialised, error)) != CCLB_OK ||
        (status = case_end(line, error)) != CCLB_OK) {
        return status;
    }
    expected->tuple = cclb_bytes_equal(kind, cclb_text("tuple"));
    if (!expected->tuple && !cclb_bytes_equal(kind, cclb_text("opaque"))) {
        return error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "the origin is neither tuple nor opaque");
    }
    return CCLB_OK;
}

static cclb_status compare_url(const struct rust_url *url, const struct expected_url *expected, cclb_error *error)
{
    cclb_status status = case_same_verdict(true, expected->ok, error);
    if (status != CCLB_OK) {
        return status;
    }
    if (rust_url_has_tuple_origin(url) != expected->tuple) {
        return error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE, "the origin is %s",
                         expected->tuple ? "opaque" : "a tuple");
    }
    /* Only an origin that is a tuple can equal another (rule R95). */
    if (rust_url_same_origin(url, url) != expected->tuple) {
        return error_set(error, CCLB_REJECTED, 95, CCLB_PHASE_NONE, "the origin %s itself",
                         expected->tuple ? "does not equal" : "equals");
    }
    status = case_same("the origin", rust_url_part(url, RUST_URL_ORIGIN), expected->origin, error);
    return status == CCLB_OK
               ? case_same("the URL", rust_url_part(url, RUST_URL_SERIALISED), expected->serialised, error)
               : status;
}

cclb_status vector_url(struct vector_case *line, cclb_error *error)
{
    cclb_bytes text;
    struct expected_url expected = {0};
    cclb_status status = case_hex(line, "url", 0, &text, error);
    if (status != CCLB_OK || (status = read_expected_url(line, &expected, error)) != CCLB_OK) {
        return status;
    }
    char message[URL_MESSAGE_SIZE];
    struct rust_url *url = rust_url_parse(text, message, sizeof message);
    if (url) {
        status = compare_url(url, &expected, error);
        rust_url_destroy(url);
        return status;
    }
    status = case_same_verdict(false, expected.ok, error);
    return status == CCLB_OK ? case_same("the parser's message", cclb_text(message), expected.words, error) : status;
}
