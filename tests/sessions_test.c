/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sessions_test.c - stream sessions over the real engine, in every isolation: the bytes are those of a stream without one,
 * what a plugin keeps stays within its stream, and nothing that it does in a kept sandbox is worse than in a fresh one.
 */
#include "cclb.h"
#include "expect.h"
#include "module_builder.h"
#include "table.h"

#include <pthread.h>

enum { METADATA_SIZE = 512, OUT_MAX = 32 << 10, COUNTER_AT = 32 << 10, ANSWER_AT = 36 << 10, ANSWER_BYTES = 12 };

static const cclb_isolation isolations[] = {CCLB_ISOLATION_CHECKED, CCLB_ISOLATION_GUARDED, CCLB_ISOLATION_ON_DEMAND};
enum { ISOLATIONS = sizeof isolations / sizeof isolations[0] };

static cclb_runtime *runtime;
static cclb_error error;

static void begin(cclb_isolation isolation, const cclb_runtime_options *base)
{
    cclb_runtime_options options = base ? *base : cclb_runtime_options_init();
    options.isolation = isolation;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
}

static void end(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, &error), CCLB_OK);
    EXPECT_EQUAL(info.stores_used, 0);
    EXPECT_EQUAL(info.sessions_open, 0);
    EXPECT_EQUAL(info.memory_reserved_bytes, 0);
    EXPECT_OR(cclb_runtime_destroy(runtime, &error) == CCLB_OK, error.message);
}

static cclb_handle *load(cclb_slot_kind kind, cclb_bytes wasm)
{
    cclb_handle *handle = NULL;
    cclb_slot_options options = cclb_slot_options_init();
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    EXPECT_OR(cclb_slot_register(runtime, cclb_global_key("p"), kind, wasm, &options, NULL, &error) == CCLB_OK,
              error.message);
    EXPECT_OR(cclb_handle_create(runtime, cclb_global_key("p"), &handle, &error) == CCLB_OK, error.message);
    return handle;
}

/* ---- streams ---- */

struct output {
    size_t len;
    uint8_t bytes[OUT_MAX];
};

static void keep_output(void *context, cclb_bytes bytes)
{
    struct output *output = context;
    EXPECT(bytes.len <= OUT_MAX - output->len);
    memcpy(output->bytes + output->len, bytes.data, bytes.len);
    output->len += bytes.len;
}

static cclb_sse_stream *open_stream(cclb_handle *handle, bool session)
{
    static const cclb_header header = {{(const uint8_t *)"content-type", 12},
                                       {(const uint8_t *)"text/event-stream", 17}};
    cclb_request request = cclb_request_init();
    cclb_response response = cclb_response_init();
    cclb_sse_options options = cclb_sse_options_init();
    cclb_target target = cclb_by_handle(handle);
    cclb_sse_stream *stream = NULL;
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    response.status = 200;
    response.headers = (cclb_headers){&header, 1};
    options.session = session;
    EXPECT_OR(cclb_sse_stream_create(runtime, &target, &request, &response, &options, &stream, &error) == CCLB_OK,
              error.message);
    return stream;
}

static cclb_sse_info describe(const cclb_sse_stream *stream)
{
    cclb_sse_info info = cclb_sse_info_init();
    EXPECT_EQUAL(cclb_sse_stream_describe(stream, &info, &error), CCLB_OK);
    return info;
}

static void feed(cclb_sse_stream *stream, cclb_bytes bytes, struct output *output)
{
    EXPECT_OR(cclb_sse_stream_feed(stream, bytes, keep_output, output, &error) == CCLB_OK, error.message);
}

/* A whole stream in chunks of this size. */
static void run_stream(cclb_handle *handle, bool session, cclb_bytes bytes, size_t chunk, struct output *output)
{
    cclb_sse_stream *stream = open_stream(handle, session);
    output->len = 0;
    for (size_t at = 0; at < bytes.len; at += chunk) {
        feed(stream, cclb_bytes_of(bytes.data + at, chunk < bytes.len - at ? chunk : bytes.len - at), output);
    }
    EXPECT_OR(cclb_sse_stream_finish(stream, keep_output, output, &error) == CCLB_OK, error.message);
    cclb_sse_info info = describe(stream);
    EXPECT_EQUAL(info.session_over, false);
    EXPECT_EQUAL(info.session_kept, false);
    cclb_sse_stream_destroy(stream);
}

