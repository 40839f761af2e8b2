/* SPDX-License-Identifier: Apache-2.0 */
/* fault.c - the path to a fault, built from the inside out. */

#include "wire/fault.h"

void fault_start(struct wire_fault *fault, enum wire_fault_kind kind, size_t offset)
{
    fault->kind = kind;
    fault->offset = offset;
    fault->index = WIRE_NO_INDEX;
    fault->depth = 0;
}

void fault_step(struct wire_fault *fault, const char *name)
{
    if (fault->depth < WIRE_FAULT_STEPS) {
        fault->steps[fault->depth].name = name;
        fault->steps[fault->depth].index = fault->index;
        fault->depth++;
    }
    fault->index = WIRE_NO_INDEX;
}
