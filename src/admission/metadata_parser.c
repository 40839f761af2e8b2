/* SPDX-License-Identifier: Apache-2.0 */
/* metadata_parser.c - two structs, each as an object or as an array, field by field. */

#include "admission/metadata_parser.h"

enum { NO_FIELD = -1 };

static const char *const plugin_fields[PLUGIN_FIELDS] = {"name", "version", "description", "usage", "hooks"};

/* The fields of a hook in declared order; the last one is unknown before W6. */
enum { HOOK_WIRE_VERSION, HOOK_DESCRIPTION, HOOK_USAGE, HOOK_MODE, HOOK_FIELDS };
static const char *const hook_fields[HOOK_FIELDS] = {"wire_version", "description", "usage", "mode"};

int parser_compare(cclb_bytes a, cclb_bytes b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.data, b.data, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* ---- fields ---- */

/* The text of a key; only one with escapes needs memory. */
static bool key_text(struct scan *scan, struct scan_string key, cclb_bytes *text)
{
    if (key.escaped) {
        return scan_decode(scan, key, text);
    }
    *text = key.raw;
    return true;
}

/* Which of `count` field names a key is, or NO_FIELD; false: no memory. */
static bool find_field(struct scan *scan, struct scan_string key, const char *const *names, int count, int *field)
{
    cclb_bytes text;
    if (!key_text(scan, key, &text)) {
        return false;
    }
    *field = NO_FIELD;
    for (int i = 0; i < count; i++) {
        if (cclb_bytes_equal(text, cclb_text(names[i]))) {
            *field = i;
        }
    }
    return true;
}

static bool parse_text(struct scan *scan, cclb_bytes *text, const uint8_t **at)
{
    struct scan_string string;
    if (scan_peek(scan) != '"') {
        return scan_fault(scan, scan->at, "invalid type, expected a string", NULL);
    }
    *at = scan->at;
    return scan_string(scan, SCAN_STRICT, &string) && scan_decode(scan, string, text);
}

/* A whole number from 0 to 255 in plain digits. */
static bool parse_wire_version(struct scan *scan, uint8_t *version)
{
    scan_peek(scan);
    const uint8_t *start = scan->at;
    const uint8_t *at = start;
    uint32_t value = 0;
    while (at < scan->end && *at >= '0' && *at <= '9' && value <= UINT8_MAX) {
        value = value * 10 + (uint32_t)(*at - '0');
        at++;
    }
    bool leading_zero = at - start > 1 && *start == '0';
    bool fraction = at < scan->end && (*at == '.' || (*at | 0x20) == 'e');
    if (at == start || value > UINT8_MAX || leading_zero || fraction) {
        return scan_fault(scan, start, "invalid value, expected u8", NULL);
    }
    *version = (uint8_t)value;
    scan->at = at;
    return true;
}

static bool parse_mode_word(struct scan *scan, enum plugin_mode *mode)
{
    struct scan_string string;
    cclb_bytes text;
    const uint8_t *at = scan->at;
    if (!scan_string(scan, SCAN_STRICT, &string) || !key_text(scan, string, &text)) {
        return false;
    }
    if (cclb_bytes_equal(text, cclb_text("active"))) {
        *mode = MODE_ACTIVE;
    } else if (cclb_bytes_equal(text, cclb_text("noop"))) {
        *mode = MODE_NOOP;
    } else {
        return scan_fault(scan, at, "unknown variant, expected `active` or `noop`", NULL);
    }
    return true;
}

/* "active", or {"active":null}, which is how a variant without content may also be written. */
static bool parse_mode(struct scan *scan, enum plugin_mode *mode)
{
    uint8_t byte = scan_peek(scan);
    if (byte == '"') {
        return parse_mode_word(scan, mode);
    }
    if (byte != '{') {
        return scan_fault(scan, scan->at, "expected value", NULL);
    }
    scan->at++;
    if (scan_peek(scan) != '"') {
        return scan_fault(scan, scan->at, "expected a variant", NULL);
    }
    if (!parse_mode_word(scan, mode) || !scan_expect(scan, ':', "expected `:`")) {
        return false;
    }
    scan_peek(scan);
    return scan_literal(scan, "null") && scan_expect(scan, '}', "expected value");
}

/* ---- a hook ---- */

static bool parse_hook_field(struct metadata_parser *parser, int field, struct parsed_hook *hook)
{
    struct scan *scan = &parser->scan;
    switch (field) {
    case HOOK_WIRE_VERSION:
        return parse_wire_version(scan, &hook->values.wire_version);
    case HOOK_DESCRIPTION:
        return parse_text(scan, &hook->values.description, &hook->description_at);
    case HOOK_USAGE:
        return parse_text(scan, &hook->values.usage, &hook->usage_at);
    case HOOK_MODE:
        return parse_mode(scan, &hook->values.mode);
    default:
        return scan_skip(scan, SCAN_LOOSE);
    }
}

static int hook_field_count(cclb_form form)
{
    return form >= CCLB_FORM_W6 ? HOOK_FIELDS : HOOK_MODE;
}

static bool hook_field_required(cclb_form form, int field)
{
    return field != HOOK_MODE || form >= CCLB_FORM_W9;
}

static bool parse_hook_object(struct metadata_parser *parser, struct parsed_hook *hook)
{
    struct scan *scan = &parser->scan;
    int count = hook_field_count(parser->form);
    uint32_t seen = 0;
    bool first = true;
    for (;;) {
        struct scan_string key;
        enum scan_next next = scan_next_member(scan, &first, &key);
        if (next == SCAN_NEXT_FAULT) {
            return false;
        }
        if (next == SCAN_NEXT_END) {
            break;
        }
        int field;
        if (!find_field(scan, key, hook_fields, HOOK_FIELDS, &field)) {
            return false;
        }
        if (field == HOOK_MODE) {
            hook->values.mode_written = !parser->positional;
        }
        if (field >= count) {
            field = NO_FIELD;
        }
        if (field != NO_FIELD && (seen >> field & 1)) {
            return scan_fault(scan, key.raw.data, "duplicate field", hook_fields[field]);
        }
        if (!parse_hook_field(parser, field, hook)) {
            return false;
        }
        if (field != NO_FIELD) {
            seen |= 1u << field;
        }
    }
    for (int field = 0; field < count; field++) {
        if (!(seen >> field & 1) && hook_field_required(parser->form, field)) {
            return scan_fault(scan, scan->at - 1, "missing field", hook_fields[field]);
        }
    }
    return true;
}

static bool parse_hook_array(struct metadata_parser *parser, struct parsed_hook *hook)
{
    struct scan *scan = &parser->scan;
    int count = hook_field_count(parser->form);
    bool first = true;
    for (int field = 0; field < count; field++) {
        enum scan_next next = scan_next_element(scan, &first);
        if (next == SCAN_NEXT_END) {
            return !hook_field_required(parser->form, field) ||
                   scan_fault(scan, scan->at - 1, "invalid length, no element for", hook_fields[field]);
        }
        if (next == SCAN_NEXT_FAULT || !parse_hook_field(parser, field, hook)) {
            return false;
        }
    }
    return scan_expect(scan, ']', "trailing characters");
}

static bool parse_hook(struct metadata_parser *parser, struct parsed_hook *hook)
{
    struct scan *scan = &parser->scan;
    *hook = (struct parsed_hook){.present = true};
    hook->values.mode = parser->form >= CCLB_FORM_W6 ? MODE_ACTIVE : MODE_NOT_IN_FORM;
    uint8_t byte = scan_peek(scan);
    if (byte != '{' && byte != '[') {
        return scan_fault(scan, scan->at, "invalid type, expected struct HookMetadata", NULL);
    }
    scan->at++;
    return byte == '{' ? parse_hook_object(parser, hook) : parse_hook_array(parser, hook);
}

/* ---- the plugin ---- */

/* All hooks; of a name that comes twice the last one holds. */
static bool parse_hooks(struct metadata_parser *parser)
{
    struct scan *scan = &parser->scan;
    if (scan_peek(scan) != '{') {
        return scan_fault(scan, scan->at, "invalid type, expected a map", NULL);
    }
    scan->at++;
    bool first = true;
    for (;;) {
        struct scan_string key;
        cclb_bytes name;
        struct parsed_hook hook;
        enum scan_next next = scan_next_member(scan, &first, &key);
        if (next != SCAN_NEXT_ITEM) {
            return next == SCAN_NEXT_END;
        }
        if (!key_text(scan, key, &name) || !parse_hook(parser, &hook)) {
            return false;
        }
        cclb_hook known = cclb_hook_from_name(name);
        if (cclb_form_has_hook(parser->form, known)) {
            hook.values.hook = known;
            parser->hooks[known] = hook;
        } else if (!parser->has_unknown || parser_compare(name, parser->unknown) < 0) {
            parser->has_unknown = true;
            parser->unknown = name;
            parser->unknown_at = key.raw.data;
        }
    }
}

static bool parse_plugin_field(struct metadata_parser *parser, int field)
{
    struct scan *scan = &parser->scan;
    struct plugin_metadata *values = &parser->values;
    switch (field) {
    case PLUGIN_NAME:
        return parse_text(scan, &values->name, &parser->at[field]);
    case PLUGIN_VERSION:
        return parse_text(scan, &values->version, &parser->at[field]);
    case PLUGIN_DESCRIPTION:
        return parse_text(scan, &values->description, &parser->at[field]);
    case PLUGIN_USAGE:
        return parse_text(scan, &values->usage, &parser->at[field]);
    case PLUGIN_HOOKS:
        return parse_hooks(parser);
    default:
        return scan_skip(scan, SCAN_LOOSE);
    }
}

static bool parse_plugin_object(struct metadata_parser *parser)
{
    struct scan *scan = &parser->scan;
    uint32_t seen = 0;
    bool first = true;
    for (;;) {
        struct scan_string key;
        enum scan_next next = scan_next_member(scan, &first, &key);
        if (next == SCAN_NEXT_FAULT) {
            return false;
        }
        if (next == SCAN_NEXT_END) {
            break;
        }
        int field;
        if (!find_field(scan, key, plugin_fields, PLUGIN_FIELDS, &field)) {
            return false;
        }
        if (field != NO_FIELD && (seen >> field & 1)) {
            return scan_fault(scan, key.raw.data, "duplicate field", plugin_fields[field]);
        }
        if (!parse_plugin_field(parser, field)) {
            return false;
        }
        if (field != NO_FIELD) {
            seen |= 1u << field;
        }
    }
    for (int field = 0; field < PLUGIN_HOOKS; field++) {
        if (!(seen >> field & 1)) {
            return scan_fault(scan, scan->at - 1, "missing field", plugin_fields[field]);
        }
    }
    return true;
}

static bool parse_plugin_array(struct metadata_parser *parser)
{
    struct scan *scan = &parser->scan;
    bool first = true;
    for (int field = 0; field < PLUGIN_FIELDS; field++) {
        enum scan_next next = scan_next_element(scan, &first);
        if (next == SCAN_NEXT_END) {
            return field == PLUGIN_HOOKS ||
                   scan_fault(scan, scan->at - 1, "invalid length, no element for", plugin_fields[field]);
        }
        if (next == SCAN_NEXT_FAULT || !parse_plugin_field(parser, field)) {
            return false;
        }
    }
    return scan_expect(scan, ']', "trailing characters");
}

static bool parse_plugin(struct metadata_parser *parser)
{
    struct scan *scan = &parser->scan;
    uint8_t byte = scan_peek(scan);
    if (byte != '{' && byte != '[') {
        return scan_fault(scan, scan->at, scan->at < scan->end ? "expected value" : "unexpected end of text", NULL);
    }
    scan->at++;
    parser->positional = byte == '[';
    return (byte == '{' ? parse_plugin_object(parser) : parse_plugin_array(parser)) && scan_finish(scan);
}

bool parser_run(struct metadata_parser *parser, cclb_bytes json, cclb_form form, struct arena *arena)
{
    scan_init(&parser->scan, json, arena);
    parser->form = form;
    return parse_plugin(parser);
}
