/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sections.c - a cursor over the module, following wasmparser's Parser::parse_all payload by payload.
 *
 * That parser checks less than one might think, and the line between it and the validator decides how a module is
 * refused. It checks the header, that each section lies inside the file, that sections with an id it knows come in
 * order and once, that each starts with a count, the names of custom sections, that start and data count hold one
 * number each, that bodies fill the code section, and that function and code, data count and data agree. It does not
 * look into types, functions, tables, globals, elements or data, and it passes over sections of an unknown id.
 */

#include "admission/sections.h"

#include "admission/section_reader.h"
#include "admission/sections_minimum.h"
#include "base/error.h"

#include <inttypes.h>

enum { HEADER_SIZE = 8 };

enum section_id {
    SECTION_CUSTOM,
    SECTION_TYPE,
    SECTION_IMPORT,
    SECTION_FUNCTION,
    SECTION_TABLE,
    SECTION_MEMORY,
    SECTION_GLOBAL,
    SECTION_EXPORT,
    SECTION_START,
    SECTION_ELEMENT,
    SECTION_CODE,
    SECTION_DATA,
    SECTION_DATA_COUNT,
    SECTION_TAG,
    SECTION_COUNT
};

/* The place of each id in the one order in which sections may come, from 1; custom sections have none. */
static const uint8_t section_order[SECTION_COUNT] = {
    [SECTION_TYPE] = 1,
    [SECTION_IMPORT] = 2,
    [SECTION_FUNCTION] = 3,
    [SECTION_TABLE] = 4,
    [SECTION_MEMORY] = 5,
    [SECTION_TAG] = 6,
    [SECTION_GLOBAL] = 7,
    [SECTION_EXPORT] = 8,
    [SECTION_START] = 9,
    [SECTION_ELEMENT] = 10,
    [SECTION_DATA_COUNT] = 11,
    [SECTION_CODE] = 12,
    [SECTION_DATA] = 13,
};

static const uint8_t magic[] = {0, 'a', 's', 'm'};

/* A count that a section may or may not have declared. */
struct declared {
    bool present;
    uint32_t count;
};

struct walk {
    struct section_reader file;
    struct module_sections *sections;
    bool has_metadata;
    uint8_t order; /* of the last section that has a place in the order */
    struct declared functions;
    struct declared bodies;
    struct declared data;
    struct declared data_count;
    cclb_error *error;
};

/* ---- faults ---- */

static uint64_t offset_of(const struct walk *walk, const uint8_t *at)
{
    return (uint64_t)(at - walk->file.module);
}

static cclb_status reject(const struct walk *walk, const uint8_t *at)
{
    walk->error->offset = offset_of(walk, at);
    return CCLB_REJECTED;
}

static cclb_status parse_error(const struct walk *walk, const uint8_t *at, const char *words)
{
    error_set(walk->error, CCLB_REJECTED, 1, CCLB_PHASE_INSPECT,
              "module rejected at load time: wasm parse error: %s (at offset 0x%" PRIx64 ")", words,
              offset_of(walk, at));
    return reject(walk, at);
}

static cclb_status read_error(const struct walk *walk, const struct section_reader *reader)
{
    return parse_error(walk, reader->fault_at, reader->words);
}

/* ---- sections that are looked into ---- */

static cclb_status walk_header(struct walk *walk)
{
    struct section_reader *file = &walk->file;
    const uint8_t *start = file->at;
    if (reader_left(file) < sizeof magic) {
        return parse_error(walk, start, "unexpected end-of-file");
    }
    if (memcmp(start, magic, sizeof magic) != 0) {
        return parse_error(walk, start, "magic header not detected: this is not a binary module");
    }
    if (reader_left(file) < HEADER_SIZE) {
        return parse_error(walk, start + sizeof magic, "unexpected end-of-file");
    }
    static const uint8_t module_version[] = {1, 0, 0, 0};
    static const uint8_t component_layer[] = {1, 0};
    if (memcmp(start + 4, module_version, sizeof module_version) != 0) {
        bool component = memcmp(start + 6, component_layer, sizeof component_layer) == 0;
        return parse_error(walk, start + 4,
                           component ? "this is a component, not a core module" : "unknown binary version");
    }
    file->at += HEADER_SIZE;
    return CCLB_OK;
}

