/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec.h - the library's encoder alone, which has no public function: hosts never hold an archive of a request, because
 * it is written straight into the sandbox. Only codec.c sees the layer wire.
 */
#ifndef BENCH_CODEC_H
#define BENCH_CODEC_H

#include "cclb/hook.h"

/* The size of the archive of a message, the C struct of a hook's request. */
size_t codec_measure(cclb_hook hook, cclb_form form, const void *message);

/* Writes it: `size` bytes. */
void codec_write(cclb_hook hook, cclb_form form, const void *message, uint8_t *out, size_t size);

/* Measures and writes the archive of a filter's answer, for which there is no request type; the caller frees it. */
cclb_bytes codec_filter_answer(size_t results);

#endif
