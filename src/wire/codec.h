/* SPDX-License-Identifier: Apache-2.0 */
/* codec.h - the three passes of each message behind one type, for callers that know it only as data. */
#ifndef WIRE_CODEC_H
#define WIRE_CODEC_H

#include "cclb/hook.h"
#include "wire/fault.h"

/* As in wire/generate.h, with the message untyped. */
struct wire_codec {
    bool (*measure)(const void *message, cclb_form form, size_t *size, struct wire_fault *fault);
    void (*write)(const void *message, cclb_form form, uint8_t *out, size_t size);
    bool (*check)(cclb_bytes archive, cclb_form form, size_t misalign, struct wire_fault *fault);
};

#define MESSAGE(name) extern const struct wire_codec wire_##name##_codec;
#include "wire/message.def"
#undef MESSAGE

#endif
