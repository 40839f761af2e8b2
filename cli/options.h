/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - the command line, from tables.
 *
 * Options stand before, between or behind operands; a value follows as the next word or behind "="; "--" ends the
 * options; "-" alone is an operand. Names are not abbreviated, since an abbreviation may mean something else tomorrow.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { OPTIONS_MAX = 20, OPERANDS_MAX = 2, REPEATS_MAX = 16, OPTION_FAULT_SIZE = 256 };

struct option_spec {
    const char *name;  /* without the hyphens; NULL ends a table */
    char letter;       /* a short name, or 0 */
    const char *value; /* what its value is called in the help; NULL: it takes none */
    const char *help;  /* lines after the first are indented by whoever prints it */
};

struct arguments {
    const char *values[OPTIONS_MAX]; /* by place in the table */
    const char *repeats[REPEATS_MAX]; /* all values of the option that may be repeated, in their order */
    size_t repeat_count;
    const char *operands[OPERANDS_MAX];
    size_t operand_count;
};

/* What a command may be given. */
struct command_line {
    const struct option_spec *options;
    const char *repeated; /* the option that may be given several times; NULL: none may */
    const char *operands[OPERANDS_MAX]; /* what they are called in the help; NULL behind the last */
    size_t operands_needed;
};

/* Reads words[count]. False, with the reason in fault, if they are not what the command may be given. */
bool options_parse(const struct command_line *line, char *const *words, size_t count, struct arguments *arguments,
                   char fault[OPTION_FAULT_SIZE]);

/* The place of an option in a table, or OPTIONS_MAX. */
size_t options_find(const struct option_spec *table, const char *name);

/* The name nearest to a misspelt one, or NULL if none is near. names[count]. */
const char *options_nearest(const char *misspelt, const char *const *names, size_t count);

#endif
