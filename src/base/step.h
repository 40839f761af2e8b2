/* SPDX-License-Identifier: Apache-2.0 */
/*
 * step.h - every access to shared memory in the lock-free code, by name.
 *
 * In a library these are C11 atomics and a POSIX mutex, nothing else. With CCLB_MODEL defined each is a point where the
 * model test (tests/model.h) may switch to another of its threads, and a store that is not sequentially consistent may
 * be seen late. So code whose correctness rests on the order of such accesses goes through here, and lanes, slots and
 * calls are compiled a second time to be explored.
 *
 * step_touch() marks where plain memory is read that another thread may free; it does nothing in a library. step_own()
 * is a variable that each thread has for itself; the threads of the model are not threads of the machine.
 */
#ifndef BASE_STEP_H
#define BASE_STEP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef CCLB_MODEL

#include <pthread.h>

#define step_load(object, order) atomic_load_explicit(object, order)
#define step_store(object, value, order) atomic_store_explicit(object, value, order)
#define step_exchange(object, value, order) atomic_exchange_explicit(object, value, order)
/* Succeeds with `order`; fails as an acquiring load. */
#define step_compare_exchange(object, expected, value, order)                                                          \
    atomic_compare_exchange_strong_explicit(object, expected, value, order, memory_order_acquire)
#define step_subtract(object, value, order) ((void)atomic_fetch_sub_explicit(object, value, order))
#define step_touch(object) ((void)(object))
#define step_own(thread_local_uint32) (&(thread_local_uint32))

struct step_mutex {
    pthread_mutex_t mutex;
};

static inline void step_mutex_init(struct step_mutex *mutex)
{
    (void)pthread_mutex_init(&mutex->mutex, NULL);
}

static inline void step_mutex_deinit(struct step_mutex *mutex)
{
    (void)pthread_mutex_destroy(&mutex->mutex);
}

static inline void step_lock(struct step_mutex *mutex)
{
    (void)pthread_mutex_lock(&mutex->mutex);
}

static inline void step_unlock(struct step_mutex *mutex)
{
    (void)pthread_mutex_unlock(&mutex->mutex);
}

#else

uint64_t model_load(const volatile void *object, size_t size, memory_order order, const char *where);
void model_store(volatile void *object, size_t size, uint64_t value, memory_order order, const char *where);
uint64_t model_exchange(volatile void *object, size_t size, uint64_t value, memory_order order, const char *where);
bool model_compare_exchange(volatile void *object, size_t size, uint64_t *expected, uint64_t value, memory_order order,
                            const char *where);
void model_subtract(volatile void *object, size_t size, uint64_t value, memory_order order, const char *where);
void model_touch(const volatile void *object, const char *where);
void model_lock(volatile uint32_t *locked, const char *where);
void model_unlock(volatile uint32_t *locked, const char *where);
uint32_t *model_own(void);

/* The type of what an atomic object holds. */
#define STEP_TYPE(object) __typeof__(((void)0, *(object)))

#define step_load(object, order)                                                                                       \
    ((STEP_TYPE(object))(uintptr_t)model_load(object, sizeof *(object), order, __func__))
#define step_store(object, value, order)                                                                               \
    model_store(object, sizeof *(object), (uintptr_t)(value), order, __func__)
#define step_exchange(object, value, order)                                                                            \
    ((STEP_TYPE(object))(uintptr_t)model_exchange(object, sizeof *(object), (uintptr_t)(value), order, __func__))
#define step_compare_exchange(object, expected, value, order)                                                          \
    __extension__({                                                                                                    \
        uint64_t step_expected = (uintptr_t) * (expected);                                                             \
        bool step_done = model_compare_exchange(object, sizeof *(object), &step_expected, (uintptr_t)(value), order,   \
                                                __func__);                                                             \
        *(expected) = (STEP_TYPE(object))(uintptr_t)step_expected;                                                     \
        step_done;                                                                                                     \
    })
#define step_subtract(object, value, order) model_subtract(object, sizeof *(object), value, order, __func__)
#define step_touch(object) model_touch(object, __func__)
#define step_own(thread_local_uint32) ((void)&(thread_local_uint32), model_own())
#define step_lock(mutex) model_lock(&(mutex)->locked, __func__)
#define step_unlock(mutex) model_unlock(&(mutex)->locked, __func__)

struct step_mutex {
    volatile uint32_t locked;
};

static inline void step_mutex_init(struct step_mutex *mutex)
{
    mutex->locked = 0;
}

static inline void step_mutex_deinit(struct step_mutex *mutex)
{
    step_touch(&mutex->locked);
}

#endif

#endif
