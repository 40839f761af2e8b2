/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli_files_test.c - what the command does with an output that takes nothing: an error, and no end of asking; and with a
 * file of a group that is not ours.
 */

#include "../cli/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The linker calls this one in place of the system's (tests/cli.cmake). */
ssize_t __real_write(int to, const void *bytes, size_t size);
ssize_t __wrap_write(int to, const void *bytes, size_t size);

enum { NOWHERE = -2, ASKED_TOO_OFTEN = 100 };

static int asked;

ssize_t __wrap_write(int to, const void *bytes, size_t size)
{
    if (to != NOWHERE) {
        return __real_write(to, bytes, size);
    }
    if (++asked > ASKED_TOO_OFTEN) {
        abort();
    }
    return asked == 1 ? 1 : 0;
}

static void what_takes_nothing_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(files_put(NOWHERE, cclb_text("xyz")), EIO);
    assert_int_equal(asked, 2);
    assert_int_equal(files_put(NOWHERE, (cclb_bytes){0}), 0);
    assert_int_equal(asked, 2);
}

enum { SOMEBODY = 4711, GROUP = 4712 };

static void become(uid_t user, gid_t group)
{
    assert_int_equal(seteuid(0) | setegid(group) | setgroups(1, &group) | seteuid(user), 0);
}

/* Makes a file of that group, replaces it as that user, and tells what is there then. */
static void replace_as(uid_t user, const char *path, struct stat *now)
{
    assert_int_equal(files_store(path, cclb_text("old")), 0);
    assert_int_equal(chown(path, SOMEBODY, GROUP) | chmod(path, 0664), 0);
    become(user, user);
    int number = files_store(path, cclb_text("new"));
    become(0, 0);
    assert_int_equal(number, 0);
    assert_int_equal(stat(path, now), 0);
    assert_int_equal(now->st_uid, SOMEBODY);
    assert_int_equal(now->st_size, 3);
    assert_int_equal(unlink(path), 0);
}

/* Whoever is not in the group replaces it all the same; those of his own group see what others see. */
static void a_group_that_is_not_ours_is_no_failure(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        skip(); /* nobody else can make such a file */
    }
    char folder[] = "/tmp/cclb-files-XXXXXX";
    char path[sizeof folder + sizeof "/file"];
    struct stat now;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    assert_int_equal(chown(folder, SOMEBODY, SOMEBODY), 0);

    replace_as(0, path, &now);
    assert_int_equal(now.st_gid, GROUP);
    assert_int_equal(now.st_mode & 0777, 0664);

    replace_as(SOMEBODY, path, &now);
    assert_int_equal(now.st_gid, SOMEBODY);
    assert_int_equal(now.st_mode & 0777, 0644);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_nothing_is_an_error),
        cmocka_unit_test(a_group_that_is_not_ours_is_no_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
