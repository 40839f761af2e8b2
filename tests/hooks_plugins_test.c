/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_plugins_test.c - the hooks over the real engine with the plugins of every kit: one request goes through all forms
 * and comes out the same, and what policy lets pass is what a plugin that changes nothing answers.
 *
 * Forms differ in what plugins are told: the kind of a principal (R76, R77), tiers and later counts of candidates (R81),
 * the thread, the model, prices and the service tier (R81, R82). No plugin here answers by any of these, so that all
 * versions of one agree on every request.
 */
#include "cclb.h"
#include "expect.h"
#include "host_random.h"
#include "table.h"

enum { KITS = 4 };

/* The kits, and the references under which their plugins are called in the kit's own form. */
static const struct kit {
    const char *version;
    cclb_reference reference;
    cclb_form form;
} kits[KITS] = {
    {"0.1.0", CCLB_REFERENCE_0_1_1, CCLB_FORM_W2},
    {"0.1.1", CCLB_REFERENCE_0_1_2, CCLB_FORM_W6},
    {"0.1.2", CCLB_REFERENCE_0_1_4, CCLB_FORM_W8},
    {"0.2.0", CCLB_REFERENCE_0_3_0, CCLB_FORM_W9},
};

static cclb_runtime *runtime;
static cclb_error error;

static void expect_ok_at(cclb_status status, int line)
{
    expect_at(status == CCLB_OK, "success", status == CCLB_OK ? "" : error.message, __FILE__, line);
}

#define EXPECT_OK(call) expect_ok_at((call), __LINE__)

static void expect_text_at(cclb_bytes bytes, const char *wanted, int line)
{
    char detail[256];
    snprintf(detail, sizeof detail, "it is '%.*s'", (int)bytes.len, (const char *)bytes.data);
    expect_at(cclb_bytes_equal(bytes, cclb_text(wanted)), wanted, detail, __FILE__, line);
}

#define EXPECT_TEXT(bytes, wanted) expect_text_at((bytes), (wanted), __LINE__)

/* ---- plugins ---- */

/* All versions of one plugin, from kit `first` to the one before `end`; destroyed together. */
struct family {
    size_t first, end;
    cclb_handle *handles[KITS];
};

static struct family take_family(const char *plugin, cclb_slot_kind kind, size_t first, size_t end)
{
    struct family family = {.first = first, .end = end};
    for (size_t i = first; i < end; i++) {
        char path[128];
        snprintf(path, sizeof path, "plugins/%s-pdk%s.wasm", plugin, kits[i].version);
        cclb_bytes wasm = data_file(path);
        cclb_slot_options options = cclb_slot_options_init();
        options.has_reference = true;
        options.reference = kits[i].reference;
        options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
        cclb_slot_key key = cclb_global_key("plugin");
        EXPECT_OK(cclb_slot_register(runtime, key, kind, wasm, &options, NULL, &error));
        EXPECT_OK(cclb_handle_create(runtime, key, &family.handles[i], &error));
        free((void *)(uintptr_t)wasm.data);
    }
    EXPECT_OK(cclb_slot_evict(runtime, cclb_global_key("plugin"), NULL, &error));
    return family;
}

static void drop_family(struct family *family)
{
    for (size_t i = family->first; i < family->end; i++) {
        cclb_handle_destroy(family->handles[i]);
    }
}

static cclb_target version_of(const struct family *family, size_t kit)
{
    return cclb_by_handle(family->handles[kit]);
}

/* ---- one request through every form ---- */

static const cclb_header own_headers[] = {
    {{(const uint8_t *)"Host", 4}, {(const uint8_t *)"gate.test", 9}},
    {{(const uint8_t *)"X-Session-Id", 12}, {(const uint8_t *)"s-1", 3}},
    {{(const uint8_t *)"A", 1}, {(const uint8_t *)"1", 1}},
    {{(const uint8_t *)"Authorization", 13}, {(const uint8_t *)"secret", 6}},
    {{(const uint8_t *)"b", 1}, {(const uint8_t *)"2", 1}},
    {{(const uint8_t *)"a", 1}, {(const uint8_t *)"3", 1}},
    {{(const uint8_t *)"TE", 2}, {(const uint8_t *)"gzip", 4}},
};
static const cclb_bytes own_body[] = {{(const uint8_t *)"{\"model\":\"m\",", 13},
                                      {(const uint8_t *)"\"max_tokens\":7}", 15}};
