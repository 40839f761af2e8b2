/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template.h - text with places to fill in.
 *
 * "@NAME@" becomes the value of NAME. The lines between "@if FACT" and "@end" are there if the fact holds; these two
 * lines are not, and there are none inside of them.
 */
#ifndef CLI_TEMPLATE_H
#define CLI_TEMPLATE_H

#include <stddef.h>
#include <stdio.h>

enum { TEMPLATE_FACTS_MAX = 8 };

struct template_value {
    const char *name;
    const char *value;
};

struct template_facts {
    const struct template_value *values; /* ends with a name of NULL */
    const char *holds[TEMPLATE_FACTS_MAX];
    size_t count;
};

/* Writes the text with everything filled in. A name that has no value stays as it is. */
void template_write(FILE *out, const char *text, const struct template_facts *facts);

#endif
