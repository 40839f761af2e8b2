/* SPDX-License-Identifier: Apache-2.0 */
/* host_values.c - one function for each kind of value that a host document has. */

#include "json/host_values.h"

#include "base/error.h"
#include "base/json_scan.h"
#include "cclb/request.h"

cclb_status host_read_object(const struct host_reading *reading, const struct place *place,
                             const struct host_object *object, json_t *tree, void *values)
{
    if (!json_is_object(tree)) {
        return read_refuse_kind(&reading->values, place, "an object", tree);
    }
    const char *names[HOST_MEMBERS_MAX];
    for (size_t i = 0; i < object->count; i++) {
        names[i] = object->members[i].name;
    }
    cclb_status status = CCLB_OK;
    for (void *at = json_object_iter(tree); at && status == CCLB_OK; at = json_object_iter_next(tree, at)) {
        struct place inner = {.outer = place, .member = json_object_iter_key(at)};
        json_t *value = json_object_iter_value(at);
        size_t i = 0;
        while (i < object->count && strcmp(names[i], inner.member) != 0) {
            i++;
        }
        if (i == object->count) {
            return read_refuse_unknown(&reading->values, &inner, names, object->count);
        }
        if (!json_is_null(value)) {
            const struct host_member *member = &object->members[i];
            status = member->read(reading, &inner, value, (uint8_t *)values + member->offset);
        }
    }
    return status;
}

cclb_status host_skip(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    (void)reading;
    (void)place;
    (void)tree;
    (void)value;
    return CCLB_OK;
}

/* ---- texts and numbers ---- */

cclb_status host_text(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    return read_text(&reading->values, place, tree, value);
}

cclb_status host_optional_text(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    cclb_optional_bytes *optional = value;
    optional->present = true;
    return read_text(&reading->values, place, tree, &optional->value);
}

static cclb_status small(const struct host_reading *reading, const struct place *place, json_t *tree, uint16_t min,
                         uint16_t max, uint16_t *value)
{
    uint64_t number = 0;
    cclb_status status = read_integer(&reading->values, place, tree, min, max, &number);
    *value = (uint16_t)number;
    return status;
}

cclb_status host_u16(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    return small(reading, place, tree, 0, UINT16_MAX, value);
}

cclb_status host_status(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    return small(reading, place, tree, 100, 999, value);
}

cclb_status host_u32(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    uint64_t number = 0;
    cclb_status status = read_integer(&reading->values, place, tree, 0, UINT32_MAX, &number);
    *(uint32_t *)value = (uint32_t)number;
    return status;
}

cclb_status host_u64(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    return read_integer(&reading->values, place, tree, 0, UINT64_MAX, value);
}

cclb_status host_optional_u64(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    cclb_optional_u64 *optional = value;
    optional->present = true;
    return host_u64(reading, place, tree, &optional->value);
}

/* ---- names ---- */

cclb_status host_uuid(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    cclb_bytes text;
    cclb_status status = read_text(&reading->values, place, tree, &text);
    if (status == CCLB_OK && !cclb_uuid_parse(text, value)) {
        status = read_refuse(&reading->values, place, "not a UUID");
    }
    return status;
}

cclb_status host_principal_kind(const struct host_reading *reading, const struct place *place, json_t *tree,
                                void *value)
{
    if (json_is_string(tree) && cclb_principal_kind_from_name(read_string(tree), value)) {
        return CCLB_OK;
    }
    const char *names[CCLB_PRINCIPAL_KIND_COUNT];
    for (cclb_principal_kind kind = 0; kind < CCLB_PRINCIPAL_KIND_COUNT; kind++) {
        names[kind] = cclb_principal_kind_name(kind);
    }
    return read_refuse_name(&reading->values, place, tree, names, CCLB_PRINCIPAL_KIND_COUNT);
}

cclb_status host_candidate_kind(const struct host_reading *reading, const struct place *place, json_t *tree,
                                void *value)
{
    if (json_is_string(tree) && cclb_candidate_kind_from_name(read_string(tree), value)) {
        return CCLB_OK;
    }
    const char *names[] = {cclb_candidate_kind_name(CCLB_CANDIDATE_ANTHROPIC_API_KEY),
                           cclb_candidate_kind_name(CCLB_CANDIDATE_ANTHROPIC_OAUTH)};
    return read_refuse_name(&reading->values, place, tree, names, sizeof names / sizeof names[0]);
}

/* ---- what goes on as it stands in the document ---- */

cclb_status host_claims(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    if (!json_is_object(tree)) {
        return read_refuse_kind(&reading->values, place, "an object", tree);
    }
    cclb_bytes text = reading->raw->text[HOST_RAW_CLAIMS];
    return arena_copy(reading->values.arena, text, value) ? CCLB_OK : error_no_memory(reading->values.error, text.len);
}

