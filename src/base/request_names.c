/* SPDX-License-Identifier: Apache-2.0 */
/* request_names.c - the names of what a request is made of and of what a filter says to it. */

#include "cclb/filter.h"
#include "cclb/request.h"

struct principal_names {
    const char *name;
    const char *old_name; /* up to runtime 0.1.1 (rule R76) */
};

static const struct principal_names principals[CCLB_PRINCIPAL_KIND_COUNT] = {
#define PRINCIPAL(NAME, name, old_name) {name, old_name},
#include "cclb/principal.def"
#undef PRINCIPAL
};

const char *cclb_principal_kind_name(cclb_principal_kind kind)
{
    return kind < CCLB_PRINCIPAL_KIND_COUNT ? principals[kind].name : "";
}

bool cclb_principal_kind_from_name(cclb_bytes name, cclb_principal_kind *kind)
{
    for (cclb_principal_kind i = 0; i < CCLB_PRINCIPAL_KIND_COUNT; i++) {
        if (cclb_bytes_equal(name, cclb_text(principals[i].name)) ||
            cclb_bytes_equal(name, cclb_text(principals[i].old_name))) {
            *kind = i;
            return true;
        }
    }
    return false;
}

static const char *const candidate_kinds[] = {
    [CCLB_CANDIDATE_ANTHROPIC_API_KEY] = "anthropic_api_key",
    [CCLB_CANDIDATE_ANTHROPIC_OAUTH] = "anthropic_oauth",
};

const char *cclb_candidate_kind_name(cclb_candidate_kind kind)
{
    return kind <= CCLB_CANDIDATE_ANTHROPIC_OAUTH ? candidate_kinds[kind] : "";
}

bool cclb_candidate_kind_from_name(cclb_bytes name, cclb_candidate_kind *kind)
{
    for (cclb_candidate_kind i = 0; i <= CCLB_CANDIDATE_ANTHROPIC_OAUTH; i++) {
        if (cclb_bytes_equal(name, cclb_text(candidate_kinds[i]))) {
            *kind = i;
            return true;
        }
    }
    return false;
}

const char *cclb_rejection_name(cclb_rejection rejection)
{
    static const char *const names[] = {
        [CCLB_REJECTION_RATE_LIMITED] = "rate_limited",
        [CCLB_REJECTION_INSUFFICIENT_QUOTA] = "insufficient_quota",
        [CCLB_REJECTION_UNHEALTHY] = "unhealthy",
        [CCLB_REJECTION_BY_PLUGIN] = "rejected_by_plugin",
    };
    return rejection <= CCLB_REJECTION_BY_PLUGIN ? names[rejection] : "";
}
