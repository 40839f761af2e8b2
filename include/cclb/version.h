/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.h - which cclb this is.
 *
 * The macros are the version of the headers, at compile time; the function tells that of the library, at run time.
 */
#ifndef CCLB_VERSION_H
#define CCLB_VERSION_H

#include "cclb/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers. */
#define CCLB_VERSION_MAJOR 0
#define CCLB_VERSION_MINOR 1
#define CCLB_VERSION_PATCH 0

/* The version of the library that is linked, as "0.1.0"; static. Any thread; neither blocks nor allocates. */
CCLB_API const char *cclb_version(void);

#ifdef __cplusplus
}
#endif

#endif
