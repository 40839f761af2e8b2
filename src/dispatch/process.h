/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.h - two questions that every call asks of the place where it runs: is this still the process that made the
 * runtime, and does this thread have enough stack left for a guest?
 */
#ifndef DISPATCH_PROCESS_H
#define DISPATCH_PROCESS_H

#include "cclb/error.h"

/* A page that the kernel zeroes in a forked child; costs a call one read. */
struct fork_mark {
    const volatile uint8_t *page;
    size_t size;
};

/* CCLB_INTERNAL if the kernel gives no such page (Linux before 4.14). */
cclb_status fork_mark_init(struct fork_mark *mark, cclb_error *error);

/* Also in the child; a zeroed one is fine. */
void fork_mark_deinit(struct fork_mark *mark);

/* Whether this is another process than the one that made the mark. */
static inline bool fork_mark_is_foreign(const struct fork_mark *mark)
{
    return *mark->page == 0;
}

/*
 * Whether the calling thread has `needed` bytes of stack below this frame. The first call on a thread measures its
 * stack. CCLB_STACK_TOO_SMALL with both sizes; also, with other words, where the frame lies outside the thread's own
 * stack (a coroutine of the host), which cannot be measured.
 */
cclb_status stack_check(size_t needed, cclb_error *error);

#endif
