/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_adapter.c - value form in, archive out, and back, through every door that the library has.
 *
 * Reading goes through wire_check(), on bytes at two addresses, then wire_decode_checked(); at misalign 0 also through
 * wire_decode(), and for answers through the public views. Writing is done twice, with bodies whole and in pieces, over
 * memory that holds something else. All copies have exactly the size they need, so that sanitizers see a byte too many.
 */

#include "wire_adapter.h"

#include "base/allocate.h"
#include "base/arena.h"
#include "cclb/view.h"
#include "slow_bytes.h"
#include "vectors/value.h"
#include "wire/decode.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* What a refusal must say, whatever was refused. */
static void assert_explained(cclb_status status, const cclb_error *error)
{
    assert_int_equal(error->status, status);
    assert_true(error->message[0] != '\0');
}

static uint8_t *copy_of(const uint8_t *data, size_t len)
{
    uint8_t *copy = slow_must_have(malloc(len > 0 ? len : 1));
    if (len > 0) {
        memcpy(copy, data, len);
    }
    return copy;
}

/* ---- Answers through the public views */

static void append_u32(struct slow_buffer *value, size_t number)
{
    uint8_t bytes[4];
    slow_put_u32(bytes, (uint32_t)number);
    slow_append(value, bytes, sizeof bytes);
}

static void append_byte(struct slow_buffer *value, unsigned byte)
{
    uint8_t tag = (uint8_t)byte;
    slow_append(value, &tag, 1);
}

static void append_bytes(struct slow_buffer *value, cclb_bytes bytes)
{
    append_u32(value, bytes.len);
    if (bytes.len > 0) {
        slow_append(value, bytes.data, bytes.len);
    }
}

static void append_headers(struct slow_buffer *value, cclb_array_view headers)
{
    append_u32(value, headers.count);
    for (size_t i = 0; i < headers.count; i++) {
        cclb_header header = cclb_header_at(headers, i);
        append_bytes(value, header.name);
        append_bytes(value, header.value);
    }
}

static cclb_status view_filter_response(cclb_bytes archive, struct slow_buffer *value, cclb_error *error)
{
    cclb_filter_response_view view;
    cclb_status status = cclb_filter_response_read(archive, &view, error);
    if (status != CCLB_OK) {
        return status;
    }
    append_u32(value, view.results.count);
    for (size_t i = 0; i < view.results.count; i++) {
        cclb_candidate_reason reason = cclb_candidate_reason_at(view.results, i);
        append_bytes(value, reason.upstream_id);
        append_bytes(value, reason.decision);
        append_bytes(value, reason.reason);
    }
    return CCLB_OK;
}

static cclb_status view_shape_response(cclb_bytes archive, struct slow_buffer *value, cclb_error *error)
{
    cclb_shape_response_view view;
    cclb_status status = cclb_shape_response_read(archive, &view, error);
    if (status != CCLB_OK) {
        return status;
    }
    append_bytes(value, view.url);
    append_bytes(value, view.method);
    append_headers(value, view.headers);
    append_bytes(value, view.body);
    return CCLB_OK;
}

static cclb_status view_transform_response(cclb_bytes archive, struct slow_buffer *value, cclb_error *error)
{
    cclb_transform_response_view view;
    cclb_status status = cclb_transform_response_read(archive, &view, error);
    if (status != CCLB_OK) {
        return status;
    }
    append_byte(value, view.kind);
    if (view.kind != CCLB_TRANSFORM_RESPONSE_REPLACE) {
        return CCLB_OK;
    }
    append_byte(value, view.has_status);
    if (view.has_status) {
        append_byte(value, view.status & 0xffu);
        append_byte(value, view.status >> 8);
    }
    append_byte(value, view.has_headers);
    if (view.has_headers) {
        append_headers(value, view.headers);
    }
    append_byte(value, view.body.present);
    if (view.body.present) {
        append_bytes(value, view.body.value);
    }
    return CCLB_OK;
}

static cclb_status view_transform_sse_event(cclb_bytes archive, struct slow_buffer *value, cclb_error *error)
{
    cclb_transform_sse_event_view view;
    cclb_status status = cclb_transform_sse_event_read(archive, &view, error);
    if (status != CCLB_OK) {
        return status;
    }
    append_byte(value, view.kind);
    if (view.kind != CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
        return CCLB_OK;
    }
    append_u32(value, view.events.count);
    for (size_t i = 0; i < view.events.count; i++) {
        cclb_sse_event event = cclb_sse_event_at(view.events, i);
        append_bytes(value, event.event);
        append_bytes(value, event.data);
    }
    return CCLB_OK;
}

static const struct {
    const char *type;
    cclb_status (*view)(cclb_bytes archive, struct slow_buffer *value, cclb_error *error);
} views[] = {
    {"FilterResponse", view_filter_response},
    {"ShapeResponse", view_shape_response},
    {"TransformResponseResult", view_transform_response},
    {"TransformSseEventResult", view_transform_sse_event},
};

/* The view of an answer says what the decoder said: `value`, or nothing if the archive was refused. */
static void assert_view_agrees(const struct wire_type *type, cclb_bytes archive, const cclb_bytes *value)
{
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        if (strcmp(views[i].type, type->name) != 0) {
            continue;
        }
        struct slow_buffer viewed = {0};
        cclb_error error;
        cclb_status status = views[i].view(archive, &viewed, &error);
        assert_int_equal(status, value ? CCLB_OK : CCLB_DECODE);
        if (value) {
            assert_int_equal(viewed.len, value->len);
            assert_memory_equal(viewed.data, value->data, value->len);
        } else {
            assert_explained(status, &error);
        }
        free(viewed.data);
    }
}

