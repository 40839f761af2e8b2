/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_sweep_test.c - every public function that can fail, again and again: with our first allocation failing, with the
 * second ..., then with each call of the engine failing. Each time the error is a clean one, nothing has leaked, slots,
 * permits and budgets are as before, and the next call succeeds.
 *
 * The runtime is new for each time, so that no memory of an earlier one helps out.
 */
#include "hooks_fixture.h"

static cclb_handle *handle; /* on "s", with all hooks of its kind */
static cclb_host_document *document;
static cclb_bytes wasm;   /* of "f" */
static cclb_bytes other;  /* of none */
static cclb_allocator allocator;
static cclb_buffer capsule_text; /* of a call of "s" that trapped; later capsules are not kept */
static cclb_capsule *capsule;

static const char document_text[] =
    "{'request': {'method': 'POST', 'path': '/v1', 'headers': [['a', 'b']], 'body': '{}', 'principal': {'id': 'p', "
    "'kind': 'api_key'}, 'candidates': [{'id': '00000000-0000-4000-8000-000000000001', 'name': 'n', 'kind': 'anthropic_api_key'}], "
    "'upstream_base_url': 'https://u.example/'}, 'response': {'status': 200, 'headers': [['c', 'd']], 'body': 'e'}, "
    "'event': {'event': 'e', 'data': 'd'}}";

/* ---- calls of the public API, each of which gives back what it made ---- */

static cclb_status create_runtime(void)
{
    cclb_runtime_options options = fixture_options();
    options.breaker.faults = 3;
    cclb_runtime *runtime = NULL;
    cclb_status status = cclb_runtime_create(&options, &runtime, &fixture.error);
    assert_true((runtime == NULL) == (status != CCLB_OK));
    return runtime ? cclb_runtime_destroy(runtime, &fixture.error) : status;
}

static cclb_status register_as(const char *name, cclb_slot_kind kind, cclb_bytes module)
{
    cclb_report *report = NULL;
    cclb_slot_options options = cclb_slot_options_init();
    options.report = &report;
    cclb_status status = cclb_slot_register(fixture.runtime, cclb_global_key(name), kind, module, &options, NULL,
                                            &fixture.error);
    cclb_report_destroy(report);
    return status;
}

static uint64_t version_of(const char *name)
{
    cclb_slot_info info = {0};
    return cclb_slot_lookup(fixture.runtime, cclb_global_key(name), &info, NULL) == CCLB_OK ? info.version : 0;
}

static cclb_status register_new(void)
{
    cclb_status status = register_as("new", CCLB_SLOT_FILTER, wasm);
    assert_int_equal(version_of("new"), status == CCLB_OK ? 1 : 0);
    return status;
}

static cclb_status replace(void)
{
    cclb_status status = register_as("f", CCLB_SLOT_FILTER, other);
    assert_int_equal(version_of("f"), status == CCLB_OK ? 2 : 1);
    return status;
}

static cclb_status register_for_many(void)
{
    cclb_status status = CCLB_OK;
    for (int i = 0; status == CCLB_OK && i < 40; i++) { /* the table of slots becomes larger meanwhile */
        char name[16];
        snprintf(name, sizeof name, "p%d", i);
        status = cclb_slot_register(fixture.runtime, cclb_global_key(name), CCLB_SLOT_FILTER, wasm, NULL, NULL,
                                    &fixture.error);
        assert_int_equal(version_of(name), status == CCLB_OK ? 1 : 0);
    }
    return status;
}

static void ignore_slot(void *context, const cclb_slot_info *info)
{
    (void)context;
    (void)info;
}

static cclb_status visit_slots(void)
{
    return cclb_slot_visit(fixture.runtime, ignore_slot, NULL, &fixture.error);
}

static cclb_status look_up(void)
{
    cclb_slot_info info;
    return cclb_slot_lookup(fixture.runtime, cclb_global_key("f"), &info, &fixture.error);
}

static cclb_status evict(void)
{
    return cclb_slot_evict(fixture.runtime, cclb_global_key("f"), NULL, &fixture.error);
}

static cclb_status retain_none(void)
{
    return cclb_slot_retain(fixture.runtime, NULL, 0, NULL, NULL, &fixture.error);
}

static cclb_status take_handle(void)
{
    cclb_handle *own = NULL;
    cclb_status status = cclb_handle_create(fixture.runtime, cclb_global_key("f"), &own, &fixture.error);
    assert_true((own == NULL) == (status != CCLB_OK));
    cclb_handle_destroy(own);
    return status;
}