/* Cuts `prefix` off the front of text, if it stands there. */
static bool skip_prefix(cclb_bytes *text, const char *prefix)
{
    size_t len = strlen(prefix);
    if (text->len < len || memcmp(text->data, prefix, len) != 0) {
        return false;
    }
    *text = cclb_bytes_of(text->data + len, text->len - len);
    return true;
}

/* The place for the schema section of that name, or NULL if no hook has it. */
static cclb_bytes *find_schema(struct module_sections *sections, cclb_bytes name)
{
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        cclb_bytes rest = name;
        if (skip_prefix(&rest, SCHEMA_SECTION_PREFIX) && skip_prefix(&rest, cclb_hook_name(hook)) &&
            skip_prefix(&rest, ".v") && rest.len == 1 && rest.data[0] >= '1' &&
            rest.data[0] < '1' + SCHEMA_VERSIONS) {
            return &sections->schemas[hook][rest.data[0] - '1'];
        }
    }
    return NULL;
}

static cclb_status walk_custom(struct walk *walk, struct section_reader *section)
{
    struct module_sections *sections = walk->sections;
    cclb_bytes name;
    if (!reader_name(section, &name)) {
        return read_error(walk, section);
    }
    cclb_bytes data = cclb_bytes_of(section->at, reader_left(section));
    if (cclb_bytes_equal(name, cclb_text(METADATA_SECTION))) {
        walk->has_metadata = true;
        sections->metadata = data;
        return CCLB_OK;
    }
    cclb_bytes rest = name;
    if (!skip_prefix(&rest, SCHEMA_SECTION_PREFIX)) {
        return CCLB_OK;
    }
    if (data.len != WIRE_FINGERPRINT_SIZE) {
        struct error_text text;
        error_set(walk->error, CCLB_REJECTED, 3, CCLB_PHASE_INSPECT,
                  "module rejected at load time: `%s` custom section has %zu bytes, expected %d",
                  error_text(&text, name), data.len, WIRE_FINGERPRINT_SIZE);
        return reject(walk, data.data);
    }
    cclb_bytes *place = find_schema(sections, name);
    if (place) {
        *place = data;
    }
    return CCLB_OK;
}

static cclb_status walk_imports(struct walk *walk, struct section_reader *section)
{
    const uint8_t *start = section->at;
    uint32_t count;
    if (!reader_u32(section, &count)) {
        return read_error(walk, section);
    }
    if (count > 0) {
        error_set(walk->error, CCLB_REJECTED, 2, CCLB_PHASE_INSPECT,
                  "module rejected at load time: module imports %u item(s), and the plugin runtime disallows every "
                  "host import",
                  count);
        return reject(walk, start);
    }
    return CCLB_OK;
}

static void note_function_export(struct module_sections *sections, cclb_bytes name)
{
    cclb_bytes rest = name;
    if (!skip_prefix(&rest, "cc_lb_")) {
        return;
    }
    if (cclb_bytes_equal(rest, cclb_text("alloc"))) {
        sections->exports_alloc = true;
    } else if (cclb_bytes_equal(rest, cclb_text("free"))) {
        sections->exports_free = true;
    } else {
        cclb_hook hook = cclb_hook_from_name(rest);
        if (hook != CCLB_HOOK_NONE) {
            sections->exports_hook[hook] = true;
        }
    }
}

/* One export: name, kind and index; exact functions (kind 0x20) may be imported but not exported. */
static bool read_export(struct section_reader *section, cclb_bytes *name, uint8_t *kind)
{
    enum { KIND_TAG = 4, KIND_EXACT_FUNCTION = 0x20 };
    uint32_t index;
    if (!reader_name(section, name) || !reader_byte(section, kind)) {
        return false;
    }
    if (*kind == KIND_EXACT_FUNCTION) {
        return reader_fault(section, section->at, "exact type is not allowed in the exports");
    }
    if (*kind > KIND_TAG) {
        return reader_fault(section, section->at - 1, "invalid leading byte for external kind");
    }
    return reader_u32(section, &index);
}

static cclb_status export_error(const struct walk *walk, const struct section_reader *section)
{
    error_set(walk->error, CCLB_REJECTED, 1, CCLB_PHASE_INSPECT,
              "module rejected at load time: invalid export entry: %s (at offset 0x%" PRIx64 ")",
              section->words, offset_of(walk, section->fault_at));
    return reject(walk, section->fault_at);
}

