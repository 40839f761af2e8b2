/* SPDX-License-Identifier: Apache-2.0 */
/* plots.c - everything is looked up in the report by name; what was not measured is not drawn. */

#include "plots.h"

#include "race.h"

#include "fail.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static const char *const ways[] = {"cclb", "floor", "kept", "reference", "cclb-pagemap", "reference-pooled"};
enum { WAYS = sizeof ways / sizeof ways[0] };

static FILE *create(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fail("%s cannot be written", path);
    }
    return file;
}

static void finish(FILE *file)
{
    if (fclose(file) != 0) {
        fail("a file of the plots cannot be written");
    }
}

__attribute__((format(printf, 2, 3))) static double find(const struct report *report, const char *format, ...)
{
    char name[REPORT_NAME_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    const struct report_line *line = report_find(report, name);
    return line ? line->value : NAN;
}

static void print_value(FILE *file, double value)
{
    isnan(value) ? fputs("\tnan", file) : fprintf(file, "\t%.6g", value);
}

/* The row's name as part of a file's name. */
static void file_name(const char *row, char name[REPORT_NAME_SIZE])
{
    snprintf(name, REPORT_NAME_SIZE, "%s", row);
    for (char *c = name; *c; c++) {
        *c = *c == '/' ? '-' : *c;
    }
}

static void print_header(FILE *file, const char *first)
{
    fputs(first, file);
    for (size_t i = 0; i < WAYS; i++) {
        fprintf(file, "\t%s", ways[i]);
    }
    fputc('\n', file);
}

/* How many calls of a hundred took longer than that; each further nine has as much room as the one before. */
static void write_latency(const struct report *report, const char *folder, const char *row, FILE *script)
{
    static const struct {
        const char *name;
        double share;
    } quantiles[] = {
#define RACE_QUANTILE(NAME, name, share) {name, share},
        RACE_QUANTILES
#undef RACE_QUANTILE
    };
    char name[REPORT_NAME_SIZE];
    char file[REPORT_NAME_SIZE + 16];
    file_name(row, name);
    snprintf(file, sizeof file, "latency-%s.tsv", name);
    FILE *data = create(folder, file);
    print_header(data, "longer");
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        fprintf(data, "%g", 100 - quantiles[i].share * 100);
        for (size_t k = 0; k < WAYS; k++) {
            print_value(data, find(report, "%s/1t/%s.%s", row, ways[k], quantiles[i].name));
        }
        fputc('\n', data);
    }
    finish(data);
    fprintf(script,
            "\nset output 'latency-%s.svg'\nset title '%s: one call on one thread'\n"
            "set xlabel 'share of calls that took longer, %%'\nset ylabel 'us'\nset logscale xy\n"
            "set xrange [100:0.1] reverse\n"
            "plot for [i=2:%d] 'latency-%s.tsv' using 1:i with linespoints title columnhead(i)\n"
            "unset logscale\nset autoscale\n",
            name, row, WAYS + 1, name);
}

static void write_latencies(const struct report *report, const char *folder, FILE *script)
{
    static const char mark[] = "/1t/cclb.p99.9";
    for (size_t i = 0; i < report->count; i++) {
        const char *name = report->lines[i].name;
        size_t len = strlen(name);
        if (len > strlen(mark) && strcmp(name + len - strlen(mark), mark) == 0) {
            char row[REPORT_NAME_SIZE];
            snprintf(row, sizeof row, "%.*s", (int)(len - strlen(mark)), name);
            write_latency(report, folder, row, script);
        }
    }
}

/* Calls a second, by the number of threads. */
static void write_threads(const struct report *report, const char *folder, FILE *script)
{
    static const char row[] = "filter/accept_all-pdk0.2.0/1KiB";
    if (isnan(find(report, "%s/1t/cclb.rate", row))) {
        return;
    }
    FILE *data = create(folder, "threads.tsv");
    print_header(data, "threads");
    for (unsigned threads = 1; threads <= RACE_THREADS_MAX; threads++) {
        fprintf(data, "%u", threads);
        for (size_t k = 0; k < WAYS; k++) {
            print_value(data, find(report, "%s/%ut/%s.rate", row, threads, ways[k]));
        }
        fputc('\n', data);
    }
    finish(data);
    fprintf(script,
            "\nset output 'threads.svg'\nset title '%s: calls a second by threads'\n"
            "set xlabel 'threads'\nset ylabel 'calls/s'\nset xrange [0.8:%d.2]\nset xtics 1\nset yrange [0:*]\n"
            "plot for [i=2:%d] 'threads.tsv' using 1:i with linespoints title columnhead(i)\n"
            "set autoscale\nset xtics autofreq\n",
            row, RACE_THREADS_MAX, WAYS + 1);
}

/* The time of a call, by the size of its body. */
static void write_sizes(const struct report *report, const char *folder, const char *row, FILE *script)
{
    static const struct {
        const char *name;
        double bytes;
    } sizes[] = {{"0.5KiB", 512}, {"2KiB", 2048}, {"64KiB", 65536}, {"1MiB", 1048576}, {"16MiB", 16777216}};
    char name[REPORT_NAME_SIZE];
    char file[REPORT_NAME_SIZE + 16];
    if (isnan(find(report, "%s/2KiB/1t/cclb.p50", row)) || isnan(find(report, "%s/64KiB/1t/cclb.p50", row))) {
        return;
    }
    file_name(row, name);
    snprintf(file, sizeof file, "sizes-%s.tsv", name);
    FILE *data = create(folder, file);
    print_header(data, "bytes");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        fprintf(data, "%g", sizes[i].bytes);
        for (size_t k = 0; k < WAYS; k++) {
            print_value(data, find(report, "%s/%s/1t/%s.p50", row, sizes[i].name, ways[k]));
        }
        fputc('\n', data);
    }
    finish(data);
    fprintf(script,
            "\nset output 'sizes-%s.svg'\nset title '%s: median of a call by the size of its body'\n"
            "set xlabel 'body'\nset ylabel 'us'\nset logscale xy\nset xrange [256:33554432]\n"
            "set xtics ('0.5 KiB' 512, '2 KiB' 2048, '64 KiB' 65536, '1 MiB' 1048576, '16 MiB' 16777216)\n"
            "plot for [i=2:%d] 'sizes-%s.tsv' using 1:i with linespoints title columnhead(i)\n"
            "unset logscale\nset autoscale\nset xtics autofreq\n",
            name, row, WAYS + 1, name);
}

void plots_write(const struct report *report, const char *folder)
{
    FILE *script = create(folder, "plots.gp");
    fputs("set terminal svg size 800,500 noenhanced background 'white'\n"
          "set key outside right\nset grid\nset datafile separator tab\nset datafile missing 'nan'\n",
          script);
    write_latencies(report, folder, script);
    write_threads(report, folder, script);
    write_sizes(report, folder, "filter/accept_all-pdk0.2.0", script);
    write_sizes(report, folder, "shape/shape_pass-pdk0.2.0", script);
    finish(script);
}
