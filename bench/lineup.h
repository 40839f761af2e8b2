/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lineup.h - the ways of making one call, ready to race: cclb, what libwasmtime needs for it, and what the published
 * runtimes do.
 *
 *   cclb            the hook function of include/cclb: host request in, verdict out; deadline and metrics on
 *   floor           the bytes of that request to a fresh instance of an engine with the same settings (floor.h)
 *   kept            the same to one instance for ever: nothing is reset, so no host may do it, and none is faster
 *   reference       encode into a buffer, copy that to a fresh instance made on demand, copy the answer out
 *   cclb-rewrite    cclb and the floor again, where the kernel cannot say which pages were written
 *   floor-rewrite
 */
#ifndef BENCH_LINEUP_H
#define BENCH_LINEUP_H

#include "bench.h"
#include "floor.h"
#include "subject.h"

/* Of one thread, for the reference's way. */
struct lineup_buffers {
    uint8_t *archive;
    uint8_t *answer;
    size_t answer_size;
};

struct lineup {
    struct workload workload;
    cclb_bytes wasm;
    struct subject cclb;
    struct subject cclb_rewrite;
    struct floor *floor;
    struct floor *floor_rewrite;
    struct floor *reference;
    struct floor_kept *kept[RACE_THREADS_MAX];
    struct lineup_buffers buffers[RACE_THREADS_MAX];
    double own_requests; /* of its allocator, by cclb for one warm call */
};

/* What is called: a plugin's hook with a body of a size. */
struct lineup_call {
    cclb_hook hook;
    const char *plugin; /* its file's name, without the ending */
    size_t size;
};

/*
 * Makes them all, with cclb's default options but for bodies above 256 KiB (subject_make_room()), and sees to it that
 * they do the same work: the archive has the size that cclb logs, and the answers are equal. It points into itself.
 */
void lineup_init(struct lineup *lineup, const struct bench *bench, const struct lineup_call *call);
void lineup_deinit(struct lineup *lineup);

/* Enters one of them for a number of threads. */
void lineup_enter_floor(struct lineup *lineup, struct race *race, unsigned threads);
void lineup_enter_kept(struct lineup *lineup, struct race *race, unsigned threads);

/* Enters all of them. */
void lineup_enter(struct lineup *lineup, struct race *race, unsigned threads);

#endif
