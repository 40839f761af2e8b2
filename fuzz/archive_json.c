/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive_json.c - any text as the JSON of a message, whose type and form the first two bytes name.
 *
 * Property: a refusal names a place, by offset or by path; what is accepted is a sound archive, whose own JSON can be
 * shown on a terminal and gives the same archive again; all memory is given back. A NaN alone may lose its bits.
 */

#include "cclb/json.h"
#include "counting_allocator.h"
#include "property.h"
#include "target.h"
#include "wire/wire.h"

static void refusal_names_a_place(const cclb_error *error, cclb_status status, size_t len)
{
    HOLDS(status == CCLB_BAD_INPUT);
    error_holds(error, status, len);
    HOLDS(error->offset != CCLB_NO_OFFSET || strstr(error->message, "$") != NULL);
}

static void archive_holds(const struct wire_type *type, cclb_form form, cclb_bytes archive,
                          const cclb_allocator *allocator)
{
    cclb_bytes name = cclb_text(type->name);
    cclb_buffer json = {0};
    cclb_buffer back = {0};
    cclb_buffer again = {0};
    cclb_error error;
    HOLDS(wire_check(type, form, archive, 0, &error) == CCLB_OK);
    HOLDS(cclb_archive_to_json(name, form, archive, allocator, &json, &error) == CCLB_OK);
    HOLDS(is_printable(bytes_in(&json), true));
    HOLDS(cclb_archive_from_json(name, form, bytes_in(&json), allocator, &back, &error) == CCLB_OK);
    if (!cclb_bytes_equal(bytes_in(&back), archive)) {
        HOLDS(strstr((const char *)json.data, "\"NaN\"") != NULL);
        HOLDS(cclb_archive_to_json(name, form, bytes_in(&back), allocator, &again, &error) == CCLB_OK);
        HOLDS(cclb_bytes_equal(bytes_in(&again), bytes_in(&json)));
    }
    cclb_buffer_deinit(&json);
    cclb_buffer_deinit(&back);
    cclb_buffer_deinit(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cclb_bytes input = cclb_bytes_of(data, size);
    const struct wire_type *type;
    cclb_form form;
    if (!input_message(&input, &type, &form)) {
        return 0;
    }
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    cclb_bytes json = exact_copy(input);
    cclb_buffer archive = {0};
    cclb_error error;
    cclb_status status = cclb_archive_from_json(cclb_text(type->name), form, json, &allocator, &archive, &error);
    exact_free(json);
    if (status == CCLB_OK) {
        archive_holds(type, form, bytes_in(&archive), &allocator);
        cclb_buffer_deinit(&archive);
    } else {
        refusal_names_a_place(&error, status, input.len);
    }
    HOLDS(counts.live == 0);
    return 0;
}
