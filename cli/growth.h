/* SPDX-License-Identifier: Apache-2.0 */
/* growth.h - what a call takes, over the size of its payload, up to 1 MiB. */
#ifndef CLI_GROWTH_H
#define CLI_GROWTH_H

#include "message.h"

enum { GROWTH_POINTS = 7 };

/* The least of a few calls, as far as they differ, which fuel and memory do not. */
struct growth_point {
    uint64_t payload_bytes;
    uint64_t fuel;
    uint64_t memory_bytes; /* size of the sandbox's memory after the call */
    uint64_t duration_ns;
};

enum growth_kind { GROWTH_UNKNOWN, GROWTH_CONSTANT, GROWTH_LINEAR, GROWTH_WORSE };

struct growth {
    struct growth_point points[GROWTH_POINTS]; /* of calls that succeeded, by payload */
    size_t count;
    bool refused; /* a call failed, and the next two say with which payload and why */
    uint64_t refused_bytes;
    cclb_error refusal;
    enum growth_kind fuel;
    enum growth_kind memory;
};

/* "constant", "linear", "worse"; NULL for GROWTH_UNKNOWN. */
const char *growth_kind_name(enum growth_kind kind);

/* Sets how fuel and memory grow, from the points. */
void growth_judge(struct growth *growth);

/* Measures a hook, until a call fails. The runtime has to count fuel. False if there is no memory for the payloads. */
bool growth_measure(cclb_runtime *runtime, cclb_handle *handle, cclb_hook hook, struct growth *growth);

#endif
