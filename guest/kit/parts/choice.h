/* SPDX-License-Identifier: Apache-2.0 */

#if defined(CCLB_PLUGIN_SHAPE) &&                                                                                      \
    (!defined(CCLB_PLUGIN_TRANSFORM_RESPONSE) || !defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT))
#error "cclb_plugin.h: a shape plugin has both transform hooks too; to leave responses and events alone, write: \
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP and #define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP"
#endif
#if !defined(CCLB_PLUGIN_SHAPE) && (defined(CCLB_PLUGIN_TRANSFORM_RESPONSE) || defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT))
#error "cclb_plugin.h: transform hooks belong to shape plugins; write: #define CCLB_PLUGIN_SHAPE \"what shape does\""
#endif
#if !defined(CCLB_HAS_FILTER_) && !defined(CCLB_HAS_SHAPE_) && !defined(CCLB_HAS_OBSERVE_) &&                          \
    !defined(CCLB_PLUGIN_TRANSFORM_RESPONSE) && !defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT)
#ifdef CCLB_PLUGIN_OBSERVE
#error "cclb_plugin.h: form 9 has no observe hook; build this plugin for form 8 or older, or give it another hook"
#else
#error "cclb_plugin.h: the plugin has no hook; write for instance: #define CCLB_PLUGIN_FILTER \"what its filter does\""
#endif
#endif

/* ---- The language ---- */

#ifdef __cplusplus
#define CCLB_ZERO_                                                                                                     \
    {                                                                                                                  \
    }
#define CCLB_ASSERT_(condition, words) static_assert(condition, words)
extern "C" {
#else
#define CCLB_ZERO_                                                                                                     \
    {                                                                                                                  \
        0                                                                                                              \
    }
#define CCLB_ASSERT_(condition, words) _Static_assert(condition, words)
#endif

#define CCLB_EXPORT_(name) __attribute__((export_name(name), used, visibility("default")))

/* The one of four numbers that holds in the plugin's form. */
#if CCLB_PLUGIN_FORM == 2
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w2)
#elif CCLB_PLUGIN_FORM == 6
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w6)
#elif CCLB_PLUGIN_FORM == 8
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w8)
#else
#define CCLB_BY_FORM_(w2, w6, w8, w9) (w9)
#endif

/* Gives up: the call ends as a trap, and the host does what the slot's failure policy says. */
__attribute__((noreturn)) static inline void cclb_plugin_fail(void)
{
    __builtin_trap();
}
