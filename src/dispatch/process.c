/* SPDX-License-Identifier: Apache-2.0 */
/* process.c - MADV_WIPEONFORK for the first question, pthread_getattr_np for the second. */

#include "dispatch/process.h"

#include "base/error.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

cclb_status fork_mark_init(struct fork_mark *mark, cclb_error *error)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return error_no_memory(error, size);
    }
    if (madvise(page, size, MADV_WIPEONFORK) != 0) {
        int reason = errno;
        munmap(page, size);
        return error_set(error, CCLB_INTERNAL, 0, CCLB_PHASE_NONE,
                         "the kernel has no MADV_WIPEONFORK (error %d); cclb needs Linux 4.14 or later", reason);
    }
    *page = 1;
    *mark = (struct fork_mark){.page = page, .size = size};
    return CCLB_OK;
}

void fork_mark_deinit(struct fork_mark *mark)
{
    if (mark->page) {
        munmap((void *)(uintptr_t)mark->page, mark->size);
        *mark = (struct fork_mark){0};
    }
}

/*
 * The measured stack of this thread. Thread-local because a stack is a property of the thread and asking for it costs
 * a look at /proc/self/maps on the main thread.
 */
struct thread_stack {
    uintptr_t low;
    uintptr_t high; /* 0: not measured yet */
};

static _Thread_local struct thread_stack thread_stack;

static bool measure(void)
{
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return false;
    }
    void *low = NULL;
    size_t size = 0;
    size_t guard = 0;
    int failed = pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_getguardsize(&attributes, &guard);
    pthread_attr_destroy(&attributes);
    if (failed != 0) {
        return false;
    }
    /* Since glibc counts the guard into the stack's size on some versions, leave it out on all. */
    thread_stack.low = (uintptr_t)low + guard;
    thread_stack.high = (uintptr_t)low + size;
    return true;
}

cclb_status stack_check(size_t needed, cclb_error *error)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    bool inside = here >= thread_stack.low && here < thread_stack.high;
    if (inside && here - thread_stack.low >= needed) {
        return CCLB_OK;
    }
    /* Not measured yet, too small, or another stack: measure again before saying no. */
    if (!measure()) {
        return error_set(error, CCLB_INTERNAL, 0, CCLB_PHASE_NONE, "the stack of this thread cannot be measured");
    }
    if (here < thread_stack.low || here >= thread_stack.high) {
        return error_set(error, CCLB_STACK_TOO_SMALL, 0, CCLB_PHASE_NONE,
                         "the call runs on a stack that is not its thread's own and cannot be measured; make sure that "
                         "it has %zu bytes free and set the option foreign_stacks",
                         needed);
    }
    if (here - thread_stack.low < needed) {
        return error_set(error, CCLB_STACK_TOO_SMALL, 0, CCLB_PHASE_NONE,
                         "a guest needs %zu bytes of this thread's stack, %zu are left; start the thread with a larger "
                         "stack (ulimit -s, if it is the first of the process) or lower the option stack_max_bytes",
                         needed, (size_t)(here - thread_stack.low));
    }
    return CCLB_OK;
}
