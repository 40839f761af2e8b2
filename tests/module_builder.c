/* SPDX-License-Identifier: Apache-2.0 */
/* module_builder.c - bytes appended to bytes; sections are built apart and copied in once their size is known. */

#include "module_builder.h"

#include "wire/fingerprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FINGERPRINT_BYTES = 32 };

void builder_deinit(struct builder *builder)
{
    free(builder->data);
    *builder = (struct builder){0};
}

cclb_bytes builder_bytes(const struct builder *builder)
{
    return cclb_bytes_of(builder->data, builder->len);
}

void builder_write(struct builder *builder, const void *data, size_t len)
{
    if (len > builder->capacity - builder->len) {
        size_t capacity = (builder->len + len) * 2;
        uint8_t *grown = realloc(builder->data, capacity);
        assert_non_null(grown);
        builder->data = grown;
        builder->capacity = capacity;
    }
    if (len > 0) {
        memcpy(builder->data + builder->len, data, len);
        builder->len += len;
    }
}

void builder_byte(struct builder *builder, uint8_t byte)
{
    builder_write(builder, &byte, 1);
}

void builder_leb(struct builder *builder, uint64_t value)
{
    while (value >= 0x80) {
        builder_byte(builder, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    builder_byte(builder, (uint8_t)value);
}

void builder_signed_leb(struct builder *builder, int64_t value)
{
    for (;;) {
        uint8_t byte = value & 0x7f;
        value >>= 7;
        if ((value == 0 && !(byte & 0x40)) || (value == -1 && (byte & 0x40))) {
            builder_byte(builder, byte);
            return;
        }
        builder_byte(builder, byte | 0x80);
    }
}

void builder_name(struct builder *builder, const char *name)
{
    builder_leb(builder, strlen(name));
    builder_write(builder, name, strlen(name));
}

void builder_header(struct builder *builder)
{
    static const uint8_t header[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    builder_write(builder, header, sizeof header);
}

void builder_section(struct builder *builder, uint8_t id, const void *data, size_t len)
{
    builder_byte(builder, id);
    builder_leb(builder, len);
    builder_write(builder, data, len);
}

/* Ends a section that was built apart. */
static void take_section(struct builder *builder, uint8_t id, struct builder *content)
{
    builder_section(builder, id, content->data, content->len);
    builder_deinit(content);
}

void builder_custom(struct builder *builder, const char *name, const void *data, size_t len)
{
    struct builder content = {0};
    builder_name(&content, name);
    builder_write(&content, data, len);
    take_section(builder, BUILDER_CUSTOM, &content);
}

void builder_metadata(struct builder *builder, const char *json)
{
    builder_custom(builder, "cc_lb.plugin.v1", json, strlen(json));
}

void builder_schema(struct builder *builder, cclb_hook hook, const uint8_t *fingerprint)
{
    char name[64];
    snprintf(name, sizeof name, "cc_lb.schema.%s.v1", cclb_hook_name(hook));
    builder_custom(builder, name, fingerprint, FINGERPRINT_BYTES);
}

void builder_i32_const(struct builder *builder, int32_t value)
{
    builder_byte(builder, 0x41);
    builder_signed_leb(builder, value);
}

void builder_answer(struct builder *builder, uint32_t address, uint32_t len)
{
    builder_byte(builder, 0x42); /* i64.const */
    builder_signed_leb(builder, (int64_t)((uint64_t)address << 32 | len));
    builder_byte(builder, 0x0b);
}

void builder_export(struct builder *builder, const char *name, uint8_t kind, uint32_t index)
{
    builder_name(builder, name);
    builder_byte(builder, kind);
    builder_leb(builder, index);
}

/* ---- a whole plugin: function 0 is alloc, 1 is free, 2 is every hook ---- */

static void write_types(struct builder *builder)
{
    static const uint8_t types[] = {
        3,                                        /* three of them */
        0x60, 2, 0x7f, 0x7f, 1, 0x7f,             /* (i32 i32) -> i32 */
        0x60, 3, 0x7f, 0x7f, 0x7f, 0,             /* (i32 i32 i32) -> () */
        0x60, 2, 0x7f, 0x7f, 1, 0x7e,             /* (i32 i32) -> i64 */
    };
    static const uint8_t functions[] = {3, 0, 1, 2};
    builder_section(builder, BUILDER_TYPE, types, sizeof types);
    builder_section(builder, BUILDER_FUNCTION, functions, sizeof functions);
}

static void write_table_and_memory(struct builder *builder, const struct builder_plugin *plugin)
{
    struct builder content = {0};
    if (plugin->table_elements > 0) {
        builder_write(&content, "\x01\x70\x00", 3); /* one table of functions without a maximum */
        builder_leb(&content, plugin->table_elements);
        take_section(builder, BUILDER_TABLE, &content);
    }
    builder_write(&content, "\x01\x00", 2); /* one memory without a maximum */
    builder_leb(&content, plugin->memory_pages);
    take_section(builder, BUILDER_MEMORY, &content);
}

static void write_exports(struct builder *builder, const struct builder_plugin *plugin)
{
    struct builder entries = {0};
    struct builder content = {0};
    size_t count = 0;
    if (plugin->exports_memory) {
        builder_export(&entries, "memory", BUILDER_KIND_MEMORY, 0);
        count++;
    }
    if (plugin->exports_alloc) {
        builder_export(&entries, "cc_lb_alloc", BUILDER_KIND_FUNCTION, 0);
        count++;
    }
    if (plugin->exports_free) {
        builder_export(&entries, "cc_lb_free", BUILDER_KIND_FUNCTION, 1);
        count++;
    }
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (plugin->exports_hook[hook]) {
            char name[64];
            snprintf(name, sizeof name, "cc_lb_%s", cclb_hook_name(hook));
            builder_export(&entries, name, BUILDER_KIND_FUNCTION, 2);
            count++;
        }
    }
    builder_leb(&content, count);
    builder_write(&content, entries.data, entries.len);
    builder_deinit(&entries);
    take_section(builder, BUILDER_EXPORT, &content);
}

static void write_body(struct builder *content, cclb_bytes body)
{
    builder_leb(content, body.len);
    builder_write(content, body.data, body.len);
}

static void write_code(struct builder *builder, const struct builder_plugin *plugin)
{
    static const uint8_t alloc[] = {0, 0x41, 0x80, 0x08, 0x0b}; /* no locals; i32.const 1024; end */
    static const uint8_t release[] = {0, 0x0b};                 /* no locals; end */
    static const uint8_t trap[] = {0, 0x00, 0x0b};              /* no locals; unreachable; end */
    struct builder content = {0};
    builder_leb(&content, 3);
    write_body(&content, plugin->alloc_body.len ? plugin->alloc_body : cclb_bytes_of(alloc, sizeof alloc));
    write_body(&content, plugin->free_body.len ? plugin->free_body : cclb_bytes_of(release, sizeof release));
    write_body(&content, plugin->hook_body.len ? plugin->hook_body : cclb_bytes_of(trap, sizeof trap));
    take_section(builder, BUILDER_CODE, &content);
}

void builder_plugin(struct builder *builder, const struct builder_plugin *plugin)
{
    builder_header(builder);
    write_types(builder);
    write_table_and_memory(builder, plugin);
    write_exports(builder, plugin);
    write_code(builder, plugin);
    if (plugin->metadata) {
        builder_metadata(builder, plugin->metadata);
    }
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (plugin->fingerprints[hook]) {
            builder_schema(builder, hook, plugin->fingerprints[hook]);
        }
    }
}

struct builder_plugin builder_good_plugin(cclb_form form, uint32_t hooks, char *metadata, size_t capacity)
{
    struct builder_plugin plugin = {
        .metadata = metadata,
        .exports_memory = true,
        .exports_alloc = true,
        .exports_free = true,
        .memory_pages = 1,
    };
    struct builder json = {0};
    static const char start[] = "{\"name\":\"n\",\"version\":\"1\",\"description\":\"d\",\"usage\":\"u\",\"hooks\":{";
    builder_write(&json, start, sizeof start - 1);
    const char *separator = "";
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (hooks >> hook & 1) {
            char entry[160];
            int len = snprintf(entry, sizeof entry,
                               "%s\"%s\":{\"wire_version\":1,\"description\":\"d\",\"usage\":\"u\","
                               "\"mode\":\"active\"}",
                               separator, cclb_hook_name(hook));
            builder_write(&json, entry, (size_t)len);
            separator = ",";
            plugin.exports_hook[hook] = true;
            plugin.fingerprints[hook] = wire_fingerprint(hook, form);
        }
    }
    builder_write(&json, "}}", 3); /* with its NUL */
    assert_true(json.len <= capacity);
    memcpy(metadata, json.data, json.len);
    builder_deinit(&json);
    return plugin;
}
