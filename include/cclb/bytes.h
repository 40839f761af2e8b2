/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h - runs of bytes and text by value.
 *
 * Nothing in cclb is NUL-terminated unless a name says so. A cclb_bytes is borrowed: whoever made it says how
 * long it lives. Text is UTF-8 and may contain NUL.
 *
 * Every function here may be called from any thread, neither blocks nor allocates, and cannot fail.
 */
#ifndef CCLB_BYTES_H
#define CCLB_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define CCLB_API __attribute__((visibility("default")))
#define CCLB_MUST_CHECK __attribute__((warn_unused_result))
#else
#define CCLB_API
#define CCLB_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A borrowed run of bytes. data may be NULL when len is 0. */
typedef struct cclb_bytes {
    const uint8_t *data;
    size_t len;
} cclb_bytes;

/* A run of bytes that may be absent; absent and empty are different things on the wire. */
typedef struct cclb_optional_bytes {
    bool present;
    cclb_bytes value; /* meaningful only if present */
} cclb_optional_bytes;

/* A number that may be absent. */
typedef struct cclb_optional_u64 {
    bool present;
    uint64_t value; /* meaningful only if present */
} cclb_optional_u64;

/* The `len` bytes at `data`; borrowed from the caller. */
static inline cclb_bytes cclb_bytes_of(const void *data, size_t len)
{
    cclb_bytes bytes;
    bytes.data = (const uint8_t *)data;
    bytes.len = len;
    return bytes;
}

/* The text of a NUL-terminated string, without its NUL; borrowed from the caller. NULL gives empty text. */
static inline cclb_bytes cclb_text(const char *text)
{
    return cclb_bytes_of(text, text ? strlen(text) : 0);
}

/* The text of a NUL-terminated string as one that is present; borrowed from the caller. NULL gives an absent one. */
static inline cclb_optional_bytes cclb_optional_text(const char *text)
{
    cclb_optional_bytes optional;
    optional.present = text != NULL;
    optional.value = cclb_text(text);
    return optional;
}

/* Whether two runs hold the same bytes. */
static inline bool cclb_bytes_equal(cclb_bytes a, cclb_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

#ifdef __cplusplus
}
#endif

#endif
