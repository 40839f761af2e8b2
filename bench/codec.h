/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec.h - the library's encoder alone, which has no public function: hosts never hold the archive of a request,
 * because it is written straight into the sandbox. Only codec.c sees the layer wire.
 */
#ifndef BENCH_CODEC_H
#define BENCH_CODEC_H

#include "cclb/hook.h"

/* The size of the archive of a message, the C struct of a hook's request, in a form. */
size_t codec_measure(cclb_hook hook, cclb_form form, const void *message);

/* Writes that archive: `size` bytes, as measured. */
void codec_write(cclb_hook hook, cclb_form form, const void *message, uint8_t *out, size_t size);

/* The archive of a hook's answer; the caller frees its bytes. */
cclb_bytes codec_answer(cclb_hook hook, cclb_form form, const void *message);

#endif
