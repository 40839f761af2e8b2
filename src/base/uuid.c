/* SPDX-License-Identifier: Apache-2.0 */
/* uuid.c - four spellings, told apart by their length; and those of version 5, by the crate `uuid`. */

#include "base/uuid.h"

#include "base/hex.h"
#include "base/rust_uuid.h"
#include "cclb/uuid.h"

enum { SIMPLE = 32, BRACED = UUID_TEXT_SIZE + 2 };

static const char urn[] = "urn:uuid:";
enum { URN_PREFIX = sizeof urn - 1 };

static bool has_urn_prefix(const uint8_t *data)
{
    for (size_t i = 0; i < URN_PREFIX; i++) {
        uint8_t c = data[i];
        if (c >= 'A' && c <= 'Z') {
            c = (uint8_t)(c | 0x20);
        }
        if (c != (uint8_t)urn[i]) {
            return false;
        }
    }
    return true;
}

/* Bytes first to last of the hyphenated form, which begin at text[at]. */
static inline int parse_group(const uint8_t *text, size_t at, size_t first, size_t last, uint8_t *out)
{
    int wrong = 0;
    for (size_t i = first; i <= last; i++) {
        int value = hex_pair(text + at + 2 * (i - first));
        wrong |= value;
        out[i] = (uint8_t)value;
    }
    return wrong;
}

static bool parse_hyphenated(const uint8_t *text, uint8_t out[UUID_SIZE])
{
    int wrong = parse_group(text, 0, 0, 3, out) | parse_group(text, 9, 4, 5, out) | parse_group(text, 14, 6, 7, out) |
                parse_group(text, 19, 8, 9, out) | parse_group(text, 24, 10, 15, out);
    return wrong >= 0 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

bool uuid_parse(cclb_bytes text, uint8_t out[UUID_SIZE])
{
    switch (text.len) {
    case SIMPLE:
        return parse_group(text.data, 0, 0, UUID_SIZE - 1, out) >= 0;
    case UUID_TEXT_SIZE:
        return parse_hyphenated(text.data, out);
    case BRACED:
        return text.data[0] == '{' && text.data[BRACED - 1] == '}' && parse_hyphenated(text.data + 1, out);
    case URN_PREFIX + UUID_TEXT_SIZE:
        return has_urn_prefix(text.data) && parse_hyphenated(text.data + URN_PREFIX, out);
    default:
        return false;
    }
}

void uuid_format(const uint8_t uuid[UUID_SIZE], char text[UUID_TEXT_SIZE])
{
    char digits[2 * UUID_SIZE];
    for (size_t i = 0; i < UUID_SIZE; i += 4) {
        hex_four(uuid + i, digits + 2 * i);
    }
    memcpy(text, digits, 8);
    text[8] = '-';
    memcpy(text + 9, digits + 8, 4);
    text[13] = '-';
    memcpy(text + 14, digits + 12, 4);
    text[18] = '-';
    memcpy(text + 19, digits + 16, 4);
    text[23] = '-';
    memcpy(text + 24, digits + 20, 12);
}

bool cclb_uuid_parse(cclb_bytes text, cclb_uuid *uuid)
{
    cclb_uuid parsed;
    if (!uuid_parse(text, parsed.bytes)) {
        return false;
    }
    *uuid = parsed;
    return true;
}

void cclb_uuid_format(cclb_uuid uuid, char text[CCLB_UUID_TEXT_SIZE])
{
    uuid_format(uuid.bytes, text);
    text[UUID_TEXT_SIZE] = '\0';
}

cclb_uuid cclb_uuid_from_name(cclb_bytes name)
{
    uint8_t space[UUID_SIZE] = {0};
    uuid_parse(cclb_text(CCLB_UUID_NAMESPACE), space);
    cclb_uuid uuid;
    rust_uuid_v5(space, name, uuid.bytes);
    return uuid;
}
