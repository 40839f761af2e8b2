/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What the host reads in the module ---- */

/* Bytes that are not UTF-8 would be taken as they are. */
#pragma clang diagnostic push
#pragma clang diagnostic error "-Winvalid-source-encoding"

/*
 * Custom sections, which only the assembler can make. A literal as it stands in the source, quotation marks and escapes
 * and all, is a string in JSON too; so it is quoted twice, once for the assembler and once for the compiler.
 */
#define CCLB_QUOTED_(...) #__VA_ARGS__
#define CCLB_SPELLING_(literal) CCLB_QUOTED_(literal)
#define CCLB_TWICE_QUOTED_(spelling) CCLB_QUOTED_(spelling)
#define CCLB_STRING_(literal) ".ascii " CCLB_TWICE_QUOTED_(CCLB_SPELLING_(literal)) "\n"

#define CCLB_SECTION_(name) ".section .custom_section." name ",\"\",@\n"
#define CCLB_SCHEMA_(section, fingerprint) __asm__(CCLB_SECTION_(section) ".byte " fingerprint "\n");
#define CCLB_METADATA_(text) __asm__(CCLB_SECTION_("cc_lb.plugin.v1") text);
#define CCLB_JSON_(text) ".ascii \"" text "\"\n"
#define CCLB_KEY_(name) CCLB_JSON_("\\\"" name "\\\":")

/* White space beyond ASCII counts as blank too. One assertion each, since compilers print what failed. */
#define CCLB_CHECK_START_(condition, name)                                                                             \
    CCLB_ASSERT_(condition, "cclb_plugin.h: " name " is blank or begins with a blank: say something in it");
#define CCLB_BEGINS_OTHER_(literal, start) (__builtin_strncmp("" literal, start, sizeof(start) - 1) != 0)
#define CCLB_BEGINS_OUTSIDE_(literal, first, last)                                                                     \
    (__builtin_strncmp("" literal, first, sizeof(first) - 1) < 0 ||                                                    \
     __builtin_strncmp("" literal, last, sizeof(last) - 1) > 0)
#define CCLB_CHECK_BLANKS_(literal, name)                                                                              \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\xc2\x85"), name)                                                   \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u00a0"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u1680"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OUTSIDE_(literal, "\u2000", "\u200a"), name)                                         \
    CCLB_CHECK_START_(CCLB_BEGINS_OUTSIDE_(literal, "\u2028", "\u2029"), name)                                         \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u202f"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u205f"), name)                                                     \
    CCLB_CHECK_START_(CCLB_BEGINS_OTHER_(literal, "\u3000"), name)

/*
 * A text has to be one plain literal. Its spelling shows a prefix, as of u8"..."; and where the assembler compares, it
 * takes no two strings for one, whatever is in the first.
 */
#define CCLB_CHECK_LITERAL_(literal, name)                                                                             \
    CCLB_ASSERT_(__builtin_memcmp(CCLB_SPELLING_(literal), "\"", 1) == 0,                                              \
                 "cclb_plugin.h: " name " is no plain string literal: write it as \"...\"");                           \
    CCLB_CHECK_BLANKS_(literal, name)                                                                                  \
    __asm__(".ifeqs " CCLB_SPELLING_(literal) ", \"\" # cclb_plugin.h: " name " has to be one literal\n.endif\n");

/* The rest of a literal's spelling from the quotation mark or the escape on that comes first behind its beginning. */
#define CCLB_FIRST_QUOTE_(literal) __builtin_strchr(&CCLB_SPELLING_(literal)[1], '"')
#define CCLB_FIRST_ESCAPE_(literal) __builtin_strchr(CCLB_SPELLING_(literal) "\\n", '\\')
#define CCLB_ESCAPES_(literal, escape) (__builtin_memcmp(CCLB_FIRST_ESCAPE_(literal), escape, 2) == 0)

