/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask.h - what a capsule must not tell of a request, made unreadable where it lies.
 *
 * Every byte that is masked becomes `*`, or 0 where no field reaches it; nothing moves, so that the archive is one still,
 * of the same layout.
 */
#ifndef CAPSULE_MASK_H
#define CAPSULE_MASK_H

#include "base/arena.h"
#include "cclb/capsule.h"

struct masking_result {
    const cclb_bytes *names; /* what was masked, in the words of cclb_capsule_info.masked; in the arena */
    size_t count;
};

/*
 * Masks the request of a hook in `archive`, which is the caller's own copy. CCLB_OK; CCLB_DECODE if it is no archive of that
 * hook and form, and CCLB_NO_MEMORY: it is then not to be shown.
 */
cclb_status mask_request(const cclb_capsule_options *options, cclb_hook hook, cclb_form form, uint8_t *archive,
                         size_t len, struct arena *arena, struct masking_result *result);

/*
 * Masks what the message of an answer's refusal quotes, from its first backquote to its last: all that it has of the answer
 * stands between such (hooks/answer.h), and may have some in it.
 */
void mask_quoted(char *message);

#endif
