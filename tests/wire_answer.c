/* SPDX-License-Identifier: Apache-2.0 */
/* wire_answer.c - bytes are printed as the hex of the vector file, ready to become a line of it. */

#include "wire_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

bool wire_answer_equal(const struct wire_answer *a, const struct wire_answer *b)
{
    return a->accepted == b->accepted &&
           (!a->accepted || (a->len == b->len && memcmp(a->data, b->data, a->len) == 0));
}

static void print_bytes(const char *what, const uint8_t *data, size_t len)
{
    print_error("%s (%zu bytes): ", what, len);
    for (size_t i = 0; i < len; i++) {
        print_error("%02x", data[i]);
    }
    print_error("\n");
}

static void print_answer(const char *who, const struct wire_answer *answer)
{
    if (answer->accepted) {
        print_bytes(who, answer->data, answer->len);
    } else {
        print_error("%s: refused\n", who);
    }
}

void wire_answer_fail(const char *what, const char *type, const char *form, size_t misalign, const uint8_t *input,
                      size_t len, const char *a_name, const struct wire_answer *a, const char *b_name,
                      const struct wire_answer *b)
{
    print_error("%s of %s@%s, misaligned by %zu\n", what, type, form, misalign);
    print_bytes("input", input, len);
    print_answer(a_name, a);
    print_answer(b_name, b);
    fail();
}
