/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor.c - writes this module, with a function cc_lb_HOOK and a schema section for each hook of the plugin:
 *
 *   (module
 *     (memory (export "memory") 1)
 *     (func (export "cc_lb_alloc") (param $size i32) (param $align i32) (result i32) (local $more i32)
 *       ;; the request's place is behind the answers; pages that it needs and memory has not are added
 *       (if (i32.gt_s
 *             (local.tee $more
 *               (i32.sub (i32.shr_u (i32.add (local.get $size) (i32.const 69631)) (i32.const 16)) (memory.size)))
 *             (i32.const 0))
 *         (then (drop (memory.grow (local.get $more)))))
 *       (i32.const 4096))
 *     (func (export "cc_lb_free") (param i32 i32 i32))
 *     (func (export "cc_lb_filter") (param i32 i32) (result i64) (i64.const 0x0000001000000008))
 *     (data (i32.const 64) "http://a" "GET" ...)
 *     (@custom "cc_lb.plugin.v1" "{...}")
 *     (@custom "cc_lb.schema.filter.v1" "..."))
 *
 * A hook answers with a constant: where its answer lies, and how long it is. The answers are the same in every form.
 */

#include "floor.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Five hooks, each with some 30 bytes of code and exports, 90 of metadata and 70 of schema, take less than half of it. */
enum { MODULE_SIZE = 4096 };

struct module {
    uint8_t bytes[MODULE_SIZE];
    size_t len;
};

enum section {
    SECTION_CUSTOM,
    SECTION_TYPE,
    SECTION_FUNCTION = 3,
    SECTION_MEMORY = 5,
    SECTION_EXPORT = 7,
    SECTION_CODE = 10,
    SECTION_DATA = 11
};

enum type { TYPE_ALLOC, TYPE_FREE, TYPE_HOOK };

enum export_kind { EXPORT_FUNCTION, EXPORT_MEMORY = 2 };

/* Functions by number; those of the hooks follow. */
enum function { FUNCTION_ALLOC, FUNCTION_FREE, FUNCTION_HOOKS };

/* Where the one answer lies that is not all zeros, and where those that are. */
enum { ZEROS_AT = 16, SHAPE_AT = 64 };

/* ShapeResponse: GET http://a, no headers, no body. Of each field how far back it lies, and its length. */
static const uint8_t shape_answer[] = {
    'h',  't',  't',  'p',  ':', '/', '/', 'a', /* text of the URL */
    'G',  'E',  'T',  0,                        /* and of the method */
    0xf4, 0xff, 0xff, 0xff, 8,   0,   0,   0,   /* URL */
    0xf4, 0xff, 0xff, 0xff, 3,   0,   0,   0,   /* method */
    0xf0, 0xff, 0xff, 0xff, 0,   0,   0,   0,   /* headers */
    0xe8, 0xff, 0xff, 0xff, 0,   0,   0,   0,   /* body */
};

/* Where each hook's least answer is. Of a FilterResponse no result, of the transforms "unchanged". */
static const struct {
    uint8_t at;
    uint8_t len;
} answers[] = {
    [CCLB_HOOK_FILTER] = {ZEROS_AT, 8},
    [CCLB_HOOK_SHAPE] = {SHAPE_AT, sizeof shape_answer},
    [CCLB_HOOK_OBSERVE] = {ZEROS_AT, 1}, /* of any content; none at all is not for every runtime (rule R53) */
    [CCLB_HOOK_TRANSFORM_RESPONSE] = {ZEROS_AT, 32},
    [CCLB_HOOK_TRANSFORM_SSE_EVENT] = {ZEROS_AT, 12},
};

static void put(struct module *module, const void *bytes, size_t len)
{
    assert(len <= sizeof module->bytes - module->len);
    memcpy(module->bytes + module->len, bytes, len);
    module->len += len;
}

