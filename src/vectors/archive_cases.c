/* SPDX-License-Identifier: Apache-2.0 */
/* archive_cases.c - E, A, X and P: messages to archives and back. */

#include "admission/probe_requests.h"
#include "base/error.h"
#include "vectors/case.h"
#include "vectors/value.h"
#include "wire/decode.h"
#include "wire/raw.h"
#include "wire/wire.h"

/* A body is sent in one piece, and in as many as show that pieces are joined: full, empty, full, empty, rest. */
enum { WHOLE = 1, PIECES = 5 };

/* What fills the place of an archive before it is written: the writer must not count on zeroes. */
enum { STALE = 0xa5 };

static cclb_status encode(const struct wire_type *type, cclb_form form, const void *message, struct arena *arena,
                          cclb_bytes *archive, cclb_error *error)
{
    size_t size;
    cclb_status status = wire_measure(type, form, message, &size, error);
    if (status != CCLB_OK) {
        return status;
    }
    uint8_t *out = arena_alloc(arena, size);
    if (out == NULL) {
        return error_no_memory(error, size);
    }
    memset(out, STALE, size);
    wire_write(type, form, message, out, size);
    *archive = cclb_bytes_of(out, size);
    return CCLB_OK;
}

/* Whether the value, its body given in `spans` pieces, becomes this archive. */
static cclb_status expect_encoding(const struct wire_type *type, cclb_form form, cclb_bytes value, size_t spans,
                                   cclb_bytes expected, struct arena *arena, cclb_error *error)
{
    void *message = arena_alloc(arena, type->c_size);
    if (message == NULL) {
        return error_no_memory(error, type->c_size);
    }
    cclb_bytes archive;
    cclb_status status = value_read(type, form, value, spans, arena, message, error);
    if (status != CCLB_OK || (status = encode(type, form, message, arena, &archive, error)) != CCLB_OK) {
        return status;
    }
    return case_same("the archive", archive, expected, error);
}

/* Whether an archive that was accepted means this value. */
static cclb_status expect_value(const struct wire_type *type, cclb_form form, cclb_bytes archive, cclb_bytes expected,
                                struct arena *arena, cclb_error *error)
{
    void *message = arena_alloc(arena, type->c_size);
    if (message == NULL || !wire_decode_checked(type, form, archive, arena, message)) {
        return error_no_memory(error, archive.len);
    }
    cclb_bytes value;
    cclb_status status = value_write(type, form, message, arena, &value, error);
    return status == CCLB_OK ? case_same("the value", value, expected, error) : status;
}

/* The rest of a line that gives a value and its archive: both ways, and from pieces. */
static cclb_status expect_both_ways(struct vector_case *line, const struct wire_type *type, cclb_form form,
                                    cclb_bytes *archive, cclb_error *error)
{
    cclb_bytes value;
    cclb_status status = case_hex(line, "value", 0, &value, error);
    if (status != CCLB_OK || (status = case_hex(line, "archive", 0, archive, error)) != CCLB_OK ||
        (status = case_end(line, error)) != CCLB_OK ||
        (status = expect_encoding(type, form, value, WHOLE, *archive, line->arena, error)) != CCLB_OK ||
        (status = expect_encoding(type, form, value, PIECES, *archive, line->arena, error)) != CCLB_OK ||
        (status = wire_check(type, form, *archive, 0, error)) != CCLB_OK) {
        return status;
    }
    return expect_value(type, form, *archive, value, line->arena, error);
}

/* The rest of a line that gives a verdict on an archive, and its value if it is accepted. */
static cclb_status expect_verdict(struct vector_case *line, const struct wire_type *type, cclb_form form,
                                  size_t misalign, cclb_bytes archive, cclb_error *error)
{
    bool ok;
    cclb_status status = case_verdict(line, &ok, error);
    if (status != CCLB_OK) {
        return status;
    }
    cclb_error refusal;
    cclb_status verdict = wire_check(type, form, archive, misalign, &refusal);
    if (!ok) {
        status = case_no_answer(line, error);
        return status == CCLB_OK ? case_same_verdict(verdict == CCLB_OK, false, error) : status;
    }
    cclb_bytes value;
    if ((status = case_hex(line, "value", 0, &value, error)) != CCLB_OK ||
        (status = case_end(line, error)) != CCLB_OK) {
        return status;
    }
    if (verdict != CCLB_OK) {
        *error = refusal;
        return verdict;
    }
    return expect_value(type, form, archive, value, line->arena, error);
}

