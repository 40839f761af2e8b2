/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - one line after another; each has an arena of its own, so that a file of any length needs only what its
 * longest line does.
 */

#include "cclb/vectors.h"

#include "base/allocate.h"
#include "base/error.h"
#include "vectors/case.h"

struct vector_kind {
    const char *name;
    vector_handler *handler;
};

static const struct vector_kind kinds[] = {
    {"L", vector_layout},
    {"K", vector_hook},
    {"D", vector_descriptor},
    {"E", vector_encoding},
    {"A", vector_archive},
    {"X", vector_cross},
    {"P", vector_probe},
    {"M", vector_metadata},
    {"N", vector_generic_metadata},
    {"U", vector_uuid},
    {"HN", vector_header_name},
    {"HNL", vector_header_name_length},
    {"HV", vector_header_value},
    {"HM", vector_method},
    {"HS", vector_status},
    {"UO", vector_url},
};

static vector_handler *find_handler(cclb_bytes kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (cclb_bytes_equal(kind, cclb_text(kinds[i].name))) {
            return kinds[i].handler;
        }
    }
    return NULL;
}

/* Takes the next line off *text, without its end: LF, CR LF, or that of the text. */
static cclb_bytes next_line(cclb_bytes *text)
{
    const uint8_t *end = memchr(text->data, '\n', text->len);
    size_t len = end ? (size_t)(end - text->data) : text->len;
    size_t taken = end ? len + 1 : len;
    cclb_bytes line = cclb_bytes_of(text->data, len);
    *text = cclb_bytes_of(text->data + taken, text->len - taken);
    if (line.len > 0 && line.data[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

/* Runs one case and says in *result what it was about. CCLB_OK, or why it failed. */
static cclb_status run_case(cclb_bytes text, struct arena *arena, cclb_vector_result *result, cclb_error *error)
{
    struct vector_case line = {.rest = text, .arena = arena};
    cclb_status status = case_field(&line, "kind", &result->kind, error);
    if (status != CCLB_OK) {
        return status;
    }
    struct vector_case ahead = line;
    cclb_error unwanted;
    if (case_field(&ahead, "name", &result->name, &unwanted) != CCLB_OK) {
        result->name = (cclb_bytes){0};
    }
    vector_handler *handler = find_handler(result->kind);
    if (handler == NULL) {
        struct error_text foreign;
        return error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "there is no kind of case %s",
                         error_text(&foreign, result->kind));
    }
    return handler(&line, error);
}

cclb_status cclb_vectors_run(cclb_bytes text, const cclb_allocator *allocator,
                             void (*report)(void *context, const cclb_vector_result *result), void *context,
                             cclb_vector_summary *summary, cclb_error *error)
{
    cclb_error unwanted;
    error = error ? error : &unwanted;
    cclb_allocator memory = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    cclb_vector_summary counts = {0};
    for (size_t number = 1; text.len > 0; number++) {
        cclb_bytes line = next_line(&text);
        if (line.len == 0 || line.data[0] == '#') {
            continue;
        }
        struct arena arena;
        arena_init(&arena, &memory);
        cclb_vector_result result = {.line = number};
        cclb_error failure;
        cclb_status status = run_case(line, &arena, &result, &failure);
        arena_deinit(&arena);
        if (status == CCLB_NO_MEMORY) {
            *error = failure;
            return status;
        }
        result.passed = status == CCLB_OK;
        result.reason = result.passed ? "" : failure.message;
        counts.passed += result.passed;
        counts.failed += !result.passed;
        if (report) {
            report(context, &result);
        }
    }
    if (counts.passed + counts.failed == 0) {
        return error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "the text has no case");
    }
    *summary = counts;
    return CCLB_OK;
}
