/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover.h - tells the thread sanitizer what it cannot see: the engine's pool hands memory from one thread to another
 * under locks of its own, in code that is not instrumented. In other builds there is nothing here.
 */
#ifndef ENGINE_HANDOVER_H
#define ENGINE_HANDOVER_H

#if defined(__SANITIZE_THREAD__)
#define HANDOVER_SEEN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HANDOVER_SEEN 1
#endif
#endif

#ifdef HANDOVER_SEEN
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#endif

/* All that this thread did to the memory at `base` comes before what its next user does. */
static inline void handover_give(void *base)
{
#ifdef HANDOVER_SEEN
    __tsan_release(base);
#else
    (void)base;
#endif
}

/* This thread comes after the last user of the memory at `base`. */
static inline void handover_take(void *base)
{
#ifdef HANDOVER_SEEN
    __tsan_acquire(base);
#else
    (void)base;
#endif
}

/* Whether there is anyone to tell. */
#ifdef HANDOVER_SEEN
enum { HANDOVER_WATCHED = 1 };
#else
enum { HANDOVER_WATCHED = 0 };
#endif

#endif
