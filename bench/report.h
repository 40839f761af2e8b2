/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - what was measured, line by line, and what was wanted. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "sample.h"

#include <stdbool.h>
#include <stdio.h>

enum { REPORT_NAME_SIZE = 96 };

struct report_line {
    char name[REPORT_NAME_SIZE];
    double value;
    const char *unit;
};

/* What a goal's value has to be, next to its bound. */
enum goal_sense { GOAL_AT_MOST, GOAL_AT_LEAST };

struct report_goal {
    char name[REPORT_NAME_SIZE];
    struct spread reached;
    const char *unit;
    enum goal_sense sense;
    double bound;
    bool comparable; /* false: the reference's setting is not like the reference here, or the machine was shared */
};

/* Zeroed: empty. */
struct report {
    struct report_line *lines;
    size_t count;
    size_t capacity;
    struct report_goal *goals;
    size_t goal_count;
    size_t goal_capacity;
};

/* Adds a line and, with `stream`, prints it at once: name<TAB>value<TAB>unit. Units are static. */
void report_value(struct report *report, FILE *stream, const char *name, double value, const char *unit);

/* The line of that name, or NULL. */
const struct report_line *report_find(const struct report *report, const char *name);

void report_add_goal(struct report *report, const struct report_goal *goal);

/* The table of goals: goal/NAME<TAB>met|missed|not comparable<TAB>what was reached, and the bound. */
void report_print_goals(const struct report *report, FILE *stream);

/* Everything as one JSON object; `about` are further members, text that ends in a comma, or "". */
void report_print_json(const struct report *report, const char *about, FILE *stream);

void report_deinit(struct report *report);

#endif