static cclb_status describe_handle(void)
{
    cclb_slot_info info;
    return cclb_handle_describe(handle, &info, &fixture.error);
}

static cclb_status describe_runtime(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    return cclb_runtime_describe(fixture.runtime, &info, &fixture.error);
}

static cclb_status tell_report(cclb_status status, cclb_report *report)
{
    cclb_buffer text = {0};
    assert_true((report == NULL) == (status != CCLB_OK));
    if (status == CCLB_OK) {
        status = report->verdict.status;
        if (status != CCLB_OK) {
            fixture.error = report->verdict; /* the module is refused, for a fault of the moment */
        } else {
            status = cclb_report_to_json(report, &allocator, &text, &fixture.error);
        }
    }
    cclb_buffer_deinit(&text);
    cclb_report_destroy(report);
    return status;
}

static cclb_status inspect(void)
{
    cclb_report *report = NULL;
    cclb_status status =
        cclb_inspect(wasm, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, NULL, &allocator, &report, &fixture.error);
    return tell_report(status, report);
}

static cclb_status admit(void)
{
    cclb_report *report = NULL;
    cclb_status status =
        cclb_admit(fixture.runtime, other, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &report, &fixture.error);
    return tell_report(status, report);
}

static cclb_status breakers(void)
{
    const cclb_slot_key key = cclb_global_key("f");
    cclb_breaker_info info;
    cclb_status status = cclb_breaker_get(fixture.runtime, key, CCLB_HOOK_FILTER, &info, &fixture.error);
    if (status == CCLB_OK) {
        status = cclb_breaker_set(fixture.runtime, key, CCLB_HOOK_FILTER, CCLB_BREAKER_OPEN, 0, &fixture.error);
    }
    return status == CCLB_OK ? cclb_slot_reset(fixture.runtime, key, &fixture.error) : status;
}

static cclb_status call_raw(void)
{
    const cclb_bytes request = cclb_text("request");
    const cclb_target target = target_of("f");
    cclb_lease lease;
    cclb_status status =
        cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, &request, 1, &lease, &fixture.error);
    if (status == CCLB_OK) {
        cclb_buffer copy = {0};
        status = cclb_lease_copy(&lease, &allocator, &copy, &fixture.error);
        cclb_buffer_deinit(&copy);
        cclb_lease_return(&lease);
    }
    return status;
}

/* A typed call, whose answer is of no interest. */
#define TYPED(name, hook, request_type, view_type, target_expression)                                                  \
    static cclb_status call_##name(void)                                                                               \
    {                                                                                                                  \
        request_type request = {0};                                                                                    \
        view_type view;                                                                                                \
        cclb_lease lease;                                                                                              \
        const cclb_target target = target_expression;                                                                  \
        cclb_status status = cclb_call_##name(fixture.runtime, &target, &request, &lease, &view, &fixture.error);      \
        if (status == CCLB_OK) {                                                                                       \
            cclb_lease_return(&lease);                                                                                 \
        }                                                                                                              \
        return status;                                                                                                 \
    }

TYPED(filter, FILTER, cclb_filter_request, cclb_filter_response_view, target_of("f"))
TYPED(shape, SHAPE, cclb_shape_request, cclb_shape_response_view, cclb_by_handle(handle))
TYPED(transform_response, TRANSFORM_RESPONSE, cclb_transform_response_request, cclb_transform_response_view,
      cclb_by_handle(handle))
TYPED(transform_sse_event, TRANSFORM_SSE_EVENT, cclb_transform_sse_event_request, cclb_transform_sse_event_view,
      cclb_by_handle(handle))

static cclb_status call_observe(void)
{
    const cclb_observe_event event = {0};
    const cclb_target target = target_of("o");
    cclb_lease lease;
    cclb_status status = cclb_call_observe(fixture.runtime, &target, &event, &lease, &fixture.error);
    if (status == CCLB_OK) {
        cclb_lease_return(&lease);
    }
    return status;
}

static cclb_status observe(void)
{
    const cclb_observation started = cclb_observation_init(CCLB_OBSERVE_REQUEST_STARTED);
    const cclb_target target = target_of("o");
    cclb_lease lease;
    cclb_status status = cclb_observe(fixture.runtime, &target, &started, &lease, &fixture.error);
    if (status == CCLB_OK) {
        cclb_lease_return(&lease);
    }
    return status;
}

static cclb_status tell(cclb_status made, cclb_buffer *text, cclb_lease *lease)
{
    cclb_buffer_deinit(text);
    cclb_lease_return(lease);
    return made;
}

