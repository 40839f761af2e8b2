/* SPDX-License-Identifier: Apache-2.0 */
/* sample.c - order statistics; nothing here assumes that times are distributed in any known way. */

#include "sample.h"

#include <stdlib.h>

static int compare_times(const void *left, const void *right)
{
    const uint64_t *a = left;
    const uint64_t *b = right;
    return (*a > *b) - (*a < *b);
}

static int compare_values(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;
    return (*a > *b) - (*a < *b);
}

void sample_sort(uint64_t *times, size_t count)
{
    qsort(times, count, sizeof *times, compare_times);
}

double sample_quantile(const uint64_t *times, size_t count, double quantile)
{
    size_t place = (size_t)(quantile * (double)count);
    return (double)times[place < count ? place : count - 1];
}

struct spread sample_spread(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_values);
    double median = count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    return (struct spread){.median = median, .least = values[0], .most = values[count - 1]};
}
