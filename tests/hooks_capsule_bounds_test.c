/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks_capsule_bounds_test.c - how long capsules are and how many there are, where they go, and that a call is what it was
 * whatever becomes of its capsule.
 */

#include "capsule_fixture.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <unistd.h>

enum { THREADS = 4, CALLS = 10 };

/* ---- bounds ---- */

static void a_long_capsule_is_not_made(void **state)
{
    (void)state;
    static const uint8_t zeros[4096];
    cclb_runtime_options options = capsule_options();
    options.capsules.keep_unreadable = true;
    options.capsules.bytes_max = 4096;
    restart_with(&options);
    const cclb_target target = cclb_by_handle(handle);
    play_fault(CCLB_TRAP);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_bytes_of(zeros, 100)), CCLB_TRAP);
    expect_counts(1, 0, 0);
    size_t rest = strlen(taken.json) - (100 + 2) / 3 * 4;
    size_t fits = (4096 - rest) / 4 * 3;
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_bytes_of(zeros, fits - 3)), CCLB_TRAP);
    expect_counts(2, 0, 0);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_bytes_of(zeros, fits + 3)), CCLB_TRAP);
    expect_counts(2, 1, 0);
    uint64_t allocated = atomic_load(&fixture.counts.calls);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_bytes_of(zeros, 4096)), CCLB_TRAP);
    assert_int_equal(atomic_load(&fixture.counts.calls), allocated + 1); /* the instance alone: it was seen before */
    expect_counts(2, 2, 0);
}

/* The same module in the same slot has had its share, whatever cell it is in now; another module there has one of its own. */
static void registering_again_brings_no_more(void **state)
{
    (void)state;
    cclb_runtime_options options = capsule_options();
    options.capsules.count_max = 0; /* the default */
    restart_with(&options);
    const cclb_target target = target_of("f");
    for (uint32_t round = 0; round < 3; round++) {
        expect_ok(cclb_slot_evict(fixture.runtime, cclb_global_key("f"), NULL, &fixture.error));
        fixture_play(); /* the trial calls are answered */
        register_plugin("f", CCLB_SLOT_FILTER, round < 2 ? "accept_all" : "weighted_view", &kits[3]);
        play_fault(CCLB_TRAP);
        for (int call = 0; call < 20; call++) {
            assert_int_equal(call_raw(&target, CCLB_HOOK_FILTER, cclb_text("x")), CCLB_TRAP);
        }
        play_fault(CCLB_OK);
    }
    expect_counts(8 + 4, 60 - 8 - 4, 0);
}

/* What is left of the default, 16, after each has failed 20 times: half of it, which is rounded up. */
static void who_fails_always_leaves_half_for_others(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        cclb_hook hook;
        uint32_t made;
    } failing[] = {
        {"f", CCLB_HOOK_FILTER, 8},
        {"s", CCLB_HOOK_SHAPE, 4},
        {"s", CCLB_HOOK_TRANSFORM_RESPONSE, 2},
        {"s", CCLB_HOOK_TRANSFORM_SSE_EVENT, 1},
        {"t", CCLB_HOOK_FILTER, 1},
        {"u", CCLB_HOOK_FILTER, 0},
    };
    cclb_runtime_options options = capsule_options();
    options.capsules.count_max = 0; /* the default */
    restart_with(&options);
    register_plugin("t", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    register_plugin("u", CCLB_SLOT_FILTER, "accept_all", &kits[3]);
    play_fault(CCLB_TRAP);
    uint32_t made = 0;
    uint32_t calls = 0;
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        const cclb_target by_key = target_of(failing[i].key);
        const cclb_target target = failing[i].key[0] == 's' ? cclb_by_handle(handle) : by_key;
        for (int call = 0; call < 20; call++) {
            assert_int_equal(call_raw(&target, failing[i].hook, cclb_text("x")), CCLB_TRAP);
        }
        made += failing[i].made;
        calls += 20;
        expect_counts(made, calls - made, 0);
    }
    assert_int_equal(made, 16);
    assert_int_equal(atomic_load(&taken.count), 16);
}

