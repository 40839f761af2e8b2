/* SPDX-License-Identifier: Apache-2.0 */
/* request_names_test.c - every name that other programs rely on, and back again. */

#include "cclb/filter.h"
#include "cclb/request.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_principal_kinds(void **state)
{
    (void)state;
    static const char *const names[CCLB_PRINCIPAL_KIND_COUNT] = {
        [CCLB_PRINCIPAL_API_KEY] = "api_key",
        [CCLB_PRINCIPAL_OAUTH_SUBJECT] = "oauth_subject",
        [CCLB_PRINCIPAL_INTERNAL_KEY] = "internal_key",
        [CCLB_PRINCIPAL_WORKLOAD_IDENTITY] = "workload_identity",
        [CCLB_PRINCIPAL_SUBSCRIPTION_BEARER] = "subscription_bearer",
    };
    for (cclb_principal_kind kind = 0; kind < CCLB_PRINCIPAL_KIND_COUNT; kind++) {
        cclb_principal_kind found = CCLB_PRINCIPAL_KIND_COUNT;
        assert_string_equal(cclb_principal_kind_name(kind), names[kind]);
        assert_true(cclb_principal_kind_from_name(cclb_text(names[kind]), &found));
        assert_int_equal(found, kind);
    }
    assert_string_equal(cclb_principal_kind_name(CCLB_PRINCIPAL_KIND_COUNT), "");
    cclb_principal_kind kind = CCLB_PRINCIPAL_INTERNAL_KEY;
    assert_false(cclb_principal_kind_from_name(cclb_text(""), &kind));
    assert_false(cclb_principal_kind_from_name(cclb_text("API_KEY"), &kind));
    assert_int_equal(kind, CCLB_PRINCIPAL_INTERNAL_KEY);
    assert_true(cclb_principal_kind_from_name(cclb_text("o_auth_subject"), &kind));
    assert_int_equal(kind, CCLB_PRINCIPAL_OAUTH_SUBJECT);
}

static void test_candidate_kinds(void **state)
{
    (void)state;
    assert_string_equal(cclb_candidate_kind_name(CCLB_CANDIDATE_ANTHROPIC_API_KEY), "anthropic_api_key");
    assert_string_equal(cclb_candidate_kind_name(CCLB_CANDIDATE_ANTHROPIC_OAUTH), "anthropic_oauth");
    assert_string_equal(cclb_candidate_kind_name((cclb_candidate_kind)2), "");
    cclb_candidate_kind kind = CCLB_CANDIDATE_ANTHROPIC_API_KEY;
    assert_true(cclb_candidate_kind_from_name(cclb_text("anthropic_oauth"), &kind));
    assert_int_equal(kind, CCLB_CANDIDATE_ANTHROPIC_OAUTH);
    assert_false(cclb_candidate_kind_from_name(cclb_text("anthropic"), &kind));
    assert_false(cclb_candidate_kind_from_name(cclb_text(""), &kind));
    assert_int_equal(kind, CCLB_CANDIDATE_ANTHROPIC_OAUTH);
    assert_true(cclb_candidate_kind_from_name(cclb_text("anthropic_api_key"), &kind));
    assert_int_equal(kind, CCLB_CANDIDATE_ANTHROPIC_API_KEY);
}

static void test_rejections(void **state)
{
    (void)state;
    assert_string_equal(cclb_rejection_name(CCLB_REJECTION_RATE_LIMITED), "rate_limited");
    assert_string_equal(cclb_rejection_name(CCLB_REJECTION_INSUFFICIENT_QUOTA), "insufficient_quota");
    assert_string_equal(cclb_rejection_name(CCLB_REJECTION_UNHEALTHY), "unhealthy");
    assert_string_equal(cclb_rejection_name(CCLB_REJECTION_BY_PLUGIN), "rejected_by_plugin");
    assert_string_equal(cclb_rejection_name((cclb_rejection)4), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_principal_kinds),
        cmocka_unit_test(test_candidate_kinds),
        cmocka_unit_test(test_rejections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
