/* SPDX-License-Identifier: Apache-2.0 */
CCLB_METADATA_(CCLB_JSON_("}}"))

#pragma clang diagnostic pop

#ifdef __cplusplus
}
#endif

/* A function that is defined here would be there twice. */
#define CCLB_LEFT_ALONE_(function, name)                                                                               \
    CCLB_PRAGMA_(GCC error "cclb_plugin.h: " #function " is there, and so is #define " #name "_NOOP, which leaves it " \
                           "out: remove that, and say what it does: #define " #name " \"...\"")                        \
    left_alone_##function
#ifdef CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define plugin_transform_response(...)                                                                                 \
    CCLB_LEFT_ALONE_(plugin_transform_response, CCLB_PLUGIN_TRANSFORM_RESPONSE)(__VA_ARGS__)
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#define plugin_transform_sse_event(...)                                                                                \
    CCLB_LEFT_ALONE_(plugin_transform_sse_event, CCLB_PLUGIN_TRANSFORM_SSE_EVENT)(__VA_ARGS__)
#endif

#pragma clang diagnostic pop

#endif