/* ---- Reading */

static cclb_bytes value_of(const struct wire_type *type, cclb_form form, const void *message, struct arena *arena)
{
    cclb_error error;
    cclb_bytes value;
    assert_int_equal(value_write(type, form, message, arena, &value, &error), CCLB_OK);
    return value;
}

/* The value of an archive that was accepted. */
static cclb_bytes decoded(const struct wire_type *type, cclb_form form, cclb_bytes archive, size_t misalign,
                          struct arena *arena)
{
    void *message = slow_must_have(arena_alloc(arena, type->c_size));
    assert_true(wire_decode_checked(type, form, archive, arena, message));
    cclb_bytes value = value_of(type, form, message, arena);
    if (misalign == 0) {
        cclb_error error;
        void *again = slow_must_have(arena_alloc(arena, type->c_size));
        assert_int_equal(wire_decode(type, form, archive, arena, again, &error), CCLB_OK);
        cclb_bytes same = value_of(type, form, again, arena);
        assert_true(cclb_bytes_equal(value, same));
    }
    return value;
}

/* The verdict, which must be about `misalign` and not about where the bytes happen to lie. */
static bool checked(const struct wire_type *type, cclb_form form, cclb_bytes archive, size_t misalign)
{
    cclb_error error;
    cclb_status status = wire_check(type, form, archive, misalign, &error);
    uint8_t *elsewhere = slow_must_have(malloc(archive.len + 1));
    if (archive.len > 0) {
        memcpy(elsewhere + 1, archive.data, archive.len);
    }
    cclb_error other;
    cclb_bytes odd = cclb_bytes_of(elsewhere + 1, archive.len);
    assert_int_equal(wire_check(type, form, odd, misalign, &other), status);
    free(elsewhere);
    if (status == CCLB_OK) {
        return true;
    }
    assert_explained(status, &error);
    assert_int_equal(status, wire_type_in_form(type, form) ? CCLB_DECODE : CCLB_INVALID_ARGUMENT);
    if (status == CCLB_DECODE) {
        assert_true(error.offset <= archive.len);
        assert_int_equal(error.offset, other.offset);
    }
    return false;
}

bool fast_decode(const char *type_name, const char *form_name, size_t misalign, const uint8_t *archive, size_t len,
                 uint8_t **value, size_t *value_len)
{
    const struct wire_type *type = wire_type_by_name(cclb_text(type_name));
    cclb_form form = cclb_form_from_name(cclb_text(form_name));
    assert_non_null(type);
    assert_true(form < CCLB_FORM_COUNT);
    uint8_t *copy = copy_of(archive, len);
    cclb_bytes bytes = cclb_bytes_of(copy, len);
    bool accepted = checked(type, form, bytes, misalign);
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    struct arena arena;
    arena_init(&arena, &allocator);
    cclb_bytes result = {0};
    if (accepted) {
        result = decoded(type, form, bytes, misalign, &arena);
        *value = copy_of(result.data, result.len);
        *value_len = result.len;
    }
    if (misalign == 0 && wire_type_in_form(type, form)) {
        assert_view_agrees(type, bytes, accepted ? &result : NULL);
    }
    arena_deinit(&arena);
    free(copy);
    return accepted;
}

/* ---- Writing */

/* One archive of the value, with a body in `spans` pieces; NULL if the value is refused. */
static uint8_t *written(const struct wire_type *type, cclb_form form, cclb_bytes value, size_t spans, size_t *size)
{
    cclb_allocator allocator = allocator_or_default((cclb_allocator){0});
    struct arena arena;
    arena_init(&arena, &allocator);
    void *message = slow_must_have(arena_alloc(&arena, type->c_size));
    cclb_error error;
    cclb_status status = value_read(type, form, value, spans, &arena, message, &error);
    if (status == CCLB_OK) {
        status = wire_measure(type, form, message, size, &error);
    }
    uint8_t *archive = NULL;
    if (status == CCLB_OK) {
        archive = slow_must_have(malloc(*size));
        memset(archive, 0xa5, *size);
        wire_write(type, form, message, archive, *size);
    } else {
        assert_explained(status, &error);
        assert_int_equal(status, CCLB_BAD_INPUT);
    }
    arena_deinit(&arena);
    return archive;
}

bool fast_encode(const char *type_name, const char *form_name, const uint8_t *value, size_t value_len,
                 uint8_t **archive, size_t *archive_len)
{
    const struct wire_type *type = wire_type_by_name(cclb_text(type_name));
    cclb_form form = cclb_form_from_name(cclb_text(form_name));
    assert_non_null(type);
    assert_true(wire_type_in_form(type, form));
    uint8_t *copy = copy_of(value, value_len);
    size_t whole_len = 0;
    size_t pieces_len = 0;
    uint8_t *whole = written(type, form, cclb_bytes_of(copy, value_len), 1, &whole_len);
    uint8_t *pieces = written(type, form, cclb_bytes_of(copy, value_len), 2 + value_len % 3, &pieces_len);
    free(copy);
    assert_int_equal(pieces == NULL, whole == NULL);
    if (!whole) {
        return false;
    }
    assert_int_equal(pieces_len, whole_len);
    assert_memory_equal(pieces, whole, whole_len);
    free(pieces);
    *archive = whole;
    *archive_len = whole_len;
    return true;
}
