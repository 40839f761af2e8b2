/* SPDX-License-Identifier: Apache-2.0 */
/* json_number.c - a significand of 64 bits and a decimal exponent, as serde_json keeps them. */

#include "base/json_number.h"

#include <math.h>

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/*
 * Whether significand * 10^exponent is finite by serde_json's arithmetic: one rounding of the significand, one of the
 * product with a power of ten. Below 10^289 no 64-bit significand can overflow; above 10^308 there is no power.
 */
static bool is_finite(uint64_t significand, int64_t exponent)
{
    static const double powers[] = {1e289, 1e290, 1e291, 1e292, 1e293, 1e294, 1e295, 1e296, 1e297, 1e298,
                                    1e299, 1e300, 1e301, 1e302, 1e303, 1e304, 1e305, 1e306, 1e307, 1e308};
    if (significand == 0 || exponent < 289) {
        return true;
    }
    return exponent <= 308 && isfinite((double)significand * powers[exponent - 289]);
}

static bool append_digit(uint64_t *significand, uint8_t digit)
{
    uint64_t value;
    if (__builtin_mul_overflow(*significand, 10u, &value) ||
        __builtin_add_overflow(value, (uint64_t)(digit - '0'), &value)) {
        return false;
    }
    *significand = value;
    return true;
}

/* Digits that a 64-bit significand has no room for count as zeros before the point and are dropped after it. */
bool number_is_finite(cclb_bytes number)
{
    const uint8_t *at = number.data;
    const uint8_t *end = at + number.len;
    uint64_t significand = 0;
    int64_t exponent = 0;
    bool room = true;
    at += *at == '-';
    for (; at < end && is_digit(*at); at++) {
        room = room && append_digit(&significand, *at);
        exponent += !room;
    }
    if (at < end && *at == '.') {
        room = true;
        for (at++; at < end && is_digit(*at); at++) {
            room = room && append_digit(&significand, *at);
            exponent -= room;
        }
    }
    if (at == end) {
        return is_finite(significand, exponent);
    }
    at++; /* e or E */
    bool negative = *at == '-';
    at += *at == '-' || *at == '+';
    int64_t power = 0;
    for (; at < end; at++) {
        power = power * 10 + (*at - '0');
        if (power > INT32_MAX) {
            return negative || significand == 0;
        }
    }
    return is_finite(significand, negative ? exponent - power : exponent + power);
}
