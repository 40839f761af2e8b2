/* SPDX-License-Identifier: Apache-2.0 */
/*
 * isolation_test.c - what one call writes no other call sees (rule R43): in memory, globals and tables; also after it
 * grew them, after a trap, after a deadline; whatever plugin had the place in the pool before; in every isolation and
 * reset policy; with requests of every class of memory; and for stream sessions, whose events see each other's and
 * nobody else's. Where the machine has swap, memory is paged out between calls.
 *
 * The engine's pool, where `guarded` has memories and tables, gives a module the place that it had before for as long
 * as there are others. Two plugins come to the same place only where there is no more than one.
 *
 * The plugin is tests/data/hostile/spy.wat: it traps if it finds anything. Who comes after one that left 32 MiB grows
 * as far as that one did, and looks at all of it.
 */
#include "cclb.h"
#include "expect.h"
#include "table.h"

#include <sys/mman.h>

static const struct setting {
    cclb_isolation isolation;
    cclb_reset reset;
} settings[] = {
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_AUTO},     {CCLB_ISOLATION_CHECKED, CCLB_RESET_PAGEMAP},
    {CCLB_ISOLATION_CHECKED, CCLB_RESET_REWRITE},  {CCLB_ISOLATION_CHECKED, CCLB_RESET_DECOMMIT},
    {CCLB_ISOLATION_GUARDED, CCLB_RESET_AUTO},     {CCLB_ISOLATION_GUARDED, CCLB_RESET_REWRITE},
    {CCLB_ISOLATION_GUARDED, CCLB_RESET_DECOMMIT}, {CCLB_ISOLATION_ON_DEMAND, CCLB_RESET_AUTO},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

static cclb_runtime *runtime;
static cclb_handle *handles[2]; /* on two modules */

/* The same module with a section more, so that it is another one. */
static void load(const char *name, bool other, cclb_handle **handle)
{
    static const uint8_t note[] = {0, 2, 1, 'x'};
    cclb_bytes wasm = data_file("hostile/spy.wasm");
    uint8_t *module = malloc(wasm.len + sizeof note);
    EXPECT(module != NULL);
    memcpy(module, wasm.data, wasm.len);
    memcpy(module + wasm.len, note, sizeof note);
    cclb_error error;
    EXPECT_OR(cclb_slot_register(runtime, cclb_global_key(name), CCLB_SLOT_SHAPE,
                                 cclb_bytes_of(module, wasm.len + (other ? sizeof note : 0)), NULL, NULL, &error) ==
                  CCLB_OK,
              error.message);
    EXPECT_EQUAL(cclb_handle_create(runtime, cclb_global_key(name), handle, &error), CCLB_OK);
    free(module);
    free((void *)(uintptr_t)wasm.data);
}

/* `places` in the pool are few, so that each is soon used again. */
static void begin(const struct setting *setting, uint32_t places)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.isolation = setting->isolation;
    options.reset = setting->reset;
    options.failure_policy = CCLB_FAILURE_FAIL_CLOSED;
    options.stores_max = places;
    options.pool_instances = places;
    options.memory_max_bytes = 64 << 20;
    options.session_growth_max_bytes = options.memory_max_bytes; /* so that sessions keep what was left in them */
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook] = (cclb_deadline){.base_ns = 50000000, .per_mib_ns = 50000000};
    }
    cclb_error error;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    load("one", false, &handles[0]);
    load("other", true, &handles[1]);
}

static void end(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_error error;
    EXPECT_EQUAL(cclb_runtime_describe(runtime, &info, &error), CCLB_OK);
    EXPECT_EQUAL(info.stores_used, 0);
    EXPECT_EQUAL(info.memory_reserved_bytes, 0);
    cclb_handle_destroy(handles[0]);
    cclb_handle_destroy(handles[1]);
    EXPECT_OR(cclb_runtime_destroy(runtime, &error) == CCLB_OK, error.message);
}

/* ---- swap ---- */

static bool has_swap(void)
{
    FILE *file = fopen("/proc/swaps", "r");
    char line[256];
    int lines = 0;
    while (file && fgets(line, sizeof line, file)) {
        lines++;
    }
    if (file) {
        fclose(file);
    }
    return lines > 1;
}

/* Asks the kernel to write out whatever lies in private writable mappings, as a machine short of memory does. */
static void page_out(void)
{
    FILE *file = fopen("/proc/self/maps", "r");
    EXPECT(file != NULL);
    char line[512];
    while (fgets(line, sizeof line, file)) {
        uintptr_t first;
        uintptr_t behind;
        char rights[5];
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &first, &behind, rights) == 3 && strcmp(rights, "rw-p") == 0) {
            (void)madvise((void *)first, behind - first, MADV_PAGEOUT); /* not every mapping can be */
        }
    }
    fclose(file);
}

