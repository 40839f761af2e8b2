/* SPDX-License-Identifier: Apache-2.0 */
/* store.h - a capsule as a file: whole or not at all, never in place of another, and there still after a crash. */
#ifndef CAPSULE_STORE_H
#define CAPSULE_STORE_H

#include "cclb/bytes.h"

/* The longest folder; what comes behind it fits into a path then. */
enum { STORE_FOLDER_MAX = 3072 };

/*
 * Writes a file `NAME-NUMBER.json` into a folder, readable for its owner alone. Numbers go from 1 to 999; it gets the first
 * free one from `number` (from 1) on, and after the last come the first. EEXIST if all are taken. Returns 0 when file and name are on the disk, or an errno: then there is no file, and none half written,
 * unless the disk would not let go of it either.
 */
int store_file(const char *folder, const char *name, uint32_t number, cclb_bytes bytes);

#endif
