/* SPDX-License-Identifier: Apache-2.0 */
/* sized.c - what a caller does not know is zero, and what we do not know must be. */

#include "base/sized.h"

#include "base/error.h"

static cclb_status refuse_size(const char *name, size_t given, cclb_error *error)
{
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "%s.struct_size is %zu; start from %s_init()",
                     name, given, name);
}

cclb_status sized_copy(const char *name, const void *from, size_t given, void *to, size_t size, cclb_error *error)
{
    if (given < sizeof given) {
        return refuse_size(name, given, error);
    }
    const uint8_t *bytes = from;
    for (size_t i = size; i < given; i++) {
        if (bytes[i] != 0) {
            return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                             "%s has a member at byte %zu that this version of cclb does not know; it must be zero",
                             name, i);
        }
    }
    memcpy(to, from, given < size ? given : size);
    return CCLB_OK;
}

const void *sized_view(const char *name, const void *from, size_t given, void *storage, size_t size,
                       cclb_error *error)
{
    if (given == size) {
        return from;
    }
    memset(storage, 0, size);
    return sized_copy(name, from, given, storage, size, error) == CCLB_OK ? storage : NULL;
}

cclb_status sized_fill(const char *name, const void *ours, size_t size, void *to, size_t given, cclb_error *error)
{
    if (given < sizeof given) {
        return refuse_size(name, given, error);
    }
    if (given > size) {
        memset((uint8_t *)to + size, 0, given - size);
    }
    memcpy(to, ours, given < size ? given : size);
    return CCLB_OK;
}