static bool paging;

/* ---- calls ---- */

static uint8_t padding[3 << 20];
static const uint8_t *answer_at; /* where the last one lay: in all memories, and for each hook, at the same offset */

/* A raw call that is told to do what that word says, with so many bytes more. */
static cclb_status call(size_t plugin, cclb_hook hook, char word, size_t more)
{
    const char words[] = {'s', 'p', 'y', ':', word};
    const cclb_bytes pieces[] = {{(const uint8_t *)words, sizeof words}, {padding, more}};
    const cclb_target target = cclb_by_handle(handles[plugin]);
    cclb_lease lease;
    cclb_error error;
    if (paging) {
        page_out();
    }
    cclb_status status = cclb_call_raw(runtime, &target, hook, pieces, 2, &lease, &error);
    answer_at = NULL;
    if (status == CCLB_OK) {
        answer_at = lease.output.data;
        if (paging) {
            page_out(); /* and now before the memory is reset */
        }
        cclb_lease_return(&lease);
    }
    return status;
}

static cclb_status outcome_of(char word)
{
    return word == 't' ? CCLB_TRAP : word == 'l' ? CCLB_DEADLINE : CCLB_OK;
}

static const size_t sizes[] = {100, 12 << 10, 100 << 10, 900 << 10, 2 << 20};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* What whoever comes next is told, so that he looks as far as that one wrote. */
static char looking_after(char word)
{
    return word == 'm' ? 'b' : 'r';
}

/* One plugin does what the word says, and right after it another has its memory, and finds nothing. */
static void leave_and_look(const struct setting *setting, size_t writer, size_t reader, char word, size_t size)
{
    EXPECT_EQUAL(call(writer, CCLB_HOOK_SHAPE, word, size), outcome_of(word));
    const uint8_t *left_at = answer_at;
    EXPECT_EQUAL(call(reader, CCLB_HOOK_SHAPE, looking_after(word), size), CCLB_OK);
    const uint8_t *looked_at = answer_at;
    if (left_at == NULL) { /* there was no answer: one more call of the writer tells */
        EXPECT_EQUAL(call(writer, CCLB_HOOK_SHAPE, 'r', size), CCLB_OK);
        left_at = answer_at;
    }
    if (setting->isolation != CCLB_ISOLATION_ON_DEMAND) { /* which has a new memory for each call */
        EXPECT(looked_at == left_at);
    }
}

/* Whoever looks finds nothing, whoever was there before. */
static void nothing_is_found(void)
{
    static const char words[] = "wmtl";
    for (size_t i = 0; i < SETTINGS; i++) {
        begin(&settings[i], 1);
        for (const char *word = words; *word; word++) {
            for (size_t k = 0; k < SIZES; k++) {
                leave_and_look(&settings[i], 0, 1, *word, sizes[k]);
                leave_and_look(&settings[i], 0, 0, *word, sizes[k]);
                EXPECT_EQUAL(call(1, CCLB_HOOK_TRANSFORM_RESPONSE, looking_after(*word), 0), CCLB_OK);
            }
        }
        end();
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* In any order: both plugins, every hook, every size, with one place and two. Each call looks before it writes. */
static void nothing_is_found_in_any_order(void)
{
    static const char words[] = "wwwwrrrbbmmt";
    static const cclb_hook hooks[] = {CCLB_HOOK_SHAPE, CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_HOOK_TRANSFORM_SSE_EVENT};
    uint64_t random = 88172645463325252;
    for (size_t i = 0; i < SETTINGS * 2; i++) {
        begin(&settings[i / 2], 1 + i % 2);
        for (size_t n = 0; n < 200; n++) {
            uint64_t r = next_random(&random);
            char word = words[r % (sizeof words - 1)];
            size_t size = sizes[r / 16 % SIZES];
            size_t more = size / 2 + next_random(&random) % size;
            EXPECT_EQUAL(call(r / 256 % 2, hooks[r / 512 % 3], word, more), outcome_of(word));
        }
        end();
    }
}

/* ---- streams ---- */

static void forget(void *context, cclb_bytes bytes)
{
    (void)context;
    (void)bytes;
}

static cclb_sse_stream *open_stream(size_t plugin, bool session)
{
    static const cclb_request request = {.struct_size = sizeof request, .method = {(const uint8_t *)"POST", 4},
                                         .path = {(const uint8_t *)"/", 1}};
    cclb_response response = cclb_response_init();
    response.status = 200;
    const cclb_target target = cclb_by_handle(handles[plugin]);
    cclb_sse_options options = cclb_sse_options_init();
    options.session = session;
    cclb_sse_stream *stream;
    cclb_error error;
    EXPECT_OR(cclb_sse_stream_create(runtime, &target, &request, &response, &options, &stream, &error) == CCLB_OK,
              error.message);
    return stream;
}

static cclb_status feed(cclb_sse_stream *stream, char word)
{
    char text[] = "data: spy:?\n\n";
    cclb_error error;
    text[10] = word;
    if (paging) {
        page_out();
    }
    return cclb_sse_stream_feed(stream, cclb_text(text), forget, NULL, &error);
}

static cclb_sse_info describe(cclb_sse_stream *stream)
{
    cclb_sse_info info = cclb_sse_info_init();
    cclb_error error;
    EXPECT_EQUAL(cclb_sse_stream_describe(stream, &info, &error), CCLB_OK);
    return info;
}

/* Events of one stream share their instance, which is what a spy in it finds out, and end the session by that. */
static void a_stream_sees_its_own(void)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        begin(&settings[i], 2);
        cclb_sse_stream *stream = open_stream(0, true);
        EXPECT_EQUAL(feed(stream, 'w'), CCLB_OK);
        EXPECT_EQUAL(describe(stream).session_over, false);
        EXPECT_EQUAL(feed(stream, 'r'), CCLB_OK); /* traps in the kept instance, and not in a fresh one */
        EXPECT_EQUAL(describe(stream).session_over, true);
        cclb_sse_stream_destroy(stream);
        end();
    }
}

