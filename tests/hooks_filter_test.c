/* SPDX-License-Identifier: Apache-2.0 */
/* hooks_filter_test.c - what a host is told of a filter's answer (rules R64, R84 to R91). */

#include "hooks_fixture.h"

#define A "aaaaaaaa-0000-4000-8000-00000000000a"
#define B "bbbbbbbb-0000-4000-8000-00000000000b"
#define C "cccccccc-0000-4000-8000-00000000000c"
#define X "99999999-0000-4000-8000-000000000099" /* nobody's */

static cclb_uuid uuid(const char *text)
{
    cclb_uuid id;
    assert_true(cclb_uuid_parse(cclb_text(text), &id));
    return id;
}

static cclb_filter_result result;

/* Asks about some candidates and takes what the answer is made into; returned by the next call, or done(). */
static cclb_status ask_about(const cclb_candidate *candidates, size_t count)
{
    cclb_lease_return(&result.lease);
    memset(&result, 0, sizeof result);
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.candidates = candidates;
    request.candidate_count = count;
    cclb_target target = target_of("f");
    return cclb_filter(fixture.runtime, &target, &request, &result, &fixture.error);
}

/* About A, B and C. */
static cclb_status ask(void)
{
    const cclb_candidate candidates[] = {{.id = uuid(A)}, {.id = uuid(B)}, {.id = uuid(C)}};
    return ask_about(candidates, 3);
}

static void done(void)
{
    cclb_lease_return(&result.lease);
    expect_nothing_open();
}

static int set_up_filter(void **state)
{
    int status = set_up(state);
    memset(&result, 0, sizeof result);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    return status;
}

static void restart_with(cclb_wire_bounds bounds)
{
    done();
    cclb_runtime_options options = fixture_options();
    options.wire_bounds = bounds;
    fixture_restart(&options);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
}

#define RESULT(id, decision, reason) "{'upstream_id': '" id "', 'decision': '" decision "', 'reason': '" reason "'}"
#define ONE(id, decision, reason) "{'results': [" RESULT(id, decision, reason) "]}"

/* The kept as "PLACE" or "-", each with "!" if it is repeated, in a row. */
static const char *kept(void)
{
    static char text[256];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < result.kept_count; i++) {
        const cclb_kept *one = &result.kept[i];
        const char *repeated = one->repeated ? "!" : "";
        used += (size_t)(one->candidate == CCLB_NO_CANDIDATE
                             ? snprintf(text + used, sizeof text - used, "-%s ", repeated)
                             : snprintf(text + used, sizeof text - used, "%zu%s ", one->candidate, repeated));
    }
    return text;
}

/* The rejected as "PLACE:WHY". */
static const char *rejected(void)
{
    static char text[512];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < result.rejected_count; i++) {
        const cclb_rejected *one = &result.rejected[i];
        const char *why = cclb_rejection_name(one->rejection);
        used += (size_t)(one->candidate == CCLB_NO_CANDIDATE
                             ? snprintf(text + used, sizeof text - used, "-:%s ", why)
                             : snprintf(text + used, sizeof text - used, "%zu:%s ", one->candidate, why));
    }
    return text;
}

/* ---- R87 to R89: ids ---- */

/* One line "U TEXT ok UUID" or "U TEXT err -" of the vectors. */
static void try_id(const char *line)
{
    char hex[256];
    char verdict[8];
    char id[64];
    uint8_t text[128];
    assert_int_equal(sscanf(line, "U %255s %7s %63s", hex, verdict, id), 3);
    size_t len = unhex(hex, text);
    const cclb_candidate_reason given = {cclb_bytes_of(text, len), cclb_text("accept"), cclb_text("r")};
    const cclb_filter_response response = {{&given, 1}};
    answer_message(CCLB_HOOK_FILTER, &response);
    if (strcmp(verdict, "err") == 0) {
        expect_fault(ask(), CCLB_REJECTED, 87, "filter runtime error: invalid upstream_id `");
        return;
    }
    const cclb_candidate candidates[] = {{.id = uuid(A)}, {.id = uuid(id)}};
    expect_ok(ask_about(candidates, 2));
    assert_string_equal(kept(), "1 ");
    assert_memory_equal(&result.kept[0].id, &candidates[1].id, sizeof(cclb_uuid));
    /* R90: as the guest wrote it */
    assert_memory_equal(result.reasons.data, text, len);
    assert_int_equal(result.reasons.len, len + 3);
}

