/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugins_test.c - every plugin of tests/data/plugins through the library, against what the published runtimes said:
 * MANIFEST.tsv (admission, a raw call, how the answer reads), verdicts.tsv (each kind of slot, by two references) and
 * answers.tsv (answers, byte for byte); and those of tests/data/hostile, which mean harm.
 *
 * Those that mean harm, x-NAME in MANIFEST.tsv, get their verdict in bounded time besides: of CPU, of the calling
 * thread, for registering and for the call, compiling apart. (How long those of tests/data/hostile take
 * hostile_bounds_test tells.)
 *
 * usage: plugins_test checked|guarded|on_demand [TWINS]
 *
 * TWINS is a folder with plugins of the same names, made with the C kit: then it is they that must get the verdicts and
 * give the answers, as many of them as there are.
 */
#include "cclb.h"
#include "cpu_time.h"
#include "table.h"

#include <sha2.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Of a call, in the ordinary runtime. */
static const uint64_t deadline_ns = 100 * MS;

struct run {
    cclb_runtime *runtime; /* of the row */
    cclb_runtime *ordinary;
    cclb_runtime *patient;
    const char *twins; /* their folder, or NULL */
    const char *table;
    size_t passed;
    size_t failed;
};

/*
 * Some plugins touch all the memory that they may have, which is a matter of memory and not of time: how long the page
 * faults take is the machine's business.
 */
static void choose_runtime(struct run *run, const struct table_row *row)
{
    run->runtime = strstr(row->column[0], "mem-bomb") ? run->patient : run->ordinary;
}

/* What is wrong with a row; each row is reported once, by the first thing that is wrong. */
static void verdict_of_row(struct run *run, const struct table_row *row, const char *what, const char *detail)
{
    if (what == NULL) {
        run->passed++;
        return;
    }
    run->failed++;
    printf("%s:%zu: %s: %s: %s\n", run->table, row->line, row->column[0], what, detail);
}

/* The plugin of a row, which stands beside its table; no bytes if it has no twin, where these are what is tested. */
static cclb_bytes plugin_file(const struct run *run, const char *name)
{
    char path[4096];
    if (run->twins == NULL) {
        snprintf(path, sizeof path, "%.*s/%s", (int)strcspn(run->table, "/"), run->table, name);
        return data_file(path);
    }
    snprintf(path, sizeof path, "%s/%s", run->twins, name);
    return access(path, F_OK) == 0 ? whole_file(path) : (cclb_bytes){0};
}

static void free_file(cclb_bytes file)
{
    free((void *)(uintptr_t)file.data);
}

/* The request of the manifest's raw call, for a plugin's first hook and its form. */
static cclb_bytes manifest_request(cclb_hook hook, cclb_form form)
{
    if (hook == CCLB_HOOK_SHAPE) {
        return data_file("requests/shape-1k.bin");
    }
    if (hook == CCLB_HOOK_OBSERVE) {
        return data_file("requests/observe-started.bin");
    }
    char path[64];
    snprintf(path, sizeof path, "requests/filter-1k.%s.bin", form >= CCLB_FORM_W8 ? "W9" : cclb_form_name(form));
    return data_file(path);
}

static cclb_hook first_hook(const char *hooks)
{
    return cclb_hook_from_name(cclb_bytes_of(hooks, strcspn(hooks, ",")));
}

static cclb_slot_kind kind_of(cclb_hook hook)
{
    cclb_slot_kind kind = CCLB_SLOT_ANY;
    bool known = cclb_slot_kind_from_name(cclb_text(cclb_hook_name(hook)), &kind);
    return known ? kind : CCLB_SLOT_SHAPE;
}

/* How an answer reads, in the manifest's words. */
static void read_answer(cclb_hook hook, cclb_bytes output, char *text, size_t size)
{
    cclb_filter_response_view answer;
    if (hook != CCLB_HOOK_FILTER) {
        snprintf(text, size, "-");
    } else if (cclb_filter_response_read(output, &answer, NULL) != CCLB_OK) {
        snprintf(text, size, "bad");
    } else {
        size_t accepted = 0;
        for (size_t i = 0; i < answer.results.count; i++) {
            accepted += cclb_bytes_equal(cclb_candidate_reason_at(answer.results, i).decision, cclb_text("accept"));
        }
        snprintf(text, size, "%zu results, %zu accepted", answer.results.count, accepted);
    }
}

