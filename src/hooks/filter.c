/* SPDX-License-Identifier: Apache-2.0 */
/* filter.c - which upstreams may take a request (rules R84 to R91). */

#include "base/append.h"
#include "base/error.h"
#include "base/uuid.h"
#include "hooks/answer.h"
#include "hooks/candidates.h"
#include "hooks/prepare.h"

/* R91. */
static const struct fault_words words = {"filter trap error: ", "filter runtime error: "};

/* What stands at a character's place: '-' is '_', and letters have no case. */
enum { FOLDED = 28, UNDERSCORE = 26, ANY_OTHER = 27 };

static size_t folded(uint8_t c)
{
    uint8_t letter = (uint8_t)((c | 0x20) - 'a');
    return letter < 26 ? letter : c == '-' || c == '_' ? UNDERSCORE : ANY_OTHER;
}

/*
 * R88. All words are looked for at once: a bit for each place in each of them says whether what was read last is the word
 * up to there. So a decision takes the same time for each byte, whatever it says.
 */
static cclb_rejection rejection_of(cclb_bytes decision)
{
    static const struct {
        const char *word;
        cclb_rejection says;
    } named[] = {
        {"rate_limit", CCLB_REJECTION_RATE_LIMITED},
        {"quota", CCLB_REJECTION_INSUFFICIENT_QUOTA},
        {"unhealthy", CCLB_REJECTION_UNHEALTHY},
    };
    enum { WORDS = sizeof named / sizeof named[0] };
    uint32_t places[FOLDED] = {0}; /* where a character stands */
    uint32_t first = 0;
    uint32_t last[WORDS];
    uint32_t place = 1;
    for (size_t i = 0; i < WORDS; i++) {
        first |= place;
        for (const char *c = named[i].word; *c != '\0'; c++, place <<= 1) {
            places[folded((uint8_t)*c)] |= place;
        }
        last[i] = place >> 1;
    }
    uint32_t read = 0;
    uint32_t met = 0;
    for (size_t at = 0; at < decision.len; at++) {
        read = (read << 1 | first) & places[folded(decision.data[at])];
        met |= read;
    }
    for (size_t i = 0; i < WORDS; i++) {
        if (met & last[i]) {
            return named[i].says;
        }
    }
    return CCLB_REJECTION_BY_PLUGIN;
}

/* R90: at most `max` bytes, up to the end of a character. The text is UTF-8. */
static cclb_bytes cut(cclb_bytes text, size_t max)
{
    if (text.len > max) {
        text.len = max;
        while (text.len > 0 && (text.data[text.len] & 0xc0) == 0x80) {
            text.len--;
        }
    }
    return text;
}

/* An answer on its way to a result. */
struct reading {
    const struct hooks *hooks;
    struct run *run;
    cclb_filter_response_view answer;
    struct candidates candidates;
    cclb_kept *kept;
    cclb_rejected *rejected;
    size_t kept_count;
    size_t rejected_count;
    size_t reasons_len;
    cclb_error *error;
};

static cclb_status no_memory(const struct reading *reading)
{
    return error_no_memory(reading->error, reading->answer.results.count * sizeof(cclb_rejected));
}

static cclb_bytes reason_of(const struct reading *reading, const cclb_candidate_reason *given)
{
    return cut(given->reason, reading->hooks->bounds.reason_bytes);
}

static cclb_status take_result(struct reading *reading, size_t index)
{
    cclb_candidate_reason given = cclb_candidate_reason_at(reading->answer.results, index);
    cclb_uuid id;
    if (!uuid_parse(given.upstream_id, id.bytes)) {
        struct error_text text;
        return answer_reject(reading->error, CCLB_HOOK_FILTER, 87, "invalid upstream_id `%s` in result %zu",
                             error_text(&text, given.upstream_id), index);
    }
    cclb_bytes reason = reason_of(reading, &given);
    if (given.reason.len > 0) {
        reading->reasons_len += given.upstream_id.len + strlen(": ") + reason.len + strlen("; ");
    }
    size_t place = CCLB_NO_CANDIDATE;
    if (cclb_bytes_equal(given.decision, cclb_text("accept"))) {
        bool repeated = false;
        if (!candidates_keep(&reading->candidates, id, &place, &repeated)) {
            return no_memory(reading);
        }
        reading->kept[reading->kept_count++] = (cclb_kept){id, place, repeated};
        return CCLB_OK;
    }
    if (!candidates_find(&reading->candidates, id, &place)) {
        return no_memory(reading);
    }
    reading->rejected[reading->rejected_count++] =
        (cclb_rejected){id, place, rejection_of(given.decision), given.decision, reason};
    return CCLB_OK;
}

