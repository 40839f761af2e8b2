/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - figures of the section walk first, since they cost nothing, then those of the function bodies. */

#include "admission/limits.h"

#include "admission/rust_code.h"
#include "base/error.h"

#include <inttypes.h>

static const cclb_module_limits defaults = {
    .module_bytes = UINT64_C(32) << 20,
    .metadata_bytes = UINT64_C(1) << 20,
    .type_bytes = UINT64_C(16) << 10,
    .functions = 20000,
    .globals = 10000,
    .exports = 10000,
    .element_bytes = UINT64_C(64) << 10,
    .data_segments = 2000,
    .code_work = 20000000,
    .body_bytes = UINT64_C(128) << 10,
    .locals = 1000,
    .nesting = 10000,
    .loop_nesting = 64,
    .loop_locals = 20000,
    .tables = LIMITS_TABLES_MAX,
    .table_elements = 20000,
};

static uint64_t or_default(uint64_t value, uint64_t preset)
{
    return value ? value : preset;
}

cclb_module_limits limits_or_default(cclb_module_limits limits)
{
    return (cclb_module_limits){
        .module_bytes = or_default(limits.module_bytes, defaults.module_bytes),
        .metadata_bytes = or_default(limits.metadata_bytes, defaults.metadata_bytes),
        .type_bytes = or_default(limits.type_bytes, defaults.type_bytes),
        .functions = or_default(limits.functions, defaults.functions),
        .globals = or_default(limits.globals, defaults.globals),
        .exports = or_default(limits.exports, defaults.exports),
        .element_bytes = or_default(limits.element_bytes, defaults.element_bytes),
        .data_segments = or_default(limits.data_segments, defaults.data_segments),
        .code_work = or_default(limits.code_work, defaults.code_work),
        .body_bytes = or_default(limits.body_bytes, defaults.body_bytes),
        .locals = or_default(limits.locals, defaults.locals),
        .nesting = or_default(limits.nesting, defaults.nesting),
        .loop_nesting = or_default(limits.loop_nesting, defaults.loop_nesting),
        .loop_locals = or_default(limits.loop_locals, defaults.loop_locals),
        .tables = or_default(limits.tables, defaults.tables),
        .table_elements = or_default(limits.table_elements, defaults.table_elements),
    };
}

/* Sets *exceeded to the first figure that is above its limit. */
static bool find_exceeded(const struct limit_figure *figures, size_t count, struct limit_figure *exceeded)
{
    for (size_t i = 0; i < count; i++) {
        if (figures[i].value > figures[i].limit) {
            *exceeded = figures[i];
            return true;
        }
    }
    return false;
}

static bool size_exceeded(cclb_bytes module, const cclb_module_limits *limits, struct limit_figure *figure)
{
    uint64_t limit = limits_or_default(*limits).module_bytes;
    const struct limit_figure size = {module.len, limit, "module_bytes", "bytes", limit, UINT64_MAX};
    return find_exceeded(&size, 1, figure);
}

static bool metadata_exceeded(const struct module_sections *sections, const cclb_module_limits *limits,
                              struct limit_figure *figure)
{
    uint64_t limit = limits_or_default(*limits).metadata_bytes;
    const struct limit_figure size = {sections->metadata.len, limit, "metadata_bytes", "bytes of metadata",
                                      sections_offset(sections, sections->metadata), UINT64_MAX};
    return find_exceeded(&size, 1, figure);
}

static bool contents_exceeded(const struct module_sections *sections, const cclb_module_limits *limits,
                              struct limit_figure *figure)
{
    cclb_module_limits bounds = limits_or_default(*limits);
    const struct limit_figure declared[] = {
        {sections->function_count, bounds.functions, "functions", "functions", sections->function_offset, UINT64_MAX},
        {sections->type_bytes, bounds.type_bytes, "type_bytes", "bytes of types", sections->type_offset, UINT64_MAX},
        {sections->global_count, bounds.globals, "globals", "globals", sections->global_offset, UINT64_MAX},
        {sections->export_count, bounds.exports, "exports", "exports", sections->export_offset, UINT64_MAX},
        {sections->element_bytes, bounds.element_bytes, "element_bytes", "bytes of element segments",
         sections->element_offset, UINT64_MAX},
        {sections->data_count, bounds.data_segments, "data_segments", "data segments", sections->data_offset,
         UINT64_MAX},
        {sections->table_count, bounds.tables, "tables", "tables", sections->table_section_offset, LIMITS_TABLES_MAX},
        {sections->table_min_elements, bounds.table_elements, "table_elements", "elements in a table at the start",
         sections->table_offset, LIMITS_TABLE_ELEMENTS_MAX},
    };
    if (find_exceeded(declared, sizeof declared / sizeof *declared, figure)) {
        return true;
    }
    struct rust_code_size size;
    rust_code_measure(sections->module, bounds.body_bytes, &size);
    const struct limit_figure measured[] = {
        {size.body_bytes, bounds.body_bytes, "body_bytes", "bytes in one function body", size.body_offset, UINT64_MAX},
        {size.work, bounds.code_work, "code_work", "units of work for the compiler", size.work_offset, UINT64_MAX},
        {size.locals, bounds.locals, "locals", "locals in one function", size.locals_offset, UINT64_MAX},
        {size.nesting, bounds.nesting, "nesting", "blocks inside one another", size.nesting_offset, UINT64_MAX},
        {size.loop_nesting, bounds.loop_nesting, "loop_nesting", "loops inside one another", size.loop_nesting_offset,
         UINT64_MAX},
        {size.loop_locals, bounds.loop_locals, "loop_locals", "locals times loops in one function",
         size.loop_locals_offset, UINT64_MAX},
    };
    return find_exceeded(measured, sizeof measured / sizeof *measured, figure);
}

static cclb_status refuse(const struct limit_figure *figure, cclb_error *error)
{
    error_set(error, CCLB_LIMIT, 0, CCLB_PHASE_INSPECT, "module has %" PRIu64 " %s, above the limit `%s` of %" PRIu64,
              figure->value, figure->what, figure->name, figure->limit);
    error->offset = figure->offset;
    return CCLB_LIMIT;
}

cclb_status limits_check_size(cclb_bytes module, const cclb_module_limits *limits, cclb_error *error)
{
    struct limit_figure figure;
    return size_exceeded(module, limits, &figure) ? refuse(&figure, error) : CCLB_OK;
}

cclb_status limits_check_metadata(const struct module_sections *sections, const cclb_module_limits *limits,
                                  cclb_error *error)
{
    struct limit_figure figure;
    return metadata_exceeded(sections, limits, &figure) ? refuse(&figure, error) : CCLB_OK;
}

cclb_status limits_check(const struct module_sections *sections, const cclb_module_limits *limits, cclb_error *error)
{
    struct limit_figure figure;
    return contents_exceeded(sections, limits, &figure) ? refuse(&figure, error) : CCLB_OK;
}

bool limits_exceeded(cclb_bytes module, const struct module_sections *sections, const cclb_module_limits *limits,
                     struct limit_figure *figure)
{
    return size_exceeded(module, limits, figure) ||
           (sections &&
            (metadata_exceeded(sections, limits, figure) || contents_exceeded(sections, limits, figure)));
}
