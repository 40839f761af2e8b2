/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number.c - digits by printf, laid out by hand.
 *
 * printf and strtod agree with each other in any locale; only what stands between the digits is the locale's.
 */

#include "metrics/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS_MAX = 17, PLAIN_BELOW = 21, PLAIN_ABOVE = -8 };

/* A number as digits d.ddd times a power of ten. */
struct decimal {
    bool negative;
    char digits[DIGITS_MAX];
    int count;
    int exponent;
};

/* Takes "-d,ddde-xx" apart, where the separator may be any text without digits. */
static void take_apart(const char *text, struct decimal *decimal)
{
    *decimal = (struct decimal){.negative = *text == '-'};
    for (; *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && decimal->count < DIGITS_MAX) {
            decimal->digits[decimal->count++] = *text;
        }
    }
    decimal->exponent = atoi(text + 1);
}

/* Digits from `first` on, zeros where there are none left. */
static char *put_digits(char *out, const struct decimal *decimal, int first, int count)
{
    for (int i = first; i < first + count; i++) {
        *out++ = i < decimal->count ? decimal->digits[i] : '0';
    }
    return out;
}

static char *put_plain(char *out, const struct decimal *decimal)
{
    int whole = decimal->exponent >= 0 ? decimal->exponent + 1 : 0; /* digits before the point */
    if (whole == 0) {
        *out++ = '0';
    }
    out = put_digits(out, decimal, 0, whole);
    if (decimal->count > whole) {
        *out++ = '.';
        for (int i = decimal->exponent + 1; i < 0; i++) {
            *out++ = '0';
        }
        out = put_digits(out, decimal, whole, decimal->count - whole);
    }
    return out;
}

static char *put_scientific(char *out, const struct decimal *decimal)
{
    *out++ = decimal->digits[0];
    if (decimal->count > 1) {
        *out++ = '.';
        out = put_digits(out, decimal, 1, decimal->count - 1);
    }
    return out + snprintf(out, 6, "e%+03d", decimal->exponent);
}

size_t number_lay_out(const char *printed, char out[NUMBER_SIZE])
{
    struct decimal decimal;
    take_apart(printed, &decimal);
    char *end = out;
    if (decimal.negative) {
        *end++ = '-';
    }
    if (decimal.exponent < PLAIN_BELOW && decimal.exponent > PLAIN_ABOVE) {
        end = put_plain(end, &decimal);
    } else {
        end = put_scientific(end, &decimal);
    }
    *end = '\0';
    return (size_t)(end - out);
}

size_t number_write(double value, char out[NUMBER_SIZE])
{
    if (!isfinite(value)) {
        strcpy(out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
        return strlen(out);
    }
    char printed[64];
    double back;
    int precision = 0;
    do {
        snprintf(printed, sizeof printed, "%.*e", precision, value);
        back = strtod(printed, NULL);
    } while (memcmp(&back, &value, sizeof back) != 0 && ++precision < DIGITS_MAX);
    return number_lay_out(printed, out);
}