static cclb_status walk_exports(struct walk *walk, struct section_reader *section)
{
    enum { KIND_FUNCTION = 0, KIND_MEMORY = 2 };
    struct module_sections *sections = walk->sections;
    const uint8_t *start = section->at;
    uint32_t count;
    if (!reader_u32(section, &count)) {
        return read_error(walk, section);
    }
    for (uint32_t i = 0; i < count; i++) {
        cclb_bytes name;
        uint8_t kind;
        if (!read_export(section, &name, &kind)) {
            return export_error(walk, section);
        }
        if (kind == KIND_FUNCTION) {
            note_function_export(sections, name);
        } else if (kind == KIND_MEMORY && cclb_bytes_equal(name, cclb_text("memory"))) {
            sections->exports_memory = true;
        }
    }
    if (reader_left(section) > 0) {
        reader_fault(section, section->at, "section size mismatch: unexpected data at the end of the section");
        return export_error(walk, section);
    }
    sections->export_count = count;
    sections->export_offset = offset_of(walk, start);
    return CCLB_OK;
}

/* A section that holds one number and nothing else. */
static cclb_status walk_single(struct walk *walk, struct section_reader *section, uint32_t *value)
{
    if (!reader_u32(section, value)) {
        return read_error(walk, section);
    }
    if (reader_left(section) > 0) {
        return parse_error(walk, section->at, "unexpected content after the only item of the section");
    }
    return CCLB_OK;
}

/* ---- function, code and data agree ---- */

static bool counts_differ(struct declared a, struct declared b)
{
    return a.present && b.present && a.count != b.count;
}

static cclb_status check_data_count(const struct walk *walk, const uint8_t *at)
{
    if (counts_differ(walk->data_count, walk->data)) {
        return parse_error(walk, at, "data count and data section have inconsistent lengths");
    }
    if (walk->data_count.count > 0 && !walk->data.present) {
        return parse_error(walk, at, "data count is non-zero but data section is absent");
    }
    return CCLB_OK;
}

static cclb_status check_body_count(const struct walk *walk, const uint8_t *at)
{
    if (counts_differ(walk->functions, walk->bodies)) {
        return parse_error(walk, at, "function and code section have inconsistent lengths");
    }
    if (walk->functions.count > 0 && !walk->bodies.present) {
        return parse_error(walk, at, "function section has non-zero count but code section is absent");
    }
    if (walk->bodies.count > 0 && !walk->functions.present) {
        return parse_error(walk, at, "function section is absent but code section has non-zero count");
    }
    return CCLB_OK;
}

/*
 * The code section is read body by body from the file, so that a module cut off inside it is at fault where the first
 * body that is not whole starts. What the bodies hold is the compiler's.
 */
static cclb_status walk_code(struct walk *walk, uint32_t size)
{
    struct section_reader *file = &walk->file;
    const uint8_t *start = file->at;
    uint32_t count;
    if (!reader_u32(file, &count)) {
        return read_error(walk, file);
    }
    if ((size_t)(file->at - start) > size) {
        return parse_error(walk, start, "unexpected end-of-file");
    }
    walk->bodies = (struct declared){true, count};
    cclb_status status = check_body_count(walk, start);
    if (status != CCLB_OK) {
        return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *body_start = file->at;
        uint32_t body_size;
        struct section_reader body;
        if (!reader_u32(file, &body_size) || !reader_run(file, body_size, &body)) {
            return read_error(walk, file);
        }
        if ((size_t)(file->at - start) > size) {
            return parse_error(walk, body_start, "unexpected end-of-file");
        }
    }
    if ((size_t)(file->at - start) < size) {
        return parse_error(walk, file->at, "trailing bytes at end of section");
    }
    return CCLB_OK;
}

/* ---- the walk ---- */

