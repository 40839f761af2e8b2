/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - the names whose values are masked: those that always are, and the host's own. */
#ifndef CAPSULE_NAMES_H
#define CAPSULE_NAMES_H

#include "base/arena.h"
#include "cclb/capsule.h"

/* One list, and which of its names were met. */
struct names {
    const char *const *always;
    size_t always_count;
    const cclb_bytes *more; /* the host's */
    size_t more_count;
    bool *met; /* one for each, always first */
};

/* Those of headers and of claims, none met; false if there is no memory, as below. */
bool names_of_headers(struct names *names, const cclb_capsule_options *options, struct arena *arena);
bool names_of_claims(struct names *names, const cclb_capsule_options *options, struct arena *arena);

/* Those of a query's parameters, for which the host's are all that it has of either. */
bool names_of_parameters(struct names *names, const cclb_capsule_options *options, struct arena *arena);

static inline size_t names_count(const struct names *names)
{
    return names->always_count + names->more_count;
}

/* As it stands in its list. */
cclb_bytes names_at(const struct names *names, size_t index);

/* Whether a name is one of them, without regard to case and to which of `-` and `_` it has; notes that it was met. */
bool names_meet(struct names *names, cclb_bytes name);

#endif
