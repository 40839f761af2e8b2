/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module_mutator.c - mutates modules section by section, so that most of them are still read to their end.
 *
 * A byte changed anywhere in a module most often ends the walk over its sections at that place. Here a section's content,
 * or one function's body, is mutated and its size written anew; sections are taken out, doubled, exchanged, or come from
 * another module. Linked into targets whose input is a module; libFuzzer calls it.
 */

#include "admission/section_reader.h"

#include <stdlib.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2, uint8_t *out,
                                 size_t max_out_size, unsigned seed);

enum { HEADER_SIZE = 8, SECTIONS_MAX = 64, CODE_SECTION = 10, LEB_MAX = 5 };

struct section {
    uint8_t id;
    cclb_bytes content;
};

struct module {
    cclb_bytes header;
    struct section sections[SECTIONS_MAX];
    size_t count;
};

/* A module being written, into room that may not be enough. */
struct output {
    uint8_t *data;
    size_t len;
    size_t capacity;
    bool full;
};

static void put(struct output *output, const void *data, size_t len)
{
    output->full = output->full || len > output->capacity - output->len;
    if (!output->full && len > 0) {
        memcpy(output->data + output->len, data, len);
        output->len += len;
    }
}

static void put_leb(struct output *output, size_t number)
{
    do {
        uint8_t byte = (uint8_t)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
        put(output, &byte, 1);
        number >>= 7;
    } while (number > 0);
}

static void put_section(struct output *output, const struct section *section)
{
    put(output, &section->id, 1);
    put_leb(output, section->content.len);
    put(output, section->content.data, section->content.len);
}

static void put_module(struct output *output, const struct module *module)
{
    put(output, module->header.data, module->header.len);
    for (size_t i = 0; i < module->count; i++) {
        put_section(output, &module->sections[i]);
    }
}

static struct section_reader reader_of(cclb_bytes bytes)
{
    return (struct section_reader){.module = bytes.data, .at = bytes.data, .end = bytes.data + bytes.len};
}

/* The sections up to the first that is none; false if there is not one. */
static bool split(cclb_bytes bytes, struct module *module)
{
    module->count = 0;
    if (bytes.len < HEADER_SIZE) {
        return false;
    }
    module->header = cclb_bytes_of(bytes.data, HEADER_SIZE);
    struct section_reader reader = reader_of(bytes);
    struct section_reader content;
    uint32_t size;
    reader.at += HEADER_SIZE;
    while (module->count < SECTIONS_MAX) {
        struct section *section = &module->sections[module->count];
        if (!reader_byte(&reader, &section->id) || !reader_u32(&reader, &size) ||
            !reader_run(&reader, size, &content)) {
            break;
        }
        section->content = cclb_bytes_of(content.at, size);
        module->count++;
    }
    return module->count > 0;
}

/* A copy of a run of bytes, mutated; free(data). No more than `capacity` bytes long. */
static cclb_bytes mutated(cclb_bytes bytes, size_t capacity)
{
    uint8_t *copy = malloc(capacity);
    if (copy == NULL) {
        abort();
    }
    size_t len = bytes.len < capacity ? bytes.len : capacity;
    if (len > 0) {
        memcpy(copy, bytes.data, len);
    }
    return cclb_bytes_of(copy, LLVMFuzzerMutate(copy, len, capacity));
}

/* The code section with one of its bodies mutated; free(data). Empty if its bodies cannot be read. */
static cclb_bytes mutated_body(cclb_bytes code, size_t capacity)
{
    struct section_reader reader = reader_of(code);
    struct section_reader body = {0};
    uint32_t count;
    uint32_t size = 0;
    if (!reader_u32(&reader, &count) || count == 0) {
        return (cclb_bytes){0};
    }
    const uint8_t *start = reader.at;
    for (uint32_t chosen = (uint32_t)rand() % count + 1; chosen > 0; chosen--) {
        start = reader.at;
        if (!reader_u32(&reader, &size) || !reader_run(&reader, size, &body)) {
            return (cclb_bytes){0};
        }
    }
    cclb_bytes changed = mutated(cclb_bytes_of(body.at, size), capacity);
    struct output output = {.data = malloc(code.len + changed.len + LEB_MAX),
                            .capacity = code.len + changed.len + LEB_MAX};
    if (output.data == NULL) {
        abort();
    }
    put(&output, code.data, (size_t)(start - code.data));
    put_leb(&output, changed.len);
    put(&output, changed.data, changed.len);
    put(&output, reader.at, reader_left(&reader));
    free((void *)(uintptr_t)changed.data);
    return cclb_bytes_of(output.data, output.len);
}

/* Changes the order or the number of the sections. */
static void rearrange(struct module *module)
{
    size_t a = (size_t)rand() % module->count;
    size_t b = (size_t)rand() % module->count;
    const struct section moved = module->sections[a];
    switch (rand() % 3) {
    case 0:
        module->sections[a] = module->sections[b];
        module->sections[b] = moved;
        return;
    case 1:
        memmove(&module->sections[a], &module->sections[a + 1], (module->count - a - 1) * sizeof moved);
        module->count--;
        return;
    default:
        if (module->count < SECTIONS_MAX) {
            module->sections[module->count++] = moved;
        }
        return;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    struct module module;
    srand(seed);
    if (rand() % 16 == 0 || !split(cclb_bytes_of(data, size), &module)) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    cclb_bytes changed = {0};
    if (rand() % 6 == 0) {
        rearrange(&module);
    } else {
        struct section *section = &module.sections[(size_t)rand() % module.count];
        changed = section->id == CODE_SECTION ? mutated_body(section->content, max_size) : (cclb_bytes){0};
        if (changed.data == NULL) {
            changed = mutated(section->content, max_size);
        }
        section->content = changed;
    }
    struct output output = {.data = malloc(max_size), .capacity = max_size};
    if (output.data == NULL) {
        abort();
    }
    put_module(&output, &module);
    free((void *)(uintptr_t)changed.data);
    size_t len = output.full ? 0 : output.len;
    if (len > 0) {
        memcpy(data, output.data, len);
    }
    free(output.data);
    return len > 0 ? len : LLVMFuzzerMutate(data, size, max_size);
}

/* The first module with one section of the second, in place of its own of that number or behind all others. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2, uint8_t *out,
                                 size_t max_out_size, unsigned seed)
{
    struct module first;
    struct module second;
    srand(seed);
    if (!split(cclb_bytes_of(data1, size1), &first) || !split(cclb_bytes_of(data2, size2), &second)) {
        return 0;
    }
    const struct section *chosen = &second.sections[(size_t)rand() % second.count];
    size_t at = 0;
    while (at < first.count && first.sections[at].id != chosen->id) {
        at++;
    }
    if (at < SECTIONS_MAX) {
        first.sections[at] = *chosen;
        first.count += at == first.count ? 1 : 0;
    }
    struct output output = {.data = out, .capacity = max_out_size};
    put_module(&output, &first);
    return output.full ? 0 : output.len;
}
