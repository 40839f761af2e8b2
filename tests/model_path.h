/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_path.h - which orders of steps have been run, and which are left to run.
 *
 * What takes a step is a thread, or a thread's store buffer letting go of its oldest store; both are called actors. The
 * path holds one node for each step of the present run: who could have gone on, who was tried before, who went, and who
 * is wanted there too. The next run follows the path up to the deepest node where somebody who is wanted was not tried.
 *
 * Two steps are dependent if they touch the same memory and one of them writes it. A run stands for all runs that are
 * made of it by exchanging neighbouring steps that are not dependent: these lead to the same states. From one such
 * class to the next leads a race: two dependent steps that came in one order and, as nothing between the two puts the
 * one before the other, could have come in the other. For each race somebody is wanted where the first of the two went
 * who leads to that (source sets: Abdulla, Aronis, Jonsson, Sagonas, Optimal Dynamic Partial Order Reduction, 2014).
 * Who was tried at a node sleeps after it until a dependent step comes, so that no class is run to its end twice (sleep
 * sets: Godefroid, Partial-Order Methods, 1996, chapter 5).
 */
#ifndef TESTS_MODEL_PATH_H
#define TESTS_MODEL_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Thread i is actor i, its buffer PATH_THREADS + i. */
enum { PATH_THREADS = 4, PATH_ACTORS = 2 * PATH_THREADS, PATH_STEPS_MAX = 2000 };

enum step_access { STEP_READS, STEP_WRITES };

enum step_mutex_use { STEP_NO_MUTEX, STEP_LOCKS, STEP_UNLOCKS };

/* What an actor is about to do. */
struct step {
    enum step_access access;
    uintptr_t at;
    size_t size;
    bool waits_for_buffer;     /* until all its thread's stores are out, not only those to the same place */
    enum step_mutex_use mutex; /* STEP_LOCKS: until the mutex at `at` is free */
    uint32_t issued;           /* by a buffer: how many steps there were when its thread made the store */
    const char *what;
    const char *where;
};

/*
 * For each actor, one more than the number of its last step that must come before something, whatever the order; 0:
 * none of its steps must.
 */
struct steps_before {
    uint32_t end[PATH_ACTORS];
};

struct node {
    uint32_t present; /* actors that have a step to take, be it only when another has gone on */
    uint32_t enabled;
    uint32_t sleeping; /* would only repeat what was run before */
    uint32_t tried;
    uint32_t wanted;
    uint32_t chosen;
    struct step next[PATH_ACTORS];
    struct steps_before before; /* the chosen step, that one included */
};

struct path {
    struct node *node;                     /* PATH_STEPS_MAX of them, the caller's */
    bool every_order;                      /* want everybody everywhere, let nobody sleep */
    uint32_t depth;                        /* steps of this run so far */
    uint32_t length;                       /* nodes that are in force */
    uint32_t ordered;                      /* nodes whose `before` is in force */
    struct steps_before last[PATH_ACTORS]; /* what comes before the last step of each actor, that one included */
};

/* Begins another run, at the first node. */
void path_begin_run(struct path *path);

/* Whether the run has left what the path says; then the node to be filled: present, enabled, next. */
struct node *path_grow(struct path *path);

/* After a node was filled: chooses who goes, `preferred` if it can be; false if nobody can go on or all sleep. */
bool path_choose(struct path *path, uint32_t preferred);

/* The node of the chosen step; the run is then behind it. */
const struct node *path_step(struct path *path);

/* After a run: changes the path to one that was not run; false if there is none left. */
bool path_next(struct path *path);

#endif
