/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headers.c - one walk over a list; a name is copied only if it has upper-case letters, a value never.
 */

#include "hooks/headers.h"

#include "base/error.h"
#include "hooks/answer.h"
#include "hooks/header_rules.h"

#include <inttypes.h>

static bool is_one_of(cclb_bytes name, const cclb_bytes *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cclb_bytes_equal(name, names[i])) {
            return true;
        }
    }
    return false;
}

#define NAME(literal) {(const uint8_t *)(literal), sizeof(literal) - 1}
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

bool header_is_secret(cclb_bytes lower_name)
{
    static const cclb_bytes names[] = {NAME("authorization"), NAME("x-api-key"), NAME("host"),
                                       NAME("proxy-authorization")};
    return is_one_of(lower_name, names, COUNT(names));
}

bool header_is_secret_or_cookie(cclb_bytes lower_name)
{
    static const cclb_bytes cookie = NAME("cookie");
    return header_is_secret(lower_name) || cclb_bytes_equal(lower_name, cookie);
}

bool header_is_not_the_plugins(cclb_bytes lower_name)
{
    static const cclb_bytes names[] = {
        NAME("connection"),        NAME("keep-alive"),     NAME("proxy-authenticate"), NAME("proxy-authorization"),
        NAME("te"),                NAME("trailer"),        NAME("transfer-encoding"),  NAME("upgrade"),
        NAME("host"),              NAME("content-length"), NAME("authorization"),      NAME("x-api-key"),
    };
    static const cclb_bytes prefix = NAME("x-anthropic-");
    return is_one_of(lower_name, names, COUNT(names)) ||
           (lower_name.len >= prefix.len && memcmp(lower_name.data, prefix.data, prefix.len) == 0);
}

static bool has_upper_case(cclb_bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] >= 'A' && name.data[i] <= 'Z') {
            return true;
        }
    }
    return false;
}

/* The name in lower case; false: no memory. */
static bool lower(cclb_bytes name, struct arena *arena, cclb_bytes *lower_name)
{
    *lower_name = name;
    if (has_upper_case(name)) {
        uint8_t *copy = arena_array_unset(arena, name.len, 1);
        if (copy == NULL) {
            return false;
        }
        header_name_lower(name, copy);
        lower_name->data = copy;
    }
    return true;
}

static cclb_status refuse_given(const cclb_header *header, size_t index, const char *what, const char *part,
                                uint32_t rule, cclb_error *error)
{
    struct error_text name;
    return error_set(error, CCLB_BAD_INPUT, rule, CCLB_PHASE_NONE, "%s[%zu] `%s`: its %s cannot be one", what, index,
                     error_text(&name, header->name), part);
}

cclb_status headers_for_plugin(cclb_headers given, header_dropped *dropped, const char *what, uint32_t rule,
                               const struct key_seed *seed, struct arena *arena, cclb_headers *headers,
                               cclb_error *error)
{
    cclb_header *items = arena_array_unset(arena, given.count, sizeof *items);
    if (items == NULL) {
        return error_no_memory(error, given.count * sizeof *items);
    }
    size_t count = 0;
    for (size_t i = 0; i < given.count; i++) {
        const cclb_header *header = &given.items[i];
        if (!header_name_valid(header->name)) {
            return refuse_given(header, i, what, "name", rule, error);
        }
        if (!header_value_valid(header->value)) {
            return refuse_given(header, i, what, "value", rule, error);
        }
        cclb_bytes name;
        if (!lower(header->name, arena, &name)) {
            return error_no_memory(error, header->name.len);
        }
        if (dropped == NULL || !dropped(name)) {
            items[count++] = (cclb_header){name, header->value};
        }
    }
    *headers = (cclb_headers){items, count};
    return headers_group(items, count, seed, arena, error);
}

/* R98, in its order: the value's size, the name, the value. */
static cclb_status check(cclb_header header, const struct header_bounds *bounds, cclb_error *error)
{
    struct error_text name;
    if (header.value.len > bounds->value_max_bytes) {
        return answer_reject(error, bounds->hook, bounds->rule,
                             "header `%s`: a value of %zu bytes exceeds wire_bounds.max_header_value_bytes, %" PRIu64,
                             error_text(&name, header.name), header.value.len, bounds->value_max_bytes);
    }
    if (!header_name_valid(header.name)) {
        return answer_reject(error, bounds->hook, bounds->rule, "invalid header name `%s`",
                             error_text(&name, header.name));
    }
    if (!header_value_valid(header.value)) {
        return answer_reject(error, bounds->hook, bounds->rule, "invalid value of header `%s`",
                             error_text(&name, header.name));
    }
    return CCLB_OK;
}

cclb_status headers_of_plugin(cclb_array_view given, const struct header_bounds *bounds, const struct key_seed *seed,
                              struct arena *arena, cclb_headers *headers, cclb_error *error)
{
    cclb_header *items = arena_array_unset(arena, given.count, sizeof *items);
    if (items == NULL) {
        return error_no_memory(error, given.count * sizeof *items);
    }
    size_t count = 0;
    for (size_t i = 0; i < given.count; i++) {
        cclb_header header = cclb_header_at(given, i);
        cclb_bytes name;
        if (!lower(header.name, arena, &name)) {
            return error_no_memory(error, header.name.len);
        }
        if (bounds->dropped && bounds->dropped(name)) {
            continue;
        }
        header.name = name;
        cclb_status status = check(header, bounds, error);
        if (status != CCLB_OK) {
            return status;
        }
        items[count++] = header;
    }
    *headers = (cclb_headers){items, count};
    return headers_group(items, count, seed, arena, error);
}
