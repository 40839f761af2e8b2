/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive.c - any bytes as an archive: two bytes name message and form, one how far behind a 16-aligned address the
 * archive is taken to lie, the rest is the archive.
 *
 * Property: the library and the slow decoder, which is the specification's text, agree on the verdict and on the value,
 * through every door of the library (tests/wire_adapter.c, on copies of exactly their size); a fault has a place inside
 * the archive; what was read, written and read again is the same value.
 */

#include "property.h"
#include "slow_decoder.h"
#include "target.h"
#include "wire/wire.h"
#include "wire_adapter.h"
#include "wire_answer.h"

#include <stdlib.h>

static void fault_has_a_place(const struct wire_type *type, cclb_form form, cclb_bytes archive, size_t misalign,
                              bool accepted)
{
    cclb_error error;
    cclb_status status = wire_check(type, form, archive, misalign, &error);
    HOLDS((status == CCLB_OK) == accepted);
    if (!accepted) {
        HOLDS(status == CCLB_DECODE);
        error_holds(&error, status, archive.len);
        HOLDS(error.offset != CCLB_NO_OFFSET);
    }
}

static void value_survives(const char *type, const char *form, const struct wire_answer *value)
{
    struct wire_answer archive = {0};
    struct wire_answer back = {0};
    HOLDS(fast_encode(type, form, value->data, value->len, &archive.data, &archive.len));
    back.accepted = fast_decode(type, form, 0, archive.data, archive.len, &back.data, &back.len);
    HOLDS(wire_answer_equal(&back, value));
    free(archive.data);
    free(back.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cclb_bytes archive = cclb_bytes_of(data, size);
    const struct wire_type *type;
    cclb_form form;
    if (!input_message(&archive, &type, &form)) {
        return 0;
    }
    size_t misalign = input_byte(&archive) % 16;
    const char *crate = form_crate(form);
    struct wire_answer slow = {0};
    struct wire_answer fast = {0};
    slow.accepted = slow_decode(type->name, crate, misalign, archive.data, archive.len, &slow.data, &slow.len);
    fast.accepted = fast_decode(type->name, crate, misalign, archive.data, archive.len, &fast.data, &fast.len);
    if (!wire_answer_equal(&slow, &fast)) {
        wire_answer_fail("reading", type->name, crate, misalign, archive.data, archive.len, "slow", &slow, "fast",
                         &fast);
    }
    fault_has_a_place(type, form, archive, misalign, fast.accepted);
    if (fast.accepted) {
        value_survives(type->name, crate, &fast);
    }
    free(slow.data);
    free(fast.data);
    return 0;
}
