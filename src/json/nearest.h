/* SPDX-License-Identifier: Apache-2.0 */
/* nearest.h - what a misspelt name was meant to be. */
#ifndef JSON_NEAREST_H
#define JSON_NEAREST_H

#include <stddef.h>

/* Of `count` names the one that takes the fewest edits; NULL if that is another word. Of equals the first one. */
const char *nearest_name(const char *misspelt, const char *const *names, size_t count);

#endif
