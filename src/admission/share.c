/* SPDX-License-Identifier: Apache-2.0 */
/* share.c - a table by digest under the mutex of admissions, which is not held while anything is admitted. */

#include "admission/share.h"

/* Where one with that digest is, or would be. A digest is as good as a hash. */
static struct admitted **bucket_of(struct admission *admission, const uint8_t digest[BLAKE3_SIZE])
{
    return &admission->shared[digest[0] % ADMISSION_SHARED_BUCKETS];
}

/* With the mutex held. */
static struct admitted *find(struct admission *admission, const uint8_t digest[BLAKE3_SIZE], cclb_hook slot,
                             cclb_reference reference)
{
    struct admitted *found = *bucket_of(admission, digest);
    while (found && (found->shared.slot != slot || found->shared.reference != reference ||
                     memcmp(found->digest, digest, BLAKE3_SIZE) != 0)) {
        found = found->shared.next;
    }
    return found;
}

static struct admitted *lease(struct admission *admission, const uint8_t digest[BLAKE3_SIZE], cclb_hook slot,
                              cclb_reference reference)
{
    pthread_mutex_lock(&admission->mutex);
    struct admitted *found = find(admission, digest, slot, reference);
    if (found) {
        found->shared.users++;
    }
    pthread_mutex_unlock(&admission->mutex);
    struct metrics *metrics = admission->dispatch->options.metrics;
    if (found && metrics) {
        metrics_count_cache(metrics, 0, METRICS_CACHE_HIT); /* of its code (rule R73) */
    }
    return found;
}

/* Makes `made` the one that is shared, unless another thread was faster; returns the one that is. */
static struct admitted *share(struct admission *admission, struct admitted *made)
{
    pthread_mutex_lock(&admission->mutex);
    struct admitted *found = find(admission, made->digest, made->shared.slot, made->shared.reference);
    if (found == NULL) {
        struct admitted **bucket = bucket_of(admission, made->digest);
        made->shared.is_shared = true;
        made->shared.next = *bucket;
        *bucket = made;
        found = made;
    }
    found->shared.users++;
    pthread_mutex_unlock(&admission->mutex);
    return found;
}

cclb_status admit_shared(struct admission *admission, cclb_bytes wasm, const uint8_t digest[BLAKE3_SIZE],
                         cclb_hook slot, cclb_reference reference, struct admitted **admitted, cclb_error *error)
{
    struct admitted *found = lease(admission, digest, slot, reference);
    if (found == NULL) {
        struct admitted *made = NULL;
        cclb_status status = admit(admission, wasm, digest, slot, reference, &made, error);
        if (status != CCLB_OK) {
            return status;
        }
        made->shared.slot = slot;
        made->shared.reference = reference;
        found = share(admission, made);
        if (found != made) {
            admitted_destroy(made);
        }
    }
    *admitted = found;
    return CCLB_OK;
}

void admitted_return(struct admitted *admitted)
{
    if (admitted == NULL || !admitted->shared.is_shared) {
        admitted_destroy(admitted);
        return;
    }
    struct admission *admission = admitted->admission;
    pthread_mutex_lock(&admission->mutex);
    bool last = --admitted->shared.users == 0;
    if (last) {
        struct admitted **place = bucket_of(admission, admitted->digest);
        while (*place != admitted) {
            place = &(*place)->shared.next;
        }
        *place = admitted->shared.next;
    }
    pthread_mutex_unlock(&admission->mutex);
    if (last) {
        admitted_destroy(admitted);
    }
}
