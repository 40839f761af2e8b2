/* SPDX-License-Identifier: Apache-2.0 */
/* codec.c - see codec.h. */

#include "codec.h"

#include "cclb/message.h"
#include "wire/wire.h"

#include "fail.h"

static const struct wire_type *type_of(cclb_hook hook)
{
    const struct wire_type *type = wire_request_type(hook);
    if (type == NULL) {
        fail("no hook %d", (int)hook);
    }
    return type;
}

size_t codec_measure(cclb_hook hook, cclb_form form, const void *message)
{
    size_t size;
    cclb_error error;
    if (wire_measure(type_of(hook), form, message, &size, &error) != CCLB_OK) {
        fail("a request cannot be encoded: %s", error.message);
    }
    return size;
}

void codec_write(cclb_hook hook, cclb_form form, const void *message, uint8_t *out, size_t size)
{
    wire_write(type_of(hook), form, message, out, size);
}