/* Columns 7 to 9: what a raw call of the first hook does. */
static void check_call(struct run *run, const struct table_row *row, cclb_hook hook)
{
    cclb_error error = {0};
    cclb_handle *handle = NULL;
    cclb_slot_key key = cclb_global_key(row->column[0]);
    if (cclb_handle_create(run->runtime, key, &handle, &error) != CCLB_OK) {
        verdict_of_row(run, row, "no handle", error.message);
        return;
    }
    cclb_slot_info info;
    cclb_status status = cclb_handle_describe(handle, &info, &error);
    cclb_target target = cclb_by_handle(handle);
    cclb_lease lease = {0};
    cclb_form form = cclb_form_from_name(cclb_bytes_of(row->column[2], 2));
    cclb_bytes request = manifest_request(hook, form);
    if (status == CCLB_OK) {
        status = cclb_call_raw(run->runtime, &target, hook, &request, 1, &lease, &error);
    }
    char text[128];
    if (strcmp(row->column[7], "fault") == 0) {
        bool as_expected = status > CCLB_OK && strstr(error.message, row->column[8]);
        verdict_of_row(run, row, as_expected ? NULL : "the call should end with that fault, not this",
                       status == CCLB_OK ? "success" : error.message);
    } else if (status != CCLB_OK) {
        verdict_of_row(run, row, "the call should succeed", error.message);
    } else if (row->column[8][0] && strtoull(row->column[8], NULL, 10) != lease.output.len) {
        snprintf(text, sizeof text, "%zu bytes", lease.output.len);
        verdict_of_row(run, row, "the answer has another length", text);
    } else {
        read_answer(hook, lease.output, text, sizeof text);
        bool as_expected = strcmp(row->column[9], "-") == 0 || strcmp(row->column[9], text) == 0;
        verdict_of_row(run, row, as_expected ? NULL : "the answer reads otherwise", text);
    }
    cclb_lease_return(&lease);
    cclb_handle_destroy(handle);
    free_file(request);
}

static void manifest_row(void *context, const struct table_row *row)
{
    struct run *run = context;
    choose_runtime(run, row);
    cclb_error error = {0};
    cclb_bytes wasm = plugin_file(run, row->column[0]);
    cclb_hook hook = first_hook(row->column[3]);
    cclb_slot_key key = cclb_global_key(row->column[0]);
    cclb_status status = cclb_slot_register(run->runtime, key, kind_of(hook), wasm, NULL, NULL, &error);
    if (strcmp(row->column[4], "yes") == 0) {
        if (status != CCLB_OK) {
            verdict_of_row(run, row, "should be admitted", error.message);
        } else {
            check_call(run, row, hook);
        }
    } else if (status <= CCLB_OK) {
        verdict_of_row(run, row, "should be refused", status == CCLB_OK ? "was admitted" : error.message);
    } else if (row->column[5][0] && strcmp(row->column[5], cclb_status_name(status)) != 0) {
        verdict_of_row(run, row, "refused for another reason", error.message);
    } else {
        bool as_expected = strstr(error.message, row->column[6]) != NULL;
        verdict_of_row(run, row, as_expected ? NULL : "refused in other words", error.message);
    }
    if (cclb_slot_evict(run->runtime, key, NULL, &error) != CCLB_OK) {
        verdict_of_row(run, row, "cannot be evicted", error.message);
    }
    free_file(wasm);
}

/* ---- how long that takes ---- */

/*
 * More rounds than these only as long as something is above the bound. The first one may compile; the next one finds
 * the code in the cache. So compiling has no part in the least of them, unless it is what refuses the module.
 */
enum { ROUNDS = 2, ROUNDS_MOST = 10 };

/* CPU time that registering may take, and a call of what was registered. */
struct allowance {
    uint64_t register_ns;
    uint64_t call_ns;
};

/*
 * What ends at its deadline has that besides the bound. What touches all of its memory may end there too, and is
 * allowed the time of touching. Whatever else is wrong with a plugin is found out at once.
 */
