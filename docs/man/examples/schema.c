/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a message, and where they stand in its archives:
 */
#include <cclb.h>
#include <stdio.h>

void print_fields(cclb_bytes name, cclb_form form)
{
    cclb_schema_type type;
    cclb_schema_field field;
    if (!cclb_schema_type_find(name, form, &type)) {
        printf("form %s has no such type\n", cclb_form_name(form));
        return;
    }
    for (size_t i = 0; cclb_schema_field_at(&type, 0, i, &field); i++) {
        printf("%4u  %s: %s%s%s\n", field.offset, field.name,
               field.is_optional ? "optional " : "", field.type,
               field.is_array ? "[]" : "");
    }
}
