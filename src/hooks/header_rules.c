/* SPDX-License-Identifier: Apache-2.0 */
/* header_rules.c - the token rules of HTTP, as the reference's library has them. */

#include "hooks/header_rules.h"

static bool is_token_character(uint8_t c)
{
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        return true;
    }
    switch (c) {
    case '!':
    case '#':
    case '$':
    case '%':
    case '&':
    case '\'':
    case '*':
    case '+':
    case '-':
    case '.':
    case '^':
    case '_':
    case '`':
    case '|':
    case '~':
        return true;
    default:
        return false;
    }
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

bool header_value_valid(cclb_bytes value)
{
    for (size_t i = 0; i < value.len; i++) {
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
