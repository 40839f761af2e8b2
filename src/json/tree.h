/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - JSON in memory: jansson's nodes made from our values, read from text, and written as text.
 *
 * jansson's allocator is one for the whole process and belongs to the host, so it is left alone: nodes come from
 * malloc, or from whatever the host told jansson to use, and only the finished text from the caller's allocator.
 *
 * A maker returns NULL when there is no memory. tree_put() takes a NULL value for what it is, so that an object is
 * built without a check for each member and judged once, at the end.
 */
#ifndef JSON_TREE_H
#define JSON_TREE_H

#include "cclb/json.h"
#include "cclb/message.h"

#include <jansson.h>

/* The longest text that is read. */
#define TREE_TEXT_MAX ((size_t)1 << 30)

/* Above this, what reads numbers as doubles would see another one. */
#define TREE_INTEGER_MAX (UINT64_C(1) << 53)

/* A string if the bytes are UTF-8, else {"base64": "..."}. */
json_t *tree_bytes(cclb_bytes bytes);

/* {"base64": "..."}, whatever the bytes. */
json_t *tree_base64(cclb_bytes bytes);

/* tree_bytes() of bytes in pieces, as if they were one. */
json_t *tree_spans(cclb_spans spans);

/* Lower-case hex digits. */
json_t *tree_hex(cclb_bytes bytes);

/* A string; null if it is empty or NULL. */
json_t *tree_name(const char *text);

/* A number up to TREE_INTEGER_MAX, else a string of digits. */
json_t *tree_u64(uint64_t number);

/* A number, or "NaN", "Infinity", "-Infinity". */
json_t *tree_f64(double number);

/* Adds a member and takes the value, which may be NULL. False if value is NULL or there is no memory. */
bool tree_put(json_t *object, const char *key, json_t *value);

/* Appends an element likewise. */
bool tree_append(json_t *array, json_t *value);

/*
 * The value, if `whole`; else gives it back and returns NULL. For the end of a maker:
 * `return tree_whole(object, tree_put(...) && tree_put(...));`
 */
json_t *tree_whole(json_t *value, bool whole);

/* CCLB_LIMIT if a text is longer than what is read. */
cclb_status tree_check_length(cclb_bytes text, cclb_error *error);

/* Reads a text, whatever its root is. CCLB_BAD_INPUT with the offset of the fault, CCLB_LIMIT, CCLB_NO_MEMORY. */
cclb_status tree_read(cclb_bytes text, json_t **root, cclb_error *error);

/*
 * Writes a tree and gives it back, also on failure; root may be NULL, which is CCLB_NO_MEMORY. The text has two spaces of
 * indentation, no newline at the end, and no character that may not reach a terminal as it is.
 */
cclb_status tree_write(json_t *root, const cclb_allocator *allocator, cclb_buffer *text, cclb_error *error);

#endif
