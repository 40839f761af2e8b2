/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capsules.h - the capsules of one runtime (cclb/capsule.h): made of calls that failed, handed to the host.
 *
 * Thread class: SHARED, but for init and deinit.
 */
#ifndef CAPSULE_CAPSULES_H
#define CAPSULE_CAPSULES_H

#include "capsule/shares.h"
#include "slots/run.h"

#include <pthread.h>
#include <stdatomic.h>

struct capsules {
    const cclb_allocator *allocator;
    struct metrics *metrics;
    struct arena arena;           /* of what options point to */
    cclb_capsule_options options; /* no zero left where zero means a default */
    const char *folder;           /* options.folder with its NUL; NULL: there is none */
    cclb_capsule_info settings;   /* the members of every capsule that are the runtime's */
    pthread_mutex_t mutex;
    struct shares shares;         /* under the mutex */
    _Atomic int store_error;      /* the errno of the last file that could not be written; 0: none */
};

/* Fills in defaults and checks what the host wants. CCLB_INVALID_ARGUMENT names the field. */
cclb_status capsules_resolve(cclb_capsule_options *options, cclb_error *error);

/*
 * Copies resolved options; `settings` tells isolation, reset, metering and limits of the runtime. CCLB_NO_MEMORY; there is
 * then nothing to deinit. The allocator and the metrics outlive it.
 */
cclb_status capsules_init(struct capsules *capsules, const cclb_capsule_options *options,
                          const cclb_capsule_info *settings, struct metrics *metrics, const cclb_allocator *allocator,
                          cclb_error *error);

void capsules_deinit(struct capsules *capsules);

/* Who hears of failed calls: nobody, if the host wants no capsules. */
struct call_failures capsules_failures(struct capsules *capsules);

#endif
