/* SPDX-License-Identifier: Apache-2.0 */
/* number.h - numbers as text that any locale reads alike. */
#ifndef METRICS_NUMBER_H
#define METRICS_NUMBER_H

#include "cclb/bytes.h"

/* Room for any of them, with its NUL: "-0.0000" and 17 digits is long, "-1.7976931348623157e-308" is longer. */
enum { NUMBER_SIZE = 32 };

/*
 * The shortest digits that read back as the very same value: "3", "0.000002", "1e+21", "+Inf", "-Inf", "NaN". With a
 * point, never a comma, whatever the host's locale says. Returns its length.
 */
size_t number_write(double value, char out[NUMBER_SIZE]);

/* The same of what printf made with %e of a finite number, in whatever locale. */
size_t number_lay_out(const char *printed, char out[NUMBER_SIZE]);

#endif
