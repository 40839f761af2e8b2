/* SPDX-License-Identifier: Apache-2.0 */
/* fingerprint.c - the table of descriptors and the ways to look into it. */

#include "wire/fingerprint.h"

#include "wire/layout.h"

static const struct wire_descriptor descriptors[] = {
#define DESCRIPTOR(type, first, last, fingerprint, text)                                                               \
    {#type, CCLB_FORM_W##first, CCLB_FORM_W##last, (const uint8_t *)(fingerprint), text},
#include "wire/descriptor.def"
#undef DESCRIPTOR
};

const struct wire_descriptor *wire_descriptor(cclb_bytes type, cclb_form form)
{
    for (size_t i = 0; i < sizeof descriptors / sizeof descriptors[0]; i++) {
        const struct wire_descriptor *row = &descriptors[i];
        if (form >= row->first_form && form <= row->last_form && cclb_bytes_equal(type, cclb_text(row->type))) {
            return row;
        }
    }
    return NULL;
}

const uint8_t *wire_fingerprint(cclb_hook hook, cclb_form form)
{
    if (!cclb_form_has_hook(form, hook)) {
        return NULL;
    }
    const struct wire_descriptor *row = wire_descriptor(cclb_text(wire_request_type(hook)->name), form);
    return row ? row->fingerprint : NULL;
}

uint32_t wire_fingerprint_forms(cclb_hook hook, const uint8_t fingerprint[WIRE_FINGERPRINT_SIZE])
{
    uint32_t forms = 0;
    for (cclb_form form = 0; form < CCLB_FORM_COUNT; form++) {
        const uint8_t *known = wire_fingerprint(hook, form);
        if (known && memcmp(known, fingerprint, WIRE_FINGERPRINT_SIZE) == 0) {
            forms |= UINT32_C(1) << form;
        }
    }
    return forms;
}