static void the_bytes_are_the_same(void)
{
    static const char *const plugins[] = {"shape_redact-pdk0.1.1", "shape_redact-pdk0.1.2", "shape_redact-pdk0.2.0",
                                          "all_hooks-pdk0.1.1",    "all_hooks-pdk0.1.2",    "all_hooks-pdk0.2.0",
                                          "shape_pass-pdk0.2.0"};
    static const char *const files[] = {"anthropic-tool-use", "anthropic-error",   "anthropic-crlf", "openai-tool-calls",
                                        "carriage-returns",   "mark-and-comments", "cut-off"};
    static const size_t chunks[] = {1, 100, OUT_MAX};
    static struct output without;
    static struct output with;
    for (size_t i = 0; i < ISOLATIONS; i++) {
        begin(isolations[i], NULL);
        for (size_t p = 0; p < sizeof plugins / sizeof plugins[0]; p++) {
            char path[128];
            snprintf(path, sizeof path, "plugins/%s.wasm", plugins[p]);
            cclb_bytes wasm = data_file(path);
            cclb_handle *handle = load(CCLB_SLOT_SHAPE, wasm);
            for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
                snprintf(path, sizeof path, "sse/%s.sse", files[f]);
                cclb_bytes stream = data_file(path);
                run_stream(handle, false, stream, OUT_MAX, &without);
                EXPECT(without.len > 0);
                for (size_t c = 0; c < 3; c++) {
                    run_stream(handle, true, stream, chunks[c], &with);
                    EXPECT_OR(with.len == without.len && memcmp(with.bytes, without.bytes, with.len) == 0, path);
                }
                free((void *)(uintptr_t)stream.data);
            }
            cclb_handle_destroy(handle);
            free((void *)(uintptr_t)wasm.data);
        }
        end();
    }
}

/* ---- plugins of our own ---- */

#define OPCODES(text) builder_write(&body, text, sizeof(text) - 1)

/* Begins a hook, by counting its calls in this instance. */
static struct builder counting_hook(void)
{
    struct builder body = {0};
    builder_byte(&body, 0); /* no locals */
    builder_i32_const(&body, COUNTER_AT);
    builder_i32_const(&body, COUNTER_AT);
    OPCODES("\x28\x02\x00\x41\x01\x6a\x36\x02\x00"); /* i32.load; i32.const 1; i32.add; i32.store */
    return body;
}

/* The count, on the guest's stack. */
static void load_count(struct builder *to)
{
    builder_i32_const(to, COUNTER_AT);
    builder_write(to, "\x28\x02\x00", 3);
}

/* A plugin with the hooks filter and transform_sse_event, both of which do this; takes the body. */
static cclb_handle *load_hook(struct builder *body, cclb_bytes free_body)
{
    char metadata[METADATA_SIZE];
    struct builder module = {0};
    uint32_t hooks = 1 << CCLB_HOOK_FILTER | 1 << CCLB_HOOK_TRANSFORM_SSE_EVENT;
    struct builder_plugin plugin = builder_good_plugin(CCLB_FORM_W9, hooks, metadata, sizeof metadata);
    builder_answer(body, ANSWER_AT, ANSWER_BYTES);
    plugin.hook_body = builder_bytes(body);
    plugin.free_body = free_body;
    builder_plugin(&module, &plugin);
    cclb_handle *handle = load(CCLB_SLOT_FILTER, builder_bytes(&module));
    builder_deinit(&module);
    builder_deinit(body);
    return handle;
}

/* Leaves every odd event of an instance alone and drops every even one. */
static cclb_handle *load_counter(void)
{
    struct builder body = counting_hook();
    builder_i32_const(&body, ANSWER_AT);
    load_count(&body);
    OPCODES("\x41\x01\x71\x41\x01\x73\x41\x01\x74\x3a\x00\x00"); /* (count & 1 ^ 1) << 1; i32.store8 */
    return load_hook(&body, (cclb_bytes){0});
}

/* Does this in an instance whose hook is called for the n-th time; `then` is the body of an if. */
static cclb_handle *load_odd_one(int32_t n, const char *then, size_t len)
{
    struct builder body = counting_hook();
    load_count(&body);
    builder_i32_const(&body, n);
    OPCODES("\x46\x04\x40"); /* i32.eq; if */
    builder_write(&body, then, len);
    OPCODES("\x0b");
    return load_hook(&body, (cclb_bytes){0});
}

/* Events "data: 0", "data: 1" ...; the numbers of those that were left. */
static void feed_numbers(cclb_sse_stream *stream, int first, int count, struct output *output)
{
    for (int i = first; i < first + count; i++) {
        char text[24];
        snprintf(text, sizeof text, "data: %d\n\n", i);
        feed(stream, cclb_text(text), output);
    }
}

static void expect_numbers(struct output *output, const char *wanted)
{
    char seen[OUT_MAX];
    size_t len = 0;
    for (size_t i = 6; i < output->len; i += 9) { /* "data: N\n\n", N of one digit */
        seen[len++] = (char)output->bytes[i];
    }
    seen[len] = '\0';
    EXPECT_OR(strcmp(seen, wanted) == 0, seen);
    output->len = 0;
}

