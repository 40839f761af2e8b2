/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault.h - where a text is no JSON.
 *
 * jansson says how many bytes it had read when it gave up, which is behind what is wrong. People, and editors that take
 * an offset, want the first byte of it.
 */
#ifndef JSON_FAULT_H
#define JSON_FAULT_H

#include "cclb/bytes.h"

#include <jansson.h>

/* A place in a text; line and column count from 1, the column in characters. */
struct json_place {
    size_t offset;
    size_t line;
    size_t column;
};

/*
 * The first byte of what is wrong in a text that jansson refused with `fault`: of the token that it did not expect, of
 * a key that was there before, of an escape, a control character, or a byte that is no UTF-8; the end of the text where
 * it ends too early.
 */
struct json_place json_fault_place(cclb_bytes text, const json_error_t *fault);

/* What to say is wrong at an offset: a byte order mark, which nobody sees, by its name; else `words`. */
const char *json_fault_words(cclb_bytes text, size_t offset, const char *words);

#endif
