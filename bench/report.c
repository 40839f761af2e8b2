/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - see report.h. Names are the program's own and need no escaping. */

#include "report.h"

#include "fail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *make_room(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity ? *capacity * 2 : 64;
    void *more = realloc(items, *capacity * size);
    if (more == NULL) {
        fail("no memory for results");
    }
    return more;
}

void report_value(struct report *report, FILE *stream, const char *name, double value, const char *unit)
{
    report->lines = make_room(report->lines, report->count, &report->capacity, sizeof *report->lines);
    struct report_line *line = &report->lines[report->count++];
    *line = (struct report_line){.value = value, .unit = unit};
    snprintf(line->name, sizeof line->name, "%s", name);
    if (stream) {
        fprintf(stream, "%s\t%.5g\t%s\n", name, value, unit);
    }
}

const struct report_line *report_find(const struct report *report, const char *name)
{
    for (size_t i = 0; i < report->count; i++) {
        if (strcmp(report->lines[i].name, name) == 0) {
            return &report->lines[i];
        }
    }
    return NULL;
}

void report_add_goal(struct report *report, const struct report_goal *goal)
{
    report->goals = make_room(report->goals, report->goal_count, &report->goal_capacity, sizeof *report->goals);
    report->goals[report->goal_count++] = *goal;
}

static const char *verdict(const struct report_goal *goal)
{
    double value = goal->reached.median;
    if (!goal->comparable) {
        return "not comparable";
    }
    return (goal->sense == GOAL_AT_MOST ? value <= goal->bound : value >= goal->bound) ? "met" : "missed";
}

static const char *sense_text(const struct report_goal *goal)
{
    return goal->sense == GOAL_AT_MOST ? "at most" : "at least";
}

void report_print_goals(const struct report *report, FILE *stream)
{
    for (size_t i = 0; i < report->goal_count; i++) {
        const struct report_goal *goal = &report->goals[i];
        fprintf(stream, "goal/%s\t%s\t%.4g (%.4g to %.4g) %s, wanted %s %.4g\n", goal->name, verdict(goal),
                goal->reached.median, goal->reached.least, goal->reached.most, goal->unit, sense_text(goal),
                goal->bound);
    }
}

static void print_number(double value, FILE *stream)
{
    if (isfinite(value)) {
        fprintf(stream, "%.6g", value);
    } else {
        fputs("null", stream);
    }
}

void report_print_json(const struct report *report, const char *about, FILE *stream)
{
    fprintf(stream, "{%s\"results\":[", about);
    for (size_t i = 0; i < report->count; i++) {
        const struct report_line *line = &report->lines[i];
        fprintf(stream, "%s\n{\"name\":\"%s\",\"value\":", i > 0 ? "," : "", line->name);
        print_number(line->value, stream);
        fprintf(stream, ",\"unit\":\"%s\"}", line->unit);
    }
    fputs("],\"goals\":[", stream);
    for (size_t i = 0; i < report->goal_count; i++) {
        const struct report_goal *goal = &report->goals[i];
        fprintf(stream, "%s\n{\"name\":\"%s\",\"verdict\":\"%s\",\"sense\":\"%s\",\"bound\":", i > 0 ? "," : "",
                goal->name, verdict(goal), sense_text(goal));
        print_number(goal->bound, stream);
        fputs(",\"value\":", stream);
        print_number(goal->reached.median, stream);
        fputs(",\"least\":", stream);
        print_number(goal->reached.least, stream);
        fputs(",\"most\":", stream);
        print_number(goal->reached.most, stream);
        fprintf(stream, ",\"unit\":\"%s\"}", goal->unit);
    }
    fputs("]}\n", stream);
}

void report_deinit(struct report *report)
{
    free(report->lines);
    free(report->goals);
    *report = (struct report){0};
}