/* The borrowed types gave the same bytes there; here there is one C struct for both. */
cclb_status vector_encoding(struct vector_case *line, cclb_error *error)
{
    cclb_bytes name;
    const struct wire_type *type;
    cclb_form form;
    cclb_bytes archive;
    cclb_status status = case_field(line, "name", &name, error);
    if (status != CCLB_OK || (status = case_type(line, &type, &form, error)) != CCLB_OK) {
        return status;
    }
    return expect_both_ways(line, type, form, &archive, error);
}

cclb_status vector_archive(struct vector_case *line, cclb_error *error)
{
    const struct wire_type *type;
    cclb_form form;
    uint32_t misalign;
    cclb_bytes archive;
    cclb_status status = case_type(line, &type, &form, error);
    if (status != CCLB_OK ||
        (status = case_number(line, "misalign", WIRE_ALIGN_MAX - 1, &misalign, error)) != CCLB_OK ||
        (status = case_hex(line, "bytes", misalign, &archive, error)) != CCLB_OK) {
        return status;
    }
    return expect_verdict(line, type, form, misalign, archive, error);
}

cclb_status vector_cross(struct vector_case *line, cclb_error *error)
{
    cclb_bytes name;
    const struct wire_type *written;
    const struct wire_type *read;
    cclb_form writer;
    cclb_form reader;
    cclb_bytes archive;
    cclb_status status = case_field(line, "name", &name, error);
    if (status != CCLB_OK || (status = case_type(line, &written, &writer, error)) != CCLB_OK ||
        (status = case_type(line, &read, &reader, error)) != CCLB_OK ||
        (status = case_hex(line, "bytes", 0, &archive, error)) != CCLB_OK ||
        (status = wire_check(written, writer, archive, 0, error)) != CCLB_OK) {
        return status;
    }
    return expect_verdict(line, read, reader, 0, archive, error);
}

static bool has_prefix(cclb_bytes text, const char *prefix, cclb_bytes *rest)
{
    size_t len = strlen(prefix);
    if (text.len < len || memcmp(text.data, prefix, len) != 0) {
        return false;
    }
    *rest = cclb_bytes_of(text.data + len, text.len - len);
    return true;
}

/* The request with which cclb itself would try the hook out, as the named runtime does (rule R26). */
static cclb_status expect_own_probe(cclb_bytes version, cclb_hook hook, const struct wire_type *type, cclb_form form,
                                    cclb_bytes expected, struct arena *arena, cclb_error *error)
{
    cclb_reference reference;
    if (!cclb_reference_from_name(version, &reference) || cclb_reference_form(reference) != form) {
        return error_set(error, CCLB_REJECTED, 26, CCLB_PHASE_NONE, "no known runtime that probes in form %s",
                         cclb_form_name(form));
    }
    cclb_bytes archive;
    cclb_status status = encode(type, form, probe_request(hook), arena, &archive, error);
    return status == CCLB_OK ? case_same("the probe of this library", archive, expected, error) : status;
}

cclb_status vector_probe(struct vector_case *line, cclb_error *error)
{
    cclb_bytes crate;
    cclb_bytes hook_name;
    const struct wire_type *type;
    cclb_form form;
    cclb_bytes archive;
    cclb_status status = case_field(line, "crate", &crate, error);
    if (status != CCLB_OK || (status = case_field(line, "hook", &hook_name, error)) != CCLB_OK ||
        (status = case_type(line, &type, &form, error)) != CCLB_OK) {
        return status;
    }
    cclb_hook hook = cclb_hook_from_name(hook_name);
    if (!cclb_form_has_hook(form, hook) || wire_request_type(hook) != type) {
        struct error_text text;
        return error_set(error, CCLB_REJECTED, 0, CCLB_PHASE_NONE, "in form %s, %s is not asked with %s",
                         cclb_form_name(form), error_text(&text, hook_name), type->name);
    }
    cclb_bytes version;
    bool is_runtime = has_prefix(crate, "runtime-", &version);
    if (!is_runtime && !has_prefix(crate, "conformance-", &version)) {
        return error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "the crate is neither runtime- nor conformance-");
    }
    status = expect_both_ways(line, type, form, &archive, error);
    if (status != CCLB_OK || !is_runtime) {
        return status;
    }
    return expect_own_probe(version, hook, type, form, archive, line->arena, error);
}
