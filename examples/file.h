/* SPDX-License-Identifier: Apache-2.0 */
/* file.h - whole files for the examples. */
#ifndef EXAMPLES_FILE_H
#define EXAMPLES_FILE_H

#include "cclb/bytes.h"

/* A whole file; free() its data. Ends the program with a message if it cannot be read. */
cclb_bytes read_file(const char *folder, const char *name);

/* Gives a file's bytes back. */
void free_file(cclb_bytes file);

#endif