static void ids_are_read_as_the_published_hosts_read_them(void **state)
{
    (void)state;
    assert_int_equal(each_vector("U ", try_id), 22);
    done();
}

static void ids_are_written_in_four_ways(void **state)
{
    (void)state;
    static const char *const spellings[] = {
        "bbbbbbbb-0000-4000-8000-00000000000B",
        "BBBBBBBB00004000800000000000000b",
        "{bbbbbbbb-0000-4000-8000-00000000000b}",
        "uRn:UUID:bbbbbbbb-0000-4000-8000-00000000000b",
    };
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        const cclb_candidate_reason given = {cclb_text(spellings[i]), cclb_text("accept"), cclb_text("r")};
        const cclb_filter_response response = {{&given, 1}};
        answer_message(CCLB_HOOK_FILTER, &response);
        expect_ok(ask());
        assert_string_equal(kept(), "1 ");
    }
    done();
}

static void the_first_id_that_is_none_ends_the_call(void **state)
{
    (void)state;
    answer(CCLB_HOOK_FILTER, "{'results': [" RESULT(A, "accept", "") ", " RESULT(
                                 "u-\\u001b1", "reject", "") ", " RESULT("u-2", "accept", "") "]}");
    expect_fault(ask(), CCLB_REJECTED, 87, "filter runtime error: invalid upstream_id `u-\\x1b1` in result 1");
    assert_int_equal(fixture.error.phase, CCLB_PHASE_ANSWER);
    assert_int_equal(fixture.error.hook, CCLB_HOOK_FILTER);
    assert_null(result.lease.lane);
    assert_int_equal(result.kept_count, 0);
    done();
}

static void candidates_are_found_in_any_order(void **state)
{
    (void)state;
    answer(CCLB_HOOK_FILTER,
           "{'results': [" RESULT(A, "accept", "") ", " RESULT(B, "accept", "") ", " RESULT(C, "accept", "") "]}");
    expect_ok(ask());
    assert_string_equal(kept(), "0 1 2 ");
    answer(CCLB_HOOK_FILTER,
           "{'results': [" RESULT(C, "accept", "") ", " RESULT(A, "no", "") ", " RESULT(B, "accept", "") "]}");
    expect_ok(ask());
    assert_string_equal(kept(), "2 1 ");
    assert_string_equal(rejected(), "0:rejected_by_plugin ");
    assert_memory_equal(result.kept[0].id.bytes, uuid(C).bytes, 16);
    assert_memory_equal(result.rejected[0].id.bytes, uuid(A).bytes, 16);
    done();
}

/* R89. */
static void who_is_not_mentioned_is_not_kept(void **state)
{
    (void)state;
    expect_ok(ask()); /* the fake's own answer has no results */
    assert_int_equal(result.kept_count + result.rejected_count, 0);
    assert_int_equal(result.reasons.len, 0);
    assert_false(result.passed_through);
    answer(CCLB_HOOK_FILTER, ONE(B, "accept", ""));
    expect_ok(ask());
    assert_string_equal(kept(), "1 ");
    done();
}

/* R89: that is for the host to judge. */
static void unknown_and_repeated_ids_are_told_as_such(void **state)
{
    (void)state;
    answer(
        CCLB_HOOK_FILTER,
        "{'results': [" RESULT(X, "accept", "") ", " RESULT(B, "accept", "") ", " RESULT(X, "accept", "") ", " RESULT(
            B, "accept", "") ", " RESULT(X, "quota", "") ", " RESULT(B, "unhealthy", "") ", " RESULT(C, "accept",
                                                                                                     "") "]}");
    expect_ok(ask());
    assert_string_equal(kept(), "- 1 -! 1! 2 ");
    assert_string_equal(rejected(), "-:insufficient_quota 1:unhealthy ");
    /* to be rejected is not to be kept */
    answer(CCLB_HOOK_FILTER, "{'results': [" RESULT(A, "no", "") ", " RESULT(A, "accept", "") ", " RESULT(
                                 X, "no", "") ", " RESULT(X, "accept", "") "]}");
    expect_ok(ask());
    assert_string_equal(kept(), "0 - ");
    done();
}