static const cclb_candidate own_candidates[] = {
    {.id = {{1}}, .name = {(const uint8_t *)"east", 4}, .predicted_cache_read_tokens = 10},
    {.id = {{2}}, .name = {(const uint8_t *)"west", 4}, .predicted_cache_read_tokens = 30},
    {.id = {{3}}, .name = {(const uint8_t *)"north", 5}, .predicted_cache_read_tokens = 20},
};

static cclb_request own_request(void)
{
    cclb_request request = cclb_request_init();
    request.request_id = cclb_text("req-1");
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.query = cclb_optional_text("beta=true");
    request.headers = (cclb_headers){own_headers, sizeof own_headers / sizeof own_headers[0]};
    request.body = (cclb_spans){own_body, 2};
    request.principal.id = cclb_text("tenant-a");
    request.principal.kind = CCLB_PRINCIPAL_OAUTH_SUBJECT;
    request.principal.claims = cclb_text("{\"keep_k\": 2, \"keep\": 1}");
    request.candidates = own_candidates;
    request.candidate_count = 3;
    request.upstream_base_url = cclb_optional_text("https://East.test");
    return request;
}

/* The places of the kept candidates in a row. */
static void filter_keeps(const char *plugin, const char *wanted, size_t rejected, const char *reasons)
{
    cclb_request request = own_request();
    struct family family = take_family(plugin, CCLB_SLOT_FILTER, 0, KITS);
    for (size_t i = 0; i < KITS; i++) {
        cclb_filter_result result;
        cclb_target target = version_of(&family, i);
        EXPECT_OK(cclb_filter(runtime, &target, &request, &result, &error));
        EXPECT_EQUAL(result.lease.form, kits[i].form);
        char kept[16] = "";
        for (size_t j = 0; j < result.kept_count; j++) {
            kept[j] = (char)('0' + result.kept[j].candidate);
        }
        EXPECT_OR(strcmp(kept, wanted) == 0, kept);
        EXPECT_EQUAL(result.rejected_count, rejected);
        for (size_t j = 0; j < rejected; j++) {
            EXPECT_EQUAL(result.rejected[j].rejection, CCLB_REJECTION_BY_PLUGIN);
            EXPECT_TEXT(result.rejected[j].decision, "reject");
        }
        EXPECT_TEXT(result.reasons, reasons);
        cclb_lease_return(&result.lease);
    }
    drop_family(&family);
}

static void filters_of_every_kit_keep_the_same(void)
{
    filter_keeps("accept_all", "012", 0, "");
    filter_keeps("accept_all_view", "012", 0, "");
    filter_keeps("all_hooks", "012", 0, "");
    filter_keeps("cache_aware", "12", 1, "");
    filter_keeps("weighted_view", "1", 2,
                 "01000000-0000-0000-0000-000000000000: weighted: rank 3 of 3; "
                 "03000000-0000-0000-0000-000000000000: weighted: rank 2 of 3");
}

static void shape_sends(const char *plugin, size_t first)
{
    static const struct {
        const char *name, *value;
    } wanted[] = {{"x-session-id", "s-1"}, {"a", "1"}, {"a", "3"}, {"b", "2"}};
    cclb_request request = own_request();
    struct family family = take_family(plugin, CCLB_SLOT_SHAPE, first, KITS);
    for (size_t i = first; i < KITS; i++) {
        cclb_shape_result result;
        cclb_target target = version_of(&family, i);
        EXPECT_OK(cclb_shape(runtime, &target, &request, &result, &error));
        EXPECT_EQUAL(result.lease.form, kits[i].form);
        EXPECT_TEXT(result.url.text, "https://east.test/v1/messages?beta=true");
        EXPECT_TEXT(result.method, "POST");
        EXPECT_EQUAL(result.headers.count, 4);
        for (size_t j = 0; j < 4; j++) {
            EXPECT_TEXT(result.headers.items[j].name, wanted[j].name);
            EXPECT_TEXT(result.headers.items[j].value, wanted[j].value);
        }
        EXPECT_EQUAL(result.body.count, 1);
        EXPECT_TEXT(result.body.spans[0], "{\"model\":\"m\",\"max_tokens\":7}");
        cclb_lease_return(&result.lease);
    }
    drop_family(&family);
}