/* The host refuses blank text, and what is no string in JSON. */
#define CCLB_CHECK_(literal, name)                                                                                     \
    CCLB_ASSERT_(__builtin_memcmp("" literal, " ", 1) > 0,                                                             \
                 "cclb_plugin.h: " name " is blank or begins with a blank: say something in it");                      \
    CCLB_CHECK_LITERAL_(literal, name)                                                                                 \
    CCLB_ASSERT_(__builtin_memcmp(CCLB_FIRST_QUOTE_(literal), "\" \"", 3) != 0 ||                                      \
                     __builtin_strlen(CCLB_FIRST_QUOTE_(literal)) == 3,                                                \
                 "cclb_plugin.h: " name " is two string literals: write it as one");                                   \
    CCLB_ASSERT_(CCLB_ESCAPES_(literal, "\\\"") || CCLB_ESCAPES_(literal, "\\\\") || CCLB_ESCAPES_(literal, "\\n") ||  \
                     CCLB_ESCAPES_(literal, "\\t") || CCLB_ESCAPES_(literal, "\\r") || CCLB_ESCAPES_(literal, "\\u"),  \
                 "cclb_plugin.h: " name " has an escape other than these: \\\" \\\\ \\n \\t \\r \\uXXXX");

CCLB_CHECK_(CCLB_PLUGIN_NAME, "CCLB_PLUGIN_NAME")
CCLB_CHECK_(CCLB_PLUGIN_VERSION, "CCLB_PLUGIN_VERSION")
CCLB_CHECK_(CCLB_PLUGIN_DESCRIPTION, "CCLB_PLUGIN_DESCRIPTION")
CCLB_CHECK_(CCLB_PLUGIN_USAGE, "CCLB_PLUGIN_USAGE")

CCLB_METADATA_(CCLB_JSON_("{") CCLB_KEY_("name") CCLB_STRING_(CCLB_PLUGIN_NAME))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("version") CCLB_STRING_(CCLB_PLUGIN_VERSION))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("description") CCLB_STRING_(CCLB_PLUGIN_DESCRIPTION))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("usage") CCLB_STRING_(CCLB_PLUGIN_USAGE))
CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("hooks") CCLB_JSON_("{"))

/* The kit of form 2 wrote no mode. */
#if CCLB_PLUGIN_FORM == 2
#define CCLB_MODE_(mode) ""
#else
#define CCLB_MODE_(mode) CCLB_JSON_(",\\\"mode\\\":\\\"" mode "\\\"")
#endif

/* CCLB_SEPARATOR_ stands before each hook but the first. */
#define CCLB_SEPARATOR_ ""
#define CCLB_HOOK_METADATA_(hook, description, usage, mode)                                                            \
    CCLB_CHECK_(description, "the description of " hook)                                                               \
    CCLB_CHECK_(usage, "the usage of " hook)                                                                           \
    CCLB_METADATA_(CCLB_JSON_(CCLB_SEPARATOR_) CCLB_KEY_(hook) CCLB_JSON_("{\\\"wire_version\\\":1,")                  \
                       CCLB_KEY_("description") CCLB_STRING_(description))                                             \
    CCLB_METADATA_(CCLB_JSON_(",") CCLB_KEY_("usage") CCLB_STRING_(usage))                                             \
    CCLB_METADATA_(CCLB_MODE_(mode) CCLB_JSON_("}"))

#ifdef CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_MODE_TRANSFORM_RESPONSE_ "noop"
#else
#define CCLB_MODE_TRANSFORM_RESPONSE_ "active"
#endif
#ifdef CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#define CCLB_MODE_TRANSFORM_SSE_EVENT_ "noop"
#else
#define CCLB_MODE_TRANSFORM_SSE_EVENT_ "active"
#endif
#define CCLB_MODE_FILTER_ "active"
#define CCLB_MODE_SHAPE_ "active"
#define CCLB_MODE_OBSERVE_ "active"
