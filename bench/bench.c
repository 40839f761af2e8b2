/* SPDX-License-Identifier: Apache-2.0 */
/* bench.c - see bench.h. */

#include "bench.h"

#include "fail.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

bool bench_begins(struct bench *bench, const char *row)
{
    if (strncmp(row, bench->only, strlen(bench->only)) != 0) {
        return false;
    }
    switch (bench->mode) {
    case BENCH_COUNT:
        bench->rows++;
        return false;
    case BENCH_LIST:
        printf("%s\n", row);
        return false;
    case BENCH_RUN:
        break;
    }
    bench->begun++;
    if (bench->progress) {
        fprintf(stderr, "\r\033[K[%zu/%zu] %s", bench->begun, bench->rows, row);
        fflush(stderr);
    }
    return true;
}

void bench_value(struct bench *bench, const char *row, double value, const char *unit, const char *format, ...)
{
    char rest[REPORT_NAME_SIZE];
    char name[REPORT_NAME_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(rest, sizeof rest, format, arguments);
    va_end(arguments);
    if ((size_t)snprintf(name, sizeof name, "%s/%s", row, rest) >= sizeof name) {
        fail("the name %s is too long", name);
    }
    report_value(&bench->report, bench->lines, name, value, unit);
}

static double time_scale(const struct race *race)
{
    return race->fine ? 1 : 1e-3;
}

static const char *time_unit(const struct race *race)
{
    return race->fine ? "ns" : "us";
}

void bench_race(struct bench *bench, const char *row, struct race *race)
{
    if (bench->way) {
        race_keep_only(race, bench->way);
    }
    race_run(race, bench->rounds, bench->seconds);
    for (unsigned i = 0; i < race->count; i++) {
        const struct contestant *one = &race->contestants[i];
        const struct {
            enum race_measure measure;
            const char *name;
            double scale;
            const char *unit;
        } shown[] = {
            {RACE_P50, "p50", time_scale(race), time_unit(race)},
            {RACE_P99, "p99", time_scale(race), time_unit(race)},
            {RACE_RATE, "rate", 1, "1/s"},
            {RACE_FAULTS, "faults", 1, "page faults"},
            {RACE_REQUESTS, "allocations", 1, "allocations"},
        };
        for (size_t k = 0; k < sizeof shown / sizeof shown[0]; k++) {
            double value = race_measured(race, one, shown[k].measure).median * shown[k].scale;
            bench_value(bench, row, value, shown[k].unit, "%ut/%s.%s", one->threads, one->name, shown[k].name);
        }
    }
}

struct spread bench_ratio(struct bench *bench, const char *row, const struct race *race, unsigned threads,
                          const char *over, const char *under, enum race_measure measure)
{
    const struct contestant *first = race_find(race, over, threads);
    const struct contestant *second = race_find(race, under, threads);
    if (first == NULL || second == NULL) {
        return (struct spread){0};
    }
    struct spread ratio = race_ratio(race, first, second, measure);
    const char *what = measure == RACE_RATE ? ".rate" : "";
    bench_value(bench, row, ratio.median, "x", "%ut/%s%s.over.%s", threads, over, what, under);
    bench_value(bench, row, ratio.least, "x", "%ut/%s%s.over.%s.least", threads, over, what, under);
    bench_value(bench, row, ratio.most, "x", "%ut/%s%s.over.%s.most", threads, over, what, under);
    return ratio;
}

void bench_distribution(struct bench *bench, const char *row, const struct race *race)
{
    static const char *const names[] = {
#define RACE_QUANTILE(NAME, name, share) name,
        RACE_QUANTILES
#undef RACE_QUANTILE
    };
    for (unsigned i = 0; i < race->count; i++) {
        const struct contestant *one = &race->contestants[i];
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            if (k != RACE_P50 && k != RACE_P99) {
                double value = race_measured(race, one, (enum race_measure)k).median * time_scale(race);
                bench_value(bench, row, value, time_unit(race), "%ut/%s.%s", one->threads, one->name, names[k]);
            }
        }
    }
}

void bench_goal(struct bench *bench, const char *row, const char *name, struct spread reached, enum goal_sense sense,
                double bound, const char *unit, bool comparable)
{
    if (bench->way) {
        return;
    }
    struct report_goal goal = {
        .reached = reached, .sense = sense, .bound = bound, .unit = unit, .comparable = comparable};
    snprintf(goal.name, sizeof goal.name, "%s/%s", row, name);
    report_add_goal(&bench->report, &goal);
}

cclb_bytes bench_plugin(const struct bench *bench, const char *plugin)
{
    static const char mark[] = "-twin";
    char path[4096];
    const char *twin = strstr(plugin, mark);
    if (twin) {
        snprintf(path, sizeof path, "%s/%.*s-pdk%s.wasm", bench->twins, (int)(twin - plugin), plugin,
                 twin + sizeof mark - 1);
    } else {
        snprintf(path, sizeof path, "%s/%s.wasm", bench->plugins, plugin);
    }
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        fail("%s cannot be read", path);
    }
    rewind(file);
    uint8_t *bytes = take_memory((size_t)size);
    if (fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        fail("%s cannot be read", path);
    }
    fclose(file);
    return cclb_bytes_of(bytes, (size_t)size);
}

void bench_plugin_free(cclb_bytes wasm)
{
    free((void *)(uintptr_t)wasm.data);
}