static void what_is_too_long_takes_nobodys_place(void **state)
{
    (void)state;
    static const uint8_t zeros[3000]; /* as base64 shorter than what is allowed, and with the rest longer */
    cclb_runtime_options options = capsule_options();
    options.capsules.keep_unreadable = true;
    options.capsules.bytes_max = 4096;
    options.capsules.count_max = 1;
    restart_with(&options);
    const cclb_target target = cclb_by_handle(handle);
    play_fault(CCLB_TRAP);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_bytes_of(zeros, sizeof zeros)), CCLB_TRAP);
    expect_counts(0, 1, 0);
    assert_int_equal(call_raw(&target, CCLB_HOOK_SHAPE, cclb_bytes_of(zeros, 100)), CCLB_TRAP);
    expect_counts(1, 1, 0);
}

static void *fail_often(void *context)
{
    (void)context;
    for (int i = 0; i < CALLS; i++) {
        const cclb_target target = target_of("f");
        const cclb_bytes request = cclb_text("x");
        cclb_lease lease;
        cclb_error error;
        if (cclb_call_raw(fixture.runtime, &target, CCLB_HOOK_FILTER, &request, 1, &lease, &error) != CCLB_TRAP) {
            abort();
        }
    }
    return NULL;
}

static void several_calls_may_fail_at_once(void **state)
{
    (void)state;
    cclb_runtime_options options = capsule_options();
    options.stores_max = THREADS;
    options.capsules.count_max = 49; /* of which one hook gets 25 */
    options.log = (cclb_log){0};
    restart_with(&options);
    taken.copies = false;
    fixture.script.hook_fault = CCLB_TRAP;
    fixture.script.in_hook = NULL;
    fake_script_set(&fixture.script);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, fail_often, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&taken.count), 25);
    expect_counts(25, THREADS * CALLS - 25, 0);
}

/* ---- what can go wrong ---- */

static void a_call_is_what_it_was_without_memory_for_a_capsule(void **state)
{
    (void)state;
    play_fault(CCLB_TRAP);
    assert_int_equal(filter(), CCLB_TRAP); /* the lane's memory is there from here on */
    uint32_t failed = 0;
    bool whole = false;
    for (uint64_t fail_at = 1; !whole; fail_at++) {
        uint64_t live = atomic_load(&fixture.counts.live);
        atomic_store(&fixture.counts.calls, 0);
        fixture.counts.fail_at = fail_at;
        cclb_status status = filter();
        assert_true(status == CCLB_TRAP || status == CCLB_INSTANTIATE); /* what the fake makes of its own share */
        fixture.counts.fail_at = 0;
        assert_int_equal(atomic_load(&fixture.counts.live), live);
        failed = (uint32_t)counted("failed");
        whole = atomic_load(&fixture.counts.calls) < fail_at;
        assert_true(fail_at < 100);
    }
    assert_true(failed >= 2); /* for the request, for the text */
    assert_int_equal(taken.info.fault.status, CCLB_TRAP);
}

static void a_success_takes_no_memory(void **state)
{
    (void)state;
    expect_ok(filter());
    uint64_t allocated = atomic_load(&fixture.counts.calls);
    expect_ok(filter());
    assert_int_equal(atomic_load(&fixture.counts.calls), allocated + 1); /* the fake's instance */
}

static void a_runtime_without_memory_is_none(void **state)
{
    (void)state;
    const cclb_bytes names[] = {cclb_text("a"), cclb_text("b")};
    cclb_status status = CCLB_NO_MEMORY;
    for (uint64_t fail_at = 1; status != CCLB_OK; fail_at++) {
        struct counting_allocator counts = {.fail_at = fail_at};
        cclb_runtime *runtime = NULL;
        cclb_runtime_options options = cclb_runtime_options_init();
        options.allocator = counting_allocator(&counts);
        options.capsules.folder = cclb_text("/nowhere");
        options.capsules.header_names = names;
        options.capsules.header_name_count = 2;
        status = cclb_runtime_create(&options, &runtime, &fixture.error);
        assert_true(status == CCLB_OK || status == CCLB_NO_MEMORY);
        expect_ok(cclb_runtime_destroy(runtime, &fixture.error));
        assert_int_equal(atomic_load(&counts.live), 0);
        assert_true(fail_at < 100);
    }
}

