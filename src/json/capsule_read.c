/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capsule_read.c - a capsule, read by its table. Texts point into the tree, bytes and lists into the arena; both live as
 * long as the capsule.
 */

#include "cclb/replay.h"

#include "base/allocate.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/hex.h"
#include "base/utf8.h"
#include "json/capsule_members.h"
#include "json/read.h"

struct cclb_capsule {
    cclb_allocator allocator;
    struct arena arena;
    json_t *tree;
    cclb_capsule_info info;
};

enum { NAMES_MAX = 16 }; /* that are listed to whoever wrote another one */

static cclb_status read_version(const struct reading *reading, const struct place *place, json_t *tree)
{
    uint64_t version = 0;
    cclb_status status = read_integer(reading, place, tree, 0, UINT32_MAX, &version);
    if (status == CCLB_OK && version != CCLB_CAPSULE_VERSION) {
        status = read_refuse(reading, place, "version %u of capsules; this version of cclb reads %d", (unsigned)version,
                             CCLB_CAPSULE_VERSION);
    }
    return status;
}

static cclb_status read_bool(const struct reading *reading, const struct place *place, json_t *tree, uint8_t *at)
{
    if (!json_is_boolean(tree)) {
        return read_refuse_kind(reading, place, "true or false", tree);
    }
    bool value = json_is_true(tree);
    memcpy(at, &value, sizeof value);
    return CCLB_OK;
}

static cclb_status read_number(const struct reading *reading, const struct place *place, json_t *tree, bool small,
                               uint8_t *at)
{
    uint64_t number = 0;
    cclb_status status = read_integer(reading, place, tree, 0, small ? UINT32_MAX : UINT64_MAX, &number);
    uint32_t half = (uint32_t)number;
    if (small) {
        memcpy(at, &half, sizeof half);
    } else {
        memcpy(at, &number, sizeof number);
    }
    return status;
}

static cclb_status read_offset(const struct reading *reading, const struct place *place, json_t *tree, uint8_t *at)
{
    const uint64_t none = CCLB_NO_OFFSET;
    if (json_is_null(tree)) {
        memcpy(at, &none, sizeof none);
        return CCLB_OK;
    }
    return read_number(reading, place, tree, false, at);
}

static cclb_status read_member_text(const struct reading *reading, const struct place *place, json_t *tree, uint8_t *at)
{
    cclb_bytes text = {0};
    cclb_status status = read_bytes(reading, place, tree, &text);
    memcpy(at, &text, sizeof text);
    return status;
}

/* It is shown as it is, which an error of the library is made for; so it has to be like one. */
static bool is_safe(cclb_bytes text)
{
    uint32_t code = 0;
    for (size_t at = 0; at < text.len;) {
        size_t size = utf8_decode(text.data + at, text.len - at, &code);
        if (size == 0 || escape_needed(code)) {
            return false;
        }
        at += size;
    }
    return true;
}

static cclb_status read_message(const struct reading *reading, const struct place *place, json_t *tree, uint8_t *at)
{
    cclb_bytes text = {0};
    cclb_status status = read_text(reading, place, tree, &text);
    if (status == CCLB_OK && (text.len >= CCLB_MESSAGE_SIZE || !is_safe(text))) {
        return read_refuse(reading, place, "not one line of printable text below %d bytes", CCLB_MESSAGE_SIZE);
    }
    if (text.len > 0) {
        memcpy(at, text.data, text.len);
    }
    return status;
}

static cclb_status read_digest(const struct reading *reading, const struct place *place, json_t *tree, uint8_t *at)
{
    enum { DIGITS = 2 * sizeof(((cclb_capsule_info *)NULL)->digest) };
    cclb_bytes text = {0};
    cclb_status status = read_text(reading, place, tree, &text);
    if (status == CCLB_OK && (text.len != DIGITS || !hex_decode(text, at))) {
        return read_refuse(reading, place, "not %d hexadecimal digits in lower case", DIGITS);
    }
    return status;
}

static cclb_status read_masked(const struct reading *reading, const struct place *place, json_t *tree,
                               cclb_capsule_info *info)
{
    if (!json_is_array(tree)) {
        return read_refuse_kind(reading, place, "an array", tree);
    }
    size_t count = json_array_size(tree);
    cclb_bytes *names = arena_array(reading->arena, count, sizeof *names);
    if (names == NULL) {
        return error_no_memory(reading->error, count * sizeof *names);
    }
    info->masked = names;
    info->masked_count = count;
    cclb_status status = CCLB_OK;
    for (size_t i = 0; i < count && status == CCLB_OK; i++) {
        struct place element = {.outer = place, .index = i};
        status = read_bytes(reading, &element, json_array_get(tree, i), &names[i]);
    }
    return status;
}

static cclb_status read_input(const struct reading *reading, const struct place *place, json_t *tree,
                              cclb_capsule_info *info)
{
    info->has_input = !json_is_null(tree);
    return info->has_input ? read_bytes(reading, place, tree, &info->input) : CCLB_OK;
}

/* null is what has no name, where there is such a value. */
static cclb_status read_name(const struct reading *reading, const struct place *place, enum capsule_kind kind,
                             json_t *tree, uint8_t *at)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    bool may_be_null = kind == CAPSULE_PHASE || kind == CAPSULE_TRAP;
    for (uint32_t value = 0; value < capsule_name_end(kind); value++) {
        const char *name = capsule_name(kind, value);
        bool is_meant = name[0] == '\0' ? may_be_null && json_is_null(tree)
                                        : json_is_string(tree) && cclb_bytes_equal(read_string(tree), cclb_text(name));
        if (is_meant) {
            memcpy(at, &value, sizeof value);
            return CCLB_OK;
        }
        if (name[0] != '\0' && count < NAMES_MAX) {
            names[count++] = name;
        }
    }
    return read_refuse_name(reading, place, tree, names, count);
}

