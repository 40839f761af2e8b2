/* SPDX-License-Identifier: Apache-2.0 */
/* prometheus.c - series as text, exposition format 0.0.4; one memory that doubles, then a copy of the right size. */

#include "base/allocate.h"
#include "base/buffer.h"
#include "base/error.h"
#include "metrics/metrics.h"
#include "metrics/number.h"

#include <inttypes.h>
#include <stdio.h>

struct text {
    const cclb_allocator *allocator;
    char *data;
    size_t len;
    size_t capacity;
    size_t wanted;    /* bytes that there was no memory for; 0: all is well */
    const char *name; /* of the metric whose samples are being written */
};

static bool reserve(struct text *text, size_t more)
{
    if (text->wanted > 0) {
        return false;
    }
    if (more <= text->capacity - text->len) {
        return true;
    }
    size_t capacity = text->capacity > 0 ? text->capacity : 4096;
    while (capacity - text->len < more) {
        capacity *= 2;
    }
    char *data = text->allocator->allocate(text->allocator->context, capacity);
    if (data == NULL) {
        text->wanted = capacity;
        return false;
    }
    if (text->len > 0) {
        memcpy(data, text->data, text->len);
    }
    release(text->allocator, text->data, text->capacity);
    text->data = data;
    text->capacity = capacity;
    return true;
}

static void put_bytes(struct text *text, const void *bytes, size_t len)
{
    if (len > 0 && reserve(text, len)) {
        memcpy(text->data + text->len, bytes, len);
        text->len += len;
    }
}

static void put(struct text *text, const char *string)
{
    put_bytes(text, string, strlen(string));
}

/* Backslash, newline and, between quotes, the quote. */
static void put_escaped(struct text *text, cclb_bytes value, bool quoted)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == '\n') {
            put(text, "\\n");
            continue;
        }
        if (value.data[i] == '\\' || (quoted && value.data[i] == '"')) {
            put(text, "\\");
        }
        put_bytes(text, &value.data[i], 1);
    }
}

static void put_number(struct text *text, double value)
{
    char number[NUMBER_SIZE];
    put_bytes(text, number, number_write(value, number));
}

static void put_count(struct text *text, uint64_t count)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRIu64, count);
    put(text, number);
}

/* HELP and TYPE stand once, before the first sample of a name. */
static void put_head(struct text *text, const cclb_metric_sample *sample)
{
    if (text->name == sample->name) {
        return;
    }
    text->name = sample->name;
    put(text, "# HELP ");
    put(text, sample->name);
    put(text, " ");
    put_escaped(text, cclb_text(sample->help), false);
    put(text, "\n# TYPE ");
    put(text, sample->name);
    put(text, " ");
    put(text, cclb_metric_type_name(sample->type));
    put(text, "\n");
}

/* A line up to its value; `bound` is that of a bucket. */
static void put_series(struct text *text, const cclb_metric_sample *sample, const char *suffix, const double *bound)
{
    const char *separator = "{";
    put(text, sample->name);
    put(text, suffix);
    for (size_t i = 0; i < sample->label_count; i++) {
        put(text, separator);
        put(text, sample->labels[i].name);
        put(text, "=\"");
        put_escaped(text, sample->labels[i].value, true);
        put(text, "\"");
        separator = ",";
    }
    if (bound) {
        put(text, separator);
        put(text, "le=\"");
        put_number(text, *bound);
        put(text, "\"");
        separator = ",";
    }
    put(text, *separator == ',' ? "} " : " ");
}

static void put_histogram(struct text *text, const cclb_metric_sample *sample)
{
    for (size_t i = 0; i < sample->bucket_count; i++) {
        put_series(text, sample, "_bucket", &sample->buckets[i].upper_bound);
        put_count(text, sample->buckets[i].count);
        put(text, "\n");
    }
    put_series(text, sample, "_sum", NULL);
    put_number(text, sample->sum);
    put(text, "\n");
    put_series(text, sample, "_count", NULL);
    put_count(text, sample->count);
    put(text, "\n");
}

static void put_sample(void *context, const cclb_metric_sample *sample)
{
    struct text *text = context;
    put_head(text, sample);
    if (sample->type == CCLB_METRIC_HISTOGRAM) {
        put_histogram(text, sample);
        return;
    }
    put_series(text, sample, "", NULL);
    /* What counts whole things is exact in `count`. */
    if ((double)sample->count == sample->value) {
        put_count(text, sample->count);
    } else {
        put_number(text, sample->value);
    }
    put(text, "\n");
}

cclb_status metrics_to_prometheus(const struct metrics *metrics, const struct metrics_gauges *gauges,
                                  const cclb_allocator *allocator, cclb_buffer *text, cclb_error *error)
{
    cclb_allocator memory = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    struct text written = {.allocator = &memory};
    metrics_visit(metrics, gauges, put_sample, &written);
    cclb_status status = written.wanted > 0 ? error_no_memory(error, written.wanted)
                                            : buffer_init(text, written.len, &memory, error);
    if (status == CCLB_OK) {
        memcpy(text->data, written.data, written.len);
    }
    release(&memory, written.data, written.capacity);
    return status;
}
