/* SPDX-License-Identifier: Apache-2.0 */
/*
 * syscalls.c - how many system calls one call makes, counted by watching it.
 *
 * A child sets everything up, asks to be traced and makes its calls between two marks; the parent counts the system
 * calls of that one thread between them. Nothing is sampled, so the numbers are exact; times mean nothing here.
 */

#include "bench.h"
#include "lineup.h"

#include "fail.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WARM_CALLS = 32, COUNTED_CALLS = 64 };

static const struct {
    const char *row;
    struct lineup_call call;
} rows[] = {
    {"syscalls/filter-1KiB", {CCLB_HOOK_FILTER, "accept_all-pdk0.2.0", 1024}},
    {"syscalls/transform_sse_event-110B", {CCLB_HOOK_TRANSFORM_SSE_EVENT, "all_hooks-pdk0.2.0", 110}},
    {"syscalls/shape-64KiB", {CCLB_HOOK_SHAPE, "shape_pass-pdk0.2.0", 64 << 10}},
    {"syscalls/shape-1MiB", {CCLB_HOOK_SHAPE, "shape_pass-pdk0.2.0", 1 << 20}},
};

/* In the child, which never returns. Each contestant is called between the second and the third of its marks. */
static void be_watched(const struct bench *bench, const struct lineup_call *call)
{
    struct lineup *lineup = take_memory(sizeof *lineup);
    struct race *race = take_memory(sizeof *race);
    lineup_init(lineup, bench, call);
    lineup_enter(lineup, race, 1);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
        _exit(EXIT_FAILURE);
    }
    for (unsigned i = 0; i < race->count; i++) {
        const struct contestant *one = &race->contestants[i];
        one->run(one->context, 0, WARM_CALLS);
        raise(SIGSTOP);
        raise(SIGSTOP);
        one->run(one->context, 0, COUNTED_CALLS);
        raise(SIGSTOP);
    }
    _exit(EXIT_SUCCESS);
}

/* Lets the child run to its next mark; adds up how often it crosses the border of a system call. */
static bool reach_mark(pid_t child, long *borders)
{
    const int border = SIGTRAP | 0x80;
    int status;
    *borders = 0;
    for (;;) {
        if (ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0 || waitpid(child, &status, 0) != child ||
            !WIFSTOPPED(status)) {
            return false;
        }
        if (WSTOPSIG(status) == SIGSTOP) {
            return true;
        }
        *borders += WSTOPSIG(status) == border;
    }
}

/* The child's first stop, from which on system calls can be told from signals. */
static bool begin_watching(pid_t child)
{
    int status;
    return waitpid(child, &status, 0) == child && WIFSTOPPED(status) &&
           ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0;
}

static void report(struct bench *bench, const char *row, pid_t child)
{
    static const char *const names[] = {"cclb", "floor", "kept", "reference", "cclb-pagemap", "reference-pooled"};
    bool watching = begin_watching(child);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && watching; i++) {
        long marks;
        long calls;
        long ignored;
        watching = reach_mark(child, &marks) && reach_mark(child, &calls);
        if (watching) {
            bench_value(bench, row, (double)(calls - marks) / 2 / COUNTED_CALLS, "system calls", "1t/%s", names[i]);
            watching = i + 1 == sizeof names / sizeof names[0] || reach_mark(child, &ignored);
        }
    }
    if (!watching) {
        fprintf(stderr, "bench: %s: the child cannot be traced on this machine\n", row);
    }
}

void syscalls_rows(struct bench *bench)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!bench_begins(bench, rows[i].row)) {
            continue;
        }
        fflush(stdout);
        pid_t child = fork();
        if (child < 0) {
            fail("a child could not be made: %s", strerror(errno));
        }
        if (child == 0) {
            be_watched(bench, &rows[i].call);
        }
        report(bench, rows[i].row, child);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
}
