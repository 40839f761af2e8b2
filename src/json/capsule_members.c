/* SPDX-License-Identifier: Apache-2.0 */
/* capsule_members.c - the table, in the order in which it is written. */

#include "json/capsule_members.h"

#include "cclb/capsule.h"

#define AT(member) offsetof(cclb_capsule_info, member)
#define VALUE(name, kind, member)                                                                                      \
    {                                                                                                                  \
        (name), (kind), AT(member), NULL, 0                                                                            \
    }
#define OBJECT(name, table)                                                                                            \
    {                                                                                                                  \
        (name), CAPSULE_OBJECT, 0, (table), sizeof(table) / sizeof *(table)                                            \
    }

_Static_assert(sizeof(cclb_hook) == sizeof(uint32_t) && sizeof(cclb_status) == sizeof(uint32_t),
               "enums are read and written as numbers of 32 bits");

static const struct capsule_member settings_members[] = {
    VALUE("isolation", CAPSULE_ISOLATION, isolation),
    VALUE("reset", CAPSULE_RESET, reset),
    VALUE("metering", CAPSULE_BOOL, metering),
    VALUE("memory_max_bytes", CAPSULE_U64, memory_max_bytes),
    VALUE("stack_max_bytes", CAPSULE_U64, stack_max_bytes),
    VALUE("table_elements_max", CAPSULE_U64, table_elements_max),
    VALUE("fuel_max", CAPSULE_U64, fuel_max),
    VALUE("deadline_base_ns", CAPSULE_U64, deadline_base_ns),
    VALUE("deadline_per_mib_ns", CAPSULE_U64, deadline_per_mib_ns),
};

static const struct capsule_member fault_members[] = {
    VALUE("status", CAPSULE_STATUS, fault.status), VALUE("phase", CAPSULE_PHASE, fault.phase),
    VALUE("trap", CAPSULE_TRAP, fault.trap),       VALUE("rule", CAPSULE_U32, fault.rule),
    VALUE("offset", CAPSULE_OFFSET, fault.offset), VALUE("message", CAPSULE_MESSAGE, fault.message),
};

static const struct capsule_member members[] = {
    VALUE("capsule", CAPSULE_VERSION, struct_size),
    VALUE("cclb", CAPSULE_TEXT, cclb_version),
    VALUE("engine", CAPSULE_TEXT, engine),
    VALUE("plugin", CAPSULE_TEXT, plugin),
    VALUE("digest", CAPSULE_DIGEST, digest),
    VALUE("hook", CAPSULE_HOOK, hook),
    VALUE("form", CAPSULE_FORM, form),
    VALUE("reference", CAPSULE_REFERENCE, reference),
    OBJECT("settings", settings_members),
    OBJECT("fault", fault_members),
    VALUE("fuel", CAPSULE_U64, fuel),
    VALUE("memory_bytes", CAPSULE_U64, memory_bytes),
    VALUE("answer_bytes", CAPSULE_U64, answer_bytes),
    VALUE("readable", CAPSULE_BOOL, readable),
    VALUE("bodies_dropped", CAPSULE_BOOL, bodies_dropped),
    VALUE("masked", CAPSULE_MASKED, masked),
    VALUE("input_bytes", CAPSULE_U64, input_bytes),
    VALUE("input", CAPSULE_INPUT, input),
};

const struct capsule_member capsule_root = OBJECT("", members);

_Static_assert(sizeof members / sizeof *members <= CAPSULE_MEMBERS_MAX, "room for the names of all members");

const char *capsule_name(enum capsule_kind kind, uint32_t value)
{
    switch (kind) {
    case CAPSULE_HOOK:
        return cclb_hook_name((cclb_hook)value);
    case CAPSULE_FORM:
        return cclb_form_name((cclb_form)value);
    case CAPSULE_REFERENCE:
        return value == CCLB_REFERENCE_ANY ? "" : cclb_reference_name((cclb_reference)value);
    case CAPSULE_ISOLATION:
        return cclb_isolation_name((cclb_isolation)value);
    case CAPSULE_RESET:
        return value == CCLB_RESET_AUTO ? "" : cclb_reset_name((cclb_reset)value);
    case CAPSULE_PHASE:
        return cclb_phase_name((cclb_phase)value);
    case CAPSULE_TRAP:
        return cclb_trap_name((cclb_trap)value);
    default: /* CAPSULE_STATUS: of those that leave capsules */
        switch (value) {
        case CCLB_REJECTED:
        case CCLB_INSTANTIATE:
        case CCLB_TRAP:
        case CCLB_DEADLINE:
        case CCLB_FUEL:
        case CCLB_DECODE:
            return cclb_status_name((cclb_status)value);
        default:
            return "";
        }
    }
}

uint32_t capsule_name_end(enum capsule_kind kind)
{
    switch (kind) {
    case CAPSULE_HOOK:
        return CCLB_HOOK_COUNT;
    case CAPSULE_FORM:
        return CCLB_FORM_COUNT;
    case CAPSULE_REFERENCE:
        return CCLB_REFERENCE_COUNT;
    case CAPSULE_ISOLATION:
        return CCLB_ISOLATION_ON_DEMAND + 1;
    case CAPSULE_RESET:
        return CCLB_RESET_DECOMMIT + 1;
    case CAPSULE_PHASE:
        return CCLB_PHASE_ANSWER + 1;
    case CAPSULE_TRAP:
        return CCLB_TRAP_OTHER + 1;
    default:
        return CCLB_DECODE + 1;
    }
}
