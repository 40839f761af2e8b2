/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.c - depth-first search over schedules, each tried by running the program from its beginning. Which schedules,
 * model_path.h says.
 *
 * The coroutines schedule themselves: who reaches a step looks who goes next, and hands over if it is another.
 */

#include "model.h"

#include "model_heap.h"
#include "model_path.h"
#include "store_buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum {
    STACK_SIZE = 64 * 1024,
    NOWHERE_SIZE = 4096 /* what a null pointer to something points into */
};

static_assert((int)MODEL_THREADS == (int)PATH_THREADS, "every thread is an actor");

struct thread {
    ucontext_t context;
    struct step next;
    bool finished;
    struct store_buffer buffer;
    uint8_t *stack;
};

enum ending { ENDING_RUNNING, ENDING_DONE, ENDING_CUT_SHORT, ENDING_FAILED };

static struct model {
    const struct model_program *program;
    struct model_options options;
    struct model_result result;
    uint32_t threads;
    struct thread thread[MODEL_THREADS];
    int current;                     /* the running thread; -1: setup or check */
    uint32_t own[MODEL_THREADS + 1]; /* what each has for itself, as in `heap` */
    bool starting;
    ucontext_t explorer;
    enum ending ending;
    struct path path;
    struct model_heap *heap; /* 0: of setup and check; i + 1: of thread i */
} model;

/* ---- failures ---- */

static void print_path(void)
{
    for (uint32_t i = 0; i < model.path.depth; i++) {
        const struct node *node = &model.path.node[i];
        const struct step *step = &node->next[node->chosen];
        uint32_t thread = node->chosen % MODEL_THREADS;
        fprintf(stderr, "  %c%u  %-10s %#lx  %s\n", node->chosen < MODEL_THREADS ? 'T' : 'b', thread + 1, step->what,
                (unsigned long)step->at, step->where);
    }
}

void model_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(model.result.message, sizeof model.result.message, format, arguments);
    va_end(arguments);
    if (!model.options.quiet) {
        fprintf(stderr, "%s: %s\n", model.program->name, model.result.message);
        print_path();
    }
    model.result.failed = true;
    model.ending = ENDING_FAILED;
    setcontext(&model.explorer);
    abort();
}

/* ---- memory ---- */

static void check_access(const struct step *step)
{
    bool nowhere = step->at < NOWHERE_SIZE;
    const char *problem = nowhere ? "use of a null pointer" : model_heap_problem(model.heap, step->at, step->size);
    if (problem) {
        model_fail("%s, in %s", problem, step->where);
    }
}

static void *heap_allocate(void *context, size_t size)
{
    (void)context;
    void *memory = model_heap_allocate(model.heap, (size_t)(model.current + 1), size);
    if (memory == NULL) {
        model_fail("the model's memory is too small");
    }
    return memory;
}

static void schedule(const struct step *step);

static void heap_release(void *context, void *memory, size_t size)
{
    (void)context;
    struct step step = {STEP_WRITES, (uintptr_t)memory, size, false, STEP_NO_MUTEX, 0, "free", "heap_release"};
    schedule(&step);
    if (!model_heap_free(model.heap, memory, size)) {
        model_fail("freed with another size or address than it was allocated with");
    }
}

cclb_allocator model_allocator(void)
{
    return (cclb_allocator){.allocate = heap_allocate, .release = heap_release};
}

size_t model_allocated(void)
{
    return model_heap_live(model.heap);
}

static uint64_t memory_read(uintptr_t at, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, (const void *)at, size);
    return value;
}

static void memory_write(uintptr_t at, size_t size, uint64_t value)
{
    memcpy((void *)at, &value, size);
}

static struct step buffer_step(const struct store *store)
{
    enum step_mutex_use mutex = store->unlocks ? STEP_UNLOCKS : STEP_NO_MUTEX;
    return (struct step){STEP_WRITES, store->at, store->size, false, mutex, store->issued, "written", store->where};
}

static void buffer_let_go(struct store_buffer *buffer)
{
    const struct store *store = store_buffer_oldest(buffer);
    struct step step = buffer_step(store);
    check_access(&step);
    memory_write(store->at, store->size, store->value);
    buffer->first++;
}

/* ---- the search ---- */

static bool is_enabled(const struct thread *thread)
{
    const struct step *step = &thread->next;
    if (thread->finished || (step->mutex == STEP_LOCKS && memory_read(step->at, step->size) != 0)) {
        return false;
    }
    if (step->waits_for_buffer) {
        return store_buffer_oldest(&thread->buffer) == NULL;
    }
    return step->access != STEP_WRITES || !store_buffer_touches(&thread->buffer, step->at, step->size);
}

