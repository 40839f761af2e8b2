/* SPDX-License-Identifier: Apache-2.0 */
/* capsule.h - capsules as text (docs/json.md, "Capsules"); cclb_capsule_read() in cclb/replay.h is the way back. */
#ifndef JSON_CAPSULE_H
#define JSON_CAPSULE_H

#include "cclb/buffer.h"
#include "cclb/capsule.h"

/* CCLB_OK fills *json, which is the caller's to deinit; CCLB_NO_MEMORY. */
cclb_status capsule_to_json(const cclb_capsule_info *info, const cclb_allocator *allocator, cclb_buffer *json,
                            cclb_error *error);

#endif