static void shape_plugins_of_every_kit_send_the_same(void)
{
    shape_sends("shape_pass", 0);
    shape_sends("shape_pass_view", 0);
    shape_sends("all_hooks", 0);
    shape_sends("shape_redact", 1); /* kit 0.1.0 has no transform hooks */
}

static void transform_redacts(const char *plugin)
{
    cclb_request request = own_request();
    const cclb_bytes body[] = {cclb_text("a sec"), cclb_text("ret!")};
    cclb_response response = cclb_response_init();
    response.status = 201;
    response.headers = (cclb_headers){own_headers, 2};
    response.body = (cclb_spans){body, 2};
    struct family family = take_family(plugin, CCLB_SLOT_SHAPE, 1, KITS);
    for (size_t i = 1; i < KITS; i++) {
        cclb_target target = version_of(&family, i);
        cclb_transform_response_answer answer;
        EXPECT_OK(cclb_transform_response(runtime, &target, &request, &response, &answer, &error));
        EXPECT(answer.called && !answer.status_replaced && answer.headers_replaced && answer.body_replaced);
        EXPECT_EQUAL(answer.status, 201);
        EXPECT_EQUAL(answer.headers.count, 3);
        EXPECT_TEXT(answer.headers.items[0].name, "host"); /* R75, R102: nothing is left out on either way */
        EXPECT_TEXT(answer.headers.items[2].name, "x-redacted");
        EXPECT_TEXT(answer.body.spans[0], "a ######!");
        cclb_lease_return(&answer.lease);
        const struct {
            const char *event, *data;
            cclb_transform_sse_event_kind kind;
        } events[] = {
            {"ping", "secret", CCLB_TRANSFORM_SSE_EVENT_DROP},
            {"delta", "public", CCLB_TRANSFORM_SSE_EVENT_UNCHANGED},
            {"delta", "secrets", CCLB_TRANSFORM_SSE_EVENT_REPLACE},
        };
        for (size_t j = 0; j < 3; j++) {
            const cclb_sse_event event = {cclb_text(events[j].event), cclb_text(events[j].data)};
            cclb_transform_sse_event_answer made;
            EXPECT_OK(cclb_transform_sse_event(runtime, &target, &request, &response, &event, &made, &error));
            EXPECT_EQUAL(made.kind, events[j].kind);
            if (made.kind == CCLB_TRANSFORM_SSE_EVENT_REPLACE) {
                EXPECT_EQUAL(made.events.count, 1);
                EXPECT_TEXT(made.events.items[0].event, "delta");
                EXPECT_TEXT(made.events.items[0].data, "######s");
            }
            cclb_lease_return(&made.lease);
        }
    }
    drop_family(&family);
}

static void transforms_of_every_kit_do_the_same(void)
{
    transform_redacts("shape_redact");
    transform_redacts("all_hooks");
}

static void transforms_that_are_noop_are_not_called(void)
{
    cclb_request request = own_request();
    cclb_response response = cclb_response_init();
    const cclb_sse_event event = {cclb_text("delta"), cclb_text("secret")};
    response.status = 200;
    struct family family = take_family("shape_pass", CCLB_SLOT_SHAPE, 0, KITS);
    for (size_t i = 0; i < KITS; i++) {
        cclb_target target = version_of(&family, i);
        cclb_transform_response_answer answer;
        cclb_transform_sse_event_answer made;
        EXPECT_OK(cclb_transform_response(runtime, &target, &request, &response, &answer, &error));
        EXPECT(!answer.called);
        EXPECT_OK(cclb_transform_sse_event(runtime, &target, &request, &response, &event, &made, &error));
        EXPECT(!made.called && made.kind == CCLB_TRANSFORM_SSE_EVENT_UNCHANGED);
    }
    drop_family(&family);
}

