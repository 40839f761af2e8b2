/* SPDX-License-Identifier: Apache-2.0 */
/* help.c - help pages are made from the same tables that the command line is read by. */

#include "help.h"

#include "cclb/escape.h"

#include <string.h>

static const struct command *const commands[] = {
    &inspect_command, &admit_command,       &call_command,   &sse_command,        &replay_command,      &bench_command,
    &new_command,     &test_command,        &conformance_command, &schema_command, &wire_check_command, &wire_encode_command,
    &wire_decode_command,
};

/* Besides the commands, what else may be meant. */
enum { COMMANDS = sizeof commands / sizeof commands[0], OTHER_NAMES = 3 };

/* Whether the name is these one or two words. */
static bool is_named(const char *name, const char *first, const char *second)
{
    size_t first_len = strlen(first);
    if (strncmp(name, first, first_len) != 0) {
        return false;
    }
    return second ? name[first_len] == ' ' && strcmp(name + first_len + 1, second) == 0 : name[first_len] == '\0';
}

static bool is_family(const char *word)
{
    return strcmp(word, "wire") == 0;
}

const struct command *help_find(char *const *words, size_t count, size_t *used, char fault[OPTION_FAULT_SIZE])
{
    const char *first = words[0];
    const char *second = is_family(first) && count > 1 ? words[1] : NULL;
    const char *names[COMMANDS + OTHER_NAMES] = {"help", "--help", "--version"};
    for (size_t i = 0; i < COMMANDS; i++) {
        if (is_named(commands[i]->name, first, second)) {
            *used = second ? 2 : 1;
            return commands[i];
        }
        names[OTHER_NAMES + i] = commands[i]->name;
    }
    if (is_family(first) && second == NULL) {
        snprintf(fault, OPTION_FAULT_SIZE, "say which: `wire check`, `wire encode` or `wire decode`");
        return NULL;
    }
    char asked[52];
    snprintf(asked, sizeof asked, "%.24s%s%.24s", first, second ? " " : "", second ? second : "");
    char shown[128];
    cclb_escape(cclb_text(asked), shown, sizeof shown);
    const char *nearest = options_nearest(asked, names, COMMANDS + OTHER_NAMES);
    snprintf(fault, OPTION_FAULT_SIZE, "no command `%s`%s%s%s", shown, nearest ? "; did you mean `" : "",
             nearest ? nearest : "", nearest ? "`?" : "");
    return NULL;
}

static void print_summaries(FILE *out, const char *family)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (family == NULL || strncmp(commands[i]->name, family, strlen(family)) == 0) {
            fprintf(out, "  %-12s  %s\n", commands[i]->name, commands[i]->summary);
        }
    }
}

static void print_overview(FILE *out)
{
    fputs("cclb - look at, judge and call the WebAssembly policy plugins of cc-lb\n\n"
          "usage: cclb COMMAND [OPTIONS] ...\n\n",
          out);
    print_summaries(out, NULL);
    fputs("  help          this page, or with a command's name that command's\n"
          "\n"
          "  --version     the versions of the command and of the library\n"
          "\n"
          "`cclb COMMAND --help` has the options, the exit status and examples of each. A file named `-` is\n"
          "standard input or output. The manual is cclb(1).\n"
          "\n"
          "examples:\n"
          "  cclb admit my_plugin.wasm\n"
          "  cclb call my_plugin.wasm filter --request host.json\n",
          out);
}

static void print_option(FILE *out, const struct option_spec *option)
{
    char name[64];
    char letter[8] = "";
    if (option->letter != '\0') {
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    }
    snprintf(name, sizeof name, "%s--%s%s%s", letter, option->name, option->value ? " " : "",
             option->value ? option->value : "");
    const char *line = option->help;
    const char *end = strchr(line, '\n');
    fprintf(out, "  %-28s  %.*s\n", name, end ? (int)(end - line) : (int)strlen(line), line);
    while (end) {
        line = end + 1;
        end = strchr(line, '\n');
        fprintf(out, "  %-28s  %.*s\n", "", end ? (int)(end - line) : (int)strlen(line), line);
    }
}

static void print_command(FILE *out, const struct command *command)
{
    fprintf(out, "usage: cclb %s\n\n%s\noptions:\n", command->synopsis, command->about);
    for (const struct option_spec *option = command->line.options; option->name; option++) {
        print_option(out, option);
    }
    fprintf(out,
            "\nexit status:\n"
            "  0  done\n"
            "  1  the plugin or the input is at fault\n"
            "  2  the command line is wrong, or a file cannot be read or written\n"
            "  3  internal: a defect, or a machine that cannot run the engine\n"
            "\nexamples:\n%s",
            command->examples);
}

bool help_print(FILE *out, char *const *words, size_t count, char fault[OPTION_FAULT_SIZE])
{
    if (count == 0) {
        print_overview(out);
        return true;
    }
    if (count == 1 && is_family(words[0])) {
        fprintf(out, "usage: cclb %s COMMAND [OPTIONS] ...\n\n", words[0]);
        print_summaries(out, words[0]);
        fprintf(out, "\n`cclb help %s COMMAND` has the options, the exit status and examples of each.\n", words[0]);
        return true;
    }
    size_t used = 0;
    const struct command *command = help_find(words, count, &used, fault);
    if (command == NULL) {
        return false;
    }
    if (used < count) {
        snprintf(fault, OPTION_FAULT_SIZE, "help is for one command at a time");
        return false;
    }
    print_command(out, command);
    return true;
}