static void options_that_cannot_be_are_refused(void **state)
{
    (void)state;
    const cclb_bytes empty = {0};
    char long_folder[3073];
    memset(long_folder, 'f', sizeof long_folder);
    const struct {
        cclb_capsule_options options;
        const char *message;
    } cases[] = {
        {{.call = take, .folder = cclb_text("/tmp")}, "option capsules.folder is given, and a function too"},
        {{.folder = cclb_bytes_of(long_folder, sizeof long_folder)}, "option capsules.folder is longer than 3072"},
        {{.folder = cclb_bytes_of("a\0b", 3)}, "option capsules.folder has a NUL in it"},
        {{.call = take, .bytes_max = (UINT64_C(1) << 30) + 1}, "option capsules.bytes_max is above 1 GiB"},
        {{.header_names = &empty, .header_name_count = 1}, "option capsules.header_names has an empty name"},
        {{.claim_names = &empty, .claim_name_count = 1}, "option capsules.claim_names has an empty name"},
        {{.claim_names = &empty, .claim_name_count = 257}, "option capsules.claim_names has more than 256 names"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cclb_runtime *runtime = NULL;
        cclb_runtime_options options = fixture_options();
        options.capsules = cases[i].options;
        expect_fault(cclb_runtime_create(&options, &runtime, &fixture.error), CCLB_INVALID_ARGUMENT, 0,
                     cases[i].message);
        assert_null(runtime);
    }
}

/* ---- files ---- */

static size_t count_files(const char *folder, char *last, size_t size)
{
    size_t count = 0;
    DIR *open_folder = opendir(folder);
    assert_non_null(open_folder);
    for (struct dirent *entry = readdir(open_folder); entry; entry = readdir(open_folder)) {
        if (entry->d_name[0] != '.') {
            count++;
            snprintf(last, size, "%s/%s", folder, entry->d_name);
        } else {
            assert_true(strlen(entry->d_name) < 3); /* nothing hidden is left */
        }
    }
    closedir(open_folder);
    return count;
}

static int store_errno(void)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    expect_ok(cclb_runtime_describe(fixture.runtime, &info, &fixture.error));
    return info.capsule_errno;
}

static void a_folder_gets_files(void **state)
{
    (void)state;
    char folder[] = "/tmp/cclb-capsule-test-XXXXXX";
    char path[512];
    assert_non_null(mkdtemp(folder));
    char *given = strdup(folder);
    cclb_runtime_options options = capsule_options();
    options.capsules = (cclb_capsule_options){.folder = cclb_text(given)};
    restart_with(&options);
    free(given); /* it was copied */
    play_fault(CCLB_TRAP);
    assert_int_equal(filter(), CCLB_TRAP);
    expect_counts(1, 0, 0);
    assert_int_equal(count_files(folder, path, sizeof path), 1);
    assert_non_null(strstr(path, "/cclb-"));
    assert_non_null(strstr(path, "-filter-0001.json"));
    cclb_bytes text = whole_file(path);
    cclb_capsule *capsule = NULL;
    expect_ok(cclb_capsule_read(text, NULL, &capsule, &fixture.error));
    const cclb_capsule_info *info = cclb_capsule_describe(capsule);
    expect_text(info->plugin, "f");
    assert_true(cclb_bytes_equal(info->input, cclb_bytes_of(fixture.input.data, fixture.input.len)));
    cclb_capsule_destroy(capsule);
    free((void *)(uintptr_t)text.data);
    assert_int_equal(filter(), CCLB_TRAP);
    expect_counts(2, 0, 0);
    for (size_t left = 2; left > 0; left--) {
        assert_int_equal(count_files(folder, path, sizeof path), left);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(store_errno(), 0);
    assert_int_equal(rmdir(folder), 0);
    expect_fault(filter(), CCLB_TRAP, 50, ""); /* the folder is gone, and the call is what it was */
    expect_counts(2, 0, 1);
    assert_int_equal(store_errno(), ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CAPSULE_TEST(a_long_capsule_is_not_made),
        CAPSULE_TEST(who_fails_always_leaves_half_for_others),
        CAPSULE_TEST(registering_again_brings_no_more),
        CAPSULE_TEST(what_is_too_long_takes_nobodys_place),
        CAPSULE_TEST(several_calls_may_fail_at_once),
        CAPSULE_TEST(a_call_is_what_it_was_without_memory_for_a_capsule),
        CAPSULE_TEST(a_success_takes_no_memory),
        CAPSULE_TEST(a_runtime_without_memory_is_none),
        CAPSULE_TEST(options_that_cannot_be_are_refused),
        CAPSULE_TEST(a_folder_gets_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