/* A section that starts with a count, which is all that is read of it here; of some the size counts. */
static cclb_status walk_counted(struct walk *walk, uint8_t id, struct section_reader *section)
{
    struct module_sections *sections = walk->sections;
    const uint8_t *start = section->at;
    uint64_t size = reader_left(section);
    uint32_t count;
    if (!reader_u32(section, &count)) {
        return read_error(walk, section);
    }
    switch (id) {
    case SECTION_TYPE:
        sections->type_bytes = size;
        sections->type_offset = offset_of(walk, start);
        return CCLB_OK;
    case SECTION_FUNCTION:
        walk->functions = (struct declared){true, count};
        sections->function_count = count;
        sections->function_offset = offset_of(walk, start);
        return CCLB_OK;
    case SECTION_TABLE:
        sections->table_count = count;
        sections->table_section_offset = offset_of(walk, start);
        sections_largest_minimum(*section, count, false, &sections->table_min_elements, &sections->table_offset);
        return CCLB_OK;
    case SECTION_MEMORY:
        sections_largest_minimum(*section, count, true, &sections->memory_min_pages, &sections->memory_offset);
        return CCLB_OK;
    case SECTION_GLOBAL:
        sections->global_count = count;
        sections->global_offset = offset_of(walk, start);
        return CCLB_OK;
    case SECTION_ELEMENT:
        sections->element_bytes = size;
        sections->element_offset = offset_of(walk, start);
        return CCLB_OK;
    case SECTION_DATA:
        walk->data = (struct declared){true, count};
        sections->data_count = count;
        sections->data_offset = offset_of(walk, start);
        return check_data_count(walk, walk->file.at);
    default:
        return CCLB_OK;
    }
}

static cclb_status walk_content(struct walk *walk, uint8_t id, struct section_reader *section)
{
    uint32_t start_function;
    switch (id) {
    case SECTION_CUSTOM:
        return walk_custom(walk, section);
    case SECTION_IMPORT:
        return walk_imports(walk, section);
    case SECTION_EXPORT:
        return walk_exports(walk, section);
    case SECTION_START:
        return walk_single(walk, section, &start_function);
    case SECTION_DATA_COUNT:
        walk->data_count.present = true;
        return walk_single(walk, section, &walk->data_count.count);
    default:
        return id < SECTION_COUNT ? walk_counted(walk, id, section) : CCLB_OK;
    }
}

static cclb_status walk_section(struct walk *walk)
{
    struct section_reader *file = &walk->file;
    const uint8_t *start = file->at;
    if (reader_left(file) >= sizeof magic && memcmp(start, magic, sizeof magic) == 0) {
        return parse_error(walk, start, "expected section, got wasm magic number");
    }
    uint8_t id;
    uint32_t size;
    if (!reader_byte(file, &id)) {
        return read_error(walk, file);
    }
    if (id & 0x80) {
        return parse_error(walk, start, "malformed section id");
    }
    if (!reader_u32(file, &size)) {
        return read_error(walk, file);
    }
    if (id != SECTION_CUSTOM && id < SECTION_COUNT) {
        if (section_order[id] <= walk->order) {
            return parse_error(walk, file->at, "section out of order");
        }
        walk->order = section_order[id];
    }
    if (id == SECTION_CODE) {
        return walk_code(walk, size);
    }
    struct section_reader section;
    if (!reader_run(file, size, &section)) {
        return read_error(walk, file);
    }
    return walk_content(walk, id, &section);
}

static cclb_status walk_all(struct walk *walk)
{
    cclb_status status = walk_header(walk);
    while (status == CCLB_OK && reader_left(&walk->file) > 0) {
        status = walk_section(walk);
    }
    if (status == CCLB_OK) {
        status = check_body_count(walk, walk->file.at);
    }
    if (status == CCLB_OK) {
        status = check_data_count(walk, walk->file.at);
    }
    if (status == CCLB_OK && !walk->has_metadata) {
        status = error_set(walk->error, CCLB_REJECTED, 5, CCLB_PHASE_INSPECT,
                           "module rejected at load time: missing required `%s` custom section", METADATA_SECTION);
    }
    return status;
}

cclb_status sections_walk(cclb_bytes module, struct module_sections *sections, cclb_error *error)
{
    static const uint8_t nothing;
    struct module_sections found = {.module = module};
    const uint8_t *start = module.data ? module.data : &nothing;
    struct walk walk = {
        .file = {.module = start, .at = start, .end = start + module.len},
        .sections = &found,
        .error = error,
    };
    cclb_status status = walk_all(&walk);
    if (status == CCLB_OK) {
        *sections = found;
    }
    return status;
}

uint64_t sections_offset(const struct module_sections *sections, cclb_bytes view)
{
    return (uint64_t)(view.data - sections->module.data);
}
