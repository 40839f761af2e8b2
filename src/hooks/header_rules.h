/* SPDX-License-Identifier: Apache-2.0 */
/*
 * header_rules.h - which bytes may be a header's name or value, a method or a status (spec rules R96, R98, R102).
 */
#ifndef HOOKS_HEADER_RULES_H
#define HOOKS_HEADER_RULES_H

#include "cclb/bytes.h"

enum { HEADER_NAME_MAX = 65535 };

/* 1 to HEADER_NAME_MAX token characters. */
bool header_name_valid(cclb_bytes name);

/* Writes a valid name in lower case: name.len bytes at out, which may be name.data. */
void header_name_lower(cclb_bytes name, uint8_t *out);

/* No controls but tab; empty and bytes from 0x80 up are fine. */
bool header_value_valid(cclb_bytes value);

/* 1 or more token characters; case counts. */
bool header_method_valid(cclb_bytes method);

/* 100 to 999. */
bool header_status_valid(uint32_t status);

#endif
