/* SPDX-License-Identifier: Apache-2.0 */
/* header_rules.c - the token rules of HTTP, as the reference's library has them. */

#include "hooks/header_rules.h"

/* Letters, digits and !#$%&'*+-.^_`|~, a bit for each character from 0x00 on. */
static bool is_token_character(uint8_t c)
{
    static const uint32_t tokens[8] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff, 0, 0, 0, 0};
    return (tokens[c / 32] >> c % 32 & 1) != 0;
}

static bool is_token(cclb_bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_token_character(text.data[i])) {
            return false;
        }
    }
    return text.len > 0;
}

bool header_name_valid(cclb_bytes name)
{
    return name.len <= HEADER_NAME_MAX && is_token(name);
}

void header_name_lower(cclb_bytes name, uint8_t *out)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.data[i];
        out[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
    }
}

/* Whether one of eight characters is 0x7f or below 0x20. */
static bool has_control(const uint8_t *eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, eight, sizeof word);
    uint64_t low = (word - ones * 0x20) & ~word;
    uint64_t from_delete = word ^ ones * 0x7f;
    uint64_t deletes = (from_delete - ones) & ~from_delete;
    return ((low | deletes) & ones * 0x80) != 0;
}

bool header_value_valid(cclb_bytes value)
{
    for (size_t i = 0; i < value.len; i++) {
        while (value.len - i > 8 && !has_control(value.data + i)) {
            i += 8;
        }
        uint8_t c = value.data[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

bool header_method_valid(cclb_bytes method)
{
    return is_token(method);
}

bool header_status_valid(uint32_t status)
{
    return status >= 100 && status <= 999;
}
