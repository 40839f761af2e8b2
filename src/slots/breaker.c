/* SPDX-License-Identifier: Apache-2.0 */
/* breaker.c - see breaker.h. */

#include "slots/breaker.h"

#include "base/clock.h"
#include "base/error.h"

/*
 * One hook's. What is atomic is read by calls without the mutex, and written under it. No time that is kept lies further
 * ahead of `seen_ns` than an option or the host said, and no fault lies behind it: so that all of them can be moved with
 * a clock that goes back.
 */
struct circuit {
    _Atomic(cclb_breaker_state) state;
    _Atomic uint64_t seen_ns;  /* when the times below were looked at last */
    _Atomic uint64_t until_ns; /* unless closed: before that time calls are refused */
    uint32_t succeeded;        /* tries in a row */
    uint32_t turn;             /* of the last try; one more for each, and whenever the host sets the state */
    uint32_t next;             /* where the next fault goes, which is where the oldest is */
    uint64_t *fault_ns;        /* [options.faults]: when they were, and 1; 0: none yet */
};

struct breaker {
    const struct breakers *shared;
    uint32_t label;
    struct step_mutex mutex;
    struct circuit circuit[CCLB_HOOK_COUNT];
    uint64_t fault_ns[]; /* of all hooks */
};

cclb_status breakers_init(struct breakers *breakers, const cclb_breaker_options *options, uint32_t labels,
                          const cclb_allocator *allocator, cclb_error *error)
{
    *breakers = (struct breakers){.options = *options, .labels = labels};
    if (options->faults == 0) {
        return CCLB_OK;
    }
    size_t size = ((size_t)labels + 1) * CCLB_HOOK_COUNT * sizeof *breakers->quarantined;
    breakers->quarantined = allocate(allocator, size);
    return breakers->quarantined ? CCLB_OK : error_no_memory(error, size);
}

void breakers_deinit(struct breakers *breakers, const cclb_allocator *allocator)
{
    if (breakers->quarantined) {
        release(allocator, breakers->quarantined,
                ((size_t)breakers->labels + 1) * CCLB_HOOK_COUNT * sizeof *breakers->quarantined);
    }
}

static size_t size_of(const struct breakers *breakers)
{
    return sizeof(struct breaker) + (size_t)breakers->options.faults * CCLB_HOOK_COUNT * sizeof(uint64_t);
}

cclb_status breaker_create(struct breakers *breakers, uint32_t label, const cclb_allocator *allocator,
                           struct breaker **breaker, cclb_error *error)
{
    *breaker = NULL;
    if (breakers->options.faults == 0) {
        return CCLB_OK;
    }
    struct breaker *made = allocate(allocator, size_of(breakers));
    if (made == NULL) {
        return error_no_memory(error, size_of(breakers));
    }
    made->shared = breakers;
    made->label = label < breakers->labels ? label : breakers->labels;
    step_mutex_init(&made->mutex);
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        made->circuit[hook].fault_ns = made->fault_ns + hook * breakers->options.faults;
    }
    *breaker = made;
    return CCLB_OK;
}

/* ---- with the mutex held ---- */

/* A moment so long after another; the last that there is, if that lies behind it. */
static uint64_t later(uint64_t now_ns, uint64_t wait_ns)
{
    uint64_t moment;
    return __builtin_add_overflow(now_ns, wait_ns, &moment) ? UINT64_MAX : moment;
}

/* Whether the fault at that time, as it is kept, lies in the window. */
static bool is_recent(const struct breaker *breaker, uint64_t kept_ns, uint64_t now_ns)
{
    return kept_ns != 0 && clock_since(kept_ns - 1, now_ns) <= breaker->shared->options.window_ns;
}

/*
 * Ahead of whatever reads or sets times. A clock that went back since the last look says nothing of the time that has
 * passed: it counts as none, and what was to end so long after that look ends so long after this one. A call that was
 * overtaken between its look at the clock and this one seems like that too, and moves the times by as long as it was
 * held up.
 */
