/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_answer.h - what a reader or a writer says, to be compared with what another says.
 */
#ifndef TESTS_WIRE_ANSWER_H
#define TESTS_WIRE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_answer {
    bool accepted;
    uint8_t *data; /* a value in value form from a reader, an archive from a writer; NULL if not accepted */
    size_t len;
};

/* Both refuse, or both give the same bytes. */
bool wire_answer_equal(const struct wire_answer *a, const struct wire_answer *b);

/* Fails the running cmocka test with everything that is needed to follow the case by hand. */
void wire_answer_fail(const char *what, const char *type, const char *form, size_t misalign, const uint8_t *input,
                      size_t len, const char *a_name, const struct wire_answer *a, const char *b_name,
                      const struct wire_answer *b);

#endif
