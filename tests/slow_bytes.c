/* SPDX-License-Identifier: Apache-2.0 */
/* slow_bytes.c - bytes by the book; nothing here is in a hurry. */

#include "slow_bytes.h"

#include <stdlib.h>
#include <string.h>

void *slow_must_have(void *memory)
{
    if (!memory) {
        abort();
    }
    return memory;
}

void slow_append(struct slow_buffer *buffer, const void *data, size_t len)
{
    if (buffer->capacity - buffer->len < len || !buffer->data) {
        buffer->capacity = 2 * buffer->capacity + len + 64;
        buffer->data = slow_must_have(realloc(buffer->data, buffer->capacity));
    }
    if (data) {
        memcpy(buffer->data + buffer->len, data, len);
    } else {
        memset(buffer->data + buffer->len, 0, len);
    }
    buffer->len += len;
}

void slow_put_u32(uint8_t *at, uint32_t number)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(number >> (8 * i));
    }
}

uint32_t slow_get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

int64_t slow_get_i32(const uint8_t *at)
{
    int64_t number = slow_get_u32(at);
    return number < INT64_C(0x80000000) ? number : number - INT64_C(0x100000000);
}

/* The well-formed byte sequences, as the Unicode standard tabulates them (table 3-7); the rest is 80..bf. */
static const struct {
    uint8_t first_low, first_high;
    uint8_t second_low, second_high;
    size_t size;
} well_formed[] = {
    {0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* The size of the first character, 0 if there is none that is well formed. */
static size_t character_size(const uint8_t *text, size_t len)
{
    for (size_t row = 0; row < sizeof well_formed / sizeof well_formed[0]; row++) {
        size_t size = well_formed[row].size;
        if (text[0] < well_formed[row].first_low || text[0] > well_formed[row].first_high || size > len) {
            continue;
        }
        if (size > 1 && (text[1] < well_formed[row].second_low || text[1] > well_formed[row].second_high)) {
            return 0;
        }
        for (size_t i = 2; i < size; i++) {
            if (text[i] < 0x80 || text[i] > 0xbf) {
                return 0;
            }
        }
        return size;
    }
    return 0;
}

bool slow_is_utf8(const uint8_t *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        size_t size = character_size(text + at, len - at);
        if (size == 0) {
            return false;
        }
        at += size;
    }
    return true;
}
