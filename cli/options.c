/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - one pass over the words; the first thing that is wrong ends it. */

#include "options.h"

#include "cclb/escape.h"

#include <stdio.h>
#include <string.h>

enum { WORD_SIZE = 96, NAME_LONGEST = 32 };

/* Part of a word, escaped and cut. */
struct word {
    char text[WORD_SIZE];
};

static const char *show(struct word *word, const char *text, size_t len)
{
    cclb_escape(cclb_bytes_of(text, len), word->text, sizeof word->text);
    return word->text;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be added, dropped, changed, or swapped with the next; NAME_LONGEST if a word is that long. */
static size_t distance(const char *a, const char *b)
{
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    if (a_len >= NAME_LONGEST || b_len >= NAME_LONGEST) {
        return NAME_LONGEST;
    }
    size_t far[NAME_LONGEST][NAME_LONGEST]; /* of the first i letters of `a` and the first j of `b` */
    for (size_t i = 0; i <= a_len; i++) {
        for (size_t j = 0; j <= b_len; j++) {
            if (i == 0 || j == 0) {
                far[i][j] = i + j;
                continue;
            }
            far[i][j] =
                least_of(far[i - 1][j - 1] + (a[i - 1] != b[j - 1]), least_of(far[i - 1][j], far[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                far[i][j] = least_of(far[i][j], far[i - 2][j - 2] + 1);
            }
        }
    }
    return far[a_len][b_len];
}

const char *options_nearest(const char *misspelt, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t least = 1 + strlen(misspelt) / 3; /* more than this apart is another word */
    for (size_t i = 0; i < count; i++) {
        size_t far = distance(misspelt, names[i]);
        if (far < NAME_LONGEST && far <= least && (nearest == NULL || far < least)) {
            least = far;
            nearest = names[i];
        }
    }
    return nearest;
}

size_t options_find(const struct option_spec *table, const char *name)
{
    for (size_t i = 0; table[i].name; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return i;
        }
    }
    return OPTIONS_MAX;
}

/* The place of the long option of that name, or OPTIONS_MAX with the reason in fault. */
static size_t find_long(const struct option_spec *table, const char *name, size_t len, char *fault)
{
    char copy[NAME_LONGEST];
    const char *names[OPTIONS_MAX];
    size_t count = 0;
    for (; table[count].name; count++) {
        if (strlen(table[count].name) == len && memcmp(table[count].name, name, len) == 0) {
            return count;
        }
        names[count] = table[count].name;
    }
    size_t kept = len < sizeof copy ? len : sizeof copy - 1;
    memcpy(copy, name, kept);
    copy[kept] = '\0';
    const char *nearest = options_nearest(copy, names, count);
    struct word word;
    snprintf(fault, OPTION_FAULT_SIZE, "no option --%s%s%s%s", show(&word, name, len),
             nearest ? "; did you mean --" : "", nearest ? nearest : "", nearest ? "?" : "");
    return OPTIONS_MAX;
}

static size_t find_short(const struct option_spec *table, const char *word_text, char *fault)
{
    for (size_t i = 0; table[i].name; i++) {
        if (table[i].letter != '\0' && table[i].letter == word_text[1] && word_text[2] == '\0') {
            return i;
        }
    }
    struct word word;
    snprintf(fault, OPTION_FAULT_SIZE, "no option %s", show(&word, word_text, strlen(word_text)));
    return OPTIONS_MAX;
}

/* Notes the value of an option. False, with the reason in fault, if it has one already or there is no room. */
static bool take_value(const struct command_line *line, size_t place, const char *value, struct arguments *arguments,
                       char *fault)
{
    const char *name = line->options[place].name;
    bool repeated = line->repeated && strcmp(name, line->repeated) == 0;
    if (arguments->values[place] && !repeated) {
        snprintf(fault, OPTION_FAULT_SIZE, "--%s is given twice", name);
        return false;
    }
    if (repeated && arguments->repeat_count == REPEATS_MAX) {
        snprintf(fault, OPTION_FAULT_SIZE, "--%s is given more than %d times", name, REPEATS_MAX);
        return false;
    }
    if (repeated) {
        arguments->repeats[arguments->repeat_count++] = value;
    }
    arguments->values[place] = value;
    return true;
}

/* Reads the option at words[*at], and its value from the next word if it needs one. */
static bool take_option(const struct command_line *line, char *const *words, size_t count, size_t *at,
                        struct arguments *arguments, char *fault)
{
    const struct option_spec *table = line->options;
    const char *text = words[*at];
    bool is_long = text[1] == '-';
    const char *equals = is_long ? strchr(text, '=') : NULL;
    size_t place = is_long ? find_long(table, text + 2, equals ? (size_t)(equals - text) - 2 : strlen(text + 2), fault)
                           : find_short(table, text, fault);
    if (place == OPTIONS_MAX) {
        return false;
    }
    const struct option_spec *option = &table[place];
    if (option->value == NULL) {
        if (equals) {
            snprintf(fault, OPTION_FAULT_SIZE, "--%s takes no value", option->name);
            return false;
        }
        arguments->values[place] = "";
        return true;
    }
    if (equals == NULL && *at + 1 == count) {
        snprintf(fault, OPTION_FAULT_SIZE, "--%s needs a value: --%s %s", option->name, option->name, option->value);
        return false;
    }
    return take_value(line, place, equals ? equals + 1 : words[++*at], arguments, fault);
}

bool options_parse(const struct command_line *line, char *const *words, size_t count, struct arguments *arguments,
                   char fault[OPTION_FAULT_SIZE])
{
    *arguments = (struct arguments){0};
    bool options_ended = false;
    for (size_t at = 0; at < count; at++) {
        const char *text = words[at];
        if (!options_ended && strcmp(text, "--") == 0) {
            options_ended = true;
        } else if (!options_ended && text[0] == '-' && text[1] != '\0') {
            if (!take_option(line, words, count, &at, arguments, fault)) {
                return false;
            }
        } else if (arguments->operand_count < OPERANDS_MAX && line->operands[arguments->operand_count]) {
            arguments->operands[arguments->operand_count++] = text;
        } else {
            struct word word;
            snprintf(fault, OPTION_FAULT_SIZE, "`%s` is one word too many", show(&word, text, strlen(text)));
            return false;
        }
    }
    if (arguments->operand_count < line->operands_needed) {
        snprintf(fault, OPTION_FAULT_SIZE, "%s is missing", line->operands[arguments->operand_count]);
        return false;
    }
    return true;
}