/* Whoever sends one candidate twice is told the same whichever order the answer has. */
static void a_candidate_that_was_sent_twice_is_one(void **state)
{
    (void)state;
    const cclb_candidate candidates[] = {{.id = uuid(A)}, {.id = uuid(A)}, {.id = uuid(B)}, {.id = uuid(A)}};
    answer(CCLB_HOOK_FILTER, "{'results': [" RESULT(A, "accept", "") ", " RESULT(A, "accept", "") ", " RESULT(
                                 B, "accept", "") ", " RESULT(A, "accept", "") "]}");
    expect_ok(ask_about(candidates, 4));
    assert_string_equal(kept(), "0 0! 2 0! ");
    answer(CCLB_HOOK_FILTER,
           "{'results': [" RESULT(B, "accept", "") ", " RESULT(A, "accept", "") ", " RESULT(A, "accept", "") "]}");
    expect_ok(ask_about(candidates, 4));
    assert_string_equal(kept(), "2 0 0! ");
    done();
}

enum { RESULTS = 65536, GIVEN = 20000 };

/* A plugin decides how long its answer is: ids backwards, ids of nobody, and one id again and again. */
static void an_answer_of_65536_results_is_taken(void **state)
{
    (void)state;
    static cclb_candidate candidates[GIVEN];
    static cclb_candidate_reason results[RESULTS];
    static char ids[RESULTS][CCLB_UUID_TEXT_SIZE];
    for (size_t i = 0; i < RESULTS; i++) {
        cclb_uuid id = {{(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i}};
        if (i < GIVEN) {
            candidates[i] = (cclb_candidate){.id = id};
        }
        cclb_uuid_format(i < RESULTS / 2 ? id : (cclb_uuid){{0xff}}, ids[i]);
        results[RESULTS - 1 - i] =
            (cclb_candidate_reason){cclb_text(ids[i]), cclb_text(i % 2 == 0 ? "accept" : "no"), cclb_text("r")};
    }
    const cclb_filter_response response = {{results, RESULTS}};
    fixture.script.memory_bytes = 32 << 20;
    answer_message(CCLB_HOOK_FILTER, &response);
    expect_ok(ask_about(candidates, GIVEN));
    assert_int_equal(result.kept_count, RESULTS / 2);
    assert_int_equal(result.rejected_count, RESULTS / 2);
    for (size_t i = 0; i < RESULTS / 2; i++) {
        size_t number = RESULTS - 2 - 2 * i; /* of its id, counted from the end as the answer is */
        size_t place = number < GIVEN ? number : CCLB_NO_CANDIDATE;
        assert_int_equal(result.kept[i].candidate, place);
        assert_int_equal(result.kept[i].repeated, number >= RESULTS / 2 && i > 0);
    }
    assert_int_equal(result.reasons.len, RESULTS * (36 + 2 + 1 + 2) - 2);
    done();
}

/* ---- R88: decisions ---- */

static void decisions_are_read_by_the_words_in_them(void **state)
{
    (void)state;
    static const struct {
        const char *decision;
        const char *rejection; /* NULL: it is kept */
    } cases[] = {
        {"accept", NULL},
        {"Accept", "rejected_by_plugin"},
        {"accept ", "rejected_by_plugin"},
        {"accepted", "rejected_by_plugin"},
        {"", "rejected_by_plugin"},
        {"reject", "rejected_by_plugin"},
        {"rate_limit", "rate_limited"},
        {"rate-limit", "rate_limited"},
        {"RATE-LIMITED!", "rate_limited"},
        {"the Rate_Limit of quota, unhealthy", "rate_limited"},
        {"ratelimit", "rejected_by_plugin"},
        {"rate limit", "rejected_by_plugin"},
        {"quota", "insufficient_quota"},
        {"Insufficient-QUOTA", "insufficient_quota"},
        {"unhealthy: no quota", "insufficient_quota"},
        {"quot-a", "rejected_by_plugin"},
        {"unhealthy", "unhealthy"},
        {"UNHEALTHY", "unhealthy"},
        {"un-healthy", "rejected_by_plugin"},
        {"rate-limi", "rejected_by_plugin"},
        {"rate-rate-rate-limit", "rate_limited"},
        {"rate-limiquota", "insufficient_quota"},
        {"ununhealthy", "unhealthy"},
        {"rate_limi_t quot unhealth", "rejected_by_plugin"},
        {"rate_limit\xc3\xa9", "rate_limited"},
        {"rate[limit", "rejected_by_plugin"},
        {"quo\xc5\xa4"
         "a quot",
         "rejected_by_plugin"}, /* no letter but those of ASCII has another case */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, "{'results': [{'upstream_id': '" B "', 'decision': '%s', 'reason': ''}]}",
                 cases[i].decision);
        answer(CCLB_HOOK_FILTER, text);
        expect_ok(ask());
        if (cases[i].rejection == NULL) {
            assert_string_equal(kept(), "1 ");
        } else {
            assert_int_equal(result.rejected_count, 1);
            expect_text(result.rejected[0].decision, cases[i].decision);
            assert_string_equal(cclb_rejection_name(result.rejected[0].rejection), cases[i].rejection);
        }
        assert_int_equal(result.kept_count + result.rejected_count, 1);
    }
    done();
}