static void put_byte(struct module *module, unsigned byte)
{
    put(module, &(uint8_t){(uint8_t)byte}, 1);
}

/* A name with its length, of less than 128 bytes. */
static void put_name(struct module *module, const char *name)
{
    put_byte(module, (unsigned)strlen(name));
    put(module, name, strlen(name));
}

/* Leaves room for a length below 16,384 in the two bytes that any such number may have. Returns where. */
static size_t begin(struct module *module, enum section section)
{
    put_byte(module, section);
    put(module, "\0\0", 2);
    return module->len;
}

static void end(struct module *module, size_t begun)
{
    size_t len = module->len - begun;
    module->bytes[begun - 2] = (uint8_t)(len | 0x80);
    module->bytes[begun - 1] = (uint8_t)(len >> 7);
}

static void put_types(struct module *module)
{
    static const uint8_t types[] = {
        3,                               /* by enum type */
        0x60, 2, 0x7f, 0x7f, 1,    0x7f, /* (i32 i32) -> i32 */
        0x60, 3, 0x7f, 0x7f, 0x7f, 0,    /* (i32 i32 i32) -> () */
        0x60, 2, 0x7f, 0x7f, 1,    0x7e, /* (i32 i32) -> i64 */
    };
    size_t begun = begin(module, SECTION_TYPE);
    put(module, types, sizeof types);
    end(module, begun);
}

static void put_functions(struct module *module, size_t hooks)
{
    size_t begun = begin(module, SECTION_FUNCTION);
    put_byte(module, (unsigned)(FUNCTION_HOOKS + hooks));
    put_byte(module, TYPE_ALLOC);
    put_byte(module, TYPE_FREE);
    for (size_t i = 0; i < hooks; i++) {
        put_byte(module, TYPE_HOOK);
    }
    end(module, begun);
}

static void put_memory(struct module *module)
{
    size_t begun = begin(module, SECTION_MEMORY);
    put(module, "\1\0\1", 3); /* one, without a maximum, of one page */
    end(module, begun);
}

static void put_export(struct module *module, const char *name, enum export_kind kind, unsigned number)
{
    put_name(module, name);
    put_byte(module, kind);
    put_byte(module, number);
}

static void put_exports(struct module *module, const cclb_report *plugin)
{
    size_t begun = begin(module, SECTION_EXPORT);
    put_byte(module, (unsigned)(3 + plugin->hook_count));
    put_export(module, "memory", EXPORT_MEMORY, 0);
    put_export(module, "cc_lb_alloc", EXPORT_FUNCTION, FUNCTION_ALLOC);
    put_export(module, "cc_lb_free", EXPORT_FUNCTION, FUNCTION_FREE);
    for (size_t i = 0; i < plugin->hook_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "cc_lb_%s", cclb_hook_name(plugin->hooks[i].hook));
        put_export(module, name, EXPORT_FUNCTION, (unsigned)(FUNCTION_HOOKS + i));
    }
    end(module, begun);
}

/* (i64.const at << 32 | len), both below 128: seven bits a byte, the lowest first, and bits 32 to 38 in two of them. */
static void put_hook(struct module *module, cclb_hook hook)
{
    unsigned at = answers[hook].at;
    const uint8_t body[] = {
        0, 0x42, answers[hook].len | 0x80, 0x80, 0x80, 0x80, (uint8_t)((at & 7) << 4 | 0x80), (uint8_t)(at >> 3), 0x0b,
    };
    put_byte(module, sizeof body);
    put(module, body, sizeof body);
}

