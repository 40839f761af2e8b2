/* SPDX-License-Identifier: Apache-2.0 */
/* growth.c - each payload is four times the one before; how a value grows is read from sixteenfold steps. */

#include "growth.h"

#include "ingredients.h"

#include <stdlib.h>

static const uint64_t payloads[GROWTH_POINTS] = {0, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20};

/* Calls of which the fastest counts; of a slow one there is no more than one. */
enum { CALLS = 3, SLOW_NS = 10000000 };

/* Two points on is sixteen times the payload: half more than sixteen times as much is linear. All within twice is constant. */
enum { STEP = 2, CONSTANT_BELOW = 2, LINEAR_UP_TO = 24 };

const char *growth_kind_name(enum growth_kind kind)
{
    static const char *const names[] = {NULL, "constant", "linear", "worse"};
    return names[kind];
}

typedef uint64_t growth_value(const struct growth_point *point);

static uint64_t fuel_of(const struct growth_point *point)
{
    return point->fuel;
}

static uint64_t memory_of(const struct growth_point *point)
{
    return point->memory_bytes;
}

static bool is_constant(const struct growth *growth, size_t first, growth_value *value)
{
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (size_t i = first; i < growth->count; i++) {
        uint64_t at = value(&growth->points[i]);
        least = at < least ? at : least;
        most = at > most ? at : most;
    }
    return most < CONSTANT_BELOW * least;
}

/* From the point `first` on; the steepest step counts, be it an early one. */
static enum growth_kind kind_of(const struct growth *growth, size_t first, growth_value *value)
{
    if (is_constant(growth, first, value)) {
        return GROWTH_CONSTANT;
    }
    for (size_t i = first + STEP; i < growth->count; i++) {
        if (value(&growth->points[i]) > LINEAR_UP_TO * value(&growth->points[i - STEP])) {
            return GROWTH_WORSE;
        }
    }
    return GROWTH_LINEAR;
}

void growth_judge(struct growth *growth)
{
    if (growth->count < STEP + 2) {
        return; /* the first point has no payload, so that no step from it is sixteenfold */
    }
    growth->fuel = kind_of(growth, 1, fuel_of);
    growth->memory = kind_of(growth, 0, memory_of); /* a module starts with more than a small payload takes */
}

static cclb_status measure(cclb_runtime *runtime, cclb_handle *handle, const struct message *message,
                           struct growth_point *point, cclb_error *error)
{
    point->duration_ns = UINT64_MAX;
    for (unsigned i = 0; i < CALLS && (i == 0 || point->duration_ns < SLOW_NS); i++) {
        cclb_lease lease;
        cclb_status status = message_call(runtime, handle, message, &lease, error);
        if (status != CCLB_OK) {
            return status;
        }
        point->fuel = lease.fuel;
        point->memory_bytes = lease.memory_bytes;
        point->duration_ns = lease.duration_ns < point->duration_ns ? lease.duration_ns : point->duration_ns;
        cclb_lease_return(&lease);
    }
    return CCLB_OK;
}

bool growth_measure(cclb_runtime *runtime, cclb_handle *handle, cclb_hook hook, struct growth *growth)
{
    char *text = malloc(payloads[GROWTH_POINTS - 1]);
    if (text == NULL) {
        return false;
    }
    *growth = (struct growth){0};
    while (growth->count < GROWTH_POINTS && !growth->refused) {
        struct growth_point *point = &growth->points[growth->count];
        point->payload_bytes = payloads[growth->count];
        if (point->payload_bytes > 0) {
            ingredients_prose(text, point->payload_bytes);
        }
        const cclb_bytes payload = cclb_bytes_of(text, point->payload_bytes);
        const struct message message = payload_request(hook, &payload);
        if (measure(runtime, handle, &message, point, &growth->refusal) == CCLB_OK) {
            growth->count++;
        } else {
            growth->refused = true;
            growth->refused_bytes = point->payload_bytes;
        }
    }
    free(text);
    growth_judge(growth);
    return true;
}
