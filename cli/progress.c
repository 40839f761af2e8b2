/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c - one thread that waits on a condition and prints whenever the wait times out. */

#include "progress.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 2, BAR_WIDTH = 30, BAR_PAUSE_MS = 50 };

static struct {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped_changed;
    bool running; /* by the main thread alone */
    bool stopped; /* under the lock */
    const char *what;
} progress = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void *tick(void *unused)
{
    (void)unused;
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    next.tv_sec += PATIENCE_SECONDS;
    int seconds = PATIENCE_SECONDS;
    bool printed = false;
    pthread_mutex_lock(&progress.lock);
    while (!progress.stopped) {
        if (pthread_cond_timedwait(&progress.stopped_changed, &progress.lock, &next) != 0 && !progress.stopped) {
            fprintf(stderr, "\r%s ... %d s", progress.what, seconds);
            printed = true;
            next.tv_sec++;
            seconds++;
        }
    }
    pthread_mutex_unlock(&progress.lock);
    if (printed) {
        fputs("\r\x1b[K", stderr);
    }
    return NULL;
}

void progress_start(const char *what)
{
    if (!isatty(STDERR_FILENO) || progress.running) {
        return;
    }
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0) {
        return;
    }
    if (pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
        pthread_cond_init(&progress.stopped_changed, &attributes) == 0) {
        progress.what = what;
        progress.stopped = false;
        progress.running = pthread_create(&progress.thread, NULL, tick, NULL) == 0;
    }
    pthread_condattr_destroy(&attributes);
}

void progress_stop(void)
{
    if (!progress.running) {
        return;
    }
    pthread_mutex_lock(&progress.lock);
    progress.stopped = true;
    pthread_cond_signal(&progress.stopped_changed);
    pthread_mutex_unlock(&progress.lock);
    pthread_join(progress.thread, NULL);
    pthread_cond_destroy(&progress.stopped_changed);
    progress.running = false;
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_bar(const char *what, size_t done, size_t total)
{
    static const char full[BAR_WIDTH + 1] = "##############################";
    static long long shown_ms;
    if (!isatty(STDERR_FILENO)) {
        return;
    }
    if (done == total) {
        fputs("\r\x1b[K", stderr);
    } else if (now_ms() - shown_ms >= BAR_PAUSE_MS) {
        shown_ms = now_ms();
        int width = (int)(done * BAR_WIDTH / total);
        fprintf(stderr, "\r%s [%.*s%*s] %zu of %zu", what, width, full, BAR_WIDTH - width, "", done, total);
    }
}
