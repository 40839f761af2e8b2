/* SPDX-License-Identifier: Apache-2.0 */
/* metadata_cases.c - M and N: what the JSON of a plugin says, by the rules of a form. */

#include "admission/metadata.h"
#include "base/error.h"
#include "vectors/case.h"

/* The class of a refusal, in the words of the vector file. */
static const char *fault_class(enum metadata_fault fault)
{
    switch (fault) {
    case METADATA_FAULT_NONE:
        return "none";
    case METADATA_FAULT_JSON:
        return "json";
    case METADATA_FAULT_NAME:
        return "name";
    case METADATA_FAULT_VERSION:
        return "version";
    case METADATA_FAULT_DESCRIPTION:
        return "description";
    case METADATA_FAULT_USAGE:
        return "usage";
    case METADATA_FAULT_NO_HOOKS:
        return "no_hooks";
    case METADATA_FAULT_UNKNOWN_HOOK:
        return "unknown_hook";
    case METADATA_FAULT_HOOK_DESCRIPTION:
        return "hook_description";
    case METADATA_FAULT_HOOK_USAGE:
        return "hook_usage";
    }
    return "";
}

struct value_writer {
    uint8_t *out; /* NULL: only count */
    size_t len;
};

static void put(struct value_writer *writer, const void *data, size_t size)
{
    if (writer->out && size > 0) {
        memcpy(writer->out + writer->len, data, size);
    }
    writer->len += size;
}

static void put_u8(struct value_writer *writer, uint8_t number)
{
    put(writer, &number, sizeof number);
}

static void put_u32(struct value_writer *writer, size_t number)
{
    uint32_t narrow = (uint32_t)number;
    put(writer, &narrow, sizeof narrow);
}

static void put_text(struct value_writer *writer, cclb_bytes text)
{
    put_u32(writer, text.len);
    put(writer, text.data, text.len);
}

static void put_metadata(struct value_writer *writer, const struct plugin_metadata *metadata)
{
    put_text(writer, metadata->name);
    put_text(writer, metadata->version);
    put_text(writer, metadata->description);
    put_text(writer, metadata->usage);
    put_u32(writer, metadata->hook_count);
    for (size_t i = 0; i < metadata->hook_count; i++) {
        const struct hook_metadata *hook = &metadata->hooks[i];
        put_text(writer, cclb_text(cclb_hook_name(hook->hook)));
        put_u8(writer, hook->wire_version);
        put_text(writer, hook->description);
        put_text(writer, hook->usage);
        put_u8(writer, (uint8_t)hook->mode);
    }
}

static cclb_status expect_metadata(const struct plugin_metadata *metadata, cclb_bytes expected, struct arena *arena,
                                   cclb_error *error)
{
    struct value_writer counting = {.out = NULL};
    put_metadata(&counting, metadata);
    struct value_writer writer = {.out = arena_alloc(arena, counting.len)};
    if (writer.out == NULL) {
        return error_no_memory(error, counting.len);
    }
    put_metadata(&writer, metadata);
    return case_same("the value", cclb_bytes_of(writer.out, writer.len), expected, error);
}

/* Vector files write a message with its spaces as underscores. */
static cclb_status expect_message(const char *message, cclb_bytes expected, cclb_error *error)
{
    char text[CCLB_MESSAGE_SIZE];
    size_t len = strlen(message);
    for (size_t i = 0; i < len; i++) {
        text[i] = message[i] == ' ' ? '_' : message[i];
    }
    return case_same("the message", cclb_bytes_of(text, len), expected, error);
}

cclb_status vector_metadata(struct vector_case *line, cclb_error *error)
{
    cclb_form form;
    cclb_bytes json;
    bool ok;
    cclb_status status = case_form(line, &form, error);
    if (status != CCLB_OK || (status = case_hex(line, "json", 0, &json, error)) != CCLB_OK ||
        (status = case_verdict(line, &ok, error)) != CCLB_OK) {
        return status;
    }
    cclb_bytes value = {0};
    cclb_bytes class = {0};
    cclb_bytes text = {0};
    if (ok) {
        status = case_hex(line, "value", 0, &value, error);
    } else if ((status = case_field(line, "class", &class, error)) == CCLB_OK) {
        status = case_field(line, "text", &text, error);
    }
    if (status != CCLB_OK || (status = case_end(line, error)) != CCLB_OK) {
        return status;
    }

    struct plugin_metadata metadata;
    enum metadata_fault fault = METADATA_FAULT_NONE;
    cclb_error refusal;
    cclb_status verdict = metadata_parse(json, form, line->arena, &metadata, &fault, &refusal);
    if (verdict == CCLB_NO_MEMORY || (ok && verdict != CCLB_OK)) {
        *error = refusal;
        return verdict;
    }
    if (ok) {
        return expect_metadata(&metadata, value, line->arena, error);
    }
    if ((status = case_same_verdict(verdict == CCLB_OK, false, error)) != CCLB_OK ||
        (status = case_same("the class", cclb_text(fault_class(fault)), class, error)) != CCLB_OK) {
        return status;
    }
    /* Of a syntax error the reference's words are its JSON library's, and not part of the contract. */
    const char *message = fault == METADATA_FAULT_JSON ? "-" : refusal.message;
    return expect_message(message, text, error);
}

static bool writes_mode(const struct plugin_metadata *metadata, cclb_hook hook)
{
    for (size_t i = 0; i < metadata->hook_count; i++) {
        if (metadata->hooks[i].hook == hook) {
            return metadata->hooks[i].mode_written;
        }
    }
    return false;
}

cclb_status vector_generic_metadata(struct vector_case *line, cclb_error *error)
{
    cclb_bytes json;
    bool ok;
    cclb_bytes expected;
    cclb_status status = case_hex(line, "json", 0, &json, error);
    if (status != CCLB_OK || (status = case_verdict(line, &ok, error)) != CCLB_OK ||
        (status = case_field(line, ok ? "flags" : "class", &expected, error)) != CCLB_OK ||
        (status = case_end(line, error)) != CCLB_OK) {
        return status;
    }

    /* The runtimes that do this are those of forms W6 and W8, whose metadata rules are the same. */
    struct plugin_metadata metadata;
    enum metadata_fault fault = METADATA_FAULT_NONE;
    cclb_error refusal;
    cclb_status verdict = metadata_generic_check(json, &refusal);
    const char *class = "value_json";
    if (verdict == CCLB_OK) {
        verdict = metadata_parse(json, CCLB_FORM_W8, line->arena, &metadata, &fault, &refusal);
        class = fault_class(fault);
    }
    if (verdict == CCLB_NO_MEMORY || (ok && verdict != CCLB_OK)) {
        *error = refusal;
        return verdict;
    }
    if (!ok) {
        status = case_same_verdict(verdict == CCLB_OK, false, error);
        return status == CCLB_OK ? case_same("the class", cclb_text(class), expected, error) : status;
    }
    char flags[2] = {
        writes_mode(&metadata, CCLB_HOOK_TRANSFORM_RESPONSE) ? '1' : '0',
        writes_mode(&metadata, CCLB_HOOK_TRANSFORM_SSE_EVENT) ? '1' : '0',
    };
    return case_same("the pair of flags", cclb_bytes_of(flags, sizeof flags), expected, error);
}
