/* SPDX-License-Identifier: Apache-2.0 */
/* machine.c - see machine.h. */

#include "machine.h"

#include "cclb/runtime.h"
#include "cclb/version.h"

#include "fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { MODEL_SIZE = 128 };

double machine_load(void)
{
    double load;
    return getloadavg(&load, 1) == 1 ? load : -1;
}

/* What /proc/cpuinfo calls the processor, without what JSON would have to escape. */
static void read_model(char model[MODEL_SIZE])
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(model, MODEL_SIZE, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "model name : %127[^\n\"\\]", model) == 1) {
            break;
        }
    }
    if (file) {
        fclose(file);
    }
}

void machine_describe(double load_before, char *text, size_t capacity)
{
    char model[MODEL_SIZE];
    struct utsname kernel;
    cclb_runtime *runtime;
    cclb_runtime_info info = cclb_runtime_info_init();
    cclb_error error;
    if (uname(&kernel) != 0 || cclb_runtime_create(NULL, &runtime, &error) != CCLB_OK) {
        fail("the machine cannot be described");
    }
    if (cclb_runtime_describe(runtime, &info, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
    read_model(model);
    snprintf(text, capacity,
             "\"cclb\":\"%s\",\"engine\":\"%s\",\"isolation\":\"%s\",\"reset\":\"%s\",\"kernel\":\"%s\",\"cpu\":\"%s\","
             "\"cpus\":%ld,\"load_before\":%.2f,\"load_after\":%.2f,",
             cclb_version(), info.engine, cclb_isolation_name(info.isolation), cclb_reset_name(info.reset),
             kernel.release, model, sysconf(_SC_NPROCESSORS_ONLN), load_before, machine_load());
    if (cclb_runtime_destroy(runtime, &error) != CCLB_OK) {
        fail("%s", error.message);
    }
}
