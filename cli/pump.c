/* SPDX-License-Identifier: Apache-2.0 */
/* pump.c - what is read goes to the stream at once, and what the stream gives is written at once. */

#include "pump.h"

#include "files.h"
#include "outlet.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 16 };

static void watch_call(void *context, const cclb_call_record *record)
{
    struct pump_calls *calls = context;
    calls->total_ns += record->duration_ns;
    calls->slowest_ns = record->duration_ns > calls->slowest_ns ? record->duration_ns : calls->slowest_ns;
    if (record->tried_again) {
        calls->kept = *record->fault;
        return;
    }
    calls->count++;
    if (record->passed_through && record->fault && calls->passed.status == CCLB_OK) {
        char event[64];
        snprintf(event, sizeof event, "note: event %" PRIu64 " passes through", calls->count);
        calls->passed = *record->fault;
        session_complain(event, record->fault, NULL);
    }
}

cclb_log pump_watch(struct pump_calls *calls)
{
    return (cclb_log){watch_call, calls};
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void pump_run(cclb_sse_stream *stream, struct pump_result *result)
{
    static uint8_t chunk[CHUNK_BYTES];
    struct outlet outlet;
    uint64_t start_ns = now_ns();
    ssize_t taken = 1;
    *result = (struct pump_result){.info = cclb_sse_info_init()};
    outlet_init(&outlet);
    while (taken > 0 && result->status == CCLB_OK && outlet.number == 0) {
        taken = files_take(STDIN_FILENO, chunk, sizeof chunk);
        if (taken > 0) {
            result->status =
                cclb_sse_stream_feed(stream, cclb_bytes_of(chunk, (size_t)taken), outlet_put, &outlet, &result->error);
        } else if (taken == 0) {
            result->status = cclb_sse_stream_finish(stream, outlet_put, &outlet, &result->error);
        } else {
            result->input_number = errno;
        }
    }
    result->bytes_written = outlet.written;
    result->output_number = outlet.number;
    result->duration_ns = now_ns() - start_ns;
    cclb_error error;
    if (cclb_sse_stream_describe(stream, &result->info, &error) != CCLB_OK) {
        result->status = error.status;
        result->error = error;
    }
}