static void observe_takes(const char *plugin)
{
    struct family family = take_family(plugin, CCLB_SLOT_OBSERVE, 0, KITS - 1); /* the last kit has no observe */
    for (size_t i = 0; i + 1 < KITS; i++) {
        cclb_target target = version_of(&family, i);
        for (cclb_observe_kind kind = CCLB_OBSERVE_REQUEST_STARTED; kind <= CCLB_OBSERVE_ERROR; kind++) {
            cclb_lease lease;
            cclb_observation observation = cclb_observation_init(kind);
            observation.request_id = cclb_text("req-1");
            observation.principal_kind = CCLB_PRINCIPAL_OAUTH_SUBJECT;
            observation.upstream_base_url = cclb_optional_text("https://h.test");
            observation.error_code = cclb_text("e1");
            EXPECT_OK(cclb_observe(runtime, &target, &observation, &lease, &error));
            EXPECT_EQUAL(lease.output.len, 0);
            EXPECT_EQUAL(lease.form, kits[i].form);
            cclb_lease_return(&lease);
        }
    }
    drop_family(&family);
}

static void observers_of_every_kit_take_six_events(void)
{
    observe_takes("observe_noop");
    observe_takes("all_hooks");
}

/* ---- random requests, the same through every form ---- */

/* One outcome as text: what was made of the answer, or how the call failed. Freed with cclb_buffer_deinit(). */
typedef cclb_buffer outcome_of(cclb_runtime *which, const cclb_target *target, const struct host_random *random);

static cclb_buffer failure(cclb_status status, const cclb_error *fault)
{
    cclb_buffer text = {0};
    expect_at(status > CCLB_OK, "an outcome", fault->message, __FILE__, __LINE__);
    cclb_error scratch;
    EXPECT_OK(cclb_error_to_json(fault, NULL, &text, &scratch));
    return text;
}