static void put_code(struct module *module, const cclb_report *plugin)
{
    static const uint8_t alloc[] = {
        1,    1,    0x7f,                   /* (local $more i32) */
        0x20, 0,    0x41, 0xff, 0x9f, 0x04, /* (local.get $size) (i32.const 69631) */
        0x6a, 0x41, 16,   0x76,             /* (i32.add) (i32.const 16) (i32.shr_u) */
        0x3f, 0,    0x6b, 0x22, 2,          /* (memory.size) (i32.sub) (local.tee $more) */
        0x41, 0,    0x4a, 0x04, 0x40,       /* (i32.const 0) (i32.gt_s) (if */
        0x20, 2,    0x40, 0,    0x1a, 0x0b, /*   (local.get $more) (memory.grow) (drop)) */
        0x41, 0x80, 0x20, 0x0b,             /* (i32.const 4096) */
    };
    size_t begun = begin(module, SECTION_CODE);
    put_byte(module, (unsigned)(FUNCTION_HOOKS + plugin->hook_count));
    put_byte(module, sizeof alloc);
    put(module, alloc, sizeof alloc);
    put(module, "\2\0\x0b", 3); /* cc_lb_free: two bytes, no locals, the end */
    for (size_t i = 0; i < plugin->hook_count; i++) {
        put_hook(module, plugin->hooks[i].hook);
    }
    end(module, begun);
}

static void put_data(struct module *module)
{
    static const uint8_t head[] = {1, 0, 0x41, (SHAPE_AT & 0x7f) | 0x80, 0, 0x0b, sizeof shape_answer};
    size_t begun = begin(module, SECTION_DATA);
    put(module, head, sizeof head);
    put(module, shape_answer, sizeof shape_answer);
    end(module, begun);
}

static void put_text(struct module *module, const char *text)
{
    put(module, text, strlen(text));
}

static void put_metadata(struct module *module, const cclb_report *plugin)
{
    size_t begun = begin(module, SECTION_CUSTOM);
    put_name(module, "cc_lb.plugin.v1");
    put_text(module, "{\"name\":\"floor\",\"version\":\"1\",\"description\":\"-\",\"usage\":\"-\",\"hooks\":{");
    for (size_t i = 0; i < plugin->hook_count; i++) {
        const cclb_hook_report *hook = &plugin->hooks[i];
        char text[160];
        snprintf(text, sizeof text,
                 "%s\"%s\":{\"wire_version\":%u,\"description\":\"-\",\"usage\":\"-\",\"mode\":\"%s\"}",
                 i > 0 ? "," : "", cclb_hook_name(hook->hook), hook->wire_version, hook->noop ? "noop" : "active");
        put_text(module, text);
    }
    put_text(module, "}}");
    end(module, begun);
}

static void put_schema(struct module *module, const cclb_hook_report *hook)
{
    char name[96];
    size_t begun = begin(module, SECTION_CUSTOM);
    snprintf(name, sizeof name, "cc_lb.schema.%s.v%u", cclb_hook_name(hook->hook), hook->wire_version);
    put_name(module, name);
    put(module, hook->fingerprint, sizeof hook->fingerprint);
    end(module, begun);
}

static void write_module(struct module *module, const cclb_report *plugin)
{
    module->len = 0;
    put(module, "\0asm\1\0\0\0", 8);
    put_types(module);
    put_functions(module, plugin->hook_count);
    put_memory(module);
    put_exports(module, plugin);
    put_code(module, plugin);
    put_data(module);
    put_metadata(module, plugin);
    for (size_t i = 0; i < plugin->hook_count; i++) {
        put_schema(module, &plugin->hooks[i]);
    }
}

cclb_status floor_register(cclb_runtime *runtime, cclb_slot_kind kind, const cclb_report *plugin, cclb_handle **floor,
                           cclb_error *error)
{
    struct module module;
    cclb_slot_options options = cclb_slot_options_init();
    options.has_reference = true;
    options.reference = plugin->reference;
    write_module(&module, plugin);
    cclb_slot_key key = cclb_global_key("floor");
    cclb_status status =
        cclb_slot_register(runtime, key, kind, cclb_bytes_of(module.bytes, module.len), &options, NULL, error);
    return status == CCLB_OK ? cclb_handle_create(runtime, key, floor, error) : status;
}
