/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Hooks ---- */

/*
 * What a plugin defines: the function of each hook that it has. The answer comes zeroed: no verdict, nothing changed,
 * no record. A function that cannot answer calls cclb_plugin_fail().
 *
 * The record of an event is any bytes, which the host keeps or counts as it likes; it may be empty.
 *
 * A function whose hook is not declared would be left out without a word; so its name is an error. So are the functions
 * of an allocator that is not declared.
 */
#define CCLB_PRAGMA_(...) _Pragma(#__VA_ARGS__)
#define CCLB_UNDECLARED_(function, name)                                                                               \
    CCLB_PRAGMA_(GCC error "cclb_plugin.h: " #function " is there, and its hook is not declared: before the "          \
                           "#include, write: #define " #name " \"what it does\"")                                      \
    undeclared_##function

#ifndef CCLB_PLUGIN_ALLOCATOR
#define CCLB_NO_ALLOCATOR_(function)                                                                                   \
    CCLB_PRAGMA_(GCC error "cclb_plugin.h: " #function " is there, and nobody would call it: before the #include, "    \
                           "write: #define CCLB_PLUGIN_ALLOCATOR")                                                     \
    undeclared_##function
#define plugin_alloc(...) CCLB_NO_ALLOCATOR_(plugin_alloc)(__VA_ARGS__)
#define plugin_free(...) CCLB_NO_ALLOCATOR_(plugin_free)(__VA_ARGS__)
#endif
