/* SPDX-License-Identifier: Apache-2.0 */
/* metadata.c - what the fields must contain, in the order in which the published runtimes check it. */

#include "admission/metadata.h"

#include "admission/metadata_parser.h"
#include "base/error.h"
#include "base/utf8.h"

/* White_Space of the Unicode character database. */
static bool is_white_space(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0d) || code == 0x20 || code == 0x85 || code == 0xa0 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 || code == 0x202f ||
           code == 0x205f || code == 0x3000;
}

static bool is_blank(cclb_bytes text)
{
    size_t at = 0;
    while (at < text.len) {
        uint32_t code = 0;
        size_t size = utf8_decode(text.data + at, text.len - at, &code);
        if (size == 0 || !is_white_space(code)) {
            return false;
        }
        at += size;
    }
    return true;
}

static cclb_status reject_at(const struct metadata_parser *parser, const uint8_t *at, enum metadata_fault *fault,
                             enum metadata_fault which, cclb_error *error)
{
    *fault = which;
    error->offset = (uint64_t)(at - parser->scan.start);
    return error->status;
}

static cclb_status check_plugin(const struct metadata_parser *parser, enum metadata_fault *fault, cclb_error *error)
{
    const struct plugin_metadata *values = &parser->values;
    const struct {
        cclb_bytes text;
        const char *name;
        enum metadata_fault fault;
    } checks[PLUGIN_HOOKS] = {
        {values->name, "name", METADATA_FAULT_NAME},
        {values->version, "version", METADATA_FAULT_VERSION},
        {values->description, "description", METADATA_FAULT_DESCRIPTION},
        {values->usage, "usage", METADATA_FAULT_USAGE},
    };
    for (int field = 0; field < PLUGIN_HOOKS; field++) {
        if (is_blank(checks[field].text)) {
            error_set(error, CCLB_REJECTED, 7, CCLB_PHASE_INSPECT, "missing plugin %s", checks[field].name);
            return reject_at(parser, parser->at[field], fault, checks[field].fault, error);
        }
    }
    return CCLB_OK;
}

static cclb_status check_hook(const struct metadata_parser *parser, const struct parsed_hook *hook,
                              enum metadata_fault *fault, cclb_error *error)
{
    const char *name = cclb_hook_name(hook->values.hook);
    if (is_blank(hook->values.description)) {
        error_set(error, CCLB_REJECTED, 7, CCLB_PHASE_INSPECT, "hook '%s' missing description", name);
        error->hook = hook->values.hook;
        return reject_at(parser, hook->description_at, fault, METADATA_FAULT_HOOK_DESCRIPTION, error);
    }
    if (is_blank(hook->values.usage)) {
        error_set(error, CCLB_REJECTED, 7, CCLB_PHASE_INSPECT, "hook '%s' missing usage", name);
        error->hook = hook->values.hook;
        return reject_at(parser, hook->usage_at, fault, METADATA_FAULT_HOOK_USAGE, error);
    }
    return CCLB_OK;
}

/* Goes through the hooks bytewise by name and lists them in that order. */
static cclb_status check_hooks(struct metadata_parser *parser, enum metadata_fault *fault, cclb_error *error)
{
    static const cclb_hook by_name[CCLB_HOOK_COUNT] = {CCLB_HOOK_FILTER, CCLB_HOOK_OBSERVE, CCLB_HOOK_SHAPE,
                                                       CCLB_HOOK_TRANSFORM_RESPONSE, CCLB_HOOK_TRANSFORM_SSE_EVENT};
    struct plugin_metadata *values = &parser->values;
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        const struct parsed_hook *hook = &parser->hooks[by_name[i]];
        cclb_bytes name = cclb_text(cclb_hook_name(by_name[i]));
        if (parser->has_unknown && parser_compare(parser->unknown, name) < 0) {
            break;
        }
        if (hook->present) {
            cclb_status status = check_hook(parser, hook, fault, error);
            if (status != CCLB_OK) {
                return status;
            }
            values->hooks[values->hook_count++] = hook->values;
        }
    }
    if (parser->has_unknown) {
        struct error_text text;
        error_set(error, CCLB_REJECTED, 7, CCLB_PHASE_INSPECT, "unknown hook name: %s",
                  error_text(&text, parser->unknown));
        return reject_at(parser, parser->unknown_at, fault, METADATA_FAULT_UNKNOWN_HOOK, error);
    }
    if (values->hook_count == 0) {
        error_set(error, CCLB_REJECTED, 7, CCLB_PHASE_INSPECT, "plugin declares no hooks");
        return reject_at(parser, parser->scan.start, fault, METADATA_FAULT_NO_HOOKS, error);
    }
    return CCLB_OK;
}

static cclb_status scan_error(const struct scan *scan, uint32_t rule, const char *prefix, cclb_error *error)
{
    if (scan->no_memory) {
        return error_no_memory(error, (size_t)(scan->end - scan->start));
    }
    size_t line;
    size_t column;
    scan_place(scan, scan->fault_at, &line, &column);
    if (scan->field) {
        error_set(error, CCLB_REJECTED, rule, CCLB_PHASE_INSPECT, "%s%s `%s` at line %zu column %zu", prefix,
                  scan->fault, scan->field, line, column);
    } else {
        error_set(error, CCLB_REJECTED, rule, CCLB_PHASE_INSPECT, "%s%s at line %zu column %zu", prefix, scan->fault,
                  line, column);
    }
    error->offset = (uint64_t)(scan->fault_at - scan->start);
    return CCLB_REJECTED;
}

cclb_status metadata_parse(cclb_bytes json, cclb_form form, struct arena *arena, struct plugin_metadata *metadata,
                           enum metadata_fault *fault, cclb_error *error)
{
    struct metadata_parser parser = {0};
    *fault = METADATA_FAULT_NONE;
    if (!parser_run(&parser, json, form, arena)) {
        *fault = parser.scan.no_memory ? METADATA_FAULT_NONE : METADATA_FAULT_JSON;
        return scan_error(&parser.scan, 7, "invalid JSON: ", error);
    }
    cclb_status status = check_plugin(&parser, fault, error);
    if (status == CCLB_OK) {
        status = check_hooks(&parser, fault, error);
    }
    if (status == CCLB_OK) {
        *metadata = parser.values;
    }
    return status;
}

cclb_status metadata_generic_check(cclb_bytes json, cclb_error *error)
{
    struct scan scan;
    scan_init(&scan, json, NULL);
    if (scan_skip(&scan, SCAN_STRICT) && scan_finish(&scan)) {
        return CCLB_OK;
    }
    return scan_error(&scan, 6, "", error);
}
