/* SPDX-License-Identifier: Apache-2.0 */
/* case.c - fields of a line; every complaint says which field it means. */

#include "vectors/case.h"

#include "base/error.h"
#include "base/hex.h"

/* The status is spelled out, because a compiler cannot know what error_set() returns. */
#define BAD_LINE(error, ...) ((void)error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, __VA_ARGS__), CCLB_BAD_INPUT)

cclb_status case_field(struct vector_case *line, const char *name, cclb_bytes *field, cclb_error *error)
{
    cclb_bytes rest = line->rest;
    size_t len = 0;
    while (len < rest.len && rest.data[len] != ' ') {
        len++;
    }
    if (len == 0) {
        return BAD_LINE(error, "the field %s is missing", name);
    }
    *field = cclb_bytes_of(rest.data, len);
    line->rest = len == rest.len ? (cclb_bytes){0} : cclb_bytes_of(rest.data + len + 1, rest.len - len - 1);
    return CCLB_OK;
}

cclb_status case_remainder(struct vector_case *line, const char *name, cclb_bytes *field, cclb_error *error)
{
    if (line->rest.len == 0) {
        return BAD_LINE(error, "the field %s is missing", name);
    }
    *field = line->rest;
    line->rest = (cclb_bytes){0};
    return CCLB_OK;
}

cclb_status case_end(const struct vector_case *line, cclb_error *error)
{
    if (line->rest.data != NULL) {
        return BAD_LINE(error, "the line goes on where it should end");
    }
    return CCLB_OK;
}

cclb_status case_hex(struct vector_case *line, const char *name, size_t misalign, cclb_bytes *bytes, cclb_error *error)
{
    cclb_bytes text;
    cclb_status status = case_field(line, name, &text, error);
    if (status != CCLB_OK) {
        return status;
    }
    if (cclb_bytes_equal(text, cclb_text("-"))) {
        text.len = 0;
    }
    uint8_t *memory = arena_alloc(line->arena, misalign + text.len / 2);
    if (memory == NULL) {
        return error_no_memory(error, misalign + text.len / 2);
    }
    if (!hex_decode(text, memory + misalign)) {
        return BAD_LINE(error, "the field %s is not lower-case hex", name);
    }
    *bytes = cclb_bytes_of(memory + misalign, text.len / 2);
    return CCLB_OK;
}

cclb_status case_number(struct vector_case *line, const char *name, uint32_t max, uint32_t *number, cclb_error *error)
{
    cclb_bytes text;
    cclb_status status = case_field(line, name, &text, error);
    if (status != CCLB_OK) {
        return status;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || (i > 0 && value == 0)) {
            return BAD_LINE(error, "the field %s is not a decimal number", name);
        }
        value = value * 10 + (uint64_t)(text.data[i] - '0');
        if (value > max) {
            return BAD_LINE(error, "the field %s is larger than %u", name, max);
        }
    }
    *number = (uint32_t)value;
    return CCLB_OK;
}

cclb_status case_verdict(struct vector_case *line, bool *ok, cclb_error *error)
{
    cclb_bytes text;
    cclb_status status = case_field(line, "verdict", &text, error);
    if (status != CCLB_OK) {
        return status;
    }
    if (cclb_bytes_equal(text, cclb_text("ok"))) {
        *ok = true;
        return CCLB_OK;
    }
    if (cclb_bytes_equal(text, cclb_text("err"))) {
        *ok = false;
        return CCLB_OK;
    }
    return BAD_LINE(error, "the verdict is neither ok nor err");
}

cclb_status case_no_answer(struct vector_case *line, cclb_error *error)
{
    cclb_bytes text;
    cclb_status status = case_field(line, "answer", &text, error);
    if (status != CCLB_OK) {
        return status;
    }
    if (!cclb_bytes_equal(text, cclb_text("-"))) {
        return BAD_LINE(error, "something stands behind err");
    }
    return case_end(line, error);
}

static cclb_status known_form(cclb_bytes version, cclb_form *form, cclb_error *error)
{
    *form = cclb_form_from_name(version);
    if (*form == CCLB_FORM_NONE) {
        struct error_text text;
        return BAD_LINE(error, "there is no wire version %s", error_text(&text, version));
    }
    return CCLB_OK;
}

cclb_status case_tagged(struct vector_case *line, cclb_bytes *name, cclb_form *form, cclb_error *error)
{
    cclb_bytes text;
    cclb_status status = case_field(line, "name@version", &text, error);
    if (status != CCLB_OK) {
        return status;
    }
    const uint8_t *at = memchr(text.data, '@', text.len);
    if (at == NULL) {
        return BAD_LINE(error, "a name without @version");
    }
    size_t len = (size_t)(at - text.data);
    *name = cclb_bytes_of(text.data, len);
    return known_form(cclb_bytes_of(at + 1, text.len - len - 1), form, error);
}

cclb_status case_type(struct vector_case *line, const struct wire_type **type, cclb_form *form, cclb_error *error)
{
    cclb_bytes name;
    cclb_status status = case_tagged(line, &name, form, error);
    if (status != CCLB_OK) {
        return status;
    }
    *type = wire_type_by_name(name);
    if (*type == NULL || !wire_type_in_form(*type, *form)) {
        struct error_text text;
        return BAD_LINE(error, "form %s has no type %s", cclb_form_name(*form), error_text(&text, name));
    }
    return CCLB_OK;
}

cclb_status case_form(struct vector_case *line, cclb_form *form, cclb_error *error)
{
    cclb_bytes version;
    cclb_status status = case_field(line, "version", &version, error);
    return status == CCLB_OK ? known_form(version, form, error) : status;
}

cclb_status case_same(const char *name, cclb_bytes got, cclb_bytes expected, cclb_error *error)
{
    if (cclb_bytes_equal(got, expected)) {
        return CCLB_OK;
    }
    size_t at = 0;
    while (at < got.len && at < expected.len && got.data[at] == expected.data[at]) {
        at++;
    }
    error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE, "%s differs at byte %zu (%zu bytes, expected %zu)", name, at,
              got.len, expected.len);
    error->offset = at;
    return CCLB_REJECTED;
}

cclb_status case_same_verdict(bool got, bool expected, cclb_error *error)
{
    if (got == expected) {
        return CCLB_OK;
    }
    return error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE, "%s, expected %s", got ? "accepted" : "refused",
                     expected ? "ok" : "err");
}
