/* SPDX-License-Identifier: Apache-2.0 */
/* policy_names.c - the names of policies, as rules R65 and R66 have them, and of what a policy can lead to. */

#include "base/names.h"
#include "cclb/breaker.h"
#include "cclb/policy.h"

static const char *const origin_names[] = {
    [CCLB_ORIGIN_UNRESTRICTED] = "unrestricted",
    [CCLB_ORIGIN_SELECTED_UPSTREAM] = "selected-upstream-origin",
};

static const char *const failure_names[] = {
    [CCLB_FAILURE_DEFAULT] = "default",
    [CCLB_FAILURE_PASS_THROUGH] = "pass-through",
    [CCLB_FAILURE_FAIL_CLOSED] = "fail-closed",
};

static const char *const breaker_names[] = {
    [CCLB_BREAKER_CLOSED] = "closed",
    [CCLB_BREAKER_OPEN] = "open",
    [CCLB_BREAKER_HALF_OPEN] = "half-open",
};

const char *cclb_breaker_state_name(cclb_breaker_state state)
{
    return state <= CCLB_BREAKER_HALF_OPEN ? breaker_names[state] : "";
}

const char *cclb_origin_policy_name(cclb_origin_policy policy)
{
    return policy <= CCLB_ORIGIN_SELECTED_UPSTREAM ? origin_names[policy] : "";
}

bool cclb_origin_policy_from_name(cclb_bytes name, cclb_origin_policy *policy)
{
    size_t i = names_find(origin_names, CCLB_ORIGIN_SELECTED_UPSTREAM + 1, name);
    if (i > CCLB_ORIGIN_SELECTED_UPSTREAM) {
        return false;
    }
    *policy = (cclb_origin_policy)i;
    return true;
}

const char *cclb_failure_policy_name(cclb_failure_policy policy)
{
    return policy <= CCLB_FAILURE_FAIL_CLOSED ? failure_names[policy] : "";
}

bool cclb_failure_policy_from_name(cclb_bytes name, cclb_failure_policy *policy)
{
    size_t i = names_find(failure_names, CCLB_FAILURE_FAIL_CLOSED + 1, name);
    if (i > CCLB_FAILURE_FAIL_CLOSED) {
        return false;
    }
    *policy = (cclb_failure_policy)i;
    return true;
}
