/* SPDX-License-Identifier: Apache-2.0 */
/* uuid.c - four spellings, told apart by their length; and those of version 5, by the crate `uuid`. */

#include "base/uuid.h"

#include "base/hex.h"
#include "base/rust_uuid.h"
#include "cclb/uuid.h"

enum { SIMPLE = 32, BRACED = UUID_TEXT_SIZE + 2 };

static const char urn[] = "urn:uuid:";
enum { URN_PREFIX = sizeof urn - 1 };

static bool hyphen_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

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

static bool parse_digits(const uint8_t *data, bool hyphenated, uint8_t out[UUID_SIZE])
{
    for (size_t i = 0; i < UUID_SIZE; i++) {
        if (hyphenated && hyphen_before(i) && *data++ != '-') {
            return false;
        }
        int high = hex_digit(data[0]);
        int low = hex_digit(data[1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (uint8_t)(high << 4 | low);
        data += 2;
    }
    return true;
}

bool uuid_parse(cclb_bytes text, uint8_t out[UUID_SIZE])
{
    switch (text.len) {
    case SIMPLE:
        return parse_digits(text.data, false, out);
    case UUID_TEXT_SIZE:
        return parse_digits(text.data, true, out);
    case BRACED:
        return text.data[0] == '{' && text.data[BRACED - 1] == '}' && parse_digits(text.data + 1, true, out);
    case URN_PREFIX + UUID_TEXT_SIZE:
        return has_urn_prefix(text.data) && parse_digits(text.data + URN_PREFIX, true, out);
    default:
        return false;
    }
}

void uuid_format(const uint8_t uuid[UUID_SIZE], char text[UUID_TEXT_SIZE])
{
    for (size_t i = 0; i < UUID_SIZE; i++) {
        if (hyphen_before(i)) {
            *text++ = '-';
        }
        hex_encode(cclb_bytes_of(uuid + i, 1), text);
        text += 2;
    }
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