static cclb_status read_object(const struct reading *reading, const struct place *place,
                               const struct capsule_member *object, json_t *tree, cclb_capsule_info *info);

static cclb_status read_value(const struct reading *reading, const struct place *place,
                              const struct capsule_member *member, json_t *tree, cclb_capsule_info *info)
{
    uint8_t *at = (uint8_t *)info + member->offset;
    switch (member->kind) {
    case CAPSULE_VERSION:
        return read_version(reading, place, tree);
    case CAPSULE_BOOL:
        return read_bool(reading, place, tree, at);
    case CAPSULE_U32:
        return read_number(reading, place, tree, true, at);
    case CAPSULE_U64:
        return read_number(reading, place, tree, false, at);
    case CAPSULE_OFFSET:
        return read_offset(reading, place, tree, at);
    case CAPSULE_TEXT:
        return read_member_text(reading, place, tree, at);
    case CAPSULE_MESSAGE:
        return read_message(reading, place, tree, at);
    case CAPSULE_DIGEST:
        return read_digest(reading, place, tree, at);
    case CAPSULE_MASKED:
        return read_masked(reading, place, tree, info);
    case CAPSULE_INPUT:
        return read_input(reading, place, tree, info);
    case CAPSULE_OBJECT:
        return read_object(reading, place, member, tree, info);
    default:
        return read_name(reading, place, member->kind, tree, at);
    }
}

static cclb_status refuse_strangers(const struct reading *reading, const struct place *place,
                                    const struct capsule_member *object, json_t *tree)
{
    const char *names[CAPSULE_MEMBERS_MAX];
    for (size_t i = 0; i < object->count; i++) {
        names[i] = object->members[i].name;
    }
    for (void *at = json_object_iter(tree); at; at = json_object_iter_next(tree, at)) {
        struct place inner = {.outer = place, .member = json_object_iter_key(at)};
        size_t i = 0;
        while (i < object->count && strcmp(names[i], inner.member) != 0) {
            i++;
        }
        if (i == object->count) {
            return read_refuse_unknown(reading, &inner, names, object->count);
        }
    }
    return CCLB_OK;
}

static cclb_status read_object(const struct reading *reading, const struct place *place,
                               const struct capsule_member *object, json_t *tree, cclb_capsule_info *info)
{
    if (!json_is_object(tree)) {
        return read_refuse_kind(reading, place, "an object", tree);
    }
    cclb_status status = refuse_strangers(reading, place, object, tree);
    for (size_t i = 0; i < object->count && status == CCLB_OK; i++) {
        struct place inner = {.outer = place, .member = object->members[i].name};
        json_t *value = json_object_get(tree, inner.member);
        status = value ? read_value(reading, &inner, &object->members[i], value, info)
                       : read_refuse(reading, &inner, "missing");
    }
    return status;
}

/* Ahead of all else, since another version may have other members. */
static cclb_status check_version(const struct reading *reading, const struct place *root, json_t *tree)
{
    struct place inner = {.outer = root, .member = capsule_root.members[0].name};
    json_t *version = json_object_get(tree, inner.member);
    return version ? read_version(reading, &inner, version) : CCLB_OK;
}

/* What only makes sense together. */
static cclb_status check(const struct reading *reading, const cclb_capsule_info *info)
{
    struct place root = {0};
    struct place hook = {.outer = &root, .member = "hook"};
    struct place input = {.outer = &root, .member = "input"};
    if (!cclb_form_has_hook(info->form, info->hook)) {
        return read_refuse(reading, &hook, "form %s has no such hook", cclb_form_name(info->form));
    }
    if (info->has_input && info->input.len != info->input_bytes) {
        return read_refuse(reading, &input, "%zu bytes, and input_bytes says otherwise", info->input.len);
    }
    return CCLB_OK;
}

static cclb_status read_root(cclb_capsule *capsule, cclb_bytes json, cclb_error *error)
{
    struct reading reading = {.arena = &capsule->arena, .error = error};
    struct place root = {0};
    cclb_status status = tree_read(json, &capsule->tree, error);
    if (status == CCLB_OK) {
        status = check_version(&reading, &root, capsule->tree);
    }
    if (status == CCLB_OK) {
        status = read_object(&reading, &root, &capsule_root, capsule->tree, &capsule->info);
    }
    if (status == CCLB_OK) {
        status = check(&reading, &capsule->info);
    }
    capsule->info.struct_size = sizeof capsule->info;
    capsule->info.fault.hook = capsule->info.hook;
    return status;
}

cclb_status cclb_capsule_read(cclb_bytes json, const cclb_allocator *allocator, cclb_capsule **capsule,
                              cclb_error *error)
{
    cclb_error local;
    error = error ? error : &local;
    cclb_allocator chosen = allocator_or_default(allocator ? *allocator : (cclb_allocator){0});
    cclb_capsule *made = allocate(&chosen, sizeof *made);
    if (made == NULL) {
        return error_no_memory(error, sizeof *made);
    }
    made->allocator = chosen;
    arena_init(&made->arena, &made->allocator);
    cclb_status status = read_root(made, json, error);
    if (status != CCLB_OK) {
        cclb_capsule_destroy(made);
        return status;
    }
    *capsule = made;
    return CCLB_OK;
}

const cclb_capsule_info *cclb_capsule_describe(const cclb_capsule *capsule)
{
    return &capsule->info;
}

void cclb_capsule_destroy(cclb_capsule *capsule)
{
    if (capsule) {
        cclb_allocator allocator = capsule->allocator;
        arena_deinit(&capsule->arena);
        json_decref(capsule->tree);
        release(&allocator, capsule, sizeof *capsule);
    }
}
