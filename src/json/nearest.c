/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.c - edit distance, one row at a time; names are short, and what is long is no misspelling of one. */

#include "json/nearest.h"

#include <string.h>

enum { LONGEST = 64 };

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many characters have to be changed, put in or left out; LONGEST if one of the two is too long to tell. */
static size_t distance(const char *a, const char *b)
{
    size_t a_len = strnlen(a, LONGEST);
    size_t b_len = strnlen(b, LONGEST);
    if (a_len == LONGEST || b_len == LONGEST) {
        return LONGEST;
    }
    size_t row[LONGEST];
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least_of(changed, least_of(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_len];
}

const char *nearest_name(const char *misspelt, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t least = 2 + strnlen(misspelt, LONGEST) / 3; /* this many edits make another word */
    for (size_t i = 0; i < count; i++) {
        size_t far = distance(misspelt, names[i]);
        if (far < least) {
            least = far;
            nearest = names[i];
        }
    }
    return nearest;
}
