/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - the names of hooks, forms, references and settings, from their tables. */

#include "base/names.h"
#include "cclb/hook.h"
#include "cclb/isolation.h"

const char *cclb_hook_name(cclb_hook hook)
{
    static const char *const names[CCLB_HOOK_COUNT] = {
#define HOOK(NAME, name) #name,
#include "cclb/hook.def"
#undef HOOK
    };
    return hook < CCLB_HOOK_COUNT ? names[hook] : "";
}

cclb_hook cclb_hook_from_name(cclb_bytes name)
{
    cclb_hook hook = 0;
    while (hook < CCLB_HOOK_COUNT && !cclb_bytes_equal(name, cclb_text(cclb_hook_name(hook)))) {
        hook++;
    }
    return hook < CCLB_HOOK_COUNT ? hook : CCLB_HOOK_NONE;
}

struct form_names {
    const char *name;
    const char *crate;
    const char *kit;
};

static const struct form_names forms[CCLB_FORM_COUNT] = {
#define FORM(number, crate, kit) {"W" #number, crate, kit},
#include "cclb/form.def"
#undef FORM
};

const char *cclb_form_name(cclb_form form)
{
    return form < CCLB_FORM_COUNT ? forms[form].name : "";
}

cclb_form cclb_form_from_name(cclb_bytes name)
{
    cclb_form form = 0;
    while (form < CCLB_FORM_COUNT && !cclb_bytes_equal(name, cclb_text(forms[form].name)) &&
           !cclb_bytes_equal(name, cclb_text(forms[form].crate))) {
        form++;
    }
    return form < CCLB_FORM_COUNT ? form : CCLB_FORM_NONE;
}

const char *cclb_form_kit(cclb_form form)
{
    return form < CCLB_FORM_COUNT ? forms[form].kit : NULL;
}

bool cclb_form_has_hook(cclb_form form, cclb_hook hook)
{
    if (form >= CCLB_FORM_COUNT) {
        return false;
    }
    switch (hook) {
    case CCLB_HOOK_FILTER:
    case CCLB_HOOK_SHAPE:
        return true;
    case CCLB_HOOK_OBSERVE:
        return form <= CCLB_FORM_W8;
    case CCLB_HOOK_TRANSFORM_RESPONSE:
    case CCLB_HOOK_TRANSFORM_SSE_EVENT:
        return form >= CCLB_FORM_W6;
    case CCLB_HOOK_COUNT:
    case CCLB_HOOK_NONE:
        break;
    }
    return false;
}

struct reference_names {
    const char *version;
    const char *alias;
    cclb_form form;
};

static const struct reference_names references[CCLB_REFERENCE_COUNT] = {
    {"any", "any", CCLB_FORM_NONE},
#define REFERENCE(NAME, version, form, alias) {version, alias, CCLB_FORM_W##form},
#include "cclb/reference.def"
#undef REFERENCE
};

const char *cclb_reference_name(cclb_reference reference)
{
    return reference < CCLB_REFERENCE_COUNT ? references[reference].version : "";
}

bool cclb_reference_from_name(cclb_bytes name, cclb_reference *reference)
{
    for (cclb_reference i = 0; i < CCLB_REFERENCE_COUNT; i++) {
        if (cclb_bytes_equal(name, cclb_text(references[i].version)) ||
            (name.len > 0 && cclb_bytes_equal(name, cclb_text(references[i].alias)))) {
            *reference = i;
            return true;
        }
    }
    return false;
}

cclb_form cclb_reference_form(cclb_reference reference)
{
    return reference < CCLB_REFERENCE_COUNT ? references[reference].form : CCLB_FORM_NONE;
}

static const char *const isolation_names[] = {
    [CCLB_ISOLATION_CHECKED] = "checked",
    [CCLB_ISOLATION_GUARDED] = "guarded",
    [CCLB_ISOLATION_ON_DEMAND] = "on_demand",
};

static const char *const reset_names[] = {
    [CCLB_RESET_AUTO] = "auto",
    [CCLB_RESET_SCAN] = "scan",
    [CCLB_RESET_PAGEMAP] = "pagemap",
    [CCLB_RESET_REWRITE] = "rewrite",
    [CCLB_RESET_DECOMMIT] = "decommit",
};

size_t names_find(const char *const *names, size_t count, cclb_bytes name)
{
    size_t i = 0;
    while (i < count && !cclb_bytes_equal(name, cclb_text(names[i]))) {
        i++;
    }
    return i;
}

const char *cclb_isolation_name(cclb_isolation isolation)
{
    return isolation <= CCLB_ISOLATION_ON_DEMAND ? isolation_names[isolation] : "";
}

bool cclb_isolation_from_name(cclb_bytes name, cclb_isolation *isolation)
{
    size_t i = names_find(isolation_names, CCLB_ISOLATION_ON_DEMAND + 1, name);
    if (i > CCLB_ISOLATION_ON_DEMAND) {
        return false;
    }
    *isolation = (cclb_isolation)i;
    return true;
}

const char *cclb_reset_name(cclb_reset reset)
{
    return reset <= CCLB_RESET_DECOMMIT ? reset_names[reset] : "";
}

bool cclb_reset_from_name(cclb_bytes name, cclb_reset *reset)
{
    size_t i = names_find(reset_names, CCLB_RESET_DECOMMIT + 1, name);
    if (i > CCLB_RESET_DECOMMIT) {
        return false;
    }
    *reset = (cclb_reset)i;
    return true;
}