static void look(const struct breaker *breaker, struct circuit *circuit, uint64_t now_ns)
{
    uint64_t seen_ns = atomic_load_explicit(&circuit->seen_ns, memory_order_relaxed);
    uint64_t back_ns = clock_since(now_ns, seen_ns);
    atomic_store_explicit(&circuit->seen_ns, now_ns, memory_order_relaxed);
    if (back_ns == 0) {
        return;
    }
    uint64_t until_ns = atomic_load_explicit(&circuit->until_ns, memory_order_relaxed);
    atomic_store_explicit(&circuit->until_ns, clock_since(back_ns, until_ns), memory_order_relaxed);
    for (uint32_t i = 0; i < breaker->shared->options.faults; i++) {
        uint64_t *kept_ns = &circuit->fault_ns[i];
        if (!is_recent(breaker, *kept_ns, seen_ns)) {
            *kept_ns = 0;
        } else {
            *kept_ns = *kept_ns > back_ns ? *kept_ns - back_ns : 1; /* the clock has no time before 0 */
        }
    }
}

static bool is_closed(const struct circuit *circuit)
{
    return atomic_load_explicit(&circuit->state, memory_order_relaxed) == CCLB_BREAKER_CLOSED;
}

static void forget(const struct breaker *breaker, struct circuit *circuit)
{
    memset(circuit->fault_ns, 0, breaker->shared->options.faults * sizeof *circuit->fault_ns);
    circuit->next = 0;
    circuit->succeeded = 0;
}

static void move(struct breaker *breaker, cclb_hook hook, cclb_breaker_state state, uint64_t until_ns)
{
    struct circuit *circuit = &breaker->circuit[hook];
    _Atomic uint32_t *count = &breaker->shared->quarantined[breaker->label * CCLB_HOOK_COUNT + hook];
    bool was_closed = is_closed(circuit);
    bool closes = state == CCLB_BREAKER_CLOSED;
    if (was_closed && !closes) {
        atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
    } else if (!was_closed && closes) {
        atomic_fetch_sub_explicit(count, 1, memory_order_relaxed);
    }
    /* Before the state: whoever sees that it is not closed any more sees until when. */
    atomic_store_explicit(&circuit->until_ns, until_ns, memory_order_relaxed);
    atomic_store_explicit(&circuit->state, state, memory_order_release);
}

static void quarantine(struct breaker *breaker, cclb_hook hook, uint64_t now_ns)
{
    forget(breaker, &breaker->circuit[hook]);
    move(breaker, hook, CCLB_BREAKER_OPEN, later(now_ns, breaker->shared->options.quarantine_ns));
}

static void note_fault(struct breaker *breaker, cclb_hook hook, uint64_t now_ns)
{
    struct circuit *circuit = &breaker->circuit[hook];
    circuit->fault_ns[circuit->next] = later(now_ns, 1);
    circuit->next = (circuit->next + 1) % breaker->shared->options.faults;
    if (is_recent(breaker, circuit->fault_ns[circuit->next], now_ns)) { /* of N the oldest */
        quarantine(breaker, hook, now_ns);
    }
}

static void note_try(struct breaker *breaker, cclb_hook hook, enum breaker_outcome outcome, uint64_t now_ns)
{
    struct circuit *circuit = &breaker->circuit[hook];
    if (outcome == BREAKER_FAULT) {
        quarantine(breaker, hook, now_ns);
        return;
    }
    circuit->succeeded += outcome == BREAKER_SUCCESS ? 1 : 0;
    if (circuit->succeeded >= breaker->shared->options.tries) {
        forget(breaker, circuit);
        move(breaker, hook, CCLB_BREAKER_CLOSED, 0);
    } else {
        move(breaker, hook, CCLB_BREAKER_HALF_OPEN, now_ns);
    }
}

/* ---- without it ---- */

