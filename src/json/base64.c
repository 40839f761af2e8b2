/* SPDX-License-Identifier: Apache-2.0 */
/* base64.c - groups of three bytes and four characters; only the last group may be short. */

#include "json/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encoded_size(size_t len)
{
    return (len + 2) / 3 * 4;
}

void base64_encode(cclb_bytes bytes, char *text)
{
    size_t at = 0;
    for (; bytes.len - at >= 3; at += 3) {
        uint32_t group = (uint32_t)bytes.data[at] << 16 | (uint32_t)bytes.data[at + 1] << 8 | bytes.data[at + 2];
        *text++ = alphabet[group >> 18];
        *text++ = alphabet[group >> 12 & 63];
        *text++ = alphabet[group >> 6 & 63];
        *text++ = alphabet[group & 63];
    }
    size_t rest = bytes.len - at;
    if (rest > 0) {
        uint32_t group = (uint32_t)bytes.data[at] << 16 | (rest == 2 ? (uint32_t)bytes.data[at + 1] << 8 : 0);
        *text++ = alphabet[group >> 18];
        *text++ = alphabet[group >> 12 & 63];
        *text++ = '=';
        if (rest == 2) {
            text[-1] = alphabet[group >> 6 & 63];
        }
        *text++ = '=';
    }
}

size_t base64_decoded_size_max(size_t len)
{
    return len / 4 * 3;
}

/* The six bits of a character, or -1. */
static int sextet(uint8_t character)
{
    if (character >= 'A' && character <= 'Z') {
        return character - 'A';
    }
    if (character >= 'a' && character <= 'z') {
        return character - 'a' + 26;
    }
    if (character >= '0' && character <= '9') {
        return character - '0' + 52;
    }
    return character == '+' ? 62 : character == '/' ? 63 : -1;
}

bool base64_decode(cclb_bytes text, uint8_t *out, size_t *len, size_t *fault)
{
    if (text.len % 4 != 0) {
        *fault = text.len;
        return false;
    }
    size_t digits = text.len;
    for (size_t padding = 0; padding < 2 && digits > 0 && text.data[digits - 1] == '='; padding++) {
        digits--;
    }
    uint32_t bits = 0;
    unsigned bit_count = 0;
    size_t written = 0;
    for (size_t at = 0; at < digits; at++) {
        int value = sextet(text.data[at]);
        if (value < 0) {
            *fault = at;
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out[written++] = (uint8_t)(bits >> bit_count);
        }
    }
    /* What is left over is 0, 2 or 4 bits of the last character, which must be zero; 6 would be a lone character. */
    if (bit_count == 6 || (bits & ((UINT32_C(1) << bit_count) - 1)) != 0) {
        *fault = digits - 1;
        return false;
    }
    *len = written;
    return true;
}
