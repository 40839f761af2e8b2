/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - options, the order of the themes, and where results go. */

#include "bench.h"

#include "fail.h"
#include "machine.h"
#include "plots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static const char usage[] =
    "usage: bench [--list] [--only PREFIX] [--rounds N] [--seconds S] [--way NAME] [--json FILE] [--plots FOLDER]\n"
    "             [--plugins FOLDER] [--twins FOLDER]\n"
    "\n"
    "Measures cclb against what its engine needs and against the published runtimes' setting, and prints one line for\n"
    "each result: name, value and unit, with tabs between. The goals and what was reached come last.\n"
    "\n"
    "  --list            print the rows, one a line, and measure nothing\n"
    "  --only PREFIX     the rows whose names begin with that\n"
    "  --rounds N        rounds of each row, 1 to 99; default 15\n"
    "  --seconds S       for each contestant of a row, over all rounds; default 0.12\n"
    "  --way NAME        of each row that contestant alone (cclb, floor ...), for a profiler\n"
    "  --json FILE       write all of it as one JSON object, too; - is the standard output, and no lines are printed\n"
    "  --plots FOLDER    write plots.gp, a script for gnuplot, and its data into that folder\n"
    "  --plugins FOLDER  where the kits' plugins are\n"
    "  --twins FOLDER    where those are that were written again in C\n";

struct options {
    const char *json;
    const char *plots;
};

static void refuse(const char *what, const char *value)
{
    fprintf(stderr, "bench: %s: %s\n%s", what, value, usage);
    exit(EXIT_USAGE);
}

static double number(const char *option, const char *text, double least, double most)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno != 0 || end == text || *end != '\0' || !(value >= least && value <= most)) {
        refuse(option, text);
    }
    return value;
}

static void read_options(int argc, char **argv, struct bench *bench, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        if (strcmp(name, "--help") == 0) {
            fputs(usage, stdout);
            exit(EXIT_SUCCESS);
        }
        if (strcmp(name, "--list") == 0) {
            bench->mode = BENCH_LIST;
            continue;
        }
        const char *value = i + 1 < argc ? argv[++i] : NULL;
        if (value == NULL) {
            refuse("no such option, or one without its value", name);
        } else if (strcmp(name, "--only") == 0) {
            bench->only = value;
        } else if (strcmp(name, "--rounds") == 0) {
            bench->rounds = (unsigned)number(name, value, 1, RACE_ROUNDS_MAX);
        } else if (strcmp(name, "--seconds") == 0) {
            bench->seconds = number(name, value, 0.001, 3600);
        } else if (strcmp(name, "--way") == 0) {
            bench->way = value;
        } else if (strcmp(name, "--json") == 0) {
            options->json = value;
        } else if (strcmp(name, "--plots") == 0) {
            options->plots = value;
        } else if (strcmp(name, "--plugins") == 0) {
            bench->plugins = value;
        } else if (strcmp(name, "--twins") == 0) {
            bench->twins = value;
        } else {
            refuse("no such option", name);
        }
    }
}

static void walk(struct bench *bench, enum bench_mode mode)
{
    static void (*const themes[])(struct bench * bench) = {
        calls_rows, streams_rows, defaults_rows, steps_rows, encoding_rows, lookup_rows, admission_rows, syscalls_rows,
    };
    bench->mode = mode;
    for (size_t i = 0; i < sizeof themes / sizeof themes[0]; i++) {
        themes[i](bench);
    }
}

static void write_json(const struct bench *bench, double load_before, const char *path)
{
    char about[1024];
    FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    if (file == NULL) {
        fail("%s cannot be written", path);
    }
    machine_describe(load_before, about, sizeof about);
    report_print_json(&bench->report, about, file);
    if (fflush(file) != 0 || (file != stdout && fclose(file) != 0)) {
        fail("%s cannot be written", path);
    }
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct bench bench = {
        .mode = BENCH_RUN,
        .only = "",
        .plugins = BENCH_PLUGINS,
        .twins = BENCH_TWINS,
        .rounds = 15,
        .seconds = 0.12,
        .progress = isatty(STDERR_FILENO) == 1,
    };
    read_options(argc, argv, &bench, &options);
    if (bench.mode == BENCH_LIST) {
        walk(&bench, BENCH_LIST);
        return EXIT_SUCCESS;
    }
    walk(&bench, BENCH_COUNT);
    if (bench.rows == 0) {
        refuse("no row begins with", bench.only);
    }
    bool json_alone = options.json && strcmp(options.json, "-") == 0;
    bench.lines = json_alone ? NULL : stdout;
    double load_before = machine_load();
    walk(&bench, BENCH_RUN);
    if (bench.progress) {
        fputs("\r\033[K", stderr);
    }
    if (!json_alone) {
        report_print_goals(&bench.report, stdout);
    }
    if (options.json) {
        write_json(&bench, load_before, options.json);
    }
    if (options.plots) {
        plots_write(&bench.report, options.plots);
    }
    report_deinit(&bench.report);
    return EXIT_SUCCESS;
}