static cclb_status filter(void)
{
    const cclb_target target = target_of("f");
    cclb_filter_result result;
    cclb_buffer text = {0};
    cclb_status status = cclb_filter(fixture.runtime, &target, cclb_host_document_request(document), &result,
                                     &fixture.error);
    return status == CCLB_OK ? tell(cclb_filter_result_to_json(&result, &allocator, &text, &fixture.error), &text,
                                    &result.lease)
                             : status;
}

static cclb_status shape(void)
{
    const cclb_target target = cclb_by_handle(handle);
    cclb_shape_result result;
    cclb_buffer text = {0};
    cclb_status status = cclb_shape(fixture.runtime, &target, cclb_host_document_request(document), &result,
                                    &fixture.error);
    return status == CCLB_OK ? tell(cclb_shape_result_to_json(&result, &allocator, &text, &fixture.error), &text,
                                    &result.lease)
                             : status;
}

static cclb_status transform_response(void)
{
    const cclb_target target = cclb_by_handle(handle);
    cclb_transform_response_answer answer;
    cclb_buffer text = {0};
    cclb_status status =
        cclb_transform_response(fixture.runtime, &target, cclb_host_document_request(document),
                                cclb_host_document_response(document), &answer, &fixture.error);
    return status == CCLB_OK ? tell(cclb_transform_response_answer_to_json(&answer, &allocator, &text, &fixture.error),
                                    &text, &answer.lease)
                             : status;
}

static cclb_status transform_sse_event(void)
{
    const cclb_target target = cclb_by_handle(handle);
    cclb_transform_sse_event_answer answer;
    cclb_buffer text = {0};
    cclb_status status = cclb_transform_sse_event(
        fixture.runtime, &target, cclb_host_document_request(document), cclb_host_document_response(document),
        cclb_host_document_event(document), &answer, &fixture.error);
    return status == CCLB_OK
               ? tell(cclb_transform_sse_event_answer_to_json(&answer, &allocator, &text, &fixture.error), &text,
                      &answer.lease)
               : status;
}

static void ignore_bytes(void *context, cclb_bytes bytes)
{
    (void)context;
    (void)bytes;
}

static cclb_status stream_with(bool session)
{
    const cclb_target target = cclb_by_handle(handle);
    cclb_sse_options options = cclb_sse_options_init();
    options.session = session;
    cclb_sse_stream *stream = NULL;
    cclb_status status =
        cclb_sse_stream_create(fixture.runtime, &target, cclb_host_document_request(document),
                               cclb_host_document_response(document), &options, &stream, &fixture.error);
    assert_true((stream == NULL) == (status != CCLB_OK));
    for (int i = 0; status == CCLB_OK && i < 3; i++) {
        status = cclb_sse_stream_feed(stream, cclb_text("event: e\ndata: one\ndata: two\n\ndata: th"), ignore_bytes, NULL,
                                      &fixture.error);
    }
    if (status == CCLB_OK) {
        status = cclb_sse_stream_finish(stream, ignore_bytes, NULL, &fixture.error);
    }
    cclb_sse_stream_destroy(stream);
    return status;
}

static cclb_status stream(void)
{
    return stream_with(false);
}

static cclb_status stream_in_a_session(void)
{
    return stream_with(true);
}

static cclb_status read_document(void)
{
    cclb_host_document *own = NULL;
    cclb_status status = cclb_host_document_read(json(document_text), &allocator, &own, &fixture.error);
    assert_true((own == NULL) == (status != CCLB_OK));
    cclb_host_document_destroy(own);
    return status;
}

static cclb_status convert(void)
{
    cclb_buffer archive = {0};
    cclb_buffer text = {0};
    cclb_status status = cclb_archive_from_json(cclb_text("FilterResponse"), CCLB_FORM_W9,
                                                json("{'results': [{'upstream_id': 'u', 'decision': 'accept', "
                                                     "'reason': 'r'}]}"),
                                                &allocator, &archive, &fixture.error);
    if (status == CCLB_OK) {
        status = cclb_archive_to_json(cclb_text("FilterResponse"), CCLB_FORM_W9,
                                      cclb_bytes_of(archive.data, archive.len), &allocator, &text, &fixture.error);
    }
    cclb_buffer_deinit(&archive);
    cclb_buffer_deinit(&text);
    return status;
}

static cclb_status tell_bytes(void)
{
    cclb_buffer text = {0};
    cclb_status status = cclb_bytes_to_json(cclb_text("\xff"), &allocator, &text, &fixture.error);
    cclb_buffer_deinit(&text);
    return status;
}

