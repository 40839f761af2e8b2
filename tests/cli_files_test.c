/* SPDX-License-Identifier: Apache-2.0 */
/* cli_files_test.c - what the command does with an output that takes nothing: an error, and no end of asking. */

#include "../cli/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_nothing_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
