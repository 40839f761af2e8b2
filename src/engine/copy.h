/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy.h - what takes the place of memcpy and memmove in libcclb, by the linker's --wrap; nobody calls these by name.
 *
 * Guests copy with them too: memory.copy of WebAssembly ends in memmove.
 */
#ifndef ENGINE_COPY_H
#define ENGINE_COPY_H

#include <stddef.h>

void *__wrap_memcpy(void *restrict to, const void *restrict from, size_t len);
void *__wrap_memmove(void *to, const void *from, size_t len);

/* The C library's. */
void *__real_memcpy(void *restrict to, const void *restrict from, size_t len);
void *__real_memmove(void *to, const void *from, size_t len);

#endif