static void state_stays_within_a_stream(void)
{
    static struct output one;
    static struct output other;
    for (size_t i = 0; i < ISOLATIONS; i++) {
        begin(isolations[i], NULL);
        cclb_handle *handle = load_counter();
        cclb_sse_stream *without = open_stream(handle, false);
        feed_numbers(without, 0, 6, &one);
        expect_numbers(&one, "012345");
        cclb_sse_stream_destroy(without);
        for (int n = 0; n < 3; n++) { /* what one stream left behind another does not find */
            cclb_sse_stream *first = open_stream(handle, true);
            cclb_sse_stream *second = open_stream(handle, true);
            feed_numbers(first, 0, 1, &one);
            feed_numbers(second, 0, 2, &other);
            feed_numbers(first, 1, 3, &one);
            feed_numbers(second, 2, 3, &other);
            expect_numbers(&one, "02");
            expect_numbers(&other, "024");
            EXPECT_EQUAL(describe(first).session_kept, true);
            cclb_sse_stream_destroy(first);
            feed_numbers(second, 5, 2, &other);
            expect_numbers(&other, "6");
            cclb_sse_stream_destroy(second);
        }
        cclb_handle_destroy(handle);
        end();
    }
}

/* One that does not free its answers, as far as admission can see, because they are not the same. */
static void a_renewed_session_has_no_state(void)
{
    static struct output output;
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.session_events_max = 3;
        begin(isolations[i], &options);
        cclb_handle *handle = load_counter();
        cclb_sse_stream *stream = open_stream(handle, true);
        feed_numbers(stream, 0, 8, &output);
        expect_numbers(&output, "02356");
        EXPECT_EQUAL(describe(stream).session_renewals, 2);
        cclb_sse_stream_destroy(stream);
        cclb_handle_destroy(handle);
        end();
    }
}

static void a_revoked_session_has_no_state(void)
{
    static struct output output;
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.stores_max = 1;
        options.pool_instances = 1;
        begin(isolations[i], &options);
        cclb_handle *handle = load_counter();
        cclb_sse_stream *stream = open_stream(handle, true);
        cclb_target target = cclb_by_handle(handle);
        const cclb_bytes request = cclb_text("request");
        cclb_lease lease;
        feed_numbers(stream, 0, 1, &output);
        EXPECT_OR(cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, &request, 1, &lease, &error) == CCLB_OK,
                  error.message);
        EXPECT_EQUAL(lease.output.data[0], 0); /* and the call finds none of the stream's */
        cclb_lease_return(&lease);
        feed_numbers(stream, 1, 2, &output);
        expect_numbers(&output, "01");
        EXPECT_EQUAL(describe(stream).session_revocations, 1);
        cclb_sse_stream_destroy(stream);
        cclb_handle_destroy(handle);
        end();
    }
}

static void growing_memory_renews(void)
{
    static struct output output;
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.session_growth_max_bytes = 2 * 65536;
        begin(isolations[i], &options);
        struct builder body = {0};
        OPCODES("\x00\x41\x01\x40\x00\x1a"); /* no locals; i32.const 1; memory.grow; drop */
        cclb_handle *handle = load_hook(&body, (cclb_bytes){0});
        cclb_sse_stream *stream = open_stream(handle, true);
        feed_numbers(stream, 0, 9, &output);
        expect_numbers(&output, "012345678");
        EXPECT_EQUAL(describe(stream).session_renewals, 2); /* after the fourth and the eighth */
        cclb_sse_stream_destroy(stream);
        cclb_handle_destroy(handle);
        end();
    }
}

/* It is admitted all the same, and its third event is answered by a fresh instance. */
static void expect_tried_again(cclb_handle *handle)
{
    static struct output output;
    cclb_sse_stream *stream = open_stream(handle, true);
    feed_numbers(stream, 0, 2, &output);
    EXPECT_EQUAL(describe(stream).session_kept, true);
    feed_numbers(stream, 2, 4, &output);
    expect_numbers(&output, "012345");
    cclb_sse_info info = describe(stream);
    EXPECT_EQUAL(info.session_over, true);
    EXPECT_EQUAL(info.session_kept, false);
    cclb_sse_stream_destroy(stream);
    cclb_handle_destroy(handle);
}

