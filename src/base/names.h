/* SPDX-License-Identifier: Apache-2.0 */
/* names.h - looking a name up in a table of them. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "cclb/bytes.h"

/* Index of `name` among `count` names, or `count`. */
size_t names_find(const char *const *names, size_t count, cclb_bytes name);

#endif