/* R90. */
static cclb_status join_reasons(const struct reading *reading, cclb_bytes *reasons)
{
    uint8_t *text = arena_array_unset(reading->run->arena, reading->reasons_len, 1);
    if (text == NULL) {
        return error_no_memory(reading->error, reading->reasons_len);
    }
    uint8_t *end = text;
    for (size_t i = 0; i < reading->answer.results.count; i++) {
        cclb_candidate_reason given = cclb_candidate_reason_at(reading->answer.results, i);
        if (given.reason.len > 0) {
            end = end > text ? append(end, cclb_text("; ")) : end;
            end = append(end, given.upstream_id);
            end = append(end, cclb_text(": "));
            end = append(end, reason_of(reading, &given));
        }
    }
    *reasons = cclb_bytes_of(text, (size_t)(end - text));
    return CCLB_OK;
}

static cclb_status read_answer(struct reading *reading, const cclb_request *request, cclb_filter_result *result)
{
    struct arena *arena = reading->run->arena;
    size_t count = reading->answer.results.count;
    reading->kept = arena_array_unset(arena, count, sizeof *reading->kept);
    reading->rejected = arena_array_unset(arena, count, sizeof *reading->rejected);
    if (reading->kept == NULL || reading->rejected == NULL ||
        !candidates_init(&reading->candidates, request, count, &reading->hooks->calls->slots->seed, arena)) {
        return no_memory(reading);
    }
    for (size_t i = 0; i < count; i++) {
        cclb_status status = take_result(reading, i);
        if (status != CCLB_OK) {
            return status;
        }
    }
    result->kept = reading->kept;
    result->kept_count = reading->kept_count;
    result->rejected = reading->rejected;
    result->rejected_count = reading->rejected_count;
    return join_reasons(reading, &result->reasons);
}

/* What a plugin would have answered that accepts everyone. */
static cclb_status keep_all(const struct hooks *hooks, struct run *run, const cclb_request *request,
                            cclb_filter_result *result, cclb_error *error)
{
    if (run->bytes_in == 0) { /* nobody has looked at the request yet, and what is none passes nowhere */
        cclb_filter_request message;
        cclb_status status = prepare_filter(hooks, request, prepare_reference(run), run->arena, &message, error);
        if (status != CCLB_OK || (status = prepare_check(run, &message, error)) != CCLB_OK) {
            return status;
        }
    }
    struct candidates candidates;
    cclb_kept *kept = arena_array_unset(run->arena, request->candidate_count, sizeof *kept);
    if (kept == NULL || !candidates_init(&candidates, request, 0, &run->calls->slots->seed, run->arena)) {
        return error_no_memory(error, request->candidate_count * sizeof *kept);
    }
    for (size_t i = 0; i < request->candidate_count; i++) {
        kept[i].id = request->candidates[i].id;
        if (!candidates_keep(&candidates, kept[i].id, &kept[i].candidate, &kept[i].repeated)) {
            return error_no_memory(error, request->candidate_count * sizeof *kept);
        }
    }
    *result = (cclb_filter_result){.passed_through = true, .kept = kept, .kept_count = request->candidate_count};
    return CCLB_OK;
}

static cclb_status call(const struct hooks *hooks, struct run *run, const cclb_request *request,
                        cclb_filter_request *message, cclb_filter_result *result, cclb_error *error)
{
    cclb_status status = prepare_filter(hooks, request, run->plugin->callee.reference, run->arena, message, error);
    if (status == CCLB_OK) {
        status = run_message(run, message, error);
    }
    if (status == CCLB_OK) {
        status = answer_check_size(hooks, run, 84, error);
    }
    struct reading reading = {.hooks = hooks, .run = run, .error = error};
    if (status == CCLB_OK) {
        status = cclb_filter_response_read(run->output.bytes, &reading.answer, error);
    }
    if (status == CCLB_OK) {
        status = answer_check_items(hooks, run, reading.answer.results.count, "results", error);
    }
    return status == CCLB_OK ? read_answer(&reading, request, result) : status;
}

cclb_status hook_filter(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                        cclb_filter_result *result, cclb_error *error)
{
    struct run run;
    cclb_filter_request message;
    cclb_filter_result made = {0};
    cclb_status status = run_enter(&run, hooks->calls, target, CCLB_HOOK_FILTER, error);
    run.principal_kind = request->principal.kind;
    if (status == CCLB_OK) {
        status = call(hooks, &run, request, &message, &made, error);
    }
    status = answer_fault(&run, status, words, error);
    if (run_passes(&run, status, error)) {
        cclb_error obstacle;
        cclb_status passed = keep_all(hooks, &run, request, &made, &obstacle);
        status = run_passed(&run, status, passed, &obstacle, error);
    }
    status = run_end(&run, status, &made.lease, error);
    if (status == CCLB_OK) {
        *result = made;
    }
    return status;
}