/* A stream that leaves what the first word says, and ends with the last one. */
static void leave_in_a_stream(char first, char last, size_t plugin, bool beside)
{
    const char look = looking_after(first);
    cclb_sse_stream *stream = open_stream(0, true);
    EXPECT_EQUAL(feed(stream, first), CCLB_OK);
    EXPECT_EQUAL(feed(stream, 's'), CCLB_OK);
    if (beside) {
        EXPECT_EQUAL(call(plugin, CCLB_HOOK_SHAPE, look, 100), CCLB_OK); /* while it is kept */
    }
    EXPECT_EQUAL(feed(stream, last), outcome_of(last));
    cclb_sse_stream_destroy(stream);
    EXPECT_EQUAL(call(plugin, CCLB_HOOK_SHAPE, look, 100), CCLB_OK);
    for (size_t k = 0; k < 2; k++) {
        cclb_sse_stream *next = open_stream(plugin, k == 0);
        EXPECT_EQUAL(feed(next, look), CCLB_OK);
        EXPECT_EQUAL(describe(next).session_over, false);
        cclb_sse_stream_destroy(next);
    }
}

/* What one leaves no other stream and no call finds, however its session ends; with a place beside it, and without. */
static void no_stream_sees_another(void)
{
    static const char first_words[] = "wm";
    static const char last_words[] = "stl";
    for (size_t i = 0; i < SETTINGS * 2; i++) {
        const uint32_t places = 1 + i % 2;
        begin(&settings[i / 2], places);
        for (const char *last = last_words; *last; last++) {
            for (size_t k = 0; k < 4; k++) {
                leave_in_a_stream(first_words[k / 2], *last, k % 2, places == 2);
            }
        }
        end();
    }
}

/* A call that needs the place of an idle session ends it, and finds nothing there; nor does the stream later. */
static void a_revoked_session_is_clean(void)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        begin(&settings[i], 2);
        cclb_sse_stream *stream = open_stream(0, true);
        EXPECT_EQUAL(feed(stream, 'm'), CCLB_OK);
        const cclb_target target = cclb_by_handle(handles[1]);
        const cclb_bytes request = cclb_text("spy:b");
        cclb_lease held[2];
        cclb_error error;
        for (size_t k = 0; k < 2; k++) {
            EXPECT_EQUAL(cclb_call_raw(runtime, &target, CCLB_HOOK_SHAPE, &request, 1, &held[k], &error), CCLB_OK);
        }
        EXPECT_EQUAL(describe(stream).session_kept, false);
        cclb_lease_return(&held[0]);
        cclb_lease_return(&held[1]);
        EXPECT_EQUAL(feed(stream, 'b'), CCLB_OK);
        EXPECT_EQUAL(describe(stream).session_revocations, 1);
        EXPECT_EQUAL(describe(stream).session_over, false);
        cclb_sse_stream_destroy(stream);
        end();
    }
}

static void nothing_is_found_in_swap(void)
{
    if (!has_swap()) {
        printf("remark: isolation_test: this machine has no swap: nothing was paged out, and that case is skipped\n");
        return;
    }
    paging = true;
    nothing_is_found();
    no_stream_sees_another();
    paging = false;
}

int main(void)
{
    RUN(nothing_is_found);
    RUN(nothing_is_found_in_any_order);
    RUN(a_stream_sees_its_own);
    RUN(no_stream_sees_another);
    RUN(a_revoked_session_is_clean);
    RUN(nothing_is_found_in_swap);
    return 0;
}
