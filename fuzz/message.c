/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.c - a message that the bytes choose: two of them its type and form, the rest what it says.
 *
 * Property: the library and the slow encoder write the same archive, of the size that was measured before (the adapter
 * writes into memory of exactly that size), with bodies whole and in pieces; and what is read back is the same value.
 */

#include "property.h"
#include "slow_encoder.h"
#include "target.h"
#include "wire_adapter.h"
#include "wire_answer.h"
#include "wire_random.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cclb_bytes input = cclb_bytes_of(data, size);
    const struct wire_type *type;
    cclb_form form;
    if (!input_message(&input, &type, &form)) {
        return 0;
    }
    const char *crate = form_crate(form);
    int number = slow_form_number(crate);
    struct wire_random choices = {.choices = input.data, .choices_left = input.len};
    struct slow_buffer value = {0};
    if (input.len > 0) {
        wire_random_value(&choices, slow_type_named(type->name, number), number, &value);
        struct wire_answer slow = {0};
        struct wire_answer fast = {0};
        struct wire_answer back = {0};
        const struct wire_answer wanted = {true, value.data, value.len};
        slow.accepted = slow_encode(type->name, crate, value.data, value.len, &slow.data, &slow.len);
        fast.accepted = fast_encode(type->name, crate, value.data, value.len, &fast.data, &fast.len);
        HOLDS(slow.accepted);
        if (!wire_answer_equal(&slow, &fast)) {
            wire_answer_fail("writing", type->name, crate, 0, value.data, value.len, "slow", &slow, "fast", &fast);
        }
        back.accepted = fast_decode(type->name, crate, 0, fast.data, fast.len, &back.data, &back.len);
        HOLDS(wire_answer_equal(&back, &wanted));
        free(slow.data);
        free(fast.data);
        free(back.data);
        free(value.data);
    }
    return 0;
}
