/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metadata.c - any text as the metadata of a plugin, by the rules of the form that the first byte names.
 *
 * Property: nothing outside the text is read; the verdict is the same twice and has a place inside the text; what is
 * accepted has texts that are UTF-8, no blank one, and hooks in order, each once; all memory is given back.
 */

#include "admission/metadata_parser.h"
#include "base/utf8.h"
#include "counting_allocator.h"
#include "property.h"
#include "target.h"
#include "wire/layout.h"

static void text_holds(cclb_bytes text)
{
    HOLDS(text.len > 0 && utf8_valid(text));
}

static cclb_bytes hook_name(const struct hook_metadata *hook)
{
    return cclb_text(cclb_hook_name(hook->hook));
}

static void metadata_holds(const struct plugin_metadata *metadata, cclb_form form)
{
    text_holds(metadata->name);
    text_holds(metadata->version);
    text_holds(metadata->description);
    text_holds(metadata->usage);
    HOLDS(metadata->hook_count > 0 && metadata->hook_count <= CCLB_HOOK_COUNT);
    for (size_t i = 0; i < metadata->hook_count; i++) {
        const struct hook_metadata *hook = &metadata->hooks[i];
        text_holds(hook->description);
        text_holds(hook->usage);
        HOLDS((hook->mode == MODE_NOT_IN_FORM) == (form < CCLB_FORM_W6));
        HOLDS(i == 0 || parser_compare(hook_name(hook - 1), hook_name(hook)) < 0);
    }
}

/* One reading, in memory of its own. */
static cclb_status read_metadata(cclb_bytes text, cclb_form form, cclb_error *error)
{
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct arena arena;
    struct plugin_metadata metadata;
    enum metadata_fault fault;
    cclb_bytes json = exact_copy(text);
    arena_init(&arena, &allocator);
    cclb_status status = metadata_parse(json, form, &arena, &metadata, &fault, error);
    exact_free(json);
    if (status == CCLB_OK) {
        HOLDS(fault == METADATA_FAULT_NONE);
        metadata_holds(&metadata, form);
    } else {
        HOLDS(status == CCLB_REJECTED && error->rule == 7 && fault != METADATA_FAULT_NONE);
        error_holds(error, status, text.len);
    }
    arena_deinit(&arena);
    HOLDS(counts.live == 0);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cclb_bytes input = cclb_bytes_of(data, size);
    cclb_form form = (cclb_form)(input_byte(&input) % CCLB_FORM_COUNT);
    cclb_error error;
    cclb_error again;
    cclb_status status = read_metadata(input, form, &error);
    HOLDS(read_metadata(input, form, &again) == status);
    HOLDS(status == CCLB_OK || error_equal(&error, &again));
    cclb_bytes json = exact_copy(input);
    status = metadata_generic_check(json, &error);
    if (status != CCLB_OK) {
        HOLDS(status == CCLB_REJECTED && error.rule == 6);
        error_holds(&error, status, input.len);
    }
    exact_free(json);
    return 0;
}