void breaker_destroy(struct breaker *breaker, const cclb_allocator *allocator)
{
    if (breaker) {
        for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
            move(breaker, hook, CCLB_BREAKER_CLOSED, 0);
        }
        step_mutex_deinit(&breaker->mutex);
        release(allocator, breaker, size_of(breaker->shared));
    }
}

enum breaker_pass breaker_enter(struct breaker *breaker, cclb_hook hook, uint64_t now_ns, uint32_t *turn)
{
    struct circuit *circuit = &breaker->circuit[hook];
    if (atomic_load_explicit(&circuit->state, memory_order_acquire) == CCLB_BREAKER_CLOSED) {
        return BREAKER_PASSES;
    }
    if (now_ns < atomic_load_explicit(&circuit->until_ns, memory_order_relaxed) &&
        now_ns >= atomic_load_explicit(&circuit->seen_ns, memory_order_relaxed)) {
        return BREAKER_REFUSES;
    }
    step_lock(&breaker->mutex);
    look(breaker, circuit, now_ns);
    enum breaker_pass pass = BREAKER_REFUSES;
    if (is_closed(circuit)) {
        pass = BREAKER_PASSES;
    } else if (now_ns >= atomic_load_explicit(&circuit->until_ns, memory_order_relaxed)) {
        move(breaker, hook, CCLB_BREAKER_HALF_OPEN, later(now_ns, breaker->shared->options.quarantine_ns));
        pass = BREAKER_PASSES_AS_TRY;
        *turn = ++circuit->turn;
    }
    step_unlock(&breaker->mutex);
    return pass;
}

void breaker_leave(struct breaker *breaker, cclb_hook hook, enum breaker_pass pass, uint32_t turn,
                   enum breaker_outcome outcome, uint64_t now_ns)
{
    if (pass == BREAKER_PASSES && outcome != BREAKER_FAULT) {
        return;
    }
    step_lock(&breaker->mutex);
    struct circuit *circuit = &breaker->circuit[hook];
    look(breaker, circuit, now_ns);
    if (is_closed(circuit)) {
        if (outcome == BREAKER_FAULT) {
            note_fault(breaker, hook, now_ns);
        }
    } else if (pass == BREAKER_PASSES_AS_TRY && turn == circuit->turn &&
               atomic_load_explicit(&circuit->state, memory_order_relaxed) == CCLB_BREAKER_HALF_OPEN) {
        note_try(breaker, hook, outcome, now_ns);
    }
    step_unlock(&breaker->mutex);
}

uint64_t breaker_wait_ns(const struct breaker *breaker, cclb_hook hook, uint64_t now_ns)
{
    return clock_since(now_ns, atomic_load_explicit(&breaker->circuit[hook].until_ns, memory_order_relaxed));
}

cclb_breaker_info breaker_read(struct breaker *breaker, cclb_hook hook, uint64_t now_ns)
{
    step_lock(&breaker->mutex);
    struct circuit *circuit = &breaker->circuit[hook];
    look(breaker, circuit, now_ns);
    cclb_breaker_info info = {.state = atomic_load_explicit(&circuit->state, memory_order_relaxed)};
    if (info.state == CCLB_BREAKER_CLOSED) {
        for (uint32_t i = 0; i < breaker->shared->options.faults; i++) {
            info.faults += is_recent(breaker, circuit->fault_ns[i], now_ns) ? 1 : 0;
        }
    } else {
        info.wait_ns = breaker_wait_ns(breaker, hook, now_ns);
    }
    step_unlock(&breaker->mutex);
    return info;
}

void breaker_set(struct breaker *breaker, cclb_hook hook, cclb_breaker_state state, uint64_t wait_ns, uint64_t now_ns)
{
    uint64_t wait = state == CCLB_BREAKER_OPEN ? wait_ns : 0;
    step_lock(&breaker->mutex);
    look(breaker, &breaker->circuit[hook], now_ns);
    forget(breaker, &breaker->circuit[hook]);
    breaker->circuit[hook].turn++;
    move(breaker, hook, state, later(now_ns, wait));
    step_unlock(&breaker->mutex);
}
