/* SPDX-License-Identifier: Apache-2.0 */
/* label_test.c - who gets which label, also when processes die over it. */

#include "metrics/label.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PLUGINS = 8, OTHER = PLUGINS };

static int set_up(void **state)
{
    struct region *region =
        mmap(NULL, region_bytes(PLUGINS), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(region, MAP_FAILED);
    region_make(region, PLUGINS);
    *state = region;
    return 0;
}

static int tear_down(void **state)
{
    return munmap(*state, region_bytes(PLUGINS));
}

static uint32_t take_as(struct region *region, cclb_bytes text, bool trusted)
{
    struct label_name name;
    label_name_set(&name, text);
    uint32_t taken = label_take(region, PLUGINS, &name, trusted);
    if (taken != OTHER) {
        label_write(&region->label[taken], &name);
    }
    return taken;
}

static uint32_t take(struct region *region, const char *name)
{
    return take_as(region, cclb_text(name), true);
}

static uint32_t take_untrusted(struct region *region, const char *name)
{
    return take_as(region, cclb_text(name), false);
}

static uint32_t take_number(struct region *region, int number, bool trusted)
{
    char name[16];
    snprintf(name, sizeof name, "p%d", number);
    return take_as(region, cclb_text(name), trusted);
}

static const char *text_of(const struct region *region, uint32_t label)
{
    static char text[LABEL_TEXT_MAX + 1];
    assert_true(label_read(&region->label[label], text));
    return text;
}

/* ---- names ---- */

static void the_same_name_is_the_same_label(void **state)
{
    struct region *region = *state;
    uint32_t first = take(region, "a");
    assert_int_not_equal(take(region, "b"), first);
    assert_int_equal(take(region, "a"), first);
    assert_int_equal(take_untrusted(region, "a"), first);
    assert_string_equal(text_of(region, first), "a");
    assert_string_equal(text_of(region, OTHER), "other");
    /* A plugin that calls itself that is counted there. */
    assert_int_equal(take(region, "other"), OTHER);
}

static void a_name_is_escaped_and_cut(void **state)
{
    struct region *region = *state;
    assert_string_equal(text_of(region, take(region, "a\nb\\\x1b[1m\xff\"")), "a\\x0ab\\x5c\\x1b[1m\\xff\"");
    char longest[255 + 1] = "";
    memset(longest, 'x', 255);
    assert_string_equal(text_of(region, take(region, longest)), longest);
    /* Cut before an escape that does not fit whole. */
    memset(longest, '\n', 255);
    const char *cut = text_of(region, take(region, longest));
    assert_int_equal(strlen(cut), LABEL_TEXT_MAX);
    assert_string_equal(cut + LABEL_TEXT_MAX - 7, "\\x0a...");
}

/* ---- bounds ---- */

static void beyond_the_last_label_is_other(void **state)
{
    struct region *region = *state;
    for (int i = 0; i < PLUGINS; i++) {
        assert_int_not_equal(take_number(region, i, true), OTHER);
    }
    assert_int_equal(take_number(region, PLUGINS, true), OTHER);
    assert_int_equal(take_number(region, PLUGINS, false), OTHER);
    for (int i = 0; i < PLUGINS; i++) {
        assert_int_not_equal(take_number(region, i, false), OTHER);
    }
}

static void untrusted_names_take_half(void **state)
{
    struct region *region = *state;
    for (int i = 0; i < PLUGINS / 2; i++) {
        assert_int_not_equal(take_number(region, 100 + i, false), OTHER);
    }
    assert_int_equal(take_number(region, 200, false), OTHER);
    for (int i = 0; i < PLUGINS / 2; i++) {
        assert_int_not_equal(take_number(region, i, true), OTHER);
    }
    assert_int_equal(take_number(region, 201, true), OTHER);
}

static void registered_names_may_take_all(void **state)
{
    struct region *region = *state;
    assert_int_not_equal(take_number(region, 100, false), OTHER);
    for (int i = 0; i < PLUGINS - 1; i++) {
        assert_int_not_equal(take_number(region, i, true), OTHER);
    }
    assert_int_equal(take_number(region, 101, false), OTHER);
}

static void one_label_is_none_for_strangers(void **state)
{
    struct region *region = *state;
    struct label_name name;
    label_name_set(&name, cclb_text("a"));
    assert_int_equal(label_take(region, 1, &name, false), 1);
    assert_int_equal(label_take(region, 1, &name, true), 0);
}

/* ---- processes ---- */

/* Runs `work` in a child, which ends by the signal that it sends itself, or by exiting. */
static int in_child(void (*work)(struct region *region), struct region *region)
{
    fflush(NULL);
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0) {
        work(region);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void die_before_writing(struct region *region)
{
    struct label_name name;
    label_name_set(&name, cclb_text("a"));
    (void)label_take(region, PLUGINS, &name, true);
    raise(SIGKILL);
}

static void die_in_the_middle_of_writing(struct region *region)
{
    struct label_name name;
    label_name_set(&name, cclb_text("a name of some length"));
    uint32_t taken = label_take(region, PLUGINS, &name, true);
    uint64_t word;
    memcpy(&word, name.text, sizeof word);
    atomic_store(&region->label[taken].text[0], word);
    raise(SIGKILL);
}

static void who_dies_over_a_label_holds_up_nobody(void **state)
{
    struct region *region = *state;
    cclb_error error;
    assert_true(WIFSIGNALED(in_child(die_before_writing, region)));
    assert_true(WIFSIGNALED(in_child(die_in_the_middle_of_writing, region)));
    char text[LABEL_TEXT_MAX + 1] = "?";
    assert_false(label_read(&region->label[0], text));
    assert_string_equal(text, "");
    assert_false(label_read(&region->label[1], text));
    uint32_t plugins_max = 0;
    assert_int_equal(region_check(region, region_bytes(PLUGINS), &plugins_max, &error), CCLB_OK);
    assert_int_equal(take(region, "b"), 2);
    /* Who comes with the name finishes what was begun. */
    assert_int_equal(take(region, "a name of some length"), 1);
    assert_string_equal(text_of(region, 1), "a name of some length");
    assert_int_equal(take(region, "a"), 0);
    assert_string_equal(text_of(region, 0), "a");
}

static void take_all(struct region *region)
{
    for (int i = 0; i < PLUGINS; i++) {
        (void)take_number(region, i, true);
    }
}

static void processes_that_come_together_share_their_labels(void **state)
{
    struct region *region = *state;
    enum { CHILDREN = 8 };
    pid_t child[CHILDREN];
    fflush(NULL);
    for (int i = 0; i < CHILDREN; i++) {
        child[i] = fork();
        assert_int_not_equal(child[i], -1);
        if (child[i] == 0) {
            take_all(region);
            _exit(0);
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status = 1;
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_int_equal(status, 0);
    }
    bool seen[PLUGINS] = {false};
    for (uint32_t i = 0; i < PLUGINS; i++) {
        int number = atoi(text_of(region, i) + 1);
        assert_false(seen[number]);
        seen[number] = true;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(the_same_name_is_the_same_label),
        CASE(a_name_is_escaped_and_cut),
        CASE(beyond_the_last_label_is_other),
        CASE(untrusted_names_take_half),
        CASE(registered_names_may_take_all),
        CASE(one_label_is_none_for_strangers),
        CASE(who_dies_over_a_label_holds_up_nobody),
        CASE(processes_that_come_together_share_their_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