static void what_fails_in_a_kept_sandbox_is_tried_in_a_fresh_one(void)
{
    for (size_t i = 0; i < ISOLATIONS; i++) {
        cclb_runtime_options options = cclb_runtime_options_init();
        options.deadline[CCLB_HOOK_TRANSFORM_SSE_EVENT].base_ns = 20000000;
        begin(isolations[i], &options);
        expect_tried_again(load_odd_one(3, "\x00", 1));                 /* unreachable */
        expect_tried_again(load_odd_one(3, "\x03\x40\x0c\x00\x0b", 5)); /* loop; br 0; end */
        end();
        options.metering = true;
        options.fuel = 100000;
        options.deadline[CCLB_HOOK_TRANSFORM_SSE_EVENT].base_ns = UINT64_C(60000000000);
        begin(isolations[i], &options);
        expect_tried_again(load_odd_one(3, "\x03\x40\x0c\x00\x0b", 5));
        end();
    }
}

/* More events than the fuel of one would do for. */
static void each_event_has_its_own_fuel(void)
{
    static struct output output;
    cclb_runtime_options options = cclb_runtime_options_init();
    options.metering = true;
    options.fuel = 100; /* a call takes some 30 */
    begin(CCLB_ISOLATION_CHECKED, &options);
    cclb_handle *handle = load_counter();
    cclb_sse_stream *stream = open_stream(handle, true);
    feed_numbers(stream, 0, 8, &output);
    expect_numbers(&output, "0246");
    EXPECT_EQUAL(describe(stream).session_over, false);
    cclb_sse_stream_destroy(stream);
    cclb_handle_destroy(handle);
    end();
}

static bool frees_answers(cclb_bytes wasm)
{
    cclb_report *report = NULL;
    bool frees = false;
    EXPECT_OR(cclb_admit(runtime, wasm, CCLB_SLOT_ANY, CCLB_REFERENCE_ANY, &report, &error) == CCLB_OK, error.message);
    EXPECT_OR(report->verdict.status == CCLB_OK, report->verdict.message);
    for (size_t i = 0; i < report->hook_count; i++) {
        frees = frees || report->hooks[i].frees_answers;
    }
    cclb_report_destroy(report);
    return frees;
}

/* Every kit's cc_lb_free frees; one that traps, or is none, is found out and never called again. */
static void admission_says_whose_answers_can_be_freed(void)
{
    static struct output output;
    static const char *const plugins[] = {"shape_redact-pdk0.1.1", "all_hooks-pdk0.1.2", "shape_redact-pdk0.2.0"};
    static const uint8_t trap[] = {0, 0x00, 0x0b};
    for (size_t i = 0; i < ISOLATIONS; i++) {
        begin(isolations[i], NULL);
        for (size_t p = 0; p < 3; p++) {
            char path[128];
            snprintf(path, sizeof path, "plugins/%s.wasm", plugins[p]);
            cclb_bytes wasm = data_file(path);
            EXPECT_OR(frees_answers(wasm), path);
            free((void *)(uintptr_t)wasm.data);
        }
        struct builder body = {0};
        builder_byte(&body, 0);
        cclb_handle *handle = load_hook(&body, cclb_bytes_of(trap, sizeof trap));
        cclb_sse_stream *stream = open_stream(handle, true);
        feed_numbers(stream, 0, 9, &output);
        expect_numbers(&output, "012345678");
        EXPECT_EQUAL(describe(stream).session_kept, true);
        cclb_sse_stream_destroy(stream);
        cclb_handle_destroy(handle);
        end();
    }
}

/* ---- threads ---- */

struct turn {
    cclb_sse_stream *stream;
    int number;
    struct output *output;
};

static void *feed_one(void *context)
{
    const struct turn *turn = context;
    feed_numbers(turn->stream, turn->number, 1, turn->output);
    return NULL;
}

static void events_may_come_on_any_thread(void)
{
    static struct output output;
    for (size_t i = 0; i < ISOLATIONS; i++) {
        begin(isolations[i], NULL);
        cclb_handle *handle = load_counter();
        cclb_sse_stream *stream = open_stream(handle, true);
        for (int number = 0; number < 8; number++) {
            pthread_t thread;
            struct turn turn = {stream, number, &output};
            EXPECT_EQUAL(pthread_create(&thread, NULL, feed_one, &turn), 0);
            EXPECT_EQUAL(pthread_join(thread, NULL), 0);
        }
        expect_numbers(&output, "0246");
        cclb_sse_stream_destroy(stream);
        cclb_handle_destroy(handle);
        end();
    }
}

int main(void)
{
    RUN(the_bytes_are_the_same);
    RUN(state_stays_within_a_stream);
    RUN(a_renewed_session_has_no_state);
    RUN(a_revoked_session_has_no_state);
    RUN(growing_memory_renews);
    RUN(what_fails_in_a_kept_sandbox_is_tried_in_a_fresh_one);
    RUN(each_event_has_its_own_fuel);
    RUN(admission_says_whose_answers_can_be_freed);
    RUN(events_may_come_on_any_thread);
    return 0;
}