static struct allowance allowance_of(const struct table_row *row)
{
    const bool touches = strstr(row->column[0], "mem-bomb") != NULL;
    const bool in_trial = touches || strcmp(row->column[6], "deadline") == 0;
    const bool in_call = touches || strcmp(row->column[8], "deadline") == 0;
    const uint64_t bound_ns = touches ? CPU_BOUND_OF_TOUCHING_NS : CPU_BOUND_NS;
    return (struct allowance){bound_ns + (in_trial ? deadline_ns : 0), bound_ns + (in_call ? deadline_ns : 0)};
}

/* Whether it is admitted, and what its call gives, another test tells. False if that is neither, but a failure. */
static bool use_once(struct run *run, const struct table_row *row, cclb_bytes wasm, struct allowance *used)
{
    const cclb_hook hook = first_hook(row->column[3]);
    const cclb_slot_key key = cclb_global_key(row->column[0]);
    const cclb_target target = cclb_by_key(key.principal, key.plugin);
    cclb_error error;
    cclb_lease lease = {0};
    uint64_t before = thread_ns();
    cclb_status status = cclb_slot_register(run->ordinary, key, kind_of(hook), wasm, NULL, NULL, &error);
    used->register_ns = thread_ns() - before;
    used->call_ns = 0;
    if (status == CCLB_OK) {
        cclb_bytes request = manifest_request(hook, cclb_form_from_name(cclb_bytes_of(row->column[2], 2)));
        before = thread_ns();
        status = cclb_call_raw(run->ordinary, &target, hook, &request, 1, &lease, &error);
        cclb_lease_return(&lease);
        used->call_ns = thread_ns() - before;
        free_file(request);
    }
    return status >= CCLB_OK && cclb_slot_evict(run->ordinary, key, NULL, &error) == CCLB_OK;
}

