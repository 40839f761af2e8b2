/* SPDX-License-Identifier: Apache-2.0 */
/* tree.c - our values as jansson's nodes, and nodes as text in the caller's memory. */

#include "json/tree.h"

#include "base/allocate.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/hex.h"
#include "base/json_scan.h"
#include "base/utf8.h"
#include "json/base64.h"
#include "json/fault.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Either encoding of bytes as characters, through a buffer that lives as long as jansson needs to copy it. */
static json_t *encoded(cclb_bytes bytes, size_t len, void (*encode)(cclb_bytes bytes, char *text))
{
    char *text = malloc(len + 1);
    if (text == NULL) {
        return NULL;
    }
    encode(bytes, text);
    json_t *string = json_stringn_nocheck(text, len);
    free(text);
    return string;
}

json_t *tree_base64(cclb_bytes bytes)
{
    json_t *object = json_object();
    return tree_whole(object,
                      tree_put(object, "base64", encoded(bytes, base64_encoded_size(bytes.len), base64_encode)));
}

json_t *tree_bytes(cclb_bytes bytes)
{
    if (utf8_valid(bytes)) {
        return json_stringn_nocheck(bytes.len > 0 ? (const char *)bytes.data : "", bytes.len);
    }
    return tree_base64(bytes);
}

json_t *tree_spans(cclb_spans spans)
{
    if (spans.count == 1) {
        return tree_bytes(spans.spans[0]);
    }
    size_t len = 0;
    for (size_t i = 0; i < spans.count; i++) {
        len += spans.spans[i].len;
    }
    uint8_t *joined = malloc(len + 1);
    if (joined == NULL) {
        return NULL;
    }
    size_t at = 0;
    for (size_t i = 0; i < spans.count; i++) {
        if (spans.spans[i].len > 0) {
            memcpy(joined + at, spans.spans[i].data, spans.spans[i].len);
        }
        at += spans.spans[i].len;
    }
    json_t *tree = tree_bytes(cclb_bytes_of(joined, len));
    free(joined);
    return tree;
}

json_t *tree_hex(cclb_bytes bytes)
{
    return encoded(bytes, bytes.len * 2, hex_encode);
}

json_t *tree_name(const char *text)
{
    return text && text[0] != '\0' ? json_string_nocheck(text) : json_null();
}

json_t *tree_u64(uint64_t number)
{
    if (number <= TREE_INTEGER_MAX) {
        return json_integer((json_int_t)number);
    }
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    return json_string_nocheck(text);
}

json_t *tree_f64(double number)
{
    if (isfinite(number)) {
        return json_real(number);
    }
    return json_string_nocheck(isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
}

bool tree_put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new_nocheck(object, key, value) == 0;
}

bool tree_append(json_t *array, json_t *value)
{
    return json_array_append_new(array, value) == 0;
}

json_t *tree_whole(json_t *value, bool whole)
{
    if (whole) {
        return value;
    }
    json_decref(value);
    return NULL;
}

/* jansson's words, at the place where they are true. */
static cclb_status refuse(cclb_bytes text, json_error_t *fault, cclb_error *error)
{
    struct json_place place = json_fault_place(text, fault);
    struct error_text words;
    char *end = strstr(fault->text, " near end of file");
    if (end && place.offset < text.len) {
        *end = '\0'; /* it takes a NUL for the end */
    }
    error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "not JSON: line %zu, column %zu: %s", place.line, place.column,
              error_text(&words, cclb_text(json_fault_words(text, place.offset, fault->text))));
    error->offset = place.offset;
    return CCLB_BAD_INPUT;
}

cclb_status tree_check_length(cclb_bytes text, cclb_error *error)
{
    if (text.len <= TREE_TEXT_MAX) {
        return CCLB_OK;
    }
    return error_set(error, CCLB_LIMIT, 0, CCLB_PHASE_NONE, "%zu bytes of JSON, above the limit of %zu bytes", text.len,
                     TREE_TEXT_MAX);
}

/* jansson blames the syntax for much of what it had no memory for. Whether it is at fault, another reader knows. */
static bool syntax_is_right(cclb_bytes text)
{
    struct scan scan;
    scan_init(&scan, text, NULL);
    return scan_skip(&scan, SCAN_STRICT) && scan_finish(&scan);
}

cclb_status tree_read(cclb_bytes text, json_t **root, cclb_error *error)
{
    cclb_status status = tree_check_length(text, error);
    if (status != CCLB_OK) {
        return status;
    }
    json_error_t fault = {.line = 0}; /* whole: jansson does not always fill it */
    *root = json_loadb(text.len > 0 ? (const char *)text.data : "", text.len,
                       JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, &fault);
    if (*root) {
        return CCLB_OK;
    }
    enum json_error_code code = json_error_code(&fault);
    if (code == json_error_out_of_memory || fault.text[0] == '\0' ||
        (code == json_error_invalid_syntax && syntax_is_right(text))) {
        return error_no_memory(error, text.len);
    }
    return refuse(text, &fault, error);
}

/* How long a text of JSON is with its unsafe characters as \uNNNN; written to out, unless that is NULL. */
static size_t write_safely(cclb_bytes text, uint8_t *out)
{
    size_t used = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t code = 0;
        size_t size = utf8_decode(text.data + at, text.len - at, &code);
        /* Every control below a space that is in a string is escaped already; the newlines are the layout's. */
        if (size > 0 && code >= ' ' && escape_needed(code)) {
            if (out) {
                uint8_t units[2] = {(uint8_t)(code >> 8), (uint8_t)code};
                memcpy(out + used, "\\u", 2);
                hex_encode(cclb_bytes_of(units, sizeof units), (char *)out + used + 2);
            }
            used += 6;
        } else {
            size = size > 0 ? size : 1;
            if (out) {
                memcpy(out + used, text.data + at, size);
            }
            used += size;
        }
        at += size;
    }
    return used;
}

/* The text came from jansson's allocator, which the host may have set. */
static void free_dumped(char *dumped)
{
    json_malloc_t allocate_node;
    json_free_t free_node;
    json_get_alloc_funcs(&allocate_node, &free_node);
    free_node(dumped);
}

cclb_status tree_write(json_t *root, const cclb_allocator *allocator, cclb_buffer *text, cclb_error *error)
{
    /* 17 digits tell every double from its neighbours. */
    char *dumped = root ? json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY) : NULL;
    json_decref(root);
    if (dumped == NULL) {
        return error_set(error, CCLB_NO_MEMORY, 0, CCLB_PHASE_NONE, "no memory for JSON");
    }
    cclb_bytes bytes = cclb_text(dumped);
    cclb_status status = buffer_init(text, write_safely(bytes, NULL), allocator, error);
    if (status == CCLB_OK) {
        write_safely(bytes, text->data);
    }
    free_dumped(dumped);
    return status;
}