/* In each: whether a call passed through is not what it is compared by. */
#define OUTCOME(name, type, call)                                                                                      \
    static cclb_buffer name##_outcome(cclb_runtime *which, const cclb_target *target,                                  \
                                      const struct host_random *random)                                                \
    {                                                                                                                  \
        type made;                                                                                                     \
        cclb_error fault;                                                                                              \
        cclb_buffer text = {0};                                                                                        \
        cclb_status status = call;                                                                                     \
        if (status != CCLB_OK) {                                                                                       \
            return failure(status, &fault);                                                                            \
        }                                                                                                              \
        made.passed_through = false;                                                                                   \
        EXPECT_OK(type##_to_json(&made, NULL, &text, &error));                                                         \
        cclb_lease_return(&made.lease);                                                                                \
        return text;                                                                                                   \
    }

OUTCOME(filter, cclb_filter_result, cclb_filter(which, target, &random->request, &made, &fault))
OUTCOME(shape, cclb_shape_result, cclb_shape(which, target, &random->request, &made, &fault))
OUTCOME(response, cclb_transform_response_answer,
        cclb_transform_response(which, target, &random->request, &random->response, &made, &fault))
OUTCOME(event, cclb_transform_sse_event_answer,
        cclb_transform_sse_event(which, target, &random->request, &random->response, &random->event, &made, &fault))

static void expect_same(const cclb_buffer *one, const cclb_buffer *other, const char *who, uint64_t round)
{
    if (one->len != other->len || memcmp(one->data, other->data, one->len) != 0) {
        printf("%s, round %" PRIu64 ":\n%s\nand\n%s\n", who, round, (const char *)one->data, (const char *)other->data);
    }
    EXPECT_EQUAL(one->len, other->len);
    EXPECT(memcmp(one->data, other->data, one->len) == 0);
}

/* A round can be played alone by its number, which is all that its requests are made of. */
static void make_round(struct host_random *random, uint64_t round)
{
    random->state = round * UINT64_C(0x2545f4914f6cdd1d);
    host_random_next(random);
}

static void agree(const char *plugin, cclb_slot_kind kind, size_t first, outcome_of *outcome, uint64_t start,
                  uint64_t rounds)
{
    static struct host_random random;
    struct family family = take_family(plugin, kind, first, KITS);
    for (uint64_t round = start; round < start + rounds; round++) {
        make_round(&random, round);
        cclb_target target = version_of(&family, first);
        cclb_buffer wanted = outcome(runtime, &target, &random);
        for (size_t i = first + 1; i < KITS; i++) {
            target = version_of(&family, i);
            cclb_buffer other = outcome(runtime, &target, &random);
            expect_same(&wanted, &other, plugin, round);
            cclb_buffer_deinit(&other);
        }
        cclb_buffer_deinit(&wanted);
    }
    drop_family(&family);
}

/* 10,000 in all. */
static void random_requests_come_out_the_same(void)
{
    agree("accept_all", CCLB_SLOT_FILTER, 0, filter_outcome, 0, 1000);
    agree("accept_all_view", CCLB_SLOT_FILTER, 0, filter_outcome, 1000, 500);
    agree("cache_aware", CCLB_SLOT_FILTER, 0, filter_outcome, 1500, 1500);
    agree("weighted_view", CCLB_SLOT_FILTER, 0, filter_outcome, 3000, 1500);
    agree("all_hooks", CCLB_SLOT_FILTER, 0, filter_outcome, 4500, 250);
    agree("shape_pass", CCLB_SLOT_SHAPE, 0, shape_outcome, 4750, 1500);
    agree("shape_pass_view", CCLB_SLOT_SHAPE, 0, shape_outcome, 6250, 750);
    agree("shape_redact", CCLB_SLOT_SHAPE, 1, shape_outcome, 7000, 500);
    agree("shape_redact", CCLB_SLOT_SHAPE, 1, response_outcome, 7500, 1000);
    agree("shape_redact", CCLB_SLOT_SHAPE, 1, event_outcome, 8500, 1000);
    agree("all_hooks", CCLB_SLOT_SHAPE, 1, response_outcome, 9500, 250);
    agree("all_hooks", CCLB_SLOT_SHAPE, 1, event_outcome, 9750, 250);
}

/* ---- what passes through is what a plugin that changes nothing answers ---- */

/* A runtime whose one permit is taken, so that every call of its plugin passes through. */
struct saturated {
    cclb_runtime *runtime;
    cclb_handle *handle;
    cclb_lease lease;
};

static struct saturated saturate(const char *path, cclb_slot_kind kind)
{
    struct saturated made = {0};
    cclb_runtime_options options = cclb_runtime_options_init();
    options.stores_max = 1;
    EXPECT_OK(cclb_runtime_create(&options, &made.runtime, &error));
    cclb_bytes wasm = data_file(path);
    cclb_slot_key key = cclb_global_key("plugin");
    EXPECT_OK(cclb_slot_register(made.runtime, key, kind, wasm, NULL, NULL, &error));
    EXPECT_OK(cclb_handle_create(made.runtime, key, &made.handle, &error));
    free((void *)(uintptr_t)wasm.data);
    cclb_target target = cclb_by_handle(made.handle);
    cclb_request request = own_request();
    if (kind == CCLB_SLOT_FILTER) {
        cclb_filter_result result;
        EXPECT_OK(cclb_filter(made.runtime, &target, &request, &result, &error));
        EXPECT(!result.passed_through);
        made.lease = result.lease;
        EXPECT_OK(cclb_filter(made.runtime, &target, &request, &result, &error));
        EXPECT(result.passed_through);
        EXPECT_EQUAL(error.status, CCLB_SATURATED);
        cclb_lease_return(&result.lease);
    } else {
        cclb_shape_result result;
        EXPECT_OK(cclb_shape(made.runtime, &target, &request, &result, &error));
        EXPECT(!result.passed_through);
        made.lease = result.lease;
    }
    return made;
}

static void let_go(struct saturated *saturated)
{
    cclb_lease_return(&saturated->lease);
    cclb_handle_destroy(saturated->handle);
    EXPECT_OK(cclb_runtime_destroy(saturated->runtime, &error));
}

/* A filter that accepts everyone; a shape plugin that passes everything on, if it is told where to. */
static void passes_like(const char *plugin, cclb_slot_kind kind, outcome_of *outcome, uint64_t rounds)
{
    static struct host_random random;
    char path[128];
    struct family family = take_family(plugin, kind, KITS - 1, KITS);
    snprintf(path, sizeof path, "plugins/%s-pdk%s.wasm", plugin, kits[KITS - 1].version);
    struct saturated saturated = saturate(path, kind);
    uint64_t compared = 0;
    for (uint64_t round = 0; round < rounds; round++) {
        make_round(&random, 100000 + round);
        if (!random.request.upstream_base_url.present) {
            continue; /* the plugin has an upstream of its own then, and the host has none */
        }
        cclb_target by_plugin = version_of(&family, KITS - 1);
        cclb_target by_policy = cclb_by_handle(saturated.handle);
        cclb_buffer made = outcome(runtime, &by_plugin, &random);
        cclb_buffer passed = outcome(saturated.runtime, &by_policy, &random);
        /* A path that is none, or that leads out of the base, is what a plugin may make of it, and passes nowhere. */
        if (strstr((const char *)passed.data, "upstream_base_url with path and query") == NULL) {
            expect_same(&made, &passed, plugin, round);
            compared++;
        }
        cclb_buffer_deinit(&made);
        cclb_buffer_deinit(&passed);
    }
    EXPECT(compared > rounds / 10);
    let_go(&saturated);
    drop_family(&family);
}

static void what_passes_through_is_what_such_a_plugin_answers(void)
{
    passes_like("accept_all", CCLB_SLOT_FILTER, filter_outcome, 1000);
    passes_like("shape_pass", CCLB_SLOT_SHAPE, shape_outcome, 1000);
}

/* A transform that finds nothing to do says so, and what passes through is the same. */
static void responses_pass_through_unchanged(void)
{
    cclb_request request = own_request();
    cclb_response response = cclb_response_init();
    const cclb_bytes body = cclb_text("nothing to hide");
    response.status = 200;
    response.headers = (cclb_headers){own_headers, 3};
    response.body = (cclb_spans){&body, 1};
    struct host_random random = {.request = request, .response = response};
    random.event = (cclb_sse_event){cclb_text("delta"), cclb_text("public")};
    struct family family = take_family("shape_redact", CCLB_SLOT_SHAPE, KITS - 1, KITS);
    struct saturated saturated = saturate("plugins/shape_redact-pdk0.2.0.wasm", CCLB_SLOT_SHAPE);
    outcome_of *const outcomes[] = {response_outcome, event_outcome};
    for (size_t i = 0; i < 2; i++) {
        cclb_target by_plugin = version_of(&family, KITS - 1);
        cclb_target by_policy = cclb_by_handle(saturated.handle);
        cclb_buffer made = outcomes[i](runtime, &by_plugin, &random);
        cclb_buffer passed = outcomes[i](saturated.runtime, &by_policy, &random);
        expect_same(&made, &passed, "shape_redact", i);
        cclb_buffer_deinit(&made);
        cclb_buffer_deinit(&passed);
    }
    let_go(&saturated);
    drop_family(&family);
}

int main(void)
{
    EXPECT_OK(cclb_runtime_create(NULL, &runtime, &error));
    RUN(filters_of_every_kit_keep_the_same);
    RUN(shape_plugins_of_every_kit_send_the_same);
    RUN(transforms_of_every_kit_do_the_same);
    RUN(transforms_that_are_noop_are_not_called);
    RUN(observers_of_every_kit_take_six_events);
    RUN(random_requests_come_out_the_same);
    RUN(what_passes_through_is_what_such_a_plugin_answers);
    RUN(responses_pass_through_unchanged);
    EXPECT_OK(cclb_runtime_destroy(runtime, &error));
    return 0;
}
