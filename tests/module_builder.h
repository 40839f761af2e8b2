/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module_builder.h - WebAssembly modules for tests, section by section, good and bad.
 *
 * A builder writes what it is told, in the order in which it is told, and checks nothing: order, counts and sizes are
 * the test's. It fails the running cmocka test if there is no memory. builder_plugin() writes a whole small plugin
 * that the static rules have nothing against, or all but one part of it.
 */
#ifndef TESTS_MODULE_BUILDER_H
#define TESTS_MODULE_BUILDER_H

#include "cclb/hook.h"

/* Section ids of the binary format. */
enum {
    BUILDER_CUSTOM = 0,
    BUILDER_TYPE = 1,
    BUILDER_IMPORT = 2,
    BUILDER_FUNCTION = 3,
    BUILDER_TABLE = 4,
    BUILDER_MEMORY = 5,
    BUILDER_GLOBAL = 6,
    BUILDER_EXPORT = 7,
    BUILDER_START = 8,
    BUILDER_ELEMENT = 9,
    BUILDER_CODE = 10,
    BUILDER_DATA = 11,
    BUILDER_DATA_COUNT = 12,
    BUILDER_TAG = 13
};

/* Kinds of exports. */
enum { BUILDER_KIND_FUNCTION = 0, BUILDER_KIND_TABLE = 1, BUILDER_KIND_MEMORY = 2, BUILDER_KIND_GLOBAL = 3 };

/* A growing run of bytes. Zeroed: empty. */
struct builder {
    uint8_t *data;
    size_t len;
    size_t capacity;
};

/* Frees the bytes; the builder is then empty. */
void builder_deinit(struct builder *builder);

/* What has been written, borrowed until the next write. */
cclb_bytes builder_bytes(const struct builder *builder);

/* Appends bytes; one byte; a LEB128 number, unsigned or signed; a length and text. */
void builder_write(struct builder *builder, const void *data, size_t len);
void builder_byte(struct builder *builder, uint8_t byte);
void builder_leb(struct builder *builder, uint64_t value);
void builder_signed_leb(struct builder *builder, int64_t value);
void builder_name(struct builder *builder, const char *name);

/* The eight bytes that a module starts with. */
void builder_header(struct builder *builder);

/* A section: id, size and these bytes. */
void builder_section(struct builder *builder, uint8_t id, const void *data, size_t len);

/* A custom section of that name. */
void builder_custom(struct builder *builder, const char *name, const void *data, size_t len);

/* The custom sections of a plugin. The fingerprint is 32 bytes. */
void builder_metadata(struct builder *builder, const char *json);
void builder_schema(struct builder *builder, cclb_hook hook, const uint8_t *fingerprint);

/* i32.const. */
void builder_i32_const(struct builder *builder, int32_t value);

/* The end of a hook that answers with `len` bytes at `address`. */
void builder_answer(struct builder *builder, uint32_t address, uint32_t len);

/* One export, for the content of an export section. */
void builder_export(struct builder *builder, const char *name, uint8_t kind, uint32_t index);

/* A plugin; zeroed parts are left out of the module. */
struct builder_plugin {
    const char *metadata;
    const uint8_t *fingerprints[CCLB_HOOK_COUNT]; /* 32 bytes; NULL: no schema section */
    bool exports_hook[CCLB_HOOK_COUNT];
    bool exports_memory;
    bool exports_alloc;
    bool exports_free;
    uint32_t memory_pages; /* at the start */
    uint64_t table_elements; /* 0: no table */
    cclb_bytes hook_body;  /* of every hook, locals and end included; empty: traps */
    cclb_bytes alloc_body; /* of cc_lb_alloc; empty: answers with 1024 */
    cclb_bytes free_body;  /* of cc_lb_free; empty: does nothing */
};

/* A plugin of one form that declares these hooks (bit N: hook N), each with the mode "active", and lacks nothing. */
struct builder_plugin builder_good_plugin(cclb_form form, uint32_t hooks, char *metadata, size_t capacity);

/* Writes the plugin as a whole module: header, sections in order, custom sections last. */
void builder_plugin(struct builder *builder, const struct builder_plugin *plugin);

#endif