/* A part of the document without its white space. */
static cclb_status compact(const struct host_reading *reading, enum host_raw_place part, cclb_bytes *bytes)
{
    cclb_bytes text = reading->raw->text[part];
    size_t len = scan_compact(text, NULL);
    uint8_t *out = arena_alloc(reading->values.arena, len);
    if (out == NULL) {
        return error_no_memory(reading->values.error, len);
    }
    scan_compact(text, out);
    *bytes = cclb_bytes_of(out, len);
    return CCLB_OK;
}

static cclb_status content(const struct host_reading *reading, const struct place *place, json_t *tree,
                           enum host_raw_place part, cclb_bytes *bytes)
{
    static const char expected[] = "a string, {\"base64\": \"...\"} or {\"json\": ...}";
    if (json_is_string(tree) || (json_object_size(tree) == 1 && json_is_string(json_object_get(tree, "base64")))) {
        return read_bytes(&reading->values, place, tree, bytes);
    }
    if (json_object_size(tree) == 1 && json_object_get(tree, "json")) {
        return compact(reading, part, bytes);
    }
    if (json_is_object(tree)) {
        return read_refuse(&reading->values, place, "expected %s, found another object", expected);
    }
    return read_refuse_kind(&reading->values, place, expected, tree);
}

static cclb_status body(const struct host_reading *reading, const struct place *place, json_t *tree,
                        enum host_raw_place part, cclb_spans *spans)
{
    cclb_bytes *span = arena_alloc(reading->values.arena, sizeof *span);
    if (span == NULL) {
        return error_no_memory(reading->values.error, sizeof *span);
    }
    *spans = (cclb_spans){.spans = span, .count = 1};
    return content(reading, place, tree, part, span);
}

cclb_status host_request_body(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    return body(reading, place, tree, HOST_RAW_REQUEST_BODY, value);
}

cclb_status host_response_body(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    return body(reading, place, tree, HOST_RAW_RESPONSE_BODY, value);
}

cclb_status host_event_data(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    return content(reading, place, tree, HOST_RAW_EVENT_DATA, value);
}

/* ---- headers ---- */

/* ["name", "value"] each. */
static cclb_status header_pairs(const struct host_reading *reading, const struct place *place, json_t *tree,
                                cclb_header *items)
{
    cclb_status status = CCLB_OK;
    for (size_t i = 0; i < json_array_size(tree) && status == CCLB_OK; i++) {
        json_t *pair = json_array_get(tree, i);
        struct place element = {.outer = place, .index = i};
        struct place name = {.outer = &element, .index = 0};
        struct place value = {.outer = &element, .index = 1};
        if (!json_is_array(pair)) {
            return read_refuse_kind(&reading->values, &element, "[\"name\", \"value\"]", pair);
        }
        if (json_array_size(pair) != 2) {
            return read_refuse(&reading->values, &element, "expected [\"name\", \"value\"], found an array of %zu",
                               json_array_size(pair));
        }
        status = read_text(&reading->values, &name, json_array_get(pair, 0), &items[i].name);
        if (status == CCLB_OK) {
            status = read_bytes(&reading->values, &value, json_array_get(pair, 1), &items[i].value);
        }
    }
    return status;
}

/* {"name": "value"}, or {"name": ["value", "value"]} for one that comes more than once. */
static cclb_status header_members(const struct host_reading *reading, const struct place *place, json_t *tree,
                                  cclb_header *items)
{
    cclb_status status = CCLB_OK;
    for (void *at = json_object_iter(tree); at && status == CCLB_OK; at = json_object_iter_next(tree, at)) {
        struct place member = {.outer = place, .member = json_object_iter_key(at)};
        cclb_bytes name = cclb_text(member.member);
        json_t *values = json_object_iter_value(at);
        if (!json_is_array(values)) {
            items->name = name;
            status = read_bytes(&reading->values, &member, values, &items->value);
            items++;
            continue;
        }
        for (size_t i = 0; i < json_array_size(values) && status == CCLB_OK; i++) {
            struct place element = {.outer = &member, .index = i};
            items->name = name;
            status = read_bytes(&reading->values, &element, json_array_get(values, i), &items->value);
            items++;
        }
    }
    return status;
}

static size_t count_values(json_t *object)
{
    size_t count = 0;
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        json_t *values = json_object_iter_value(at);
        count += json_is_array(values) ? json_array_size(values) : 1;
    }
    return count;
}

cclb_status host_headers(const struct host_reading *reading, const struct place *place, json_t *tree, void *value)
{
    cclb_headers *headers = value;
    if (!json_is_array(tree) && !json_is_object(tree)) {
        return read_refuse_kind(&reading->values, place, "an array or an object", tree);
    }
    size_t count = json_is_array(tree) ? json_array_size(tree) : count_values(tree);
    cclb_header *items = arena_array(reading->values.arena, count, sizeof *items);
    if (items == NULL) {
        return error_no_memory(reading->values.error, count * sizeof *items);
    }
    *headers = (cclb_headers){.items = items, .count = count};
    return json_is_array(tree) ? header_pairs(reading, place, tree, items)
                               : header_members(reading, place, tree, items);
}
