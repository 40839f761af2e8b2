/* SPDX-License-Identifier: Apache-2.0 */
/* reset_policy_test.c - a scan only where it is certain that nothing can be swapped out. */

#include "engine/reset_policy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A made-up /proc and /sys in a folder of their own. */
struct machine {
    char root[64];
    char swaps[128];
    char own_cgroup[128];
    char cgroup_root[128];
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    static struct machine machine;
    strcpy(machine.root, "/tmp/cclb-reset-XXXXXX");
    assert_non_null(mkdtemp(machine.root));
    snprintf(machine.swaps, sizeof machine.swaps, "%s/swaps", machine.root);
    snprintf(machine.own_cgroup, sizeof machine.own_cgroup, "%s/own", machine.root);
    snprintf(machine.cgroup_root, sizeof machine.cgroup_root, "%s/cgroup", machine.root);
    char folder[192];
    assert_int_equal(mkdir(machine.cgroup_root, 0700), 0);
    snprintf(folder, sizeof folder, "%s/a", machine.cgroup_root);
    assert_int_equal(mkdir(folder, 0700), 0);
    snprintf(folder, sizeof folder, "%s/a/b", machine.cgroup_root);
    assert_int_equal(mkdir(folder, 0700), 0);
    *state = &machine;
    return 0;
}

static int tear_down(void **state)
{
    const struct machine *machine = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", machine->root);
    return system(command);
}

static const char heading[] = "Filename\tType\tSize\tUsed\tPriority\n";
static const char one_area[] = "Filename\tType\tSize\tUsed\tPriority\n/dev/sda2\tpartition\t1\t0\t-2\n";

static bool reachable(const struct machine *machine)
{
    struct swap_sources sources = {machine->swaps, machine->own_cgroup, machine->cgroup_root};
    return swap_is_reachable(&sources);
}

static void swap_cases(void **state)
{
    const struct machine *machine = *state;
    char limit[192];
    assert_true(reachable(machine)); /* nothing can be read: unsure */
    write_file(machine->swaps, "");
    assert_true(reachable(machine));
    write_file(machine->swaps, heading);
    assert_false(reachable(machine));
    write_file(machine->swaps, one_area);
    assert_true(reachable(machine));

    write_file(machine->own_cgroup, "0::/a/b\n");
    assert_true(reachable(machine));
    snprintf(limit, sizeof limit, "%s/a/b/memory.swap.max", machine->cgroup_root);
    write_file(limit, "max\n");
    assert_true(reachable(machine));
    write_file(limit, "0\n");
    assert_false(reachable(machine));
    write_file(limit, "4096\n");
    assert_true(reachable(machine));
    snprintf(limit, sizeof limit, "%s/a/memory.swap.max", machine->cgroup_root);
    write_file(limit, "0\n"); /* a limit above holds below */
    assert_false(reachable(machine));
    write_file(machine->own_cgroup, "12:memory:/a/b\n1:name=systemd:/a\n"); /* version 1 */
    assert_true(reachable(machine));
}

static bool yes(void)
{
    return true;
}

static bool no(void)
{
    return false;
}

static bool never_asked(void)
{
    fail_msg("this question does not matter and has a side effect");
    return false;
}

static cclb_error error;
static cclb_reset decided;
static const char *reason;

typedef bool answer(void);

static cclb_status decide_checked(cclb_reset wanted, answer *can_scan, answer *can_read)
{
    const struct reset_questions questions = {can_scan, can_read, never_asked, never_asked};
    return reset_decide(wanted, CCLB_ISOLATION_CHECKED, &questions, &decided, &reason, &error);
}

static void our_own_memories(void **state)
{
    (void)state;
    assert_int_equal(decide_checked(CCLB_RESET_AUTO, yes, never_asked), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_SCAN);
    assert_int_equal(decide_checked(CCLB_RESET_AUTO, no, yes), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_PAGEMAP);
    assert_non_null(strstr(reason, "6.7"));
    assert_int_equal(decide_checked(CCLB_RESET_AUTO, no, no), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_DECOMMIT);
    assert_non_null(strstr(reason, "/proc/self/pagemap"));
    assert_int_equal(decide_checked(CCLB_RESET_SCAN, no, never_asked), CCLB_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "6.7"));
    assert_int_equal(decide_checked(CCLB_RESET_PAGEMAP, never_asked, no), CCLB_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "/proc/self/pagemap"));
    assert_int_equal(decide_checked(CCLB_RESET_SCAN, yes, never_asked), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_SCAN);
    assert_int_equal(decide_checked(CCLB_RESET_PAGEMAP, never_asked, yes), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_PAGEMAP);
    assert_int_equal(decide_checked(CCLB_RESET_REWRITE, never_asked, never_asked), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_REWRITE);
    assert_int_equal(decide_checked(CCLB_RESET_DECOMMIT, never_asked, never_asked), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_DECOMMIT);
}

