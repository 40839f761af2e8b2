/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals_test.c - whose signal handlers there are: a process that only makes `checked` runtimes has its own and no others,
 * also after plugins trapped, ran out of stack and were stopped. (A process that makes a `guarded` one has the engine's.)
 */
#include "cclb.h"
#include "expect.h"
#include "table.h"

#include <signal.h>

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGALRM, SIGPROF, SIGUSR1, SIGUSR2};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static void note(struct sigaction *actions)
{
    for (size_t i = 0; i < SIGNALS; i++) {
        EXPECT_EQUAL(sigaction(signals[i], NULL, &actions[i]), 0);
    }
}

/* The handler of the first signal that is handled otherwise than before; 0: none is. */
static int changed(const struct sigaction *before)
{
    struct sigaction now[SIGNALS];
    note(now);
    for (size_t i = 0; i < SIGNALS; i++) {
        if (now[i].sa_handler != before[i].sa_handler || now[i].sa_sigaction != before[i].sa_sigaction) {
            return signals[i];
        }
    }
    return 0;
}

static void call(cclb_runtime *runtime, const char *plugin, cclb_status wanted)
{
    static uint8_t request[4096];
    const cclb_bytes piece = {request, sizeof request};
    const cclb_target target = {NULL, cclb_global_key(plugin)};
    char path[128];
    cclb_lease lease = {0};
    cclb_error error;
    snprintf(path, sizeof path, "plugins/%s.wasm", plugin);
    cclb_bytes wasm = data_file(path);
    EXPECT_OR(cclb_slot_register(runtime, target.key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) == CCLB_OK,
              error.message);
    free((void *)(uintptr_t)wasm.data);
    EXPECT_EQUAL(cclb_call_raw(runtime, &target, CCLB_HOOK_FILTER, &piece, 1, &lease, &error), wanted);
    cclb_lease_return(&lease);
}

static void use(cclb_isolation isolation)
{
    cclb_runtime *runtime = NULL;
    cclb_error error;
    cclb_runtime_options options = cclb_runtime_options_init();
    options.isolation = isolation;
    EXPECT_OR(cclb_runtime_create(&options, &runtime, &error) == CCLB_OK, error.message);
    call(runtime, "x-good-min-w09", CCLB_OK);
    call(runtime, "x-div0-call-w09", CCLB_TRAP);
    call(runtime, "x-stack-call-w09", CCLB_TRAP);
    call(runtime, "x-loop-call-w09", CCLB_DEADLINE);
    EXPECT_EQUAL(cclb_runtime_destroy(runtime, &error), CCLB_OK);
}

static void checked_leaves_handlers_alone(void)
{
    struct sigaction before[SIGNALS];
    note(before);
    use(CCLB_ISOLATION_CHECKED);
    EXPECT_EQUAL(changed(before), 0);
}

/* So that the case above is seen to look in the right place. */
static void guarded_has_the_engines(void)
{
    struct sigaction before[SIGNALS];
    note(before);
    use(CCLB_ISOLATION_GUARDED);
    EXPECT(changed(before) != 0);
}

int main(void)
{
    RUN(checked_leaves_handlers_alone);
    RUN(guarded_has_the_engines); /* last: they stay */
    return 0;
}