static cclb_status tell_error(void)
{
    const cclb_error told = {.status = CCLB_TRAP, .message = "m"};
    cclb_buffer text = {0};
    cclb_status status = cclb_error_to_json(&told, &allocator, &text, &fixture.error);
    cclb_buffer_deinit(&text);
    return status;
}

static cclb_status tell_metrics(void)
{
    cclb_buffer text = {0};
    cclb_status status = cclb_metrics_to_prometheus(fixture.runtime, &allocator, &text, &fixture.error);
    cclb_buffer_deinit(&text);
    return status;
}

static cclb_status tell_shared_metrics(void)
{
    static _Alignas(4096) uint8_t mapping[8 << 20];
    cclb_buffer text = {0};
    assert_true(cclb_metrics_shared_bytes(1) <= sizeof mapping);
    memset(mapping, 0, sizeof mapping);
    cclb_status status = cclb_metrics_shared_init(mapping, sizeof mapping, 1, &fixture.error);
    if (status == CCLB_OK) {
        status = cclb_metrics_shared_to_prometheus(mapping, sizeof mapping, &allocator, &text, &fixture.error);
    }
    cclb_buffer_deinit(&text);
    return status;
}

static cclb_status run_vectors(void)
{
    const char *line = "decode\tFilterResponse\tW9\tempty\t0000000000000000\tresults=0\n";
    cclb_vector_summary summary;
    cclb_status status = cclb_vectors_run(cclb_text(line), &allocator, NULL, NULL, &summary, &fixture.error);
    return status;
}

static cclb_status read_capsule(void)
{
    cclb_capsule *own = NULL;
    cclb_status status = cclb_capsule_read(cclb_bytes_of(capsule_text.data, capsule_text.len), &allocator, &own,
                                           &fixture.error);
    assert_true((own == NULL) == (status != CCLB_OK));
    cclb_capsule_destroy(own);
    return status;
}

/* What a call came to that is made again is told beside the status. */
static cclb_status replay(void)
{
    cclb_replay replayed;
    cclb_status status = cclb_capsule_replay(capsule, handle, &replayed, &fixture.error);
    if (status == CCLB_OK && replayed.found.status != CCLB_OK) {
        fixture.error = replayed.found;
        status = replayed.found.status;
    }
    return status;
}

static const struct step {
    const char *name;
    cclb_status (*run)(void);
} steps[] = {
#define STEP(name) {#name, name}
    STEP(create_runtime),
    STEP(register_new),
    STEP(replace),
    STEP(register_for_many),
    STEP(visit_slots),
    STEP(look_up),
    STEP(evict),
    STEP(retain_none),
    STEP(take_handle),
    STEP(describe_handle),
    STEP(describe_runtime),
    STEP(inspect),
    STEP(admit),
    STEP(breakers),
    STEP(call_raw),
    STEP(call_filter),
    STEP(call_shape),
    STEP(call_transform_response),
    STEP(call_transform_sse_event),
    STEP(call_observe),
    STEP(filter),
    STEP(shape),
    STEP(transform_response),
    STEP(transform_sse_event),
    STEP(observe),
    STEP(stream),
    STEP(stream_in_a_session),
    STEP(read_document),
    STEP(convert),
    STEP(tell_bytes),
    STEP(tell_error),
    STEP(tell_metrics),
    STEP(tell_shared_metrics),
    STEP(run_vectors),
    STEP(read_capsule),
    STEP(replay),
};
enum { STEPS = sizeof steps / sizeof steps[0] };

/* ---- the sweep ---- */

static void keep_first_capsule(void *context, cclb_bytes json_text, const cclb_capsule_info *info)
{
    (void)context;
    (void)info;
    if (capsule_text.len == 0) {
        capsule_text = copy_of(json_text);
    }
}

