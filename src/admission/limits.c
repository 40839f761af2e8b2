/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - figures of the section walk first, since they cost nothing, then those of the function bodies. */

#include "admission/limits.h"

#include "admission/rust_code.h"
#include "base/error.h"

#include <inttypes.h>

static const cclb_module_limits defaults = {
    .module_bytes = UINT64_C(32) << 20,
    .functions = 20000,
    .body_bytes = UINT64_C(1) << 20,
    .locals = 10000,
    .nesting = 10000,
    .loop_nesting = 64,
    .loop_locals = 50000,
    .exports = 10000,
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
        .functions = or_default(limits.functions, defaults.functions),
        .body_bytes = or_default(limits.body_bytes, defaults.body_bytes),
        .locals = or_default(limits.locals, defaults.locals),
        .nesting = or_default(limits.nesting, defaults.nesting),
        .loop_nesting = or_default(limits.loop_nesting, defaults.loop_nesting),
        .loop_locals = or_default(limits.loop_locals, defaults.loop_locals),
        .exports = or_default(limits.exports, defaults.exports),
        .tables = or_default(limits.tables, defaults.tables),
        .table_elements = or_default(limits.table_elements, defaults.table_elements),
    };
}

/* One figure of a module against its limit; `what` finishes "module has N ...". */
struct figure {
    uint64_t value;
    uint64_t limit;
    const char *name;
    const char *what;
    uint64_t offset;
};

static cclb_status check_figure(const struct figure *figure, cclb_error *error)
{
    if (figure->value <= figure->limit) {
        return CCLB_OK;
    }
    error_set(error, CCLB_LIMIT, 0, CCLB_PHASE_INSPECT,
              "module has %" PRIu64 " %s, above the limit of %" PRIu64 " (option module_limits.%s raises it)",
              figure->value, figure->what, figure->limit, figure->name);
    error->offset = figure->offset;
    return CCLB_LIMIT;
}

static cclb_status check_figures(const struct figure *figures, size_t count, cclb_error *error)
{
    for (size_t i = 0; i < count; i++) {
        cclb_status status = check_figure(&figures[i], error);
        if (status != CCLB_OK) {
            return status;
        }
    }
    return CCLB_OK;
}

cclb_status limits_check_size(cclb_bytes module, const cclb_module_limits *limits, cclb_error *error)
{
    cclb_module_limits bounds = limits_or_default(*limits);
    const struct figure size = {module.len, bounds.module_bytes, "module_bytes", "bytes", bounds.module_bytes};
    return check_figure(&size, error);
}

cclb_status limits_check(const struct module_sections *sections, const cclb_module_limits *limits, cclb_error *error)
{
    cclb_module_limits bounds = limits_or_default(*limits);
    const struct figure declared[] = {
        {sections->function_count, bounds.functions, "functions", "functions", sections->function_offset},
        {sections->export_count, bounds.exports, "exports", "exports", sections->export_offset},
        {sections->table_count, bounds.tables, "tables", "tables", sections->table_section_offset},
        {sections->table_min_elements, bounds.table_elements, "table_elements", "elements in a table at the start",
         sections->table_offset},
    };
    cclb_status status = check_figures(declared, sizeof declared / sizeof *declared, error);
    if (status != CCLB_OK) {
        return status;
    }
    struct rust_code_size size;
    rust_code_measure(sections->module, &size);
    const struct figure measured[] = {
        {size.body_bytes, bounds.body_bytes, "body_bytes", "bytes in one function body", size.body_offset},
        {size.locals, bounds.locals, "locals", "locals in one function", size.locals_offset},
        {size.nesting, bounds.nesting, "nesting", "blocks inside one another", size.nesting_offset},
        {size.loop_nesting, bounds.loop_nesting, "loop_nesting", "loops inside one another", size.loop_nesting_offset},
        {size.loop_locals, bounds.loop_locals, "loop_locals", "locals times loops in one function",
         size.loop_locals_offset},
    };
    return check_figures(measured, sizeof measured / sizeof *measured, error);
}
