/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - the names of kinds and outcomes. */

#include "cclb/slot.h"

static const char *const kind_names[] = {
    [CCLB_SLOT_ANY] = "any",
    [CCLB_SLOT_FILTER] = "filter",
    [CCLB_SLOT_SHAPE] = "shape",
    [CCLB_SLOT_OBSERVE] = "observe",
};

const char *cclb_slot_kind_name(cclb_slot_kind kind)
{
    return kind <= CCLB_SLOT_OBSERVE ? kind_names[kind] : "";
}

bool cclb_slot_kind_from_name(cclb_bytes name, cclb_slot_kind *kind)
{
    for (cclb_slot_kind i = 0; i <= CCLB_SLOT_OBSERVE; i++) {
        if (cclb_bytes_equal(name, cclb_text(kind_names[i]))) {
            *kind = i;
            return true;
        }
    }
    return false;
}

cclb_hook cclb_slot_kind_hook(cclb_slot_kind kind)
{
    switch (kind) {
    case CCLB_SLOT_FILTER:
        return CCLB_HOOK_FILTER;
    case CCLB_SLOT_SHAPE:
        return CCLB_HOOK_SHAPE;
    case CCLB_SLOT_OBSERVE:
        return CCLB_HOOK_OBSERVE;
    case CCLB_SLOT_ANY:
        break;
    }
    return CCLB_HOOK_NONE;
}

const char *cclb_slot_outcome_name(cclb_slot_outcome outcome)
{
    switch (outcome) {
    case CCLB_SLOT_CREATED:
        return "created";
    case CCLB_SLOT_REPLACED:
        return "replaced";
    case CCLB_SLOT_UNCHANGED:
        return "unchanged";
    }
    return "";
}
