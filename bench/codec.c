/* SPDX-License-Identifier: Apache-2.0 */
/* codec.c - see codec.h. */

#include "codec.h"

#include "wire/wire.h"

#include "fail.h"

static size_t measure(const struct wire_type *type, cclb_form form, const void *message)
{
    size_t size;
    cclb_error error;
    if (wire_measure(type, form, message, &size, &error) != CCLB_OK) {
        fail("a message cannot be encoded: %s", error.message);
    }
    return size;
}

size_t codec_measure(cclb_hook hook, cclb_form form, const void *message)
{
    return measure(wire_request_type(hook), form, message);
}

void codec_write(cclb_hook hook, cclb_form form, const void *message, uint8_t *out, size_t size)
{
    wire_write(wire_request_type(hook), form, message, out, size);
}

cclb_bytes codec_answer(cclb_hook hook, cclb_form form, const void *message)
{
    size_t size = measure(wire_answer_type(hook), form, message);
    uint8_t *archive = take_memory(size);
    wire_write(wire_answer_type(hook), form, message, archive, size);
    return cclb_bytes_of(archive, size);
}
