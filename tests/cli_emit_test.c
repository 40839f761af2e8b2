/* SPDX-License-Identifier: Apache-2.0 */
/* cli_emit_test.c - what the command's JSON says where the library had no memory for a part of it: that there is none. */

#include "../cli/emit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The object with one member that was made with `status`. */
static char *object_with(cclb_status status, bool *lacks_memory)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    cclb_buffer made = {0};
    assert_non_null(out);
    if (status == CCLB_OK) {
        assert_int_equal(cclb_bytes_to_json(cclb_text("x"), NULL, &made, NULL), CCLB_OK);
    }
    struct emitter emitter = emit_begin(out, lacks_memory);
    emit_made(&emitter, "part", status, &made);
    emit_end(&emitter);
    assert_null(made.data);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void a_part_that_was_made_is_there(void **state)
{
    (void)state;
    bool lacks_memory = false;
    char *text = object_with(CCLB_OK, &lacks_memory);
    assert_string_equal(text, "{\n  \"part\": \"x\"\n}\n");
    assert_false(lacks_memory);
    free(text);
}

static void a_part_that_could_not_be_made_spoils_the_whole(void **state)
{
    (void)state;
    bool lacks_memory = false;
    char *text = object_with(CCLB_NO_MEMORY, &lacks_memory);
    assert_string_equal(text, "{\n  \"part\": null\n}\n");
    assert_true(lacks_memory);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_that_was_made_is_there),
        cmocka_unit_test(a_part_that_could_not_be_made_spoils_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