/* Fills in who could go on from the present state. */
static void fill_node(struct node *node)
{
    for (uint32_t i = 0; i < model.threads; i++) {
        struct thread *thread = &model.thread[i];
        node->present |= (uint32_t)!thread->finished << i;
        node->enabled |= (uint32_t)is_enabled(thread) << i;
        node->next[i] = thread->next;
        const struct store *oldest = store_buffer_oldest(&thread->buffer);
        if (oldest) {
            node->present |= 1u << (MODEL_THREADS + i);
            node->enabled |= 1u << (MODEL_THREADS + i);
            node->next[MODEL_THREADS + i] = buffer_step(oldest);
        }
    }
}

static enum ending ending_without_enabled(void)
{
    for (uint32_t i = 0; i < model.threads; i++) {
        if (!model.thread[i].finished) {
            model_fail("deadlock: no thread can go on; thread %u waits in %s", i + 1, model.thread[i].next.where);
        }
    }
    return ENDING_DONE;
}

/* Whether what the path says can be done: it is what was done here before. */
static bool is_repeated(const struct node *node)
{
    if (node->chosen >= MODEL_THREADS) {
        return store_buffer_oldest(&model.thread[node->chosen - MODEL_THREADS].buffer) != NULL;
    }
    const struct thread *thread = &model.thread[node->chosen];
    return is_enabled(thread) && thread->next.at == node->next[node->chosen].at;
}

/* Chooses who takes the next step; false at the end of the run. */
static bool choose(uint32_t *actor)
{
    if (model.path.depth == PATH_STEPS_MAX) {
        model_fail("no end after %d steps", PATH_STEPS_MAX);
    }
    struct node *added = path_grow(&model.path);
    if (added) {
        fill_node(added);
        if (!path_choose(&model.path, model.current >= 0 ? (uint32_t)model.current : 0)) {
            model.ending = added->enabled ? ENDING_CUT_SHORT : ending_without_enabled();
            return false;
        }
    } else if (!is_repeated(&model.path.node[model.path.depth])) {
        model_fail("the program does not do the same twice");
    }
    *actor = path_step(&model.path)->chosen;
    return true;
}

/* Lets buffers step until it is a thread's turn; false at the end of the run. */
static bool choose_thread(uint32_t *thread)
{
    uint32_t actor;
    while (choose(&actor)) {
        if (actor < MODEL_THREADS) {
            *thread = actor;
            return true;
        }
        buffer_let_go(&model.thread[actor - MODEL_THREADS].buffer);
    }
    return false;
}

/* Announces a step and returns when it is its turn. */
static void schedule(const struct step *step)
{
    if (model.current < 0) {
        check_access(step);
        return;
    }
    struct thread *self = &model.thread[model.current];
    self->next = *step;
    if (model.starting) {
        swapcontext(&self->context, &model.explorer);
    } else {
        uint32_t next;
        if (!choose_thread(&next)) {
            setcontext(&model.explorer);
        }
        if (self != &model.thread[next]) {
            model.current = (int)next;
            swapcontext(&self->context, &model.thread[next].context);
        }
    }
    check_access(step);
}

static void run_thread(void)
{
    model.program->thread[model.current](model.program->world);
    struct thread *self = &model.thread[model.current];
    self->finished = true;
    uint32_t next;
    if (!model.starting && choose_thread(&next)) {
        model.current = (int)next;
        setcontext(&model.thread[next].context);
    }
    setcontext(&model.explorer);
}

/* What never changes between two runs; makecontext() does the rest. */
static void prepare_thread(struct thread *thread)
{
    thread->stack = malloc(STACK_SIZE);
    getcontext(&thread->context);
    thread->context.uc_stack.ss_sp = thread->stack;
    thread->context.uc_stack.ss_size = STACK_SIZE;
    thread->context.uc_link = NULL;
}

/* Brings every thread to its first step. */
static void start_threads(void)
{
    model.starting = true;
    for (uint32_t i = 0; i < model.threads && model.ending == ENDING_RUNNING; i++) {
        struct thread *thread = &model.thread[i];
        thread->finished = false;
        thread->buffer.first = 0;
        thread->buffer.end = 0;
        makecontext(&thread->context, run_thread, 0);
        model.current = (int)i;
        swapcontext(&model.explorer, &thread->context);
    }
    model.starting = false;
    model.current = -1;
}

static void run_once(void)
{
    const struct model_program *program = model.program;
    model_heap_reset(model.heap);
    memset(model.own, 0, sizeof model.own);
    path_begin_run(&model.path);
    model.ending = ENDING_RUNNING;
    model.current = -1;
    /* model_fail() in here comes back to this place. */
    getcontext(&model.explorer);
    if (model.ending == ENDING_FAILED) {
        return;
    }
    program->setup(program->world);
    start_threads();
    uint32_t first;
    if (model.ending == ENDING_RUNNING && choose_thread(&first)) {
        model.current = (int)first;
        swapcontext(&model.explorer, &model.thread[first].context);
    }
    model.current = -1;
    if (model.ending == ENDING_DONE) {
        getcontext(&model.explorer);
        if (model.ending == ENDING_DONE) {
            program->check(program->world);
        }
    }
}

