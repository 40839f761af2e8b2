/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gaps.h - the bytes of an archive that no field reaches, which readers accept whatever they are (spec/wire.md section 6):
 * padding, absent payloads, unused parts of a variant, and whatever lies before, between and behind the data.
 */
#ifndef WIRE_GAPS_H
#define WIRE_GAPS_H

#include "base/arena.h"
#include "wire/layout.h"

/*
 * Zeroes all of them, as a writer leaves them, in an archive of a message that wire_check() accepted. *found: whether one
 * was not zero. False if there is no memory; nothing has changed then.
 */
CCLB_MUST_CHECK bool wire_clear_gaps(const struct wire_type *type, cclb_form form, uint8_t *archive, size_t len,
                                     struct arena *arena, bool *found);

#endif
