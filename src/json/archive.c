/* SPDX-License-Identifier: Apache-2.0 */
/* archive.c - JSON to archive and back, by way of the C structs. */

#include "json/message.h"

#include "base/allocate.h"
#include "base/buffer.h"
#include "base/error.h"
#include "wire/decode.h"
#include "wire/wire.h"

#include <stdio.h>

const char *cclb_request_type(cclb_hook hook)
{
    const struct wire_type *type = wire_request_type(hook);
    return type ? type->name : NULL;
}

const char *cclb_answer_type(cclb_hook hook)
{
    const struct wire_type *type = wire_answer_type(hook);
    return type ? type->name : NULL;
}

enum { TYPES_TEXT_SIZE = 256 };

/* The names of the messages of a form, in a row. */
static const char *list_messages(cclb_form form, char text[TYPES_TEXT_SIZE])
{
    size_t used = 0;
    text[0] = '\0';
    const struct wire_type *type;
    for (size_t i = 0; (type = wire_type_at(i)) != NULL; i++) {
        if (type->codec && wire_type_in_form(type, form) && used < TYPES_TEXT_SIZE) {
            used += (size_t)snprintf(text + used, TYPES_TEXT_SIZE - used, "%s%s", used > 0 ? ", " : "", type->name);
        }
    }
    return text;
}

/* Sets *type to the message of that name. */
static cclb_status find_message(cclb_bytes name, cclb_form form, const struct wire_type **type, cclb_error *error)
{
    *type = wire_type_by_name(name);
    if (*type && (*type)->codec && wire_type_in_form(*type, form)) {
        return CCLB_OK;
    }
    struct error_text text;
    error_text(&text, name);
    char known[TYPES_TEXT_SIZE];
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "form %s has no message of type `%s`; it has %s",
                     cclb_form_name(form), text.text, list_messages(form, known));
}

/* Measures a message and writes its archive into memory from `allocator`. */
static cclb_status write_archive(const struct wire_type *type, cclb_form form, const void *message,
                                 const cclb_allocator *allocator, cclb_buffer *archive, cclb_error *error)
{
    size_t size = 0;
    cclb_status status = wire_measure(type, form, message, &size, error);
    if (status != CCLB_OK) {
        return status;
    }
    status = buffer_init(archive, size, allocator, error);
    if (status == CCLB_OK) {
        wire_write(type, form, message, archive->data, size);
    }
    return status;
}

cclb_status cclb_archive_from_json(cclb_bytes type_name, cclb_form form, cclb_bytes json,
                                   const cclb_allocator *allocator, cclb_buffer *archive, cclb_error *error)
{
    cclb_error local;
    error = error ? error : &local;
    cclb_allocator chosen = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    const struct wire_type *type;
    cclb_status status = find_message(type_name, form, &type, error);
    if (status != CCLB_OK) {
        return status;
    }
    json_t *root = NULL;
    status = tree_read(json, &root, error);
    if (status != CCLB_OK) {
        return status;
    }
    struct arena arena;
    arena_init(&arena, &chosen);
    void *message = arena_alloc(&arena, type->c_size);
    if (message == NULL) {
        status = error_no_memory(error, type->c_size);
    } else {
        status = message_read(type, form, root, &arena, message, error);
    }
    if (status == CCLB_OK) {
        status = write_archive(type, form, message, &chosen, archive, error);
    }
    arena_deinit(&arena);
    json_decref(root);
    return status;
}

cclb_status cclb_archive_to_json(cclb_bytes type_name, cclb_form form, cclb_bytes archive,
                                 const cclb_allocator *allocator, cclb_buffer *json, cclb_error *error)
{
    cclb_error local;
    error = error ? error : &local;
    cclb_allocator chosen = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    const struct wire_type *type;
    cclb_status status = find_message(type_name, form, &type, error);
    if (status != CCLB_OK) {
        return status;
    }
    struct arena arena;
    arena_init(&arena, &chosen);
    void *message = arena_alloc(&arena, type->c_size);
    if (message == NULL) {
        status = error_no_memory(error, type->c_size);
    } else {
        status = wire_decode(type, form, archive, &arena, message, error);
    }
    if (status == CCLB_OK) {
        status = tree_write(message_tree(type, form, message), &chosen, json, error);
    }
    arena_deinit(&arena);
    return status;
}