struct model_result model_explore(const struct model_program *program, const struct model_options *options)
{
    model.program = program;
    model.options = *options;
    model.result = (struct model_result){0};
    model.threads = 0;
    model.path =
        (struct path){.node = calloc(PATH_STEPS_MAX, sizeof *model.path.node), .every_order = options->every_order};
    model.heap = model_heap_create(MODEL_THREADS + 1);
    if (model.path.node == NULL || model.heap == NULL) {
        abort();
    }
    while (model.threads < MODEL_THREADS && program->thread[model.threads]) {
        prepare_thread(&model.thread[model.threads++]);
    }
    do {
        run_once();
        model.result.runs += model.ending == ENDING_DONE;
        model.result.cut_short += model.ending == ENDING_CUT_SHORT;
        model.result.steps_max = model.path.depth > model.result.steps_max ? model.path.depth : model.result.steps_max;
    } while (!model.result.failed && path_next(&model.path));
    for (uint32_t i = 0; i < model.threads; i++) {
        free(model.thread[i].stack);
    }
    model_heap_destroy(model.heap);
    free(model.path.node);
    return model.result;
}

/* ---- what base/step.h calls ---- */

static bool is_running(void)
{
    return model.current >= 0;
}

static bool releases(memory_order order)
{
    return order == memory_order_release || order == memory_order_acq_rel || order == memory_order_seq_cst;
}

uint64_t model_load(const volatile void *object, size_t size, memory_order order, const char *where)
{
    (void)order;
    uintptr_t at = (uintptr_t)object;
    struct step step = {STEP_READS, at, size, false, STEP_NO_MUTEX, 0, "load", where};
    schedule(&step);
    const struct store *own = is_running() ? store_buffer_find(&model.thread[model.current].buffer, at, size) : NULL;
    return own ? own->value : memory_read(at, size);
}

static void store(const struct store *store, memory_order order)
{
    if (is_running() && order != memory_order_seq_cst && !model.options.ordered_stores) {
        if (!store_buffer_add(&model.thread[model.current].buffer, *store)) {
            model_fail("the model's store buffer is too small");
        }
        return;
    }
    struct step step = buffer_step(store);
    step.waits_for_buffer = true;
    step.issued = 0;
    step.what = "store";
    schedule(&step);
    memory_write(store->at, store->size, store->value);
}

void model_store(volatile void *object, size_t size, uint64_t value, memory_order order, const char *where)
{
    store(&(struct store){(uintptr_t)object, size, value, false, model.path.depth, where}, order);
}

uint64_t model_exchange(volatile void *object, size_t size, uint64_t value, memory_order order, const char *where)
{
    uintptr_t at = (uintptr_t)object;
    struct step step = {STEP_WRITES, at, size, releases(order), STEP_NO_MUTEX, 0, "exchange", where};
    schedule(&step);
    uint64_t before = memory_read(at, size);
    memory_write(at, size, value);
    return before;
}

bool model_compare_exchange(volatile void *object, size_t size, uint64_t *expected, uint64_t value, memory_order order,
                            const char *where)
{
    uintptr_t at = (uintptr_t)object;
    struct step step = {STEP_WRITES, at, size, releases(order), STEP_NO_MUTEX, 0, "compare", where};
    schedule(&step);
    uint64_t before = memory_read(at, size);
    if (before != *expected) {
        *expected = before;
        return false;
    }
    memory_write(at, size, value);
    return true;
}

void model_subtract(volatile void *object, size_t size, uint64_t value, memory_order order, const char *where)
{
    uintptr_t at = (uintptr_t)object;
    struct step step = {STEP_WRITES, at, size, releases(order), STEP_NO_MUTEX, 0, "subtract", where};
    schedule(&step);
    memory_write(at, size, memory_read(at, size) - value);
}

void model_touch(const volatile void *object, const char *where)
{
    struct step step = {STEP_READS, (uintptr_t)object, 1, false, STEP_NO_MUTEX, 0, "touch", where};
    schedule(&step);
}

void model_lock(volatile uint32_t *locked, const char *where)
{
    uintptr_t at = (uintptr_t)locked;
    struct step step = {STEP_WRITES, at, sizeof *locked, false, STEP_LOCKS, 0, "lock", where};
    schedule(&step);
    memory_write(at, sizeof *locked, 1);
}

void model_unlock(volatile uint32_t *locked, const char *where)
{
    store(&(struct store){(uintptr_t)locked, sizeof *locked, 0, true, model.path.depth, where}, memory_order_release);
}

uint32_t *model_own(void)
{
    return &model.own[model.current + 1];
}

void model_set_own(uint32_t thread, uint32_t value)
{
    model.own[thread + 1] = value;
}