/* ---- R90: reasons ---- */

static void reasons_are_joined(void **state)
{
    (void)state;
    answer(CCLB_HOOK_FILTER,
           "{'results': [" RESULT(A, "accept", "top; best") ", " RESULT(B, "no", "") ", " RESULT(
               "urn:uuid:CCCCCCCC-0000-4000-8000-00000000000C", "no", "late\\n\\u0000") ", " RESULT(X, "no", " ") "]}");
    expect_ok(ask());
    const char wanted[] = A ": top; best; urn:uuid:CCCCCCCC-0000-4000-8000-00000000000C: late\n\0; " X ":  ";
    assert_int_equal(result.reasons.len, sizeof wanted - 1);
    assert_memory_equal(result.reasons.data, wanted, sizeof wanted - 1);
    expect_text(result.rejected[0].reason, "");
    assert_int_equal(result.rejected[1].reason.len, 6);
    answer(CCLB_HOOK_FILTER, ONE(A, "accept", ""));
    expect_ok(ask());
    expect_text(result.reasons, "");
    done();
}

/* A reason of `len` bytes: one ASCII letter, then characters of two, and what it is cut to. */
static void expect_cut(size_t len, size_t cut_to)
{
    static char reason[2048];
    for (size_t i = 0; i < len; i++) {
        reason[i] = (char)(i == 0 ? 'a' : i % 2 == 1 ? 0xc3 : 0xa9);
    }
    const cclb_candidate_reason given[] = {
        {cclb_text(A), cclb_text("no"), cclb_bytes_of(reason, len)},
        {cclb_text(B), cclb_text("accept"), cclb_bytes_of(reason, len)},
    };
    const cclb_filter_response response = {{given, 2}};
    answer_message(CCLB_HOOK_FILTER, &response);
    expect_ok(ask());
    assert_int_equal(result.rejected[0].reason.len, cut_to);
    assert_memory_equal(result.rejected[0].reason.data, reason, cut_to);
    assert_int_equal(result.reasons.len, 2 * (36 + 2 + cut_to) + 2);
    assert_memory_equal(result.reasons.data + 38, reason, cut_to);
}

static void a_reason_is_cut_before_a_character_that_does_not_fit(void **state)
{
    (void)state;
    /* 256 by default */
    char longest[258] = "";
    memset(longest, 'r', 257);
    const cclb_candidate_reason given[] = {
        {cclb_text(A), cclb_text("no"), cclb_bytes_of(longest, 256)},
        {cclb_text(A), cclb_text("no"), cclb_bytes_of(longest, 257)},
    };
    const cclb_filter_response response = {{given, 2}};
    answer_message(CCLB_HOOK_FILTER, &response);
    expect_ok(ask());
    assert_int_equal(result.rejected[0].reason.len, 256);
    assert_int_equal(result.rejected[1].reason.len, 256);
    expect_cut(255, 255);
    expect_cut(257, 255); /* the 256th byte begins a character that ends with the 257th */
    expect_cut(1001, 255);
    restart_with((cclb_wire_bounds){.reason_bytes = 7});
    expect_cut(5, 5);
    expect_cut(7, 7);
    expect_cut(9, 7);
    restart_with((cclb_wire_bounds){.reason_bytes = 6});
    expect_cut(5, 5);
    expect_cut(7, 5);
    restart_with((cclb_wire_bounds){.reason_bytes = 4});
    answer(CCLB_HOOK_FILTER, ONE(A, "no", "abcd"));
    expect_ok(ask());
    expect_text(result.rejected[0].reason, "abcd");
    answer(CCLB_HOOK_FILTER, ONE(A, "no", "abcde"));
    expect_ok(ask());
    expect_text(result.rejected[0].reason, "abcd");
    answer(CCLB_HOOK_FILTER, ONE(A, "no", "\xf0\x9f\x98\x80\xf0\x9f\x98\x80"));
    expect_ok(ask());
    expect_text(result.rejected[0].reason, "\xf0\x9f\x98\x80");
    answer(CCLB_HOOK_FILTER, ONE(A, "no", "a\xf0\x9f\x98\x80"));
    expect_ok(ask());
    expect_text(result.rejected[0].reason, "a");
    done();
}