static void make_world(void)
{
    cclb_runtime_options options = fixture_options();
    options.capsules.call = keep_first_capsule;
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    options.breaker.faults = 1000;
    cclb_handle_destroy(handle);
    fixture_restart(&options);
    register_plugin("f", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    register_plugin("s", CCLB_SLOT_SHAPE, "all_hooks", &kits[3]);
    register_plugin("o", CCLB_SLOT_OBSERVE, "observe_noop", &kits[2]);
    expect_ok(cclb_handle_create(fixture.runtime, cclb_global_key("s"), &handle, &fixture.error));
}

static int set_up_sweep(void **state)
{
    int status = set_up(state);
    handle = NULL;
    allocator = counting_allocator(&fixture.counts);
    wasm = data_file("plugins/accept_all-pdk0.2.0.wasm");
    other = data_file("plugins/accept_all_view-pdk0.2.0.wasm");
    expect_ok(cclb_host_document_read(json(document_text), NULL, &document, &fixture.error));
    answer(CCLB_HOOK_FILTER, "{'results': []}");
    answer(CCLB_HOOK_SHAPE, "{'url': 'https://u.example/', 'method': 'POST', 'headers': [], 'body': ''}");
    answer(CCLB_HOOK_TRANSFORM_RESPONSE, "{'kind': 'Replace', 'status': 200, 'headers': null, 'body': null}");
    answer(CCLB_HOOK_TRANSFORM_SSE_EVENT, "{'kind': 'Unchanged'}");
    make_world();
    fixture.script.hook_fault = CCLB_TRAP;
    fixture_play();
    assert_int_equal(call_shape(), CCLB_TRAP);
    fixture.script.hook_fault = CCLB_OK;
    fixture_play();
    expect_ok(cclb_capsule_read(cclb_bytes_of(capsule_text.data, capsule_text.len), NULL, &capsule, &fixture.error));
    return status;
}

static int tear_down_sweep(void **state)
{
    cclb_handle_destroy(handle);
    cclb_host_document_destroy(document);
    cclb_capsule_destroy(capsule);
    cclb_buffer_deinit(&capsule_text);
    free((void *)(uintptr_t)wasm.data);
    free((void *)(uintptr_t)other.data);
    return tear_down(state);
}

/* What a failure must not change. */
struct world {
    uint64_t slots;
    uint32_t stores_used;
    uint32_t leases_open;
    uint64_t memory_reserved_bytes;
};

static struct world look_around(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    assert_int_equal(cclb_runtime_describe(fixture.runtime, &info, NULL), CCLB_OK);
    return (struct world){info.slots, info.stores_used, info.leases_open, info.memory_reserved_bytes};
}

static void expect_clean_failure(const struct step *step, cclb_status status, uint64_t at)
{
    const cclb_error *error = &fixture.error;
    if (error->status != status || error->message[0] == '\0' || status == CCLB_INTERNAL ||
        status == CCLB_INVALID_ARGUMENT) {
        fail_msg("%s, fault %u: returned %s, told %s: '%s'", step->name, (unsigned)at, cclb_status_name(status),
                 cclb_status_name(error->status), error->message);
    }
    struct world world = look_around();
    assert_int_equal(world.stores_used, 0);
    assert_int_equal(world.leases_open, 0);
    assert_int_equal(world.memory_reserved_bytes, 0);
    if (step->run != register_for_many) {
        assert_int_equal(world.slots, 3);
    }
    /* And it was this moment's failure alone. */
    if (step->run() != CCLB_OK) {
        fail_msg("%s fails for good after fault %u: %s", step->name, (unsigned)at, fixture.error.message);
    }
}

static void each_allocation_fails_once(void **state)
{
    (void)state;
    uint64_t faults = 0;
    for (size_t i = 0; i < STEPS; i++) {
        bool reached = true;
        for (uint64_t at = 1; reached; at++) {
            make_world();
            uint64_t before = atomic_load(&fixture.counts.calls);
            fixture.error = (cclb_error){0};
            fixture.counts.fail_at = before + at;
            cclb_status status = steps[i].run();
            reached = atomic_load(&fixture.counts.calls) >= fixture.counts.fail_at;
            fixture.counts.fail_at = 0;
            if (status != CCLB_OK) {
                assert_true(reached);
                expect_clean_failure(&steps[i], status, at);
                faults++;
            }
            assert_true(at < 2000);
        }
    }
    printf("%u allocations failed, in %u functions\n", (unsigned)faults, (unsigned)STEPS);
    assert_true(faults > 100);
}

static void each_engine_call_fails_once(void **state)
{
    (void)state;
    uint64_t faults = 0;
    for (size_t i = 0; i < STEPS; i++) {
        bool reached = true;
        for (uint64_t at = 1; reached; at++) {
            make_world();
            fixture.error = (cclb_error){0};
            fixture.script.fail_at = at;
            fixture_play();
            cclb_status status = steps[i].run();
            reached = fake_calls() >= at;
            fixture.script.fail_at = 0;
            fixture_play();
            if (status != CCLB_OK) {
                assert_true(reached);
                expect_clean_failure(&steps[i], status, at);
                faults++;
            }
            assert_true(at < 2000);
        }
    }
    printf("%u calls of the engine failed\n", (unsigned)faults);
    assert_true(faults > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_allocation_fails_once, set_up_sweep, tear_down_sweep),
        cmocka_unit_test_setup_teardown(each_engine_call_fails_once, set_up_sweep, tear_down_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