static bool no_descriptor(void)
{
    errno = EMFILE;
    return false;
}

static bool no_descriptor_is_yes(void)
{
    errno = EMFILE;
    return true;
}

/* That is true for a moment, and the decision for ever. */
static void a_want_of_descriptors_decides_nothing(void **state)
{
    (void)state;
    static const cclb_reset wanted[] = {CCLB_RESET_AUTO, CCLB_RESET_SCAN, CCLB_RESET_PAGEMAP};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(decide_checked(wanted[i], no_descriptor, no_descriptor), CCLB_ENGINE);
        assert_non_null(strstr(error.message, "/proc/self/pagemap"));
    }
    /* The engine is not asked: it would remember a no for the life of the process. */
    const struct reset_questions scan = {no_descriptor, never_asked, never_asked, no};
    const struct reset_questions swaps = {no_descriptor, never_asked, never_asked, no_descriptor_is_yes};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(reset_decide(wanted[i], CCLB_ISOLATION_GUARDED, &scan, &decided, &reason, &error), CCLB_ENGINE);
        assert_int_equal(reset_decide(wanted[i], CCLB_ISOLATION_GUARDED, &swaps, &decided, &reason, &error), CCLB_ENGINE);
    }
}

/* `can_scan` by us and by the engine. */
static cclb_status decide_guarded(cclb_reset wanted, answer *can_scan, answer *swap)
{
    const struct reset_questions questions = {can_scan, never_asked, can_scan, swap};
    return reset_decide(wanted, CCLB_ISOLATION_GUARDED, &questions, &decided, &reason, &error);
}

static void the_engines_own(void **state)
{
    (void)state;
    assert_int_equal(decide_guarded(CCLB_RESET_AUTO, yes, no), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_SCAN);
    assert_int_equal(decide_guarded(CCLB_RESET_AUTO, never_asked, yes), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_REWRITE);
    assert_non_null(strstr(reason, "swapped out"));
    assert_int_equal(decide_guarded(CCLB_RESET_AUTO, no, no), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_REWRITE);
    assert_non_null(strstr(reason, "PAGEMAP_SCAN"));
    assert_int_equal(decide_guarded(CCLB_RESET_SCAN, yes, no), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_SCAN);
    assert_int_equal(decide_guarded(CCLB_RESET_SCAN, no, no), CCLB_INVALID_ARGUMENT);
    assert_int_equal(decide_guarded(CCLB_RESET_SCAN, yes, yes), CCLB_INVALID_ARGUMENT);
    assert_non_null(strstr(error.message, "memory.swap.max"));
    assert_int_equal(decide_guarded(CCLB_RESET_PAGEMAP, never_asked, never_asked), CCLB_INVALID_ARGUMENT);
    assert_int_equal(decide_guarded(CCLB_RESET_DECOMMIT, never_asked, never_asked), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_DECOMMIT);
    assert_int_equal(decide_guarded(CCLB_RESET_REWRITE, never_asked, never_asked), CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_REWRITE);
}

static void on_demand_nothing_is_asked(void **state)
{
    (void)state;
    const struct reset_questions questions = {never_asked, never_asked, never_asked, never_asked};
    assert_int_equal(reset_decide(CCLB_RESET_AUTO, CCLB_ISOLATION_ON_DEMAND, &questions, &decided, &reason, &error),
                     CCLB_OK);
    assert_int_equal(decided, CCLB_RESET_DECOMMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(swap_cases, set_up, tear_down),
        cmocka_unit_test(our_own_memories),
        cmocka_unit_test(a_want_of_descriptors_decides_nothing),
        cmocka_unit_test(the_engines_own),
        cmocka_unit_test(on_demand_nothing_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