/* There was a reason, so it is told, if only that. */
static void a_reason_of_which_nothing_is_left_was_one(void **state)
{
    (void)state;
    restart_with((cclb_wire_bounds){.reason_bytes = 3});
    answer(CCLB_HOOK_FILTER, "{'results': [" RESULT(A, "no", "\xf0\x9f\x98\x80") ", " RESULT(B, "accept", "b") "]}");
    expect_ok(ask());
    expect_text(result.rejected[0].reason, "");
    expect_text(result.reasons, A ": ; " B ": b");
    done();
}

/* ---- R64, R84, R91: answers that are none ---- */

static void an_answer_is_bounded(void **state)
{
    (void)state;
    const uint32_t most = 104857600; /* R64 */
    fixture.script.memory_bytes = 2 * (most + 16);
    answer(CCLB_HOOK_FILTER, ONE(A, "accept", ""));
    uint32_t len = (uint32_t)fixture.answers[CCLB_HOOK_FILTER].len;
    fixture.script.answer_prefix = most - len;
    fixture_play();
    expect_ok(ask());
    assert_int_equal(result.lease.output.len, most);
    fixture.script.answer_prefix++;
    fixture_play();
    expect_fault(ask(), CCLB_REJECTED, 84,
                 "filter runtime error: an answer of 104857601 bytes exceeds wire_bounds.output_body_bytes");
    assert_int_equal(fixture.error.phase, CCLB_PHASE_ANSWER);
    /* by option; inclusive */
    fixture.script.memory_bytes = 0;
    fixture.script.answer_prefix = 0;
    restart_with((cclb_wire_bounds){.output_body_bytes = len});
    expect_ok(ask());
    restart_with((cclb_wire_bounds){.output_body_bytes = len + 1});
    expect_ok(ask());
    restart_with((cclb_wire_bounds){.output_body_bytes = len - 1});
    expect_fault(ask(), CCLB_REJECTED, 84, "filter runtime error: ");
    assert_int_equal(fixture.logged.record.bytes_out, len);
    done();
}

static void an_answer_that_does_not_read_is_a_fault(void **state)
{
    (void)state;
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("nonsense of 24 characters"));
    expect_fault(ask(), CCLB_DECODE, 0, "filter runtime error: FilterResponse");
    assert_int_equal(fixture.error.hook, CCLB_HOOK_FILTER);
    assert_int_equal(fixture.error.phase, CCLB_PHASE_DECODE);
    assert_true(fixture.error.offset < 24);
    /* its size is looked at first */
    restart_with((cclb_wire_bounds){.output_body_bytes = 8});
    expect_fault(ask(), CCLB_REJECTED, 84, "filter runtime error: ");
    done();
}

