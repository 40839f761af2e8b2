/* SPDX-License-Identifier: Apache-2.0 */
/* codec.c - one table of functions per message. */

#include "wire/codec.h"

#include "wire/filter_request.h"
#include "wire/filter_response.h"
#include "wire/observe_event.h"
#include "wire/shape_request.h"
#include "wire/shape_response.h"
#include "wire/transform_response_request.h"
#include "wire/transform_response_result.h"
#include "wire/transform_sse_event_request.h"
#include "wire/transform_sse_event_result.h"

#define MESSAGE(name)                                                                                                  \
    static bool name##_measure(const void *message, cclb_form form, size_t *size, struct wire_fault *fault)            \
    {                                                                                                                  \
        const cclb_##name *typed = message;                                                                            \
        return wire_measure_##name(typed, form, size, fault);                                                          \
    }                                                                                                                  \
    static void name##_write(const void *message, cclb_form form, uint8_t *out, size_t size)                           \
    {                                                                                                                  \
        const cclb_##name *typed = message;                                                                            \
        wire_write_##name(typed, form, out, size);                                                                     \
    }                                                                                                                  \
    const struct wire_codec wire_##name##_codec = {name##_measure, name##_write, wire_check_##name};
#include "wire/message.def"
#undef MESSAGE
