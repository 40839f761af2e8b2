/* SPDX-License-Identifier: Apache-2.0 */
/* help.h - the commands, and the texts that teach them. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "command.h"

/*
 * The command that words[count] begins with, and in *used how many words its name took; NULL, with the reason in fault,
 * if there is none.
 */
const struct command *help_find(char *const *words, size_t count, size_t *used, char fault[OPTION_FAULT_SIZE]);

/*
 * Prints the page on the command that words[count] name; on all of them if count is 0, on a family if they name one.
 * False, with the reason in fault, if there is no such page.
 */
bool help_print(FILE *out, char *const *words, size_t count, char fault[OPTION_FAULT_SIZE]);

#endif