static void a_trap_is_told_by_its_phase(void **state)
{
    (void)state;
    fixture.script.hook_fault = CCLB_TRAP;
    fixture_play();
    expect_fault(ask(), CCLB_TRAP, 50, "filter trap error: ");
    assert_non_null(strstr(fixture.error.message, "cc_lb_filter: scripted"));
    assert_int_equal(fixture.error.trap, CCLB_TRAP_UNREACHABLE);
    assert_int_equal(fixture.error.phase, CCLB_PHASE_HOOK);
    fixture.script.hook_fault = CCLB_OK;
    fixture.script.fail_at = 2;
    fixture_play();
    expect_fault(ask(), CCLB_TRAP, 48, "filter trap error: ");
    assert_non_null(strstr(fixture.error.message, "cc_lb_alloc: scripted"));
    fixture.script.fail_at = 1;
    fixture_play();
    expect_fault(ask(), CCLB_INSTANTIATE, 45, "filter runtime error: ");
    fixture.script.fail_at = 0;
    fixture.script.hook_fault = CCLB_FUEL;
    fixture_play();
    expect_fault(ask(), CCLB_FUEL, 21, "filter runtime error: ");
    fixture.script.hook_fault = CCLB_DEADLINE;
    fixture_play();
    expect_fault(ask(), CCLB_DEADLINE, 21, "filter runtime error: ");
    cclb_target nobody = target_of("nobody");
    cclb_request request = cclb_request_init();
    request.method = cclb_text("GET");
    expect_fault(cclb_filter(fixture.runtime, &nobody, &request, &result, &fixture.error), CCLB_REJECTED, 41,
                 "filter runtime error: no slot registered");
    done();
}

/* R85, R86: copied or not, the verdict is the same. */
static void an_answer_at_any_address_reads_the_same(void **state)
{
    (void)state;
    answer(CCLB_HOOK_FILTER, "{'results': [" RESULT(C, "accept", "r") ", " RESULT(A, "quota", "s") "]}");
    for (uint32_t shift = 0; shift < 16; shift++) {
        fixture.script.answer_shift = shift;
        fixture_play();
        expect_ok(ask());
        assert_string_equal(kept(), "2 ");
        assert_string_equal(rejected(), "0:insufficient_quota ");
        expect_text(result.reasons, C ": r; " A ": s");
    }
    /* and so does one that is none */
    answer_bytes(CCLB_HOOK_FILTER, cclb_text("nonsense of 24 characters"));
    for (uint32_t shift = 0; shift < 16; shift++) {
        fixture.script.answer_shift = shift;
        fixture_play();
        expect_fault(ask(), CCLB_DECODE, 0, "filter runtime error: ");
    }
    done();
}

static void a_result_tells_who_answered(void **state)
{
    (void)state;
    answer(CCLB_HOOK_FILTER, ONE(A, "accept", ""));
    for (size_t i = 0; i < KITS; i++) {
        register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[i]);
        expect_ok(ask());
        assert_int_equal(result.lease.form, kits[i].form);
        assert_int_equal(result.lease.reference, kits[i].reference);
        assert_true(cclb_bytes_equal(result.lease.output, fixture.script.answer[CCLB_HOOK_FILTER]));
    }
    done();
}

/* ---- memory ---- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    answer(CCLB_HOOK_FILTER, "{'results': [" RESULT(C, "accept", "r") ", " RESULT(X, "no", "s") "]}");
    cclb_status status = CCLB_INTERNAL;
    uint64_t failures = 0;
    while (status != CCLB_OK) {
        restart_with((cclb_wire_bounds){0}); /* memory of the arenas is new */
        fixture.counts.fail_at = atomic_load(&fixture.counts.calls) + failures + 1;
        status = ask();
        fixture.counts.fail_at = 0;
        assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY || status == CCLB_INSTANTIATE);
        assert_true(status == CCLB_OK || fixture.error.status == status);
        assert_true(status == CCLB_OK || fixture.error.hook == CCLB_HOOK_FILTER);
        assert_true(++failures < 100);
    }
    assert_true(failures > 3);
    assert_string_equal(kept(), "2 ");
    done();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_filter, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(ids_are_read_as_the_published_hosts_read_them),
        TEST(ids_are_written_in_four_ways),
        TEST(the_first_id_that_is_none_ends_the_call),
        TEST(candidates_are_found_in_any_order),
        TEST(who_is_not_mentioned_is_not_kept),
        TEST(unknown_and_repeated_ids_are_told_as_such),
        TEST(a_candidate_that_was_sent_twice_is_one),
        TEST(an_answer_of_65536_results_is_taken),
        TEST(decisions_are_read_by_the_words_in_them),
        TEST(reasons_are_joined),
        TEST(a_reason_is_cut_before_a_character_that_does_not_fit),
        TEST(a_reason_of_which_nothing_is_left_was_one),
        TEST(an_answer_is_bounded),
        TEST(an_answer_that_does_not_read_is_a_fault),
        TEST(a_trap_is_told_by_its_phase),
        TEST(an_answer_at_any_address_reads_the_same),
        TEST(a_result_tells_who_answered),
        TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