static uint64_t smaller(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

static void time_of_row(void *context, const struct table_row *row)
{
    struct run *run = context;
    if (strncmp(row->column[0], "x-", 2) != 0) {
        return;
    }
    cclb_bytes wasm = plugin_file(run, row->column[0]);
    const struct allowance allowed = allowance_of(row);
    struct allowance least = {UINT64_MAX, UINT64_MAX};
    bool works = true;
    bool within = false;
    for (int round = 0; works && (round < ROUNDS || (round < ROUNDS_MOST && !within)); round++) {
        struct allowance used;
        works = use_once(run, row, wasm, &used);
        least.register_ns = smaller(least.register_ns, used.register_ns);
        least.call_ns = smaller(least.call_ns, used.call_ns);
        within = least.register_ns <= allowed.register_ns && least.call_ns <= allowed.call_ns;
    }
    char text[160];
    snprintf(text, sizeof text, "%.1f ms for registering, of %.1f; %.1f ms for a call, of %.1f",
             (double)least.register_ns / (double)MS, (double)allowed.register_ns / (double)MS,
             (double)least.call_ns / (double)MS, (double)allowed.call_ns / (double)MS);
    verdict_of_row(run, row, !works ? "cannot be timed" : within ? NULL : "takes more CPU time than it may", text);
    free_file(wasm);
}

static void verdict_row(void *context, const struct table_row *row)
{
    struct run *run = context;
    choose_runtime(run, row);
    cclb_error error = {0};
    cclb_reference reference = CCLB_REFERENCE_ANY;
    cclb_slot_kind kind = CCLB_SLOT_ANY;
    if (!cclb_reference_from_name(cclb_text(row->column[1]), &reference) ||
        !cclb_slot_kind_from_name(cclb_text(row->column[2]), &kind)) {
        verdict_of_row(run, row, "unknown reference or kind", row->column[1]);
        return;
    }
    cclb_bytes wasm = plugin_file(run, row->column[0]);
    if (wasm.len == 0) {
        return;
    }
    cclb_report *report = NULL;
    if (cclb_admit(run->runtime, wasm, kind, reference, &report, &error) != CCLB_OK) {
        verdict_of_row(run, row, "no report", error.message);
    } else {
        bool wanted = strcmp(row->column[3], "ok") == 0;
        bool admitted = report->verdict.status == CCLB_OK;
        bool same_words = wanted || strncmp(report->verdict.message, row->column[4], strlen(row->column[4])) == 0;
        verdict_of_row(run, row,
                       wanted != admitted ? "another verdict than the reference's"
                       : same_words       ? NULL
                                          : "other words than the reference's",
                       report->verdict.message);
    }
    cclb_report_destroy(report);
    free_file(wasm);
}

static void answer_row(void *context, const struct table_row *row)
{
    struct run *run = context;
    choose_runtime(run, row);
    cclb_error error = {0};
    cclb_bytes wasm = plugin_file(run, row->column[0]);
    if (wasm.len == 0) {
        return;
    }
    char path[128];
    snprintf(path, sizeof path, "requests/%s", row->column[2]);
    cclb_bytes request = data_file(path);
    cclb_hook hook = cclb_hook_from_name(cclb_text(row->column[1]));
    cclb_slot_key key = cclb_global_key(row->column[0]);
    cclb_handle *handle = NULL;
    cclb_lease lease = {0};
    cclb_status status = cclb_slot_register(run->runtime, key, kind_of(hook), wasm, NULL, NULL, &error);
    if (status == CCLB_OK) {
        status = cclb_handle_create(run->runtime, key, &handle, &error);
    }
    if (status == CCLB_OK) {
        cclb_target target = cclb_by_handle(handle);
        status = cclb_call_raw(run->runtime, &target, hook, &request, 1, &lease, &error);
    }
    if (status != CCLB_OK) {
        verdict_of_row(run, row, "the call should succeed", error.message);
    } else {
        char digest[SHA256_DIGEST_STRING_LENGTH] = "-";
        if (lease.output.len > 0) {
            SHA256Data(lease.output.data, lease.output.len, digest);
        }
        bool same = lease.output.len == strtoull(row->column[3], NULL, 10) &&
                    (lease.output.len == 0 || strcmp(digest, row->column[4]) == 0);
        verdict_of_row(run, row, same ? NULL : "another answer than the reference's", digest);
    }
    cclb_lease_return(&lease);
    cclb_handle_destroy(handle);
    if (cclb_slot_evict(run->runtime, key, NULL, &error) != CCLB_OK) {
        verdict_of_row(run, row, "cannot be evicted", error.message);
    }
    free_file(wasm);
    free_file(request);
}

int main(int argc, char **argv)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    if (argc < 2 || argc > 3 || !cclb_isolation_from_name(cclb_text(argv[1]), &options.isolation)) {
        fprintf(stderr, "usage: plugins_test checked|guarded|on_demand [TWINS]\n");
        return 2;
    }
    cclb_error error;
    struct run run = {.twins = argv[2]};
    cclb_runtime_options patient = options;
    patient.stores_max = 1;
    for (size_t i = 0; i < CCLB_HOOK_COUNT; i++) {
        options.deadline[i] = (cclb_deadline){.base_ns = deadline_ns, .per_mib_ns = 50 * MS};
        patient.deadline[i].base_ns = UINT64_C(60000000000);
    }
    if (cclb_runtime_create(&options, &run.ordinary, &error) != CCLB_OK ||
        cclb_runtime_create(&patient, &run.patient, &error) != CCLB_OK) {
        fprintf(stderr, "no runtime: %s\n", error.message);
        return 1;
    }
    const struct {
        const char *path;
        void (*row)(void *context, const struct table_row *row);
        size_t rows;
    } tables[] = {
        {"plugins/MANIFEST.tsv", manifest_row, 214},
        {"plugins/MANIFEST.tsv", time_of_row, 214},
        {"hostile/MANIFEST.tsv", manifest_row, 23},
        {"plugins/verdicts.tsv", verdict_row, 170},
        {"plugins/answers.tsv", answer_row, 192},
    };
    /* The manifests are about plugins that nobody would write twice. */
    for (size_t i = run.twins ? 3 : 0; i < sizeof tables / sizeof tables[0]; i++) {
        run.table = tables[i].path;
        size_t rows = table_each(tables[i].path, tables[i].row, &run);
        if (rows != tables[i].rows) {
            printf("%s has %zu rows, not %zu\n", tables[i].path, rows, tables[i].rows);
            run.failed++;
        }
    }
    if (cclb_runtime_destroy(run.ordinary, &error) != CCLB_OK || cclb_runtime_destroy(run.patient, &error) != CCLB_OK) {
        printf("the runtime is still busy: %s\n", error.message);
        run.failed++;
    }
    printf("%s: %zu passed, %zu failed\n", argv[1], run.passed, run.failed);
    return run.failed == 0 && run.passed > 0 ? 0 : 1;
}
