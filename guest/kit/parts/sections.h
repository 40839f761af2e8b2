/* SPDX-License-Identifier: Apache-2.0 */
/* ---- What the host reads in the module ---- */

/* Bytes that are not UTF-8 would be taken as they are. */
#pragma clang diagnostic push
#pragma clang diagnostic error "-Winvalid-source-encoding"

/*
 * Custom sections, which only the assembler can make. A literal as it stands in the source, quotation marks and escapes
 * and all, is a string in JSON too; so it is quoted twice, once for the assembler and once for the compiler.
 */
#define CCLB_JOINED_(a, b) CCLB_JOINED_TEXT_(a, b)
#define CCLB_JOINED_TEXT_(a, b) a##b
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

/* The rest of a literal's spelling from the quotation mark on that comes first behind its beginning. */
#define CCLB_FIRST_QUOTE_(literal) __builtin_strchr(&CCLB_SPELLING_(literal)[1], '"')

/*
 * A look at one escape after the other, since no loop is a constant: CCLB_ESCAPE_(..., from, to) looks at the first one
 * at or behind `from`, and `to` is behind it. One that is legal is put behind the spelling, and found again and again
 * when there are no more.
 */
#define CCLB_PADDED_(literal) CCLB_SPELLING_(literal) "\\n"
#define CCLB_ESCAPE_FROM_(literal, from)                                                                               \
    (sizeof(CCLB_PADDED_(literal)) - 1 - __builtin_strlen(__builtin_strchr(&CCLB_PADDED_(literal)[from], '\\')))
#define CCLB_IS_AT_(literal, at, escape) (__builtin_memcmp(&CCLB_PADDED_(literal)[at], escape, 2) == 0)
#define CCLB_ESCAPE_(literal, name, from, to)                                                                          \
    enum {                                                                                                             \
        to##at_ = CCLB_ESCAPE_FROM_(literal, from),                                                                    \
        to = to##at_ + (to##at_ + 1 < sizeof(CCLB_SPELLING_(literal)) ? 2 : 0),                                        \
        to##legal_ = CCLB_IS_AT_(literal, to##at_, "\\\"") || CCLB_IS_AT_(literal, to##at_, "\\\\") ||                 \
                     CCLB_IS_AT_(literal, to##at_, "\\n") || CCLB_IS_AT_(literal, to##at_, "\\t") ||                   \
                     CCLB_IS_AT_(literal, to##at_, "\\r") || CCLB_IS_AT_(literal, to##at_, "\\u")                      \
    };                                                                                                                 \
    CCLB_ASSERT_(to##legal_, "cclb_plugin.h: " name " has an escape other than these: \\\" \\\\ \\n \\t \\r \\uXXXX");
#define CCLB_ESCAPES_(literal, name, a, b, c, d, e)                                                                    \
    CCLB_ESCAPE_(literal, name, a, b)                                                                                  \
    CCLB_ESCAPE_(literal, name, b, c)                                                                                  \
    CCLB_ESCAPE_(literal, name, c, d)                                                                                  \
    CCLB_ESCAPE_(literal, name, d, e)
#define CCLB_ALL_ESCAPES_(literal, name)                                                                               \
    CCLB_ESCAPES_(literal, name, 0, e1_, e2_, e3_, e4_)                                                                \
    CCLB_ESCAPES_(literal, name, e4_, e5_, e6_, e7_, e8_)                                                              \
    CCLB_ESCAPES_(literal, name, e8_, e9_, e10_, e11_, e12_)                                                           \
    CCLB_ESCAPES_(literal, name, e12_, e13_, e14_, e15_, e16_)                                                         \
    CCLB_ESCAPES_(literal, name, e16_, e17_, e18_, e19_, e20_)                                                         \
    CCLB_ESCAPES_(literal, name, e20_, e21_, e22_, e23_, e24_)                                                         \
    CCLB_ASSERT_(CCLB_ESCAPE_FROM_(literal, e24_) == sizeof(CCLB_SPELLING_(literal)) - 1,                              \
                 "cclb_plugin.h: " name " has more than 24 escapes, which is all that are looked at: use fewer");

/* Control characters as they are, a tab among them, are no part of a string in JSON. */
#define CCLB_HOLDS_(literal, byte) (__builtin_strlen(__builtin_strchr(CCLB_SPELLING_(literal) byte, byte[0])) > 1)
#define CCLB_CHECK_CONTROLS_(literal, name)                                                                            \
    enum {                                                                                                             \
        controls_ = CCLB_HOLDS_(literal, "\001") || CCLB_HOLDS_(literal, "\002") || CCLB_HOLDS_(literal, "\003") ||    \
                    CCLB_HOLDS_(literal, "\004") || CCLB_HOLDS_(literal, "\005") || CCLB_HOLDS_(literal, "\006") ||    \
                    CCLB_HOLDS_(literal, "\007") || CCLB_HOLDS_(literal, "\010") || CCLB_HOLDS_(literal, "\011") ||    \
                    CCLB_HOLDS_(literal, "\012") || CCLB_HOLDS_(literal, "\013") || CCLB_HOLDS_(literal, "\014") ||    \
                    CCLB_HOLDS_(literal, "\015") || CCLB_HOLDS_(literal, "\016") || CCLB_HOLDS_(literal, "\017") ||    \
                    CCLB_HOLDS_(literal, "\020") || CCLB_HOLDS_(literal, "\021") || CCLB_HOLDS_(literal, "\022") ||    \
                    CCLB_HOLDS_(literal, "\023") || CCLB_HOLDS_(literal, "\024") || CCLB_HOLDS_(literal, "\025") ||    \
                    CCLB_HOLDS_(literal, "\026") || CCLB_HOLDS_(literal, "\027") || CCLB_HOLDS_(literal, "\030") ||    \
                    CCLB_HOLDS_(literal, "\031") || CCLB_HOLDS_(literal, "\032") || CCLB_HOLDS_(literal, "\033") ||    \
                    CCLB_HOLDS_(literal, "\034") || CCLB_HOLDS_(literal, "\035") || CCLB_HOLDS_(literal, "\036") ||    \
                    CCLB_HOLDS_(literal, "\037")                                                                       \
    };                                                                                                                 \
    CCLB_ASSERT_(!controls_, "cclb_plugin.h: " name " has a control character in it, maybe a tab: write its escape");

/* The host refuses blank text, and what is no string in JSON. */
#define CCLB_CHECK_(literal, name)                                                                                     \
    CCLB_ASSERT_(__builtin_memcmp("" literal, " ", 1) > 0,                                                             \
                 "cclb_plugin.h: " name " is blank or begins with a blank: say something in it");                      \
    CCLB_CHECK_LITERAL_(literal, name)                                                                                 \
    CCLB_ASSERT_(__builtin_memcmp(CCLB_FIRST_QUOTE_(literal), "\" \"", 3) != 0 ||                                      \
                     __builtin_strlen(CCLB_FIRST_QUOTE_(literal)) == 3,                                                \
                 "cclb_plugin.h: " name " is two string literals: write it as one");                                   \
    static inline void CCLB_JOINED_(cclb_check_, __COUNTER__)(void)                                                    \
    {                                                                                                                  \
        CCLB_CHECK_CONTROLS_(literal, name)                                                                            \
        CCLB_ALL_ESCAPES_(literal, name)                                                                               \
    }

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
