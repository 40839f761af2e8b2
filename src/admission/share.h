/* SPDX-License-Identifier: Apache-2.0 */
/*
 * share.h - one admitted plugin for all slots with the same content, however many principals they belong to.
 *
 * What was admitted is immutable, and whether a module passes depends on nothing but its bytes, the slot, the reference
 * and the settings of the runtime. So while one slot holds it the next is given the same: without trial calls, and at the
 * cost of a pointer. (Not where a report was asked for: that tells of trial calls, which are made for it.)
 */
#ifndef ADMISSION_SHARE_H
#define ADMISSION_SHARE_H

#include "admission/admit.h"

/* As admit(), or one that was admitted the same way and is in use; to be given back with admitted_return(). Any thread. */
cclb_status admit_shared(struct admission *admission, cclb_bytes wasm, const uint8_t digest[BLAKE3_SIZE],
                         cclb_hook slot, cclb_reference reference, struct admitted **admitted, cclb_error *error);

/* Gives it back; the last one destroys it. One that came from admit() is destroyed. NULL is fine. */
void admitted_return(struct admitted *admitted);

#endif
