/* SPDX-License-Identifier: Apache-2.0 */
/* capsule.c - a capsule, written by its table. */

#include "json/capsule.h"

#include "json/capsule_members.h"
#include "json/tree.h"

static json_t *masked_tree(const cclb_capsule_info *info)
{
    json_t *array = json_array();
    bool whole = array != NULL;
    for (size_t i = 0; i < info->masked_count && whole; i++) {
        whole = tree_append(array, tree_bytes(info->masked[i]));
    }
    return tree_whole(array, whole);
}

static json_t *number_tree(const uint8_t *at)
{
    uint64_t number;
    memcpy(&number, at, sizeof number);
    return tree_u64(number);
}

static json_t *offset_tree(const uint8_t *at)
{
    const uint64_t none = CCLB_NO_OFFSET;
    return memcmp(at, &none, sizeof none) == 0 ? json_null() : number_tree(at);
}

static json_t *small_tree(const uint8_t *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return json_integer(number);
}

static json_t *name_tree(enum capsule_kind kind, const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return tree_name(capsule_name(kind, value));
}

static json_t *text_tree(const uint8_t *at)
{
    cclb_bytes text;
    memcpy(&text, at, sizeof text);
    return tree_bytes(text);
}

static json_t *value_tree(const struct capsule_member *member, const cclb_capsule_info *info);

static json_t *object_tree(const struct capsule_member *object, const cclb_capsule_info *info)
{
    json_t *tree = json_object();
    bool whole = tree != NULL;
    for (size_t i = 0; i < object->count && whole; i++) {
        whole = tree_put(tree, object->members[i].name, value_tree(&object->members[i], info));
    }
    return tree_whole(tree, whole);
}

static json_t *value_tree(const struct capsule_member *member, const cclb_capsule_info *info)
{
    const uint8_t *at = (const uint8_t *)info + member->offset;
    switch (member->kind) {
    case CAPSULE_VERSION:
        return json_integer(CCLB_CAPSULE_VERSION);
    case CAPSULE_BOOL:
        return json_boolean(*at != 0);
    case CAPSULE_U32:
        return small_tree(at);
    case CAPSULE_U64:
        return number_tree(at);
    case CAPSULE_OFFSET:
        return offset_tree(at);
    case CAPSULE_TEXT:
        return text_tree(at);
    case CAPSULE_MESSAGE:
        return tree_bytes(cclb_text((const char *)at));
    case CAPSULE_DIGEST:
        return tree_hex(cclb_bytes_of(at, sizeof info->digest));
    case CAPSULE_MASKED:
        return masked_tree(info);
    case CAPSULE_INPUT:
        return info->has_input ? tree_base64(info->input) : json_null();
    case CAPSULE_OBJECT:
        return object_tree(member, info);
    default:
        return name_tree(member->kind, at);
    }
}

cclb_status capsule_to_json(const cclb_capsule_info *info, const cclb_allocator *allocator, cclb_buffer *json,
                            cclb_error *error)
{
    return tree_write(object_tree(&capsule_root, info), allocator, json, error);
}
