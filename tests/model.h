/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h - runs small concurrent programs through every interleaving.
 *
 * A program is a setup, two to four threads, and a check. The threads are coroutines; wherever the code under test says
 * step_*() (base/step.h, compiled with CCLB_MODEL) another one may go on. The program is run again and again, each time
 * with another order of steps, until there is no other. Two orders that differ only in neighbouring steps that do not
 * touch the same memory, or only read it, lead to the same states; of these one is run (model_path.h).
 *
 * Memory is sequentially consistent but for stores. A store that is weaker than seq_cst goes into its thread's store
 * buffer, a queue; the thread itself reads it at once, the others when it leaves the buffer, and that is a step of its
 * own which may come at any time. An operation with release semantics waits until its thread's buffer is empty, as does
 * a seq_cst store; loads, a mutex's lock and acquiring exchanges do not. So a Dekker protocol with one order too weak
 * fails here. Not modelled: loads that are executed early, and stores that overtake stores.
 *
 * Found as failures: model_fail(); a step on memory that was freed or never allocated, or through a null pointer; a
 * second free; a state in which no thread can go on; a run that does not end. Plain code between two steps runs as one,
 * so it must not touch what other threads write, unless a mutex is held or step_touch() announces it.
 */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#include "base/step.h"
#include "cclb/allocator.h"

enum { MODEL_THREADS = 4, MODEL_MESSAGE_SIZE = 256 };

struct model_program {
    const char *name;
    void (*setup)(void *world); /* its steps are not explored */
    void (*thread[MODEL_THREADS])(void *world);
    void (*check)(void *world); /* after every run; not explored */
    void *world;
};

struct model_options {
    bool ordered_stores; /* no store buffers: every store is seen at once */
    bool every_order;    /* run also what leads to the same states */
    bool quiet;          /* do not print the steps that led to a failure */
};

struct model_result {
    uint64_t runs;      /* to the end */
    uint64_t cut_short; /* because they had become the same as another */
    uint32_t steps_max; /* of one run */
    bool failed;
    char message[MODEL_MESSAGE_SIZE]; /* of the first failure, at which exploring stops */
};

/* Explores a program. One at a time; not reentrant. */
struct model_result model_explore(const struct model_program *program, const struct model_options *options);

/* Ends the exploration with a failure. In setup, threads and check alike. */
__attribute__((format(printf, 1, 2), noreturn)) void model_fail(const char *format, ...);

/* For setup: what step_own() begins with in a thread; otherwise 0. Setup and check have one more. */
void model_set_own(uint32_t thread, uint32_t value);

/*
 * Memory that knows when it is used after it was freed. Everything is given back between two runs; within one, nothing
 * is given out twice. Freeing is a step.
 */
cclb_allocator model_allocator(void);

/* How many pieces of it are in use. */
size_t model_allocated(void);

#endif
