/* SPDX-License-Identifier: Apache-2.0 */
/* utf8.h - strict UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF; NUL is a character. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "cclb/bytes.h"

/* Reads one character; returns its size (1 to 4) and sets *code, or 0 if the bytes do not start with one. */
size_t utf8_decode(const uint8_t *data, size_t len, uint32_t *code);

/* How many bytes from the start are whole, valid characters; equal to text.len if all are. */
size_t utf8_valid_prefix(cclb_bytes text);

/* Sixteen bytes at once, in a vector register where the machine has one. */
typedef uint64_t utf8_block __attribute__((vector_size(16)));

static inline utf8_block utf8_block_at(const uint8_t *data)
{
    utf8_block block;
    memcpy(&block, data, sizeof block);
    return block;
}

static inline uint64_t utf8_word_at(const uint8_t *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* Whether every byte is ASCII. Reads overlap instead of leaving a tail to go through byte by byte. */
static inline bool utf8_is_ascii(cclb_bytes text)
{
    const uint8_t *data = text.data;
    size_t len = text.len;
    uint64_t seen = 0;
    if (len >= 16) {
        utf8_block blocks = utf8_block_at(data) | utf8_block_at(data + len - 16);
        if (len > 32) {
            blocks |= utf8_block_at(data + 16) | utf8_block_at(data + len - 32);
            for (size_t at = 32; at + 32 < len; at += 16) {
                blocks |= utf8_block_at(data + at);
            }
        }
        seen = blocks[0] | blocks[1];
    } else if (len >= 8) {
        seen = utf8_word_at(data) | utf8_word_at(data + len - 8);
    } else if (len >= 4) {
        uint32_t first;
        uint32_t last;
        memcpy(&first, data, sizeof first);
        memcpy(&last, data + len - 4, sizeof last);
        seen = first | last;
    } else if (len > 0) {
        seen = (uint64_t)(data[0] | data[len / 2] | data[len - 1]);
    }
    return (seen & UINT64_C(0x8080808080808080)) == 0;
}

/* Whether all of it is valid; the first test is for the common case of plain ASCII. */
static inline bool utf8_valid(cclb_bytes text)
{
    return utf8_is_ascii(text) || utf8_valid_prefix(text) == text.len;
}

#endif
