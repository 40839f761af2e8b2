/* SPDX-License-Identifier: Apache-2.0 */
/* property.c - see property.h. */

#include "property.h"

#include "base/escape.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

void property_holds(bool holds, const char *what, const char *file, int line)
{
    if (!holds) {
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
        abort();
    }
}

uint8_t input_byte(cclb_bytes *input)
{
    if (input->len == 0) {
        return 0;
    }
    input->len--;
    return *input->data++;
}

uint64_t input_u64(cclb_bytes *input)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        number |= (uint64_t)input_byte(input) << shift;
    }
    return number;
}

bool input_message(cclb_bytes *input, const struct wire_type **type, cclb_form *form)
{
    const struct wire_type *messages[32];
    size_t count = 0;
    for (size_t i = 0; (*type = wire_type_at(i)) != NULL; i++) {
        if ((*type)->codec != NULL) {
            HOLDS(count < sizeof messages / sizeof messages[0]);
            messages[count++] = *type;
        }
    }
    *type = messages[input_byte(input) % count];
    *form = (cclb_form)(input_byte(input) % CCLB_FORM_COUNT);
    return wire_type_in_form(*type, *form);
}

const char *form_crate(cclb_form form)
{
    static const char *const crates[] = {
#define FORM(number, crate, kit) crate,
#include "cclb/form.def"
#undef FORM
    };
    HOLDS(form < CCLB_FORM_COUNT);
    return crates[form];
}

cclb_bytes exact_copy(cclb_bytes bytes)
{
    uint8_t *copy = malloc(bytes.len);
    HOLDS(copy != NULL || bytes.len == 0);
    if (bytes.len > 0) {
        memcpy(copy, bytes.data, bytes.len);
    }
    return cclb_bytes_of(copy, bytes.len);
}

void exact_free(cclb_bytes copy)
{
    free((void *)(uintptr_t)copy.data);
}

cclb_bytes bytes_in(const cclb_buffer *buffer)
{
    return cclb_bytes_of(buffer->data, buffer->len);
}

void touch(cclb_bytes bytes)
{
    static volatile uint8_t sum;
    for (size_t i = 0; i < bytes.len; i++) {
        sum = (uint8_t)(sum + bytes.data[i]);
    }
}

bool lies_in(cclb_bytes part, cclb_bytes whole)
{
    uintptr_t start = (uintptr_t)part.data - (uintptr_t)whole.data;
    return part.len == 0 || (start <= whole.len && part.len <= whole.len - start);
}

/* The code point of the character at `at`, of text that is UTF-8; sets *size to its length. */
static uint32_t code_point(const uint8_t *at, size_t *size)
{
    *size = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t code = *size == 1 ? at[0] : at[0] & (0x7fu >> *size);
    for (size_t i = 1; i < *size; i++) {
        code = code << 6 | (at[i] & 0x3fu);
    }
    return code;
}

bool is_printable(cclb_bytes text, bool lines)
{
    if (!utf8_valid(text)) {
        return false;
    }
    size_t size;
    for (size_t at = 0; at < text.len; at += size) {
        uint32_t code = code_point(text.data + at, &size);
        if (escape_needed(code) && !(lines && code == '\n')) {
            return false;
        }
    }
    return true;
}

void error_holds(const cclb_error *error, cclb_status status, size_t len)
{
    HOLDS(status != CCLB_OK);
    HOLDS(error->status == status);
    HOLDS(strcmp(cclb_status_name(status), "unknown") != 0);
    HOLDS(memchr(error->message, '\0', sizeof error->message) != NULL);
    HOLDS(error->message[0] != '\0');
    HOLDS(is_printable(cclb_text(error->message), false));
    HOLDS(error->offset == CCLB_NO_OFFSET || error->offset <= len);
}

bool error_equal(const cclb_error *a, const cclb_error *b)
{
    return a->status == b->status && a->inner == b->inner && a->phase == b->phase && a->hook == b->hook &&
           a->trap == b->trap && a->resource == b->resource && a->rule == b->rule && a->offset == b->offset &&
           strcmp(a->message, b->message) == 0;
}
