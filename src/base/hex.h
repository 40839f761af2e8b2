/* SPDX-License-Identifier: Apache-2.0 */
/* hex.h - bytes as pairs of hexadecimal digits. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "cclb/bytes.h"

/* Writes two digits per byte, without NUL: `bytes.len * 2` characters at text. */
void hex_encode(cclb_bytes bytes, char *text);

/*
 * Reads digits into `text.len / 2` bytes at out; false, with out undefined, unless text is all pairs of digits. Upper
 * case is not read, because nothing here writes it.
 */
bool hex_decode(cclb_bytes text, uint8_t *out);

/* Eight digits of four bytes: a half of a byte in each byte of a word, then what each is short of its character. */
static inline void hex_four(const uint8_t *bytes, char *text)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    uint64_t apart = four;
    apart = (apart | apart << 16) & UINT64_C(0x0000ffff0000ffff);
    apart = (apart | apart << 8) & UINT64_C(0x00ff00ff00ff00ff);
    apart = (apart >> 4 & UINT64_C(0x000f000f000f000f)) | (apart & UINT64_C(0x000f000f000f000f)) << 8;
    uint64_t is_letter = (apart + UINT64_C(0x0606060606060606)) >> 4 & UINT64_C(0x0101010101010101);
    uint64_t digits = apart + UINT64_C(0x3030303030303030) + is_letter * ('a' - '0' - 10);
    memcpy(text, &digits, sizeof digits);
}

/* The value of a digit and one; 0 for what is none. */
extern const uint8_t hex_values[256];

/* The value of one digit of either case, or -1. */
static inline int hex_digit(uint8_t character)
{
    return hex_values[character] - 1;
}

/* The value of two digits, or something below zero. */
static inline int hex_pair(const uint8_t *digits)
{
    int high = hex_digit(digits[0]);
    int low = hex_digit(digits[1]);
    return (high < 0 ? high : low < 0 ? low : high * 16 + low);
}

#endif
