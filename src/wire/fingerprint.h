/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fingerprint.h - descriptor texts, and the hashes of them by which a module says what its hooks speak
 * (spec/wire.md sections 2 and 7). Everything here is constant and lives for ever.
 */
#ifndef WIRE_FINGERPRINT_H
#define WIRE_FINGERPRINT_H

#include "cclb/hook.h"

enum { WIRE_FINGERPRINT_SIZE = 32 };

/* A descriptor text and its BLAKE3 hash. */
struct wire_descriptor {
    const char *type;
    cclb_form first_form;
    cclb_form last_form;
    const uint8_t *fingerprint; /* WIRE_FINGERPRINT_SIZE bytes */
    const char *text;
};

/* The descriptor of a type, or of its borrowed twin ("HeaderRef"), in a form; NULL if there is none. */
const struct wire_descriptor *wire_descriptor(cclb_bytes type, cclb_form form);

/* The fingerprint of a hook in a form, WIRE_FINGERPRINT_SIZE bytes; NULL if the form lacks the hook. */
const uint8_t *wire_fingerprint(cclb_hook hook, cclb_form form);

/* The forms in which a hook has this fingerprint: bit 1 << form of each; 0 if it is unknown. */
uint32_t wire_fingerprint_forms(cclb_hook hook, const uint8_t fingerprint[WIRE_FINGERPRINT_SIZE]);

#endif
