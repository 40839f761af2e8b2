/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.h - the codec as the rest of the library uses it: any message, in any form, with errors in words.
 *
 * Nothing here allocates; all functions are pure and may be called from any thread.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "cclb/error.h"
#include "wire/layout.h"

/*
 * Sets *size to what the archive of `message`, a C struct of `type`, takes in `form`. CCLB_LIMIT above 2^31 - 1 bytes;
 * CCLB_BAD_INPUT if a text is not UTF-8, since a guest would refuse it; CCLB_INVALID_ARGUMENT for a kind that is none,
 * and where the form lacks the type or the type is no message. The error names the field.
 */
CCLB_MUST_CHECK cclb_status wire_measure(const struct wire_type *type, cclb_form form, const void *message,
                                         size_t *size, cclb_error *error);

/*
 * Writes the archive of a message that was measured and has not changed since: all `size` bytes at out, which may have
 * any address and is taken for a 16-aligned one.
 */
void wire_write(const struct wire_type *type, cclb_form form, const void *message, uint8_t *out, size_t size);

/*
 * Whether `archive` is one, by the reference's own verdict (spec/wire.md section 6) for bytes that lie `misalign` bytes
 * behind a 16-aligned address; where they really lie does not matter. CCLB_DECODE names the field and has the offset of
 * the box, tag or record at fault, or of the first byte of a text that is not UTF-8. CCLB_INVALID_ARGUMENT as above.
 */
CCLB_MUST_CHECK cclb_status wire_check(const struct wire_type *type, cclb_form form, cclb_bytes archive,
                                       size_t misalign, cclb_error *error);

#endif
